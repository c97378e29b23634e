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

#define THREADS 8
#define POINTS_EACH 100000

struct worker {
  epochlog_run *run;
  int number;
};

static void *log_points(void *argument)
{
  const struct worker *worker = argument;
  char name[32];
  epochlog_metric metric;

  snprintf(name, sizeof name, "loss %d", worker->number);
  metric = epochlog_define(worker->run, name, NULL);
  for (int i = 0; i < POINTS_EACH; i++) {
    if (i % 2 == 0)
      epochlog_scalar(worker->run, metric, i, i);
    else
      epochlog_log_at(worker->run, name, i, i);
    if (i % 9999 == 0) epochlog_param_int(worker->run, name, i);
    if (i % 33333 == 0) epochlog_flush(worker->run);
  }
  return NULL;
}

static void eight_threads_lose_nothing_and_keep_their_order(void **state)
{
  epochlog_run *run = epochlog_start(
      &(epochlog_options){.root = *state, .run_id = "run", .flush_interval_ms = 1}, NULL);
  struct worker workers[THREADS];
  pthread_t threads[THREADS];
  int64_t next[THREADS + 1] = {0};
  struct scan scan;

  for (int i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){.run = run, .number = i};
    assert_int_equal(pthread_create(&threads[i], NULL, log_points, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  assert_int_equal(epochlog_complete(run, NULL), EPOCHLOG_OK);
  scan_folder(&scan, folder_of(*state));
  assert_null(scan.fault);
  assert_int_equal(scan.point_count, THREADS * POINTS_EACH);
  for (size_t i = 0; i < scan.point_count; i++) {
    assert_true(scan.points[i].series <= THREADS);
    assert_true(scan.points[i].step == next[scan.points[i].series]++);
  }
  scan_release(&scan);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(eight_threads_lose_nothing_and_keep_their_order),
  };

  return cmocka_run_group_tests_name("threads", tests, NULL, NULL) != 0;
}
