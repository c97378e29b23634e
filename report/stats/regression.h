#ifndef STATS_REGRESSION_H
#define STATS_REGRESSION_H

#include <stddef.h>

#include "stats/scalar_table.h"

/* Numbers of a regression: y true, q predicted.
 *
 *     explained_variance    1 - Var(y - q) / Var(y)
 *     r2_score              1 - sum (y - q)^2 / sum (y - mean y)^2, clipped to [-1, 1];
 *                           r2_score_unclipped is the plain one
 *     spearman_correlation  correlation of midranks (unweighted); constant y or q: -1, noted
 *     mean_absolute_error, median_absolute_error, root_mean_squared_error, max_error, mean_error
 *     mean_absolute_percentage_error  100 mean |(y - q) / y| over rows with |y| > 1e-10 (noted
 *                           when rows were left out)
 *     symmetric_mean_absolute_percentage_error   200 mean |y - q| / (|y| + |q|)
 *     root_mean_squared_log_error     RMSE of ln(1 + y), ln(1 + q); undefined when a value < 0
 *     normalized_{mean_absolute,median_absolute,root_mean_squared}_error
 *                           value / (y_max - y_min), clipped to [0, 1]
 *     normalized_root_mean_squared_log_error
 *                           value / (ln(1 + y_max) - ln(1 + y_min)), clipped to [0, 1]
 *
 * A constant y: R2 and explained variance are 1 for exact predictions and else
 * 0 (scikit-learn's rule), the normalized errors 0 or 1; noted in `reason`
 * though defined.  One row: R2 is 1 if exact and else 0, noted likewise.
 * mean_error is mean(q - y): the bias, with the sign of the residuals.
 *
 * NaN: rows where y or q is not finite are dropped and counted, as are rows of
 * weight zero or refused weight. */

struct regression_options {
  const double *weight; /* NULL: 1 each */
  double y_min, y_max;  /* range for the normalized errors, from the training data; both 0:
                         * from y itself */
};

struct regression {
  size_t rows;
  size_t dropped;
  double y_min, y_max;     /* the range used */
  double y_mean, y_stddev; /* population */
  struct scalar_table table;
  const char *reason; /* NULL or "no rows" */
};

/** **Returns** 0 or -1 (memory).  Nothing to release.
 * **Cost**: O(n); 40 bytes a row while it runs. */
int regression_compute(struct regression *out, const double *actual, const double *predicted,
                       size_t n, const struct regression_options *options);

#endif
