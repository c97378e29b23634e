#include "stats/residual_profile.h"

#include "unit.h"

static void each_part_has_the_mean_and_spread_of_its_rows(void **state)
{
  /* Two clusters of four rows: the least is 3, so each stays alone. */
  const double predicted[] = {0, 0, 0, 0, 10, 10, 10, 10};
  const double residual[] = {1, 3, 1, 3, -4, -4, -4, -4};
  struct residual_profile p;

  (void)state;
  residual_profile_compute(&p, predicted, residual, 8);
  assert_int_equal(p.bins, 2);
  assert_close(p.mean[0], 2, 1e-12);
  assert_close(p.sd[0], 1, 1e-12);
  assert_close(p.mean[1], -4, 1e-12);
  assert_close(p.sd[1], 0, 1e-12);
  assert_close(p.prediction[1], 10, 1e-12);
  assert_close(p.rows[0] + p.rows[1], 8, 0);
}

static void sparse_stretches_are_joined_and_none_is_lost(void **state)
{
  double predicted[240], residual[240], rows = 0, sum = 0, squares = 0;
  struct residual_profile p;

  (void)state;
  for (int i = 0; i < 240; i++) {
    predicted[i] = 1e6 + i * i;
    residual[i] = 1e3 + i % 7;
    sum += residual[i];
    squares += residual[i] * residual[i];
  }
  residual_profile_compute(&p, predicted, residual, 240);
  assert_true(p.bins > 3 && p.bins <= RESIDUAL_PROFILE_MAX);
  for (size_t i = 0; i < p.bins; i++) {
    assert_true(p.rows[i] >= 20 || i + 1 == p.bins);
    if (i) assert_true(p.from[i] > p.to[i - 1]);
    rows += p.rows[i];
    sum -= p.rows[i] * p.mean[i];
    squares -= p.rows[i] * (p.sd[i] * p.sd[i] + p.mean[i] * p.mean[i]);
  }
  assert_close(rows, 240, 0);
  assert_close(sum, 0, 1e-6);
  assert_close(squares, 0, 1e-3);
}

static void what_is_no_number_is_left_out_and_equal_predictions_have_no_profile(void **state)
{
  const double same[] = {1, 1, 1, 1}, residual[] = {1, 2, 3, 4};
  const double far[] = {-1.7e308, -1.7e308, -1.7e308, 1.7e308, 1.7e308, 1.7e308, (double)NAN, 0};
  const double any[] = {1, 1, 1, 2, 2, 2, 5, (double)INFINITY};
  struct residual_profile p;

  (void)state;
  residual_profile_compute(&p, same, residual, 4);
  assert_int_equal(p.bins, 0);
  residual_profile_compute(&p, NULL, NULL, 0);
  assert_int_equal(p.bins, 0);
  residual_profile_compute(&p, far, any, 8);
  assert_int_equal(p.bins, 2);
  assert_close(p.mean[0], 1, 0);
  assert_close(p.mean[1], 2, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_part_has_the_mean_and_spread_of_its_rows),
      cmocka_unit_test(sparse_stretches_are_joined_and_none_is_lost),
      cmocka_unit_test(what_is_no_number_is_left_out_and_equal_predictions_have_no_profile),
  };

  return cmocka_run_group_tests_name("residual_profile", tests, NULL, NULL) != 0;
}
