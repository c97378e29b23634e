#ifndef STATS_MEAN_BAND_H
#define STATS_MEAN_BAND_H

#include <stddef.h>

/* The mean of several curves and how far they scatter, point by point.
 *
 * At each x where any curve has a point, every curve that spans this x gives its
 * value, between two of its points by linear interpolation; the standard deviation
 * is that of the sample (n - 1), so that it estimates the scatter of further runs.
 *
 * NaN: points that are not finite are left out of their curve. */

/* One curve: `count` points, x ascending (of equal x the last point counts). */
struct band_curve {
  const double *x;
  const double *y;
  size_t count;
};

/* `count` places in ascending order.  `deviation` is NaN where fewer than two curves
 * are there, `curves` how many are. */
struct mean_band {
  size_t count;
  double *x;
  double *mean;
  double *deviation;
  double *curves;
};

/** Computes at most `most` places: where the curves have more x than that, they are
 * thinned evenly, the last one kept.  The arrays are allocated together; free `x`
 * alone (mean_band_release).  **Returns** 0, or -1 when memory is out.
 * **Cost**: O(n log n + places * curves) for n points in all. */
int mean_band_compute(struct mean_band *band, const struct band_curve *curves, size_t curve_count,
                      size_t most);
void mean_band_release(struct mean_band *band);

#endif
