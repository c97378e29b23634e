#include "stats/qq.h"

#include "unit.h"

static void positions_change_rule_after_ten(void **state)
{
  (void)state;
  assert_close(qq_position(1, 10), .0609756, 5e-8);
  assert_close(qq_position(1, 50), .01, 1e-15);
}

/* The standardised band of ten values: line with slope 1 through 0. */
static void band_of_ten_values(void **state)
{
  double value[10];
  struct qq qq;

  (void)state;
  for (size_t i = 0; i < 10; i++) value[i] = (double)i;
  assert_int_equal(qq_compute(&qq, value, 10, 0.95, 0), 0);
  assert_int_equal(qq.count, 10);
  assert_close((qq.band_lo[0] - qq.intercept) / qq.slope, -2.8033703, 6e-8);
  assert_close((qq.band_hi[0] - qq.intercept) / qq.slope, -.5001148, 6e-8);
  assert_close((qq.band_lo[4] - qq.intercept) / qq.slope, -.8886856, 6e-8);
  /* What holds below holds above. */
  assert_close(qq.band_hi[9] - qq.intercept, qq.intercept - qq.band_lo[0], 1e-9);
  qq_release(&qq);
}

static void line_goes_through_the_quartiles(void **state)
{
  const double value[] = {5, 1, 2, 4, 3};
  struct qq qq;

  (void)state;
  assert_int_equal(qq_compute(&qq, value, 5, 0.95, 0), 0);
  assert_close(qq.intercept, 3, 1e-12);
  assert_close(qq.slope, 2 / (2 * 0.6744897501960817), 1e-12);
  assert_close(qq.sample[0], 1, 0);
  assert_true(qq.correlation > .97 && qq.correlation <= 1);
  qq_release(&qq);
}

static void many_values_are_thinned_and_keep_both_ends(void **state)
{
  static double value[100000];
  struct qq qq;

  (void)state;
  for (size_t i = 0; i < 100000; i++) value[i] = (double)i;
  assert_int_equal(qq_compute(&qq, value, 100000, 0.95, 50), 0);
  assert_int_equal(qq.count, 50);
  assert_close(qq.sample[0], 0, 0);
  assert_close(qq.sample[49], 99999, 0);
  for (size_t i = 0; i < 50; i++) assert_true(qq.band_lo[i] < qq.band_hi[i]);
  qq_release(&qq);
}

static void too_few_or_equal_values_have_a_reason(void **state)
{
  const double value[] = {2, 2, (double)NAN};
  struct qq qq;

  (void)state;
  assert_int_equal(qq_compute(&qq, value, 1, 0.95, 0), 0);
  assert_string_equal(qq.reason, "fewer than two values");
  assert_int_equal(qq_compute(&qq, value, 3, 0.95, 0), 0);
  assert_string_equal(qq.reason, "values are constant");
  assert_int_equal(qq.dropped, 1);
  assert_int_equal(qq.count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(positions_change_rule_after_ten),
      cmocka_unit_test(band_of_ten_values),
      cmocka_unit_test(line_goes_through_the_quartiles),
      cmocka_unit_test(many_values_are_thinned_and_keep_both_ends),
      cmocka_unit_test(too_few_or_equal_values_have_a_reason),
  };

  return cmocka_run_group_tests_name("qq", tests, NULL, NULL) != 0;
}
