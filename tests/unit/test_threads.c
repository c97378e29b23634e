/* Threads that share a run.  Run under the thread sanitizer too. */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>

#include "epochlog.h"
#include "scan.h"
#include "temp_folder.h"

static const char *folder_of(const char *root)
{
  static char path[600];

  snprintf(path, sizeof path, "%s/run", root);
  return path;
}

static void complete(epochlog_run *run)
{
  epochlog_error error;

  if (epochlog_complete(run, &error) != EPOCHLOG_OK) fail_msg("%s", error.message);
}

#define THREADS 8
#define POINTS_EACH 100000
#define FEW_EACH 10000

struct worker {
  epochlog_run *run;
  int number;
  int points;
};

static void *log_points(void *argument)
{
  const struct worker *worker = argument;
  char name[32];
  epochlog_metric metric;

  snprintf(name, sizeof name, "loss %d", worker->number);
  metric = epochlog_define(worker->run, name, NULL);
  for (int i = 0; i < worker->points; i++) {
    if (i % 2 == 0)
      epochlog_scalar(worker->run, metric, i, i);
    else
      epochlog_log_at(worker->run, name, i, i);
    if (i % 9999 == 0) epochlog_param_int(worker->run, name, i);
    if (i % 33333 == 0) epochlog_flush(worker->run);
  }
  return NULL;
}

static void log_with_eight_threads(void **state, const epochlog_options *options)
{
  epochlog_options here = *options;
  epochlog_run *run;
  struct worker workers[THREADS];
  pthread_t threads[THREADS];
  int64_t next[THREADS + 1] = {0};
  struct scan scan;

  here.root = *state;
  here.run_id = "run";
  run = epochlog_start(&here, NULL);
  for (int i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){
        .run = run, .number = i, .points = here.ring_kib == 0 ? POINTS_EACH : FEW_EACH};
    assert_int_equal(pthread_create(&threads[i], NULL, log_points, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  complete(run);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.point_count, THREADS * workers[0].points);
  for (size_t i = 0; i < scan.point_count; i++) {
    assert_true(scan.points[i].series <= THREADS);
    assert_true(scan.points[i].step == next[scan.points[i].series]++);
  }
  scan_release(&scan);
}

static void eight_threads_lose_nothing_and_keep_their_order(void **state)
{
  log_with_eight_threads(state, &(epochlog_options){.flush_interval_ms = 1});
}

/* All of them wait for one sealer, again and again. */
static void eight_threads_share_a_ring_that_is_always_full(void **state)
{
  log_with_eight_threads(state, &(epochlog_options){.ring_kib = 16});
}

/* One of them seals, and the others go on or wait for it. */
static void eight_threads_do_without_a_sealer(void **state)
{
  log_with_eight_threads(state, &(epochlog_options){.ring_kib = 16, .no_thread = 1});
}

static void eight_threads_share_a_ring_that_is_written(void **state)
{
  log_with_eight_threads(
      state,
      &(epochlog_options){.ring_kib = 64, .live = EPOCHLOG_LIVE_WRITTEN, .flush_interval_ms = 1});
}

/* One defines, while the counters that the others use move. */
static void *define_many(void *argument)
{
  const struct worker *worker = argument;
  char name[32];

  for (int i = 0; i < 2000; i++) {
    snprintf(name, sizeof name, "%d of %d", i, worker->number);
    epochlog_define(worker->run, name, NULL);
    epochlog_log(worker->run, name, i);
  }
  return NULL;
}

static void metrics_may_be_defined_while_others_are_logged(void **state)
{
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = *state, .run_id = "run", .ring_kib = 256}, NULL);
  struct worker workers[4];
  pthread_t threads[4];
  struct scan scan;

  for (int i = 0; i < 4; i++) {
    workers[i] = (struct worker){.run = run, .number = i, .points = FEW_EACH};
    assert_int_equal(
        pthread_create(&threads[i], NULL, i < 2 ? log_points : define_many, &workers[i]), 0);
  }
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  complete(run);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.point_count, 2 * FEW_EACH + 2 * 2000);
  assert_int_equal(scan_points_of(&scan, "loss 1"), FEW_EACH);
  scan_release(&scan);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(eight_threads_lose_nothing_and_keep_their_order),
      IN_FOLDER(eight_threads_share_a_ring_that_is_always_full),
      IN_FOLDER(eight_threads_do_without_a_sealer),
      IN_FOLDER(eight_threads_share_a_ring_that_is_written),
      IN_FOLDER(metrics_may_be_defined_while_others_are_logged),
  };

  return cmocka_run_group_tests_name("threads", tests, NULL, NULL) != 0;
}
