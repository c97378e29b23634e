#include "stats/roc.h"

#include "unit.h"

#include <stdlib.h>

static const int32_t ten_actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
static const double ten_score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};

static void compute(struct roc *roc, const double *score, const int32_t *actual,
                    const double *weight, size_t n, const struct curve_options *options)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, n), 0);
  assert_int_equal(roc_compute(roc, &sweep, options), 0);
  sweep_release(&sweep);
}

static void assert_points(const struct roc *roc, const double *x, const double *y,
                          const double *threshold, size_t n)
{
  assert_int_equal(roc->curve.count, n);
  for (size_t i = 0; i < n; i++) {
    assert_close(roc->curve.x[i], x[i], 5e-5);
    assert_close(roc->curve.y[i], y[i], 5e-5);
    if (threshold) assert_close(roc->curve.threshold[i], threshold[i], 0);
  }
}

static void four_samples_give_five_points(void **state)
{
  const double score[] = {.1, .4, .35, .8};
  const int32_t actual[] = {0, 0, 1, 1};
  const double x[] = {0, 0, .5, .5, 1}, y[] = {0, .5, .5, 1, 1};
  const double threshold[] = {(double)INFINITY, .8, .4, .35, .1};
  struct roc roc;

  (void)state;
  compute(&roc, score, actual, NULL, 4, NULL);
  assert_points(&roc, x, y, threshold, 5);
  assert_close(roc.auc, .75, 1e-12);
  roc_release(&roc);
}

static void ten_samples_lose_their_collinear_points(void **state)
{
  const double x[] = {0, 0, .25, .25, .5, .5, .75, .75, 1};
  const double y[] = {0, .1667, .1667, .5, .5, .8333, .8333, 1, 1};
  const double threshold[] = {(double)INFINITY, .9, .85, .6, .55, .35, .3, .15, .1};
  struct roc roc;

  (void)state;
  compute(&roc, ten_score, ten_actual, NULL, 10, NULL);
  assert_points(&roc, x, y, threshold, 9);
  assert_close(roc.auc, .625, 1e-12);
  assert_int_equal(roc.thresholds, 10);
  roc_release(&roc);
}

static void best_threshold_is_the_one_of_youden(void **state)
{
  struct roc roc;

  (void)state;
  compute(&roc, ten_score, ten_actual, NULL, 10, NULL);
  assert_close(roc.best_threshold, .35, 0);
  assert_close(roc.best_j, 1.0 / 3, 1e-12);
  roc_release(&roc);
}

static void tied_scores_make_a_diagonal(void **state)
{
  const double score[] = {.5, .5, .3, .3, .9};
  const int32_t actual[] = {0, 1, 0, 1, 1};
  const double x[] = {0, 0, .5, 1}, y[] = {0, .3333, .6667, 1};
  const struct curve_options all = {.keep_collinear = true};
  struct roc roc;

  (void)state;
  compute(&roc, score, actual, NULL, 5, &all);
  assert_points(&roc, x, y, NULL, 4);
  assert_close(roc.auc, 2.0 / 3, 1e-12);
  roc_release(&roc);
}

static void collinear_points_go_but_the_first_stays(void **state)
{
  const double score[] = {.1, .2, .3, .4, .5, .6, .7, .8, .9, .95};
  const int32_t actual[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  const double x[] = {0, 0, 0, 1}, y[] = {0, .2, 1, 1};
  const double threshold[] = {(double)INFINITY, .95, .6, .1};
  struct roc roc;

  (void)state;
  compute(&roc, score, actual, NULL, 10, NULL);
  assert_points(&roc, x, y, threshold, 4);
  roc_release(&roc);
}

static void weightless_sample_makes_no_point(void **state)
{
  const double score[] = {.1, .2, .3, .4}, weight[] = {1, 0, 1, 1};
  const int32_t actual[] = {0, 1, 1, 0};
  const double x[] = {0, .5, .5, 1}, y[] = {0, 0, 1, 1};
  struct roc roc;

  (void)state;
  compute(&roc, score, actual, weight, 4, NULL);
  assert_points(&roc, x, y, NULL, 4);
  roc_release(&roc);
}

static void constant_scores_are_chance_with_a_note(void **state)
{
  const double score[] = {.5, .5, .5};
  const int32_t actual[] = {0, 1, 1};
  struct roc roc;

  (void)state;
  compute(&roc, score, actual, NULL, 3, NULL);
  assert_int_equal(roc.curve.count, 2);
  assert_close(roc.auc, .5, 0);
  assert_true(roc.is_constant);
  assert_null(roc.reason);
  roc_release(&roc);
}

static void one_class_has_a_reason_and_no_curve(void **state)
{
  const double score[] = {.5, .7};
  const int32_t actual[] = {1, 1};
  struct roc roc;

  (void)state;
  compute(&roc, score, actual, NULL, 2, NULL);
  assert_string_equal(roc.reason, "only one class present");
  assert_int_equal(roc.curve.count, 0);
  assert_close(roc.auc, (double)NAN, 0);
  roc_release(&roc);
  compute(&roc, score, actual, NULL, 1, NULL);
  assert_string_equal(roc.reason, "only one class present");
  compute(&roc, score, actual, NULL, 0, NULL);
  assert_string_equal(roc.reason, "no samples");
}

/* The curve is 0.5 high up to 0.5: a plain area of 0.25, halfway McClish. */
static void partial_area_is_scaled_to_chance_and_perfect(void **state)
{
  const double score[] = {.1, .4, .35, .8};
  const int32_t actual[] = {0, 0, 1, 1};
  struct roc roc;
  double raw;

  (void)state;
  compute(&roc, score, actual, NULL, 4, NULL);
  assert_close(roc_partial_auc(&roc, 0.5, &raw), 0.5 * (1 + (.25 - .125) / .375), 1e-12);
  assert_close(raw, .25, 1e-12);
  assert_close(roc_partial_auc(&roc, 1, NULL), .75, 1e-12);
  assert_close(roc_partial_auc(&roc, 0, NULL), (double)NAN, 0);
  roc_release(&roc);
}

/* A limit thins the points, never the area, and no point strays far. */
static void limited_curve_stays_close_and_keeps_its_area(void **state)
{
  enum { N = 20000 };
  const struct curve_options few = {.max_points = 200};
  double *score = malloc(N * sizeof *score);
  int32_t *actual = malloc(N * sizeof *actual);
  struct roc full, thin;
  uint32_t random = 3;

  (void)state;
  for (size_t i = 0; i < N; i++) {
    random = random * 1664525u + 1013904223u;
    score[i] = (double)random / 4294967296.0;
    random = random * 1664525u + 1013904223u;
    actual[i] = (double)random / 4294967296.0 < score[i];
  }
  compute(&full, score, actual, NULL, N, NULL);
  compute(&thin, score, actual, NULL, N, &few);
  assert_true(full.curve.count > 5000);
  assert_in_range(thin.curve.count, 50, 203);
  assert_close(thin.auc, full.auc, 0);
  assert_close(thin.curve.x[thin.curve.count - 1], 1, 0);
  for (size_t i = 0; i < full.curve.count; i += 50)
    assert_close(curve_at(&thin.curve, full.curve.x[i]), full.curve.y[i], 0.02);
  roc_release(&full);
  roc_release(&thin);
  free(score);
  free(actual);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(four_samples_give_five_points),
      cmocka_unit_test(ten_samples_lose_their_collinear_points),
      cmocka_unit_test(best_threshold_is_the_one_of_youden),
      cmocka_unit_test(tied_scores_make_a_diagonal),
      cmocka_unit_test(collinear_points_go_but_the_first_stays),
      cmocka_unit_test(weightless_sample_makes_no_point),
      cmocka_unit_test(constant_scores_are_chance_with_a_note),
      cmocka_unit_test(one_class_has_a_reason_and_no_curve),
      cmocka_unit_test(partial_area_is_scaled_to_chance_and_perfect),
      cmocka_unit_test(limited_curve_stays_close_and_keeps_its_area),
  };

  return cmocka_run_group_tests_name("roc", tests, NULL, NULL) != 0;
}
