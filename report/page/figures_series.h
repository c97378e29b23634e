/* The figures of what was logged while training: scalars, lists, rows, tables. */
#ifndef EPOCHLOG_PAGE_FIGURES_SERIES_H
#define EPOCHLOG_PAGE_FIGURES_SERIES_H

#include <stdbool.h>

#include "page/figure.h"
#include "reader/run.h"

/* What scalars are drawn over. */
enum series_x { SERIES_X_STEP = 0, SERIES_X_EPOCH, SERIES_X_ELAPSED, SERIES_X_TIME };
enum series_log { SERIES_LOG_AUTO = 0, SERIES_LOG_ON, SERIES_LOG_OFF };

/* How scalars are drawn; all zero is what most people want. */
struct series_settings {
  enum series_x x;
  enum series_log log;
  bool has_smooth;             /* else noisy series are smoothed as much as suits them */
  double smooth;               /* weight of the average, 0 (none) up to but not including 1 */
  bool mean;                   /* all runs are drawn as one mean with its deviation */
  const char *const *together; /* "lr,loss": names that share a chart */
  size_t together_count;
};

/* What figures_of_metrics is asked for. */
struct series_request {
  const char *section;
  struct run *const *runs; /* the first is the one that was selected */
  const char *const *labels;
  size_t run_count;
  const struct series_settings *settings;
  /* Takes a sentence about a run that its reader should know; NULL: nobody asks. */
  void (*warn)(void *context, size_t run, const char *sentence);
  void *context;
};

/** Adds a line chart for each metric that has something to draw (at least two
 * numbers) to `request->section`.
 *
 * Of one run, metrics whose names pair up (train/loss and val/loss, loss_train and
 * loss_val, loss and val_loss) share a chart.  Of several runs, each metric is one
 * chart with a line per run; runs that differ in a seed alone are drawn as their
 * mean with its deviation.  Where there are more than a few dozen charts, they are
 * ordered by the prefix of their names. */
void figures_of_metrics(struct figures *figures, const struct series_request *request);

/** Which way a metric gets better: -1 lower, +1 higher, 0 unknown.  What was
 * logged counts; else the name is asked (loss, error, mse...; accuracy, auc...). */
int metric_direction(const struct metric *metric);

#endif
