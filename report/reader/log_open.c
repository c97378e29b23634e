#include "reader/log_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "frame.h"
#include "reader/checksum.h"
#include "reader/footer.h"

/* ---- the writer's uuid, when the file header is damaged ---- */

#define CANDIDATES 4

struct candidates {
  unsigned char uuids[CANDIDATES][16];
  size_t count;
};

static void add_candidate(struct candidates *list, const unsigned char uuid[16])
{
  memcpy(list->uuids[list->count++], uuid, 16);
}

/* A RUN frame names the uuid in its payload; without the uuid its header cannot be
 * checked, but place and payload checksum can. */
static bool find_run_frame(const struct source *source, unsigned char uuid[16])
{
  for (uint64_t at = FORMAT_FILE_HEADER_SIZE; at <= FORMAT_FILE_HEADER_MAX; at += FORMAT_ALIGN) {
    unsigned char head[FORMAT_FRAME_HEADER_SIZE], *payload;
    uint32_t stored_len;
    uint16_t header_len;
    bool good;

    if (source_read_exactly(source, at, head, sizeof head)) return false;
    if (epochlog__get_u32(head) != FORMAT_SYNC || head[4] != FORMAT_FRAME_RUN || head[5] != 0 ||
        epochlog__get_u64(head + 8) != at)
      continue;
    header_len = epochlog__get_u16(head + 6);
    stored_len = epochlog__get_u32(head + 24);
    if (stored_len < 16 || stored_len > FORMAT_STORED_MAX || stored_len > source->size) continue;
    payload = malloc(stored_len);
    if (!payload) return false;
    good = source_read_exactly(source, at + header_len, payload, stored_len) == 0 &&
           checksum_fits(epochlog__crc32c(0, payload, stored_len), epochlog__get_u32(head + 32));
    if (good) memcpy(uuid, payload, 16);
    free(payload);
    if (good) return true;
  }
  return false;
}

/* Whether any frame of the file is valid under `uuid`. */
static bool has_frames(const struct source *source, const unsigned char uuid[16])
{
  struct frame_list frames = {0};
  struct range_list ranges = {0};
  uint64_t missing = 0;
  bool found;

  found = recover_scan(&frames, &ranges, &missing, source, FORMAT_FILE_HEADER_SIZE, uuid) == 0 &&
          frames.count > 0;
  free(frames.items);
  free(ranges.items);
  return found;
}

static bool recover_uuid(struct log *log, const struct epochlog__file_header *header)
{
  struct candidates list = {.count = 0};
  struct trailer trailer;
  unsigned char uuid[16];

  if (log->source->size >= FORMAT_FILE_HEADER_SIZE) add_candidate(&list, header->uuid);
  if (trailer_get(&trailer, log->source)) add_candidate(&list, trailer.uuid);
  if (log->has_live && log->live.problem == LIVE_FINE) add_candidate(&list, log->live.uuid);
  if (find_run_frame(log->source, uuid)) add_candidate(&list, uuid);
  for (size_t i = 0; i < list.count; i++) {
    if (!has_frames(log->source, list.uuids[i])) continue;
    memcpy(log->uuid, list.uuids[i], 16);
    return true;
  }
  /* Killed before its first frame: all there is is in the live file. */
  if (log->has_live && log->live.problem == LIVE_FINE && log->live.count > 0 &&
      log->source->size < FORMAT_FILE_HEADER_SIZE) {
    memcpy(log->uuid, log->live.uuid, 16);
    return true;
  }
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
  if (got < FORMAT_FILE_HEADER_SIZE)
    return log_fail(log, error, 0, "byte %d: empty file (it ends within its header)", (int)got);
  return log_fail(log, error, 0,
                  "byte 0: the file header is damaged and no frame was found to make up for it");
}

/* ---- the frames ---- */

static int scan(struct log *log, struct read_error *error)
{
  struct range_list *ranges = &log->skipped;
  uint64_t damaged_header = log->start < log->source->size ? log->start : log->source->size;

  log->frames.count = 0;
  ranges->count = 0;
  log->missing_frames = 0;
  if (!log->header_good &&
      skipped_add(ranges, 0, damaged_header,
                log->source->size < FORMAT_FILE_HEADER_SIZE ? SKIPPED_CUT : SKIPPED_GAP))
    return log_fail(log, error, ENOMEM, "out of memory");
  if (recover_scan(&log->frames, ranges, &log->missing_frames, log->source, log->start,
                   log->uuid))
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
  for (size_t i = 0; i < log->frames.count; i++) {
    uint8_t type = log->frames.items[i].type;

    if (type > FORMAT_FRAME_FOOTER && !(type & FORMAT_FRAME_ANCILLARY)) log->unknown++;
  }
  return 0;
}
