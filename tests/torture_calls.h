/* The calls of the library that are stepped through: what is logged before, the call
 * itself, and a model of what must be found then.
 *
 * The same code logs to a run in the child and notes in the model in its parent. */
#ifndef TESTS_TORTURE_CALLS_H
#define TESTS_TORTURE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "epochlog.h"

#define TORTURE_ROW 10
#define TORTURE_POINTS_MAX 2000 /* of a model */

/* The wall clock of the one call may be hours ahead of its prefix's; the program's own
 * clock_gettime adds it. */
extern int64_t torture_clock_ahead_s;

struct torture_point {
  const char *series;
  int64_t step;
  double number;
  const char *text; /* NULL: a number */
  int64_t ahead_us;
};

struct torture_model {
  struct torture_point points[TORTURE_POINTS_MAX];
  size_t count;
  const char *owner; /* the value of a tag */
  bool is_complete;
};

/* Logs to the run, or notes in the model what a run would have got: the same code
 * does both, the one in the child, the other in its parent. */
struct torture_writer {
  epochlog_run *run;
  struct torture_model *model;
  epochlog_metric loss;
  epochlog_metric row[TORTURE_ROW];
  int64_t next_loss;
};

/* How many scalars stand before the call: a few, or so many that the next would be
 * the first of another segment, of a segment used before, or would be sealed behind. */
enum torture_fill { TORTURE_FEW, TORTURE_NEXT, TORTURE_AGAIN, TORTURE_SEAL, TORTURE_FILLS };

struct torture_operation {
  const char *name;
  void (*call)(struct torture_writer *writer);
  enum torture_fill fill;
  int64_t less; /* than `fill` says */
  int64_t clock_ahead_s;
  bool is_short; /* killed at every instruction, whatever it costs */
};

extern const struct torture_operation torture_operations[];
extern const size_t torture_operation_count;

/* Fills what the rows and the large text hold; before anything else. */
void torture_make_values(void);
/* A run in a small ring, without a thread; NULL if it does not start. */
epochlog_run *torture_start_run(const char *root);
/* Something of everything, then `fill` scalars. */
void torture_put_prefix(struct torture_writer *writer, int64_t fill);
/* How many scalars each of TORTURE_FILLS means: measured, for the layout is the library's. */
bool torture_measure_fills(int64_t *fills);

#endif
