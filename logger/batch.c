#include "batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "codec.h"
#include "notes.h"
#include "record.h"
#include "system.h"
#include "utf8.h"

/* Values of one record, before they are coded: half of what a frame may store. */
#define STRETCH_BYTES (8u << 20)

/* A record and the sequence number before it fit what a frame may inflate to. */
#define RECORD_MAX (FORMAT_RAW_MAX - 64)

/* Rows `from` to `to` of a batch being encoded. */
struct stretch {
  const struct epochlog__batch *batch;
  size_t from;
  size_t to;
  size_t column_bytes; /* coded columns so far */
};

static enum format_column type_of(enum epochlog__source source)
{
  switch (source) {
    case EPOCHLOG__FROM_DOUBLE: return FORMAT_COLUMN_FLOAT64;
    case EPOCHLOG__FROM_FLOAT: return FORMAT_COLUMN_FLOAT32;
    case EPOCHLOG__FROM_BYTE: return FORMAT_COLUMN_BOOL;
    case EPOCHLOG__FROM_TEXT: return FORMAT_COLUMN_TEXT;
    default: return FORMAT_COLUMN_INTEGER;
  }
}

/* ---------------------------------------------------------------- columns */

static void put_doubles(struct epochlog__buffer *out, const struct stretch *stretch,
                        const struct epochlog__batch_column *column)
{
  const size_t n = stretch->to - stretch->from;
  const float *floats = column->values;
  const double *doubles = column->values;
  double *values;

  if (column->source == EPOCHLOG__FROM_DOUBLE && column->stride == 1) {
    epochlog__column_put_f64(out, n == 0 ? NULL : doubles + stretch->from, n);
    return;
  }
  values = epochlog__allocate((n + 1) * sizeof *values);
  if (values == NULL) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const size_t at = (stretch->from + i) * column->stride;

    values[i] = column->source == EPOCHLOG__FROM_FLOAT ? (double)floats[at] : doubles[at];
  }
  epochlog__column_put_f64(out, values, n);
  free(values);
}

static void put_integers(struct epochlog__buffer *out, const struct stretch *stretch,
                         const struct epochlog__batch_column *column)
{
  const size_t n = stretch->to - stretch->from;
  const int32_t *narrow = column->values;
  const int64_t *wide = column->values;
  const unsigned char *bytes = column->values;
  int64_t *values = epochlog__allocate((n + 1) * sizeof *values);

  if (values == NULL) {
    out->failed = true;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const size_t at = (stretch->from + i) * column->stride;

    values[i] = column->source == EPOCHLOG__FROM_INT32   ? narrow[at]
                : column->source == EPOCHLOG__FROM_INT64 ? wide[at]
                                                         : bytes[at] != 0;
  }
  epochlog__column_put_i64(out, values, n);
  free(values);
}

/* Texts that are not UTF-8 are made clean in `clean`; their places are filled in once
 * it does not move any more. */
static void put_texts(struct epochlog__buffer *out, const struct stretch *stretch,
                      const struct epochlog__batch_column *column)
{
  const size_t n = stretch->to - stretch->from;
  const char *const *source = column->values;
  struct epochlog__text *texts = epochlog__allocate((n + 1) * sizeof *texts);
  struct epochlog__buffer clean;
  size_t at = 0;

  if (texts == NULL) {
    out->failed = true;
    return;
  }
  epochlog__buffer_init(&clean, FORMAT_TEXT_RAW_MAX);
  for (size_t i = 0; i < n; i++) {
    const char *text = source[(stretch->from + i) * column->stride];
    const size_t size = text == NULL ? 0 : strlen(text);
    const size_t before = clean.size;

    texts[i] = (struct epochlog__text){.data = text, .size = (uint32_t)size};
    if (epochlog__utf8_is_valid(text, size)) continue;
    epochlog__utf8_add(&clean, text, size);
    texts[i] = (struct epochlog__text){.data = "", .size = (uint32_t)(clean.size - before)};
  }
  for (size_t i = 0; i < n && !clean.failed; i++) {
    const char *text = source[(stretch->from + i) * column->stride];

    if (text == NULL || texts[i].data == text) continue;
    texts[i].data = (const char *)clean.data + at;
    at += texts[i].size;
  }
  if (clean.failed)
    out->failed = true;
  else
    epochlog__column_put_text(out, texts, n);
  epochlog__buffer_release(&clean);
  free(texts);
}

static void put_column(struct epochlog__buffer *out, struct stretch *stretch,
                       const struct epochlog__batch_column *column)
{
  const enum format_column type = type_of(column->source);
  const size_t name_at = out->size;
  char number[16];
  size_t column_at;

  epochlog__add_u32(out, 0);
  epochlog__utf8_add_name(out, column->name, EPOCHLOG_NAME_MAX);
  if (column->is_numbered) {
    snprintf(number, sizeof number, ":%d", column->number);
    epochlog__add_bytes(out, number, strlen(number));
  }
  if (out->failed) return;
  epochlog__put_u32(out->data + name_at, (uint32_t)(out->size - name_at - 4));
  epochlog__add_u8(out, (uint8_t)type);
  epochlog__add_u8(out, 0);
  epochlog__add_u32(out, 0);
  column_at = out->size;
  if (type == FORMAT_COLUMN_TEXT)
    put_texts(out, stretch, column);
  else if (type == FORMAT_COLUMN_FLOAT64 || type == FORMAT_COLUMN_FLOAT32)
    put_doubles(out, stretch, column);
  else
    put_integers(out, stretch, column);
  if (out->failed) return;
  epochlog__put_u32(out->data + column_at - 4, (uint32_t)(out->size - column_at));
  stretch->column_bytes += out->size - column_at;
}

/* ----------------------------------------------------------------- records */

static void put_attributes(struct epochlog__buffer *out, const struct epochlog__batch *batch,
                           const struct epochlog__buffer *name)
{
  const size_t count_at = out->size;
  uint16_t count = 1;

  epochlog__add_u16(out, 0);
  epochlog__add_str(out, "name", 4);
  epochlog__add_str(out, (const char *)name->data, name->size);
  for (size_t i = 0; i < batch->attribute_count; i++) {
    if (batch->attributes[i].value == NULL) continue;
    epochlog__utf8_add_str(out, batch->attributes[i].key);
    epochlog__utf8_add_str(out, batch->attributes[i].value);
    count++;
  }
  if (!out->failed) epochlog__put_u16(out->data + count_at, count);
}

static void put_body(struct epochlog__buffer *out, struct stretch *stretch,
                     const struct epochlog__buffer *name)
{
  const struct epochlog__batch *batch = stretch->batch;

  epochlog__add_u8(out, (uint8_t)batch->kind);
  epochlog__add_u8(out, 0);
  put_attributes(out, batch, name);
  epochlog__add_u16(out, batch->names_key != NULL);
  if (batch->names_key != NULL) {
    epochlog__utf8_add_str(out, batch->names_key);
    epochlog__add_u32(out, (uint32_t)batch->names_count);
    for (size_t i = 0; i < batch->names_count; i++) epochlog__utf8_add_str(out, batch->names[i]);
  }
  epochlog__add_i64(out, FORMAT_NO_STEP);
  epochlog__add_u32(out, (uint32_t)(stretch->to - stretch->from));
  epochlog__add_u32(out, (uint32_t)batch->column_count);
  for (size_t i = 0; i < batch->column_count && !out->failed; i++)
    put_column(out, stretch, &batch->columns[i]);
}

/* How many rows from `from` on make one record: at least one. */
static size_t end_of_stretch(const struct epochlog__batch *batch, size_t from)
{
  size_t fixed = 0;
  size_t text_columns = 0;
  size_t bytes = 0;
  size_t to = from;

  for (size_t i = 0; i < batch->column_count; i++) {
    fixed += 8;
    text_columns += batch->columns[i].source == EPOCHLOG__FROM_TEXT;
  }
  if (text_columns == 0) {
    const size_t rows = fixed == 0 ? 1 : STRETCH_BYTES / fixed;

    to += rows == 0 ? 1 : rows;
    return to < batch->row_count ? to : batch->row_count;
  }
  while (to < batch->row_count && to - from < FORMAT_COLUMN_MAX) {
    size_t row = fixed;

    for (size_t i = 0; i < batch->column_count; i++) {
      const struct epochlog__batch_column *column = &batch->columns[i];
      const char *const *texts = column->values;

      if (column->source != EPOCHLOG__FROM_TEXT || texts[to * column->stride] == NULL) continue;
      /* Bytes that are not UTF-8 grow to three. */
      row += strlen(texts[to * column->stride]);
    }
    if (to != from && bytes + row > STRETCH_BYTES) break;
    bytes += row;
    to++;
  }
  return to;
}

static epochlog_status put_stretch(struct epochlog_run *run, struct stretch *stretch,
                                   const struct epochlog__buffer *name, int64_t time_ns)
{
  struct epochlog__buffer record;
  epochlog_status status;
  size_t start;

  epochlog__buffer_init(&record, RECORD_MAX);
  start = epochlog__record_begin(&record, FORMAT_RECORD_BATCH, time_ns);
  put_body(&record, stretch, name);
  epochlog__record_end(&record, start);
  if (!record.failed)
    status = epochlog__put_record(run, record.data, record.size,
                                  stretch->column_bytes > record.size / 2);
  else if (record.is_full)
    status = epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "a row is longer than a log can hold");
  else
    status = epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a batch of %zu rows",
                                stretch->to - stretch->from);
  epochlog__buffer_release(&record);
  return status;
}

epochlog_status epochlog__batch_put(struct epochlog_run *run, const struct epochlog__batch *batch)
{
  const int64_t time_ns = epochlog__clock_wall();
  struct stretch stretch = {.batch = batch};
  struct epochlog__buffer name;
  epochlog_status status;

  if (batch->column_count > FORMAT_BATCH_COLUMNS_MAX)
    return epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "%zu columns, more than %u",
                              batch->column_count, FORMAT_BATCH_COLUMNS_MAX);
  status = epochlog__clean_name(run, &name, batch->name, "batch");
  if (status == EPOCHLOG_OK) {
    do {
      stretch.from = stretch.to;
      stretch.to = end_of_stretch(batch, stretch.from);
      stretch.column_bytes = 0;
      status = put_stretch(run, &stretch, &name, time_ns);
    } while (status == EPOCHLOG_OK && stretch.to < batch->row_count);
  }
  epochlog__buffer_release(&name);
  return status;
}
