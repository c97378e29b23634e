#include "chunk.h"

#include <math.h>
#include <string.h>

#include "codec.h"

#define EXPONENT_BITS UINT64_C(0x7FF0000000000000)
#define MANTISSA_BITS UINT64_C(0x000FFFFFFFFFFFFF)

void epochlog__stats_init(struct epochlog__stats *stats)
{
  *stats = (struct epochlog__stats){.first_nan = UINT64_MAX,
                                    .min_at = UINT64_MAX,
                                    .max_at = UINT64_MAX,
                                    .min = FORMAT_NAN_BITS,
                                    .max = FORMAT_NAN_BITS,
                                    .exact_f32 = true};
}

/* What every point adds, whatever its value. */
static void add_place(struct epochlog__stats *stats, int64_t step, int64_t time_us)
{
  if (stats->n == 0) {
    stats->step_first = stats->step_min = stats->step_max = step;
    stats->time_first = stats->time_min = stats->time_max = time_us;
  }
  if (step < stats->step_min) stats->step_min = step;
  if (step > stats->step_max) stats->step_max = step;
  if (time_us < stats->time_min) stats->time_min = time_us;
  if (time_us > stats->time_max) stats->time_max = time_us;
  stats->step_last = step;
  stats->time_last = time_us;
  stats->n++;
}

/* A value that is not finite. */
static void count_special(struct epochlog__stats *stats, uint64_t bits, uint64_t index)
{
  if ((bits & MANTISSA_BITS) != 0) {
    if (stats->n_nan++ == 0) stats->first_nan = index;
  } else if (bits >> 63 != 0) {
    stats->n_neginf++;
  } else {
    stats->n_posinf++;
  }
}

void epochlog__stats_add_float(struct epochlog__stats *stats, int64_t step, int64_t time_us,
                               uint64_t bits)
{
  const uint64_t index = stats->n;
  const double value = epochlog__of_bits(bits);

  if (index == 0) stats->first = bits;
  stats->last = bits;
  add_place(stats, step, time_us);
  if (stats->exact_f32 && !epochlog__is_f32(value)) stats->exact_f32 = false;
  if ((bits & EXPONENT_BITS) == EXPONENT_BITS) {
    count_special(stats, bits, index);
    return;
  }
  if (stats->min_at == UINT64_MAX || value < epochlog__of_bits(stats->min)) {
    stats->min = bits;
    stats->min_at = index;
  }
  if (stats->max_at == UINT64_MAX || value > epochlog__of_bits(stats->max)) {
    stats->max = bits;
    stats->max_at = index;
  }
  stats->sum += value;
  stats->sum_squares += value * value;
}

void epochlog__stats_add_integer(struct epochlog__stats *stats, int64_t step, int64_t time_us,
                                 uint64_t bits)
{
  const uint64_t index = stats->n;
  const int64_t value = (int64_t)bits;
  const double wide = (double)value;

  if (index == 0) stats->first = bits;
  stats->last = bits;
  add_place(stats, step, time_us);
  if (stats->min_at == UINT64_MAX || value < (int64_t)stats->min) {
    stats->min = bits;
    stats->min_at = index;
  }
  if (stats->max_at == UINT64_MAX || value > (int64_t)stats->max) {
    stats->max = bits;
    stats->max_at = index;
  }
  stats->sum += wide;
  stats->sum_squares += wide * wide;
}

void epochlog__stats_add_text(struct epochlog__stats *stats, int64_t step, int64_t time_us)
{
  if (stats->n == 0) stats->min = stats->max = 0;
  add_place(stats, step, time_us);
}

void epochlog__stats_of_floats(struct epochlog__stats *stats, const double *values, size_t n)
{
  double min = (double)INFINITY, max = -(double)INFINITY;
  double sum = 0, sum_squares = 0;

  for (size_t i = 0; i < n; i++) {
    const double value = values[i];
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    if ((bits & EXPONENT_BITS) == EXPONENT_BITS) {
      count_special(stats, bits, i);
      continue;
    }
    if (value < min) {
      min = value;
      stats->min_at = i;
    }
    if (value > max) {
      max = value;
      stats->max_at = i;
    }
    sum += value;
    sum_squares += value * value;
  }
  stats->n = n;
  stats->sum = sum;
  stats->sum_squares = sum_squares;
  stats->first = epochlog__bits_of(values[0]);
  stats->last = epochlog__bits_of(values[n - 1]);
  if (stats->min_at != UINT64_MAX) stats->min = epochlog__bits_of(min);
  if (stats->max_at != UINT64_MAX) stats->max = epochlog__bits_of(max);
  stats->exact_f32 = epochlog__are_f32(values, n);
}

void epochlog__stats_of_integers(struct epochlog__stats *stats, const int64_t *values, size_t n)
{
  double sum = 0, sum_squares = 0;
  size_t min_at = 0, max_at = 0;

  for (size_t i = 0; i < n; i++) {
    const double wide = (double)values[i];

    if (values[i] < values[min_at]) min_at = i;
    if (values[i] > values[max_at]) max_at = i;
    sum += wide;
    sum_squares += wide * wide;
  }
  stats->n = n;
  stats->sum = sum;
  stats->sum_squares = sum_squares;
  stats->first = (uint64_t)values[0];
  stats->last = (uint64_t)values[n - 1];
  stats->min = (uint64_t)values[min_at];
  stats->max = (uint64_t)values[max_at];
  stats->min_at = min_at;
  stats->max_at = max_at;
}

void epochlog__stats_of_rows(struct epochlog__stats *stats, const struct epochlog__rows *rows,
                             const int64_t *at, size_t n)
{
  const int64_t first = at[0], last = at[n - 1];

  stats->step_first = stats->step_min = rows->steps[first];
  stats->time_first = stats->time_min = rows->times[first];
  stats->step_last = stats->step_max = rows->steps[last];
  stats->time_last = stats->time_max = rows->times[last];
  for (size_t i = 0; i < n && !rows->ascend; i++) {
    const int64_t step = rows->steps[at[i]];
    const int64_t time_us = rows->times[at[i]];

    if (step < stats->step_min) stats->step_min = step;
    if (step > stats->step_max) stats->step_max = step;
    if (time_us < stats->time_min) stats->time_min = time_us;
    if (time_us > stats->time_max) stats->time_max = time_us;
  }
}

static bool is_less(uint64_t a, uint64_t b, bool integer)
{
  if (integer) return (int64_t)a < (int64_t)b;
  return epochlog__of_bits(a) < epochlog__of_bits(b);
}

void epochlog__stats_join(struct epochlog__stats *stats, const struct epochlog__stats *later,
                          bool integer)
{
  const uint64_t n = stats->n;

  if (later->n == 0) return;
  if (n == 0) {
    const uint64_t chunk_count = stats->chunk_count;

    *stats = *later;
    stats->chunk_count += chunk_count;
    return;
  }
  if (stats->first_nan == UINT64_MAX && later->first_nan != UINT64_MAX)
    stats->first_nan = n + later->first_nan;
  if (later->min_at != UINT64_MAX &&
      (stats->min_at == UINT64_MAX || is_less(later->min, stats->min, integer))) {
    stats->min = later->min;
    stats->min_at = n + later->min_at;
  }
  if (later->max_at != UINT64_MAX &&
      (stats->max_at == UINT64_MAX || is_less(stats->max, later->max, integer))) {
    stats->max = later->max;
    stats->max_at = n + later->max_at;
  }
  stats->n += later->n;
  stats->n_nan += later->n_nan;
  stats->n_posinf += later->n_posinf;
  stats->n_neginf += later->n_neginf;
  stats->last = later->last;
  stats->sum += later->sum;
  stats->sum_squares += later->sum_squares;
  stats->step_last = later->step_last;
  stats->time_last = later->time_last;
  if (later->step_min < stats->step_min) stats->step_min = later->step_min;
  if (later->step_max > stats->step_max) stats->step_max = later->step_max;
  if (later->time_min < stats->time_min) stats->time_min = later->time_min;
  if (later->time_max > stats->time_max) stats->time_max = later->time_max;
  stats->chunk_count += later->chunk_count;
  stats->exact_f32 = stats->exact_f32 && later->exact_f32;
}

/* An index in a chunk, where "none" is all ones. */
static uint32_t narrow_index(uint64_t index)
{
  return index > FORMAT_COLUMN_MAX ? FORMAT_NO_INDEX : (uint32_t)index;
}

void epochlog__entry_put(uint8_t out[FORMAT_ENTRY_SIZE], uint32_t series, bool integer,
                         const struct epochlog__stats *stats, const struct epochlog__place *place)
{
  uint32_t flags = integer ? FORMAT_CHUNK_INTEGER : 0;

  if (!integer && stats->exact_f32) flags |= FORMAT_CHUNK_EXACT_F32;
  epochlog__put_u32(out, series);
  epochlog__put_u32(out + 4, (uint32_t)stats->n);
  epochlog__put_u32(out + 8, place->rows_off);
  epochlog__put_u32(out + 12, place->rows_len);
  epochlog__put_u32(out + 16, place->values_off);
  epochlog__put_u32(out + 20, place->values_len);
  epochlog__put_u32(out + 24, place->crc);
  epochlog__put_u32(out + 28, flags);
  epochlog__put_u32(out + 32, (uint32_t)stats->n_nan);
  epochlog__put_u32(out + 36, (uint32_t)stats->n_posinf);
  epochlog__put_u32(out + 40, (uint32_t)stats->n_neginf);
  epochlog__put_u32(out + 44, narrow_index(stats->first_nan));
  epochlog__put_u32(out + 48, narrow_index(stats->min_at));
  epochlog__put_u32(out + 52, narrow_index(stats->max_at));
  epochlog__put_u64(out + 56, stats->first);
  epochlog__put_u64(out + 64, stats->last);
  epochlog__put_u64(out + 72, stats->min);
  epochlog__put_u64(out + 80, stats->max);
  epochlog__put_u64(out + 88, epochlog__bits_of(stats->sum));
  epochlog__put_u64(out + 96, epochlog__bits_of(stats->sum_squares));
  epochlog__put_u64(out + 104, (uint64_t)stats->step_first);
  epochlog__put_u64(out + 112, (uint64_t)stats->step_last);
  epochlog__put_u64(out + 120, (uint64_t)stats->step_min);
  epochlog__put_u64(out + 128, (uint64_t)stats->step_max);
  epochlog__put_u64(out + 136, (uint64_t)stats->time_min);
  epochlog__put_u64(out + 144, (uint64_t)stats->time_max);
}

void epochlog__totals_put(uint8_t out[FORMAT_TOTALS_SIZE], const struct epochlog__stats *stats)
{
  epochlog__put_u64(out, stats->n);
  epochlog__put_u64(out + 8, stats->n_nan);
  epochlog__put_u64(out + 16, stats->n_posinf);
  epochlog__put_u64(out + 24, stats->n_neginf);
  epochlog__put_u64(out + 32, stats->first);
  epochlog__put_u64(out + 40, stats->last);
  epochlog__put_u64(out + 48, stats->n == 0 ? 0 : stats->min);
  epochlog__put_u64(out + 56, stats->n == 0 ? 0 : stats->max);
  epochlog__put_u64(out + 64, epochlog__bits_of(stats->sum));
  epochlog__put_u64(out + 72, (uint64_t)stats->step_first);
  epochlog__put_u64(out + 80, (uint64_t)stats->step_last);
  epochlog__put_u64(out + 88, (uint64_t)stats->step_min);
  epochlog__put_u64(out + 96, (uint64_t)stats->step_max);
  epochlog__put_u64(out + 104, (uint64_t)stats->time_first);
  epochlog__put_u64(out + 112, (uint64_t)stats->time_last);
  epochlog__put_u64(out + 120, stats->chunk_count);
}
