#include "reader/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "frame.h"
#include "reader/checksum.h"

#define HEADER_USED 52 /* bytes up to and with the checksum */
#define RECORD_HEAD 8
#define READINGS 5         /* after so many the writer is faster than any reader */
#define SEGMENT_CHECKED 36 /* of a segment's header: up to and with its checksum */
#define LENGTH_MIN 64      /* of the header; of this version it is 4096 */

struct live_header {
  uint32_t segment_count;
  uint32_t segment_size;
  uint16_t length;
};

struct segment_header {
  uint64_t generation;
  uint64_t first_seq;
  int64_t base_time_ns;
};

static enum live_problem read_header(struct live *live, struct live_header *header,
                                     const struct source *source)
{
  unsigned char bytes[HEADER_USED], sign[8];

  errno = 0;
  if (source_read_exactly(source, 0, bytes, sizeof bytes)) {
    live->sys_errno = errno;
    return errno ? LIVE_UNREADABLE : LIVE_NOT_LIVE;
  }
  if (memcmp(bytes, FORMAT_MAGIC_LIVE, FORMAT_MAGIC_SIZE) != 0) return LIVE_NOT_LIVE;
  if (!checksum_fits(epochlog__crc32c(0, bytes, 48), epochlog__get_u32(bytes + 48)))
    return LIVE_NOT_LIVE;
  if (epochlog__get_u16(bytes + 8) != FORMAT_MAJOR || epochlog__get_u64(bytes + 24) != 0)
    return LIVE_NEWER;
  header->segment_count = epochlog__get_u32(bytes + 12);
  header->segment_size = epochlog__get_u32(bytes + 16);
  header->length = epochlog__get_u16(bytes + 10);
  if (header->length < LENGTH_MIN || header->length % FORMAT_ALIGN != 0 ||
      header->segment_count == 0 || header->segment_count > FORMAT_SEGMENTS_MAX ||
      header->segment_size < FORMAT_SEGMENT_MIN || header->segment_size > FORMAT_SEGMENT_MAX ||
      header->segment_size % FORMAT_ALIGN != 0)
    return LIVE_NOT_LIVE;
  memcpy(live->uuid, bytes + 32, sizeof live->uuid);
  if (header->length >= FORMAT_LIVE_SIGN_OF_LIFE + sizeof sign &&
      source_read_exactly(source, FORMAT_LIVE_SIGN_OF_LIFE, sign, sizeof sign) == 0)
    live->heartbeat_ns = epochlog__get_i64(sign);
  return LIVE_FINE;
}

/* False: never used, or a header that is being changed. */
static bool segment_header_get(struct segment_header *header, const unsigned char *bytes)
{
  if (!checksum_fits(epochlog__crc32c(0, bytes, 32), epochlog__get_u32(bytes + 32))) return false;
  header->generation = epochlog__get_u64(bytes);
  header->first_seq = epochlog__get_u64(bytes + 8);
  header->base_time_ns = epochlog__get_i64(bytes + 16);
  return header->generation != 0;
}

/* Length in bytes of the whole record at `at`; 0: the segment's records end here. */
static size_t record_length(const unsigned char *at, size_t left, uint64_t generation)
{
  unsigned char lap[8];
  size_t length;
  uint32_t crc;

  if (left < FORMAT_LIVE_RECORD_MIN) return 0;
  length = (size_t)epochlog__get_u16(at + 4) * 8;
  if (length < FORMAT_LIVE_RECORD_MIN || length > left) return 0;
  if (at[7] != (unsigned char)generation) return 0;
  epochlog__put_u64(lap, generation);
  crc = epochlog__crc32c(0, lap, sizeof lap);
  crc = epochlog__crc32c(crc, at + 4, length - 4);
  return checksum_fits(crc, epochlog__get_u32(at)) ? length : 0;
}

static int64_t floor_us(int64_t ns) { return ns / 1000 - (ns % 1000 < 0); }

static int64_t add_wrapping(int64_t a, int64_t b)
{
  uint64_t sum = (uint64_t)a + (uint64_t)b;
  int64_t out;

  memcpy(&out, &sum, sizeof out);
  return out;
}

static int64_t item_time(const unsigned char *record, uint8_t type, int64_t base_us)
{
  int32_t delta;
  uint32_t bits = epochlog__get_u32(record + (type == FORMAT_LIVE_SCALAR ? 12 : 16));

  memcpy(&delta, &bits, sizeof delta);
  return add_wrapping(base_us, delta);
}

/* Takes the records of one segment; `bytes` are those behind its header. */
static int take_records(struct live *live, const struct segment_header *header,
                        const unsigned char *bytes, size_t size)
{
  int64_t base_us = floor_us(header->base_time_ns);
  uint64_t seq = header->first_seq;
  size_t used = 0, length, at;
  unsigned char *kept;

  while ((length = record_length(bytes + used, size - used, header->generation)) > 0)
    used += length;
  if (used == 0) return 0;
  kept = arena_alloc(&live->bytes, used);
  if (!kept) return -1;
  memcpy(kept, bytes, used);
  for (at = 0; at < used; at += length, seq++) {
    struct live_item item = {
        .seq = seq, .place = live->count, .bytes = kept + at, .type = kept[at + 6]};
    struct live_item *items =
        array_grow(live->items, &live->capacity, live->count + 1, sizeof *items);

    if (!items) return -1;
    live->items = items;
    length = (size_t)epochlog__get_u16(kept + at + 4) * 8;
    item.size = (uint32_t)length;
    if (item.type == FORMAT_LIVE_TIME) base_us = floor_us(epochlog__get_i64(kept + at + 8));
    item.time_us = base_us;
    if (item.type == FORMAT_LIVE_SCALAR || (item.type == FORMAT_LIVE_ROW && length >= 24))
      item.time_us = item_time(kept + at, item.type, base_us);
    items[live->count++] = item;
  }
  return 0;
}

/* ---- all segments, while they may be changing ---- */

/* What the checksum of a segment's header covers, and it. */
struct segment_heads {
  unsigned char bytes[FORMAT_SEGMENTS_MAX][SEGMENT_CHECKED];
};

static uint64_t segment_offset(const struct live_header *header, uint32_t index)
{
  return header->length + (uint64_t)index * header->segment_size;
}

static void read_heads(struct segment_heads *heads, const struct source *source,
                       const struct live_header *header)
{
  memset(heads, 0, sizeof *heads);
  for (uint32_t i = 0; i < header->segment_count; i++)
    if (source->read(source, segment_offset(header, i), heads->bytes[i], SEGMENT_CHECKED) < 0)
      memset(heads->bytes[i], 0, SEGMENT_CHECKED);
}

/* Returns 0; -1 when memory is short.  A segment that cannot be read is left out;
 * `*changed` is set when its header is not `head`. */
static int read_segment(struct live *live, const struct source *source, uint64_t offset,
                        unsigned char *buffer, size_t size, const unsigned char *head,
                        bool *changed)
{
  struct segment_header header = {0};
  int64_t got = source->read(source, offset, buffer, size);

  if (got < FORMAT_SEGMENT_HEADER_SIZE) {
    if (got < 0) live->sys_errno = errno;
    return 0;
  }
  if (memcmp(buffer, head, SEGMENT_CHECKED) != 0) *changed = true;
  if (!segment_header_get(&header, buffer)) return 0;
  return take_records(live, &header, buffer + FORMAT_SEGMENT_HEADER_SIZE,
                      (size_t)got - FORMAT_SEGMENT_HEADER_SIZE);
}

/* Reads every segment once.  `*changed`: one came into use meanwhile. */
static int read_segments(struct live *live, const struct source *source,
                         const struct live_header *header, unsigned char *buffer, size_t size,
                         bool *changed)
{
  struct segment_heads before, after;
  int result = 0;

  *changed = false;
  read_heads(&before, source, header);
  for (uint32_t i = 0; i < header->segment_count && result == 0; i++) {
    uint64_t offset = segment_offset(header, i);

    if (offset >= source->size) break;
    result = read_segment(live, source, offset, buffer, size, before.bytes[i], changed);
  }
  read_heads(&after, source, header);
  if (memcmp(&before, &after, sizeof before) != 0) *changed = true;
  return result;
}

static int compare_items(const void *left, const void *right)
{
  const struct live_item *a = left, *b = right;

  if (a->seq != b->seq) return a->seq < b->seq ? -1 : 1;
  return (a->place > b->place) - (a->place < b->place);
}

/* Segments stand in the file in the order they were reused, not in that of time. */
static void order_items(struct live *live)
{
  size_t kept = 0;

  if (live->count == 0) return;
  qsort(live->items, live->count, sizeof *live->items, compare_items);
  for (size_t i = 1; i < live->count; i++)
    if (live->items[i].seq != live->items[kept].seq) live->items[++kept] = live->items[i];
  live->count = kept + 1;
}

static void forget_items(struct live *live)
{
  live->count = 0;
  arena_release(&live->bytes);
}

int live_read(struct live *live, const struct source *source)
{
  struct live_header header;
  unsigned char *buffer;
  size_t size;
  int result = 0;

  *live = (struct live){0};
  live->problem = read_header(live, &header, source);
  if (live->problem != LIVE_FINE) return 0;
  size = header.segment_size;
  if (size > source->size) size = (size_t)source->size;
  buffer = malloc(size + 8);
  if (!buffer) return -1;
  for (int reading = 0; reading < READINGS && result == 0; reading++) {
    forget_items(live);
    result = read_segments(live, source, &header, buffer, size, &live->changing);
    if (!live->changing) break;
  }
  free(buffer);
  if (result == 0) order_items(live);
  return result;
}

void live_release(struct live *live)
{
  free(live->items);
  arena_release(&live->bytes);
  *live = (struct live){0};
}

bool live_item_record(const struct live_item *item, struct record *record)
{
  struct epochlog__bytes in =
      epochlog__bytes_of(item->bytes + RECORD_HEAD, item->size - RECORD_HEAD);

  return item->type == FORMAT_LIVE_RECORD && record_next(&in, record) && epochlog__left(&in) == 0;
}

bool live_item_points(const struct live_item *item, struct live_points *points)
{
  size_t values;

  if (item->type == FORMAT_LIVE_SCALAR && item->size >= 32) {
    *points = (struct live_points){.step = epochlog__get_i64(item->bytes + 16),
                                   .count = 1,
                                   .series = item->bytes + RECORD_HEAD,
                                   .values = item->bytes + 24};
    return true;
  }
  if (item->type != FORMAT_LIVE_ROW || item->size < 24) return false;
  *points = (struct live_points){.step = epochlog__get_i64(item->bytes + 8),
                                 .count = epochlog__get_u16(item->bytes + 20),
                                 .series = item->bytes + 24};
  values = (size_t)epochlog__padded(24 + 4 * (size_t)points->count);
  if (values + 8 * (size_t)points->count > item->size) return false;
  points->values = item->bytes + values;
  return true;
}
