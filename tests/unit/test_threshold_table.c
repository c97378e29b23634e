#include "stats/threshold_table.h"

#include "unit.h"

static const int32_t ten_actual[] = {0, 1, 0, 1, 1, 0, 1, 1, 0, 1};
static const double ten_score[] = {.1, .15, .3, .35, .4, .55, .6, .8, .85, .9};

static void compute(struct threshold_table *table, const double *score, const int32_t *actual,
                    const double *weight, size_t n, const struct threshold_options *options)
{
  struct sweep sweep;

  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, n), 0);
  assert_int_equal(threshold_table_compute(table, &sweep, options), 0);
  sweep_release(&sweep);
}

static void assert_counts(const struct threshold_row *row, double threshold, double tp, double fp,
                          double tn, double fn)
{
  assert_non_null(row);
  assert_close(row->threshold, threshold, 0);
  assert_close(row->tp, tp, 1e-12);
  assert_close(row->fp, fp, 1e-12);
  assert_close(row->tn, tn, 1e-12);
  assert_close(row->fn, fn, 1e-12);
}

/* Counts from scikit-learn's confusion_matrix of score >= threshold. */
static void fixed_rows_count_as_scikit_learn_does(void **state)
{
  const double want[9][4] = {{6, 4, 0, 0}, {5, 3, 1, 1}, {5, 3, 1, 1}, {4, 2, 2, 2}, {3, 2, 2, 3},
                             {3, 1, 3, 3}, {2, 1, 3, 4}, {2, 1, 3, 4}, {1, 0, 4, 5}};
  const struct threshold_options options = {.has_probabilities = true};
  struct threshold_table table;

  (void)state;
  compute(&table, ten_score, ten_actual, NULL, 10, &options);
  assert_int_equal(table.count, 13);
  for (size_t i = 0; i < 9; i++) {
    assert_counts(&table.row[i], (double)(i + 1) / 10, want[i][0], want[i][1], want[i][2],
                  want[i][3]);
    assert_int_equal(table.row[i].is_default, i == 4);
  }
}

static void best_rows_are_found_on_all_thresholds(void **state)
{
  const struct threshold_options options = {.has_probabilities = true};
  struct threshold_table table;

  (void)state;
  compute(&table, ten_score, ten_actual, NULL, 10, &options);
  assert_counts(threshold_table_row(&table, THRESHOLD_MAX_F1), .15, 6, 3, 1, 0);
  assert_close(threshold_table_row(&table, THRESHOLD_MAX_F1)->f1, .8, 1e-12);
  assert_counts(threshold_table_row(&table, THRESHOLD_MAX_J), .35, 5, 2, 2, 1);
  assert_counts(threshold_table_row(&table, THRESHOLD_BALANCED), .4, 4, 2, 2, 2);
  assert_counts(threshold_table_row(&table, THRESHOLD_FPR_1), .9, 1, 0, 4, 5);
  assert_null(threshold_table_row(&table, THRESHOLD_COST));
  assert_int_equal(threshold_table_chosen(&table)->kind, THRESHOLD_MAX_J);
}

static void shares_and_intervals_follow_from_the_counts(void **state)
{
  const struct threshold_options options = {.has_probabilities = true};
  struct threshold_table table;
  const struct threshold_row *row;

  (void)state;
  compute(&table, ten_score, ten_actual, NULL, 10, &options);
  row = threshold_table_row(&table, THRESHOLD_MAX_J);
  assert_close(row->precision, 5 / 7., 1e-12);
  assert_close(row->recall, 5 / 6., 1e-12);
  assert_close(row->f1, 10 / 13., 1e-12);
  assert_close(row->specificity, .5, 1e-12);
  assert_close(row->npv, 2 / 3., 1e-12);
  assert_close(row->flagged, .7, 1e-12);
  assert_close(row->recall_interval.lo, interval_wilson(5, 6, .95).lo, 1e-12);
  assert_close(row->precision_interval.hi, interval_wilson(5, 7, .95).hi, 1e-12);
  assert_true(isnan(row->cost));
}

static void the_cheapest_threshold_depends_on_the_costs(void **state)
{
  struct threshold_options options = {.has_probabilities = true, .cost_fp = 1, .cost_fn = 5};
  struct threshold_table table;

  (void)state;
  compute(&table, ten_score, ten_actual, NULL, 10, &options);
  assert_counts(threshold_table_row(&table, THRESHOLD_COST), .15, 6, 3, 1, 0);
  assert_close(threshold_table_row(&table, THRESHOLD_COST)->cost, 3, 1e-12);
  assert_int_equal(threshold_table_chosen(&table)->kind, THRESHOLD_COST);
  options.cost_fp = 5;
  options.cost_fn = 1;
  compute(&table, ten_score, ten_actual, NULL, 10, &options);
  assert_counts(threshold_table_row(&table, THRESHOLD_COST), .9, 1, 0, 4, 5);
  assert_close(threshold_table_row(&table, THRESHOLD_COST)->cost, 5, 1e-12);
}

static void it_may_be_cheapest_to_flag_nothing(void **state)
{
  const struct threshold_options options = {.cost_fp = 1000, .cost_fn = 1};
  const double score[] = {.1, .2, .3, .4};
  const int32_t actual[] = {1, 0, 1, 0};
  struct threshold_table table;

  (void)state;
  compute(&table, score, actual, NULL, 4, &options);
  assert_counts(threshold_table_row(&table, THRESHOLD_COST), (double)INFINITY, 0, 0, 2, 2);
  assert_true(isnan(threshold_table_row(&table, THRESHOLD_COST)->precision));
  assert_true(isnan(threshold_table_row(&table, THRESHOLD_COST)->precision_interval.lo));
  assert_close(threshold_table_row(&table, THRESHOLD_COST)->npv, .5, 1e-12);
}

static void scores_that_are_no_probabilities_go_by_the_share_flagged(void **state)
{
  double score[20];
  int32_t actual[20];
  struct threshold_table table;

  (void)state;
  for (size_t i = 0; i < 20; i++) {
    score[i] = (double)i * 10 - 100;
    actual[i] = i % 3 == 0;
  }
  compute(&table, score, actual, NULL, 20, NULL);
  for (size_t i = 0; i < 9; i++) {
    assert_close(table.row[i].flagged, (double)(9 - i) / 10, 1e-12);
    assert_close(table.row[i].threshold, -100 + 10 * (20 - 2 * (9 - (double)i)), 0);
    assert_false(table.row[i].is_default);
  }
}

static void weights_count_and_have_no_interval(void **state)
{
  const double score[] = {.2, .4, .6, .8}, weight[] = {1, .5, 2.5, 3};
  const int32_t actual[] = {0, 1, 0, 1};
  const struct threshold_options options = {.has_probabilities = true};
  struct threshold_table table;

  (void)state;
  compute(&table, score, actual, weight, 4, &options);
  assert_counts(&table.row[4], .5, 3, 2.5, 1, .5);
  assert_close(table.row[4].precision, 3 / 5.5, 1e-12);
  assert_true(isnan(table.row[4].precision_interval.lo));
}

static void ties_are_flagged_together(void **state)
{
  const double score[] = {.5, .5, .5, .5};
  const int32_t actual[] = {0, 1, 0, 1};
  const struct threshold_options options = {.has_probabilities = true};
  struct threshold_table table;

  (void)state;
  compute(&table, score, actual, NULL, 4, &options);
  assert_counts(&table.row[4], .5, 2, 2, 0, 0);
  assert_counts(&table.row[5], .6, 0, 0, 2, 2);
  assert_counts(threshold_table_row(&table, THRESHOLD_BALANCED), .5, 2, 2, 0, 0);
  /* No threshold has so few false positives: nothing is flagged. */
  assert_counts(threshold_table_row(&table, THRESHOLD_FPR_1), (double)INFINITY, 0, 0, 2, 2);
}

static void one_class_has_a_reason_and_no_rows(void **state)
{
  const double score[] = {.5, .7};
  const int32_t actual[] = {1, 1};
  struct threshold_table table;

  (void)state;
  compute(&table, score, actual, NULL, 2, NULL);
  assert_string_equal(table.reason, "only one class present");
  assert_int_equal(table.count, 0);
  assert_null(threshold_table_chosen(&table));
}

/* Weights of which one is a trillion times another: no count is a product of shares. */
static void weights_of_different_sizes_keep_their_counts(void **state)
{
  const double score[] = {.5, .5, .5}, weight[] = {1e6 / 3, 1e-6 / 3, 1e-6 / 7};
  const int32_t actual[] = {1, 0, 1};
  struct threshold_table table;
  const struct threshold_row *row;

  (void)state;
  compute(&table, score, actual, weight, 3, NULL);
  row = threshold_table_row(&table, THRESHOLD_MAX_F1);
  assert_close(row->tn, 0, 0);
  assert_close(row->fn, 0, 0);
  assert_true(isnan(row->npv));
  assert_close(row->fp, weight[1], 0);
  row = threshold_table_row(&table, THRESHOLD_MAX_J);
  assert_close(row->fp, weight[1], 0);
  assert_close(row->fn, 0, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fixed_rows_count_as_scikit_learn_does),
      cmocka_unit_test(best_rows_are_found_on_all_thresholds),
      cmocka_unit_test(shares_and_intervals_follow_from_the_counts),
      cmocka_unit_test(the_cheapest_threshold_depends_on_the_costs),
      cmocka_unit_test(it_may_be_cheapest_to_flag_nothing),
      cmocka_unit_test(scores_that_are_no_probabilities_go_by_the_share_flagged),
      cmocka_unit_test(weights_count_and_have_no_interval),
      cmocka_unit_test(ties_are_flagged_together),
      cmocka_unit_test(weights_of_different_sizes_keep_their_counts),
      cmocka_unit_test(one_class_has_a_reason_and_no_rows),
  };

  return cmocka_run_group_tests_name("threshold_table", tests, NULL, NULL) != 0;
}
