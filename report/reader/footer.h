/* The end of a finished log: trailer, FOOTER and INDEX (FORMAT.md section 7).
 *
 * All of it is hints.  A footer that contradicts the frames is not believed, and
 * nothing here fails a log: the worst that happens is that it is scanned.
 */
#ifndef EPOCHLOG_READER_FOOTER_H
#define EPOCHLOG_READER_FOOTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "reader/recover.h"
#include "reader/source.h"

struct trailer {
  uint64_t footer_offset;
  uint64_t file_len;
  unsigned char uuid[16];
  uint32_t stored_len;
};

/* Whether the last 64 bytes of `source` are a trailer; its uuid is not compared. */
bool trailer_get(struct trailer *trailer, const struct source *source);

/* The sections of a footer's payload, which stays the caller's. */
struct footer {
  uint64_t last_index;
  uint64_t record_count;
  uint64_t frame_count;
  uint32_t series_count;
  uint16_t totals_len;
  struct epochlog__bytes series;
  struct epochlog__bytes totals;
  struct epochlog__bytes records;
};
bool footer_get(struct footer *footer, const void *payload, size_t size);

/* Totals of one series, in the order of the series section. */
struct footer_totals {
  uint64_t n, n_nan, n_posinf, n_neginf;
  uint64_t first, last, min, max; /* bits */
  double sum;
  int64_t step_first, step_last, step_min, step_max;
  int64_t time_first_us, time_last_us;
  uint64_t chunk_count;
};
bool footer_totals_get(const struct footer *footer, uint32_t index, struct footer_totals *totals);

/* The payload of a frame, inflated, that was checked or not; to be freed.  NULL when
 * it is damaged or memory is short. */
unsigned char *frame_payload(const struct source *source, const struct log_frame *frame,
                             size_t *size);

/* All frames of a finished log, in the order of the file, found by following the
 * INDEX frames back from the footer.  True only when headers, numbers and places
 * of all of them hold together without a hole from `start` to the end of the
 * file; then `frames` holds them (INDEX and FOOTER too) and nothing else in the
 * file is to be known.  False: scan.  `*sys_errno` is set when reading failed. */
bool footer_frames(struct frame_list *frames, const struct source *source, uint64_t start,
                   const struct trailer *trailer, int *sys_errno);

#endif
