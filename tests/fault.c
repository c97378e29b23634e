#include "fault.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "system.h"

static atomic_int left[FAULT_KINDS]; /* calls until one fails; 0: none does */
static atomic_int span;
static atomic_int fired;
static atomic_int partial;
static atomic_int shortest;
static atomic_int interrupting;
static atomic_int calls;

void fault_arm(enum fault_kind kind, int nth, enum fault_span how)
{
  fault_disarm();
  atomic_store(&span, (int)how);
  atomic_store(&left[kind], nth);
}

void fault_partial(int bytes) { atomic_store(&partial, bytes); }

void fault_short_writes(int bytes) { atomic_store(&shortest, bytes); }

void fault_interrupt(bool on) { atomic_store(&interrupting, on); }

void fault_disarm(void)
{
  for (int i = 0; i < FAULT_KINDS; i++) atomic_store(&left[i], 0);
  atomic_store(&fired, 0);
  atomic_store(&partial, 0);
  atomic_store(&shortest, 0);
  atomic_store(&interrupting, 0);
}

bool fault_fired(void) { return atomic_load(&fired) != 0; }

/* Whether this call is the one. */
static bool fails(enum fault_kind kind)
{
  int now = atomic_load(&left[kind]);

  while (now > 1)
    if (atomic_compare_exchange_weak(&left[kind], &now, now - 1)) return false;
  if (now == 0) return false;
  if (atomic_load(&span) == FAULT_ONCE && !atomic_compare_exchange_strong(&left[kind], &now, 0))
    return false;
  atomic_store(&fired, 1);
  return true;
}

void *epochlog__allocate(size_t size) { return fails(FAULT_ALLOCATE) ? NULL : malloc(size); }

void *epochlog__allocate_zeroed(size_t size)
{
  return fails(FAULT_ALLOCATE) ? NULL : calloc(1, size);
}

void *epochlog__reallocate(void *memory, size_t size)
{
  return fails(FAULT_ALLOCATE) ? NULL : realloc(memory, size);
}

/* What a write does: -1 with errno, or how many bytes it may take. */
static ssize_t permit(size_t size)
{
  const int most = atomic_load(&shortest);

  if (atomic_load(&interrupting) && atomic_fetch_add(&calls, 1) % 2 == 0) {
    errno = EINTR;
    return -1;
  }
  if (fails(FAULT_WRITE)) {
    errno = ENOSPC;
    return -1;
  }
  return most != 0 && (size_t)most < size ? most : (ssize_t)size;
}

ssize_t epochlog__write(int fd, const void *data, size_t size)
{
  const ssize_t n = permit(size);

  return n < 0 ? n : write(fd, data, (size_t)n);
}

ssize_t epochlog__pwrite(int fd, const void *data, size_t size, off_t offset)
{
  const int some = atomic_load(&partial);
  const ssize_t n = permit(size);
  const int error = errno;

  /* A full disk takes what still fits, and then says so. */
  if (n < 0 && error == ENOSPC && some > 0 && (size_t)some < size &&
      pwrite(fd, data, (size_t)some, offset) == some) {
    atomic_store(&partial, 0);
    atomic_store(&left[FAULT_WRITE], 1);
    return some;
  }
  errno = error;
  return n < 0 ? n : pwrite(fd, data, (size_t)n, offset);
}

int epochlog__datasync(int fd)
{
  if (fails(FAULT_SYNC)) {
    errno = EIO;
    return -1;
  }
  return fdatasync(fd);
}
