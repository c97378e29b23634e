/* A log frame by frame, as text or JSON lines.
 *
 * Both are made by one walk that tells facts as key and value; `struct teller`
 * writes them as "key=value" after a fixed start, or as an object.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader/contents.h"
#include "reader/decoded.h"
#include "reader/json_out.h"
#include "reader/live.h"
#include "reader/log_open.h"
#include "reader/record_json.h"

/* Text longer than this is cut in the text form: it is for people. */
#define SHORT 48

struct teller {
  FILE *out;
  bool json;
  struct json_out object;
};

static void begin(struct teller *teller, const char *what, int indent)
{
  if (teller->json) {
    teller->object = (struct json_out){.file = teller->out};
    json_begin(&teller->object, '{');
    json_key(&teller->object, "what");
    json_text(&teller->object, what);
  } else {
    fprintf(teller->out, "%*s%-*s", indent, "", 12 - indent, what);
  }
}

static void end(struct teller *teller)
{
  if (teller->json) json_end(&teller->object, '}');
  fputc('\n', teller->out);
}

static void tell_u64(struct teller *teller, const char *key, uint64_t value)
{
  if (!teller->json) {
    fprintf(teller->out, " %s=%" PRIu64, key, value);
    return;
  }
  json_key(&teller->object, key);
  json_u64(&teller->object, value);
}

static void tell_i64(struct teller *teller, const char *key, int64_t value)
{
  if (!teller->json) {
    fprintf(teller->out, " %s=%" PRId64, key, value);
    return;
  }
  json_key(&teller->object, key);
  json_i64(&teller->object, value);
}

static void tell_f64(struct teller *teller, const char *key, double value)
{
  if (!teller->json) {
    fprintf(teller->out, " %s=%.9g", key, value);
    return;
  }
  json_key(&teller->object, key);
  json_f64(&teller->object, value);
}

static void tell_str(struct teller *teller, const char *key, struct epochlog__text text)
{
  struct json_out quoted = {.file = teller->out};
  uint32_t full = text.size;

  if (teller->json) {
    json_key(&teller->object, key);
    json_str(&teller->object, text);
    return;
  }
  fprintf(teller->out, " %s=", key);
  if (text.size > SHORT) {
    text.size = SHORT;
    while (text.size > 0 && (text.data[text.size] & 0xC0) == 0x80) text.size--;
  }
  json_str(&quoted, text);
  if (full > text.size) fprintf(teller->out, "... (%" PRIu32 " bytes)", full);
}

static void tell_text(struct teller *teller, const char *key, const char *text)
{
  tell_str(teller, key, (struct epochlog__text){text, (uint32_t)strlen(text)});
}

static void tell_uuid(struct teller *teller, const char *key, const unsigned char uuid[16])
{
  char text[33];

  for (int i = 0; i < 16; i++) snprintf(text + 2 * i, 3, "%02x", uuid[i]);
  tell_text(teller, key, text);
}

/* ---- records ---- */

static void tell_status(struct teller *teller, const struct record *record)
{
  static const char *const words[] = {"", "Completed", "Failed", "Canceled"};
  struct status_body body;

  if (!status_get(&body, record)) return;
  tell_text(teller, "status", words[body.status]);
  if (body.message.size > 0) tell_str(teller, "message", body.message);
}

static void tell_param(struct teller *teller, const struct record *record)
{
  struct param_body body;

  if (!param_get(&body, record)) return;
  tell_str(teller, "name", body.name);
  if (body.type == FORMAT_VALUE_FLOAT)
    tell_f64(teller, "value", body.number);
  else if (body.type == FORMAT_VALUE_TEXT)
    tell_str(teller, "value", body.text);
  else
    tell_i64(teller, "value", body.integer);
}

static void tell_batch(struct teller *teller, const struct record *record)
{
  struct batch_body body;

  if (!batch_get(&body, record)) return;
  tell_text(teller, "kind", batch_kind_name(body.kind));
  tell_str(teller, "name", body.name);
  tell_u64(teller, "rows", body.row_count);
  tell_u64(teller, "columns", body.column_count);
}

static void tell_series(struct teller *teller, const struct record *record)
{
  struct series_body body;

  if (!series_body_get(&body, record->body, record->size)) return;
  tell_u64(teller, "id", body.id);
  tell_str(teller, "name", body.name);
}

static void tell_named(struct teller *teller, const struct record *record)
{
  struct pair_body pair;
  struct file_body file;
  struct image_body image;
  struct document_body document;
  struct text_point_body point;
  struct loss_body loss;

  if (record->type >= FORMAT_RECORD_TAG && record->type <= FORMAT_RECORD_ENVIRONMENT &&
      pair_get(&pair, record)) {
    tell_str(teller, "name", pair.name);
    if (record->type != FORMAT_RECORD_TAG_REMOVED && pair.has_value)
      tell_str(teller, "value", pair.value);
  } else if (record->type == FORMAT_RECORD_FILE && file_get(&file, record)) {
    tell_str(teller, "path", file.path);
    tell_u64(teller, "size", file.size);
  } else if (record->type == FORMAT_RECORD_IMAGE && image_get(&image, record)) {
    tell_str(teller, "name", image.name);
    tell_i64(teller, "step", image.step);
    tell_str(teller, "path", image.path);
  } else if (record->type == FORMAT_RECORD_DOCUMENT && document_get(&document, record)) {
    tell_str(teller, "name", document.name);
    tell_str(teller, "text", document.text);
  } else if (record->type == FORMAT_RECORD_TEXT_POINT && text_point_get(&point, record)) {
    tell_u64(teller, "series", point.series);
    tell_i64(teller, "step", point.step);
    tell_str(teller, "value", point.value);
  } else if (record->type == FORMAT_RECORD_LOSS && loss_get(&loss, record)) {
    tell_u64(teller, "count", loss.count);
    tell_str(teller, "reason", loss.what);
  }
}

static void tell_record(struct teller *teller, const struct record *record)
{
  const char *name = record_type_name(record->type);

  begin(teller, name[0] ? name : "record", 2);
  if (!name[0]) tell_u64(teller, "type", record->type);
  tell_i64(teller, "time_ns", record->time_ns);
  tell_u64(teller, "size", record->size);
  switch (record->type) {
    case FORMAT_RECORD_STATUS: tell_status(teller, record); break;
    case FORMAT_RECORD_PARAM: tell_param(teller, record); break;
    case FORMAT_RECORD_BATCH: tell_batch(teller, record); break;
    case FORMAT_RECORD_SERIES: tell_series(teller, record); break;
    default: tell_named(teller, record); break;
  }
  end(teller);
}

static void tell_records(struct teller *teller, struct epochlog__bytes in)
{
  struct record record;

  while (record_next(&in, &record)) tell_record(teller, &record);
  if (!in.failed) return;
  begin(teller, "damaged", 2);
  tell_text(teller, "part", "the end of the records");
  end(teller);
}

/* ---- frames ---- */

static void tell_chunk(struct teller *teller, const struct chunk *chunk)
{
  begin(teller, "chunk", 2);
  tell_u64(teller, "series", chunk->series);
  tell_u64(teller, "n", chunk->n);
  tell_u64(teller, "bytes", (uint64_t)chunk->rows_len + chunk->values_len);
  tell_i64(teller, "step_first", chunk->step_first);
  tell_i64(teller, "step_last", chunk->step_last);
  if (chunk->flags & FORMAT_CHUNK_INTEGER) {
    tell_i64(teller, "first", (int64_t)chunk->first);
    tell_i64(teller, "last", (int64_t)chunk->last);
  } else {
    tell_f64(teller, "first", epochlog__of_bits(chunk->first));
    tell_f64(teller, "last", epochlog__of_bits(chunk->last));
  }
  end(teller);
}

static void tell_block(struct teller *teller, const struct payload *payload)
{
  struct block block = {0};
  struct epochlog__bytes records;
  struct chunk chunk;
  size_t sparse = 0;
  int64_t *ids, *rows, *bits;

  if (block_open(&block, payload->data, payload->size) != BLOCK_OK) {
    begin(teller, "damaged", 2);
    tell_text(teller, "part", "the block");
    end(teller);
    return;
  }
  if (block_read_sparse(&block, FORMAT_COLUMN_MAX / 16, &sparse, &ids, &rows, &bits) == BLOCK_OK)
    free(ids);
  begin(teller, "block", 2);
  tell_u64(teller, "first_seq", block.first_seq);
  tell_u64(teller, "last_seq", block.last_seq);
  tell_u64(teller, "rows", block.row_count);
  tell_u64(teller, "chunks", block.chunk_count);
  tell_u64(teller, "sparse", sparse);
  end(teller);
  for (uint32_t i = 0; i < block.chunk_count; i++)
    if (block_chunk(&block, i, &chunk)) tell_chunk(teller, &chunk);
  if (block_read_records(&block, &records) == BLOCK_OK) tell_records(teller, records);
  block_release(&block);
}

static void tell_run(struct teller *teller, const struct payload *payload)
{
  struct run_body run;

  if (!run_body_get(&run, payload->data, payload->size)) return;
  begin(teller, "run", 2);
  tell_str(teller, "id", run.run_id);
  tell_str(teller, "name", run.name);
  tell_u64(teller, "rank", run.rank);
  tell_i64(teller, "start_ns", run.start_ns);
  tell_str(teller, "host", run.host);
  tell_u64(teller, "pid", run.pid);
  if (run_body_continues(&run)) {
    tell_uuid(teller, "continues", run.continues);
    tell_u64(teller, "continues_seq", run.continues_seq);
  }
  end(teller);
}

static void tell_payload(struct teller *teller, uint8_t type, const struct payload *payload)
{
  struct epochlog__bytes in = epochlog__bytes_of(payload->data, payload->size);
  struct footer footer;

  if (type == FORMAT_FRAME_RUN) tell_run(teller, payload);
  if (type == FORMAT_FRAME_BLOCK) tell_block(teller, payload);
  if (type == FORMAT_FRAME_RECORDS && payload->size >= 8) {
    in.at = 8;
    tell_records(teller, in);
  }
  if (type != FORMAT_FRAME_FOOTER || !footer_get(&footer, payload->data, payload->size)) return;
  begin(teller, "footer", 2);
  tell_u64(teller, "record_count", footer.record_count);
  tell_u64(teller, "series", footer.series_count);
  end(teller);
}

static const char *frame_name(uint8_t type)
{
  static const char *const names[] = {"", "RUN", "BLOCK", "RECORDS", "INDEX", "FOOTER"};

  if (type == FORMAT_FRAME_PAD) return "PAD";
  return type >= 1 && type <= FORMAT_FRAME_FOOTER ? names[type] : "frame";
}

static int tell_frames(struct teller *teller, struct log *log, struct read_error *error)
{
  struct payload payload = {0};
  int got = 0;

  for (size_t i = 0; i < log_frame_count(log) && got >= 0; i++) {
    const struct log_frame *frame = log_frame(log, i);

    got = log_read(log, i, &payload, error);
    if (got < 0) break;
    begin(teller, frame_name(frame->type), 0);
    tell_u64(teller, "offset", frame->offset);
    tell_u64(teller, "frame_no", frame->frame_no);
    tell_u64(teller, "type", frame->type);
    tell_u64(teller, "total", frame->total_len);
    tell_u64(teller, "stored", frame->stored_len);
    tell_u64(teller, "raw", frame->raw_len);
    if (got > 0) tell_text(teller, "state", "damaged payload");
    end(teller);
    if (got == 0) tell_payload(teller, frame->type, &payload);
  }
  payload_release(&payload);
  return got < 0 ? -1 : 0;
}

static void tell_account(struct teller *teller, struct log *log)
{
  const struct log_account *account = log_account(log);

  for (size_t i = 0; i < account->skipped_count; i++) {
    begin(teller, "skipped", 0);
    tell_u64(teller, "from", account->skipped[i].from);
    tell_u64(teller, "to", account->skipped[i].to);
    tell_text(teller, "why", account->skipped[i].why);
    end(teller);
  }
  begin(teller, "account", 0);
  tell_u64(teller, "size", account->size);
  tell_u64(teller, "whole", account->whole);
  tell_u64(teller, "skipped", account->size - account->whole);
  tell_u64(teller, "missing_frames", account->missing_frames);
  tell_u64(teller, "live_records", account->live_records);
  end(teller);
  for (size_t i = 0; i < log_note_count(log); i++) {
    begin(teller, "note", 0);
    tell_text(teller, "text", log_note(log, i));
    end(teller);
  }
}

static void tell_live(struct teller *teller, struct log *log)
{
  size_t count;
  const struct live_item *items = log_live_items(log, &count);
  struct live_points points;

  for (size_t i = 0; i < count; i++) {
    begin(teller, "live", 0);
    tell_u64(teller, "seq", items[i].seq);
    tell_u64(teller, "type", items[i].type);
    tell_u64(teller, "size", items[i].size);
    if (live_item_points(&items[i], &points)) {
      tell_i64(teller, "step", points.step);
      tell_u64(teller, "points", points.count);
    }
    end(teller);
    if (items[i].type == FORMAT_LIVE_RECORD)
      tell_records(teller, epochlog__bytes_of(items[i].bytes + 8, items[i].size - 8));
  }
}

static int dump(const char *path, bool json, FILE *out, struct read_error *error)
{
  struct teller teller = {.out = out, .json = json};
  struct log *log = log_open(path, false, error);
  int result;

  if (!log) return -1;
  begin(&teller, "log", 0);
  tell_text(&teller, "file", log_name(log));
  tell_u64(&teller, "size", log_account(log)->size);
  tell_uuid(&teller, "uuid", log_uuid(log));
  end(&teller);
  result = tell_frames(&teller, log, error);
  if (result == 0) {
    tell_live(&teller, log);
    tell_account(&teller, log);
    if (fflush(out) != 0 || ferror(out))
      result = log_fail(log, error, errno, "its text could not be written");
  }
  log_close(log);
  return result;
}

int log_dump_text(const char *path, FILE *out, struct read_error *error)
{
  return dump(path, false, out, error);
}

int log_dump_jsonl(const char *path, FILE *out, struct read_error *error)
{
  return dump(path, true, out, error);
}
