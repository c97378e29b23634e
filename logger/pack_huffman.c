/* Prefix codes of limited length. */
#include <string.h>

#include "pack.h"

#define SYMBOLS EPOCHLOG__PACK_LITERALS
#define LENGTH_MAX 15

/* Symbols that occur, the rarest first: count << 9 | symbol. */
struct leaves {
  uint32_t of[SYMBOLS];
  unsigned count;
};

/* Eight bits at a time; the counts of a block go to 16. */
static void sort(struct leaves *leaves)
{
  uint32_t other[SYMBOLS];

  for (unsigned shift = 9; shift < 25; shift += 8) {
    uint16_t start[257] = {0};
    const uint32_t *from = shift == 9 ? leaves->of : other;
    uint32_t *to = shift == 9 ? other : leaves->of;

    for (unsigned i = 0; i < leaves->count; i++) start[(from[i] >> shift & 255) + 1]++;
    for (unsigned i = 0; i < 256; i++) start[i + 1] = (uint16_t)(start[i + 1] + start[i]);
    for (unsigned i = 0; i < leaves->count; i++) to[start[from[i] >> shift & 255]++] = from[i];
  }
}

/* Huffman's tree over sorted leaves: how many of them are at each depth.  Nodes come
 * into being in the order of their weight, so two queues do for a heap. */
static void count_depths(const struct leaves *leaves, uint16_t at_depth[SYMBOLS])
{
  const unsigned n = leaves->count;
  uint32_t weight[2 * SYMBOLS];
  uint16_t parent[2 * SYMBOLS];
  unsigned leaf = 0, node = n;

  for (unsigned i = 0; i < n; i++) weight[i] = leaves->of[i] >> 9;
  for (unsigned next = n; next < 2 * n - 1; next++) {
    weight[next] = 0;
    for (int child = 0; child < 2; child++) {
      const unsigned least =
          leaf < n && (node == next || weight[leaf] <= weight[node]) ? leaf++ : node++;

      weight[next] += weight[least];
      parent[least] = (uint16_t)next;
    }
  }
  /* From the root down, a node's weight is no longer needed: its depth stands there. */
  weight[2 * n - 2] = 0;
  for (unsigned i = 2 * n - 2; i-- > 0;) {
    weight[i] = weight[parent[i]] + 1;
    if (i < n) at_depth[weight[i]]++;
  }
}

/* Brings leaves that are too deep up to the limit, and makes the room for them by
 * sending others down. */
static void limit_depths(uint16_t at_depth[SYMBOLS], unsigned limit)
{
  uint32_t taken = 0;

  for (unsigned depth = limit + 1; depth < SYMBOLS; depth++) {
    at_depth[limit] = (uint16_t)(at_depth[limit] + at_depth[depth]);
    at_depth[depth] = 0;
  }
  for (unsigned depth = 1; depth <= limit; depth++)
    taken += (uint32_t)at_depth[depth] << (limit - depth);
  for (; taken > UINT32_C(1) << limit; taken--) {
    unsigned depth = limit - 1;

    while (at_depth[depth] == 0) depth--;
    at_depth[limit]--;
    at_depth[depth]--;
    at_depth[depth + 1] = (uint16_t)(at_depth[depth + 1] + 2);
  }
}

void epochlog__pack_lengths(uint8_t *lengths, const uint32_t *counts, unsigned n, unsigned limit)
{
  struct leaves leaves = {.count = 0};
  uint16_t at_depth[SYMBOLS] = {0};
  unsigned leaf = 0;

  for (unsigned i = 0; i < n; i++)
    if (counts[i] != 0) leaves.of[leaves.count++] = counts[i] << 9 | i;
  memset(lengths, 0, n);
  if (leaves.count < 2) {
    /* Readers want a whole code, so one that is not used makes up for it. */
    lengths[leaves.count == 0 ? 0 : leaves.of[0] & 511] = 1;
    lengths[leaves.count == 0 || (leaves.of[0] & 511) == 0 ? 1 : 0] = 1;
    return;
  }
  sort(&leaves);
  count_depths(&leaves, at_depth);
  limit_depths(at_depth, limit);
  for (unsigned depth = limit; depth > 0; depth--)
    for (unsigned i = 0; i < at_depth[depth]; i++)
      lengths[leaves.of[leaf++] & 511] = (uint8_t)depth;
}

/* The lowest 16 bits the other way round. */
static uint32_t reversed(uint32_t x)
{
  x = (x >> 1 & 0x5555) | (x & 0x5555) << 1;
  x = (x >> 2 & 0x3333) | (x & 0x3333) << 2;
  x = (x >> 4 & 0x0F0F) | (x & 0x0F0F) << 4;
  return (x >> 8 & 0x00FF) | (x & 0x00FF) << 8;
}

void epochlog__pack_codes(uint32_t *codes, const uint8_t *lengths, unsigned n)
{
  uint32_t of_length[LENGTH_MAX + 1] = {0};
  uint32_t next[LENGTH_MAX + 2] = {0};

  for (unsigned i = 0; i < n; i++) of_length[lengths[i]]++;
  of_length[0] = 0;
  for (unsigned length = 1; length <= LENGTH_MAX; length++)
    next[length + 1] = (next[length] + of_length[length]) << 1;
  for (unsigned i = 0; i < n; i++)
    codes[i] = reversed(next[lengths[i]]++) >> (16 - lengths[i]) | (uint32_t)lengths[i] << 16;
}
