#ifndef STATS_PREDICTED_BINS_H
#define STATS_PREDICTED_BINS_H

#include <stddef.h>

/* Predicted against true values, in bins of the true value, as Azure Machine
 * Learning makes them.
 *
 * n = clamp(ceil(sqrt(rows)), 1, 100) bins: the first and the last hold what
 * lies outside the 1st and 99th percentile p1, p99, the others are equally wide
 * between them.  w = (p99 - p1) / n; L = 2 - trunc(log10 w).  Inner edges are
 * rounded to 2 decimals when w >= 1, else to L; the outer ones are the extremes
 * rounded outwards to L decimals (L may be negative); edges that become equal
 * are merged.  Bins are (edge_k, edge_k+1], the first one closed.  One distinct
 * true value: a single bin [y, y].  When p1 == p99 though the values differ,
 * the percentile is halved until one differs, and the edges are blended 95 : 5.
 *
 * NaN: rows where either value is not finite are dropped and counted. */

enum { PREDICTED_BINS_MAX = 100 };

struct predicted_bins {
  double edge[PREDICTED_BINS_MAX + 1];
  double count[PREDICTED_BINS_MAX];
  double average[PREDICTED_BINS_MAX]; /* of the predictions; 0 in an empty bin */
  double error[PREDICTED_BINS_MAX];   /* their population standard deviation; 0 in an empty bin */
  double true_average[PREDICTED_BINS_MAX]; /* of the true values; NaN in an empty bin */
  size_t bins;
  size_t rows, dropped;
  const char *reason; /* NULL or "no rows" */
};

/** **Returns** 0 or -1 (memory).  Nothing to release. */
int predicted_bins_compute(struct predicted_bins *out, const double *actual,
                           const double *predicted, size_t n);

#endif
