#include "import/csv.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 18 };

/* Where a field stands while its row may still be incomplete: nothing is written
 * into the buffer before the whole row is known. */
struct span {
  size_t from; /* offsets in the buffer */
  size_t to;
  bool quoted; /* "" inside stands for " */
};

struct csv {
  int fd;
  FILE *copy; /* of a source that cannot be read twice; owned */
  char separator;
  bool find;    /* the separator is to be found in the first row */
  bool settled; /* the first row was read, so the separator is known */
  bool ended;   /* the source has no more bytes */
  bool started; /* the byte order mark is behind us */
  off_t mark;   /* where csv_rewind goes */
  uint64_t mark_line;
  char *buffer; /* `filled` bytes, then a zero byte */
  size_t room;  /* without the zero byte */
  size_t filled;
  size_t at;     /* the next row begins here */
  uint64_t line; /* of the current row */
  uint64_t next_line;
  size_t count;
  size_t field_room;
  struct span *spans;
  struct csv_field *fields;
  bool stops[256]; /* bytes that end an unquoted field, or may */
};

static volatile sig_atomic_t stopped;

void csv_stop(void) { stopped = 1; }

static int fail(struct csv_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int fail(struct csv_error *error, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return -1;
}

struct csv *csv_new(int fd, char separator)
{
  struct csv *csv = calloc(1, sizeof *csv);

  if (!csv) return NULL;
  csv->fd = fd;
  csv->separator = separator;
  csv->find = separator == 0;
  csv->next_line = 1;
  csv->room = READ_SIZE;
  csv->field_room = 16;
  csv->buffer = malloc(csv->room + 1);
  csv->spans = malloc(csv->field_room * sizeof *csv->spans);
  csv->fields = malloc(csv->field_room * sizeof *csv->fields);
  if (csv->buffer && csv->spans && csv->fields) return csv;
  csv_free(csv);
  return NULL;
}

void csv_free(struct csv *csv)
{
  if (!csv) return;
  if (csv->copy) fclose(csv->copy);
  free(csv->buffer);
  free(csv->spans);
  free(csv->fields);
  free(csv);
}

const struct csv_field *csv_fields(const struct csv *csv) { return csv->fields; }

size_t csv_count(const struct csv *csv) { return csv->count; }

uint64_t csv_line(const struct csv *csv) { return csv->line; }

/* ---- bytes ---- */

/* Reads on behind what is in the buffer, which moves to its beginning. */
static int read_more(struct csv *csv, struct csv_error *error)
{
  ssize_t got;

  if (csv->at > 0) {
    memmove(csv->buffer, csv->buffer + csv->at, csv->filled - csv->at);
    csv->filled -= csv->at;
    csv->at = 0;
  }
  if (csv->filled == csv->room) {
    const size_t room = 2 * csv->room;
    char *buffer;

    if (csv->room >= CSV_ROW_MAX)
      return fail(error, "line %llu: the row has more than %d bytes, or a quote is never closed",
                  (unsigned long long)csv->next_line, CSV_ROW_MAX);
    buffer = realloc(csv->buffer, room + 1);
    if (!buffer) return fail(error, "out of memory");
    csv->buffer = buffer;
    csv->room = room;
  }
  do {
    if (stopped) return fail(error, "interrupted");
    got = read(csv->fd, csv->buffer + csv->filled, csv->room - csv->filled);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return fail(error, "%s", strerror(errno));
  csv->ended = got == 0;
  csv->filled += (size_t)got;
  csv->buffer[csv->filled] = '\0';
  return 0;
}

/* Reads until there is half as much again of the row that was found incomplete.  It
 * is scanned again from its beginning, which would take quadratic time if a pipe's
 * small helpings were scanned one by one. */
static int read_half_more(struct csv *csv, struct csv_error *error)
{
  const size_t wanted = (csv->filled - csv->at) / 2 * 3;

  do {
    if (read_more(csv, error)) return -1;
  } while (csv->filled < wanted && csv->filled < csv->room && !csv->ended);
  return 0;
}

/* Skips the byte order mark; refuses what is not bytes of text. */
static int start(struct csv *csv, struct csv_error *error)
{
  while (csv->filled < 3 && !csv->ended)
    if (read_more(csv, error)) return -1;
  csv->started = true;
  if (csv->filled >= 2 &&
      (memcmp(csv->buffer, "\xff\xfe", 2) == 0 || memcmp(csv->buffer, "\xfe\xff", 2) == 0))
    return fail(error, "line 1: the text is UTF-16; it must be saved as UTF-8");
  if (csv->filled >= 3 && memcmp(csv->buffer, "\xef\xbb\xbf", 3) == 0) csv->at = 3;
  return 0;
}

/* ---- a row ---- */

/* The separator that stands most often outside quotes in the first row; the
 * earlier one of the list when two do. */
static char find_separator(const struct csv *csv)
{
  static const char candidates[] = ",;\t";
  size_t counts[sizeof candidates] = {0};
  size_t best = 0;
  bool quoted = false;

  for (const char *at = csv->buffer + csv->at; *at; at++) {
    const char *found;

    if (*at == '"') quoted = !quoted;
    if (quoted) continue;
    if (*at == '\n' || *at == '\r') break;
    found = strchr(candidates, *at);
    if (found) counts[found - candidates]++;
  }
  for (size_t i = 1; candidates[i]; i++)
    if (counts[i] > counts[best]) best = i;
  return candidates[best];
}

static void set_separator(struct csv *csv)
{
  if (csv->find) csv->separator = find_separator(csv);
  memset(csv->stops, 0, sizeof csv->stops);
  csv->stops[(unsigned char)csv->separator] = true;
  csv->stops['\n'] = csv->stops['\r'] = csv->stops['\0'] = true;
}

/* What a try to find the end of something came to. */
enum scan { SCAN_DONE, SCAN_SHORT /* it may go on behind the buffer */, SCAN_FAILED };

static enum scan add_span(struct csv *csv, struct span span, struct csv_error *error)
{
  if (csv->count >= CSV_COLUMNS_MAX)
    return fail(error, "line %llu: the row has more than %d columns", (unsigned long long)csv->line,
                CSV_COLUMNS_MAX),
           SCAN_FAILED;
  if (csv->count == csv->field_room) {
    const size_t room = 2 * csv->field_room;
    struct span *spans = realloc(csv->spans, room * sizeof *spans);
    struct csv_field *fields = realloc(csv->fields, room * sizeof *fields);

    if (spans) csv->spans = spans;
    if (fields) csv->fields = fields;
    if (!spans || !fields) return fail(error, "out of memory"), SCAN_FAILED;
    csv->field_room = room;
  }
  csv->spans[csv->count++] = span;
  return SCAN_DONE;
}

/* Finds the end of the quoted field whose opening quote is at `*at`, and leaves
 * `*at` behind the closing one. */
static enum scan scan_quoted(struct csv *csv, size_t *at, struct span *span, uint64_t *lines,
                             struct csv_error *error)
{
  size_t i = *at + 1;

  *span = (struct span){i, i, true};
  for (;;) {
    const char byte = csv->buffer[i];

    if (i == csv->filled) return SCAN_SHORT;
    if (byte == '\0')
      return fail(error, "line %llu: a zero byte; this is not a text file",
                  (unsigned long long)(csv->line + *lines)),
             SCAN_FAILED;
    if (byte == '\n') ++*lines;
    if (byte == '"') {
      if (i + 1 == csv->filled && !csv->ended) return SCAN_SHORT;
      if (csv->buffer[i + 1] != '"') break;
      i++;
    }
    i++;
  }
  span->to = i++;
  while (csv->buffer[i] == ' ') i++;
  if (i == csv->filled && !csv->ended) return SCAN_SHORT;
  if (!csv->stops[(unsigned char)csv->buffer[i]])
    return fail(error, "line %llu: text behind a closing quote",
                (unsigned long long)(csv->line + *lines)),
           SCAN_FAILED;
  *at = i;
  return SCAN_DONE;
}

/* Finds the row that begins at csv->at and notes its fields; `*end` is where the
 * next one begins. */
static enum scan scan_row(struct csv *csv, size_t *end, struct csv_error *error)
{
  size_t at = csv->at;
  uint64_t lines = 0;

  csv->line = csv->next_line;
  csv->count = 0;
  for (;;) {
    struct span span = {at, at, false};
    enum scan scan = SCAN_DONE;
    char byte;

    if (csv->buffer[at] == '"') {
      scan = scan_quoted(csv, &at, &span, &lines, error);
      if (scan != SCAN_DONE) return scan;
    } else {
      while (!csv->stops[(unsigned char)csv->buffer[at]]) at++;
      span.to = at;
    }
    byte = csv->buffer[at];
    if (at == csv->filled && !csv->ended) return SCAN_SHORT;
    if (byte == '\r' && at + 1 == csv->filled && !csv->ended) return SCAN_SHORT;
    if (byte == '\0' && at < csv->filled)
      return fail(error, "line %llu: a zero byte; this is not a text file",
                  (unsigned long long)(csv->line + lines)),
             SCAN_FAILED;
    scan = add_span(csv, span, error);
    if (scan != SCAN_DONE) return scan;
    if (byte == csv->separator) {
      at++;
      continue;
    }
    if (byte == '\r' && csv->buffer[at + 1] == '\n') at++;
    *end = at < csv->filled ? at + 1 : at;
    csv->next_line = csv->line + lines + 1;
    return SCAN_DONE;
  }
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

/* Cuts the fields out of the whole row: drops white space, undoubles quotes and
 * ends each with a zero byte, which takes the place of what ended it. */
static void cut_fields(struct csv *csv)
{
  for (size_t i = 0; i < csv->count; i++) {
    char *from = csv->buffer + csv->spans[i].from, *to = csv->buffer + csv->spans[i].to;

    if (csv->spans[i].quoted) {
      char *out = from;

      for (const char *in = from; in < to; in++) {
        in += *in == '"';
        *out++ = *in;
      }
      to = out;
    }
    while (from < to && is_blank(*from)) from++;
    while (from < to && is_blank(to[-1])) to--;
    *to = '\0';
    csv->fields[i] = (struct csv_field){from, (size_t)(to - from)};
  }
}

int csv_next(struct csv *csv, struct csv_error *error)
{
  if (!csv->started && start(csv, error)) return -1;
  for (;;) {
    enum scan scan = SCAN_SHORT;
    size_t end = csv->at;

    if (csv->at < csv->filled || csv->ended) {
      if (csv->at == csv->filled) return 0;
      if (!csv->settled) set_separator(csv);
      scan = scan_row(csv, &end, error);
    }
    if (scan == SCAN_FAILED) return -1;
    if (scan == SCAN_SHORT) {
      if (csv->ended)
        return fail(error, "line %llu: a quote is never closed", (unsigned long long)csv->line);
      if (read_half_more(csv, error)) return -1;
      continue;
    }
    cut_fields(csv);
    csv->at = end;
    csv->settled = true;
    if (csv->count > 1 || csv->fields[0].size > 0) return 1;
  }
}

/* ---- reading twice ---- */

static int copy_rest(struct csv *csv, FILE *copy, struct csv_error *error)
{
  char chunk[16384];

  for (;;) {
    const ssize_t got = read(csv->fd, chunk, sizeof chunk);

    if (stopped) return fail(error, "interrupted");
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(error, "%s", strerror(errno));
    if (got == 0) break;
    if (fwrite(chunk, 1, (size_t)got, copy) != (size_t)got) break;
  }
  if (fflush(copy) || ferror(copy))
    return fail(error, "a temporary copy could not be written: %s", strerror(errno));
  return 0;
}

int csv_keep(struct csv *csv, struct csv_error *error)
{
  struct stat status;

  csv->mark_line = csv->next_line;
  if (fstat(csv->fd, &status) == 0 && S_ISREG(status.st_mode)) {
    csv->mark = lseek(csv->fd, 0, SEEK_CUR) - (off_t)(csv->filled - csv->at);
    return 0;
  }
  csv->copy = tmpfile();
  if (!csv->copy) return fail(error, "a temporary copy could not be made: %s", strerror(errno));
  fwrite(csv->buffer + csv->at, 1, csv->filled - csv->at, csv->copy);
  if (copy_rest(csv, csv->copy, error)) return -1;
  csv->fd = fileno(csv->copy);
  return csv_rewind(csv, error);
}

int csv_rewind(struct csv *csv, struct csv_error *error)
{
  if (lseek(csv->fd, csv->mark, SEEK_SET) < 0) return fail(error, "%s", strerror(errno));
  csv->at = csv->filled = 0;
  csv->ended = false;
  csv->next_line = csv->mark_line;
  return 0;
}
