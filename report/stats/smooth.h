#ifndef STATS_SMOOTH_H
#define STATS_SMOOTH_H

#include <stddef.h>

/* Exponential moving average, corrected for its start (debiased as in
 * TensorBoard):
 *
 *     last = weight * last + (1 - weight) * x;   k = k + 1
 *     y = last / (1 - weight^k)
 *
 * Smooth the whole series first and thin it afterwards, else the picture
 * depends on the length of the run.
 *
 * NaN: values that are not finite pass through unchanged and leave the average
 * as it was. */

/** `out` may be the same array as `value`.  `weight` is 0 (no smoothing) up to
 * but not including 1; outside it is treated as the nearest of 0 and 0.999999. */
void smooth_ema(double *out, const double *value, size_t n, double weight);

#endif
