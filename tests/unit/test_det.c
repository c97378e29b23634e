#include "stats/det.h"

#include <stdlib.h>

#include "stats/intervals.h"
#include "unit.h"

static const int32_t ten_actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
static const double ten_score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};

static void compute(struct det *det, const double *score, const int32_t *actual, size_t n,
                    const struct curve_options *options)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, n), 0);
  assert_int_equal(det_compute(det, &sweep, options), 0);
  sweep_release(&sweep);
}

/* The part scikit-learn lists, in the order of rising fpr. */
static void assert_part(const struct det *det, const double *fpr, const double *fnr,
                        const double *threshold, size_t n)
{
  assert_int_equal(det->count, n);
  for (size_t i = 0; i < n; i++) {
    assert_close(det->curve.x[det->first + i], fpr[i], 1e-9);
    assert_close(det->curve.y[det->first + i], fnr[i], 1e-8);
    assert_close(det->curve.threshold[det->first + i], threshold[i], 0);
  }
}

static void four_samples_are_those_of_scikit_learn(void **state)
{
  const double score[] = {.1, .4, .35, .8};
  const int32_t actual[] = {0, 0, 1, 1};
  const double fpr[] = {0, .5, .5}, fnr[] = {.5, .5, 0}, threshold[] = {.8, .4, .35};
  struct det det;

  (void)state;
  compute(&det, score, actual, 4, NULL);
  assert_part(&det, fpr, fnr, threshold, 3);
  det_release(&det);
}

static void ten_samples_are_those_of_scikit_learn(void **state)
{
  const double fpr[] = {0, .25, .25, .25, .5, .5, .5, .75, .75};
  const double fnr[] = {5 / 6., 5 / 6., 4 / 6., .5, .5, 2 / 6., 1 / 6., 1 / 6., 0};
  const double threshold[] = {.9, .85, .8, .6, .55, .4, .35, .3, .15};
  struct det det;

  (void)state;
  compute(&det, ten_score, ten_actual, 10, NULL);
  assert_part(&det, fpr, fnr, threshold, 9);
  assert_close(det.eer, .5, 1e-12);
  assert_close(det.eer_threshold, .55, 0);
  det_release(&det);
}

static void a_negative_on_top_makes_the_curve_begin_at_infinity(void **state)
{
  const double score[] = {.9, .8, .3, .2};
  const int32_t actual[] = {0, 1, 0, 1};
  const double fpr[] = {0, .5, .5, 1, 1}, fnr[] = {1, 1, .5, .5, 0};
  const double threshold[] = {(double)INFINITY, .9, .8, .3, .2};
  struct det det;

  (void)state;
  compute(&det, score, actual, 4, NULL);
  assert_part(&det, fpr, fnr, threshold, 5);
  assert_close(det.eer, .5, 1e-12);
  det_release(&det);
}

static void a_perfect_model_has_one_point_and_no_error(void **state)
{
  const double score[] = {.1, .2, .8, .9};
  const int32_t actual[] = {0, 0, 1, 1};
  const double zero[] = {0}, threshold[] = {.8};
  struct det det;

  (void)state;
  compute(&det, score, actual, 4, NULL);
  assert_part(&det, zero, zero, threshold, 1);
  assert_close(det.eer, 0, 0);
  det_release(&det);
}

static void the_error_rate_lies_between_two_points(void **state)
{
  /* One group of ties from (0, 1) to (1, 0): they meet in the middle. */
  const double score[] = {.5, .5, .5};
  const int32_t actual[] = {0, 1, 1};
  struct det det;

  (void)state;
  compute(&det, score, actual, 3, NULL);
  assert_close(det.eer, .5, 1e-12);
  assert_int_equal(det.count, 2);
  det_release(&det);
}

/* On the normal-quantile scale, within the chart's axes, no point that was left
 * out lies far from the line through those that were kept. */
static void a_thinned_curve_keeps_its_course(void **state)
{
  enum { N = 50000 };
  const struct curve_options few = {.max_points = 2000};
  double *score = malloc(N * sizeof *score);
  int32_t *actual = malloc(N * sizeof *actual);
  struct det all, thin;
  uint32_t noise = 7;

  (void)state;
  assert_true(score && actual);
  for (size_t i = 0; i < N; i++) {
    noise = noise * 1664525u + 1013904223u;
    actual[i] = noise >> 31 ? 1 : 0;
    noise = noise * 1664525u + 1013904223u;
    score[i] = (double)(noise >> 8) / (1 << 24) + actual[i] * .3;
  }
  compute(&all, score, actual, N, NULL);
  compute(&thin, score, actual, N, &few);
  assert_true(thin.curve.count < 4000);
  assert_close(thin.eer, all.eer, 0);
  assert_close(thin.curve.x[thin.first], all.curve.x[all.first], 0);
  assert_close(thin.curve.y[thin.first], all.curve.y[all.first], 0);
  assert_close(thin.curve.y[thin.first + thin.count - 1], 0, 0);
  assert_close(thin.curve.x[thin.first + thin.count - 1], all.curve.x[all.first + all.count - 1],
               0);
  for (size_t i = 0; i < all.curve.count; i++) {
    const double x = all.curve.x[i], y = all.curve.y[i];

    if (x < .01 || x > .99 || y < .01 || y > .99) continue;
    assert_close(normal_quantile(curve_at(&thin.curve, x)), normal_quantile(y), .03);
  }
  det_release(&all);
  det_release(&thin);
  free(score);
  free(actual);
}

static void one_class_has_a_reason_and_no_curve(void **state)
{
  const double score[] = {.5, .7};
  const int32_t actual[] = {1, 1};
  struct det det;

  (void)state;
  compute(&det, score, actual, 2, NULL);
  assert_string_equal(det.reason, "only one class present");
  assert_int_equal(det.curve.count, 0);
  assert_true(isnan(det.eer));
  det_release(&det);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(four_samples_are_those_of_scikit_learn),
      cmocka_unit_test(ten_samples_are_those_of_scikit_learn),
      cmocka_unit_test(a_negative_on_top_makes_the_curve_begin_at_infinity),
      cmocka_unit_test(a_perfect_model_has_one_point_and_no_error),
      cmocka_unit_test(the_error_rate_lies_between_two_points),
      cmocka_unit_test(a_thinned_curve_keeps_its_course),
      cmocka_unit_test(one_class_has_a_reason_and_no_curve),
  };

  return cmocka_run_group_tests_name("det", tests, NULL, NULL) != 0;
}
