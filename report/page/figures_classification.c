#include "page/figures_classification.h"

#include <math.h>

#include "chart/number.h"
#include "page/figures_curves.h"

static const struct curve *pick_roc(const struct class_curves *from) { return &from->roc.curve; }
static const struct curve *pick_pr(const struct class_curves *from) { return &from->pr.curve; }

static double number_auc(const struct curve_maker *m, const struct shown_curve *shown)
{
  if (shown->role == CURVE_MACRO) return m->curves->auc_macro;
  if (shown->role == CURVE_MICRO) return m->curves->auc_micro;
  return shown->from->roc.auc;
}

static double number_ap(const struct curve_maker *m, const struct shown_curve *shown)
{
  if (shown->role == CURVE_MACRO) return m->curves->ap_macro;
  if (shown->role == CURVE_MICRO) return m->curves->ap_micro;
  return shown->from->pr.ap;
}

/* The Wilson band of the true positive rate at each point of a ROC curve. */
static void add_roc_band(const struct curve_maker *m, struct chart_curve *curve)
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

static struct curve_ring *best_threshold_ring(const struct curve_maker *m, const struct roc *roc)
{
  struct curve_ring *ring = POOL_NEW(m->pool, struct curve_ring);
  char threshold[NUMBER_SIZE], tpr[NUMBER_SIZE], fpr[NUMBER_SIZE];

  *ring = (struct curve_ring){
      .x = roc->best_fpr,
      .y = roc->best_tpr,
      .head =
          pool_printf(m->pool, "best threshold %s", number_metric(threshold, roc->best_threshold)),
      .body = pool_printf(m->pool, "TPR %s, FPR %s (Youden)", number_metric(tpr, roc->best_tpr),
                          number_metric(fpr, roc->best_fpr))};
  return ring;
}
static void add_roc(const struct curve_maker *m, const struct shown_curve *shown, size_t count)
{
  static const double diagonal[] = {0, 1};
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "roc-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  struct curve_reference *chance = POOL_NEW(m->pool, struct curve_reference);
  struct chart_curve *curves;
  const char *finding;

  curves = figures_chart_curves(m, shown, count, pick_roc, "AUC", number_auc, CURVE_STRAIGHT,
                                &chart->curve_count);
  *chance = figures_reference(m->pool, "chance", 2, diagonal, diagonal);
  chart->curves = curves;
  chart->references = chance;
  chart->reference_count = 1;
  if (binary && chart->curve_count) {
    const struct class_curves *one = shown[0].from;

    add_roc_band(m, &curves[0]);
    chart->rings = best_threshold_ring(m, &one->roc);
    chart->ring_count = 1;
    finding = figures_with_interval(m->pool, one->roc.auc, one->delong.best, "DeLong");
  } else {
    finding = pool_printf(m->pool, "macro %s, weighted %s",
                          figures_metric_text(m->pool, NULL, m->curves->auc_macro),
                          figures_metric_text(m->pool, NULL, m->curves->auc_weighted));
  }
  figures_finish_text(m, figure, "ROC curve", pool_printf(m->pool, "AUC %s, %s", finding, m->of),
                      "False positive rate", "True positive rate");
  if (!chart->curve_count) chart->text.message = figures_why_empty(m);
  figure->caption =
      binary
          ? "Each point is a threshold. The nearer the curve is to the upper left corner, the "
            "better the two classes are told apart; the dashed line is chance. Band: 95 % Wilson "
            "interval of the true positive rate, pointwise."
          : "One class against the rest. The nearer a curve is to the upper left corner, the "
            "better that class is told from the others; the dashed line is chance.";
  figure->data = figures_curve_table(m, shown, count, pick_roc, "fpr", "tpr");
}

/* The point (recall 0, precision 1) is put there by convention, no threshold makes
 * it: the line starts at the height of the first real one. */
void figures_start_at_first_threshold(struct pool *pool, struct chart_curve *curves, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    double *y;

    if (curves[i].count < 2) continue;
    y = pool_copy(pool, curves[i].y, curves[i].count, sizeof *y);
    y[0] = y[1];
    curves[i].y = y;
  }
}

static void add_pr(const struct curve_maker *m, const struct shown_curve *shown, size_t count)
{
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "precision-recall-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  struct chart_curve *curves;
  const char *finding;

  curves = figures_chart_curves(m, shown, count, pick_pr, "AP", number_ap, CURVE_STEP_BEFORE,
                                &chart->curve_count);
  figures_start_at_first_threshold(m->pool, curves, chart->curve_count);
  chart->curves = curves;
  if (binary && chart->curve_count) {
    const struct pr *pr = &shown[0].from->pr;
    struct curve_reference *chance = POOL_NEW(m->pool, struct curve_reference);
    const double x[] = {0, 1};
    const double y[] = {pr->prevalence, pr->prevalence};
    char ap[NUMBER_SIZE], prevalence[NUMBER_SIZE];

    *chance = figures_reference(m->pool, "prevalence", 2, x, y);
    chart->references = chance;
    chart->reference_count = 1;
    finding = pool_printf(m->pool, "AP %s (step-wise), prevalence %s", number_metric(ap, pr->ap),
                          number_metric(prevalence, pr->prevalence));
  } else {
    finding = pool_printf(m->pool, "AP (step-wise) macro %s, weighted %s",
                          figures_metric_text(m->pool, NULL, m->curves->ap_macro),
                          figures_metric_text(m->pool, NULL, m->curves->ap_weighted));
  }
  figures_finish_text(m, figure, "Precision-recall curve",
                      pool_printf(m->pool, "%s, %s", finding, m->of), "Recall", "Precision");
  if (!chart->curve_count) chart->text.message = figures_why_empty(m);
  figure->caption =
      "Precision is the share of the found that are right, recall the share of the right that are "
      "found. The higher and the further right, the better.";
  figure->data = figures_curve_table(m, shown, count, pick_pr, "recall", "precision");
}

static void add_confusion(const struct curve_maker *m)
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
  figures_finish_text(
      m, figure, "Confusion matrix",
      pool_printf(m->pool, "accuracy %s, balanced %s, %s",
                  figures_with_interval(m->pool, confusion->accuracy, result->accuracy, "Wilson"),
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
  struct curve_maker m = {.figures = figures,
                          .pool = figures->pool,
                          .section = section,
                          .result = result,
                          .source = result->source,
                          .curves = &from->curves,
                          .positive = from->positive};
  struct shown_curve *shown;
  size_t count;
  char n[NUMBER_SIZE];

  if (!from->confusion.cell) return;
  m.of = pool_printf(m.pool, "n = %s", number_count(n, (double)from->view.data.rows));
  add_confusion(&m);
  if (!from->has_scores) return;
  if (m.positive < m.source->class_count)
    m.of = pool_printf(m.pool, "%s, positive = %s", m.of, m.source->class_names[m.positive]);
  count = figures_list_shown(&m, &shown);
  add_roc(&m, shown, count);
  add_pr(&m, shown, count);
  figures_add_gain(&m, shown, count);
  figures_add_calibration(&m, shown, count);
  figures_add_lift(&m, shown, count);
}
