#include <errno.h>
#include <string.h>

#include "system.h"

/* A write that takes nothing is not an error by itself, but a file on which it
 * happens again and again cannot be written. */
#define EMPTY_WRITES_MAX 3

int epochlog__pwrite_all(int fd, const void *data, size_t size, uint64_t offset, size_t *done)
{
  const char *p = data;
  int empty = 0;

  *done = 0;
  while (*done < size) {
    const ssize_t n = epochlog__pwrite(fd, p + *done, size - *done, (off_t)(offset + *done));

    if (n > 0)
      *done += (size_t)n;
    else if (n < 0 && errno != EINTR)
      return errno != 0 ? errno : EIO;
    else if (n == 0 && ++empty == EMPTY_WRITES_MAX)
      return ENOSPC;
  }
  return 0;
}

int epochlog__write_all(int fd, const void *data, size_t size)
{
  const char *p = data;
  size_t done = 0;
  int empty = 0;

  while (done < size) {
    const ssize_t n = epochlog__write(fd, p + done, size - done);

    if (n > 0)
      done += (size_t)n;
    else if (n < 0 && errno != EINTR)
      return errno != 0 ? errno : EIO;
    else if (n == 0 && ++empty == EMPTY_WRITES_MAX)
      return ENOSPC;
  }
  return 0;
}

char *epochlog__copy_string(const char *text)
{
  const size_t size = text == NULL ? 0 : strlen(text);
  char *copy = epochlog__allocate(size + 1);

  if (copy == NULL) return NULL;
  if (size != 0) memcpy(copy, text, size);
  copy[size] = '\0';
  return copy;
}
