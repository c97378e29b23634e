#include "stats/sort_merge.h"

#include <string.h>

#include "parallel.h"

/* What the threads of one level share: pairs of runs, each cut into parts. */
struct level {
  const uint64_t *key;
  const double *value;
  uint64_t *to_key;
  double *to_value;
  size_t n;
  size_t pairs;
  size_t parts; /* of each pair */
};

/* Two sorted stretches, `from_a` and `from_b` places of which come first. */
struct two_runs {
  size_t a, a_end;
  size_t b, b_end;
};

size_t sort_run_begin(size_t n, size_t runs, size_t run)
{
  return n / runs * run + n % runs * run / runs; /* n * run / runs, which could overflow */
}

/* Steps both stretches over their first `count` in order; ties come from a. */
static void step_over(struct two_runs *at, const uint64_t *key, size_t count)
{
  const size_t in_a = at->a_end - at->a, in_b = at->b_end - at->b;
  size_t lo = count > in_b ? count - in_b : 0, hi = count < in_a ? count : in_a;

  while (lo < hi) {
    const size_t from_a = lo + (hi - lo) / 2;
    const size_t from_b = count - from_a;

    /* Too few of a while its next one would still come before the last of b. */
    if (key[at->a + from_a] <= key[at->b + from_b - 1])
      lo = from_a + 1;
    else
      hi = from_a;
  }
  at->a += lo;
  at->b += count - lo;
}

/* The next `count` in order, without a branch that the order of keys decides. */
static void merge_keys(const struct level *level, struct two_runs at, size_t to, size_t count)
{
  const uint64_t *a = level->key + at.a, *const a_end = level->key + at.a_end;
  const uint64_t *b = level->key + at.b, *const b_end = level->key + at.b_end;
  uint64_t *out = level->to_key + to, *const end = out + count;

  while (out < end && a < a_end && b < b_end) {
    const size_t takes_b = *b < *a;

    *out++ = takes_b ? *b : *a;
    b += takes_b;
    a += 1 - takes_b;
  }
  if (a == a_end) a = b;
  if (out < end) memcpy(out, a, (size_t)(end - out) * sizeof *out);
}

static void merge_pairs(const struct level *level, struct two_runs at, size_t to, size_t count)
{
  for (const size_t end = to + count; to < end; to++) {
    const size_t takes_b =
        at.b < at.b_end && (at.a == at.a_end || level->key[at.b] < level->key[at.a]);
    const size_t from = takes_b ? at.b : at.a;

    level->to_key[to] = level->key[from];
    level->to_value[to] = level->value[from];
    at.b += takes_b;
    at.a += 1 - takes_b;
  }
}

static void merge_part(void *context, size_t index)
{
  const struct level *level = context;
  const size_t runs = 2 * level->pairs, pair = index / level->parts, part = index % level->parts;
  struct two_runs at = {
      .a = sort_run_begin(level->n, runs, 2 * pair),
      .a_end = sort_run_begin(level->n, runs, 2 * pair + 1),
      .b = sort_run_begin(level->n, runs, 2 * pair + 1),
      .b_end = sort_run_begin(level->n, runs, 2 * pair + 2),
  };
  const size_t begin = at.a, size = at.b_end - at.a;
  const size_t from = sort_run_begin(size, level->parts, part);
  const size_t count = sort_run_begin(size, level->parts, part + 1) - from;

  step_over(&at, level->key, from);
  if (level->value)
    merge_pairs(level, at, begin + from, count);
  else
    merge_keys(level, at, begin + from, count);
}

void sort_merge(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value, size_t n,
                size_t runs)
{
  struct level level = {
      .key = key, .value = value, .to_key = spare_key, .to_value = spare_value, .n = n};

  for (size_t pairs = runs / 2; pairs > 0; pairs /= 2) {
    uint64_t *const merged = level.to_key;
    double *const moved = level.to_value;

    level.pairs = pairs;
    level.parts = runs / pairs;
    parallel_for(pairs * level.parts, merge_part, &level);
    level.to_key = merged == key ? spare_key : key;
    level.to_value = merged == key ? spare_value : value;
    level.key = merged;
    level.value = moved;
  }
  if (level.key == key) return;
  memcpy(key, level.key, n * sizeof *key);
  if (value) memcpy(value, level.value, n * sizeof *value);
}
