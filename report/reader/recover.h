/* Bytes to whole frames: the scan of FORMAT.md section 9, step 5.
 *
 * Trusts nothing but a valid header: sync, its own offset, limits and a checksum
 * that includes the writer's uuid, so that a copy of another log inside this one
 * never looks like a frame of it.  After bytes that are no frame the search goes
 * on at every multiple of 8; its cost is linear in the size of the file.
 *
 *     | header | frame | frame | ??????? | frame | fra
 *                                 gap              cut
 *
 * Payloads are not looked at here: a valid header tells where the frame ends
 * whatever became of its payload.  So the frames found and the ranges told cover
 * every byte from `start` to the end once.
 */
#ifndef EPOCHLOG_READER_RECOVER_H
#define EPOCHLOG_READER_RECOVER_H

#include <stddef.h>
#include <stdint.h>

#include "reader/log.h"
#include "reader/source.h"

/* The words of FORMAT.md section 12. */
extern const char *const SKIPPED_PAYLOAD;
extern const char *const SKIPPED_GAP;
extern const char *const SKIPPED_CUT;
extern const char *const SKIPPED_ZEROS;
extern const char *const SKIPPED_TORN;

struct range_list {
  struct skipped_range *items;
  size_t count;
  size_t capacity;
};

struct frame_list {
  struct log_frame *items;
  size_t count;
  size_t capacity;
};

/* Each returns 0, or -1 when memory is short. */
int skipped_add(struct range_list *list, uint64_t from, uint64_t to, const char *why);
int frame_add(struct frame_list *list, const struct log_frame *frame);

/* What the bytes at `offset` are.  Returns 1 and the frame when a valid header
 * stands there (`total_len` may run past the end of the source), 0 when not, -1
 * with errno set when reading failed. */
int recover_frame_at(struct log_frame *frame, const struct source *source, uint64_t offset,
                     const unsigned char uuid[16]);

/* Whether `frame` with its padding ends within `size` bytes. */
int recover_frame_fits(const struct log_frame *frame, uint64_t size);

/* Whether there is any valid frame header from `start` on, of a frame that is whole
 * or not. */
int recover_has_frame(const struct source *source, uint64_t start, const unsigned char uuid[16]);

/* Scans from `start`.  Returns 0, or -1 with errno set.  Nothing already in the
 * lists is changed. */
int recover_scan(struct frame_list *frames, struct range_list *skipped, uint64_t *missing_frames,
                 const struct source *source, uint64_t start, const unsigned char uuid[16]);

#endif
