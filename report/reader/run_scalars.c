/* Scalar metrics: the series of all writers joined by name, in order, with totals.
 *
 * A metric of one writer keeps that writer's arrays; only a metric of several is
 * copied.  Totals are made per series in order of logging, as the footer has them,
 * so that a summary and the whole run tell the same.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader/point_order.h"
#include "reader/run_build.h"

/* Metrics of texts and of numbers may share a name. */
enum { KEY_NUMBERS, KEY_TEXTS };

struct parts {
  struct run_part *items;
  size_t count;
  size_t capacity;
  struct name_map names;
};

struct series *run_series(const struct run_state *state, const struct run_part *part)
{
  return &state->sources[part->source].contents.series.items[part->index];
}

static struct value value_of(uint8_t type, const struct series *series, size_t at)
{
  struct value value = {.type = (enum value_type)type};

  if (type == FORMAT_VALUE_FLOAT) {
    value.number = series->numbers[at];
  } else {
    value.integer = series->integers[at];
    value.number = (double)value.integer;
  }
  return value;
}

struct value run_value_of_bits(uint8_t type, uint64_t bits)
{
  struct value value = {.type = (enum value_type)type};

  if (type == FORMAT_VALUE_FLOAT) {
    value.number = epochlog__of_bits(bits);
  } else {
    memcpy(&value.integer, &bits, sizeof bits);
    value.number = (double)value.integer;
  }
  return value;
}

/* ---- totals ---- */

static const struct value NO_VALUE = {.type = VALUE_FLOAT, .number = (double)NAN};

static void total_points(struct part_totals *out, const struct series *series)
{
  struct metric_totals *totals = &out->totals;
  size_t min = SIZE_MAX, max = SIZE_MAX;

  totals->count = series->count;
  totals->first_step = series->steps[0];
  totals->last_step = series->steps[series->count - 1];
  out->time_first_us = series->times_us[0];
  out->time_last_us = series->times_us[series->count - 1];
  totals->min = totals->max = NO_VALUE;
  if (series->type == FORMAT_VALUE_TEXT) return;
  totals->first = value_of(series->type, series, 0);
  totals->last = value_of(series->type, series, series->count - 1);
  if (series->type == FORMAT_VALUE_FLOAT) {
    const double *v = series->numbers;

    for (size_t i = 0; i < series->count; i++) {
      if (!isfinite(v[i])) {
        totals->nan_count += (uint64_t)(isnan(v[i]) != 0);
        totals->posinf_count += v[i] > 0;
        totals->neginf_count += v[i] < 0;
        continue;
      }
      totals->sum += v[i];
      if (min == SIZE_MAX || v[i] < v[min]) min = i;
      if (max == SIZE_MAX || v[i] > v[max]) max = i;
    }
  } else {
    const int64_t *v = series->integers;

    for (size_t i = 0; i < series->count; i++) {
      totals->sum += (double)v[i];
      if (min == SIZE_MAX || v[i] < v[min]) min = i;
      if (max == SIZE_MAX || v[i] > v[max]) max = i;
    }
  }
  if (min == SIZE_MAX) return;
  totals->min = value_of(series->type, series, min);
  totals->max = value_of(series->type, series, max);
  totals->min_step = series->steps[min];
  totals->max_step = series->steps[max];
}

/* What the footer says of the series of `index`; false when nothing. */
static bool total_footer(struct part_totals *out, const struct contents *contents, uint32_t index)
{
  const struct series *series = &contents->series.items[index];
  struct footer_totals footer;
  struct metric_totals *totals = &out->totals;

  /* The table was filled from the footer alone, so its order is the footer's. */
  if (!footer_totals_get(&contents->footer, index, &footer) || footer.n == 0) return false;
  totals->count = footer.n;
  totals->nan_count = footer.n_nan;
  totals->posinf_count = footer.n_posinf;
  totals->neginf_count = footer.n_neginf;
  totals->first_step = footer.step_first;
  totals->last_step = footer.step_last;
  /* Its smallest and greatest step, not where the values are. */
  totals->min_step = totals->max_step = INT64_MIN;
  totals->sum = footer.sum;
  out->time_first_us = footer.time_first_us;
  out->time_last_us = footer.time_last_us;
  totals->min = totals->max = NO_VALUE;
  if (series->type == FORMAT_VALUE_TEXT) return true;
  totals->first = run_value_of_bits(series->type, footer.first);
  totals->last = run_value_of_bits(series->type, footer.last);
  if (footer.n == footer.n_nan + footer.n_posinf + footer.n_neginf) return true;
  totals->min = run_value_of_bits(series->type, footer.min);
  totals->max = run_value_of_bits(series->type, footer.max);
  return true;
}

static bool is_less(const struct value *a, const struct value *b)
{
  if (a->type == VALUE_FLOAT || b->type == VALUE_FLOAT) return a->number < b->number;
  return a->integer < b->integer;
}

static void join_totals(struct part_totals *all, const struct part_totals *part)
{
  struct metric_totals *a = &all->totals;
  const struct metric_totals *b = &part->totals;

  if (a->count == 0) {
    *all = *part;
    return;
  }
  a->count += b->count;
  a->nan_count += b->nan_count;
  a->posinf_count += b->posinf_count;
  a->neginf_count += b->neginf_count;
  a->sum += b->sum;
  if (part->time_first_us < all->time_first_us) {
    all->time_first_us = part->time_first_us;
    a->first = b->first;
    a->first_step = b->first_step;
  }
  if (part->time_last_us >= all->time_last_us) {
    all->time_last_us = part->time_last_us;
    a->last = b->last;
    a->last_step = b->last_step;
  }
  if (part->step_min < all->step_min) all->step_min = part->step_min;
  if (part->step_max > all->step_max) all->step_max = part->step_max;
  if (part->time_min_us < all->time_min_us) all->time_min_us = part->time_min_us;
  if (part->time_max_us > all->time_max_us) all->time_max_us = part->time_max_us;
  if (isnan(a->min.number) || is_less(&b->min, &a->min)) {
    a->min = b->min;
    a->min_step = b->min_step;
  }
  if (isnan(a->max.number) || is_less(&a->max, &b->max)) {
    a->max = b->max;
    a->max_step = b->max_step;
  }
}

/* ---- which series belong together ---- */

static enum value_type joined_type(enum value_type a, enum value_type b)
{
  if (a == b) return a;
  return a == VALUE_FLOAT || b == VALUE_FLOAT ? VALUE_FLOAT : VALUE_INTEGER;
}

static int describe_metric(struct run_state *state, struct metric *metric,
                           const struct series *series)
{
  metric->kind = METRIC_SCALAR;
  metric->type = (enum value_type)series->type;
  metric->goal = series->goal <= 2 ? series->goal : 0;
  metric->unit = arena_str(&state->arena, series->unit);
  metric->description = arena_str(&state->arena, series->description);
  return metric->unit && metric->description ? 0 : -1;
}

static int add_part(struct run_state *state, struct parts *parts, struct run_part part)
{
  const struct series *series = run_series(state, &part);
  int key = series->type == FORMAT_VALUE_TEXT ? KEY_TEXTS : KEY_NUMBERS;
  struct metric metric = {0}, *known;
  struct run_part *items =
      array_grow(parts->items, &parts->capacity, parts->count + 1, sizeof *items);

  if (!items) return -1;
  parts->items = items;
  metric.name = series->described ? arena_str(&state->arena, series->name)
                                  : arena_format(&state->arena, "series %" PRIu32, series->id);
  if (!metric.name) return -1;
  part.metric = name_map_get(&parts->names, metric.name, key);
  if (part.metric == NAME_MAP_NONE) {
    if (describe_metric(state, &metric, series)) return -1;
    part.metric = run_add_metric(state, &metric);
    if (part.metric == SIZE_MAX || name_map_put(&parts->names, metric.name, key, part.metric))
      return -1;
  } else {
    known = &state->metrics[part.metric];
    known->type = joined_type(known->type, (enum value_type)series->type);
    if (known->goal == 0 && series->goal <= 2) known->goal = series->goal;
  }
  items[parts->count++] = part;
  return 0;
}

static int find_parts(struct run_state *state, struct parts *parts)
{
  for (size_t i = 0; i < state->source_count; i++) {
    const struct contents *contents = &state->sources[i].contents;

    for (size_t k = 0; k < contents->series.count; k++) {
      struct run_part part = {.source = i, .index = (uint32_t)k};
      struct part_totals totals;

      /* Defined but never logged: nothing to show. */
      if (state->sources[i].from_footer ? !total_footer(&totals, contents, part.index)
                                        : series_total(&contents->series.items[k]) == 0)
        continue;
      if (add_part(state, parts, part)) return -1;
    }
  }
  return 0;
}

/* ---- points ---- */

struct points {
  size_t count;
  int64_t *steps;
  int64_t *times;
  double *values;
  int64_t *integers;
  const char **texts;
};

static bool allocate(struct run_state *state, struct points *points, enum value_type type,
                     size_t count)
{
  points->steps = run_array(state, count, sizeof *points->steps);
  points->times = points->steps ? run_array(state, count, sizeof *points->times) : NULL;
  if (!points->times) return false;
  if (type == VALUE_TEXT)
    return (points->texts = run_array(state, count, sizeof *points->texts)) != NULL;
  if (type != VALUE_FLOAT &&
      !(points->integers = run_array(state, count, sizeof *points->integers)))
    return false;
  return (points->values = run_array(state, count, sizeof *points->values)) != NULL;
}

static bool append(struct run_state *state, struct points *points, const struct series *series)
{
  size_t at = points->count, n = series->count;

  memcpy(points->steps + at, series->steps, n * sizeof *points->steps);
  memcpy(points->times + at, series->times_us, n * sizeof *points->times);
  if (series->type == FORMAT_VALUE_TEXT) {
    for (size_t i = 0; i < n; i++)
      if (!(points->texts[at + i] = arena_str(&state->arena, series->texts[i]))) return false;
  } else if (series->type == FORMAT_VALUE_FLOAT) {
    memcpy(points->values + at, series->numbers, n * sizeof *points->values);
  } else {
    for (size_t i = 0; i < n; i++) points->values[at + i] = (double)series->integers[i];
    if (points->integers) memcpy(points->integers + at, series->integers, n * sizeof(int64_t));
  }
  points->count += n;
  return true;
}

static int put_in_order(struct points *points)
{
  size_t *order, n = points->count;
  int result;

  if (point_order(points->steps, points->times, n, &order)) return -1;
  if (!order) return 0;
  result = point_order_apply(points->steps, n, 8, order) |
           point_order_apply(points->times, n, 8, order) |
           point_order_apply(points->values, n, 8, order) |
           point_order_apply(points->integers, n, 8, order) |
           point_order_apply((void *)points->texts, n, sizeof *points->texts, order);
  free(order);
  return result ? -1 : 0;
}

/* A series that is a metric by itself gives its arrays away. */
static int adopt(struct run_state *state, struct points *points, struct series *series)
{
  int result;

  points->count = series->count;
  points->steps = series->steps;
  points->times = series->times_us;
  points->values = series->numbers;
  series->steps = series->times_us = NULL;
  series->numbers = NULL;
  result = run_own(state, points->steps);
  if (result) {
    free(points->times);
    free(points->values);
    return -1;
  }
  if (run_own(state, points->times)) {
    free(points->values);
    return -1;
  }
  return run_own(state, points->values);
}

static int build_points(struct run_state *state, const struct run_part *parts, size_t count)
{
  struct metric *metric = &state->metrics[parts[0].metric];
  struct points points = {0};
  size_t total = 0;

  for (size_t i = 0; i < count; i++) total += run_series(state, &parts[i])->count;
  if (count == 1 && metric->type == VALUE_FLOAT) {
    if (adopt(state, &points, run_series(state, &parts[0]))) return -1;
  } else {
    if (!allocate(state, &points, metric->type, total)) return -1;
    for (size_t i = 0; i < count; i++)
      if (!append(state, &points, run_series(state, &parts[i]))) return -1;
  }
  if (put_in_order(&points)) return -1;
  metric->count = points.count;
  metric->steps = points.steps;
  metric->times_us = points.times;
  metric->values = points.values;
  metric->integers = points.integers;
  metric->texts = points.texts;
  return 0;
}

/* ---- all of it ---- */

static int compare_parts(const void *left, const void *right)
{
  const struct run_part *a = left, *b = right;

  if (a->metric != b->metric) return a->metric < b->metric ? -1 : 1;
  if (a->source != b->source) return a->source < b->source ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

static void note_time(struct run_source *source, int64_t time_us)
{
  int64_t ns = time_us > INT64_MAX / 1000 || time_us < INT64_MIN / 1000 ? 0 : time_us * 1000;

  if (ns > source->last_ns) source->last_ns = ns;
}

/* Whether the points of a metric of numbers are left where they are. */
static bool is_long(const struct run_state *state, const struct run_part *parts, size_t count)
{
  uint64_t total = 0;

  if (state->detail != RUN_CHARTS || state->metrics[parts[0].metric].type == VALUE_TEXT)
    return false;
  for (size_t i = 0; i < count; i++) {
    const struct series *series = run_series(state, &parts[i]);

    if (series->is_long) return true;
    total += series_total(series);
  }
  return total > state->points_max;
}

/* Values of a narrower part are of the type that all parts have together. */
static void set_type(struct metric_totals *totals, enum value_type type)
{
  if (type == VALUE_TEXT) return;
  totals->first.type = totals->last.type = totals->min.type = totals->max.type = type;
}

static int build_metric(struct run_state *state, const struct run_part *parts, size_t count)
{
  struct part_totals all = {0};
  struct metric *metric = &state->metrics[parts[0].metric];
  struct metric_totals *totals = &state->totals[parts[0].metric];

  metric->is_long = is_long(state, parts, count);
  for (size_t i = 0; i < count; i++) {
    struct run_source *source = &state->sources[parts[i].source];
    struct part_totals one = {0};

    if (source->from_footer)
      total_footer(&one, &source->contents, parts[i].index);
    else if (!metric->is_long)
      total_points(&one, run_series(state, &parts[i]));
    else if (run_total_long(state, &parts[i], &one))
      return -1;
    note_time(source, one.time_last_us);
    join_totals(&all, &one);
  }
  set_type(&all.totals, metric->type);
  *totals = all.totals;
  if (state->detail == RUN_SUMMARY) return 0;
  if (metric->is_long) {
    metric->count = (size_t)totals->count;
    metric->step_min = all.step_min;
    metric->step_max = all.step_max;
    metric->time_min_us = all.time_min_us;
    metric->time_max_us = all.time_max_us;
    return 0;
  }
  if (build_points(state, parts, count)) return -1;
  if (metric->type == VALUE_TEXT) {
    totals->first = (struct value){.type = VALUE_TEXT, .text = metric->texts[0]};
    totals->last = (struct value){.type = VALUE_TEXT, .text = metric->texts[metric->count - 1]};
  }
  return 0;
}

int run_build_scalars(struct run_state *state)
{
  struct parts parts = {0};
  int result = find_parts(state, &parts);

  if (result == 0 && parts.count > 1)
    qsort(parts.items, parts.count, sizeof *parts.items, compare_parts);
  for (size_t i = 0; result == 0 && i < parts.count;) {
    size_t end = i + 1;

    while (end < parts.count && parts.items[end].metric == parts.items[i].metric) end++;
    result = build_metric(state, parts.items + i, end - i);
    i = end;
  }
  state->parts = parts.items;
  state->part_count = parts.count;
  name_map_release(&parts.names);
  return result;
}
