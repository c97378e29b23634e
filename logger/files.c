#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity.h"
#include "system.h"

#define PIECE (256u << 10)

bool epochlog__files_is_inside(const char *path)
{
  if (*path == '\0') return false;
  for (;;) {
    const size_t size = strcspn(path, "/");

    if (size == 0 || (size == 1 && path[0] == '.') ||
        (size == 2 && path[0] == '.' && path[1] == '.'))
      return false;
    if (path[size] == '\0') return true;
    path += size + 1;
  }
}

int epochlog__files_open(int folder_fd, const char *path, int flags)
{
  /* Not blocking, so that a pipe does not hold the program up; then it is refused. */
  const int fd = openat(folder_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
  struct stat info;

  if (fd < 0) return -1;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
  errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
  close(fd);
  return -1;
}

/* Opens the folder that `path` lies in, making what is missing; `*last` is the rest. */
static int open_parent(int folder_fd, const char *path, const char **last)
{
  int fd = fcntl(folder_fd, F_DUPFD_CLOEXEC, 0);
  const char *slash;

  while (fd >= 0 && (slash = strchr(path, '/')) != NULL) {
    char part[NAME_MAX + 1];
    const int above = fd;

    if ((size_t)(slash - path) > NAME_MAX) {
      close(fd);
      errno = ENAMETOOLONG;
      return -1;
    }
    memcpy(part, path, (size_t)(slash - path));
    part[slash - path] = '\0';
    fd = mkdirat(above, part, 0777) == 0 || errno == EEXIST
             ? openat(above, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
             : -1;
    close(above);
    path = slash + 1;
  }
  *last = path;
  return fd;
}

static epochlog_status give(int fd, const void *data, size_t size, struct epochlog__sha256 *hash,
                            struct epochlog__kept *kept, int *sys_errno)
{
  epochlog__sha256_add(hash, data, size);
  kept->size += size;
  *sys_errno = epochlog__write_all(fd, data, size);
  return *sys_errno == 0 ? EPOCHLOG_OK : EPOCHLOG_WRITE;
}

static epochlog_status copy(int fd, const struct epochlog__origin *origin,
                            struct epochlog__kept *kept, int *sys_errno)
{
  struct epochlog__sha256 hash;
  epochlog_status status = EPOCHLOG_OK;
  uint8_t *piece;

  epochlog__sha256_init(&hash);
  kept->size = 0;
  if (origin->fd < 0) {
    status = give(fd, origin->data, origin->size, &hash, kept, sys_errno);
    epochlog__sha256_end(&hash, kept->sha256);
    return status;
  }
  piece = epochlog__allocate(PIECE);
  if (piece == NULL) return EPOCHLOG_NO_MEMORY;
  for (;;) {
    const ssize_t n = read(origin->fd, piece, PIECE);

    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      *sys_errno = errno;
      status = EPOCHLOG_READ;
    }
    if (n <= 0) break;
    status = give(fd, piece, (size_t)n, &hash, kept, sys_errno);
    if (status != EPOCHLOG_OK) break;
  }
  free(piece);
  epochlog__sha256_end(&hash, kept->sha256);
  return status;
}

/* Under a name of its own in the same folder, then over the old one in one step. */
static epochlog_status keep_in(int parent_fd, const char *name,
                               const struct epochlog__origin *origin, struct epochlog__kept *kept,
                               int *sys_errno)
{
  char temporary[40];
  uint64_t chance = 0;
  epochlog_status status;
  int fd;

  epochlog__identity_random(&chance, sizeof chance);
  snprintf(temporary, sizeof temporary, ".%016llx.part", (unsigned long long)chance);
  fd = epochlog__lift(openat(parent_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (fd < 0) {
    *sys_errno = errno;
    return EPOCHLOG_OPEN;
  }
  status = copy(fd, origin, kept, sys_errno);
  if (status == EPOCHLOG_OK && origin->durable && epochlog__datasync(fd) != 0) {
    *sys_errno = errno;
    status = EPOCHLOG_SYNC;
  }
  if (close(fd) != 0 && status == EPOCHLOG_OK) {
    *sys_errno = errno;
    status = EPOCHLOG_WRITE;
  }
  if (status == EPOCHLOG_OK && renameat(parent_fd, temporary, parent_fd, name) != 0) {
    *sys_errno = errno;
    status = EPOCHLOG_OPEN;
  }
  if (status != EPOCHLOG_OK) unlinkat(parent_fd, temporary, 0);
  return status;
}

epochlog_status epochlog__files_keep(int folder_fd, const char *path,
                                     const struct epochlog__origin *origin,
                                     struct epochlog__kept *kept, int *sys_errno)
{
  const char *name;
  const int parent_fd = open_parent(folder_fd, path, &name);
  epochlog_status status;

  *sys_errno = 0;
  if (parent_fd < 0) {
    *sys_errno = errno;
    return EPOCHLOG_OPEN;
  }
  status = keep_in(parent_fd, name, origin, kept, sys_errno);
  close(parent_fd);
  return status;
}

const char *epochlog__files_media_type(const char *path)
{
  static const struct {
    const char *extension;
    const char *media_type;
  } known[] = {
      {".png", "image/png"},         {".jpg", "image/jpeg"},       {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},         {".webp", "image/webp"},      {".svg", "image/svg+xml"},
      {".json", "application/json"}, {".txt", "text/plain"},       {".log", "text/plain"},
      {".csv", "text/csv"},          {".md", "text/markdown"},     {".html", "text/html"},
      {".yaml", "application/yaml"}, {".yml", "application/yaml"}, {".pdf", "application/pdf"},
      {".zip", "application/zip"},   {".gz", "application/gzip"},  {".py", "text/x-python"}};
  const char *slash = strrchr(path, '/');
  const char *dot = strrchr(slash == NULL ? path : slash, '.');

  for (size_t i = 0; dot != NULL && i < sizeof known / sizeof known[0]; i++)
    if (strcasecmp(dot, known[i].extension) == 0) return known[i].media_type;
  return "application/octet-stream";
}
