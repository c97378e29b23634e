#ifndef STATS_CLASSIFICATION_INTERVALS_H
#define STATS_CLASSIFICATION_INTERVALS_H

#include "stats/classification_scalars.h"
#include "stats/intervals.h"

/* The 95 % intervals of a classifier's numbers, each with its method.
 *
 *     accuracy, precision, recall, specificity   Wilson, of the plain row counts
 *     AUC of one class                           DeLong (see delong_compute)
 *     average precision of one class             logit (see interval_average_precision)
 *     log loss, Brier score                      normal, from the variance of the rows' scores
 *     F1 of one class                            delta method on the logit scale
 *     all others, and all of weighted data       see spread.h: the bootstrap, or for many rows
 *                                                the infinitesimal jackknife
 *
 * Over 100,000 rows what a row does to the averaged areas is not asked: they have
 * no interval then, and the numbers of the confusion matrix get theirs cell
 * by cell.
 *
 * Precision counts the rows that were predicted as the class, recall those that
 * are of it, specificity those that are not.
 *
 * NaN: what has no interval says why, like `struct interval` everywhere. */

/* Of one class against the rest. */
struct class_intervals {
  double specificity; /* TN / (TN + FP); NaN when all rows are of the class */
  struct interval precision, recall, specificity_interval, f1, average_precision;
};

/** Gives the numbers of `table` their intervals and fills `per_class`, which has
 * room for `confusion->classes`.  `curves` may be NULL (labels only).
 * **Returns** 0 or -1 (memory).  **Cost**: see classification_spread. */
int classification_intervals(struct scalar_table *table, struct class_intervals *per_class,
                             const struct predictions_view *view, const struct confusion *confusion,
                             const struct multiclass *curves);

#endif
