#include "page/figures_classification.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"

/* What is common to the curve figures of one evaluation. */
struct maker {
  struct figures *figures;
  struct pool *pool;
  const char *section;
  const struct evaluation_result *result;
  const struct evaluation *source;
  const struct multiclass *curves;
  size_t positive; /* the one class shown; class_count: all */
  const char *of;  /* "n = 143, positive = malignant" */
};

/* One drawn curve and where its points come from. */
struct shown {
  const char *name;
  const struct class_curves *from;
  enum curve_role role;
};

/* "AUC 0.994", or "0.994" without a name. */
static const char *metric_text(struct pool *pool, const char *name, double value)
{
  char number[NUMBER_SIZE];
  const char *text = isnan(value) ? "n/a" : number_metric(number, value);

  return name ? pool_printf(pool, "%s %s", name, text) : pool_printf(pool, "%s", text);
}

/* "0.991 (95 % CI 0.966–0.998, DeLong)". */
static const char *with_interval(struct pool *pool, double value, struct interval interval,
                                 const char *method)
{
  char number[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];

  number_metric(number, value);
  if (isnan(interval.lo) || isnan(interval.hi))
    return interval.reason ? pool_printf(pool, "%s (CI n/a: %s)", number, interval.reason)
                           : pool_printf(pool, "%s", number);
  return pool_printf(pool, "%s (95 %% CI %s–%s, %s)", number, number_metric(low, interval.lo),
                      number_metric(high, interval.hi), method);
}

/* The curves of a figure, in the order of the legend: the averages, then the
 * classes; for a binary evaluation the positive class alone. */
static size_t list_shown(const struct maker *m, struct shown **out)
{
  struct shown *shown = POOL_ARRAY(m->pool, m->curves->classes + 2, struct shown);
  size_t count = 0;

  *out = shown;
  if (m->positive < m->source->class_count) {
    shown[0] = (struct shown){m->source->class_names[m->positive],
                              &m->curves->per_class[m->positive], CURVE_CLASS};
    return 1;
  }
  if (m->curves->present > 1)
    shown[count++] = (struct shown){"macro average", &m->curves->macro, CURVE_MACRO};
  if (m->curves->rows)
    shown[count++] = (struct shown){"micro average", &m->curves->micro, CURVE_MICRO};
  for (size_t k = 0; k < m->curves->classes; k++)
    shown[count++] =
        (struct shown){m->source->class_names[k], &m->curves->per_class[k], CURVE_CLASS};
  return count;
}

typedef const struct curve *(*pick_curve)(const struct class_curves *from);
typedef double (*pick_number)(const struct maker *m, const struct shown *shown);

static const struct curve *pick_roc(const struct class_curves *from) { return &from->roc.curve; }
static const struct curve *pick_pr(const struct class_curves *from) { return &from->pr.curve; }
static const struct curve *pick_gain(const struct class_curves *from) { return &from->gain.gain; }
static const struct curve *pick_lift(const struct class_curves *from) { return &from->gain.lift; }

static double number_auc(const struct maker *m, const struct shown *shown)
{
  if (shown->role == CURVE_MACRO) return m->curves->auc_macro;
  if (shown->role == CURVE_MICRO) return m->curves->auc_micro;
  return shown->from->roc.auc;
}

static double number_ap(const struct maker *m, const struct shown *shown)
{
  if (shown->role == CURVE_MACRO) return m->curves->ap_macro;
  if (shown->role == CURVE_MICRO) return m->curves->ap_micro;
  return shown->from->pr.ap;
}

static double number_gain_at_20(const struct maker *m, const struct shown *shown)
{
  (void)m;
  return curve_at(&shown->from->gain.gain, 0.2);
}

static double number_lift_at_10(const struct maker *m, const struct shown *shown)
{
  (void)m;
  return curve_at(&shown->from->gain.lift, 0.1);
}

/* Turns shown curves into those of a chart. */
static struct chart_curve *chart_curves(const struct maker *m, const struct shown *shown,
                                        size_t count, pick_curve pick, const char *number_name,
                                        pick_number number, enum curve_shape shape, size_t *drawn)
{
  struct chart_curve *curves = POOL_ARRAY(m->pool, count, struct chart_curve);

  *drawn = 0;
  for (size_t i = 0; i < count; i++) {
    const struct curve *from = pick(shown[i].from);

    if (!from->count) continue;
    curves[(*drawn)++] = (struct chart_curve){
        .name = shown[i].name,
        .value = metric_text(m->pool, number_name, number(m, &shown[i])),
        .x = from->x,
        .y = from->y,
        .count = from->count,
        .role = shown[i].role,
        .shape = shape};
  }
  return curves;
}

/* The points of all curves below one another: curve, x, y, threshold. */
static struct data_table curve_table(const struct maker *m, const struct shown *shown,
                                     size_t count, pick_curve pick, const char *x_name,
                                     const char *y_name)
{
  struct data_table table;
  size_t rows = 0, at = 0;
  const char **name;
  double *x, *y, *threshold;

  for (size_t i = 0; i < count; i++) rows += pick(shown[i].from)->count;
  name = POOL_ARRAY(m->pool, rows, const char *);
  x = POOL_ARRAY(m->pool, rows, double);
  y = POOL_ARRAY(m->pool, rows, double);
  threshold = POOL_ARRAY(m->pool, rows, double);
  for (size_t i = 0; i < count; i++) {
    const struct curve *from = pick(shown[i].from);

    for (size_t k = 0; k < from->count; k++, at++) {
      name[at] = shown[i].name;
      x[at] = from->x[k];
      y[at] = from->y[k];
      threshold[at] = from->threshold[k];
    }
  }
  table = table_begin(m->pool, rows, 4);
  table_texts(&table, 0, "curve", name);
  table_numbers(&table, 1, x_name, x);
  table_numbers(&table, 2, y_name, y);
  table_numbers(&table, 3, "threshold", threshold);
  return table;
}

/* A dashed line between two or three points. */
static struct curve_reference reference(struct pool *pool, const char *label, size_t count,
                                        const double *x, const double *y)
{
  return (struct curve_reference){label, pool_copy(pool, x, count, sizeof *x),
                                  pool_copy(pool, y, count, sizeof *y), count};
}

static const char *why_empty(const struct maker *m)
{
  if (m->result->reason) return m->result->reason;
  if (m->curves->reason) return m->curves->reason;
  if (m->positive < m->source->class_count) return m->curves->per_class[m->positive].reason;
  return NULL;
}

/* The Wilson band of the true positive rate at each point of a ROC curve. */
static void add_roc_band(const struct maker *m, struct chart_curve *curve)
{
  const size_t positives = m->curves->per_class[m->positive].rows;
  double *low, *high;

  if (m->source->weights || !positives) return;
  low = POOL_ARRAY(m->pool, curve->count, double);
  high = POOL_ARRAY(m->pool, curve->count, double);
  for (size_t i = 0; i < curve->count; i++) {
    const struct interval band =
        interval_wilson(curve->y[i] * (double)positives, (double)positives, 0.95);

    low[i] = band.lo;
    high[i] = band.hi;
  }
  curve->low = low;
  curve->high = high;
}

static struct curve_ring *best_threshold_ring(const struct maker *m, const struct roc *roc)
{
  struct curve_ring *ring = POOL_NEW(m->pool, struct curve_ring);
  char threshold[NUMBER_SIZE], tpr[NUMBER_SIZE], fpr[NUMBER_SIZE];

  *ring = (struct curve_ring){
      .x = roc->best_fpr,
      .y = roc->best_tpr,
      .head = pool_printf(m->pool, "best threshold %s",
                           number_metric(threshold, roc->best_threshold)),
      .body = pool_printf(m->pool, "TPR %s, FPR %s (Youden)", number_metric(tpr, roc->best_tpr),
                           number_metric(fpr, roc->best_fpr))};
  return ring;
}

static void finish_text(const struct maker *m, struct figure *figure, const char *title,
                        const char *subtitle, const char *x_name, const char *y_name)
{
  struct chart_text *text = figure_text(figure);

  figure->title = pool_printf(m->pool, "%s: %s", title, m->source->name);
  text->title = title;
  text->subtitle = subtitle;
  text->x_name = x_name;
  text->y_name = y_name;
  figure->alt = pool_printf(m->pool, "%s of evaluation %s. %s. The table of points follows.",
                             title, m->source->name, subtitle ? subtitle : "");
}

static void add_roc(const struct maker *m, const struct shown *shown, size_t count)
{
  static const double diagonal[] = {0, 1};
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "roc-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  struct curve_reference *chance = POOL_NEW(m->pool, struct curve_reference);
  struct chart_curve *curves;
  const char *finding;

  curves = chart_curves(m, shown, count, pick_roc, "AUC", number_auc, CURVE_STRAIGHT,
                        &chart->curve_count);
  *chance = reference(m->pool, "chance", 2, diagonal, diagonal);
  chart->curves = curves;
  chart->references = chance;
  chart->reference_count = 1;
  if (binary && chart->curve_count) {
    const struct class_curves *one = shown[0].from;

    add_roc_band(m, &curves[0]);
    chart->rings = best_threshold_ring(m, &one->roc);
    chart->ring_count = 1;
    finding = with_interval(m->pool, one->roc.auc, one->delong.best, "DeLong");
  } else {
    finding = pool_printf(
        m->pool, "macro %s, weighted %s", metric_text(m->pool, NULL, m->curves->auc_macro),
        metric_text(m->pool, NULL, m->curves->auc_weighted));
  }
  finish_text(m, figure, "ROC curve", pool_printf(m->pool, "AUC %s, %s", finding, m->of),
              "False positive rate", "True positive rate");
  if (!chart->curve_count) chart->text.message = why_empty(m);
  figure->caption =
      binary ? "Each point is a threshold. The nearer the curve is to the upper left corner, the "
               "better the two classes are told apart; the dashed line is chance. Band: 95 % Wilson "
               "interval of the true positive rate, pointwise."
             : "One class against the rest. The nearer a curve is to the upper left corner, the "
               "better that class is told from the others; the dashed line is chance.";
  figure->data = curve_table(m, shown, count, pick_roc, "fpr", "tpr");
}

static void add_pr(const struct maker *m, const struct shown *shown, size_t count)
{
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "precision-recall-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  const char *finding;

  chart->curves = chart_curves(m, shown, count, pick_pr, "AP", number_ap, CURVE_STEP_BEFORE,
                               &chart->curve_count);
  if (binary && chart->curve_count) {
    const struct pr *pr = &shown[0].from->pr;
    struct curve_reference *chance = POOL_NEW(m->pool, struct curve_reference);
    const double x[] = {0, 1};
    const double y[] = {pr->prevalence, pr->prevalence};
    char ap[NUMBER_SIZE], prevalence[NUMBER_SIZE];

    *chance = reference(m->pool, "prevalence", 2, x, y);
    chart->references = chance;
    chart->reference_count = 1;
    finding = pool_printf(m->pool, "AP %s (step-wise), prevalence %s",
                           number_metric(ap, pr->ap), number_metric(prevalence, pr->prevalence));
  } else {
    finding = pool_printf(
        m->pool, "AP (step-wise) macro %s, weighted %s",
        metric_text(m->pool, NULL, m->curves->ap_macro),
        metric_text(m->pool, NULL, m->curves->ap_weighted));
  }
  finish_text(m, figure, "Precision-recall curve", pool_printf(m->pool, "%s, %s", finding, m->of),
              "Recall", "Precision");
  if (!chart->curve_count) chart->text.message = why_empty(m);
  figure->caption =
      "Precision is the share of the found that are right, recall the share of the right that are "
      "found. The higher and the further right, the better.";
  figure->data = curve_table(m, shown, count, pick_pr, "recall", "precision");
}

static void add_gain(const struct maker *m, const struct shown *shown, size_t count)
{
  static const double diagonal[] = {0, 1};
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "gains-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  struct curve_reference *lines = POOL_ARRAY(m->pool, 2, struct curve_reference);
  const char *finding = "share of each class found at 20 % of the rows in the legend";

  chart->curves = chart_curves(m, shown, count, pick_gain, "at 20 %:", number_gain_at_20,
                               CURVE_STRAIGHT, &chart->curve_count);
  lines[chart->reference_count++] = reference(m->pool, "chance", 2, diagonal, diagonal);
  if (binary && chart->curve_count) {
    const struct gain *gain = &shown[0].from->gain;
    char share[NUMBER_SIZE], ratio[NUMBER_SIZE];
    double x[3], y[3];

    gain_perfect(gain, x, y);
    lines[chart->reference_count++] = reference(m->pool, "perfect", 3, x, y);
    finding = pool_printf(m->pool, "20 %% of the rows hold %s of the positives, accuracy ratio %s",
                           number_percent(share, curve_at(&gain->gain, 0.2)),
                           number_metric(ratio, gain->accuracy_ratio));
  }
  chart->references = lines;
  chart->x_axis = CURVE_AXIS_PERCENT;
  chart->y_axis = CURVE_AXIS_PERCENT;
  finish_text(m, figure, "Cumulative gains", pool_printf(m->pool, "%s, %s", finding, m->of),
              "Share of rows, highest scores first", "Share of positives found");
  if (!chart->curve_count) chart->text.message = why_empty(m);
  figure->caption =
      "Going through the rows from the highest score down: how much of a class has been found "
      "after which share of the rows. The dashed diagonal is a random order.";
  figure->data = curve_table(m, shown, count, pick_gain, "share_of_rows", "gain");
}

static void add_lift(const struct maker *m, const struct shown *shown, size_t count)
{
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_LIFT, m->section,
                                      pool_printf(m->pool, "lift-%s", m->source->name));
  struct lift_chart *chart = &figure->chart.lift;
  const char *finding = "lift at 10 % of the rows in the legend";

  chart->curves = chart_curves(m, shown, count, pick_lift, "at 10 %:", number_lift_at_10,
                               CURVE_STRAIGHT, &chart->curve_count);
  if (binary && chart->curve_count) {
    const struct gain *gain = &shown[0].from->gain;
    char lift[NUMBER_SIZE], highest[NUMBER_SIZE];

    chart->max_lift = gain->highest_lift;
    finding = pool_printf(m->pool, "Lift at 10 %%: %s, the highest possible is %s",
                           number_metric(lift, curve_at(&gain->lift, 0.1)),
                           number_metric(highest, gain->highest_lift));
  }
  finish_text(m, figure, "Lift", pool_printf(m->pool, "%s, %s", finding, m->of), NULL, NULL);
  if (!chart->curve_count) chart->text.message = why_empty(m);
  figure->caption =
      "How many times more of a class is found among the rows with the highest scores than among "
      "as many rows taken at random (1).";
  figure->data = curve_table(m, shown, count, pick_lift, "share_of_rows", "lift");
}

/* Isotonic steps as points: each stretch starts at its lowest probability. */
static void add_isotonic(const struct maker *m, struct calibration_chart *chart,
                         const struct calibration *from)
{
  double *x = POOL_ARRAY(m->pool, from->steps + 1, double);
  double *y = POOL_ARRAY(m->pool, from->steps + 1, double);

  for (size_t i = 0; i < from->steps; i++) {
    x[i] = from->step[i].lo;
    y[i] = from->step[i].value;
  }
  if (from->steps) {
    x[from->steps] = from->step[from->steps - 1].hi;
    y[from->steps] = from->step[from->steps - 1].value;
  }
  chart->step_x = x;
  chart->step_y = y;
  chart->step_count = from->steps ? from->steps + 1 : 0;
}

static void add_bins(const struct maker *m, struct calibration_chart *chart,
                     const struct calibration *from)
{
  double *x = POOL_ARRAY(m->pool, from->bins, double);
  double *y = POOL_ARRAY(m->pool, from->bins, double);
  double *low = POOL_ARRAY(m->pool, from->bins, double);
  double *high = POOL_ARRAY(m->pool, from->bins, double);

  for (size_t i = 0; i < from->bins; i++) {
    x[i] = from->bin[i].mean_probability;
    y[i] = from->bin[i].fraction_positive;
    low[i] = from->bin[i].wilson_lo;
    high[i] = from->bin[i].wilson_hi;
  }
  chart->bin_x = x;
  chart->bin_y = y;
  chart->bin_low = low;
  chart->bin_high = high;
  chart->bin_count = from->bins;
}

static void add_strip(const struct maker *m, struct calibration_chart *chart,
                      const struct calibration *from)
{
  double *edges = POOL_ARRAY(m->pool, from->bins + 1, double);
  double *counts = POOL_ARRAY(m->pool, from->bins, double);

  for (size_t i = 0; i < from->bins; i++) {
    edges[i] = from->bin[i].lo;
    edges[i + 1] = from->bin[i].hi;
    counts[i] = from->bin[i].weight;
  }
  chart->strip_edges = edges;
  chart->strip_counts = counts;
  chart->strip_count = from->bins;
}

/* The non-empty bins of each shown class as a line. */
static void add_calibration_curves(const struct maker *m, struct calibration_chart *chart,
                                   const struct shown *shown, size_t count)
{
  struct chart_curve *curves = POOL_ARRAY(m->pool, count, struct chart_curve);

  for (size_t i = 0; i < count; i++) {
    const struct calibration *from = &shown[i].from->calibration;
    double *x = POOL_ARRAY(m->pool, from->bins, double);
    double *y = POOL_ARRAY(m->pool, from->bins, double);
    size_t points = 0;

    if (from->reason) continue;
    for (size_t k = 0; k < from->bins; k++) {
      if (!from->bin[k].rows) continue;
      x[points] = from->bin[k].mean_probability;
      y[points++] = from->bin[k].fraction_positive;
    }
    if (!points) continue;
    curves[chart->curve_count++] = (struct chart_curve){
        .name = shown[i].name, .value = metric_text(m->pool, "ECE", from->ece), .x = x, .y = y,
        .count = points, .role = shown[i].role};
  }
  chart->curves = curves;
}

static struct data_table calibration_table(const struct maker *m, const struct shown *shown,
                                           size_t count)
{
  static const char *const names[] = {"bin_low", "bin_high", "rows", "mean_probability",
                                      "fraction_positive", "wilson_low", "wilson_high"};
  struct data_table table;
  size_t rows = 0, at = 0;
  const char **name;
  double *column[7];

  for (size_t i = 0; i < count; i++) rows += shown[i].from->calibration.bins;
  name = POOL_ARRAY(m->pool, rows, const char *);
  for (size_t c = 0; c < 7; c++) column[c] = POOL_ARRAY(m->pool, rows, double);
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < shown[i].from->calibration.bins; k++, at++) {
      const struct calibration_bin *bin = &shown[i].from->calibration.bin[k];

      name[at] = shown[i].name;
      column[0][at] = bin->lo;
      column[1][at] = bin->hi;
      column[2][at] = (double)bin->rows;
      column[3][at] = bin->mean_probability;
      column[4][at] = bin->fraction_positive;
      column[5][at] = bin->wilson_lo;
      column[6][at] = bin->wilson_hi;
    }
  }
  table = table_begin(m->pool, rows, 8);
  table_texts(&table, 0, "curve", name);
  for (size_t c = 0; c < 7; c++) table_numbers(&table, c + 1, names[c], column[c]);
  return table;
}

static void add_calibration(const struct maker *m, const struct shown *shown, size_t count)
{
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CALIBRATION, m->section,
                                      pool_printf(m->pool, "calibration-%s", m->source->name));
  struct calibration_chart *chart = &figure->chart.calibration;
  const struct calibration *main = binary ? &shown[0].from->calibration
                                          : &m->curves->micro.calibration;
  const char *finding = "";
  char brier[NUMBER_SIZE], mcb[NUMBER_SIZE], dsc[NUMBER_SIZE], ece[NUMBER_SIZE];

  if (!main->reason) {
    add_strip(m, chart, main);
    number_metric(ece, main->ece);
    if (binary) {
      add_isotonic(m, chart, main);
      add_bins(m, chart, main);
      finding = pool_printf(m->pool, "Brier %s (MCB %s, DSC %s), ECE %s (%zu uniform bins), ",
                             number_metric(brier, main->brier), number_metric(mcb, main->mcb),
                             number_metric(dsc, main->dsc), ece, main->bins);
    } else {
      add_calibration_curves(m, chart, shown, count);
      finding = pool_printf(m->pool, "micro ECE %s (%zu uniform bins, one class against the rest), ",
                             ece, main->bins);
    }
  }
  finish_text(m, figure, "Calibration", pool_printf(m->pool, "%s%s", finding, m->of), NULL, NULL);
  if (main->reason)
    chart->text.message = pool_printf(m->pool, "Calibration undefined: %s", main->reason);
  figure->caption =
      "Where the model says 0.8, it should be right 8 times out of 10: a good model follows the "
      "dashed diagonal. Below it the model is too sure, above it too cautious. The strip shows how "
      "many predictions lie where.";
  figure->data = calibration_table(m, shown, count);
}

static void add_confusion(const struct maker *m)
{
  const struct classification_result *result = &m->result->classification;
  const struct confusion *confusion = &result->confusion;
  struct figure *figure = figures_add(m->figures, FIGURE_MATRIX, m->section,
                                      pool_printf(m->pool, "confusion-%s", m->source->name));
  struct matrix_chart *chart = &figure->chart.matrix;
  const size_t classes = confusion->classes;
  const char **column = POOL_ARRAY(m->pool, classes, const char *);
  char balanced[NUMBER_SIZE];

  chart->classes = m->source->class_names;
  chart->class_count = classes;
  chart->cells = confusion->cell;
  finish_text(m, figure, "Confusion matrix",
              pool_printf(m->pool, "accuracy %s, balanced %s, %s",
                           with_interval(m->pool, confusion->accuracy, result->accuracy, "Wilson"),
                           number_metric(balanced, confusion->balanced_accuracy), m->of),
              NULL, NULL);
  chart->text.message = confusion->reason ? m->result->reason : NULL;
  figure->caption =
      "Rows are the true classes, columns what was predicted; right answers lie on the diagonal. "
      "Percentages and shades are shares of the row.";
  figure->data = table_begin(m->pool, classes, classes + 1);
  table_texts(&figure->data, 0, "true_label", m->source->class_names);
  for (size_t k = 0; k < classes; k++) {
    double *cells = POOL_ARRAY(m->pool, classes, double);

    for (size_t row = 0; row < classes; row++) cells[row] = confusion->cell[row * classes + k];
    column[k] = m->source->class_names[k];
    table_numbers(&figure->data, k + 1, column[k], cells);
  }
}

void figures_of_classification(struct figures *figures, const char *section,
                               const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;
  struct maker m = {.figures = figures,
                    .pool = figures->pool,
                    .section = section,
                    .result = result,
                    .source = result->source,
                    .curves = &from->curves,
                    .positive = from->positive};
  struct shown *shown;
  size_t count;
  char n[NUMBER_SIZE];

  if (!from->confusion.cell) return;
  m.of = pool_printf(m.pool, "n = %s", number_count(n, (double)from->view.data.rows));
  add_confusion(&m);
  if (!from->has_scores) return;
  if (m.positive < m.source->class_count)
    m.of = pool_printf(m.pool, "%s, positive = %s", m.of, m.source->class_names[m.positive]);
  count = list_shown(&m, &shown);
  add_roc(&m, shown, count);
  add_pr(&m, shown, count);
  add_gain(&m, shown, count);
  add_lift(&m, shown, count);
  add_calibration(&m, shown, count);
}
