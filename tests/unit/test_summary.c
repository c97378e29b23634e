#include "stats/summary.h"

#include "unit.h"

static void ordinary_series(void **state)
{
  const double value[] = {3, 1, 4, 1, 5};
  struct summary s;

  (void)state;
  summary_compute(&s, value, 5);
  assert_int_equal(s.n, 5);
  assert_close(s.first, 3, 0);
  assert_close(s.last, 5, 0);
  assert_close(s.min, 1, 0);
  assert_int_equal(s.min_index, 1);
  assert_close(s.max, 5, 0);
  assert_int_equal(s.max_index, 4);
  assert_close(s.mean, 2.8, 1e-15);
}

static void exploded_series_keeps_its_finite_numbers(void **state)
{
  const double value[] = {2, (double)INFINITY, 1, -(double)INFINITY, (double)NAN};
  struct summary s;

  (void)state;
  summary_compute(&s, value, 5);
  assert_int_equal(s.nan, 1);
  assert_int_equal(s.posinf, 1);
  assert_int_equal(s.neginf, 1);
  assert_int_equal(s.finite, 2);
  assert_close(s.last, (double)NAN, 0);
  assert_int_equal(s.last_finite, 2);
  assert_close(s.max, 2, 0);
  assert_close(s.mean, 1.5, 0);
}

static void empty_series_and_series_of_nan(void **state)
{
  const double value[] = {(double)NAN};
  struct summary s;

  (void)state;
  summary_compute(&s, value, 0);
  assert_int_equal(s.n, 0);
  assert_close(s.first, (double)NAN, 0);
  summary_compute(&s, value, 1);
  assert_close(s.mean, (double)NAN, 0);
  assert_int_equal(s.min_index, 1);
}

static void mean_of_huge_values_does_not_overflow(void **state)
{
  const double value[] = {1.6e308, 1.6e308};
  struct summary s;

  (void)state;
  summary_compute(&s, value, 2);
  assert_close(s.mean, 1.6e308, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ordinary_series),
      cmocka_unit_test(exploded_series_keeps_its_finite_numbers),
      cmocka_unit_test(empty_series_and_series_of_nan),
      cmocka_unit_test(mean_of_huge_values_does_not_overflow),
  };

  return cmocka_run_group_tests_name("summary", tests, NULL, NULL) != 0;
}
