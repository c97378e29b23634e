#include "stats/difference.h"

#include "stats/beta.h"
#include "unit.h"

/* R 4.2: 2 * pt(-t, df), qt(.975, df). */
static void student_has_its_tails(void **state)
{
  (void)state;
  assert_close(student_tail(2.2281388519862739, 10), .05, 1e-14);
  assert_close(student_tail(-1, 1), .5, 1e-14);
  assert_close(student_quantile(.95, 10), 2.2281388519862739, 1e-12);
  assert_close(student_quantile(.95, 222.2354), 1.9706959544056581, 1e-10);
  assert_close(student_tail(1, -1), (double)NAN, 0);
}

/* pROC 1.18, aSAH: roc.test(s100b, ndka, paired = FALSE, method = "delong"). */
static void areas_of_different_rows(void **state)
{
  const struct difference d = difference_of_areas(0.6119579946, 0.003190810549, 113, 0.7313685637,
                                                  0.002668682457, 113, .95);

  (void)state;
  assert_close(d.value / sqrt(0.003190810549 + 0.002668682457), 1.5599574, 1e-7);
  assert_close(d.p, .1201928, 2e-7);
  assert_string_equal(d.interval.method, "unpaired DeLong");
  assert_close(d.interval.lo, d.value - 1.970695 * sqrt(0.005859493006), 1e-6);
}

static void areas_without_variance_are_not_tested(void **state)
{
  const struct difference d = difference_of_areas(1, 0, 10, 1, 0, 10, .95);

  (void)state;
  assert_close(d.value, 0, 0);
  assert_close(d.p, (double)NAN, 0);
  assert_string_equal(d.reason, "the difference has no variance");
}

/* b = 1 and c = 7 of 20 rows: mid-p .0390625 (Fagerland 2013); the interval by
 * hand: 6 / 20 -+ 1.959964 sqrt(8 - 36 / 20) / 20. */
static void shares_of_the_same_rows(void **state)
{
  const struct difference d = difference_of_paired_shares(1, 7, 20, .95);

  (void)state;
  assert_close(d.value, .3, 1e-15);
  assert_close(d.p, .0390625, 1e-14);
  assert_close(d.interval.lo, .3 - 1.959963984540054 * sqrt(6.2) / 20, 1e-14);
  assert_string_equal(difference_of_paired_shares(0, 0, 20, .95).reason,
                      "both are right about the same rows");
  assert_string_equal(difference_of_paired_shares(0, 0, 0, .95).reason, "no rows");
}

/* Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10. */
static void shares_of_different_rows(void **state)
{
  const struct difference d = difference_of_shares(48, 80, 56, 70, .95);

  (void)state;
  assert_close(d.value, .2, 1e-15);
  assert_close(d.interval.lo, .0524, 5e-5);
  assert_close(d.interval.hi, .3339, 5e-5);
  /* prop.test(c(56, 48), c(70, 80), correct = FALSE): X-squared = 7.0234 */
  assert_close(normal_quantile(1 - d.p / 2) * normal_quantile(1 - d.p / 2), 7.0234113712374597,
               1e-9);
}

/* p.adjust(c(.01, .04, .03, .005), "holm") of R; multipletests of statsmodels
 * says the same. */
static void holm_adjusts_step_by_step(void **state)
{
  const double p[] = {.01, .04, .03, .005, (double)NAN};
  const double tied[] = {.02, .02, .02}, large[] = {.6, .7};
  double out[5];

  (void)state;
  holm_adjust(out, p, 5);
  assert_close(out[0], .03, 1e-15);
  assert_close(out[1], .06, 1e-15);
  assert_close(out[2], .06, 1e-15);
  assert_close(out[3], .02, 1e-15);
  assert_close(out[4], (double)NAN, 0);
  holm_adjust(out, tied, 3);
  for (size_t i = 0; i < 3; i++) assert_close(out[i], .06, 1e-15);
  holm_adjust(out, large, 2);
  assert_close(out[0], 1, 0);
  assert_close(out[1], 1, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(student_has_its_tails),
      cmocka_unit_test(areas_of_different_rows),
      cmocka_unit_test(areas_without_variance_are_not_tested),
      cmocka_unit_test(shares_of_the_same_rows),
      cmocka_unit_test(shares_of_different_rows),
      cmocka_unit_test(holm_adjusts_step_by_step),
  };

  return cmocka_run_group_tests_name("difference", tests, NULL, NULL) != 0;
}
