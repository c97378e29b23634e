#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "plane.h"

#define N 5000

/* The same numbers on every machine. */
static uint64_t seed;

static uint64_t chance(void)
{
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return seed ^ seed >> 29;
}

static double noise(void) { return (double)(chance() >> 11) / 9007199254740992.0; }

static double of_bits(uint64_t bits) { return epochlog__of_bits(bits); }

/* Encodes, decodes, compares all bits; returns the size of the column. */
static size_t round_trip(const double *values, size_t n)
{
  struct epochlog__buffer out;
  struct epochlog__bytes in;
  struct epochlog__column column;
  double *got = malloc(n * sizeof *got + 1);
  size_t size;

  epochlog__buffer_init(&out, SIZE_MAX / 2);
  assert_true(epochlog__column_put_f64(&out, values, n));
  in = epochlog__bytes_of(out.data, out.size);
  assert_int_equal(epochlog__column_peek(&column, &in, n), EPOCHLOG__COLUMN_OK);
  assert_int_equal(column.n, n);
  assert_int_equal(epochlog__column_get_f64(got, n, &in), EPOCHLOG__COLUMN_OK);
  assert_int_equal(epochlog__left(&in), 0);
  for (size_t i = 0; i < n; i++)
    if (epochlog__bits_of(got[i]) != epochlog__bits_of(values[i]))
      fail_msg("value %zu: got %a, want %a", i, got[i], values[i]);
  size = out.size;
  free(got);
  epochlog__buffer_release(&out);
  return size;
}

static size_t round_trip_i64(const int64_t *values, size_t n)
{
  struct epochlog__buffer out;
  struct epochlog__bytes in;
  int64_t *got = malloc(n * sizeof *got + 1);
  size_t size;

  epochlog__buffer_init(&out, SIZE_MAX / 2);
  assert_true(epochlog__column_put_i64(&out, values, n));
  in = epochlog__bytes_of(out.data, out.size);
  assert_int_equal(epochlog__column_get_i64(got, n, &in), EPOCHLOG__COLUMN_OK);
  assert_int_equal(epochlog__left(&in), 0);
  if (n != 0) assert_memory_equal(got, values, n * sizeof *got);
  size = out.size;
  free(got);
  epochlog__buffer_release(&out);
  return size;
}

/* ---------------------------------------------------------- every double */

static double constant(size_t i)
{
  (void)i;
  return 0.1;
}
static double ramp(size_t i) { return (double)i; }
static double negative_ramp(size_t i) { return -(double)i / 4; }
static double decimals(size_t i)
{
  (void)i;
  return floor(noise() * 1e6) / 1e4;
}
static double mostly_decimals(size_t i) { return i % 97 == 5 ? noise() : decimals(i); }
static double noisy_float(size_t i)
{
  (void)i;
  return (double)(float)(1 + noise());
}
static double noisy_double(size_t i)
{
  (void)i;
  return noise() - 0.5;
}
static double random_bits(size_t i)
{
  (void)i;
  return of_bits(chance());
}
static double denormal(size_t i) { return of_bits(i % 2 == 0 ? i : i | UINT64_C(1) << 63); }
static double denormal_float(size_t i) { return (double)(float)(ldexp((double)i, -149)); }
static double zeros(size_t i) { return i % 3 == 0 ? -0.0 : 0.0; }
static double infinities(size_t i) { return i % 2 == 0 ? (double)INFINITY : -(double)INFINITY; }
static double nans(size_t i) { return of_bits(UINT64_C(0x7FF8000000000000) | (i & 1) << 63); }
static double odd_nans(size_t i) { return of_bits(UINT64_C(0x7FF0000000000001) + i); }
static double float_nans(size_t i) { return of_bits(UINT64_C(0x7FF8000020000000) + (i << 29)); }
static double blown_up(size_t i) { return i < 3000 ? exp((double)i / 10) : (double)NAN; }
static double large_integers(size_t i) { return 9007199254740991.0 - (double)(i * i); }
static double past_integers(size_t i) { return 9007199254740992.0 + 2 * (double)i; }
static double cosine(size_t i) { return 1e-3 * (1 + cos((double)i / 900)); }
static double extremes(size_t i)
{
  const double some[] = {1.7976931348623157e308,  -1.7976931348623157e308, 4.9e-324, -4.9e-324,
                         2.2250738585072014e-308, 3.4028234663852886e38,   1e-9,     1e9};

  return some[i % 8];
}

struct shape {
  const char *what;
  double (*value)(size_t i);
  double bits; /* most per value, 0: only that they come back */
};

static struct shape shapes[] = {
    {"a constant comes back in next to nothing", constant, 0.1},
    {"a ramp comes back in next to nothing", ramp, 0.2},
    {"a negative ramp comes back", negative_ramp, 0.3},
    {"decimals come back in the bits of their digits", decimals, 22},
    {"decimals with other numbers among them come back", mostly_decimals, 26},
    {"noisy floats come back in less than a float", noisy_float, 25},
    {"noisy doubles come back in less than a double", noisy_double, 57},
    {"random bits come back", random_bits, 64.1},
    {"denormals come back", denormal, 0},
    {"denormal floats come back", denormal_float, 0},
    {"both zeros come back", zeros, 0},
    {"both infinities come back", infinities, 0},
    {"NaN of both signs come back", nans, 0},
    {"NaN with payloads, signalling ones too, come back", odd_nans, 0},
    {"NaN that are floats come back", float_nans, 0},
    {"a loss that blew up comes back", blown_up, 0},
    {"integers up to 2^53 come back", large_integers, 0},
    {"integers past 2^53 come back", past_integers, 0},
    {"a schedule comes back", cosine, 40},
    {"the ends of the range come back", extremes, 0},
};

static void values_come_back(void **state)
{
  const struct shape *shape = *state;
  static double values[N];
  const size_t sizes[] = {0, 1, 2, 3, 4, 5, 31, 511, 512, 513, N};
  size_t size = 0;

  seed = 1;
  for (size_t i = 0; i < N; i++) values[i] = shape->value(i);
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) size = round_trip(values, sizes[i]);
  if (shape->bits != 0 && (double)size * 8 / N > shape->bits)
    fail_msg("%.2f bits per value, at most %.2f wanted", (double)size * 8 / N, shape->bits);
}

/* ---------------------------------------------------------------- integers */

static void integers_come_back(void **state)
{
  static int64_t values[N];

  (void)state;
  seed = 2;
  for (size_t i = 0; i < N; i++) values[i] = (int64_t)chance();
  for (size_t n = 0; n < 40; n++) round_trip_i64(values, n);
  round_trip_i64(values, N);
  for (size_t i = 0; i < N; i++) values[i] = i % 2 == 0 ? INT64_MIN : INT64_MAX;
  round_trip_i64(values, N);
  for (size_t i = 0; i < N; i++) values[i] = (int64_t)(i * i * i) - 1000;
  round_trip_i64(values, N);
}

static void evenly_spaced_integers_take_24_bytes(void **state)
{
  static int64_t values[N];

  (void)state;
  for (size_t i = 0; i < N; i++) values[i] = 17 - 3 * (int64_t)i;
  assert_int_equal(round_trip_i64(values, N), 24);
  /* The stride wraps around. */
  for (size_t i = 0; i < N; i++) values[i] = i % 2 == 0 ? INT64_MIN : 0;
  assert_int_equal(round_trip_i64(values, N), 24);
}

static void times_in_microseconds_take_less_than_two_bytes(void **state)
{
  static int64_t values[N];
  int64_t now = INT64_C(1795238228674394);

  (void)state;
  seed = 3;
  for (size_t i = 0; i < N; i++) values[i] = now += 20000 + (int64_t)(noise() * 800);
  assert_true(round_trip_i64(values, N) < 2 * N);
}

/* -------------------------------------------------------------------- text */

static void texts_come_back_with_the_missing_ones(void **state)
{
  const struct epochlog__text texts[] = {{"setosa", 6},      {NULL, 0},   {"", 0},
                                         {"versicolor", 10}, {"a\0b", 3}, {"setosa setosa", 13}};
  struct epochlog__text got[6];
  struct epochlog__buffer out;
  struct epochlog__bytes in;
  char *storage;

  (void)state;
  epochlog__buffer_init(&out, 1000);
  assert_true(epochlog__column_put_text(&out, texts, 6));
  in = epochlog__bytes_of(out.data, out.size);
  assert_int_equal(epochlog__column_get_text(got, &storage, 6, &in), EPOCHLOG__COLUMN_OK);
  assert_int_equal(epochlog__left(&in), 0);
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(got[i].data == NULL, texts[i].data == NULL);
    assert_int_equal(got[i].size, texts[i].size);
    if (texts[i].data != NULL) assert_memory_equal(got[i].data, texts[i].data, texts[i].size);
  }
  free(storage);
  epochlog__buffer_release(&out);
}

/* ------------------------------------------------------------------ damage */

/* One column of each kind of coding, as bytes; `kind` 0..6. */
static void make_column(struct epochlog__buffer *out, int kind)
{
  static double values[300];
  int64_t integers[300];
  struct epochlog__text texts[300];
  double (*const value[])(size_t) = {noisy_float, mostly_decimals, cosine, random_bits};

  seed = 4;
  epochlog__buffer_init(out, 1 << 20);
  for (size_t i = 0; i < 300; i++) {
    values[i] = kind < 4 ? value[kind](i) : 0;
    integers[i] = kind == 4 ? (int64_t)i * 5 : (int64_t)(i * i);
    texts[i] = (struct epochlog__text){.data = i % 7 == 0 ? NULL : "label", .size = 5};
    if (texts[i].data == NULL) texts[i].size = 0;
  }
  if (kind < 4)
    assert_true(epochlog__column_put_f64(out, values, 300));
  else if (kind < 6)
    assert_true(epochlog__column_put_i64(out, integers, 300));
  else
    assert_true(epochlog__column_put_text(out, texts, 300));
}

/* Decodes whatever type it is, from memory of exactly its size, so that a sanitizer
 * sees a read past the end. */
static enum epochlog__column_check decode(const uint8_t *data, size_t size, int kind)
{
  uint8_t *copy = malloc(size + 1);
  double values[300];
  int64_t integers[300];
  struct epochlog__text texts[300];
  char *storage = NULL;
  struct epochlog__bytes in;
  enum epochlog__column_check check;
  uint8_t *exact = realloc(copy, size == 0 ? 1 : size);

  memcpy(exact, data, size);
  in = epochlog__bytes_of(exact, size);
  if (kind < 4)
    check = epochlog__column_get_f64(values, 300, &in);
  else if (kind < 6)
    check = epochlog__column_get_i64(integers, 300, &in);
  else
    check = epochlog__column_get_text(texts, &storage, 300, &in);
  if (check == EPOCHLOG__COLUMN_OK && epochlog__left(&in) != 0) check = EPOCHLOG__COLUMN_DAMAGED;
  free(storage);
  free(exact);
  return check;
}

static void every_truncation_of_a_column_is_noticed(void **state)
{
  (void)state;
  for (int kind = 0; kind < 7; kind++) {
    struct epochlog__buffer out;

    make_column(&out, kind);
    for (size_t size = 0; size < out.size; size++)
      assert_int_equal(decode(out.data, size, kind), EPOCHLOG__COLUMN_DAMAGED);
    assert_int_equal(decode(out.data, out.size, kind), EPOCHLOG__COLUMN_OK);
    epochlog__buffer_release(&out);
  }
}

/* Most are noticed, some only change a value; none may read or write out of bounds. */
static void flipped_bytes_do_no_harm(void **state)
{
  size_t noticed = 0;

  (void)state;
  for (int kind = 0; kind < 7; kind++) {
    struct epochlog__buffer out;

    make_column(&out, kind);
    for (size_t i = 0; i < out.size; i++)
      for (int k = 0; k < 4; k++) {
        const uint8_t flip = (uint8_t)(k == 0 ? 0xFF : 1 << (chance() & 7));

        out.data[i] ^= flip;
        noticed += decode(out.data, out.size, kind) != EPOCHLOG__COLUMN_OK;
        out.data[i] ^= flip;
      }
    epochlog__buffer_release(&out);
  }
  assert_true(noticed > 100);
}

static void a_column_of_a_later_version_is_unknown_and_not_damaged(void **state)
{
  const size_t fields[] = {0, 1, 2};

  (void)state;
  for (size_t i = 0; i < 3; i++) {
    struct epochlog__buffer out;

    make_column(&out, 0);
    out.data[fields[i]] = 9;
    assert_int_equal(decode(out.data, out.size, 0), EPOCHLOG__COLUMN_UNKNOWN);
    epochlog__buffer_release(&out);
  }
}

static void a_column_of_the_other_type_is_told_as_such(void **state)
{
  struct epochlog__buffer out;

  (void)state;
  make_column(&out, 4);
  assert_int_equal(decode(out.data, out.size, 0), EPOCHLOG__COLUMN_TYPE);
  assert_int_equal(decode(out.data, out.size, 6), EPOCHLOG__COLUMN_TYPE);
  epochlog__buffer_release(&out);
  make_column(&out, 0);
  assert_int_equal(decode(out.data, out.size, 4), EPOCHLOG__COLUMN_TYPE);
  epochlog__buffer_release(&out);
}

/* 24 bytes say sixteen million values: the caller's bound comes first. */
static void more_values_than_the_caller_allows_are_refused(void **state)
{
  uint8_t linear[24] = {FORMAT_CODEC_LINEAR};
  struct epochlog__bytes in = epochlog__bytes_of(linear, sizeof linear);
  struct epochlog__column column;

  (void)state;
  epochlog__put_u32(linear + 4, FORMAT_COLUMN_MAX);
  assert_int_equal(epochlog__column_peek(&column, &in, FORMAT_COLUMN_MAX), EPOCHLOG__COLUMN_OK);
  assert_int_equal(epochlog__column_peek(&column, &in, 1000), EPOCHLOG__COLUMN_DAMAGED);
  epochlog__put_u32(linear + 4, FORMAT_COLUMN_MAX + 1);
  assert_int_equal(epochlog__column_peek(&column, &in, SIZE_MAX), EPOCHLOG__COLUMN_DAMAGED);
}

static void inflating_wants_exactly_the_bytes_it_was_told(void **state)
{
  char text[1000];
  char raw[1001];
  struct epochlog__buffer out;

  (void)state;
  memset(text, 'x', sizeof text);
  epochlog__buffer_init(&out, 2000);
  assert_true(epochlog__deflate(&out, text, sizeof text));
  assert_true(epochlog__inflate(raw, 1000, out.data, out.size));
  assert_memory_equal(raw, text, 1000);
  assert_false(epochlog__inflate(raw, 999, out.data, out.size));
  assert_false(epochlog__inflate(raw, 1001, out.data, out.size));
  assert_false(epochlog__inflate(raw, 1000, out.data, out.size - 1));
  epochlog__add_u8(&out, 0);
  assert_false(epochlog__inflate(raw, 1000, out.data, out.size));
  epochlog__buffer_release(&out);
}

static void deflating_adds_nothing_when_it_does_not_pay(void **state)
{
  uint8_t bytes[256];
  struct epochlog__buffer out;

  (void)state;
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)chance();
  epochlog__buffer_init(&out, 1000);
  epochlog__add_u32(&out, 5);
  assert_false(epochlog__deflate(&out, bytes, sizeof bytes));
  assert_int_equal(out.size, 4);
  assert_false(out.failed);
  epochlog__buffer_release(&out);
}

static void the_integer_logarithm_is_near_the_real_one(void **state)
{
  (void)state;
  for (uint32_t x = 1; x < 100000; x = x * 5 / 4 + 1)
    assert_close(epochlog__log2(x) / 65536.0, log2(x), 0.009);
}

#define SHAPES (sizeof shapes / sizeof shapes[0])

int main(void)
{
  const struct CMUnitTest others[] = {
      cmocka_unit_test(integers_come_back),
      cmocka_unit_test(evenly_spaced_integers_take_24_bytes),
      cmocka_unit_test(times_in_microseconds_take_less_than_two_bytes),
      cmocka_unit_test(texts_come_back_with_the_missing_ones),
      cmocka_unit_test(every_truncation_of_a_column_is_noticed),
      cmocka_unit_test(flipped_bytes_do_no_harm),
      cmocka_unit_test(a_column_of_a_later_version_is_unknown_and_not_damaged),
      cmocka_unit_test(a_column_of_the_other_type_is_told_as_such),
      cmocka_unit_test(more_values_than_the_caller_allows_are_refused),
      cmocka_unit_test(inflating_wants_exactly_the_bytes_it_was_told),
      cmocka_unit_test(deflating_adds_nothing_when_it_does_not_pay),
      cmocka_unit_test(the_integer_logarithm_is_near_the_real_one),
  };
  struct CMUnitTest tests[SHAPES + sizeof others / sizeof others[0]];

  memcpy(tests + SHAPES, others, sizeof others);
  for (size_t i = 0; i < SHAPES; i++)
    tests[i] = (struct CMUnitTest){
        .name = shapes[i].what, .test_func = values_come_back, .initial_state = &shapes[i]};
  return cmocka_run_group_tests_name("codec", tests, NULL, NULL) != 0;
}
