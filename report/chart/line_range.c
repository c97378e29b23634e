#include "chart/line_range.h"

#include <math.h>
#include <stdlib.h>

#include "chart/trace.h"

/* Quantiles come from an even sample: they only decide how the axis is cut. */
#define SAMPLE_MAX 4096

/* A spread this many times the middle 98 % makes a value an outlier; with fewer
 * points than OUTLIER_POINTS the percentiles say too little. */
#define OUTLIER_SPREADS 10
#define OUTLIER_POINTS 50

#define LOG_RATIO 100

struct sample {
  double values[SAMPLE_MAX];
  size_t count;
};

static int compare(const void *a, const void *b)
{
  const double *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static double quantile(const struct sample *sample, double share)
{
  return sample->values[(size_t)(share * (double)(sample->count - 1) + 0.5)];
}

static void add_values(struct line_range *range, const double *values, size_t count, size_t *finite)
{
  range_add_all(&range->y, values, count);
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(values[i])) continue;
    ++*finite;
    if (values[i] <= 0) range->not_positive++;
  }
}

/* Every `stride`th of all values, `at` of which came before these. */
static void sample_values(struct sample *sample, const double *values, size_t count, size_t stride,
                          size_t at)
{
  for (size_t k = 0; k < count; k++)
    if ((at + k) % stride == 0 && isfinite(values[k]) && sample->count < SAMPLE_MAX)
      sample->values[sample->count++] = values[k];
}

static void take_sample(struct sample *sample, const struct line_chart *chart, size_t total)
{
  size_t stride = total / SAMPLE_MAX + 1, at = 0;

  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];
    size_t count = series->raw_count ? series->raw_count : series->count;

    if (series->raw_count && series->raw_low) {
      sample_values(sample, series->raw_low, count, stride, at);
      sample_values(sample, series->raw_high, count, stride, at);
    }
    sample_values(sample, series->raw_count ? series->raw_y : series->y, count, stride, at);
    at += count;
  }
  qsort(sample->values, sample->count, sizeof *sample->values, compare);
}

/* A single spike of 1e6 would press the rest flat: cut the axis, mark the spike. */
static void cut_outliers(struct line_range *range, const struct sample *sample)
{
  double low, high, spread;

  if (sample->count < OUTLIER_POINTS) return;
  low = quantile(sample, 0.01);
  high = quantile(sample, 0.99);
  spread = high - low;
  if (!(spread > 0)) return;
  if (range->largest > high + OUTLIER_SPREADS * spread) {
    range->y.high = high + spread / 4;
    range->cuts_above = true;
  }
  if (range->smallest < low - OUTLIER_SPREADS * spread) {
    range->y.low = low - spread / 4;
    range->cuts_below = true;
  }
}

/* A log axis begins at the smallest value above zero. */
static double smallest_positive(const struct line_chart *chart)
{
  double smallest = (double)INFINITY;

  for (size_t i = 0; i < chart->series_count; i++) {
    const struct line_series *series = &chart->series[i];

    for (size_t k = 0; k < series->count; k++)
      if (series->y[k] > 0 && series->y[k] < smallest) smallest = series->y[k];
    for (size_t k = 0; k < series->raw_count; k++)
      if (series->raw_y[k] > 0 && series->raw_y[k] < smallest) smallest = series->raw_y[k];
    for (size_t k = 0; series->raw_low && k < series->raw_count; k++)
      if (series->raw_low[k] > 0 && series->raw_low[k] < smallest) smallest = series->raw_low[k];
  }
  return smallest;
}

static void add_series(struct line_range *range, const struct line_series *series, size_t *finite)
{
  const struct trace line = {.x = series->x, .y = series->y, .count = series->count};
  const struct trace raw = {.x = series->raw_x, .y = series->raw_y, .count = series->raw_count};

  for (size_t k = 0; k < line.count; k++) range_add(&range->x, trace_x(&line, k));
  for (size_t k = 0; k < raw.count; k++) range_add(&range->x, trace_x(&raw, k));
  add_values(range, series->y, series->count, finite);
  add_values(range, series->raw_y, series->raw_count, finite);
  if (series->raw_low && series->raw_high) {
    add_values(range, series->raw_low, series->raw_count, finite);
    add_values(range, series->raw_high, series->raw_count, finite);
  }
  if (series->low && series->high) {
    range_add_all(&range->y, series->low, series->count);
    range_add_all(&range->y, series->high, series->count);
  }
}

/* Values that vary much for their distance from zero are shown from zero. */
static void set_floor(struct line_range *range, const struct line_chart *chart)
{
  struct range *y = &range->y;

  if (chart->y_from_zero || chart->y_kind == LINE_Y_INTEGER)
    range_add(y, 0);
  else if (!y->is_empty && y->low >= 0 && y->high <= 1 && y->high - y->low >= 0.25 &&
           y->low <= y->high - y->low)
    range_add(y, 0);
}

struct line_range line_range_of(const struct line_chart *chart)
{
  struct line_range range = {.x = range_none(), .y = range_none()};
  struct sample *sample;
  size_t finite = 0, total = 0;

  for (size_t i = 0; i < chart->series_count; i++) {
    add_series(&range, &chart->series[i], &finite);
    total += chart->series[i].raw_count ? chart->series[i].raw_count : chart->series[i].count;
  }
  range.largest = range.y.high;
  range.smallest = range.y.low;
  if (finite == 0) range.y = range_none();

  /* Without memory for the sample the axis is linear and uncut: still right. */
  sample = range.y.is_empty ? NULL : calloc(1, sizeof *sample);
  if (sample) take_sample(sample, chart, total);
  range.is_log = chart->y_kind == LINE_Y_LOG && range.y.high > 0;
  if (chart->y_kind == LINE_Y_AUTO && sample && sample->count && range.not_positive == 0 &&
      range.smallest > 0 && !chart->y_from_zero)
    range.is_log = range.largest / quantile(sample, 0.05) > LOG_RATIO;
  if (range.is_log) {
    range.y.low = fmax(range.y.low, smallest_positive(chart));
  } else {
    if (sample && sample->count && !chart->keep_outliers) cut_outliers(&range, sample);
    set_floor(&range, chart);
  }
  free(sample);
  for (size_t i = 0; i < chart->reference_count; i++) {
    const struct line_reference *reference = &chart->references[i];

    if (!reference->vertical && (!range.is_log || reference->at > 0))
      range_add(&range.y, reference->at);
  }
  return range;
}
