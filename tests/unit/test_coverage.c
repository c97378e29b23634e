#include "stats/coverage.h"

#include "unit.h"

static void rows_inside_are_counted_ends_included(void **state)
{
  const double y[] = {1, 2, 3, 9, -5}, lower[] = {1, 0, 0, 0, 0}, upper[] = {2, 2, 4, 4, 4};
  struct coverage c;

  (void)state;
  assert_int_equal(coverage_compute(&c, y, lower, upper, 5, 0.9, 0.95), 0);
  assert_int_equal(c.inside, 3);
  assert_int_equal(c.above, 1);
  assert_int_equal(c.below, 1);
  assert_close(c.share, .6, 1e-12);
  assert_close(c.mean_width, 3, 1e-12);
  assert_close(c.median_width, 4, 0);
  /* Widths 15, and 20 times 5 + 5 outside, over five rows. */
  assert_close(c.interval_score, 43, 1e-9);
}

static void share_has_the_interval_of_wilson(void **state)
{
  const double y[] = {0, 0, 0, 0, 0, 0, 0, 5, 5, 5};
  const double lower[] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  const double upper[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  struct coverage c;

  (void)state;
  assert_int_equal(coverage_compute(&c, y, lower, upper, 10, (double)NAN, 0.95), 0);
  assert_close(c.share_interval.lo, .3967781475, 1e-9);
  assert_close(c.share_interval.hi, .8922087326, 1e-9);
  assert_close(c.interval_score, (double)NAN, 0);
}

static void crossed_or_damaged_bounds_are_dropped(void **state)
{
  const double y[] = {1, 1, 1}, lower[] = {2, (double)NAN, 0}, upper[] = {0, 1, 2};
  struct coverage c;

  (void)state;
  assert_int_equal(coverage_compute(&c, y, lower, upper, 3, 0.9, 0.95), 0);
  assert_int_equal(c.rows, 1);
  assert_int_equal(c.dropped, 2);
  assert_int_equal(coverage_compute(&c, y, lower, upper, 2, 0.9, 0.95), 0);
  assert_string_equal(c.reason, "no rows");
  assert_close(c.share, (double)NAN, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_inside_are_counted_ends_included),
      cmocka_unit_test(share_has_the_interval_of_wilson),
      cmocka_unit_test(crossed_or_damaged_bounds_are_dropped),
  };

  return cmocka_run_group_tests_name("coverage", tests, NULL, NULL) != 0;
}
