#include "reader/contents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader/contents_parts.h"
#include "reader/live.h"
#include "reader/log_open.h"

/* What a log may decode to: a wide row of metrics that never change packs some 26
 * points into a byte at the largest segment, so 32 leaves every writer its room. */
#ifdef EPOCHLOG_FUZZ
#define POINTS_FREE 65536
#define CELLS_FREE 65536
#else
#define POINTS_FREE (UINT64_C(4) << 20)
#define CELLS_FREE (UINT64_C(16) << 20)
#endif
#define POINTS_PER_BYTE 32
#define CELLS_PER_BYTE 64

int64_t time_us_of(int64_t time_ns) { return time_ns / 1000 - (time_ns % 1000 < 0); }

static int no_memory(struct contents *contents, struct read_error *error)
{
  return log_fail(contents->log, error, ENOMEM, "contents");
}

bool contents_allow_cells(struct contents *contents, uint64_t cells)
{
  if (cells > contents->cells_allowed) return false;
  contents->cells_allowed -= cells;
  return true;
}

/* ---- blocks ---- */

static int take_series_section(struct contents *contents, struct epochlog__bytes section,
                               uint64_t offset)
{
  struct epochlog__bytes body;
  struct series_body series;

  while (series_section_next(&section, &body)) {
    if (!series_body_get(&series, body.data, body.size))
      contents_damaged(contents, offset, "the description of a metric");
    else if (series_describe(&contents->series, &series))
      return -1;
  }
  if (section.failed) contents_damaged(contents, offset, "the list of metrics");
  return 0;
}

static int take_block(struct contents *contents, size_t index)
{
  uint64_t offset = log_frame(contents->log, index)->offset;
  struct epochlog__bytes records;
  enum block_check check =
      block_open(&contents->block, contents->payload.data, contents->payload.size);

  if (check != BLOCK_OK) {
    contents_damaged(contents, offset, "the block");
    return 0;
  }
  if (take_series_section(contents, contents->block.series, offset)) return -1;
  if (contents_take_points(contents, index)) return -1;
  check = block_read_records(&contents->block, &records);
  if (check == BLOCK_NO_MEMORY) return -1;
  if (check != BLOCK_OK) {
    contents_damaged(contents, offset, "the records section");
    return 0;
  }
  return contents_take_records(contents, records,
                               (struct place){.frame = index, .frame_offset = offset});
}

/* ---- the live file ---- */

static int take_live_record(struct contents *contents, const struct live_item *item)
{
  struct record record;

  if (!live_item_record(item, &record)) {
    log_mark_damaged(contents->log);
    return 0;
  }
  return contents_take_records(contents, epochlog__bytes_of(item->bytes + 8, item->size - 8),
                               (struct place){.frame = SIZE_MAX});
}

static int take_live(struct contents *contents)
{
  size_t count;
  const struct live_item *items = log_live_items(contents->log, &count);
  struct live_points points;

  for (size_t i = 0; i < count; i++) {
    if (items[i].type == FORMAT_LIVE_RECORD && take_live_record(contents, &items[i])) return -1;
    if (items[i].type == 0 || items[i].type > FORMAT_LIVE_RECORD) {
      log_count_unknown(contents->log);
      continue;
    }
    if (items[i].type != FORMAT_LIVE_SCALAR && items[i].type != FORMAT_LIVE_ROW) continue;
    if (!live_item_points(&items[i], &points)) {
      log_mark_damaged(contents->log);
      continue;
    }
    for (uint32_t k = 0; k < points.count; k++) {
      struct series *series = series_of(&contents->series, epochlog__get_u32(points.series + 4 * k),
                                        FORMAT_VALUE_FLOAT);

      if (!series) return -1;
      if (!series_add_bits(series, points.step, items[i].time_us,
                           epochlog__get_u64(points.values + 8 * k)))
        log_mark_damaged(contents->log);
    }
  }
  return 0;
}

/* ---- all of it ---- */

/* TEXT_POINTs are points: they leave the records for their series. */
static int take_text_points(struct contents *contents)
{
  size_t kept = 0;
  struct text_point_body body;
  struct record record;

  for (size_t i = 0; i < contents->record_count; i++) {
    struct kept_record *item = &contents->records[i];
    struct series *series;
    struct epochlog__text text;

    if (item->type != FORMAT_RECORD_TEXT_POINT) {
      contents->records[kept++] = *item;
      continue;
    }
    if (!contents_record(contents, item, &record) || !text_point_get(&body, &record)) continue;
    series = series_of(&contents->series, body.series, FORMAT_VALUE_TEXT);
    if (!series) return -1;
    series_become_text(series);
    text = item->body ? body.value : text_keep(&contents->arena, body.value);
    if (!text.data) return -1;
    if (!series_add_text(series, body.step, time_us_of(record.time_ns), text))
      log_mark_damaged(contents->log);
  }
  contents->record_count = kept;
  return 0;
}

/* Series that this log does not describe are those of the log that it continues. */
static int describe_from(struct contents *contents, const struct contents *before)
{
  for (size_t i = 0; i < contents->series.count; i++) {
    const struct series *known;
    struct series_body body;

    if (contents->series.items[i].described) continue;
    known = series_find(&before->series, contents->series.items[i].id);
    if (!known || !known->described) continue;
    body = (struct series_body){.id = known->id,
                                .kind = FORMAT_SERIES_SCALAR,
                                .type = known->type,
                                .goal = known->goal,
                                .name = known->name,
                                .unit = known->unit,
                                .description = known->description};
    if (series_describe(&contents->series, &body)) return -1;
  }
  return 0;
}

/* Points are put to their series, and the records in order, when all were read. */
static int settle(struct contents *contents, const struct contents *before)
{
  contents_order_records(contents);
  if (before && describe_from(contents, before)) return -1;
  series_settle_lost(&contents->series);
  if (contents->series.left_out > 0) {
    log_mark_damaged(contents->log);
    log_add_note(contents->log, "%s: %llu points of another type than their metric were left out",
                 log_name(contents->log), (unsigned long long)contents->series.left_out);
  }
  if (take_text_points(contents)) return -1;
  return before ? describe_from(contents, before) : 0; /* those of texts, too */
}

static void init(struct contents *contents, struct log *log, uint64_t points_max)
{
  uint64_t size = log_account(log)->size;

  *contents = (struct contents){.log = log, .loaded = SIZE_MAX, .points_max = points_max};
  contents->series.arena = &contents->arena;
  contents->points_allowed = POINTS_FREE + POINTS_PER_BYTE * size;
  contents->cells_allowed = CELLS_FREE + CELLS_PER_BYTE * size;
}

static int take_footer(struct contents *contents)
{
  size_t size;
  const unsigned char *payload = log_footer(contents->log, &size);
  struct record record;
  struct status_body status;
  struct epochlog__bytes records;

  contents->has_footer = payload && footer_get(&contents->footer, payload, size);
  if (!contents->has_footer) return 0;
  records = contents->footer.records;
  while (record_next(&records, &record))
    if (record.type == FORMAT_RECORD_STATUS && status_get(&status, &record))
      log_mark_status(contents->log);
  return 0;
}

int contents_read(struct contents *contents, struct log *log, struct read_error *error)
{
  return contents_read_after(contents, log, NULL, UINT64_MAX, error);
}

int contents_read_after(struct contents *contents, struct log *log, const struct contents *before,
                        uint64_t points_max, struct read_error *error)
{
  int result = 0;

  init(contents, log, points_max);
  for (size_t i = 0; i < log_frame_count(log) && result == 0; i++) {
    const struct log_frame *frame = log_frame(log, i);
    struct payload *payload = &contents->payload;
    int got = log_read(log, i, payload, error);

    if (got < 0) return -1;
    if (got > 0 || frame->left_out) continue;
    if (frame->type == FORMAT_FRAME_RUN)
      result = contents_take_run(contents, payload->data, payload->size);
    else if (frame->type == FORMAT_FRAME_BLOCK)
      result = take_block(contents, i);
    else if (frame->type == FORMAT_FRAME_RECORDS && payload->size < 8)
      contents_damaged(contents, frame->offset, "the list of records");
    else if (frame->type == FORMAT_FRAME_RECORDS) {
      struct epochlog__bytes in = epochlog__bytes_of(payload->data, payload->size);

      in.at = 8;
      result = contents_take_records(contents, in,
                                     (struct place){.frame = i, .frame_offset = frame->offset});
    }
  }
  if (result == 0) result = take_live(contents);
  if (result == 0) result = take_footer(contents);
  if (result == 0) result = settle(contents, before);
  return result == 0 ? 0 : no_memory(contents, error);
}

int contents_repair(struct contents *contents, struct read_error *error)
{
  struct epochlog__bytes in;
  struct record record;

  if (!contents->has_footer || !log_account(contents->log)->damaged) return 0;
  if (take_series_section(contents, contents->footer.series, 0)) return no_memory(contents, error);
  in = contents->footer.records;
  while (record_next(&in, &record)) {
    struct epochlog__bytes one;
    size_t size = 16 + (size_t)record.size;

    if (record.type == FORMAT_RECORD_RUN && contents_take_run(contents, record.body, record.size))
      return no_memory(contents, error);
    /* A loss is an event, not a fact: twice would count it twice. */
    if (record.type == FORMAT_RECORD_RUN || record.type == FORMAT_RECORD_LOSS) continue;
    one = epochlog__bytes_of(record.body - 16, size);
    if (contents_take_records(contents, one, (struct place){.frame = SIZE_MAX}))
      return no_memory(contents, error);
  }
  contents_order_records(contents);
  return 0;
}

int contents_read_footer(struct contents *contents, struct log *log, struct read_error *error)
{
  struct epochlog__bytes in;
  struct record record;

  init(contents, log, UINT64_MAX);
  if (take_footer(contents)) return no_memory(contents, error);
  if (!contents->has_footer) return 1;
  if (take_series_section(contents, contents->footer.series, 0)) return no_memory(contents, error);
  in = contents->footer.records;
  while (record_next(&in, &record))
    if (record.type == FORMAT_RECORD_RUN && contents_take_run(contents, record.body, record.size))
      return no_memory(contents, error);
  in = contents->footer.records;
  if (contents_take_records(contents, in, (struct place){.frame = SIZE_MAX}))
    return no_memory(contents, error);
  contents_order_records(contents);
  return contents->has_run ? 0 : 1;
}

void contents_release(struct contents *contents)
{
  series_table_release(&contents->series);
  free(contents->records);
  free(contents->blocks);
  block_release(&contents->block);
  payload_release(&contents->payload);
  arena_release(&contents->arena);
  *contents = (struct contents){0};
}
