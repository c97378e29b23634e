/* Which stretches of a block are told as copies of earlier ones. */
#include <string.h>

#include "frame.h"
#include "pack.h"

#define SHORT 4 /* bytes that a hash is of */
#define LONG 16
#define MATCH_MIN 3
#define MATCH_MAX 258

/* What a match takes, in 1/256 bit, beside the bits of its distance: a guess at two
 * codes.  In a plane that has matches at all a run is the common one. */
#define RUN_COST (6 * 256)
#define MATCH_COST (9 * 256)

/* Of a longer match so many bytes at both ends are remembered. */
#define REMEMBERED 16

struct search {
  struct epochlog__packer *packer;
  const uint8_t *bytes;
  size_t size;
  unsigned hash_bits;   /* few for a short block: the tables are cleared each time */
  size_t last_distance; /* a pattern often goes on after one byte that was off */
};

struct match {
  size_t length;
  size_t distance;
  uint32_t saved; /* in 1/256 bit; 0: no match */
};

static uint16_t *short_slot(const struct search *search, size_t at)
{
  const uint32_t hash = epochlog__get_u32(search->bytes + at) * UINT32_C(2654435761);

  return &search->packer->seen_short[hash >> (32 - search->hash_bits)];
}

static uint16_t *long_slot(const struct search *search, size_t at)
{
  const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
  uint64_t hash = epochlog__get_u64(search->bytes + at) * factor;

  hash = (hash ^ hash >> 32 ^ epochlog__get_u64(search->bytes + at + 8)) * factor;
  return &search->packer->seen_long[hash >> (64 - search->hash_bits)];
}

static void remember(const struct search *search, size_t at)
{
  if (at + LONG <= search->size) *long_slot(search, at) = (uint16_t)(at + 1);
  if (at + SHORT <= search->size) *short_slot(search, at) = (uint16_t)(at + 1);
}

/* How many bytes at `a` are those at `b`, which is before it. */
static size_t common(const uint8_t *a, const uint8_t *b, size_t most)
{
  size_t n = 0;

  while (n + 8 <= most && epochlog__get_u64(a + n) == epochlog__get_u64(b + n)) n += 8;
  while (n < most && a[n] == b[n]) n++;
  return n;
}

/* What `length` literals would take more than a match of that distance; 0 if less. */
static uint32_t saving(const struct epochlog__packer *packer, const uint8_t *bytes, size_t length,
                       size_t distance)
{
  const uint32_t match =
      distance == 1 ? RUN_COST : MATCH_COST + epochlog__top_bit((uint32_t)distance) * 256;
  uint32_t literals = 0;

  for (size_t i = 0; i < length; i++) literals += packer->cost[bytes[i]];
  return literals > match ? literals - match : 0;
}

/* Makes the bytes from `before` on the match if they are a better one. */
static void consider(struct match *match, const struct search *search, size_t at, size_t before)
{
  const size_t left = search->size - at;
  const uint8_t *bytes = search->bytes + at;
  size_t length;
  uint32_t saved;

  if (match->length >= MATCH_MAX) return;
  length = common(bytes, search->bytes + before, left < MATCH_MAX ? left : MATCH_MAX);
  if (length < MATCH_MIN || length <= match->length) return;
  saved = saving(search->packer, bytes, length, at - before);
  if (saved > match->saved)
    *match = (struct match){.length = length, .distance = at - before, .saved = saved};
}

static struct match find(const struct search *search, size_t at)
{
  struct match match = {0};

  if (at + SHORT > search->size) return match;
  if (at != 0 && search->bytes[at] == search->bytes[at - 1]) consider(&match, search, at, at - 1);
  if (at >= search->last_distance) consider(&match, search, at, at - search->last_distance);
  if (at + LONG <= search->size) {
    const size_t before = *long_slot(search, at);

    if (before != 0) consider(&match, search, at, before - 1);
  }
  if (match.length < LONG) {
    const size_t before = *short_slot(search, at);

    if (before != 0) consider(&match, search, at, before - 1);
  }
  return match;
}

struct epochlog__pack_tokens epochlog__pack_match(struct epochlog__packer *packer,
                                                  const uint8_t *bytes, size_t size)
{
  struct search search = {
      .packer = packer, .bytes = bytes, .size = size, .hash_bits = 6, .last_distance = 1};
  struct epochlog__pack_tokens tokens = {0};

  while (search.hash_bits < 13 && size >> search.hash_bits != 0) search.hash_bits++;
  memset(packer->seen_short, 0, sizeof *packer->seen_short << search.hash_bits);
  memset(packer->seen_long, 0, sizeof *packer->seen_long << search.hash_bits);
  for (size_t at = 0; at < size;) {
    const struct match match = find(&search, at);

    remember(&search, at);
    if (match.saved == 0) {
      packer->tokens[tokens.count++] = bytes[at++];
      continue;
    }
    packer->tokens[tokens.count++] = (uint32_t)(match.length << 16 | match.distance);
    tokens.saved += match.saved;
    if (match.distance != 1) search.last_distance = match.distance;
    for (size_t k = 1; k < match.length; k++) {
      if (k == REMEMBERED && match.length > 2 * REMEMBERED) k = match.length - REMEMBERED;
      remember(&search, at + k);
    }
    at += match.length;
  }
  return tokens;
}
