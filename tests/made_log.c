#include "made_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "crc32c.h"
#include "format.h"
#include "unit.h"

#define SEGMENT 65536

static void add_text(struct epochlog__buffer *out, const char *text)
{
  epochlog__add_str(out, text ? text : "", text ? strlen(text) : 0);
}

static void add_frame(struct made_log *log, uint8_t type, const struct epochlog__buffer *payload)
{
  struct epochlog__frame frame = {.offset = log->bytes.size,
                                  .number = log->frame_no++,
                                  .type = type,
                                  .header_len = FORMAT_FRAME_HEADER_SIZE,
                                  .stored_len = (uint32_t)payload->size,
                                  .payload_crc = epochlog__crc32c(0, payload->data, payload->size)};

  epochlog__frame_put(epochlog__add_space(&log->bytes, FORMAT_FRAME_HEADER_SIZE), &frame,
                      log->uuid);
  epochlog__add_bytes(&log->bytes, payload->data, payload->size);
  epochlog__add_padding(&log->bytes);
  assert_false(log->bytes.failed);
}

static void put_uuid(uint8_t uuid[16], uint8_t id) { memset(uuid, id, 16); }

void made_log_start(struct made_log *log, const struct made_run *run)
{
  struct epochlog__buffer body;
  uint8_t continues[16];

  *log = (struct made_log){.start_ns = run->start_ns};
  put_uuid(log->uuid, run->id);
  put_uuid(continues, run->continues);
  epochlog__buffer_init(&log->bytes, 1 << 24);
  epochlog__file_header_put(epochlog__add_space(&log->bytes, FORMAT_FILE_HEADER_SIZE), log->uuid);
  epochlog__buffer_init(&body, 1 << 20);
  epochlog__add_bytes(&body, log->uuid, 16);
  add_text(&body, "run");
  for (int i = 0; i < 4; i++) add_text(&body, NULL); /* name .. description */
  epochlog__add_u32(&body, run->rank);
  epochlog__add_u32(&body, 1);
  epochlog__add_i64(&body, run->start_ns);
  epochlog__add_u64(&body, run->pid);
  epochlog__add_u64(&body, run->process_start);
  add_text(&body, run->boot_id);
  add_text(&body, run->host);
  for (int i = 0; i < 3; i++) add_text(&body, NULL); /* user, folder, commit */
  epochlog__add_u8(&body, 0);
  for (int i = 0; i < 2; i++) add_text(&body, NULL); /* writer, live file */
  epochlog__add_u32(&body, 0);
  if (!run->is_short) {
    epochlog__add_bytes(&body, continues, 16);
    epochlog__add_u64(&body, run->continues_seq);
    epochlog__add_u64(&body, run->pid_namespace);
  }
  add_frame(log, FORMAT_FRAME_RUN, &body);
  epochlog__buffer_release(&body);
}

static void add_series_body(struct epochlog__buffer *out)
{
  epochlog__add_u32(out, 1);
  epochlog__add_u8(out, FORMAT_SERIES_SCALAR);
  epochlog__add_u8(out, FORMAT_VALUE_FLOAT);
  epochlog__add_u8(out, 0);
  epochlog__add_u8(out, 0);
  add_text(out, "loss");
  for (int i = 0; i < 2; i++) add_text(out, NULL); /* unit, description */
}

static void add_records(struct made_log *log, uint16_t type, int64_t time_ns,
                        const struct epochlog__buffer *body)
{
  struct epochlog__buffer payload;

  epochlog__buffer_init(&payload, 1 << 20);
  epochlog__add_u64(&payload, 0);
  epochlog__add_u32(&payload, (uint32_t)body->size);
  epochlog__add_u16(&payload, type);
  epochlog__add_u16(&payload, 0);
  epochlog__add_i64(&payload, time_ns);
  epochlog__add_bytes(&payload, body->data, body->size);
  add_frame(log, FORMAT_FRAME_RECORDS, &payload);
  epochlog__buffer_release(&payload);
}

void made_log_series(struct made_log *log)
{
  struct epochlog__buffer body;

  epochlog__buffer_init(&body, 1 << 20);
  add_series_body(&body);
  add_records(log, FORMAT_RECORD_SERIES, log->start_ns, &body);
  epochlog__buffer_release(&body);
}

void made_log_status(struct made_log *log, uint8_t status, int64_t time_ns)
{
  struct epochlog__buffer body;

  epochlog__buffer_init(&body, 1 << 20);
  epochlog__add_u8(&body, status);
  epochlog__add_u32(&body, 0);
  for (int i = 0; i < 3; i++) add_text(&body, NULL);
  add_records(log, FORMAT_RECORD_STATUS, time_ns, &body);
  epochlog__buffer_release(&body);
}

static void add_named_column(struct epochlog__buffer *out, const char *name, uint8_t type,
                             const struct epochlog__buffer *column, size_t size)
{
  add_text(out, name);
  epochlog__add_u8(out, type);
  epochlog__add_u8(out, 0);
  epochlog__add_u32(out, (uint32_t)size);
  epochlog__add_bytes(out, column->data, size);
}

static void add_columns(struct epochlog__buffer *body, uint32_t first, uint32_t rows,
                        bool is_damaged)
{
  int64_t *truth = calloc(rows, sizeof *truth);
  double *score = calloc(rows, sizeof *score);
  struct epochlog__buffer truths, scores;

  assert_true(truth && score);
  for (uint32_t i = 0; i < rows; i++) {
    truth[i] = i % 2;
    score[i] = (first + i) / 1e6;
  }
  epochlog__buffer_init(&truths, 1 << 20);
  epochlog__buffer_init(&scores, 1 << 20);
  assert_true(epochlog__column_put_i64(&truths, truth, rows));
  assert_true(epochlog__column_put_f64(&scores, score, rows));
  add_named_column(body, "true", FORMAT_COLUMN_INTEGER, &truths, truths.size);
  add_named_column(body, "score", FORMAT_COLUMN_FLOAT64, &scores,
                   scores.size - (is_damaged ? 3 : 0));
  epochlog__buffer_release(&truths);
  epochlog__buffer_release(&scores);
  free(truth);
  free(score);
}

void made_log_predictions(struct made_log *log, uint32_t first, uint32_t rows, bool is_damaged)
{
  struct epochlog__buffer body;

  epochlog__buffer_init(&body, 1 << 20);
  epochlog__add_u8(&body, FORMAT_BATCH_CLASSIFICATION);
  epochlog__add_u8(&body, 0);
  epochlog__add_u16(&body, 1); /* attributes */
  add_text(&body, "name");
  add_text(&body, "test");
  epochlog__add_u16(&body, 1); /* names */
  add_text(&body, "classes");
  epochlog__add_u32(&body, 2);
  add_text(&body, "a");
  add_text(&body, "b");
  epochlog__add_i64(&body, FORMAT_NO_STEP);
  epochlog__add_u32(&body, rows);
  epochlog__add_u32(&body, 2); /* columns */
  add_columns(&body, first, rows, is_damaged);
  add_records(log, FORMAT_RECORD_BATCH, log->start_ns, &body);
  epochlog__buffer_release(&body);
}

void made_log_environment(struct made_log *log, const char *name, const char *value)
{
  struct epochlog__buffer body;

  epochlog__buffer_init(&body, 1 << 20);
  add_text(&body, name);
  add_text(&body, value);
  add_records(log, FORMAT_RECORD_ENVIRONMENT, log->start_ns, &body);
  epochlog__buffer_release(&body);
}

void made_log_loss(struct made_log *log, uint64_t count, int64_t from_ns, int64_t to_ns, int error)
{
  struct epochlog__buffer body;

  epochlog__buffer_init(&body, 1 << 20);
  epochlog__add_u64(&body, count);
  epochlog__add_i64(&body, from_ns);
  epochlog__add_i64(&body, to_ns);
  epochlog__add_u32(&body, (uint32_t)error);
  add_text(&body, log->what ? log->what : "calls");
  add_records(log, FORMAT_RECORD_LOSS, to_ns, &body);
  epochlog__buffer_release(&body);
}

/* ---- blocks: everything in RAW columns, the points sparse ---- */

static void begin_column(struct epochlog__buffer *out, uint32_t n)
{
  epochlog__add_u32(out, FORMAT_CODEC_RAW); /* word i64, no predictor */
  epochlog__add_u32(out, n);
}

static uint64_t value_bits(const struct made_log *log, uint64_t number)
{
  return epochlog__bits_of((double)(number + log->value));
}

void made_log_block(struct made_log *log, uint64_t from, uint64_t to)
{
  const uint32_t n = (uint32_t)(to - from + 1), column = 8 + 8 * n;
  struct epochlog__buffer payload, body;

  epochlog__buffer_init(&body, 1 << 20);
  add_series_body(&body);
  epochlog__buffer_init(&payload, 1 << 22);
  epochlog__add_u16(&payload, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__add_u16(&payload, FORMAT_ENTRY_SIZE);
  epochlog__add_u32(&payload, 0);
  epochlog__add_u64(&payload, from);
  epochlog__add_u64(&payload, to);
  epochlog__add_u32(&payload, n);
  epochlog__add_u32(&payload, 0);
  epochlog__add_u32(&payload, 4 + (uint32_t)body.size); /* series */
  epochlog__add_u32(&payload, 2 * column);              /* rows */
  epochlog__add_u32(&payload, 0);
  epochlog__add_u32(&payload, 0);
  epochlog__add_u32(&payload, 3 * column); /* sparse */
  epochlog__add_u32(&payload, 0);
  epochlog__add_u64(&payload, 0);
  epochlog__add_u32(&payload, (uint32_t)body.size);
  epochlog__add_bytes(&payload, body.data, body.size);
  epochlog__add_padding(&payload);
  begin_column(&payload, n);
  for (uint64_t i = from; i <= to; i++) epochlog__add_u64(&payload, i);
  begin_column(&payload, n);
  for (uint64_t i = from; i <= to; i++)
    epochlog__add_u64(&payload, (uint64_t)(log->start_ns / 1000) + i);
  begin_column(&payload, n);
  for (uint32_t i = 0; i < n; i++) epochlog__add_u64(&payload, 1);
  begin_column(&payload, n);
  for (uint32_t i = 0; i < n; i++) epochlog__add_u64(&payload, i);
  begin_column(&payload, n);
  for (uint64_t i = from; i <= to; i++) epochlog__add_u64(&payload, value_bits(log, i));
  add_frame(log, FORMAT_FRAME_BLOCK, &payload);
  epochlog__buffer_release(&payload);
  epochlog__buffer_release(&body);
}

/* ---- files ---- */

static void write_file(const char *folder, const char *name, const char *ending, const void *bytes,
                       size_t size)
{
  char path[700];
  FILE *file;

  snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
  file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

void made_log_write(struct made_log *log, const char *folder, const char *name)
{
  write_file(folder, name, "elog", log->bytes.data, log->bytes.size);
  epochlog__buffer_release(&log->bytes);
}

static void put_point(const struct made_log *log, uint8_t *at, uint64_t from, uint64_t number)
{
  uint8_t lap[8];

  epochlog__put_u16(at + 4, 4);
  at[6] = FORMAT_LIVE_SCALAR;
  at[7] = 1;
  epochlog__put_u32(at + 8, 1);
  epochlog__put_u32(at + 12, (uint32_t)(number - from));
  epochlog__put_u64(at + 16, number);
  epochlog__put_u64(at + 24, value_bits(log, number));
  epochlog__put_u64(lap, 1);
  epochlog__put_u32(at, epochlog__crc32c(epochlog__crc32c(0, lap, 8), at + 4, 28));
}

void made_live_write(const struct made_log *log, const char *folder, const char *name,
                     uint64_t from, uint64_t to, int64_t sign_of_life_ns)
{
  uint8_t *bytes = calloc(1, FORMAT_LIVE_HEADER_SIZE + SEGMENT),
          *segment = bytes + FORMAT_LIVE_HEADER_SIZE;

  assert_non_null(bytes);
  memcpy(bytes, FORMAT_MAGIC_LIVE, 8);
  epochlog__put_u16(bytes + 8, 1);
  epochlog__put_u16(bytes + 10, FORMAT_LIVE_HEADER_SIZE);
  epochlog__put_u32(bytes + 12, 1);
  epochlog__put_u32(bytes + 16, SEGMENT);
  memcpy(bytes + 32, log->uuid, 16);
  epochlog__put_u32(bytes + 48, epochlog__crc32c(0, bytes, 48));
  epochlog__put_u64(bytes + FORMAT_LIVE_SIGN_OF_LIFE, (uint64_t)sign_of_life_ns);
  epochlog__put_u64(segment, 1);
  epochlog__put_u64(segment + 8, from);
  epochlog__put_u64(segment + 16, (uint64_t)log->start_ns + 1000 * from);
  epochlog__put_u32(segment + 32, epochlog__crc32c(0, segment, 32));
  for (uint64_t i = from; i <= to; i++)
    put_point(log, segment + FORMAT_SEGMENT_HEADER_SIZE + 32 * (i - from), from, i);
  write_file(folder, name, "live", bytes, FORMAT_LIVE_HEADER_SIZE + SEGMENT);
  free(bytes);
}
