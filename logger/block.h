/* A stretch of live records as one BLOCK payload (FORMAT.md 6): points to
 * columns by series, other records to the records section.
 *
 * Pure: bytes in, bytes out.  The input is the library's own memory and is
 * trusted.
 */
#ifndef EPOCHLOG_BLOCK_H
#define EPOCHLOG_BLOCK_H

#include "chunk.h"
#include "frame.h"
#include "series.h"

/* With fewer points a series goes to the sparse section.  A chunk costs 152 bytes of
 * directory and about 45 of columns, but its values, which are all of one kind, take two
 * or three bytes each, and a sparse point about five: they are even near 80 points.  It
 * is less than that because coding the sparse section takes longer. */
#define EPOCHLOG__CHUNK_POINTS 64

struct epochlog__block_input {
  const uint8_t *records; /* live records, behind the segment's header */
  size_t size;
  uint64_t first_seq;                           /* of the first of them */
  int64_t base_us;                              /* what dt_us counts from at the first */
  uint64_t skip;                                /* records to leave out at the start */
  uint64_t take;                                /* records to put into the block, at least 1 */
  const struct epochlog__series *const *series; /* id - 1 is the index */
  uint32_t series_count;
};

/* What became of one series. */
struct epochlog__block_series {
  uint32_t id;
  bool integer;
  struct epochlog__stats stats;
};

struct epochlog__block {
  struct epochlog__buffer payload; /* limited to FORMAT_STORED_MAX */
  uint64_t last_seq;
  uint32_t chunk_count;
  size_t directory_at;                   /* in the payload */
  struct epochlog__block_series *series; /* those with points, ascending by id */
  uint32_t series_count;
};

enum epochlog__block_check {
  EPOCHLOG__BLOCK_OK,
  EPOCHLOG__BLOCK_TOO_LARGE, /* take fewer records */
  EPOCHLOG__BLOCK_NO_MEMORY
};

/* Encodes; `block` is released by the caller in every case.
 *
 * Takes, beside the payload, at most five times the records and 1 MiB, and 300 bytes
 * for each series; all but `block` is given back.  (A point is 12 bytes of records at
 * least.  Its row takes 16 bytes, it 16 in a chunk or 24 in the sparse section, and
 * as one of a column that is being coded another 10.) */
enum epochlog__block_check epochlog__block_encode(struct epochlog__block *block,
                                                  const struct epochlog__block_input *input);
void epochlog__block_release(struct epochlog__block *block);

#endif
