/* The figures of feature importance. */
#ifndef EPOCHLOG_PAGE_FIGURES_IMPORTANCE_H
#define EPOCHLOG_PAGE_FIGURES_IMPORTANCE_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/** Adds the bars of feature importance to `section`: the `top` largest features (0:
 * 20, at most 200) and, with values per class, those beside one another. */
void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result, size_t top);

#endif
