/* The points of the blocks of one log: taken, or left in their chunks. */
#include <stdlib.h>

#include "format.h"
#include "reader/contents.h"
#include "reader/contents_parts.h"
#include "reader/log_open.h"

/* When this many points of a log are in memory (24 bytes each), series from
 * POINTS_SMALL points on stay in their chunks. */
#define POINTS_KEPT_MAX (UINT64_C(16) << 20)
#define POINTS_SMALL 4096

/* Remembers where the points just taken stand, and gives them up when there are too
 * many. */
static int remember_chunk(struct contents *contents, struct series *series, size_t frame,
                          const struct chunk *chunk)
{
  uint64_t most = contents->points_max;

  if (most == UINT64_MAX || !series->described || !chunk_is_sane(chunk)) return 0;
  if (series_keep_chunk(series, frame, chunk)) return -1;
  if (contents->points_kept > POINTS_KEPT_MAX && most > POINTS_SMALL) most = POINTS_SMALL;
  if (series->count <= most) return 0;
  contents->points_kept -= series->in_chunks;
  series_make_long(series);
  return 0;
}

/* Appends the points of one chunk.  Returns 0, or -1 when memory is short. */
static int take_chunk(struct contents *contents, struct series *series, const struct chunk *chunk,
                      size_t frame)
{
  uint64_t offset = log_frame(contents->log, frame)->offset;
  bool integers = (chunk->flags & FORMAT_CHUNK_INTEGER) != 0;
  struct chunk_target target;
  enum block_check check;

  if (series_reserve(series, chunk->n)) return -1;
  target.steps = series->steps + series->count;
  target.times = series->times_us + series->count;
  target.values = series_next_value(series);
  check = block_read_chunk(&contents->block, chunk, &target);
  if (check == BLOCK_OK) {
    if (series_took(series, chunk->n, integers ? SERIES_INTEGERS : SERIES_FLOATS)) return -1;
    contents->points_allowed -= chunk->n;
    contents->points_kept += chunk->n;
    if (!series->is_long && remember_chunk(contents, series, frame, chunk)) return -1;
  } else if (check == BLOCK_UNKNOWN) {
    contents_unknown(contents, offset, "the coding of a metric's points");
  } else if (check == BLOCK_DAMAGED) {
    contents_damaged(contents, offset, "a metric's points");
  }
  return check == BLOCK_NO_MEMORY ? -1 : 0;
}

static int take_sparse(struct contents *contents, uint64_t offset)
{
  struct block *block = &contents->block;
  int64_t *ids, *rows, *bits;
  size_t count;
  bool bad = false;
  int result = 0;
  enum block_check check =
      block_read_sparse(block, contents->points_allowed, &count, &ids, &rows, &bits);

  if (check == BLOCK_NO_MEMORY) return -1;
  if (check == BLOCK_UNKNOWN) contents_unknown(contents, offset, "the coding of sparse points");
  if (check == BLOCK_DAMAGED) contents_damaged(contents, offset, "the part with sparse points");
  for (size_t i = 0; i < count && result == 0; i++) {
    uint64_t row = (uint64_t)rows[i];
    struct series *series;

    if (row >= block->row_count || ids[i] < 0 || ids[i] > UINT32_MAX) {
      bad = true;
      continue;
    }
    series = series_of(&contents->series, (uint32_t)ids[i], FORMAT_VALUE_FLOAT);
    if (!series)
      result = -1;
    else if (!series_add_bits(series, block->steps[row], block->times[row], (uint64_t)bits[i]))
      bad = true;
  }
  contents->points_allowed -= count;
  if (bad) contents_damaged(contents, offset, "a sparse point");
  free(ids);
  return result;
}

/* The step of the last row; of a block whose rows were not needed, of its last chunk. */
static int64_t last_step(const struct block *block)
{
  struct chunk chunk, last = {.time_max = INT64_MIN};

  if (block->row_count == 0) return 0;
  if (block->has_steps) return block->steps[block->row_count - 1];
  for (uint32_t i = 0; i < block->chunk_count; i++)
    if (block_chunk(block, i, &chunk) && chunk.time_max >= last.time_max) last = chunk;
  return last.step_last;
}

static int trace_block(struct contents *contents, uint64_t offset)
{
  const struct block *block = &contents->block;
  struct block_trace *blocks = array_grow(contents->blocks, &contents->block_capacity,
                                          contents->block_count + 1, sizeof *blocks);

  if (!blocks) return -1;
  contents->blocks = blocks;
  blocks[contents->block_count++] = (struct block_trace){
      .offset = offset, .series_count = block->chunk_count, .step_last = last_step(block)};
  return 0;
}

/* Decodes the rows when the first points need them.  1: there are none to be had;
 * -1: memory is short. */
static int need_rows(struct contents *contents, uint64_t offset)
{
  enum block_check check = block_read_rows(&contents->block, contents->points_allowed);

  if (check == BLOCK_NO_MEMORY) return -1;
  if (check == BLOCK_UNKNOWN) contents_unknown(contents, offset, "the coding of the rows");
  if (check == BLOCK_DAMAGED) contents_damaged(contents, offset, "the list of rows");
  return check == BLOCK_OK ? 0 : 1;
}

/* The chunks of long series stay where they are; without them a block may have no
 * need of its rows. */
int contents_take_points(struct contents *contents, size_t frame)
{
  struct block *block = &contents->block;
  uint64_t offset = log_frame(contents->log, frame)->offset;
  struct chunk chunk;

  if (contents->points_max == UINT64_MAX || block->sparse.size > 0) {
    int result = need_rows(contents, offset);

    if (result != 0) return result < 0 ? -1 : 0;
  }
  for (uint32_t i = 0; i < block->chunk_count; i++) {
    struct series *series;
    int result;

    if (!block_chunk(block, i, &chunk)) continue;
    series = series_of(&contents->series, chunk.series, FORMAT_VALUE_FLOAT);
    if (!series) return -1;
    if (!series_takes(series, (chunk.flags & FORMAT_CHUNK_INTEGER) != 0) || chunk.n == 0 ||
        chunk.n > contents->points_allowed) {
      contents_damaged(contents, offset, "a metric's points");
      continue;
    }
    if (series->is_long && chunk_is_sane(&chunk)) {
      if (series_keep_chunk(series, frame, &chunk)) return -1;
      contents->points_allowed -= chunk.n;
      continue;
    }
    result = need_rows(contents, offset);
    if (result != 0) return result < 0 ? -1 : 0;
    if (take_chunk(contents, series, &chunk, frame)) return -1;
  }
  return take_sparse(contents, offset) || trace_block(contents, offset) ? -1 : 0;
}

enum block_check contents_chunk_points(struct contents *contents, const struct series_chunk *chunk,
                                       const struct chunk_target *target)
{
  struct block *block = &contents->block;
  enum block_check check;

  if (contents->loaded != chunk->frame) {
    contents->loaded = SIZE_MAX;
    if (log_read(contents->log, chunk->frame, &contents->payload, NULL) != 0 ||
        block_open(block, contents->payload.data, contents->payload.size) != BLOCK_OK)
      return BLOCK_DAMAGED;
    contents->loaded = chunk->frame;
  }
  check = target->times ? block_read_rows(block, FORMAT_COLUMN_MAX)
                        : block_read_steps(block, FORMAT_COLUMN_MAX);
  return check == BLOCK_OK ? block_read_chunk(block, &chunk->entry, target) : check;
}
