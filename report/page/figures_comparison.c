#include "page/figures_comparison.h"

#include "chart/number.h"
#include "page/comparison.h"
#include "page/figures_curves.h"
#include "page/figures_overlay.h"

const char *overlay_label(const struct overlay *o, size_t i)
{
  return o->report->labels[o->entry->runs[i]];
}

struct figure *overlay_begin(const struct overlay *o, enum figure_kind kind, const char *stem,
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
  struct figure *figure = overlay_begin(
      o, FIGURE_FOREST, "interval", title,
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

    labels[i] = overlay_label(o, i);
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
        overlay_label(o, i),
        o->binary ? &from->curves.per_class[from->positive] : &from->curves.macro, CURVE_CLASS, 0};
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
  struct figure *figure = overlay_begin(o, FIGURE_CURVE, kind->stem, kind->title, o->of);
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
  struct figure *figure = overlay_begin(o, FIGURE_LIFT, "lift", "Lift", o->of);
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
  struct figure *figure =
      overlay_begin(o, FIGURE_CALIBRATION, "calibration", "Calibration",
                    pool_printf(o->pool, "%s; bins of fewer than %d rows are not drawn", o->of,
                                FIGURES_ROWS_PER_POINT));
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
      overlay_add_errors(&o);
      overlay_add_predictions(&o);
      overlay_add_residuals(&o);
      return;
    case EVALUATION_IMPORTANCE: overlay_add_importance(&o); return;
  }
}
