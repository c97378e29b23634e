#include "stats/gain.h"

#include "unit.h"

static void compute(struct gain *gain, const double *score, const int32_t *actual, size_t n)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, n), 0);
  assert_int_equal(gain_compute(gain, &sweep, NULL), 0);
  sweep_release(&sweep);
}

static void gain_and_lift_of_five_samples(void **state)
{
  const double score[] = {.9, .8, .7, .68, .5};
  const int32_t actual[] = {1, 1, 0, 1, 0};
  const double gains[] = {0, 1.0 / 3, 2.0 / 3, 2.0 / 3, 1, 1};
  const double lifts[] = {5.0 / 3, 5.0 / 3, 10.0 / 9, 1.25, 1};
  struct gain gain;

  (void)state;
  compute(&gain, score, actual, 5);
  assert_int_equal(gain.gain.count, 6);
  assert_int_equal(gain.lift.count, 5);
  for (size_t i = 0; i < 6; i++) {
    assert_close(gain.gain.x[i], (double)i / 5, 1e-12);
    assert_close(gain.gain.y[i], gains[i], 1e-12);
  }
  for (size_t i = 0; i < 5; i++) assert_close(gain.lift.y[i], lifts[i], 1e-12);
  assert_close(gain.highest_lift, 5.0 / 3, 1e-12);
  gain_release(&gain);
}

static void ten_samples_reach_their_gain_and_distance(void **state)
{
  const double score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};
  const int32_t actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
  const double gains[] = {0, .1667, .1667, .3333, .5, .5, .6667, .8333, .8333, 1, 1};
  struct gain gain;

  (void)state;
  compute(&gain, score, actual, 10);
  for (size_t i = 0; i < 11; i++) assert_close(gain.gain.y[i], gains[i], 5e-5);
  assert_close(gain.ks, .3333333333, 1e-9);
  assert_close(gain.ks_signed, .3333333333, 1e-9);
  assert_close(gain.ks_threshold, .35, 0);
  assert_close(gain.accuracy_ratio, 2 * .625 - 1, 1e-12);
  /* With one sample a tenth, deciles are the curve. */
  for (size_t d = 0; d < GAIN_DECILES; d++) {
    assert_close(gain.decile[d].cumulative_gain, gain.gain.y[d + 1], 1e-12);
    assert_close(gain.decile[d].rows, 1, 0);
  }
  assert_close(gain.decile[0].lift, 1 / .6, 1e-12);
  assert_close(gain.decile[9].lowest_score, .1, 0);
  gain_release(&gain);
}

/* lambda 2.3096113 of 41 positives and 72 negatives at D = 0.4397019. */
static void asymptotic_probability_follows_its_formula(void **state)
{
  double score[113];
  int32_t actual[113];
  struct gain gain;

  (void)state;
  /* 26 of 41 positives and 14 of 72 negatives above everything else. */
  for (int i = 0; i < 113; i++) {
    actual[i] = i < 41;
    score[i] = i < 26 || (i >= 41 && i < 55) ? 1 : 0;
  }
  compute(&gain, score, actual, 113);
  assert_close(gain.ks, .4397019, 5e-8);
  assert_close(gain.ks_p, 4.6528e-05, 5e-9);
  gain_release(&gain);
}

static void ties_across_a_tenth_are_shared_out(void **state)
{
  const double score[] = {.5, .5, .5, .5};
  const int32_t actual[] = {1, 0, 1, 0};
  struct gain gain;

  (void)state;
  compute(&gain, score, actual, 4);
  assert_int_equal(gain.gain.count, 2);
  for (size_t d = 0; d < GAIN_DECILES; d++) {
    assert_close(gain.decile[d].lift, 1, 1e-12);
    assert_close(gain.decile[d].cumulative_gain, (double)(d + 1) / 10, 1e-12);
  }
  assert_close(gain.ks, 0, 0);
  gain_release(&gain);
}

static void perfect_line_bends_at_the_prevalence(void **state)
{
  const double score[] = {.9, .8, .1, .2};
  const int32_t actual[] = {1, 0, 0, 0};
  double x[3], y[3];
  struct gain gain;

  (void)state;
  compute(&gain, score, actual, 4);
  gain_perfect(&gain, x, y);
  assert_close(x[1], .25, 0);
  assert_close(y[1], 1, 0);
  gain_release(&gain);
}

static void one_class_has_a_reason(void **state)
{
  const double score[] = {.9, .8};
  const int32_t actual[] = {0, 0};
  struct gain gain;

  (void)state;
  compute(&gain, score, actual, 2);
  assert_string_equal(gain.reason, "only one class present");
  assert_close(gain.ks, (double)NAN, 0);
  assert_close(gain.highest_lift, (double)NAN, 0);
  assert_int_equal(gain.gain.count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gain_and_lift_of_five_samples),
      cmocka_unit_test(ten_samples_reach_their_gain_and_distance),
      cmocka_unit_test(asymptotic_probability_follows_its_formula),
      cmocka_unit_test(ties_across_a_tenth_are_shared_out),
      cmocka_unit_test(perfect_line_bends_at_the_prevalence),
      cmocka_unit_test(one_class_has_a_reason),
  };

  return cmocka_run_group_tests_name("gain", tests, NULL, NULL) != 0;
}
