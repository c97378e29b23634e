/* zlib, for the codec: raw deflate of a piece, and byte planes. */
#include "codec.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "plane.h"
#include "system.h"

#define RAW_DEFLATE (-15) /* windowBits: RFC 1951 without a wrapper */
#define LEVEL 6
#define FRACTION 65536u /* of a bit, in entropies */

/* Planes with less entropy than this may have something that repeats; in the others
 * looking for it takes time and finds nothing. */
#define PATTERN_BELOW_BITS 4
#define PATTERN_LEVEL 4
/* What deflate needs for its tables. */
#define DEFLATE_HEAD_BYTES 40

static voidpf zlib_allocate(voidpf opaque, uInt items, uInt size)
{
  (void)opaque;
  return epochlog__allocate((size_t)items * size);
}

static void zlib_free(voidpf opaque, voidpf memory)
{
  (void)opaque;
  free(memory);
}

/* Appends what `stream`, fresh or reset, makes of the data if that is shorter. */
static bool deflate_if_shorter(struct epochlog__buffer *out, const void *data, size_t size,
                               z_stream *stream)
{
  const size_t before = out->size;
  uint8_t *space;
  int result;

  if (out->failed || out->limit - out->size < size) return false;
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
  z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_free};
  bool is_shorter;

  if (size < 8 || size > FORMAT_RAW_MAX) return false;
  if (deflateInit2(&stream, LEVEL, Z_DEFLATED, RAW_DEFLATE, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  is_shorter = deflate_if_shorter(out, data, size, &stream);
  deflateEnd(&stream);
  return is_shorter;
}

/* ------------------------------------------------------------- deflaters */

struct epochlog__deflaters {
  z_stream noise;   /* Huffman codes alone */
  z_stream pattern; /* and matches */
};

struct epochlog__deflaters *epochlog__deflaters_new(void)
{
  struct epochlog__deflaters *deflaters = epochlog__allocate_zeroed(sizeof *deflaters);
  z_stream *noise;
  z_stream *pattern;

  if (deflaters == NULL) return NULL;
  noise = &deflaters->noise;
  pattern = &deflaters->pattern;
  noise->zalloc = pattern->zalloc = zlib_allocate;
  noise->zfree = pattern->zfree = zlib_free;
  if (deflateInit2(noise, 1, Z_DEFLATED, RAW_DEFLATE, 8, Z_HUFFMAN_ONLY) == Z_OK &&
      deflateInit2(pattern, PATTERN_LEVEL, Z_DEFLATED, RAW_DEFLATE, 8, Z_DEFAULT_STRATEGY) == Z_OK)
    return deflaters;
  epochlog__deflaters_free(deflaters);
  return NULL;
}

void epochlog__deflaters_free(struct epochlog__deflaters *deflaters)
{
  if (deflaters == NULL) return;
  deflateEnd(&deflaters->noise);
  deflateEnd(&deflaters->pattern);
  free(deflaters);
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
  z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_free};
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

uint32_t epochlog__log2(uint32_t x)
{
  unsigned top;
  uint32_t f;

  if (x == 0) return 0;
  top = 31u - (unsigned)__builtin_clz(x);
  /* With x = 2^top (1 + f): log2(1 + f) is about f + 0.3431 f (1 - f). */
  f = (uint32_t)(((uint64_t)x << 16 >> top) - FRACTION);
  return top * FRACTION + f +
         (uint32_t)((uint64_t)f * (FRACTION - f) / FRACTION * 22485 / FRACTION);
}

void epochlog__plane_put_constant(struct epochlog__buffer *out, uint8_t byte)
{
  epochlog__add_u8(out, FORMAT_PLANE_CONST);
  epochlog__add_u8(out, byte);
}

/* Bits of order-0 entropy. */
static uint64_t entropy_of(const uint8_t *bytes, size_t count)
{
  uint32_t seen[4][256] = {{0}};
  uint64_t bits = (uint64_t)count * epochlog__log2((uint32_t)count);
  uint64_t known = 0;
  size_t i = 0;

  /* Four tables, so that equal bytes in a row do not wait for each other. */
  for (; i + 4 <= count; i += 4)
    for (size_t k = 0; k < 4; k++) seen[k][bytes[i + k]]++;
  for (; i < count; i++) seen[0][bytes[i]]++;
  for (size_t x = 0; x < 256; x++) {
    const uint32_t n = seen[0][x] + seen[1][x] + seen[2][x] + seen[3][x];

    if (n > 1) known += (uint64_t)n * epochlog__log2(n);
  }
  return known < bits ? (bits - known) / FRACTION : 0;
}

static bool put_deflated(struct epochlog__buffer *out, const uint8_t *bytes, size_t count,
                         z_stream *stream)
{
  const size_t mode_at = out->size;

  epochlog__add_u8(out, FORMAT_PLANE_DEFLATE);
  epochlog__add_u32(out, 0);
  if (deflateReset(stream) == Z_OK && deflate_if_shorter(out, bytes, count, stream) &&
      out->size - mode_at < count) {
    epochlog__put_u32(out->data + mode_at + 1, (uint32_t)(out->size - mode_at - 5));
    return true;
  }
  if (!out->failed) out->size = mode_at;
  return false;
}

void epochlog__plane_put(struct epochlog__buffer *out, const uint8_t *bytes, size_t count,
                         struct epochlog__deflaters *deflaters)
{
  const uint64_t bits = entropy_of(bytes, count);
  const bool may_repeat = bits < PATTERN_BELOW_BITS * (uint64_t)count;

  if (count >= 8 && (may_repeat || bits / 8 + DEFLATE_HEAD_BYTES < count) &&
      put_deflated(out, bytes, count, may_repeat ? &deflaters->pattern : &deflaters->noise))
    return;
  epochlog__add_u8(out, FORMAT_PLANE_RAW);
  epochlog__add_bytes(out, bytes, count);
}

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
