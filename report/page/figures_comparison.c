#include "page/figures_comparison.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/comparison.h"
#include "page/figures_curves.h"
#include "stats/sort.h"

/* One chart being made: whose runs, of which class. */
struct overlay {
  struct figures *figures;
  struct pool *pool;
  const struct report *report;
  const struct comparison_entry *entry;
  const char *of; /* "3 runs, n = 143, positive = malignant" */
  bool binary;
};

static const char *label_of(const struct overlay *o, size_t i)
{
  return o->report->labels[o->entry->runs[i]];
}

static struct figure *begin(const struct overlay *o, enum figure_kind kind, const char *stem,
                            const char *title, const char *subtitle)
{
  struct figure *figure = figures_add(o->figures, kind, o->entry->section,
                                      pool_printf(o->pool, "compare-%s-%s", stem, o->entry->name));

  figure->title = pool_printf(o->pool, "%s of the runs: %s", title, o->entry->name);
  figure_text(figure)->title = title;
  figure_text(figure)->subtitle = subtitle;
  figure->alt = pool_printf(o->pool,
                            "%s of evaluation %s, the runs in one chart. %s. The table "
                            "of its numbers follows.",
                            title, o->entry->name, subtitle);
  return figure;
}

/* ---- the main number ---- */

static void add_forest(const struct overlay *o)
{
  const char *name = comparison_main_number(o->entry), *title = comparison_number_title(name);
  const struct interval first =
      scalar_table_interval(comparison_scalars(o->entry->results[0]), name);
  struct figure *figure =
      begin(o, FIGURE_FOREST, "interval", title,
            pool_printf(o->pool, "95 %% CI (%s), %s; dashed: the first run",
                        interval_is_defined(&first) ? first.method : "where there is one", o->of));
  struct forest_row *rows = POOL_ARRAY(o->pool, o->entry->count, struct forest_row);
  const char **labels = POOL_ARRAY(o->pool, o->entry->count, const char *);
  double *columns[3];

  for (size_t c = 0; c < 3; c++) columns[c] = POOL_ARRAY(o->pool, o->entry->count, double);
  for (size_t i = 0; i < o->entry->count; i++) {
    const struct scalar_table *table = comparison_scalars(o->entry->results[i]);
    const struct interval interval = scalar_table_interval(table, name);
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];

    labels[i] = label_of(o, i);
    rows[i] = (struct forest_row){.name = labels[i],
                                  .value = scalar_table_value(table, name),
                                  .low = interval.lo,
                                  .high = interval.hi};
    if (interval_is_defined(&interval))
      rows[i].words =
          pool_printf(o->pool, "%s (%s–%s)", number_metric(value, rows[i].value),
                      number_metric(low, interval.lo), number_metric(high, interval.hi));
    columns[0][i] = rows[i].value;
    columns[1][i] = interval.lo;
    columns[2][i] = interval.hi;
  }
  figure->chart.forest.rows = rows;
  figure->chart.forest.count = o->entry->count;
  figure->chart.forest.text.x_name = title;
  figure->caption =
      "The dot is the value, the line its 95 % interval. Intervals that overlap do not mean that "
      "two runs are alike: the paired tests below look at the same rows and are sharper.";
  figure->data = table_begin(o->pool, o->entry->count, 4);
  table_texts(&figure->data, 0, "run", labels);
  table_numbers(&figure->data, 1, name, columns[0]);
  table_numbers(&figure->data, 2, "low", columns[1]);
  table_numbers(&figure->data, 3, "high", columns[2]);
}

/* ---- curves ---- */

static const struct curve *pick_roc(const struct class_curves *from) { return &from->roc.curve; }
static const struct curve *pick_pr(const struct class_curves *from) { return &from->pr.curve; }
static const struct curve *pick_gain(const struct class_curves *from) { return &from->gain.gain; }
static const struct curve *pick_lift(const struct class_curves *from) { return &from->gain.lift; }

static double number_auc(const struct curve_maker *m, const struct shown_curve *shown)
{
  (void)m;
  return shown->from->roc.auc;
}

static double number_ap(const struct curve_maker *m, const struct shown_curve *shown)
{
  (void)m;
  return shown->from->pr.ap;
}

static double number_gain(const struct curve_maker *m, const struct shown_curve *shown)
{
  (void)m;
  return curve_at(&shown->from->gain.gain, 0.2);
}

static double number_lift(const struct curve_maker *m, const struct shown_curve *shown)
{
  (void)m;
  return curve_at(&shown->from->gain.gain, 0.1) / 0.1;
}

/* The curves of the runs that have scores, and which run each is of. */
static size_t list_runs(const struct overlay *o, struct shown_curve *shown, unsigned *hue)
{
  size_t count = 0;

  for (size_t i = 0; i < o->entry->count; i++) {
    const struct classification_result *from = &o->entry->results[i]->classification;
    const bool has_positive = from->positive < from->curves.classes;

    if (o->entry->results[i]->reason || !from->has_scores || !from->curves.per_class) continue;
    if (o->binary && !has_positive) continue;
    hue[count] = (unsigned)i + 1;
    shown[count++] = (struct shown_curve){
        label_of(o, i), o->binary ? &from->curves.per_class[from->positive] : &from->curves.macro,
        CURVE_CLASS, 0};
  }
  return count;
}

struct curve_kind {
  const char *stem, *title, *x, *y, *column_x, *column_y, *number_name, *caption;
  pick_curve pick;
  pick_number number;
  enum curve_shape shape;
  enum curve_axis axis;
};

static const struct curve_kind curve_kinds[] = {
    {"roc", "ROC curves", "False positive rate", "True positive rate", "fpr", "tpr", "AUC",
     "Each line is a run. The nearer to the upper left corner, the better the classes are told "
     "apart; the dashed line is chance.",
     pick_roc, number_auc, CURVE_STRAIGHT, CURVE_AXIS_UNIT},
    {"precision-recall", "Precision-recall curves", "Recall", "Precision", "recall", "precision",
     "AP",
     "Each line is a run. Precision is the share of the found that are right, recall the share of "
     "the right that are found: the higher and the further right, the better.",
     pick_pr, number_ap, CURVE_STEP_BEFORE, CURVE_AXIS_UNIT},
    {"gains", "Cumulative gains", "Share of rows, highest scores first", "Share of positives found",
     "share_of_rows", "gain", "at 20 %:",
     "Going through the rows from each run's highest score down: how much has been found after "
     "which share of the rows. The dashed diagonal is a random order.",
     pick_gain, number_gain, CURVE_STRAIGHT, CURVE_AXIS_PERCENT},
};

static void keep_hues(struct chart_curve *curves, const struct shown_curve *shown, size_t count,
                      pick_curve pick, const unsigned *hue)
{
  for (size_t i = 0, drawn = 0; i < count; i++)
    if (pick(shown[i].from)->count) curves[drawn++].hue = hue[i];
}

static void add_curves(const struct overlay *o, const struct curve_kind *kind,
                       const struct shown_curve *shown, size_t count, const unsigned *hue)
{
  static const double diagonal[] = {0, 1};
  const struct curve_maker m = {.pool = o->pool};
  struct figure *figure = begin(o, FIGURE_CURVE, kind->stem, kind->title, o->of);
  struct curve_chart *chart = &figure->chart.curve;
  struct curve_reference *line = POOL_NEW(o->pool, struct curve_reference);
  struct chart_curve *curves = figures_chart_curves(&m, shown, count, kind->pick, kind->number_name,
                                                    kind->number, kind->shape, &chart->curve_count);

  keep_hues(curves, shown, count, kind->pick, hue);
  chart->curves = curves;
  chart->x_axis = chart->y_axis = kind->axis;
  chart->text.x_name = kind->x;
  chart->text.y_name = kind->y;
  if (kind->shape == CURVE_STRAIGHT) {
    *line = figures_reference(o->pool, "chance", 2, diagonal, diagonal);
    chart->references = line;
    chart->reference_count = 1;
  } else {
    figures_start_at_first_threshold(o->pool, curves, chart->curve_count);
    if (o->binary && chart->curve_count) {
      const double height = shown[0].from->pr.prevalence;

      *line = figures_reference(o->pool, "prevalence", 2, diagonal, (double[]){height, height});
      chart->references = line;
      chart->reference_count = 1;
    }
  }
  if (!chart->curve_count) chart->text.message = "no run has scores of both classes";
  figure->caption = kind->caption;
  figure->data = figures_curve_table(&m, shown, count, kind->pick, kind->column_x, kind->column_y);
}

static void add_lift(const struct overlay *o, const struct shown_curve *shown, size_t count,
                     const unsigned *hue)
{
  const struct curve_maker m = {.pool = o->pool};
  struct figure *figure = begin(o, FIGURE_LIFT, "lift", "Lift", o->of);
  struct lift_chart *chart = &figure->chart.lift;
  struct chart_curve *curves = figures_chart_curves(
      &m, shown, count, pick_lift, "at 10 %:", number_lift, CURVE_STRAIGHT, &chart->curve_count);

  keep_hues(curves, shown, count, pick_lift, hue);
  figures_draw_lift_between_points(&m, curves, shown, count);
  chart->curves = curves;
  if (o->binary && chart->curve_count) chart->max_lift = shown[0].from->gain.highest_lift;
  if (!chart->curve_count) chart->text.message = "no run has scores of both classes";
  figure->caption =
      "How many times more positives are found among each run's highest scores than among as many "
      "rows taken at random (1).";
  figure->data = figures_curve_table(&m, shown, count, pick_lift, "share_of_rows", "lift");
}

static void add_calibration(const struct overlay *o, const struct shown_curve *shown, size_t count,
                            const unsigned *hue)
{
  const struct curve_maker m = {.pool = o->pool};
  struct figure *figure = begin(o, FIGURE_CALIBRATION, "calibration", "Calibration",
                                pool_printf(o->pool, "%s; bins of fewer than %d rows are not drawn",
                                            o->of, FIGURES_ROWS_PER_POINT));
  struct calibration_chart *chart = &figure->chart.calibration;
  struct chart_curve *curves;

  figures_add_calibration_curves(&m, chart, shown, count);
  curves = pool_copy(o->pool, chart->curves, chart->curve_count, sizeof *curves);
  for (size_t i = 0, drawn = 0; i < count && drawn < chart->curve_count; i++)
    if (curves[drawn].name == shown[i].name) curves[drawn++].hue = hue[i];
  chart->curves = curves;
  if (!chart->curve_count)
    chart->text.message = "Calibration undefined: no run has probabilities, or too few rows";
  figure->caption =
      "Where a model says 0.8, it should be right 8 times out of 10: the nearer to the dashed "
      "diagonal, the better. Below it the model is too sure, above it too cautious.";
  figure->data = figures_calibration_table(&m, shown, count);
}

static void add_classification(struct overlay *o)
{
  struct shown_curve *shown = POOL_ARRAY(o->pool, o->entry->count, struct shown_curve);
  unsigned *hue = POOL_ARRAY(o->pool, o->entry->count, unsigned);
  size_t count;

  add_forest(o);
  count = list_runs(o, shown, hue);
  if (!count) return;
  for (size_t i = 0; i < sizeof curve_kinds / sizeof *curve_kinds; i++)
    add_curves(o, &curve_kinds[i], shown, count, hue);
  add_calibration(o, shown, count, hue);
  add_lift(o, shown, count, hue);
}

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

static void add_errors(const struct overlay *o)
{
  struct figure *figure = begin(o, FIGURE_CURVE, "errors", "Errors", o->of);
  struct curve_chart *chart = &figure->chart.curve;
  struct chart_curve *curves = POOL_ARRAY(o->pool, o->entry->count, struct chart_curve);

  for (size_t i = 0; i < o->entry->count; i++) {
    const struct regression_result *from = &o->entry->results[i]->regression;
    struct chart_curve *curve = &curves[chart->curve_count];

    if (o->entry->results[i]->reason) continue;
    *curve = (struct chart_curve){.name = label_of(o, i),
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
static void add_predictions(const struct overlay *o)
{
  struct figure *figure = begin(o, FIGURE_CURVE, "predictions", "Predicted against true", o->of);
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
    *curve = (struct chart_curve){.name = label_of(o, i),
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

static void add_residuals(const struct overlay *o)
{
  struct residual_histogram *bins = POOL_NEW(o->pool, struct residual_histogram);
  struct figure *figure;
  struct histogram_chart *chart;
  struct histogram_series *series;

  if (o->entry->count > RUNS_OVER_EACH_OTHER || bin_residuals(o, bins) || !bins->bins) return;
  figure = begin(o, FIGURE_HISTOGRAM, "residuals", "Residuals", o->of);
  chart = &figure->chart.histogram;
  series = POOL_ARRAY(o->pool, o->entry->count, struct histogram_series);
  figure->data = table_begin(o->pool, bins->bins, o->entry->count + 2);
  table_numbers(&figure->data, 0, "bin_low", bins->edge);
  table_numbers(&figure->data, 1, "bin_high", bins->edge + 1);
  for (size_t i = 0; i < o->entry->count; i++) {
    series[i] = (struct histogram_series){
        label_of(o, i), count_residuals(o, &o->entry->results[i]->regression, bins)};
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

/* Bars of more runs are too thin, and looking up names of more features too slow. */
#define RUNS_BESIDE 5
#define FEATURES 20

static void add_importance(const struct overlay *o)
{
  const struct evaluation_result *first = o->entry->results[0];
  const size_t count =
      first->order ? (first->source->count < FEATURES ? first->source->count : FEATURES) : 0;
  const size_t groups = o->entry->count - 1 < RUNS_BESIDE ? o->entry->count - 1 : RUNS_BESIDE;
  struct figure *figure =
      begin(o, FIGURE_BAR, "importance", "Feature importance",
            pool_printf(o->pool, "%zu runs, the %zu features that matter most to %s", groups + 1,
                        count, label_of(o, 0)));
  struct bar_chart *chart = &figure->chart.bar;
  struct bar *bars = POOL_ARRAY(o->pool, count, struct bar);
  double *values = POOL_ARRAY(o->pool, count * groups, double);
  const char **names = POOL_ARRAY(o->pool, groups, const char *);
  const char **features = POOL_ARRAY(o->pool, count, const char *);

  figure->data = table_begin(o->pool, count, groups + 2);
  for (size_t g = 0; g < groups; g++) names[g] = label_of(o, g + 1);
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
    table_numbers(&figure->data, g + 1, label_of(o, g), column);
  }
  chart->bars = bars;
  chart->count = chart->max_bars = count;
  chart->no_rest = true;
  chart->value_name = label_of(o, 0);
  chart->group_names = names;
  chart->group_values = values;
  chart->group_count = groups;
  chart->text.message = count ? NULL : "the first run has no importances";
  figure->caption =
      "The thick bar is the first run, the thin ones below it the others. A feature that another "
      "run does not know has no bar there.";
}

void figures_of_comparison(struct figures *figures, const struct report *report,
                           const struct comparison_entry *entry)
{
  const struct evaluation_result *first = entry->results[0];
  struct overlay o = {
      .figures = figures, .pool = figures->pool, .report = report, .entry = entry, .of = ""};
  char n[NUMBER_SIZE];

  switch (entry->type) {
    case EVALUATION_CLASSIFICATION:
      o.binary = first->classification.positive < first->source->class_count;
      o.of =
          pool_printf(o.pool, "%zu runs, n = %s, %s%s", entry->count,
                      number_count(n, (double)first->classification.view.data.rows),
                      o.binary ? "positive = " : "macro average of the classes",
                      o.binary ? first->source->class_names[first->classification.positive] : "");
      add_classification(&o);
      return;
    case EVALUATION_REGRESSION:
      o.of = pool_printf(o.pool, "%zu runs, n = %s", entry->count,
                         number_count(n, (double)first->regression.rows));
      add_forest(&o);
      add_errors(&o);
      add_predictions(&o);
      add_residuals(&o);
      return;
    case EVALUATION_IMPORTANCE: add_importance(&o); return;
  }
}
