/* The figures of feature importance. */
#ifndef EPOCHLOG_PAGE_FIGURES_IMPORTANCE_H
#define EPOCHLOG_PAGE_FIGURES_IMPORTANCE_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/** Adds the bars of feature importance to `section`. */
void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result);

#endif
