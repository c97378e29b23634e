/* The numbers that an accuracy table allows: areas of each class and their averages,
 * approximate like the curves they come from.
 */
#ifndef EPOCHLOG_ANALYSIS_AGGREGATED_AVERAGES_H
#define EPOCHLOG_ANALYSIS_AGGREGATED_AVERAGES_H

#include "analysis/aggregated.h"

/* Weighted: by the number of rows of each class.  NaN where no class has a curve. */
struct aggregated_averages {
  double rows; /* of the table */
  double auc_macro, auc_micro, auc_weighted;
  double ap_macro, ap_micro, ap_weighted;
};

/** `from` is of type AGGREGATED_ACCURACY.  **Returns** 0 or -1 (memory).
 * **Cost**: O(classes * thresholds). */
int aggregated_averages_compute(struct aggregated_averages *out, const struct aggregated *from);

#endif
