/* The lock of a logging call, sleeping and waking, and what ten million calls take of
 * memory.  Run under the thread sanitizer too. */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "epochlog.h"
#include "lock.h"
#include "one_run.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define IS_SLOW 1
#else
#define IS_SLOW 0
#endif

#define MS INT64_C(1000000)

/* ------------------------------------------------------------------- the lock */

#define TURNS (IS_SLOW ? 200000 : 2000000)

static atomic_uint lock;
static uint64_t counter; /* under the lock, and not atomic */

static void *count_up(void *argument)
{
  for (int i = 0; i < TURNS; i++) {
    const bool is_taken = i % 2 == 0 ? epochlog__lock(&lock) : epochlog__lock_soon(&lock);

    if (!is_taken) return NULL;
    counter++;
    epochlog__unlock(&lock);
  }
  return argument;
}

static void threads_that_contend_count_every_turn(void **state)
{
  pthread_t threads[2];
  void *done;

  (void)state;
  counter = 0;
  for (int i = 0; i < 2; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, count_up, &counter), 0);
  for (int i = 0; i < 2; i++) {
    pthread_join(threads[i], &done);
    assert_non_null(done);
  }
  assert_int_equal(counter, 2 * TURNS);
  assert_int_equal(atomic_load(&lock), 0);
}

static void *take_and_let_go(void *argument)
{
  if (!epochlog__lock(&lock)) return NULL;
  counter++;
  epochlog__unlock(&lock);
  return argument;
}

/* Longer than a waiter spins, so it sleeps, and gets the lock all the same. */
static void a_holder_that_takes_long_is_waited_for(void **state)
{
  pthread_t thread;
  void *done;

  (void)state;
  counter = 0;
  assert_true(epochlog__lock(&lock));
  assert_int_equal(pthread_create(&thread, NULL, take_and_let_go, &counter), 0);
  usleep(20000);
  assert_int_equal(counter, 0);
  epochlog__unlock(&lock);
  pthread_join(thread, &done);
  assert_non_null(done);
  assert_int_equal(counter, 1);
}

static void a_thread_never_waits_for_itself(void **state)
{
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

  (void)state;
  assert_true(epochlog__lock(&lock));
  assert_false(epochlog__lock(&lock));
  assert_false(epochlog__lock_soon(&lock));
  epochlog__unlock(&lock);
  assert_true(epochlog__hold(&mutex, EPOCHLOG__HOLDS_IO));
  assert_false(epochlog__hold(&mutex, EPOCHLOG__HOLDS_IO));
  assert_false(epochlog__hold_at_once(&mutex, EPOCHLOG__HOLDS_IO));
  assert_false(epochlog__hold_soon(&mutex, EPOCHLOG__HOLDS_IO));
  assert_true(epochlog__lock(&lock));
  epochlog__unlock(&lock);
  epochlog__let_go(&mutex, EPOCHLOG__HOLDS_IO);
  assert_true(epochlog__hold_at_once(&mutex, EPOCHLOG__HOLDS_IO));
  epochlog__let_go(&mutex, EPOCHLOG__HOLDS_IO);
  assert_true(epochlog__hold_soon(&mutex, EPOCHLOG__HOLDS_IO));
  epochlog__let_go(&mutex, EPOCHLOG__HOLDS_IO);
  assert_int_equal(epochlog__held, 0);
}

static void *give_up(void *argument) { return epochlog__lock_soon(&lock) ? NULL : argument; }

/* Whoever has it may wait for what the caller has interrupted. */
static void a_logging_call_gives_up_a_lock_that_is_never_let_go(void **state)
{
  pthread_t thread;
  void *done;

  (void)state;
  assert_true(epochlog__lock(&lock));
  assert_int_equal(pthread_create(&thread, NULL, give_up, &counter), 0);
  pthread_join(thread, &done);
  assert_non_null(done);
  epochlog__unlock(&lock);
  assert_true(epochlog__lock(&lock));
  epochlog__unlock(&lock);
}

static void *try_the_mutex(void *mutex)
{
  const bool is_held = epochlog__hold_at_once(mutex, EPOCHLOG__HOLDS_IO);

  return is_held || epochlog__held != 0 ? NULL : mutex;
}

static void a_mutex_that_someone_has_leaves_no_note(void **state)
{
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_t thread;
  void *done;

  (void)state;
  assert_true(epochlog__hold(&mutex, EPOCHLOG__HOLDS_IO));
  assert_int_equal(pthread_create(&thread, NULL, try_the_mutex, &mutex), 0);
  pthread_join(thread, &done);
  assert_non_null(done);
  epochlog__let_go(&mutex, EPOCHLOG__HOLDS_IO);
}

/* ----------------------------------------------------------- sleeping, waking */

static atomic_uint word;

static void *sleep_long(void *argument)
{
  epochlog__sleep(&word, 0, 10000);
  return argument;
}

static void a_sleeper_is_woken_and_does_not_sleep_where_there_is_news(void **state)
{
  const int64_t begin = epochlog__clock_mono();
  pthread_t threads[3];

  (void)state;
  atomic_store(&word, 0);
  for (int i = 0; i < 3; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, sleep_long, NULL), 0);
  usleep(10000);
  atomic_store(&word, 1);
  epochlog__wake(&word, 1);
  epochlog__wake(&word, 100);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  epochlog__sleep(&word, 0, 10000);
  assert_true(epochlog__clock_mono() - begin < 5000 * MS);
}

static void a_sleeper_that_nobody_wakes_wakes_up_in_time(void **state)
{
  const int64_t begin = epochlog__clock_mono();
  int64_t slept;

  (void)state;
  atomic_store(&word, 0);
  epochlog__sleep(&word, 0, 30);
  slept = epochlog__clock_mono() - begin;
  assert_true(slept >= 29 * MS && slept < 5000 * MS);
  epochlog__sleep(&word, 0, 0);
  assert_true(epochlog__clock_mono() - begin < 5000 * MS);
}

/* -------------------------------------------------------------------- memory */

#define CALLS (IS_SLOW ? 200000 : 10000000)
#define MOST_KIB 2048

static long resident_kib(void)
{
  FILE *file = fopen("/proc/self/status", "r");
  char line[200];
  long kib = 0;

  assert_non_null(file);
  while (fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, "VmRSS:", 6) == 0) kib = atol(line + 6);
  fclose(file);
  return kib;
}

static void memory_does_not_grow_with_the_calls(void **state)
{
  epochlog_run *run =
      epochlog_start(&(epochlog_options){.root = *state, .run_id = "run", .ring_kib = 1024}, NULL);
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  long before;
  long after;

  /* The first segments of all make what the others use again. */
  for (int i = 0; i < CALLS / 10; i++) epochlog_scalar(run, loss, EPOCHLOG_AUTO, i & 63);
  before = resident_kib();
  for (int i = 0; i < CALLS; i++) epochlog_scalar(run, loss, EPOCHLOG_AUTO, i & 63);
  after = resident_kib();
  complete(run);
  if (!IS_SLOW && after - before > MOST_KIB) fail_msg("%ld KiB, then %ld KiB", before, after);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(threads_that_contend_count_every_turn),
      cmocka_unit_test(a_holder_that_takes_long_is_waited_for),
      cmocka_unit_test(a_thread_never_waits_for_itself),
      cmocka_unit_test(a_logging_call_gives_up_a_lock_that_is_never_let_go),
      cmocka_unit_test(a_mutex_that_someone_has_leaves_no_note),
      cmocka_unit_test(a_sleeper_is_woken_and_does_not_sleep_where_there_is_news),
      cmocka_unit_test(a_sleeper_that_nobody_wakes_wakes_up_in_time),
      IN_FOLDER(memory_does_not_grow_with_the_calls),
  };

  return cmocka_run_group_tests_name("lock", tests, NULL, NULL) != 0;
}
