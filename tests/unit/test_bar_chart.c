#include "chart/bar_chart.h"

#include "chart/histogram_chart.h"
#include "chart_check.h"

static void any_numbers_make_readable_bars(void **state)
{
  static const size_t counts[] = {SOME, 1, 3, 0};
  static const char *const groups[] = {"cat", "dog", "owl"};
  struct bar bars[SOME];
  double value[SOME * 3];
  char what[64];

  (void)state;
  for (int kind = 0; kind < NUMBERS_COUNT * 8; kind++) {
    struct bar_chart chart = {.bars = bars, .count = counts[kind % 4]};

    fill_numbers((enum numbers)(kind / 8), value, SOME * 3);
    for (size_t i = 0; i < SOME; i++)
      bars[i] = (struct bar){.name = i % 3 ? "petal width" : long_name,
                             .value = value[i],
                             .low = value[i] - 1,
                             .high = value[i] + 1};
    if (kind % 8 >= 4) {
      chart.group_names = groups;
      chart.group_values = value;
      chart.group_count = 3;
    }
    (void)snprintf(what, sizeof what, "kind %d", kind);
    CHECK_CHART(bar, &chart, what);
  }
}

static void any_numbers_make_a_readable_histogram(void **state)
{
  double edges[SOME + 1], counts[SOME];
  char what[64];

  (void)state;
  for (int kind = 0; kind < NUMBERS_COUNT * NUMBERS_COUNT * 4; kind++) {
    const struct histogram_series series[2] = {{"cat", counts}, {long_name, counts}};
    const struct histogram_mark mark = {long_name, 0.5};
    struct histogram_chart chart = {.edges = edges,
                                    .bin_count = kind % 2 ? SOME : 1,
                                    .series = series,
                                    .series_count = (size_t)(1 + kind / 2 % 2),
                                    .marks = &mark,
                                    .mark_count = 1};

    fill_numbers((enum numbers)(kind / 4 % NUMBERS_COUNT), edges, SOME + 1);
    fill_numbers((enum numbers)(kind / 4 / NUMBERS_COUNT), counts, SOME);
    chart.low_overflow = chart.high_overflow = chart.zero_line = kind % 2;
    chart.normal_sd = kind % 4 == 3 ? 0.1 : 0;
    (void)snprintf(what, sizeof what, "kind %d", kind);
    CHECK_CHART(histogram, &chart, what);
  }
}

static void what_does_not_fit_becomes_one_grey_bar(void **state)
{
  static const struct bar bars[] = {{.name = "petal width", .value = 0.5, .low = 0.4, .high = 0.6},
                                    {.name = "petal length", .value = -0.3},
                                    {.name = "sepal width", .value = 0.1},
                                    {.name = "sepal length", .value = 0.05}};
  const struct bar_chart chart = {
      .text = {.title = "Feature importance"}, .bars = bars, .count = 4, .max_bars = 2};

  (void)state;
  CHECK_GOLDEN(bar, &chart, "bar_importance");
}

static void residuals_are_drawn_as_recorded(void **state)
{
  static const double edges[] = {-9, -2, -1, 0, 1, 2, 7}, counts[] = {1, 4, 9, 11, 3, 2};
  const struct histogram_series series = {"residuals", counts};
  const struct histogram_chart chart = {.text = {.title = "Residuals"},
                                        .edges = edges,
                                        .bin_count = 6,
                                        .series = &series,
                                        .series_count = 1,
                                        .low_overflow = true,
                                        .high_overflow = true,
                                        .normal_sd = 1.2,
                                        .zero_line = true};

  (void)state;
  CHECK_GOLDEN(histogram, &chart, "histogram_residuals");
}

static void open_bins_without_rows_are_not_called_hatched(void **state)
{
  static const double edges[] = {-9, -2, -1, 0, 1, 2, 7}, empty_ends[] = {0, 4, 9, 11, 3, 0},
                      one_end[] = {0, 4, 9, 11, 3, 2};
  struct histogram_series series = {"residuals", empty_ends};
  const struct histogram_chart chart = {.text = {.x_name = "Residual"},
                                        .edges = edges,
                                        .bin_count = 6,
                                        .series = &series,
                                        .series_count = 1,
                                        .low_overflow = true,
                                        .high_overflow = true};

  (void)state;
  CHECK_SAYS(histogram, &chart, "hatched", false);
  series.counts = one_end;
  CHECK_SAYS(histogram, &chart, "hatched", true);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_numbers_make_readable_bars),
      cmocka_unit_test(any_numbers_make_a_readable_histogram),
      cmocka_unit_test(what_does_not_fit_becomes_one_grey_bar),
      cmocka_unit_test(residuals_are_drawn_as_recorded),
      cmocka_unit_test(open_bins_without_rows_are_not_called_hatched),
  };

  return cmocka_run_group_tests_name("bar_chart", tests, NULL, NULL) != 0;
}
