#include "reader/log_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "frame.h"
#include "reader/checksum.h"
#include "reader/footer.h"

/* ---- the writer's uuid, when the file header is damaged ---- */

/* A RUN frame names the uuid in its payload; without the uuid its header cannot be
 * checked, but place and payload checksum can. */
static bool run_frame_uuid(const struct source *source, uint64_t at, unsigned char uuid[16])
{
  unsigned char head[FORMAT_FRAME_HEADER_SIZE], *payload;
  struct log_frame frame;
  size_t size;

  if (source_read_exactly(source, at, head, sizeof head)) return false;
  if (epochlog__get_u32(head) != FORMAT_SYNC || head[4] != FORMAT_FRAME_RUN ||
      epochlog__get_u64(head + 8) != at)
    return false;
  frame = (struct log_frame){.offset = at,
                             .type = head[4],
                             .flags = head[5],
                             .header_len = epochlog__get_u16(head + 6),
                             .stored_len = epochlog__get_u32(head + 24),
                             .raw_len = epochlog__get_u32(head + 28),
                             .payload_crc = epochlog__get_u32(head + 32)};
  if (frame.stored_len > FORMAT_STORED_MAX || frame.stored_len > source->size) return false;
  if ((frame.flags & FORMAT_FRAME_DEFLATED) && frame.raw_len > FORMAT_RAW_MAX) return false;
  payload = frame_payload(source, &frame, &size);
  if (payload && size >= 16)
    memcpy(uuid, payload, 16);
  else
    size = 0;
  free(payload);
  return size != 0;
}

/* Takes `uuid` if some frame header of the file is valid under it. */
static bool try_uuid(struct log *log, const unsigned char uuid[16])
{
  if (!recover_has_frame(log->source, FORMAT_FILE_HEADER_SIZE, uuid)) return false;
  memcpy(log->uuid, uuid, 16);
  return true;
}

static bool recover_uuid(struct log *log, const struct epochlog__file_header *header)
{
  struct trailer trailer;
  unsigned char uuid[16];

  if (try_uuid(log, header->uuid)) return true;
  if (trailer_get(&trailer, log->source) && try_uuid(log, trailer.uuid)) return true;
  if (log->has_live && log->live.problem == LIVE_FINE && try_uuid(log, log->live.uuid)) return true;
  /* RUN is the first frame, and a file header no longer than this. */
  for (uint64_t at = FORMAT_FILE_HEADER_SIZE; at <= FORMAT_FILE_HEADER_MAX; at += FORMAT_ALIGN)
    if (run_frame_uuid(log->source, at, uuid) && try_uuid(log, uuid)) return true;
  return false;
}

/* ---- the file header ---- */

static int refuse_newer(const struct log *log, const struct epochlog__file_header *header,
                        struct read_error *error)
{
  uint64_t unknown = header->incompat & ~FORMAT_INCOMPAT_KNOWN;
  int bit = 0;

  if (header->major > FORMAT_MAJOR)
    return log_fail(log, error, 0, "byte 8: written by a newer version (major %u)",
                    (unsigned)header->major);
  while (!(unknown >> bit & 1)) bit++;
  return log_fail(log, error, 0, "byte 24: written by a newer version (unknown feature bit %d)",
                  bit);
}

static int read_header(struct log *log, struct read_error *error)
{
  unsigned char bytes[FORMAT_FILE_HEADER_SIZE] = {0};
  struct epochlog__file_header header = {0};
  enum epochlog__header_check check;
  int64_t got = log->source->read(log->source, 0, bytes, sizeof bytes);

  if (got < 0) return log_fail(log, error, errno, "cannot be read");
  if (got == 0) return log_fail(log, error, 0, "empty file");
  if (got < FORMAT_FILE_HEADER_SIZE &&
      memcmp(bytes, FORMAT_MAGIC_LOG, got < FORMAT_MAGIC_SIZE ? (size_t)got : FORMAT_MAGIC_SIZE) ==
          0)
    return log_fail(log, error, 0, "byte %d: empty file (it ends within its header)", (int)got);
  check = epochlog__file_header_get(&header, bytes, (size_t)got);
  if (check == EPOCHLOG__HEADER_NOT_A_LOG)
    return log_fail(log, error, 0, "byte 0: not an epochlog log");
  if (check == EPOCHLOG__HEADER_VALID && header.major == 0)
    return log_fail(log, error, 0, "byte 8: not an epochlog log (major 0)");
  if (check == EPOCHLOG__HEADER_VALID) {
    if (header.major > FORMAT_MAJOR || (header.incompat & ~FORMAT_INCOMPAT_KNOWN))
      return refuse_newer(log, &header, error);
    log->header_good = true;
    log->start = header.header_len;
    memcpy(log->uuid, header.uuid, 16);
    return 0;
  }
  /* A version in a header whose checksum is wrong may be the damage itself, so it
   * is only believed when no frame of this version is found. */
  log->start = FORMAT_FILE_HEADER_SIZE;
  if (recover_uuid(log, &header)) return 0;
  if (header.major > FORMAT_MAJOR) return refuse_newer(log, &header, error);
  return log_fail(log, error, 0,
                  "byte 0: the file header is damaged and no frame was found to make up for it");
}

/* ---- the frames ---- */

static int scan(struct log *log, struct read_error *error)
{
  struct range_list *ranges = &log->skipped;

  log->frames.count = 0;
  ranges->count = 0;
  log->missing_frames = 0;
  if (!log->header_good && skipped_add(ranges, 0, log->start, SKIPPED_GAP))
    return log_fail(log, error, ENOMEM, "out of memory");
  if (recover_scan(&log->frames, ranges, &log->missing_frames, log->source, log->start, log->uuid))
    return log_fail(log, error, errno, "cannot be read");
  return 0;
}

int log_find_frames(struct log *log, bool scan_only, struct read_error *error)
{
  struct trailer trailer;
  int sys_errno = 0;
  bool followed = false;

  if (read_header(log, error)) return -1;
  if (!scan_only && log->header_good && trailer_get(&trailer, log->source) &&
      memcmp(trailer.uuid, log->uuid, 16) == 0)
    followed = footer_frames(&log->frames, log->source, log->start, &trailer, &sys_errno);
  if (!followed && scan(log, error)) return -1;
  log->footer = log->frames.count;
  for (size_t i = log->frames.count; i-- > 0 && log->footer == log->frames.count;)
    if (log->frames.items[i].type == FORMAT_FRAME_FOOTER) log->footer = i;
  return 0;
}
