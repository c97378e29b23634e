/* Reads runs whose writers are alive: stopped in the middle, and flat out.
 *
 *     stop RUNS SEED
 *
 * A writer with three threads (see torture_writers.h) is stopped again and again, its
 * sealing thread with it, wherever they are just then.  What is read meanwhile is
 * what is read after a kill, but that the run is Running; and going on does no harm.
 *
 * Another is read in a loop while it logs without a pause.  Every call that had
 * returned before a reading began must be in it, and nothing torn or invented; and
 * the writer must end with all it logged.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "temp_folder.h"
#include "torture_writers.h"

#define STOPS 8
#define CALLS 4000 /* of each thread that is read meanwhile */
#define WAYS 3
#define FAULTS_MAX 10

struct tally {
  uint64_t stops;
  uint64_t readings;
  uint64_t calls;
  uint64_t faults;
};

/* A writer at work. */
struct subject {
  struct torture_plan plan;
  struct torture_page *page;
  void *root;
  char folder[600];
  long pid;
};

static bool begin(struct subject *subject, const struct torture_plan *plan)
{
  subject->plan = *plan;
  subject->root = NULL;
  if (temp_folder_make(&subject->root) != 0) return false;
  snprintf(subject->folder, sizeof subject->folder, "%s/run", (const char *)subject->root);
  subject->plan.root = subject->root;
  subject->pid = torture_start_writer(&subject->plan, subject->page);
  if (subject->pid > 0 && torture_wait_for(subject->pid, subject->page, TORTURE_STARTED))
    return true;
  fprintf(stderr, "stop: the writer failed\n");
  return false;
}

static void end(struct subject *subject, bool is_right)
{
  if (subject->pid > 0) torture_kill_writer(subject->pid);
  if (is_right)
    temp_folder_remove(&subject->root);
  else
    fprintf(stderr, "stop: it is in %s\n", subject->folder);
}

/* ---- one reading ---- */

static bool check_status(struct torture_look *look, int phase_before, int phase_after)
{
  const enum run_status status = look->run->status;

  if (status == RUN_RUNNING && phase_before < TORTURE_ENDED) return true;
  if (status == RUN_COMPLETED && phase_after >= TORTURE_ENDING) return true;
  /* Its log was read before its last word, and it was looked for after it had left. */
  if (status == RUN_NOT_RESPONDING && phase_before < TORTURE_ENDED && phase_after == TORTURE_ENDED)
    return true;
  return torture_wrong(look, "the run is %s", run_status_text(status));
}

/* Everything that was acknowledged before, and what may have come meanwhile. */
static bool read_once(const struct subject *subject, bool is_still, const char *when)
{
  const int phase = atomic_load(&subject->page->phase);
  struct torture_bounds bounds;
  struct torture_look look;
  bool is_right;

  torture_acknowledged(subject->page, bounds.least);
  is_right = torture_look(&look, subject->folder, is_still);
  torture_acknowledged(subject->page, bounds.most);
  for (int i = 0; i < TORTURE_SLOTS; i++) bounds.most[i] += phase < TORTURE_ENDING;
  is_right = is_right && torture_check(&look, &subject->plan, &bounds) &&
             check_status(&look, phase, atomic_load(&subject->page->phase));
  if (!is_right) fprintf(stderr, "stop: %s: %s\n", when, look.problem);
  torture_look_away(&look);
  return is_right;
}

/* Waits for a writer that is to end of itself, and finds all of it. */
static bool finish(struct subject *subject, struct tally *tally)
{
  uint64_t counts[TORTURE_SLOTS];
  int status = 0;

  if (!torture_wait_for(subject->pid, subject->page, TORTURE_ENDED) ||
      waitpid((pid_t)subject->pid, &status, 0) != subject->pid || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    fprintf(stderr, "stop: the writer did not end well\n");
    return false;
  }
  subject->pid = 0;
  torture_acknowledged(subject->page, counts);
  for (int i = 0; i < TORTURE_SLOTS; i++) tally->calls += counts[i];
  return read_once(subject, true, "ended");
}

/* ---- stopped ---- */

static bool stop_once(const struct subject *subject, uint64_t pause_us)
{
  int status = 0;
  bool is_right;

  nanosleep(&(struct timespec){.tv_nsec = (long)pause_us * 1000}, NULL);
  if (kill((pid_t)subject->pid, SIGSTOP) != 0 ||
      waitpid((pid_t)subject->pid, &status, WUNTRACED) != subject->pid || !WIFSTOPPED(status)) {
    fprintf(stderr, "stop: the writer cannot be stopped\n");
    return false;
  }
  is_right = read_once(subject, true, "stopped");
  kill((pid_t)subject->pid, SIGCONT);
  return is_right;
}

static bool stop_and_go(struct subject *subject, uint64_t seed, struct tally *tally)
{
  for (uint64_t i = 0; i < STOPS; i++) {
    tally->stops++;
    if (!stop_once(subject, 100 + (seed * 7919 + i * 104729) % 4000)) return false;
  }
  atomic_store(&subject->page->should_end, true);
  return finish(subject, tally);
}

/* ---- flat out ---- */

static bool read_meanwhile(struct subject *subject, struct tally *tally)
{
  while (atomic_load(&subject->page->phase) < TORTURE_ENDED) {
    siginfo_t info = {.si_pid = 0};

    if (waitid(P_PID, (id_t)subject->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid != 0)
      break;
    tally->readings++;
    if (!read_once(subject, false, "flat out")) return false;
  }
  return finish(subject, tally);
}

/* ---- all of it ---- */

static void try_one(struct torture_page *page, uint64_t seed, bool is_stopped, struct tally *tally)
{
  const struct torture_plan plan = {.seed = seed,
                                    .ring_kib = seed % 2 == 0 ? 16 : 64,
                                    .no_thread = seed % WAYS == 1,
                                    .is_by_name = seed % WAYS == 2,
                                    .calls = is_stopped ? 0 : CALLS};
  struct subject subject = {.page = page};
  bool is_right = begin(&subject, &plan);

  if (is_right)
    is_right = is_stopped ? stop_and_go(&subject, seed, tally) : read_meanwhile(&subject, tally);
  if (!is_right) fprintf(stderr, "stop: seed %" PRIu64 "\n", seed);
  end(&subject, is_right);
  tally->faults += !is_right;
}

int main(int argc, char **argv)
{
  const uint64_t runs = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
  const uint64_t seed = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
  struct torture_page *page = torture_page();
  struct tally tally = {0, 0, 0, 0};

  if (runs == 0 || page == NULL) {
    fprintf(stderr, "usage: stop RUNS SEED\n");
    return 2;
  }
  for (uint64_t i = 0; i < runs && tally.faults < FAULTS_MAX; i++) {
    try_one(page, seed + i, true, &tally);
    try_one(page, seed + i, false, &tally);
  }
  printf("stop: %s calls of %s runs, read at %s stops and %s times while they went on, %s\n",
         torture_number(tally.calls), torture_number(2 * runs), torture_number(tally.stops),
         torture_number(tally.readings),
         tally.faults == 0 ? "all there each time" : "NOT all right");
  return tally.faults == 0 ? 0 : 1;
}
