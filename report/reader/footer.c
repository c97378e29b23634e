#include "reader/footer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "format.h"
#include "reader/arena.h"
#include "reader/checksum.h"

bool trailer_get(struct trailer *trailer, const struct source *source)
{
  unsigned char bytes[FORMAT_TRAILER_SIZE];

  if (source->size < FORMAT_FILE_HEADER_SIZE + FORMAT_TRAILER_SIZE) return false;
  if (source_read_exactly(source, source->size - sizeof bytes, bytes, sizeof bytes)) return false;
  if (memcmp(bytes, FORMAT_MAGIC_TRAILER, FORMAT_MAGIC_SIZE) != 0) return false;
  if (!checksum_fits(epochlog__crc32c(0, bytes, 56), epochlog__get_u32(bytes + 56))) return false;
  trailer->footer_offset = epochlog__get_u64(bytes + 8);
  trailer->file_len = epochlog__get_u64(bytes + 16);
  memcpy(trailer->uuid, bytes + 24, sizeof trailer->uuid);
  trailer->stored_len = epochlog__get_u32(bytes + 40);
  return trailer->file_len <= source->size;
}

bool footer_get(struct footer *footer, const void *payload, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(payload, size);
  uint16_t header_len = epochlog__take_u16(&in);
  uint32_t series_len, records_len;

  footer->totals_len = epochlog__take_u16(&in);
  epochlog__take_u32(&in);
  footer->last_index = epochlog__take_u64(&in);
  footer->record_count = epochlog__take_u64(&in);
  footer->frame_count = epochlog__take_u64(&in);
  footer->series_count = epochlog__take_u32(&in);
  series_len = epochlog__take_u32(&in);
  records_len = epochlog__take_u32(&in);
  if (in.failed || header_len < FORMAT_FOOTER_HEADER_SIZE ||
      footer->totals_len < FORMAT_TOTALS_SIZE || header_len > size)
    return false;
  in.at = header_len;
  footer->series = epochlog__take_part(&in, series_len);
  epochlog__take_padding(&in);
  if (in.failed || footer->series_count > epochlog__left(&in) / footer->totals_len) return false;
  footer->totals = epochlog__take_part(&in, (size_t)footer->series_count * footer->totals_len);
  epochlog__take_padding(&in);
  footer->records = epochlog__take_part(&in, records_len);
  return !in.failed;
}

bool footer_totals_get(const struct footer *footer, uint32_t index, struct footer_totals *totals)
{
  struct epochlog__bytes in = footer->totals;

  if (index >= footer->series_count) return false;
  in.at = (size_t)index * footer->totals_len;
  totals->n = epochlog__take_u64(&in);
  totals->n_nan = epochlog__take_u64(&in);
  totals->n_posinf = epochlog__take_u64(&in);
  totals->n_neginf = epochlog__take_u64(&in);
  totals->first = epochlog__take_u64(&in);
  totals->last = epochlog__take_u64(&in);
  totals->min = epochlog__take_u64(&in);
  totals->max = epochlog__take_u64(&in);
  totals->sum = epochlog__take_f64(&in);
  totals->step_first = epochlog__take_i64(&in);
  totals->step_last = epochlog__take_i64(&in);
  totals->step_min = epochlog__take_i64(&in);
  totals->step_max = epochlog__take_i64(&in);
  totals->time_first_us = epochlog__take_i64(&in);
  totals->time_last_us = epochlog__take_i64(&in);
  totals->chunk_count = epochlog__take_u64(&in);
  return !in.failed;
}

unsigned char *frame_payload(const struct source *source, const struct log_frame *frame,
                             size_t *size)
{
  unsigned char *stored = malloc((size_t)frame->stored_len + 1), *raw;
  bool good;

  if (!stored) return NULL;
  if (source_read_exactly(source, frame->offset + frame->header_len, stored, frame->stored_len) ||
      !checksum_fits(epochlog__crc32c(0, stored, frame->stored_len), frame->payload_crc)) {
    free(stored);
    return NULL;
  }
  *size = frame->stored_len;
  if (!(frame->flags & FORMAT_FRAME_DEFLATED)) return stored;
  *size = frame->raw_len;
  raw = malloc((size_t)frame->raw_len + 1);
  good = raw && epochlog__inflate(raw, frame->raw_len, stored, frame->stored_len);
  free(stored);
  if (good) return raw;
  free(raw);
  return NULL;
}

/* Adds the frames one INDEX tells, each checked by its own header.  `*prev` becomes
 * the INDEX before. */
static bool add_index(struct frame_list *frames, const struct source *source,
                      const unsigned char uuid[16], const struct log_frame *index, uint64_t *prev)
{
  struct log_frame frame;
  struct epochlog__bytes in;
  uint16_t header_len, entry_len;
  uint32_t count;
  size_t size;
  unsigned char *payload = frame_payload(source, index, &size);
  bool good = false;

  if (!payload) return false;
  in = epochlog__bytes_of(payload, size);
  header_len = epochlog__take_u16(&in);
  entry_len = epochlog__take_u16(&in);
  epochlog__take_u32(&in);
  *prev = epochlog__take_u64(&in);
  epochlog__take_u64(&in);
  epochlog__take_u64(&in);
  count = epochlog__take_u32(&in);
  if (in.failed || header_len < FORMAT_INDEX_HEADER_SIZE || header_len > size ||
      entry_len < FORMAT_INDEX_FRAME_SIZE || count > (size - header_len) / entry_len ||
      *prev >= index->offset)
    goto release;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t offset = epochlog__get_u64(payload + header_len + (size_t)i * entry_len);

    if (offset >= index->offset || offset % FORMAT_ALIGN != 0) goto release;
    if (recover_frame_at(&frame, source, offset, uuid) != 1) goto release;
    if (frame_add(frames, &frame)) goto release;
  }
  good = frame_add(frames, index) == 0;
release:
  free(payload);
  return good;
}

static int compare_frames(const void *left, const void *right)
{
  const struct log_frame *a = left, *b = right;

  return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Frames one behind the other from `start` to the end, numbered without a jump. */
static bool are_whole(struct frame_list *frames, uint64_t start, uint64_t size)
{
  uint64_t at = start;

  qsort(frames->items, frames->count, sizeof *frames->items, compare_frames);
  for (size_t i = 0; i < frames->count; i++) {
    const struct log_frame *frame = &frames->items[i];

    if (frame->offset != at || frame->frame_no != i || frame->total_len > size - at) return false;
    at += frame->total_len;
  }
  return at == size;
}

bool footer_frames(struct frame_list *frames, const struct source *source, uint64_t start,
                   const struct trailer *trailer, int *sys_errno)
{
  struct log_frame footer;
  unsigned char head[16];
  uint64_t at;

  errno = 0;
  *sys_errno = 0;
  if (trailer->file_len != source->size || trailer->footer_offset >= source->size ||
      trailer->footer_offset % FORMAT_ALIGN != 0)
    return false;
  if (recover_frame_at(&footer, source, trailer->footer_offset, trailer->uuid) != 1 ||
      footer.type != FORMAT_FRAME_FOOTER || (footer.flags & FORMAT_FRAME_DEFLATED) ||
      footer.stored_len != trailer->stored_len || footer.stored_len < FORMAT_FOOTER_HEADER_SIZE ||
      frame_add(frames, &footer))
    goto failed;
  if (source_read_exactly(source, footer.offset + footer.header_len, head, sizeof head))
    goto failed;
  /* Each INDEX stands before the one that names it, so this ends. */
  at = epochlog__get_u64(head + 8);
  if (at >= footer.offset) return false;
  while (at != 0) {
    struct log_frame index;

    if (at % FORMAT_ALIGN != 0 || recover_frame_at(&index, source, at, trailer->uuid) != 1 ||
        index.type != FORMAT_FRAME_INDEX || !add_index(frames, source, trailer->uuid, &index, &at))
      goto failed;
    /* More frames than bytes for them: entries name the same frame again. */
    if (frames->count > source->size / FORMAT_FRAME_HEADER_SIZE) return false;
  }
  return are_whole(frames, start, source->size);
failed:
  *sys_errno = errno;
  return false;
}
