#include "reader/recover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "frame.h"
#include "reader/arena.h"
#include "reader/checksum.h"

const char *const SKIPPED_PAYLOAD = "payload";
const char *const SKIPPED_GAP = "gap";
const char *const SKIPPED_CUT = "cut";
const char *const SKIPPED_ZEROS = "zeros";
const char *const SKIPPED_TORN = "torn";

/* Bytes looked at in one read while searching; a header may straddle two. */
#define WINDOW 65536

int skipped_add(struct range_list *list, uint64_t from, uint64_t to, const char *why)
{
  struct skipped_range *items;

  if (from >= to) return 0;
  items = array_grow(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (!items) return -1;
  list->items = items;
  items[list->count++] = (struct skipped_range){from, to, why};
  return 0;
}

int frame_add(struct frame_list *list, const struct log_frame *frame)
{
  struct log_frame *items =
      array_grow(list->items, &list->capacity, list->count + 1, sizeof *items);

  if (!items) return -1;
  list->items = items;
  items[list->count++] = *frame;
  return 0;
}

int recover_frame_at(struct log_frame *frame, const struct source *source, uint64_t offset,
                     const unsigned char uuid[16])
{
  unsigned char bytes[FORMAT_FRAME_HEADER_MAX];
  struct epochlog__frame header;
  enum epochlog__frame_check check;
  size_t want = FORMAT_FRAME_HEADER_SIZE;
  int64_t got = source->read(source, offset, bytes, want);

  if (got < 0) return -1;
  if (got < FORMAT_FRAME_HEADER_SIZE) return 0;
  check = checksum_frame_get(&header, bytes, want, offset, uuid);
  if (check == EPOCHLOG__FRAME_SHORT) {
    want = header.header_len <= sizeof bytes ? header.header_len : sizeof bytes;
    got = source->read(source, offset, bytes, want);
    if (got < 0) return -1;
    check = checksum_frame_get(&header, bytes, (size_t)got, offset, uuid);
  }
  if (check != EPOCHLOG__FRAME_VALID) return 0;
  *frame = (struct log_frame){.offset = offset,
                              .total_len = epochlog__frame_total(&header),
                              .frame_no = header.number,
                              .stored_len = header.stored_len,
                              .raw_len = header.raw_len,
                              .payload_crc = header.payload_crc,
                              .header_len = header.header_len,
                              .type = header.type,
                              .flags = header.flags};
  return 1;
}

int recover_frame_fits(const struct log_frame *frame, uint64_t size)
{
  return frame->offset <= size && frame->total_len <= size - frame->offset;
}

/* Looks for the next valid header from `from` on.  `*found` is its offset, or the
 * size when there is none; `*zeros` becomes 0 when a byte other than 0 was passed. */
static int search(const struct source *source, uint64_t from, const unsigned char uuid[16],
                  uint64_t *found, int *zeros)
{
  unsigned char *window = malloc(WINDOW);
  struct log_frame frame;
  int result = -1;

  if (!window) return -1;
  *found = source->size;
  while (from < source->size) {
    int64_t got = source->read(source, from, window, WINDOW);

    if (got < 0) goto release;
    if (got == 0) break;
    for (int64_t i = 0; *zeros && i < got; i++)
      if (window[i] != 0) *zeros = 0;
    for (int64_t i = 0; i + 4 <= got; i += FORMAT_ALIGN) {
      int valid;

      if (epochlog__get_u32(window + i) != FORMAT_SYNC) continue;
      valid = recover_frame_at(&frame, source, from + (uint64_t)i, uuid);
      if (valid < 0) goto release;
      if (!valid) continue;
      *found = from + (uint64_t)i;
      *zeros = 0;
      result = 0;
      goto release;
    }
    from += WINDOW;
  }
  result = 0;
release:
  free(window);
  return result;
}

int recover_has_frame(const struct source *source, uint64_t start, const unsigned char uuid[16])
{
  uint64_t found;
  int zeros = 1;

  return search(source, start, uuid, &found, &zeros) == 0 && found < source->size;
}

/* No valid header at `at`: tells the range up to the next one, or up to the end. */
static int skip_to_next(struct range_list *skipped, const struct source *source, uint64_t *at,
                        const unsigned char uuid[16])
{
  unsigned char first[FORMAT_ALIGN];
  uint64_t next;
  int zeros = 1;

  if (source->read(source, *at, first, sizeof first) < 0) return -1;
  for (size_t i = 0; i < sizeof first; i++)
    if (first[i] != 0) zeros = 0;
  if (search(source, *at + FORMAT_ALIGN, uuid, &next, &zeros)) return -1;
  if (skipped_add(skipped, *at, next,
                  next < source->size ? SKIPPED_GAP
                  : zeros             ? SKIPPED_ZEROS
                                      : SKIPPED_TORN))
    return -1;
  *at = next;
  return 0;
}

int recover_scan(struct frame_list *frames, struct range_list *skipped, uint64_t *missing_frames,
                 const struct source *source, uint64_t start, const unsigned char uuid[16])
{
  uint64_t at = start, expected = 0;

  while (at < source->size) {
    struct log_frame frame;
    int valid;

    if (source->size - at < FORMAT_FRAME_HEADER_SIZE)
      return skipped_add(skipped, at, source->size, SKIPPED_CUT);
    valid = recover_frame_at(&frame, source, at, uuid);
    if (valid < 0) return -1;
    if (!valid) {
      if (skip_to_next(skipped, source, &at, uuid)) return -1;
      continue;
    }
    if (!recover_frame_fits(&frame, source->size))
      return skipped_add(skipped, at, source->size, SKIPPED_CUT);
    if (frame.frame_no > expected) *missing_frames += frame.frame_no - expected;
    expected = frame.frame_no + 1;
    if (frame_add(frames, &frame)) {
      errno = ENOMEM;
      return -1;
    }
    at += frame.total_len;
  }
  return 0;
}
