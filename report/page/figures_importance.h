/* The figures of feature importance. */
#ifndef EPOCHLOG_PAGE_FIGURES_IMPORTANCE_H
#define EPOCHLOG_PAGE_FIGURES_IMPORTANCE_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/** How many features a chart has when `top` are asked for: 20 for 0, at most 200. */
size_t importance_bars(size_t top);

/** Adds the bars of feature importance to `section`: the `top` largest features
 * (see importance_bars) and, with values per class, those beside one another. */
void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result, size_t top);

#endif
