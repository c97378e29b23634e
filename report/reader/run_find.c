#include "reader/run_find.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "reader/arena.h"

#define STAMP_LENGTH 15 /* YYYYMMDD-HHMMSS */

struct paths {
  char **items;
  size_t count;
  size_t capacity;
};

static int fail(struct read_error *error, int sys_errno, const char *path, const char *what)
{
  if (!error) return -1;
  error->sys_errno = sys_errno;
  snprintf(error->message, sizeof error->message, "%.300s: %s%s%s", path, what,
           sys_errno ? ": " : "", sys_errno ? strerror(sys_errno) : "");
  return -1;
}

static char *join(const char *folder, const char *name)
{
  size_t a = strlen(folder), b = strlen(name);
  char *path = malloc(a + b + 2);
  bool slash = a > 0 && folder[a - 1] != '/';

  if (!path) return NULL;
  memcpy(path, folder, a);
  if (slash) path[a] = '/';
  memcpy(path + a + slash, name, b + 1);
  return path;
}

/* Takes `path`, which may be NULL (no memory). */
static int add(struct paths *paths, char *path)
{
  char **items =
      path ? array_grow(paths->items, &paths->capacity, paths->count + 1, sizeof *items) : NULL;

  if (!items) {
    free(path);
    return -1;
  }
  paths->items = items;
  items[paths->count++] = path;
  return 0;
}

void run_paths_free(char **paths, long count)
{
  for (long i = 0; i < count; i++) free(paths[i]);
  free(paths);
}

static const char *last_part(const char *path)
{
  const char *slash = strrchr(path, '/');

  return slash ? slash + 1 : path;
}

static bool is_log_name(const char *name)
{
  size_t length = strlen(name);

  return length > 5 && name[0] != '.' && strcmp(name + length - 5, ".elog") == 0;
}

static bool is_folder(const char *path)
{
  struct stat status;

  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool holds_a_log(const char *folder)
{
  DIR *dir = opendir(folder);
  struct dirent *entry;
  bool found = false;

  if (!dir) return false;
  while (!found && (entry = readdir(dir))) found = is_log_name(entry->d_name);
  closedir(dir);
  return found;
}

static int compare_names(const void *left, const void *right)
{
  return strcmp(*(char *const *)left, *(char *const *)right);
}

long run_log_paths(const char *path, char ***paths, struct read_error *error)
{
  struct paths list = {0};
  struct dirent *entry;
  struct stat status;
  DIR *dir;

  *paths = NULL;
  if (stat(path, &status) != 0) return fail(error, errno, path, "cannot be opened");
  if (!S_ISDIR(status.st_mode)) {
    if (add(&list, strdup(path))) return fail(error, ENOMEM, path, "cannot be opened");
    *paths = list.items;
    return 1;
  }
  dir = opendir(path);
  if (!dir) return fail(error, errno, path, "cannot be opened");
  while ((entry = readdir(dir))) {
    if (!is_log_name(entry->d_name)) continue;
    if (add(&list, join(path, entry->d_name))) {
      closedir(dir);
      run_paths_free(list.items, (long)list.count);
      return fail(error, ENOMEM, path, "cannot be listed");
    }
  }
  closedir(dir);
  if (list.count > 1) qsort(list.items, list.count, sizeof *list.items, compare_names);
  *paths = list.items;
  return (long)list.count;
}

/* ---- listing ---- */

struct dated {
  char *path;
  char stamp[STAMP_LENGTH + 1];
};

/* The time in the folder's name; one without it counts by its own time. */
static void stamp_of(struct dated *dated)
{
  const char *name = last_part(dated->path);
  bool has_stamp = strlen(name) >= STAMP_LENGTH;
  struct stat status;
  struct tm when;

  for (int i = 0; has_stamp && i < STAMP_LENGTH; i++)
    has_stamp = i == 8 ? name[i] == '-' : name[i] >= '0' && name[i] <= '9';
  if (has_stamp) {
    memcpy(dated->stamp, name, STAMP_LENGTH);
    dated->stamp[STAMP_LENGTH] = '\0';
    return;
  }
  dated->stamp[0] = '\0';
  if (stat(dated->path, &status) == 0 && gmtime_r(&status.st_mtime, &when))
    strftime(dated->stamp, sizeof dated->stamp, "%Y%m%d-%H%M%S", &when);
}

static int compare_dated(const void *left, const void *right)
{
  const struct dated *a = left, *b = right;
  int order = strcmp(b->stamp, a->stamp);

  return order ? order : strcmp(b->path, a->path);
}

static int order_by_time(struct paths *list)
{
  struct dated *dated = calloc(list->count + 1, sizeof *dated);

  if (!dated) return -1;
  for (size_t i = 0; i < list->count; i++) {
    dated[i].path = list->items[i];
    stamp_of(&dated[i]);
  }
  if (list->count > 1) qsort(dated, list->count, sizeof *dated, compare_dated);
  for (size_t i = 0; i < list->count; i++) list->items[i] = dated[i].path;
  free(dated);
  return 0;
}

long run_list(const char *root, char ***paths, struct read_error *error)
{
  struct paths list = {0};
  struct dirent *entry;
  DIR *dir = opendir(root);

  *paths = NULL;
  if (!dir) return fail(error, errno, root, "cannot be opened");
  while ((entry = readdir(dir))) {
    char *path;

    if (entry->d_name[0] == '.') continue;
    path = join(root, entry->d_name);
    if (path && (!is_folder(path) || !holds_a_log(path))) {
      free(path);
      continue;
    }
    if (add(&list, path)) goto no_memory;
  }
  closedir(dir);
  dir = NULL;
  if (order_by_time(&list)) goto no_memory;
  *paths = list.items;
  return (long)list.count;
no_memory:
  if (dir) closedir(dir);
  run_paths_free(list.items, (long)list.count);
  return fail(error, ENOMEM, root, "cannot be listed");
}

/* ---- finding ---- */

/* How well a run fits what was typed; the greatest counts, and only one may. */
enum fit { FIT_NONE, FIT_NAME_PREFIX, FIT_ID_PREFIX, FIT_NAME, FIT_ID };

static enum fit fit_of(const char *path, const char *text)
{
  const char *id = last_part(path);
  size_t length = strlen(text);
  enum fit fit = FIT_NONE;
  struct run *run;

  if (strcmp(id, text) == 0) return FIT_ID;
  if (strncmp(id, text, length) == 0) return FIT_ID_PREFIX;
  run = run_open(path, RUN_SUMMARY, NULL);
  if (!run) return FIT_NONE;
  if (strcmp(run->id, text) == 0)
    fit = FIT_ID;
  else if (strcmp(run->name, text) == 0)
    fit = FIT_NAME;
  else if (strncmp(run->id, text, length) == 0)
    fit = FIT_ID_PREFIX;
  else if (strncmp(run->name, text, length) == 0)
    fit = FIT_NAME_PREFIX;
  run_close(run);
  return fit;
}

static void tell_several(struct read_error *error, const char *text, char *const *matches,
                         size_t count)
{
  size_t used;

  if (!error) return;
  error->sys_errno = 0;
  snprintf(error->message, sizeof error->message, "\"%.100s\" is %zu runs: ", text, count);
  for (size_t i = 0; i < count; i++) {
    const char *id = last_part(matches[i]);

    used = strlen(error->message);
    if (used + strlen(id) + 16 > sizeof error->message) {
      snprintf(error->message + used, sizeof error->message - used, ", ...");
      return;
    }
    snprintf(error->message + used, sizeof error->message - used, "%s%s", i ? ", " : "", id);
  }
}

static bool is_openable(const char *path)
{
  struct stat status;

  if (stat(path, &status) != 0) return false;
  return S_ISDIR(status.st_mode) ? holds_a_log(path) : is_log_name(last_part(path));
}

/* A text that names no run may still be there: then what it is helps more than
 * that it is no run. */
static void tell_what_it_is(struct read_error *error, const char *text)
{
  struct stat status;

  if (stat(text, &status)) return;
  if (S_ISDIR(status.st_mode))
    fail(error, 0, text, "a folder without a log (*.elog)");
  else
    fail(error, 0, text, "not an epochlog log");
}

char *run_find(const char *root, const char *text, struct read_error *error)
{
  char **paths, *found = NULL;
  enum fit best = FIT_NONE;
  size_t matches = 0;
  long count;

  if (text[0] == '\0') {
    fail(error, 0, root, "a run's name is empty");
    return NULL;
  }
  if (is_openable(text)) {
    found = strdup(text);
    if (!found) fail(error, ENOMEM, text, "cannot be opened");
    return found;
  }
  count = run_list(root, &paths, error);
  if (count < 0) {
    tell_what_it_is(error, text);
    return NULL;
  }
  for (long i = 0; i < count; i++) {
    enum fit fit = fit_of(paths[i], text);
    char *path = paths[i];

    if (fit == FIT_NONE || fit < best) continue;
    if (fit > best) matches = 0;
    best = fit;
    /* Matches gather at the front, in their order. */
    paths[i] = paths[matches];
    paths[matches++] = path;
  }
  if (matches == 1 && !(found = strdup(paths[0]))) fail(error, ENOMEM, text, "cannot be opened");
  if (matches == 0 && error) {
    error->sys_errno = 0;
    snprintf(error->message, sizeof error->message, "\"%.200s\": no such run in %.200s", text,
             root);
    tell_what_it_is(error, text);
  }
  if (matches > 1) tell_several(error, text, paths, matches);
  run_paths_free(paths, count);
  return found;
}
