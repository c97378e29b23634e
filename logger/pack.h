/* Deflate (RFC 1951) for byte planes, made here instead of asked of zlib.
 *
 * Planes are short, and are either noise with a skewed distribution, runs, or a
 * pattern that repeats.  zlib takes 10 ns a byte for the first and 30 to 100 when
 * it also looks for matches, which there only make the result longer; it clears
 * 256 KiB for each plane; and its bytes differ between its versions.  Here a match
 * is taken only where it costs fewer bits than the literals it stands for, no
 * memory is asked for, and the same plane gives the same bytes on every machine.
 *
 * A plane is cut into blocks that have nothing to do with each other.
 */
#ifndef EPOCHLOG_PACK_H
#define EPOCHLOG_PACK_H

#include <stddef.h>
#include <stdint.h>

#define EPOCHLOG__PACK_BLOCK 32768 /* bytes of a plane in one block of deflate: its window */
#define EPOCHLOG__PACK_SLACK 16    /* bytes behind the result that may be written to */

#define EPOCHLOG__PACK_LITERALS 286 /* bytes, the end of a block, lengths of matches */
#define EPOCHLOG__PACK_DISTANCES 30
#define EPOCHLOG__PACK_SEEN 8192

/* Scratch memory.  Nothing in it needs to be set, and nothing is kept. */
struct epochlog__packer {
  uint32_t tokens[EPOCHLOG__PACK_BLOCK];
  /* By hash: where in the block 4 bytes, and 16, were seen last, + 1. */
  uint16_t seen_short[EPOCHLOG__PACK_SEEN];
  uint16_t seen_long[EPOCHLOG__PACK_SEEN];
  uint32_t histogram[4][256];
  uint16_t cost[256]; /* of a byte as a literal, in 1/256 bit; at least a bit */
};

/* Deflates a plane into `out`, which has room for `count` and EPOCHLOG__PACK_SLACK
 * bytes; the size, or 0 when that is not less than `count`. */
size_t epochlog__pack(struct epochlog__packer *packer, uint8_t *out, const uint8_t *bytes,
                      size_t count);

/* ---- its parts */

/* A token is a byte, or a match: length << 16 | distance. */
struct epochlog__pack_tokens {
  size_t count;
  uint64_t saved; /* by the matches, in 1/256 bit */
};

/* Cuts a block into packer->tokens; packer->cost is set. */
struct epochlog__pack_tokens epochlog__pack_match(struct epochlog__packer *packer,
                                                  const uint8_t *bytes, size_t size);

/* Lengths of a prefix code, at most `limit` bits, for symbols that occur so often (at
 * most 65536 times altogether); 0 where one does not.  At least two have a code. */
void epochlog__pack_lengths(uint8_t *lengths, const uint32_t *counts, unsigned n, unsigned limit);

/* The codes that go with the lengths, as deflate writes them: code | length << 16. */
void epochlog__pack_codes(uint32_t *codes, const uint8_t *lengths, unsigned n);

/* The position of the highest bit; `x` is not 0. */
static inline unsigned epochlog__top_bit(uint32_t x)
{
#if defined(__GNUC__)
  return 31u - (unsigned)__builtin_clz(x);
#else
  unsigned top = 0;

  while (x >> top > 1) top++;
  return top;
#endif
}

#endif
