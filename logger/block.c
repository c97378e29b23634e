#include "block.h"

#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "crc32c.h"
#include "system.h"

/* Two passes over the records.  The first counts rows and points; the second fills
 * arrays of the right size, each series' points standing together:
 *
 *     rows:    step, time      step, time      ...
 *     points:  series 1: row, value  row, value ... | series 2: ...
 *     sparse:  series, row, value    series, row, value ...
 */
struct encoder {
  const struct epochlog__block_input *input;
  struct epochlog__block *block;

  struct tally *tallies; /* [series_count + 1], by id */
  struct slot *slots;    /* ascending by id; block->series beside them */
  uint32_t slot_count;

  int64_t *steps; /* [row_capacity] */
  int64_t *times;
  size_t row_count;
  size_t row_capacity;
  bool rows_ascend;

  int64_t *rows; /* [chunk_points] row of each point, by series */
  void *values;  /* of each point: int64_t, or double where its chunk is of floats */
  size_t point_count;
  size_t chunk_points;

  int64_t *sparse; /* three times [sparse_count]: ids, rows, values */
  size_t sparse_count;
  size_t sparse_filled;

  struct epochlog__buffer records;
  struct epochlog__room *room;
};

/* What the first pass finds out about a series. */
struct tally {
  uint32_t n;
  bool is_here;
  uint32_t slot;
};

/* What the second looks at for every point. */
struct slot {
  uint32_t id;
  bool integer;
  bool is_sparse;
  uint32_t n;
  size_t next;     /* in rows and values; unless sparse */
  size_t last_row; /* + 1; a series has one value in a row */
};

/* One live record, looked at in place. */
struct view {
  const uint8_t *at;
  uint8_t type;
  uint32_t size;
  int64_t base_us;
};

/* Steps through the records of the input that belong to the block. */
struct walk {
  const uint8_t *at;
  const uint8_t *end;
  uint64_t left;
  int64_t base_us;
};

static bool next(struct walk *walk, struct view *view)
{
  const uint8_t *p = walk->at;

  if (p >= walk->end || walk->left == 0) return false;
  *view = (struct view){
      .at = p, .type = p[6], .size = (uint32_t)epochlog__get_u16(p + 4) * FORMAT_ALIGN};
  if (view->type == FORMAT_LIVE_TIME)
    walk->base_us = epochlog__get_i64(p + 8) / 1000 - (epochlog__get_i64(p + 8) % 1000 < 0);
  view->base_us = walk->base_us;
  walk->at += view->size;
  walk->left--;
  return true;
}

/* From the first record that is not skipped on. */
static struct walk walk_of(const struct epochlog__block_input *input)
{
  struct walk walk = {.at = input->records,
                      .end = input->records + input->size,
                      .left = input->skip,
                      .base_us = input->base_us};
  struct view view;

  while (next(&walk, &view)) continue;
  walk.left = input->take;
  return walk;
}

static int32_t get_i32(const uint8_t *p) { return (int32_t)epochlog__get_u32(p); }

/* ROW: i64 step; i32 dt_us; u16 count; u16; count u32 padded to 8; count u64. */
static uint32_t row_count_of(const struct view *view) { return epochlog__get_u16(view->at + 20); }

static const uint8_t *row_ids(const struct view *view) { return view->at + 24; }

static const uint8_t *row_values(const struct view *view)
{
  return row_ids(view) + epochlog__padded((uint64_t)row_count_of(view) * 4);
}

/* ----------------------------------------------------------- first pass */

static void count_row(struct encoder *encoder, const struct view *view)
{
  const uint32_t count = row_count_of(view);
  const uint8_t *ids = row_ids(view);

  for (uint32_t i = 0; i < count; i++) encoder->tallies[epochlog__get_u32(ids + 4 * i)].n++;
  /* A series named twice in a row begins another row: at worst one each. */
  encoder->row_capacity += count == 0 ? 1 : count;
  encoder->point_count += count;
}

/* Series in a text point are told in the block too. */
static void count_text(struct encoder *encoder, const struct view *view)
{
  const uint8_t *record = view->at + 8;

  if (epochlog__get_u16(record + 4) != FORMAT_RECORD_TEXT_POINT) return;
  encoder->tallies[epochlog__get_u32(record + FORMAT_RECORD_HEADER_SIZE)].is_here = true;
}

static void count(struct encoder *encoder)
{
  struct walk walk = walk_of(encoder->input);
  struct view view;

  while (next(&walk, &view)) {
    if (view.type == FORMAT_LIVE_SCALAR) {
      encoder->tallies[epochlog__get_u32(view.at + 8)].n++;
      encoder->row_capacity++;
      encoder->point_count++;
    } else if (view.type == FORMAT_LIVE_ROW) {
      count_row(encoder, &view);
    } else if (view.type == FORMAT_LIVE_RECORD) {
      count_text(encoder, &view);
    }
  }
  encoder->block->last_seq =
      encoder->input->first_seq + encoder->input->skip + (encoder->input->take - walk.left) - 1;
  for (uint32_t id = 1; id <= encoder->input->series_count; id++) {
    struct tally *tally = &encoder->tallies[id];

    tally->is_here |= tally->n != 0;
    encoder->slot_count += tally->is_here;
  }
}

static bool is_integer(const struct epochlog__series *series)
{
  return series->type == FORMAT_VALUE_INTEGER || series->type == FORMAT_VALUE_BOOL;
}

/* Gives each series its place among the points, in the order of their ids. */
static void place_series(struct encoder *encoder)
{
  struct epochlog__block *block = encoder->block;

  for (uint32_t id = 1; id <= encoder->input->series_count; id++) {
    struct tally *tally = &encoder->tallies[id];
    struct slot *slot = &encoder->slots[block->series_count];

    if (!tally->is_here) continue;
    *slot = (struct slot){.id = id,
                          .integer = is_integer(encoder->input->series[id - 1]),
                          .is_sparse = tally->n < EPOCHLOG__CHUNK_POINTS,
                          .n = tally->n,
                          .next = encoder->chunk_points};
    tally->slot = block->series_count;
    block->series[block->series_count] =
        (struct epochlog__block_series){.id = id, .integer = slot->integer};
    epochlog__stats_init(&block->series[block->series_count++].stats);
    if (slot->is_sparse) {
      encoder->sparse_count += slot->n;
    } else {
      encoder->chunk_points += slot->n;
      block->chunk_count++;
    }
  }
}

/* ---------------------------------------------------------- second pass */

static struct slot *slot_of(struct encoder *encoder, uint32_t id)
{
  return &encoder->slots[encoder->tallies[id].slot];
}

static size_t add_row(struct encoder *encoder, int64_t step, int64_t time_us)
{
  const size_t row = encoder->row_count++;

  encoder->steps[row] = step;
  encoder->times[row] = time_us;
  if (row != 0 && (step < encoder->steps[row - 1] || time_us < encoder->times[row - 1]))
    encoder->rows_ascend = false;
  return row;
}

/* The statistics of a chunk are made at once when it is whole; here there is none. */
static void add_sparse_point(struct encoder *encoder, const struct slot *slot, size_t row,
                             uint64_t bits)
{
  struct epochlog__stats *stats = &encoder->block->series[slot - encoder->slots].stats;
  int64_t *at = encoder->sparse + encoder->sparse_filled++;

  at[0] = (int64_t)slot->id;
  at[encoder->sparse_count] = (int64_t)row;
  at[2 * encoder->sparse_count] = (int64_t)bits;
  if (slot->integer)
    epochlog__stats_add_integer(stats, encoder->steps[row], encoder->times[row], bits);
  else
    epochlog__stats_add_float(stats, encoder->steps[row], encoder->times[row], bits);
}

static void add_point(struct encoder *encoder, struct slot *slot, size_t row, uint64_t bits)
{
  slot->last_row = row + 1;
  if (slot->is_sparse) {
    add_sparse_point(encoder, slot, row, bits);
    return;
  }
  encoder->rows[slot->next] = (int64_t)row;
  memcpy((uint8_t *)encoder->values + 8 * slot->next++, &bits, sizeof bits);
}

static void add_row_record(struct encoder *encoder, const struct view *view)
{
  const int64_t step = epochlog__get_i64(view->at + 8);
  const int64_t time_us = view->base_us + get_i32(view->at + 16);
  const uint32_t count = row_count_of(view);
  const uint8_t *ids = row_ids(view);
  const uint8_t *values = row_values(view);
  size_t row = add_row(encoder, step, time_us);

  for (uint32_t i = 0; i < count; i++) {
    struct slot *slot = slot_of(encoder, epochlog__get_u32(ids + 4 * i));

    if (slot->last_row == row + 1) row = add_row(encoder, step, time_us);
    add_point(encoder, slot, row, epochlog__get_u64(values + 8 * i));
  }
}

static void add_record(struct encoder *encoder, const struct view *view)
{
  const uint8_t *record = view->at + 8;
  const uint8_t *body = record + FORMAT_RECORD_HEADER_SIZE;
  const int64_t time_ns = epochlog__get_i64(record + 8);

  epochlog__add_bytes(&encoder->records, record, view->size - 8);
  if (epochlog__get_u16(record + 4) == FORMAT_RECORD_TEXT_POINT)
    epochlog__stats_add_text(
        &encoder->block->series[encoder->tallies[epochlog__get_u32(body)].slot].stats,
        epochlog__get_i64(body + 4), time_ns / 1000 - (time_ns % 1000 < 0));
}

static void fill(struct encoder *encoder)
{
  struct walk walk = walk_of(encoder->input);
  struct view view;

  encoder->rows_ascend = true;
  while (next(&walk, &view)) {
    if (view.type == FORMAT_LIVE_SCALAR) {
      const size_t row =
          add_row(encoder, epochlog__get_i64(view.at + 16), view.base_us + get_i32(view.at + 12));

      add_point(encoder, slot_of(encoder, epochlog__get_u32(view.at + 8)), row,
                epochlog__get_u64(view.at + 24));
    } else if (view.type == FORMAT_LIVE_ROW) {
      add_row_record(encoder, &view);
    } else if (view.type == FORMAT_LIVE_RECORD) {
      add_record(encoder, &view);
    }
  }
}

/* ---------------------------------------------------------------- output */

static void put_series(struct encoder *encoder, struct epochlog__buffer *out)
{
  for (uint32_t i = 0; i < encoder->slot_count; i++) {
    const struct epochlog__series *series = encoder->input->series[encoder->slots[i].id - 1];

    epochlog__add_u32(out, series->body_size);
    epochlog__add_bytes(out, series->body, series->body_size);
  }
}

/* Columns and statistics of a chunk, and its entry in the directory, which stands
 * before; `data_at` is what its offsets count from. */
static void put_chunk(struct encoder *encoder, struct epochlog__buffer *out, size_t data_at,
                      const struct slot *slot, size_t entry_at)
{
  struct epochlog__stats *stats = &encoder->block->series[slot - encoder->slots].stats;
  const struct epochlog__rows rows = {encoder->steps, encoder->times, encoder->rows_ascend};
  const size_t start = slot->next - slot->n;
  const size_t rows_at = out->size;
  size_t values_at;
  struct epochlog__place place;

  epochlog__column_put_i64_in(out, encoder->rows + start, slot->n, encoder->room);
  values_at = out->size;
  epochlog__stats_of_rows(stats, &rows, encoder->rows + start, slot->n);
  if (slot->integer) {
    const int64_t *values = (const int64_t *)encoder->values + start;

    epochlog__stats_of_integers(stats, values, slot->n);
    epochlog__column_put_i64_in(out, values, slot->n, encoder->room);
  } else {
    const double *values = (const double *)encoder->values + start;

    epochlog__stats_of_floats(stats, values, slot->n);
    epochlog__column_put_f64_in(out, values, slot->n, encoder->room);
  }
  stats->chunk_count = 1;
  if (out->failed) return;
  place = (struct epochlog__place){.rows_off = (uint32_t)(rows_at - data_at),
                                   .rows_len = (uint32_t)(values_at - rows_at),
                                   .values_off = (uint32_t)(values_at - data_at),
                                   .values_len = (uint32_t)(out->size - values_at)};
  place.crc = epochlog__crc32c(0, out->data + rows_at, out->size - rows_at);
  epochlog__entry_put(out->data + entry_at, slot->id, slot->integer, stats, &place);
}

static void put_chunks(struct encoder *encoder, struct epochlog__buffer *out, size_t data_at)
{
  size_t entry_at = encoder->block->directory_at;

  for (uint32_t i = 0; i < encoder->slot_count && !out->failed; i++) {
    if (encoder->slots[i].is_sparse) continue;
    put_chunk(encoder, out, data_at, &encoder->slots[i], entry_at);
    entry_at += FORMAT_ENTRY_SIZE;
  }
}

static void put_sparse(struct encoder *encoder, struct epochlog__buffer *out)
{
  const size_t n = encoder->sparse_count;

  if (n == 0) return;
  for (size_t column = 0; column < 3; column++)
    epochlog__column_put_i64_in(out, encoder->sparse + column * n, n, encoder->room);
}

/* Ends a section: its length goes into the header at `field`. */
static void end_section(struct epochlog__buffer *out, size_t field, size_t *start)
{
  if (out->failed) return;
  epochlog__put_u32(out->data + field, (uint32_t)(out->size - *start));
  epochlog__add_padding(out);
  *start = out->size;
}

static void put_payload(struct encoder *encoder, struct epochlog__buffer *out)
{
  const struct epochlog__block_input *input = encoder->input;
  uint8_t *header = epochlog__add_space(out, FORMAT_BLOCK_HEADER_SIZE);
  size_t start = FORMAT_BLOCK_HEADER_SIZE;

  if (header == NULL) return;
  memset(header, 0, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(header, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(header + 2, FORMAT_ENTRY_SIZE);
  epochlog__put_u64(header + 8, input->first_seq + input->skip);
  epochlog__put_u64(header + 16, encoder->block->last_seq);
  epochlog__put_u32(header + 24, (uint32_t)encoder->row_count);
  epochlog__put_u32(header + 28, encoder->block->chunk_count);
  put_series(encoder, out);
  end_section(out, 32, &start);
  epochlog__column_put_i64_in(out, encoder->steps, encoder->row_count, encoder->room);
  epochlog__column_put_i64_in(out, encoder->times, encoder->row_count, encoder->room);
  end_section(out, 36, &start);
  encoder->block->directory_at = start;
  epochlog__add_zeros(out, (size_t)encoder->block->chunk_count * FORMAT_ENTRY_SIZE);
  end_section(out, 40, &start);
  put_chunks(encoder, out, start);
  end_section(out, 44, &start);
  put_sparse(encoder, out);
  end_section(out, 48, &start);
  if (epochlog__deflate(out, encoder->records.data, encoder->records.size))
    epochlog__put_u32(out->data + 56, (uint32_t)encoder->records.size);
  else
    epochlog__add_bytes(out, encoder->records.data, encoder->records.size);
  end_section(out, 52, &start);
}

static bool allocate_series(struct encoder *encoder)
{
  const size_t count = encoder->slot_count + 1u;

  encoder->slots = epochlog__allocate(count * sizeof *encoder->slots);
  encoder->block->series = epochlog__allocate(count * sizeof *encoder->block->series);
  encoder->room = epochlog__room_new();
  return encoder->slots != NULL && encoder->block->series != NULL && encoder->room != NULL;
}

static bool allocate_points(struct encoder *encoder)
{
  const size_t rows = encoder->row_capacity + 1;
  const size_t points = encoder->chunk_points + 1;

  encoder->steps = epochlog__allocate(rows * sizeof *encoder->steps);
  encoder->times = epochlog__allocate(rows * sizeof *encoder->times);
  encoder->rows = epochlog__allocate(points * sizeof *encoder->rows);
  encoder->values = epochlog__allocate(points * 8);
  encoder->sparse = epochlog__allocate((encoder->sparse_count * 3 + 1) * sizeof *encoder->sparse);
  return encoder->steps != NULL && encoder->times != NULL && encoder->rows != NULL &&
         encoder->values != NULL && encoder->sparse != NULL;
}

static void release(struct encoder *encoder)
{
  epochlog__buffer_release(&encoder->records);
  epochlog__room_free(encoder->room);
  free(encoder->steps);
  free(encoder->times);
  free(encoder->rows);
  free(encoder->values);
  free(encoder->sparse);
  free(encoder->slots);
  free(encoder->tallies);
}

static enum epochlog__block_check encode(struct encoder *encoder)
{
  const struct epochlog__block_input *input = encoder->input;
  struct epochlog__buffer *payload = &encoder->block->payload;

  encoder->tallies =
      epochlog__allocate_zeroed((input->series_count + 1u) * sizeof *encoder->tallies);
  if (encoder->tallies == NULL) return EPOCHLOG__BLOCK_NO_MEMORY;
  count(encoder);
  if (!allocate_series(encoder)) return EPOCHLOG__BLOCK_NO_MEMORY;
  place_series(encoder);
  if (!allocate_points(encoder)) return EPOCHLOG__BLOCK_NO_MEMORY;
  fill(encoder);
  if (encoder->records.failed) return EPOCHLOG__BLOCK_NO_MEMORY;
  put_payload(encoder, payload);
  if (!payload->failed) return EPOCHLOG__BLOCK_OK;
  /* Near the limit it was the limit; either way fewer records may help. */
  return payload->size > FORMAT_STORED_MAX / 2 && input->take > 1 ? EPOCHLOG__BLOCK_TOO_LARGE
                                                                  : EPOCHLOG__BLOCK_NO_MEMORY;
}

enum epochlog__block_check epochlog__block_encode(struct epochlog__block *block,
                                                  const struct epochlog__block_input *input)
{
  struct encoder encoder = {.input = input, .block = block};
  enum epochlog__block_check check;

  *block = (struct epochlog__block){0};
  epochlog__buffer_init(&block->payload, FORMAT_STORED_MAX);
  epochlog__buffer_init(&encoder.records, FORMAT_RECORDS_MAX);
  check = encode(&encoder);
  release(&encoder);
  return check;
}

void epochlog__block_release(struct epochlog__block *block)
{
  epochlog__buffer_release(&block->payload);
  free(block->series);
  block->series = NULL;
}
