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

/* log2(x) in 1/65536, by integers alone so that every machine chooses alike; off
 * by at most 0.008.  0 for 0. */
uint32_t epochlog__log2(uint32_t x);

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
