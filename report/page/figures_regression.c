#include "page/figures_regression.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"

/* As many points as a scatter chart still draws as dots. */
#define SCATTER_BINS 10
/* At most so many classes have bars of their own beside the overall ones. */
#define GROUPS_MAX 5
#define BARS_DRAWN 20

static struct figure *begin(struct figures *figures, enum figure_kind kind, const char *section,
                            const struct evaluation *source, const char *stem, const char *title,
                            const char *subtitle)
{
  struct pool *pool = figures->pool;
  struct figure *figure =
      figures_add(figures, kind, section, pool_printf(pool, "%s-%s", stem, source->name));

  figure->title = pool_printf(pool, "%s: %s", title, source->name);
  figure_text(figure)->title = title;
  figure_text(figure)->subtitle = subtitle;
  figure->alt = pool_printf(pool, "%s of evaluation %s. %s. The table of its numbers follows.",
                            title, source->name, subtitle);
  return figure;
}

/* "true BMI" where the target has a name, else "true value". */
static const char *axis_name(struct pool *pool, const struct evaluation *source, const char *what)
{
  return *source->target ? pool_printf(pool, "%s %s", what, source->target)
                         : pool_printf(pool, "%s value", what);
}

static void add_predicted(struct figures *figures, const char *section,
                          const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct predicted_bins *bins = &from->bins;
  const struct scalar_table *numbers = &from->numbers.table;
  struct pool *pool = figures->pool;
  char r2[NUMBER_SIZE], rmse[NUMBER_SIZE], n[NUMBER_SIZE];
  struct figure *figure =
      begin(figures, FIGURE_PREDICTION, section, result->source, "predicted-vs-true",
            "Predicted against true",
            pool_printf(pool, "R² %s, RMSE %s, n = %s",
                        number_metric(r2, scalar_table_value(numbers, "r2_score_unclipped")),
                        number_metric(rmse, scalar_table_value(numbers, "root_mean_squared_error")),
                        number_count(n, (double)from->rows)));
  struct prediction_chart *chart = &figure->chart.prediction;

  chart->text.x_name = axis_name(pool, result->source, "True");
  chart->text.y_name = axis_name(pool, result->source, "Predicted");
  chart->text.message = result->reason;
  chart->bin_edges = bins->edge;
  chart->bin_mean = bins->average;
  chart->bin_sd = bins->error;
  chart->bin_counts = bins->count;
  chart->bin_count = bins->bins;
  chart->truth = from->truth;
  chart->predicted = from->predicted;
  chart->point_count = from->rows;
  figure->caption =
      "The line is the mean prediction of rows with about the same true value, the band one "
      "standard deviation of them; the dashed line is a perfect prediction. Below: how many rows "
      "have which true value.";
  figure->data = table_begin(pool, bins->bins, 5);
  table_numbers(&figure->data, 0, "bin_low", bins->edge);
  table_numbers(&figure->data, 1, "bin_high", bins->edge + 1);
  table_numbers(&figure->data, 2, "rows", bins->count);
  table_numbers(&figure->data, 3, "mean_prediction", bins->average);
  table_numbers(&figure->data, 4, "deviation", bins->error);
}

/* The bins, with what lies beyond them added at either end. */
static void add_histogram(struct figures *figures, const char *section,
                          const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct residual_histogram *bins = &from->histogram;
  struct pool *pool = figures->pool;
  char mean[NUMBER_SIZE], deviation[NUMBER_SIZE], p[NUMBER_SIZE];
  struct figure *figure =
      begin(figures, FIGURE_HISTOGRAM, section, result->source, "residuals", "Residuals",
            pool_printf(pool, "mean %s, standard deviation %s, normality (Jarque–Bera) p = %s",
                        number_metric(mean, from->shape.mean),
                        number_metric(deviation, from->shape.stddev),
                        number_metric(p, from->shape.jarque_bera_p)));
  struct histogram_chart *chart = &figure->chart.histogram;
  struct histogram_series *series = POOL_NEW(pool, struct histogram_series);
  double *counts = pool_copy(pool, bins->count, bins->bins, sizeof *counts);

  if (bins->bins) {
    counts[0] += bins->below;
    counts[bins->bins - 1] += bins->above;
  }
  *series = (struct histogram_series){"residuals", counts};
  chart->text.x_name = "Residual = predicted − true";
  chart->text.y_name = "Rows";
  chart->text.message = result->reason;
  chart->edges = bins->edge;
  chart->bin_count = bins->bins;
  chart->series = series;
  chart->series_count = bins->bins ? 1 : 0;
  chart->low_overflow = bins->below > 0;
  chart->high_overflow = bins->above > 0;
  chart->normal_mean = from->shape.mean;
  chart->normal_sd = from->shape.stddev;
  chart->zero_line = true;
  figure->caption =
      "How far predictions are off, and in which direction: right of zero the model predicts too "
      "much. A good model is narrow and centred on zero. The line is a normal distribution of the "
      "same mean and deviation.";
  figure->data = table_begin(pool, bins->bins, 3);
  table_numbers(&figure->data, 0, "bin_low", bins->edge);
  table_numbers(&figure->data, 1, "bin_high", bins->edge + 1);
  table_numbers(&figure->data, 2, "rows", counts);
}

struct running_bins {
  double x[SCATTER_BINS], mean[SCATTER_BINS], low[SCATTER_BINS], high[SCATTER_BINS];
  size_t count;
};

/* Mean and deviation of the residuals in equal stretches of the prediction; a
 * stretch with fewer than three rows says nothing and is left out. */
static void bin_residuals(struct running_bins *bins, const struct regression_result *from)
{
  double sum[SCATTER_BINS] = {0}, squares[SCATTER_BINS] = {0}, place[SCATTER_BINS] = {0};
  size_t rows[SCATTER_BINS] = {0};
  double low = HUGE_VAL, high = -HUGE_VAL;

  bins->count = 0;
  for (size_t i = 0; i < from->rows; i++) {
    low = fmin(low, from->predicted[i]);
    high = fmax(high, from->predicted[i]);
  }
  if (!(high > low)) return;
  for (size_t i = 0; i < from->rows; i++) {
    const double share = (from->predicted[i] - low) / (high - low);
    const size_t bin = share < 1 ? (size_t)(share * SCATTER_BINS) : SCATTER_BINS - 1;

    rows[bin]++;
    place[bin] += from->predicted[i];
    sum[bin] += from->residuals[i];
    squares[bin] += from->residuals[i] * from->residuals[i];
  }
  for (size_t bin = 0; bin < SCATTER_BINS; bin++) {
    const double n = (double)rows[bin];
    const double mean = sum[bin] / n;
    const double deviation = sqrt(fmax(0, squares[bin] / n - mean * mean));

    if (rows[bin] < 3) continue;
    bins->x[bins->count] = place[bin] / n;
    bins->mean[bins->count] = mean;
    bins->low[bins->count] = mean - deviation;
    bins->high[bins->count++] = mean + deviation;
  }
}

static void add_scatter(struct figures *figures, const char *section,
                        const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  struct pool *pool = figures->pool;
  struct running_bins *bins = POOL_NEW(pool, struct running_bins);
  char p[NUMBER_SIZE];
  struct figure *figure =
      begin(figures, FIGURE_SCATTER, section, result->source, "residuals-vs-predicted",
            "Residual against prediction",
            pool_printf(pool, "even spread (Breusch–Pagan type) p = %s, n = %zu",
                        number_metric(p, from->shape.breusch_pagan_p), from->rows));
  struct scatter_chart *chart = &figure->chart.scatter;

  bin_residuals(bins, from);
  chart->text.x_name = axis_name(pool, result->source, "Predicted");
  chart->text.y_name = "Residual = predicted − true";
  chart->text.message = result->reason;
  chart->x = from->predicted;
  chart->y = from->residuals;
  chart->count = from->rows;
  chart->zero_line = true;
  chart->line_x = bins->x;
  chart->line_y = bins->mean;
  chart->line_low = bins->low;
  chart->line_high = bins->high;
  chart->line_count = bins->count;
  chart->line_label = "mean";
  figure->caption =
      "Points should lie evenly about zero. A mean that leaves zero shows a bias at that level, a "
      "widening band shows predictions that grow less certain; a small p says the spread is not "
      "even.";
  figure->data = table_begin(pool, from->rows, 3);
  table_numbers(&figure->data, 0, "true", from->truth);
  table_numbers(&figure->data, 1, "predicted", from->predicted);
  table_numbers(&figure->data, 2, "residual", from->residuals);
}

static void add_qq(struct figures *figures, const char *section,
                   const struct evaluation_result *result)
{
  const struct qq *qq = &result->regression.qq;
  struct pool *pool = figures->pool;
  char r[NUMBER_SIZE];
  struct figure *figure =
      begin(figures, FIGURE_SCATTER, section, result->source, "qq", "Residuals, normal QQ",
            pool_printf(pool, "correlation %s, band: 95 %% pointwise, line through the quartiles",
                        number_metric(r, qq->correlation)));
  struct scatter_chart *chart = &figure->chart.scatter;

  chart->text.x_name = "Normal quantile";
  chart->text.y_name = "Residual";
  chart->text.message = qq->reason;
  chart->square = true;
  chart->x = qq->theoretical;
  chart->y = qq->sample;
  chart->count = qq->count;
  chart->has_reference = !qq->reason;
  chart->reference_at = qq->intercept;
  chart->reference_slope = qq->slope;
  chart->band_x = qq->theoretical;
  chart->band_low = qq->band_lo;
  chart->band_high = qq->band_hi;
  chart->band_count = qq->count;
  figure->caption =
      "Residuals that are normally distributed lie on the line, within the band. Ends that bend "
      "away show outliers.";
  figure->data = table_begin(pool, qq->count, 4);
  table_numbers(&figure->data, 0, "normal_quantile", qq->theoretical);
  table_numbers(&figure->data, 1, "residual", qq->sample);
  table_numbers(&figure->data, 2, "band_low", qq->band_lo);
  table_numbers(&figure->data, 3, "band_high", qq->band_hi);
}

void figures_of_regression(struct figures *figures, const char *section,
                           const struct evaluation_result *result)
{
  if (!result->regression.residuals) return;
  add_predicted(figures, section, result);
  add_qq(figures, section, result);
  add_histogram(figures, section, result);
  add_scatter(figures, section, result);
}

/* Values per class beside the overall one, feature after feature. */
static void add_groups(struct bar_chart *chart, struct pool *pool,
                       const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;
  const size_t groups = from->class_count < GROUPS_MAX ? from->class_count : 0;
  double *values = POOL_ARRAY(pool, from->count * groups, double);

  if (!from->per_class || !groups) return;
  for (size_t i = 0; i < from->count; i++)
    for (size_t k = 0; k < groups; k++)
      values[i * groups + k] = from->per_class[k][result->order[i]];
  chart->group_names = from->class_names;
  chart->group_values = values;
  chart->group_count = groups;
  chart->value_name = "overall";
}

/* Values of both signs have no sum worth a bar: what is not drawn is only told. */
static void tell_left_out(struct bar_chart *chart, struct pool *pool)
{
  for (size_t i = 0; i < chart->count; i++)
    if (chart->bars[i].value < 0) chart->no_rest = true;
  if (chart->no_rest && chart->count > BARS_DRAWN)
    chart->text.subtitle =
        pool_printf(pool, "%s; the %d largest are drawn", chart->text.subtitle, BARS_DRAWN);
}

static struct data_table importance_table(struct pool *pool, const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;
  const size_t classes = from->per_class ? from->class_count : 0;
  struct data_table table = table_begin(pool, from->count, 3 + classes);
  const char **name = POOL_ARRAY(pool, from->count, const char *);
  double *value = POOL_ARRAY(pool, from->count, double);
  double *deviation = POOL_ARRAY(pool, from->count, double);

  for (size_t i = 0; i < from->count; i++) {
    name[i] = from->features[result->order[i]];
    value[i] = from->overall[result->order[i]];
    deviation[i] = from->deviation ? from->deviation[result->order[i]] : (double)NAN;
  }
  table_texts(&table, 0, "feature", name);
  table_numbers(&table, 1, "overall", value);
  table_numbers(&table, 2, "deviation", deviation);
  for (size_t k = 0; k < classes; k++) {
    double *one = POOL_ARRAY(pool, from->count, double);

    for (size_t i = 0; i < from->count; i++) one[i] = from->per_class[k][result->order[i]];
    table_numbers(&table, 3 + k, from->class_names[k], one);
  }
  return table;
}

void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;
  struct pool *pool = figures->pool;
  struct figure *figure = begin(
      figures, FIGURE_BAR, section, from, "importance", "Feature importance",
      pool_printf(pool, "%s%s%zu features%s", from->method, *from->method ? ", " : "", from->count,
                  from->deviation ? ", error bars: one standard deviation" : ""));
  struct bar_chart *chart = &figure->chart.bar;
  struct bar *bars = POOL_ARRAY(pool, from->count, struct bar);

  chart->text.message = result->reason;
  if (!result->order) return;
  for (size_t i = 0; i < from->count; i++) {
    const size_t feature = result->order[i];
    const double value = from->overall[feature];
    const double deviation = from->deviation ? from->deviation[feature] : 0;

    bars[i] = (struct bar){.name = from->features[feature],
                           .value = value,
                           .low = value - deviation,
                           .high = value + deviation};
  }
  chart->bars = bars;
  chart->count = from->count;
  chart->max_bars = BARS_DRAWN;
  tell_left_out(chart, pool);
  add_groups(chart, pool, result);
  figure->caption =
      "The longer the bar, the more the model's result depends on the feature. Colours tell "
      "positive from negative values.";
  figure->data = importance_table(pool, result);
}
