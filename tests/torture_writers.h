/* Writers to be killed: a process whose threads log into one run as fast as they can
 * (or paced), each telling in a shared page how many of its calls have returned; and
 * the check that exactly those are found, whatever became of the process.
 *
 * What a thread's call number `i` logs follows from the seed, the thread and `i`
 * alone: kind, series, step (always i) and values.  So the reader knows what must be
 * there without having been told.
 */
#ifndef TESTS_TORTURE_WRITERS_H
#define TESTS_TORTURE_WRITERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "torture_look.h"

#define TORTURE_THREADS 3
/* One more for the thread of a forked child. */
#define TORTURE_SLOTS (TORTURE_THREADS + 1)

enum torture_phase {
  TORTURE_BORN,
  TORTURE_STARTED, /* epochlog_start returned */
  TORTURE_ENDING,  /* about to call epochlog_complete */
  TORTURE_ENDED    /* which returned EPOCHLOG_OK */
};

/* Shared with the writer, which may die at any instruction. */
struct torture_page {
  _Alignas(64) atomic_int phase;
  atomic_bool should_end; /* asks the threads to stop logging */
  struct {
    _Alignas(64) atomic_uint_fast64_t count; /* calls that returned */
  } acknowledged[TORTURE_SLOTS];
};

struct torture_plan {
  uint64_t seed;
  const char *root; /* the run is "<root>/run" */
  unsigned ring_kib;
  unsigned pause_us; /* the most between two calls of a thread, 0: none */
  bool no_thread;
  bool is_by_name; /* names instead of numbers, and always new ones */
  bool is_forking; /* a forked child logs too */
  uint64_t calls;  /* of each thread, then the run ends; 0: until should_end */
};

/* A page of zeros; NULL without memory.  Unmapped with the process. */
struct torture_page *torture_page(void);

/* Starts the process, the leader of a group of its own; its pid or -1. */
long torture_start_writer(const struct torture_plan *plan, struct torture_page *page);
/* Waits until the phase is reached; false: the writer died, or took 30 seconds. */
bool torture_wait_for(long pid, struct torture_page *page, enum torture_phase phase);
/* Kills the group and waits until all of it is dead. */
void torture_kill_writer(long pid);
/* Becomes the parent of orphans, so that torture_kill_writer can wait for them. */
bool torture_adopt_orphans(void);

/* How many calls of each thread must be there, and how many may be. */
struct torture_bounds {
  uint64_t least[TORTURE_SLOTS];
  uint64_t most[TORTURE_SLOTS];
};

/* What the page says now. */
void torture_acknowledged(const struct torture_page *page, uint64_t counts[TORTURE_SLOTS]);

/* Whether the look has every call below `least`, none from `most` on, each right,
 * whole, once and in order.  False: look->problem says what is not so. */
bool torture_check(struct torture_look *look, const struct torture_plan *plan,
                   const struct torture_bounds *bounds);

#endif
