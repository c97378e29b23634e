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
 *     points:  series 1: row, value  row, value ... | series 2: ... | sparse: ...
 */
struct encoder {
  const struct epochlog__block_input *input;
  struct epochlog__block *block;

  uint32_t *slot_of; /* [series_count + 1]: index into slots by id, + 1; 0: not here */
  struct slot *slots;
  uint32_t slot_count;

  int64_t *steps; /* [row_capacity] */
  int64_t *times;
  size_t row_count;
  size_t row_capacity;

  int64_t *rows; /* [point_count] row of each point, by series */
  void *values;  /* of each point: int64_t, or double where its chunk is of floats */
  int64_t *ids;  /* [sparse_count] series of each sparse point */
  size_t point_count;
  size_t sparse_count;
  size_t sparse_filled;

  struct epochlog__buffer records;
};

struct slot {
  uint32_t id;
  bool integer;
  uint32_t n;
  size_t start; /* in rows and values; unless sparse */
  size_t filled;
  size_t last_row; /* + 1; a series has one value in a row */
  bool is_sparse;
  struct epochlog__stats stats;
};

/* One live record, looked at in place. */
struct view {
  uint8_t type;
  const uint8_t *at;
  uint32_t size;
  int64_t base_us;
};

/* Steps through the records of the input that belong to the block. */
struct walk {
  const struct epochlog__block_input *input;
  size_t at;
  uint64_t index;
  int64_t base_us;
};

static bool next(struct walk *walk, struct view *view)
{
  const struct epochlog__block_input *input = walk->input;

  while (walk->at < input->size && walk->index < input->skip + input->take) {
    const uint8_t *p = input->records + walk->at;
    const bool wanted = walk->index >= input->skip;

    *view = (struct view){
        .type = p[6], .at = p, .size = (uint32_t)epochlog__get_u16(p + 4) * FORMAT_ALIGN};
    walk->at += view->size;
    walk->index++;
    if (view->type == FORMAT_LIVE_TIME)
      walk->base_us = epochlog__get_i64(p + 8) / 1000 - (epochlog__get_i64(p + 8) % 1000 < 0);
    view->base_us = walk->base_us;
    if (wanted) return true;
  }
  return false;
}

static struct walk walk_of(const struct epochlog__block_input *input)
{
  return (struct walk){.input = input, .base_us = input->base_us};
}

static int32_t get_i32(const uint8_t *p) { return (int32_t)epochlog__get_u32(p); }

/* ROW: i64 step; i32 dt_us; u16 count; u16; count u32 padded to 8; count u64. */
static uint32_t row_count_of(const struct view *view) { return epochlog__get_u16(view->at + 20); }

static const uint8_t *row_values(const struct view *view)
{
  return view->at + 24 + epochlog__padded((uint64_t)row_count_of(view) * 4);
}

/* ----------------------------------------------------------- first pass */

static struct slot *slot_of(struct encoder *encoder, uint32_t id)
{
  return &encoder->slots[encoder->slot_of[id] - 1];
}

static void count_point(struct encoder *encoder, uint32_t id)
{
  if (encoder->slot_of[id] == 0) {
    encoder->slot_of[id] = ++encoder->slot_count;
    *slot_of(encoder, id) = (struct slot){
        .id = id, .integer = encoder->input->series[id - 1]->type != FORMAT_VALUE_FLOAT};
    epochlog__stats_init(&slot_of(encoder, id)->stats);
  }
  slot_of(encoder, id)->n++;
  encoder->point_count++;
}

/* Series in a text point are told in the block too. */
static void count_text(struct encoder *encoder, const struct view *view)
{
  const uint8_t *record = view->at + 8;
  uint32_t id;

  if (epochlog__get_u16(record + 4) != FORMAT_RECORD_TEXT_POINT) return;
  id = epochlog__get_u32(record + FORMAT_RECORD_HEADER_SIZE);
  if (encoder->slot_of[id] == 0) {
    encoder->slot_of[id] = ++encoder->slot_count;
    *slot_of(encoder, id) = (struct slot){.id = id};
    epochlog__stats_init(&slot_of(encoder, id)->stats);
  }
}

static int by_id(const void *a, const void *b)
{
  const struct slot *x = a;
  const struct slot *y = b;

  return (x->id > y->id) - (x->id < y->id);
}

/* Counts, sorts the series by id, and gives each its stretch of the arrays. */
static void count(struct encoder *encoder)
{
  struct walk walk = walk_of(encoder->input);
  struct view view;
  size_t start = 0;

  while (next(&walk, &view)) {
    if (view.type == FORMAT_LIVE_SCALAR) {
      encoder->row_capacity++;
      count_point(encoder, epochlog__get_u32(view.at + 8));
    } else if (view.type == FORMAT_LIVE_ROW) {
      /* A series named twice in a row begins another row: at worst one each. */
      encoder->row_capacity += row_count_of(&view);
      for (uint32_t i = 0; i < row_count_of(&view); i++)
        count_point(encoder, epochlog__get_u32(view.at + 24 + (size_t)i * 4));
    } else if (view.type == FORMAT_LIVE_RECORD) {
      count_text(encoder, &view);
    }
  }
  encoder->block->last_seq = encoder->input->first_seq + walk.index - 1;
  qsort(encoder->slots, encoder->slot_count, sizeof *encoder->slots, by_id);
  for (uint32_t i = 0; i < encoder->slot_count; i++) {
    struct slot *slot = &encoder->slots[i];

    encoder->slot_of[slot->id] = i + 1;
    slot->is_sparse = slot->n < EPOCHLOG__CHUNK_POINTS;
    if (slot->is_sparse) {
      encoder->sparse_count += slot->n;
      continue;
    }
    slot->start = start;
    start += slot->n;
  }
}

/* ---------------------------------------------------------- second pass */

static size_t add_row(struct encoder *encoder, int64_t step, int64_t time_us)
{
  encoder->steps[encoder->row_count] = step;
  encoder->times[encoder->row_count] = time_us;
  return encoder->row_count++;
}

static void add_point(struct encoder *encoder, struct slot *slot, size_t row, uint64_t bits)
{
  const int64_t step = encoder->steps[row];
  const int64_t time_us = encoder->times[row];
  size_t at;

  if (slot->integer)
    epochlog__stats_add_integer(&slot->stats, step, time_us, bits);
  else
    epochlog__stats_add_float(&slot->stats, step, time_us, bits);
  slot->last_row = row + 1;
  if (slot->is_sparse) {
    at = encoder->point_count - encoder->sparse_count + encoder->sparse_filled;
    encoder->ids[encoder->sparse_filled++] = (int64_t)slot->id;
  } else {
    at = slot->start + slot->filled++;
  }
  encoder->rows[at] = (int64_t)row;
  if (slot->integer || slot->is_sparse)
    ((int64_t *)encoder->values)[at] = (int64_t)bits;
  else
    ((double *)encoder->values)[at] = epochlog__of_bits(bits);
}

static void add_row_record(struct encoder *encoder, const struct view *view)
{
  const int64_t step = epochlog__get_i64(view->at + 8);
  const int64_t time_us = view->base_us + get_i32(view->at + 16);
  const uint8_t *values = row_values(view);
  size_t row = add_row(encoder, step, time_us);

  for (uint32_t i = 0; i < row_count_of(view); i++) {
    struct slot *slot = slot_of(encoder, epochlog__get_u32(view->at + 24 + (size_t)i * 4));

    if (slot->last_row == row + 1) row = add_row(encoder, step, time_us);
    add_point(encoder, slot, row, epochlog__get_u64(values + (size_t)i * 8));
  }
}

static void add_record(struct encoder *encoder, const struct view *view)
{
  const uint8_t *record = view->at + 8;
  const uint8_t *body = record + FORMAT_RECORD_HEADER_SIZE;

  epochlog__add_bytes(&encoder->records, record, view->size - 8);
  if (epochlog__get_u16(record + 4) == FORMAT_RECORD_TEXT_POINT)
    epochlog__stats_add_text(
        &slot_of(encoder, epochlog__get_u32(body))->stats, epochlog__get_i64(body + 4),
        epochlog__get_i64(record + 8) / 1000 - (epochlog__get_i64(record + 8) % 1000 < 0));
}

static void fill(struct encoder *encoder)
{
  struct walk walk = walk_of(encoder->input);
  struct view view;

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

/* The columns of every chunk, and its entry in the directory that stands before. */
static void put_chunks(struct encoder *encoder, struct epochlog__buffer *out, size_t data_at)
{
  uint32_t chunk = 0;

  for (uint32_t i = 0; i < encoder->slot_count; i++) {
    struct slot *slot = &encoder->slots[i];
    struct epochlog__place place;
    const size_t rows_at = out->size;
    size_t values_at;

    if (slot->is_sparse) continue;
    slot->stats.chunk_count = 1;
    epochlog__column_put_i64(out, encoder->rows + slot->start, slot->n);
    values_at = out->size;
    if (slot->integer)
      epochlog__column_put_i64(out, (int64_t *)encoder->values + slot->start, slot->n);
    else
      epochlog__column_put_f64(out, (double *)encoder->values + slot->start, slot->n);
    if (out->failed) return;
    place = (struct epochlog__place){.rows_off = (uint32_t)(rows_at - data_at),
                                     .rows_len = (uint32_t)(values_at - rows_at),
                                     .values_off = (uint32_t)(values_at - data_at),
                                     .values_len = (uint32_t)(out->size - values_at)};
    place.crc = epochlog__crc32c(0, out->data + rows_at, out->size - rows_at);
    epochlog__entry_put(
        out->data + encoder->block->directory_at + (size_t)chunk * FORMAT_ENTRY_SIZE, slot->id,
        slot->integer, &slot->stats, &place);
    chunk++;
  }
}

static void put_sparse(struct encoder *encoder, struct epochlog__buffer *out)
{
  const size_t start = encoder->point_count - encoder->sparse_count;

  if (encoder->sparse_count == 0) return;
  epochlog__column_put_i64(out, encoder->ids, encoder->sparse_count);
  epochlog__column_put_i64(out, encoder->rows + start, encoder->sparse_count);
  epochlog__column_put_i64(out, (int64_t *)encoder->values + start, encoder->sparse_count);
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
  for (uint32_t i = 0; i < encoder->slot_count; i++)
    encoder->block->chunk_count += !encoder->slots[i].is_sparse;
  memset(header, 0, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(header, FORMAT_BLOCK_HEADER_SIZE);
  epochlog__put_u16(header + 2, FORMAT_ENTRY_SIZE);
  epochlog__put_u64(header + 8, input->first_seq + input->skip);
  epochlog__put_u64(header + 16, encoder->block->last_seq);
  epochlog__put_u32(header + 24, (uint32_t)encoder->row_count);
  epochlog__put_u32(header + 28, encoder->block->chunk_count);
  put_series(encoder, out);
  end_section(out, 32, &start);
  epochlog__column_put_i64(out, encoder->steps, encoder->row_count);
  epochlog__column_put_i64(out, encoder->times, encoder->row_count);
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

static bool allocate_arrays(struct encoder *encoder)
{
  const size_t rows = encoder->row_capacity;
  const size_t points = encoder->point_count;

  encoder->steps = epochlog__allocate((rows + 1) * sizeof *encoder->steps);
  encoder->times = epochlog__allocate((rows + 1) * sizeof *encoder->times);
  encoder->rows = epochlog__allocate((points + 1) * sizeof *encoder->rows);
  encoder->values = epochlog__allocate((points + 1) * 8);
  encoder->ids = epochlog__allocate((encoder->sparse_count + 1) * sizeof *encoder->ids);
  return encoder->steps != NULL && encoder->times != NULL && encoder->rows != NULL &&
         encoder->values != NULL && encoder->ids != NULL;
}

/* What the footer will want to know of each series. */
static bool give_series(struct encoder *encoder)
{
  struct epochlog__block *block = encoder->block;

  block->series = epochlog__allocate((encoder->slot_count + 1u) * sizeof *block->series);
  if (block->series == NULL) return false;
  for (uint32_t i = 0; i < encoder->slot_count; i++)
    block->series[block->series_count++] =
        (struct epochlog__block_series){.id = encoder->slots[i].id,
                                        .integer = encoder->slots[i].integer,
                                        .stats = encoder->slots[i].stats};
  return true;
}

enum epochlog__block_check epochlog__block_encode(struct epochlog__block *block,
                                                  const struct epochlog__block_input *input)
{
  struct encoder encoder = {.input = input, .block = block};
  enum epochlog__block_check check = EPOCHLOG__BLOCK_NO_MEMORY;

  *block = (struct epochlog__block){0};
  epochlog__buffer_init(&block->payload, FORMAT_STORED_MAX);
  epochlog__buffer_init(&encoder.records, FORMAT_RECORDS_MAX);
  encoder.slot_of = epochlog__allocate_zeroed((input->series_count + 1u) * sizeof(uint32_t));
  encoder.slots = epochlog__allocate((input->series_count + 1u) * sizeof *encoder.slots);
  if (encoder.slot_of == NULL || encoder.slots == NULL) goto release;
  count(&encoder);
  if (!allocate_arrays(&encoder)) goto release;
  fill(&encoder);
  if (encoder.records.failed) goto release;
  put_payload(&encoder, &block->payload);
  if (block->payload.failed) {
    /* Near the limit it was the limit; either way fewer records may help. */
    if (block->payload.size > FORMAT_STORED_MAX / 2 && input->take > 1)
      check = EPOCHLOG__BLOCK_TOO_LARGE;
    goto release;
  }
  if (give_series(&encoder)) check = EPOCHLOG__BLOCK_OK;
release:
  epochlog__buffer_release(&encoder.records);
  free(encoder.steps);
  free(encoder.times);
  free(encoder.rows);
  free(encoder.values);
  free(encoder.ids);
  free(encoder.slots);
  free(encoder.slot_of);
  return check;
}

void epochlog__block_release(struct epochlog__block *block)
{
  epochlog__buffer_release(&block->payload);
  free(block->series);
  block->series = NULL;
}
