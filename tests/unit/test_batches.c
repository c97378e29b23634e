#include "unit.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "epochlog.h"
#include "scan.h"
#include "temp_folder.h"

/* What a test looks at in a BATCH. */
struct batch {
  uint8_t kind;
  char attributes[200]; /* "key=value;..." */
  char classes[200];    /* "a,b," */
  int64_t step;
  uint32_t rows;
  uint32_t columns;
  char names[400]; /* "name:type;..." */
  double first[8]; /* first number of each column */
  double last[8];
};

static void read_columns(struct batch *batch, struct epochlog__bytes *in)
{
  for (uint32_t i = 0; i < batch->columns; i++) {
    const struct epochlog__text name = epochlog__take_str(in);
    const uint8_t type = epochlog__take_u8(in);
    struct epochlog__bytes column;
    double *numbers = calloc(batch->rows + 1, 8);
    int64_t *integers = calloc(batch->rows + 1, 8);
    struct epochlog__text *texts = calloc(batch->rows + 1, sizeof *texts);
    char *storage = NULL;
    enum epochlog__column_check check;

    epochlog__take_u8(in);
    column = epochlog__take_part(in, epochlog__take_u32(in));
    if (strlen(batch->names) < 300)
      sprintf(batch->names + strlen(batch->names), "%.*s:%u;", (int)name.size, name.data, type);
    if (type <= FORMAT_COLUMN_FLOAT32)
      check = epochlog__column_get_f64(numbers, batch->rows, &column);
    else if (type <= FORMAT_COLUMN_BOOL)
      check = epochlog__column_get_i64(integers, batch->rows, &column);
    else
      check = epochlog__column_get_text(texts, &storage, batch->rows, &column);
    assert_int_equal(check, EPOCHLOG__COLUMN_OK);
    assert_int_equal(epochlog__left(&column), 0);
    if (i < 8 && batch->rows != 0) {
      const bool is_float = type <= FORMAT_COLUMN_FLOAT32;

      batch->first[i] = is_float ? numbers[0] : (double)integers[0];
      batch->last[i] = is_float ? numbers[batch->rows - 1] : (double)integers[batch->rows - 1];
    }
    free(storage);
    free(texts);
    free(integers);
    free(numbers);
  }
}

static struct batch read_batch(const struct scan_record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);
  struct batch batch = {0};
  uint16_t count;

  batch.kind = epochlog__take_u8(&in);
  epochlog__take_u8(&in);
  count = epochlog__take_u16(&in);
  for (; count != 0; count--) {
    const struct epochlog__text key = epochlog__take_str(&in);
    const struct epochlog__text value = epochlog__take_str(&in);

    sprintf(batch.attributes + strlen(batch.attributes), "%.*s=%.*s;", (int)key.size, key.data,
            (int)value.size, value.data);
  }
  count = epochlog__take_u16(&in);
  if (count != 0) {
    const struct epochlog__text key = epochlog__take_str(&in);
    uint32_t n = epochlog__take_u32(&in);

    assert_memory_equal(key.data, "classes", 7);
    for (; n != 0; n--) {
      const struct epochlog__text name = epochlog__take_str(&in);

      sprintf(batch.classes + strlen(batch.classes), "%.*s,", (int)name.size, name.data);
    }
  }
  batch.step = epochlog__take_i64(&in);
  batch.rows = epochlog__take_u32(&in);
  batch.columns = epochlog__take_u32(&in);
  assert_false(in.failed);
  read_columns(&batch, &in);
  assert_int_equal(epochlog__left(&in), 0);
  return batch;
}

static epochlog_run *start(void **state)
{
  return epochlog_start(&(epochlog_options){.root = *state, .run_id = "run"}, NULL);
}

/* Ends the run and reads its batches; the first `most` of them. */
static size_t batches_of(void **state, epochlog_run *run, struct batch *batches, size_t most)
{
  char path[600];
  struct scan scan;
  size_t count;

  epochlog_complete(run, NULL);
  snprintf(path, sizeof path, "%s/run", (const char *)*state);
  scan_folder(&scan, path);
  if (scan.fault != NULL) fail_msg("the log is damaged: %s", scan.fault);
  count = scan_records_of(&scan, FORMAT_RECORD_BATCH);
  for (size_t i = 0; i < count && i < most; i++)
    batches[i] = read_batch(scan_record_at(&scan, FORMAT_RECORD_BATCH, i));
  scan_release(&scan);
  return count;
}

/* ---------------------------------------------------- lists, rows, tables */

static void lists_of_every_type_are_kept_the_empty_one_too(void **state)
{
  const double doubles[] = {1.5, 2.5};
  const float floats[] = {0.1F, 0.2F};
  const int64_t integers[] = {INT64_MIN, 7};
  const unsigned char bools[] = {0, 9};
  const char *const texts[] = {"a", NULL};
  epochlog_run *run = start(state);
  struct batch got[6];

  assert_int_equal(epochlog_log_list(run, "d", EPOCHLOG_DOUBLE, doubles, 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_list(run, "f", EPOCHLOG_FLOAT, floats, 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_list(run, "i", EPOCHLOG_INT64, integers, 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_list(run, "b", EPOCHLOG_BOOL, bools, 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_list(run, "t", EPOCHLOG_TEXT, texts, 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_list(run, "e", EPOCHLOG_DOUBLE, NULL, 0), EPOCHLOG_OK);
  assert_int_equal(batches_of(state, run, got, 6), 6);
  assert_int_equal(got[0].kind, FORMAT_BATCH_LIST);
  assert_string_equal(got[0].attributes, "name=d;");
  assert_string_equal(got[0].names, "value:0;");
  assert_string_equal(got[1].names, "value:1;");
  assert_close(got[1].first[0], (double)0.1F, 0);
  assert_string_equal(got[2].names, "value:2;");
  assert_close(got[2].first[0], -9223372036854775808.0, 0);
  assert_close(got[3].last[0], 1, 0);
  assert_string_equal(got[4].names, "value:4;");
  assert_int_equal(got[5].rows, 0);
  assert_true(got[0].step == FORMAT_NO_STEP);
}

static void rows_and_tables_keep_their_columns(void **state)
{
  const double x[] = {1, 2, 3};
  const char *const names[] = {"one", "two", "three"};
  const epochlog_column columns[] = {{" x ", EPOCHLOG_DOUBLE, x}, {"name", EPOCHLOG_TEXT, names}};
  epochlog_run *run = start(state);
  struct batch got[3];

  assert_int_equal(epochlog_log_row(run, "row", columns, 2), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_row(run, "row", columns, 1), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_table(run, "table", columns, 2, 3), EPOCHLOG_OK);
  assert_int_equal(batches_of(state, run, got, 3), 3);
  assert_int_equal(got[0].kind, FORMAT_BATCH_ROW);
  assert_int_equal(got[0].rows, 1);
  assert_string_equal(got[0].names, "x:0;name:4;");
  assert_int_equal(got[1].columns, 1);
  assert_int_equal(got[2].kind, FORMAT_BATCH_TABLE);
  assert_int_equal(got[2].rows, 3);
  assert_close(got[2].last[0], 3, 0);
}

static void a_table_that_is_not_one_is_invalid(void **state)
{
  const double x[] = {1};
  const epochlog_column nameless = {" ", EPOCHLOG_DOUBLE, x};
  const epochlog_column valueless = {"x", EPOCHLOG_DOUBLE, NULL};
  const epochlog_column typeless = {"x", (epochlog_type)77, x};
  epochlog_run *run = start(state);

  assert_int_equal(epochlog_log_row(run, "t", NULL, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "t", &nameless, 0), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "t", &nameless, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "t", &valueless, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "t", &typeless, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_list(run, "l", (epochlog_type)77, x, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_list(run, "l", EPOCHLOG_DOUBLE, NULL, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_list(run, "", EPOCHLOG_DOUBLE, x, 1), EPOCHLOG_INVALID);
  assert_int_equal(batches_of(state, run, NULL, 0), 0);
}

/* No frame passes 16 MiB, so this is several records; their rows are the table's. */
static void a_long_table_is_split_by_rows(void **state)
{
  const size_t rows = 2500000;
  double *x = malloc(rows * sizeof *x);
  const epochlog_column column = {"x", EPOCHLOG_DOUBLE, x};
  epochlog_run *run = start(state);
  struct batch got[10];
  size_t count;
  size_t total = 0;
  uint64_t seed = 1;

  for (size_t i = 0; i < rows; i++) {
    seed = seed * UINT64_C(6364136223846793005) + 1;
    x[i] = (double)(seed >> 11) / 3;
  }
  assert_int_equal(epochlog_log_table(run, "t", &column, 1, rows), EPOCHLOG_OK);
  count = batches_of(state, run, got, 10);
  assert_in_range(count, 2, 9);
  for (size_t i = 0; i < count; i++) {
    assert_close(got[i].first[0], x[total], 0);
    total += got[i].rows;
  }
  assert_int_equal(total, rows);
  assert_close(got[count - 1].last[0], x[rows - 1], 0);
  free(x);
}

static void a_table_at_the_limit_of_columns_is_kept_and_one_past_it_refused(void **state)
{
  const double x[] = {1};
  epochlog_column *columns = calloc(65537, sizeof *columns);
  epochlog_run *run = start(state);

  for (size_t i = 0; i < 65537; i++)
    columns[i] = (epochlog_column){.name = "x", .type = EPOCHLOG_DOUBLE, .values = x};
  assert_int_equal(epochlog_log_row(run, "t", columns, 65537), EPOCHLOG_TOO_LARGE);
  assert_int_equal(epochlog_log_row(run, "t", columns, 65536), EPOCHLOG_OK);
  assert_int_equal(batches_of(state, run, NULL, 0), 1);
  free(columns);
}

/* ------------------------------------------------------------- evaluations */

static const char *const three[] = {"setosa", "versicolor", "\xFFvirginica"};
static const int32_t truth[] = {0, 2, -1};

static void a_classification_keeps_scores_weights_and_ids(void **state)
{
  const double scores[] = {0.7, 0.2, 0.1, 0.1, 0.3, 0.6, 0.2, 0.5, 0.3};
  const double weights[] = {1, 2, 0.5};
  const int64_t ids[] = {17, 3, 99};
  const int32_t predicted[] = {0, 2, 1};
  epochlog_run *run = start(state);
  struct batch got;

  assert_int_equal(
      epochlog_log_classification(run, "test",
                                  &(epochlog_classification){.class_names = three,
                                                             .class_count = 3,
                                                             .count = 3,
                                                             .true_class = truth,
                                                             .scores = scores,
                                                             .predicted_class = predicted,
                                                             .weights = weights,
                                                             .ids = ids,
                                                             .positive_class = "setosa"}),
      EPOCHLOG_OK);
  assert_int_equal(batches_of(state, run, &got, 1), 1);
  assert_int_equal(got.kind, FORMAT_BATCH_CLASSIFICATION);
  assert_string_equal(got.attributes, "name=test;positive=setosa;");
  assert_string_equal(got.classes, "setosa,versicolor,\xEF\xBF\xBDvirginica,");
  assert_string_equal(got.names, "true:2;score:0:0;score:1:0;score:2:0;predicted:2;weight:0;id:2;");
  assert_close(got.last[0], -1, 0);
  assert_close(got.first[1], 0.7, 0);
  assert_close(got.last[2], 0.5, 0);
  assert_close(got.last[6], 99, 0);
}

static void binary_scores_and_labels_alone_are_classifications_too(void **state)
{
  const float scores[] = {0.25F, 0.75F, 0.5F};
  const int32_t predicted[] = {0, 1, 1};
  epochlog_run *run = start(state);
  struct batch got[3];

  assert_int_equal(epochlog_log_classification(run, "binary",
                                               &(epochlog_classification){.class_names = three,
                                                                          .class_count = 2,
                                                                          .count = 3,
                                                                          .true_class = truth,
                                                                          .scores_f32 = scores,
                                                                          .binary_scores = 1}),
                   EPOCHLOG_OK);
  assert_int_equal(
      epochlog_log_classification(run, "labels",
                                  &(epochlog_classification){.class_names = three,
                                                             .class_count = 2,
                                                             .count = 3,
                                                             .true_class = truth,
                                                             .predicted_class = predicted}),
      EPOCHLOG_OK);
  assert_int_equal(
      epochlog_log_classification(
          run, "none", &(epochlog_classification){.class_names = three, .class_count = 2}),
      EPOCHLOG_OK);
  assert_int_equal(batches_of(state, run, got, 3), 3);
  assert_string_equal(got[0].names, "true:2;score:1;");
  assert_close(got[0].last[1], 0.5, 0);
  assert_string_equal(got[1].names, "true:2;predicted:2;");
  assert_int_equal(got[2].rows, 0);
}

static void a_classification_that_contradicts_itself_is_invalid(void **state)
{
  const double scores[] = {0.5, 0.5};
  const float floats[] = {0.5F, 0.5F};
  const char *const broken[] = {"a", NULL};
  const epochlog_classification bad[] = {
      {.class_names = three, .class_count = 1, .count = 1, .true_class = truth, .scores = scores},
      {.class_names = NULL, .class_count = 2, .count = 1, .true_class = truth, .scores = scores},
      {.class_names = broken, .class_count = 2, .count = 1, .true_class = truth, .scores = scores},
      {.class_names = three, .class_count = 2, .count = 1, .scores = scores},
      {.class_names = three, .class_count = 2, .count = 1, .true_class = truth},
      {.class_names = three,
       .class_count = 2,
       .count = 1,
       .true_class = truth,
       .scores = scores,
       .scores_f32 = floats},
      {.class_names = three,
       .class_count = 3,
       .count = 1,
       .true_class = truth,
       .scores = scores,
       .binary_scores = 1},
      {.class_names = three,
       .class_count = 2,
       .count = 1,
       .true_class = truth,
       .scores = scores,
       .positive_class = "rose"},
  };
  epochlog_run *run = start(state);

  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(epochlog_log_classification(run, "test", &bad[i]), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_classification(run, "test", NULL), EPOCHLOG_INVALID);
  assert_int_equal(batches_of(state, run, NULL, 0), 0);
}

static void a_regression_keeps_its_interval(void **state)
{
  const double values[] = {1, 2, 3};
  const double nan = (double)NAN;
  epochlog_run *run = start(state);
  struct batch got;
  epochlog_regression batch = {.count = 3,
                               .true_value = values,
                               .predicted = values,
                               .lower = values,
                               .upper = values,
                               .interval_level = 0.9,
                               .target_name = "price"};

  setlocale(LC_NUMERIC, "de_DE.UTF-8");
  assert_int_equal(epochlog_log_regression(run, "test", &batch), EPOCHLOG_OK);
  setlocale(LC_NUMERIC, "C");
  batch.upper = NULL;
  assert_int_equal(epochlog_log_regression(run, "test", &batch), EPOCHLOG_INVALID);
  batch.upper = values;
  batch.interval_level = nan;
  assert_int_equal(epochlog_log_regression(run, "test", &batch), EPOCHLOG_INVALID);
  batch.interval_level = 1;
  assert_int_equal(epochlog_log_regression(run, "test", &batch), EPOCHLOG_INVALID);
  batch.interval_level = 0;
  batch.predicted = NULL;
  assert_int_equal(epochlog_log_regression(run, "test", &batch), EPOCHLOG_INVALID);
  assert_int_equal(batches_of(state, run, &got, 1), 1);
  assert_string_equal(got.attributes, "name=test;interval_level=0.9;target=price;");
  assert_string_equal(got.names, "true:0;predicted:0;lower:0;upper:0;");
}

static void an_importance_keeps_features_and_classes(void **state)
{
  const double overall[] = {0.5, -0.25};
  const double per_class[] = {1, 2, 3, 4, 5, 6};
  epochlog_run *run = start(state);
  struct batch got[2];

  assert_int_equal(epochlog_log_importance(run, "model",
                                           &(epochlog_importance){.feature_count = 2,
                                                                  .feature_names = three,
                                                                  .overall = overall,
                                                                  .class_count = 3,
                                                                  .class_names = three,
                                                                  .per_class = per_class,
                                                                  .method = "permutation"}),
                   EPOCHLOG_OK);
  assert_int_equal(epochlog_log_importance(run, "plain",
                                           &(epochlog_importance){.feature_count = 2,
                                                                  .feature_names = three,
                                                                  .overall = overall,
                                                                  .deviation = overall}),
                   EPOCHLOG_OK);
  assert_int_equal(
      epochlog_log_importance(run, "bad",
                              &(epochlog_importance){.feature_count = 2, .feature_names = three}),
      EPOCHLOG_INVALID);
  assert_int_equal(batches_of(state, run, got, 2), 2);
  assert_string_equal(got[0].attributes, "name=model;method=permutation;");
  assert_string_equal(got[0].names, "feature:4;overall:0;class:0:0;class:1:0;class:2:0;");
  assert_close(got[0].last[2], 2, 0);
  assert_close(got[0].first[4], 5, 0);
  assert_string_equal(got[1].names, "feature:4;overall:0;deviation:0;");
  assert_string_equal(got[1].classes, "");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(lists_of_every_type_are_kept_the_empty_one_too),
      IN_FOLDER(rows_and_tables_keep_their_columns),
      IN_FOLDER(a_table_that_is_not_one_is_invalid),
      IN_FOLDER(a_long_table_is_split_by_rows),
      IN_FOLDER(a_table_at_the_limit_of_columns_is_kept_and_one_past_it_refused),
      IN_FOLDER(a_classification_keeps_scores_weights_and_ids),
      IN_FOLDER(binary_scores_and_labels_alone_are_classifications_too),
      IN_FOLDER(a_classification_that_contradicts_itself_is_invalid),
      IN_FOLDER(a_regression_keeps_its_interval),
      IN_FOLDER(an_importance_keeps_features_and_classes),
  };

  return cmocka_run_group_tests_name("batches", tests, NULL, NULL) != 0;
}
