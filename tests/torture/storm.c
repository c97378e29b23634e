/* Kills writers at random instants, and counts what is left of their runs.
 *
 *     storm KILLS SEED [FIRST]
 *
 * Three threads log scalars, rows and texts into one run with a small ring (see
 * torture_writers.h).  After a random while the process is killed; then every call
 * that had returned must be found, at most one more per thread, right, whole, once,
 * in order, and nothing else.  Seven ways to be a writer take turns.
 *
 * Kill number k depends on SEED and k alone, as far as instants can: FIRST begins
 * with a later one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "temp_folder.h"
#include "torture_writers.h"

#define FAULTS_MAX 10

enum way { FLAT_OUT, PACED, NO_THREAD, BY_NAME, FORKING, STARTING, ENDING, WAYS };

static const char *const way_names[WAYS] = {
    "flat out", "paced", "without a thread", "by name", "forking", "starting", "ending"};

struct tally {
  uint64_t kills;
  uint64_t calls; /* acknowledged */
  uint64_t faults;
};

static uint64_t random_next(uint64_t *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* ---- one kill ---- */

struct victim {
  uint64_t number;
  enum way way;
  struct torture_plan plan;
  uint64_t life_us; /* from `awaited` on */
  enum torture_phase awaited;
};

static struct victim plan_victim(uint64_t seed, uint64_t number)
{
  static const unsigned rings[] = {16, 16, 32, 64};
  struct victim victim = {.number = number, .way = (enum way)(number % WAYS)};
  uint64_t state = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15) ^ number << 20 ^ 1;

  for (int i = 0; i < 20; i++) random_next(&state);
  victim.plan = (struct torture_plan){.seed = random_next(&state),
                                      .ring_kib = rings[random_next(&state) % 4],
                                      .pause_us = victim.way == PACED ? 100 : 0,
                                      .no_thread = victim.way == NO_THREAD,
                                      .is_by_name = victim.way == BY_NAME,
                                      .is_forking = victim.way == FORKING};
  victim.awaited = TORTURE_STARTED;
  victim.life_us = 500 + random_next(&state) % 19500;
  if (victim.way == STARTING) {
    victim.awaited = TORTURE_BORN;
    victim.life_us = random_next(&state) % 3000;
  } else if (victim.way == ENDING) {
    victim.plan.calls = 1 + random_next(&state) % 3000;
    victim.plan.no_thread = random_next(&state) % 4 == 0;
    victim.awaited = TORTURE_ENDING;
    victim.life_us = random_next(&state) % 3000;
  }
  return victim;
}

static bool check_status(struct torture_look *look, const struct torture_page *page)
{
  const enum run_status status = look->run->status;
  const int phase = atomic_load(&page->phase);

  if (status == RUN_COMPLETED && phase >= TORTURE_ENDING) return true;
  if (status == RUN_NOT_RESPONDING && phase < TORTURE_ENDED) return true;
  return torture_wrong(look, "the run is %s", run_status_text(status));
}

static bool check(const struct victim *victim, const struct torture_page *page, const char *folder,
                  struct tally *tally)
{
  struct torture_bounds bounds;
  struct torture_look look;
  bool is_right;

  torture_acknowledged(page, bounds.least);
  for (int i = 0; i < TORTURE_SLOTS; i++) {
    tally->calls += bounds.least[i];
    bounds.most[i] = bounds.least[i] + 1;
  }
  is_right = torture_look(&look, folder, true) && torture_check(&look, &victim->plan, &bounds) &&
             check_status(&look, page);
  /* While epochlog_start runs there may be no log yet; but one that is there is right. */
  if (atomic_load(&page->phase) == TORTURE_BORN && look.log_count == 0) is_right = true;
  if (!is_right)
    fprintf(stderr,
            "storm: kill %" PRIu64 ", %s, %u KiB, %s, after %" PRIu64
            " us: %s\nstorm: it is in %s\n",
            victim->number, way_names[victim->way], victim->plan.ring_kib,
            victim->plan.no_thread ? "without its thread" : "with its thread", victim->life_us,
            look.problem, folder);
  torture_look_away(&look);
  return is_right;
}

static void kill_one(struct victim *victim, struct torture_page *page, struct tally *tally)
{
  char folder[600];
  void *root = NULL;
  bool is_right;
  long pid;

  if (temp_folder_make(&root) != 0) {
    tally->faults++;
    return;
  }
  snprintf(folder, sizeof folder, "%s/run", (const char *)root);
  victim->plan.root = root;
  pid = torture_start_writer(&victim->plan, page);
  is_right = pid > 0 && torture_wait_for(pid, page, victim->awaited);
  if (!is_right) fprintf(stderr, "storm: kill %" PRIu64 ": the writer failed\n", victim->number);
  nanosleep(&(struct timespec){.tv_nsec = (long)victim->life_us * 1000}, NULL);
  if (pid > 0) torture_kill_writer(pid);
  tally->kills++;
  is_right = is_right && check(victim, page, folder, tally);
  tally->faults += !is_right;
  if (is_right) temp_folder_remove(&root);
}

int main(int argc, char **argv)
{
  const uint64_t kills = argc >= 3 ? strtoull(argv[1], NULL, 10) : 0;
  const uint64_t seed = argc >= 3 ? strtoull(argv[2], NULL, 10) : 0;
  const uint64_t first = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
  struct torture_page *page = torture_page();
  struct tally tally = {0, 0, 0};

  if (kills == 0 || argc > 4 || page == NULL) {
    fprintf(stderr, "usage: storm KILLS SEED [FIRST]\n");
    return 2;
  }
  if (!torture_adopt_orphans()) {
    perror("storm");
    return 1;
  }
  for (uint64_t i = first; i < first + kills && tally.faults < FAULTS_MAX; i++) {
    struct victim victim = plan_victim(seed, i);

    kill_one(&victim, page, &tally);
  }
  printf("storm: %s kills of %d ways to write, %s calls had returned, %s\n",
         torture_number(tally.kills), WAYS, torture_number(tally.calls),
         tally.faults == 0 ? "0 lost" : "NOT all are there");
  return tally.faults == 0 ? 0 : 1;
}
