#include "stats/intervals.h"

#include "unit.h"

static const int32_t ten_actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
static const double ten_score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};

static void compute(struct delong *delong, const double *score, const int32_t *actual,
                    const double *weight, size_t n)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, n), 0);
  delong_compute(delong, &sweep, 0.95);
  sweep_release(&sweep);
}

/* Values of scipy 1.10.1, norm.ppf. */
static void quantiles_are_right_to_the_last_digits(void **state)
{
  const double known[][2] = {
      {0.975, 1.959963984540054},    {0.95, 1.6448536269514722},  {0.9, 1.2815515655446004},
      {0.75, 0.6744897501960817},    {0.001, -3.090232306167813}, {1e-10, -6.361340902404056},
      {1e-100, -21.273453560965322}, {1e-300, -37.0470962993612},
  };

  (void)state;
  for (size_t i = 0; i < 8; i++) {
    assert_close(normal_quantile(known[i][0]), known[i][1], 1e-14 * (1 + fabs(known[i][1])));
    assert_close(normal_cdf(known[i][1]) / known[i][0], 1, 1e-11);
  }
}

static void quantile_undoes_the_distribution(void **state)
{
  (void)state;
  for (double x = -8; x <= 5; x += 0.125)
    assert_close(normal_quantile(normal_cdf(x)), x, x < 3 ? 1e-13 : 1e-10);
}

static void quantile_has_ends_and_limits(void **state)
{
  (void)state;
  assert_close(normal_quantile(0), -(double)INFINITY, 0);
  assert_close(normal_quantile(1), (double)INFINITY, 0);
  assert_close(normal_quantile(0.5), 0, 0);
  assert_close(normal_quantile(-0.1), (double)NAN, 0);
  assert_close(normal_quantile(1.1), (double)NAN, 0);
  assert_close(normal_quantile((double)NAN), (double)NAN, 0);
}

static void wilson_of_seven_in_ten(void **state)
{
  const struct interval w = interval_wilson(7, 10, 0.95);

  (void)state;
  assert_close(w.lo, .3967781475, 1e-9);
  assert_close(w.hi, .8922087326, 1e-9);
}

static void wilson_never_leaves_zero_and_one(void **state)
{
  (void)state;
  assert_close(interval_wilson(0, 10, 0.95).lo, 0, 0);
  assert_close(interval_wilson(10, 10, 0.95).hi, 1, 0);
  assert_true(interval_wilson(0, 10, 0.95).hi > 0.2);
  assert_string_equal(interval_wilson(0, 0, 0.95).reason, "no trials");
  assert_string_equal(interval_wilson(3, 2, 0.95).reason, "not a proportion");
}

static void area_of_ten_samples_has_its_intervals(void **state)
{
  struct delong d;

  (void)state;
  compute(&d, ten_score, ten_actual, NULL, 10);
  assert_close(d.auc, .625, 1e-12);
  assert_close(d.variance, .0456018519, 1e-9);
  assert_close(d.wald.lo, .2064577249, 1e-9);
  assert_close(d.wald.hi, 1, 0);
  assert_close(d.logit.lo, .2184102605, 1e-9);
  assert_close(d.logit.hi, .9085955588, 1e-9);
  assert_close(d.best.lo, d.logit.lo, 0);
}

static void perfect_separation_has_an_area_but_no_interval(void **state)
{
  const double score[] = {.1, .2, .8, .9};
  const int32_t actual[] = {0, 0, 1, 1};
  struct delong d;

  (void)state;
  compute(&d, score, actual, NULL, 4);
  assert_close(d.auc, 1, 0);
  assert_close(d.variance, 0, 0);
  assert_string_equal(d.reason, "perfect separation");
  assert_close(d.best.lo, (double)NAN, 0);
}

static void variance_wants_two_of_each_class_and_no_weights(void **state)
{
  const double weight[] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
  struct delong d;

  (void)state;
  compute(&d, ten_score, ten_actual, NULL, 2);
  assert_string_equal(d.reason, "fewer than two of a class");
  assert_close(d.auc, 1, 0);
  compute(&d, ten_score, ten_actual, weight, 10);
  assert_string_equal(d.reason, "weighted data");
  compute(&d, ten_score, ten_actual, NULL, 0);
  assert_string_equal(d.reason, "no samples");
}

static void equal_scores_have_an_area_but_no_interval(void **state)
{
  double score[49];
  int32_t actual[49];
  struct delong d;

  (void)state;
  for (int i = 0; i < 49; i++) {
    score[i] = 0.3;
    actual[i] = i % 3 == 0;
  }
  compute(&d, score, actual, NULL, 49);
  assert_close(d.auc, 0.5, 0);
  assert_close(d.variance, 0, 0);
  assert_string_equal(d.reason, "all scores equal");
  assert_string_equal(d.best.reason, "all scores equal");
  assert_string_equal(d.wald.reason, "all scores equal");
  assert_close(d.best.lo, (double)NAN, 0);
  score[0] = 0.4;
  compute(&d, score, actual, NULL, 49);
  assert_null(d.reason);
  assert_true(d.best.lo < d.auc && d.auc < d.best.hi);
}

static void two_classifiers_of_equal_scores_do_not_differ(void **state)
{
  double a[49], b[49];
  bool positive[49];
  struct delong_paired d;

  (void)state;
  for (int i = 0; i < 49; i++) {
    a[i] = 0.3;
    b[i] = 0.9;
    positive[i] = i % 3 == 0;
  }
  assert_int_equal(delong_compare(&d, a, b, positive, 49, 0.95), 0);
  assert_close(d.variance_a, 0, 0);
  assert_close(d.p, (double)NAN, 0);
  assert_string_equal(d.reason, "the difference has no variance");
}

static void standard_error_of_hanley_and_mcneil(void **state)
{
  (void)state;
  assert_close(hanley_mcneil_se(0.7313685637, 41, 72), .0512481, 5e-8);
  assert_close(hanley_mcneil_se(0.6119579946, 41, 72), .0561091, 5e-8);
  assert_close(hanley_mcneil_se(0.8236788618, 41, 72), .0438387, 5e-8);
}

/* The intervals that area and variance of real data give (41 and 72 samples). */
static void intervals_of_three_real_areas(void **state)
{
  const double known[][6] = {
      {0.7313685637, 0.002668682457, 0.6301182, 0.8326189, .6192169, .8200857},
      {0.6119579946, 0.003190810549, 0.5012450, 0.7226710, .4973306, .7154042},
      {0.8236788618, 0.001469914709, 0.7485349, 0.8988228, .7357641, .8868418},
  };

  (void)state;
  for (size_t i = 0; i < 3; i++) {
    const struct interval wald = interval_wald(known[i][0], known[i][1], 0.95);
    const struct interval logit = interval_logit(known[i][0], known[i][1], 0.95);

    assert_close(wald.lo, known[i][2], 6e-8);
    assert_close(wald.hi, known[i][3], 6e-8);
    assert_close(logit.lo, known[i][4], 6e-8);
    assert_close(logit.hi, known[i][5], 6e-8);
  }
}

static void a_classifier_does_not_differ_from_itself(void **state)
{
  const bool positive[] = {false, true, false, true, true, false, true, true, false, true};
  struct delong_paired d;

  (void)state;
  assert_int_equal(delong_compare(&d, ten_score, ten_score, positive, 10, 0.95), 0);
  assert_string_equal(d.reason, "the difference has no variance");
  assert_close(d.variance_a, .0456018519, 1e-9);
  assert_close(d.auc_b, .625, 1e-12);
}

/* Reversing one classifier's scores turns its area around and makes the
 * covariance the negative of the variance: the largest z there is. */
static void a_classifier_differs_from_its_reverse(void **state)
{
  const bool positive[] = {false, true, false, true, true, false, true, true, false, true};
  double reverse[10];
  struct delong_paired d;

  (void)state;
  for (size_t i = 0; i < 10; i++) reverse[i] = -ten_score[i];
  assert_int_equal(delong_compare(&d, ten_score, reverse, positive, 10, 0.95), 0);
  assert_close(d.auc_b, .375, 1e-12);
  assert_close(d.covariance, -d.variance_a, 1e-15);
  assert_close(d.z, .25 / (2 * sqrt(.0456018518518)), 1e-9);
  assert_close(d.p, 2 * normal_cdf(-d.z), 1e-15);
  assert_close(d.difference.hi - d.difference.lo, 4 * 1.959963984540054 * sqrt(.0456018518518),
               1e-9);
}

static void mcnemar_of_one_against_seven(void **state)
{
  double exact, mid;

  (void)state;
  mcnemar(1, 7, &exact, &mid);
  assert_close(exact, .0703125, 1e-12);
  assert_close(mid, .0390625, 1e-12);
  mcnemar(0, 0, &exact, &mid);
  assert_close(exact, 1, 0);
  assert_close(mid, 1, 0);
}

/* Half the point probability where both are equal: the supplement of Fagerland,
 * Lydersen, Laake 2013.  The large one is scipy's. */
static void mcnemar_of_equal_and_of_many_rows(void **state)
{
  double exact, mid;

  (void)state;
  mcnemar(3, 3, &exact, &mid);
  assert_close(exact, 1, 0);
  assert_close(mid, 1 - .3125 / 2, 1e-15);
  mcnemar(0, 4, &exact, &mid);
  assert_close(exact, .125, 1e-16);
  assert_close(mid, .0625, 1e-16);
  mcnemar(825510, 809967, &exact, &mid);
  assert_close(exact * 1e34, 5.5214692826410146, 1e-10);
}

static void chi_square_tails(void **state)
{
  (void)state;
  assert_close(chi_square_tail(.2163296, 2), .8975, 5e-5);
  assert_close(chi_square_tail(6.5904818, 1), .0102525, 5e-8);
  assert_close(chi_square_tail(0, 1), 1, 0);
  assert_close(chi_square_tail(1, 3), (double)NAN, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantiles_are_right_to_the_last_digits),
      cmocka_unit_test(quantile_undoes_the_distribution),
      cmocka_unit_test(quantile_has_ends_and_limits),
      cmocka_unit_test(wilson_of_seven_in_ten),
      cmocka_unit_test(wilson_never_leaves_zero_and_one),
      cmocka_unit_test(area_of_ten_samples_has_its_intervals),
      cmocka_unit_test(perfect_separation_has_an_area_but_no_interval),
      cmocka_unit_test(variance_wants_two_of_each_class_and_no_weights),
      cmocka_unit_test(equal_scores_have_an_area_but_no_interval),
      cmocka_unit_test(two_classifiers_of_equal_scores_do_not_differ),
      cmocka_unit_test(standard_error_of_hanley_and_mcneil),
      cmocka_unit_test(intervals_of_three_real_areas),
      cmocka_unit_test(a_classifier_does_not_differ_from_itself),
      cmocka_unit_test(a_classifier_differs_from_its_reverse),
      cmocka_unit_test(mcnemar_of_one_against_seven),
      cmocka_unit_test(mcnemar_of_equal_and_of_many_rows),
      cmocka_unit_test(chi_square_tails),
  };

  return cmocka_run_group_tests_name("intervals", tests, NULL, NULL) != 0;
}
