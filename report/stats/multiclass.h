#ifndef STATS_MULTICLASS_H
#define STATS_MULTICLASS_H

#include "stats/calibration.h"
#include "stats/curve.h"
#include "stats/det.h"
#include "stats/gain.h"
#include "stats/intervals.h"
#include "stats/pr.h"
#include "stats/predictions.h"
#include "stats/roc.h"
#include "stats/threshold_table.h"

/* Curves of a classifier, one class against the rest, and their averages.
 *
 *     struct predictions_view view;
 *     struct multiclass curves;
 *
 *     if (predictions_view_init(&view, &predictions)) return -1;
 *     if (multiclass_compute(&curves, &view, NULL)) …
 *     draw(&curves.per_class[k].roc.curve), draw(&curves.macro.roc.curve) …
 *     multiclass_release(&curves);
 *
 * **micro**: all N * C pairs (is the row of class k?, score of class k) as one
 * binary problem; weights count C times.
 * **macro**: curves of the present classes averaged at equal x: ROC and gain
 * with straight lines between points, precision-recall with steps (the precision
 * at the first point whose recall reaches x), on the union of all x; lift is
 * the mean gain over x.
 * Calibration: see calibration_merge (micro) and calibration_mean (macro).
 * A mean of error tradeoffs is left out: equal x is not an equal threshold.
 * The numbers of `macro` are plain means of the classes' numbers, not areas of
 * the mean curve; its best thresholds, KS and deciles are NaN or zero.
 * **weighted**: the same with each class weighted by its support.
 *
 * Classes that are absent from the true labels, or that are all of them, have
 * no curve of their own: `reason` is set, and macro and weighted leave them
 * out.  micro uses all columns.  With two classes and one absent nothing but
 * micro is defined.
 *
 * NaN: the view has dropped such rows. */

struct class_curves {
  struct roc roc;
  struct pr pr;
  struct gain gain;
  struct det det; /* of macro and weighted: its reason is set */
  struct calibration calibration;
  struct delong delong; /* per class only; elsewhere its reason is set */
  size_t rows;          /* positive rows */
  double support;       /* their weight */
  const char *reason;   /* NULL, or why roc, pr and gain are empty */
};

struct multiclass_options {
  struct curve_options curves; /* max_points also limits the macro grid */
  size_t bins;                 /* calibration; 0: default */
  double level;                /* of intervals; 0: 0.95 */
  /* The class whose thresholds are tabulated; NULL: none. */
  const struct threshold_options *thresholds;
  size_t thresholds_class;
};

struct multiclass {
  size_t classes;
  size_t rows;
  size_t present; /* classes with a curve of their own */
  struct class_curves *per_class;
  struct class_curves micro;
  struct class_curves macro;
  struct class_curves weighted;
  struct threshold_table thresholds; /* of one class, when it was asked for */
  double auc_macro, auc_weighted, auc_micro;
  double ap_macro, ap_weighted, ap_micro;
  const char *reason; /* NULL, "no scores", "no rows", "only one class present" (macro and
                       * weighted are undefined then) */
};

/** All curves.  `options` may be NULL.  A view without scores gives a result
 * without classes whose reason is "no scores".
 * **Returns** 0 or -1 (memory; nothing to release then).
 * **Cost**: O(rows * classes * log classes), classes and micro on all processors;
 * 8 bytes per row and class, 16 with weights, and as much for each class that is
 * being sorted.  Two classes whose scores add up to 1 exactly are sorted once. */
int multiclass_compute(struct multiclass *out, const struct predictions_view *view,
                       const struct multiclass_options *options);

void multiclass_release(struct multiclass *multiclass);

#endif
