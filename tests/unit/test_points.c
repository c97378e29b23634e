/* Points and the names they are logged under. */
#include "unit.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "epochlog.h"
#include "format.h"
#include "one_run.h"

static void a_point_comes_back_with_step_time_and_every_bit(void **state)
{
  const double values[] = {1.5, -0.0, 0.0, DBL_MIN / 4, DBL_MAX, 0.1};
  const uint64_t odd[] = {UINT64_C(0x7FF0000000000001), UINT64_C(0xFFF8000000000123),
                          UINT64_C(0x7FF0000000000000)};
  epochlog_run *run = start(state);
  struct scan scan;

  for (size_t i = 0; i < 6; i++) epochlog_log_at(run, "loss", (int64_t)i * 7 - 3, values[i]);
  for (size_t i = 0; i < 3; i++) epochlog_log(run, "odd", epochlog__of_bits(odd[i]));
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.finished_count, 1);
  assert_int_equal(scan_points_of(&scan, "loss"), 6);
  for (size_t i = 0; i < 6; i++) {
    assert_true(scan_point_at(&scan, "loss", i)->bits == epochlog__bits_of(values[i]));
    assert_int_equal(scan_point_at(&scan, "loss", i)->step, (int64_t)i * 7 - 3);
    assert_true(scan_point_at(&scan, "loss", i)->time_us > INT64_C(1500000000000000));
  }
  for (size_t i = 0; i < 3; i++) assert_true(scan_point_at(&scan, "odd", i)->bits == odd[i]);
  scan_release(&scan);
}

static void a_step_that_is_not_given_is_one_more_than_the_last(void **state)
{
  const int64_t want[] = {0, 1, 40, 41, INT64_MAX, INT64_MAX, -5, -4};
  const int64_t given[] = {EPOCHLOG_AUTO, EPOCHLOG_AUTO, 40, EPOCHLOG_AUTO,
                           INT64_MAX,     EPOCHLOG_AUTO, -5, EPOCHLOG_AUTO};
  epochlog_run *run = start(state);
  struct scan scan;

  for (size_t i = 0; i < 8; i++) epochlog_log_at(run, "loss", given[i], 1);
  complete(run);
  scan = scan_of(*state);
  for (size_t i = 0; i < 8; i++) assert_true(scan_point_at(&scan, "loss", i)->step == want[i]);
  scan_release(&scan);
}

static void many_points_fill_many_blocks_and_none_is_lost(void **state)
{
  const size_t n = 100000;
  epochlog_run *run = start(state);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  struct scan scan;

  for (size_t i = 0; i < n; i++) epochlog_scalar(run, loss, EPOCHLOG_AUTO, 1.0 / (double)(i + 1));
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.point_count, n);
  for (size_t i = 0; i < n; i++) {
    assert_true(scan.points[i].step == (int64_t)i);
    assert_true(scan.points[i].bits == epochlog__bits_of(1.0 / (double)(i + 1)));
  }
  assert_true(scan.block_count >= 3);
  assert_int_equal(scan.skipped, 0);
  assert_int_equal(scan.live_count, 0);
  scan_release(&scan);
}

static void a_row_is_one_step_and_one_time_for_all_its_metrics(void **state)
{
  epochlog_metric metrics[3];
  const double values[] = {1, 2.6, -2.5};
  epochlog_run *run = start(state);
  struct scan scan;

  metrics[0] = epochlog_define(run, "a", NULL);
  metrics[1] = epochlog_define(run, "b", &(epochlog_metric_options){.integer = 1});
  metrics[2] = epochlog_define(run, "c", &(epochlog_metric_options){.integer = 1});
  for (int i = 0; i < 100; i++) epochlog_scalars(run, EPOCHLOG_AUTO, metrics, values, 3);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "c"), 100);
  assert_int_equal((int64_t)scan_point_at(&scan, "b", 0)->bits, 3);
  assert_int_equal((int64_t)scan_point_at(&scan, "c", 0)->bits, -3);
  for (size_t i = 0; i < 100; i++) {
    assert_int_equal(scan_point_at(&scan, "b", i)->step, i);
    assert_true(scan_point_at(&scan, "a", i)->time_us == scan_point_at(&scan, "c", i)->time_us);
  }
  scan_release(&scan);
}

static void a_row_of_ten_thousand_metrics_is_kept(void **state)
{
  static epochlog_metric metrics[10000];
  static double values[10000];
  epochlog_run *run = start(state);
  char name[32];
  struct scan scan;

  for (size_t i = 0; i < 10000; i++) {
    snprintf(name, sizeof name, "metric %zu", i);
    metrics[i] = epochlog_define(run, name, NULL);
    values[i] = (double)i;
  }
  for (int step = 0; step < 40; step++) epochlog_scalars(run, step, metrics, values, 10000);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.point_count, 400000);
  assert_true(scan_point_at(&scan, "metric 9999", 39)->bits == epochlog__bits_of(9999));
  assert_int_equal(scan_point_at(&scan, "metric 9999", 39)->step, 39);
  scan_release(&scan);
}

static void a_metric_twice_in_a_row_keeps_both_values(void **state)
{
  epochlog_run *run = start(state);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  const epochlog_metric twice[] = {loss, loss};
  const double values[] = {1, 2};
  struct scan scan;

  for (int i = 0; i < 50; i++) epochlog_scalars(run, i, twice, values, 2);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "loss"), 100);
  assert_true(scan_point_at(&scan, "loss", 99)->bits == epochlog__bits_of(2));
  scan_release(&scan);
}

static void numbers_of_the_other_type_are_converted(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  epochlog_log_int(run, "epoch", EPOCHLOG_AUTO, INT64_MAX);
  epochlog_log(run, "epoch", 2.5);
  epochlog_log(run, "epoch", -1e300);
  epochlog_log(run, "loss", 0.5);
  epochlog_log_int(run, "loss", EPOCHLOG_AUTO, 3);
  epochlog_log_bool(run, "better", EPOCHLOG_AUTO, 17);
  epochlog_log(run, "better", 0.0);
  complete(run);
  scan = scan_of(*state);
  assert_true((int64_t)scan_point_at(&scan, "epoch", 0)->bits == INT64_MAX);
  assert_int_equal(scan_point_at(&scan, "epoch", 1)->bits, 3);
  assert_true((int64_t)scan_point_at(&scan, "epoch", 2)->bits == INT64_MIN);
  assert_true(scan_point_at(&scan, "loss", 1)->bits == epochlog__bits_of(3));
  assert_int_equal(scan_point_at(&scan, "better", 0)->bits, 1);
  assert_int_equal(scan_point_at(&scan, "better", 1)->bits, 0);
  scan_release(&scan);
}

static void texts_are_points_too(void **state)
{
  epochlog_run *run = start(state);
  char *large = malloc(100001);
  struct scan scan;
  struct epochlog__bytes body;

  memset(large, 'x', 100000);
  large[100000] = '\0';
  epochlog_log_text(run, "sample", EPOCHLOG_AUTO, "the cat");
  epochlog_log_text(run, "sample", EPOCHLOG_AUTO, large);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_TEXT_POINT), 2);
  for (size_t k = 0; k < 2; k++) {
    body = body_of(&scan, FORMAT_RECORD_TEXT_POINT, k);
    epochlog__take_u32(&body);
    /* The large one went to the main log before the block. */
    assert_int_equal(epochlog__take_i64(&body), k == 0 ? 1 : 0);
    assert_int_equal(epochlog__take_str(&body).size, k == 0 ? 100000 : 7);
  }
  scan_release(&scan);
  free(large);
}

/* ------------------------------------------------------------------- names */

static void names_are_trimmed_cleaned_and_the_same_afterwards(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  epochlog_log(run, " loss\t\n", 1);
  epochlog_log(run, "loss", 2);
  epochlog_log(run, "\xFF\xC3(", 3);
  epochlog_log(run, "Verlust \xC3\xA4", 4);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "loss"), 2);
  assert_int_equal(scan_points_of(&scan, "\xEF\xBF\xBD\xEF\xBF\xBD("), 1);
  assert_int_equal(scan_points_of(&scan, "Verlust \xC3\xA4"), 1);
  scan_release(&scan);
}

static void an_empty_name_is_invalid_and_logs_nothing(void **state)
{
  epochlog_run *run = start(state);
  struct scan scan;

  assert_int_equal(epochlog_define(run, " \t", NULL), 0);
  epochlog_log(run, "", 1);
  epochlog_log(run, NULL, 1);
  assert_int_equal(epochlog_param(run, "", 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_tag(run, NULL, "x"), EPOCHLOG_INVALID);
  complete_with(run, EPOCHLOG_INVALID);
  scan = scan_of(*state);
  assert_int_equal(scan.point_count, 0);
  scan_release(&scan);
}

/* 4096 bytes are a name; of more, the last whole character that fits is the end. */
static void a_name_at_the_limit_is_kept_and_one_past_it_is_cut(void **state)
{
  char name[EPOCHLOG_NAME_MAX + 3];
  epochlog_run *run = start(state);
  epochlog_metric at_limit;

  memset(name, 'n', sizeof name);
  name[EPOCHLOG_NAME_MAX] = '\0';
  at_limit = epochlog_define(run, name, NULL);
  assert_int_not_equal(at_limit, 0);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_OK);
  memcpy(name + EPOCHLOG_NAME_MAX, "x", 2);
  assert_int_equal(epochlog_define(run, name, NULL), at_limit);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_TOO_LARGE);
  memcpy(name + EPOCHLOG_NAME_MAX - 1, "\xC3\xA4", 3);
  name[EPOCHLOG_NAME_MAX - 1] = '\0';
  assert_int_equal(epochlog_define(run, name, NULL), at_limit + 1);
  name[EPOCHLOG_NAME_MAX - 1] = '\xC3';
  assert_int_equal(epochlog_define(run, name, NULL), at_limit + 1);
  complete_with(run, EPOCHLOG_TOO_LARGE);
}

static void a_name_of_another_kind_is_an_error_and_the_run_goes_on(void **state)
{
  const double one = 1;
  const epochlog_column column = {.name = "x", .type = EPOCHLOG_DOUBLE, .values = &one};
  epochlog_run *run = start(state);
  struct scan scan;

  epochlog_log(run, "loss", 1);
  epochlog_log_text(run, "loss", 0, "low");
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_KIND);
  assert_int_equal(epochlog_log_list(run, "loss", EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_KIND);
  assert_int_equal(epochlog_log_list(run, "list", EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_row(run, "list", &column, 1), EPOCHLOG_KIND);
  assert_int_equal(epochlog_log_row(run, "row", &column, 1), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_table(run, "row", &column, 1, 1), EPOCHLOG_KIND);
  assert_int_equal(epochlog_define(run, "list", NULL), 0);
  epochlog_scalar(run, 99, 0, 1);
  epochlog_log(run, "loss", 2);
  complete_with(run, EPOCHLOG_KIND);
  scan = scan_of(*state);
  assert_int_equal(scan.point_count, 2);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_BATCH), 2);
  scan_release(&scan);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_point_comes_back_with_step_time_and_every_bit),
      IN_FOLDER(a_step_that_is_not_given_is_one_more_than_the_last),
      IN_FOLDER(many_points_fill_many_blocks_and_none_is_lost),
      IN_FOLDER(a_row_is_one_step_and_one_time_for_all_its_metrics),
      IN_FOLDER(a_row_of_ten_thousand_metrics_is_kept),
      IN_FOLDER(a_metric_twice_in_a_row_keeps_both_values),
      IN_FOLDER(numbers_of_the_other_type_are_converted),
      IN_FOLDER(texts_are_points_too),
      IN_FOLDER(names_are_trimmed_cleaned_and_the_same_afterwards),
      IN_FOLDER(an_empty_name_is_invalid_and_logs_nothing),
      IN_FOLDER(a_name_at_the_limit_is_kept_and_one_past_it_is_cut),
      IN_FOLDER(a_name_of_another_kind_is_an_error_and_the_run_goes_on),
  };

  return cmocka_run_group_tests_name("points", tests, NULL, NULL) != 0;
}
