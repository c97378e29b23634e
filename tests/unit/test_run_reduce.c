/* Long metrics: totals and columns from the statistics of their chunks are those of
 * all points. */
#include "unit.h"

#include <epochlog.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader/run.h"

/* Metrics with more points than this are long in these tests. */
#define LONG_FROM 1000
#define COLUMNS 57

static char root[] = "/tmp/epochlog-reduce-XXXXXX";
static char folder[512];
static uint64_t random_state;

static int make_root(void **state)
{
  (void)state;
  memcpy(root + sizeof root - 7, "XXXXXX", 6);
  random_state = 88172645463325252u;
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

static double uniform(void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (double)(random_state >> 11) / 9007199254740992.0;
}

/* With a small ring a block has some 500 points, so that columns hold whole chunks and
 * parts of others. */
static epochlog_run *start(const char *id, int rank)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){
          .root = root, .run_id = id, .rank_plus_one = rank + 1, .ring_kib = 64, .no_thread = 1},
      NULL);

  assert_non_null(run);
  snprintf(folder, sizeof folder, "%s", epochlog_run_folder(run));
  return run;
}

static struct run *open_long(void)
{
  struct read_error error;
  struct run *run = run_open_charts(folder, LONG_FROM, &error);

  if (!run) fail_msg("%s", error.message);
  return run;
}

static struct run *open_all(void)
{
  struct read_error error;
  struct run *run = run_open(folder, RUN_ALL, &error);

  if (!run) fail_msg("%s", error.message);
  return run;
}

static size_t index_of(const struct run *run, const char *name)
{
  const struct metric *metric = run_metric(run, name);

  assert_non_null(metric);
  return (size_t)(metric - run->metrics);
}

static void same_number(double a, double b)
{
  if (isnan(a) || isnan(b))
    assert_true(isnan(a) && isnan(b));
  else
    assert_true(!(a < b) && !(a > b));
}

static void same_sum(double a, double b, double size) { assert_true(fabs(a - b) <= 1e-12 * size); }

static void same_totals(struct run *few, struct run *all, const char *name)
{
  const struct metric_totals a = run_totals(few, index_of(few, name));
  const struct metric_totals b = run_totals(all, index_of(all, name));

  assert_int_equal(a.count, b.count);
  assert_int_equal(a.nan_count, b.nan_count);
  assert_int_equal(a.posinf_count, b.posinf_count);
  assert_int_equal(a.neginf_count, b.neginf_count);
  same_number(a.first.number, b.first.number);
  same_number(a.last.number, b.last.number);
  same_number(a.min.number, b.min.number);
  same_number(a.max.number, b.max.number);
  assert_int_equal(a.first_step, b.first_step);
  assert_int_equal(a.last_step, b.last_step);
  assert_int_equal(a.min_step, b.min_step);
  assert_int_equal(a.max_step, b.max_step);
  same_sum(a.sum, b.sum, 10.0 * (double)b.count);
}

/* The columns as the definition has them, from all points. */
static void reduce_slowly(const struct metric *metric, const struct reduction *asked,
                          struct span *spans)
{
  for (size_t c = 0; c < asked->columns; c++) {
    struct span span = {.min = (double)NAN, .max = (double)NAN};

    for (size_t i = 0; i < metric->count; i++) {
      const int64_t x = asked->by_time ? metric->times_us[i] : metric->steps[i];
      const double y = metric->values[i];

      if (x < asked->edges[c] || x >= asked->edges[c + 1]) continue;
      if (!span.count || x < span.at_min) span.at_min = x;
      if (!span.count || x > span.at_max) span.at_max = x;
      span.count++;
      if (isnan(y)) span.nan_count++;
      if (isinf(y)) ++*(y > 0 ? &span.posinf_count : &span.neginf_count);
      if (!isfinite(y)) continue;
      span.min = fmin(span.min, y);
      span.max = fmax(span.max, y);
      span.sum += y;
    }
    spans[c] = span;
  }
}

static void same_spans(const struct span *a, const struct span *b, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(a[i].count, b[i].count);
    assert_int_equal(a[i].nan_count, b[i].nan_count);
    assert_int_equal(a[i].posinf_count, b[i].posinf_count);
    assert_int_equal(a[i].neginf_count, b[i].neginf_count);
    assert_int_equal(a[i].at_min, b[i].at_min);
    assert_int_equal(a[i].at_max, b[i].at_max);
    same_number(a[i].min, b[i].min);
    same_number(a[i].max, b[i].max);
    same_sum(a[i].sum, b[i].sum, 10.0 * (double)b[i].count);
  }
}

/* Both ways of reading tell the same of `name`, by step and by time. */
static void check_metric(const char *name)
{
  struct run *few = open_long(), *all = open_all();
  const struct metric *metric = run_metric(all, name);
  const struct metric *left = run_metric(few, name);
  struct span quick[COLUMNS], slow[COLUMNS];
  int64_t edges[COLUMNS + 1];

  assert_true(left->is_long);
  assert_null(left->values);
  assert_int_equal(left->count, metric->count);
  same_totals(few, all, name);
  for (int by_time = 0; by_time < 2; by_time++) {
    const int64_t low = by_time ? left->time_min_us : left->step_min;
    const int64_t high = by_time ? left->time_max_us : left->step_max;
    struct reduction asked = {.metric = index_of(few, name),
                              .by_time = by_time,
                              .columns = COLUMNS,
                              .edges = edges,
                              .spans = quick};
    uint64_t seen = 0;

    /* The first and the last few points lie outside of all columns. */
    for (int64_t i = 0; i <= COLUMNS; i++) edges[i] = low + 3 + i * (high - low) / COLUMNS;
    assert_int_equal(run_reduce(few, &asked, 1), 0);
    assert_int_equal(asked.unread, 0);
    reduce_slowly(metric, &asked, slow);
    same_spans(quick, slow, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) seen += quick[i].count;
    assert_in_range(seen, metric->count / 2, metric->count);
    /* What is in memory gives the same. */
    asked.metric = index_of(all, name);
    assert_int_equal(run_reduce(all, &asked, 1), 0);
    same_spans(quick, slow, COLUMNS);
  }
  run_close(few);
  run_close(all);
}

static void a_long_metric_is_reduced_as_from_all_its_points(void **state)
{
  epochlog_run *log = start("plain", 0);

  (void)state;
  for (int64_t i = 0; i < 150000; i++)
    epochlog_log_at(log, "loss", i, i == 70001 ? 400 : i == 90001 ? -400 : uniform());
  epochlog_complete(log, NULL);
  check_metric("loss");
}

static void nan_and_infinities_are_counted_where_they_are(void **state)
{
  epochlog_run *log = start("odd", 0);

  (void)state;
  for (int64_t i = 0; i < 120000; i++) {
    double value = uniform() - 0.5;

    if (i % 977 == 0) value = (double)NAN;
    if (i % 1401 == 0) value = (double)INFINITY;
    if (i % 1733 == 0) value = -(double)INFINITY;
    if (i > 40000 && i < 80000) value = (double)NAN;
    epochlog_log_at(log, "loss", i, value);
  }
  epochlog_complete(log, NULL);
  check_metric("loss");
}

static void steps_may_repeat_and_go_backwards(void **state)
{
  epochlog_run *log = start("restart", 0);

  (void)state;
  for (int64_t i = 0; i < 60000; i++) epochlog_log_at(log, "loss", i, uniform());
  for (int64_t i = 30000; i < 90000; i++) epochlog_log_at(log, "loss", i / 2, uniform());
  for (int64_t i = 0; i < 40000; i++)
    epochlog_log_at(log, "loss", (int64_t)(uniform() * 90000), uniform());
  epochlog_complete(log, NULL);
  check_metric("loss");
}

static void integers_are_reduced_as_well(void **state)
{
  epochlog_run *log = start("integers", 0);

  (void)state;
  for (int64_t i = 0; i < 100000; i++)
    epochlog_log_int(log, "tokens", i, (int64_t)(uniform() * 1e6) - (int64_t)(5e5));
  epochlog_complete(log, NULL);
  check_metric("tokens");
}

/* Several writers, one of them short, metrics logged as rows, few points to a block. */
static void metrics_of_several_writers_are_joined(void **state)
{
  (void)state;
  for (int rank = 0; rank < 3; rank++) {
    epochlog_run *log = start("ranks", rank);
    const int64_t count = rank == 2 ? 700 : 50000;

    for (int64_t i = 0; i < count; i++) {
      epochlog_log_at(log, "loss", 2 * i + rank, uniform());
      if (i % 40 == 0) epochlog_log_at(log, "rate", i, uniform() / 1000);
      if (i % 2500 == 0) epochlog_log_at(log, "val_loss", i, uniform());
    }
    epochlog_complete(log, NULL);
  }
  check_metric("loss");
  check_metric("rate");
}

static void a_run_that_still_runs_is_reduced(void **state)
{
  epochlog_run *log = start("running", 0);

  (void)state;
  for (int64_t i = 0; i < 90000; i++) epochlog_log_at(log, "loss", i, uniform());
  epochlog_flush(log);
  check_metric("loss");
  epochlog_complete(log, NULL);
}

static void short_metrics_are_kept_whole(void **state)
{
  epochlog_run *log = start("short", 0);
  struct run *run;

  (void)state;
  for (int64_t i = 0; i < 5000; i++) {
    epochlog_log_at(log, "loss", i, uniform());
    if (i % 5 == 0) epochlog_log_at(log, "val_loss", i, uniform());
    epochlog_log_text(log, "phase", i, "train");
  }
  epochlog_complete(log, NULL);
  run = open_long();
  assert_true(run_metric(run, "loss")->is_long);
  assert_false(run_metric(run, "val_loss")->is_long);
  assert_int_equal(run_metric(run, "val_loss")->count, 1000);
  assert_false(run_metric(run, "phase")->is_long);
  assert_string_equal(run_metric(run, "phase")->texts[4999], "train");
  run_close(run);
}

/* Many are asked for at once, each with its own columns. */
static void several_metrics_are_reduced_together(void **state)
{
  epochlog_run *log = start("many", 0);
  struct run *few, *all;
  struct reduction asked[3];
  struct span quick[3][COLUMNS], slow[COLUMNS];
  int64_t edges[3][COLUMNS + 1];

  (void)state;
  for (int64_t i = 0; i < 40000; i++) {
    epochlog_log_at(log, "a", i, uniform());
    epochlog_log_at(log, "b", i, uniform());
    epochlog_log_at(log, "c", i, uniform());
  }
  epochlog_complete(log, NULL);
  few = open_long();
  all = open_all();
  for (size_t k = 0; k < 3; k++) {
    for (int64_t i = 0; i <= COLUMNS; i++) edges[k][i] = i * (600 + 50 * (int64_t)k);
    asked[k] =
        (struct reduction){.metric = k, .columns = COLUMNS, .edges = edges[k], .spans = quick[k]};
  }
  assert_int_equal(run_reduce(few, asked, 3), 0);
  for (size_t k = 0; k < 3; k++) {
    reduce_slowly(&all->metrics[k], &asked[k], slow);
    same_spans(quick[k], slow, COLUMNS);
  }
  run_close(few);
  run_close(all);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_long_metric_is_reduced_as_from_all_its_points),
      cmocka_unit_test(nan_and_infinities_are_counted_where_they_are),
      cmocka_unit_test(steps_may_repeat_and_go_backwards),
      cmocka_unit_test(integers_are_reduced_as_well),
      cmocka_unit_test(metrics_of_several_writers_are_joined),
      cmocka_unit_test(a_run_that_still_runs_is_reduced),
      cmocka_unit_test(short_metrics_are_kept_whole),
      cmocka_unit_test(several_metrics_are_reduced_together),
  };

  return cmocka_run_group_tests(tests, make_root, remove_root);
}
