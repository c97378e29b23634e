/* Makes the Nth allocation, write or sync of the logger fail.
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

enum fault_kind { FAULT_ALLOCATE, FAULT_WRITE, FAULT_SYNC, FAULT_KINDS };

enum fault_span {
  FAULT_ONCE,  /* the Nth fails, the next ones go well */
  FAULT_ALWAYS /* the Nth and all after it */
};

/* The Nth call from now, from 1 on. */
void fault_arm(enum fault_kind kind, int nth, enum fault_span span);
/* A write that fails takes so many bytes first. */
void fault_partial(int bytes);
/* Writes never take more than so many bytes at once; 0: as many as there are. */
void fault_short_writes(int bytes);
/* Every other write is interrupted. */
void fault_interrupt(bool on);
void fault_disarm(void);
/* Whether one has failed since it was armed. */
bool fault_fired(void);

#endif
