/* What becomes of runs when the process forks.
 *
 * Before the fork every run's `hot` and `words` are taken, so that the child's copy of
 * what they protect is consistent.  `io` is not: whoever has it may be waiting for a
 * disk, and the child has no use for what it protects.  After the fork the parent lets
 * go and is undisturbed.
 *
 * In the child the page of `hot` is wiped and the ring's mapping is not there.  The
 * run's files belong to the parent and are never touched again; at the first logging
 * call the child closes its copies of their descriptors and makes a pair of its own.
 *
 * The list of live runs and the guards (guard.c) are the library's only global state.
 */
#include <errno.h>
#include <unistd.h>

#include "run.h"

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct epochlog_run *live_runs;
static bool is_handled;
static bool is_locked; /* while the process forks */

/* A signal handler may fork in the middle of a call of this thread; then the locks are
 * not to be had, and the child's copy is as good as it is. */
static void before_fork(void)
{
  pthread_mutex_lock(&list_lock);
  is_locked = epochlog__held == 0;
  if (!is_locked) return;
  epochlog__held = EPOCHLOG__HOLDS_HOT | EPOCHLOG__HOLDS_WORDS;
  for (struct epochlog_run *run = live_runs; run != NULL; run = run->next_live) {
    if (atomic_exchange(&run->hot->lock, 1) != 0) epochlog__lock_wait(&run->hot->lock);
    pthread_mutex_lock(&run->words);
  }
}

static void after_fork_in_parent(void)
{
  for (struct epochlog_run *run = live_runs; run != NULL && is_locked; run = run->next_live) {
    pthread_mutex_unlock(&run->words);
    atomic_store(&run->hot->lock, 0);
  }
  if (is_locked) epochlog__held = 0;
  pthread_mutex_unlock(&list_lock);
}

/* Whoever had them is not in this process. */
static void make_locks(struct epochlog_run *run)
{
  pthread_mutex_init(&run->words, NULL);
  pthread_mutex_init(&run->io, NULL);
}

static void after_fork_in_child(void)
{
  for (struct epochlog_run *run = live_runs; run != NULL; run = run->next_live) {
    make_locks(run);
    run->hot->has_new_locks = 1;
    atomic_store(&run->hot->is_ours, 0);
    atomic_store(&run->hot->lock, 0);
    run->has_sealer = false; /* the thread was not copied */
  }
  epochlog__held = 0;
  pthread_mutex_init(&list_lock, NULL);
}

bool epochlog__fork_register(struct epochlog_run *run)
{
  pthread_mutex_lock(&list_lock);
  if (!is_handled)
    is_handled = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
  if (is_handled) {
    run->next_live = live_runs;
    if (live_runs != NULL) live_runs->previous_live = run;
    live_runs = run;
  }
  pthread_mutex_unlock(&list_lock);
  return is_handled;
}

void epochlog__fork_forget(struct epochlog_run *run)
{
  pthread_mutex_lock(&list_lock);
  if (run->next_live != NULL) run->next_live->previous_live = run->previous_live;
  if (run->previous_live != NULL)
    run->previous_live->next_live = run->next_live;
  else
    live_runs = run->next_live;
  pthread_mutex_unlock(&list_lock);
}

/* What the parent's writer knew of itself. */
static void forget_parent(struct epochlog_run *run)
{
  epochlog__main_log_abandon(&run->log);
  epochlog__ring_abandon(&run->ring);
  for (uint32_t i = 0; i < run->dictionary.names.count; i++)
    run->dictionary.counters[i].is_announced = false;
  epochlog__facts_inherit(&run->facts);
  run->lost = (struct epochlog__lost){0};
  run->has_possible = run->is_deleted = false;
  run->are_names_durable = false;
  atomic_store(&run->nested_count, 0);
  run->room_errno = 0;
  run->seal_failed_mono = 0;
  run->broken_errno = 0;
  run->renew_mono = 0;
  run->durable_seq = 0;
  run->pair_first_seq = 0;
  run->large_late = 0;
  run->is_written_late = false;
  run->has_sealer = false;
  run->is_view_good = false;
  run->first_failure = (epochlog_error){0};
}

void epochlog__fork_abandon(struct epochlog_run *run)
{
  if (run->hot->has_new_locks == 0) make_locks(run);
  run->hot->has_new_locks = 0;
  forget_parent(run);
  run->hot->gate = EPOCHLOG__DEAD;
  atomic_store(&run->hot->is_ours, 1);
}

/* The child is often still alone here; should it have threads already, they wait for
 * hot, which is the one lock they come by. */
epochlog_status epochlog__fork_adopt(struct epochlog_run *run)
{
  epochlog_error error;
  epochlog_status status;

  /* By _Fork or clone no handler was called. */
  if (run->hot->has_new_locks == 0) make_locks(run);
  run->hot->has_new_locks = 0;
  forget_parent(run);
  status = epochlog__writer_open(run, &error);
  if (status != EPOCHLOG_OK) {
    run->hot->gate = EPOCHLOG__DEAD;
    atomic_store(&run->hot->is_ours, 1);
    return epochlog__run_fail(run, status, error.sys_errno, "%s", error.message);
  }
  if (!epochlog__sealer_start(run))
    epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, EAGAIN, "the sealing thread");
  return EPOCHLOG_OK;
}
