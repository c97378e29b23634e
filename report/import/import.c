#include "import/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/importing.h"

const char *import_source(const struct import_options *options)
{
  return strcmp(options->path, "-") == 0 ? "standard input" : options->path;
}

/* "a/b/test.csv" -> "test"; the caller's to free. */
static char *stem(const char *path)
{
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  const char *dot = strrchr(name, '.');

  if (strcmp(path, "-") == 0 || !*name) return strdup("predictions");
  return dot && dot > name ? strndup(name, (size_t)(dot - name)) : strdup(name);
}

static int open_source(struct importing *importing)
{
  const char *path = importing->options->path;
  struct stat status;

  if (strcmp(path, "-") == 0) {
    importing->fd = STDIN_FILENO;
    return 0;
  }
  importing->fd = open(path, O_RDONLY | O_CLOEXEC);
  if (importing->fd < 0) return importing_fail(importing, "%s", strerror(errno));
  if (fstat(importing->fd, &status) == 0 && S_ISDIR(status.st_mode))
    return importing_fail(importing, "%s", strerror(EISDIR));
  return 0;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names are unique and not empty, but for the first one: pandas writes its index
 * as a column without a name. */
static int check_names(struct importing *importing)
{
  const size_t count = importing->column_count;
  char **sorted = malloc(count * sizeof *sorted);
  int failed = 0;

  if (!sorted) return importing_fail(importing, "out of memory");
  memcpy(sorted, importing->columns, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_name);
  for (size_t i = 1; i < count && !failed; i++)
    if (*sorted[i] && strcmp(sorted[i - 1], sorted[i]) == 0)
      failed = importing_fail(importing, "line 1: two columns are named '%.60s'", sorted[i]);
  free(sorted);
  for (size_t i = 1; i < count && !failed; i++)
    if (!*importing->columns[i])
      failed = importing_fail(importing, "line 1: column %zu has no name", i + 1);
  return failed;
}

static int read_header(struct importing *importing)
{
  struct csv_error error;
  int got;

  importing->csv = csv_new(importing->fd, importing->options->separator);
  if (!importing->csv) return importing_fail(importing, "out of memory");
  got = csv_next(importing->csv, &error);
  if (got < 0) return importing_fail(importing, "%s", error.message);
  if (got == 0) return importing_fail(importing, "the file is empty");
  importing->columns = calloc(csv_count(importing->csv), sizeof *importing->columns);
  if (!importing->columns) return importing_fail(importing, "out of memory");
  for (size_t i = 0; i < csv_count(importing->csv); i++) {
    importing->columns[i] = strdup(csv_fields(importing->csv)[i].text);
    if (!importing->columns[i]) return importing_fail(importing, "out of memory");
    importing->column_count = i + 1;
  }
  return check_names(importing);
}

static int import_rows(struct importing *importing)
{
  const char *type = importing->options->type;
  int failed;

  if (strcmp(type, "azureml") == 0) return import_azureml(importing);
  if (read_header(importing)) return -1;
  if (strcmp(type, "classification") == 0)
    failed = import_classification(importing);
  else if (strcmp(type, "regression") == 0)
    failed = import_regression(importing);
  else
    failed = import_metrics(importing);
  if (!failed && importing->result->rows == 0)
    return importing_fail(importing, "there is no row below the header");
  return failed;
}

static void release(struct importing *importing)
{
  csv_free(importing->csv);
  for (size_t i = 0; i < importing->column_count; i++) free(importing->columns[i]);
  free(importing->columns);
  if (importing->fd > STDIN_FILENO) close(importing->fd);
}

int import_file(const struct import_options *options, struct import_result *result)
{
  char *name = stem(options->path);
  struct importing importing = {
      .options = options,
      .result = result,
      .evaluation = options->evaluation ? options->evaluation : name,
      .run_name = options->run_name ? options->run_name : name,
      .fd = -1,
  };
  char message[512];
  int failed;

  *result = (struct import_result){0};
  if (!name) return importing_fail(&importing, "out of memory");
  failed = open_source(&importing) || import_rows(&importing);
  if (failed)
    staging_abandon(&importing.staging);
  else if (staging_complete(&importing.staging, &result->folder, message, sizeof message))
    failed = importing_fail(&importing, "%s", message);
  release(&importing);
  free(name);
  return failed ? -1 : 0;
}
