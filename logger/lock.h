/* The lock that a logging call takes, and what each thread knows of the locks it
 * holds.
 *
 * The lock is a word: taken with one exchange, let go with one store, which is a third
 * of what a mutex costs.  It is held for nanoseconds; a thread that meets it taken
 * spins, then yields, then sleeps, so that a holder that was put aside is let run.
 *
 * A thread notes what it holds, or is about to take, before it takes it.  A signal
 * handler that interrupts it there and logs would wait for itself; it sees the note
 * and does not wait.
 */
#ifndef EPOCHLOG_LOCK_H
#define EPOCHLOG_LOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum epochlog__held { EPOCHLOG__HOLDS_HOT = 1, EPOCHLOG__HOLDS_IO = 2, EPOCHLOG__HOLDS_WORDS = 4 };

/* In a shared library this model is what makes a look as cheap as in a program. */
extern _Thread_local volatile unsigned epochlog__held
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

void epochlog__lock_wait(atomic_uint *lock);
/* False: not within seconds. */
bool epochlog__lock_wait_long(atomic_uint *lock);

/* False: this thread has it already, below a signal handler. */
static inline bool epochlog__lock(atomic_uint *lock)
{
  if ((epochlog__held & EPOCHLOG__HOLDS_HOT) != 0) return false;
  epochlog__held |= EPOCHLOG__HOLDS_HOT;
  if (atomic_exchange_explicit(lock, 1, memory_order_acquire) != 0) epochlog__lock_wait(lock);
  return true;
}

/* For logging calls, which may be in a signal handler: whoever has the lock may be waiting
 * for what the interrupted thread has, the allocator's lock say, and then nobody would go
 * on.  False also when the lock was not to be had for so long that this may be so. */
static inline bool epochlog__lock_soon(atomic_uint *lock)
{
  if ((epochlog__held & EPOCHLOG__HOLDS_HOT) != 0) return false;
  epochlog__held |= EPOCHLOG__HOLDS_HOT;
  if (atomic_exchange_explicit(lock, 1, memory_order_acquire) == 0 ||
      epochlog__lock_wait_long(lock))
    return true;
  epochlog__held &= ~(unsigned)EPOCHLOG__HOLDS_HOT;
  return false;
}

static inline void epochlog__unlock(atomic_uint *lock)
{
  atomic_store_explicit(lock, 0, memory_order_release);
  epochlog__held &= ~(unsigned)EPOCHLOG__HOLDS_HOT;
}

/* A mutex under a note of its own; false as above. */
bool epochlog__hold(pthread_mutex_t *mutex, enum epochlog__held what);
/* The same, false also when it is not to be had for seconds: for logging calls, which may
 * be in a signal handler, as above. */
bool epochlog__hold_soon(pthread_mutex_t *mutex, enum epochlog__held what);
/* The same without waiting; false also when somebody else has it. */
bool epochlog__hold_at_once(pthread_mutex_t *mutex, enum epochlog__held what);
void epochlog__let_go(pthread_mutex_t *mutex, enum epochlog__held what);

/* Sleeps while `*word` is `seen`, at most so long; wakes one or all who do.  Both may
 * be called from a signal handler. */
void epochlog__sleep(atomic_uint *word, unsigned seen, unsigned most_ms);
void epochlog__wake(atomic_uint *word, int most);

#endif
