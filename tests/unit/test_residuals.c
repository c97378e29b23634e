#include "stats/residuals.h"

#include "unit.h"

#include <stdlib.h>

static void six_residuals_fall_into_ten_bins(void **state)
{
  const double y[] = {10, 12, 14, 16, 18, 20}, q[] = {10.5, 11, 14.2, 22, 12.9, 19.1};
  const double edge[] = {-5.1, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6};
  const double count[] = {1, 0, 0, 0, 2, 2, 0, 0, 0, 1};
  struct residual_bins bins;

  (void)state;
  residual_bins_compute(&bins, y, q, 6, 2.0);
  for (size_t k = 0; k <= RESIDUAL_BINS; k++) assert_close(bins.edge[k], edge[k], 1e-12);
  for (size_t k = 0; k < RESIDUAL_BINS; k++) assert_close(bins.count[k], count[k], 0);
  assert_close(bins.mean, -.05, 1e-12);
  assert_close(bins.stddev, 3.268409399, 1e-9);
  assert_int_equal(bins.rows, 6);
}

static void outer_edges_stand_one_width_out_when_nothing_is_there(void **state)
{
  const double y[] = {0, 4}, q[] = {0, 4};
  struct residual_bins bins;

  (void)state;
  residual_bins_compute(&bins, y, q, 2, 0); /* sigma = 2 */
  assert_close(bins.edge[0], -5, 1e-12);
  assert_close(bins.edge[10], 5, 1e-12);
  assert_close(bins.count[5], 2, 0);
}

static void constant_truth_has_sigma_one(void **state)
{
  const double y[] = {3, 3}, q[] = {3, 3};
  struct residual_bins bins;

  (void)state;
  residual_bins_compute(&bins, y, q, 2, 0);
  assert_close(bins.edge[9], 2, 1e-12);
  residual_bins_compute(&bins, y, q, 0, 0);
  assert_string_equal(bins.reason, "no rows");
}

static void histogram_has_an_edge_at_zero_and_holds_every_row(void **state)
{
  double y[500], q[500], total = 0;
  struct residual_histogram h;
  uint32_t random = 5;
  int has_zero = 0;

  (void)state;
  for (size_t i = 0; i < 500; i++) {
    double sum = 0;

    for (int j = 0; j < 12; j++) {
      random = random * 1664525u + 1013904223u;
      sum += (double)random / 4294967296.0;
    }
    y[i] = 0;
    q[i] = 3 * (sum - 6) + .7;
  }
  assert_int_equal(residual_histogram_compute(&h, y, q, 500), 0);
  assert_in_range(h.bins, 8, RESIDUAL_HISTOGRAM_MAX);
  for (size_t k = 0; k < h.bins; k++) {
    total += h.count[k];
    has_zero += h.edge[k] == 0;
    assert_close(h.edge[k + 1] - h.edge[k], h.edge[1] - h.edge[0], 1e-9);
  }
  assert_int_equal(has_zero, 1);
  assert_close(total + h.below + h.above, 500, 0);
}

/* One value a million times further out than the rest must not turn the body
 * into a single bar. */
static void far_outlier_is_counted_beyond_the_edge(void **state)
{
  double y[101] = {0}, q[101];
  struct residual_histogram h;

  (void)state;
  for (int i = 0; i < 100; i++) q[i] = (i - 50) / 50.0;
  q[100] = 1e6;
  assert_int_equal(residual_histogram_compute(&h, y, q, 101), 0);
  assert_close(h.above, 1, 0);
  assert_true(h.bins >= 8 && h.edge[1] - h.edge[0] < .5);
}

static void equal_residuals_are_one_bar(void **state)
{
  const double y[] = {1, 2, 3};
  struct residual_histogram h;

  (void)state;
  assert_int_equal(residual_histogram_compute(&h, y, y, 3), 0);
  assert_int_equal(h.bins, 1);
  assert_close(h.count[0], 3, 0);
  assert_true(h.edge[0] < 0 && h.edge[1] > 0);
  assert_int_equal(residual_histogram_compute(&h, y, y, 0), 0);
  assert_string_equal(h.reason, "no rows");
}

static void damaged_rows_are_dropped_and_counted(void **state)
{
  const double y[] = {1, (double)NAN, 3}, q[] = {2, 2, (double)INFINITY};
  struct residual_histogram h;
  struct residual_bins bins;

  (void)state;
  assert_int_equal(residual_histogram_compute(&h, y, q, 3), 0);
  assert_int_equal(h.rows, 1);
  assert_int_equal(h.dropped, 2);
  residual_bins_compute(&bins, y, q, 3, 1);
  assert_int_equal(bins.dropped, 2);
}

/* Residuals -1, 0, 0, 4; skewness and kurtosis of scipy 1.10.1. */
static void shape_of_four_residuals(void **state)
{
  const double y[] = {1, 2, 3, 4}, q[] = {0, 2, 3, 8};
  struct residual_shape shape;

  (void)state;
  residual_shape_compute(&shape, y, q, 4);
  assert_close(shape.mean, .75, 1e-12);
  assert_close(shape.stddev * shape.stddev, (17 - 4 * .75 * .75) / 4, 1e-12);
  assert_close(shape.skewness, .9929662701927244, 1e-12);
  assert_close(shape.excess_kurtosis, -.764722780810112, 1e-12);
  assert_close(shape.jarque_bera, 4.0 / 6 * (.98598201374 + .58480093147 / 4), 1e-9);
  assert_close(shape.breusch_pagan, 3.297514626999348, 1e-9);
}

static void constant_residuals_have_no_shape(void **state)
{
  const double y[] = {1, 2, 3}, q[] = {2, 3, 4};
  struct residual_shape shape;

  (void)state;
  residual_shape_compute(&shape, y, q, 3);
  assert_string_equal(shape.reason, "residuals are constant");
  assert_close(shape.mean, 1, 0);
  assert_close(shape.jarque_bera, (double)NAN, 0);
  residual_shape_compute(&shape, y, q, 0);
  assert_string_equal(shape.reason, "no rows");
}

/* Six times .1, divided by six, is a little less than .1. */
static void rounding_errors_are_no_shape(void **state)
{
  const double zero[6] = {0}, tenth[] = {.1, .1, .1, .1, .1, .1}, y[] = {1, 2, 4, 8, 16, 32};
  double far[64], none[64] = {0};
  struct residual_shape shape;

  (void)state;
  residual_shape_compute(&shape, zero, tenth, 6);
  assert_string_equal(shape.reason, "residuals are constant");
  assert_close(shape.stddev, 0, 0);
  residual_shape_compute(&shape, y, tenth, 6);
  assert_null(shape.reason);
  assert_true(isnan(shape.breusch_pagan));
  for (size_t i = 0; i < 64; i++) far[i] = 1e9 + (double)i / 1024;
  residual_shape_compute(&shape, none, far, 64);
  assert_close(shape.stddev * 1024, sqrt((64 * 64 - 1) / 12.0), 1e-10);
  assert_close(shape.excess_kurtosis, -1.2 * (64 * 64 + 1) / (64 * 64 - 1), 1e-10);
}

static void rounding_errors_widen_no_bin(void **state)
{
  const double y[] = {0, 0}, q[] = {1, -1};
  struct residual_bins bins;

  (void)state;
  residual_bins_compute(&bins, y, q, 2, 3.6000000000000005);
  assert_close(bins.edge[1], -7.2, 1e-15);
  residual_bins_compute(&bins, y, q, 2, 3.60001);
  assert_close(bins.edge[1], -7.21, 1e-15);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(six_residuals_fall_into_ten_bins),
      cmocka_unit_test(outer_edges_stand_one_width_out_when_nothing_is_there),
      cmocka_unit_test(constant_truth_has_sigma_one),
      cmocka_unit_test(histogram_has_an_edge_at_zero_and_holds_every_row),
      cmocka_unit_test(far_outlier_is_counted_beyond_the_edge),
      cmocka_unit_test(equal_residuals_are_one_bar),
      cmocka_unit_test(damaged_rows_are_dropped_and_counted),
      cmocka_unit_test(shape_of_four_residuals),
      cmocka_unit_test(constant_residuals_have_no_shape),
      cmocka_unit_test(rounding_errors_are_no_shape),
      cmocka_unit_test(rounding_errors_widen_no_bin),
  };

  return cmocka_run_group_tests_name("residuals", tests, NULL, NULL) != 0;
}
