/* The thread that turns full segments into blocks, makes pages writable before they are
 * stored into, syncs when that is due, and looks after the files.
 *
 * It looks often enough that a segment is seen full before the last free one is used,
 * from a thousand times a second, when someone logs flat out, to twice a second, when
 * nobody does.  Only who takes the last free segment wakes it.
 *
 * It runs with a lower priority than the program's threads (nice 10) but not as
 * SCHED_IDLE: it holds `io` while it writes, and a thread that waits for `io` must
 * not wait for an idle processor.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "run.h"

#define STACK_SIZE (256u << 10)
#define NICE 10
#define MS INT64_C(1000000)
#define SIGN_OF_LIFE_NS (5000 * MS)
#define LOOK_NS (1000 * MS) /* whether the files are still there */
#define TELL_NS (1000 * MS) /* what was lost */
#define OLD_SEGMENT_NS (60000 * MS)
#define OLD_SEGMENT_RECORDS 512
#define SLOWEST_MS 500     /* nothing is logged */
#define SLOW_MS 100        /* something is */
#define FASTEST_MS 1       /* the ring would be full in a few of them */
#define AHEAD (256u << 10) /* bytes whose pages are made writable, at least */

/* hot held.  A segment that has waited long enough and is worth a block. */
static void retire_if_old(struct epochlog_run *run, int64_t now_mono)
{
  const struct epochlog__segment *active = run->ring.active;

  if (active == NULL || run->hot->next_seq - active->first_seq < OLD_SEGMENT_RECORDS ||
      now_mono - active->opened_mono < OLD_SEGMENT_NS || !epochlog__ring_has_free(&run->ring))
    return;
  epochlog__ring_retire(&run->ring);
  epochlog__ring_activate(&run->ring);
}

/* hot held.  Not in the calls that find room again, since it allocates: one of them may
 * be in a signal handler that interrupted an allocation. */
static void tell_loss_if_due(struct epochlog_run *run, int64_t now_mono)
{
  if (!epochlog__has_loss(run) || now_mono - run->told_mono < TELL_NS) return;
  epochlog__tell_loss(run);
  if (!epochlog__has_loss(run)) run->told_mono = now_mono;
}

/* What a look at the ring tells. */
struct look {
  int64_t now_mono;
  bool has_full;
  uint64_t new_bytes;
  int64_t elapsed_ns;
  uint64_t room;
};

/* The lock is for what has to be changed. */
static void change_what_is_due(struct epochlog_run *run, int64_t now_mono)
{
  const bool is_old = now_mono - run->view.opened_mono >= OLD_SEGMENT_NS;

  if (run->is_view_good && !is_old) return;
  epochlog__lock(&run->hot->lock);
  retire_if_old(run, now_mono);
  tell_loss_if_due(run, now_mono);
  epochlog__unlock(&run->hot->lock);
  run->is_view_good = false;
}

static struct look look_at_ring(struct epochlog_run *run)
{
  struct look look = {.now_mono = epochlog__clock_mono()};
  uint64_t published;

  epochlog__writer_look(run);
  change_what_is_due(run, look.now_mono);
  published = epochlog__writer_look(run);
  look.has_full = run->view.has_full;
  look.room = run->view.room - (published - run->view.published);
  look.new_bytes = published - run->pace.bytes;
  look.elapsed_ns = look.now_mono - run->pace.mono;
  run->pace.bytes = published;
  run->pace.mono = look.now_mono;
  return look;
}

/* A quarter of the time that the room left would last. */
static unsigned next_look_ms(struct epochlog_run *run, const struct look *look)
{
  unsigned most = SLOW_MS;
  uint64_t ms;

  if (look->new_bytes == 0) {
    most = run->pace.idle_ms * 2 < SLOWEST_MS ? run->pace.idle_ms * 2 : SLOWEST_MS;
    run->pace.idle_ms = most < SLOW_MS ? SLOW_MS : most;
    return run->pace.idle_ms;
  }
  run->pace.idle_ms = SLOW_MS;
  ms = (uint64_t)((double)look->room / (double)look->new_bytes * (double)look->elapsed_ns / 4e6);
  return ms < FASTEST_MS ? FASTEST_MS : ms > most ? most : (unsigned)ms;
}

/* What the policies ask for by now; the next look is not later than the next need. */
static void keep_promises(struct epochlog_run *run, int64_t now_mono, unsigned *ms)
{
  bool is_due = false;

  if (run->sync == EPOCHLOG_SYNC_INTERVAL) {
    is_due = now_mono - run->synced_mono >= run->sync_interval_ms * MS;
    if (run->sync_interval_ms < *ms) *ms = run->sync_interval_ms;
  }
  if (run->ring.memory == NULL && run->flush_interval_ms < *ms) *ms = run->flush_interval_ms;
  if (is_due ||
      (run->ring.memory == NULL && now_mono - run->flushed_mono >= run->flush_interval_ms * MS))
    epochlog__writer_flush(run, is_due);
  /* With nothing to sync the interval begins anew. */
  if (is_due) run->synced_mono = now_mono;
}

static void look_after_files(struct epochlog_run *run, const struct look *look)
{
  if (look->now_mono - run->alive_mono >= SIGN_OF_LIFE_NS) {
    epochlog__ring_sign_of_life(&run->ring, epochlog__clock_wall());
    run->alive_mono = look->now_mono;
  }
  if (look->now_mono - run->looked_mono >= LOOK_NS) {
    epochlog__renew_if_lost(run);
    run->looked_mono = look->now_mono;
  }
}

/* io held.  Returns milliseconds until the next round. */
static unsigned do_round(struct epochlog_run *run)
{
  const struct look look = look_at_ring(run);
  unsigned ms = next_look_ms(run, &look);

  run->ahead = 2 * look.new_bytes > AHEAD ? 2 * look.new_bytes : AHEAD;
  epochlog__writer_prefault(run);
  if (look.has_full && epochlog__writer_may_seal(run)) epochlog__writer_seal(run);
  keep_promises(run, look.now_mono, &ms);
  if (epochlog__guard_is_broken(run->ring.guard)) run->looked_mono = 0;
  look_after_files(run, &look);
  return ms;
}

void epochlog__sealer_stand_in(struct epochlog_run *run)
{
  const int64_t now_mono = epochlog__clock_mono();

  if (now_mono < atomic_load(&run->next_round_mono) ||
      !epochlog__hold_at_once(&run->io, EPOCHLOG__HOLDS_IO))
    return;
  atomic_store(&run->next_round_mono, now_mono + do_round(run) * MS);
  epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
}

static void *seal_until_stopped(void *argument)
{
  struct epochlog_run *run = argument;

  atomic_store(&run->sealer_id, (int)syscall(SYS_gettid));
  setpriority(PRIO_PROCESS, (id_t)atomic_load(&run->sealer_id), NICE);
  while (!atomic_load(&run->is_stopping)) {
    const unsigned seen = atomic_load(&run->work);
    unsigned ms;

    epochlog__hold(&run->io, EPOCHLOG__HOLDS_IO);
    ms = do_round(run);
    epochlog__let_go(&run->io, EPOCHLOG__HOLDS_IO);
    atomic_store(&run->is_asleep, true);
    epochlog__sleep(&run->work, seen, ms);
    atomic_store(&run->is_asleep, false);
  }
  return NULL;
}

/* "123 (name) R ..." */
char epochlog__sealer_state(const struct epochlog_run *run)
{
  char path[64];
  char line[128];
  const char *state;
  ssize_t size;
  int fd;

  snprintf(path, sizeof path, "/proc/self/task/%d/stat", atomic_load(&run->sealer_id));
  fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return '?';
  size = read(fd, line, sizeof line - 1);
  close(fd);
  line[size < 0 ? 0 : size] = '\0';
  state = strrchr(line, ')');
  return state != NULL && state[1] == ' ' ? state[2] : '?';
}

void epochlog__sealer_call(struct epochlog_run *run)
{
  atomic_fetch_add(&run->work, 1);
  if (atomic_load(&run->is_asleep)) epochlog__wake(&run->work, 1);
}

bool epochlog__sealer_start(struct epochlog_run *run)
{
  pthread_attr_t attributes;
  sigset_t most;
  sigset_t before;
  int error;

  if (run->has_no_thread) return true;
  atomic_store(&run->is_stopping, false);
  run->pace = (struct epochlog__pace){.mono = epochlog__clock_mono(), .idle_ms = SLOW_MS};
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  /* The program's signals are for the program's threads; faults are everybody's. */
  sigfillset(&most);
  sigdelset(&most, SIGBUS);
  sigdelset(&most, SIGSEGV);
  sigdelset(&most, SIGFPE);
  sigdelset(&most, SIGILL);
  pthread_sigmask(SIG_SETMASK, &most, &before);
  error = pthread_create(&run->sealer, &attributes, seal_until_stopped, run);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  run->has_sealer = error == 0;
  return run->has_sealer;
}

void epochlog__sealer_stop(struct epochlog_run *run)
{
  if (!run->has_sealer) return;
  atomic_store(&run->is_stopping, true);
  atomic_fetch_add(&run->work, 1);
  epochlog__wake(&run->work, 1);
  pthread_join(run->sealer, NULL);
  run->has_sealer = false;
}
