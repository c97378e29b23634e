/* Walking a folder without following symbolic links; declared in files.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "system.h"

/* A list of paths. */
struct paths {
  char **list;
  size_t count;
  size_t capacity;
};

struct walk {
  int root_fd;
  struct stat skipped;  /* a folder to be left out */
  struct paths folders; /* still to be read, "" is the root; the last one comes next */
  struct paths files;   /* of the folder being read */
  struct paths below;   /* its folders */
};

static void release(struct paths *paths)
{
  for (size_t i = 0; i < paths->count; i++) free(paths->list[i]);
  free(paths->list);
  *paths = (struct paths){0};
}

/* Takes `path`, also when there is no room for it. */
static bool push(struct paths *paths, char *path)
{
  if (path == NULL) return false;
  if (paths->count == paths->capacity) {
    const size_t capacity = paths->capacity == 0 ? 16 : paths->capacity * 2;
    char **list = epochlog__reallocate(paths->list, capacity * sizeof *list);

    if (list == NULL) {
      free(path);
      return false;
    }
    paths->list = list;
    paths->capacity = capacity;
  }
  paths->list[paths->count++] = path;
  return true;
}

static int by_bytes(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct paths *paths)
{
  if (paths->count != 0) qsort(paths->list, paths->count, sizeof *paths->list, by_bytes);
}

static char *join(const char *folder, const char *name)
{
  const size_t folder_size = strlen(folder);
  const size_t name_size = strlen(name);
  char *path = epochlog__allocate(folder_size + name_size + 2);

  if (path == NULL) return NULL;
  memcpy(path, folder, folder_size);
  if (folder_size != 0) path[folder_size] = '/';
  memcpy(path + folder_size + (folder_size != 0), name, name_size + 1);
  return path;
}

/* Sorts one entry into files or folders; what is neither is left out. */
static epochlog_status take_entry(struct walk *walk, int fd, const char *folder, const char *name)
{
  struct stat info;

  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return EPOCHLOG_OK;
  if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return EPOCHLOG_OK; /* gone */
  if (S_ISDIR(info.st_mode)) {
    if (info.st_dev == walk->skipped.st_dev && info.st_ino == walk->skipped.st_ino)
      return EPOCHLOG_OK;
    return push(&walk->below, join(folder, name)) ? EPOCHLOG_OK : EPOCHLOG_NO_MEMORY;
  }
  if (!S_ISREG(info.st_mode)) return EPOCHLOG_OK;
  return push(&walk->files, join(folder, name)) ? EPOCHLOG_OK : EPOCHLOG_NO_MEMORY;
}

/* Opens a folder below the root by its path, one part at a time, so that no part is a
 * symbolic link. */
static int open_below(int root_fd, const char *path)
{
  int fd = fcntl(root_fd, F_DUPFD_CLOEXEC, 0);

  while (fd >= 0 && *path != '\0') {
    const size_t size = strcspn(path, "/");
    const int above = fd;
    char part[256];

    if (size >= sizeof part) {
      close(above);
      errno = ENAMETOOLONG;
      return -1;
    }
    memcpy(part, path, size);
    part[size] = '\0';
    fd = openat(above, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(above);
    path += size + (path[size] == '/');
  }
  return fd;
}

/* A folder's own stream, whatever the position of `fd` was. */
static DIR *open_stream(int fd)
{
  const int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = own < 0 ? NULL : fdopendir(own);

  if (own >= 0 && stream == NULL) close(own);
  return stream;
}

static epochlog_status read_folder(struct walk *walk, const char *folder, int *sys_errno)
{
  const int fd = open_below(walk->root_fd, folder);
  DIR *stream = fd < 0 ? NULL : open_stream(fd);
  epochlog_status status = EPOCHLOG_OK;
  const struct dirent *entry;

  if (stream == NULL) {
    *sys_errno = errno;
    if (fd >= 0) close(fd);
    return EPOCHLOG_READ;
  }
  while (status == EPOCHLOG_OK && (entry = readdir(stream)) != NULL)
    status = take_entry(walk, fd, folder, entry->d_name);
  closedir(stream);
  close(fd);
  return status;
}

/* Reads one folder, visits its files, and queues the folders below it. */
static epochlog_status walk_folder(struct walk *walk, const char *folder, epochlog__visit *visit,
                                   void *context, int *sys_errno)
{
  epochlog_status status = read_folder(walk, folder, sys_errno);

  sort(&walk->files);
  sort(&walk->below);
  for (size_t i = 0; i < walk->files.count && status == EPOCHLOG_OK; i++)
    status = visit(context, walk->root_fd, walk->files.list[i]);
  while (walk->below.count != 0 && status == EPOCHLOG_OK)
    if (!push(&walk->folders, walk->below.list[--walk->below.count])) status = EPOCHLOG_NO_MEMORY;
  release(&walk->files);
  release(&walk->below);
  return status;
}

epochlog_status epochlog__files_walk(const char *folder, int skip_fd, epochlog__visit *visit,
                                     void *context, int *sys_errno)
{
  struct walk walk = {.root_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  epochlog_status status = EPOCHLOG_OK;

  *sys_errno = 0;
  if (walk.root_fd < 0) {
    *sys_errno = errno;
    return EPOCHLOG_READ;
  }
  if (fstat(skip_fd, &walk.skipped) != 0) walk.skipped = (struct stat){0};
  if (!push(&walk.folders, epochlog__copy_string(""))) status = EPOCHLOG_NO_MEMORY;
  while (walk.folders.count != 0 && status == EPOCHLOG_OK) {
    char *next = walk.folders.list[--walk.folders.count];

    status = walk_folder(&walk, next, visit, context, sys_errno);
    free(next);
  }
  release(&walk.folders);
  close(walk.root_fd);
  return status;
}
