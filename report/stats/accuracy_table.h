#ifndef STATS_ACCURACY_TABLE_H
#define STATS_ACCURACY_TABLE_H

#include "stats/curve.h"
#include "stats/predictions.h"

/* Accuracy tables as Azure Machine Learning stores them: for each class, against
 * the rest, the counts TP, FP, TN, FN at each of M thresholds, positive when
 * score >= threshold; once with M thresholds evenly from 0 to 1
 * ("probability"), once at M percentiles of all scores of all classes pooled
 * ("percentile").
 *
 * Curves derived from a table are approximate, since it knows M thresholds
 * only: `is_approximate` is set for whoever prints them.
 *   ROC          the table has no end at (0, 0): it is added
 *   PR           a threshold nobody reaches has precision 1 at recall 0
 *   gain, lift   x = (TP + FP) / N, y = TP / P; lift = y / x
 *   calibration  differences of adjacent rows of the probability table, the last
 *                one closed at the top; x is the middle of the interval
 *   micro        counts summed over classes at equal index
 *   macro        plain mean of the rates at equal index over classes with a curve;
 *                its area is the mean of theirs
 * An all-zero table is a class that was absent: no curve.
 *
 * NaN: a table never holds any; rows of a table whose counts are negative or
 * not finite make the class unusable, with a reason. */

enum { ACCURACY_TABLE_DEFAULT = 100 };

struct accuracy_count {
  double tp, fp, tn, fn;
};

struct accuracy_table {
  size_t classes;
  size_t thresholds;                  /* M */
  double *probability_threshold;      /* M */
  double *percentile_threshold;       /* M */
  struct accuracy_count *probability; /* [class * M + threshold] */
  struct accuracy_count *percentile;
};

/** Builds the tables of predictions with M thresholds (2.., 0: 100).
 * **Returns** 0 or -1 (memory; nothing to release then).
 * **Cost**: O(rows * classes); 8 bytes per row and class while it runs. */
int accuracy_table_compute(struct accuracy_table *out, const struct predictions *in,
                           size_t thresholds);

void accuracy_table_release(struct accuracy_table *table);

/* Curves read off one class, or off an average. */
struct accuracy_curves {
  struct curve roc, pr, gain, lift;
  struct curve calibration;  /* threshold: the lower end of the interval */
  double *calibration_count; /* samples of each calibration point */
  double auc, ap;            /* approximate */
  double prevalence;
  bool is_approximate; /* always true here */
  const char *reason;  /* NULL, or why there are no curves */
};

struct accuracy_source {
  const double *probability_threshold;      /* ascending */
  const struct accuracy_count *probability; /* [class * probability_count + i] */
  size_t probability_count;
  const double *percentile_threshold;
  const struct accuracy_count *percentile; /* may be NULL with percentile_count 0 */
  size_t percentile_count;
  size_t classes;
  size_t calibration_bins; /* adjacent intervals are regrouped into about so many; 0: 10 */
};

/** Curves of class `k`.  ROC, PR, gain and lift use the percentile table where
 * there is one (it follows the scores), calibration the probability table.
 * **Returns** 0 or -1 (memory; nothing to release then). */
int accuracy_curves_of_class(struct accuracy_curves *out, const struct accuracy_source *source,
                             size_t k);
int accuracy_curves_micro(struct accuracy_curves *out, const struct accuracy_source *source);
int accuracy_curves_macro(struct accuracy_curves *out, const struct accuracy_source *source);

void accuracy_curves_release(struct accuracy_curves *curves);

#endif
