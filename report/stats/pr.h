#ifndef STATS_PR_H
#define STATS_PR_H

#include "stats/curve.h"
#include "stats/sweep.h"

/* Precision and recall of a binary problem.
 *
 *     precision(t) = TP(t) / (TP(t) + FP(t))     recall(t) = TP(t) / P
 *
 * Average precision AP = sum over thresholds, from high to low, of
 * (R_n - R_{n-1}) P_n: steps, no trapezoids, which would be optimistic (Davis
 * and Goadrich 2006, ICML).  Chance level: the prevalence P / (P + N).
 *
 * The curve has recall ascending.  It begins with the point (recall 0,
 * precision 1) that no threshold makes (its threshold is +inf): draw the line
 * from the second point on, with a faint stub to the first.  scikit-learn lists
 * the same points from the other end.
 *
 * NaN: the sweep has none.  Without positives or without negatives `reason`
 * says so, the curve is empty and the numbers are NaN. */

struct pr {
  struct curve curve; /* x = recall, y = precision */
  double ap;
  double prevalence;
  double best_f1; /* highest F1 over the thresholds, and where it is */
  double best_f1_threshold;
  double best_f1_precision;
  double best_f1_recall;
  double best_tp, best_fp; /* called positive there, rightly and wrongly */
  size_t thresholds;
  const char *reason;

  /* Private: state of pr_add. */
  struct curve_options options;
  double positives;
  double kept_tp, kept_precision;
  double last_tp, last_precision, last_threshold; /* the last point, kept or not */
  double best_called;
  bool has_last; /* it was not kept */
};

/** The curve of a sweep.  `options` may be NULL.
 * **Returns** 0 or -1 (memory; nothing to release then). */
int pr_compute(struct pr *pr, const struct sweep *sweep, const struct curve_options *options);

void pr_release(struct pr *pr);

/* The parts of pr_compute, see roc_begin. */
void pr_begin(struct pr *pr, double positives, double negatives,
              const struct curve_options *options);
int pr_add(struct pr *pr, const struct sweep_stop *at, size_t count);
int pr_end(struct pr *pr);

#endif
