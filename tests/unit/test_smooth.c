#include "stats/smooth.h"

#include "unit.h"

static void start_is_corrected(void **state)
{
  const double value[] = {1, 2, 3}, want[] = {1, 1.625, 2.3265306};
  double out[3];

  (void)state;
  smooth_ema(out, value, 3, 0.6);
  for (size_t i = 0; i < 3; i++) assert_close(out[i], want[i], 5e-8);
}

static void values_that_are_no_numbers_pass_through(void **state)
{
  const double value[] = {1, (double)NAN, 2, (double)INFINITY, 3};
  double out[5];

  (void)state;
  smooth_ema(out, value, 5, 0.6);
  assert_close(out[1], (double)NAN, 0);
  assert_close(out[2], 1.625, 1e-12);
  assert_close(out[3], (double)INFINITY, 0);
  assert_close(out[4], 2.3265306, 5e-8);
}

static void no_weight_is_no_smoothing(void **state)
{
  double value[] = {1, 5, -3};

  (void)state;
  smooth_ema(value, value, 3, 0);
  assert_close(value[0], 1, 0);
  assert_close(value[1], 5, 0);
  assert_close(value[2], -3, 0);
}

static void constant_series_stays_constant(void **state)
{
  double value[1000];

  (void)state;
  for (size_t i = 0; i < 1000; i++) value[i] = 0.1;
  smooth_ema(value, value, 1000, 0.99);
  for (size_t i = 0; i < 1000; i++) assert_close(value[i], 0.1, 1e-14);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(start_is_corrected),
      cmocka_unit_test(values_that_are_no_numbers_pass_through),
      cmocka_unit_test(no_weight_is_no_smoothing),
      cmocka_unit_test(constant_series_stays_constant),
  };

  return cmocka_run_group_tests_name("smooth", tests, NULL, NULL) != 0;
}
