/* What is read off a classifier's scores beside its curves. */
#ifndef EPOCHLOG_ANALYSIS_EVALUATE_SCORES_H
#define EPOCHLOG_ANALYSIS_EVALUATE_SCORES_H

#include "analysis/evaluate.h"

/** Fills `scores`, `top_label`, `shown_class` and `curves_shown` from the view and
 * the curves.  **Returns** 0 or -1 (memory). */
int evaluate_scores(struct classification_result *out, struct pool *pool);

#endif
