#include "chart/forest_chart.h"

#include "chart_check.h"

static void any_numbers_make_a_readable_forest(void **state)
{
  static const size_t counts[] = {SOME, 13, 3, 1, 0};
  struct forest_row rows[SOME];
  double value[SOME];
  char what[64];

  (void)state;
  for (int kind = 0; kind < NUMBERS_COUNT * 5; kind++) {
    const struct forest_chart chart = {.rows = rows, .count = counts[kind % 5]};

    fill_numbers((enum numbers)(kind / 5), value, SOME);
    for (size_t i = 0; i < SOME; i++)
      rows[i] = (struct forest_row){.name = i % 3 ? "ridge" : long_name,
                                    .value = value[i],
                                    .low = value[i] - 1,
                                    .high = value[i] + 1,
                                    .words = i % 2 ? long_name : NULL};
    (void)snprintf(what, sizeof what, "kind %d", kind);
    CHECK_CHART(forest, &chart, what);
  }
}

/* The first row's value is a dashed line, a row without an interval a dot, one
 * without a value words alone. */
static void three_runs_are_drawn_as_recorded(void **state)
{
  const double none = (double)NAN;
  const struct forest_row rows[] = {{"ridge", .731, .619, .820, "0.731 (0.619–0.820)"},
                                    {"wfns", .824, none, none, NULL},
                                    {"broken", none, none, none, NULL}};
  const struct forest_chart chart = {.text = {.title = "AUC",
                                              .subtitle = "95 % CI (DeLong), 3 runs, n = 113; "
                                                          "dashed: the first run",
                                              .x_name = "AUC"},
                                     .rows = rows,
                                     .count = 3};

  (void)state;
  CHECK_GOLDEN(forest, &chart, "forest_three_runs");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_numbers_make_a_readable_forest),
      cmocka_unit_test(three_runs_are_drawn_as_recorded),
  };

  return cmocka_run_group_tests_name("forest chart", tests, NULL, NULL) != 0;
}
