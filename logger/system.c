#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GNUC__)
#define REPLACEABLE __attribute__((weak))
#else
#define REPLACEABLE
#endif

REPLACEABLE void *epochlog__allocate(size_t size) { return malloc(size); }

REPLACEABLE void *epochlog__allocate_zeroed(size_t size) { return calloc(1, size); }

REPLACEABLE void *epochlog__reallocate(void *memory, size_t size) { return realloc(memory, size); }

REPLACEABLE ssize_t epochlog__write(int fd, const void *data, size_t size)
{
  return write(fd, data, size);
}

REPLACEABLE ssize_t epochlog__pwrite(int fd, const void *data, size_t size, off_t offset)
{
  return pwrite(fd, data, size, offset);
}

REPLACEABLE int epochlog__datasync(int fd) { return fdatasync(fd); }

int epochlog__lift(int fd)
{
  int lifted, error;

  if (fd < 0 || fd > STDERR_FILENO) return fd;
  lifted = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  error = errno;
  close(fd);
  errno = error;
  return lifted;
}

REPLACEABLE int epochlog__create(int folder_fd, const char *name)
{
  return openat(folder_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

REPLACEABLE int epochlog__unlink(int folder_fd, const char *name)
{
  return unlinkat(folder_fd, name, 0);
}

REPLACEABLE int epochlog__truncate(int fd, uint64_t size) { return ftruncate(fd, (off_t)size); }

REPLACEABLE int epochlog__reserve(int fd, uint64_t size)
{
  return fallocate(fd, 0, 0, (off_t)size);
}

REPLACEABLE int epochlog__folder_sync(int folder_fd) { return fsync(folder_fd); }

REPLACEABLE void *epochlog__map(int fd, size_t size)
{
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  if (memory == MAP_FAILED) return NULL;
  if (madvise(memory, size, MADV_DONTFORK) == 0) return memory;
  munmap(memory, size);
  return NULL;
}

REPLACEABLE void epochlog__unmap(void *memory, size_t size) { munmap(memory, size); }

/* Known to headers later than to kernels (Linux 5.14). */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

REPLACEABLE int epochlog__populate(void *memory, size_t size)
{
  return madvise(memory, size, MADV_POPULATE_WRITE) == 0 || errno == EINVAL ? 0 : -1;
}
