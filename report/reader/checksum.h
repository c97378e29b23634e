/* Checksums as the reader compares them.
 *
 * A fuzzer cannot make a checksum fit, so it would never get past the first one:
 * built with EPOCHLOG_FUZZ every checksum is taken as right and only structure is
 * left to hold the reader up, which is what is to be tried.
 */
#ifndef EPOCHLOG_READER_CHECKSUM_H
#define EPOCHLOG_READER_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "crc32c.h"
#include "frame.h"

static inline bool checksum_fits(uint32_t computed, uint32_t stored)
{
#ifdef EPOCHLOG_FUZZ
  (void)computed;
  (void)stored;
  return true;
#else
  return computed == stored;
#endif
}

#ifdef EPOCHLOG_FUZZ
/* Puts the right place and checksum into a copy of the header first. */
static inline enum epochlog__frame_check checksum_frame_get(struct epochlog__frame *frame,
                                                            const void *data, size_t size,
                                                            uint64_t offset, const uint8_t *uuid)
{
  unsigned char copy[FORMAT_FRAME_HEADER_MAX];
  size_t length;
  uint32_t crc;

  if (size > sizeof copy) size = sizeof copy;
  memcpy(copy, data, size);
  if (size >= FORMAT_FRAME_HEADER_SIZE) {
    length = epochlog__get_u16(copy + 6);
    epochlog__put_u64(copy + 8, offset);
    if (length >= FORMAT_FRAME_HEADER_SIZE && length <= size) {
      crc = epochlog__crc32c(0, uuid, FORMAT_UUID_SIZE);
      crc = epochlog__crc32c(crc, copy, 36);
      crc = epochlog__crc32c(crc, copy + 40, length - 40);
      epochlog__put_u32(copy + 36, crc);
    }
  }
  return epochlog__frame_get(frame, copy, size, offset, uuid);
}
#else
#define checksum_frame_get epochlog__frame_get
#endif

#endif
