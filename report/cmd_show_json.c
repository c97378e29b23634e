#include <inttypes.h>
#include <string.h>

#include "cmd_show.h"
#include "json.h"
#include "print.h"
#include "run_text.h"

void show_hash(char *out, const unsigned char *hash, size_t bytes)
{
  for (size_t i = 0; i < bytes; i++) snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static void add_time(struct json_writer *json, const char *key, int64_t ns)
{
  char text[PRINT_SIZE];

  json_add_text(json, key, ns ? print_time_utc(text, ns) : NULL);
}

/* "" is what the reader has for a text that is not known. */
static void add_known(struct json_writer *json, const char *key, const char *text)
{
  json_add_text(json, key, *text ? text : NULL);
}

static void add_texts(struct json_writer *json, const char *key, const char *const *texts,
                      size_t count)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) json_write_text(json, texts[i]);
  json_write_close(json);
}

static void add_facts(struct json_writer *json, const struct run *run)
{
  static const char *const dirty[] = {NULL, "clean", "dirty"};
  const bool ended = run->status != RUN_RUNNING && run->status != RUN_NOT_RESPONDING;

  json_add_text(json, "id", run->id);
  json_add_text(json, "name", run->name);
  json_add_text(json, "experiment", run->experiment);
  add_known(json, "parent", run->parent_id);
  add_known(json, "description", run->description);
  json_add_text(json, "status", run_status_text(run->status));
  json_write_key(json, "error");
  if (*run->error_code || *run->error_message || *run->error_details) {
    json_write_open(json, '{');
    add_known(json, "code", run->error_code);
    add_known(json, "message", run->error_message);
    add_known(json, "details", run->error_details);
    json_write_close(json);
  } else {
    json_write_null(json);
  }
  add_time(json, "start", run->start_ns);
  add_time(json, "end", ended ? run->end_ns : 0);
  add_time(json, "last_record", run->end_ns);
  json_add_number(json, "duration_s", (double)(run->end_ns - run->start_ns) / 1e9);
  add_known(json, "folder", run->folder);
  add_known(json, "host", run->host);
  add_known(json, "user", run->user);
  add_known(json, "working_folder", run->working_folder);
  add_known(json, "git_commit", run->git_commit);
  json_add_text(json, "git_state",
                run->git_dirty >= 0 && run->git_dirty <= 2 ? dirty[run->git_dirty] : NULL);
  add_texts(json, "arguments", run->arguments, run->argument_count);
  add_known(json, "writer", run->writer_version);
  json_add_unsigned(json, "world_size", run->world_size);
}

static void add_value_at(struct json_writer *json, const char *key, struct value value,
                         int64_t step)
{
  json_write_key(json, key);
  json_write_open_line(json, '{');
  json_write_key(json, "value");
  json_write_value(json, value);
  json_add_integer(json, "step", step);
  json_write_close(json);
}

static void add_scalar(struct json_writer *json, const struct metric *metric,
                       const struct metric_totals *totals)
{
  static const char *const types[] = {"float", "integer", "bool", "text"};
  const uint64_t strange = totals->nan_count + totals->posinf_count + totals->neginf_count;

  json_add_text(json, "type", types[metric->type]);
  json_add_unsigned(json, "n", totals->count);
  if (totals->count == 0) return;
  add_value_at(json, "first", totals->first, totals->first_step);
  add_value_at(json, "last", totals->last, totals->last_step);
  if (metric->type == VALUE_TEXT) return;
  if (strange < totals->count) {
    add_value_at(json, "min", totals->min, totals->min_step);
    add_value_at(json, "max", totals->max, totals->max_step);
  }
  json_add_unsigned(json, "nan", totals->nan_count);
  json_add_unsigned(json, "infinite", totals->posinf_count + totals->neginf_count);
}

static void add_metrics(struct json_writer *json, const struct run *run)
{
  static const char *const goals[] = {NULL, "minimize", "maximize"};

  json_write_key(json, "metrics");
  json_write_open(json, '{');
  for (size_t i = 0; i < run->metric_count; i++) {
    const struct metric *metric = &run->metrics[i];
    const struct metric_totals totals = run_totals(run, i);

    json_write_key(json, metric->name);
    json_write_open(json, '{');
    json_add_text(json, "kind", metric_kind_text(metric->kind));
    if (*metric->unit) json_add_text(json, "unit", metric->unit);
    if (*metric->description) json_add_text(json, "description", metric->description);
    if (metric->goal == 1 || metric->goal == 2) json_add_text(json, "goal", goals[metric->goal]);
    if (metric->kind == METRIC_SCALAR) {
      add_scalar(json, metric, &totals);
    } else {
      json_add_unsigned(json, "n", metric->column_count ? metric->columns[0].count : 0);
      json_write_key(json, "columns");
      json_write_open_line(json, '[');
      for (size_t k = 0; k < metric->column_count; k++)
        json_write_text(json, metric->columns[k].name);
      json_write_close(json);
    }
    json_write_close(json);
  }
  json_write_close(json);
}

static void add_evaluations(struct json_writer *json, const struct run *run)
{
  json_write_key(json, "evaluations");
  json_write_open(json, '{');
  for (size_t i = 0; i < run->evaluation_count; i++) {
    const struct evaluation *evaluation = &run->evaluations[i];

    json_write_key(json, evaluation->name);
    json_write_open(json, '{');
    json_add_text(json, "type", evaluation_type_text(evaluation->type));
    json_add_unsigned(json, "n", evaluation->count);
    if (evaluation->class_count)
      add_texts(json, "classes", evaluation->class_names, evaluation->class_count);
    if (evaluation->positive) json_add_text(json, "positive", evaluation->positive);
    if (*evaluation->target) json_add_text(json, "target", evaluation->target);
    if (*evaluation->method) json_add_text(json, "method", evaluation->method);
    json_add_bool(json, "scores", evaluation->scores != NULL);
    json_add_bool(json, "weights", evaluation->weights != NULL);
    json_add_bool(json, "ids", evaluation->ids != NULL);
    json_write_close(json);
  }
  json_write_close(json);
}

static void add_files(struct json_writer *json, const struct run *run)
{
  json_write_key(json, "files");
  json_write_open(json, '[');
  for (size_t i = 0; i < run->file_count; i++) {
    const struct kept_file *file = &run->files[i];
    char hash[2 * sizeof file->sha256 + 1];

    json_write_open_line(json, '{');
    json_add_text(json, "path", file->path);
    json_add_unsigned(json, "size", file->size);
    show_hash(hash, file->sha256, sizeof file->sha256);
    json_add_text(json, "sha256", hash);
    add_known(json, "role", file->role);
    add_known(json, "media_type", file->media_type);
    json_write_close(json);
  }
  json_write_close(json);
}

static void add_images(struct json_writer *json, const struct run *run)
{
  json_write_key(json, "images");
  json_write_open(json, '[');
  for (size_t i = 0; i < run->image_count; i++) {
    const struct logged_image *image = &run->images[i];

    json_write_open_line(json, '{');
    json_add_text(json, "name", image->name);
    json_write_key(json, "step");
    if (image->step == INT64_MIN)
      json_write_null(json);
    else
      json_write_integer(json, image->step);
    json_add_text(json, "path", image->path);
    json_add_unsigned(json, "width", image->width);
    json_add_unsigned(json, "height", image->height);
    add_known(json, "caption", image->caption);
    json_write_close(json);
  }
  json_write_close(json);
}

static void add_documents(struct json_writer *json, const struct run *run)
{
  json_write_key(json, "documents");
  json_write_open(json, '[');
  for (size_t i = 0; i < run->document_count; i++) {
    json_write_open(json, '{');
    json_add_text(json, "name", run->documents[i].name);
    add_known(json, "format", run->documents[i].format);
    json_write_key(json, "text");
    json_write_text_sized(json, run->documents[i].text, run->documents[i].size);
    json_write_close(json);
  }
  json_write_close(json);
}

static void add_account(struct json_writer *json, const struct log_account *account)
{
  json_add_text(json, "file", account->file);
  json_add_bool(json, "finished", account->finished);
  json_add_bool(json, "damaged", account->damaged);
  json_add_unsigned(json, "size", account->size);
  json_add_unsigned(json, "whole", account->whole);
  json_write_key(json, "skipped");
  json_write_open(json, '[');
  for (size_t i = 0; i < account->skipped_count; i++) {
    json_write_open_line(json, '{');
    json_add_unsigned(json, "from", account->skipped[i].from);
    json_add_unsigned(json, "to", account->skipped[i].to);
    json_add_text(json, "why", account->skipped[i].why);
    json_write_close(json);
  }
  json_write_close(json);
  json_add_unsigned(json, "missing_frames", account->missing_frames);
  json_add_unsigned(json, "unknown", account->unknown);
  json_add_unsigned(json, "live_records", account->live_records);
  json_add_unsigned(json, "left_out", account->left_out);
}

static void add_logs(struct json_writer *json, const struct run *run)
{
  json_write_key(json, "logs");
  json_write_open(json, '[');
  for (size_t i = 0; i < run->writer_count; i++) {
    const struct run_writer *writer = &run->writers[i];
    char uuid[2 * sizeof writer->uuid + 1];

    json_write_open(json, '{');
    show_hash(uuid, writer->uuid, sizeof writer->uuid);
    json_add_text(json, "uuid", uuid);
    json_add_unsigned(json, "rank", writer->rank);
    json_add_unsigned(json, "world_size", writer->world_size);
    json_add_unsigned(json, "pid", writer->pid);
    json_add_bool(json, "alive", writer->is_alive);
    show_hash(uuid, writer->continued_uuid, sizeof writer->continued_uuid);
    json_add_text(json, "continues", writer->continues ? uuid : NULL);
    add_known(json, "host", writer->host);
    add_time(json, "start", writer->start_ns);
    add_account(json, &writer->account);
    json_write_close(json);
  }
  json_write_close(json);
  json_write_key(json, "losses");
  json_write_open(json, '[');
  for (size_t i = 0; i < run->loss_count; i++) {
    const struct loss *loss = &run->losses[i];

    json_write_open(json, '{');
    json_add_unsigned(json, "count", loss->count);
    json_add_bool(json, "possible", loss->is_possible);
    add_time(json, "from", loss->from_ns);
    add_time(json, "to", loss->to_ns);
    json_add_integer(json, "errno", loss->error);
    json_add_text(json, "what", loss->what);
    json_write_close(json);
  }
  json_write_close(json);
}

void show_json(const struct run *run, FILE *out)
{
  struct json_writer json;

  json_write_start(&json, out, 2);
  json_write_open(&json, '{');
  add_facts(&json, run);
  json_write_key(&json, "warnings");
  json_write_open(&json, '[');
  for (size_t i = 0; i < run->warning_count; i++) json_write_text(&json, run->warnings[i]);
  json_write_close(&json);
  json_add_named(&json, "params", run->params, run->param_count);
  json_add_named(&json, "tags", run->tags, run->tag_count);
  json_add_named(&json, "properties", run->properties, run->property_count);
  add_metrics(&json, run);
  add_evaluations(&json, run);
  add_files(&json, run);
  add_images(&json, run);
  add_documents(&json, run);
  json_add_named(&json, "environment", run->environment, run->environment_count);
  add_logs(&json, run);
  json_write_close(&json);
  json_write_finish(&json);
}
