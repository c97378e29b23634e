#ifndef STATS_CLASSIFICATION_SCALARS_H
#define STATS_CLASSIFICATION_SCALARS_H

#include "stats/confusion.h"
#include "stats/multiclass.h"
#include "stats/scalar_table.h"

/* Every number of a classifier under the name Azure Machine Learning gives it.
 *
 * From labels: accuracy, weighted_accuracy, balanced_accuracy,
 * norm_macro_recall, {recall,precision,f1}_score_{macro,micro,weighted},
 * matthews_correlation, and kappa; with a positive class {recall,precision,
 * f1}_score_binary.  From scores: AUC_{macro,micro,weighted},
 * average_precision_score_{macro,micro,weighted}, log_loss, brier_score; with a
 * positive class AUC_binary and average_precision_score_binary.
 *
 *     log_loss     -mean ln p[actual], p clipped to [eps, 1 - eps], eps = 2^-52,
 *                  then divided by the row's sum (scikit-learn 1.2's rule)
 *     brier_score  two classes: mean (p - y)^2 of the positive class;
 *                  more: mean over rows of the sum over classes
 *
 * A number that cannot be had is in the table too, undefined and with a reason.
 * The *_binary names are listed only when there is a positive class, the score
 * ones only when there are scores.
 *
 * NaN: the view has dropped such rows; no defined value is NaN. */

/** Fills `table`.  `curves` may be NULL (labels only).
 * **Cost**: O(rows * classes); no allocation. */
void classification_scalars(struct scalar_table *table, const struct predictions_view *view,
                            const struct confusion *confusion, const struct multiclass *curves);

/** The log loss and the Brier score of one row, whose means they are.
 * **Returns** false when a score of the row is no probability. */
bool classification_row_scores(const struct predictions *in, size_t row, int32_t positive,
                               double *loss, double *brier);

/** The log loss alone; NaN when the scores are no probabilities. */
double classification_log_loss(const struct predictions *in);

#endif
