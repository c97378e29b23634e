#ifndef STATS_SCORE_HISTOGRAM_H
#define STATS_SCORE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/predictions.h"

/* How scores are distributed in two groups of rows, over the same bins.
 *
 * Probabilities: uniform bins over 0..1, 40 of them (20 for fewer than 1000
 * rows).  Other scores: bins of a round width, 20 to 50 of them, over the range
 * of the scores.  Bin k is [edge_k, edge_k+1), the last one including its end,
 * so that a threshold on an edge has "score >= threshold" to its right.
 *
 * NaN: scores that are not finite are left out and counted; the counts are
 * never NaN. */

enum { SCORE_HISTOGRAM_BINS_MAX = 64, SCORE_HISTOGRAM_GROUPS = 2 };

struct score_histogram {
  size_t bins;
  double edge[SCORE_HISTOGRAM_BINS_MAX + 1];
  double count[SCORE_HISTOGRAM_GROUPS][SCORE_HISTOGRAM_BINS_MAX]; /* rows, or weight */
  size_t rows[SCORE_HISTOGRAM_GROUPS];
  size_t dropped;     /* score not finite */
  const char *reason; /* NULL, "no rows", "scores too far apart": then there are no bins */
};

/** The score of one class: group 0 are the rows of class `positive`, group 1 the
 * rest.
 *
 * - `score`          n scores;
 * - `actual`         n true classes;
 * - `weight`         n weights >= 0, or NULL for 1 each;
 * - `is_probability` the scores are known to lie in [0, 1].
 *
 * **Cost**: O(n), two looks at each score, no allocation and no sorting. */
void score_histogram_by_class(struct score_histogram *out, const double *score,
                              const int32_t *actual, int32_t positive, const double *weight,
                              size_t n, bool is_probability);

/** The score of the class that was predicted: group 0 are the rows that were
 * predicted right, group 1 the others.  `in` has scores and is clean (see
 * predictions_view).  **Cost**: O(rows * classes), no allocation. */
void score_histogram_by_success(struct score_histogram *out, const struct predictions *in,
                                bool is_probability);

#endif
