/* One byte plane of a column (FORMAT.md 5): byte k of every residual, stored as
 * the cheapest of constant, raw or deflate.  Part of the codec; see codec.h.
 */
#ifndef EPOCHLOG_PLANE_H
#define EPOCHLOG_PLANE_H

#include "codec.h"

#define EPOCHLOG__SAMPLE 512 /* values that a choice looks at */

/* Scratch memory of the encoder (codec.h). */
struct epochlog__room {
  struct epochlog__deflaters *deflaters;
  uint64_t *residuals; /* of `capacity` values; then the same memory goes on as */
  uint8_t *bytes;      /* a plane */
  size_t capacity;
  uint32_t growth[EPOCHLOG__SAMPLE]; /* of x log2 x from x to x + 1, in 1/65536 */
};

/* zlib's streams, kept from plane to plane: making one costs more than a short plane
 * does.  NULL without memory; NULL may be freed. */
struct epochlog__deflaters *epochlog__deflaters_new(void);
void epochlog__deflaters_free(struct epochlog__deflaters *deflaters);

/* Appends what zlib's `stream`, fresh or reset, makes of the data if that is shorter; else
 * adds nothing and returns false.  And the memory that streams take. */
struct z_stream_s;
bool epochlog__deflate_with(struct epochlog__buffer *out, const void *data, size_t size,
                            struct z_stream_s *stream);
void *epochlog__zlib_allocate(void *opaque, unsigned items, unsigned size);
void epochlog__zlib_free(void *opaque, void *memory);

/* log2(x) in 1/65536, by integers alone so that every machine chooses alike; off
 * by at most 0.008.  0 for 0. */
static inline uint32_t epochlog__log2(uint32_t x)
{
  unsigned top = 0;
  uint32_t f;

  if (x == 0) return 0;
#if defined(__GNUC__)
  top = 31u - (unsigned)__builtin_clz(x);
#else
  while (x >> top > 1) top++;
#endif
  /* With x = 2^top (1 + f): log2(1 + f) is about f + 0.3431 f (1 - f). */
  f = (uint32_t)((uint64_t)x << 16 >> top) - 65536;
  return (top << 16) + f + (uint32_t)((uint64_t)f * (65536 - f) / 65536 * 22485 / 65536);
}

/* Appends mode and bytes of a plane of `count` (at least 1) bytes. */
void epochlog__plane_put(struct epochlog__buffer *out, const uint8_t *bytes, size_t count,
                         struct epochlog__deflaters *deflaters);

/* A plane whose bytes are all the same. */
void epochlog__plane_put_constant(struct epochlog__buffer *out, uint8_t byte);

/* Reads a plane of exactly `count` bytes and ORs byte i, shifted left by `shift`,
 * into the 64-bit word at `words` + 8 i (any alignment; it may be a double). */
enum epochlog__column_check epochlog__plane_get(void *words, size_t count, unsigned shift,
                                                struct epochlog__bytes *in);

#endif
