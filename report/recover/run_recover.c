#include "recover/run_recover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reader/arena.h"
#include "reader/continued.h"
#include "recover/copy_files.h"
#include "recover/recover_log.h"

static int fail(struct read_error *error, int sys_errno, const char *path, const char *what)
{
  error->sys_errno = sys_errno;
  snprintf(error->message, sizeof error->message, "%.300s: %s%s%s", path, what,
           sys_errno ? ": " : "", sys_errno ? strerror(sys_errno) : "");
  return -1;
}

static int warn(struct recovery *recovery, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int warn(struct recovery *recovery, const char *format, ...)
{
  char text[1024], *copy;
  char **grown = realloc(recovery->warnings, (recovery->warning_count + 1) * sizeof *grown);
  va_list list;

  if (!grown) return -1;
  recovery->warnings = grown;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  copy = strdup(text);
  if (!copy) return -1;
  grown[recovery->warning_count++] = copy;
  return 0;
}

void recovery_release(struct recovery *recovery)
{
  for (size_t i = 0; i < recovery->log_count; i++) recovered_log_release(&recovery->logs[i]);
  for (size_t i = 0; i < recovery->warning_count; i++) free(recovery->warnings[i]);
  free(recovery->logs);
  free(recovery->warnings);
  *recovery = (struct recovery){0};
}

static const char *last_part(const char *path)
{
  const char *slash = strrchr(path, '/');

  return slash ? slash + 1 : path;
}

static bool has_ending(const char *name, const char *ending)
{
  size_t a = strlen(name), b = strlen(ending);

  return a > b && strcmp(name + a - b, ending) == 0;
}

/* Room for one log more; NULL with the error filled. */
static struct recovered_log *new_entry(struct recovery *recovery, const char *path,
                                       struct read_error *error)
{
  struct recovered_log *logs =
      realloc(recovery->logs, (recovery->log_count + 1) * sizeof *recovery->logs);

  if (!logs) {
    fail(error, ENOMEM, path, "recovery");
    return NULL;
  }
  recovery->logs = logs;
  logs[recovery->log_count] = (struct recovered_log){0};
  return &logs[recovery->log_count++];
}

/* A log that cannot be read is told and left out.  -1: stop. */
static int add_unusable(struct recovery *recovery, const char *path, struct read_error *error)
{
  struct recovered_log *entry = new_entry(recovery, path, error);

  if (!entry) return -1;
  entry->account.file = strdup(last_part(path));
  entry->reason = strdup(error->message);
  return warn(recovery, "%s; this log is not in the copy", error->message);
}

static int add_log(struct recovery *recovery, struct log *log, int folder_fd, const char *name,
                   struct read_error *error)
{
  struct recovered_log *entry = new_entry(recovery, log_name(log), error);

  return entry ? recover_log(entry, log, folder_fd, name, error) : -1;
}

/* Clean only when nothing but the cut end of a log is missing from the copy. */
static enum recover_result judge(const struct recovery *recovery, struct read_error *error,
                                 const char *path)
{
  enum recover_result result = RECOVER_CLEAN;
  size_t usable = 0;

  for (size_t i = 0; i < recovery->log_count; i++) {
    const struct recovered_log *log = &recovery->logs[i];

    usable += log->usable;
    if (!log->usable || log->account.damaged || log->account.unknown > 0) result = RECOVER_LOSSY;
  }
  if (usable > 0) return result;
  if (error->message[0] == '\0') fail(error, 0, path, "no log in this folder");
  return RECOVER_UNUSABLE;
}

/* ---- a name to build under ---- */

/* "FOLDER/.NAME.partial-PID" beside `out`; allocated. */
static char *partial_path(const char *out)
{
  size_t length = strlen(out);
  const char *name;
  char *trimmed, *path;

  while (length > 1 && out[length - 1] == '/') length--;
  trimmed = strndup(out, length);
  if (!trimmed) return NULL;
  name = last_part(trimmed);
  if (asprintf(&path, "%.*s.%s.partial-%ld", (int)(name - trimmed), trimmed, name, (long)getpid()) <
      0)
    path = NULL;
  free(trimmed);
  return path;
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
  (void)status;
  (void)flag;
  (void)ftw;
  return remove(path);
}

static void remove_tree(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* Gives the finished copy its name, unless something has it by now. */
static int publish(const char *partial, const char *out, struct read_error *error)
{
  if (renameat2(AT_FDCWD, partial, AT_FDCWD, out, RENAME_NOREPLACE) == 0) return 0;
  /* Some file systems know no such rename; the check before was then the last. */
  if (errno == EINVAL && access(out, F_OK) != 0 && rename(partial, out) == 0) return 0;
  return fail(error, errno, out, "cannot be written");
}

/* ---- a folder, a file ---- */

struct open_logs {
  struct linked_log *items;
  size_t count;
  size_t capacity;
};

static int open_one(struct recovery *recovery, struct open_logs *logs, const char *path,
                    struct read_error *error)
{
  struct linked_log *items =
      array_grow(logs->items, &logs->capacity, logs->count + 1, sizeof *items);
  struct log *log;

  if (!items) return fail(error, ENOMEM, path, "recovery");
  logs->items = items;
  log = log_open(path, false, error);
  if (!log) return add_unusable(recovery, path, error);
  items[logs->count++] = (struct linked_log){.log = log};
  return 0;
}

static int open_entries(struct recovery *recovery, struct open_logs *logs, const char *path,
                        struct read_error *error)
{
  DIR *dir = opendir(path);
  struct dirent *entry;
  int result = 0;

  if (!dir) return fail(error, errno, path, "cannot be opened");
  while (result == 0 && (entry = readdir(dir))) {
    char *from;

    if (entry->d_name[0] == '.' || !has_ending(entry->d_name, ".elog")) continue;
    if (asprintf(&from, "%s/%s", path, entry->d_name) < 0) {
      result = fail(error, ENOMEM, path, "recovery");
      break;
    }
    result = open_one(recovery, logs, from, error);
    free(from);
  }
  closedir(dir);
  return result;
}

/* All logs are opened before one is copied: of what two of them have, one copy has
 * it.  Else the blocks made of live records would no longer fit together. */
static int recover_entries(struct recovery *recovery, const char *path, int to,
                           struct read_error *error)
{
  struct open_logs logs = {0};
  int result = open_entries(recovery, &logs, path, error);

  if (result == 0) {
    continued_link(logs.items, logs.count);
    if (continued_leave_out(logs.items, logs.count)) result = fail(error, ENOMEM, path, "recovery");
  }
  for (size_t i = 0; i < logs.count && result == 0; i++)
    result = add_log(recovery, logs.items[i].log, to, log_name(logs.items[i].log), error);
  for (size_t i = 0; i < logs.count; i++) log_close(logs.items[i].log);
  free(logs.items);
  return result;
}

static int recover_folder(struct recovery *recovery, const char *path, const char *partial,
                          struct read_error *error)
{
  struct copied copied = {0};
  int to, result;

  if (mkdir(partial, 0777) != 0) return fail(error, errno, partial, "cannot be made");
  to = open(partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (to < 0) return fail(error, errno, partial, "cannot be opened");
  result = recover_entries(recovery, path, to, error);
  if (result == 0) result = copy_files(&copied, path, to, error);
  recovery->file_count = copied.files;
  if (result == 0 && copied.skipped > 0)
    result = warn(recovery, "%zu links and special files were not copied", copied.skipped);
  if (result == 0) fsync(to);
  close(to);
  return result;
}

static int recover_file(struct recovery *recovery, const char *path, const char *partial,
                        struct read_error *error)
{
  const char *name = last_part(partial);
  char *folder = name == partial ? strdup(".") : strndup(partial, (size_t)(name - partial));
  int to = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  int result = to < 0 ? fail(error, errno, folder ? folder : path, "cannot be opened") : 0;
  struct log *log = to < 0 ? NULL : log_open(path, false, error);

  if (log)
    result = add_log(recovery, log, to, name, error);
  else if (result == 0)
    result = add_unusable(recovery, path, error);
  log_close(log);
  if (to >= 0) close(to);
  free(folder);
  return result;
}

enum recover_result run_recover(const char *path, const char *out, struct recovery *recovery,
                                struct read_error *error)
{
  enum recover_result verdict = RECOVER_UNUSABLE;
  struct read_error local;
  struct stat status;
  char *partial;
  int result;

  if (!error) error = &local;
  *recovery = (struct recovery){0};
  *error = (struct read_error){0};
  if (stat(path, &status) != 0) {
    fail(error, errno, path, "cannot be opened");
    return RECOVER_UNUSABLE;
  }
  if (access(out, F_OK) == 0) {
    fail(error, EEXIST, out, "not overwritten");
    return RECOVER_UNUSABLE;
  }
  partial = partial_path(out);
  if (!partial) {
    fail(error, ENOMEM, path, "recovery");
    return RECOVER_UNUSABLE;
  }
  result = S_ISDIR(status.st_mode) ? recover_folder(recovery, path, partial, error)
                                   : recover_file(recovery, path, partial, error);
  if (result == 0) verdict = judge(recovery, error, path);
  if (verdict != RECOVER_UNUSABLE && publish(partial, out, error)) verdict = RECOVER_UNUSABLE;
  if (verdict == RECOVER_UNUSABLE)
    remove_tree(partial);
  else
    *error = (struct read_error){0};
  free(partial);
  return verdict;
}
