#include "chart/coverage_chart.h"

#include "chart_check.h"

static void any_numbers_make_a_readable_chart(void **state)
{
  static const size_t counts[] = {SOME, 1, 2, 0};
  double x[SOME], share[SOME], low[SOME], high[SOME];
  char what[64];

  (void)state;
  for (int kind = 0; kind < NUMBERS_COUNT * NUMBERS_COUNT * 4; kind++) {
    struct coverage_chart chart = {.text = {.x_name = long_name},
                                   .x = x,
                                   .share = share,
                                   .low = low,
                                   .high = high,
                                   .count = counts[kind % 4],
                                   .nominal = kind % 3 ? 0.9 : (double)NAN,
                                   .overall = kind % 5 ? 0.7 : (double)NAN,
                                   .overall_low = 0.6,
                                   .overall_high = kind % 2 ? 0.8 : (double)NAN};

    fill_numbers((enum numbers)(kind / 4 % NUMBERS_COUNT), x, SOME);
    fill_numbers((enum numbers)(kind / 4 / NUMBERS_COUNT), share, SOME);
    for (size_t i = 0; i < SOME; i++) {
      low[i] = share[i] - 0.1;
      high[i] = share[i] + 0.1;
    }
    (void)snprintf(what, sizeof what, "kind %d", kind);
    CHECK_CHART(coverage, &chart, what);
  }
}

static void coverage_is_drawn_as_recorded(void **state)
{
  static const double x[] = {70, 150, 265}, share[] = {0.91, 0.73, 0.82};
  static const double low[] = {0.72, 0.52, 0.61}, high[] = {0.97, 0.87, 0.93};
  const struct coverage_chart chart = {.text = {.title = "Prediction intervals"},
                                       .x = x,
                                       .share = share,
                                       .low = low,
                                       .high = high,
                                       .count = 3,
                                       .nominal = 0.9,
                                       .overall = 0.82,
                                       .overall_low = 0.77,
                                       .overall_high = 0.87};

  (void)state;
  CHECK_GOLDEN(coverage, &chart, "coverage_three_parts");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_numbers_make_a_readable_chart),
      cmocka_unit_test(coverage_is_drawn_as_recorded),
  };

  return cmocka_run_group_tests_name("coverage_chart", tests, NULL, NULL) != 0;
}
