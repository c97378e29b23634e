/* The figures of a regression's evaluation and of feature importance. */
#ifndef EPOCHLOG_PAGE_FIGURES_REGRESSION_H
#define EPOCHLOG_PAGE_FIGURES_REGRESSION_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/** Adds predicted against true, the residual histogram, residual against
 * prediction and the normal QQ plot to `section`. */
void figures_of_regression(struct figures *figures, const char *section,
                           const struct evaluation_result *result);

/** Adds the bars of feature importance to `section`. */
void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result);

#endif
