/* The numbers beside a line chart: its points, or of long metrics its columns. */
#include <math.h>

#include "page/series.h"

/* Points of metrics in memory, with the place on the axis where it is not the step. */
static struct data_table points_table(const struct series_plan *plan,
                                      const struct series_group *group)
{
  const bool has_epoch = plan->x == SERIES_X_EPOCH;
  size_t rows = 0, at = 0, column = 0;
  const char **name, **run;
  int64_t *step, *time;
  double *value, *epoch;
  struct data_table table;

  for (size_t i = 0; i < group->count; i++) rows += group->items[i]->metric->count;
  run = POOL_ARRAY(plan->pool, rows, const char *);
  name = POOL_ARRAY(plan->pool, rows, const char *);
  step = POOL_ARRAY(plan->pool, rows, int64_t);
  time = POOL_ARRAY(plan->pool, rows, int64_t);
  value = POOL_ARRAY(plan->pool, rows, double);
  epoch = POOL_ARRAY(plan->pool, has_epoch ? rows : 0, double);
  for (size_t i = 0; i < group->count; i++) {
    const struct series_item *item = group->items[i];
    const struct metric *metric = item->metric;

    for (size_t k = 0; k < metric->count; k++, at++) {
      run[at] = plan->request->runs[item->run]->id;
      name[at] = metric->name;
      step[at] = metric->steps[k];
      time[at] = metric->times_us[k];
      value[at] = metric->values[k];
      if (has_epoch)
        epoch[at] =
            series_place(plan, item->run, (double)metric->steps[k], (double)metric->times_us[k]);
    }
  }
  table = table_begin(plan->pool, rows, has_epoch ? 6 : 5);
  table_texts(&table, column++, "run", run);
  table_texts(&table, column++, "metric", name);
  table_integers(&table, column++, "step", step);
  if (has_epoch) table_numbers(&table, column++, "epoch", epoch);
  table_integers(&table, column++, "time_us", time);
  table_numbers(&table, column, "value", value);
  return table;
}

/* A table of columns that grows row by row. */
struct columns {
  const char **run, **name;
  int64_t *low, *high, *points, *nan;
  double *min, *max, *mean;
  size_t count;
};

static void put_row(struct columns *out, const struct series_plan *plan,
                    const struct series_item *item, const struct span *span)
{
  const uint64_t finite = span->count - span->nan_count - span->posinf_count - span->neginf_count;
  const size_t at = out->count++;

  out->run[at] = plan->request->runs[item->run]->id;
  out->name[at] = item->metric->name;
  out->low[at] = span->at_min;
  out->high[at] = span->at_max;
  out->points[at] = (int64_t)span->count;
  out->nan[at] = (int64_t)(span->count - finite);
  out->min[at] = span->min;
  out->max[at] = span->max;
  out->mean[at] = finite ? span->sum / (double)finite : (double)NAN;
}

static size_t rows_of(const struct series_item *item)
{
  return item->metric->is_long ? item->reduction.columns : item->metric->count;
}

/* A column for each that was drawn; a metric in memory has one for each point. */
static struct data_table columns_table(const struct series_plan *plan,
                                       const struct series_group *group, bool by_time)
{
  size_t rows = 0;
  struct columns out = {0};
  struct data_table table;

  for (size_t i = 0; i < group->count; i++) rows += rows_of(group->items[i]);
  out.run = POOL_ARRAY(plan->pool, rows, const char *);
  out.name = POOL_ARRAY(plan->pool, rows, const char *);
  out.low = POOL_ARRAY(plan->pool, rows, int64_t);
  out.high = POOL_ARRAY(plan->pool, rows, int64_t);
  out.points = POOL_ARRAY(plan->pool, rows, int64_t);
  out.nan = POOL_ARRAY(plan->pool, rows, int64_t);
  out.min = POOL_ARRAY(plan->pool, rows, double);
  out.max = POOL_ARRAY(plan->pool, rows, double);
  out.mean = POOL_ARRAY(plan->pool, rows, double);
  for (size_t i = 0; i < group->count; i++) {
    const struct series_item *item = group->items[i];
    const struct metric *metric = item->metric;

    for (size_t k = 0; k < rows_of(item); k++) {
      struct span span = {.count = 1};

      if (metric->is_long) {
        if (item->reduction.spans[k].count) put_row(&out, plan, item, &item->reduction.spans[k]);
        continue;
      }
      span.at_min = span.at_max = by_time ? metric->times_us[k] : metric->steps[k];
      span.min = span.max = span.sum = metric->values[k];
      span.nan_count = (uint64_t)(isfinite(metric->values[k]) == 0);
      put_row(&out, plan, item, &span);
    }
  }
  table = table_begin(plan->pool, out.count, 9);
  table_texts(&table, 0, "run", out.run);
  table_texts(&table, 1, "metric", out.name);
  table_integers(&table, 2, by_time ? "time_low_us" : "step_low", out.low);
  table_integers(&table, 3, by_time ? "time_high_us" : "step_high", out.high);
  table_integers(&table, 4, "points", out.points);
  table_numbers(&table, 5, "min", out.min);
  table_numbers(&table, 6, "max", out.max);
  table_numbers(&table, 7, "mean", out.mean);
  table_integers(&table, 8, "not_finite", out.nan);
  return table;
}

struct data_table series_table(const struct series_plan *plan, const struct series_group *group)
{
  for (size_t i = 0; i < group->count; i++)
    if (group->items[i]->metric->is_long)
      return columns_table(plan, group, plan->x == SERIES_X_ELAPSED || plan->x == SERIES_X_TIME);
  return points_table(plan, group);
}

struct data_table series_mean_table(const struct series_plan *plan, const char *const *names,
                                    const struct mean_band *bands, size_t count)
{
  size_t rows = 0, at = 0;
  const char **name;
  double *x, *mean, *deviation, *runs;
  struct data_table table;

  for (size_t i = 0; i < count; i++) rows += bands[i].count;
  name = POOL_ARRAY(plan->pool, rows, const char *);
  x = POOL_ARRAY(plan->pool, rows, double);
  mean = POOL_ARRAY(plan->pool, rows, double);
  deviation = POOL_ARRAY(plan->pool, rows, double);
  runs = POOL_ARRAY(plan->pool, rows, double);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < bands[i].count; k++, at++) {
      name[at] = names[i];
      x[at] = bands[i].x[k];
      mean[at] = bands[i].mean[k];
      deviation[at] = bands[i].deviation[k];
      runs[at] = bands[i].curves[k];
    }
  table = table_begin(plan->pool, rows, 5);
  table_texts(&table, 0, "runs_named", name);
  table_numbers(&table, 1,
                plan->x == SERIES_X_STEP    ? "step"
                : plan->x == SERIES_X_EPOCH ? "epoch"
                                            : "seconds",
                x);
  table_numbers(&table, 2, "mean", mean);
  table_numbers(&table, 3, "deviation", deviation);
  table_numbers(&table, 4, "runs", runs);
  return table;
}
