#include "stats/sort.h"

#include "unit.h"

#include <stdlib.h>

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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_keep_the_order_of_numbers),
      cmocka_unit_test(doubles_come_out_ascending_at_every_size),
      cmocka_unit_test(close_neighbours_in_reverse_are_sorted_too),
      cmocka_unit_test(order_of_ties_is_that_of_their_places),
      cmocka_unit_test(pairs_stay_together),
      cmocka_unit_test(quantile_of_equal_neighbours_is_their_value),
  };

  return cmocka_run_group_tests_name("sort", tests, NULL, NULL) != 0;
}
