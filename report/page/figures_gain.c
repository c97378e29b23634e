#include <math.h>

#include "chart/number.h"
#include "page/figures_curves.h"

static const struct curve *pick_gain(const struct class_curves *from) { return &from->gain.gain; }
static const struct curve *pick_lift(const struct class_curves *from) { return &from->gain.lift; }

static double gain_at_20(const struct class_curves *from)
{
  return curve_at(&from->gain.gain, 0.2);
}

static double lift_at_10(const struct class_curves *from)
{
  return curve_at(&from->gain.gain, 0.1) / 0.1;
}

static double number_gain_at_20(const struct curve_maker *m, const struct shown_curve *shown)
{
  (void)m;
  return gain_at_20(shown->from);
}

static double number_lift_at_10(const struct curve_maker *m, const struct shown_curve *shown)
{
  (void)m;
  return lift_at_10(shown->from);
}

static const char *gain_caption(const struct curve_maker *m)
{
  const char *how =
      "Rows are taken from the highest score down; the dashed diagonal is a random "
      "order.";
  char share[NUMBER_SIZE];

  if (m->positive < m->curves->classes && !m->curves->per_class[m->positive].reason)
    return pool_printf(m->pool,
                       "The 20 %% of the rows with the highest scores hold %s of the %s rows. %s",
                       number_percent(share, gain_at_20(&m->curves->per_class[m->positive])),
                       m->source->class_names[m->positive], how);
  return pool_printf(m->pool, "Share of a class found in the first 20 %% of the rows. %s %s",
                     figures_extremes(m, gain_at_20), how);
}

static const char *lift_caption(const struct curve_maker *m)
{
  char lift[NUMBER_SIZE];

  if (m->positive < m->curves->classes && !m->curves->per_class[m->positive].reason)
    return pool_printf(m->pool,
                       "The tenth of the rows with the highest scores holds %s times as many %s "
                       "rows as a tenth taken at random would.",
                       number_metric(lift, lift_at_10(&m->curves->per_class[m->positive])),
                       m->source->class_names[m->positive]);
  return pool_printf(m->pool,
                     "How many times more of a class is found among the rows with the highest "
                     "scores than among as many taken at random, here the first tenth. %s",
                     figures_extremes(m, lift_at_10));
}

void figures_add_gain(const struct curve_maker *m, const struct shown_curve *shown, size_t count)
{
  static const double diagonal[] = {0, 1};
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "gains-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  struct curve_reference *lines = POOL_ARRAY(m->pool, 2, struct curve_reference);
  const char *finding = "legend: share found at 20 % of the rows";

  chart->curves = figures_chart_curves(m, shown, count, pick_gain, "at 20 %:", number_gain_at_20,
                                       CURVE_STRAIGHT, &chart->curve_count);
  lines[chart->reference_count++] = figures_reference(m->pool, "chance", 2, diagonal, diagonal);
  if (binary && chart->curve_count) {
    const struct gain *gain = &shown[0].from->gain;
    char share[NUMBER_SIZE], ratio[NUMBER_SIZE];
    double x[3], y[3];

    gain_perfect(gain, x, y);
    lines[chart->reference_count++] = figures_reference(m->pool, "perfect", 3, x, y);
    finding = pool_printf(m->pool, "20 %% of the rows hold %s of the positives, accuracy ratio %s",
                          number_percent(share, curve_at(&gain->gain, 0.2)),
                          number_metric(ratio, gain->accuracy_ratio));
  }
  chart->references = lines;
  chart->x_axis = CURVE_AXIS_PERCENT;
  chart->y_axis = CURVE_AXIS_PERCENT;
  figures_finish_text(m, figure, "Cumulative gains", pool_printf(m->pool, "%s, %s", finding, m->of),
                      "Share of rows, highest scores first", "Share of positives found");
  if (!chart->curve_count) chart->text.message = figures_why_empty(m);
  figure->caption = gain_caption(m);
  figure->data = figures_curve_table(m, shown, count, pick_gain, "share_of_rows", "gain");
}

/* Lift between two points is gain divided by the share of rows: gain is a straight
 * line there, so lift is not, and points are put in until it looks right. */
#define LIFT_STEP 0.01

static size_t add_between(double *x, double *y, size_t count, const struct curve *gain, size_t i)
{
  const double from = i ? gain->x[i - 1] : 0, width = gain->x[i] - from;
  const double rise = gain->y[i] - (i ? gain->y[i - 1] : 0);

  for (double at = LIFT_STEP; i && from > 0 && at < width; at += LIFT_STEP) {
    x[count] = from + at;
    y[count++] = (gain->y[i - 1] + rise * at / width) / (from + at);
  }
  if (!(gain->x[i] > 0)) return count;
  x[count] = gain->x[i];
  y[count++] = gain->y[i] / gain->x[i];
  return count;
}

/* The lift of each shown curve as it is drawn. */
void figures_draw_lift_between_points(const struct curve_maker *m, struct chart_curve *curves,
                                      const struct shown_curve *shown, size_t count)
{
  size_t at = 0;

  for (size_t i = 0; i < count; i++) {
    const struct curve *gain = &shown[i].from->gain.gain;
    const size_t room = gain->count + (size_t)(1 / LIFT_STEP) + 1;

    double *x = POOL_ARRAY(m->pool, room, double);
    double *y = POOL_ARRAY(m->pool, room, double);
    size_t drawn = 0;

    if (!shown[i].from->gain.lift.count) continue;
    for (size_t k = 0; k < gain->count; k++) drawn = add_between(x, y, drawn, gain, k);
    curves[at].x = x;
    curves[at].y = y;
    curves[at++].count = drawn;
  }
}

void figures_add_lift(const struct curve_maker *m, const struct shown_curve *shown, size_t count)
{
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_LIFT, m->section,
                                      pool_printf(m->pool, "lift-%s", m->source->name));
  struct lift_chart *chart = &figure->chart.lift;
  struct chart_curve *curves;
  const char *finding = "legend: lift at 10 % of the rows";

  curves = figures_chart_curves(m, shown, count, pick_lift, "at 10 %:", number_lift_at_10,
                                CURVE_STRAIGHT, &chart->curve_count);
  figures_draw_lift_between_points(m, curves, shown, count);
  chart->curves = curves;
  if (binary && chart->curve_count) {
    const struct gain *gain = &shown[0].from->gain;
    char lift[NUMBER_SIZE], highest[NUMBER_SIZE];

    chart->max_lift = gain->highest_lift;
    finding = pool_printf(m->pool, "Lift at 10 %%: %s, the highest possible is %s",
                          number_metric(lift, curve_at(&gain->gain, 0.1) / 0.1),
                          number_metric(highest, gain->highest_lift));
  }
  figures_finish_text(m, figure, "Lift", pool_printf(m->pool, "%s, %s", finding, m->of), NULL,
                      NULL);
  if (!chart->curve_count) chart->text.message = figures_why_empty(m);
  figure->caption = lift_caption(m);
  figure->data = figures_curve_table(m, shown, count, pick_lift, "share_of_rows", "lift");
}
