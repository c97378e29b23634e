/* One byte plane of a column (FORMAT.md 5): byte k of every residual, stored as
 * the cheapest of constant, raw or deflate.  Part of the codec; see codec.h.
 */
#ifndef EPOCHLOG_PLANE_H
#define EPOCHLOG_PLANE_H

#include "codec.h"

/* log2(x) in 1/65536, by integers alone so that every machine chooses alike; off
 * by at most 0.008.  0 for 0. */
uint32_t epochlog__log2(uint32_t x);

/* Bits of order-0 entropy of all `count` bytes together, in 1/65536 bit, from how
 * often each of the 256 occurs. */
uint64_t epochlog__entropy(const uint32_t histogram[256], uint32_t count);

/* Appends mode and bytes of a plane of `count` (at least 1) bytes. */
void epochlog__plane_put(struct epochlog__buffer *out, const uint8_t *bytes, size_t count);

/* Reads a plane of exactly `count` bytes and ORs byte i, shifted left by `shift`,
 * into the 64-bit word at `words` + 8 i (any alignment; it may be a double). */
enum epochlog__column_check epochlog__plane_get(void *words, size_t count, unsigned shift,
                                                struct epochlog__bytes *in);

#endif
