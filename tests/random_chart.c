#include "random_chart.h"

#include <float.h>
#include <math.h>
#include <string.h>

uint64_t random_bits(struct random *random)
{
  uint64_t z = random->state += 0x9E3779B97F4A7C15u;

  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

double random_unit(struct random *random)
{
  return (double)(random_bits(random) >> 11) / (1ull << 53);
}

size_t random_below(struct random *random, size_t count)
{
  return count ? (size_t)(random_bits(random) % count) : 0;
}

bool random_chance(struct random *random, double probability)
{
  return random_unit(random) < probability;
}

size_t random_count(struct random *random, size_t most)
{
  size_t few = most < 8 ? most : 8;

  if (random_chance(random, 0.75)) return random_below(random, few + 1);
  return random_below(random, most + 1);
}

enum family {
  UNIT,
  RISING_UNIT,
  NORMAL,
  LOSS,
  COUNTS,
  BIG_COUNTS,
  TINY,
  DENORMAL,
  HUGE_ONES,
  WIDEST,
  NEGATIVE,
  CONSTANT,
  ZEROS,
  NEARLY_CONSTANT,
  OUTLIER,
  NAN_ONLY,
  WITH_GAPS,
  INFINITE,
  ANY_BITS,
  FAMILY_COUNT
};

static double number_of(enum family family, struct random *random, size_t i, size_t count)
{
  double share = random_unit(random), along = count > 1 ? (double)i / (double)(count - 1) : 0;
  uint64_t bits;
  double any;

  switch (family) {
    case UNIT: return share;
    case RISING_UNIT: return along;
    case NORMAL: return sqrt(-2 * log(1 - share)) * cos(6.283185307179586 * random_unit(random));
    case LOSS: return 3 * exp(-5 * along) + 0.1 + 0.05 * share;
    case COUNTS: return floor(share * 50);
    case BIG_COUNTS: return floor(share * 3e9);
    case TINY: return share * 1e-300;
    case DENORMAL: return share * 1e-310;
    case HUGE_ONES: return share * 1e300;
    case WIDEST: return i % 2 ? DBL_MAX : -DBL_MAX;
    case NEGATIVE: return -1234.5 * share - 7;
    case CONSTANT: return 0.1;
    case ZEROS: return 0;
    case NEARLY_CONSTANT: return 1e9 + share * 1e-6;
    case OUTLIER: return random_chance(random, 0.01) ? 1e7 * share : share;
    case NAN_ONLY: return (double)NAN;
    case WITH_GAPS: return share < 0.3 ? (double)NAN : share * 1e6;
    case INFINITE: return share < 0.1 ? (double)INFINITY : share < 0.2 ? -(double)INFINITY : share;
    case ANY_BITS:
    case FAMILY_COUNT: break;
  }
  bits = random_bits(random);
  memcpy(&any, &bits, sizeof any);
  return any;
}

double *random_numbers(struct random *random, struct pool *pool, size_t count)
{
  enum family family = (enum family)random_below(random, FAMILY_COUNT);
  double *numbers = POOL_ARRAY(pool, count, double);

  /* Half of all arrays are of the kind that charts are made for. */
  if (random_chance(random, 0.5)) family = (enum family)random_below(random, BIG_COUNTS);
  for (size_t i = 0; i < count; i++) numbers[i] = number_of(family, random, i, count);
  return numbers;
}

double *random_edges(struct random *random, struct pool *pool, size_t count)
{
  static const double scales[] = {1, 1, 1, 1e-3, 1e3, 1e-300, 1e290, 1e9};
  double *edges = POOL_ARRAY(pool, count, double);
  double scale = scales[random_below(random, sizeof scales / sizeof *scales)];
  double at = random_chance(random, 0.5) ? 0 : (random_unit(random) - 0.5) * 10;

  for (size_t i = 0; i < count; i++) {
    edges[i] = at * scale;
    at += random_chance(random, 0.5) ? 1 : random_unit(random);
  }
  return edges;
}

const char *random_name(struct random *random, struct pool *pool)
{
  static const char *const names[] = {
      "cat",
      "val/loss",
      "malignant",
      "learning rate",
      "AUC 0.994",
      "",
      " ",
      "0",
      "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
      "iiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
      "\xE6\xA4\x9C\xE8\xA8\xBC\xE3\x83\x87\xE3\x83\xBC\xE3\x82\xBF",
      "\xE8\xA8\x93\xE7\xBB\x83\xE6\x8D\x9F\xE5\xA4\xB1 loss",
      "\xD8\xAE\xD8\xB3\xD8\xA7\xD8\xB1\xD8\xA9 "
      "\xD8\xA7\xD9\x84\xD8\xAA\xD8\xAF\xD8\xB1\xD9\x8A\xD8\xA8",
      "\xF0\x9F\x90\x88\xF0\x9F\x90\x95 pets \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80",
      "e\xCC\x81\xCC\x81\xCC\x81 a\xCC\x8A\xCC\x8A",
      "tab\there\nand there\x01\x7F",
      "\xFF\xFE broken \xC3",
      "<b>&amp;\"quoted\"</b>",
      "\xE2\x88\x92"
      "1.5 \xC2\xB1 0.2",
      "a name of some length, as they are in practice (validation)",
      "validation_split_0_of_5/fold_03/precision_recall_auc_macro_over_all_classes_and_seeds_"
      "without_the_last_checkpoint_of_the_run_that_was_restarted_twice_because_the_disk_of_the_"
      "machine_was_full_again",
      "\xD0\xB2\xD0\xB0\xD0\xBB\xD0\xB8\xD0\xB4\xD0\xB0\xD1\x86\xD0\xB8\xD1\x8F: this sentence has "
      "many words, one after the other, so that it can be broken wherever a line is full, and it "
      "goes on for much longer than any line, or even two of them, could ever be"};
  size_t which = random_below(random, sizeof names / sizeof *names + 6);

  if (which < sizeof names / sizeof *names) return names[which];
  if (which == sizeof names / sizeof *names) return NULL;
  return pool_printf(pool, "run %u", (unsigned)random_below(random, 1000));
}

/* ---- charts -------------------------------------------------------------------- */

static struct chart_text words(struct random *random, struct pool *pool)
{
  return (struct chart_text){
      .title = random_name(random, pool),
      .subtitle = random_name(random, pool),
      .x_name = random_name(random, pool),
      .y_name = random_name(random, pool),
      .message = random_chance(random, 0.02) ? random_name(random, pool) : NULL};
}

static void line(struct line_chart *chart, struct random *random, struct pool *pool)
{
  size_t count = random_count(random, random_chance(random, 0.05) ? 200 : 14), references;
  struct line_series *series = POOL_ARRAY(pool, count, struct line_series);
  struct line_reference *reference;

  for (size_t i = 0; i < count; i++) {
    size_t points = random_count(random, count > 20 ? 60 : 2000);

    series[i] = (struct line_series){
        .name = random_name(random, pool),
        .x = random_chance(random, 0.5) ? random_numbers(random, pool, points) : NULL,
        .y = random_numbers(random, pool, points),
        .count = points,
        .role = random_chance(random, 0.1) ? LINE_CONTEXT : LINE_MAIN,
        .has_ring = random_chance(random, 0.4)};
    if (points == 0) continue;
    series[i].ring_x = series[i].x ? series[i].x[points / 2] : (double)(points / 2);
    series[i].ring_y = series[i].y[points / 2];
    if (random_chance(random, 0.3)) {
      series[i].raw_x = series[i].x;
      series[i].raw_y = random_numbers(random, pool, points);
      series[i].raw_count = points;
    }
    if (random_chance(random, 0.2)) {
      series[i].low = random_numbers(random, pool, points);
      series[i].high = random_numbers(random, pool, points);
    }
  }
  references = random_chance(random, 0.3) ? random_count(random, 12) : 0;
  reference = POOL_ARRAY(pool, references, struct line_reference);
  for (size_t i = 0; i < references; i++)
    reference[i] = (struct line_reference){.label = random_name(random, pool),
                                           .at = *random_numbers(random, pool, 1),
                                           .vertical = random_chance(random, 0.5)};
  *chart = (struct line_chart){.text = words(random, pool),
                               .series = series,
                               .series_count = count,
                               .references = reference,
                               .reference_count = references,
                               .x_kind = (enum line_x_kind)random_below(random, 4),
                               .y_kind = (enum line_y_kind)random_below(random, 4),
                               .y_from_zero = random_chance(random, 0.2),
                               .keep_outliers = random_chance(random, 0.3)};
}

/* Up to `most` curves, averages first as a report gives them. */
static struct chart_curve *curves_of(struct random *random, struct pool *pool, size_t most,
                                     size_t *count)
{
  size_t averages = random_chance(random, 0.3) ? 1 + random_below(random, 3) : 0;
  struct chart_curve *curves;
  enum curve_shape shape = (enum curve_shape)random_below(random, 3);

  *count = random_count(random, most);
  curves = POOL_ARRAY(pool, *count, struct chart_curve);
  for (size_t i = 0; i < *count; i++) {
    size_t points = random_count(random, *count > 20 ? 60 : 2000);
    bool has_band = random_chance(random, 0.3);

    curves[i] =
        (struct chart_curve){.name = random_name(random, pool),
                             .value = random_chance(random, 0.8) ? random_name(random, pool) : NULL,
                             .x = random_numbers(random, pool, points),
                             .y = random_numbers(random, pool, points),
                             .low = has_band ? random_numbers(random, pool, points) : NULL,
                             .high = has_band ? random_numbers(random, pool, points) : NULL,
                             .count = points,
                             .role = i < averages ? (enum curve_role)(CURVE_MACRO + i)
                                     : random_chance(random, 0.05) ? CURVE_CONTEXT
                                                                   : CURVE_CLASS,
                             .shape = shape};
  }
  return curves;
}

static void curve(struct curve_chart *chart, struct random *random, struct pool *pool)
{
  size_t references = random_count(random, 4), rings = random_count(random, 6);
  struct curve_reference *reference = POOL_ARRAY(pool, references, struct curve_reference);
  struct curve_ring *ring = POOL_ARRAY(pool, rings, struct curve_ring);

  *chart = (struct curve_chart){.text = words(random, pool),
                                .references = reference,
                                .reference_count = references,
                                .rings = ring,
                                .ring_count = rings,
                                .x_axis = (enum curve_axis)random_below(random, 5),
                                .y_axis = (enum curve_axis)random_below(random, 5),
                                .wide = random_chance(random, 0.5),
                                .highlight = random_below(random, 15),
                                .has_bar = random_chance(random, 0.2),
                                .bar_x = *random_numbers(random, pool, 1),
                                .bar_low = *random_numbers(random, pool, 1),
                                .bar_high = *random_numbers(random, pool, 1)};
  chart->curves =
      curves_of(random, pool, random_chance(random, 0.1) ? 200 : 16, &chart->curve_count);
  for (size_t i = 0; i < references; i++) {
    size_t points = random_below(random, 4);

    reference[i] = (struct curve_reference){.label = random_name(random, pool),
                                            .x = random_numbers(random, pool, points),
                                            .y = random_numbers(random, pool, points),
                                            .count = points};
  }
  for (size_t i = 0; i < rings; i++) {
    const struct chart_curve *on =
        chart->curve_count ? &chart->curves[i % chart->curve_count] : NULL;
    size_t at = on ? random_below(random, on->count) : 0;

    ring[i] = (struct curve_ring){.x = on && on->count ? on->x[at] : random_unit(random),
                                  .y = on && on->count ? on->y[at] : random_unit(random),
                                  .head = random_name(random, pool),
                                  .body = random_name(random, pool)};
  }
}

static void lift(struct lift_chart *chart, struct random *random, struct pool *pool)
{
  *chart = (struct lift_chart){.text = words(random, pool),
                               .max_lift = *random_numbers(random, pool, 1)};
  chart->curves =
      curves_of(random, pool, random_chance(random, 0.1) ? 200 : 16, &chart->curve_count);
}

static void calibration(struct calibration_chart *chart, struct random *random, struct pool *pool)
{
  size_t strip = random_chance(random, 0.7) ? random_count(random, 50) : 0;
  bool has_interval;

  *chart = (struct calibration_chart){.text = words(random, pool), .strip_count = strip};
  if (random_chance(random, 0.5)) {
    chart->curves =
        curves_of(random, pool, random_chance(random, 0.1) ? 100 : 16, &chart->curve_count);
  } else {
    has_interval = random_chance(random, 0.7);
    chart->step_count = random_count(random, 500);
    chart->step_x = random_numbers(random, pool, chart->step_count);
    chart->step_y = random_numbers(random, pool, chart->step_count);
    chart->bin_count = random_count(random, 40);
    chart->bin_x = random_numbers(random, pool, chart->bin_count);
    chart->bin_y = random_numbers(random, pool, chart->bin_count);
    chart->bin_low = has_interval ? random_numbers(random, pool, chart->bin_count) : NULL;
    chart->bin_high = has_interval ? random_numbers(random, pool, chart->bin_count) : NULL;
  }
  if (!strip) return;
  chart->strip_edges = random_edges(random, pool, strip + 1);
  chart->strip_counts = random_numbers(random, pool, strip);
}

static const char *const *names_of(struct random *random, struct pool *pool, size_t count)
{
  const char **names = POOL_ARRAY(pool, count, const char *);

  for (size_t i = 0; i < count; i++) names[i] = random_name(random, pool);
  return names;
}

static void matrix(struct matrix_chart *chart, struct random *random, struct pool *pool)
{
  size_t classes = random_chance(random, 0.1) ? random_below(random, 61) : random_count(random, 34);

  *chart = (struct matrix_chart){
      .text = words(random, pool),
      .kind = random_chance(random, 0.7) ? MATRIX_CONFUSION : MATRIX_SIGNED,
      .classes = random_chance(random, 0.8) ? names_of(random, pool, classes) : NULL,
      .class_count = classes,
      .cells = random_numbers(random, pool, classes * classes),
      .limit = random_chance(random, 0.3) ? *random_numbers(random, pool, 1) : 0};
}

static void bar(struct bar_chart *chart, struct random *random, struct pool *pool)
{
  size_t count = random_count(random, random_chance(random, 0.05) ? 300 : 30), groups;
  struct bar *bars = POOL_ARRAY(pool, count, struct bar);
  const double *values = random_numbers(random, pool, count);
  const double *low = random_numbers(random, pool, count);
  const double *high = random_numbers(random, pool, count);
  bool has_error = random_chance(random, 0.4);

  for (size_t i = 0; i < count; i++)
    bars[i] = (struct bar){.name = random_name(random, pool),
                           .value = values[i],
                           .low = has_error ? low[i] : 0,
                           .high = has_error ? high[i] : 0};
  groups = random_chance(random, 0.3) ? random_count(random, 7) : 0;
  *chart =
      (struct bar_chart){.text = words(random, pool),
                         .bars = bars,
                         .count = count,
                         .max_bars = random_chance(random, 0.5) ? random_count(random, 250) : 0,
                         .no_rest = random_chance(random, 0.2),
                         .rest_noun = random_name(random, pool),
                         .value_name = random_name(random, pool),
                         .group_names = names_of(random, pool, groups),
                         .group_values = random_numbers(random, pool, count * groups),
                         .group_count = groups};
}

static void histogram(struct histogram_chart *chart, struct random *random, struct pool *pool)
{
  size_t bins = random_count(random, 120), series = 1 + random_below(random, 6);
  size_t marks = random_chance(random, 0.4) ? random_count(random, 8) : 0;
  struct histogram_series *list = POOL_ARRAY(pool, series, struct histogram_series);
  struct histogram_mark *mark = POOL_ARRAY(pool, marks, struct histogram_mark);

  *chart = (struct histogram_chart){.text = words(random, pool),
                                    .edges = random_edges(random, pool, bins + 1),
                                    .bin_count = bins,
                                    .series = list,
                                    .series_count = random_chance(random, 0.5) ? 1 : series,
                                    .low_overflow = random_chance(random, 0.3),
                                    .high_overflow = random_chance(random, 0.3),
                                    .marks = mark,
                                    .mark_count = marks,
                                    .zero_line = random_chance(random, 0.3)};
  for (size_t i = 0; i < series; i++)
    list[i] = (struct histogram_series){.name = random_name(random, pool),
                                        .counts = random_numbers(random, pool, bins)};
  for (size_t i = 0; i < marks; i++)
    mark[i] = (struct histogram_mark){
        .label = random_name(random, pool),
        .x = chart->edges[0] + random_unit(random) * (chart->edges[bins] - chart->edges[0])};
  if (bins && random_chance(random, 0.4)) {
    chart->normal_mean = chart->edges[bins / 2];
    chart->normal_sd = random_unit(random) * (chart->edges[bins] - chart->edges[0]);
  }
}

static void prediction(struct prediction_chart *chart, struct random *random, struct pool *pool)
{
  size_t bins = random_chance(random, 0.7) ? random_count(random, 40) : 0;
  size_t points = random_count(random, random_chance(random, 0.1) ? 6000 : 1000);

  *chart = (struct prediction_chart){.text = words(random, pool),
                                     .bin_count = bins,
                                     .truth = random_numbers(random, pool, points),
                                     .predicted = random_numbers(random, pool, points),
                                     .point_count = points};
  if (!bins) return;
  chart->bin_edges = random_edges(random, pool, bins + 1);
  chart->bin_x = random_chance(random, 0.5) ? random_numbers(random, pool, bins) : NULL;
  chart->ends_are_open = random_chance(random, 0.5);
  chart->bin_mean = random_chance(random, 0.5) ? random_edges(random, pool, bins)
                                               : random_numbers(random, pool, bins);
  chart->bin_sd = random_chance(random, 0.7) ? random_numbers(random, pool, bins) : NULL;
  chart->bin_counts = random_numbers(random, pool, bins);
}

static void scatter(struct scatter_chart *chart, struct random *random, struct pool *pool)
{
  size_t points = random_count(random, random_chance(random, 0.1) ? 6000 : 1000);
  size_t along = random_chance(random, 0.4) ? random_count(random, 60) : 0;
  size_t band = random_chance(random, 0.4) ? random_count(random, 200) : 0;

  *chart = (struct scatter_chart){.text = words(random, pool),
                                  .x = random_numbers(random, pool, points),
                                  .y = random_numbers(random, pool, points),
                                  .count = points,
                                  .square = random_chance(random, 0.5),
                                  .equal_limits = random_chance(random, 0.3),
                                  .zero_line = random_chance(random, 0.3),
                                  .line_x = random_numbers(random, pool, along),
                                  .line_y = random_numbers(random, pool, along),
                                  .line_low = random_numbers(random, pool, along),
                                  .line_high = random_numbers(random, pool, along),
                                  .line_count = along,
                                  .line_label = random_name(random, pool),
                                  .band_x = random_numbers(random, pool, band),
                                  .band_low = random_numbers(random, pool, band),
                                  .band_high = random_numbers(random, pool, band),
                                  .band_count = band,
                                  .has_reference = random_chance(random, 0.4),
                                  .reference_label = random_name(random, pool),
                                  .reference_at = *random_numbers(random, pool, 1),
                                  .reference_slope = *random_numbers(random, pool, 1)};
}

static void coverage(struct coverage_chart *chart, struct random *random, struct pool *pool)
{
  size_t parts = random_count(random, 40);

  *chart = (struct coverage_chart){.text = words(random, pool),
                                   .x = random_numbers(random, pool, parts),
                                   .share = random_numbers(random, pool, parts),
                                   .low = random_numbers(random, pool, parts),
                                   .high = random_numbers(random, pool, parts),
                                   .count = parts,
                                   .nominal = *random_numbers(random, pool, 1),
                                   .overall = *random_numbers(random, pool, 1),
                                   .overall_low = *random_numbers(random, pool, 1),
                                   .overall_high = *random_numbers(random, pool, 1)};
}

static void forest(struct forest_chart *chart, struct random *random, struct pool *pool)
{
  size_t count = random_count(random, 20);
  double *value = random_numbers(random, pool, count);
  double *low = random_numbers(random, pool, count);
  double *high = random_numbers(random, pool, count);
  struct forest_row *rows = POOL_ARRAY(pool, count, struct forest_row);

  *chart = (struct forest_chart){.text = words(random, pool), .rows = rows, .count = count};
  for (size_t i = 0; i < count; i++)
    rows[i] =
        (struct forest_row){.name = random_name(random, pool),
                            .value = value[i],
                            .low = low[i],
                            .high = high[i],
                            .words = random_chance(random, 0.5) ? random_name(random, pool) : NULL};
}

static void heat(struct heat_chart *chart, struct random *random, struct pool *pool)
{
  size_t rows = random_count(random, 40), columns = random_count(random, HEAT_COLUMNS_MAX);

  *chart = (struct heat_chart){.text = words(random, pool),
                               .rows = names_of(random, pool, rows),
                               .row_count = rows,
                               .columns = names_of(random, pool, columns),
                               .column_count = columns,
                               .cells = random_numbers(random, pool, rows * columns)};
}

void random_chart(struct figure *figure, enum figure_kind kind, uint64_t seed, struct pool *pool)
{
  struct random random = {seed};

  *figure = (struct figure){.id = "random", .section = "", .title = "", .alt = "", .kind = kind};
  switch (kind) {
    case FIGURE_LINE: line(&figure->chart.line, &random, pool); break;
    case FIGURE_CURVE: curve(&figure->chart.curve, &random, pool); break;
    case FIGURE_LIFT: lift(&figure->chart.lift, &random, pool); break;
    case FIGURE_CALIBRATION: calibration(&figure->chart.calibration, &random, pool); break;
    case FIGURE_MATRIX: matrix(&figure->chart.matrix, &random, pool); break;
    case FIGURE_BAR: bar(&figure->chart.bar, &random, pool); break;
    case FIGURE_HISTOGRAM: histogram(&figure->chart.histogram, &random, pool); break;
    case FIGURE_PREDICTION: prediction(&figure->chart.prediction, &random, pool); break;
    case FIGURE_COVERAGE: coverage(&figure->chart.coverage, &random, pool); break;
    case FIGURE_FOREST: forest(&figure->chart.forest, &random, pool); break;
    case FIGURE_HEAT: heat(&figure->chart.heat, &random, pool); break;
    case FIGURE_SCATTER: scatter(&figure->chart.scatter, &random, pool); break;
  }
}
