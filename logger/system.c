#include "system.h"

#include <stdlib.h>
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
