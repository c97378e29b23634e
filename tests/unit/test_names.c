/* Names, numbers and arguments of every odd kind: each is kept, changed or refused as
 * epochlog.h says, and costs no other point. */
#include "unit.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clock.h"
#include "epochlog.h"
#include "format.h"
#include "one_run.h"
#include "reader/run.h"
#include "run.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define IS_SLOW 1
#else
#define IS_SLOW 0
#endif

/* The run as the report reads it. */
static struct run *read_run(void **state)
{
  struct read_error error;
  struct run *run = run_open(folder_of(*state), RUN_ALL, &error);

  if (run == NULL) fail_msg("%s", error.message);
  return run;
}

static const struct metric *metric_of(const struct run *run, const char *name)
{
  for (size_t i = 0; i < run->metric_count; i++)
    if (strcmp(run->metrics[i].name, name) == 0) return &run->metrics[i];
  return NULL;
}

/* A point before and one after what is odd: both must be there. */
static void mark(epochlog_run *run) { epochlog_log(run, "mark", 1); }

static void expect_marks(const struct run *run, size_t count)
{
  const struct metric *marks = metric_of(run, "mark");

  assert_non_null(marks);
  assert_int_equal(marks->count, count);
}

/* ----------------------------------------------------------------- numbers */

static void every_double_comes_back_bit_for_bit(void **state)
{
  const uint64_t odd[] = {
      UINT64_C(0x7FF8000000000000), UINT64_C(0x7FF8DEADBEEF0001), UINT64_C(0xFFF0000000000001),
      UINT64_C(0x7FF0000000000000), UINT64_C(0xFFF0000000000000), UINT64_C(0x8000000000000000),
      UINT64_C(0x0000000000000001), UINT64_C(0x800FFFFFFFFFFFFF), UINT64_C(0x0010000000000000),
      UINT64_C(0x7FEFFFFFFFFFFFFF), UINT64_C(0x0000000000000000)};
  const size_t n = sizeof odd / sizeof odd[0];
  epochlog_run *run = start(state);
  const epochlog_metric few = epochlog_define(run, "few", NULL);
  const epochlog_metric many = epochlog_define(run, "many", NULL);
  const epochlog_metric rows[] = {epochlog_define(run, "row", NULL)};
  struct scan scan;

  for (size_t i = 0; i < n; i++) epochlog_scalar(run, few, (int64_t)i, epochlog__of_bits(odd[i]));
  /* Enough of them that they become a column. */
  for (size_t i = 0; i < 50 * n; i++) {
    const double value = epochlog__of_bits(odd[i % n]);

    epochlog_scalar(run, many, (int64_t)i, value);
    epochlog_scalars(run, (int64_t)i, rows, &value, 1);
  }
  complete(run);
  scan = scan_of(*state);
  for (size_t i = 0; i < n; i++) assert_true(scan_point_at(&scan, "few", i)->bits == odd[i]);
  for (size_t i = 0; i < 50 * n; i += 7) {
    assert_true(scan_point_at(&scan, "many", i)->bits == odd[i % n]);
    assert_true(scan_point_at(&scan, "row", i)->bits == odd[i % n]);
  }
  scan_release(&scan);
}

static void steps_are_kept_whatever_their_order(void **state)
{
  const int64_t given[] = {5,
                           4,
                           4,
                           -7,
                           INT64_MIN + 1,
                           INT64_MAX,
                           EPOCHLOG_AUTO,
                           EPOCHLOG_AUTO,
                           0,
                           INT64_MIN + 1,
                           EPOCHLOG_AUTO};
  const int64_t want[] = {
      5, 4, 4, -7, INT64_MIN + 1, INT64_MAX, INT64_MAX, INT64_MAX, 0, INT64_MIN + 1, INT64_MIN + 2};
  const size_t n = sizeof given / sizeof given[0];
  epochlog_run *run = start(state);
  struct run *read;
  struct scan scan;

  for (size_t round = 0; round < 10; round++)
    for (size_t i = 0; i < n; i++) epochlog_log_at(run, "loss", given[i], (double)i);
  for (size_t i = 0; i < n; i++) epochlog_log_at(run, "few", given[i], (double)i);
  complete(run);
  scan = scan_of(*state);
  for (size_t i = 0; i < 10 * n; i++)
    assert_true(scan_point_at(&scan, "loss", i)->step == want[i % n]);
  for (size_t i = 0; i < n; i++) assert_true(scan_point_at(&scan, "few", i)->step == want[i]);
  scan_release(&scan);
  read = read_run(state);
  assert_int_equal(metric_of(read, "loss")->count, 10 * n);
  run_close(read);
}

static void integers_take_the_nearest_of_any_double(void **state)
{
  const double given[] = {1e300, -1e300, (double)NAN, (double)INFINITY, -(double)INFINITY,
                          0.5,   -0.5,   2.4,         DBL_MIN,          9007199254740993.0};
  const int64_t want[] = {INT64_MAX, INT64_MIN, 0, INT64_MAX, INT64_MIN,
                          1,         -1,        2, 0,         INT64_C(9007199254740992)};
  const size_t n = sizeof given / sizeof given[0];
  epochlog_run *run = start(state);
  const epochlog_metric whole =
      epochlog_define(run, "whole", &(epochlog_metric_options){.integer = 1});
  struct scan scan;

  for (size_t i = 0; i < n; i++) {
    epochlog_scalar(run, whole, EPOCHLOG_AUTO, given[i]);
    epochlog_scalars(run, EPOCHLOG_AUTO, &whole, &given[i], 1);
    epochlog_log(run, "whole", given[i]);
  }
  complete(run);
  scan = scan_of(*state);
  for (size_t i = 0; i < 3 * n; i++)
    assert_true((int64_t)scan_point_at(&scan, "whole", i)->bits == want[i / 3]);
  scan_release(&scan);
}

/* A clock that is set back or forward by years: the time of each point is what it was. */
static void a_clock_may_jump_as_it_likes(void **state)
{
  const int64_t now_us = epochlog__clock_wall_us();
  const int64_t offsets[] = {
      0,  -3600000000, 86400000000, -40 * INT64_C(31557600000000), 100 * INT64_C(31557600000000), 1,
      -1, 2147483648,  -2147483649};
  const size_t n = sizeof offsets / sizeof offsets[0];
  epochlog_run *run = start(state);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  struct scan scan;

  epochlog_scalar(run, loss, 0, 0);
  for (size_t i = 0; i < 20 * n; i++) {
    assert_int_equal(epochlog__enter(run), EPOCHLOG_OK);
    epochlog__append_scalar(run, loss, now_us + offsets[i % n], (int64_t)i + 1, 0);
    epochlog__leave(run);
  }
  epochlog_scalar(run, loss, 1000, 0);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "loss"), 20 * n + 2);
  for (size_t i = 0; i < 20 * n; i++)
    assert_true(scan_point_at(&scan, "loss", i + 1)->time_us == now_us + offsets[i % n]);
  assert_true(scan_point_at(&scan, "loss", 20 * n + 1)->time_us >= now_us);
  scan_release(&scan);
}

/* ------------------------------------------------------------------- names */

#define MANY (IS_SLOW ? 10000 : 100000)

static long peak_kib(void)
{
  struct rusage usage;

  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void a_hundred_thousand_names_are_kept_in_bounded_time_and_memory(void **state)
{
  epochlog_run *run = start(state);
  const long before_kib = peak_kib();
  const int64_t begin = epochlog__clock_mono();
  struct run *read;
  char name[40];

  for (int i = 0; i < MANY; i++) {
    snprintf(name, sizeof name, "layer %d/weight", i);
    epochlog_log(run, name, i);
    if (i % 3 == 0) epochlog_log(run, name, i);
  }
  complete(run);
  if (!IS_SLOW) {
    assert_true(epochlog__clock_mono() - begin < INT64_C(10000000000));
    assert_true(peak_kib() - before_kib < 256 * 1024);
  }
  read = read_run(state);
  assert_int_equal(read->metric_count, MANY);
  for (size_t i = 0; i < MANY; i++) {
    const struct metric *metric = &read->metrics[i];
    const int number = atoi(metric->name + 6);

    assert_int_equal(metric->count, number % 3 == 0 ? 2 : 1);
    assert_true(metric->values[0] == number);
  }
  run_close(read);
}

static char *repeated(char c, size_t size)
{
  char *text = malloc(size + 1);

  memset(text, c, size);
  text[size] = '\0';
  return text;
}

/* Each call that takes a name, with this one; what those say that say something. */
static epochlog_status use_name(epochlog_run *run, const char *name)
{
  const double one = 1;
  const epochlog_column column = {"x", EPOCHLOG_DOUBLE, &one};
  char *of_its_kind = malloc(strlen(name) + 8);
  epochlog_status status = EPOCHLOG_OK;
  epochlog_status statuses[9];

  epochlog_log(run, name, 1);
  statuses[0] = epochlog_tag(run, name, "v");
  statuses[1] = epochlog_param(run, name, 1);
  statuses[2] = epochlog_property(run, name, "v");
  statuses[3] = epochlog_environment(run, name, "v");
  statuses[4] = epochlog_log_markdown(run, name, "text");
  statuses[5] = epochlog_param_text(run, name, name);
  statuses[6] = epochlog_tag_remove(run, name);
  sprintf(of_its_kind, "L%s", name);
  statuses[7] = epochlog_log_list(run, of_its_kind, EPOCHLOG_DOUBLE, &one, 1);
  sprintf(of_its_kind, "R%s", name);
  statuses[8] = epochlog_log_row(run, of_its_kind, &column, 1);
  for (size_t i = 0; i < 9; i++)
    if (statuses[i] != EPOCHLOG_OK) status = statuses[i];
  free(of_its_kind);
  return status;
}

static void names_that_are_odd_are_kept(void **state)
{
  const char *const names[] = {"\x01\x02\x1F\x7F", "a\nb\tc",          "\xEF\xBB\xBFmark",
                               "\xE2\x80\xAE",     "../../etc/passwd", "%s%n%d",
                               "\"',;<script>",    "\xF0\x9F\x98\x80", "\xED\xA0\x80",
                               "\xC0\x80",         "\xFF\xFE",         "a\xE2\x82"};
  const size_t n = sizeof names / sizeof names[0];
  epochlog_run *run = start(state);
  struct run *read;

  mark(run);
  for (size_t i = 0; i < n; i++) assert_int_equal(use_name(run, names[i]), EPOCHLOG_OK);
  mark(run);
  complete(run);
  read = read_run(state);
  expect_marks(read, 2);
  assert_int_equal(metric_of(read, names[0])->count, 1);
  assert_int_equal(metric_of(read, "a\nb\tc")->count, 1);
  assert_int_equal(metric_of(read, "%s%n%d")->count, 1);
  assert_int_equal(metric_of(read, "\xF0\x9F\x98\x80")->count, 1);
  assert_int_equal(metric_of(read, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")->count, 1);
  /* Two that are not UTF-8 in the same places are the same. */
  assert_int_equal(metric_of(read, "\xEF\xBF\xBD\xEF\xBF\xBD")->count, 2);
  run_close(read);
}

static void names_without_a_letter_are_invalid(void **state)
{
  const char *const names[] = {"", " ", "\t\n\v\f\r "};
  epochlog_run *run = start(state);
  struct run *read;

  mark(run);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(epochlog_define(run, names[i], NULL), 0);
    assert_int_equal(epochlog_tag(run, names[i], "v"), EPOCHLOG_INVALID);
    assert_int_equal(use_name(run, names[i]), EPOCHLOG_INVALID);
  }
  mark(run);
  complete_with(run, EPOCHLOG_INVALID);
  read = read_run(state);
  expect_marks(read, 2);
  run_close(read);
}

static void a_name_of_a_mebibyte_is_cut_and_told(void **state)
{
  char *name = repeated('n', 1 << 20);
  char *cut = repeated('n', EPOCHLOG_NAME_MAX);
  epochlog_run *run = start(state);
  struct run *read;

  mark(run);
  assert_int_equal(use_name(run, name), EPOCHLOG_OK);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_TOO_LARGE);
  for (int i = 0; i < 50; i++) epochlog_log(run, name, i);
  epochlog_log(run, cut, 1);
  mark(run);
  complete_with(run, EPOCHLOG_TOO_LARGE);
  read = read_run(state);
  expect_marks(read, 2);
  assert_int_equal(metric_of(read, cut)->count, 52);
  run_close(read);
  free(name);
  free(cut);
}

static void names_of_4096_bytes_are_whole_and_of_4097_cut(void **state)
{
  char *whole = repeated('w', EPOCHLOG_NAME_MAX);
  char *longer = repeated('l', EPOCHLOG_NAME_MAX + 1);
  epochlog_run *run = start(state);
  struct run *read;

  epochlog_log(run, whole, 1);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_OK);
  epochlog_log(run, longer, 1);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_TOO_LARGE);
  complete_with(run, EPOCHLOG_TOO_LARGE);
  read = read_run(state);
  assert_int_equal(metric_of(read, whole)->count, 1);
  longer[EPOCHLOG_NAME_MAX] = '\0';
  assert_int_equal(metric_of(read, longer)->count, 1);
  run_close(read);
  free(whole);
  free(longer);
}

/* ------------------------------------------------------------------- kinds */

static void one_name_is_of_one_kind_and_the_others_lose_nothing(void **state)
{
  const double one = 1;
  const epochlog_column column = {"x", EPOCHLOG_DOUBLE, &one};
  epochlog_run *run = start(state);
  struct run *read;

  for (int i = 0; i < 100; i++) {
    mark(run);
    epochlog_log(run, "number", i);
    epochlog_log_text(run, "number", EPOCHLOG_AUTO, "text");
    assert_int_equal(epochlog_log_list(run, "number", EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_KIND);
    epochlog_log_text(run, "text", EPOCHLOG_AUTO, "text");
    epochlog_log(run, "text", i);
    epochlog_log_int(run, "text", EPOCHLOG_AUTO, i);
    assert_int_equal(epochlog_define(run, "text", NULL), 0);
    assert_int_equal(epochlog_log_table(run, "text", &column, 1, 1), EPOCHLOG_KIND);
    assert_int_equal(epochlog_log_list(run, "list", EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_OK);
    epochlog_log(run, "list", i);
    epochlog_log_text(run, "list", EPOCHLOG_AUTO, "text");
  }
  complete_with(run, EPOCHLOG_KIND);
  read = read_run(state);
  expect_marks(read, 100);
  assert_int_equal(metric_of(read, "number")->count, 100);
  assert_int_equal(metric_of(read, "text")->count, 100);
  assert_int_equal(metric_of(read, "list")->batches, 100);
  run_close(read);
}

/* --------------------------------------------------------------- arguments */

static void a_null_in_any_place_is_refused_and_told(void **state)
{
  const double one = 1;
  const epochlog_column no_name = {NULL, EPOCHLOG_DOUBLE, &one};
  const epochlog_column no_values = {"x", EPOCHLOG_DOUBLE, NULL};
  const epochlog_column no_type = {"x", (epochlog_type)17, &one};
  const epochlog_column column = {"x", EPOCHLOG_DOUBLE, &one};
  const char *const classes[] = {"a", NULL};
  epochlog_run *run = start(state);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  struct run *read;

  mark(run);
  assert_int_equal(epochlog_define(run, NULL, NULL), 0);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_INVALID);
  epochlog_log(run, NULL, 1);
  epochlog_log_at(run, NULL, 1, 1);
  epochlog_log_int(run, NULL, 1, 1);
  epochlog_log_bool(run, NULL, 1, 1);
  epochlog_log_text(run, NULL, 1, "x");
  epochlog_log_text(run, "text", 1, NULL);
  epochlog_scalars(run, 0, NULL, &one, 1);
  epochlog_scalars(run, 0, &loss, NULL, 1);
  epochlog_scalars(run, 0, NULL, NULL, 0);
  assert_int_equal(epochlog_log_list(run, NULL, EPOCHLOG_DOUBLE, &one, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_list(run, "l", EPOCHLOG_DOUBLE, NULL, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_list(run, "l", (epochlog_type)17, &one, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_list(run, "empty", EPOCHLOG_DOUBLE, NULL, 0), EPOCHLOG_OK);
  assert_int_equal(epochlog_log_row(run, "r", NULL, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "r", &column, 0), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "r", &no_name, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "r", &no_values, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, "r", &no_type, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_row(run, NULL, &column, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_table(run, "t", &no_values, 1, 5), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_table(run, NULL, &column, 1, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_classification(run, "c", NULL), EPOCHLOG_INVALID);
  assert_int_equal(
      epochlog_log_classification(
          run, "c",
          &(epochlog_classification){.class_names = classes, .class_count = 2, .count = 0}),
      EPOCHLOG_INVALID);
  assert_int_equal(
      epochlog_log_classification(run, "c", &(epochlog_classification){.class_count = 2}),
      EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_regression(run, "r", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_regression(run, "r", &(epochlog_regression){.count = 1}),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_importance(run, "i", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_importance(run, "i", &(epochlog_importance){.feature_count = 1}),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_json(run, NULL, NULL, "{}"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_json(run, "j", NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_markdown(run, NULL, "x"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_markdown(run, "m", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_data(run, "i", 0, NULL, 4, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_data(run, NULL, 0, "x", 1, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_file(run, "i", 0, NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_log_image_pixels(run, "i", 0, NULL, 1, 1, 1, 0, NULL),
                   EPOCHLOG_INVALID);
  assert_int_equal(epochlog_param(run, NULL, 1), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_param_text(run, "p", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_tag(run, NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_tag(run, "t", NULL), EPOCHLOG_OK);
  assert_int_equal(epochlog_tag_remove(run, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_property(run, NULL, "v"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_property(run, "p", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_environment(run, NULL, "v"), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_environment(run, "e", NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file(run, NULL, NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file_data(run, NULL, "x", 1, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_file_data(run, "f", NULL, 1, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_add_folder(run, NULL, NULL, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_INVALID);
  mark(run);
  complete_with(run, EPOCHLOG_INVALID);
  read = read_run(state);
  expect_marks(read, 2);
  run_close(read);
}

static void an_end_without_words_is_one(void **state)
{
  epochlog_run *run = start(state);
  struct run *read;

  mark(run);
  assert_int_equal(epochlog_fail(run, NULL, NULL, NULL, NULL), EPOCHLOG_OK);
  read = read_run(state);
  expect_marks(read, 1);
  assert_int_equal(read->status, RUN_FAILED);
  run_close(read);
}

/* 0 is what a failed definition gave: it is ignored.  Others were never given. */
static void metrics_that_are_none_are_ignored(void **state)
{
  const double values[] = {1, 2, 3, 4, 5};
  epochlog_run *run = start(state);
  const epochlog_metric known[] = {epochlog_define(run, "a", NULL),
                                   epochlog_define(run, "b", NULL)};
  const epochlog_metric none[] = {0, 0};
  const epochlog_metric mixed[] = {12345, known[0], 0, known[1], UINT32_MAX};
  const epochlog_metric twice[] = {known[0], known[1], known[0]};
  struct run *read;

  epochlog_scalar(run, 0, 0, 1);
  epochlog_scalar_int(run, 0, 0, 1);
  epochlog_scalars(run, 0, none, values, 2);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_OK);
  epochlog_scalar(run, 12345, 0, 1);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_INVALID);
  epochlog_scalar_int(run, UINT32_MAX, 0, 1);
  for (int i = 0; i < 50; i++) {
    epochlog_scalars(run, EPOCHLOG_AUTO, mixed, values, 5);
    epochlog_scalars(run, EPOCHLOG_AUTO, twice, values, 3);
    epochlog_scalars(run, EPOCHLOG_AUTO, mixed, values, 0);
  }
  complete_with(run, EPOCHLOG_INVALID);
  read = read_run(state);
  assert_int_equal(read->metric_count, 2);
  assert_int_equal(metric_of(read, "a")->count, 150);
  assert_int_equal(metric_of(read, "b")->count, 100);
  assert_true(metric_of(read, "a")->values[0] == 2);
  assert_int_equal(metric_of(read, "a")->steps[149], 99);
  run_close(read);
}

/* More than a row record holds, and than a segment. */
static void a_row_of_a_hundred_thousand_is_kept(void **state)
{
  const size_t n = 100000;
  epochlog_metric *metrics = malloc(n * sizeof *metrics);
  double *values = malloc(n * sizeof *values);
  epochlog_run *run = start(state);
  const epochlog_metric own[] = {epochlog_define(run, "a", NULL), epochlog_define(run, "b", NULL)};
  struct run *read;

  for (size_t i = 0; i < n; i++) {
    metrics[i] = own[i % 2];
    values[i] = (double)i;
  }
  epochlog_scalars(run, 7, metrics, values, n);
  epochlog_scalars(run, EPOCHLOG_AUTO, metrics, values, n);
  complete(run);
  read = read_run(state);
  assert_int_equal(metric_of(read, "a")->count, n);
  assert_int_equal(metric_of(read, "b")->count, n);
  assert_int_equal(metric_of(read, "b")->steps[0], 7);
  assert_int_equal(metric_of(read, "b")->steps[n - 1], 8);
  run_close(read);
  free(metrics);
  free(values);
}

static void a_text_of_16_mib_is_a_point_and_a_longer_one_is_refused(void **state)
{
  char *text = repeated('t', 17 << 20);
  epochlog_run *run = start(state);
  struct run *read;

  mark(run);
  epochlog_log_text(run, "text", 0, text);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_TOO_LARGE);
  text[EPOCHLOG_TEXT_MAX] = '\0';
  epochlog_log_text(run, "text", 1, text);
  assert_int_equal(epochlog_param_text(run, "p", text), EPOCHLOG_OK);
  mark(run);
  complete_with(run, EPOCHLOG_TOO_LARGE);
  read = read_run(state);
  expect_marks(read, 2);
  assert_int_equal(metric_of(read, "text")->count, 1);
  assert_int_equal(metric_of(read, "text")->steps[0], 1);
  assert_int_equal(strlen(metric_of(read, "text")->texts[0]), EPOCHLOG_TEXT_MAX);
  run_close(read);
  free(text);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(every_double_comes_back_bit_for_bit),
      IN_FOLDER(steps_are_kept_whatever_their_order),
      IN_FOLDER(integers_take_the_nearest_of_any_double),
      IN_FOLDER(a_clock_may_jump_as_it_likes),
      IN_FOLDER(a_hundred_thousand_names_are_kept_in_bounded_time_and_memory),
      IN_FOLDER(names_that_are_odd_are_kept),
      IN_FOLDER(names_without_a_letter_are_invalid),
      IN_FOLDER(a_name_of_a_mebibyte_is_cut_and_told),
      IN_FOLDER(names_of_4096_bytes_are_whole_and_of_4097_cut),
      IN_FOLDER(one_name_is_of_one_kind_and_the_others_lose_nothing),
      IN_FOLDER(a_null_in_any_place_is_refused_and_told),
      IN_FOLDER(an_end_without_words_is_one),
      IN_FOLDER(metrics_that_are_none_are_ignored),
      IN_FOLDER(a_row_of_a_hundred_thousand_is_kept),
      IN_FOLDER(a_text_of_16_mib_is_a_point_and_a_longer_one_is_refused),
  };

  return cmocka_run_group_tests_name("names", tests, NULL, NULL) != 0;
}
