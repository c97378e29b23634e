/* What becomes of runs when the process forks.
 *
 * Before the fork every run's locks are taken, so that the child's copy of memory
 * is consistent and no lock stays held by a thread the child does not have.  After
 * it the parent lets go and is undisturbed.  In the child the locks are made anew
 * and each run becomes an orphan: its files belong to the parent and are never
 * touched again; at the first logging call it closes its copies of their descriptors
 * and makes a pair of its own.
 *
 * The list of live runs is the library's only global state.
 */
#include <errno.h>
#include <unistd.h>

#include "run.h"

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct epochlog_run *live_runs;
static bool is_handled;

static void before_fork(void)
{
  pthread_mutex_lock(&list_lock);
  for (struct epochlog_run *run = live_runs; run != NULL; run = run->next_live) {
    pthread_mutex_lock(&run->io);
    pthread_mutex_lock(&run->hot);
    pthread_mutex_lock(&run->words);
  }
}

static void after_fork_in_parent(void)
{
  for (struct epochlog_run *run = live_runs; run != NULL; run = run->next_live) {
    pthread_mutex_unlock(&run->words);
    pthread_mutex_unlock(&run->hot);
    pthread_mutex_unlock(&run->io);
  }
  pthread_mutex_unlock(&list_lock);
}

static void after_fork_in_child(void)
{
  for (struct epochlog_run *run = live_runs; run != NULL; run = run->next_live) {
    pthread_mutex_init(&run->words, NULL);
    pthread_mutex_init(&run->hot, NULL);
    pthread_mutex_init(&run->io, NULL);
    run->is_orphan = true;
    run->has_flusher = false; /* the thread was not copied */
    run->is_asleep = false;
  }
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

/* The child is often still alone here; should it have threads already, they wait for
 * hot, which is the one lock they come by. */
epochlog_status epochlog__fork_adopt(struct epochlog_run *run)
{
  epochlog_error error;
  epochlog_status status;

  run->is_orphan = false;
  epochlog__writer_close(run);
  for (uint32_t i = 0; i < run->dictionary.names.count; i++)
    run->dictionary.series[i]->announced = false;
  epochlog__facts_inherit(&run->facts);
  run->lost = (struct epochlog__lost){0};
  run->room_errno = 0;
  run->seal_failed_mono = 0;
  run->first_failure = (epochlog_error){0};
  pthread_cond_init(&run->wake, NULL);
  status = epochlog__writer_open(run, &error);
  if (status != EPOCHLOG_OK) {
    run->is_dead = true;
    return epochlog__run_fail(run, status, error.sys_errno, "%s", error.message);
  }
  if (!epochlog__flusher_start(run))
    epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, EAGAIN, "the flusher thread");
  return EPOCHLOG_OK;
}
