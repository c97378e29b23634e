/* The live file: a ring of segments with the newest records (FORMAT.md section 8).
 *
 * It is written while it is read.  What makes a record safe is in it: its checksum
 * covers the segment's generation, so one that is half written, or left from an
 * earlier lap, ends the segment instead of being taken.  What makes all of them
 * together safe are the headers of the segments: they are looked at before and
 * after, and only if none changed, so that no segment came into use meanwhile, has
 * every record been seen that was there when the reading began.
 *
 * What is taken is copied: the whole of a segment is in memory only while it is
 * searched.
 */
#ifndef EPOCHLOG_READER_LIVE_H
#define EPOCHLOG_READER_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader/arena.h"
#include "reader/log.h"
#include "reader/records.h"
#include "reader/source.h"

enum live_problem {
  LIVE_FINE,
  LIVE_NOT_LIVE,  /* no live file of version 1, or its header is damaged */
  LIVE_NEWER,     /* a major or a feature this reader does not know */
  LIVE_UNREADABLE /* the system failed; errno is in sys_errno */
};

struct live {
  enum live_problem problem;
  int sys_errno;
  unsigned char uuid[16];
  int64_t heartbeat_ns;
  bool changing;           /* segments came into use during each reading: see log_live_items */
  struct live_item *items; /* ascending by seq, each seq once */
  size_t count;
  size_t capacity;
  struct arena bytes;
};

/* Reads all of it.  Returns 0 (see `problem`), or -1 when memory is short. */
int live_read(struct live *live, const struct source *source);
void live_release(struct live *live);

/* Points of a live item of type SCALAR or ROW: how many, and the n-th.  A ROW
 * whose count does not fit its length has none. */
struct live_points {
  int64_t step;
  uint32_t count;
  const unsigned char *series; /* count × u32 */
  const unsigned char *values; /* count × 8 bytes */
};
bool live_item_points(const struct live_item *item, struct live_points *points);

/* The one record of a RECORD; false when there is none, or something behind it. */
bool live_item_record(const struct live_item *item, struct record *record);

#endif
