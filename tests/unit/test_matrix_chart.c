#include "chart/matrix_chart.h"

#include "chart_check.h"

static void any_matrix_is_readable(void **state)
{
  static const size_t sizes[] = {0, 1, 2, 3, 5, 12, 13, 30, 31, 60};
  static double cells[60 * 60];
  const char *names[60];
  char what[64];

  (void)state;
  for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
    for (int kind = 0; kind < NUMBERS_COUNT * 4; kind++) {
      struct matrix_chart chart = {.class_count = sizes[size], .cells = cells};

      fill_numbers((enum numbers)(kind / 4), cells, 60 * 60);
      for (size_t i = 0; i < 60; i++) names[i] = i % 2 ? long_name : "cat";
      chart.kind = (enum matrix_kind)(kind % 2);
      chart.classes = kind % 4 < 2 ? NULL : names;
      (void)snprintf(what, sizeof what, "%zu classes, kind %d", sizes[size], kind);
      CHECK_CHART(matrix, &chart, what);
    }
  }
}

static void a_class_that_does_not_occur_has_dashes(void **state)
{
  static const char *const classes[] = {"cat", "dog", "owl"};
  static const double cells[] = {50, 3, 0, 7, 12345, 1, 0, 0, 0};
  const struct matrix_chart chart = {
      .text = {.title = "Confusion matrix", .subtitle = "accuracy 0.999, row-normalised"},
      .classes = classes,
      .class_count = 3,
      .cells = cells};

  (void)state;
  CHECK_GOLDEN(matrix, &chart, "matrix_three_classes");
}

static void any_matrix_of_circles_is_readable(void **state)
{
  static const size_t sizes[] = {0, 1, 2, 3, 5, 12, 13, 30, 31};
  static double cells[60 * 60];
  const char *names[60];
  char what[64];

  (void)state;
  for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
    for (int kind = 0; kind < NUMBERS_COUNT * 2; kind++) {
      struct matrix_chart chart = {
          .class_count = sizes[size], .cells = cells, .look = MATRIX_CIRCLES};

      fill_numbers((enum numbers)(kind / 2), cells, 60 * 60);
      for (size_t i = 0; i < 60; i++) names[i] = i % 2 ? long_name : "cat";
      chart.classes = kind % 2 ? NULL : names;
      (void)snprintf(what, sizeof what, "%zu classes, kind %d, circles", sizes[size], kind);
      CHECK_CHART(matrix, &chart, what);
    }
  }
}

static void circles_have_the_area_of_their_counts(void **state)
{
  static const char *const classes[] = {"cat", "dog", "owl"};
  static const double cells[] = {50, 2, 0, 8, 32, 1, 0, 0, 0};
  const struct matrix_chart chart = {
      .text = {.title = "Confusion matrix", .subtitle = "accuracy 0.882, n = 93"},
      .classes = classes,
      .class_count = 3,
      .cells = cells,
      .look = MATRIX_CIRCLES};

  (void)state;
  CHECK_GOLDEN(matrix, &chart, "matrix_circles");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_matrix_is_readable),
      cmocka_unit_test(a_class_that_does_not_occur_has_dashes),
      cmocka_unit_test(any_matrix_of_circles_is_readable),
      cmocka_unit_test(circles_have_the_area_of_their_counts),
  };

  return cmocka_run_group_tests_name("matrix_chart", tests, NULL, NULL) != 0;
}
