#include "stats/regression.h"

#include "unit.h"

static double value(const struct regression *r, const char *name)
{
  return scalar_table_value(&r->table, name);
}

/* Values of scikit-learn 1.2.1 and scipy 1.10.1. */
static void five_rows_have_every_scalar(void **state)
{
  const double y[] = {3, 0.5, 2, 7, 4.5}, q[] = {2.5, 0, 2, 8, 4};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 5, NULL), 0);
  assert_close(value(&r, "r2_score"), .9291497975708503, 1e-12);
  assert_close(value(&r, "explained_variance"), .9311740890688259, 1e-12);
  assert_close(value(&r, "spearman_correlation"), 1, 1e-12);
  assert_close(value(&r, "mean_absolute_error"), .5, 1e-12);
  assert_close(value(&r, "median_absolute_error"), .5, 1e-12);
  assert_close(value(&r, "root_mean_squared_error"), sqrt(.35), 1e-12);
  assert_close(value(&r, "max_error"), 1, 0);
  assert_close(value(&r, "mean_error"), -.1, 1e-12);
  assert_close(value(&r, "mean_absolute_percentage_error"),
               100 * (.5 / 3 + 1 + 0 + 1.0 / 7 + .5 / 4.5) / 5, 1e-12);
  assert_close(value(&r, "normalized_mean_absolute_error"), .5 / 6.5, 1e-12);
  assert_close(value(&r, "normalized_root_mean_squared_error"), sqrt(.35) / 6.5, 1e-12);
  assert_close(r.y_stddev, 2.222611077089287, 1e-12);
}

static void log_error_is_that_of_one_plus_value(void **state)
{
  const double y[] = {0, 9}, q[] = {1, 9}, negative[] = {-1, 9};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 2, NULL), 0);
  assert_close(value(&r, "root_mean_squared_log_error"), log(2) / sqrt(2), 1e-12);
  assert_close(value(&r, "normalized_root_mean_squared_log_error"), log(2) / sqrt(2) / log(10),
               1e-12);
  assert_int_equal(regression_compute(&r, negative, q, 2, NULL), 0);
  assert_string_equal(scalar_table_find(&r.table, "root_mean_squared_log_error")->reason,
                      "a value is negative");
}

static void bad_fit_is_clipped_but_also_told_in_full(void **state)
{
  const double y[] = {1, 2, 3}, q[] = {10, 10, 10};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 3, NULL), 0);
  assert_close(value(&r, "r2_score"), -1, 0);
  assert_close(value(&r, "r2_score_unclipped"), -96, 1e-12);
  assert_close(value(&r, "normalized_mean_absolute_error"), 1, 0);
  assert_close(value(&r, "spearman_correlation"), -1, 0);
  assert_non_null(scalar_table_find(&r.table, "spearman_correlation")->reason);
}

static void constant_truth_is_matched_or_missed(void **state)
{
  const double y[] = {2, 2, 2}, exact[] = {2, 2, 2}, off[] = {2, 2, 3};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, exact, 3, NULL), 0);
  assert_close(value(&r, "r2_score"), 1, 0);
  assert_close(value(&r, "normalized_mean_absolute_error"), 0, 0);
  assert_int_equal(regression_compute(&r, y, off, 3, NULL), 0);
  assert_close(value(&r, "r2_score"), 0, 0);
  assert_close(value(&r, "normalized_root_mean_squared_error"), 1, 0);
  assert_string_equal(scalar_table_find(&r.table, "r2_score")->reason,
                      "the true values are constant");
}

static void given_range_replaces_that_of_the_rows(void **state)
{
  const double y[] = {1, 2}, q[] = {2, 3};
  const struct regression_options options = {.y_min = 0, .y_max = 100};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 2, &options), 0);
  assert_close(value(&r, "normalized_mean_absolute_error"), .01, 1e-15);
}

static void zeros_are_left_out_of_percentages(void **state)
{
  const double y[] = {0, 2}, q[] = {1, 3}, zero[] = {0, 0};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 2, NULL), 0);
  assert_close(value(&r, "mean_absolute_percentage_error"), 50, 1e-12);
  assert_non_null(scalar_table_find(&r.table, "mean_absolute_percentage_error")->reason);
  assert_int_equal(regression_compute(&r, zero, q, 2, NULL), 0);
  assert_false(scalar_table_find(&r.table, "mean_absolute_percentage_error")->is_defined);
}

/* Values of scikit-learn 1.2.1 with sample_weight. */
static void weights_reach_every_mean_and_the_median(void **state)
{
  const double y[] = {1, 2, 3}, q[] = {1, 3, 5}, weight[] = {5, 1, 1};
  const struct regression_options options = {.weight = weight};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 3, &options), 0);
  assert_close(value(&r, "mean_absolute_error"), 3.0 / 7, 1e-12);
  assert_close(value(&r, "median_absolute_error"), 0, 0);
  assert_close(value(&r, "root_mean_squared_error"), sqrt(5.0 / 7), 1e-12);
}

static void damaged_rows_are_dropped_and_counted(void **state)
{
  const double y[] = {1, (double)NAN, 3, 1e308}, q[] = {1, 2, (double)INFINITY, -1e308};
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 4, NULL), 0);
  assert_int_equal(r.rows, 1);
  assert_int_equal(r.dropped, 3);
  assert_close(value(&r, "r2_score"), 1, 0);
  assert_string_equal(scalar_table_find(&r.table, "r2_score")->reason, "one row only");
}

static void no_rows_have_a_reason(void **state)
{
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, NULL, NULL, 0, NULL), 0);
  assert_string_equal(r.reason, "no rows");
  assert_int_equal(r.table.count, 0);
}

/* Variance .0625 of the errors, 1.25 of the truth. */
static void a_large_bias_hides_no_digits(void **state)
{
  const double y[] = {1, 2, 3, 4};
  const double q[] = {1 + 1e8 + .25, 2 + 1e8 - .25, 3 + 1e8 - .25, 4 + 1e8 + .25};
  const double near = 1e6 + 1.0 / 1024, million = 1e6;
  struct regression r;

  (void)state;
  assert_int_equal(regression_compute(&r, y, q, 4, NULL), 0);
  assert_close(value(&r, "explained_variance"), .95, 1e-12);
  assert_int_equal(regression_compute(&r, &million, &near, 1, NULL), 0);
  assert_close(value(&r, "root_mean_squared_log_error") * 1e10, 1e10 / 1024 / 1000001, 1e-8);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(five_rows_have_every_scalar),
      cmocka_unit_test(log_error_is_that_of_one_plus_value),
      cmocka_unit_test(bad_fit_is_clipped_but_also_told_in_full),
      cmocka_unit_test(constant_truth_is_matched_or_missed),
      cmocka_unit_test(given_range_replaces_that_of_the_rows),
      cmocka_unit_test(zeros_are_left_out_of_percentages),
      cmocka_unit_test(weights_reach_every_mean_and_the_median),
      cmocka_unit_test(damaged_rows_are_dropped_and_counted),
      cmocka_unit_test(no_rows_have_a_reason),
      cmocka_unit_test(a_large_bias_hides_no_digits),
  };

  return cmocka_run_group_tests_name("regression", tests, NULL, NULL) != 0;
}
