#include "torture_writers.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "epochlog.h"
#include "format.h"

#define ROW 3
#define NAME_MAX_SIZE 48
#define TEXT_MAX_SIZE 50000
#define CALLS_PER_NAME 64 /* of a logger by name, then it takes a new one */
#define FORK_AT 200       /* calls of the first thread before it forks */
#define WAIT_SECONDS 30

/* ---- what is logged ---- */

enum kind { SCALAR, WIDE, TEXT };

/* The finalizer of SplitMix64: every bit of the result depends on all. */
static uint64_t mix(uint64_t x)
{
  x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 31;
}

static uint64_t chance(const struct torture_plan *plan, unsigned slot, uint64_t index, unsigned use)
{
  return mix(mix(plan->seed + slot) + index * UINT64_C(0x9E3779B97F4A7C15) + use);
}

static enum kind kind_of(const struct torture_plan *plan, unsigned slot, uint64_t index)
{
  const uint64_t dice = chance(plan, slot, index, 0) % 16;

  if (plan->is_by_name) return dice < 14 ? SCALAR : TEXT;
  return dice < 11 ? SCALAR : dice < 15 ? WIDE : TEXT;
}

/* Half of them with all bits, half of them few: what a loss may look like. */
static double number_of(const struct torture_plan *plan, unsigned slot, uint64_t index,
                        unsigned column)
{
  const uint64_t bits = chance(plan, slot, index, 1 + column);

  return bits % 2 != 0 ? (double)(bits >> 11) / 9007199254740992.0 : (double)(bits % 1000000) / 1e4;
}

/* Mostly a line; now and then more than a small segment holds, rarely more than goes
 * through any ring. */
static size_t text_of(const struct torture_plan *plan, unsigned slot, uint64_t index, char *out)
{
  const uint64_t bits = chance(plan, slot, index, 9);
  const size_t most = bits % 512 == 0 ? 45000 : bits % 64 == 0 ? 6000 : 120;
  const size_t size = (bits >> 16) % most + (most > 1000 ? most / 10 : 0);

  for (size_t i = 0; i < size; i++) out[i] = (char)('!' + (bits >> i % 57) % 90);
  out[size] = '\0';
  return size;
}

static void name_of(const struct torture_plan *plan, unsigned slot, uint64_t index, enum kind kind,
                    unsigned column, char *out)
{
  if (kind == TEXT)
    snprintf(out, NAME_MAX_SIZE, "%u text", slot);
  else if (kind == WIDE)
    snprintf(out, NAME_MAX_SIZE, "%u row %u", slot, column);
  else if (plan->is_by_name)
    snprintf(out, NAME_MAX_SIZE, "%u name %" PRIu64, slot, index / CALLS_PER_NAME);
  else
    snprintf(out, NAME_MAX_SIZE, "%u scalar", slot);
}

/* ---- a thread that logs ---- */

struct thread {
  const struct torture_plan *plan;
  struct torture_page *page;
  epochlog_run *run;
  unsigned slot;
  epochlog_metric scalar;
  epochlog_metric row[ROW];
  char text[TEXT_MAX_SIZE];
};

static void define_all(struct thread *thread)
{
  char name[NAME_MAX_SIZE];

  if (thread->plan->is_by_name) return;
  name_of(thread->plan, thread->slot, 0, SCALAR, 0, name);
  thread->scalar = epochlog_define(thread->run, name, NULL);
  for (unsigned i = 0; i < ROW; i++) {
    name_of(thread->plan, thread->slot, 0, WIDE, i, name);
    thread->row[i] = epochlog_define(thread->run, name, NULL);
  }
}

static void call(struct thread *thread, uint64_t index)
{
  const struct torture_plan *plan = thread->plan;
  const enum kind kind = kind_of(plan, thread->slot, index);
  const int64_t step = (int64_t)index;
  char name[NAME_MAX_SIZE];
  double values[ROW];

  for (unsigned i = 0; i < ROW; i++) values[i] = number_of(plan, thread->slot, index, i);
  if (kind == WIDE) {
    epochlog_scalars(thread->run, step, thread->row, values, ROW);
  } else if (kind == SCALAR && !plan->is_by_name) {
    epochlog_scalar(thread->run, thread->scalar, step, values[0]);
  } else {
    name_of(plan, thread->slot, index, kind, 0, name);
    if (kind == TEXT) {
      text_of(plan, thread->slot, index, thread->text);
      epochlog_log_text(thread->run, name, step, thread->text);
    } else {
      epochlog_log_at(thread->run, name, step, values[0]);
    }
  }
  /* What else may run into the sealing. */
  if (chance(plan, thread->slot, index, 20) % 1024 == 0) epochlog_flush(thread->run);
}

static void pause_some(const struct thread *thread, uint64_t index)
{
  const uint64_t most = thread->plan->pause_us;

  if (most != 0) usleep((useconds_t)(chance(thread->plan, thread->slot, index, 21) % most));
}

static void *log_on(void *argument);

/* The child's one thread has the last slot; it dies with its group. */
static void fork_child(struct thread *thread)
{
  if (fork() != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  thread->slot = TORTURE_THREADS;
  define_all(thread);
  log_on(thread);
  _exit(0);
}

static void *log_on(void *argument)
{
  struct thread *thread = argument;
  const struct torture_plan *plan = thread->plan;

  for (uint64_t i = 0; plan->calls == 0 || i < plan->calls; i++) {
    if (atomic_load_explicit(&thread->page->should_end, memory_order_relaxed)) break;
    call(thread, i);
    atomic_store_explicit(&thread->page->acknowledged[thread->slot].count, i + 1,
                          memory_order_release);
    if (plan->is_forking && thread->slot == 0 && i == FORK_AT) fork_child(thread);
    pause_some(thread, i);
  }
  return NULL;
}

/* ---- the process ---- */

static _Noreturn void be_writer(const struct torture_plan *plan, struct torture_page *page)
{
  static struct thread threads[TORTURE_THREADS];
  pthread_t handles[TORTURE_THREADS];
  epochlog_run *run = epochlog_start(&(epochlog_options){.root = plan->root,
                                                         .name = "torture",
                                                         .run_id = "run",
                                                         .live = EPOCHLOG_LIVE_MAPPED,
                                                         .no_thread = plan->no_thread,
                                                         .ring_kib = plan->ring_kib},
                                     NULL);

  if (run == NULL) _exit(1);
  atomic_store(&page->phase, TORTURE_STARTED);
  for (unsigned i = 0; i < TORTURE_THREADS; i++) {
    threads[i] = (struct thread){.plan = plan, .page = page, .run = run, .slot = i};
    define_all(&threads[i]);
    if (pthread_create(&handles[i], NULL, log_on, &threads[i]) != 0) _exit(1);
  }
  for (unsigned i = 0; i < TORTURE_THREADS; i++) pthread_join(handles[i], NULL);
  atomic_store(&page->phase, TORTURE_ENDING);
  if (epochlog_complete(run, NULL) != EPOCHLOG_OK) _exit(1);
  atomic_store(&page->phase, TORTURE_ENDED);
  _exit(0);
}

struct torture_page *torture_page(void)
{
  void *page = mmap(NULL, sizeof(struct torture_page), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? NULL : page;
}

long torture_start_writer(const struct torture_plan *plan, struct torture_page *page)
{
  pid_t pid;

  memset((void *)page, 0, sizeof *page);
  pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    be_writer(plan, page);
  }
  /* Either of the two may be first. */
  if (pid > 0) setpgid(pid, pid);
  return pid;
}

bool torture_wait_for(long pid, struct torture_page *page, enum torture_phase phase)
{
  const time_t end = time(NULL) + WAIT_SECONDS;
  siginfo_t info;

  while (atomic_load(&page->phase) < (int)phase) {
    info.si_pid = 0;
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0)
      return atomic_load(&page->phase) >= (int)phase;
    if (time(NULL) > end) return false;
    usleep(50);
  }
  return true;
}

bool torture_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

void torture_kill_writer(long pid)
{
  int status;

  kill(-(pid_t)pid, SIGKILL);
  while (waitpid(-1, &status, 0) > 0 || errno == EINTR) {}
}

void torture_acknowledged(const struct torture_page *page, uint64_t counts[TORTURE_SLOTS])
{
  for (int i = 0; i < TORTURE_SLOTS; i++)
    counts[i] = atomic_load_explicit(&page->acknowledged[i].count, memory_order_acquire);
}

/* ---- the check ---- */

/* How many points of each call were found, per slot. */
struct found {
  uint8_t *parts[TORTURE_SLOTS];
};

static bool is_value(const struct torture_plan *plan, unsigned slot, const struct series *series,
                     size_t at, unsigned column)
{
  static char text[TEXT_MAX_SIZE];
  const uint64_t index = (uint64_t)series->steps[at];
  double number;

  if (kind_of(plan, slot, index) == TEXT)
    return series->type == FORMAT_VALUE_TEXT &&
           series->texts[at].size == text_of(plan, slot, index, text) &&
           memcmp(series->texts[at].data, text, series->texts[at].size) == 0;
  number = number_of(plan, slot, index, column);
  return series->type == FORMAT_VALUE_FLOAT &&
         memcmp(&series->numbers[at], &number, sizeof number) == 0;
}

/* Slot and column of a series, from its name. */
static bool parse(const struct series *series, unsigned *slot, unsigned *column)
{
  char name[NAME_MAX_SIZE];

  snprintf(name, sizeof name, "%.*s", (int)series->name.size, series->name.data);
  *slot = (unsigned)(name[0] - '0');
  *column = 0;
  sscanf(name, "%*u row %u", column);
  return *slot < TORTURE_SLOTS;
}

/* Whether the point `at` is one that its thread's call logged into this series. */
static bool check_point(struct torture_look *look, const struct torture_plan *plan,
                        const struct torture_bounds *bounds, const struct series *series, size_t at)
{
  const int64_t step = series->steps[at];
  char name[NAME_MAX_SIZE];
  unsigned slot, column;

  if (!parse(series, &slot, &column) || step < 0 || (uint64_t)step >= bounds->most[slot])
    return torture_wrong(look, "'%.*s' has step %" PRId64 ", which was not logged",
                         (int)series->name.size, series->name.data, step);
  name_of(plan, slot, (uint64_t)step, kind_of(plan, slot, (uint64_t)step), column, name);
  if (!text_is(series->name, name))
    return torture_wrong(look, "step %" PRId64 " of '%s' stands in '%.*s'", step, name,
                         (int)series->name.size, series->name.data);
  if (at != 0 && series->steps[at - 1] >= step)
    return torture_wrong(look, "'%s' has step %" PRId64 " after %" PRId64, name, step,
                         series->steps[at - 1]);
  if (!is_value(plan, slot, series, at, column))
    return torture_wrong(look, "'%s' has another value at step %" PRId64, name, step);
  return true;
}

static bool check_series(struct torture_look *look, const struct torture_plan *plan,
                         const struct torture_bounds *bounds, struct found *found)
{
  for (size_t i = 0; i < look->log_count; i++) {
    const struct series_table *table = &look->logs[i].contents.series;

    for (size_t k = 0; k < table->count; k++) {
      const struct series *series = &table->items[k];
      unsigned slot, column;

      for (size_t at = 0; at < series->count; at++) {
        if (!check_point(look, plan, bounds, series, at)) return false;
        parse(series, &slot, &column);
        found->parts[slot][series->steps[at]]++;
      }
    }
  }
  return true;
}

/* All that must be there is, and calls are there as a whole. */
static bool check_calls(struct torture_look *look, const struct torture_plan *plan,
                        const struct torture_bounds *bounds, const struct found *found)
{
  for (unsigned slot = 0; slot < TORTURE_SLOTS; slot++)
    for (uint64_t i = 0; i < bounds->most[slot]; i++) {
      const unsigned whole = kind_of(plan, slot, i) == WIDE ? ROW : 1;

      if (found->parts[slot][i] == whole) continue;
      if (found->parts[slot][i] == 0 && i >= bounds->least[slot]) continue;
      return torture_wrong(look,
                           "call %" PRIu64 " of thread %u has %u of its %u points (%" PRIu64
                           " calls had returned)",
                           i, slot, found->parts[slot][i], whole, bounds->least[slot]);
    }
  return true;
}

bool torture_check(struct torture_look *look, const struct torture_plan *plan,
                   const struct torture_bounds *bounds)
{
  struct found found = {{NULL}};
  bool is_right = true;

  for (int i = 0; i < TORTURE_SLOTS && is_right; i++) {
    found.parts[i] = calloc(bounds->most[i] + 1, 1);
    if (found.parts[i] == NULL) is_right = torture_wrong(look, "no memory for the check");
  }
  is_right = is_right && check_series(look, plan, bounds, &found) &&
             check_calls(look, plan, bounds, &found);
  for (int i = 0; i < TORTURE_SLOTS; i++) free(found.parts[i]);
  return is_right;
}
