#ifndef STATS_DIFFERENCE_H
#define STATS_DIFFERENCE_H

#include <stddef.h>

#include "stats/intervals.h"

/* Is a number of one model another than that of a second one?  Tests with a
 * formula of their own; spread.h has the general ones.
 *
 * NaN: what cannot be tested has p = NaN and a reason; the difference itself may
 * be there all the same. */

struct difference {
  double value;             /* of the second less the first */
  struct interval interval; /* of the difference, with the method of the test */
  double p;                 /* two-sided */
  const char *reason;       /* NULL, or why there is no test */
};

/** No difference and no test, because of `reason`. */
struct difference difference_none(const char *reason);

/** z = value / sqrt(variance). */
struct difference difference_normal(double value, double variance, double level,
                                    const char *method);

/** Two areas from different rows, by DeLong's variances: Student's t with
 *     df = (v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1))
 * degrees of freedom (Satterthwaite 1946), n the rows of each. */
struct difference difference_of_areas(double auc_1, double variance_1, double rows_1, double auc_2,
                                      double variance_2, double rows_2, double level);

/** The shares that two models got right of the same `n` rows, where `b` rows only
 * the first and `c` only the second got right: McNemar's mid-p test (see
 * mcnemar), and the interval
 *     (c - b) / n -+ z sqrt(b + c - (b - c)^2 / n) / n
 * (Fagerland, Lydersen, Laake 2014, Statistics in Medicine 33:2850: Wald). */
struct difference difference_of_paired_shares(size_t b, size_t c, size_t n, double level);

/** Shares of different rows: Newcombe's hybrid score interval (1998, Statistics in
 * Medicine 17:873, method 10) and the z test with pooled variance. */
struct difference difference_of_shares(double successes_1, double trials_1, double successes_2,
                                       double trials_2, double level);

/** Holm's adjustment for several tests (1979, Scand. J. Statist. 6:65):
 * `adjusted[i]` is the largest (m - j) p over the tests up to i in ascending order
 * of p, j counted from 0, at most 1.  A p that is NaN is no test and stays NaN.
 * **Cost**: O(n^2), for a handful of runs. */
void holm_adjust(double *adjusted, const double *p, size_t n);

#endif
