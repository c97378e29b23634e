/* The live segments, in exactly the layout of the live file (FORMAT.md 8): either a
 * mapping of it, or private memory whose new bytes are written to it from time to time
 * (dirty, write, clean).
 *
 * A segment is free, or active (records are appended to it; at most one is), or
 * full (to be sealed into the main log, oldest first; then free again):
 *
 *     header | record | record | record | not yet used
 *     0      64       published --^ hot->at
 *
 * What is published never changes until the segment is activated again, so it may
 * be read without the lock by whoever keeps the segment from becoming free: that
 * is the holder of the run's `io` lock.  Everything else needs the `hot` lock.
 */
#ifndef EPOCHLOG_RING_H
#define EPOCHLOG_RING_H

#include <stdbool.h>

#include "frame.h"
#include "guard.h"
#include "hot.h"

enum epochlog__segment_state { EPOCHLOG__FREE, EPOCHLOG__ACTIVE, EPOCHLOG__FULL };

struct epochlog__segment {
  enum epochlog__segment_state state;
  uint8_t *image;
  uint64_t generation;
  uint64_t first_seq;
  uint32_t used;    /* bytes published, with the header; while active see hot->at */
  uint32_t written; /* of them in the file; 0: not even this generation's header */
  uint32_t records; /* while active see hot->next_seq */
  int64_t opened_mono;
  int64_t base_ns;  /* as its header has it */
  bool is_doubtful; /* copied from a file that was cut: some records may be gone */
};

struct epochlog__ring {
  int fd;                        /* of the live file, -1: none */
  uint8_t *memory;               /* the mapping of the whole file, NULL: written */
  struct epochlog__guard *guard; /* over the mapping; NULL: none */
  uint8_t *image;                /* the segments */
  uint8_t uuid[FORMAT_UUID_SIZE];
  uint32_t segment_size;
  uint32_t segment_count;
  struct epochlog__segment segments[FORMAT_SEGMENTS_MAX];
  struct epochlog__segment *active; /* NULL: none */
  uint32_t full_count;
  uint64_t generation; /* the last one given */
  struct epochlog__hot *hot;
};

/* Makes the live file `name` in a folder, mapped or to be written; no segment is
 * active.  0 or an errno, and then there is no file. */
int epochlog__ring_open(struct epochlog__ring *ring, int folder_fd, const char *name,
                        bool is_mapped);
/* Closes the file and lets the segments go. */
void epochlog__ring_release(struct epochlog__ring *ring);
/* What a forked child does instead: it does not have the mapping, and what is there in
 * its place may be something else. */
void epochlog__ring_abandon(struct epochlog__ring *ring);

/* Why the file cannot be trusted any more: ESTALE when somebody deleted it or cut it
 * short, EIO when the mapping broke; 0: it can. */
int epochlog__ring_fault(const struct epochlog__ring *ring);

/* Takes over what another ring of the same sizes holds; that one has nothing then
 * but its file. */
void epochlog__ring_take_over(struct epochlog__ring *ring, struct epochlog__ring *from);

/* The dt_us of a time, with a TIME record first where it does not fit.  False if there
 * is no room for `size` bytes behind that. */
bool epochlog__ring_time(struct epochlog__ring *ring, int64_t time_us, uint32_t size,
                         int32_t *dt_us);

/* Calls the active segment full, unless it has no record. */
void epochlog__ring_retire(struct epochlog__ring *ring);
/* Makes a free segment active, if none is; false if none is free. */
bool epochlog__ring_activate(struct epochlog__ring *ring);
bool epochlog__ring_has_free(const struct epochlog__ring *ring);
/* The oldest full segment, NULL: none. */
struct epochlog__segment *epochlog__ring_oldest_full(struct epochlog__ring *ring);
/* A full segment's records are in the main log: it may be used again. */
void epochlog__ring_free(struct epochlog__ring *ring, struct epochlog__segment *segment);
/* A segment's records in a copy of its image, some of which the mapping may have lost:
 * the whole ones and, in the place of the others, heads that stand for nothing.  Returns
 * how many are lost; `*used` is the copy's size, before and after. */
uint32_t epochlog__ring_mend(const struct epochlog__segment *segment, uint8_t *copy,
                             uint32_t *used);
/* The number of the first record that is in the ring, or the next one. */
uint64_t epochlog__ring_first_seq(const struct epochlog__ring *ring);

/* What the ring looked like at one moment.  It holds, save for the bytes published since,
 * as long as those fit into what the active segment had left: what needs another segment
 * is longer than that.  So whoever published nothing that long needs no lock to know. */
struct epochlog__view {
  uint64_t published; /* bytes since the start */
  uint64_t left;      /* bytes left in the active segment */
  uint64_t room;      /* and in all, before a segment must be freed */
  bool has_full;
  uint64_t records;    /* in the active segment */
  int64_t opened_mono; /* when that was activated */
  uint8_t *at;         /* the next bytes to be stored into; NULL: not mapped */
  uint8_t *next;       /* the segment that follows; NULL: none is free */
  uint32_t segment_size;
};
/* hot held. */
struct epochlog__view epochlog__ring_look(const struct epochlog__ring *ring);

/* A stretch of the mapping that will be stored into soon. */
struct epochlog__stretch {
  uint8_t *at;
  size_t size;
};
/* The next `ahead` bytes: in the active segment, and in the one that follows it, when
 * `published` bytes have been. */
void epochlog__view_ahead(const struct epochlog__view *view, uint64_t published, size_t ahead,
                          struct epochlog__stretch next[2]);
/* Makes its pages writable (io held, hot not); 0 or an errno when the file system
 * refuses. */
int epochlog__ring_prefault(const struct epochlog__stretch *stretch);

/* A range of a segment that the file does not have yet. */
struct epochlog__dirty {
  uint32_t segment;
  uint32_t from;
  uint32_t to;
};

/* The next such range, oldest segment first; false: none, or the ring is mapped. */
bool epochlog__ring_dirty(const struct epochlog__ring *ring, struct epochlog__dirty *dirty);
/* Writes it (io lock, not hot); 0 or an errno. */
int epochlog__ring_write(const struct epochlog__ring *ring, const struct epochlog__dirty *dirty);
/* Notes that it was written. */
void epochlog__ring_clean(struct epochlog__ring *ring, const struct epochlog__dirty *dirty);

/* Stores the time of the last sign of life; errors do not matter. */
void epochlog__ring_sign_of_life(const struct epochlog__ring *ring, int64_t time_ns);

#endif
