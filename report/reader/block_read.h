/* A BLOCK's payload to columns (FORMAT.md section 6).
 *
 *     header | series | rows | directory | data | sparse | records
 *                       steps  152 bytes   columns
 *                       times  per chunk
 *
 * Sections are found from the lengths in the header, each checked against what is
 * left.  What cannot be read in one section leaves the others usable: a chunk of
 * an unknown codec costs that chunk, bad rows cost the points, not the records.
 * Memory: the two row columns and one scratch column, kept from block to block.
 */
#ifndef EPOCHLOG_READER_BLOCK_READ_H
#define EPOCHLOG_READER_BLOCK_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

enum block_check { BLOCK_OK, BLOCK_UNKNOWN, BLOCK_DAMAGED, BLOCK_NO_MEMORY };

/* Zero-initialise once, open any number of blocks with it, release. */
struct block {
  uint64_t first_seq;
  uint64_t last_seq;
  uint32_t row_count;
  uint32_t chunk_count;
  uint16_t entry_len;
  uint32_t records_raw_len;
  /* Cursors into the payload, which stays the caller's. */
  struct epochlog__bytes series;
  struct epochlog__bytes rows;
  struct epochlog__bytes directory;
  struct epochlog__bytes data;
  struct epochlog__bytes sparse;
  struct epochlog__bytes records;

  int64_t *steps; /* [row_count] after block_read_steps */
  int64_t *times; /* [row_count] after block_read_rows */
  bool has_steps, has_times;
  struct epochlog__bytes times_column;
  int64_t *scratch; /* row indices of the chunk read last */
  size_t steps_capacity, times_capacity, scratch_capacity;
  unsigned char *records_raw;
};

enum block_check block_open(struct block *block, const void *payload, size_t size);
void block_release(struct block *block);

/* Decodes the steps of the rows, or steps and times; once, however often it is asked
 * for.  `most` rows are allowed. */
enum block_check block_read_steps(struct block *block, size_t most);
enum block_check block_read_rows(struct block *block, size_t most);

/* A directory entry. */
struct chunk {
  uint32_t series;
  uint32_t n;
  uint32_t rows_off, rows_len;
  uint32_t values_off, values_len;
  uint32_t crc;
  uint32_t flags;
  uint32_t n_nan, n_posinf, n_neginf;
  uint64_t first, last, min, max; /* bits */
  double sum;                     /* of the finite values */
  int64_t step_first, step_last, step_min, step_max;
  int64_t time_min, time_max;
};
bool block_chunk(const struct block *block, uint32_t index, struct chunk *chunk);

/* Whether the statistics of a chunk can be those of any points, so that they may be
 * used instead of them. */
bool chunk_is_sane(const struct chunk *chunk);

/* Where the points of a chunk go: arrays of `chunk->n`; `values` takes doubles, or
 * int64_t for a chunk of integers.  `times` NULL: not wanted. */
struct chunk_target {
  int64_t *steps;
  int64_t *times;
  void *values;
};
/* After block_read_rows, or block_read_steps when times are not wanted.  Not OK: the target holds nothing of use. */
enum block_check block_read_chunk(struct block *block, const struct chunk *chunk,
                                  const struct chunk_target *target);

/* The sparse section: three arrays of `*count`, allocated together; free `*ids`. */
enum block_check block_read_sparse(struct block *block, size_t most, size_t *count, int64_t **ids,
                                   int64_t **rows, int64_t **bits);

/* The records section, inflated when needed; lives until the next block. */
enum block_check block_read_records(struct block *block, struct epochlog__bytes *records);

/* The next SERIES body of a series section; false at the end or when damaged
 * (then section->failed). */
bool series_section_next(struct epochlog__bytes *section, struct epochlog__bytes *body);

#endif
