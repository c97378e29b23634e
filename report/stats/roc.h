#ifndef STATS_ROC_H
#define STATS_ROC_H

#include "stats/curve.h"
#include "stats/sweep.h"

/* Receiver operating characteristic of a binary problem.
 *
 *     fpr(t) = FP(t) / N     tpr(t) = TP(t) / P     positive when score >= t
 *
 * Area: trapezoids, so that tied scores give the diagonal of their group, which
 * is the half credit of Mann and Whitney.  Best threshold: Youden's J =
 * tpr - fpr at its maximum (Youden 1950, Cancer 3:32), the highest such
 * threshold when several reach it.  The curve starts at (0, 0) with threshold
 * +inf.
 *
 * By default the points are scikit-learn's with drop_intermediate: the first,
 * the last, and every i where the second difference of FP or of TP is not zero.
 *
 * NaN: the sweep has none.  With one class only, `reason` says so, the curve is
 * empty and the numbers are NaN. */

struct roc {
  struct curve curve; /* x = fpr, y = tpr */
  double auc;
  double best_threshold; /* Youden; also the place of the Kolmogorov-Smirnov distance */
  double best_fpr;
  double best_tpr;
  double best_tp, best_fp; /* called positive there, rightly and wrongly */
  double best_j;
  double positives; /* weights */
  double negatives;
  size_t thresholds;  /* distinct scores: points before any were left out, without (0, 0) */
  bool is_constant;   /* all scores equal: worth a note, not an error */
  const char *reason; /* NULL, or why there is no curve: a static sentence */

  /* Private: state of roc_add. */
  struct curve_options options;
  double pending[3], held[3]; /* fp, tp, threshold of the last two points */
  double kept_fp, kept_tp;
  double doubled_area;
  size_t seen;
};

/** The curve of a sweep.  `options` may be NULL.
 * **Returns** 0 or -1 (memory; nothing to release then). */
int roc_compute(struct roc *roc, const struct sweep *sweep, const struct curve_options *options);

void roc_release(struct roc *roc);

/** Area left of `max_fpr` (0 < max_fpr <= 1), in the scale of McClish (1989,
 * Medical Decision Making 9:190): 0.5 (1 + (area - low) / (max_fpr - low)),
 * low = max_fpr^2 / 2, so that chance is 0.5 and perfect is 1.  One point is
 * interpolated at max_fpr.  `raw` may be NULL; receives the plain area.
 * Exact when the curve was not limited by max_points.  NaN without a curve. */
double roc_partial_auc(const struct roc *roc, double max_fpr, double *raw);

/* The parts of roc_compute, for those who feed several curves from one walk:
 * begin, add all stops of the walk (sweep_next_stops), `count` >= 1 of them at a
 * time, end. */
void roc_begin(struct roc *roc, double positives, double negatives,
               const struct curve_options *options);
int roc_add(struct roc *roc, const struct sweep_stop *at, size_t count);
int roc_end(struct roc *roc);

#endif
