#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figure_words.h"
#include "page/figures_regression.h"

#define RESIDUAL_AXIS "Residual = predicted − true"

/* "n = 1", or what was dropped; a message where nothing is left. */
static void say_rows(struct figure *figure, const struct evaluation_result *result)
{
  if (result->reason) figure_text(figure)->message = result->reason;
}

/* ---- the distribution ---- */

/* The bins, with one more at either end for what lies beyond. */
static void open_ends(struct histogram_chart *chart, struct pool *pool, double **counts_out,
                      const struct residual_histogram *from)
{
  const double step = from->bins ? from->edge[1] - from->edge[0] : 0;
  /* A single bar stands between empty ones, so that one sees where it ends. */
  const bool is_alone = from->bins == 1 && from->edge[1] - from->edge[0] > 1e-300;
  const size_t below = from->below > 0 || is_alone, above = from->above > 0 || is_alone;
  double *edges = POOL_ARRAY(pool, from->bins + 3, double);
  double *counts = POOL_ARRAY(pool, from->bins + 2, double);

  memcpy(edges + below, from->edge, (from->bins + 1) * sizeof *edges);
  memcpy(counts + below, from->count, from->bins * sizeof *counts);
  if (below) {
    edges[0] = edges[1] - step;
    counts[0] = from->below;
  }
  if (above) {
    edges[from->bins + below + 1] = edges[from->bins + below] + step;
    counts[from->bins + below] = from->above;
  }
  chart->edges = edges;
  chart->bin_count = from->bins ? from->bins + below + above : 0;
  chart->low_overflow = from->below > 0;
  chart->high_overflow = from->above > 0;
  *counts_out = counts;
}

static void set_series(struct histogram_chart *chart, struct pool *pool, const double *counts)
{
  struct histogram_series *series = POOL_NEW(pool, struct histogram_series);

  *series = (struct histogram_series){"residuals", counts};
  chart->text.x_name = RESIDUAL_AXIS;
  chart->text.y_name = "Rows";
  chart->series = series;
  chart->series_count = chart->bin_count ? 1 : 0;
  chart->zero_line = true;
}

static struct data_table histogram_table(struct pool *pool, const double *edges,
                                         const double *counts, size_t bins)
{
  struct data_table table = table_begin(pool, bins, 3);

  table_numbers(&table, 0, "bin_low", edges);
  table_numbers(&table, 1, "bin_high", edges + 1);
  table_numbers(&table, 2, "rows", counts);
  return table;
}

/* Which way, how far, and whether it looks normal. */
static const char *distribution_words(struct pool *pool, const struct regression_result *from)
{
  const struct residual_shape *shape = &from->shape;
  const double median = scalar_table_value(&from->numbers.table, "median_absolute_error");
  const double error = shape->stddev / sqrt((double)shape->rows);
  const char *bias, *normal;

  if (shape->rows == 1 && shape->mean == 0) return "A single row: its prediction is exact.";
  if (shape->rows == 1)
    return pool_printf(pool, "A single row: its prediction is %s too %s.",
                       words_metric(pool, fabs(shape->mean)), shape->mean < 0 ? "low" : "high");
  if (shape->reason && shape->mean == 0) return "Every residual is 0: all predictions are exact.";
  if (shape->reason)
    return pool_printf(pool, "Every prediction is %s too %s.",
                       words_metric(pool, fabs(shape->mean)), shape->mean < 0 ? "low" : "high");
  bias = fabs(shape->mean) < 2 * error
             ? "Predictions are neither too high nor too low on average"
             : pool_printf(pool, "Predictions are %s too %s on average",
                           words_metric(pool, fabs(shape->mean)), shape->mean < 0 ? "low" : "high");
  normal = isnan(shape->jarque_bera_p) ? ""
           : shape->jarque_bera_p < 0.05
               ? pool_printf(pool, " The residuals are not normally distributed (Jarque–Bera %s).",
                             words_p(pool, shape->jarque_bera_p))
               : pool_printf(pool, " Nothing speaks against a normal distribution (%s).",
                             words_p(pool, shape->jarque_bera_p));
  return pool_printf(pool, "%s; half of them are off by less than %s.%s", bias,
                     words_metric(pool, median), normal);
}

static const char *shape_words(struct pool *pool, const struct evaluation_result *result)
{
  const struct residual_shape *shape = &result->regression.shape;
  const struct interval interval =
      scalar_table_interval(&result->regression.numbers.table, "mean_error");
  const char *range = "";

  if (interval_is_defined(&interval) && shape->stddev > 0)
    range = pool_printf(pool, " (95 %% CI %s, %s)", words_range(pool, interval.lo, interval.hi),
                        interval.method);
  return pool_printf(pool, "mean %s%s, standard deviation %s, %s",
                     words_mean(pool, shape->mean, shape->stddev), range,
                     words_metric(pool, shape->stddev), words_rows(pool, result));
}

static void add_fine(struct figures *figures, const char *section,
                     const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct residual_histogram *bins = &from->histogram;
  struct pool *pool = figures->pool;
  struct figure *figure = regression_figure(figures, FIGURE_HISTOGRAM, section, result->source,
                                            "residuals", "Residuals", shape_words(pool, result));
  struct histogram_chart *chart = &figure->chart.histogram;
  double *counts;
  const char *beyond = "";

  open_ends(chart, pool, &counts, bins);
  set_series(chart, pool, counts);
  chart->normal_mean = from->shape.mean;
  chart->normal_sd = bins->bins > 1 ? from->shape.stddev : 0;
  say_rows(figure, result);
  if (bins->below + bins->above > 0)
    beyond =
        pool_printf(pool, " %s further out than the axis, in the hatched bars.",
                    words_count(pool, bins->below + bins->above, "residual lies", "residuals lie"));
  if (!result->reason)
    figure->caption = pool_printf(pool, "%s%s", distribution_words(pool, from), beyond);
  figure->data = histogram_table(pool, chart->edges, counts, chart->bin_count);
}

static void add_azure(struct figures *figures, const char *section,
                      const struct evaluation_result *result)
{
  const struct residual_bins *bins = &result->regression.azure_residuals;
  const double *edge = bins->edge;
  const double outside = bins->count[0] + bins->count[RESIDUAL_BINS - 1];
  struct pool *pool = figures->pool;
  char reach[NUMBER_SIZE];
  struct figure *figure;
  struct histogram_chart *chart;

  figure = regression_figure(
      figures, FIGURE_HISTOGRAM, section, result->source, "residuals-ten-bins",
      "Residuals in ten bins",
      pool_printf(pool, "8 bins within ± %s (two SD of the true values), 2 for the rest, %s",
                  number_short(reach, edge[RESIDUAL_BINS - 1], 5), words_rows(pool, result)));
  chart = &figure->chart.histogram;
  chart->edges = edge;
  chart->bin_count = bins->reason ? 0 : RESIDUAL_BINS;
  chart->low_overflow = chart->high_overflow = true;
  set_series(chart, pool, bins->count);
  say_rows(figure, result);
  figure->data = histogram_table(pool, edge, bins->count, chart->bin_count);
  if (result->reason || bins->reason) return;
  figure->caption = pool_printf(
      pool,
      "The bins of Azure Machine Learning, for comparison with its charts: %s between %s and %s%s.",
      outside > 0
          ? pool_printf(pool, "all but %s lie", words_count(pool, outside, "residual", "residuals"))
          : "all residuals lie",
      words_metric(pool, edge[1]), words_metric(pool, edge[RESIDUAL_BINS - 1]),
      outside > 0
          ? pool_printf(pool, "; the hatched bars at the ends hold those, out to %s and %s",
                        words_metric(pool, edge[0]), words_metric(pool, edge[RESIDUAL_BINS]))
          : "");
}

/* ---- along the prediction ---- */

static const char *spread_words(struct pool *pool, const struct regression_result *from)
{
  const struct residual_profile *profile = &from->profile;
  const double p = from->shape.breusch_pagan_p;
  size_t narrow = 0, wide = 0, off = 0;
  const char *bias;

  if (profile->bins < 2) return "Too few rows, or too few different predictions, for a trend.";
  for (size_t i = 1; i < profile->bins; i++) {
    if (profile->sd[i] < profile->sd[narrow]) narrow = i;
    if (profile->sd[i] > profile->sd[wide]) wide = i;
    if (fabs(profile->mean[i]) > fabs(profile->mean[off])) off = i;
  }
  bias = pool_printf(pool, "The mean is furthest from zero at predictions of about %s, %s too %s.",
                     words_metric(pool, profile->prediction[off]),
                     words_metric(pool, fabs(profile->mean[off])),
                     profile->mean[off] < 0 ? "low" : "high");
  if (isnan(p)) return bias;
  if (p >= 0.05)
    return pool_printf(pool, "Nothing shows that the spread depends on the prediction (%s). %s",
                       words_p(pool, p), bias);
  return pool_printf(pool,
                     "The spread depends on the prediction (%s): SD %s at about %s, %s at about "
                     "%s. %s",
                     words_p(pool, p), words_metric(pool, profile->sd[narrow]),
                     words_metric(pool, profile->prediction[narrow]),
                     words_metric(pool, profile->sd[wide]),
                     words_metric(pool, profile->prediction[wide]), bias);
}

/* What the test for even spread finds, and the rows. */
static const char *spread_subtitle(struct pool *pool, const struct evaluation_result *result)
{
  const double p = result->regression.shape.breusch_pagan_p;

  if (isnan(p)) return words_rows(pool, result);
  return pool_printf(pool, "%s (Breusch–Pagan type, %s), %s",
                     p < 0.05 ? "spread changes with the prediction" : "no sign of uneven spread",
                     words_p(pool, p), words_rows(pool, result));
}

/* The rows, or how many of them lie where. */
static struct data_table scatter_table(struct pool *pool, const struct regression_result *from)
{
  const struct point_cells *cells = &from->cells;
  struct data_table table;

  if (from->has_all_points) {
    table = table_begin(pool, from->rows, 3);
    table_numbers(&table, 0, "true", from->truth);
    table_numbers(&table, 1, "predicted", from->predicted);
    table_numbers(&table, 2, "residual", from->residuals);
    return table;
  }
  table = table_begin(pool, cells->count, 5);
  table_numbers(&table, 0, "predicted_low", cells->x_low);
  table_numbers(&table, 1, "predicted_high", cells->x_high);
  table_numbers(&table, 2, "residual_low", cells->y_low);
  table_numbers(&table, 3, "residual_high", cells->y_high);
  table_numbers(&table, 4, "rows", cells->points);
  return table;
}

static void add_scatter(struct figures *figures, const char *section,
                        const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct residual_profile *profile = &from->profile;
  struct pool *pool = figures->pool;
  double *band = POOL_ARRAY(pool, 2 * profile->bins, double);
  struct figure *figure =
      regression_figure(figures, FIGURE_SCATTER, section, result->source, "residuals-vs-predicted",
                        "Residual against prediction", spread_subtitle(pool, result));
  struct scatter_chart *chart = &figure->chart.scatter;

  for (size_t i = 0; i < profile->bins; i++) {
    band[i] = profile->mean[i] - profile->sd[i];
    band[profile->bins + i] = profile->mean[i] + profile->sd[i];
  }
  chart->text.x_name = regression_axis(pool, result->source, "Predicted");
  chart->text.y_name = RESIDUAL_AXIS;
  say_rows(figure, result);
  chart->x = from->predicted;
  chart->y = from->residuals;
  chart->count = from->rows;
  chart->zero_line = true;
  chart->line_x = profile->prediction;
  chart->line_y = profile->mean;
  chart->line_low = band;
  chart->line_high = band + profile->bins;
  chart->line_count = profile->bins;
  chart->line_label = "mean residual of rows with about the same prediction";
  chart->band_label = "± 1 SD";
  if (!result->reason) figure->caption = spread_words(pool, from);
  figure->data = scatter_table(pool, from);
}

/* ---- against the normal distribution ---- */

static const char *qq_words(struct pool *pool, const struct qq *qq)
{
  char outside[NUMBER_SIZE], expected[NUMBER_SIZE];
  size_t out = 0, ends = 0;

  for (size_t i = 0; i < qq->count; i++) {
    if (qq->sample[i] >= qq->band_lo[i] && qq->sample[i] <= qq->band_hi[i]) continue;
    out++;
    ends += fabs(qq->theoretical[i]) > 1;
  }
  if (!out) return "Every point lies within the band: the residuals may well be normal.";
  return pool_printf(pool,
                     "%s of %s lie outside the band, %zu of them in the tails; about %s "
                     "would by chance. Ends that bend away from the line are outliers.",
                     number_count(outside, (double)out),
                     words_count(pool, (double)qq->count, "point", "points"), ends,
                     number_count(expected, round(0.05 * (double)qq->count)));
}

static void add_qq(struct figures *figures, const char *section,
                   const struct evaluation_result *result)
{
  const struct qq *qq = &result->regression.qq;
  struct pool *pool = figures->pool;
  struct figure *figure = regression_figure(
      figures, FIGURE_SCATTER, section, result->source, "qq", "Residuals, normal QQ",
      pool_printf(pool, "correlation %s, 95 %% pointwise band, %s",
                  words_metric(pool, qq->reason || !isfinite(qq->correlation) ? (double)NAN
                                                                              : qq->correlation),
                  words_rows(pool, result)));
  struct scatter_chart *chart = &figure->chart.scatter;

  chart->text.x_name = "Normal quantile";
  chart->text.y_name = RESIDUAL_AXIS;
  if (qq->reason)
    chart->text.message = pool_printf(pool,
                                      "%s (n = %zu): nothing to compare with a normal "
                                      "distribution",
                                      qq->reason, qq->rows);
  say_rows(figure, result);
  chart->square = chart->x_whole = true;
  chart->x = qq->theoretical;
  chart->y = qq->sample;
  chart->count = qq->count;
  chart->has_reference = !qq->reason;
  chart->reference_at = qq->intercept;
  chart->reference_slope = qq->slope;
  chart->reference_label = "through the quartiles";
  chart->band_x = qq->theoretical;
  chart->band_low = qq->band_lo;
  chart->band_high = qq->band_hi;
  chart->band_count = qq->count;
  if (!qq->reason) figure->caption = qq_words(pool, qq);
  figure->data = table_begin(pool, qq->count, 4);
  table_numbers(&figure->data, 0, "normal_quantile", qq->theoretical);
  table_numbers(&figure->data, 1, "residual", qq->sample);
  table_numbers(&figure->data, 2, "band_low", qq->band_lo);
  table_numbers(&figure->data, 3, "band_high", qq->band_hi);
}

void figures_of_residuals(struct figures *figures, const char *section,
                          const struct evaluation_result *result)
{
  add_qq(figures, section, result);
  add_fine(figures, section, result);
  add_azure(figures, section, result);
  add_scatter(figures, section, result);
}
