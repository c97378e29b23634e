#include "chart/scatter_chart.h"

#include "chart/prediction_chart.h"
#include "chart_check.h"

static void any_numbers_make_a_readable_chart(void **state)
{
  static const size_t counts[] = {SOME, 1, 0};
  double x[SOME], y[SOME];
  char what[64];

  (void)state;
  for (int xs = 0; xs < NUMBERS_COUNT; xs++) {
    for (int ys = 0; ys < NUMBERS_COUNT; ys++) {
      for (int kind = 0; kind < 12; kind++) {
        size_t count = counts[kind % 3];
        struct scatter_chart chart = {.x = x,
                                      .y = y,
                                      .count = count,
                                      .zero_line = true,
                                      .line_x = x,
                                      .line_y = y,
                                      .line_low = y,
                                      .line_high = x,
                                      .line_count = count,
                                      .line_label = "mean",
                                      .band_x = x,
                                      .band_low = x,
                                      .band_high = y,
                                      .band_count = count,
                                      .has_reference = true,
                                      .reference_slope = y[0],
                                      .reference_label = "ideal"};

        fill_numbers((enum numbers)xs, x, SOME);
        fill_numbers((enum numbers)ys, y, SOME);
        chart.reference_slope = y[0];
        chart.square = kind / 3 % 2;
        chart.equal_limits = kind / 6;
        (void)snprintf(what, sizeof what, "x %d, y %d, kind %d", xs, ys, kind);
        CHECK_CHART(scatter, &chart, what);
        CHECK_CHART(prediction,
                    (&(struct prediction_chart){.bin_edges = x,
                                                .bin_mean = y,
                                                .bin_sd = x,
                                                .bin_counts = kind < 6 ? y : NULL,
                                                .bin_count = count ? count - 1 : 0,
                                                .truth = x,
                                                .predicted = y,
                                                .point_count = kind % 2 ? count : 0}),
                    what);
      }
    }
  }
}

static void many_points_become_few_cells(void **state)
{
  const size_t count = 20000;
  double *x = malloc(2 * count * sizeof *x), *y = x + count;
  struct scatter_chart chart = {.count = count};
  struct canvas_record record;

  (void)state;
  assert_non_null(x);
  fill_numbers(ORDINARY, x, 2 * count);
  chart.x = x;
  chart.y = y;
  canvas_record_init(&record, 720, 420);
  scatter_chart_draw(&chart, &record.canvas);
  check_record(&record, "many points");
  assert_true(record.shape_count > 1000 && record.shape_count < 6000);
  canvas_record_release(&record);
  free(x);
}

static void predictions_are_drawn_as_recorded(void **state)
{
  static const double edges[] = {0, 10, 20, 30}, mean[] = {6, 14, 22}, sd[] = {2, 3, 4},
                      counts[] = {5, 12, 7};
  const struct prediction_chart chart = {.text = {.title = "Predicted against true"},
                                         .bin_edges = edges,
                                         .bin_mean = mean,
                                         .bin_sd = sd,
                                         .bin_counts = counts,
                                         .bin_count = 3};

  (void)state;
  CHECK_GOLDEN(prediction, &chart, "prediction_bins");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_numbers_make_a_readable_chart),
      cmocka_unit_test(many_points_become_few_cells),
      cmocka_unit_test(predictions_are_drawn_as_recorded),
  };

  return cmocka_run_group_tests_name("scatter_chart", tests, NULL, NULL) != 0;
}
