/* The two headers of a main log; the rest of frame.h is in frame.c. */
#include <string.h>

#include "crc32c.h"
#include "frame.h"

#define HEADER_CRC_AT 36 /* header_crc covers what is before and behind it */

void epochlog__file_header_put(uint8_t out[FORMAT_FILE_HEADER_SIZE],
                               const uint8_t uuid[FORMAT_UUID_SIZE])
{
  memset(out, 0, FORMAT_FILE_HEADER_SIZE);
  memcpy(out, FORMAT_MAGIC_LOG, FORMAT_MAGIC_SIZE);
  epochlog__put_u16(out + 8, FORMAT_MAJOR);
  epochlog__put_u16(out + 10, FORMAT_FILE_HEADER_SIZE);
  memcpy(out + 40, uuid, FORMAT_UUID_SIZE);
  epochlog__put_u32(out + 56, epochlog__crc32c(0, out, 56));
}

enum epochlog__header_check epochlog__file_header_get(struct epochlog__file_header *header,
                                                      const void *data, size_t size)
{
  struct epochlog__bytes in = epochlog__bytes_of(data, size);
  const uint8_t *p;
  uint32_t crc;

  memset(header, 0, sizeof *header);
  p = epochlog__take_bytes(&in, FORMAT_MAGIC_SIZE);
  if (p == NULL || memcmp(p, FORMAT_MAGIC_LOG, FORMAT_MAGIC_SIZE) != 0 || size < 10)
    return EPOCHLOG__HEADER_NOT_A_LOG;
  header->major = epochlog__take_u16(&in);
  header->header_len = epochlog__take_u16(&in);
  epochlog__take_u32(&in);
  header->compat = epochlog__take_u64(&in);
  header->incompat = epochlog__take_u64(&in);
  header->ro_compat = epochlog__take_u64(&in);
  p = epochlog__take_bytes(&in, FORMAT_UUID_SIZE);
  if (p != NULL) memcpy(header->uuid, p, FORMAT_UUID_SIZE);
  crc = epochlog__take_u32(&in);
  if (in.failed || crc != epochlog__crc32c(0, data, 56)) return EPOCHLOG__HEADER_DAMAGED;
  if (header->header_len % FORMAT_ALIGN != 0 || header->header_len < FORMAT_FILE_HEADER_SIZE ||
      header->header_len > FORMAT_FILE_HEADER_MAX)
    return EPOCHLOG__HEADER_DAMAGED;
  return EPOCHLOG__HEADER_VALID;
}

void epochlog__frame_put(uint8_t out[FORMAT_FRAME_HEADER_SIZE], const struct epochlog__frame *frame,
                         const uint8_t uuid[FORMAT_UUID_SIZE])
{
  uint32_t crc;

  epochlog__put_u32(out, FORMAT_SYNC);
  out[4] = frame->type;
  out[5] = frame->flags;
  epochlog__put_u16(out + 6, FORMAT_FRAME_HEADER_SIZE);
  epochlog__put_u64(out + 8, frame->offset);
  epochlog__put_u64(out + 16, frame->number);
  epochlog__put_u32(out + 24, frame->stored_len);
  epochlog__put_u32(out + 28, frame->raw_len);
  epochlog__put_u32(out + 32, frame->payload_crc);
  crc = epochlog__crc32c(0, uuid, FORMAT_UUID_SIZE);
  epochlog__put_u32(out + HEADER_CRC_AT, epochlog__crc32c(crc, out, HEADER_CRC_AT));
}

enum epochlog__frame_check epochlog__frame_get(struct epochlog__frame *frame, const void *data,
                                               size_t size, uint64_t offset,
                                               const uint8_t uuid[FORMAT_UUID_SIZE])
{
  const uint8_t *p = data;
  const bool whole = size >= FORMAT_FRAME_HEADER_SIZE;
  uint32_t crc;

  *frame = (struct epochlog__frame){.offset = offset, .header_len = FORMAT_FRAME_HEADER_SIZE};
  if (size >= 4 && epochlog__get_u32(p) != FORMAT_SYNC) return EPOCHLOG__FRAME_INVALID;
  if (size >= 16 && epochlog__get_u64(p + 8) != offset) return EPOCHLOG__FRAME_INVALID;
  if (!whole) return EPOCHLOG__FRAME_SHORT;
  frame->type = p[4];
  frame->flags = p[5];
  frame->header_len = epochlog__get_u16(p + 6);
  frame->number = epochlog__get_u64(p + 16);
  frame->stored_len = epochlog__get_u32(p + 24);
  frame->raw_len = epochlog__get_u32(p + 28);
  frame->payload_crc = epochlog__get_u32(p + 32);
  if (frame->type == 0 || frame->header_len % FORMAT_ALIGN != 0 ||
      frame->header_len < FORMAT_FRAME_HEADER_SIZE || frame->header_len > FORMAT_FRAME_HEADER_MAX ||
      frame->stored_len > FORMAT_STORED_MAX || frame->raw_len > FORMAT_RAW_MAX)
    return EPOCHLOG__FRAME_INVALID;
  if (size < frame->header_len) return EPOCHLOG__FRAME_SHORT;
  crc = epochlog__crc32c(0, uuid, FORMAT_UUID_SIZE);
  crc = epochlog__crc32c(crc, p, HEADER_CRC_AT);
  crc = epochlog__crc32c(crc, p + FORMAT_FRAME_HEADER_SIZE,
                         (size_t)frame->header_len - FORMAT_FRAME_HEADER_SIZE);
  return crc == epochlog__get_u32(p + HEADER_CRC_AT) ? EPOCHLOG__FRAME_VALID
                                                     : EPOCHLOG__FRAME_INVALID;
}

uint64_t epochlog__frame_total(const struct epochlog__frame *frame)
{
  return epochlog__padded((uint64_t)frame->header_len + frame->stored_len);
}
