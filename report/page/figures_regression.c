#include "page/figures_regression.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figure_words.h"

struct figure *regression_figure(struct figures *figures, enum figure_kind kind,
                                 const char *section, const struct evaluation *source,
                                 const char *stem, const char *title, const char *subtitle)
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

const char *regression_axis(struct pool *pool, const struct evaluation *source, const char *what)
{
  return *source->target ? pool_printf(pool, "%s %s", what, source->target)
                         : pool_printf(pool, "%s value", what);
}

/* How far off the predictions are in one bin: "52.1 too high where the true value
 * is at most 60". */
static const char *bin_words(struct pool *pool, const struct predicted_bins *bins, size_t i,
                             bool is_lowest)
{
  const double gap = bins->average[i] - bins->true_average[i];
  const double edge = is_lowest ? bins->edge[i + 1] : bins->edge[i];
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s too %s where the true value is %s %s", words_metric(pool, fabs(gap)),
                     gap < 0 ? "low" : "high", is_lowest ? "at most" : "above",
                     number_short(number, edge, 4));
}

/* What the chart shows, with its numbers. */
static const char *predicted_caption(struct pool *pool, const struct regression_result *from)
{
  const struct scalar_table *numbers = &from->numbers.table;
  const struct predicted_bins *bins = &from->bins;
  const double r2 = scalar_table_value(numbers, "r2_score_unclipped");
  const double mae = scalar_table_value(numbers, "mean_absolute_error");
  const bool is_constant = from->numbers.y_stddev == 0;
  const char *worth = "";
  size_t first = 0, last = bins->bins;
  char number[NUMBER_SIZE];

  if (mae == 0) return "Every prediction is the true value: all points lie on the dashed line.";
  while (first < bins->bins && !(bins->count[first] > 0)) first++;
  while (last > first && !(bins->count[last - 1] > 0)) last--;
  if (is_constant)
    worth = pool_printf(pool, "; every true value is %s, so there is no variance to explain",
                        number_short(number, from->truth[0], 6));
  else if (!isnan(r2) && r2 < 0)
    worth = ", worse than if the mean of the true values were always predicted";
  else if (!isnan(r2))
    worth = pool_printf(pool, "; they explain %s of its variance", words_share(pool, r2));
  if (last < first + 2)
    return pool_printf(pool, "Predictions miss the true value by %s on average%s. Dashed: ideal.",
                       words_metric(pool, mae), worth);
  return pool_printf(
      pool,
      "Predictions miss the true value by %s on average%s. On average they are %s "
      "and %s. Line: mean prediction of rows with about the same true value; "
      "dashed: ideal; below: how many rows have which true value%s.",
      words_metric(pool, mae), worth, bin_words(pool, bins, first, true),
      bin_words(pool, bins, last - 1, false),
      bins->bins > 2 ? " (hatched: all that lies beyond the 1st or 99th percentile)" : "");
}

/* "R² 0.497 (95 % CI 0.363–0.603), RMSE 57.48 (51.12–63.57), MAE …, bootstrap, n = 88": the
 * level stands with the first interval, the method (without its numbers) after the last. */
static const char *predicted_subtitle(struct pool *pool, const struct evaluation_result *result)
{
  static const char *const names[][2] = {{"R²", "r2_score_unclipped"},
                                         {"RMSE", "root_mean_squared_error"},
                                         {"MAE", "mean_absolute_error"}};
  const struct scalar_table *numbers = &result->regression.numbers.table;
  const char *words = "", *method = NULL;

  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const struct interval interval = scalar_table_interval(numbers, names[i][1]);
    const char *range = "";

    if (interval_is_defined(&interval)) {
      range = pool_printf(pool, " (%s%s)", method ? "" : "95 % CI ",
                          words_range(pool, interval.lo, interval.hi));
      method = interval.method;
    }
    words = pool_printf(pool, "%s%s %s%s, ", words, names[i][0],
                        words_metric(pool, scalar_table_value(numbers, names[i][1])), range);
  }
  if (!method) return pool_printf(pool, "%s%s", words, words_rows(pool, result));
  return pool_printf(pool, "%s%.*s, %s", words, (int)strcspn(method, ","), method,
                     words_rows_short(pool, result));
}

static void add_predicted(struct figures *figures, const char *section,
                          const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct predicted_bins *bins = &from->bins;
  struct pool *pool = figures->pool;
  struct figure *figure =
      regression_figure(figures, FIGURE_PREDICTION, section, result->source, "predicted-vs-true",
                        "Predicted against true", predicted_subtitle(pool, result));
  struct prediction_chart *chart = &figure->chart.prediction;

  chart->text.x_name = regression_axis(pool, result->source, "True");
  chart->text.y_name = regression_axis(pool, result->source, "Predicted");
  if (result->reason) chart->text.message = result->reason;
  chart->bin_edges = bins->edge;
  chart->bin_x = bins->true_average;
  chart->bin_mean = bins->average;
  chart->bin_sd = bins->error;
  chart->bin_counts = bins->count;
  chart->bin_count = bins->bins;
  chart->ends_are_open = true;
  chart->truth = from->truth;
  chart->predicted = from->predicted;
  chart->point_count = from->rows;
  if (!result->reason) figure->caption = predicted_caption(pool, from);
  figure->data = table_begin(pool, bins->bins, 6);
  table_numbers(&figure->data, 0, "bin_low", bins->edge);
  table_numbers(&figure->data, 1, "bin_high", bins->edge + 1);
  table_numbers(&figure->data, 2, "rows", bins->count);
  table_numbers(&figure->data, 3, "mean_true", bins->true_average);
  table_numbers(&figure->data, 4, "mean_prediction", bins->average);
  table_numbers(&figure->data, 5, "deviation", bins->error);
}

/* ---- prediction intervals ---- */

/* "fewer than the 90 % claimed", as far as the interval lets one say so. */
static const char *claim_words(struct pool *pool, const struct coverage *from, double nominal)
{
  if (!(nominal > 0)) return "; what was claimed is not known";
  return pool_printf(pool, "%s the %s claimed",
                     from->share_interval.hi < nominal   ? ", fewer than"
                     : from->share_interval.lo > nominal ? ", more than"
                                                         : ", in agreement with",
                     words_share(pool, nominal));
}

static const char *coverage_caption(struct pool *pool, const struct regression_result *from,
                                    double nominal)
{
  const struct coverage *all = &from->coverage;
  const struct coverage_bins *parts = &from->coverage_bins;
  const struct coverage_bin *worst = &parts->bin[0];
  const char *where = "";
  char inside[NUMBER_SIZE], rows[NUMBER_SIZE];

  for (size_t i = 1; i < parts->bins; i++)
    if (parts->bin[i].share < worst->share) worst = &parts->bin[i];
  if (parts->bins > 1)
    where = pool_printf(
        pool, " Least where predictions are about %s: %s of %s.", words_metric(pool, worst->mean),
        number_count(inside, (double)worst->inside), number_count(rows, (double)worst->rows));
  return pool_printf(pool,
                     "The intervals hold %s of the true values%s; %s lie below their interval, %s "
                     "above.%s",
                     words_share(pool, all->share), claim_words(pool, all, nominal),
                     words_share(pool, (double)all->below / (double)all->rows),
                     words_share(pool, (double)all->above / (double)all->rows), where);
}

static const char *coverage_subtitle(struct pool *pool, const struct coverage *from)
{
  char dropped[NUMBER_SIZE], rows[NUMBER_SIZE];

  return pool_printf(pool, "%s inside (95 %% CI %s–%s, Wilson), mean width %s, n = %s%s",
                     words_share(pool, from->share), words_share(pool, from->share_interval.lo),
                     words_share(pool, from->share_interval.hi),
                     words_metric(pool, from->mean_width), number_count(rows, (double)from->rows),
                     from->dropped
                         ? pool_printf(pool, " (%s rows dropped: no interval, or crossed bounds)",
                                       number_count(dropped, (double)from->dropped))
                         : "");
}

static struct data_table coverage_table(struct pool *pool, const struct coverage_bins *from)
{
  static const char *const names[] = {"prediction_low", "prediction_high", "mean_prediction",
                                      "rows",           "inside",          "share",
                                      "share_low",      "share_high",      "mean_width"};
  enum { COLUMNS = sizeof names / sizeof *names };
  struct data_table table = table_begin(pool, from->bins, COLUMNS);
  double *column[COLUMNS];

  for (size_t c = 0; c < COLUMNS; c++) column[c] = POOL_ARRAY(pool, from->bins, double);
  for (size_t i = 0; i < from->bins; i++) {
    const struct coverage_bin *bin = &from->bin[i];
    const double values[COLUMNS] = {
        bin->from,  bin->to,          bin->mean,        (double)bin->rows, (double)bin->inside,
        bin->share, bin->interval.lo, bin->interval.hi, bin->mean_width};

    for (size_t c = 0; c < COLUMNS; c++) column[c][i] = values[c];
  }
  for (size_t c = 0; c < COLUMNS; c++) table_numbers(&table, c, names[c], column[c]);
  return table;
}

static void add_coverage(struct figures *figures, const char *section,
                         const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const double nominal = result->source->interval_level;
  struct pool *pool = figures->pool;
  struct figure *figure = regression_figure(
      figures, FIGURE_COVERAGE, section, result->source, "coverage", "Prediction intervals",
      from->coverage.reason ? words_rows(pool, result) : coverage_subtitle(pool, &from->coverage));
  struct coverage_chart *chart = &figure->chart.coverage;

  chart->text.x_name = pool_printf(pool, "%s (mean of the rows)",
                                   regression_axis(pool, result->source, "Predicted"));
  if (from->coverage.reason) {
    chart->text.message = pool_printf(
        pool, "no row has both bounds in order (%zu of %zu have none, or lower above upper)",
        from->coverage.dropped, result->source->count);
    return;
  }
  figure->data = coverage_table(pool, &from->coverage_bins);
  chart->x = figure->data.columns[2].numbers;
  chart->share = figure->data.columns[5].numbers;
  chart->low = figure->data.columns[6].numbers;
  chart->high = figure->data.columns[7].numbers;
  chart->count = from->coverage_bins.bins;
  chart->nominal = nominal > 0 ? nominal : (double)NAN;
  chart->overall = from->coverage.share;
  chart->overall_low = from->coverage.share_interval.lo;
  chart->overall_high = from->coverage.share_interval.hi;
  figure->caption = coverage_caption(pool, from, nominal);
}

void figures_of_regression(struct figures *figures, const char *section,
                           const struct evaluation_result *result)
{
  add_predicted(figures, section, result);
  figures_of_residuals(figures, section, result);
  if (result->regression.has_bounds) add_coverage(figures, section, result);
}
