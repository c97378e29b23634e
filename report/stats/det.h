#ifndef STATS_DET_H
#define STATS_DET_H

#include "stats/curve.h"
#include "stats/sweep.h"

/* Detection error tradeoff, and the two distribution functions it is made of.
 *
 *     fpr(t) = FP(t) / N     fnr(t) = FN(t) / P     positive when score >= t
 *
 * Both error rates of a threshold, to be drawn on normal-quantile axes (Martin
 * et al. 1997, Eurospeech).  Equal error rate: where the line between points
 * crosses fpr = fnr.
 *
 * The same numbers are the distributions of the score in the two classes: the
 * share of the positives below t is fnr(t), that of the negatives 1 - fpr(t);
 * their largest distance is the Kolmogorov-Smirnov statistic (see gain.h).
 *
 * `curve` has every threshold, highest first, beginning with (0, 1) at +inf.
 * scikit-learn (1.7 and later) lists the part from the last threshold without
 * a false positive to the first without a false negative: `first` and `count`.
 *
 * NaN: the sweep has none.  With one class only, `reason` says so, the curve is
 * empty and the numbers are NaN. */

struct det {
  struct curve curve;   /* x = fpr, y = fnr */
  size_t first;         /* the part that scikit-learn lists begins here ... */
  size_t count;         /* ... and has so many points */
  double eer;           /* equal error rate */
  double eer_threshold; /* the threshold nearest to it */
  const char *reason;   /* NULL, or why there is no curve: a static sentence */

  /* Private: state of det_add. */
  double near; /* 0: keep every point */
  double positives, negatives;
  double last_tp, last_fp, last_threshold;
  double next_tp, next_fp; /* a point below both is near the last kept one */
  bool has_last;           /* the last point was not kept */
  bool is_crossed;
};

/** The curve of a sweep.  `options` may be NULL; with max_points, points are
 * left out that lie near a kept one on the normal-quantile scale.
 * **Returns** 0 or -1 (memory; nothing to release then). */
int det_compute(struct det *det, const struct sweep *sweep, const struct curve_options *options);

void det_release(struct det *det);

/* The parts of det_compute, see roc_begin. */
void det_begin(struct det *det, double positives, double negatives,
               const struct curve_options *options);
int det_add(struct det *det, const struct sweep_stop *at, size_t count);
int det_end(struct det *det);

#endif
