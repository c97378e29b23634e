#include <math.h>

#include "chart/number.h"
#include "page/figure_words.h"
#include "page/figures_curves.h"

/* Isotonic steps as points: each stretch starts at its lowest probability. */
static void add_isotonic(const struct curve_maker *m, struct calibration_chart *chart,
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

static void add_bins(const struct curve_maker *m, struct calibration_chart *chart,
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

static void add_strip(const struct curve_maker *m, struct calibration_chart *chart,
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

/* A line through the bins that have rows enough; broken where one between them has not,
 * since nothing is known there.  Returns the number of points, gaps included. */
static size_t bins_as_line(const struct calibration *from, double *x, double *y)
{
  size_t points = 0, next = 0;

  for (size_t k = 0; k < from->bins; k++) {
    if (from->bin[k].rows < FIGURES_ROWS_PER_POINT) continue;
    if (points && k != next) {
      x[points] = y[points] = (double)NAN;
      points++;
    }
    x[points] = from->bin[k].mean_probability;
    y[points++] = from->bin[k].fraction_positive;
    next = k + 1;
  }
  return points;
}

/* The bins of each shown class as a line. */
void figures_add_calibration_curves(const struct curve_maker *m, struct calibration_chart *chart,
                                    const struct shown_curve *shown, size_t count)
{
  struct chart_curve *curves = POOL_ARRAY(m->pool, count, struct chart_curve);

  for (size_t i = 0; i < count; i++) {
    const struct calibration *from = &shown[i].from->calibration;
    double *x = POOL_ARRAY(m->pool, 2 * from->bins, double);
    double *y = POOL_ARRAY(m->pool, 2 * from->bins, double);
    size_t points;

    if (from->reason) continue;
    points = bins_as_line(from, x, y);
    if (!points) continue;
    curves[chart->curve_count++] =
        (struct chart_curve){.name = shown[i].name,
                             .value = figures_metric_text(m->pool, "ECE", from->ece),
                             .x = x,
                             .y = y,
                             .count = points,
                             .role = shown[i].role,
                             .hue = shown[i].hue};
  }
  chart->curves = curves;
}

struct data_table figures_calibration_table(const struct curve_maker *m,
                                            const struct shown_curve *shown, size_t count)
{
  static const char *const names[] = {"bin_low",          "bin_high",          "rows",
                                      "mean_probability", "fraction_positive", "wilson_low",
                                      "wilson_high"};
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

static double ece_of(const struct class_curves *from) { return from->calibration.ece; }

/* The bin that is furthest off, counted by the rows in it. */
static const struct calibration_bin *worst_bin(const struct calibration *from)
{
  const struct calibration_bin *worst = NULL;
  double most = -1;

  for (size_t i = 0; i < from->bins; i++) {
    const struct calibration_bin *bin = &from->bin[i];
    const double off = bin->weight * fabs(bin->fraction_positive - bin->mean_probability);

    if (!bin->rows || off <= most) continue;
    worst = bin;
    most = off;
  }
  return worst;
}

static const char *calibration_sentence(const struct curve_maker *m, const struct calibration *from,
                                        const char *what)
{
  const struct calibration_bin *bin = worst_bin(from);
  char low[NUMBER_SIZE], high[NUMBER_SIZE], mean[NUMBER_SIZE], share[NUMBER_SIZE],
      rows[NUMBER_SIZE], ece[NUMBER_SIZE];

  if (!bin) return "";
  return pool_printf(m->pool,
                     "On average a probability is off by %s (ECE). Furthest off: of the %s rows "
                     "between %s and %s, %s on average, %s %s.",
                     number_metric(ece, from->ece), number_count(rows, (double)bin->rows),
                     number_short(low, bin->lo, 3), number_short(high, bin->hi, 3),
                     number_metric(mean, bin->mean_probability),
                     number_percent(share, bin->fraction_positive), what);
}

static const char *calibration_caption(const struct curve_maker *m, const struct calibration *main,
                                       bool binary)
{
  if (main->reason) return "";
  if (binary)
    return pool_printf(
        m->pool,
        "%s A good model follows the dashed diagonal: below it the model is too "
        "sure, above it too cautious. The strip counts the rows.",
        calibration_sentence(m, main,
                             pool_printf(m->pool, "are %s", m->source->class_names[m->positive])));
  return pool_printf(m->pool,
                     "Calibration error (ECE) by class. %s A good model follows the dashed "
                     "diagonal: below it the model is too sure, above it too cautious.",
                     figures_extremes(m, ece_of));
}

void figures_add_top_label(const struct curve_maker *m)
{
  const struct calibration *from = &m->result->classification.top_label;
  struct figure *figure;
  struct calibration_chart *chart;
  struct class_curves *as_class;
  struct shown_curve shown;
  char ece[NUMBER_SIZE], mce[NUMBER_SIZE];

  if (!from->bins) return;
  figure = figures_add(m->figures, FIGURE_CALIBRATION, m->section,
                       pool_printf(m->pool, "calibration-top-label-%s", m->source->name));
  chart = &figure->chart.calibration;
  add_strip(m, chart, from);
  add_isotonic(m, chart, from);
  add_bins(m, chart, from);
  chart->text.x_name = "Probability of the predicted class";
  chart->text.y_name = "Fraction predicted right";
  figures_finish_text(m, figure, "Calibration of the predicted class",
                      pool_printf(m->pool, "ECE %s, MCE %s (%zu uniform bins, top label), %s",
                                  number_metric(ece, from->ece), number_metric(mce, from->mce),
                                  from->bins, words_rows(m->pool, m->result)),
                      chart->text.x_name, chart->text.y_name);
  figure->caption =
      pool_printf(m->pool, "%s This is the top-label error, another number than that of one class.",
                  calibration_sentence(m, from, "are right"));
  as_class = POOL_NEW(m->pool, struct class_curves);
  as_class->calibration = *from;
  shown = (struct shown_curve){"predicted class", as_class, CURVE_CLASS, 1};
  figure->data = figures_calibration_table(m, &shown, 1);
}

void figures_add_calibration(const struct curve_maker *m, const struct shown_curve *shown,
                             size_t count)
{
  const bool binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_CALIBRATION, m->section,
                                      pool_printf(m->pool, "calibration-%s", m->source->name));
  struct calibration_chart *chart = &figure->chart.calibration;
  const struct calibration *main =
      binary && count ? &shown[0].from->calibration : &m->curves->micro.calibration;
  const char *finding = "";
  char brier[NUMBER_SIZE], mcb[NUMBER_SIZE], dsc[NUMBER_SIZE], ece[NUMBER_SIZE];

  if (count && !main->reason) {
    add_strip(m, chart, main);
    number_metric(ece, main->ece);
    if (binary) {
      add_isotonic(m, chart, main);
      add_bins(m, chart, main);
      finding = pool_printf(m->pool, "Brier %s (MCB %s, DSC %s), ECE %s (%zu uniform bins), ",
                            number_metric(brier, main->brier), number_metric(mcb, main->mcb),
                            number_metric(dsc, main->dsc), ece, main->bins);
    } else {
      figures_add_calibration_curves(m, chart, shown, count);
      finding = pool_printf(m->pool, "micro ECE %s (%zu bins, drawn from %d rows up), ", ece,
                            main->bins, FIGURES_ROWS_PER_POINT);
    }
  }
  figures_finish_text(m, figure, "Calibration", pool_printf(m->pool, "%s%s", finding, m->of), NULL,
                      NULL);
  if (!count)
    chart->text.message = figures_why_empty(m);
  else if (!m->result->classification.view.has_probabilities)
    chart->text.message = "scores outside 0 to 1 are no probabilities: calibration is undefined";
  else if (main->reason)
    chart->text.message = pool_printf(m->pool, "Calibration undefined: %s", main->reason);
  else if (!binary && !chart->curve_count)
    chart->text.message =
        pool_printf(m->pool, "no bin has %d rows or more", FIGURES_ROWS_PER_POINT);
  figure->caption = calibration_caption(m, main, binary);
  figure->data = figures_calibration_table(m, shown, count);
}
