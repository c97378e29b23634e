#include "lock.h"

#include <linux/futex.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SPINS 200
#define YIELDS 50
#define NAP_NS 50000
#define HOLD_SECONDS 10 /* a disk may take some of them */
#define NAPS 20000      /* each of them takes as long at least; a second or two together */

_Thread_local volatile unsigned epochlog__held;

static void pause_a_little(void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Looks before it tries again, so that the holder keeps the cache line. */
static bool take(atomic_uint *lock)
{
  return atomic_load_explicit(lock, memory_order_relaxed) == 0 &&
         atomic_exchange_explicit(lock, 1, memory_order_acquire) == 0;
}

static void wait_between(unsigned tries)
{
  if (tries < SPINS)
    pause_a_little();
  else if (tries < SPINS + YIELDS)
    sched_yield();
  else
    nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
}

void epochlog__lock_wait(atomic_uint *lock)
{
  for (unsigned tries = 0; !take(lock); tries++) wait_between(tries);
}

bool epochlog__lock_wait_long(atomic_uint *lock)
{
  for (unsigned tries = 0; tries < SPINS + YIELDS + NAPS; tries++) {
    if (take(lock)) return true;
    wait_between(tries);
  }
  return false;
}

bool epochlog__hold(pthread_mutex_t *mutex, enum epochlog__held what)
{
  if ((epochlog__held & (unsigned)what) != 0) return false;
  epochlog__held |= (unsigned)what;
  pthread_mutex_lock(mutex);
  return true;
}

bool epochlog__hold_soon(pthread_mutex_t *mutex, enum epochlog__held what)
{
  struct timespec end;

  if ((epochlog__held & (unsigned)what) != 0) return false;
  epochlog__held |= (unsigned)what;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += HOLD_SECONDS;
  if (pthread_mutex_timedlock(mutex, &end) == 0) return true;
  epochlog__held &= ~(unsigned)what;
  return false;
}

bool epochlog__hold_at_once(pthread_mutex_t *mutex, enum epochlog__held what)
{
  if ((epochlog__held & (unsigned)what) != 0) return false;
  epochlog__held |= (unsigned)what;
  if (pthread_mutex_trylock(mutex) == 0) return true;
  epochlog__held &= ~(unsigned)what;
  return false;
}

void epochlog__let_go(pthread_mutex_t *mutex, enum epochlog__held what)
{
  pthread_mutex_unlock(mutex);
  epochlog__held &= ~(unsigned)what;
}

/* The size of what the kernel looks at is that of an unsigned. */
_Static_assert(sizeof(atomic_uint) == 4, "a futex is 32 bits");

void epochlog__sleep(atomic_uint *word, unsigned seen, unsigned most_ms)
{
  const struct timespec most = {.tv_sec = (time_t)(most_ms / 1000),
                                .tv_nsec = (long)(most_ms % 1000) * 1000000};

  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &most, NULL, 0);
}

void epochlog__wake(atomic_uint *word, int most)
{
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, most, NULL, NULL, 0);
}
