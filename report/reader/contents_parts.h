/* What contents.c, contents_points.c and contents_records.c share. */
#ifndef EPOCHLOG_READER_CONTENTS_PARTS_H
#define EPOCHLOG_READER_CONTENTS_PARTS_H

#include "reader/contents.h"

/* Where a record stands: in frame `frame` at `offset` of its records, or (frame
 * SIZE_MAX) in the live file. */
struct place {
  size_t frame;
  uint64_t frame_offset;
  uint32_t offset;
};

/* Something in the frame at `offset` is damaged, or of a kind not known: counted,
 * and told in a sentence. */
void contents_damaged(struct contents *contents, uint64_t offset, const char *what);
void contents_unknown(struct contents *contents, uint64_t offset, const char *what);

/* Each returns 0, or -1 when memory is short. */
int contents_take_run(struct contents *contents, const void *body, size_t size);
int contents_take_records(struct contents *contents, struct epochlog__bytes in, struct place place);

/* The points of the block in `frame`, which is open. */
int contents_take_points(struct contents *contents, size_t frame);

/* By time, then in the order they were read. */
void contents_order_records(struct contents *contents);

#endif
