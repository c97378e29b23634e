#include "ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "medium.h"
#include "system.h"

#define ZEROS 65536

static uint64_t file_size(const struct epochlog__ring *ring)
{
  return FORMAT_LIVE_HEADER_SIZE + (uint64_t)ring->segment_size * ring->segment_count;
}

/* ------------------------------------------------------------ opening */

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

/* Zeros are written, not only reserved: then every block and every page of the file
 * is there, and a store into the mapping never has to ask the disk for one. */
static int fill(const struct epochlog__ring *ring)
{
  static const uint8_t zeros[ZEROS];
  const uint64_t size = file_size(ring);
  size_t done;
  int error = epochlog__reserve_all(ring->fd, size);

  if (error == EOPNOTSUPP || error == ENOSYS) error = 0;
  for (uint64_t at = FORMAT_LIVE_HEADER_SIZE; at < size && error == 0; at += done)
    error = epochlog__pwrite_all(ring->fd, zeros, size - at < ZEROS ? (size_t)(size - at) : ZEROS,
                                 at, &done);
  return error;
}

static int open_mapped(struct epochlog__ring *ring)
{
  const size_t size = (size_t)file_size(ring);
  int error;

  epochlog__medium_pin(ring->fd);
  error = fill(ring);

  if (error != 0) return error;
  ring->memory = epochlog__map(ring->fd, size);
  if (ring->memory == NULL) return errno;
  ring->guard = epochlog__guard_add(ring->memory, size, ring->fd);
  ring->image = ring->memory + FORMAT_LIVE_HEADER_SIZE;
  return epochlog__populate(ring->memory, size) == 0 ? 0 : errno;
}

/* The file has its full size, with its blocks reserved where the file system can: a
 * disk that fills up later then still takes the newest records. */
static int open_written(struct epochlog__ring *ring)
{
  const uint64_t size = file_size(ring);

  ring->image = epochlog__allocate_zeroed((size_t)(size - FORMAT_LIVE_HEADER_SIZE));
  if (ring->image == NULL) return ENOMEM;
  if (epochlog__reserve_all(ring->fd, size) == 0) return 0;
  return epochlog__truncate_to(ring->fd, size);
}

static void place_segments(struct epochlog__ring *ring)
{
  for (uint32_t i = 0; i < ring->segment_count; i++)
    ring->segments[i].image = ring->image + (size_t)i * ring->segment_size;
}

int epochlog__ring_open(struct epochlog__ring *ring, int folder_fd, const char *name,
                        bool is_mapped)
{
  int error;

  ring->fd = epochlog__lift(epochlog__create(folder_fd, name));
  if (ring->fd < 0) return errno;
  error = is_mapped ? open_mapped(ring) : open_written(ring);
  /* The header last: what has one is whole. */
  if (error == 0) error = write_header(ring);
  if (error == 0) {
    place_segments(ring);
    return 0;
  }
  epochlog__unlink(folder_fd, name);
  epochlog__ring_release(ring);
  return error;
}

void epochlog__ring_release(struct epochlog__ring *ring)
{
  epochlog__guard_remove(ring->guard);
  ring->guard = NULL;
  if (ring->memory != NULL) epochlog__unmap(ring->memory, (size_t)file_size(ring));
  epochlog__ring_abandon(ring);
}

void epochlog__ring_abandon(struct epochlog__ring *ring)
{
  epochlog__guard_remove(ring->guard);
  if (ring->memory == NULL) free(ring->image);
  if (ring->fd >= 0) close(ring->fd);
  ring->fd = -1;
  ring->memory = NULL;
  ring->guard = NULL;
  ring->image = NULL;
  ring->active = NULL;
  ring->full_count = 0;
  memset(ring->segments, 0, sizeof ring->segments);
}

int epochlog__ring_fault(const struct epochlog__ring *ring)
{
  struct stat info;

  if (fstat(ring->fd, &info) == 0 &&
      (info.st_nlink == 0 || (uint64_t)info.st_size < file_size(ring)))
    return ESTALE;
  return epochlog__guard_is_broken(ring->guard) ? EIO : 0;
}

/* --------------------------------------------------------------- records */

bool epochlog__ring_time(struct epochlog__ring *ring, int64_t time_us, uint32_t size,
                         int32_t *dt_us)
{
  struct epochlog__hot *hot = ring->hot;

  if (epochlog__dt(hot, time_us, dt_us)) return epochlog__has_room(hot, size);
  if (!epochlog__has_room(hot, EPOCHLOG__TIME_SIZE + size)) return false;
  epochlog__put_u64(hot->at + 8, (uint64_t)time_us * 1000);
  epochlog__publish(hot, FORMAT_LIVE_TIME, EPOCHLOG__TIME_SIZE);
  hot->base_us = time_us;
  *dt_us = 0;
  return true;
}

/* -------------------------------------------------------------- segments */

/* Brings the active segment's books up to what was published. */
static void update_active(struct epochlog__ring *ring)
{
  struct epochlog__segment *active = ring->active;

  if (active == NULL) return;
  active->used = (uint32_t)(ring->hot->at - active->image);
  active->records = (uint32_t)(ring->hot->next_seq - active->first_seq);
}

void epochlog__ring_retire(struct epochlog__ring *ring)
{
  update_active(ring);
  if (ring->active == NULL || ring->active->records == 0) return;
  ring->active->state = EPOCHLOG__FULL;
  ring->active = NULL;
  ring->hot->at = ring->hot->end = NULL;
  ring->full_count++;
}

void epochlog__ring_free(struct epochlog__ring *ring, struct epochlog__segment *segment)
{
  segment->state = EPOCHLOG__FREE;
  ring->full_count--;
}

bool epochlog__ring_has_free(const struct epochlog__ring *ring)
{
  return ring->full_count + (ring->active != NULL) < ring->segment_count;
}

/* The old content is in the main log by now.  Until the last store the header's
 * checksum does not fit, and the segment is nobody's. */
static void put_segment_header(const struct epochlog__segment *segment)
{
  uint8_t *header = segment->image;

  memset(header, 0, FORMAT_SEGMENT_HEADER_SIZE);
  epochlog__put_u64(header, segment->generation);
  epochlog__put_u64(header + 8, segment->first_seq);
  epochlog__put_u64(header + 16, (uint64_t)segment->base_ns);
  epochlog__put_u64(header + 24, (uint64_t)segment->opened_mono);
  atomic_signal_fence(memory_order_release);
  epochlog__put_u32(header + 32, epochlog__crc32c(0, header, 32));
}

/* What the checksum of each record of a segment begins with. */
static uint32_t generation_crc(const struct epochlog__segment *segment)
{
  uint8_t bytes[8];

  epochlog__put_u64(bytes, segment->generation);
  return epochlog__crc32c(0, bytes, sizeof bytes);
}

bool epochlog__ring_activate(struct epochlog__ring *ring)
{
  struct epochlog__hot *hot = ring->hot;
  struct epochlog__segment *segment = NULL;

  if (ring->active != NULL) return true;
  for (uint32_t i = 0; i < ring->segment_count && segment == NULL; i++)
    if (ring->segments[i].state == EPOCHLOG__FREE) segment = &ring->segments[i];
  if (segment == NULL) return false;
  segment->state = EPOCHLOG__ACTIVE;
  segment->generation = ++ring->generation;
  segment->first_seq = hot->next_seq;
  segment->used = FORMAT_SEGMENT_HEADER_SIZE;
  segment->written = 0;
  segment->records = 0;
  segment->opened_mono = epochlog__clock_mono();
  segment->base_ns = epochlog__clock_wall();
  segment->is_doubtful = false;
  put_segment_header(segment);
  hot->generation_crc = generation_crc(segment);
  hot->base_us = epochlog__clock_us(segment->base_ns);
  hot->head = (uint32_t)segment->generation << 24;
  hot->at = segment->image + FORMAT_SEGMENT_HEADER_SIZE;
  hot->end = segment->image + ring->segment_size;
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

static bool is_whole(const struct epochlog__segment *segment, const uint8_t *record, uint32_t left)
{
  const uint32_t size = (uint32_t)epochlog__get_u16(record + 4) * FORMAT_ALIGN;

  return size >= 16 && size <= left && record[7] == (uint8_t)segment->generation &&
         epochlog__crc32c(generation_crc(segment), record + 4, size - 4) ==
             epochlog__get_u32(record);
}

/* The numbers of the records behind a gap stay what they were. */
uint32_t epochlog__ring_mend(const struct epochlog__segment *segment, uint8_t *copy, uint32_t *used)
{
  uint32_t to = FORMAT_SEGMENT_HEADER_SIZE;
  uint32_t gap = 0;
  uint32_t lost = segment->records;

  for (uint32_t at = to; at + 16 <= *used;) {
    const uint32_t size = (uint32_t)epochlog__get_u16(copy + at + 4) * FORMAT_ALIGN;

    if (lost == 0 || !is_whole(segment, copy + at, *used - at)) {
      if (gap == 0) gap = to;
      at += FORMAT_ALIGN;
      continue;
    }
    memmove(copy + to, copy + at, size);
    to += size;
    at += size;
    lost--;
  }
  if (gap == 0) gap = to;
  /* What is lost had sixteen bytes at least. */
  memmove(copy + gap + (size_t)lost * FORMAT_ALIGN, copy + gap, to - gap);
  for (uint32_t i = 0; i < lost; i++)
    epochlog__put_u64(copy + gap + (size_t)i * FORMAT_ALIGN, UINT64_C(1) << 32);
  *used = to + lost * FORMAT_ALIGN;
  return lost;
}

uint64_t epochlog__ring_first_seq(const struct epochlog__ring *ring)
{
  uint64_t first = ring->hot->next_seq;

  for (uint32_t i = 0; i < ring->segment_count; i++)
    if (ring->segments[i].state != EPOCHLOG__FREE && ring->segments[i].first_seq < first)
      first = ring->segments[i].first_seq;
  return first;
}

void epochlog__ring_take_over(struct epochlog__ring *ring, struct epochlog__ring *from)
{
  struct epochlog__hot *hot = from->hot;

  update_active(from);
  for (uint32_t i = 0; i < from->segment_count; i++) {
    uint8_t *image = ring->segments[i].image;

    ring->segments[i] = from->segments[i];
    ring->segments[i].image = image;
    ring->segments[i].written = 0;
    if (from->segments[i].state == EPOCHLOG__FREE) continue;
    memcpy(image, from->segments[i].image, from->segments[i].used);
    /* The old one's may have been cut off. */
    put_segment_header(&ring->segments[i]);
    ring->segments[i].is_doubtful |= from->memory != NULL && epochlog__ring_fault(from) != 0;
  }
  ring->generation = from->generation;
  ring->full_count = from->full_count;
  if (from->active == NULL) return;
  ring->active = &ring->segments[from->active - from->segments];
  hot->at = ring->active->image + from->active->used;
  hot->end = ring->active->image + ring->segment_size;
}

struct epochlog__view epochlog__ring_look(const struct epochlog__ring *ring)
{
  const struct epochlog__hot *hot = ring->hot;
  const uint32_t used = ring->full_count + (ring->active != NULL);
  struct epochlog__view view = {
      .published = atomic_load_explicit(&hot->published, memory_order_relaxed),
      .left = (uint64_t)(hot->end - hot->at),
      .room = (uint64_t)(ring->segment_count - used) * ring->segment_size,
      .has_full = ring->full_count != 0,
      .segment_size = ring->segment_size};

  view.room += view.left;
  if (ring->active != NULL) {
    view.records = hot->next_seq - ring->active->first_seq;
    view.opened_mono = ring->active->opened_mono;
  }
  if (ring->memory == NULL) return view;
  view.at = hot->at;
  for (uint32_t i = 0; i < ring->segment_count && view.next == NULL; i++)
    if (ring->segments[i].state == EPOCHLOG__FREE) view.next = ring->segments[i].image;
  return view;
}

void epochlog__view_ahead(const struct epochlog__view *view, uint64_t published, size_t ahead,
                          struct epochlog__stretch next[2])
{
  const size_t since = (size_t)(published - view->published);
  const size_t left = (size_t)view->left - since;

  next[0] = next[1] = (struct epochlog__stretch){NULL, 0};
  if (view->at == NULL) return;
  next[0] = (struct epochlog__stretch){view->at + since, ahead < left ? ahead : left};
  if (ahead <= left || view->next == NULL) return;
  ahead -= left;
  next[1] = (struct epochlog__stretch){view->next,
                                       ahead < view->segment_size ? ahead : view->segment_size};
}

int epochlog__ring_prefault(const struct epochlog__stretch *stretch)
{
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t into = (uintptr_t)stretch->at & (page - 1);

  if (stretch->size == 0) return 0;
  return epochlog__populate(stretch->at - into, stretch->size + into) == 0 ? 0 : errno;
}

/* --------------------------------------------------------- the written ring */

bool epochlog__ring_dirty(const struct epochlog__ring *ring, struct epochlog__dirty *dirty)
{
  const struct epochlog__segment *oldest = NULL;

  if (ring->memory != NULL) return false;
  for (uint32_t i = 0; i < ring->segment_count; i++) {
    const struct epochlog__segment *segment = &ring->segments[i];
    const uint32_t used =
        segment == ring->active ? (uint32_t)(ring->hot->at - segment->image) : segment->used;

    if (segment->state == EPOCHLOG__FREE || used == FORMAT_SEGMENT_HEADER_SIZE ||
        segment->written == used)
      continue;
    if (oldest != NULL && oldest->first_seq < segment->first_seq) continue;
    oldest = segment;
    *dirty = (struct epochlog__dirty){.segment = i, .from = segment->written, .to = used};
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
  if (ring->memory != NULL)
    memcpy(ring->memory + FORMAT_LIVE_SIGN_OF_LIFE, word, sizeof word);
  else
    epochlog__pwrite_all(ring->fd, word, sizeof word, FORMAT_LIVE_SIGN_OF_LIFE, &done);
}
