#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "system.h"

/* A write that takes nothing is not an error by itself, but a file on which it
 * happens again and again cannot be written. */
#define EMPTY_WRITES_MAX 3

/* A write past the process's file size limit raises SIGXFSZ, which ends a program that
 * does not expect it.  While the library writes the signal is held back, and one that
 * the write raised is taken away; EFBIG tells the rest. */
struct shield {
  sigset_t before;
  bool is_up;
};

static void only_sigxfsz(sigset_t *set)
{
  sigemptyset(set);
  sigaddset(set, SIGXFSZ);
}

static struct shield raise_shield(void)
{
  struct shield shield = {.is_up = false};
  sigset_t limit;
  sigset_t pending;

  /* One that is waiting already belongs to the program. */
  if (sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 1) return shield;
  only_sigxfsz(&limit);
  shield.is_up = pthread_sigmask(SIG_BLOCK, &limit, &shield.before) == 0;
  return shield;
}

static void lower_shield(const struct shield *shield, int error)
{
  const struct timespec now = {0};
  sigset_t limit;

  if (!shield->is_up) return;
  only_sigxfsz(&limit);
  if (error == EFBIG) sigtimedwait(&limit, NULL, &now);
  pthread_sigmask(SIG_SETMASK, &shield->before, NULL);
}

static int pwrite_on(int fd, const void *data, size_t size, uint64_t offset, size_t *done)
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

static int write_on(int fd, const void *data, size_t size)
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

int epochlog__pwrite_all(int fd, const void *data, size_t size, uint64_t offset, size_t *done)
{
  const struct shield shield = raise_shield();
  const int error = pwrite_on(fd, data, size, offset, done);

  lower_shield(&shield, error);
  return error;
}

int epochlog__reserve_all(int fd, uint64_t size)
{
  const struct shield shield = raise_shield();
  const int error = epochlog__reserve(fd, size) == 0 ? 0 : errno;

  lower_shield(&shield, error);
  return error;
}

int epochlog__truncate_to(int fd, uint64_t size)
{
  const struct shield shield = raise_shield();
  const int error = epochlog__truncate(fd, size) == 0 ? 0 : errno;

  lower_shield(&shield, error);
  return error;
}

int epochlog__write_all(int fd, const void *data, size_t size)
{
  const struct shield shield = raise_shield();
  const int error = write_on(fd, data, size);

  lower_shield(&shield, error);
  return error;
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

int epochlog__make_folders(const char *path)
{
  char partial[PATH_MAX];
  const int size = snprintf(partial, sizeof partial, "%s", path);

  if (size < 0 || size >= (int)sizeof partial) return ENAMETOOLONG;
  for (char *p = partial + 1; *p != '\0'; p++) {
    if (*p != '/') continue;
    *p = '\0';
    if (mkdir(partial, 0777) != 0 && errno != EEXIST && errno != EISDIR) return errno;
    *p = '/';
  }
  return mkdir(partial, 0777) == 0 || errno == EEXIST ? 0 : errno;
}
