/* The thread that hands new records to the kernel at least every flush interval,
 * syncs at the sync interval, seals what has grown old, and tries again what a full
 * disk refused.
 *
 * It runs with a lower priority than the program's threads (nice 10) but not as
 * SCHED_IDLE: it holds `io` while it writes, and a thread that waits for `io` must
 * not wait for an idle processor.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "run.h"

#define STACK_SIZE (256u << 10)
#define NICE 10
#define SIGN_OF_LIFE_MS 15000 /* with nothing new to write */
#define OLD_SEGMENT_NS INT64_C(60000000000)
#define OLD_SEGMENT_ROWS 512

/* hot held.  A segment that has waited long enough and is worth a block. */
static void retire_if_old(struct epochlog_run *run, int64_t now_mono)
{
  const struct epochlog__segment *active = run->ring.active;

  if (active == NULL || active->rows < OLD_SEGMENT_ROWS ||
      now_mono - active->opened_mono < OLD_SEGMENT_NS)
    return;
  epochlog__ring_retire(&run->ring);
  epochlog__ring_activate(&run->ring);
}

/* One round; false when there was nothing to do.  No lock held. */
static bool do_round(struct epochlog_run *run)
{
  const int64_t now_mono = epochlog__clock_mono();
  struct epochlog__dirty dirty;
  bool has_full;
  bool is_dirty;
  bool is_due;

  pthread_mutex_lock(&run->hot);
  retire_if_old(run, now_mono);
  has_full = run->ring.full_count != 0;
  is_dirty = epochlog__ring_dirty(&run->ring, &dirty);
  pthread_mutex_unlock(&run->hot);
  pthread_mutex_lock(&run->io);
  if (has_full) epochlog__writer_seal(run);
  is_due = run->sync == EPOCHLOG_SYNC_ALWAYS ||
           (run->sync == EPOCHLOG_SYNC_INTERVAL &&
            now_mono - run->synced_mono >= (int64_t)run->sync_interval_ms * 1000000);
  epochlog__writer_flush(run, is_due);
  epochlog__ring_sign_of_life(&run->ring, epochlog__clock_wall());
  is_due = run->sync != EPOCHLOG_SYNC_NONE && run->is_synced_late;
  pthread_mutex_unlock(&run->io);
  return has_full || is_dirty || is_due;
}

static void add_ms(struct timespec *time, unsigned ms)
{
  time->tv_sec += (time_t)(ms / 1000);
  time->tv_nsec += (long)(ms % 1000) * 1000000;
  if (time->tv_nsec >= 1000000000) {
    time->tv_sec++;
    time->tv_nsec -= 1000000000;
  }
}

/* hot held.  Waits for the interval, or, with nothing to do, until something is
 * logged or it is time for a sign of life; then for the interval. */
static void wait_for_work(struct epochlog_run *run, bool is_idle)
{
  unsigned interval_ms = run->flush_interval_ms;
  struct epochlog__dirty dirty;
  struct timespec until;

  if (run->sync == EPOCHLOG_SYNC_INTERVAL && run->sync_interval_ms < interval_ms)
    interval_ms = run->sync_interval_ms;
  /* What came between the round and now would not wake anyone. */
  if (is_idle && run->ring.full_count == 0 && !epochlog__ring_dirty(&run->ring, &dirty)) {
    clock_gettime(CLOCK_MONOTONIC, &until);
    add_ms(&until, SIGN_OF_LIFE_MS);
    run->is_asleep = true;
    while (run->is_asleep && !run->is_stopping)
      if (pthread_cond_timedwait(&run->wake, &run->hot, &until) == ETIMEDOUT) break;
    if (run->is_asleep) { /* nothing came */
      run->is_asleep = false;
      return;
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &until);
  add_ms(&until, interval_ms);
  while (!run->is_stopping)
    if (pthread_cond_timedwait(&run->wake, &run->hot, &until) == ETIMEDOUT) break;
}

static void *flush_until_stopped(void *argument)
{
  struct epochlog_run *run = argument;
  bool is_idle = true;

  setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
  pthread_mutex_lock(&run->hot);
  while (!run->is_stopping) {
    wait_for_work(run, is_idle);
    if (run->is_stopping) break;
    pthread_mutex_unlock(&run->hot);
    is_idle = !do_round(run);
    pthread_mutex_lock(&run->hot);
  }
  pthread_mutex_unlock(&run->hot);
  return NULL;
}

bool epochlog__flusher_start(struct epochlog_run *run)
{
  pthread_attr_t attributes;
  sigset_t all;
  sigset_t before;
  int error;

  run->is_stopping = false;
  run->is_asleep = false;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  /* The program's signals are for the program's threads. */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  error = pthread_create(&run->flusher, &attributes, flush_until_stopped, run);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  run->has_flusher = error == 0;
  return run->has_flusher;
}

void epochlog__flusher_stop(struct epochlog_run *run)
{
  if (!run->has_flusher) return;
  pthread_mutex_lock(&run->hot);
  run->is_stopping = true;
  pthread_cond_signal(&run->wake);
  pthread_mutex_unlock(&run->hot);
  pthread_join(run->flusher, NULL);
  run->has_flusher = false;
}
