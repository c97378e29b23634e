#include "stats/sweep.h"

#include "unit.h"

#include <stdlib.h>

static void thresholds_fall_and_ties_make_one_of_them(void **state)
{
  const double score[] = {0.5, 0.5, 0.3, 0.3, 0.9};
  const int32_t actual[] = {0, 1, 0, 1, 1};
  const double want[][3] = {{0.9, 1, 0}, {0.5, 2, 1}, {0.3, 3, 2}};
  struct sweep sweep;
  struct sweep_cursor at;
  size_t i = 0;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 5), 0);
  for (sweep_start(&at, &sweep); sweep_next(&at); i++) {
    assert_close(at.threshold, want[i][0], 0);
    assert_close(at.tp, want[i][1], 0);
    assert_close(at.fp, want[i][2], 0);
  }
  assert_int_equal(i, 3);
  sweep_release(&sweep);
}

/* The sign bit lends its place to the label; scores of both signs, both zeros
 * and the smallest numbers must still come back as they were. */
static void scores_of_either_sign_come_back_unchanged(void **state)
{
  const double score[] = {-0.0, 3.5, -1e-300, 5e-324, -7, 0.0, 1e300, -5e-324};
  const double want[] = {1e300, 3.5, 5e-324, 0, -5e-324, -1e-300, -7};
  const int32_t actual[] = {1, 0, 1, 0, 1, 0, 1, 0};
  struct sweep sweep;
  struct sweep_cursor at;
  size_t i = 0;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 8), 0);
  for (sweep_start(&at, &sweep); sweep_next(&at); i++) {
    assert_close(at.threshold, want[i], 0);
    if (want[i] == 0) assert_close(at.group_tp + at.group_fp, 2, 0);
  }
  assert_int_equal(i, 7);
  assert_close(sweep_highest(&sweep), 1e300, 0);
  assert_close(sweep_lowest(&sweep), -7, 0);
  sweep_release(&sweep);
}

static void samples_without_weight_make_no_threshold(void **state)
{
  const double score[] = {0.1, 0.2, 0.3, 0.4};
  const double weight[] = {1, 0, 1, 1};
  const int32_t actual[] = {0, 1, 1, 0};
  struct sweep sweep;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, 4), 0);
  assert_int_equal(sweep.rows, 3);
  assert_int_equal(sweep.weightless, 1);
  assert_close(sweep.positives, 1, 0);
  sweep_release(&sweep);
}

static void scores_that_are_no_numbers_are_dropped_and_counted(void **state)
{
  const double score[] = {(double)NAN, 0.2, (double)INFINITY, 0.4};
  const int32_t actual[] = {0, 1, 1, 0};
  struct sweep sweep;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 4), 0);
  assert_int_equal(sweep.rows, 2);
  assert_int_equal(sweep.dropped, 2);
  assert_null(sweep.reason);
  sweep_release(&sweep);
}

static void sweep_says_why_it_has_no_curves(void **state)
{
  const double score[] = {0.2, 0.4};
  const double weight[] = {1, -1};
  const int32_t actual[] = {1, 1};
  struct sweep sweep;
  struct sweep_cursor at;

  (void)state;
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 0), 0);
  assert_string_equal(sweep.reason, "no samples");
  sweep_start(&at, &sweep);
  assert_false(sweep_next(&at));
  sweep_release(&sweep);
  assert_int_equal(sweep_init(&sweep, score, actual, 1, NULL, 2), 0);
  assert_string_equal(sweep.reason, "only one class present");
  sweep_release(&sweep);
  assert_int_equal(sweep_init(&sweep, score, actual, 1, weight, 2), 0);
  assert_string_equal(sweep.reason, "negative or non-finite weight");
  assert_int_equal(sweep.rows, 0);
  sweep_release(&sweep);
}

/* Walking three sweeps as one is the same as one sweep of all samples. */
static void merged_walk_equals_one_sweep_of_everything(void **state)
{
  double score[300];
  int32_t actual[300];
  struct sweep part[3], whole;
  struct sweep_cursor merged, single;
  uint32_t random = 7;
  size_t thresholds = 0;

  (void)state;
  for (size_t i = 0; i < 300; i++) {
    random = random * 1664525u + 1013904223u;
    score[i] = (double)(random >> 26) / 20 - 1;
    actual[i] = random >> 20 & 1;
  }
  for (size_t k = 0; k < 3; k++)
    assert_int_equal(sweep_init(&part[k], score + 100 * k, actual + 100 * k, 1, NULL, 100), 0);
  assert_int_equal(sweep_init(&whole, score, actual, 1, NULL, 300), 0);
  assert_int_equal(sweep_start_merged(&merged, part, 3), 0);
  for (sweep_start(&single, &whole); sweep_next(&single); thresholds++) {
    assert_true(sweep_next(&merged));
    assert_close(merged.threshold, single.threshold, 0);
    assert_close(merged.tp, single.tp, 0);
    assert_close(merged.fp, single.fp, 0);
    assert_int_equal(merged.rows, single.rows);
  }
  assert_false(sweep_next(&merged));
  assert_in_range(thresholds, 50, 64);
  sweep_stop(&merged);
  for (size_t k = 0; k < 3; k++) sweep_release(&part[k]);
  sweep_release(&whole);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thresholds_fall_and_ties_make_one_of_them),
      cmocka_unit_test(scores_of_either_sign_come_back_unchanged),
      cmocka_unit_test(samples_without_weight_make_no_threshold),
      cmocka_unit_test(scores_that_are_no_numbers_are_dropped_and_counted),
      cmocka_unit_test(sweep_says_why_it_has_no_curves),
      cmocka_unit_test(merged_walk_equals_one_sweep_of_everything),
  };

  return cmocka_run_group_tests_name("sweep", tests, NULL, NULL) != 0;
}
