/* Makes the Nth allocation, write, sync or other call of the logger's seam fail, and
 * lets a test watch them all.
 *
 * Linking fault.c replaces the calls of logger/system.h.  Nothing fails until a
 * test arms one; counting starts when it does.  Threads may call at once.
 *
 *     for (int n = 1;; n++) {
 *       fault_arm(FAULT_ALLOCATE, n, FAULT_ONCE);
 *       ... the scenario ...
 *       if (!fault_fired()) break;     every one of them has failed
 *     }
 *     fault_disarm();
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <stdbool.h>

enum fault_kind {
  FAULT_ALLOCATE,
  FAULT_WRITE,
  FAULT_SYNC,
  FAULT_CREATE,
  FAULT_UNLINK,
  FAULT_TRUNCATE,
  FAULT_RESERVE,
  FAULT_FOLDER_SYNC,
  FAULT_MAP,
  FAULT_POPULATE,
  FAULT_KINDS
};

enum fault_span {
  FAULT_ONCE,   /* the Nth fails, the next ones go well */
  FAULT_ALWAYS, /* the Nth and all after it */
  FAULT_SPELL   /* the Nth and some after it (fault_spell), then all go well again */
};

/* The Nth call from now, from 1 on.  Takes back what the functions below have set. */
void fault_arm(enum fault_kind kind, int nth, enum fault_span span);
/* The errno of what fails; 0: the usual one of its kind. */
void fault_errno(int error);
/* How many calls fail in a row with FAULT_SPELL. */
void fault_spell(int count);
/* When the first has failed the other kind begins to fail too, in the same way, from its
 * next call on. */
void fault_also(enum fault_kind kind);
/* A write that fails takes so many bytes first. */
void fault_partial(int bytes);
/* Writes never take more than so many bytes at once; 0: as many as there are. */
void fault_short_writes(int bytes);
/* Every other write is interrupted. */
void fault_interrupt(bool on);
void fault_disarm(void);
/* Whether one has failed since it was armed. */
bool fault_fired(void);

/* ---- watching */

enum fault_moment {
  FAULT_BEFORE, /* nothing has happened yet, and it may still be made to fail */
  FAULT_DONE,
  FAULT_FAILED
};

/* Every call of the seam but allocations.  `fd` is that of the folder for CREATE,
 * UNLINK and FOLDER_SYNC, and -1 for POPULATE; `name` is NULL for the others. */
struct fault_call {
  enum fault_kind kind;
  int fd;
  const char *name;
  int made; /* CREATE: the new descriptor, when it is done */
};

/* Called in the thread that makes the call; NULL: nobody watches. */
typedef void fault_watcher(const struct fault_call *call, enum fault_moment moment);
void fault_watch(fault_watcher *watcher);

#endif
