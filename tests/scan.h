/* A small reader of logs for the logger's own tests: every frame by scanning, every
 * live record, nothing forgiven.  It shares codec.c and frame.c with the writer, so
 * what those agree on wrongly it does not see; the vectors of format-spec/ do.
 */
#ifndef TESTS_SCAN_H
#define TESTS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan_point {
  uint32_t log; /* which of the folder's logs */
  uint32_t series;
  int64_t step;
  int64_t time_us;
  uint64_t bits;
};

struct scan_series {
  uint32_t log;
  uint32_t id;
  uint8_t type;
  char name[64]; /* cut */
};

struct scan_record {
  uint32_t log;
  uint16_t type;
  int64_t time_ns;
  uint8_t *body;
  size_t size;
};

struct scan {
  struct scan_point *points;
  size_t point_count;
  struct scan_series *series;
  size_t series_count;
  struct scan_record *records;
  size_t record_count;
  size_t log_count;
  size_t frame_count;
  size_t block_count;
  size_t index_count;
  size_t finished_count; /* logs whose last frame is a whole FOOTER with its trailer */
  size_t skipped;        /* bytes of main logs that are no whole frame */
  size_t live_count;     /* live files */
  size_t live_records;   /* of them, not in a block */
  uint64_t footer_records;
  const char *fault; /* what was wrong, NULL: nothing */
};

/* Reads all logs and live files of a run's folder. */
void scan_folder(struct scan *scan, const char *folder);
void scan_release(struct scan *scan);

/* How many points the series of that name have. */
size_t scan_points_of(const struct scan *scan, const char *name);
/* The k-th point of a name, NULL: there is none. */
const struct scan_point *scan_point_at(const struct scan *scan, const char *name, size_t k);
/* The k-th record of a type, NULL: there is none. */
const struct scan_record *scan_record_at(const struct scan *scan, uint16_t type, size_t k);
size_t scan_records_of(const struct scan *scan, uint16_t type);

#endif
