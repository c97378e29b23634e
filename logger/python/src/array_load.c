#include <math.h>
#include <string.h>

#include "array.h"

/* The element's bytes in our order; at most 16. */
static void fetch(const struct array_source *source, const char *at, void *out)
{
  if (!source->is_swapped) {
    memcpy(out, at, (size_t)source->item);
    return;
  }
  for (Py_ssize_t i = 0; i < source->item; i++) ((char *)out)[i] = at[source->item - 1 - i];
}

static int64_t load_int(const struct array_source *source, const char *at)
{
  int8_t i8;
  int16_t i16;
  int32_t i32;
  int64_t i64;

  switch (source->item) {
    case 1: fetch(source, at, &i8); return i8;
    case 2: fetch(source, at, &i16); return i16;
    case 4: fetch(source, at, &i32); return i32;
    default: fetch(source, at, &i64); return i64;
  }
}

static uint64_t load_uint(const struct array_source *source, const char *at)
{
  uint8_t u8;
  uint16_t u16;
  uint32_t u32;
  uint64_t u64;

  switch (source->item) {
    case 1: fetch(source, at, &u8); return u8;
    case 2: fetch(source, at, &u16); return u16;
    case 4: fetch(source, at, &u32); return u32;
    default: fetch(source, at, &u64); return u64;
  }
}

/* IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
static double of_half(uint16_t bits)
{
  const int exponent = bits >> 10 & 0x1F;
  const int fraction = bits & 0x3FF;
  double value;

  if (exponent == 0x1F)
    value = fraction == 0 ? (double)INFINITY : (double)NAN;
  else if (exponent == 0)
    value = ldexp(fraction, -24);
  else
    value = ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

static double load_float(const struct array_source *source, const char *at)
{
  uint16_t half;
  float f32;
  double f64;
  long double wide = 0;

  switch (source->item) {
    case 2: fetch(source, at, &half); return of_half(half);
    case 4: fetch(source, at, &f32); return (double)f32;
    case 8: fetch(source, at, &f64); return f64;
    default: fetch(source, at, &wide); return (double)wide;
  }
}

/* The upper half of a float. */
static double load_bfloat(const struct array_source *source, const char *at)
{
  uint16_t upper;
  uint32_t bits;
  float value;

  fetch(source, at, &upper);
  bits = (uint32_t)upper << 16;
  memcpy(&value, &bits, sizeof value);
  return (double)value;
}

double array_load_double(const struct array_source *source, const char *at)
{
  switch (source->kind) {
    case ARRAY_KIND_INT: return (double)load_int(source, at);
    case ARRAY_KIND_UINT: return (double)load_uint(source, at);
    case ARRAY_KIND_BFLOAT: return load_bfloat(source, at);
    case ARRAY_KIND_BOOL: return load_uint(source, at) != 0;
    default: return load_float(source, at);
  }
}

bool array_load_integer(const struct array_source *source, const char *at, int64_t *value)
{
  double number;
  uint64_t natural;

  switch (source->kind) {
    case ARRAY_KIND_INT: *value = load_int(source, at); return true;
    case ARRAY_KIND_BOOL: *value = load_uint(source, at) != 0; return true;
    case ARRAY_KIND_UINT:
      natural = load_uint(source, at);
      *value = (int64_t)natural;
      return natural <= INT64_MAX;
    default: break;
  }
  number = array_load_double(source, at);
  if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) return false;
  *value = (int64_t)number;
  return (double)*value == number;
}
