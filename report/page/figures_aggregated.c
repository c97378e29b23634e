#include "page/figures_aggregated.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/aggregated_averages.h"
#include "chart/number.h"
#include "page/figure_words.h"

struct maker {
  struct figures *figures;
  struct pool *pool;
  const char *section;
  const char *name;
  const struct aggregated *from;
};

static struct figure *begin(const struct maker *m, enum figure_kind kind, const char *stem,
                            const char *title, const char *subtitle)
{
  struct figure *figure =
      figures_add(m->figures, kind, m->section, pool_printf(m->pool, "%s-%s", stem, m->name));

  figure->title = pool_printf(m->pool, "%s: %s", title, m->name);
  figure_text(figure)->title = title;
  figure_text(figure)->subtitle = subtitle;
  figure->alt = pool_printf(m->pool, "%s of %s. %s.", title, m->name, subtitle);
  return figure;
}

static void add_confusion(const struct maker *m)
{
  const size_t classes = m->from->class_count;
  struct figure *figure;
  double right = 0, total = 0;
  char share[NUMBER_SIZE], n[NUMBER_SIZE];

  for (size_t i = 0; i < classes * classes; i++) {
    total += m->from->matrix[i];
    if (i / classes == i % classes) right += m->from->matrix[i];
  }
  figure = begin(m, FIGURE_MATRIX, "confusion", "Confusion matrix",
                 pool_printf(m->pool, "accuracy %s, n = %s", number_metric(share, right / total),
                             number_count(n, total)));
  figure->chart.matrix.classes = m->from->class_names;
  figure->chart.matrix.class_count = classes;
  figure->chart.matrix.cells = m->from->matrix;
  if (!(total > 0)) figure->chart.matrix.text.message = "every cell is 0";
  figure->caption = "Rows are the true classes, columns what was predicted.";
  figure->data = table_begin(m->pool, classes, classes + 1);
  table_texts(&figure->data, 0, "true_label", m->from->class_names);
  for (size_t k = 0; k < classes; k++) {
    double *column = POOL_ARRAY(m->pool, classes, double);

    for (size_t row = 0; row < classes; row++) column[row] = m->from->matrix[row * classes + k];
    table_numbers(&figure->data, k + 1, m->from->class_names[k], column);
  }
}

/* The curves of one chart, one after another, copied out of what is released. */
struct gathered {
  struct chart_curve *curves;
  size_t count;
  size_t rows;
  const char **name;
  double *x, *y;
};

static void gather(const struct maker *m, struct gathered *to, const struct curve *from,
                   const char *name, const char *value, enum curve_role role)
{
  const double *x = pool_copy(m->pool, from->x, from->count, sizeof *x);
  const double *y = pool_copy(m->pool, from->y, from->count, sizeof *y);

  if (!from->count) return;
  to->curves[to->count++] = (struct chart_curve){
      .name = name, .value = value, .x = x, .y = y, .count = from->count, .role = role};
  to->rows += from->count;
}

static struct data_table gathered_table(const struct maker *m, const struct gathered *from,
                                        const char *x_name, const char *y_name)
{
  struct data_table table;
  const char **name = POOL_ARRAY(m->pool, from->rows, const char *);
  double *x = POOL_ARRAY(m->pool, from->rows, double);
  double *y = POOL_ARRAY(m->pool, from->rows, double);
  size_t at = 0;

  for (size_t i = 0; i < from->count; i++) {
    for (size_t k = 0; k < from->curves[i].count; k++, at++) {
      name[at] = from->curves[i].name;
      x[at] = from->curves[i].x[k];
      y[at] = from->curves[i].y[k];
    }
  }
  table = table_begin(m->pool, from->rows, 3);
  table_texts(&table, 0, "curve", name);
  table_numbers(&table, 1, x_name, x);
  table_numbers(&table, 2, y_name, y);
  return table;
}

enum { CHART_ROC, CHART_PR, CHART_GAIN, CHART_LIFT, CHART_CALIBRATION, CHART_KINDS };

static const struct {
  const char *stem, *title, *x_name, *y_name;
} chart_kinds[CHART_KINDS] = {
    {"roc", "ROC curve", "False positive rate", "True positive rate"},
    {"precision-recall", "Precision-recall curve", "Recall", "Precision"},
    {"gains", "Cumulative gains", "Share of rows, highest scores first",
     "Share of positives found"},
    {"lift", "Lift", NULL, NULL},
    {"calibration", "Calibration", NULL, NULL},
};

static void gather_all(const struct maker *m, struct gathered gathered[CHART_KINDS],
                       const struct accuracy_curves *from, const char *name, enum curve_role role)
{
  char number[NUMBER_SIZE];

  if (from->reason) return;
  gather(m, &gathered[CHART_ROC], &from->roc, name,
         pool_printf(m->pool, "AUC ≈ %s", number_metric(number, from->auc)), role);
  gather(m, &gathered[CHART_PR], &from->pr, name,
         pool_printf(m->pool, "AP ≈ %s", number_metric(number, from->ap)), role);
  gather(m, &gathered[CHART_GAIN], &from->gain, name, NULL, role);
  gather(m, &gathered[CHART_LIFT], &from->lift, name, NULL, role);
  gather(m, &gathered[CHART_CALIBRATION], &from->calibration, name, NULL, role);
}

static void add_reference(const struct maker *m, struct curve_chart *chart)
{
  static const double diagonal[] = {0, 1};
  struct curve_reference *chance = POOL_NEW(m->pool, struct curve_reference);

  *chance = (struct curve_reference){.label = "chance", .x = diagonal, .y = diagonal, .count = 2};
  chart->references = chance;
  chart->reference_count = 1;
}

/* "AUC ≈ macro 0.992, weighted 0.991, n = 143, " before the mark of an approximation. */
static const char *finding_words(const struct maker *m, int kind,
                                 const struct aggregated_averages *from)
{
  char macro[NUMBER_SIZE], weighted[NUMBER_SIZE], n[NUMBER_SIZE];
  const double one = kind == CHART_ROC ? from->auc_macro : from->ap_macro;
  const double other = kind == CHART_ROC ? from->auc_weighted : from->ap_weighted;

  number_count(n, from->rows);
  if ((kind != CHART_ROC && kind != CHART_PR) || isnan(one))
    return pool_printf(m->pool, "n = %s, ", n);
  return pool_printf(m->pool, "%s ≈ macro %s, weighted %s, n = %s, ",
                     kind == CHART_ROC ? "AUC" : "AP", number_metric(macro, one),
                     number_metric(weighted, other), n);
}

static void add_curve_figure(const struct maker *m, int kind, const struct gathered *from,
                             const struct aggregated_averages *averages)
{
  const size_t thresholds = kind == CHART_CALIBRATION || !m->from->tables.percentile_count
                                ? m->from->tables.probability_count
                                : m->from->tables.percentile_count;
  const char *subtitle = pool_printf(m->pool, "%sapprox., %zu thresholds",
                                     finding_words(m, kind, averages), thresholds);
  const enum figure_kind figure_kind = kind == CHART_LIFT          ? FIGURE_LIFT
                                       : kind == CHART_CALIBRATION ? FIGURE_CALIBRATION
                                                                   : FIGURE_CURVE;
  struct figure *figure =
      begin(m, figure_kind, chart_kinds[kind].stem, chart_kinds[kind].title, subtitle);
  struct chart_text *text = figure_text(figure);

  text->x_name = chart_kinds[kind].x_name;
  text->y_name = chart_kinds[kind].y_name;
  if (!from->count) text->message = "the table has no class with positive and negative rows";
  if (figure_kind == FIGURE_LIFT) {
    figure->chart.lift.curves = from->curves;
    figure->chart.lift.curve_count = from->count;
  } else if (figure_kind == FIGURE_CALIBRATION) {
    figure->chart.calibration.curves = from->curves;
    figure->chart.calibration.curve_count = from->count;
  } else {
    struct curve_chart *chart = &figure->chart.curve;

    chart->curves = from->curves;
    chart->curve_count = from->count;
    if (kind != CHART_PR) add_reference(m, chart);
    if (kind == CHART_GAIN) chart->x_axis = chart->y_axis = CURVE_AXIS_PERCENT;
  }
  figure->caption =
      pool_printf(m->pool,
                  "Read off counts at %zu thresholds: between them the curve is a straight guess, "
                  "and areas are near the exact ones, not equal to them.",
                  thresholds);
  figure->data = gathered_table(m, from, "x", "y");
}

static void add_accuracy(const struct maker *m)
{
  const size_t classes = m->from->class_count;
  struct gathered gathered[CHART_KINDS] = {{0}};
  struct aggregated_averages averages;
  struct accuracy_curves curves;

  if (aggregated_averages_compute(&averages, m->from))
    averages = (struct aggregated_averages){.auc_macro = (double)NAN, .ap_macro = (double)NAN};
  for (int kind = 0; kind < CHART_KINDS; kind++)
    gathered[kind].curves = POOL_ARRAY(m->pool, classes + 2, struct chart_curve);
  if (classes > 1 && accuracy_curves_macro(&curves, &m->from->tables) == 0) {
    gather_all(m, gathered, &curves, "macro", CURVE_MACRO);
    accuracy_curves_release(&curves);
  }
  if (classes > 1 && accuracy_curves_micro(&curves, &m->from->tables) == 0) {
    gather_all(m, gathered, &curves, "micro", CURVE_MICRO);
    accuracy_curves_release(&curves);
  }
  for (size_t k = 0; k < classes; k++) {
    if (accuracy_curves_of_class(&curves, &m->from->tables, k)) continue;
    gather_all(m, gathered, &curves, m->from->class_names[k], CURVE_CLASS);
    accuracy_curves_release(&curves);
  }
  for (int kind = 0; kind < CHART_KINDS; kind++)
    add_curve_figure(m, kind, &gathered[kind], &averages);
}

static double rows_of_bins(const struct aggregated *from)
{
  double rows = 0;

  for (size_t i = 0; i < from->bins; i++) rows += from->counts[i];
  return rows;
}

/* Which way most residuals lie; a bin across 0 counts for neither side. */
static const char *residuals_caption(const struct maker *m)
{
  double low = 0, high = 0;
  const double all = rows_of_bins(m->from);

  for (size_t i = 0; i < m->from->bins; i++) {
    if (m->from->edges[i + 1] <= 0) low += m->from->counts[i];
    if (m->from->edges[i] >= 0) high += m->from->counts[i];
  }
  if (!(all > 0)) return "";
  return pool_printf(
      m->pool, "%s of the predictions are too low, %s too high%s.", words_share(m->pool, low / all),
      words_share(m->pool, high / all),
      m->from->bins > 2 && m->from->counts[0] + m->from->counts[m->from->bins - 1] > 0
          ? "; hatched bars hold all that lies further out"
          : "");
}

static void add_residuals(const struct maker *m)
{
  char n[NUMBER_SIZE];
  struct figure *figure;
  struct histogram_chart *chart;
  struct histogram_series *series = POOL_NEW(m->pool, struct histogram_series);
  const char *subtitle = pool_printf(m->pool, "approx., %zu bins as logged, n = %s", m->from->bins,
                                     number_count(n, rows_of_bins(m->from)));
  char mean[NUMBER_SIZE], deviation[NUMBER_SIZE];

  if (!isnan(m->from->mean) && !isnan(m->from->stddev))
    subtitle = pool_printf(m->pool, "mean %s, standard deviation %s, %s",
                           number_metric(mean, m->from->mean),
                           number_metric(deviation, m->from->stddev), subtitle);
  figure = begin(m, FIGURE_HISTOGRAM, "residuals", "Residuals", subtitle);
  chart = &figure->chart.histogram;
  *series = (struct histogram_series){"residuals", m->from->counts};
  chart->text.x_name = "Residual = predicted − true";
  chart->text.y_name = "Rows";
  if (!(rows_of_bins(m->from) > 0)) chart->text.message = "all counts are 0: no residuals";
  chart->edges = m->from->edges;
  chart->bin_count = m->from->bins;
  chart->series = series;
  chart->series_count = 1;
  chart->low_overflow = m->from->bins > 2;
  chart->high_overflow = m->from->bins > 2;
  chart->zero_line = true;
  figure->caption = residuals_caption(m);
  figure->data = table_begin(m->pool, m->from->bins, 3);
  table_numbers(&figure->data, 0, "bin_low", m->from->edges);
  table_numbers(&figure->data, 1, "bin_high", m->from->edges + 1);
  table_numbers(&figure->data, 2, "rows", m->from->counts);
}

static void add_predictions(const struct maker *m)
{
  char n[NUMBER_SIZE];
  struct figure *figure = begin(m, FIGURE_PREDICTION, "predicted-vs-true", "Predicted against true",
                                pool_printf(m->pool, "approx., %zu bins as logged, n = %s",
                                            m->from->bins, number_count(n, rows_of_bins(m->from))));
  struct prediction_chart *chart = &figure->chart.prediction;

  if (!(rows_of_bins(m->from) > 0)) chart->text.message = "all counts are 0: no predictions";
  chart->bin_edges = m->from->edges;
  chart->bin_mean = m->from->averages;
  chart->bin_sd = m->from->errors;
  chart->bin_counts = m->from->counts;
  chart->bin_count = m->from->bins;
  figure->caption =
      "The line is the mean prediction per bin of the true value, the band one "
      "standard deviation; the dashed line is a perfect prediction.";
  figure->data = table_begin(m->pool, m->from->bins, m->from->errors ? 5 : 4);
  table_numbers(&figure->data, 0, "bin_low", m->from->edges);
  table_numbers(&figure->data, 1, "bin_high", m->from->edges + 1);
  table_numbers(&figure->data, 2, "rows", m->from->counts);
  table_numbers(&figure->data, 3, "mean_prediction", m->from->averages);
  if (m->from->errors) table_numbers(&figure->data, 4, "deviation", m->from->errors);
}

/* A panel of the chart that was meant, with the reason why it is empty. */
static void add_unreadable(const struct maker *m, const char *format)
{
  static const struct {
    const char *format, *stem, *title;
    enum figure_kind kind;
  } meant[] = {{"confusion_matrix", "confusion", "Confusion matrix", FIGURE_MATRIX},
               {"accuracy_table", "roc", "ROC curve", FIGURE_CURVE},
               {"residuals", "residuals", "Residuals", FIGURE_HISTOGRAM},
               {"predictions", "predicted-vs-true", "Predicted against true", FIGURE_PREDICTION}};
  enum { MEANT = sizeof meant / sizeof *meant };
  size_t i = 0;

  while (i < MEANT && strcmp(meant[i].format, format) != 0) i++;
  if (i == MEANT) return; /* Not even the schema is known: the warning alone says so. */
  figure_text(begin(m, meant[i].kind, meant[i].stem, meant[i].title, "logged as JSON"))->message =
      m->from->warning_count ? m->from->warnings[0] : "nothing could be read";
}

void figures_of_aggregated(struct figures *figures, const char *section, const char *name,
                           const char *format, const struct aggregated *from)
{
  const struct maker m = {figures, figures->pool, section, name, from};

  switch (from->type) {
    case AGGREGATED_CONFUSION: add_confusion(&m); return;
    case AGGREGATED_ACCURACY: add_accuracy(&m); return;
    case AGGREGATED_RESIDUALS: add_residuals(&m); return;
    case AGGREGATED_PREDICTIONS: add_predictions(&m); return;
    case AGGREGATED_NONE: add_unreadable(&m, format); return;
  }
}
