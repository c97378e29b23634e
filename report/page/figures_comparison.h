/* The figures that show several runs in one chart. */
#ifndef EPOCHLOG_PAGE_FIGURES_COMPARISON_H
#define EPOCHLOG_PAGE_FIGURES_COMPARISON_H

#include "page/report.h"

/** Adds the charts of one comparison to its section: the main number with its
 * interval for each run, then the curves of all runs over one another (of the
 * positive class, else the macro average), for regressions errors and
 * predictions, for importance the features side by side.  A run has the same
 * colour everywhere. */
void figures_of_comparison(struct figures *figures, const struct report *report,
                           const struct comparison_entry *entry);

#endif
