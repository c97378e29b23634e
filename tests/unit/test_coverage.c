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

static void bounds_have_the_pinball_loss_of_their_quantiles(void **state)
{
  /* scikit-learn's mean_pinball_loss of (1, 2, 9) with 0 at .05 and 4 at .95. */
  const double y[] = {1, 2, 9}, lower[] = {0, 0, 0}, upper[] = {4, 4, 4};
  struct coverage c;

  (void)state;
  assert_int_equal(coverage_compute(&c, y, lower, upper, 3, 0.9, 0.95), 0);
  assert_close(c.pinball_lower, .05 * 12 / 3, 1e-12);
  assert_close(c.pinball_upper, (.05 * 3 + .05 * 2 + .95 * 5) / 3, 1e-12);
  /* The interval score is their sum, twice over alpha. */
  assert_close(c.interval_score, 2 / .1 * (c.pinball_lower + c.pinball_upper), 1e-9);
}

static void coverage_is_told_along_the_prediction(void **state)
{
  double y[200], predicted[200], lower[200], upper[200];
  struct coverage_bins bins;
  size_t rows = 0;

  (void)state;
  for (int i = 0; i < 200; i++) {
    predicted[i] = 199 - i;
    lower[i] = predicted[i] - 1;
    upper[i] = predicted[i] + 1;
    y[i] = predicted[i] < 100 ? predicted[i] : predicted[i] + 5;
  }
  assert_int_equal(coverage_bins_compute(&bins, y, predicted, lower, upper, 200, 0.95), 0);
  assert_int_equal(bins.bins, 10);
  for (size_t k = 0; k < 10; k++) {
    assert_int_equal(bins.bin[k].rows, 20);
    assert_close(bins.bin[k].share, k < 5 ? 1 : 0, 0);
    assert_close(bins.bin[k].mean_width, 2, 1e-12);
    assert_close(bins.bin[k].from, 20. * (double)k, 0);
    rows += bins.bin[k].rows;
  }
  assert_int_equal(rows, 200);
  /* Equal predictions stay together. */
  for (int i = 0; i < 200; i++) predicted[i] = i < 150 ? 1 : 2;
  assert_int_equal(coverage_bins_compute(&bins, y, predicted, lower, upper, 200, 0.95), 0);
  assert_int_equal(bins.bins, 2);
  assert_int_equal(bins.bin[0].rows, 150);
  assert_int_equal(coverage_bins_compute(&bins, y, predicted, lower, upper, 0, 0.95), 0);
  assert_int_equal(bins.bins, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_inside_are_counted_ends_included),
      cmocka_unit_test(share_has_the_interval_of_wilson),
      cmocka_unit_test(bounds_have_the_pinball_loss_of_their_quantiles),
      cmocka_unit_test(coverage_is_told_along_the_prediction),
      cmocka_unit_test(crossed_or_damaged_bounds_are_dropped),
  };

  return cmocka_run_group_tests_name("coverage", tests, NULL, NULL) != 0;
}
