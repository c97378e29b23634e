#include "pack.h"

#include <stdbool.h>
#include <string.h>

#include "frame.h"
#include "plane.h"

#define LITERALS EPOCHLOG__PACK_LITERALS
#define DISTANCES EPOCHLOG__PACK_DISTANCES
#define FIXED_LITERALS 288 /* two that stand for nothing shift the codes of others */
#define END_OF_BLOCK 256
#define FIRST_LENGTH 257
#define LENGTH_MAX 12 /* of a code: four of them and what a flush leaves fit 64 bits */
#define HEAD_LENGTH_MAX 7
#define HEAD_SYMBOLS 19
#define HEAD_BITS 100 /* that codes of its own cost a block, as a guess on the low side */

enum { STORED = 0, FIXED = 1, DYNAMIC = 2 };

/* A long block is searched for matches only when so many bytes of it have some; where
 * bytes take more than NOISE_BITS a few must do. */
#define TRIAL 1024
#define NOISE_TRIAL 512
#define NOISE_BITS 7
/* Matches are told if they save at least this part of the bits. */
#define SAVED_PART 32

/* Bits written, the lowest first. */
struct bits {
  uint8_t *at;
  uint64_t held;
  unsigned count; /* less than 8 after a flush */
};

static void put(struct bits *bits, uint32_t value, unsigned count)
{
  bits->held |= (uint64_t)value << bits->count;
  bits->count += count;
}

static void put_code(struct bits *bits, uint32_t code) { put(bits, code & 0xFFFF, code >> 16); }

static void flush(struct bits *bits)
{
  epochlog__put_u64(bits->at, bits->held);
  bits->at += bits->count >> 3;
  bits->held >>= bits->count & ~7u;
  bits->count &= 7;
}

/* A number told as a symbol and some bits behind it. */
struct told {
  unsigned symbol;
  unsigned extra;
  unsigned extra_bits;
};

/* RFC 1951 3.2.5: four symbols for each doubling of the length, two of the distance. */
static struct told length_of(uint32_t token)
{
  const unsigned x = (token >> 16) - 3;
  unsigned t;

  if (x == 255) return (struct told){.symbol = LITERALS - 1};
  if (x < 4) return (struct told){.symbol = FIRST_LENGTH + x};
  t = epochlog__top_bit(x) - 2;
  return (struct told){FIRST_LENGTH + 4 * (t + 1) + (x >> t & 3), x & ((1u << t) - 1), t};
}

static struct told distance_of(uint32_t token)
{
  const unsigned x = (token & 0xFFFF) - 1;
  unsigned t;

  if (x < 2) return (struct told){.symbol = x};
  t = epochlog__top_bit(x) - 1;
  return (struct told){2 * (t + 1) + (x >> t & 1), x & ((1u << t) - 1), t};
}

/* ---------------------------------------------------------------- a block */

struct block {
  const uint8_t *bytes;
  size_t size;
  const uint32_t *tokens; /* NULL: each byte is a literal */
  size_t token_count;
  uint64_t extra_bits;
  unsigned distinct;           /* bytes */
  uint32_t literals[LITERALS]; /* how often each symbol occurs */
  uint32_t distances[DISTANCES];
};

/* How codes are told: lengths of both, runs of them as symbols 16, 17 and 18. */
struct head {
  uint8_t lengths[LITERALS + DISTANCES];
  unsigned literals;
  unsigned distances;
  uint8_t symbols[LITERALS + DISTANCES];
  uint8_t extras[LITERALS + DISTANCES];
  unsigned count;
  uint8_t code_lengths[HEAD_SYMBOLS];
  unsigned codes;
  uint64_t bits;
};

static const uint8_t head_order[HEAD_SYMBOLS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15};

static unsigned head_extra_bits(unsigned symbol)
{
  return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
}

static void add_head_symbol(struct head *head, unsigned symbol, unsigned extra)
{
  head->symbols[head->count] = (uint8_t)symbol;
  head->extras[head->count++] = (uint8_t)extra;
}

/* A run of `n` equal lengths. */
static void add_head_run(struct head *head, uint8_t length, unsigned n)
{
  while (length == 0 && n >= 11) {
    const unsigned some = n < 138 ? n : 138;

    add_head_symbol(head, 18, some - 11);
    n -= some;
  }
  if (length == 0 && n >= 3) {
    add_head_symbol(head, 17, n - 3);
    n = 0;
  }
  if (length != 0 && n >= 4) {
    add_head_symbol(head, length, 0);
    for (n--; n >= 3;) {
      const unsigned some = n < 6 ? n : 6;

      add_head_symbol(head, 16, some - 3);
      n -= some;
    }
  }
  for (; n > 0; n--) add_head_symbol(head, length, 0);
}

/* `lengths` holds those of literals, then those of distances. */
static void make_head(struct head *head)
{
  const unsigned n = head->literals + head->distances;
  uint32_t counts[HEAD_SYMBOLS] = {0};

  head->count = 0;
  for (unsigned i = 0, run; i < n; i += run) {
    for (run = 1; i + run < n && head->lengths[i + run] == head->lengths[i];) run++;
    add_head_run(head, head->lengths[i], run);
  }
  for (unsigned i = 0; i < head->count; i++) counts[head->symbols[i]]++;
  epochlog__pack_lengths(head->code_lengths, counts, HEAD_SYMBOLS, HEAD_LENGTH_MAX);
  head->codes = HEAD_SYMBOLS;
  while (head->codes > 4 && head->code_lengths[head_order[head->codes - 1]] == 0) head->codes--;
  head->bits = 14 + 3 * (uint64_t)head->codes;
  for (unsigned i = 0; i < HEAD_SYMBOLS; i++)
    head->bits += counts[i] * (head->code_lengths[i] + (uint64_t)head_extra_bits(i));
}

static void put_head(struct bits *bits, const struct head *head)
{
  uint32_t codes[HEAD_SYMBOLS];

  epochlog__pack_codes(codes, head->code_lengths, HEAD_SYMBOLS);
  put(bits, head->literals - FIRST_LENGTH, 5);
  put(bits, head->distances - 1, 5);
  put(bits, head->codes - 4, 4);
  flush(bits);
  for (unsigned i = 0; i < head->codes; i++) {
    put(bits, head->code_lengths[head_order[i]], 3);
    flush(bits);
  }
  for (unsigned i = 0; i < head->count; i++) {
    put_code(bits, codes[head->symbols[i]]);
    put(bits, head->extras[i], head_extra_bits(head->symbols[i]));
    flush(bits);
  }
}

/* Bits of the block's symbols under these lengths. */
static uint64_t bits_of(const struct block *block, const uint8_t *literals,
                        const uint8_t *distances)
{
  uint64_t bits = block->extra_bits;

  for (unsigned i = 0; i < LITERALS; i++) bits += (uint64_t)block->literals[i] * literals[i];
  for (unsigned i = 0; i < DISTANCES; i++) bits += (uint64_t)block->distances[i] * distances[i];
  return bits;
}

/* The codes that need no telling: FIXED_LITERALS, then DISTANCES. */
static void fixed_lengths(uint8_t *lengths)
{
  memset(lengths, 8, 144);
  memset(lengths + 144, 9, 256 - 144);
  memset(lengths + 256, 7, 280 - 256);
  memset(lengths + 280, 8, FIXED_LITERALS - 280);
  memset(lengths + FIXED_LITERALS, 5, DISTANCES);
}

static void put_literals(struct bits *bits, const struct block *block, const uint32_t *codes)
{
  size_t i = 0;

  for (; i + 4 <= block->size; i += 4) {
    for (size_t k = 0; k < 4; k++) put_code(bits, codes[block->bytes[i + k]]);
    flush(bits);
  }
  for (; i < block->size; i++) {
    put_code(bits, codes[block->bytes[i]]);
    flush(bits);
  }
}

static void put_tokens(struct bits *bits, const struct block *block, const uint32_t *literals,
                       const uint32_t *distances)
{
  for (size_t i = 0; i < block->token_count; i++) {
    const uint32_t token = block->tokens[i];

    if (token < 256) {
      put_code(bits, literals[token]);
    } else {
      const struct told length = length_of(token);
      const struct told distance = distance_of(token);

      put_code(bits, literals[length.symbol]);
      put(bits, length.extra, length.extra_bits);
      put_code(bits, distances[distance.symbol]);
      put(bits, distance.extra, distance.extra_bits);
    }
    flush(bits);
  }
}

/* ----------------------------------------------------------------- choice */

/* Counts the bytes of a block.  Four tables, so that equal neighbours need not wait
 * for each other. */
static void count_bytes(struct epochlog__packer *packer, struct block *block)
{
  uint32_t(*const table)[256] = packer->histogram;
  size_t i = 0;

  memset(packer->histogram, 0, sizeof packer->histogram);
  for (; i + 4 <= block->size; i += 4)
    for (size_t k = 0; k < 4; k++) table[k][block->bytes[i + k]]++;
  for (; i < block->size; i++) table[0][block->bytes[i]]++;
  for (size_t b = 0; b < 256; b++)
    block->literals[b] = table[0][b] + table[1][b] + table[2][b] + table[3][b];
}

/* What each byte costs as a literal; returns the bits of all of them. */
static uint64_t weigh_bytes(struct epochlog__packer *packer, struct block *block)
{
  const uint32_t all = epochlog__log2((uint32_t)block->size);
  uint64_t bits = 0;

  for (size_t b = 0; b < 256; b++) {
    uint32_t cost;

    if (block->literals[b] == 0) continue;
    cost = (all - epochlog__log2(block->literals[b])) >> 8;
    bits += (uint64_t)block->literals[b] * cost;
    packer->cost[b] = (uint16_t)(cost < 256 ? 256 : cost);
    block->distinct++;
  }
  return bits / 256;
}

/* Whether matches save something; if so they are in packer->tokens.  A long block is
 * tried at its middle first. */
static bool find_matches(struct epochlog__packer *packer, struct block *block, uint64_t bits)
{
  const size_t trial = bits < block->size * NOISE_BITS ? TRIAL : NOISE_TRIAL;
  struct epochlog__pack_tokens tokens;

  if (block->size >= 2 * TRIAL) {
    tokens = epochlog__pack_match(packer, block->bytes + (block->size - trial) / 2, trial);
    if (tokens.saved / 256 * SAVED_PART < bits * trial / block->size) return false;
  } else if (trial != TRIAL) {
    return false;
  }
  tokens = epochlog__pack_match(packer, block->bytes, block->size);
  if (tokens.saved / 256 * SAVED_PART < bits) return false;
  block->tokens = packer->tokens;
  block->token_count = tokens.count;
  return true;
}

/* Counts symbols instead of bytes. */
static void count_tokens(struct block *block)
{
  memset(block->literals, 0, sizeof block->literals);
  for (size_t i = 0; i < block->token_count; i++) {
    const uint32_t token = block->tokens[i];

    if (token < 256) {
      block->literals[token]++;
    } else {
      const struct told length = length_of(token);
      const struct told distance = distance_of(token);

      block->literals[length.symbol]++;
      block->distances[distance.symbol]++;
      block->extra_bits += length.extra_bits + distance.extra_bits;
    }
  }
}

/* ---------------------------------------------------------------- writing */

static bool put_stored(struct bits *bits, const uint8_t *end, const struct block *block)
{
  if (block->size + 5 > (size_t)(end - bits->at)) return false;
  put(bits, STORED, 2);
  bits->count = (bits->count + 7) & ~7u;
  put(bits, (uint32_t)block->size, 16);
  put(bits, (uint32_t)~block->size & 0xFFFF, 16);
  flush(bits);
  memcpy(bits->at, block->bytes, block->size);
  bits->at += block->size;
  return true;
}

static void put_symbols(struct bits *bits, const struct block *block, const uint8_t *lengths,
                        unsigned literal_count, unsigned distance_count)
{
  uint32_t literals[FIXED_LITERALS];
  uint32_t distances[DISTANCES];

  epochlog__pack_codes(literals, lengths, literal_count);
  epochlog__pack_codes(distances, lengths + literal_count, distance_count);
  if (block->tokens == NULL)
    put_literals(bits, block, literals);
  else
    put_tokens(bits, block, literals, distances);
  put_code(bits, literals[END_OF_BLOCK]);
  flush(bits);
}

/* Codes of the block's own; returns the bits of the block with them. */
static uint64_t make_codes(struct head *head, const struct block *block)
{
  uint8_t distances[DISTANCES];
  uint64_t bits;

  epochlog__pack_lengths(head->lengths, block->literals, LITERALS, LENGTH_MAX);
  epochlog__pack_lengths(distances, block->distances, DISTANCES, LENGTH_MAX);
  bits = bits_of(block, head->lengths, distances);
  for (head->literals = LITERALS; head->lengths[head->literals - 1] == 0;) head->literals--;
  for (head->distances = DISTANCES; distances[head->distances - 1] == 0;) head->distances--;
  memcpy(head->lengths + head->literals, distances, head->distances);
  make_head(head);
  return bits + head->bits;
}

/* Writes the block in the shortest way; false when it does not fit before `end`. */
static bool put_cheapest(struct bits *bits, const uint8_t *end, const struct block *block)
{
  uint8_t fixed[FIXED_LITERALS + DISTANCES];
  struct head head;
  const uint64_t stored_bits = (block->size + 5) * 8;
  const uint64_t dynamic_bits = make_codes(&head, block);
  uint64_t fixed_bits;
  uint64_t least;

  fixed_lengths(fixed);
  fixed_bits = bits_of(block, fixed, fixed + FIXED_LITERALS);
  least = dynamic_bits < fixed_bits ? dynamic_bits : fixed_bits;
  if (stored_bits <= least) return put_stored(bits, end, block);
  if (least / 8 + 2 > (size_t)(end - bits->at)) return false;
  put(bits, least == fixed_bits ? FIXED : DYNAMIC, 2);
  if (least == fixed_bits) {
    put_symbols(bits, block, fixed, FIXED_LITERALS, DISTANCES);
  } else {
    put_head(bits, &head);
    put_symbols(bits, block, head.lengths, head.literals, head.distances);
  }
  return true;
}

static bool put_block(struct epochlog__packer *packer, struct bits *bits, const uint8_t *end,
                      const uint8_t *bytes, size_t size)
{
  struct block block = {.bytes = bytes, .size = size};
  uint64_t literal_bits;

  count_bytes(packer, &block);
  literal_bits = weigh_bytes(packer, &block);
  if (find_matches(packer, &block, literal_bits))
    count_tokens(&block);
  else if (literal_bits + HEAD_BITS + block.distinct * 5 / 4 > size * 8)
    return put_stored(bits, end, &block);
  block.literals[END_OF_BLOCK] = 1;
  return put_cheapest(bits, end, &block);
}

size_t epochlog__pack(struct epochlog__packer *packer, uint8_t *out, const uint8_t *bytes,
                      size_t count)
{
  struct bits bits = {.at = out};

  for (size_t at = 0; at < count;) {
    const size_t left = count - at;
    const size_t size = left < EPOCHLOG__PACK_BLOCK ? left : EPOCHLOG__PACK_BLOCK;

    put(&bits, size == left, 1);
    if (!put_block(packer, &bits, out + count, bytes + at, size)) return 0;
    at += size;
  }
  bits.count += 7; /* the last byte that is begun */
  flush(&bits);
  return (size_t)(bits.at - out) < count ? (size_t)(bits.at - out) : 0;
}
