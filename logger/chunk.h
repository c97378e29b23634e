/* Statistics of a series: over one block, as its directory entry tells them
 * (FORMAT.md 6.3), and over the whole log, as the footer does (7.2).
 */
#ifndef EPOCHLOG_CHUNK_H
#define EPOCHLOG_CHUNK_H

#include <stdbool.h>

#include "frame.h"

struct epochlog__stats {
  uint64_t n;
  uint64_t n_nan;
  uint64_t n_posinf;
  uint64_t n_neginf;
  uint64_t first_nan; /* index; UINT64_MAX: none */
  uint64_t min_at;
  uint64_t max_at;
  uint64_t first; /* bits: f64, or i64 for integers */
  uint64_t last;
  uint64_t min;
  uint64_t max;
  double sum;
  double sum_squares;
  int64_t step_first;
  int64_t step_last;
  int64_t step_min;
  int64_t step_max;
  int64_t time_first; /* us, of the first and last point */
  int64_t time_last;
  int64_t time_min;
  int64_t time_max;
  uint64_t chunk_count;
  bool exact_f32; /* every value so far is exactly a float */
};

void epochlog__stats_init(struct epochlog__stats *stats);

/* Adds a point.  Of a text series only the step and time count (add_text). */
void epochlog__stats_add_float(struct epochlog__stats *stats, int64_t step, int64_t time_us,
                               uint64_t bits);
void epochlog__stats_add_integer(struct epochlog__stats *stats, int64_t step, int64_t time_us,
                                 uint64_t bits);
void epochlog__stats_add_text(struct epochlog__stats *stats, int64_t step, int64_t time_us);

/* Rows of a block: each has a step and a time. */
struct epochlog__rows {
  const int64_t *steps;
  const int64_t *times;
  bool ascend; /* neither is ever less than the one before */
};

/* The same for all points of a chunk at once, at least one, into statistics that have
 * none yet: what is said of the values, and of the rows that they stand in, which
 * ascend. */
void epochlog__stats_of_floats(struct epochlog__stats *stats, const double *values, size_t n);
void epochlog__stats_of_integers(struct epochlog__stats *stats, const int64_t *values, size_t n);
void epochlog__stats_of_rows(struct epochlog__stats *stats, const struct epochlog__rows *rows,
                             const int64_t *at, size_t n);

/* Adds the points of `later`, which come after those of `stats`. */
void epochlog__stats_join(struct epochlog__stats *stats, const struct epochlog__stats *later,
                          bool integer);

/* Where a chunk's columns lie in the data section. */
struct epochlog__place {
  uint32_t rows_off;
  uint32_t rows_len;
  uint32_t values_off;
  uint32_t values_len;
  uint32_t crc;
};

/* Writes the directory entry of a chunk. */
void epochlog__entry_put(uint8_t out[FORMAT_ENTRY_SIZE], uint32_t series, bool integer,
                         const struct epochlog__stats *stats, const struct epochlog__place *place);

/* Writes the totals of a series. */
void epochlog__totals_put(uint8_t out[FORMAT_TOTALS_SIZE], const struct epochlog__stats *stats);

#endif
