/* Runs that the library logs here, read back whole, damaged and found by name. */
#include "unit.h"

#include <epochlog.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/run.h"
#include "recover/run_recover.h"

static char root[] = "/tmp/epochlog-run-XXXXXX";
static char folder[512]; /* of the run logged last */

static int make_root(void **state)
{
  (void)state;
  memcpy(root + sizeof root - 7, "XXXXXX", 6);
  return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
  (void)status;
  (void)flag;
  (void)ftw;
  return remove(path);
}

static int remove_root(void **state)
{
  (void)state;
  return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static epochlog_run *start(const char *id, const char *name)
{
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = root, .run_id = id, .name = name}, NULL);

  assert_non_null(run);
  snprintf(folder, sizeof folder, "%s", epochlog_run_folder(run));
  return run;
}

static struct run *open_run(enum run_detail detail)
{
  struct read_error error;
  struct run *run = run_open(folder, detail, &error);

  if (!run) fail_msg("%s", error.message);
  return run;
}

/* Overwrites bytes of the only log of the run. */
static void spoil_log(off_t at, size_t count)
{
  char command[1024];

  snprintf(command, sizeof command,
           "for f in '%s'/*.elog; do head -c %zu /dev/urandom | dd of=\"$f\" bs=1 seek=%ld "
           "conv=notrunc status=none; done",
           folder, count, (long)at);
  assert_int_equal(system(command), 0);
}

/* A restart logs steps that the first writer had logged: all points are kept, in
 * order of step, and each writer has its account. */
static void writers_of_one_run_are_merged_by_step(void **state)
{
  const struct metric *loss;
  epochlog_run *log;
  struct run *run;

  (void)state;
  log = start("job", "ridge");
  for (int step = 0; step < 6; step++) epochlog_log_at(log, "loss", step, step);
  epochlog_fail(log, "UserError", "boom", NULL, NULL);
  log = start("job", "ridge");
  for (int step = 4; step < 8; step++) epochlog_log_at(log, "loss", step, 10.0 + step);
  assert_int_equal(epochlog_complete(log, NULL), EPOCHLOG_OK);
  run = open_run(RUN_ALL);
  assert_int_equal(run->writer_count, 2);
  assert_int_equal(run->status, RUN_COMPLETED); /* the newest writer's word counts */
  loss = run_metric(run, "loss");
  assert_int_equal(loss->count, 10);
  for (size_t i = 1; i < loss->count; i++) assert_true(loss->steps[i - 1] <= loss->steps[i]);
  assert_close(loss->values[4], 4, 0); /* equal steps by time: the first writer's */
  assert_close(loss->values[5], 14, 0);
  assert_int_equal(run_totals(run, 0).count, 10);
  assert_close(run_totals(run, 0).last.number, 17, 0);
  run_close(run);
}

/* An integer metric that went on as a float is one metric of floats. */
static void series_of_numbers_with_one_name_are_joined(void **state)
{
  const struct metric *metric;
  epochlog_run *log;
  struct run *run;

  (void)state;
  log = start("job", "ridge");
  epochlog_log_int(log, "x", 0, 3);
  epochlog_complete(log, NULL);
  log = start("job", "ridge");
  epochlog_log_at(log, "x", 1, 0.5);
  epochlog_complete(log, NULL);
  run = open_run(RUN_ALL);
  assert_int_equal(run->metric_count, 1);
  metric = run_metric(run, "x");
  assert_int_equal(metric->type, VALUE_FLOAT);
  assert_null(metric->integers);
  assert_close(metric->values[0], 3, 0);
  assert_close(metric->values[1], 0.5, 0);
  run_close(run);
}

static void facts_follow_their_rules(void **state)
{
  epochlog_run *log = start("job", "ridge");
  struct run *run;

  (void)state;
  epochlog_param(log, "lr", 0.1);
  epochlog_param(log, "lr", 0.2);
  epochlog_tag(log, "kept", NULL);
  epochlog_tag(log, "gone", "x");
  epochlog_tag_remove(log, "gone");
  epochlog_property(log, "data", "v1");
  epochlog_complete(log, NULL);
  run = open_run(RUN_ALL);
  assert_int_equal(run->param_count, 1);
  assert_close(run->params[0].value.number, 0.2, 0);
  assert_int_equal(run->tag_count, 1);
  assert_string_equal(run->tags[0].name, "kept");
  assert_null(run->tags[0].value.text);
  assert_string_equal(run->properties[0].value.text, "v1");
  assert_string_equal(run->id, "job");
  run_close(run);
}

/* The summary reads the footer alone and tells the same numbers. */
static void a_summary_has_the_totals_of_the_whole_run(void **state)
{
  epochlog_run *log = start("job", "ridge");
  struct run *all, *summary;

  (void)state;
  for (int i = 0; i < 1000; i++) {
    epochlog_log(log, "loss", i == 7 ? (double)NAN : i == 8 ? HUGE_VAL : 1000.0 - i);
    epochlog_log_int(log, "count", i, i % 10);
  }
  epochlog_complete(log, NULL);
  all = open_run(RUN_ALL);
  summary = open_run(RUN_SUMMARY);
  assert_int_equal(summary->metric_count, all->metric_count);
  for (size_t i = 0; i < all->metric_count; i++) {
    struct metric_totals a = run_totals(all, i), b = run_totals(summary, i);

    assert_string_equal(all->metrics[i].name, summary->metrics[i].name);
    assert_int_equal(summary->metrics[i].count, 0);
    assert_int_equal(a.count, b.count);
    assert_int_equal(a.nan_count, b.nan_count);
    assert_int_equal(a.posinf_count, b.posinf_count);
    assert_close(a.min.number, b.min.number, 0);
    assert_close(a.max.number, b.max.number, 0);
    assert_close(a.last.number, b.last.number, 0);
    assert_close(a.sum, b.sum, 0);
    assert_int_equal(a.first_step, b.first_step);
    assert_int_equal(a.last_step, b.last_step);
    assert_true(b.min_step == INT64_MIN); /* a footer does not tell */
  }
  assert_int_equal(run_totals(all, 0).nan_count, 1);
  run_close(all);
  run_close(summary);
}

static void log_binary(epochlog_run *log, const char *const *classes, double score)
{
  const int32_t truth[2] = {0, 1};
  const double scores[2] = {score, score};

  epochlog_log_classification(log, "test",
                              &(epochlog_classification){.class_names = classes,
                                                         .class_count = 2,
                                                         .count = 2,
                                                         .true_class = truth,
                                                         .scores = scores,
                                                         .binary_scores = 1});
}

/* A batch of other classes would mix samples of different meanings. */
static void batches_are_joined_and_a_different_one_is_left_out(void **state)
{
  const char *const first[] = {"cat", "dog"}, *const second[] = {"dog", "cat"};
  epochlog_run *log = start("job", "ridge");
  const struct evaluation *evaluation;
  struct run *run;

  (void)state;
  log_binary(log, first, 0.25);
  log_binary(log, second, 0.5);
  log_binary(log, first, 0.75);
  epochlog_complete(log, NULL);
  run = open_run(RUN_ALL);
  assert_int_equal(run->evaluation_count, 1);
  evaluation = &run->evaluations[0];
  assert_int_equal(evaluation->count, 4);
  assert_true(evaluation->binary_scores);
  assert_close(evaluation->scores[1][3], 0.75, 0);
  assert_close(evaluation->scores[0][3], 0.25, 0);
  assert_string_equal(evaluation->class_names[1], "dog");
  assert_int_equal(run->warning_count, 1);
  assert_non_null(strstr(run->warnings[0], "classes differ"));
  run_close(run);
}

static void columns_of_rows_come_and_go(void **state)
{
  const double x = 1.5;
  const char *const word = "late";
  const struct epochlog_column one = {"x", EPOCHLOG_DOUBLE, &x};
  const struct epochlog_column other = {"word", EPOCHLOG_TEXT, &word};
  epochlog_run *log = start("job", "ridge");
  const struct metric *rows;
  struct run *run;

  (void)state;
  epochlog_log_row(log, "rows", &one, 1);
  epochlog_log_row(log, "rows", &other, 1);
  epochlog_complete(log, NULL);
  run = open_run(RUN_ALL);
  rows = run_metric(run, "rows");
  assert_int_equal(rows->kind, METRIC_ROW);
  assert_int_equal(rows->column_count, 2);
  assert_true(rows->columns[0].missing[1]);
  assert_true(isnan(rows->columns[0].numbers[1]));
  assert_null(rows->columns[1].texts[0]);
  assert_string_equal(rows->columns[1].texts[1], "late");
  run_close(run);
}

static void a_missing_file_is_told(void **state)
{
  epochlog_run *log = start("job", "ridge");
  char path[600];
  struct run *run;

  (void)state;
  epochlog_add_file_data(log, "model.bin", "abc", 3, "model");
  epochlog_complete(log, NULL);
  snprintf(path, sizeof path, "%s/files/model.bin", folder);
  assert_int_equal(truncate(path, 2), 0);
  run = open_run(RUN_ALL);
  assert_int_equal(run->file_count, 1);
  assert_int_equal(run->warning_count, 1);
  assert_non_null(strstr(run->warnings[0], "has 2 bytes"));
  run_close(run);
}

/* What the damage took is told, the facts come back from the footer, and a
 * recovered copy is whole. */
static void damage_is_told_and_a_recovered_copy_is_clean(void **state)
{
  epochlog_run *log = start("job", "ridge");
  struct recovery recovery;
  struct read_error error;
  struct run *run;
  char copy[600];

  (void)state;
  epochlog_param(log, "lr", 0.5);
  for (int i = 0; i < 2000; i++) epochlog_log(log, "loss", 1.0 / (i + 1));
  epochlog_complete(log, NULL);
  spoil_log(1000, 16);
  run = open_run(RUN_ALL);
  assert_true(run->writers[0].account.damaged);
  assert_true(run->writers[0].account.whole < run->writers[0].account.size);
  assert_true(run->warning_count >= 2);
  assert_int_equal(run->status, RUN_COMPLETED);
  assert_int_equal(run->param_count, 1);
  run_close(run);

  snprintf(copy, sizeof copy, "%s/copy", root);
  assert_int_equal(run_recover(folder, copy, &recovery, &error), RECOVER_LOSSY);
  recovery_release(&recovery);
  assert_int_equal(run_recover(folder, copy, &recovery, &error), RECOVER_UNUSABLE);
  assert_non_null(strstr(error.message, "not overwritten"));
  recovery_release(&recovery);
  snprintf(folder, sizeof folder, "%.500s", copy);
  run = open_run(RUN_ALL);
  assert_false(run->writers[0].account.damaged);
  assert_true(run->writers[0].account.finished);
  assert_int_equal(run->param_count, 1);
  assert_int_equal(run->status, RUN_COMPLETED);
  run_close(run);
}

static void runs_are_found_by_id_name_and_unique_prefix(void **state)
{
  struct read_error error;
  char *path;

  (void)state;
  epochlog_complete(start("job-1", "ridge"), NULL);
  epochlog_complete(start("job-2", "lasso"), NULL);
  assert_non_null(path = run_find(root, "job-2", &error));
  assert_string_equal(path + strlen(path) - 5, "job-2");
  free(path);
  assert_non_null(path = run_find(root, "lasso", &error));
  assert_string_equal(path + strlen(path) - 5, "job-2");
  free(path);
  assert_non_null(path = run_find(root, "rid", &error));
  assert_string_equal(path + strlen(path) - 5, "job-1");
  free(path);
  assert_null(run_find(root, "job", &error));
  assert_non_null(strstr(error.message, "job-1"));
  assert_non_null(strstr(error.message, "job-2"));
  assert_null(run_find(root, "nothing", &error));
  assert_non_null(strstr(error.message, "no such run"));
}

static void what_is_no_run_is_refused_by_name(void **state)
{
  struct read_error error;
  char path[600];
  int fd;

  (void)state;
  assert_null(run_open(root, RUN_ALL, &error));
  assert_non_null(strstr(error.message, "no log"));
  snprintf(path, sizeof path, "%s/text.elog", root);
  fd = open(path, O_WRONLY | O_CREAT, 0666);
  assert_int_equal(write(fd, "not a log at all", 16), 16);
  close(fd);
  assert_null(run_open(path, RUN_ALL, &error));
  assert_non_null(strstr(error.message, "text.elog: byte 0: not an epochlog log"));
}

#define RUN_TEST(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
  const struct CMUnitTest tests[] = {
      RUN_TEST(writers_of_one_run_are_merged_by_step),
      RUN_TEST(series_of_numbers_with_one_name_are_joined),
      RUN_TEST(facts_follow_their_rules),
      RUN_TEST(a_summary_has_the_totals_of_the_whole_run),
      RUN_TEST(batches_are_joined_and_a_different_one_is_left_out),
      RUN_TEST(columns_of_rows_come_and_go),
      RUN_TEST(a_missing_file_is_told),
      RUN_TEST(damage_is_told_and_a_recovered_copy_is_clean),
      RUN_TEST(runs_are_found_by_id_name_and_unique_prefix),
      RUN_TEST(what_is_no_run_is_refused_by_name),
  };

  return cmocka_run_group_tests_name("run", tests, NULL, NULL) != 0;
}
