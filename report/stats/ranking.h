#ifndef STATS_RANKING_H
#define STATS_RANKING_H

#include <stddef.h>
#include <stdint.h>

/* Scores in order, with the rows they belong to: what a number needs that is
 * computed again and again with other weights (resampling), or whose dependence
 * on each row's weight is asked (influence).
 *
 * A sweep (sweep.h) is smaller and forgets the rows; this keeps them.
 *
 * NaN: scores must be finite. */

struct ranking {
  uint32_t *item; /* row * 4, + 2 when positive, + 1 when the last of equal scores; score falls */
  size_t count;
};

/** Ranks `count` scores.  Score i belongs to row i % rows and is positive when
 * actual[i % rows] == first_class + i / rows: with count == rows one class
 * against the rest, with rows * classes scores below one another the micro
 * problem.  **Returns** 0 or -1 (memory, or more than 2^30 scores).
 * **Owner**: the caller releases. */
int ranking_init(struct ranking *ranking, const double *score, size_t count, const int32_t *actual,
                 size_t rows, int32_t first_class);

void ranking_release(struct ranking *ranking);

/** Area under the ROC curve and average precision with `weight[row]`; NaN
 * without weight on either side.  **Cost**: O(count), no allocation. */
void ranking_areas(const struct ranking *ranking, const double *weight, double *auc, double *ap);

/** Adds to `auc_influence[row]` and `ap_influence[row]` what the row does to the
 * areas: factor * weight * d area / d weight (the infinitesimal jackknife;
 * Efron 1982, The Jackknife, the Bootstrap and Other Resampling Plans,
 * section 6.3).  With r a row, P and N the weights of the classes, tp and fp
 * those at or above its score, A and Q the areas, p = tp / (tp + fp):
 *
 *     d A / d w = (weight of the other class ranked rightly) / (P N) - A / (own class's weight)
 *     d Q / d w = (p_r - Q) / P + 1/P sum w_i (1 - p_i) / (tp_i + fp_i)   for a positive
 *               =               - 1/P sum w_i p_i / (tp_i + fp_i)         for a negative,
 *
 * the sums over positives i whose score is at most the row's.
 * **Cost**: O(count), no allocation. */
void ranking_influence(const struct ranking *ranking, const double *weight, double factor,
                       double *auc_influence, double *ap_influence);

#endif
