/* What one log says: its RUN, its series with their points, its records in order.
 *
 * Points are decoded as blocks are read, one payload in memory at a time.  Bodies
 * of records are kept, except large ones (batches of predictions), which are read
 * again from their frame when they are wanted.
 *
 * A block of a few bytes can stand for millions of points, so what a log may
 * decode to is bounded by its size; what goes beyond is left out and told.
 */
#ifndef EPOCHLOG_READER_CONTENTS_H
#define EPOCHLOG_READER_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/arena.h"
#include "reader/block_read.h"
#include "reader/footer.h"
#include "reader/log.h"
#include "reader/records.h"
#include "reader/series_table.h"

/* A record whose body is in memory (`body`) or at `offset` of the records of frame
 * `frame`. */
struct kept_record {
  int64_t time_ns;
  uint64_t order;
  const unsigned char *body;
  size_t frame;
  uint32_t offset;
  uint32_t size;
  uint16_t type;
};

/* What stood in a good block, to tell what a damaged neighbour held. */
struct block_trace {
  uint64_t offset;
  uint32_t series_count;
  int64_t step_last;
};

struct contents {
  struct log *log;
  struct arena arena;
  bool has_run;
  struct run_body run;
  struct series_table series;
  struct kept_record *records; /* all but RUN and SERIES; by time, then place */
  size_t record_count;
  size_t record_capacity;
  struct block_trace *blocks;
  size_t block_count;
  size_t block_capacity;
  uint64_t points_allowed; /* left of what the log may decode to */
  uint64_t cells_allowed;  /* the same for values of batches */
  uint64_t points_max;     /* a series with more stays in its chunks */
  uint64_t points_kept;    /* in memory */

  /* Of the footer, when it is good. */
  bool has_footer;
  struct footer footer;

  struct block block; /* scratch */
  struct payload payload;
  size_t loaded; /* the frame in `payload` whose records are wanted again */
};

/* Reads all of `log`, which stays the caller's and must outlive the contents.
 * Returns 0, or -1 with `error` filled (memory or the system). */
int contents_read(struct contents *contents, struct log *log, struct read_error *error);
/* The same of a log that continues another, whose contents are `before` (or NULL):
 * a series that is not described here is described there.  What was left out of the
 * log (continued.h) is not read.
 *
 * A series with more than `points_max` points is long (series_table.h): its chunks
 * stay in the log with their statistics.  Where there are so many series that even
 * this would fill the memory, shorter ones are long too. */
int contents_read_after(struct contents *contents, struct log *log, const struct contents *before,
                        uint64_t points_max, struct read_error *error);
/* Reads the footer alone; its records are the records, its series have no points.
 * Returns 1 when there is no good footer. */
int contents_read_footer(struct contents *contents, struct log *log, struct read_error *error);
/* After contents_read of a damaged log: adds what its footer repeats of lost frames
 * (RUN and current facts).  What was not lost is then there twice, which changes
 * no latest or first value. */
int contents_repair(struct contents *contents, struct read_error *error);
void contents_release(struct contents *contents);

/* The body of a record, valid until the next call.  False when it cannot be read
 * again. */
bool contents_record(struct contents *contents, const struct kept_record *kept,
                     struct record *record);

/* Decodes a chunk of a long series, its frame read again unless it is the one that
 * was read last.  As block_read_chunk; also BLOCK_DAMAGED when the file cannot be
 * read any more. */
enum block_check contents_chunk_points(struct contents *contents, const struct series_chunk *chunk,
                                       const struct chunk_target *target);

/* Takes `cells` values from what batches may still decode to. */
bool contents_allow_cells(struct contents *contents, uint64_t cells);

int64_t time_us_of(int64_t time_ns); /* rounded down */

#endif
