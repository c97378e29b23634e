#include "guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARDS 64 /* mapped runs at once; those beyond are not guarded */
#define CLAIMED 1 /* an address where nothing is mapped */

struct epochlog__guard {
  atomic_uintptr_t start; /* 0: not in use */
  atomic_size_t size;
  atomic_int fd;
  atomic_bool is_broken;
};

static struct epochlog__guard guards[GUARDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_set;
static size_t page_size;

static struct epochlog__guard *guard_of(uintptr_t address)
{
  for (size_t i = 0; i < GUARDS; i++) {
    const uintptr_t start = atomic_load(&guards[i].start);

    if (start > CLAIMED && address >= start && address - start < atomic_load(&guards[i].size))
      return &guards[i];
  }
  return NULL;
}

/* Only calls that a signal handler may make.  What the file still has of the page is
 * kept; what it does not have any more reads as zeros. */
static bool replace_page(struct epochlog__guard *guard, uintptr_t page)
{
  const off_t offset = (off_t)(page - atomic_load(&guard->start));
  void *place = (void *)page;
  void *copy = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (copy == MAP_FAILED) return false;
  if (pread(atomic_load(&guard->fd), copy, page_size, offset) < 0) errno = 0;
  if (mremap(copy, page_size, page_size, MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
    return false;
  atomic_store(&guard->is_broken, true);
  return true;
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
  const uintptr_t address = (uintptr_t)info->si_addr;
  struct epochlog__guard *guard = info->si_code > 0 ? guard_of(address) : NULL;
  const int error = errno;

  (void)context;
  if (guard != NULL && replace_page(guard, address & ~(uintptr_t)(page_size - 1))) {
    errno = error;
    return; /* and the store is made again */
  }
  /* Not ours: as if nobody had asked.  A fault comes again by itself. */
  signal(number, SIG_DFL);
  if (info->si_code <= 0) raise(number);
}

static void set_handler(void)
{
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  struct sigaction before;

  page_size = (size_t)sysconf(_SC_PAGESIZE);
  if (sigaction(SIGBUS, NULL, &before) != 0) return;
  if ((before.sa_flags & SA_SIGINFO) != 0 || before.sa_handler != SIG_DFL) return;
  sigemptyset(&action.sa_mask);
  is_set = sigaction(SIGBUS, &action, NULL) == 0;
}

/* No lock: a child forked meanwhile would find it taken. */
struct epochlog__guard *epochlog__guard_add(void *memory, size_t size, int fd)
{
  pthread_once(&once, set_handler);
  for (size_t i = 0; i < GUARDS && is_set; i++) {
    uintptr_t unused = 0;

    if (!atomic_compare_exchange_strong(&guards[i].start, &unused, CLAIMED)) continue;
    atomic_store(&guards[i].size, size);
    atomic_store(&guards[i].fd, fd);
    atomic_store(&guards[i].is_broken, false);
    atomic_store(&guards[i].start, (uintptr_t)memory);
    return &guards[i];
  }
  return NULL;
}

void epochlog__guard_remove(struct epochlog__guard *guard)
{
  if (guard != NULL) atomic_store(&guard->start, 0);
}

bool epochlog__guard_is_broken(const struct epochlog__guard *guard)
{
  return guard != NULL && atomic_load(&guard->is_broken);
}
