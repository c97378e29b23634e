#include <math.h>

#include "chart/number.h"
#include "page/figure_words.h"
#include "page/figures_curves.h"

/* Where the bars of one group would be this much lower than those of the other,
 * both are drawn as shares of their group. */
#define TOO_LOW 0.05

static double largest(const double *counts, size_t bins)
{
  double most = 0;

  for (size_t i = 0; i < bins; i++) most = fmax(most, counts[i]);
  return most;
}

static double sum(const double *counts, size_t bins)
{
  double total = 0;

  for (size_t i = 0; i < bins; i++) total += counts[i];
  return total;
}

static bool wants_shares(const struct score_histogram *from)
{
  const double a = largest(from->count[0], from->bins), b = largest(from->count[1], from->bins);

  return fmin(a, b) > 0 && fmin(a, b) < TOO_LOW * fmax(a, b);
}

static void add_series(const struct curve_maker *m, struct histogram_chart *chart,
                       const struct score_histogram *from, const char *const names[2])
{
  struct histogram_series *series = POOL_ARRAY(m->pool, 2, struct histogram_series);
  const bool is_share = wants_shares(from);

  for (size_t g = 0; g < 2; g++) {
    double *counts = POOL_ARRAY(m->pool, from->bins, double);
    const double scale = is_share ? 100 / sum(from->count[g], from->bins) : 1;

    for (size_t i = 0; i < from->bins; i++) counts[i] = from->count[g][i] * scale;
    series[g] = (struct histogram_series){.name = names[g], .counts = counts};
  }
  chart->edges = from->edge;
  chart->bin_count = from->bins;
  chart->series = series;
  chart->series_count = 2;
  chart->text.y_name = is_share             ? "Share of the group in %"
                       : m->source->weights ? "Weight"
                                            : "Rows";
}

static void add_mark(const struct curve_maker *m, struct histogram_chart *chart)
{
  const struct threshold_row *row = threshold_table_chosen(&m->curves->thresholds);
  struct histogram_mark *mark = POOL_NEW(m->pool, struct histogram_mark);
  char threshold[NUMBER_SIZE];

  if (!row || !isfinite(row->threshold)) return;
  *mark = (struct histogram_mark){
      pool_printf(m->pool, "threshold %s", number_metric(threshold, row->threshold)),
      row->threshold};
  chart->marks = mark;
  chart->mark_count = 1;
}

static struct data_table histogram_table(const struct curve_maker *m,
                                         const struct score_histogram *from,
                                         const char *const names[2])
{
  struct data_table table = table_begin(m->pool, from->bins, 4);

  table_numbers(&table, 0, "bin_low", from->edge);
  table_numbers(&table, 1, "bin_high", from->edge + 1);
  table_numbers(&table, 2, names[0], from->count[0]);
  table_numbers(&table, 3, names[1], from->count[1]);
  return table;
}

/* Of all rows that were predicted right, the middle of the bin most of them lie in. */
static const char *success_caption(const struct curve_maker *m, const struct score_histogram *from)
{
  double right = 0, wrong = 0;
  char words[NUMBER_SIZE], more[NUMBER_SIZE];
  const double rights = sum(from->count[0], from->bins), wrongs = sum(from->count[1], from->bins);

  for (size_t i = 0; i < from->bins; i++) {
    if (from->edge[i] < 0.9) continue;
    right += from->count[0][i];
    wrong += from->count[1][i];
  }
  if (!m->result->classification.view.has_probabilities || !(rights > 0) || !(wrongs > 0))
    return "The score of the class that was predicted: the further the wrong predictions lie to "
           "the left, the more a low score warns of them.";
  return pool_printf(
      m->pool,
      "A probability of at least 0.9 was given in %s of the right predictions and in %s of the "
      "wrong ones. The further wrong ones lie to the left, the more a low score warns of them.",
      number_percent(words, right / rights), number_percent(more, wrong / wrongs));
}

void figures_add_scores(const struct curve_maker *m)
{
  const struct score_histogram *from = &m->result->classification.scores;
  const bool is_binary = m->positive < m->source->class_count;
  struct figure *figure = figures_add(m->figures, FIGURE_HISTOGRAM, m->section,
                                      pool_printf(m->pool, "scores-%s", m->source->name));
  struct histogram_chart *chart = &figure->chart.histogram;
  const char *const names[2] = {is_binary ? m->source->class_names[m->positive] : "right",
                                is_binary ? figures_other_class(m) : "wrong"};
  char first[NUMBER_SIZE], second[NUMBER_SIZE];

  figures_finish_text(
      m, figure, is_binary ? "Scores by class" : "Scores of right and wrong predictions",
      pool_printf(m->pool, "%s %s, %s %s, %s", number_count(first, (double)from->rows[0]), names[0],
                  number_count(second, (double)from->rows[1]), names[1], m->of),
      is_binary ? pool_printf(m->pool, "Score of class %s", names[0])
                : "Score of the predicted class",
      NULL);
  if (!from->bins) {
    chart->text.message = m->result->reason;
    if (!chart->text.message) chart->text.message = from->reason;
    return;
  }
  add_series(m, chart, from, names);
  if (is_binary) add_mark(m, chart);
  figure->caption =
      is_binary ? pool_printf(m->pool,
                              "%s The less the two overlap, the better the classes are told "
                              "apart.",
                              figures_found_sentence(
                                  m, threshold_table_row(&m->curves->thresholds, THRESHOLD_COST)
                                         ? THRESHOLD_COST
                                         : THRESHOLD_MAX_J))
                : success_caption(m, from);
  figure->data = histogram_table(m, from, names);
}

/* Both distributions as steps: the share of rows whose score is below x. */
static void add_distributions(const struct curve_maker *m, struct curve_chart *chart,
                              const struct curve *from, struct data_table *table)
{
  struct chart_curve *curves = POOL_ARRAY(m->pool, 2, struct chart_curve);
  double *x = POOL_ARRAY(m->pool, from->count, double);
  double *positive = POOL_ARRAY(m->pool, from->count, double);
  double *rest = POOL_ARRAY(m->pool, from->count, double);

  for (size_t i = 0; i < from->count; i++) {
    const size_t k = from->count - 1 - i; /* thresholds fall, x rises */

    x[i] = from->threshold[k ? k : 1];
    positive[i] = from->y[k];
    rest[i] = 1 - from->x[k];
  }
  curves[0] = (struct chart_curve){.name = m->source->class_names[m->positive],
                                   .x = x,
                                   .y = positive,
                                   .count = from->count,
                                   .shape = CURVE_STEP_BEFORE,
                                   .hue = 1};
  curves[1] = (struct chart_curve){.name = figures_other_class(m),
                                   .x = x,
                                   .y = rest,
                                   .count = from->count,
                                   .shape = CURVE_STEP_BEFORE,
                                   .hue = 2};
  chart->curves = curves;
  chart->curve_count = 2;
  *table = table_begin(m->pool, from->count, 3);
  table_numbers(table, 0, "score", x);
  table_numbers(table, 1, curves[0].name, positive);
  table_numbers(table, 2, curves[1].name, rest);
}

/* The shares of both classes below the threshold of the largest distance. */
static void find_distance(struct curve_chart *chart, const struct gain *gain)
{
  const struct chart_curve *curve = chart->curves;

  for (size_t i = 0; i < curve[0].count; i++) {
    if (curve[0].x[i] != gain->ks_threshold) continue;
    chart->has_bar = true;
    chart->bar_x = gain->ks_threshold;
    chart->bar_low = fmin(curve[0].y[i], curve[1].y[i]);
    chart->bar_high = fmax(curve[0].y[i], curve[1].y[i]);
    return;
  }
}

static struct curve_ring *distance_ring(const struct curve_maker *m,
                                        const struct curve_chart *chart, const struct gain *gain)
{
  struct curve_ring *ring = POOL_NEW(m->pool, struct curve_ring);
  char d[NUMBER_SIZE], threshold[NUMBER_SIZE];

  *ring = (struct curve_ring){
      .x = chart->bar_x,
      .y = chart->bar_high,
      .head = pool_printf(m->pool, "D = %s", number_metric(d, gain->ks)),
      .body = pool_printf(m->pool, "at score %s", number_metric(threshold, gain->ks_threshold))};
  return ring;
}

void figures_add_ks(const struct curve_maker *m)
{
  const struct class_curves *one = m->curves->classes ? &m->curves->per_class[m->positive] : NULL;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "ks-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  char d[NUMBER_SIZE], threshold[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
  const char *finding = "";
  bool is_probability = m->result->classification.view.has_probabilities;

  chart->wide = true;
  chart->x_axis = is_probability ? CURVE_AXIS_UNIT : CURVE_AXIS_FREE;
  if (one && one->det.curve.count > 1) {
    finding = pool_printf(
        m->pool, "KS %s at %s, %s, ", number_metric(d, one->gain.ks),
        number_metric(threshold, one->gain.ks_threshold),
        isnan(one->gain.ks_p) ? "p n/a: weighted data" : words_p(m->pool, one->gain.ks_p));
    add_distributions(m, chart, &one->det.curve, &figure->data);
    find_distance(chart, &one->gain);
  }
  figures_finish_text(
      m, figure, "Distribution of the score in both classes",
      pool_printf(m->pool, "%s%s", finding, m->of),
      pool_printf(m->pool, "Score of class %s", m->source->class_names[m->positive]),
      "Share of rows with a lower score");
  if (!chart->curve_count) {
    chart->text.message = figures_why_empty(m);
    return;
  }
  if (!chart->has_bar) return;
  chart->rings = distance_ring(m, chart, &one->gain);
  chart->ring_count = 1;
  figure->caption = pool_printf(
      m->pool,
      "Below %s lie %s of the %s rows and %s of the %s ones: the largest distance between the two "
      "lines (Kolmogorov-Smirnov).",
      threshold, number_percent(low, one->gain.ks_signed > 0 ? chart->bar_low : chart->bar_high),
      m->source->class_names[m->positive],
      number_percent(high, one->gain.ks_signed > 0 ? chart->bar_high : chart->bar_low),
      figures_other_class(m));
}

/* Where the axes end, and the least rate that has a place on their scale. */
#define AXIS_END 0.005
#define RATE_MIN 1e-4

static double drawable_rate(double rate) { return fmin(fmax(rate, RATE_MIN), 1 - RATE_MIN); }

/* Of the points beyond an axis' end, only the nearest is drawn. */
static struct chart_curve *det_curve(const struct curve_maker *m, const struct det *det)
{
  struct chart_curve *curve = POOL_NEW(m->pool, struct chart_curve);
  double *x = POOL_ARRAY(m->pool, det->count, double);
  double *y = POOL_ARRAY(m->pool, det->count, double);
  size_t first = det->first, end = det->first + det->count, count = 0;

  while (first + 1 < end && det->curve.x[first + 1] <= AXIS_END) first++;
  while (end - 1 > first + 1 && det->curve.y[end - 2] <= AXIS_END) end--;
  for (size_t i = first; i < end; i++) {
    x[count] = drawable_rate(det->curve.x[i]);
    y[count++] = drawable_rate(det->curve.y[i]);
  }
  *curve = (struct chart_curve){
      .name = m->source->class_names[m->positive], .x = x, .y = y, .count = count, .hue = 1};
  return curve;
}

static void add_equal_errors(const struct curve_maker *m, struct curve_chart *chart,
                             const struct det *det)
{
  static const double ends[] = {RATE_MIN, 1 - RATE_MIN};
  struct curve_reference *line = POOL_NEW(m->pool, struct curve_reference);
  struct curve_ring *ring = POOL_NEW(m->pool, struct curve_ring);
  char eer[NUMBER_SIZE], threshold[NUMBER_SIZE];

  *line = figures_reference(m->pool, "equal rates", 2, ends, ends);
  *ring = (struct curve_ring){
      .x = det->eer,
      .y = det->eer,
      .head = pool_printf(m->pool, "equal error rate %s", number_percent(eer, det->eer)),
      .body = pool_printf(m->pool, "threshold %s", number_metric(threshold, det->eer_threshold))};
  chart->references = line;
  chart->reference_count = 1;
  chart->rings = ring;
  chart->ring_count = 1;
}

static struct data_table det_table(const struct curve_maker *m, const struct det *det)
{
  struct data_table table = table_begin(m->pool, det->count, 3);

  table_numbers(&table, 0, "fpr", det->curve.x + det->first);
  table_numbers(&table, 1, "fnr", det->curve.y + det->first);
  table_numbers(&table, 2, "threshold", det->curve.threshold + det->first);
  return table;
}

void figures_add_det(const struct curve_maker *m)
{
  const struct det *det = m->curves->classes ? &m->curves->per_class[m->positive].det : NULL;
  struct figure *figure = figures_add(m->figures, FIGURE_CURVE, m->section,
                                      pool_printf(m->pool, "det-%s", m->source->name));
  struct curve_chart *chart = &figure->chart.curve;
  const char *positive = m->source->class_names[m->positive];
  char eer[NUMBER_SIZE], threshold[NUMBER_SIZE];

  chart->x_axis = CURVE_AXIS_PROBIT;
  chart->y_axis = CURVE_AXIS_PROBIT;
  if (!det || !det->count) {
    figures_finish_text(m, figure, "Detection error tradeoff", m->of, "False positive rate",
                        "False negative rate");
    chart->text.message = figures_why_empty(m);
    return;
  }
  number_percent(eer, det->eer);
  figures_finish_text(
      m, figure, "Detection error tradeoff", pool_printf(m->pool, "EER %s, %s", eer, m->of),
      "False positive rate (normal quantiles)", "False negative rate (normal quantiles)");
  figure->data = det_table(m, det);
  if (det->count < 2) {
    chart->text.message =
        "Some threshold makes no error of either kind: there is nothing to trade off.";
    return;
  }
  chart->curves = det_curve(m, det);
  chart->curve_count = 1;
  add_equal_errors(m, chart, det);
  figure->caption = pool_printf(
      m->pool,
      "At threshold %s both errors are about equally frequent: %s of the %s rows are called %s, "
      "and as many of the %s ones are missed. The nearer to the lower left, the better.",
      number_metric(threshold, det->eer_threshold), eer, figures_other_class(m), positive,
      positive);
}
