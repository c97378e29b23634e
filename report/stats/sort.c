#include "stats/sort.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"
#include "stats/sort_merge.h"

enum { DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS, DIGITS = (64 + DIGIT_BITS - 1) / DIGIT_BITS };
enum { SMALL = 48 }; /* Below this, insertion wins over clearing the counters. */

/* The upper half of the digits puts all but neighbours in their places, and
 * insertion does the rest in one pass; only where many keys share their upper
 * half, so that it would move each more than PATIENCE places on average, all
 * digits are sorted after all. */
enum { UPPER = 3, PATIENCE = 4 };

static unsigned digit_of(uint64_t key, unsigned digit)
{
  return (unsigned)(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1u);
}

uint64_t sort_key(double value)
{
  const uint64_t sign = (uint64_t)1 << 63;
  const double positive_zero = value + 0.0;
  uint64_t bits;

  memcpy(&bits, &positive_zero, sizeof bits);
  return bits & sign ? ~bits : bits | sign;
}

static double value_of_key(uint64_t key)
{
  const uint64_t sign = (uint64_t)1 << 63;
  const uint64_t bits = key & sign ? key & ~sign : ~key;
  double value;

  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Insertion sort, given up after `budget` moves.  Stable.  Returns whether all
 * is in order; what was moved is a permutation either way. */
static bool insert_keys(uint64_t *key, double *value, size_t n, size_t budget)
{
  for (size_t i = 1; i < n; i++) {
    const uint64_t k = key[i];
    const double v = value ? value[i] : 0.0;
    size_t j = i;

    for (; j > 0 && key[j - 1] > k && budget > 0; j--, budget--) {
      key[j] = key[j - 1];
      if (value) value[j] = value[j - 1];
    }
    key[j] = k;
    if (value) value[j] = v;
    if (budget == 0) return false;
  }
  return true;
}

/* All digits from `first` up are counted in one pass over the keys. */
static void count_digits(size_t count[DIGITS][BUCKETS], const uint64_t *key, size_t n,
                         unsigned first)
{
  memset(count, 0, sizeof(size_t) * DIGITS * BUCKETS);
  for (size_t i = 0; i < n; i++) {
    const uint64_t k = key[i];

    for (unsigned d = first; d < DIGITS; d++) count[d][digit_of(k, d)]++;
  }
}

/* Turns counts into the places where each bucket begins.  Returns 0 when all
 * keys share one bucket, so that there is nothing to move. */
static int place_buckets(size_t *count, size_t n)
{
  size_t begin = 0;

  for (size_t b = 0; b < BUCKETS; b++) {
    const size_t c = count[b];

    if (c == n) return 0;
    count[b] = begin;
    begin += c;
  }
  return 1;
}

/* Sorts by the digits from `first` up, stably. */
static void radix_keys(uint64_t *key, uint64_t *spare, size_t n, unsigned first)
{
  size_t count[DIGITS][BUCKETS];
  uint64_t *from = key, *to = spare;

  count_digits(count, key, n, first);
  for (unsigned d = first; d < DIGITS; d++) {
    uint64_t *other = from;

    if (!place_buckets(count[d], n)) continue;
    for (size_t i = 0; i < n; i++) to[count[d][digit_of(from[i], d)]++] = from[i];
    from = to;
    to = other;
  }
  if (from != key) memcpy(key, from, n * sizeof *key);
}

static void radix_pairs(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value,
                        size_t n, unsigned first)
{
  size_t count[DIGITS][BUCKETS];
  uint64_t *from = key, *to = spare_key;
  double *from_value = value, *to_value = spare_value;

  count_digits(count, key, n, first);
  for (unsigned d = first; d < DIGITS; d++) {
    uint64_t *other = from;
    double *other_value = from_value;

    if (!place_buckets(count[d], n)) continue;
    for (size_t i = 0; i < n; i++) {
      const size_t place = count[d][digit_of(from[i], d)]++;

      to[place] = from[i];
      to_value[place] = from_value[i];
    }
    from = to;
    to = other;
    from_value = to_value;
    to_value = other_value;
  }
  if (from == key) return;
  memcpy(key, from, n * sizeof *key);
  memcpy(value, from_value, n * sizeof *value);
}

static void sort_alone(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value,
                       size_t n)
{
  if (n < SMALL) {
    insert_keys(key, value, n, SIZE_MAX);
    return;
  }
  for (unsigned first = UPPER;; first = 0) {
    if (value)
      radix_pairs(key, value, spare_key, spare_value, n, first);
    else
      radix_keys(key, spare_key, n, first);
    if (first == 0 || insert_keys(key, value, n, PATIENCE * n)) return;
  }
}

/* Below this, starting threads takes longer than it saves. */
#define SHARED_MIN ((size_t)1 << 17)

struct runs {
  uint64_t *key, *spare_key;
  double *value, *spare_value;
  size_t n;
  size_t count;
};

static void sort_run(void *context, size_t index)
{
  const struct runs *runs = context;
  const size_t begin = sort_run_begin(runs->n, runs->count, index);
  const size_t end = sort_run_begin(runs->n, runs->count, index + 1);
  double *const value = runs->value ? runs->value + begin : NULL;
  double *const spare_value = runs->value ? runs->spare_value + begin : NULL;

  sort_alone(runs->key + begin, value, runs->spare_key + begin, spare_value, end - begin);
}

/* Each thread sorts a run of its own; then runs are merged. */
static void sort_shared(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value,
                        size_t n)
{
  struct runs runs = {key, spare_key, value, spare_value, n, 1};

  while (runs.count * 2 <= parallel_width() && n / (runs.count * 2) >= SHARED_MIN / 2)
    runs.count *= 2;
  if (runs.count == 1) {
    sort_alone(key, value, spare_key, spare_value, n);
    return;
  }
  parallel_for(runs.count, sort_run, &runs);
  sort_merge(key, value, spare_key, spare_value, n, runs.count);
}

void sort_keys(uint64_t *key, uint64_t *spare, size_t n) { sort_shared(key, NULL, spare, NULL, n); }

void sort_pairs(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value, size_t n)
{
  sort_shared(key, value, spare_key, spare_value, n);
}

int sort_doubles(double *value, size_t n)
{
  uint64_t *key;

  if (n < 2) return 0;
  if (n > SIZE_MAX / 16) return -1;
  key = malloc(2 * n * sizeof *key);
  if (!key) return -1;
  for (size_t i = 0; i < n; i++) key[i] = sort_key(value[i]);
  sort_keys(key, key + n, n);
  for (size_t i = 0; i < n; i++) value[i] = value_of_key(key[i]);
  free(key);
  return 0;
}

int sort_order(uint32_t *order, const double *value, size_t n)
{
  uint64_t *key;
  double *place;

  if (n == 0) return 0;
  if (n > UINT32_MAX || n > SIZE_MAX / 16) return -1;
  key = malloc(2 * n * sizeof *key);
  place = malloc(2 * n * sizeof *place);
  if (!key || !place) {
    free(key);
    free(place);
    return -1;
  }
  for (size_t i = 0; i < n; i++) {
    key[i] = sort_key(value[i]);
    place[i] = (double)i; /* Exact: positions have 32 bits. */
  }
  sort_pairs(key, place, key + n, place + n, n);
  for (size_t i = 0; i < n; i++) order[i] = (uint32_t)place[i];
  free(key);
  free(place);
  return 0;
}

double sort_quantile(const double *sorted, size_t n, double fraction)
{
  const double place = fraction * (double)(n - 1);
  const double below = floor(place);
  size_t i;

  if (!(place > 0)) return sorted[0];
  if (below >= (double)(n - 1)) return sorted[n - 1];
  i = (size_t)below;
  return sorted[i] + (sorted[i + 1] - sorted[i]) * (place - below);
}

double sort_quantile_of(const double *sorted, size_t n, size_t part, size_t parts)
{
  /* (n - 1) = whole * parts + left, so that nothing overflows. */
  const size_t whole = (n - 1) / parts, left = (n - 1) % parts;
  const size_t i = part * whole + part * left / parts;

  if (i + 1 >= n) return sorted[n - 1];
  return sorted[i] + (sorted[i + 1] - sorted[i]) * ((double)(part * left % parts) / (double)parts);
}
