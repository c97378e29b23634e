#include "analysis/compare.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/pairing.h"
#include "unit.h"

static const char *const classes[] = {"no", "yes"};

enum { N = 12 };

static const int32_t truth[N] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0};
static const double first_score[N] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9, .2, .45};
static const double second_score[N] = {.2, .65, .1, .55, .6, .35, .7, .9, .75, .8, .3, .25};
static const int64_t ids[N] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void no_memory(void) { abort(); }

/* One run's evaluation of the same twelve rows. */
struct made {
  struct evaluation evaluation;
  struct evaluation_result result;
  const double *scores[2];
  double complement[N], score[N];
  int32_t truth[N];
  int64_t ids[N];
};

static void make(struct made *made, const double *score, const size_t *order)
{
  for (size_t i = 0; i < N; i++) {
    const size_t from = order ? order[i] : i;

    made->score[i] = score[from];
    made->complement[i] = 1 - score[from];
    made->truth[i] = truth[from];
    made->ids[i] = ids[from];
  }
  made->scores[0] = made->complement;
  made->scores[1] = made->score;
  made->evaluation = (struct evaluation){.name = "test",
                                         .type = EVALUATION_CLASSIFICATION,
                                         .count = N,
                                         .class_count = 2,
                                         .class_names = classes,
                                         .true_class = made->truth,
                                         .scores = made->scores,
                                         .positive = "yes",
                                         .target = "",
                                         .method = ""};
}

static void compute(struct made *made, struct pool *pool)
{
  assert_int_equal(evaluate(&made->result, &made->evaluation, NULL, pool), 0);
}

static struct pool pool;

static int open_pool(void **state)
{
  (void)state;
  pool_init(&pool, no_memory);
  return 0;
}

static int close_pool(void **state)
{
  (void)state;
  pool_release(&pool);
  return 0;
}

static struct comparison compare(struct made *a, struct made *b)
{
  static const struct evaluation_result *results[2];
  struct comparison comparison;

  compute(a, &pool);
  compute(b, &pool);
  results[0] = &a->result;
  results[1] = &b->result;
  assert_int_equal(compare_evaluations(&comparison, results, 2, &pool), 0);
  return comparison;
}

static void release(struct made *a, struct made *b)
{
  evaluate_release(&a->result);
  evaluate_release(&b->result);
}

/* pROC 1.18: roc.test(roc(truth, second), roc(truth, first), paired = TRUE). */
static void same_rows_are_tested_in_pairs(void **state)
{
  struct made a, b;
  struct comparison c;
  const struct compared_number *auc, *accuracy;

  (void)state;
  make(&a, first_score, NULL);
  make(&b, second_score, NULL);
  c = compare(&a, &b);
  assert_null(c.runs[0].unpaired);
  auc = compared_number_find(&c.runs[0], "AUC_binary");
  assert_close(auc->baseline, 0.638888888888889, 1e-12);
  assert_close(auc->value, 0.888888888888889, 1e-12);
  assert_close(auc->difference.p, 0.05945109331155373, 1e-12);
  assert_close(auc->difference.interval.lo, -0.00996388209459592, 1e-12);
  assert_string_equal(auc->difference.interval.method, "paired DeLong");
  assert_close(auc->p_holm, auc->difference.p, 0);
  accuracy = compared_number_find(&c.runs[0], "accuracy");
  assert_true(accuracy->has_counts);
  /* By hand: the first is wrong about .15, .35, .4, .55 and .85, the second about .75. */
  assert_int_equal(accuracy->only_baseline, 0);
  assert_int_equal(accuracy->only_this, 4);
  assert_close(accuracy->difference.p, 2 / 16. - 1 / 16., 1e-12);
  release(&a, &b);
}

static void rows_in_another_order_are_found_by_their_ids(void **state)
{
  static const size_t order[N] = {5, 3, 11, 0, 7, 9, 1, 2, 10, 4, 8, 6};
  struct made a, b, shuffled;
  struct comparison straight, turned;

  (void)state;
  make(&a, first_score, NULL);
  make(&b, second_score, NULL);
  make(&shuffled, second_score, order);
  straight = compare(&a, &b);
  release(&a, &b);
  a.evaluation.ids = a.ids;
  shuffled.evaluation.ids = shuffled.ids;
  turned = compare(&a, &shuffled);
  assert_null(turned.runs[0].unpaired);
  assert_int_equal(turned.runs[0].count, straight.runs[0].count);
  for (size_t i = 0; i < turned.runs[0].count; i++) {
    assert_close(turned.runs[0].numbers[i].difference.p, straight.runs[0].numbers[i].difference.p,
                 1e-12);
    assert_close(turned.runs[0].numbers[i].difference.interval.lo,
                 straight.runs[0].numbers[i].difference.interval.lo, 1e-12);
  }
  release(&a, &shuffled);
}

static void rows_that_do_not_match_are_told_why(void **state)
{
  static const size_t order[N] = {1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  struct made a, b;
  struct comparison c;

  (void)state;
  make(&a, first_score, NULL);
  make(&b, second_score, order);
  c = compare(&a, &b);
  assert_string_equal(c.runs[0].unpaired, "the true labels differ");
  assert_string_equal(compared_number_find(&c.runs[0], "AUC_binary")->difference.interval.method,
                      "unpaired DeLong");
  assert_string_equal(compared_number_find(&c.runs[0], "accuracy")->difference.interval.method,
                      "two shares, Newcombe");
  release(&a, &b);

  b.evaluation.count = N - 1;
  c = compare(&a, &b);
  assert_string_equal(c.runs[0].unpaired, "different numbers of rows");
  release(&a, &b);

  make(&b, second_score, NULL);
  a.evaluation.ids = a.ids;
  b.evaluation.ids = b.ids;
  b.ids[4] = 99;
  c = compare(&a, &b);
  assert_string_equal(c.runs[0].unpaired, "different ids");
  release(&a, &b);

  a.ids[4] = b.ids[4] = 1;
  a.ids[0] = 1;
  b.ids[0] = 7;
  b.ids[6] = 1;
  c = compare(&a, &b);
  assert_string_equal(c.runs[0].unpaired, "an id occurs twice");
  release(&a, &b);
}

static void a_score_that_is_no_number_ends_the_pairing(void **state)
{
  struct made a, b;
  struct comparison c;

  (void)state;
  make(&a, first_score, NULL);
  make(&b, second_score, NULL);
  b.score[3] = (double)NAN;
  c = compare(&a, &b);
  assert_string_equal(c.runs[0].unpaired, "rows were left out");
  release(&a, &b);
}

static void weighted_areas_are_resampled(void **state)
{
  static const double weights[N] = {1, 2, 1, 1, 3, 1, 1, .5, 1, 1, 2, 1};
  struct made a, b;
  struct comparison c;

  (void)state;
  make(&a, first_score, NULL);
  make(&b, second_score, NULL);
  a.evaluation.weights = b.evaluation.weights = weights;
  c = compare(&a, &b);
  assert_null(c.runs[0].unpaired);
  assert_string_equal(compared_number_find(&c.runs[0], "AUC_binary")->difference.interval.method,
                      "paired bootstrap, 2000 resamples");
  release(&a, &b);
  b.evaluation.weights = NULL;
  c = compare(&a, &b);
  assert_string_equal(c.runs[0].unpaired, "only one of them is weighted");
  release(&a, &b);
}

/* The mean of a prediction that is off by one more everywhere. */
static void regressions_are_compared_on_the_same_rows(void **state)
{
  double y[N], near[N], far[N];
  struct evaluation evaluation[2];
  struct evaluation_result result[2];
  const struct evaluation_result *results[2] = {&result[0], &result[1]};
  struct comparison c;
  const struct compared_number *mae;

  (void)state;
  for (size_t i = 0; i < N; i++) {
    y[i] = (double)i;
    near[i] = y[i] + (i % 3 ? .5 : -.25);
    far[i] = y[i] + (i % 3 ? 1.5 : -1.25) + .01 * (double)i;
  }
  for (size_t r = 0; r < 2; r++) {
    evaluation[r] = (struct evaluation){.name = "test",
                                        .type = EVALUATION_REGRESSION,
                                        .count = N,
                                        .true_value = y,
                                        .predicted = r ? far : near,
                                        .target = "",
                                        .method = ""};
    assert_int_equal(evaluate(&result[r], &evaluation[r], NULL, &pool), 0);
  }
  assert_int_equal(compare_evaluations(&c, results, 2, &pool), 0);
  mae = compared_number_find(&c.runs[0], "mean_absolute_error");
  assert_close(mae->difference.value, mae->value - mae->baseline, 0);
  assert_true(mae->difference.interval.lo > .9);
  assert_close(mae->difference.p, 2 / 2001., 1e-12);
  for (size_t r = 0; r < 2; r++) evaluate_release(&result[r]);
}

/* Three runs: each number is tested twice, so the smaller p doubles. */
static void several_runs_are_adjusted_for(void **state)
{
  struct made run[3];
  const struct evaluation_result *results[3];
  struct comparison c;
  const struct compared_number *one, *two;

  (void)state;
  make(&run[0], first_score, NULL);
  make(&run[1], second_score, NULL);
  make(&run[2], first_score, NULL);
  run[2].score[3] = .5;
  run[2].complement[3] = .5;
  for (size_t r = 0; r < 3; r++) {
    compute(&run[r], &pool);
    results[r] = &run[r].result;
  }
  assert_int_equal(compare_evaluations(&c, results, 3, &pool), 0);
  one = compared_number_find(&c.runs[0], "AUC_binary");
  two = compared_number_find(&c.runs[1], "AUC_binary");
  assert_true(one->difference.p < two->difference.p);
  assert_close(one->p_holm, 2 * one->difference.p, 1e-15);
  assert_close(two->p_holm, fmax(two->difference.p, one->p_holm), 1e-15);
  for (size_t r = 0; r < 3; r++) evaluate_release(&run[r].result);
}

static void importance_has_nothing_to_test(void **state)
{
  static const char *const features[] = {"a", "b"};
  static const double overall[] = {1, 2};
  struct evaluation evaluation = {.name = "x",
                                  .type = EVALUATION_IMPORTANCE,
                                  .count = 2,
                                  .features = features,
                                  .overall = overall,
                                  .target = "",
                                  .method = ""};
  struct evaluation_result result[2];
  const struct evaluation_result *results[2] = {&result[0], &result[1]};
  struct comparison c;

  (void)state;
  for (size_t r = 0; r < 2; r++)
    assert_int_equal(evaluate(&result[r], &evaluation, NULL, &pool), 0);
  assert_int_equal(compare_evaluations(&c, results, 2, &pool), 0);
  assert_int_equal(c.runs[0].count, 0);
  for (size_t r = 0; r < 2; r++) evaluate_release(&result[r]);
}

#define WITH_POOL(test) cmocka_unit_test_setup_teardown(test, open_pool, close_pool)

int main(void)
{
  const struct CMUnitTest tests[] = {
      WITH_POOL(same_rows_are_tested_in_pairs),
      WITH_POOL(rows_in_another_order_are_found_by_their_ids),
      WITH_POOL(rows_that_do_not_match_are_told_why),
      WITH_POOL(a_score_that_is_no_number_ends_the_pairing),
      WITH_POOL(weighted_areas_are_resampled),
      WITH_POOL(regressions_are_compared_on_the_same_rows),
      WITH_POOL(several_runs_are_adjusted_for),
      WITH_POOL(importance_has_nothing_to_test),
  };

  return cmocka_run_group_tests_name("compare", tests, NULL, NULL) != 0;
}
