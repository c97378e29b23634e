#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system.h"

static atomic_int left[FAULT_KINDS]; /* calls until one fails; 0: none does */
static atomic_int span;
static atomic_int spell; /* failures left with FAULT_SPELL */
static atomic_int chosen_errno;
static atomic_int also = -1; /* the kind that fails then too, -1: none */
static atomic_int fired;
static atomic_int partial;
static atomic_int shortest;
static atomic_int interrupting;
static atomic_int calls;
static _Atomic(fault_watcher *) watching;

static const int usual_errno[FAULT_KINDS] = {
    [FAULT_ALLOCATE] = ENOMEM, [FAULT_WRITE] = ENOSPC,    [FAULT_SYNC] = EIO,
    [FAULT_CREATE] = ENOSPC,   [FAULT_UNLINK] = EIO,      [FAULT_TRUNCATE] = EIO,
    [FAULT_RESERVE] = ENOSPC,  [FAULT_FOLDER_SYNC] = EIO, [FAULT_MAP] = ENODEV,
    [FAULT_POPULATE] = ENOMEM};

/* ---------------------------------------------------------------- arming */

void fault_arm(enum fault_kind kind, int nth, enum fault_span how)
{
  fault_disarm();
  atomic_store(&span, (int)how);
  atomic_store(&spell, 1);
  atomic_store(&left[kind], nth);
}

void fault_errno(int error) { atomic_store(&chosen_errno, error); }

void fault_spell(int count) { atomic_store(&spell, count); }

void fault_also(enum fault_kind kind) { atomic_store(&also, (int)kind); }

void fault_partial(int bytes) { atomic_store(&partial, bytes); }

void fault_short_writes(int bytes) { atomic_store(&shortest, bytes); }

void fault_interrupt(bool on) { atomic_store(&interrupting, on); }

void fault_disarm(void)
{
  for (int i = 0; i < FAULT_KINDS; i++) atomic_store(&left[i], 0);
  atomic_store(&chosen_errno, 0);
  atomic_store(&also, -1);
  atomic_store(&fired, 0);
  atomic_store(&partial, 0);
  atomic_store(&shortest, 0);
  atomic_store(&interrupting, 0);
}

bool fault_fired(void) { return atomic_load(&fired) != 0; }

void fault_watch(fault_watcher *watcher) { atomic_store(&watching, watcher); }

/* --------------------------------------------------------------- deciding */

/* Whether the call whose turn it is fails too, and what that means for the next. */
static bool is_in_span(enum fault_kind kind, int now)
{
  switch ((enum fault_span)atomic_load(&span)) {
    case FAULT_ONCE: return atomic_compare_exchange_strong(&left[kind], &now, 0);
    case FAULT_SPELL: {
      const int more = atomic_fetch_sub(&spell, 1) - 1;

      if (more <= 0) atomic_store(&left[kind], 0);
      return more >= 0;
    }
    default: return true;
  }
}

static void begin_other(void)
{
  const int other = atomic_exchange(&also, -1);

  if (other < 0) return;
  if (atomic_load(&spell) < 1) atomic_store(&spell, 1);
  atomic_store(&left[other], 1);
}

/* Whether this call is the one; errno is then set. */
static bool fails(enum fault_kind kind)
{
  int now = atomic_load_explicit(&left[kind], memory_order_relaxed);

  while (now > 1)
    if (atomic_compare_exchange_weak(&left[kind], &now, now - 1)) return false;
  if (now == 0 || !is_in_span(kind, now)) return false;
  atomic_store(&fired, 1);
  begin_other();
  errno = atomic_load(&chosen_errno);
  if (errno == 0) errno = usual_errno[kind];
  return true;
}

static void tell(const struct fault_call *call, enum fault_moment moment)
{
  fault_watcher *watcher = atomic_load(&watching);
  const int error = errno;

  if (watcher != NULL) watcher(call, moment);
  errno = error;
}

/* Before a call with a result of 0 or -1: whether it fails without being made. */
static bool refuses(const struct fault_call *call)
{
  tell(call, FAULT_BEFORE);
  if (!fails(call->kind)) return false;
  tell(call, FAULT_FAILED);
  return true;
}

static int conclude(const struct fault_call *call, int result)
{
  tell(call, result < 0 ? FAULT_FAILED : FAULT_DONE);
  return result;
}

/* ----------------------------------------------------------------- memory */

void *epochlog__allocate(size_t size) { return fails(FAULT_ALLOCATE) ? NULL : malloc(size); }

void *epochlog__allocate_zeroed(size_t size)
{
  return fails(FAULT_ALLOCATE) ? NULL : calloc(1, size);
}

void *epochlog__reallocate(void *memory, size_t size)
{
  return fails(FAULT_ALLOCATE) ? NULL : realloc(memory, size);
}

/* ---------------------------------------------------------------- writing */

/* What a write does: -1 with errno, or how many bytes it may take. */
static ssize_t permit(size_t size, bool *is_fault)
{
  const int most = atomic_load(&shortest);

  *is_fault = false;
  if (atomic_load(&interrupting) && atomic_fetch_add(&calls, 1) % 2 == 0) {
    errno = EINTR;
    return -1;
  }
  *is_fault = fails(FAULT_WRITE);
  if (*is_fault) return -1;
  return most != 0 && (size_t)most < size ? most : (ssize_t)size;
}

ssize_t epochlog__write(int fd, const void *data, size_t size)
{
  const struct fault_call call = {.kind = FAULT_WRITE, .fd = fd};
  bool is_fault;
  ssize_t n;

  tell(&call, FAULT_BEFORE);
  n = permit(size, &is_fault);
  if (n >= 0) n = write(fd, data, (size_t)n);
  tell(&call, n < 0 ? FAULT_FAILED : FAULT_DONE);
  return n;
}

static ssize_t pwrite_permitted(int fd, const void *data, size_t size, off_t offset)
{
  const int some = atomic_load(&partial);
  bool is_fault;
  const ssize_t n = permit(size, &is_fault);
  const int error = errno;

  /* A full disk takes what still fits, and then says so. */
  if (is_fault && some > 0 && (size_t)some < size &&
      pwrite(fd, data, (size_t)some, offset) == some) {
    atomic_store(&partial, 0);
    atomic_store(&left[FAULT_WRITE], 1);
    return some;
  }
  errno = error;
  return n < 0 ? n : pwrite(fd, data, (size_t)n, offset);
}

ssize_t epochlog__pwrite(int fd, const void *data, size_t size, off_t offset)
{
  const struct fault_call call = {.kind = FAULT_WRITE, .fd = fd};
  ssize_t n;

  tell(&call, FAULT_BEFORE);
  n = pwrite_permitted(fd, data, size, offset);
  tell(&call, n < 0 ? FAULT_FAILED : FAULT_DONE);
  return n;
}

int epochlog__datasync(int fd)
{
  const struct fault_call call = {.kind = FAULT_SYNC, .fd = fd};

  return refuses(&call) ? -1 : conclude(&call, fdatasync(fd));
}

/* ------------------------------------------------------------------ files */

int epochlog__create(int folder_fd, const char *name)
{
  struct fault_call call = {.kind = FAULT_CREATE, .fd = folder_fd, .name = name, .made = -1};

  if (refuses(&call)) return -1;
  call.made = openat(folder_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  return conclude(&call, call.made);
}

int epochlog__unlink(int folder_fd, const char *name)
{
  const struct fault_call call = {.kind = FAULT_UNLINK, .fd = folder_fd, .name = name};

  return refuses(&call) ? -1 : conclude(&call, unlinkat(folder_fd, name, 0));
}

int epochlog__truncate(int fd, uint64_t size)
{
  const struct fault_call call = {.kind = FAULT_TRUNCATE, .fd = fd};

  return refuses(&call) ? -1 : conclude(&call, ftruncate(fd, (off_t)size));
}

int epochlog__reserve(int fd, uint64_t size)
{
  const struct fault_call call = {.kind = FAULT_RESERVE, .fd = fd};

  return refuses(&call) ? -1 : conclude(&call, fallocate(fd, 0, 0, (off_t)size));
}

int epochlog__folder_sync(int folder_fd)
{
  const struct fault_call call = {.kind = FAULT_FOLDER_SYNC, .fd = folder_fd};

  return refuses(&call) ? -1 : conclude(&call, fsync(folder_fd));
}

/* ---------------------------------------------------------------- mapping */

void *epochlog__map(int fd, size_t size)
{
  const struct fault_call call = {.kind = FAULT_MAP, .fd = fd};
  void *memory;

  if (refuses(&call)) return NULL;
  memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED && madvise(memory, size, MADV_DONTFORK) != 0) {
    munmap(memory, size);
    memory = MAP_FAILED;
  }
  tell(&call, memory == MAP_FAILED ? FAULT_FAILED : FAULT_DONE);
  return memory == MAP_FAILED ? NULL : memory;
}

void epochlog__unmap(void *memory, size_t size) { munmap(memory, size); }

/* Known to headers later than to kernels (Linux 5.14). */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

int epochlog__populate(void *memory, size_t size)
{
  const struct fault_call call = {.kind = FAULT_POPULATE, .fd = -1};

  if (refuses(&call)) return -1;
  return conclude(&call,
                  madvise(memory, size, MADV_POPULATE_WRITE) == 0 || errno == EINVAL ? 0 : -1);
}
