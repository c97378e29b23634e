/* The series of one log and their points, in order of logging.
 *
 * Values are kept as they are typed: doubles, or 64-bit integers for integer and
 * bool series, or texts.  A series that was not described so far (its record is
 * lost, or stands further behind) has no name; its values are kept by their 64 bits,
 * with what their chunks said of them, until its type is known.
 */
#ifndef EPOCHLOG_READER_SERIES_TABLE_H
#define EPOCHLOG_READER_SERIES_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/arena.h"
#include "reader/block_read.h"
#include "reader/records.h"

/* Values one after the other of a series not described, and what they are: the
 * sparse section and the live file tell only their bits. */
enum series_kind { SERIES_BITS, SERIES_FLOATS, SERIES_INTEGERS };
struct series_part {
  size_t count;
  enum series_kind kind;
};

/* A chunk of a series, in a frame of the log. */
struct series_chunk {
  size_t frame;
  uint64_t before; /* how many points that are in no such chunk were logged before it */
  struct chunk entry;
};

struct series {
  uint32_t id;
  bool described;
  uint8_t type; /* enum format_value */
  uint8_t goal;
  struct epochlog__text name, unit, description; /* raw, in the table's arena */

  size_t count;
  size_t capacity;
  int64_t *steps;
  int64_t *times_us;
  double *numbers;              /* FLOAT */
  int64_t *integers;            /* INTEGER, BOOL */
  struct epochlog__text *texts; /* TEXT */

  struct series_part *parts; /* of numbers; none once it is described */
  size_t part_count;
  size_t part_capacity;

  /* The sane chunks that were taken since it was described.  Of a long series their
   * points are not kept: the arrays hold the others, `count` of them. */
  bool is_long;
  uint64_t in_chunks; /* points in the chunks */
  struct series_chunk *chunks;
  size_t chunk_count;
  size_t chunk_capacity;
};

struct series_table {
  struct arena *arena; /* set by the owner */
  struct series *items;
  size_t count;
  size_t capacity;
  uint32_t *slots; /* open addressing: index + 1, 0 is free */
  size_t slot_count;
  uint64_t left_out; /* points that were of another kind than their series */
};

void series_table_release(struct series_table *table);

struct series *series_find(const struct series_table *table, uint32_t id);
/* Finds or adds; a new one is not described and has `type`.  NULL: no memory.
 * Pointers to series move when one is added. */
struct series *series_of(struct series_table *table, uint32_t id, uint8_t type);
/* Takes a SERIES body.  What was said first about an id stays.  0, or -1. */
int series_describe(struct series_table *table, const struct series_body *body);

/* Gives series that were not described their types, when all chunks were taken:
 * that of the first chunk, else float.  One that has no points can become text. */
void series_settle_lost(struct series_table *table);
void series_become_text(struct series *series);

/* Whether a chunk of integers, or of floats, can be one of this series. */
bool series_takes(const struct series *series, bool integers);
/* Where the next value goes, after series_reserve. */
void *series_next_value(struct series *series);
/* `count` values were put there.  0, or -1 when memory is short. */
int series_took(struct series *series, size_t count, enum series_kind kind);

/* Room for `more` points behind `count`; 0, or -1 when memory is short. */
int series_reserve(struct series *series, size_t more);
/* Appends a point of a number given by its 64 bits in the log.  False when the
 * series is of text or memory is short. */
bool series_add_bits(struct series *series, int64_t step, int64_t time_us, uint64_t bits);
bool series_add_text(struct series *series, int64_t step, int64_t time_us,
                     struct epochlog__text text);

/* Remembers a chunk whose points were just appended, or that belongs to a long
 * series.  0, or -1 when memory is short. */
int series_keep_chunk(struct series *series, size_t frame, const struct chunk *entry);
/* Forgets the points that are in remembered chunks. */
void series_make_long(struct series *series);
/* All points, those left in chunks included. */
uint64_t series_total(const struct series *series);

/* A copy of `text` in `arena`; data NULL when memory is short and size is not 0. */
struct epochlog__text text_keep(struct arena *arena, struct epochlog__text text);

#endif
