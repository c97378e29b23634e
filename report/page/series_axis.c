#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/number.h"
#include "page/series.h"

/* ---- epochs ---- */

/* Two points that are as good as one say nothing about what lies between. */
static void add_node(struct epoch_map *map, double step, double epoch)
{
  const size_t n = map->count;

  if (!isfinite(epoch) || (n && (step <= map->steps[n - 1] || epoch < map->epochs[n - 1]))) return;
  map->steps[n] = step;
  map->epochs[n] = epoch;
  map->count++;
}

static bool is_epoch(const struct metric *metric)
{
  const char *last = strrchr(metric->name, '/');

  return metric->kind == METRIC_SCALAR && metric->type != VALUE_TEXT &&
         strcasecmp(last ? last + 1 : metric->name, "epoch") == 0;
}

/* A long metric tells its epochs column by column. */
static void map_long(const struct series_plan *plan, struct epoch_map *map, struct run *run,
                     size_t index)
{
  const struct metric *metric = &run->metrics[index];
  int64_t *edges = POOL_ARRAY(plan->pool, SERIES_COLUMNS + 1, int64_t);
  const double width = (double)metric->step_max - (double)metric->step_min;
  struct reduction reduction = {.metric = index,
                                .columns = SERIES_COLUMNS,
                                .edges = edges,
                                .spans = POOL_ARRAY(plan->pool, SERIES_COLUMNS, struct span)};

  for (size_t i = 1; i < SERIES_COLUMNS; i++)
    edges[i] = metric->step_min + (int64_t)(width * (double)i / SERIES_COLUMNS);
  edges[0] = INT64_MIN;
  edges[SERIES_COLUMNS] = INT64_MAX;
  if (run_reduce(run, &reduction, 1)) plan->pool->out_of_memory();
  for (size_t i = 0; i < SERIES_COLUMNS; i++) {
    const struct span *span = &reduction.spans[i];

    if (!span->count || isnan(span->min)) continue;
    add_node(map, (double)span->at_min, span->min);
    add_node(map, (double)span->at_max, span->max);
  }
}

static struct epoch_map map_epochs(const struct series_plan *plan, struct run *run)
{
  struct epoch_map map = {0};

  for (size_t i = 0; i < run->metric_count && map.count < 2; i++) {
    const struct metric *metric = &run->metrics[i];
    const size_t room = metric->is_long ? 2 * SERIES_COLUMNS : metric->count;

    if (!is_epoch(metric)) continue;
    map = (struct epoch_map){.steps = POOL_ARRAY(plan->pool, room, double),
                             .epochs = POOL_ARRAY(plan->pool, room, double)};
    if (metric->is_long) {
      map_long(plan, &map, run, i);
      continue;
    }
    for (size_t k = 0; k < metric->count; k++)
      add_node(&map, (double)metric->steps[k], metric->values[k]);
  }
  return map;
}

/* Between two nodes, or beyond the ends as between the nearest two. */
static double epoch_of(const struct epoch_map *map, double step)
{
  size_t low = 0, high = map->count - 1;

  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;

    if (map->steps[middle] <= step)
      low = middle;
    else
      high = middle;
  }
  return map->epochs[low] + (step - map->steps[low]) * (map->epochs[high] - map->epochs[low]) /
                                (map->steps[high] - map->steps[low]);
}

void series_prepare_axis(struct series_plan *plan)
{
  const struct series_request *request = plan->request;

  plan->x = request->settings->x;
  if (plan->x != SERIES_X_EPOCH) return;
  plan->epochs = POOL_ARRAY(plan->pool, request->run_count, struct epoch_map);
  for (size_t i = 0; i < request->run_count; i++) {
    plan->epochs[i] = map_epochs(plan, request->runs[i]);
    if (plan->epochs[i].count >= 2) continue;
    plan->x = SERIES_X_STEP;
    if (request->warn)
      request->warn(request->context, i,
                    "No metric named epoch tells which step belongs to which epoch; the line "
                    "charts are drawn over steps.");
  }
}

/* ---- places ---- */

static double start_us(const struct series_plan *plan, size_t run)
{
  return (double)(plan->request->runs[run]->start_ns / 1000);
}

double series_place(const struct series_plan *plan, size_t run, double step, double time_us)
{
  switch (plan->x) {
    case SERIES_X_EPOCH: return epoch_of(&plan->epochs[run], step);
    case SERIES_X_ELAPSED: return (time_us - start_us(plan, run)) / 1e6;
    case SERIES_X_TIME: return time_us / 1e6;
    case SERIES_X_STEP: break;
  }
  return step;
}

const double *series_places(const struct series_plan *plan, const struct series_item *item)
{
  const struct metric *metric = item->metric;
  double *x = POOL_ARRAY(plan->pool, metric->count, double);

  for (size_t i = 0; i < metric->count; i++)
    x[i] = series_place(plan, item->run, (double)metric->steps[i], (double)metric->times_us[i]);
  return x;
}

void series_extent(const struct series_plan *plan, const struct series_item *item, double *low,
                   double *high)
{
  const struct metric *metric = item->metric;
  int64_t steps[2] = {metric->step_min, metric->step_max};
  int64_t times[2] = {metric->time_min_us, metric->time_max_us};

  if (!metric->is_long) {
    steps[0] = metric->steps[0];
    steps[1] = metric->steps[metric->count - 1];
    times[0] = times[1] = metric->times_us[0];
    for (size_t i = 1; i < metric->count; i++) {
      if (metric->times_us[i] < times[0]) times[0] = metric->times_us[i];
      if (metric->times_us[i] > times[1]) times[1] = metric->times_us[i];
    }
  }
  *low = series_place(plan, item->run, (double)steps[0], (double)times[0]);
  *high = series_place(plan, item->run, (double)steps[1], (double)times[1]);
}

/* A double as the nearest whole number not below it. */
static int64_t whole(double value)
{
  if (!(value > -9.2e18)) return INT64_MIN + 1;
  if (!(value < 9.2e18)) return INT64_MAX - 1;
  return (int64_t)ceil(value);
}

/* The first step of a long metric at which `epoch` is reached. */
static int64_t step_of_epoch(const struct epoch_map *map, const struct metric *metric, double epoch)
{
  int64_t low = metric->step_min, high = metric->step_max;

  while (low < high) {
    const int64_t middle = low + (int64_t)(((uint64_t)high - (uint64_t)low) / 2);

    if (epoch_of(map, (double)middle) < epoch)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const int64_t *series_edges(const struct series_plan *plan, const struct series_item *item,
                            double low, double high, size_t columns)
{
  int64_t *edges = POOL_ARRAY(plan->pool, columns + 1, int64_t);

  edges[0] = INT64_MIN;
  edges[columns] = INT64_MAX;
  for (size_t i = 1; i < columns; i++) {
    const double x = low + (high - low) * (double)i / (double)columns;

    if (plan->x == SERIES_X_STEP)
      edges[i] = whole(x);
    else if (plan->x == SERIES_X_EPOCH)
      edges[i] = step_of_epoch(&plan->epochs[item->run], item->metric, x);
    else
      edges[i] = whole(x * 1e6 + (plan->x == SERIES_X_ELAPSED ? start_us(plan, item->run) : 0));
  }
  return edges;
}

/* ---- words ---- */

const char *series_axis_name(const struct series_plan *plan)
{
  switch (plan->x) {
    case SERIES_X_EPOCH: return "Epoch";
    case SERIES_X_ELAPSED: return "Time since the start";
    case SERIES_X_TIME: return "Time";
    case SERIES_X_STEP: break;
  }
  return "Step";
}

enum line_x_kind series_axis_kind(const struct series_plan *plan, double low, double high)
{
  if (plan->x == SERIES_X_ELAPSED) return LINE_X_ELAPSED;
  if (plan->x == SERIES_X_TIME) return LINE_X_UTC;
  /* Whole epochs, unless the run did not get through a few of them. */
  if (plan->x == SERIES_X_EPOCH && high - low < 4) return LINE_X_NUMBER;
  return LINE_X_STEP;
}

const char *series_where(const struct series_plan *plan, size_t run, int64_t step)
{
  char number[NUMBER_SIZE];

  if (plan->x == SERIES_X_EPOCH)
    return pool_printf(plan->pool, "epoch %s",
                       number_short(number, epoch_of(&plan->epochs[run], (double)step), 4));
  if (step < 0 || step > 9007199254740992)
    return pool_printf(plan->pool, "step %lld", (long long)step);
  return pool_printf(plan->pool, "step %s", number_count(number, (double)step));
}
