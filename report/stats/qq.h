#ifndef STATS_QQ_H
#define STATS_QQ_H

#include <stddef.h>

/* Quantile-quantile points against the normal distribution.
 *
 * Plotting positions (i - a) / (n + 1 - 2a), i = 1..n, a = 3/8 for n <= 10 and
 * else 1/2 (Blom 1958; R's ppoints).  The line goes through the quartiles.  The
 * band is pointwise: order statistic i of n uniform values is Beta(i, n + 1 - i),
 * its alpha/2 and 1 - alpha/2 quantiles carried through the normal quantile
 * (standardised) and then through the line.
 *
 * NaN: values that are not finite are dropped and counted.  With more values
 * than `max_points`, evenly spaced order statistics are kept, both ends always. */

enum { QQ_DEFAULT_POINTS = 1000 };

struct qq {
  size_t count;
  double *theoretical;
  double *sample;
  double *band_lo, *band_hi;
  double slope, intercept; /* sample = intercept + slope * theoretical */
  double correlation;      /* of the points kept */
  size_t rows, dropped;
  const char *reason; /* NULL, "fewer than two values", "values are constant" */
};

/** `max_points` 0: the default.  **Returns** 0 or -1 (memory; nothing to release
 * then).  **Cost**: O(n), and for the band two beta quantiles a point kept. */
int qq_compute(struct qq *out, const double *value, size_t n, double level, size_t max_points);

/** The i-th of n plotting positions, i = 1..n. */
double qq_position(size_t i, size_t n);

void qq_release(struct qq *qq);

#endif
