/* From scalars to line charts; shared by figures_series.c and the series_*.c files
 * alone.
 *
 *     figures_series.c   the charts and their order
 *     series_groups.c    which metrics share a chart
 *     series_names.c     what a name says: its phase, its direction, its prefix
 *     series_seeds.c     which runs differ in a seed alone
 *     series_axis.c      steps and times to places on the x axis
 *     series_line.c      a metric to a line: smoothed, or cut into columns
 *     series_mean.c      several runs to their mean with its deviation
 *     series_words.c     subtitle and reading of a chart
 *     series_data.c      the numbers beside a chart
 *     figures_columns.c  lists, rows and tables
 */
#ifndef EPOCHLOG_PAGE_SERIES_H
#define EPOCHLOG_PAGE_SERIES_H

#include "page/figures_series.h"
#include "stats/mean_band.h"

/* Columns a long metric is cut into: about one per CSS pixel of the plot. */
#define SERIES_COLUMNS 640

enum phase { PHASE_NONE, PHASE_TRAIN, PHASE_VALIDATION, PHASE_TEST };

/* One line to be drawn: a metric of a run. */
struct series_item {
  const struct metric *metric;
  size_t index; /* of the metric in its run */
  size_t run;
  struct metric_totals totals;
  enum phase phase;
  const char *key;            /* the name without its phase */
  struct reduction reduction; /* of a long metric, and the part of the axis it is cut on: */
  double low, high;
  double weight; /* of the smoothing, 0: none */
  bool used;
};

/* The lines of one chart. */
struct series_group {
  struct series_item **items;
  size_t count;
  bool on_request; /* asked to stand together */
  size_t columns;  /* of its long metrics */
};

/* Steps and the epochs reached there, both ascending. */
struct epoch_map {
  size_t count;
  double *steps;
  double *epochs;
};

struct series_plan {
  const struct series_request *request;
  struct figures *figures;
  struct pool *pool;
  enum series_x x;          /* what is drawn over: asked for, and possible */
  struct epoch_map *epochs; /* of each run, for SERIES_X_EPOCH */
  size_t *seed_group;       /* of each run: the first run of its group */
  struct series_item *items;
  size_t item_count;
  struct series_group *groups;
  size_t group_count;
};

/* ---- names ---- */

/** The phase a metric's name tells, "train/loss" or "loss_train"; `*key` becomes the
 * name without it (the whole name where there is none). */
enum phase series_phase(struct pool *pool, const char *name, const char **key);

/** How the name tells its phase, equal for "train/loss" and "val/loss", another number
 * for "val_loss" and for "loss/val"; 0 where it tells none. */
int series_spelling(const struct series_item *item);

/** "train" of "train/loss", "system" of "system/gpu.0"; "" where there is none. */
const char *series_prefix(struct pool *pool, const char *name);

/* ---- who shares a chart ---- */

/** Fills plan->groups: what was asked to stand together; then of one run the phases of
 * a metric, at most one line of each, of several runs what has the same name. */
void series_make_groups(struct series_plan *plan);

/* ---- seeds ---- */

/** Fills plan->seed_group. */
void series_find_seeds(struct series_plan *plan);

/* ---- the x axis ---- */

/** Decides plan->x; warns where epochs were asked for and nothing tells them. */
void series_prepare_axis(struct series_plan *plan);

/** Where a point stands.  `time_us` counts for times alone, `step` for the rest. */
double series_place(const struct series_plan *plan, size_t run, double step, double time_us);

/** The places of a metric's points; of a long metric those of its first and last. */
const double *series_places(const struct series_plan *plan, const struct series_item *item);
void series_extent(const struct series_plan *plan, const struct series_item *item, double *low,
                   double *high);

/** Edges of columns of equal width over `low`..`high`, for `item`'s run, in steps or
 * times as run_reduce wants them. */
const int64_t *series_edges(const struct series_plan *plan, const struct series_item *item,
                            double low, double high, size_t columns);

const char *series_axis_name(const struct series_plan *plan);
enum line_x_kind series_axis_kind(const struct series_plan *plan, double low, double high);

/** "step 1200", or "epoch 12.5" where the axis has epochs. */
const char *series_where(const struct series_plan *plan, size_t run, int64_t step);

/* ---- lines ---- */

/** Asks the logs for the columns of all long metrics that are drawn. */
void series_reduce(struct series_plan *plan);

/** Fills a line; sets item->weight. */
void series_line(const struct series_plan *plan, struct series_item *item,
                 struct line_series *line);

/** The mean of `count` lines as one more, with a band of a deviation to each side. */
void series_mean_line(const struct series_plan *plan, const struct line_series *lines, size_t count,
                      struct line_series *mean, struct mean_band *band);

/* ---- words and numbers ---- */

/** What is under the title: last and best value, NaN, what faint and bold mean. */
const char *series_subtitle(const struct series_plan *plan, const struct series_group *group,
                            const struct line_chart *chart, size_t means);

/** One line on how to read the chart, from its numbers; "" when there is none. */
const char *series_caption(const struct series_plan *plan, const struct series_group *group,
                           const struct line_chart *chart);

struct data_table series_table(const struct series_plan *plan, const struct series_group *group);
struct data_table series_mean_table(const struct series_plan *plan, const char *const *names,
                                    const struct mean_band *bands, size_t count);

/* ---- lists, rows and tables ---- */

void series_add_columns(struct series_plan *plan, const struct metric *metric);

#endif
