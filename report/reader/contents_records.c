/* The records of one log: taken from frames and the live file, kept, read again. */
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader/contents.h"
#include "reader/contents_parts.h"
#include "reader/log_open.h"

/* A body from this size on is not kept in memory. */
#define LARGE_BODY 16384

void contents_damaged(struct contents *contents, uint64_t offset, const char *what)
{
  log_mark_damaged(contents->log);
  log_add_note(contents->log, "%s: %s in the frame at %llu is damaged and was left out",
               log_name(contents->log), what, (unsigned long long)offset);
}

void contents_unknown(struct contents *contents, uint64_t offset, const char *what)
{
  log_count_unknown(contents->log);
  log_add_note(contents->log, "%s: %s in the frame at %llu is of a kind this version does not know",
               log_name(contents->log), what, (unsigned long long)offset);
}

/* ---- records ---- */

static int keep_record(struct contents *contents, const struct record *record,
                       const struct place *place)
{
  struct kept_record kept = {.time_ns = record->time_ns,
                             .order = contents->record_count,
                             .frame = place->frame,
                             .offset = place->offset,
                             .size = record->size,
                             .type = record->type};
  struct kept_record *records = array_grow(contents->records, &contents->record_capacity,
                                           contents->record_count + 1, sizeof *records);

  if (!records) return -1;
  contents->records = records;
  if (record->size < LARGE_BODY || place->frame == SIZE_MAX) {
    unsigned char *body = arena_alloc(&contents->arena, (size_t)record->size + 1);

    if (!body) return -1;
    if (record->size > 0) memcpy(body, record->body, record->size);
    kept.body = body;
  }
  records[contents->record_count++] = kept;
  return 0;
}

/* Whether the body is whole, so that nothing later has to ask again. */
static bool body_is_whole(const struct record *record)
{
  union {
    struct run_body run;
    struct text_point_body text_point;
    struct batch_body batch;
    struct param_body param;
    struct pair_body pair;
    struct file_body file;
    struct image_body image;
    struct document_body document;
    struct status_body status;
    struct loss_body loss;
  } body;

  switch (record->type) {
    case FORMAT_RECORD_TEXT_POINT: return text_point_get(&body.text_point, record);
    case FORMAT_RECORD_BATCH: return batch_get(&body.batch, record);
    case FORMAT_RECORD_PARAM: return param_get(&body.param, record);
    case FORMAT_RECORD_TAG:
    case FORMAT_RECORD_TAG_REMOVED:
    case FORMAT_RECORD_PROPERTY:
    case FORMAT_RECORD_ENVIRONMENT: return pair_get(&body.pair, record);
    case FORMAT_RECORD_FILE: return file_get(&body.file, record);
    case FORMAT_RECORD_IMAGE: return image_get(&body.image, record);
    case FORMAT_RECORD_DOCUMENT: return document_get(&body.document, record);
    case FORMAT_RECORD_STATUS: return status_get(&body.status, record);
    case FORMAT_RECORD_LOSS: return loss_get(&body.loss, record);
    default: return run_body_get(&body.run, record->body, record->size);
  }
}

int contents_take_run(struct contents *contents, const void *body, size_t size)
{
  unsigned char *copy;

  if (contents->has_run) return 0;
  copy = arena_alloc(&contents->arena, size + 1);
  if (!copy) return -1;
  if (size > 0) memcpy(copy, body, size);
  contents->has_run = run_body_get(&contents->run, copy, size);
  if (!contents->has_run) contents_damaged(contents, FORMAT_FILE_HEADER_SIZE, "the RUN");
  return 0;
}

/* Takes all records of a container.  Returns 0, or -1 when memory is short. */
int contents_take_records(struct contents *contents, struct epochlog__bytes in, struct place place)
{
  struct record record;
  struct series_body series;

  place.offset = (uint32_t)in.at;
  while (record_next(&in, &record)) {
    uint32_t next = (uint32_t)in.at;

    if (!record_is_known(record.type)) {
      if (!record_is_ancillary(record.type))
        contents_unknown(contents, place.frame_offset, "a record");
    } else if (record.type == FORMAT_RECORD_RUN) {
      /* Only a footer has one, and that is read elsewhere. */
    } else if (record.type == FORMAT_RECORD_SERIES) {
      if (!series_body_get(&series, record.body, record.size))
        contents_damaged(contents, place.frame_offset, "the description of a metric");
      else if (series_describe(&contents->series, &series))
        return -1;
    } else if (!body_is_whole(&record)) {
      contents_damaged(contents, place.frame_offset, "a record");
    } else {
      if (record.type == FORMAT_RECORD_STATUS) log_mark_status(contents->log);
      if (keep_record(contents, &record, &place)) return -1;
    }
    place.offset = next;
  }
  if (in.failed) contents_damaged(contents, place.frame_offset, "the end of the records");
  return 0;
}

static int compare_records(const void *left, const void *right)
{
  const struct kept_record *a = left, *b = right;

  if (a->time_ns != b->time_ns) return a->time_ns < b->time_ns ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

void contents_order_records(struct contents *contents)
{
  if (contents->record_count > 1)
    qsort(contents->records, contents->record_count, sizeof *contents->records, compare_records);
}

bool contents_record(struct contents *contents, const struct kept_record *kept,
                     struct record *record)
{
  struct epochlog__bytes records;

  *record = (struct record){
      .type = kept->type, .time_ns = kept->time_ns, .body = kept->body, .size = kept->size};
  if (kept->body) return true;
  if (contents->loaded != kept->frame) {
    contents->loaded = SIZE_MAX;
    if (log_read(contents->log, kept->frame, &contents->payload, NULL) != 0) return false;
    if (log_frame(contents->log, kept->frame)->type == FORMAT_FRAME_BLOCK &&
        (block_open(&contents->block, contents->payload.data, contents->payload.size) != BLOCK_OK ||
         block_read_records(&contents->block, &records) != BLOCK_OK))
      return false;
    contents->loaded = kept->frame;
  }
  records = epochlog__bytes_of(contents->payload.data, contents->payload.size);
  if (log_frame(contents->log, kept->frame)->type == FORMAT_FRAME_BLOCK &&
      block_read_records(&contents->block, &records) != BLOCK_OK)
    return false;
  records.at = kept->offset;
  return kept->offset <= records.size && record_next(&records, record) &&
         record->type == kept->type && record->size == kept->size;
}
