#include <math.h>

#include "stats/mean_band.h"
#include "unit.h"

static void near(double a, double b) { assert_true(fabs(a - b) < 1e-12); }

static void runs_with_the_same_steps_give_mean_and_sample_deviation(void **state)
{
  static const double x[] = {1, 2, 3}, a[] = {1, 2, 3}, b[] = {2, 4, 9}, c[] = {3, 6, 6};
  const struct band_curve curves[] = {{x, a, 3}, {x, b, 3}, {x, c, 3}};
  struct mean_band band;

  (void)state;
  assert_int_equal(mean_band_compute(&band, curves, 3, 100), 0);
  assert_int_equal(band.count, 3);
  near(band.mean[0], 2);
  near(band.deviation[0], 1);
  near(band.mean[1], 4);
  near(band.deviation[1], 2);
  near(band.mean[2], 6);
  near(band.deviation[2], 3);
  near(band.curves[2], 3);
  mean_band_release(&band);
}

static void between_its_points_a_curve_is_interpolated_and_beyond_them_absent(void **state)
{
  static const double xa[] = {0, 4}, a[] = {0, 8}, xb[] = {1, 2}, b[] = {4, 6};
  const struct band_curve curves[] = {{xa, a, 2}, {xb, b, 2}};
  struct mean_band band;

  (void)state;
  assert_int_equal(mean_band_compute(&band, curves, 2, 100), 0);
  assert_int_equal(band.count, 4); /* 0 1 2 4 */
  near(band.mean[0], 0);
  near(band.curves[0], 1);
  assert_true(isnan(band.deviation[0]));
  near(band.mean[1], 3); /* 2 and 4 */
  near(band.deviation[1], sqrt(2));
  near(band.mean[2], 5);
  near(band.mean[3], 8);
  near(band.curves[3], 1);
  mean_band_release(&band);
}

static void what_is_not_finite_is_left_out(void **state)
{
  static const double x[] = {0, 1, 2};
  static const double a[] = {1, (double)NAN, 3}, b[] = {5, 5, (double)INFINITY};
  const struct band_curve curves[] = {{x, a, 3}, {x, b, 3}};
  struct mean_band band;

  (void)state;
  assert_int_equal(mean_band_compute(&band, curves, 2, 100), 0);
  assert_int_equal(band.count, 3);
  near(band.mean[1], 3.5); /* 2 between 1 and 3; 5 */
  near(band.mean[2], 3);
  near(band.curves[2], 1);
  mean_band_release(&band);
}

static void of_many_places_some_are_kept_with_both_ends(void **state)
{
  double x[1000];
  struct band_curve curves[] = {{x, x, 1000}, {x, x, 1000}};
  struct mean_band band;

  (void)state;
  for (size_t i = 0; i < 1000; i++) x[i] = (double)i;
  assert_int_equal(mean_band_compute(&band, curves, 2, 10), 0);
  assert_int_equal(band.count, 10);
  near(band.x[0], 0);
  near(band.x[9], 999);
  near(band.mean[5], band.x[5]);
  near(band.deviation[5], 0);
  mean_band_release(&band);
}

static void without_curves_there_is_nothing(void **state)
{
  struct mean_band band;

  (void)state;
  assert_int_equal(mean_band_compute(&band, NULL, 0, 10), 0);
  assert_int_equal(band.count, 0);
  mean_band_release(&band);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(runs_with_the_same_steps_give_mean_and_sample_deviation),
      cmocka_unit_test(between_its_points_a_curve_is_interpolated_and_beyond_them_absent),
      cmocka_unit_test(what_is_not_finite_is_left_out),
      cmocka_unit_test(of_many_places_some_are_kept_with_both_ends),
      cmocka_unit_test(without_curves_there_is_nothing),
  };

  return cmocka_run_group_tests_name("mean_band", tests, NULL, NULL) != 0;
}
