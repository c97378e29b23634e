#include "import/staging.h"

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

static int fail(struct staging *staging, char *message, size_t message_size, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

static int fail(struct staging *staging, char *message, size_t message_size, const char *format,
                ...)
{
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(message, message_size, format, arguments);
  va_end(arguments);
  staging_abandon(staging);
  return -1;
}

/* Makes a folder and those above it.  Returns 1 when the last one is new, 0 when it
 * was there, -1 with errno. */
static int make_folders(const char *path)
{
  char *copy = strdup(path);
  int made = -1;

  if (!copy) return -1;
  for (char *at = copy + 1; *at; at++) {
    if (*at != '/') continue;
    *at = '\0';
    if (mkdir(copy, 0777) && errno != EEXIST && errno != EISDIR) break;
    *at = '/';
  }
  if (mkdir(copy, 0777) == 0)
    made = 1;
  else if (errno == EEXIST)
    made = 0;
  free(copy);
  return made;
}

int staging_start(struct staging *staging, const char *root, const char *name,
                  const char *experiment, char *message, size_t message_size)
{
  epochlog_error error;
  int made;

  *staging = (struct staging){.root = strdup(root)};
  if (!staging->root) return fail(staging, message, message_size, "out of memory");
  made = make_folders(root);
  if (made < 0) return fail(staging, message, message_size, "%s: %s", root, strerror(errno));
  staging->root_made = made == 1;
  if (asprintf(&staging->folder, "%s/.import-XXXXXX", root) < 0) {
    staging->folder = NULL;
    return fail(staging, message, message_size, "out of memory");
  }
  if (!mkdtemp(staging->folder)) {
    const int reason = errno;

    free(staging->folder);
    staging->folder = NULL;
    return fail(staging, message, message_size, "%s: %s", root, strerror(reason));
  }
  /* An id or a rank meant for a training run is not for this one: it would join
   * that run, which is not in the staging folder. */
  unsetenv("EPOCHLOG_RUN_ID");
  staging->run = epochlog_start(&(epochlog_options){.root = staging->folder,
                                                    .name = name,
                                                    .experiment = experiment,
                                                    .rank_plus_one = 1,
                                                    .world_size = 1},
                                &error);
  if (!staging->run) return fail(staging, message, message_size, "%s", error.message);
  return 0;
}

static void release(struct staging *staging)
{
  free(staging->root);
  free(staging->folder);
  *staging = (struct staging){0};
}

int staging_complete(struct staging *staging, char **folder, char *message, size_t message_size)
{
  const size_t slash = strlen(staging->root);
  const bool has_slash = slash > 0 && staging->root[slash - 1] == '/';
  char *id = strdup(epochlog_run_id(staging->run));
  char *from = NULL, *to = NULL;
  epochlog_error error;
  epochlog_status status;
  int moved = -1;

  status = epochlog_complete(staging->run, &error);
  staging->run = NULL;
  if (status != EPOCHLOG_OK) {
    free(id);
    return fail(staging, message, message_size, "%s", error.message);
  }
  if (!id || asprintf(&from, "%s/%s", staging->folder, id) < 0) from = NULL;
  if (!id || asprintf(&to, "%s%s%s", staging->root, has_slash ? "" : "/", id) < 0) to = NULL;
  if (from && to) moved = rename(from, to);
  free(from);
  free(id);
  if (moved) {
    const int reason = errno;

    free(to);
    return fail(staging, message, message_size, "%s: the run could not be moved here: %s",
                staging->root, strerror(reason));
  }
  rmdir(staging->folder);
  release(staging);
  *folder = to;
  return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
  (void)status;
  (void)type;
  (void)walk;
  return remove(path);
}

void staging_abandon(struct staging *staging)
{
  enum { OPEN_FOLDERS = 16 };

  if (staging->run) epochlog_cancel(staging->run, NULL);
  staging->run = NULL;
  if (staging->folder) nftw(staging->folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
  /* Fails, as it should, when another run stands there by now. */
  if (staging->root_made) rmdir(staging->root);
  release(staging);
}
