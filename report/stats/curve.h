#ifndef STATS_CURVE_H
#define STATS_CURVE_H

#include <stdbool.h>
#include <stddef.h>

/* Points of a curve, with the threshold that makes each of them.
 *
 * ROC: x = false positive rate, y = true positive rate.  Precision-recall:
 * x = recall, y = precision.  Gain: x = fraction of samples, y = fraction of
 * positives.  Lift: x the same, y = gain / x.  Calibration: x = mean
 * probability, y = fraction of positives.  The points stand in the order in
 * which a pen would draw them, x ascending.
 *
 * NaN: a curve never holds NaN points, except that a threshold which does not
 * exist (the artificial first point) may be +inf or NaN. */

struct curve {
  size_t count;
  size_t capacity;
  double *x;
  double *y;
  double *threshold;
};

/* What to keep of a curve that may have ten million points; NULL wherever a
 * pointer to it is wanted means all zero, scikit-learn's own choice of points.
 * Areas and best thresholds are always computed from all points. */
struct curve_options {
  bool keep_collinear; /* ROC: keep the points that scikit-learn's drop_intermediate removes */
  size_t max_points;   /* 0: no limit.  Else a point is kept when the curve has moved by more
                        * than 2 / max_points in x or y since the last kept one; both ends always.
                        * More remain only where a precision or a lift jumps about. */
};

void curve_init(struct curve *curve);
void curve_release(struct curve *curve);

/** Adds a point at the end.  **Returns** 0 or -1 (memory). */
int curve_add(struct curve *curve, double x, double y, double threshold);

/** Area under the points by the trapezoid rule. */
double curve_area(const struct curve *curve);

/** y at x by straight lines between points, the ends extended flat.  Where
 * several points share x, the last of them counts (numpy.interp's rule).
 * NaN for an empty curve.  **Cost**: O(log n). */
double curve_at(const struct curve *curve, double x);

/** y at x of a curve that keeps the y of the next point at or beyond x: what
 * the highest threshold reaching recall x offers.  The first of several points
 * with that x counts.  Beyond the end, the last y. */
double curve_step_at(const struct curve *curve, double x);

enum curve_rule { CURVE_LINEAR, CURVE_STEP };

/** The mean of several curves on the union of their x: the "macro" curve.
 *
 * - `curves`      pointers to the curves; empty ones are left out of the mean;
 * - `weights`     one per curve, > 0, or NULL for a plain mean;
 * - `rule`        CURVE_LINEAR as curve_at, CURVE_STEP as curve_step_at;
 * - `max_points`  0 for the whole union, else that many x are picked evenly
 *                 from its order, both ends among them.
 *
 * Thresholds of a mean curve do not exist: NaN.  `out` is initialised here.
 * **Returns** 0 or -1 (memory). */
int curve_mean(struct curve *out, const struct curve *const *curves, const double *weights,
               size_t count, enum curve_rule rule, size_t max_points);

#endif
