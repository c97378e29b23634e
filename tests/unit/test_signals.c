/* Signal handlers that log while the thread they interrupt logs too: each of their
 * calls is a point or is told as lost, and nobody waits for himself.
 * Not under the thread sanitizer, which delivers signals when it likes. */
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "epochlog.h"
#include "format.h"
#include "lock.h"
#include "one_run.h"

#define MOST_SECONDS 60 /* whoever takes longer hangs */
#define FAST_FOLDER "/dev/shm"
#define MS INT64_C(1000000)

/* What the handler logs to, and how often it did. */
static struct {
  epochlog_run *run;
  epochlog_metric scalar;
  epochlog_metric row[3];
  atomic_bool is_on;
  atomic_ullong calls;
} handler;

/* A step and the value that belongs to it: one with another's is torn. */
static double value_of(int64_t step) { return (double)step * 0.5 + 1; }

static void on_signal(int number)
{
  int64_t step;
  double values[3];

  (void)number;
  if (!atomic_load(&handler.is_on)) return;
  step = (int64_t)atomic_fetch_add(&handler.calls, 3);
  for (size_t i = 0; i < 3; i++) values[i] = value_of(step);
  epochlog_scalar(handler.run, handler.scalar, step, value_of(step));
  epochlog_scalars(handler.run, step, handler.row, values, 3);
  epochlog_log_at(handler.run, "named", step, value_of(step));
}

/* ------------------------------------------------------------- interruptions */

static pthread_t interrupted;
static atomic_bool is_over;

static void *interrupt(void *argument)
{
  unsigned wait = 0;

  (void)argument;
  while (!atomic_load(&is_over)) {
    pthread_kill(interrupted, SIGUSR1);
    /* Not in step with what it interrupts. */
    for (volatile unsigned i = 0; i < wait % 997; i++) continue;
    wait += 31;
  }
  return NULL;
}

struct interruptions {
  pthread_t thread;
  timer_t watchdog;
};

static void begin_interruptions(struct interruptions *here)
{
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  struct sigevent killing = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGABRT};
  const struct itimerval often = {{0, 200}, {0, 200}};

  sigemptyset(&action.sa_mask);
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGALRM, &action, NULL);
  assert_int_equal(timer_create(CLOCK_MONOTONIC, &killing, &here->watchdog), 0);
  timer_settime(here->watchdog, 0, &(struct itimerspec){.it_value = {.tv_sec = MOST_SECONDS}},
                NULL);
  interrupted = pthread_self();
  atomic_store(&is_over, false);
  assert_int_equal(pthread_create(&here->thread, NULL, interrupt, NULL), 0);
  setitimer(ITIMER_REAL, &often, NULL);
}

static void end_interruptions(struct interruptions *here)
{
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  atomic_store(&is_over, true);
  pthread_join(here->thread, NULL);
  timer_delete(here->watchdog);
}

/* --------------------------------------------------------------- the program */

static void define_metrics(epochlog_run *run)
{
  const double zeros[3] = {0};

  handler.run = run;
  handler.scalar = epochlog_define(run, "scalar", NULL);
  handler.row[0] = epochlog_define(run, "row a", NULL);
  handler.row[1] = epochlog_define(run, "row b", NULL);
  handler.row[2] = epochlog_define(run, "row c", NULL);
  /* A handler may log what has a point already. */
  epochlog_scalar(run, handler.scalar, -1, 0.5);
  epochlog_scalars(run, -1, handler.row, zeros, 3);
  epochlog_log_at(run, "named", -1, 0.5);
  atomic_store(&handler.calls, 0);
}

/* Calls of the main thread that are points of "main". */
static uint64_t log_flat_out(epochlog_run *run, epochlog_metric metric, uint64_t from)
{
  for (uint64_t i = 0; i < 500; i++)
    epochlog_scalar(run, metric, (int64_t)(from + i), value_of((int64_t)(from + i)));
  return from + 500;
}

static void do_all_else(epochlog_run *run, uint64_t round)
{
  static double numbers[8000];
  const epochlog_column columns[] = {{"x", EPOCHLOG_DOUBLE, numbers}};
  char name[32];

  for (size_t i = 0; i < 8000; i++) numbers[i] = (double)(i * 7919 % 8000) / 7;
  snprintf(name, sizeof name, "metric %d", (int)(round % 200));
  assert_int_not_equal(epochlog_define(run, name, NULL), 0);
  epochlog_tag(run, name, "set");
  epochlog_param_int(run, "round", (int64_t)round);
  epochlog_flush(run);
  if (round % 8 == 0) epochlog_log_table(run, "table", columns, 1, 8000);
  if (round % 16 == 0) epochlog_sync(run);
}

static uint64_t lost_in(const struct scan *scan)
{
  uint64_t lost = 0;

  for (size_t k = 0; k < scan_records_of(scan, FORMAT_RECORD_LOSS); k++) {
    struct epochlog__bytes body = body_of(scan, FORMAT_RECORD_LOSS, k);

    lost += epochlog__take_u64(&body);
  }
  return lost;
}

/* Every value is that of its step; returns how many points there are of a metric, but
 * for the one of its definition. */
static uint64_t whole_points(const struct scan *scan, const char *name)
{
  uint32_t id = 0;
  uint64_t count = 0;

  for (size_t i = 0; i < scan->series_count; i++)
    if (strcmp(scan->series[i].name, name) == 0) id = scan->series[i].id;
  for (size_t i = 0; i < scan->point_count; i++) {
    const struct scan_point *point = &scan->points[i];

    if (point->series != id || point->step < 0) continue;
    assert_true(point->bits == epochlog__bits_of(value_of(point->step)));
    count++;
  }
  return count;
}

static void check(void **state, uint64_t main_calls)
{
  struct scan scan = scan_of(*state);
  const uint64_t rows = whole_points(&scan, "row a");
  const uint64_t read = rows + whole_points(&scan, "scalar") + whole_points(&scan, "named");

  assert_int_equal(scan.finished_count, 1);
  assert_true(whole_points(&scan, "row b") == rows);
  assert_true(whole_points(&scan, "row c") == rows);
  assert_true(atomic_load(&handler.calls) > 100);
  if (whole_points(&scan, "main") + read + lost_in(&scan) !=
      main_calls + atomic_load(&handler.calls))
    fail_msg("%llu and %llu calls, %llu and %llu points, %llu lost", (unsigned long long)main_calls,
             (unsigned long long)atomic_load(&handler.calls),
             (unsigned long long)whole_points(&scan, "main"), (unsigned long long)read,
             (unsigned long long)lost_in(&scan));
  scan_release(&scan);
}

/* With a full ring a handler that interrupted an allocation may be what the sealer waits
 * for: it gives up after a second, and that is told. */
static void complete_or_give_up(epochlog_run *run)
{
  epochlog_error error;

  if (epochlog_complete(run, &error) != EPOCHLOG_OK &&
      (error.status != EPOCHLOG_WRITE || error.sys_errno != ETIMEDOUT))
    fail_msg("%s", error.message);
}

/* Logs for a while under fire; then nothing is torn and everything is told.  What the
 * main thread loses itself are calls too: the ring may be full. */
static void log_under_fire(void **state, const epochlog_options *options, int64_t ms,
                           bool is_points_only)
{
  epochlog_options here = *options;
  struct interruptions interruptions;
  const int64_t end = epochlog__clock_mono() + ms * MS;
  uint64_t calls = 0;
  epochlog_metric metric;
  epochlog_run *run;

  here.root = *state;
  here.run_id = "run";
  run = epochlog_start(&here, NULL);
  assert_non_null(run);
  define_metrics(run);
  metric = epochlog_define(run, "main", NULL);
  atomic_store(&handler.is_on, true);
  begin_interruptions(&interruptions);
  for (uint64_t round = 0; epochlog__clock_mono() < end; round++) {
    calls = log_flat_out(run, metric, calls);
    if (!is_points_only)
      do_all_else(run, round);
    else if (round % 64 == 0)
      epochlog_sync(run);
    else
      epochlog_flush(run);
  }
  atomic_store(&handler.is_on, false);
  end_interruptions(&interruptions);
  complete_or_give_up(run);
  check(state, calls);
}

static void handlers_may_log_whatever_they_interrupt(void **state)
{
  log_under_fire(state, &(epochlog_options){.live = EPOCHLOG_LIVE_AUTO}, 600, false);
}

static void handlers_may_log_where_the_live_file_is_written(void **state)
{
  log_under_fire(state, &(epochlog_options){.live = EPOCHLOG_LIVE_WRITTEN, .flush_interval_ms = 1},
                 300, false);
}

/* A handler may find no free segment while the call below it holds what would free one. */
static void handlers_may_log_into_a_ring_that_is_full(void **state)
{
  log_under_fire(state, &(epochlog_options){.ring_kib = 16}, 400, false);
}

/* Here a handler waits for whoever seals, which may be waiting for the allocator: the
 * program must not be allocating when it is interrupted. */
static void handlers_may_log_where_every_call_is_made_durable(void **state)
{
  log_under_fire(state, &(epochlog_options){.ring_kib = 16, .sync = EPOCHLOG_SYNC_ALWAYS}, 200,
                 true);
}

/* Here a handler may have to seal, which allocates. */
static void handlers_may_log_without_a_thread(void **state)
{
  log_under_fire(state, &(epochlog_options){.no_thread = 1}, 300, true);
}

static void handlers_may_log_without_a_thread_into_a_small_ring(void **state)
{
  log_under_fire(
      state,
      &(epochlog_options){
          .no_thread = 1, .ring_kib = 16, .sync = EPOCHLOG_SYNC_INTERVAL, .sync_interval_ms = 1},
      600, true);
}

/* ------------------------------------------------------- one call, made to nest */

static void log_nested(int number)
{
  (void)number;
  epochlog_scalar(handler.run, handler.scalar, 7, value_of(7));
}

/* The handler comes while the lock is held for sure. */
static void a_nested_call_is_counted_and_told_as_what_it_was(void **state)
{
  epochlog_run *run = start(state);
  struct epochlog__bytes body;
  struct epochlog__text words;
  struct scan scan;

  define_metrics(run);
  signal(SIGUSR1, log_nested);
  epochlog__held |= EPOCHLOG__HOLDS_HOT;
  for (int i = 0; i < 5; i++) raise(SIGUSR1);
  epochlog__held = 0;
  raise(SIGUSR1);
  complete(run);
  scan = scan_of(*state);
  assert_int_equal(whole_points(&scan, "scalar"), 1);
  assert_int_equal(scan_records_of(&scan, FORMAT_RECORD_LOSS), 1);
  body = body_of(&scan, FORMAT_RECORD_LOSS, 0);
  assert_int_equal(epochlog__take_u64(&body), 5);
  epochlog__take_i64(&body);
  epochlog__take_i64(&body);
  assert_int_equal(epochlog__take_u32(&body), 0);
  words = epochlog__take_str(&body);
  assert_int_equal(words.size, strlen("calls in a signal handler that interrupted another call"));
  scan_release(&scan);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(handlers_may_log_whatever_they_interrupt),
      IN_FOLDER(handlers_may_log_where_the_live_file_is_written),
      IN_FOLDER(handlers_may_log_into_a_ring_that_is_full),
      IN_FOLDER(handlers_may_log_where_every_call_is_made_durable),
      IN_FOLDER(handlers_may_log_without_a_thread),
      IN_FOLDER(handlers_may_log_without_a_thread_into_a_small_ring),
      IN_FOLDER(a_nested_call_is_counted_and_told_as_what_it_was),
  };

  /* Thousands of syncs are made here, and none has to reach a disk. */
  if (access(FAST_FOLDER, W_OK) == 0) setenv("TMPDIR", FAST_FOLDER, 0);
  return cmocka_run_group_tests_name("signals", tests, NULL, NULL) != 0;
}
