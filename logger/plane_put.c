/* Byte planes, encoding: constant, raw, or deflate in the way that fits the plane. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "plane.h"
#include "system.h"

#define FRACTION 65536u /* of a bit, in entropies */
#define COST 256u       /* of a bit, in costs of a byte */

/* What deflate needs for its tables, beside the symbols. */
#define DEFLATE_HEAD_BITS 320

/* Bytes with more bits than this do not repeat, but for chance. */
#define REPEATS_BELOW_BITS 6

/* So many bytes in the middle of a plane tell of the rest. */
#define TRIAL 1024
#define TRIAL_HASH_BITS 10

/* What a copy takes at least: two codes, and the bits of its distance. */
#define RUN_BITS 6
#define COPY_BITS 9

/* One in ten bytes of what repeats is found at the next level, for twice the time. */
#define PATTERN_LEVEL 4

/* Copies are worth looking for when they save this part of the bits.  Below it they are
 * chance: zlib takes them, and the result is longer than without. */
#define WORTH 12

/* ---------------------------------------------------------------- streams */

enum way { NOISE, RUNS, PATTERN, WAYS };

static const struct {
  int level;
  int strategy;
  int window_bits; /* those that copy nothing from afar need little */
} ways[WAYS] = {
    [NOISE] = {1, Z_HUFFMAN_ONLY, 12},
    [RUNS] = {1, Z_RLE, 12},
    [PATTERN] = {PATTERN_LEVEL, Z_DEFAULT_STRATEGY, 15},
};

/* A short plane is sooner deflated than the tables of a large stream are cleared. */
#define SHORT 1000
#define SHORT_WINDOW_BITS 10
#define SHORT_MEMORY_LEVEL 4
#define MEMORY_LEVEL 8

/* Made when they are first needed. */
struct epochlog__deflaters {
  z_stream streams[2][WAYS];
};

struct epochlog__deflaters *epochlog__deflaters_new(void)
{
  return epochlog__allocate_zeroed(sizeof(struct epochlog__deflaters));
}

void epochlog__deflaters_free(struct epochlog__deflaters *deflaters)
{
  for (int k = 0; deflaters != NULL && k < 2 * WAYS; k++)
    deflateEnd(&deflaters->streams[k / WAYS][k % WAYS]);
  free(deflaters);
}

/* A stream ready for a plane of that size; NULL without memory. */
static z_stream *stream_for(struct epochlog__deflaters *deflaters, enum way way, size_t count)
{
  const bool is_short = count <= SHORT;
  z_stream *stream = &deflaters->streams[is_short][way];

  if (stream->state != NULL) return deflateReset(stream) == Z_OK ? stream : NULL;
  stream->zalloc = epochlog__zlib_allocate;
  stream->zfree = epochlog__zlib_free;
  return deflateInit2(stream, ways[way].level, Z_DEFLATED,
                      -(is_short ? SHORT_WINDOW_BITS : ways[way].window_bits),
                      is_short ? SHORT_MEMORY_LEVEL : MEMORY_LEVEL, ways[way].strategy) == Z_OK
             ? stream
             : NULL;
}

/* ----------------------------------------------------------------- choice */

/* How often each byte occurs.  Four tables, so that equal bytes in a row do not wait
 * for each other. */
static void count_bytes(uint32_t histogram[256], const uint8_t *bytes, size_t count)
{
  uint32_t others[3][256];
  size_t i = 0;

  memset(histogram, 0, 256 * sizeof *histogram);
  if (count > TRIAL) {
    memset(others, 0, sizeof others);
    for (; i + 4 <= count; i += 4) {
      histogram[bytes[i]]++;
      for (size_t k = 0; k < 3; k++) others[k][bytes[i + 1 + k]]++;
    }
    for (size_t b = 0; b < 256; b++) histogram[b] += others[0][b] + others[1][b] + others[2][b];
  }
  for (; i < count; i++) histogram[bytes[i]]++;
}

/* Bits of order-0 entropy of all, and what each byte costs, at least a bit. */
static uint64_t weigh_bytes(uint16_t cost[256], const uint32_t histogram[256], size_t count)
{
  const uint32_t all = epochlog__log2((uint32_t)count);
  uint64_t bits = 0;

  for (size_t b = 0; b < 256; b++) {
    uint32_t own;

    if (histogram[b] == 0) continue;
    own = (all - epochlog__log2(histogram[b])) / (FRACTION / COST);
    bits += (uint64_t)histogram[b] * own;
    cost[b] = (uint16_t)(own < COST ? COST : own);
  }
  return bits / COST;
}

/* Bits that `length` bytes cost beyond those of a copy; 0 if there are none. */
static uint32_t saving(const uint8_t *bytes, size_t length, const uint16_t cost[256],
                       uint32_t copy_bits)
{
  uint32_t bits = 0;

  for (size_t i = 0; i < length; i++) bits += cost[bytes[i]];
  bits /= COST;
  return bits > copy_bits ? bits - copy_bits : 0;
}

/* Bits that runs save. */
static uint32_t saved_by_runs(const uint8_t *bytes, size_t count, const uint16_t cost[256])
{
  uint32_t saved = 0;

  for (size_t i = 1, length; i < count; i += length + 1) {
    for (length = 0; i + length < count && bytes[i + length] == bytes[i - 1];) length++;
    if (length >= 3) saved += saving(bytes + i, length, cost, RUN_BITS);
  }
  return saved;
}

/* Bits that copies save, of those that begin where the same four bytes were last. */
static uint32_t saved_by_copies(const uint8_t *bytes, size_t count, const uint16_t cost[256])
{
  uint16_t seen[1 << TRIAL_HASH_BITS] = {0};
  uint32_t saved = 0;
  size_t skip_to = 0;

  for (size_t i = 0; i + 4 <= count; i++) {
    const uint32_t four = epochlog__get_u32(bytes + i);
    uint16_t *slot = &seen[four * UINT32_C(2654435761) >> (32 - TRIAL_HASH_BITS)];
    const size_t before = *slot;

    *slot = (uint16_t)(i + 1);
    if (i >= skip_to && before != 0 && epochlog__get_u32(bytes + before - 1) == four) {
      size_t length = 4;
      uint32_t more;

      while (i + length < count && bytes[i + length] == bytes[before - 1 + length]) length++;
      more = saving(bytes + i, length, cost,
                    COPY_BITS + epochlog__log2((uint32_t)(i + 1 - before)) / FRACTION);
      if (more != 0) skip_to = i + length;
      saved += more;
    }
  }
  return saved;
}

/* How a plane whose bytes have so many bits of entropy is best deflated. */
static enum way way_of(const uint8_t *bytes, size_t count, const uint16_t cost[256], uint64_t bits)
{
  const size_t trial = count < TRIAL ? count : TRIAL;
  const uint8_t *middle = bytes + (count - trial) / 2;
  const uint64_t worth = bits * trial / count / WORTH;
  uint32_t runs, copies;

  if (bits >= REPEATS_BELOW_BITS * (uint64_t)count) return NOISE;
  runs = saved_by_runs(middle, trial, cost);
  copies = saved_by_copies(middle, trial, cost);
  if (copies > worth && copies > runs + runs / 8) return PATTERN;
  return runs > worth ? RUNS : NOISE;
}

/* --------------------------------------------------------------- encoding */

static bool put_deflated(struct epochlog__buffer *out, const uint8_t *bytes, size_t count,
                         z_stream *stream)
{
  const size_t mode_at = out->size;

  epochlog__add_u8(out, FORMAT_PLANE_DEFLATE);
  epochlog__add_u32(out, 0);
  if (epochlog__deflate_with(out, bytes, count, stream) && out->size - mode_at < count) {
    epochlog__put_u32(out->data + mode_at + 1, (uint32_t)(out->size - mode_at - 5));
    return true;
  }
  if (!out->failed) out->size = mode_at;
  return false;
}

void epochlog__plane_put_constant(struct epochlog__buffer *out, uint8_t byte)
{
  epochlog__add_u8(out, FORMAT_PLANE_CONST);
  epochlog__add_u8(out, byte);
}

void epochlog__plane_put(struct epochlog__buffer *out, const uint8_t *bytes, size_t count,
                         struct epochlog__deflaters *deflaters)
{
  uint32_t histogram[256];
  uint16_t cost[256];
  uint64_t bits;
  enum way way;

  count_bytes(histogram, bytes, count);
  bits = weigh_bytes(cost, histogram, count);
  way = way_of(bytes, count, cost, bits);
  if (way != NOISE || bits + DEFLATE_HEAD_BITS < 8 * (uint64_t)count) {
    z_stream *stream = stream_for(deflaters, way, count);

    if (stream != NULL && put_deflated(out, bytes, count, stream)) return;
  }
  epochlog__add_u8(out, FORMAT_PLANE_RAW);
  epochlog__add_bytes(out, bytes, count);
}
