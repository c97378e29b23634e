/* Planes deflated here are read by zlib. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codec.h"
#include "pack.h"

#define MOST 100000
#define GUARD 64

static struct epochlog__packer packer;
static uint8_t plane[MOST];
static uint8_t packed[MOST + EPOCHLOG__PACK_SLACK + GUARD];
static uint8_t back[MOST];

/* The same numbers on every machine. */
static uint64_t seed;

static uint64_t chance(void)
{
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return seed >> 33;
}

static double noise(void) { return (double)chance() / 2147483648.0; }

static uint8_t zero(size_t i)
{
  (void)i;
  return 0;
}
static uint8_t rare(size_t i)
{
  (void)i;
  return chance() % 200 == 0 ? (uint8_t)chance() : 7;
}
static uint8_t one_in_ten(size_t i) { return i % 10 == 0; }
static uint8_t coin(size_t i)
{
  (void)i;
  return chance() % 8 == 0;
}
static uint8_t skewed(size_t i)
{
  (void)i;
  return (uint8_t)(-3 * log(noise() + 1e-9));
}
/* Codes that would be far longer than deflate has. */
static uint8_t very_skewed(size_t i)
{
  uint8_t symbol = 0;

  (void)i;
  while (symbol < 60 && chance() % 2 == 0) symbol++;
  return symbol;
}
static uint8_t spread(size_t i)
{
  (void)i;
  return (uint8_t)(128 + 40 * (noise() + noise() + noise() - 1.5));
}
static uint8_t random_byte(size_t i)
{
  (void)i;
  return (uint8_t)chance();
}
static uint8_t long_runs(size_t i) { return (uint8_t)(i / 611); }
static uint8_t ramp(size_t i) { return (uint8_t)i; }
static uint8_t far_copy(size_t i) { return i < 20000 ? (uint8_t)chance() : plane[i - 20000]; }
static uint8_t half_noise(size_t i) { return i < MOST / 2 ? 3 : (uint8_t)chance(); }

struct shape {
  const char *what;
  uint8_t (*byte)(size_t i);
  double bits; /* most per byte of the longest */
};

static struct shape shapes[] = {
    {"zeros", zero, 0.02},
    {"few that differ", rare, 0.2},
    {"a period", one_in_ten, 0.04},
    {"a coin", coin, 0.95},
    {"skewed noise", skewed, 3.1},
    {"very skewed noise", very_skewed, 2.1},
    {"noise in a hill", spread, 6.45},
    {"noise", random_byte, 8},
    {"long runs", long_runs, 0.1},
    {"a ramp", ramp, 0.3},
    {"a copy from far away", far_copy, 8},
    {"half noise", half_noise, 4.1},
};

/* Bits per byte; fails when zlib does not get back what was packed. */
static double pack(size_t n)
{
  size_t size;

  memset(packed, 0xEE, sizeof packed);
  size = epochlog__pack(&packer, packed, plane, n);
  for (size_t i = n + EPOCHLOG__PACK_SLACK; i < sizeof packed; i++)
    assert_int_equal(packed[i], 0xEE);
  if (size == 0) return 8;
  assert_true(size < n);
  assert_true(epochlog__inflate(back, n, packed, size));
  assert_memory_equal(back, plane, n);
  return (double)size * 8 / (double)n;
}

static void comes_back(void **state)
{
  const size_t some[] = {1023, 2047, 2048, 32767, 32768, 32769, 65536, 65537};
  const struct shape *shape = *state;
  double bits;

  seed = 5;
  for (size_t i = 0; i < MOST; i++) plane[i] = shape->byte(i);
  for (size_t n = 1; n < 400; n++) pack(n);
  for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) pack(some[i]);
  bits = pack(MOST);
  if (bits > shape->bits) fail_msg("%.3f bits a byte, at most %.3f wanted", bits, shape->bits);
}

/* Every shape of code, and of a match, has its turn. */
static void mixtures_come_back(void **state)
{
  (void)state;
  seed = 6;
  for (int round = 0; round < 2000; round++) {
    const size_t n = 1 + chance() % 5000;

    for (size_t i = 0; i < n;) {
      const struct shape *shape = &shapes[chance() % (sizeof shapes / sizeof shapes[0])];
      const size_t length = 1 + (chance() % 4 == 0 ? chance() % 700 : chance() % 20);

      for (size_t end = i + length; i < end && i < n; i++)
        plane[i] = i > 300 && length % 3 == 0 ? plane[i - 300] : shape->byte(i + 20000);
    }
    pack(n);
  }
}

static uint32_t kraft(const uint8_t *lengths, unsigned n, unsigned limit)
{
  uint32_t sum = 0;

  for (unsigned i = 0; i < n; i++) {
    assert_true(lengths[i] <= limit);
    if (lengths[i] != 0) sum += UINT32_C(1) << (limit - lengths[i]);
  }
  return sum;
}

static void codes_are_whole_and_within_their_limit(void **state)
{
  uint32_t counts[EPOCHLOG__PACK_LITERALS] = {0};
  uint8_t lengths[EPOCHLOG__PACK_LITERALS];

  (void)state;
  epochlog__pack_lengths(lengths, counts, 30, 12);
  assert_int_equal(kraft(lengths, 30, 12), 1 << 12);
  counts[29] = 5;
  epochlog__pack_lengths(lengths, counts, 30, 12);
  assert_int_equal(kraft(lengths, 30, 12), 1 << 12);
  assert_int_equal(lengths[29], 1);
  /* Fibonacci's numbers make the deepest tree. */
  counts[0] = counts[1] = 1;
  for (unsigned i = 2; i < 20; i++) counts[i] = counts[i - 1] + counts[i - 2];
  for (unsigned limit = 5; limit <= 15; limit++) {
    epochlog__pack_lengths(lengths, counts, 30, limit);
    assert_int_equal(kraft(lengths, 30, limit), 1u << limit);
    assert_true(lengths[19] <= lengths[0]);
  }
  for (unsigned i = 0; i < EPOCHLOG__PACK_LITERALS; i++) counts[i] = 1 + i % 3;
  epochlog__pack_lengths(lengths, counts, EPOCHLOG__PACK_LITERALS, 12);
  assert_int_equal(kraft(lengths, EPOCHLOG__PACK_LITERALS, 12), 1 << 12);
}

/* The file's bytes are told to be the same on every machine: here is one of each. */
static void the_bytes_do_not_change(void **state)
{
  uLong crc = crc32(0, NULL, 0);

  (void)state;
  seed = 7;
  for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
    if (shapes[k].byte == skewed) continue; /* asks the mathematical library */
    for (size_t i = 0; i < 10000; i++) plane[i] = shapes[k].byte(i);
    crc = crc32(crc, packed, (uInt)epochlog__pack(&packer, packed, plane, 10000));
  }
  assert_int_equal(crc, 0x3f4549d6);
}

#define SHAPES (sizeof shapes / sizeof shapes[0])

int main(void)
{
  const struct CMUnitTest others[] = {
      cmocka_unit_test(mixtures_come_back),
      cmocka_unit_test(codes_are_whole_and_within_their_limit),
      cmocka_unit_test(the_bytes_do_not_change),
  };
  struct CMUnitTest tests[SHAPES + sizeof others / sizeof others[0]];

  memcpy(tests + SHAPES, others, sizeof others);
  for (size_t i = 0; i < SHAPES; i++)
    tests[i] = (struct CMUnitTest){
        .name = shapes[i].what, .test_func = comes_back, .initial_state = &shapes[i]};
  return cmocka_run_group_tests_name("pack", tests, NULL, NULL) != 0;
}
