#include "page/figures_overlay.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figures_curves.h"
#include "page/figures_importance.h"
#include "stats/sort.h"

/* ---- regression ---- */

/* So many points say all that a distribution can show. */
#define STEPS 200

/* The share of rows whose error is at most x, at evenly spread shares. */
static void error_curve(const struct overlay *o, struct chart_curve *curve,
                        const struct regression_result *from)
{
  const size_t points = from->rows < STEPS ? from->rows : STEPS;
  double *size = POOL_ARRAY(o->pool, from->rows, double);
  double *x = POOL_ARRAY(o->pool, points + 1, double);
  double *y = POOL_ARRAY(o->pool, points + 1, double);

  for (size_t i = 0; i < from->rows; i++) size[i] = fabs(from->residuals[i]);
  if (sort_doubles(size, from->rows)) return; /* out of memory: no line */
  for (size_t i = 1; i <= points; i++) {
    const size_t at = (i * from->rows + points - 1) / points;

    x[i] = size[at - 1];
    y[i] = (double)at / (double)from->rows;
  }
  curve->x = x;
  curve->y = y;
  curve->count = points + 1;
}

static struct data_table curves_table(const struct overlay *o, const struct chart_curve *curves,
                                      size_t count, const char *x_name, const char *y_name)
{
  struct data_table table;
  size_t rows = 0, at = 0;
  const char **name;
  double *x, *y;

  for (size_t i = 0; i < count; i++) rows += curves[i].count;
  name = POOL_ARRAY(o->pool, rows, const char *);
  x = POOL_ARRAY(o->pool, rows, double);
  y = POOL_ARRAY(o->pool, rows, double);
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < curves[i].count; k++, at++) {
      name[at] = curves[i].name;
      x[at] = curves[i].x[k];
      y[at] = curves[i].y[k];
    }
  }
  table = table_begin(o->pool, rows, 3);
  table_texts(&table, 0, "run", name);
  table_numbers(&table, 1, x_name, x);
  table_numbers(&table, 2, y_name, y);
  return table;
}

static const char *error_text(const struct overlay *o, const struct regression_result *from,
                              const char *title, const char *name)
{
  char number[NUMBER_SIZE];

  return pool_printf(o->pool, "%s %s", title,
                     number_metric(number, scalar_table_value(&from->numbers.table, name)));
}

void overlay_add_errors(const struct overlay *o)
{
  struct figure *figure = overlay_begin(o, FIGURE_CURVE, "errors", "Errors", o->of);
  struct curve_chart *chart = &figure->chart.curve;
  struct chart_curve *curves = POOL_ARRAY(o->pool, o->entry->count, struct chart_curve);

  for (size_t i = 0; i < o->entry->count; i++) {
    const struct regression_result *from = &o->entry->results[i]->regression;
    struct chart_curve *curve = &curves[chart->curve_count];

    if (o->entry->results[i]->reason) continue;
    *curve = (struct chart_curve){.name = overlay_label(o, i),
                                  .value = error_text(o, from, "MAE", "mean_absolute_error"),
                                  .shape = CURVE_STEP_AFTER,
                                  .hue = (unsigned)i + 1};
    error_curve(o, curve, from);
    chart->curve_count++;
  }
  chart->curves = curves;
  chart->wide = true;
  chart->x_axis = CURVE_AXIS_ZERO;
  chart->y_axis = CURVE_AXIS_PERCENT;
  chart->text.x_name = "Absolute error";
  chart->text.y_name = "Share of rows with at most that error";
  if (!chart->curve_count) chart->text.message = "no run has predictions";
  figure->caption =
      "How many of the predictions are off by no more than which amount. The line that lies above "
      "and to the left of the others is the better one.";
  figure->data = curves_table(o, curves, chart->curve_count, "absolute_error", "share_of_rows");
}

/* The mean prediction of each bin of true values that has rows. */
void overlay_add_predictions(const struct overlay *o)
{
  struct figure *figure =
      overlay_begin(o, FIGURE_CURVE, "predictions", "Predicted against true", o->of);
  struct curve_chart *chart = &figure->chart.curve;
  struct curve_reference *ideal = POOL_NEW(o->pool, struct curve_reference);
  struct chart_curve *curves = POOL_ARRAY(o->pool, o->entry->count, struct chart_curve);
  double ends[2] = {HUGE_VAL, -HUGE_VAL};

  for (size_t i = 0; i < o->entry->count; i++) {
    const struct regression_result *from = &o->entry->results[i]->regression;
    struct chart_curve *curve = &curves[chart->curve_count];
    double *x = POOL_ARRAY(o->pool, from->bins.bins, double);
    double *y = POOL_ARRAY(o->pool, from->bins.bins, double);

    if (o->entry->results[i]->reason) continue;
    *curve = (struct chart_curve){.name = overlay_label(o, i),
                                  .value = error_text(o, from, "R²", "r2_score_unclipped"),
                                  .x = x,
                                  .y = y,
                                  .hue = (unsigned)i + 1};
    for (size_t k = 0; k < from->bins.bins; k++) {
      if (!(from->bins.count[k] > 0)) continue;
      x[curve->count] = (from->bins.edge[k] + from->bins.edge[k + 1]) / 2;
      y[curve->count++] = from->bins.average[k];
      ends[0] = fmin(ends[0], x[curve->count - 1]);
      ends[1] = fmax(ends[1], x[curve->count - 1]);
    }
    if (curve->count) chart->curve_count++;
  }
  chart->curves = curves;
  chart->x_axis = chart->y_axis = CURVE_AXIS_FREE;
  chart->text.x_name = "True value";
  chart->text.y_name = "Mean prediction";
  if (chart->curve_count && ends[0] < ends[1]) {
    *ideal = figures_reference(o->pool, "ideal", 2, ends, ends);
    chart->references = ideal;
    chart->reference_count = 1;
  }
  if (!chart->curve_count) chart->text.message = "no run has predictions";
  figure->caption =
      "The mean prediction of rows with about the same true value. The dashed line is a perfect "
      "prediction.";
  figure->data = curves_table(o, curves, chart->curve_count, "true_value", "mean_prediction");
}

/* Residuals of more runs over one another cannot be told apart. */
#define RUNS_OVER_EACH_OTHER 3

/* How many residuals of one run lie in each bin of all; the outermost bins take
 * what lies beyond. */
static const double *count_residuals(const struct overlay *o, const struct regression_result *from,
                                     const struct residual_histogram *bins)
{
  double *count = POOL_ARRAY(o->pool, bins->bins, double);

  for (size_t i = 0; i < from->rows; i++) {
    size_t bin = 0;

    while (bin + 1 < bins->bins && from->residuals[i] >= bins->edge[bin + 1]) bin++;
    count[bin]++;
  }
  return count;
}

/* The bins of all residuals together. */
static int bin_residuals(const struct overlay *o, struct residual_histogram *bins)
{
  size_t rows = 0, at = 0;
  double *residuals, *zeros;

  for (size_t i = 0; i < o->entry->count; i++) rows += o->entry->results[i]->regression.rows;
  residuals = POOL_ARRAY(o->pool, rows, double);
  zeros = POOL_ARRAY(o->pool, rows, double);
  for (size_t i = 0; i < o->entry->count; i++) {
    const struct regression_result *from = &o->entry->results[i]->regression;

    for (size_t k = 0; k < from->rows; k++) residuals[at++] = from->residuals[k];
  }
  return residual_histogram_compute(bins, zeros, residuals, rows);
}

void overlay_add_residuals(const struct overlay *o)
{
  struct residual_histogram *bins = POOL_NEW(o->pool, struct residual_histogram);
  struct figure *figure;
  struct histogram_chart *chart;
  struct histogram_series *series;

  if (o->entry->count > RUNS_OVER_EACH_OTHER || bin_residuals(o, bins) || !bins->bins) return;
  figure = overlay_begin(o, FIGURE_HISTOGRAM, "residuals", "Residuals", o->of);
  chart = &figure->chart.histogram;
  series = POOL_ARRAY(o->pool, o->entry->count, struct histogram_series);
  figure->data = table_begin(o->pool, bins->bins, o->entry->count + 2);
  table_numbers(&figure->data, 0, "bin_low", bins->edge);
  table_numbers(&figure->data, 1, "bin_high", bins->edge + 1);
  for (size_t i = 0; i < o->entry->count; i++) {
    series[i] = (struct histogram_series){
        overlay_label(o, i), count_residuals(o, &o->entry->results[i]->regression, bins)};
    table_numbers(&figure->data, i + 2, series[i].name, series[i].counts);
  }
  chart->edges = bins->edge;
  chart->bin_count = bins->bins;
  chart->series = series;
  chart->series_count = o->entry->count;
  chart->low_overflow = bins->below > 0;
  chart->high_overflow = bins->above > 0;
  chart->zero_line = true;
  chart->text.x_name = "Residual = predicted − true";
  chart->text.y_name = "Rows";
  figure->caption =
      "How far each run's predictions lie from the truth: a narrow heap at 0 is good, a heap "
      "beside "
      "it a bias.";
}

/* ---- importance ---- */

/* The value of a feature in another run; NaN when it has none of the name. */
static double importance_of(const struct evaluation *from, const char *feature)
{
  for (size_t i = 0; i < from->count; i++)
    if (strcmp(from->features[i], feature) == 0) return from->overall[i];
  return (double)NAN;
}

/* Bars of more runs are too thin. */
#define RUNS_BESIDE 5

void overlay_add_importance(const struct overlay *o)
{
  const struct evaluation_result *first = o->entry->results[0];
  const size_t most = importance_bars(o->report->settings.top);
  const size_t count = !first->order                 ? 0
                       : first->source->count < most ? first->source->count
                                                     : most;
  const size_t groups = o->entry->count - 1 < RUNS_BESIDE ? o->entry->count - 1 : RUNS_BESIDE;
  struct figure *figure =
      overlay_begin(o, FIGURE_BAR, "importance", "Feature importance",
                    pool_printf(o->pool, "%zu runs, the %zu features that matter most to %s",
                                groups + 1, count, overlay_label(o, 0)));
  struct bar_chart *chart = &figure->chart.bar;
  struct bar *bars = POOL_ARRAY(o->pool, count, struct bar);
  double *values = POOL_ARRAY(o->pool, count * groups, double);
  const char **names = POOL_ARRAY(o->pool, groups, const char *);
  const char **features = POOL_ARRAY(o->pool, count, const char *);

  figure->data = table_begin(o->pool, count, groups + 2);
  for (size_t g = 0; g < groups; g++) names[g] = overlay_label(o, g + 1);
  for (size_t i = 0; i < count; i++) {
    features[i] = first->source->features[first->order[i]];
    bars[i] = (struct bar){.name = features[i], .value = first->source->overall[first->order[i]]};
    for (size_t g = 0; g < groups; g++)
      values[i * groups + g] = o->entry->results[g + 1]->order
                                   ? importance_of(o->entry->results[g + 1]->source, features[i])
                                   : (double)NAN;
  }
  table_texts(&figure->data, 0, "feature", features);
  for (size_t g = 0; g <= groups; g++) {
    double *column = POOL_ARRAY(o->pool, count, double);

    for (size_t i = 0; i < count; i++) column[i] = g ? values[i * groups + g - 1] : bars[i].value;
    table_numbers(&figure->data, g + 1, overlay_label(o, g), column);
  }
  chart->bars = bars;
  chart->count = chart->max_bars = count;
  chart->no_rest = true;
  chart->value_name = overlay_label(o, 0);
  chart->group_names = names;
  chart->group_values = values;
  chart->group_count = groups;
  chart->text.message = count ? NULL : "the first run has no importances";
  figure->caption =
      "The thick bar is the first run, the thin ones below it the others. A feature that another "
      "run does not know has no bar there.";
}
