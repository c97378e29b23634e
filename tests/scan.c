#include "scan.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "crc32c.h"
#include "frame.h"

/* One log while it is read. */
struct log {
  struct scan *scan;
  uint32_t number;
  uint8_t uuid[FORMAT_UUID_SIZE];
  uint64_t next_seq; /* the first that no block has */
};

static void *grow(void *list, size_t count, size_t size)
{
  /* Doubles at each power of two. */
  if ((count & (count - 1)) != 0) return list;
  return realloc(list, (count == 0 ? 1 : count * 2) * size);
}

static bool fault(struct scan *scan, const char *what)
{
  if (scan->fault == NULL) scan->fault = what;
  return false;
}

static void add_point(struct log *log, uint32_t series, int64_t step, int64_t time_us,
                      uint64_t bits)
{
  struct scan *scan = log->scan;

  scan->points = grow(scan->points, scan->point_count, sizeof *scan->points);
  scan->points[scan->point_count++] = (struct scan_point){
      .log = log->number, .series = series, .step = step, .time_us = time_us, .bits = bits};
}

static bool add_series(struct log *log, struct epochlog__bytes *in)
{
  struct scan *scan = log->scan;
  struct scan_series series = {.log = log->number};
  struct epochlog__text name;

  series.id = epochlog__take_u32(in);
  epochlog__take_u8(in);
  series.type = epochlog__take_u8(in);
  epochlog__take_u16(in);
  name = epochlog__take_str(in);
  if (in->failed) return fault(scan, "a series");
  snprintf(series.name, sizeof series.name, "%.*s", (int)name.size, name.data);
  for (size_t i = 0; i < scan->series_count; i++)
    if (scan->series[i].log == log->number && scan->series[i].id == series.id) return true;
  scan->series = grow(scan->series, scan->series_count, sizeof *scan->series);
  scan->series[scan->series_count++] = series;
  return true;
}

static bool add_records(struct log *log, struct epochlog__bytes in)
{
  struct scan *scan = log->scan;

  while (epochlog__left(&in) != 0) {
    struct scan_record record = {.log = log->number};
    const uint8_t *body;

    record.size = epochlog__take_u32(&in);
    record.type = epochlog__take_u16(&in);
    epochlog__take_u16(&in);
    record.time_ns = epochlog__take_i64(&in);
    body = epochlog__take_bytes(&in, record.size);
    if (in.failed) return fault(scan, "a record");
    epochlog__take_padding(&in);
    if (record.type == FORMAT_RECORD_SERIES) {
      struct epochlog__bytes series = epochlog__bytes_of(body, record.size);

      if (!add_series(log, &series)) return false;
      continue;
    }
    record.body = malloc(record.size + 1);
    memcpy(record.body, body, record.size);
    scan->records = grow(scan->records, scan->record_count, sizeof *scan->records);
    scan->records[scan->record_count++] = record;
  }
  return true;
}

/* Where the numbers begin: a log that continues another goes on with its. */
static uint64_t first_number(const uint8_t *body, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(body, size);
  uint64_t continued = 0;

  epochlog__take_bytes(&in, FORMAT_UUID_SIZE);
  for (int i = 0; i < 5; i++) epochlog__take_str(&in); /* run_id .. description */
  epochlog__take_bytes(&in, 4 + 4 + 8 + 8 + 8);        /* rank .. process_start */
  for (int i = 0; i < 5; i++) epochlog__take_str(&in); /* boot_id .. git_commit */
  epochlog__take_u8(&in);
  for (int i = 0; i < 2; i++) epochlog__take_str(&in); /* writer, live_file */
  for (uint32_t n = epochlog__take_u32(&in); n != 0 && !in.failed; n--) epochlog__take_str(&in);
  epochlog__take_bytes(&in, FORMAT_UUID_SIZE);
  continued = epochlog__take_u64(&in);
  return in.failed ? 0 : continued;
}

/* ------------------------------------------------------------------ blocks */

static int64_t *integers(struct epochlog__bytes *in, size_t n)
{
  int64_t *values = malloc(n * 8 + 8);

  if (epochlog__column_get_i64(values, n, in) == EPOCHLOG__COLUMN_OK) return values;
  free(values);
  return NULL;
}

static bool add_chunk(struct log *log, const uint8_t *entry, struct epochlog__bytes data,
                      const int64_t *steps, const int64_t *times)
{
  const uint32_t n = epochlog__get_u32(entry + 4);
  const bool is_integer = (epochlog__get_u32(entry + 28) & FORMAT_CHUNK_INTEGER) != 0;
  struct epochlog__bytes rows_in =
      epochlog__bytes_of(data.data + epochlog__get_u32(entry + 8), epochlog__get_u32(entry + 12));
  struct epochlog__bytes values_in =
      epochlog__bytes_of(data.data + epochlog__get_u32(entry + 16), epochlog__get_u32(entry + 20));
  const uint32_t crc = epochlog__crc32c(epochlog__crc32c(0, rows_in.data, rows_in.size),
                                        values_in.data, values_in.size);
  int64_t *rows = integers(&rows_in, n);
  int64_t *values = malloc((size_t)n * 8 + 8);
  bool is_whole = rows != NULL && crc == epochlog__get_u32(entry + 24);

  if (is_integer)
    is_whole = is_whole && epochlog__column_get_i64(values, n, &values_in) == EPOCHLOG__COLUMN_OK;
  else
    is_whole = is_whole && epochlog__column_get_f64((double *)(void *)values, n, &values_in) ==
                               EPOCHLOG__COLUMN_OK;
  is_whole = is_whole && epochlog__left(&rows_in) == 0 && epochlog__left(&values_in) == 0;
  for (uint32_t i = 0; is_whole && i < n; i++) {
    uint64_t bits;

    memcpy(&bits, (uint8_t *)values + (size_t)i * 8, 8);
    add_point(log, epochlog__get_u32(entry), steps[rows[i]], times[rows[i]], bits);
  }
  free(rows);
  free(values);
  return is_whole || fault(log->scan, "a chunk");
}

static bool add_sparse(struct log *log, struct epochlog__bytes in, const int64_t *steps,
                       const int64_t *times)
{
  struct epochlog__column column;
  int64_t *ids;
  int64_t *rows;
  int64_t *values;
  bool is_whole;

  if (in.size == 0) return true;
  if (epochlog__column_peek(&column, &in, FORMAT_COLUMN_MAX) != EPOCHLOG__COLUMN_OK)
    return fault(log->scan, "a sparse section");
  ids = integers(&in, column.n);
  rows = integers(&in, column.n);
  values = integers(&in, column.n);
  is_whole = ids != NULL && rows != NULL && values != NULL && epochlog__left(&in) == 0;
  for (uint32_t i = 0; is_whole && i < column.n; i++)
    add_point(log, (uint32_t)ids[i], steps[rows[i]], times[rows[i]], (uint64_t)values[i]);
  free(ids);
  free(rows);
  free(values);
  return is_whole || fault(log->scan, "a sparse section");
}

static bool add_block_records(struct log *log, struct epochlog__bytes in, uint32_t raw_size)
{
  uint8_t *raw;
  bool is_whole;

  if (raw_size == 0) return add_records(log, in);
  raw = malloc(raw_size);
  is_whole = epochlog__inflate(raw, raw_size, in.data, in.size) &&
             add_records(log, epochlog__bytes_of(raw, raw_size));
  free(raw);
  return is_whole || fault(log->scan, "a records section");
}

static bool add_block(struct log *log, const uint8_t *payload, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(payload, size);
  struct epochlog__bytes section[6];
  int64_t *steps;
  int64_t *times;
  bool is_whole;

  if (size < FORMAT_BLOCK_HEADER_SIZE) return fault(log->scan, "a block");
  if (epochlog__get_u64(payload + 8) != log->next_seq)
    return fault(log->scan, "sequence numbers with a gap");
  log->next_seq = epochlog__get_u64(payload + 16) + 1;
  epochlog__take_bytes(&in, FORMAT_BLOCK_HEADER_SIZE);
  for (size_t i = 0; i < 6; i++) {
    section[i] = epochlog__take_part(&in, epochlog__get_u32(payload + 32 + 4 * i));
    if (in.failed) return fault(log->scan, "a section");
    epochlog__take_padding(&in);
  }
  if (epochlog__left(&in) != 0) return fault(log->scan, "bytes behind a block");
  while (epochlog__left(&section[0]) != 0) {
    struct epochlog__bytes body = epochlog__take_part(&section[0], epochlog__take_u32(&section[0]));

    if (!add_series(log, &body)) return false;
  }
  steps = integers(&section[1], epochlog__get_u32(payload + 24));
  times = integers(&section[1], epochlog__get_u32(payload + 24));
  is_whole = steps != NULL && times != NULL && epochlog__left(&section[1]) == 0;
  for (uint32_t i = 0; is_whole && i < epochlog__get_u32(payload + 28); i++)
    is_whole =
        add_chunk(log, section[2].data + (size_t)i * FORMAT_ENTRY_SIZE, section[3], steps, times);
  is_whole = is_whole && add_sparse(log, section[4], steps, times) &&
             add_block_records(log, section[5], epochlog__get_u32(payload + 56));
  free(steps);
  free(times);
  return is_whole || fault(log->scan, "a block's rows");
}

/* ------------------------------------------------------------------ frames */

static void add_payload(struct log *log, const struct epochlog__frame *frame, const uint8_t *data,
                        size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(data, size);

  switch (frame->type) {
    case FORMAT_FRAME_RUN: {
      /* As a record, so that tests find it. */
      struct epochlog__buffer record;

      log->next_seq = first_number(data, size);
      epochlog__buffer_init(&record, SIZE_MAX / 2);
      epochlog__add_u32(&record, (uint32_t)size);
      epochlog__add_u16(&record, FORMAT_RECORD_RUN);
      epochlog__add_u16(&record, 0);
      epochlog__add_u64(&record, 0);
      epochlog__add_bytes(&record, data, size);
      epochlog__add_padding(&record);
      add_records(log, epochlog__bytes_of(record.data, record.size));
      epochlog__buffer_release(&record);
      break;
    }
    case FORMAT_FRAME_BLOCK:
      log->scan->block_count++;
      add_block(log, data, size);
      break;
    case FORMAT_FRAME_RECORDS: {
      epochlog__take_u64(&in);
      add_records(log, epochlog__bytes_of(data + 8, size - 8));
      break;
    }
    case FORMAT_FRAME_INDEX: log->scan->index_count++; break;
    case FORMAT_FRAME_FOOTER:
      log->scan->footer_records = epochlog__get_u64(data + 16);
      if (size % 8 == 0 && memcmp(data + size - 64, FORMAT_MAGIC_TRAILER, 8) == 0 &&
          epochlog__crc32c(0, data + size - 64, 56) == epochlog__get_u32(data + size - 8))
        log->scan->finished_count++;
      break;
    default: fault(log->scan, "an unknown frame"); break;
  }
}

static bool add_frame(struct log *log, const uint8_t *data, size_t size, uint64_t at, uint64_t *end)
{
  struct epochlog__frame frame;
  const uint8_t *payload;
  uint8_t *raw;

  if (epochlog__frame_get(&frame, data + at, size - at, at, log->uuid) != EPOCHLOG__FRAME_VALID)
    return false;
  if (epochlog__frame_total(&frame) > size - at) return false;
  payload = data + at + frame.header_len;
  if (epochlog__crc32c(0, payload, frame.stored_len) != frame.payload_crc) return false;
  *end = at + epochlog__frame_total(&frame);
  log->scan->frame_count++;
  if ((frame.flags & FORMAT_FRAME_DEFLATED) == 0) {
    add_payload(log, &frame, payload, frame.stored_len);
    return true;
  }
  raw = malloc((size_t)frame.raw_len + 1);
  if (epochlog__inflate(raw, frame.raw_len, payload, frame.stored_len))
    add_payload(log, &frame, raw, frame.raw_len);
  else
    fault(log->scan, "a deflated frame");
  free(raw);
  return true;
}

static uint8_t *read_file(const char *folder, const char *name, size_t *size)
{
  char path[4096];
  FILE *file;
  uint8_t *data = NULL;

  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "rb");
  *size = 0;
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  data = malloc(*size + 1);
  if (fread(data, 1, *size, file) != *size) *size = 0;
  fclose(file);
  return data;
}

static void read_main(struct log *log, const uint8_t *data, size_t size)
{
  struct epochlog__file_header header;
  uint64_t at = FORMAT_FILE_HEADER_SIZE;

  if (epochlog__file_header_get(&header, data, size) != EPOCHLOG__HEADER_VALID) {
    fault(log->scan, "a file header");
    return;
  }
  memcpy(log->uuid, header.uuid, sizeof log->uuid);
  while (at < size) {
    uint64_t end = at + 8 < size ? at + 8 : size;

    if (!add_frame(log, data, size, at, &end)) log->scan->skipped += (size_t)(end - at);
    at = end;
  }
}

/* -------------------------------------------------------------- live files */

static void add_live(struct log *log, const uint8_t *record, size_t size, int64_t *base_us)
{
  const uint8_t type = record[6];

  log->scan->live_records++;
  if (type == FORMAT_LIVE_SCALAR) {
    add_point(log, epochlog__get_u32(record + 8), epochlog__get_i64(record + 16),
              *base_us + (int32_t)epochlog__get_u32(record + 12), epochlog__get_u64(record + 24));
  } else if (type == FORMAT_LIVE_ROW) {
    const uint32_t count = epochlog__get_u16(record + 20);
    const uint8_t *values = record + 24 + epochlog__padded((uint64_t)count * 4);

    for (uint32_t i = 0; i < count; i++)
      add_point(log, epochlog__get_u32(record + 24 + (size_t)i * 4), epochlog__get_i64(record + 8),
                *base_us + (int32_t)epochlog__get_u32(record + 16),
                epochlog__get_u64(values + (size_t)i * 8));
  } else if (type == FORMAT_LIVE_RECORD) {
    add_records(log, epochlog__bytes_of(record + 8, size - 8));
  }
}

static void read_segment(struct log *log, const uint8_t *segment, size_t segment_size)
{
  const uint64_t generation = epochlog__get_u64(segment);
  uint64_t seq = epochlog__get_u64(segment + 8);
  int64_t base_us = epochlog__get_i64(segment + 16) / 1000;
  size_t at = FORMAT_SEGMENT_HEADER_SIZE;

  if (generation == 0) return;
  if (epochlog__crc32c(0, segment, 32) != epochlog__get_u32(segment + 32)) {
    fault(log->scan, "a segment's header");
    return;
  }
  while (at + 16 <= segment_size) {
    const uint8_t *record = segment + at;
    const size_t size = (size_t)epochlog__get_u16(record + 4) * 8;

    if (size < 16 || size > segment_size - at || record[7] != (uint8_t)generation) break;
    if (epochlog__crc32c(epochlog__crc32c(0, segment, 8), record + 4, size - 4) !=
        epochlog__get_u32(record))
      break;
    if (record[6] == FORMAT_LIVE_TIME) base_us = epochlog__get_i64(record + 8) / 1000;
    if (seq >= log->next_seq) {
      /* Segments come oldest first, so this is in order. */
      add_live(log, record, size, &base_us);
      log->next_seq = seq + 1;
    }
    seq++;
    at += size;
  }
}

static void read_live(struct log *log, const uint8_t *data, size_t size)
{
  uint32_t count;
  size_t segment_size;
  uint64_t done = 0;

  if (size < FORMAT_LIVE_HEADER_SIZE || memcmp(data, FORMAT_MAGIC_LIVE, 8) != 0 ||
      memcmp(data + 32, log->uuid, sizeof log->uuid) != 0) {
    fault(log->scan, "a live file's header");
    return;
  }
  count = epochlog__get_u32(data + 12);
  segment_size = epochlog__get_u32(data + 16);
  if (size != FORMAT_LIVE_HEADER_SIZE + count * segment_size) {
    fault(log->scan, "a live file's size");
    return;
  }
  log->scan->live_count++;
  for (uint32_t k = 0; k < count; k++) { /* by generation */
    const uint8_t *next = NULL;

    for (uint32_t i = 0; i < count; i++) {
      const uint8_t *segment = data + FORMAT_LIVE_HEADER_SIZE + i * segment_size;

      if (epochlog__get_u64(segment) > done &&
          (next == NULL || epochlog__get_u64(segment) < epochlog__get_u64(next)))
        next = segment;
    }
    if (next == NULL) break;
    done = epochlog__get_u64(next);
    read_segment(log, next, segment_size);
  }
}

void scan_folder(struct scan *scan, const char *folder)
{
  DIR *stream = opendir(folder);
  const struct dirent *entry;

  *scan = (struct scan){0};
  if (stream == NULL) {
    fault(scan, "the folder");
    return;
  }
  while ((entry = readdir(stream)) != NULL) {
    struct log log = {.scan = scan, .number = (uint32_t)scan->log_count};
    const size_t length = strlen(entry->d_name);
    char live[300];
    uint8_t *data;
    size_t size;

    if (length < 5 || strcmp(entry->d_name + length - 5, ".elog") != 0) continue;
    scan->log_count++;
    data = read_file(folder, entry->d_name, &size);
    read_main(&log, data, size);
    free(data);
    snprintf(live, sizeof live, "%.*s.live", (int)length - 5, entry->d_name);
    data = read_file(folder, live, &size);
    if (data != NULL) read_live(&log, data, size);
    free(data);
  }
  closedir(stream);
}

void scan_release(struct scan *scan)
{
  for (size_t i = 0; i < scan->record_count; i++) free(scan->records[i].body);
  free(scan->records);
  free(scan->series);
  free(scan->points);
  *scan = (struct scan){0};
}

static bool is_named(const struct scan *scan, const struct scan_point *point, const char *name)
{
  for (size_t i = 0; i < scan->series_count; i++)
    if (scan->series[i].log == point->log && scan->series[i].id == point->series)
      return strcmp(scan->series[i].name, name) == 0;
  return false;
}

const struct scan_point *scan_point_at(const struct scan *scan, const char *name, size_t k)
{
  for (size_t i = 0; i < scan->point_count; i++)
    if (is_named(scan, &scan->points[i], name) && k-- == 0) return &scan->points[i];
  return NULL;
}

size_t scan_points_of(const struct scan *scan, const char *name)
{
  size_t count = 0;

  for (size_t i = 0; i < scan->point_count; i++) count += is_named(scan, &scan->points[i], name);
  return count;
}

const struct scan_record *scan_record_at(const struct scan *scan, uint16_t type, size_t k)
{
  for (size_t i = 0; i < scan->record_count; i++)
    if (scan->records[i].type == type && k-- == 0) return &scan->records[i];
  return NULL;
}

size_t scan_records_of(const struct scan *scan, uint16_t type)
{
  size_t count = 0;

  for (size_t i = 0; i < scan->record_count; i++) count += scan->records[i].type == type;
  return count;
}
