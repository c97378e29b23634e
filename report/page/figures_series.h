/* The figures of what was logged while training: scalars, lists, rows, tables. */
#ifndef EPOCHLOG_PAGE_FIGURES_SERIES_H
#define EPOCHLOG_PAGE_FIGURES_SERIES_H

#include "page/figure.h"
#include "reader/run.h"

/** Adds a line chart for each metric that has something to draw (at least two
 * numbers) to `section`.  Metrics whose names pair up (train/loss and val/loss,
 * loss and val_loss) share one; of several runs, each metric is one chart with
 * a line per run, named by `labels`. */
void figures_of_metrics(struct figures *figures, const char *section, struct run *const *runs,
                        const char *const *labels, size_t run_count);

/** Which way a metric gets better: -1 lower, +1 higher, 0 unknown.  What was
 * logged counts; else the name is asked (loss, error, mse...; accuracy, auc...). */
int metric_direction(const struct metric *metric);

#endif
