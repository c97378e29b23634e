#include "chart/curve_chart.h"

#include "chart/calibration_chart.h"
#include "chart/lift_chart.h"
#include "chart_check.h"

static const double unit[] = {0, 1};
static const struct curve_reference chance = {.label = "chance", .x = unit, .y = unit, .count = 2};

static void any_numbers_make_a_readable_chart(void **state)
{
  static const size_t counts[] = {SOME, 1, 0};
  double x[SOME], y[SOME];
  char what[64];

  (void)state;
  for (int xs = 0; xs < NUMBERS_COUNT; xs++) {
    for (int ys = 0; ys < NUMBERS_COUNT; ys++) {
      for (int kind = 0; kind < 30; kind++) {
        struct chart_curve curve = {.name = "cat", .x = x, .y = y, .low = x, .high = y};
        struct curve_ring ring = {.head = "best threshold", .body = kind % 2 ? long_name : "0.5"};
        struct curve_chart chart = {.curves = &curve, .curve_count = 1, .references = &chance};

        fill_numbers((enum numbers)xs, x, SOME);
        fill_numbers((enum numbers)ys, y, SOME);
        ring.x = x[0];
        ring.y = y[0];
        curve.count = counts[kind % 3];
        curve.shape = (enum curve_shape)(kind % 3);
        chart.x_axis = chart.y_axis = (enum curve_axis)(kind % 5);
        chart.wide = kind % 2;
        chart.reference_count = 1;
        chart.rings = &ring;
        chart.ring_count = 1;
        (void)snprintf(what, sizeof what, "x %d, y %d, kind %d", xs, ys, kind);
        CHECK_CHART(curve, &chart, what);
        CHECK_CHART(lift,
                    (&(struct lift_chart){.curves = &curve, .curve_count = 1, .max_lift = y[0]}),
                    what);
        CHECK_CHART(calibration,
                    (&(struct calibration_chart){.step_x = x,
                                                 .step_y = y,
                                                 .step_count = curve.count,
                                                 .bin_x = x,
                                                 .bin_y = y,
                                                 .bin_low = y,
                                                 .bin_high = x,
                                                 .bin_count = curve.count,
                                                 .strip_edges = x,
                                                 .strip_counts = y,
                                                 .strip_count = curve.count ? curve.count - 1 : 0}),
                    what);
      }
    }
  }
}

static void many_classes_are_named_below_the_plot(void **state)
{
  struct chart_curve curves[33];
  double x[SOME], y[SOME];
  char names[33][24], what[32];

  (void)state;
  for (size_t i = 0; i < SOME; i++) x[i] = y[i] = (double)i / (SOME - 1);
  for (size_t i = 0; i < 33; i++) {
    (void)snprintf(names[i], sizeof names[i], "class %zu", i);
    curves[i] = (struct chart_curve){.name = i % 7 == 6 ? long_name : names[i],
                                     .value = "AUC 0.994",
                                     .x = x,
                                     .y = y,
                                     .count = SOME};
    if (i < 3) curves[i].role = (enum curve_role)(CURVE_MACRO + i);
  }
  for (size_t count = 1; count <= 33; count++) {
    struct curve_chart chart = {
        .curves = curves, .curve_count = count, .references = &chance, .reference_count = 1};

    (void)snprintf(what, sizeof what, "%zu curves", count);
    CHECK_CHART(curve, &chart, what);
    CHECK_CHART(calibration, (&(struct calibration_chart){.curves = curves, .curve_count = count}),
                what);
  }
}

static void a_roc_curve_is_drawn_as_recorded(void **state)
{
  static const double x[] = {0, 0, 0.1, 0.1, 0.4, 0.4, 1}, y[] = {0, 0.4, 0.4, 0.7, 0.7, 1, 1};
  const struct chart_curve curve = {.name = "cat", .x = x, .y = y, .count = 7};
  const struct curve_ring ring = {0.1, 0.7, "best threshold 0.41", "TPR 0.70, FPR 0.10"};
  const struct curve_chart chart = {.text = {.title = "ROC curve: cat",
                                             .subtitle = "AUC 0.850, n = 17, positive = cat",
                                             .x_name = "False positive rate",
                                             .y_name = "True positive rate"},
                                    .curves = &curve,
                                    .curve_count = 1,
                                    .references = &chance,
                                    .reference_count = 1,
                                    .rings = &ring,
                                    .ring_count = 1};

  (void)state;
  CHECK_GOLDEN(curve, &chart, "curve_roc");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_numbers_make_a_readable_chart),
      cmocka_unit_test(many_classes_are_named_below_the_plot),
      cmocka_unit_test(a_roc_curve_is_drawn_as_recorded),
  };

  return cmocka_run_group_tests_name("curve_chart", tests, NULL, NULL) != 0;
}
