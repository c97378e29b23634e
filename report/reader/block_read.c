#include "reader/block_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "format.h"
#include "reader/arena.h"
#include "reader/checksum.h"

static enum block_check check_of(enum epochlog__column_check check)
{
  switch (check) {
    case EPOCHLOG__COLUMN_OK: return BLOCK_OK;
    case EPOCHLOG__COLUMN_UNKNOWN: return BLOCK_UNKNOWN;
    case EPOCHLOG__COLUMN_NO_MEMORY: return BLOCK_NO_MEMORY;
    case EPOCHLOG__COLUMN_DAMAGED:
    case EPOCHLOG__COLUMN_TYPE: break;
  }
  return BLOCK_DAMAGED;
}

/* A column that does not end where its bytes end is damaged. */
static enum block_check check_at_end(enum epochlog__column_check check,
                                     const struct epochlog__bytes *in)
{
  if (check == EPOCHLOG__COLUMN_OK && epochlog__left(in) != 0) return BLOCK_DAMAGED;
  return check_of(check);
}

enum block_check block_open(struct block *block, const void *payload, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(payload, size);
  uint32_t lengths[6];
  struct epochlog__bytes *const sections[6] = {&block->series, &block->rows,   &block->directory,
                                               &block->data,   &block->sparse, &block->records};
  uint16_t header_len = epochlog__take_u16(&in);

  block->entry_len = epochlog__take_u16(&in);
  epochlog__take_u32(&in);
  block->first_seq = epochlog__take_u64(&in);
  block->last_seq = epochlog__take_u64(&in);
  block->row_count = epochlog__take_u32(&in);
  block->chunk_count = epochlog__take_u32(&in);
  for (size_t i = 0; i < 6; i++) lengths[i] = epochlog__take_u32(&in);
  block->records_raw_len = epochlog__take_u32(&in);
  free(block->records_raw);
  block->records_raw = NULL;
  block->has_steps = block->has_times = false;
  if (in.failed || header_len < FORMAT_BLOCK_HEADER_SIZE || header_len > size ||
      block->row_count > FORMAT_COLUMN_MAX || block->records_raw_len > FORMAT_RECORDS_MAX)
    return BLOCK_DAMAGED;
  in.at = header_len;
  for (size_t i = 0; i < 6; i++) {
    *sections[i] = epochlog__take_part(&in, lengths[i]);
    epochlog__take_padding(&in);
  }
  if (in.failed) return BLOCK_DAMAGED;
  if (block->chunk_count > 0 &&
      (block->entry_len < FORMAT_ENTRY_SIZE ||
       block->directory.size != (uint64_t)block->chunk_count * block->entry_len))
    return BLOCK_DAMAGED;
  return BLOCK_OK;
}

void block_release(struct block *block)
{
  free(block->steps);
  free(block->times);
  free(block->scratch);
  free(block->records_raw);
  *block = (struct block){0};
}

static bool make_room(int64_t **array, size_t *capacity, size_t count)
{
  int64_t *grown = array_grow(*array, capacity, count + 1, sizeof *grown);

  if (grown) *array = grown;
  return grown != NULL;
}

enum block_check block_read_steps(struct block *block, size_t most)
{
  size_t n = block->row_count;
  struct epochlog__bytes in = block->rows;
  struct epochlog__column column;
  enum epochlog__column_check check;

  if (n == 0 || block->has_steps) return BLOCK_OK;
  if (n > most) return BLOCK_DAMAGED;
  check = epochlog__column_peek(&column, &in, n);
  if (check != EPOCHLOG__COLUMN_OK) return check_of(check);
  if (column.n != n) return BLOCK_DAMAGED;
  if (!make_room(&block->steps, &block->steps_capacity, n)) return BLOCK_NO_MEMORY;
  check = epochlog__column_get_i64(block->steps, n, &in);
  block->has_steps = check == EPOCHLOG__COLUMN_OK;
  block->times_column = in;
  return check_of(check);
}

enum block_check block_read_rows(struct block *block, size_t most)
{
  size_t n = block->row_count;
  enum block_check steps = block_read_steps(block, most);
  struct epochlog__bytes in = block->times_column;
  enum block_check check;

  if (steps != BLOCK_OK || n == 0 || block->has_times) return steps;
  if (!make_room(&block->times, &block->times_capacity, n)) return BLOCK_NO_MEMORY;
  check = check_at_end(epochlog__column_get_i64(block->times, n, &in), &in);
  block->has_times = check == BLOCK_OK;
  return check;
}

bool block_chunk(const struct block *block, uint32_t index, struct chunk *chunk)
{
  struct epochlog__bytes in = block->directory;

  if (index >= block->chunk_count) return false;
  in.at = (size_t)index * block->entry_len;
  chunk->series = epochlog__take_u32(&in);
  chunk->n = epochlog__take_u32(&in);
  chunk->rows_off = epochlog__take_u32(&in);
  chunk->rows_len = epochlog__take_u32(&in);
  chunk->values_off = epochlog__take_u32(&in);
  chunk->values_len = epochlog__take_u32(&in);
  chunk->crc = epochlog__take_u32(&in);
  chunk->flags = epochlog__take_u32(&in);
  chunk->n_nan = epochlog__take_u32(&in);
  chunk->n_posinf = epochlog__take_u32(&in);
  chunk->n_neginf = epochlog__take_u32(&in);
  epochlog__take_bytes(&in, 12); /* first_nan, min_at, max_at */
  chunk->first = epochlog__take_u64(&in);
  chunk->last = epochlog__take_u64(&in);
  chunk->min = epochlog__take_u64(&in);
  chunk->max = epochlog__take_u64(&in);
  chunk->sum = epochlog__of_bits(epochlog__take_u64(&in));
  epochlog__take_bytes(&in, 8); /* sum of squares */
  chunk->step_first = epochlog__take_i64(&in);
  chunk->step_last = epochlog__take_i64(&in);
  chunk->step_min = epochlog__take_i64(&in);
  chunk->step_max = epochlog__take_i64(&in);
  chunk->time_min = epochlog__take_i64(&in);
  chunk->time_max = epochlog__take_i64(&in);
  return !in.failed;
}

bool chunk_is_sane(const struct chunk *chunk)
{
  uint64_t special = (uint64_t)chunk->n_nan + chunk->n_posinf + chunk->n_neginf;
  bool integers = (chunk->flags & FORMAT_CHUNK_INTEGER) != 0;
  double min = epochlog__of_bits(chunk->min), max = epochlog__of_bits(chunk->max);

  if (chunk->n == 0 || chunk->n > FORMAT_COLUMN_MAX || special > chunk->n) return false;
  if (chunk->step_min > chunk->step_max || chunk->time_min > chunk->time_max) return false;
  if (integers) return special == 0 && (int64_t)chunk->min <= (int64_t)chunk->max;
  return special == chunk->n || (isfinite(min) && isfinite(max) && min <= max);
}

/* A part of the data section as a cursor of its own; false when outside. */
static bool data_part(const struct block *block, uint32_t offset, uint32_t length,
                      struct epochlog__bytes *part)
{
  if (offset > block->data.size || length > block->data.size - offset) return false;
  *part = epochlog__bytes_of(block->data.data + offset, length);
  return true;
}

enum block_check block_read_chunk(struct block *block, const struct chunk *chunk,
                                  const struct chunk_target *target)
{
  struct epochlog__bytes rows, values;
  enum epochlog__column_check check;
  size_t n = chunk->n;
  uint64_t last = 0;
  uint32_t crc;

  if (n == 0 || n > FORMAT_COLUMN_MAX ||
      !data_part(block, chunk->rows_off, chunk->rows_len, &rows) ||
      !data_part(block, chunk->values_off, chunk->values_len, &values))
    return BLOCK_DAMAGED;
  crc = epochlog__crc32c(0, rows.data, rows.size);
  if (!checksum_fits(epochlog__crc32c(crc, values.data, values.size), chunk->crc))
    return BLOCK_DAMAGED;
  if (!make_room(&block->scratch, &block->scratch_capacity, n)) return BLOCK_NO_MEMORY;
  check = epochlog__column_get_i64(block->scratch, n, &rows);
  if (check != EPOCHLOG__COLUMN_OK || epochlog__left(&rows) != 0) return check_at_end(check, &rows);
  check = chunk->flags & FORMAT_CHUNK_INTEGER
              ? epochlog__column_get_i64(target->values, n, &values)
              : epochlog__column_get_f64(target->values, n, &values);
  if (check != EPOCHLOG__COLUMN_OK || epochlog__left(&values) != 0)
    return check_at_end(check, &values);
  for (size_t i = 0; i < n; i++) {
    uint64_t row = (uint64_t)block->scratch[i];

    if (row >= block->row_count || row < last) return BLOCK_DAMAGED;
    last = row;
    target->steps[i] = block->steps[row];
    if (target->times) target->times[i] = block->times[row];
  }
  return BLOCK_OK;
}

enum block_check block_read_sparse(struct block *block, size_t most, size_t *count, int64_t **ids,
                                   int64_t **rows, int64_t **bits)
{
  struct epochlog__bytes in = block->sparse;
  struct epochlog__column column;
  enum epochlog__column_check check;
  size_t n;

  *count = 0;
  *ids = NULL;
  if (in.size == 0) return BLOCK_OK;
  check = epochlog__column_peek(&column, &in, most);
  if (check != EPOCHLOG__COLUMN_OK) return check_of(check);
  n = column.n;
  *ids = malloc((3 * n + 1) * sizeof **ids);
  if (!*ids) return BLOCK_NO_MEMORY;
  *rows = *ids + n;
  *bits = *rows + n;
  check = epochlog__column_get_i64(*ids, n, &in);
  if (check == EPOCHLOG__COLUMN_OK) check = epochlog__column_get_i64(*rows, n, &in);
  if (check == EPOCHLOG__COLUMN_OK) check = epochlog__column_get_i64(*bits, n, &in);
  if (check == EPOCHLOG__COLUMN_OK && epochlog__left(&in) == 0) {
    *count = n;
    return BLOCK_OK;
  }
  free(*ids);
  *ids = NULL;
  return check_at_end(check, &in);
}

enum block_check block_read_records(struct block *block, struct epochlog__bytes *records)
{
  *records = epochlog__bytes_of(NULL, 0);
  if (block->records_raw_len == 0) {
    *records = block->records;
    return BLOCK_OK;
  }
  if (!block->records_raw) {
    block->records_raw = malloc(block->records_raw_len);
    if (!block->records_raw) return BLOCK_NO_MEMORY;
    if (!epochlog__inflate(block->records_raw, block->records_raw_len, block->records.data,
                           block->records.size)) {
      free(block->records_raw);
      block->records_raw = NULL;
      return BLOCK_DAMAGED;
    }
  }
  *records = epochlog__bytes_of(block->records_raw, block->records_raw_len);
  return BLOCK_OK;
}

bool series_section_next(struct epochlog__bytes *section, struct epochlog__bytes *body)
{
  uint32_t length;

  if (section->failed || epochlog__left(section) == 0) return false;
  length = epochlog__take_u32(section);
  *body = epochlog__take_part(section, length);
  return !section->failed;
}
