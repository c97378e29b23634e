#ifndef STATS_REGRESSION_SPREAD_H
#define STATS_REGRESSION_SPREAD_H

#include "stats/regression.h"
#include "stats/spread.h"

/** How mean_absolute_error, root_mean_squared_error, r2_score_unclipped and
 * mean_error vary (spread.h); `weight` may be NULL.  Rows that regression_compute
 * drops are no rows here.  Estimates are taken from `table`.
 * **Returns** 0 or -1 (memory; nothing to release then). */
int regression_spread(struct spread *spread, const double *actual, const double *predicted,
                      const double *weight, size_t n, const struct scalar_table *table);

/** Gives those numbers of `regression` their intervals, and r2_score and the
 * normalized errors that are fixed multiples of them (spread.h).
 * **Returns** 0 or -1 (memory). */
int regression_intervals(struct regression *regression, const double *actual,
                         const double *predicted, const double *weight, size_t n);

#endif
