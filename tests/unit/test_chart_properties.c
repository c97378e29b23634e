/* Thousands of charts of every kind from seeds, each looked through for text on
 * text, text or marks off the canvas, weak contrast, and series that a
 * colour-blind reader would take for one another.
 *
 * EPOCHLOG_CHARTS=N draws N of each kind; EPOCHLOG_CHART=KIND:SEED draws one and
 * prints it. */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_properties.h"
#include "color_vision.h"
#include "random_chart.h"

#define CHARTS_OF_EACH_KIND 400

static const char *const kind_names[] = {"line",    "curve",    "lift",      "calibration",
                                         "matrix",  "bar",      "histogram", "prediction",
                                         "scatter", "coverage", "forest",    "heat"};

static void no_memory(void) { abort(); }

static bool holds(enum figure_kind kind, uint64_t seed, bool say,
                  char problem[PROPERTY_PROBLEM_MAX])
{
  struct canvas_record record;
  struct figure figure;
  struct pool pool;
  double width, height;
  unsigned asked = kind == FIGURE_MATRIX ? 0 : PROPERTY_MARKED;
  bool good;

  pool_init(&pool, no_memory);
  random_chart(&figure, kind, seed, &pool);
  if (kind == FIGURE_CALIBRATION || kind == FIGURE_PREDICTION ||
      (kind == FIGURE_CURVE && !figure.chart.curve.wide))
    asked |= PROPERTY_SQUARE;
  figure_size(&figure, &width, &height);
  canvas_record_init(&record, width, height);
  figure_draw(&figure, &record.canvas);
  good = chart_properties_hold(&record, asked, problem);
  if (good && !(width >= 100 && width <= 960 && height >= 100 && height <= 40000)) {
    (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "the canvas is %g x %g", width, height);
    good = false;
  }
  if (say) puts(record.log);
  canvas_record_release(&record);
  pool_release(&pool);
  return good;
}

static void check_kind(enum figure_kind kind)
{
  const char *many = getenv("EPOCHLOG_CHARTS"), *one = getenv("EPOCHLOG_CHART");
  uint64_t count = many ? strtoull(many, NULL, 10) : CHARTS_OF_EACH_KIND;
  size_t name = strlen(kind_names[kind]), broken = 0;
  char problem[PROPERTY_PROBLEM_MAX];

  if (one) {
    if (strncmp(one, kind_names[kind], name) != 0 || one[name] != ':') return;
    if (!holds(kind, strtoull(one + name + 1, NULL, 10), true, problem)) fail_msg("%s", problem);
    return;
  }
  for (uint64_t seed = 0; seed < count; seed++) {
    if (holds(kind, seed, false, problem)) continue;
    if (broken++ < 5)
      print_error("EPOCHLOG_CHART=%s:%" PRIu64 ": %s\n", kind_names[kind], seed, problem);
  }
  if (broken) fail_msg("%zu of %" PRIu64 " charts are broken", broken, count);
}

/* ---- a checker that finds nothing proves nothing ------------------------------- */

enum fault {
  NO_FAULT,
  TEXT_ON_TEXT,
  TEXT_OFF_CANVAS,
  TEXT_ON_RING,
  TEXT_UNDER_BAR,
  TEXT_CROSSED,
  PALE_TEXT,
  TEXT_ON_DARK_CELL,
  PALE_MARK,
  MARK_OFF_CANVAS,
  NOT_A_NUMBER,
  TINY_TEXT,
  COLORS_ALIKE,
  LEGEND_ALIKE,
  NOT_SQUARE,
  NO_SUBTITLE,
  NO_LABEL,
  MARKS_ALIKE
};

static const char *const said[] = {[NO_FAULT] = "",
                                   [TEXT_ON_TEXT] = "lies on",
                                   [TEXT_OFF_CANVAS] = "leaves the canvas",
                                   [TEXT_ON_RING] = "covers the ring",
                                   [TEXT_UNDER_BAR] = "under a shape",
                                   [TEXT_CROSSED] = "crossed by a line",
                                   [PALE_TEXT] = "contrast of 1.",
                                   [TEXT_ON_DARK_CELL] = "contrast of 1.",
                                   [PALE_MARK] = "contrast of 2.",
                                   [MARK_OFF_CANVAS] = "leaves the canvas",
                                   [NOT_A_NUMBER] = "not finite",
                                   [TINY_TEXT] = "too small",
                                   [COLORS_ALIKE] = "s3 and ctx are 6.2 apart",
                                   [LEGEND_ALIKE] = "s2 and s2 are 0.0 apart",
                                   [NOT_SQUARE] = "not square",
                                   [NO_SUBTITLE] = "no subtitle",
                                   [NO_LABEL] = "\"chance\" has no label",
                                   [MARKS_ALIKE] = "two marks of an axis"};

static void text_at(struct canvas *canvas, double x, double y, const char *utf8, double size,
                    enum color color)
{
  const struct text_style style = {.size = size, .weight = WEIGHT_REGULAR, .color = color};

  canvas_text(canvas, (struct point){x, y}, utf8, &style);
}

static void line_in(struct canvas *canvas, const char *kind, const char *label, double x1,
                    double y1, double x2, double y2, enum color color)
{
  const struct paint paint = {.stroke = color, .stroke_width = 2};

  canvas_group_begin(canvas, kind, label);
  canvas_polyline(canvas, (struct point[]){{x1, y1}, {x2, y2}}, 2, &paint);
  canvas_group_end(canvas);
}

/* A small chart in order, but for `fault`. */
static void draw_with(enum fault fault, struct canvas *canvas)
{
  const struct paint ring = {.fill = COLOR_BG, .stroke = COLOR_S1, .stroke_width = 2};
  const struct paint bar = {.fill = COLOR_S1}, pale = {.fill = COLOR_CTX, .fill_opacity = 0.7};
  const struct paint cell = {.fill = (enum color)(COLOR_SEQ0 + 8)};

  text_at(canvas, 24, 32, "Title", 15, COLOR_INK);
  if (fault != NO_SUBTITLE) text_at(canvas, 24, 52, "n = 12", 12, COLOR_INK2);
  line_in(canvas, "grid", NULL, 50, 100, 50, fault == NOT_SQUARE ? 298 : 300, COLOR_GRID);
  line_in(canvas, "axis", NULL, 50, 300, 250, 300, COLOR_AXIS);
  line_in(canvas, "reference", "chance", 50, 300, 250, 100, COLOR_AXIS);
  if (fault != NO_LABEL) text_at(canvas, 200, 180, "chance", 11, COLOR_INK2);
  line_in(canvas, "series", "a", 60, 120, 100, 110, COLOR_S3);
  line_in(canvas, "series", "b", 60, 130, 100, 120, fault == COLORS_ALIKE ? COLOR_CTX : COLOR_S2);
  line_in(canvas, "legend", NULL, 20, 350, 44, 350, COLOR_S2);
  canvas_circle(canvas, (struct point){200, 250}, 4, &ring);
  canvas_rectangle(canvas, (struct rect){300, 200, 40, 100}, &cell);

  if (fault == TEXT_ON_TEXT) text_at(canvas, 30, 36, "over it", 11, COLOR_INK);
  if (fault == TEXT_OFF_CANVAS) text_at(canvas, 390, 370, "too far right", 11, COLOR_INK);
  if (fault == TEXT_ON_RING) text_at(canvas, 196, 254, "ring", 11, COLOR_INK);
  if (fault == TEXT_UNDER_BAR) {
    text_at(canvas, 300, 160, "hidden", 11, COLOR_INK);
    canvas_rectangle(canvas, (struct rect){300, 140, 30, 40}, &bar);
  }
  if (fault == TEXT_CROSSED) text_at(canvas, 70, 124, "crossed", 11, COLOR_INK);
  if (fault == PALE_TEXT) text_at(canvas, 300, 100, "pale", 11, COLOR_GRID);
  if (fault == TEXT_ON_DARK_CELL) text_at(canvas, 305, 250, "dark", 11, COLOR_SEQ_TEXT0);
  if (fault == PALE_MARK) canvas_circle(canvas, (struct point){150, 150}, 3, &pale);
  if (fault == MARK_OFF_CANVAS) canvas_circle(canvas, (struct point){399, 150}, 3, &bar);
  if (fault == NOT_A_NUMBER) canvas_circle(canvas, (struct point){(double)NAN, 150}, 3, &bar);
  if (fault == TINY_TEXT) text_at(canvas, 300, 100, "tiny", 9, COLOR_INK);
  if (fault == LEGEND_ALIKE) line_in(canvas, "legend", NULL, 20, 370, 44, 370, COLOR_S2);
  canvas_group_begin(canvas, "axis", NULL);
  text_at(canvas, 60, 318, "0.1", 11, COLOR_INK2);
  text_at(canvas, 160, 318, fault == MARKS_ALIKE ? "0.1" : "0.2", 11, COLOR_INK2);
  canvas_group_end(canvas);
}

static void each_planted_fault_is_found_and_said(void **state)
{
  const unsigned all = PROPERTY_SQUARE | PROPERTY_TITLED | PROPERTY_LABELLED | PROPERTY_MARKED;
  char problem[PROPERTY_PROBLEM_MAX];
  struct canvas_record record;

  (void)state;
  for (enum fault fault = NO_FAULT; fault <= MARKS_ALIKE; fault++) {
    canvas_record_init(&record, 400, 400);
    draw_with(fault, &record.canvas);
    if (chart_properties_hold(&record, all, problem) != (fault == NO_FAULT) ||
        strstr(problem, said[fault]) == NULL)
      fail_msg("fault %d: got \"%s\", want \"%s\"", (int)fault, problem, said[fault]);
    canvas_record_release(&record);
  }
}

/* The six series colours against each other, as the palette's choice was made. */
static void the_series_colors_are_as_far_apart_as_is_claimed(void **state)
{
  static const double least[2][VISION_COUNT] = {{9.1, 8.1, 8.6}, {11.8, 9.6, 9.7}};

  (void)state;
  for (enum theme theme = THEME_LIGHT; theme <= THEME_DARK; theme++)
    for (enum vision vision = 0; vision < VISION_COUNT; vision++) {
      double worst = 1e9;

      for (int i = 0; i < 6; i++)
        for (int k = i + 1; k < 6; k++)
          worst =
              fmin(worst, vision_distance(palette_rgb(palette_series((size_t)i), theme),
                                          palette_rgb(palette_series((size_t)k), theme), vision));
      assert_close(worst, least[theme][vision], 0.05);
    }
}

#define TEST_OF(kind, name)      \
  static void name(void **state) \
  {                              \
    (void)state;                 \
    check_kind(kind);            \
  }

TEST_OF(FIGURE_LINE, any_line_chart_is_readable)
TEST_OF(FIGURE_CURVE, any_curve_chart_is_readable)
TEST_OF(FIGURE_LIFT, any_lift_chart_is_readable)
TEST_OF(FIGURE_CALIBRATION, any_calibration_chart_is_readable)
TEST_OF(FIGURE_MATRIX, any_matrix_is_readable)
TEST_OF(FIGURE_BAR, any_bar_chart_is_readable)
TEST_OF(FIGURE_HISTOGRAM, any_histogram_is_readable)
TEST_OF(FIGURE_PREDICTION, any_prediction_chart_is_readable)
TEST_OF(FIGURE_SCATTER, any_scatter_chart_is_readable)
TEST_OF(FIGURE_COVERAGE, any_coverage_chart_is_readable)
TEST_OF(FIGURE_FOREST, any_forest_chart_is_readable)
TEST_OF(FIGURE_HEAT, any_heat_chart_is_readable)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_planted_fault_is_found_and_said),
      cmocka_unit_test(the_series_colors_are_as_far_apart_as_is_claimed),
      cmocka_unit_test(any_line_chart_is_readable),
      cmocka_unit_test(any_curve_chart_is_readable),
      cmocka_unit_test(any_lift_chart_is_readable),
      cmocka_unit_test(any_calibration_chart_is_readable),
      cmocka_unit_test(any_matrix_is_readable),
      cmocka_unit_test(any_bar_chart_is_readable),
      cmocka_unit_test(any_histogram_is_readable),
      cmocka_unit_test(any_prediction_chart_is_readable),
      cmocka_unit_test(any_scatter_chart_is_readable),
      cmocka_unit_test(any_coverage_chart_is_readable),
      cmocka_unit_test(any_forest_chart_is_readable),
      cmocka_unit_test(any_heat_chart_is_readable),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
