#include "reader/records.h"

#include <string.h>

#include "format.h"

static const char *const type_names[] = {
    [FORMAT_RECORD_RUN] = "RUN",
    [FORMAT_RECORD_SERIES] = "SERIES",
    [FORMAT_RECORD_TEXT_POINT] = "TEXT_POINT",
    [FORMAT_RECORD_BATCH] = "BATCH",
    [FORMAT_RECORD_PARAM] = "PARAM",
    [FORMAT_RECORD_TAG] = "TAG",
    [FORMAT_RECORD_TAG_REMOVED] = "TAG_REMOVED",
    [FORMAT_RECORD_PROPERTY] = "PROPERTY",
    [FORMAT_RECORD_ENVIRONMENT] = "ENVIRONMENT",
    [FORMAT_RECORD_FILE] = "FILE",
    [FORMAT_RECORD_IMAGE] = "IMAGE",
    [FORMAT_RECORD_DOCUMENT] = "DOCUMENT",
    [FORMAT_RECORD_STATUS] = "STATUS",
    [FORMAT_RECORD_LOSS] = "LOSS",
};

bool record_next(struct epochlog__bytes *container, struct record *record)
{
  if (container->failed || epochlog__left(container) == 0) return false;
  record->size = epochlog__take_u32(container);
  record->type = epochlog__take_u16(container);
  epochlog__take_u16(container);
  record->time_ns = epochlog__take_i64(container);
  record->body = epochlog__take_bytes(container, record->size);
  epochlog__take_padding(container);
  return !container->failed;
}

bool record_is_known(uint16_t type)
{
  return type >= FORMAT_RECORD_RUN && type <= FORMAT_RECORD_LOSS;
}

bool record_is_ancillary(uint16_t type) { return (type & FORMAT_RECORD_ANCILLARY) != 0; }

const char *record_type_name(uint16_t type)
{
  return record_is_known(type) ? type_names[type] : "";
}

bool text_is(struct epochlog__text text, const char *word)
{
  return text.size == strlen(word) && (text.size == 0 || memcmp(text.data, word, text.size) == 0);
}

bool run_body_continues(const struct run_body *run)
{
  static const unsigned char none[sizeof run->continues];

  return memcmp(run->continues, none, sizeof none) != 0;
}

/* The fields behind the arguments, which a log may be without; what is not whole is
 * not there. */
static void take_appended(struct run_body *out, struct epochlog__bytes *in)
{
  memset(out->continues, 0, sizeof out->continues);
  out->continues_seq = out->pid_namespace = 0;
  if (epochlog__left(in) < sizeof out->continues + 8) return;
  memcpy(out->continues, epochlog__take_bytes(in, sizeof out->continues), sizeof out->continues);
  out->continues_seq = epochlog__take_u64(in);
  if (!run_body_continues(out)) out->continues_seq = 0;
  if (epochlog__left(in) >= 8) out->pid_namespace = epochlog__take_u64(in);
}

bool run_body_get(struct run_body *out, const void *body, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(body, size);
  const uint8_t *uuid = epochlog__take_bytes(&in, 16);
  size_t start;

  if (!uuid) return false;
  memcpy(out->uuid, uuid, 16);
  out->run_id = epochlog__take_str(&in);
  out->name = epochlog__take_str(&in);
  out->experiment = epochlog__take_str(&in);
  out->parent_id = epochlog__take_str(&in);
  out->description = epochlog__take_str(&in);
  out->rank = epochlog__take_u32(&in);
  out->world_size = epochlog__take_u32(&in);
  out->start_ns = epochlog__take_i64(&in);
  out->pid = epochlog__take_u64(&in);
  out->process_start = epochlog__take_u64(&in);
  out->boot_id = epochlog__take_str(&in);
  out->host = epochlog__take_str(&in);
  out->user = epochlog__take_str(&in);
  out->working_folder = epochlog__take_str(&in);
  out->git_commit = epochlog__take_str(&in);
  out->git_dirty = epochlog__take_u8(&in);
  out->writer = epochlog__take_str(&in);
  out->live_file = epochlog__take_str(&in);
  out->argument_count = epochlog__take_u32(&in);
  if (in.failed || out->argument_count > epochlog__left(&in) / 4) return false;
  start = in.at;
  for (uint32_t i = 0; i < out->argument_count; i++) epochlog__take_str(&in);
  if (in.failed) return false;
  out->arguments = epochlog__bytes_of(in.data + start, in.at - start);
  take_appended(out, &in);
  return true;
}

bool series_body_get(struct series_body *out, const void *body, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(body, size);

  out->id = epochlog__take_u32(&in);
  out->kind = epochlog__take_u8(&in);
  out->type = epochlog__take_u8(&in);
  out->goal = epochlog__take_u8(&in);
  epochlog__take_u8(&in);
  out->name = epochlog__take_str(&in);
  out->unit = epochlog__take_str(&in);
  out->description = epochlog__take_str(&in);
  return !in.failed && out->kind == FORMAT_SERIES_SCALAR && out->type <= FORMAT_VALUE_TEXT &&
         out->goal <= 2;
}

bool text_point_get(struct text_point_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  out->series = epochlog__take_u32(&in);
  out->step = epochlog__take_i64(&in);
  out->value = epochlog__take_str(&in);
  return !in.failed;
}

bool param_get(struct param_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  *out = (struct param_body){.name = epochlog__take_str(&in)};
  out->type = epochlog__take_u8(&in);
  switch (out->type) {
    case FORMAT_VALUE_FLOAT: out->number = epochlog__take_f64(&in); break;
    case FORMAT_VALUE_INTEGER:
      out->integer = epochlog__take_i64(&in);
      out->number = (double)out->integer;
      break;
    case FORMAT_VALUE_BOOL:
      out->integer = epochlog__take_u8(&in) != 0;
      out->number = (double)out->integer;
      break;
    case FORMAT_VALUE_TEXT: out->text = epochlog__take_str(&in); break;
    default: return false;
  }
  return !in.failed;
}

bool pair_get(struct pair_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  *out = (struct pair_body){.name = epochlog__take_str(&in), .value = {"", 0}};
  if (record->type == FORMAT_RECORD_TAG_REMOVED) return !in.failed;
  out->has_value = record->type != FORMAT_RECORD_TAG || epochlog__take_u8(&in) != 0;
  out->value = epochlog__take_str(&in);
  return !in.failed;
}

bool file_get(struct file_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);
  const uint8_t *hash;

  out->path = epochlog__take_str(&in);
  out->size = epochlog__take_u64(&in);
  hash = epochlog__take_bytes(&in, 32);
  out->role = epochlog__take_str(&in);
  out->media_type = epochlog__take_str(&in);
  if (in.failed) return false;
  memcpy(out->sha256, hash, 32);
  return true;
}

bool image_get(struct image_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  out->name = epochlog__take_str(&in);
  out->step = epochlog__take_i64(&in);
  out->path = epochlog__take_str(&in);
  out->width = epochlog__take_u32(&in);
  out->height = epochlog__take_u32(&in);
  out->caption = epochlog__take_str(&in);
  return !in.failed;
}

bool document_get(struct document_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  out->name = epochlog__take_str(&in);
  out->format = epochlog__take_str(&in);
  out->text = epochlog__take_str(&in);
  return !in.failed;
}

bool status_get(struct status_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  out->status = epochlog__take_u8(&in);
  out->exit_code = epochlog__take_i32(&in);
  out->error_code = epochlog__take_str(&in);
  out->message = epochlog__take_str(&in);
  out->details = epochlog__take_str(&in);
  return !in.failed && out->status >= FORMAT_STATUS_COMPLETED &&
         out->status <= FORMAT_STATUS_CANCELED;
}

bool loss_get(struct loss_body *out, const struct record *record)
{
  struct epochlog__bytes in = epochlog__bytes_of(record->body, record->size);

  out->count = epochlog__take_u64(&in);
  out->from_ns = epochlog__take_i64(&in);
  out->to_ns = epochlog__take_i64(&in);
  out->error = epochlog__take_i32(&in);
  out->what = epochlog__take_str(&in);
  return !in.failed;
}

bool path_is_inside(struct epochlog__text path)
{
  uint32_t start = 0;

  if (path.size == 0 || memchr(path.data, '\0', path.size)) return false;
  for (uint32_t i = 0; i <= path.size; i++) {
    uint32_t length;

    if (i < path.size && path.data[i] != '/') continue;
    length = i - start;
    if (length == 0 || (length == 1 && path.data[start] == '.') ||
        (length == 2 && memcmp(path.data + start, "..", 2) == 0))
      return false;
    start = i + 1;
  }
  return true;
}
