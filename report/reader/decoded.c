#include "reader/decoded.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "format.h"
#include "reader/contents.h"
#include "reader/json_out.h"
#include "reader/log_open.h"
#include "reader/record_json.h"

static void put_account(struct json_out *out, const struct log_account *account)
{
  json_key(out, "state");
  json_text(out, account->has_status ? "finished" : "unfinished");
  json_key(out, "damaged");
  json_bool(out, account->damaged);
  json_key(out, "skipped");
  json_begin(out, '[');
  for (size_t i = 0; i < account->skipped_count; i++) {
    json_begin(out, '{');
    json_key(out, "from");
    json_u64(out, account->skipped[i].from);
    json_key(out, "to");
    json_u64(out, account->skipped[i].to);
    json_key(out, "why");
    json_text(out, account->skipped[i].why);
    json_end(out, '}');
  }
  json_end(out, ']');
  json_key(out, "missing_frames");
  json_u64(out, account->missing_frames);
  json_key(out, "unknown");
  json_u64(out, account->unknown);
}

static void put_value(struct json_out *out, const struct series *series, size_t i)
{
  if (series->type == FORMAT_VALUE_TEXT)
    json_str(out, series->texts[i]);
  else if (series->type == FORMAT_VALUE_FLOAT)
    json_f64(out, series->numbers[i]);
  else if (series->type == FORMAT_VALUE_BOOL)
    json_bool(out, series->integers[i] != 0);
  else
    json_i64(out, series->integers[i]);
}

static void put_series(struct json_out *out, const struct series *series)
{
  static const char *const types[] = {"float", "integer", "bool", "text"};
  static const char *const goals[] = {"none", "minimize", "maximize"};
  char name[32];

  json_begin(out, '{');
  json_key(out, "id");
  json_u64(out, series->id);
  json_key(out, "name");
  snprintf(name, sizeof name, "series %" PRIu32, series->id);
  if (series->described)
    json_str(out, series->name);
  else
    json_text(out, name);
  json_key(out, "type");
  json_text(out, types[series->type]);
  json_key(out, "goal");
  json_text(out, goals[series->goal < 3 ? series->goal : 0]);
  json_key(out, "unit");
  json_str(out, series->unit);
  json_key(out, "description");
  json_str(out, series->description);
  json_key(out, "points");
  json_begin(out, '[');
  for (size_t i = 0; i < series->count; i++) {
    json_begin(out, '[');
    json_i64(out, series->steps[i]);
    json_i64(out, series->times_us[i]);
    put_value(out, series, i);
    json_end(out, ']');
  }
  json_end(out, ']');
  json_end(out, '}');
}

static int compare_ids(const void *left, const void *right)
{
  const struct series *const *a = left, *const *b = right;

  return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

static int put_all_series(struct json_out *out, const struct series_table *table)
{
  const struct series **order = malloc((table->count + 1) * sizeof *order);

  if (!order) return -1;
  for (size_t i = 0; i < table->count; i++) order[i] = &table->items[i];
  if (table->count > 1) qsort(order, table->count, sizeof *order, compare_ids);
  json_key(out, "series");
  json_begin(out, '[');
  /* An id that only points left out had is nothing to tell of. */
  for (size_t i = 0; i < table->count; i++)
    if (order[i]->described || order[i]->count > 0) put_series(out, order[i]);
  json_end(out, ']');
  free(order);
  return 0;
}

static int put_log(struct json_out *out, struct contents *contents, struct log *log)
{
  struct record record;

  json_begin(out, '{');
  json_key(out, "run");
  if (contents->has_run)
    run_body_json(out, &contents->run);
  else
    json_null(out);
  if (put_all_series(out, &contents->series)) return -1;
  json_key(out, "records");
  json_begin(out, '[');
  for (size_t i = 0; i < contents->record_count; i++) {
    if (!contents_record(contents, &contents->records[i], &record)) continue;
    json_begin(out, '{');
    if (record_json(out, contents, &record)) return -1;
    json_end(out, '}');
  }
  json_end(out, ']');
  /* Last: what a batch's columns hold is only known when they were decoded. */
  put_account(out, log_account(log));
  json_end(out, '}');
  fputc('\n', out->file);
  return 0;
}

int log_decoded_open(struct log *log, FILE *file, struct read_error *error)
{
  struct contents contents;
  struct json_out out = {.file = file};
  int result = contents_read(&contents, log, error);

  if (result == 0 && put_log(&out, &contents, log))
    result = log_fail(log, error, ENOMEM, "contents");
  contents_release(&contents);
  if (result == 0 && (fflush(file) != 0 || ferror(file)))
    result = log_fail(log, error, errno, "its text could not be written");
  return result;
}

int log_decoded(const char *path, bool scan_only, FILE *out, struct read_error *error)
{
  struct log *log = log_open(path, scan_only, error);
  int result;

  if (!log) return -1;
  result = log_decoded_open(log, out, error);
  log_close(log);
  return result;
}
