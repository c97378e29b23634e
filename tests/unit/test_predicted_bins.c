#include "stats/predicted_bins.h"

#include "unit.h"

static void twenty_rows_fall_into_five_bins(void **state)
{
  const double edge[] = {0, 0.1, 6.03, 11.97, 17.91, 20};
  const double count[] = {1, 12, 6, 0, 1};
  const double average[] = {0.3, 3.225, 7.275, 0, 18.3};
  const double error[] = {0, 1.553423638, 0.768521307, 0, 0};
  double y[20], q[20];
  struct predicted_bins bins;

  (void)state;
  for (size_t i = 0; i < 20; i++) {
    y[i] = i < 19 ? (double)i / 2 : 20;
    q[i] = 0.9 * y[i] + 0.3;
  }
  assert_int_equal(predicted_bins_compute(&bins, y, q, 20), 0);
  assert_int_equal(bins.bins, 5);
  for (size_t k = 0; k <= 5; k++) assert_close(bins.edge[k], edge[k], 1e-12);
  for (size_t k = 0; k < 5; k++) {
    assert_close(bins.count[k], count[k], 0);
    assert_close(bins.average[k], average[k], 1e-9);
    assert_close(bins.error[k], error[k], 1e-9);
  }
  assert_close(bins.true_average[3], (double)NAN, 0);
}

static void one_distinct_value_is_one_bin(void **state)
{
  const double y[] = {4, 4, 4}, q[] = {3, 4, 5};
  struct predicted_bins bins;

  (void)state;
  assert_int_equal(predicted_bins_compute(&bins, y, q, 3), 0);
  assert_int_equal(bins.bins, 1);
  assert_close(bins.edge[0], 4, 0);
  assert_close(bins.edge[1], 4, 0);
  assert_close(bins.average[0], 4, 1e-12);
  assert_close(bins.count[0], 3, 0);
}

/* 997 zeros and three ones: both percentiles are 0, and only the far end
 * differs.  All rows must still be in some bin. */
static void heavily_tied_values_still_spread(void **state)
{
  double y[1000] = {0}, q[1000] = {0}, total = 0;
  struct predicted_bins bins;

  (void)state;
  y[997] = y[998] = y[999] = 1;
  assert_int_equal(predicted_bins_compute(&bins, y, q, 1000), 0);
  assert_in_range(bins.bins, 2, 3);
  for (size_t k = 0; k < bins.bins; k++) {
    total += bins.count[k];
    assert_true(bins.edge[k] < bins.edge[k + 1]);
  }
  assert_close(total, 1000, 0);
}

static void bins_never_exceed_a_hundred(void **state)
{
  static double y[20000];
  struct predicted_bins bins;
  double total = 0;

  (void)state;
  for (size_t i = 0; i < 20000; i++) y[i] = (double)i * 1e-7;
  assert_int_equal(predicted_bins_compute(&bins, y, y, 20000), 0);
  assert_in_range(bins.bins, 90, PREDICTED_BINS_MAX);
  for (size_t k = 0; k < bins.bins; k++) total += bins.count[k];
  assert_close(total, 20000, 0);
}

static void damaged_and_missing_rows(void **state)
{
  const double y[] = {1, (double)NAN, 3}, q[] = {1, 2, (double)INFINITY};
  struct predicted_bins bins;

  (void)state;
  assert_int_equal(predicted_bins_compute(&bins, y, q, 3), 0);
  assert_int_equal(bins.rows, 1);
  assert_int_equal(bins.dropped, 2);
  assert_int_equal(predicted_bins_compute(&bins, y, q, 0), 0);
  assert_string_equal(bins.reason, "no rows");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(twenty_rows_fall_into_five_bins),
      cmocka_unit_test(one_distinct_value_is_one_bin),
      cmocka_unit_test(heavily_tied_values_still_spread),
      cmocka_unit_test(bins_never_exceed_a_hundred),
      cmocka_unit_test(damaged_and_missing_rows),
  };

  return cmocka_run_group_tests_name("predicted_bins", tests, NULL, NULL) != 0;
}
