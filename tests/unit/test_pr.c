#include "stats/pr.h"

#include "unit.h"

static void compute(struct pr *pr, const double *score, const int32_t *actual, size_t n)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, n), 0);
  assert_int_equal(pr_compute(pr, &sweep, NULL), 0);
  sweep_release(&sweep);
}

static void four_samples_give_five_points(void **state)
{
  const double score[] = {.1, .4, .35, .8};
  const int32_t actual[] = {0, 0, 1, 1};
  const double recall[] = {0, .5, .5, 1, 1}, precision[] = {1, 1, .5, 2.0 / 3, .5};
  const double threshold[] = {(double)INFINITY, .8, .4, .35, .1};
  struct pr pr;

  (void)state;
  compute(&pr, score, actual, 4);
  assert_int_equal(pr.curve.count, 5);
  for (size_t i = 0; i < 5; i++) {
    assert_close(pr.curve.x[i], recall[i], 1e-12);
    assert_close(pr.curve.y[i], precision[i], 1e-12);
    assert_close(pr.curve.threshold[i], threshold[i], 0);
  }
  assert_close(pr.ap, .8333333333, 1e-9);
  assert_close(pr.prevalence, .5, 0);
  pr_release(&pr);
}

static void average_precision_is_a_sum_of_steps(void **state)
{
  const double score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};
  const int32_t actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
  struct pr pr;

  (void)state;
  compute(&pr, score, actual, 10);
  assert_close(pr.ap, .7440476190, 1e-9);
  assert_close(pr.best_f1, .8, 1e-12); /* TP 6, FP 3, FN 0. */
  assert_close(pr.best_f1_threshold, .15, 0);
  pr_release(&pr);
}

static void constant_scores_give_the_prevalence(void **state)
{
  const double score[] = {.5, .5, .5, .5};
  const int32_t actual[] = {0, 1, 0, 0};
  struct pr pr;

  (void)state;
  compute(&pr, score, actual, 4);
  assert_int_equal(pr.curve.count, 2);
  assert_close(pr.ap, .25, 0);
  pr_release(&pr);
}

static void no_positives_or_no_negatives_have_a_reason(void **state)
{
  const double score[] = {.5, .7};
  const int32_t negative[] = {0, 0}, positive[] = {1, 1};
  struct pr pr;

  (void)state;
  compute(&pr, score, negative, 2);
  assert_string_equal(pr.reason, "only one class present");
  assert_close(pr.ap, (double)NAN, 0);
  compute(&pr, score, positive, 2);
  assert_string_equal(pr.reason, "only one class present");
  assert_int_equal(pr.curve.count, 0);
  compute(&pr, score, positive, 0);
  assert_string_equal(pr.reason, "no samples");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(four_samples_give_five_points),
      cmocka_unit_test(average_precision_is_a_sum_of_steps),
      cmocka_unit_test(constant_scores_give_the_prevalence),
      cmocka_unit_test(no_positives_or_no_negatives_have_a_reason),
  };

  return cmocka_run_group_tests_name("pr", tests, NULL, NULL) != 0;
}
