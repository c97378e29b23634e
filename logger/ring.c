#include "ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "crc32c.h"
#include "system.h"

#define TIME_RECORD_SIZE 16

/* Gives the file its full size, with its blocks reserved where the file system
 * can: a disk that fills up later then still takes the newest records. */
static int size_file(int fd, uint64_t size)
{
  if (epochlog__reserve(fd, size) == 0) return 0;
  return epochlog__truncate(fd, size) == 0 ? 0 : errno;
}

static int write_header(const struct epochlog__ring *ring)
{
  uint8_t header[FORMAT_LIVE_HEADER_SIZE] = {0};
  size_t done;

  memcpy(header, FORMAT_MAGIC_LIVE, FORMAT_MAGIC_SIZE);
  epochlog__put_u16(header + 8, FORMAT_MAJOR);
  epochlog__put_u16(header + 10, FORMAT_LIVE_HEADER_SIZE);
  epochlog__put_u32(header + 12, ring->segment_count);
  epochlog__put_u32(header + 16, ring->segment_size);
  memcpy(header + 32, ring->uuid, FORMAT_UUID_SIZE);
  epochlog__put_u32(header + 48, epochlog__crc32c(0, header, 48));
  epochlog__put_u64(header + FORMAT_LIVE_SIGN_OF_LIFE, (uint64_t)epochlog__clock_wall());
  return epochlog__pwrite_all(ring->fd, header, sizeof header, 0, &done);
}

int epochlog__ring_open(struct epochlog__ring *ring, int folder_fd, const char *name,
                        const uint8_t uuid[FORMAT_UUID_SIZE], uint32_t segment_size,
                        uint32_t segment_count)
{
  const uint64_t all = (uint64_t)segment_size * segment_count;
  int error;

  *ring = (struct epochlog__ring){
      .fd = -1, .segment_size = segment_size, .segment_count = segment_count};
  memcpy(ring->uuid, uuid, FORMAT_UUID_SIZE);
  ring->image = epochlog__allocate_zeroed((size_t)all);
  if (ring->image == NULL) return ENOMEM;
  for (uint32_t i = 0; i < segment_count; i++)
    ring->segments[i].image = ring->image + (size_t)i * segment_size;
  ring->fd = epochlog__create(folder_fd, name);
  if (ring->fd < 0) {
    error = errno;
    goto release;
  }
  error = size_file(ring->fd, FORMAT_LIVE_HEADER_SIZE + all);
  if (error == 0) error = write_header(ring);
  if (error == 0) {
    epochlog__ring_activate(ring);
    return 0;
  }
  epochlog__unlink(folder_fd, name);
release:
  epochlog__ring_release(ring);
  return error;
}

void epochlog__ring_release(struct epochlog__ring *ring)
{
  if (ring->fd >= 0) close(ring->fd);
  free(ring->image);
  *ring = (struct epochlog__ring){.fd = -1};
}

void epochlog__ring_publish(struct epochlog__ring *ring, enum format_live type, uint32_t size)
{
  struct epochlog__segment *active = ring->active;
  uint8_t *record = active->image + active->used;

  /* u16 length, u8 type, u8 generation, in one store. */
  epochlog__put_u32(record + 4, (size / FORMAT_ALIGN) | (uint32_t)type << 16 |
                                    (uint32_t)active->generation << 24);
  epochlog__put_u32(record, epochlog__crc32c(active->generation_crc, record + 4, size - 4));
  active->used += size;
  active->records++;
  if (type == FORMAT_LIVE_SCALAR || type == FORMAT_LIVE_ROW) active->rows++;
  ring->next_seq++;
}

bool epochlog__ring_time(struct epochlog__ring *ring, int64_t time_ns, uint32_t size,
                         int32_t *dt_us)
{
  struct epochlog__segment *active = ring->active;
  const int64_t time_us = epochlog__clock_us(time_ns);
  uint8_t *record;
  int64_t dt;

  if (active == NULL) return false;
  dt = time_us - active->base_us;
  if (dt >= INT32_MIN && dt <= INT32_MAX) {
    *dt_us = (int32_t)dt;
    return true;
  }
  record = epochlog__ring_reserve(ring, TIME_RECORD_SIZE + size);
  if (record == NULL) return false;
  epochlog__put_u64(record + 8, (uint64_t)time_ns);
  epochlog__ring_publish(ring, FORMAT_LIVE_TIME, TIME_RECORD_SIZE);
  active->base_us = time_us;
  *dt_us = 0;
  return true;
}

void epochlog__ring_retire(struct epochlog__ring *ring)
{
  if (ring->active == NULL || ring->active->records == 0) return;
  ring->active->state = EPOCHLOG__FULL;
  ring->active = NULL;
  ring->full_count++;
}

void epochlog__ring_free(struct epochlog__ring *ring, struct epochlog__segment *segment)
{
  segment->state = EPOCHLOG__FREE;
  ring->full_count--;
}

bool epochlog__ring_activate(struct epochlog__ring *ring)
{
  struct epochlog__segment *segment = NULL;
  int64_t base_ns;

  if (ring->active != NULL) return true;
  for (uint32_t i = 0; i < ring->segment_count && segment == NULL; i++)
    if (ring->segments[i].state == EPOCHLOG__FREE) segment = &ring->segments[i];
  if (segment == NULL) return false;
  base_ns = epochlog__clock_wall();
  segment->state = EPOCHLOG__ACTIVE;
  segment->generation = ++ring->generation;
  segment->first_seq = ring->next_seq;
  segment->used = FORMAT_SEGMENT_HEADER_SIZE;
  segment->written = 0;
  segment->records = 0;
  segment->rows = 0;
  segment->base_us = epochlog__clock_us(base_ns);
  segment->opened_mono = epochlog__clock_mono();
  memset(segment->image, 0, FORMAT_SEGMENT_HEADER_SIZE);
  epochlog__put_u64(segment->image, segment->generation);
  epochlog__put_u64(segment->image + 8, segment->first_seq);
  epochlog__put_u64(segment->image + 16, (uint64_t)base_ns);
  epochlog__put_u64(segment->image + 24, (uint64_t)segment->opened_mono);
  epochlog__put_u32(segment->image + 32, epochlog__crc32c(0, segment->image, 32));
  segment->generation_crc = epochlog__crc32c(0, segment->image, 8);
  ring->active = segment;
  return true;
}

struct epochlog__segment *epochlog__ring_oldest_full(struct epochlog__ring *ring)
{
  struct epochlog__segment *oldest = NULL;

  for (uint32_t i = 0; i < ring->segment_count; i++) {
    struct epochlog__segment *segment = &ring->segments[i];

    if (segment->state == EPOCHLOG__FULL &&
        (oldest == NULL || segment->first_seq < oldest->first_seq))
      oldest = segment;
  }
  return oldest;
}

bool epochlog__ring_dirty(const struct epochlog__ring *ring, struct epochlog__dirty *dirty)
{
  const struct epochlog__segment *oldest = NULL;

  for (uint32_t i = 0; i < ring->segment_count; i++) {
    const struct epochlog__segment *segment = &ring->segments[i];

    if (segment->state == EPOCHLOG__FREE || segment->records == 0 ||
        segment->written == segment->used)
      continue;
    if (oldest != NULL && oldest->first_seq < segment->first_seq) continue;
    oldest = segment;
    *dirty = (struct epochlog__dirty){.segment = i, .from = segment->written, .to = segment->used};
  }
  return oldest != NULL;
}

int epochlog__ring_write(const struct epochlog__ring *ring, const struct epochlog__dirty *dirty)
{
  const uint64_t start =
      FORMAT_LIVE_HEADER_SIZE + (uint64_t)dirty->segment * ring->segment_size + dirty->from;
  const uint8_t *image = ring->segments[dirty->segment].image;
  size_t done;

  return epochlog__pwrite_all(ring->fd, image + dirty->from, dirty->to - dirty->from, start, &done);
}

void epochlog__ring_clean(struct epochlog__ring *ring, const struct epochlog__dirty *dirty)
{
  ring->segments[dirty->segment].written = dirty->to;
}

void epochlog__ring_sign_of_life(const struct epochlog__ring *ring, int64_t time_ns)
{
  uint8_t word[8];
  size_t done;

  epochlog__put_u64(word, (uint64_t)time_ns);
  epochlog__pwrite_all(ring->fd, word, sizeof word, FORMAT_LIVE_SIGN_OF_LIFE, &done);
}
