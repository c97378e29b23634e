#include "page/output.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"

static int fail(struct output_error *error, const char *path)
{
  snprintf(error->message, sizeof error->message, "%.400s: %s", path, strerror(errno));
  return -1;
}

int output_folder(const char *path, struct output_error *error)
{
  char *copy = strdup(path);

  if (!copy) return fail(error, path);
  for (char *at = copy + 1;; at++) {
    const char end = *at;

    if (end != '/' && end) continue;
    *at = '\0';
    if (mkdir(copy, 0777) && errno != EEXIST) {
      fail(error, copy);
      free(copy);
      return -1;
    }
    *at = end;
    if (!end) break;
  }
  free(copy);
  return 0;
}

static int write_all(int fd, const void *bytes, size_t size)
{
  const char *at = bytes;

  while (size) {
    const ssize_t done = write(fd, at, size);

    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return -1;
    at += done;
    size -= (size_t)done;
  }
  return 0;
}

int output_write(const char *folder, const char *name, const void *bytes, size_t size,
                 struct output_error *error)
{
  char path[4096], draft[4096];
  int fd, problem;

  if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path ||
      (size_t)snprintf(draft, sizeof draft, "%s/%s.part", folder, name) >= sizeof draft) {
    errno = ENAMETOOLONG;
    return fail(error, folder);
  }
  fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) return fail(error, draft);
  problem = write_all(fd, bytes, size) ? errno : 0;
  if (close(fd) && !problem) problem = errno;
  if (!problem && rename(draft, path)) problem = errno;
  if (!problem) return 0;
  unlink(draft);
  errno = problem;
  return fail(error, path);
}

static void put_text(FILE *out, const char *text)
{
  if (!text) return;
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, out);
    return;
  }
  putc('"', out);
  for (; *text; text++) {
    if (*text == '"') putc('"', out);
    putc(*text, out);
  }
  putc('"', out);
}

static void put_number(FILE *out, double value)
{
  char digits[JSON_NUMBER_SIZE];

  if (isnan(value))
    fputs("NaN", out);
  else if (isinf(value))
    fputs(value > 0 ? "inf" : "-inf", out);
  else
    fputs(json_digits(digits, value), out);
}

char *output_csv(const struct data_table *table, size_t *size)
{
  char *text = NULL;
  FILE *out = open_memstream(&text, size);

  if (!out) return NULL;
  for (size_t c = 0; c < table->column_count; c++) {
    if (c) putc(',', out);
    put_text(out, table->columns[c].name);
  }
  putc('\n', out);
  for (size_t row = 0; row < table->rows; row++) {
    for (size_t c = 0; c < table->column_count; c++) {
      const struct data_column *column = &table->columns[c];

      if (c) putc(',', out);
      if (column->texts)
        put_text(out, column->texts[row]);
      else if (column->integers)
        fprintf(out, "%lld", (long long)column->integers[row]);
      else
        put_number(out, column->numbers[row]);
    }
    putc('\n', out);
  }
  if (ferror(out)) {
    fclose(out);
    free(text);
    return NULL;
  }
  if (fclose(out)) {
    free(text);
    return NULL;
  }
  return text;
}
