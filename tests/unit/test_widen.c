/* epochlog_widen: a metric of integers or truth values that goes on as one of doubles. */
#include "unit.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "epochlog.h"
#include "fault.h"
#include "format.h"
#include "one_run.h"
#include "reader/run.h"

static const epochlog_metric_options whole_numbers = {
    .unit = "ms", .description = "how long", .goal = EPOCHLOG_GOAL_MINIMIZE, .integer = 1};

static int make_calm_folder(void **state)
{
  fault_disarm();
  return temp_folder_make(state);
}

static int remove_folder(void **state)
{
  fault_disarm();
  return temp_folder_remove(state);
}

static struct run *read_run(void **state, enum run_detail detail)
{
  struct read_error error;
  struct run *run = run_open(folder_of(*state), detail, &error);

  if (run == NULL) fail_msg("%s", error.message);
  return run;
}

static const struct metric *metric_of(const struct run *run, const char *name)
{
  for (size_t i = 0; i < run->metric_count; i++)
    if (strcmp(run->metrics[i].name, name) == 0) return &run->metrics[i];
  fail_msg("there is no metric %s", name);
  return NULL;
}

/* The one metric of a name, whose points have these values at the steps from 0 on. */
static void expect_values(void **state, const char *name, const double *values, size_t count)
{
  struct run *run = read_run(state, RUN_ALL);
  const struct metric *metric = metric_of(run, name);

  assert_int_equal(run->metric_count, 1);
  assert_int_equal(metric->type, VALUE_FLOAT);
  assert_int_equal(metric->count, count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(metric->steps[i], i);
    assert_close(metric->values[i], values[i], 0);
  }
  assert_int_equal(run->warning_count, 0);
  run_close(run);
}

/* ------------------------------------------------------------ what it promises */

static void a_metric_of_integers_goes_on_as_one_of_doubles(void **state)
{
  const double want[] = {7, 8, 0.5, 9};
  epochlog_run *run = start(state);
  const epochlog_metric narrow = epochlog_define(run, "x", &whole_numbers);
  epochlog_metric wide;

  epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, 7);
  epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, 8);
  wide = epochlog_widen(run, "x");
  assert_int_not_equal(wide, 0);
  assert_int_not_equal(wide, narrow);
  epochlog_scalar(run, wide, EPOCHLOG_AUTO, 0.5);
  epochlog_log_int(run, "x", EPOCHLOG_AUTO, 9);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_OK);
  complete(run);
  expect_values(state, "x", want, 4);
}

static void so_does_one_of_truth_values(void **state)
{
  const double want[] = {1, 0, 0.25};
  epochlog_run *run = start(state);

  epochlog_log_bool(run, "x", EPOCHLOG_AUTO, 1);
  epochlog_log_bool(run, "x", EPOCHLOG_AUTO, 0);
  epochlog_scalar(run, epochlog_widen(run, " x\n"), EPOCHLOG_AUTO, 0.25);
  complete(run);
  expect_values(state, "x", want, 3);
}

static void it_keeps_unit_goal_and_description(void **state)
{
  epochlog_run *run = start(state);
  struct run *read;
  struct scan scan;

  epochlog_scalar_int(run, epochlog_define(run, "x", &whole_numbers), 0, 1);
  epochlog_scalar(run, epochlog_widen(run, "x"), 1, 1.5);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan.series_count, 2);
  for (size_t i = 0; i < 2; i++) assert_string_equal(scan.series[i].name, "x");
  assert_int_equal(scan.series[0].type + scan.series[1].type,
                   FORMAT_VALUE_INTEGER + FORMAT_VALUE_FLOAT);
  /* Each of the two says all of it, and neither more. */
  for (size_t k = 0; k < scan_records_of(&scan, FORMAT_RECORD_SERIES); k++) {
    struct epochlog__bytes body = body_of(&scan, FORMAT_RECORD_SERIES, k);
    struct epochlog__text text;

    epochlog__take_u32(&body);
    assert_int_equal(epochlog__take_u32(&body) >> 16 & 0xFF, EPOCHLOG_GOAL_MINIMIZE);
    epochlog__take_str(&body);
    text = epochlog__take_str(&body);
    assert_memory_equal(text.data, "ms", text.size);
    text = epochlog__take_str(&body);
    assert_int_equal(text.size, strlen("how long"));
    assert_memory_equal(text.data, "how long", text.size);
  }
  scan_release(&scan);
  read = read_run(state, RUN_ALL);
  assert_string_equal(metric_of(read, "x")->unit, "ms");
  assert_string_equal(metric_of(read, "x")->description, "how long");
  assert_int_equal(metric_of(read, "x")->goal, EPOCHLOG_GOAL_MINIMIZE);
  run_close(read);
}

static void later_look_ups_of_the_name_give_the_new_number(void **state)
{
  epochlog_run *run = start(state);
  const epochlog_metric narrow = epochlog_define(run, "x", &whole_numbers);
  const epochlog_metric wide = epochlog_widen(run, "x");

  assert_int_equal(epochlog_define(run, "x", NULL), wide);
  assert_int_equal(epochlog_define(run, "x", &whole_numbers), wide);
  assert_int_equal(epochlog_widen(run, "x"), wide);
  assert_int_not_equal(narrow, wide);
  complete(run);
}

static void a_metric_of_doubles_and_a_new_name_are_as_defined(void **state)
{
  epochlog_run *run = start(state);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  epochlog_metric fresh;

  assert_int_equal(epochlog_widen(run, "loss"), loss);
  fresh = epochlog_widen(run, "new");
  assert_int_equal(epochlog_define(run, "new", NULL), fresh);
  epochlog_scalar(run, fresh, EPOCHLOG_AUTO, 0.5);
  complete(run);
  expect_values(state, "new", &(double){0.5}, 1);
}

static void what_is_logged_under_the_old_number_stays_as_it_was(void **state)
{
  const int64_t large = INT64_C(9007199254740993); /* which no double is */
  epochlog_run *run = start(state);
  const epochlog_metric narrow = epochlog_define(run, "x", &whole_numbers);
  struct scan scan;

  epochlog_scalar_int(run, narrow, 5, large);
  epochlog_scalar(run, epochlog_widen(run, "x"), EPOCHLOG_AUTO, 0.5);
  epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, large + 1);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(scan_points_of(&scan, "x"), 3);
  for (size_t i = 0; i < 3; i++) {
    const struct scan_point *point = scan_point_at(&scan, "x", i);

    if (point->series != narrow) continue;
    assert_true((int64_t)point->bits == large + (point->step == 5 ? 0 : 1));
  }
  scan_release(&scan);
}

static void both_numbers_may_be_in_one_row(void **state)
{
  epochlog_metric metrics[3];
  const double values[] = {2.6, 0.25, 1};
  epochlog_run *run = start(state);
  struct run *read;

  metrics[0] = epochlog_define(run, "x", &whole_numbers);
  metrics[2] = epochlog_define(run, "y", &whole_numbers);
  epochlog_scalars(run, 3, metrics, values, 1);
  metrics[1] = epochlog_widen(run, "x");
  for (int i = 0; i < 50; i++) epochlog_scalars(run, EPOCHLOG_AUTO, metrics + 1, values + 1, 2);
  epochlog_scalars(run, 100, metrics, values, 3);
  complete(run);
  read = read_run(state, RUN_ALL);
  assert_int_equal(metric_of(read, "x")->count, 53);
  assert_int_equal(metric_of(read, "x")->steps[50], 53);
  assert_close(metric_of(read, "x")->values[0], 3, 0);
  assert_close(metric_of(read, "x")->values[50], 0.25, 0);
  assert_close(metric_of(read, "x")->values[51] + metric_of(read, "x")->values[52], 3.25, 0);
  assert_int_equal(metric_of(read, "y")->count, 51);
  run_close(read);
}

static void other_kinds_are_told_and_nothing_is_defined(void **state)
{
  const double one = 1;
  epochlog_run *run = start(state);
  epochlog_metric next;

  assert_int_equal(epochlog_widen(NULL, "x"), 0);
  assert_int_equal(epochlog_widen(run, NULL), 0);
  assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_INVALID);
  assert_int_equal(epochlog_widen(run, " "), 0);
  epochlog_log_text(run, "text", 0, "a");
  epochlog_log_list(run, "list", EPOCHLOG_DOUBLE, &one, 1);
  next = epochlog_define(run, "x", &whole_numbers);
  assert_int_equal(epochlog_widen(run, "text"), 0);
  assert_int_equal(epochlog_widen(run, "list"), 0);
  assert_int_equal(epochlog_widen(run, "x"), next + 1);
  complete_with(run, EPOCHLOG_INVALID);
}

/* ---------------------------------------------------------------- many of them */

#define MANY 3000

/* The table of names grows several times between; every name means its newest number. */
static void thousands_of_metrics_widen_while_others_come(void **state)
{
  static epochlog_metric narrow[MANY], wide[MANY];
  epochlog_run *run = start(state);
  struct run *read;
  char name[32];

  for (size_t i = 0; i < MANY; i++) {
    snprintf(name, sizeof name, "metric %zu", i);
    narrow[i] = epochlog_define(run, name, &whole_numbers);
    epochlog_scalar_int(run, narrow[i], EPOCHLOG_AUTO, (int64_t)i);
    if (i % 3 != 0) continue;
    snprintf(name, sizeof name, "metric %zu", i / 3);
    wide[i / 3] = epochlog_widen(run, name);
    epochlog_scalar(run, wide[i / 3], EPOCHLOG_AUTO, 0.5);
  }
  for (size_t i = 0; i < MANY; i++) {
    snprintf(name, sizeof name, "metric %zu", i);
    assert_int_equal(epochlog_define(run, name, NULL), wide[i] != 0 ? wide[i] : narrow[i]);
  }
  complete(run);
  read = read_run(state, RUN_ALL);
  assert_int_equal(read->metric_count, MANY);
  for (size_t i = 0; i < MANY; i++) {
    const struct metric *metric = &read->metrics[i];
    const size_t number = strtoul(metric->name + strlen("metric "), NULL, 10);

    assert_int_equal(metric->count, wide[number] != 0 ? 2 : 1);
    assert_close(metric->values[0], (double)number, 0);
    if (wide[number] != 0) assert_close(metric->values[1], 0.5, 0);
  }
  run_close(read);
}

/* Of each type more than one block, so that both have chunks with statistics. */
static void long_metrics_are_joined_where_they_are_left_in_their_logs(void **state)
{
  const int64_t n = 50000;
  epochlog_run *run = start(state);
  const epochlog_metric narrow = epochlog_define(run, "x", &whole_numbers);
  const int64_t edges[] = {0, n, 2 * n};
  struct span spans[2];
  struct reduction reduction = {.columns = 2, .edges = edges, .spans = spans};
  struct metric_totals totals;
  struct read_error error;
  struct run *read;
  epochlog_metric wide;

  for (int64_t i = 0; i < n; i++) epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, i);
  wide = epochlog_widen(run, "x");
  for (int64_t i = 0; i < n; i++) epochlog_scalar(run, wide, EPOCHLOG_AUTO, 0.5);
  complete(run);
  read = run_open_charts(folder_of(*state), 1000, &error);
  assert_non_null(read);
  assert_int_equal(read->metric_count, 1);
  assert_true(read->metrics[0].is_long);
  assert_int_equal(read->metrics[0].count, 2 * n);
  assert_int_equal(run_reduce(read, &reduction, 1), 0);
  assert_int_equal(reduction.unread, 0);
  assert_int_equal(spans[0].count, n);
  assert_close(spans[0].max, (double)n - 1, 0);
  assert_close(spans[1].min, 0.5, 0);
  assert_close(spans[1].max, 0.5, 0);
  run_close(read);
  read = read_run(state, RUN_SUMMARY);
  totals = run_totals(read, 0);
  assert_int_equal(totals.count, 2 * n);
  assert_int_equal(totals.first.type, VALUE_FLOAT);
  assert_close(totals.last.number, 0.5, 0);
  assert_int_equal(totals.last_step, 2 * n - 1);
  run_close(read);
}

/* ------------------------------------------------------- several logs of one run */

static void expect_success(pid_t child)
{
  int status = -1;

  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

/* The child widens what its parent goes on with as integers. */
static void a_forked_child_may_widen_a_metric_of_its_parent(void **state)
{
  epochlog_run *run = start_alone(state);
  const epochlog_metric narrow = epochlog_define(run, "x", &whole_numbers);
  struct run *read;
  pid_t child;

  epochlog_scalar_int(run, narrow, 0, 10);
  child = fork();
  if (child == 0) {
    const epochlog_metric wide = epochlog_widen(run, "x");

    epochlog_scalar(run, wide, 2, 0.5);
    epochlog_scalar_int(run, narrow, 3, 30);
    _exit(wide == narrow || epochlog_define(run, "x", NULL) != wide ||
          epochlog_leave(run, NULL) != EPOCHLOG_OK);
  }
  expect_success(child);
  assert_int_equal(epochlog_define(run, "x", NULL), narrow);
  epochlog_scalar_int(run, narrow, 1, 11);
  complete(run);
  read = read_run(state, RUN_ALL);
  assert_int_equal(read->writer_count, 2);
  assert_int_equal(metric_of(read, "x")->count, 4);
  assert_close(metric_of(read, "x")->values[1], 11, 0);
  assert_close(metric_of(read, "x")->values[2], 0.5, 0);
  assert_close(metric_of(read, "x")->values[3], 30, 0);
  run_close(read);
}

static void a_child_forked_behind_it_goes_on_with_doubles(void **state)
{
  epochlog_run *run = start_alone(state);
  const epochlog_metric narrow = epochlog_define(run, "x", &whole_numbers);
  epochlog_metric wide;
  pid_t child;

  epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, 1);
  wide = epochlog_widen(run, "x");
  epochlog_scalar(run, wide, EPOCHLOG_AUTO, 1.5);
  child = fork();
  if (child == 0) {
    epochlog_scalar(run, wide, EPOCHLOG_AUTO, 2.5);
    _exit(epochlog_widen(run, "x") != wide || epochlog_leave(run, NULL) != EPOCHLOG_OK);
  }
  expect_success(child);
  complete(run);
  expect_values(state, "x", (const double[]){1, 1.5, 2.5}, 3);
}

static void delete_files(const char *folder)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;

  assert_non_null(stream);
  while ((entry = readdir(stream)) != NULL)
    if (strstr(entry->d_name, ".live") != NULL)
      assert_int_equal(unlinkat(dirfd(stream), entry->d_name, 0), 0);
  closedir(stream);
}

/* A run that goes on in a new pair of files says there again what its series are. */
static void it_holds_across_a_renewed_log(void **state)
{
  for (int widened_first = 0; widened_first < 2; widened_first++) {
    char id[32];
    epochlog_run *run;
    epochlog_metric narrow, wide = 0;
    struct read_error error;
    struct run *read;
    char folder[700];

    snprintf(id, sizeof id, "run%d", widened_first);
    run = start_named(*state, id);
    narrow = epochlog_define(run, "x", &whole_numbers);
    for (int i = 0; i < 1000; i++) epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, i);
    if (widened_first) {
      wide = epochlog_widen(run, "x");
      epochlog_scalar(run, wide, EPOCHLOG_AUTO, 0.5);
    }
    snprintf(folder, sizeof folder, "%s/%s", (const char *)*state, id);
    delete_files(folder);
    assert_int_equal(epochlog_sync(run), EPOCHLOG_OK);
    if (!widened_first) {
      wide = epochlog_widen(run, "x");
      epochlog_scalar(run, wide, EPOCHLOG_AUTO, 0.5);
    }
    for (int i = 0; i < 1000; i++) epochlog_scalar(run, wide, EPOCHLOG_AUTO, 0.25);
    epochlog_scalar_int(run, narrow, 5000, 7);
    assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_WRITE);
    read = run_open(folder, RUN_ALL, &error);
    assert_non_null(read);
    assert_int_equal(read->writer_count, 2);
    assert_int_equal(metric_of(read, "x")->count, 2002);
    assert_int_equal(metric_of(read, "x")->steps[1000], 1000);
    assert_close(metric_of(read, "x")->values[1000], 0.5, 0);
    assert_close(metric_of(read, "x")->values[2001], 7, 0);
    run_close(read);
  }
}

/* ------------------------------------------------------------------ no memory */

/* Whichever allocation it is that fails: the name means what it did, the failure is
 * told, and the next call does it. */
static void any_allocation_may_fail(void **state)
{
  int failed = 0;

  for (size_t metrics = 1; metrics <= 32; metrics *= 32) /* the last one makes tables grow */
    for (int n = 1;; n++) {
      char id[32], name[32], folder[700];
      epochlog_run *run;
      epochlog_metric narrow = 0, wide;
      struct read_error error;
      struct run *read;
      bool fired;

      snprintf(id, sizeof id, "run-%zu-%d", metrics, n);
      run = start_named(*state, id);
      for (size_t i = 0; i < metrics; i++) {
        snprintf(name, sizeof name, "x%zu", i);
        narrow = epochlog_define(run, name, &whole_numbers);
      }
      epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, 1);
      fault_arm(FAULT_ALLOCATE, n, FAULT_ONCE);
      wide = epochlog_widen(run, name);
      fired = fault_fired();
      fault_disarm();
      if (fired) {
        failed++;
        assert_int_equal(wide, 0);
        assert_int_equal(epochlog_last_error(run, NULL), EPOCHLOG_NO_MEMORY);
        assert_int_equal(epochlog_define(run, name, NULL), narrow);
      }
      epochlog_scalar_int(run, narrow, EPOCHLOG_AUTO, 2);
      wide = epochlog_widen(run, name);
      assert_int_equal(wide, metrics + 1);
      epochlog_scalar(run, wide, EPOCHLOG_AUTO, 0.5);
      assert_int_equal(epochlog_complete(run, NULL), fired ? EPOCHLOG_NO_MEMORY : EPOCHLOG_OK);
      snprintf(folder, sizeof folder, "%s/%s", (const char *)*state, id);
      read = run_open(folder, RUN_ALL, &error);
      assert_non_null(read);
      assert_int_equal(metric_of(read, name)->count, 3);
      assert_close(metric_of(read, name)->values[2], 0.5, 0);
      run_close(read);
      if (!fired) break;
    }
  assert_true(failed >= 8);
}

/* -------------------------------------------------------------------- threads */

static atomic_bool is_over;

struct counting {
  epochlog_run *run;
  epochlog_metric metric;
  size_t calls;
};

static void *log_until_over(void *argument)
{
  struct counting *counting = argument;

  while (!atomic_load(&is_over)) {
    epochlog_scalar_int(counting->run, counting->metric, EPOCHLOG_AUTO, 1);
    counting->calls++;
  }
  return NULL;
}

static void a_thread_may_log_under_the_old_number_meanwhile(void **state)
{
  epochlog_run *run = start(state);
  struct counting counting = {.run = run, .metric = epochlog_define(run, "x", &whole_numbers)};
  pthread_t thread;
  struct run *read;
  char name[32];

  atomic_store(&is_over, false);
  assert_int_equal(pthread_create(&thread, NULL, log_until_over, &counting), 0);
  for (int i = 0; i < 500; i++) {
    snprintf(name, sizeof name, "metric %d", i);
    epochlog_define(run, name, &whole_numbers);
    epochlog_scalar(run, epochlog_widen(run, name), EPOCHLOG_AUTO, 0.5);
  }
  epochlog_scalar(run, epochlog_widen(run, "x"), -1, 0.5);
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  complete(run);
  read = read_run(state, RUN_ALL);
  assert_int_equal(read->metric_count, 501);
  assert_int_equal(metric_of(read, "x")->count, counting.calls + 1);
  run_close(read);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_calm_folder, remove_folder)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_metric_of_integers_goes_on_as_one_of_doubles),
      IN_FOLDER(so_does_one_of_truth_values),
      IN_FOLDER(it_keeps_unit_goal_and_description),
      IN_FOLDER(later_look_ups_of_the_name_give_the_new_number),
      IN_FOLDER(a_metric_of_doubles_and_a_new_name_are_as_defined),
      IN_FOLDER(what_is_logged_under_the_old_number_stays_as_it_was),
      IN_FOLDER(both_numbers_may_be_in_one_row),
      IN_FOLDER(other_kinds_are_told_and_nothing_is_defined),
      IN_FOLDER(thousands_of_metrics_widen_while_others_come),
      IN_FOLDER(long_metrics_are_joined_where_they_are_left_in_their_logs),
      IN_FOLDER(a_forked_child_may_widen_a_metric_of_its_parent),
      IN_FOLDER(a_child_forked_behind_it_goes_on_with_doubles),
      IN_FOLDER(it_holds_across_a_renewed_log),
      IN_FOLDER(any_allocation_may_fail),
      IN_FOLDER(a_thread_may_log_under_the_old_number_meanwhile),
  };

  return cmocka_run_group_tests_name("widen", tests, NULL, NULL) != 0;
}
