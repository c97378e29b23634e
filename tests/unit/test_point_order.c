#include "unit.h"

#include <stdlib.h>

#include "reader/point_order.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void points_in_order_need_no_indices(void **state)
{
  const int64_t steps[] = {-3, 0, 0, 7}, times[] = {9, 1, 1, 0};
  size_t *order;

  (void)state;
  assert_int_equal(point_order(steps, times, COUNT(steps), &order), 0);
  assert_null(order);
}

/* Steps first, equal steps by time, equal times as they were logged. */
static void several_runs_are_merged_and_equal_points_keep_their_order(void **state)
{
  const int64_t steps[] = {2, 5, 1, 2, 2, 0}, times[] = {10, 0, 0, 5, 10, 0};
  const size_t want[] = {5, 2, 3, 0, 4, 1};
  size_t *order;

  (void)state;
  assert_int_equal(point_order(steps, times, COUNT(steps), &order), 0);
  assert_non_null(order);
  for (size_t i = 0; i < COUNT(want); i++) assert_int_equal(order[i], want[i]);
  free(order);
}

static void steps_at_both_ends_of_their_range_compare(void **state)
{
  const int64_t steps[] = {INT64_MAX, INT64_MIN, 0}, times[] = {0, 0, 0};
  const size_t want[] = {1, 2, 0};
  size_t *order;

  (void)state;
  assert_int_equal(point_order(steps, times, COUNT(steps), &order), 0);
  for (size_t i = 0; i < COUNT(want); i++) assert_int_equal(order[i], want[i]);
  free(order);
}

static void an_order_is_applied_to_any_array(void **state)
{
  double values[] = {0.5, 1.5, 2.5};
  const size_t order[] = {2, 0, 1};

  (void)state;
  assert_int_equal(point_order_apply(values, COUNT(values), sizeof *values, order), 0);
  assert_close(values[0], 2.5, 0);
  assert_close(values[1], 0.5, 0);
  assert_close(values[2], 1.5, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(points_in_order_need_no_indices),
      cmocka_unit_test(several_runs_are_merged_and_equal_points_keep_their_order),
      cmocka_unit_test(steps_at_both_ends_of_their_range_compare),
      cmocka_unit_test(an_order_is_applied_to_any_array),
  };

  return cmocka_run_group_tests_name("point_order", tests, NULL, NULL) != 0;
}
