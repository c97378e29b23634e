/* Where the columns of an evaluation's batches go.
 *
 * Each kind of evaluation knows a few columns by name, and one per class
 * ("score:0", "class:0" ...).  A slot is such a column: its name, whether the
 * batches have it, and the array its values are decoded into.
 */
#ifndef EPOCHLOG_READER_EVALUATION_SLOTS_H
#define EPOCHLOG_READER_EVALUATION_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "reader/arena.h"
#include "reader/block_read.h"
#include "reader/records.h"

enum slot_kind { SLOT_NUMBER, SLOT_INTEGER, SLOT_CLASS, SLOT_TEXT };

struct evaluation_slot {
  const char *name; /* NULL: one of the classes' */
  enum slot_kind kind;
  bool present;
  void *data; /* double, int64_t, int32_t (classes) or const char *, one a row */
};

struct evaluation_slots {
  uint8_t kind;
  struct evaluation_slot *items; /* the named ones, then one per class */
  size_t named;
  size_t count;
  size_t present; /* of them: columns that the first batch has */
  size_t class_count;
  bool usable; /* what an evaluation of this kind must have is there */
  bool binary; /* one score for class 1 of two */
  double *complement;
  struct arena *arena; /* for texts */
  bool ready;          /* arrays are there */
};

/* Bytes of one value of a slot. */
size_t evaluation_slot_size(const struct evaluation_slot *slot);
/* From the columns of the first batch.  0, or -1 when memory is short. */
int evaluation_slots_init(struct evaluation_slots *slots, const struct batch_body *batch,
                          size_t class_count);
/* Whether a batch has just these columns. */
bool evaluation_slots_fit(const struct evaluation_slots *slots, const struct batch_body *batch);
/* Why a batch with such columns is no evaluation; NULL when it is one. */
const char *evaluation_slots_problem(const struct evaluation_slots *slots,
                                     const struct batch_body *batch);
/* Decodes a batch into the arrays from row `at` on. */
enum block_check evaluation_slots_read(struct evaluation_slots *slots,
                                       const struct batch_body *batch, size_t at);
/* Puts the arrays into `evaluation`.  0, or -1 when memory is short. */
int evaluation_slots_publish(const struct evaluation_slots *slots, struct evaluation *evaluation,
                             struct arena *arena);

#endif
