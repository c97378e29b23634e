#ifndef STATS_SPREAD_H
#define STATS_SPREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/difference.h"
#include "stats/intervals.h"

/* How numbers would vary if other rows had been drawn, where no formula of their
 * own serves: the source of intervals for F1, Matthews, macro and micro areas,
 * areas of weighted data, R2, …, and of paired tests between two models that saw
 * the same rows.
 *
 * Two ways, chosen by size alone, so that the time is bounded:
 *
 *   - few rows: the **bootstrap** (Efron and Tibshirani 1993, chapters 6, 13):
 *     rows are drawn with replacement, from each true class as many as it has,
 *     and all numbers are computed again.  The interval is between percentiles.
 *     The seed is constant: same input, same interval; and two models on the
 *     same rows are resampled alike, which makes their comparison a paired one.
 *     2,000 resamples up to 2,500 steps (rows times scores), 1,000 up to 5,000:
 *     at most some 8 million looks at a score, 20 to 40 ms.
 *   - many rows: the **infinitesimal jackknife** (Efron 1982, section 6.3), in
 *     one pass: the variance is the sum over rows of (weight * derivative of the
 *     number by the row's weight)^2.  The interval is symmetric on the logit
 *     scale for numbers that have two limits, else plain.
 *
 * The two agree where both are used, see the tests.
 *
 * NaN: a number that is not defined has none. */

#define SPREAD_STEPS_MANY 2500    /* 2,000 resamples up to here */
#define SPREAD_STEPS_FEW 5000     /* 1,000 up to here, the jackknife beyond */
#define SPREAD_VALUES_MAX 8000000 /* numbers times rows kept by the jackknife: 64 MB */

/* Where a number can lie at all. */
enum spread_limits { SPREAD_FREE = 0, SPREAD_NOT_NEGATIVE, SPREAD_UNIT, SPREAD_SIGNED_UNIT };

struct spread_number {
  const char *name; /* as in the scalar table; static */
  double estimate;  /* NaN: not defined, and left out */
  enum spread_limits limits;
};

struct spread {
  struct spread_number *number;
  size_t numbers;
  size_t rows;
  size_t count;       /* resamples, or rows */
  bool is_resampled;  /* bootstrap, else jackknife */
  double *value;      /* numbers * count: the number in each resample, or weight * derivative */
  const char *reason; /* NULL, or why there is nothing */
};

/** Resamples for that many steps; 0: use the jackknife. */
size_t spread_resamples(size_t steps);

/** The interval of a number from its variance: symmetric on the logit scale
 * where it has two limits, else plain. */
struct interval spread_within_limits(double estimate, double variance, enum spread_limits limits,
                                     double level, const char *method);

/** Room for `numbers` of `rows` rows whose computation takes `steps` each time.
 * Too many values give an empty spread with a reason.
 * **Returns** 0 or -1 (memory).  **Owner**: the caller releases. */
int spread_init(struct spread *spread, size_t numbers, size_t rows, size_t steps);

void spread_release(struct spread *spread);

/** The number of that name, or -1. */
int spread_find(const struct spread *spread, const char *name);

/** The interval of one number. */
struct interval spread_interval(const struct spread *spread, size_t number, double level);

/** Compares number `name` of two spreads over the same rows in the same order.
 * Bootstrap: percentiles of the differences within resamples, p = 2 (1 + the
 * smaller count of differences on one side of 0) / (1 + resamples) (Davison and
 * Hinkley 1997, section 4.2).  Jackknife: z = difference / sqrt(sum of squared
 * differences of influence).
 * **Returns** 0 or -1 (memory). */
int spread_compare(struct difference *out, const struct spread *a, const struct spread *b,
                   const char *name, double level);

/** Compares number `name` of two spreads over different rows: z = difference /
 * sqrt(sum of the two variances), those of the resamples or of the jackknife. */
void spread_compare_unpaired(struct difference *out, const struct spread *a, const struct spread *b,
                             const char *name, double level);

#endif
