/* The same evaluation of several runs: which numbers differ, and is it chance?
 *
 * The first run is the baseline, every other one is tested against it.  Where
 * both saw the same rows the tests are paired, which is far sharper: DeLong's
 * test for the AUC, McNemar's for the accuracy, resampled alike for the rest
 * (stats/spread.h).  Rows are matched by their ids where both runs logged ids,
 * else by position, if there are as many rows with the same true values; else
 * the tests are unpaired and say why.
 */
#ifndef EPOCHLOG_ANALYSIS_COMPARE_H
#define EPOCHLOG_ANALYSIS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/evaluate.h"
#include "pool.h"
#include "stats/difference.h"

/* One number of one run beside the baseline's. */
struct compared_number {
  const char *name; /* as in the scalar table */
  double baseline, value;
  struct difference difference; /* value - baseline */
  double p_holm;                /* adjusted for the number of runs compared; NaN without a test */
  bool has_counts;              /* McNemar: rows that only one of the two got right */
  size_t only_baseline, only_this;
};

struct compared_run {
  const char *unpaired; /* NULL: same rows; else why they are not, in words */
  struct compared_number *numbers;
  size_t count;
};

struct comparison {
  const struct evaluation_result *const *results; /* the baseline first */
  size_t count;                                   /* of results, at least 2 */
  struct compared_run *runs;                      /* count - 1, of results[1] on */
};

/** Compares `count` results of the same type and name; those without numbers
 * have no tests.  Importance has nothing to test.  What is made lives in `pool`;
 * `results` must live as long.  **Returns** 0 or -1 (memory).
 * **Cost**: that of classification_spread or regression_spread for every run. */
int compare_evaluations(struct comparison *out, const struct evaluation_result *const *results,
                        size_t count, struct pool *pool);

/** The number of that name; NULL without one. */
const struct compared_number *compared_number_find(const struct compared_run *run,
                                                   const char *name);

#endif
