/* The live segments: an image in memory in exactly the layout of the live file
 * (FORMAT.md 8), and the file it is written to.
 *
 * A segment is free, or active (records are appended to it; at most one is), or
 * full (to be sealed into the main log, oldest first; then free again):
 *
 *     header | record | record | record | not yet used
 *     0      64       published --^
 *
 * What is published never changes until the segment is activated again, so it may
 * be read without the lock by whoever keeps the segment from becoming free: that
 * is the holder of the run's `io` lock.  Everything else needs the `hot` lock.
 *
 * In this version the image is private memory whose new bytes are written to the
 * file from time to time (dirty, write, clean).
 */
#ifndef EPOCHLOG_RING_H
#define EPOCHLOG_RING_H

#include <stdbool.h>

#include "frame.h"

enum epochlog__segment_state { EPOCHLOG__FREE, EPOCHLOG__ACTIVE, EPOCHLOG__FULL };

struct epochlog__segment {
  enum epochlog__segment_state state;
  uint8_t *image;
  uint64_t generation;
  uint32_t generation_crc; /* checksum of the generation: every record's begins with it */
  uint64_t first_seq;
  uint32_t used;    /* bytes published, with the header */
  uint32_t written; /* of them in the file; 0: not even this generation's header */
  uint32_t records;
  uint32_t rows;   /* scalar and row records */
  int64_t base_us; /* what dt_us counts from, moved by TIME records */
  int64_t opened_mono;
};

struct epochlog__ring {
  int fd; /* of the live file, -1: none */
  uint8_t uuid[FORMAT_UUID_SIZE];
  uint8_t *image;
  uint32_t segment_size;
  uint32_t segment_count;
  struct epochlog__segment segments[FORMAT_SEGMENTS_MAX];
  struct epochlog__segment *active; /* NULL: none */
  uint32_t full_count;
  uint64_t generation; /* the last one given */
  uint64_t next_seq;
};

/* Makes the live file `name` in a folder; 0 or an errno. */
int epochlog__ring_open(struct epochlog__ring *ring, int folder_fd, const char *name,
                        const uint8_t uuid[FORMAT_UUID_SIZE], uint32_t segment_size,
                        uint32_t segment_count);
/* Closes the file and frees the image. */
void epochlog__ring_release(struct epochlog__ring *ring);

/* Room for a record of `size` bytes (a multiple of 8, its head included) in the
 * active segment, NULL if there is not so much left.  The caller fills it from
 * offset 8 and publishes it, or not. */
static inline uint8_t *epochlog__ring_reserve(const struct epochlog__ring *ring, uint32_t size)
{
  const struct epochlog__segment *active = ring->active;

  if (active == NULL || size > ring->segment_size - active->used) return NULL;
  return active->image + active->used;
}
void epochlog__ring_publish(struct epochlog__ring *ring, enum format_live type, uint32_t size);

/* Microseconds from the active segment's base to a time, with a TIME record first
 * where they do not fit 32 bits.  False if there is no room for `size` bytes behind
 * that. */
bool epochlog__ring_time(struct epochlog__ring *ring, int64_t time_ns, uint32_t size,
                         int32_t *dt_us);

/* Calls the active segment full, unless it has no record. */
void epochlog__ring_retire(struct epochlog__ring *ring);
/* Makes a free segment active, if none is; false if none is free. */
bool epochlog__ring_activate(struct epochlog__ring *ring);
/* The oldest full segment, NULL: none. */
struct epochlog__segment *epochlog__ring_oldest_full(struct epochlog__ring *ring);
/* A full segment's records are in the main log: it may be used again. */
void epochlog__ring_free(struct epochlog__ring *ring, struct epochlog__segment *segment);

/* A range of a segment that the file does not have yet. */
struct epochlog__dirty {
  uint32_t segment;
  uint32_t from;
  uint32_t to;
};

/* The next such range, oldest segment first; false: none. */
bool epochlog__ring_dirty(const struct epochlog__ring *ring, struct epochlog__dirty *dirty);
/* Writes it (io lock, not hot); 0 or an errno. */
int epochlog__ring_write(const struct epochlog__ring *ring, const struct epochlog__dirty *dirty);
/* Notes that it was written. */
void epochlog__ring_clean(struct epochlog__ring *ring, const struct epochlog__dirty *dirty);

/* Writes the time of the last sign of life; errors do not matter. */
void epochlog__ring_sign_of_life(const struct epochlog__ring *ring, int64_t time_ns);

#endif
