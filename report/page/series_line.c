#include <math.h>
#include <string.h>

#include "page/series.h"
#include "stats/smooth.h"

/* Fewer points than this are drawn as they are. */
#define SMOOTH_FROM 100
/* A series is noisy when it goes up and down this many times its range. */
#define NOISE_TURNS 6.0
/* Parts of a series that an average must follow, but for one: nearly every loss is
 * steep at first. */
#define PARTS 20
#define PARTS_LEFT_BEHIND 1

/* ---- long metrics ---- */

static void ask(struct series_plan *plan, struct series_group *group)
{
  double low = (double)INFINITY, high = -(double)INFINITY;

  for (size_t i = 0; i < group->count; i++) {
    double from, to;

    series_extent(plan, group->items[i], &from, &to);
    low = fmin(low, from);
    high = fmax(high, to);
  }
  group->columns = SERIES_COLUMNS;
  for (size_t i = 0; i < group->count; i++) {
    struct series_item *item = group->items[i];

    if (!item->metric->is_long) continue;
    item->low = low;
    item->high = high;
    item->reduction =
        (struct reduction){.metric = item->index,
                           .by_time = plan->x == SERIES_X_ELAPSED || plan->x == SERIES_X_TIME,
                           .columns = group->columns,
                           .edges = series_edges(plan, item, low, high, group->columns),
                           .spans = POOL_ARRAY(plan->pool, group->columns, struct span)};
  }
}

void series_reduce(struct series_plan *plan)
{
  const struct series_request *request = plan->request;
  struct reduction *list = POOL_ARRAY(plan->pool, plan->item_count, struct reduction);
  struct series_item **asked = POOL_ARRAY(plan->pool, plan->item_count, struct series_item *);

  for (size_t i = 0; i < plan->group_count; i++) ask(plan, &plan->groups[i]);
  for (size_t run = 0; run < request->run_count; run++) {
    size_t count = 0;

    for (size_t i = 0; i < plan->item_count; i++) {
      struct series_item *item = &plan->items[i];

      if (item->run != run || !item->reduction.columns) continue;
      asked[count] = item;
      list[count++] = item->reduction;
    }
    if (count && run_reduce(request->runs[run], list, count)) plan->pool->out_of_memory();
    for (size_t i = 0; i < count; i++) {
      asked[i]->reduction = list[i];
      if (list[i].unread && request->warn)
        request->warn(request->context, run,
                      pool_printf(plan->pool, "%s: %llu points could not be read again.",
                                  asked[i]->metric->name, (unsigned long long)list[i].unread));
    }
  }
}

static double mean_of(const struct span *span)
{
  const uint64_t finite = span->count - span->nan_count - span->posinf_count - span->neginf_count;
  const double mean = span->sum / (double)finite;

  if (finite == 0) return (double)NAN;
  /* Rounding, or a sum beyond all numbers, must not leave the span. */
  if (!isfinite(mean)) return span->min / 2 + span->max / 2;
  return fmin(fmax(mean, span->min), span->max);
}

static double middle_of(const struct series_plan *plan, const struct series_item *item,
                        const struct span *span)
{
  const double middle = (double)span->at_min / 2 + (double)span->at_max / 2;

  return series_place(plan, item->run, middle, middle);
}

/* The spans of the columns as they are drawn: of each its left and right end, so that
 * it fills its width; where points are missing there is a place without a span. */
struct outline {
  double *x;
  double *odd; /* NaN or an infinity where the column has one */
  double *low;
  double *high;
  size_t count;
};

static void put(struct outline *line, double x, double low, double high, double odd)
{
  line->x[line->count] = x;
  line->low[line->count] = low;
  line->high[line->count] = high;
  line->odd[line->count++] = odd;
}

static void put_span(struct outline *line, const struct span *span, double left, double right)
{
  const double mean = mean_of(span);
  double odd[2] = {mean, mean};
  size_t count = 0;

  if (span->nan_count) odd[count++] = (double)NAN;
  if (span->posinf_count && count < 2) odd[count++] = (double)INFINITY;
  if (span->neginf_count && count < 2) odd[count++] = -(double)INFINITY;
  put(line, left, span->min, span->max, odd[0]);
  put(line, right, span->min, span->max, odd[1]);
}

/* A line through the spans, at full strength; of each the end first that is nearer. */
static void line_of_spans(const struct series_plan *plan, const struct series_item *item,
                          struct line_series *line)
{
  const size_t columns = item->reduction.columns;
  double *x = POOL_ARRAY(plan->pool, 5 * columns, double);
  double *y = POOL_ARRAY(plan->pool, 5 * columns, double);
  size_t used = 0;

  for (size_t i = 0; i < columns; i++) {
    const struct span *span = &item->reduction.spans[i];
    const size_t before = used;
    const bool down = used && fabs(y[used - 1] - span->max) < fabs(y[used - 1] - span->min);

    if (!span->count) continue;
    if (!isnan(span->min)) {
      y[used++] = down ? span->max : span->min;
      y[used++] = down ? span->min : span->max;
    }
    if (span->posinf_count) y[used++] = (double)INFINITY;
    if (span->neginf_count) y[used++] = -(double)INFINITY;
    if (span->nan_count) y[used++] = (double)NAN;
    for (size_t k = before; k < used; k++) x[k] = middle_of(plan, item, span);
  }
  *line = (struct line_series){.x = x, .y = y, .count = used};
}

static void long_line(const struct series_plan *plan, const struct series_item *item,
                      struct line_series *line)
{
  const size_t columns = item->reduction.columns;
  const double width = (item->high - item->low) / (double)columns;
  double *x = POOL_ARRAY(plan->pool, columns, double);
  double *mean = POOL_ARRAY(plan->pool, columns, double);
  struct outline outline = {.x = POOL_ARRAY(plan->pool, 3 * columns, double),
                            .odd = POOL_ARRAY(plan->pool, 3 * columns, double),
                            .low = POOL_ARRAY(plan->pool, 3 * columns, double),
                            .high = POOL_ARRAY(plan->pool, 3 * columns, double)};
  size_t used = 0;

  for (size_t i = 0; i < columns; i++) {
    const struct span *span = &item->reduction.spans[i];
    const double left = item->low + width * (double)i;

    if (!span->count) {
      put(&outline, left, (double)NAN, (double)NAN, (double)NAN);
      outline.x[outline.count - 1] = (double)NAN; /* nothing was logged, not even NaN */
      continue;
    }
    x[used] = middle_of(plan, item, span);
    mean[used++] = mean_of(span);
    put_span(&outline, span, left, left + width);
  }
  *line = (struct line_series){.x = x,
                               .y = mean,
                               .count = used,
                               .raw_x = outline.x,
                               .raw_y = outline.odd,
                               .raw_low = outline.low,
                               .raw_high = outline.high,
                               .raw_count = outline.count};
}

/* ---- metrics in memory ---- */

static bool is_noisy(const struct series_item *item)
{
  const double *value = item->metric->values;
  const double range = item->totals.max.number - item->totals.min.number;
  double way = 0;

  if (item->metric->count < SMOOTH_FROM || !(range > 0)) return false;
  for (size_t i = 1; i < item->metric->count; i++)
    if (isfinite(value[i]) && isfinite(value[i - 1])) way += fabs(value[i] - value[i - 1]);
  return way > NOISE_TURNS * range;
}

/* The average reaches over about a fiftieth of the run. */
static double suitable_weight(size_t count)
{
  return fmin(0.99, fmax(0.6, 1 - 50 / (double)count));
}

/* Whether the average follows its series: in hardly a part of it is it off by more than
 * the noise that it is to take away. */
static bool follows(const double *value, const double *smooth, size_t count)
{
  double noise = 0;
  size_t pairs = 0, behind = 0;

  for (size_t i = 1; i < count; i++) {
    const double step = value[i] - value[i - 1];

    if (!isfinite(step)) continue;
    noise += step * step;
    pairs++;
  }
  noise = pairs ? sqrt(noise / (2 * (double)pairs)) : 0;
  for (size_t part = 0; part < PARTS; part++) {
    double off = 0;
    size_t points = 0;

    for (size_t i = part * count / PARTS; i < (part + 1) * count / PARTS; i++) {
      if (!isfinite(value[i] - smooth[i])) continue;
      off += value[i] - smooth[i];
      points++;
    }
    behind += points && fabs(off / (double)points) > noise;
  }
  return behind <= PARTS_LEFT_BEHIND;
}

/* Smooths a noisy series as much as it bears.  Returns the weight. */
static double smooth_well(double *smooth, const double *value, size_t count)
{
  static const double less[] = {0.95, 0.9, 0.8, 0.6};
  const double most = suitable_weight(count);

  smooth_ema(smooth, value, count, most);
  if (follows(value, smooth, count)) return most;
  for (size_t i = 0; i < sizeof less / sizeof *less; i++) {
    if (less[i] >= most) continue;
    smooth_ema(smooth, value, count, less[i]);
    if (follows(value, smooth, count)) return less[i];
  }
  return 0;
}

static void mark_best(struct line_series *line, const struct series_item *item)
{
  const int direction = metric_direction(item->metric);
  const double best = direction < 0 ? item->totals.min.number : item->totals.max.number;

  if (!direction || line->raw_count || !isfinite(best)) return;
  for (size_t i = 0; i < line->count && !line->has_ring; i++) {
    if (line->y[i] < best || line->y[i] > best || isnan(line->y[i])) continue;
    line->has_ring = true;
    line->ring_x = line->x[i];
    line->ring_y = line->y[i];
  }
}

void series_line(const struct series_plan *plan, struct series_item *item, struct line_series *line)
{
  const struct series_settings *settings = plan->request->settings;
  const struct metric *metric = item->metric;
  double *smooth;

  item->weight = 0;
  if (metric->is_long) {
    if (settings->has_smooth && !(settings->smooth > 0))
      line_of_spans(plan, item, line);
    else
      long_line(plan, item, line);
    return;
  }
  *line = (struct line_series){
      .x = series_places(plan, item), .y = metric->values, .count = metric->count};
  smooth = POOL_ARRAY(plan->pool, metric->count, double);
  if (settings->has_smooth) {
    item->weight = metric->count > 2 ? settings->smooth : 0;
    smooth_ema(smooth, metric->values, metric->count, item->weight);
  } else if (is_noisy(item)) {
    item->weight = smooth_well(smooth, metric->values, metric->count);
  }
  if (item->weight > 0) {
    line->raw_x = line->x;
    line->raw_y = metric->values;
    line->raw_count = metric->count;
    line->y = smooth;
  }
  if (item->phase != PHASE_TRAIN) mark_best(line, item);
}
