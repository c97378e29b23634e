/* zlib, for the codec: raw deflate of a piece, and byte planes. */
#include "codec.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "plane.h"
#include "system.h"

#define RAW_DEFLATE (-15) /* windowBits: RFC 1951 without a wrapper */
#define LEVEL 6

void *epochlog__zlib_allocate(void *opaque, unsigned items, unsigned size)
{
  (void)opaque;
  return epochlog__allocate((size_t)items * size);
}

void epochlog__zlib_free(void *opaque, void *memory)
{
  (void)opaque;
  free(memory);
}

bool epochlog__deflate_with(struct epochlog__buffer *out, const void *data, size_t size,
                            struct z_stream_s *stream)
{
  const size_t before = out->size;
  uint8_t *space;
  int result;

  if (size < 2 || out->failed || out->limit - out->size < size) return false;
  space = epochlog__add_space(out, size - 1);
  if (space == NULL) return false;
  stream->next_in = (Bytef *)(uintptr_t)data; /* zlib's type is not const; it only reads */
  stream->avail_in = (uInt)size;
  stream->next_out = space;
  stream->avail_out = (uInt)(size - 1);
  result = deflate(stream, Z_FINISH);
  out->size = result == Z_STREAM_END ? before + (size - 1 - stream->avail_out) : before;
  return result == Z_STREAM_END;
}

/* Without memory for zlib the data are simply left as they are: larger, not lost. */
bool epochlog__deflate(struct epochlog__buffer *out, const void *data, size_t size)
{
  z_stream stream = {.zalloc = epochlog__zlib_allocate, .zfree = epochlog__zlib_free};
  bool is_shorter;

  if (size < 8 || size > FORMAT_RAW_MAX) return false;
  if (deflateInit2(&stream, LEVEL, Z_DEFLATED, RAW_DEFLATE, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  is_shorter = epochlog__deflate_with(out, data, size, &stream);
  deflateEnd(&stream);
  return is_shorter;
}

/* Where inflated bytes go: a run of them at a time. */
struct taker {
  uint8_t *bytes; /* as they are, or */
  uint8_t *words; /* into 64-bit words */
  unsigned shift;
  size_t at;
};

static void take(struct taker *taker, const uint8_t *bytes, size_t count)
{
  uint8_t *word;

  if (taker->bytes != NULL) {
    memcpy(taker->bytes + taker->at, bytes, count);
    taker->at += count;
    return;
  }
  word = taker->words + 8 * taker->at;
  for (size_t i = 0; i < count; i++, word += 8) {
    uint64_t bits;

    memcpy(&bits, word, 8);
    bits |= (uint64_t)bytes[i] << taker->shift;
    memcpy(word, &bits, 8);
  }
  taker->at += count;
}

/* Inflates all of `data` to exactly `count` bytes, a piece at a time, so that no
 * memory is asked for on the word of the file. */
static enum epochlog__column_check inflate_to(struct taker *taker, size_t count, const void *data,
                                              size_t size)
{
  uint8_t piece[8192];
  z_stream stream = {.zalloc = epochlog__zlib_allocate, .zfree = epochlog__zlib_free};
  size_t left = count;
  int result = Z_OK;

  if (size > FORMAT_RAW_MAX) return EPOCHLOG__COLUMN_DAMAGED;
  stream.next_in = (Bytef *)(uintptr_t)data;
  stream.avail_in = (uInt)size;
  if (inflateInit2(&stream, RAW_DEFLATE) != Z_OK) return EPOCHLOG__COLUMN_NO_MEMORY;
  while (result == Z_OK) {
    size_t given;

    stream.next_out = piece;
    stream.avail_out = sizeof piece;
    result = inflate(&stream, Z_NO_FLUSH);
    given = sizeof piece - stream.avail_out;
    if ((result != Z_OK && result != Z_STREAM_END) || given > left) break;
    if (given == 0 && result == Z_OK) break; /* the stream is cut */
    take(taker, piece, given);
    left -= given;
  }
  inflateEnd(&stream);
  if (result == Z_MEM_ERROR) return EPOCHLOG__COLUMN_NO_MEMORY;
  return result == Z_STREAM_END && left == 0 && stream.avail_in == 0 ? EPOCHLOG__COLUMN_OK
                                                                     : EPOCHLOG__COLUMN_DAMAGED;
}

bool epochlog__inflate(void *raw, size_t raw_size, const void *data, size_t size)
{
  uint8_t none = 0;
  struct taker taker = {.bytes = raw_size == 0 ? &none : raw};

  return inflate_to(&taker, raw_size, data, size) == EPOCHLOG__COLUMN_OK;
}

/* ---------------------------------------------------------------- planes */

enum epochlog__column_check epochlog__plane_get(void *words, size_t count, unsigned shift,
                                                struct epochlog__bytes *in)
{
  struct taker taker = {.words = words, .shift = shift};
  const uint8_t mode = epochlog__take_u8(in);
  const uint8_t *bytes;
  uint32_t size;

  if (in->failed) return EPOCHLOG__COLUMN_DAMAGED;
  switch (mode) {
    case FORMAT_PLANE_CONST: {
      const uint8_t value = epochlog__take_u8(in);
      uint8_t run[256];

      if (in->failed) return EPOCHLOG__COLUMN_DAMAGED;
      if (value == 0) return EPOCHLOG__COLUMN_OK;
      memset(run, value, sizeof run);
      for (size_t left = count; left != 0;) {
        const size_t some = left < sizeof run ? left : sizeof run;

        take(&taker, run, some);
        left -= some;
      }
      return EPOCHLOG__COLUMN_OK;
    }
    case FORMAT_PLANE_RAW:
      bytes = epochlog__take_bytes(in, count);
      if (bytes == NULL) return EPOCHLOG__COLUMN_DAMAGED;
      take(&taker, bytes, count);
      return EPOCHLOG__COLUMN_OK;
    case FORMAT_PLANE_DEFLATE:
      size = epochlog__take_u32(in);
      bytes = epochlog__take_bytes(in, size);
      if (bytes == NULL) return EPOCHLOG__COLUMN_DAMAGED;
      return inflate_to(&taker, count, bytes, size);
    default: return EPOCHLOG__COLUMN_UNKNOWN;
  }
}
