/* Azure's JSON, as it should be and as it is found. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/aggregated.h"

static void no_memory(void) { abort(); }

static int begin(void **state)
{
  static struct pool pool;

  pool_init(&pool, no_memory);
  *state = &pool;
  return 0;
}

static int end(void **state)
{
  pool_release(*state);
  return 0;
}

static struct aggregated read_text(void **state, const char *text, const char *format)
{
  struct aggregated out;

  aggregated_read(&out, text, strlen(text), format, *state);
  return out;
}

static void confusion_matrix_is_read(void **state)
{
  const struct aggregated out = read_text(
      state,
      "{\"schema_type\":\"confusion_matrix\",\"schema_version\":\"v1\",\"data\":{\"class_labels\":"
      "[\"0\",\"1\",\"2\",\"3\"],\"matrix\":[[3,0,1,0],[0,1,0,1],[0,0,1,0],[0,0,0,1]]}}",
      "");

  assert_int_equal(out.type, AGGREGATED_CONFUSION);
  assert_int_equal(out.class_count, 4);
  assert_close(out.matrix[0 * 4 + 2], 1, 0);
  assert_close(out.matrix[1 * 4 + 3], 1, 0);
  assert_string_equal(out.class_names[3], "3");
  assert_int_equal(out.warning_count, 0);
}

/* One threshold but two rows per class: the published sample contradicts
 * itself, and is read with a warning. */
static void accuracy_table_with_too_many_rows_is_read_and_said(void **state)
{
  const struct aggregated out = read_text(
      state,
      "{\"schema_type\":\"accuracy_table\",\"schema_version\":\"v1\",\"data\":{"
      "\"probability_tables\":[[[114311,385689,0,0],[0,0,385689,114311]],"
      "[[67998,432002,0,0],[0,0,432002,67998]]],\"percentile_tables\":"
      "[[[114311,385689,0,0],[1,0,385689,114310]],[[67998,432002,0,0],[1,0,432002,67997]]],"
      "\"class_labels\":[\"0\",\"1\"],\"probability_thresholds\":[0.52],"
      "\"percentile_thresholds\":[0.09]}}",
      "");

  assert_int_equal(out.type, AGGREGATED_ACCURACY);
  assert_int_equal(out.tables.classes, 2);
  assert_int_equal(out.tables.probability_count, 1);
  assert_close(out.tables.probability[0].tp, 114311, 0);
  assert_close(out.tables.probability[1].fp, 432002, 0);
  assert_true(out.warning_count > 0);
}

static void old_spelling_of_percentile_is_read(void **state)
{
  const struct aggregated out =
      read_text(state,
                "{\"probability_tables\":[[[1,1,0,0]]],\"precentile_tables\":[[[1,1,0,0]]],"
                "\"class_labels\":[\"1\"],\"probability_thresholds\":[0],"
                "\"percentile_thresholds\":[0]}",
                "accuracy_table");

  assert_int_equal(out.type, AGGREGATED_ACCURACY);
  assert_int_equal(out.tables.percentile_count, 1);
}

/* Three edges for four counts. */
static void residuals_keep_the_bins_that_have_edges(void **state)
{
  const struct aggregated out = read_text(
      state, "{\"bin_edges\":[100,200,300],\"bin_counts\":[0.88,20,30,50.99]}", "residuals");

  assert_int_equal(out.type, AGGREGATED_RESIDUALS);
  assert_int_equal(out.bins, 2);
  assert_close(out.counts[1], 20, 0);
  assert_int_equal(out.warning_count, 1);
  assert_true(isnan(out.mean));
}

static void predictions_are_read(void **state)
{
  const struct aggregated out = read_text(
      state,
      "{\"schema_type\":\"predictions\",\"schema_version\":\"v1\",\"data\":{\"bin_averages\":"
      "[0.25,0.75],\"bin_errors\":[0.013,0.042],\"bin_counts\":[56,34],\"bin_edges\":[0.0,0.5,1.0]}"
      "}",
      "");

  assert_int_equal(out.type, AGGREGATED_PREDICTIONS);
  assert_int_equal(out.bins, 2);
  assert_close(out.averages[1], 0.75, 0);
  assert_close(out.errors[0], 0.013, 0);
}

static void what_is_not_usable_is_said_and_not_drawn(void **state)
{
  static const char *const texts[] = {
      "not json",
      "{}",
      "[]",
      "{\"schema_type\":\"confusion_matrix\",\"data\":{\"matrix\":[]}}",
      "{\"schema_type\":\"residuals\",\"data\":{\"bin_edges\":[2,1],\"bin_counts\":[1]}}",
      "{\"schema_type\":\"residuals\",\"data\":{\"bin_edges\":[1,\"x\"],\"bin_counts\":[1]}}",
      "{\"schema_type\":\"accuracy_table\",\"data\":{\"class_labels\":7}}",
      "{\"errors\":[\"Unexpected error\"]}",
      "{\"schema_type\":\"later_schema\",\"data\":{}}"};

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const struct aggregated out = read_text(state, texts[i], "");

    assert_int_equal(out.type, AGGREGATED_NONE);
    assert_true(out.warning_count > 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(confusion_matrix_is_read, begin, end),
      cmocka_unit_test_setup_teardown(accuracy_table_with_too_many_rows_is_read_and_said, begin,
                                      end),
      cmocka_unit_test_setup_teardown(old_spelling_of_percentile_is_read, begin, end),
      cmocka_unit_test_setup_teardown(residuals_keep_the_bins_that_have_edges, begin, end),
      cmocka_unit_test_setup_teardown(predictions_are_read, begin, end),
      cmocka_unit_test_setup_teardown(what_is_not_usable_is_said_and_not_drawn, begin, end),
  };

  return cmocka_run_group_tests_name("aggregated", tests, NULL, NULL) != 0;
}
