#include "recover/copy_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/arena.h"

#define BUFFER 65536

/* Folders still to be copied, as paths below `from`; a list instead of recursion,
 * whose depth the input would decide. */
struct pending {
  char **items;
  size_t count;
  size_t capacity;
};

static int fail(struct read_error *error, const char *path)
{
  int reason = errno;

  if (!error) return -1;
  error->sys_errno = reason;
  snprintf(error->message, sizeof error->message, "%.300s: cannot be copied: %s", path,
           strerror(reason));
  return -1;
}

static bool is_part_of_a_log(const char *name)
{
  size_t length = strlen(name);

  return length > 5 &&
         (strcmp(name + length - 5, ".elog") == 0 || strcmp(name + length - 5, ".live") == 0);
}

static int copy_bytes(int in, int out)
{
  char *buffer = malloc(BUFFER);
  ssize_t got = -1;

  if (!buffer) {
    errno = ENOMEM;
    return -1;
  }
  while ((got = read(in, buffer, BUFFER)) > 0) {
    ssize_t done = 0;

    while (done < got) {
      ssize_t written = write(out, buffer + done, (size_t)(got - done));

      if (written < 0 && errno == EINTR) continue;
      if (written < 0) break;
      done += written;
    }
    if (done < got) {
      got = -1;
      break;
    }
  }
  free(buffer);
  return got < 0 ? -1 : 0;
}

static int copy_one(int from_folder, const char *name, int to, const char *path, mode_t mode)
{
  int in = openat(from_folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), out;
  int result = -1;

  if (in < 0) return -1;
  out = openat(to, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0777);
  if (out >= 0) {
    result = copy_bytes(in, out);
    if (close(out) != 0) result = -1;
  }
  close(in);
  return result;
}

static int add_pending(struct pending *pending, char *path)
{
  char **items =
      path ? array_grow(pending->items, &pending->capacity, pending->count + 1, sizeof *items)
           : NULL;

  if (!items) {
    free(path);
    errno = ENOMEM;
    return -1;
  }
  pending->items = items;
  items[pending->count++] = path;
  return 0;
}

/* Copies what stands in one folder; `below` is its path below `from`, "" for itself. */
static int copy_folder(struct copied *copied, struct pending *pending, DIR *dir, const char *below,
                       int to)
{
  struct dirent *entry;

  while ((entry = readdir(dir))) {
    struct stat status;
    char *path;
    int result = 0;

    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
        (!below[0] && is_part_of_a_log(entry->d_name)))
      continue;
    if (asprintf(&path, "%s%s%s", below, below[0] ? "/" : "", entry->d_name) < 0) return -1;
    if (fstatat(dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      result = -1;
    } else if (S_ISDIR(status.st_mode)) {
      result = mkdirat(to, path, 0777);
      if (result == 0) {
        result = add_pending(pending, path);
        path = NULL;
      }
    } else if (S_ISREG(status.st_mode)) {
      result = copy_one(dirfd(dir), entry->d_name, to, path, status.st_mode);
      copied->files += result == 0;
    } else {
      copied->skipped++;
    }
    free(path);
    if (result) return -1;
  }
  return 0;
}

int copy_files(struct copied *copied, const char *from, int to, struct read_error *error)
{
  struct pending pending = {0};
  int top = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = top < 0 ? -1 : add_pending(&pending, strdup(""));

  while (result == 0 && pending.count > 0) {
    char *below = pending.items[--pending.count];
    int fd = openat(top, below[0] ? below : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

    result = dir ? copy_folder(copied, &pending, dir, below, to) : -1;
    if (dir)
      closedir(dir);
    else if (fd >= 0)
      close(fd);
    free(below);
  }
  if (result) fail(error, from);
  for (size_t i = 0; i < pending.count; i++) free(pending.items[i]);
  free(pending.items);
  if (top >= 0) close(top);
  return result;
}
