/* Raw pixels as a PNG file in memory.  With zlib alone; what draws charts is
 * elsewhere. */
#ifndef EPOCHLOG_PNG_WRITE_H
#define EPOCHLOG_PNG_WRITE_H

#include <stdbool.h>

#include "frame.h"

struct epochlog__pixels {
  const uint8_t *data; /* 8 bits each, rows top down */
  uint32_t width;      /* 1..65535 */
  uint32_t height;
  uint32_t channels; /* 1 grey, 3 RGB, 4 RGBA */
  size_t row_bytes;  /* from one row to the next, at least width * channels */
};

/* Appends the file; false without memory or past the buffer's limit. */
bool epochlog__png_write(struct epochlog__buffer *out, const struct epochlog__pixels *pixels);

#endif
