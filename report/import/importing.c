#include "import/importing.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "import/parse_number.h"

int importing_fail(struct importing *importing, const char *format, ...)
{
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(importing->result->message, sizeof importing->result->message, format, arguments);
  va_end(arguments);
  return -1;
}

int importing_fail_at(struct importing *importing, size_t column, const char *format, ...)
{
  char what[400];
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  return importing_fail(importing, "line %llu: column '%.60s': %s",
                        (unsigned long long)csv_line(importing->csv), importing->columns[column],
                        what);
}

void importing_note(struct importing *importing, const char *format, ...)
{
  char *note = importing->result->note;
  const size_t size = sizeof importing->result->note;
  size_t used = strlen(note);
  va_list arguments;

  if (used > 0 && used + 3 < size) {
    strcpy(note + used, "; ");
    used += 2;
  }
  va_start(arguments, format);
  vsnprintf(note + used, size - used, format, arguments);
  va_end(arguments);
}

size_t importing_column(const struct importing *importing, const char *name)
{
  for (size_t i = 0; i < importing->column_count; i++)
    if (strcmp(importing->columns[i], name) == 0) return i;
  return NO_COLUMN;
}

int importing_need(struct importing *importing, const char *name, size_t *column)
{
  *column = importing_column(importing, name);
  if (*column != NO_COLUMN) return 0;
  return importing_fail(importing, "line 1: there is no column '%s', which --type %s needs", name,
                        importing->options->type);
}

int importing_start(struct importing *importing)
{
  char message[512];
  const char *path = importing->options->path, *slash = strrchr(path, '/');

  if (staging_start(&importing->staging, importing->options->root, importing->run_name,
                    importing->options->experiment, message, sizeof message))
    return importing_fail(importing, "the run could not be started: %s", message);
  epochlog_environment(importing->staging.run, "import.file",
                       strcmp(path, "-") == 0 ? "standard input"
                       : slash                ? slash + 1
                                              : path);
  epochlog_environment(importing->staging.run, "import.type", importing->options->type);
  return 0;
}

int importing_row(struct importing *importing)
{
  struct csv_error error;
  const int got = csv_next(importing->csv, &error);

  if (got < 0) return importing_fail(importing, "%s", error.message);
  if (got == 0) return 0;
  if (csv_count(importing->csv) != importing->column_count)
    return importing_fail(importing, "line %llu: %zu field%s where the header has %zu",
                          (unsigned long long)csv_line(importing->csv), csv_count(importing->csv),
                          csv_count(importing->csv) == 1 ? "" : "s", importing->column_count);
  importing->result->rows++;
  return 1;
}

static int not_a(struct importing *importing, size_t column, enum parse_result result,
                 const char *what)
{
  const struct csv_field field = csv_fields(importing->csv)[column];

  if (field.size == 0) return importing_fail_at(importing, column, "is empty");
  if (result == PARSE_OUT_OF_RANGE)
    return importing_fail_at(importing, column, "'%.40s' is out of range", field.text);
  return importing_fail_at(importing, column, "'%.40s' is not %s%s", field.text, what,
                           strchr(field.text, ',') ? " (decimal commas are not read)" : "");
}

int importing_number(struct importing *importing, size_t column, double *value)
{
  const struct csv_field field = csv_fields(importing->csv)[column];
  const enum parse_result result = parse_number(field.text, field.size, value);

  return result == PARSE_OK ? 0 : not_a(importing, column, result, "a number");
}

int importing_whole(struct importing *importing, size_t column, int64_t *value)
{
  const struct csv_field field = csv_fields(importing->csv)[column];
  const enum parse_result result = parse_integer(field.text, field.size, value);

  return result == PARSE_OK ? 0 : not_a(importing, column, result, "a whole number");
}

int importing_weight(struct importing *importing, size_t column, double *value)
{
  if (importing_number(importing, column, value)) return -1;
  if (*value >= 0.0 && isfinite(*value)) return 0;
  return importing_fail_at(importing, column,
                           "'%.40s' is not a weight, which is finite and not negative",
                           csv_fields(importing->csv)[column].text);
}

size_t importing_batch_rows(size_t columns)
{
  enum { ROWS_MAX = 65536, CELLS_MAX = 1 << 20 };
  const size_t rows = CELLS_MAX / (columns ? columns : 1);

  return rows > ROWS_MAX ? ROWS_MAX : rows ? rows : 1;
}

int importing_logged(struct importing *importing, epochlog_status status)
{
  epochlog_error error;

  if (status == EPOCHLOG_OK) return 0;
  if (epochlog_last_error(importing->staging.run, &error) == EPOCHLOG_OK)
    return importing_fail(importing, "%s", epochlog_status_text((int)status));
  return importing_fail(importing, "%s", error.message);
}
