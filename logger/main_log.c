#include "main_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec.h"
#include "crc32c.h"
#include "system.h"

/* So many bytes of chunk entries also bring an INDEX frame, so that with thousands of
 * metrics it stays within a frame. */
#define INDEX_ENTRIES_MAX (4u << 20)

/* An accepted frame of at most 16 MiB, its header and padding. */
#define FRAME_BUFFER_MAX (FORMAT_STORED_MAX + FORMAT_FRAME_HEADER_SIZE + FORMAT_ALIGN)

/* What is kept of the frame buffer between frames. */
#define FRAME_BUFFER_KEPT (4u << 20)

int epochlog__main_log_open(struct epochlog__main_log *log, int folder_fd, const char *name,
                            const uint8_t uuid[FORMAT_UUID_SIZE])
{
  uint8_t header[FORMAT_FILE_HEADER_SIZE];
  size_t done;
  int error;

  *log = (struct epochlog__main_log){
      .fd = -1, .offset = FORMAT_FILE_HEADER_SIZE, .index_from = FORMAT_FILE_HEADER_SIZE};
  memcpy(log->uuid, uuid, FORMAT_UUID_SIZE);
  epochlog__buffer_init(&log->frame_entries, FORMAT_RAW_MAX);
  epochlog__buffer_init(&log->chunk_entries, FORMAT_RAW_MAX);
  epochlog__buffer_init(&log->frame, FRAME_BUFFER_MAX);
  log->fd = epochlog__lift(epochlog__create(folder_fd, name));
  if (log->fd < 0) return errno;
  epochlog__file_header_put(header, uuid);
  error = epochlog__pwrite_all(log->fd, header, sizeof header, 0, &done);
  if (error != 0) epochlog__main_log_drop(log, folder_fd, name);
  return error;
}

void epochlog__main_log_drop(struct epochlog__main_log *log, int folder_fd, const char *name)
{
  if (epochlog__unlink(folder_fd, name) != 0) epochlog__truncate_to(log->fd, 0);
  epochlog__main_log_release(log);
}

void epochlog__main_log_release(struct epochlog__main_log *log)
{
  if (log->fd >= 0) close(log->fd);
  epochlog__buffer_release(&log->frame_entries);
  epochlog__buffer_release(&log->chunk_entries);
  epochlog__buffer_release(&log->frame);
  free(log->totals);
  *log = (struct epochlog__main_log){.fd = -1};
}

void epochlog__main_log_abandon(struct epochlog__main_log *log)
{
  if (log->fd >= 0) close(log->fd);
  *log = (struct epochlog__main_log){.fd = -1};
}

/* ---------------------------------------------------------------- frames */

/* Goes back to before the frame that could not be written, or behind what is left
 * of it. */
static void abandon(struct epochlog__main_log *log, size_t written)
{
  if (written == 0) return;
  if (epochlog__truncate(log->fd, log->offset) == 0) return;
  log->offset = epochlog__padded(log->offset + written);
}

static int write_frame(struct epochlog__main_log *log, enum format_frame type, const void *payload,
                       size_t size, uint32_t raw_size)
{
  const struct epochlog__frame frame = {.offset = log->offset,
                                        .number = log->frame_no,
                                        .type = (uint8_t)type,
                                        .flags = raw_size != 0 ? FORMAT_FRAME_DEFLATED : 0,
                                        .header_len = FORMAT_FRAME_HEADER_SIZE,
                                        .stored_len = (uint32_t)size,
                                        .raw_len = raw_size,
                                        .payload_crc = epochlog__crc32c(0, payload, size)};
  struct epochlog__buffer *out = &log->frame;
  uint8_t *header;
  size_t done = 0;
  int error;

  if (size > FORMAT_STORED_MAX) return EMSGSIZE;
  epochlog__buffer_clear(out);
  header = epochlog__add_space(out, FORMAT_FRAME_HEADER_SIZE);
  if (header != NULL) epochlog__frame_put(header, &frame, log->uuid);
  epochlog__add_bytes(out, payload, size);
  epochlog__add_padding(out);
  if (out->failed) return ENOMEM;
  error = epochlog__pwrite_all(log->fd, out->data, out->size, log->offset, &done);
  if (error != 0) {
    abandon(log, done);
  } else {
    log->offset += out->size;
    log->frame_no++;
  }
  if (out->capacity > FRAME_BUFFER_KEPT) epochlog__buffer_release(out);
  return error;
}

/* Notes a frame for the next INDEX.  An index only repeats what frames say: without
 * memory it is left out, and the log is read by scanning. */
static void note_frame(struct epochlog__main_log *log, enum format_frame type, uint64_t offset,
                       uint64_t last_seq, uint32_t chunk_count)
{
  struct epochlog__buffer *out = &log->frame_entries;

  epochlog__add_u64(out, offset);
  epochlog__add_u32(out, (uint32_t)(log->offset - offset));
  epochlog__add_u32(out, (uint32_t)type); /* u8 type, 3 reserved */
  epochlog__add_u64(out, last_seq);
  epochlog__add_u32(out, log->index_chunks);
  epochlog__add_u32(out, chunk_count);
  log->index_frames++;
  log->index_chunks += chunk_count;
}

static int write_index(struct epochlog__main_log *log)
{
  struct epochlog__buffer payload;
  struct epochlog__buffer deflated;
  const uint64_t offset = log->offset;
  int error = 0;

  epochlog__buffer_init(&payload, FORMAT_RAW_MAX);
  epochlog__buffer_init(&deflated, FORMAT_RAW_MAX);
  epochlog__add_u16(&payload, FORMAT_INDEX_HEADER_SIZE);
  epochlog__add_u16(&payload, FORMAT_INDEX_FRAME_SIZE);
  epochlog__add_u16(&payload, FORMAT_INDEX_CHUNK_SIZE);
  epochlog__add_u16(&payload, 0);
  epochlog__add_u64(&payload, log->prev_index);
  epochlog__add_u64(&payload, log->index_from);
  epochlog__add_u64(&payload, offset);
  epochlog__add_u32(&payload, log->index_frames);
  epochlog__add_u32(&payload, log->index_chunks);
  epochlog__add_bytes(&payload, log->frame_entries.data, log->frame_entries.size);
  epochlog__add_bytes(&payload, log->chunk_entries.data, log->chunk_entries.size);
  if (payload.failed || log->frame_entries.failed || log->chunk_entries.failed)
    error = ENOMEM;
  else if (epochlog__deflate(&deflated, payload.data, payload.size))
    error =
        write_frame(log, FORMAT_FRAME_INDEX, deflated.data, deflated.size, (uint32_t)payload.size);
  else
    error = write_frame(log, FORMAT_FRAME_INDEX, payload.data, payload.size, 0);
  epochlog__buffer_release(&payload);
  epochlog__buffer_release(&deflated);
  if (error != 0) return error;
  log->prev_index = offset;
  log->index_from = log->offset;
  log->index_blocks = log->index_frames = log->index_chunks = 0;
  epochlog__buffer_clear(&log->frame_entries);
  epochlog__buffer_clear(&log->chunk_entries);
  return 0;
}

/* An index that cannot be written now is tried again after the next frame. */
static void index_if_due(struct epochlog__main_log *log)
{
  if (log->index_blocks >= FORMAT_INDEX_EVERY_BLOCKS ||
      log->offset - log->index_from >= FORMAT_INDEX_EVERY_BYTES ||
      log->chunk_entries.size >= INDEX_ENTRIES_MAX)
    write_index(log);
}

int epochlog__main_log_run(struct epochlog__main_log *log, const void *body, size_t size)
{
  const uint64_t offset = log->offset;
  const int error = write_frame(log, FORMAT_FRAME_RUN, body, size, 0);

  if (error == 0) note_frame(log, FORMAT_FRAME_RUN, offset, 0, 0);
  return error;
}

int epochlog__main_log_records(struct epochlog__main_log *log, const void *payload, size_t size,
                               uint32_t raw_size)
{
  const uint64_t offset = log->offset;
  const int error = write_frame(log, FORMAT_FRAME_RECORDS, payload, size, raw_size);

  if (error != 0) return error;
  note_frame(log, FORMAT_FRAME_RECORDS, offset, 0, 0);
  index_if_due(log);
  return 0;
}

/* Totals of the series with that id; NULL without memory. */
static struct epochlog__stats *totals_of(struct epochlog__main_log *log, uint32_t id)
{
  if (id > log->totals_capacity) {
    const uint32_t capacity = id < 32 ? 32 : id + id / 2;
    struct epochlog__stats *totals =
        epochlog__reallocate(log->totals, capacity * sizeof *log->totals);

    if (totals == NULL) return NULL;
    for (uint32_t i = log->totals_capacity; i < capacity; i++) epochlog__stats_init(&totals[i]);
    log->totals = totals;
    log->totals_capacity = capacity;
  }
  return &log->totals[id - 1];
}

int epochlog__main_log_count_text(struct epochlog__main_log *log, uint32_t id, int64_t step,
                                  int64_t time_us)
{
  struct epochlog__stats *totals = totals_of(log, id);

  if (totals == NULL) return ENOMEM;
  epochlog__stats_add_text(totals, step, time_us);
  return 0;
}

int epochlog__main_log_block(struct epochlog__main_log *log, const struct epochlog__block *block)
{
  const uint64_t offset = log->offset;
  const uint32_t frame = log->index_frames;
  int error;

  /* Memory first: nothing may fail once the frame is in the file. */
  if (block->series_count != 0 && totals_of(log, block->series[block->series_count - 1].id) == NULL)
    return ENOMEM;
  error = write_frame(log, FORMAT_FRAME_BLOCK, block->payload.data, block->payload.size, 0);
  if (error != 0) return error;
  log->last_seq_end = block->last_seq + 1;
  for (uint32_t i = 0; i < block->series_count; i++)
    epochlog__stats_join(&log->totals[block->series[i].id - 1], &block->series[i].stats,
                         block->series[i].integer);
  note_frame(log, FORMAT_FRAME_BLOCK, offset, block->last_seq, block->chunk_count);
  for (uint32_t i = 0; i < block->chunk_count; i++) {
    epochlog__add_u32(&log->chunk_entries, frame);
    epochlog__add_u32(&log->chunk_entries, 0);
    epochlog__add_bytes(&log->chunk_entries,
                        block->payload.data + block->directory_at + (size_t)i * FORMAT_ENTRY_SIZE,
                        FORMAT_ENTRY_SIZE);
  }
  log->index_blocks++;
  index_if_due(log);
  return 0;
}

/* ---------------------------------------------------------------- footer */

static void put_trailer(struct epochlog__main_log *log, struct epochlog__buffer *payload)
{
  const size_t stored = payload->size + FORMAT_TRAILER_SIZE;
  uint8_t *trailer = epochlog__add_space(payload, FORMAT_TRAILER_SIZE);

  if (trailer == NULL) return;
  memset(trailer, 0, FORMAT_TRAILER_SIZE);
  memcpy(trailer, FORMAT_MAGIC_TRAILER, FORMAT_MAGIC_SIZE);
  epochlog__put_u64(trailer + 8, log->offset);
  epochlog__put_u64(trailer + 16, log->offset + FORMAT_FRAME_HEADER_SIZE + stored);
  memcpy(trailer + 24, log->uuid, FORMAT_UUID_SIZE);
  epochlog__put_u32(trailer + 40, (uint32_t)stored);
  epochlog__put_u32(trailer + 56, epochlog__crc32c(0, trailer, 56));
}

static bool is_told(const struct epochlog__footer *footer, uint32_t i)
{
  return footer->series[i]->body != NULL &&
         (footer->counters == NULL || footer->counters[i].is_announced);
}

static void put_footer(struct epochlog__main_log *log, const struct epochlog__footer *footer,
                       struct epochlog__buffer *payload)
{
  uint32_t series_count = 0;
  size_t start = FORMAT_FOOTER_HEADER_SIZE;

  epochlog__add_zeros(payload, FORMAT_FOOTER_HEADER_SIZE);
  for (uint32_t i = 0; i < footer->series_count; i++) {
    if (!is_told(footer, i)) continue;
    epochlog__add_u32(payload, footer->series[i]->body_size);
    epochlog__add_bytes(payload, footer->series[i]->body, footer->series[i]->body_size);
    series_count++;
  }
  if (payload->failed) return;
  epochlog__put_u16(payload->data, FORMAT_FOOTER_HEADER_SIZE);
  epochlog__put_u16(payload->data + 2, FORMAT_TOTALS_SIZE);
  epochlog__put_u64(payload->data + 8, log->prev_index);
  epochlog__put_u64(payload->data + 16, footer->record_count);
  epochlog__put_u64(payload->data + 24, log->frame_no);
  epochlog__put_u32(payload->data + 32, series_count);
  epochlog__put_u32(payload->data + 36, (uint32_t)(payload->size - start));
  epochlog__put_u32(payload->data + 40, (uint32_t)footer->records->size);
  epochlog__add_padding(payload);
  for (uint32_t i = 0; i < footer->series_count; i++) {
    struct epochlog__stats none;
    uint8_t *totals;

    if (!is_told(footer, i)) continue;
    totals = epochlog__add_space(payload, FORMAT_TOTALS_SIZE);
    if (totals == NULL) return;
    epochlog__stats_init(&none);
    epochlog__totals_put(totals, i < log->totals_capacity ? &log->totals[i] : &none);
  }
  epochlog__add_bytes(payload, footer->records->data, footer->records->size);
  epochlog__add_padding(payload);
  put_trailer(log, payload);
}

int epochlog__main_log_finish(struct epochlog__main_log *log, const struct epochlog__footer *footer)
{
  struct epochlog__buffer payload;
  int error = write_index(log);

  if (error != 0) return error;
  epochlog__buffer_init(&payload, FORMAT_STORED_MAX);
  put_footer(log, footer, &payload);
  if (payload.failed)
    error = payload.is_full ? EMSGSIZE : ENOMEM;
  else
    error = write_frame(log, FORMAT_FRAME_FOOTER, payload.data, payload.size, 0);
  epochlog__buffer_release(&payload);
  return error;
}
