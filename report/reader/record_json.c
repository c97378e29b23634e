#include "reader/record_json.h"

#include "format.h"

static void member(struct json_out *out, const char *key, struct epochlog__text text)
{
  json_key(out, key);
  json_str(out, text);
}

static void member_u64(struct json_out *out, const char *key, uint64_t value)
{
  json_key(out, key);
  json_u64(out, value);
}

static void member_i64(struct json_out *out, const char *key, int64_t value)
{
  json_key(out, key);
  json_i64(out, value);
}

void run_body_json(struct json_out *out, const struct run_body *run)
{
  struct epochlog__bytes arguments = run->arguments;

  json_begin(out, '{');
  json_key(out, "uuid");
  json_hex(out, run->uuid, sizeof run->uuid);
  member(out, "run_id", run->run_id);
  member(out, "name", run->name);
  member(out, "experiment", run->experiment);
  member(out, "parent_id", run->parent_id);
  member(out, "description", run->description);
  member_u64(out, "rank", run->rank);
  member_u64(out, "world_size", run->world_size);
  member_i64(out, "start_time_ns", run->start_ns);
  member_u64(out, "pid", run->pid);
  member_u64(out, "process_start", run->process_start);
  member(out, "boot_id", run->boot_id);
  member(out, "host", run->host);
  member(out, "user", run->user);
  member(out, "working_folder", run->working_folder);
  member(out, "git_commit", run->git_commit);
  member_u64(out, "git_dirty", run->git_dirty);
  member(out, "writer", run->writer);
  member(out, "live_file", run->live_file);
  json_key(out, "arguments");
  json_begin(out, '[');
  for (uint32_t i = 0; i < run->argument_count; i++) json_str(out, epochlog__take_str(&arguments));
  json_end(out, ']');
  json_key(out, "continues");
  if (run_body_continues(run))
    json_hex(out, run->continues, sizeof run->continues);
  else
    json_text(out, "");
  member_u64(out, "continues_seq", run->continues_seq);
  member_u64(out, "pid_namespace", run->pid_namespace);
  json_end(out, '}');
}

static void param_json(struct json_out *out, const struct record *record)
{
  struct param_body param;

  if (!param_get(&param, record)) return;
  member(out, "name", param.name);
  json_key(out, "value");
  if (param.type == FORMAT_VALUE_FLOAT)
    json_f64(out, param.number);
  else if (param.type == FORMAT_VALUE_INTEGER)
    json_i64(out, param.integer);
  else if (param.type == FORMAT_VALUE_BOOL)
    json_bool(out, param.integer != 0);
  else
    json_str(out, param.text);
}

static void pair_json(struct json_out *out, const struct record *record)
{
  struct pair_body pair;

  if (!pair_get(&pair, record)) return;
  member(out, "name", pair.name);
  if (record->type == FORMAT_RECORD_TAG_REMOVED) return;
  json_key(out, "value");
  if (pair.has_value)
    json_str(out, pair.value);
  else
    json_null(out);
}

static void file_json(struct json_out *out, const struct record *record)
{
  struct file_body file;

  if (!file_get(&file, record)) return;
  member(out, "path", file.path);
  member_u64(out, "size", file.size);
  json_key(out, "sha256");
  json_hex(out, file.sha256, sizeof file.sha256);
  member(out, "role", file.role);
  member(out, "media_type", file.media_type);
}

static void image_json(struct json_out *out, const struct record *record)
{
  struct image_body image;

  if (!image_get(&image, record)) return;
  member(out, "name", image.name);
  member_i64(out, "step", image.step);
  member(out, "path", image.path);
  member_u64(out, "width", image.width);
  member_u64(out, "height", image.height);
  member(out, "caption", image.caption);
}

static void document_json(struct json_out *out, const struct record *record)
{
  struct document_body document;

  if (!document_get(&document, record)) return;
  member(out, "name", document.name);
  member(out, "format", document.format);
  member(out, "text", document.text);
}

static void status_json(struct json_out *out, const struct record *record)
{
  static const char *const words[] = {"", "Completed", "Failed", "Canceled"};
  struct status_body status;

  if (!status_get(&status, record)) return;
  json_key(out, "status");
  json_text(out, words[status.status]);
  member_i64(out, "exit_code", status.exit_code);
  member(out, "error_code", status.error_code);
  member(out, "message", status.message);
  member(out, "details", status.details);
}

static void loss_json(struct json_out *out, const struct record *record)
{
  struct loss_body loss;

  if (!loss_get(&loss, record)) return;
  member_u64(out, "count", loss.count);
  member_i64(out, "from_time_ns", loss.from_ns);
  member_i64(out, "to_time_ns", loss.to_ns);
  member_i64(out, "errno", loss.error);
  member(out, "what", loss.what);
}

int record_json(struct json_out *out, struct contents *contents, const struct record *record)
{
  json_key(out, "type");
  json_text(out, record_type_name(record->type));
  member_i64(out, "time_ns", record->time_ns);
  switch (record->type) {
    case FORMAT_RECORD_BATCH: return batch_json(out, contents, record);
    case FORMAT_RECORD_PARAM: param_json(out, record); break;
    case FORMAT_RECORD_TAG:
    case FORMAT_RECORD_TAG_REMOVED:
    case FORMAT_RECORD_PROPERTY:
    case FORMAT_RECORD_ENVIRONMENT: pair_json(out, record); break;
    case FORMAT_RECORD_FILE: file_json(out, record); break;
    case FORMAT_RECORD_IMAGE: image_json(out, record); break;
    case FORMAT_RECORD_DOCUMENT: document_json(out, record); break;
    case FORMAT_RECORD_STATUS: status_json(out, record); break;
    case FORMAT_RECORD_LOSS: loss_json(out, record); break;
    default: break;
  }
  return 0;
}
