#include <math.h>

#include "chart/number.h"
#include "page/figures_curves.h"

static const struct curve *pick_roc(const struct class_curves *from) { return &from->roc.curve; }
static const struct curve *pick_pr(const struct class_curves *from) { return &from->pr.curve; }

static double number_auc(const struct curve_maker *m, const struct shown_curve *shown)
{
  if (shown->role == CURVE_MACRO) return m->curves->auc_macro;
  if (shown->role == CURVE_MICRO) return m->curves->auc_micro;
  if (shown->role == CURVE_WEIGHTED) return m->curves->auc_weighted;
  return shown->from->roc.auc;
}

static double number_ap(const struct curve_maker *m, const struct shown_curve *shown)
{
  if (shown->role == CURVE_MACRO) return m->curves->ap_macro;
  if (shown->role == CURVE_MICRO) return m->curves->ap_micro;
  if (shown->role == CURVE_WEIGHTED) return m->curves->ap_weighted;
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

static double auc_of(const struct class_curves *from) { return from->roc.auc; }
static double ap_of(const struct class_curves *from) { return from->pr.ap; }

/* The threshold of highest Youden J, and the cheapest where costs are known. */
static void add_roc_rings(const struct curve_maker *m, struct curve_chart *chart)
{
  static const struct {
    enum threshold_kind kind;
    const char *head;
  } rules[] = {{THRESHOLD_MAX_J, "highest Youden J"}, {THRESHOLD_COST, "lowest cost"}};
  struct curve_ring *rings = POOL_ARRAY(m->pool, 2, struct curve_ring);
  char threshold[NUMBER_SIZE], tpr[NUMBER_SIZE], fpr[NUMBER_SIZE];

  for (size_t i = 0; i < 2; i++) {
    const struct threshold_row *row = threshold_table_row(&m->curves->thresholds, rules[i].kind);

    /* A threshold that parts nothing is not the best of anything. */
    if (!row || (rules[i].kind == THRESHOLD_MAX_J && !(row->recall + row->specificity > 1)))
      continue;
    rings[chart->ring_count++] = (struct curve_ring){
        .x = 1 - row->specificity,
        .y = row->recall,
        .head = pool_printf(m->pool, "threshold %s", number_metric(threshold, row->threshold)),
        .body =
            pool_printf(m->pool, "%s: TPR %s, FPR %s", rules[i].head,
                        number_metric(tpr, row->recall), number_metric(fpr, 1 - row->specificity))};
  }
  chart->rings = rings;
}

static const char *roc_caption(const struct curve_maker *m)
{
  const bool has_costs = threshold_table_row(&m->curves->thresholds, THRESHOLD_COST) != NULL;

  if (m->positive < m->source->class_count)
    return pool_printf(
        m->pool,
        "%s The nearer the curve is to the upper left corner, the better the classes are told "
        "apart; the dashed line is chance.%s",
        figures_found_sentence(m, has_costs ? THRESHOLD_COST : THRESHOLD_MAX_J),
        m->source->weights ? ""
                           : " Band: 95 % Wilson interval of the true positive rate, pointwise.");
  return pool_printf(m->pool,
                     "%s One class against the rest: the nearer a curve is to the upper left "
                     "corner, the better that class is told from the others.",
                     figures_extremes(m, auc_of));
}

void figures_add_roc(const struct curve_maker *m, const struct shown_curve *shown, size_t count)
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
    add_roc_rings(m, chart);
    finding = figures_with_interval(m->pool, one->roc.auc, one->delong.best, "DeLong");
  } else {
    finding =
        pool_printf(m->pool, "macro %s", figures_metric_text(m->pool, NULL, m->curves->auc_macro));
  }
  figures_finish_text(m, figure, "ROC curve", pool_printf(m->pool, "AUC %s, %s", finding, m->of),
                      "False positive rate", "True positive rate");
  if (!chart->curve_count) chart->text.message = figures_why_empty(m);
  figure->caption = roc_caption(m);
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

#define ISO_LINES 4
#define ISO_POINTS 49

/* Where F1 is 0.2, 0.4, 0.6 and 0.8: precision = F r / (2 r - F). */
static void add_iso_line(const struct curve_maker *m, struct curve_reference *line, double f1)
{
  double *x = POOL_ARRAY(m->pool, ISO_POINTS, double);
  double *y = POOL_ARRAY(m->pool, ISO_POINTS, double);
  const double first = f1 / (2 - f1);
  char number[NUMBER_SIZE];

  for (size_t i = 0; i < ISO_POINTS; i++) {
    const double share = (double)i / (ISO_POINTS - 1);

    /* Closer where the line is steep. */
    x[i] = first + (1 - first) * share * share;
    y[i] = f1 * x[i] / (2 * x[i] - f1);
  }
  *line =
      (struct curve_reference){.label = pool_printf(m->pool, "F1 %s", number_short(number, f1, 2)),
                               .x = x,
                               .y = y,
                               .count = ISO_POINTS,
                               .is_faint = true};
}

static void add_pr_marks(const struct curve_maker *m, struct curve_chart *chart,
                         const struct pr *pr)
{
  struct curve_reference *lines = POOL_ARRAY(m->pool, ISO_LINES + 1, struct curve_reference);
  struct curve_ring *ring = POOL_NEW(m->pool, struct curve_ring);
  const double x[] = {0, 1};
  const double y[] = {pr->prevalence, pr->prevalence};
  char threshold[NUMBER_SIZE], f1[NUMBER_SIZE];

  lines[0] = figures_reference(m->pool, "prevalence", 2, x, y);
  for (size_t i = 0; i < ISO_LINES; i++) add_iso_line(m, &lines[i + 1], 0.2 * (double)(i + 1));
  chart->references = lines;
  chart->reference_count = ISO_LINES + 1;
  *ring = (struct curve_ring){
      .x = pr->best_f1_recall,
      .y = pr->best_f1_precision,
      .head = pool_printf(m->pool, "threshold %s", number_metric(threshold, pr->best_f1_threshold)),
      .body = pool_printf(m->pool, "highest F1: %s", number_metric(f1, pr->best_f1))};
  chart->rings = ring;
  chart->ring_count = 1;
}

static const char *pr_caption(const struct curve_maker *m)
{
  const struct threshold_row *row = threshold_table_row(&m->curves->thresholds, THRESHOLD_MAX_F1);
  char threshold[NUMBER_SIZE], tp[NUMBER_SIZE], called[NUMBER_SIZE], all[NUMBER_SIZE];

  if (row)
    return pool_printf(
        m->pool,
        "At threshold %s, %s of the %s rows called %s are right, and they are %s of the %s there "
        "are. The higher and the further right, the better; thin lines join points of equal F1.",
        number_metric(threshold, row->threshold), number_count(tp, row->tp),
        number_count(called, row->tp + row->fp), m->source->class_names[m->positive], tp,
        number_count(all, row->tp + row->fn));
  return pool_printf(m->pool,
                     "%s Precision is the share of the found that are right, recall the share of "
                     "the right that are found: the higher and the further right, the better.",
                     figures_extremes(m, ap_of));
}

/* The average precision of the positive class with its interval. */
static const char *pr_finding(const struct curve_maker *m, const struct pr *pr)
{
  const struct interval *interval =
      &m->result->classification.class_intervals[m->positive].average_precision;
  const char *ap =
      figures_with_interval(m->pool, pr->ap, *interval, interval->method ? interval->method : "");
  char prevalence[NUMBER_SIZE];

  return pool_printf(m->pool, "AP %s, prevalence %s", ap,
                     number_metric(prevalence, pr->prevalence));
}

void figures_add_pr(const struct curve_maker *m, const struct shown_curve *shown, size_t count)
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
    add_pr_marks(m, chart, &shown[0].from->pr);
    finding = pr_finding(m, &shown[0].from->pr);
  } else {
    finding = pool_printf(m->pool, "AP (step-wise) macro %s",
                          figures_metric_text(m->pool, NULL, m->curves->ap_macro));
  }
  figures_finish_text(m, figure, "Precision-recall curve",
                      pool_printf(m->pool, "%s, %s", finding, m->of), "Recall", "Precision");
  if (!chart->curve_count) chart->text.message = figures_why_empty(m);
  figure->caption = pr_caption(m);
  figure->data = figures_curve_table(m, shown, count, pick_pr, "recall", "precision");
}
