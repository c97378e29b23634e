#include "stats/sort.h"

#include "unit.h"

#include <stdlib.h>

#include "parallel.h"

static void keys_keep_the_order_of_numbers(void **state)
{
  const double ascending[] = {-(double)INFINITY, -1e300, -2.5, -5e-324, 0, 5e-324, 1, 1.5, 1e300,
                              (double)INFINITY};

  (void)state;
  for (size_t i = 1; i < sizeof ascending / sizeof *ascending; i++)
    assert_true(sort_key(ascending[i - 1]) < sort_key(ascending[i]));
  assert_true(sort_key(-0.0) == sort_key(0.0));
}

/* Short arrays are sorted by insertion, long ones by digits: both sides of the
 * border, and far beyond it. */
static void doubles_come_out_ascending_at_every_size(void **state)
{
  const size_t sizes[] = {0, 1, 2, 47, 48, 49, 5000};
  double value[5000];
  uint32_t random = 1;

  (void)state;
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (size_t i = 0; i < sizes[s]; i++) {
      random = random * 1664525u + 1013904223u;
      value[i] = ((double)random - 2e9) / 1e5;
    }
    assert_int_equal(sort_doubles(value, sizes[s]), 0);
    for (size_t i = 1; i < sizes[s]; i++) assert_true(value[i - 1] <= value[i]);
  }
}

/* Numbers that differ in their last bits only, the wrong way round: the short
 * cut of the sort must notice and take the long way. */
static void close_neighbours_in_reverse_are_sorted_too(void **state)
{
  static uint64_t key[5000], spare[5000];
  static double value[5000], spare_value[5000];

  (void)state;
  for (size_t i = 0; i < 5000; i++) key[i] = sort_key(1.0) + 4999 - i;
  sort_keys(key, spare, 5000);
  for (size_t i = 0; i < 5000; i++) assert_true(key[i] == sort_key(1.0) + i);
  for (size_t i = 0; i < 5000; i++) {
    key[i] = sort_key(1.0) + (4999 - i) / 2;
    value[i] = (double)i;
  }
  sort_pairs(key, value, spare, spare_value, 5000);
  for (size_t i = 0; i < 5000; i++) {
    assert_true(key[i] == sort_key(1.0) + i / 2);
    assert_close(value[i], (double)(4998 - i / 2 * 2 + i % 2), 0); /* Ties as they came. */
  }
}

static void order_of_ties_is_that_of_their_places(void **state)
{
  double value[200];
  uint32_t order[200];

  (void)state;
  for (size_t i = 0; i < 200; i++) value[i] = (double)(i % 3) - 1;
  assert_int_equal(sort_order(order, value, 200), 0);
  for (size_t i = 1; i < 200; i++) {
    assert_true(value[order[i - 1]] <= value[order[i]]);
    if (value[order[i - 1]] == value[order[i]]) assert_true(order[i - 1] < order[i]);
  }
}

static void pairs_stay_together(void **state)
{
  uint64_t key[100], spare[100];
  double value[100], spare_value[100];

  (void)state;
  for (size_t i = 0; i < 100; i++) {
    key[i] = (i * 37 % 100) << 40;
    value[i] = (double)(i * 37 % 100);
  }
  sort_pairs(key, value, spare, spare_value, 100);
  for (size_t i = 0; i < 100; i++) assert_close(value[i], (double)i, 0);
}

static void quantile_of_equal_neighbours_is_their_value(void **state)
{
  const double value[] = {0.1, 0.15, 0.15, 0.7};

  (void)state;
  assert_close(sort_quantile(value, 4, 0.5), 0.15, 0);
  assert_close(sort_quantile(value, 4, 0), 0.1, 0);
  assert_close(sort_quantile(value, 4, 1), 0.7, 0);
  assert_close(sort_quantile(value, 4, 0.9), 0.15 + 0.55 * 0.7, 1e-15);
  assert_close(sort_quantile(value, 1, 0.3), 0.1, 0);
}

/* Numbers of every kind: ties, both zeros, both signs, infinities and NaN. */
static double hard_value(uint32_t *random, size_t i)
{
  *random = *random * 1664525u + 1013904223u;
  switch (*random >> 29) {
    case 0: return -0.0;
    case 1: return i % 2 ? (double)NAN : -(double)NAN;
    case 2: return i % 2 ? (double)INFINITY : -(double)INFINITY;
    case 3: return (double)(*random >> 8 & 7) - 4;
    case 4: return -1 / (1 + (double)*random);
    default: return (double)*random / 4294967296.0;
  }
}

struct sorted {
  uint64_t *key, *spare;
  double *value, *spare_value;
};

static struct sorted sorted_new(size_t n)
{
  struct sorted sorted = {malloc(n * 8), malloc(n * 8), malloc(n * 8), malloc(n * 8)};
  uint32_t random = 7;

  assert_true(sorted.key && sorted.spare && sorted.value && sorted.spare_value);
  for (size_t i = 0; i < n; i++) {
    sorted.key[i] = sort_key(hard_value(&random, i));
    sorted.value[i] = (double)i;
  }
  return sorted;
}

static void sorted_free(struct sorted *sorted)
{
  free(sorted->key);
  free(sorted->spare);
  free(sorted->value);
  free(sorted->spare_value);
}

/* Sizes around those at which more threads join in, and odd ones. */
static void many_processors_sort_as_one_does(void **state)
{
  static const size_t sizes[] = {131071, 131072, 200001, 262143, 524288, 1048577};
  static const size_t widths[] = {2, 3, 4, 7, 16};

  (void)state;
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    const size_t n = sizes[s];
    struct sorted want = sorted_new(n);

    parallel_set_width(1);
    sort_pairs(want.key, want.value, want.spare, want.spare_value, n);
    for (size_t i = 1; i < n; i++) {
      assert_true(want.key[i - 1] <= want.key[i]);
      assert_true(want.key[i - 1] < want.key[i] || want.value[i - 1] < want.value[i]);
    }
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
      struct sorted got = sorted_new(n), keys = sorted_new(n);

      parallel_set_width(widths[w]);
      sort_pairs(got.key, got.value, got.spare, got.spare_value, n);
      sort_keys(keys.key, keys.spare, n);
      assert_memory_equal(got.key, want.key, n * sizeof *got.key);
      assert_memory_equal(got.value, want.value, n * sizeof *got.value);
      assert_memory_equal(keys.key, want.key, n * sizeof *keys.key);
      sorted_free(&got);
      sorted_free(&keys);
    }
    sorted_free(&want);
  }
  parallel_set_width(0);
}

/* All of one run before, or behind, all of the other; and nothing but ties. */
static void runs_that_do_not_mix_are_merged_too(void **state)
{
  enum { N = 300001 };
  uint64_t *key = malloc(N * sizeof *key), *spare = malloc(N * sizeof *spare);

  (void)state;
  assert_true(key && spare);
  parallel_set_width(4);
  for (int kind = 0; kind < 3; kind++) {
    for (uint64_t i = 0; i < N; i++) key[i] = kind == 0 ? i << 30 : kind == 1 ? (N - i) << 30 : 5;
    sort_keys(key, spare, N);
    for (uint64_t i = 0; i < N; i++)
      assert_true(key[i] == (kind == 0 ? i << 30 : kind == 1 ? (i + 1) << 30 : 5));
  }
  parallel_set_width(0);
  free(key);
  free(spare);
}

/* 1 / 49 * 49 is a little less than 1. */
static void quantile_at_a_sample_is_that_sample(void **state)
{
  double value[50];

  (void)state;
  for (size_t i = 0; i < 50; i++) value[i] = (double)i / 7;
  for (size_t i = 0; i < 50; i++) assert_close(sort_quantile_of(value, 50, i, 49), value[i], 0);
  assert_close(sort_quantile_of(value, 50, 1, 98), 0.5 / 7, 1e-15);
  assert_close(sort_quantile_of(value, 3, 1, 4), 0.5 / 7, 1e-15);
  assert_close(sort_quantile_of(value, 1, 1, 4), 0, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_keep_the_order_of_numbers),
      cmocka_unit_test(doubles_come_out_ascending_at_every_size),
      cmocka_unit_test(close_neighbours_in_reverse_are_sorted_too),
      cmocka_unit_test(order_of_ties_is_that_of_their_places),
      cmocka_unit_test(pairs_stay_together),
      cmocka_unit_test(many_processors_sort_as_one_does),
      cmocka_unit_test(runs_that_do_not_mix_are_merged_too),
      cmocka_unit_test(quantile_of_equal_neighbours_is_their_value),
      cmocka_unit_test(quantile_at_a_sample_is_that_sample),
  };

  return cmocka_run_group_tests_name("sort", tests, NULL, NULL) != 0;
}
