#include "stats/curve.h"

#include "unit.h"

static void set(struct curve *curve, const double *xy, size_t points)
{
  curve_init(curve);
  for (size_t i = 0; i < points; i++)
    assert_int_equal(curve_add(curve, xy[2 * i], xy[2 * i + 1], 0), 0);
}

static void lines_take_the_upper_end_of_a_vertical(void **state)
{
  const double xy[] = {0, 0, 0, 0.5, 1, 1};
  struct curve curve;

  (void)state;
  set(&curve, xy, 3);
  assert_close(curve_at(&curve, 0), 0.5, 0);
  assert_close(curve_at(&curve, 0.5), 0.75, 0);
  assert_close(curve_at(&curve, -1), 0, 0);
  assert_close(curve_at(&curve, 2), 1, 0);
  curve_release(&curve);
}

static void steps_take_the_next_point_that_reaches_x(void **state)
{
  const double xy[] = {0, 1, 0.5, 0.9, 0.5, 0.4, 1, 0.3};
  struct curve curve;

  (void)state;
  set(&curve, xy, 4);
  assert_close(curve_step_at(&curve, 0), 1, 0);
  assert_close(curve_step_at(&curve, 0.25), 0.9, 0);
  assert_close(curve_step_at(&curve, 0.5), 0.9, 0);
  assert_close(curve_step_at(&curve, 0.75), 0.3, 0);
  curve_release(&curve);
}

static void area_is_that_of_trapezoids(void **state)
{
  const double xy[] = {0, 0, 0.5, 1, 1, 1};
  struct curve curve;

  (void)state;
  set(&curve, xy, 3);
  assert_close(curve_area(&curve), 0.75, 0);
  curve_release(&curve);
}

static void mean_stands_on_the_x_of_all_curves(void **state)
{
  const double first[] = {0, 0, 1, 1};
  const double second[] = {0, 0, 0.25, 1, 1, 1};
  struct curve a, b, empty, mean;
  const struct curve *all[] = {&a, &empty, &b};

  (void)state;
  set(&a, first, 2);
  set(&b, second, 3);
  curve_init(&empty);
  assert_int_equal(curve_mean(&mean, all, NULL, 3, CURVE_LINEAR, 0), 0);
  assert_int_equal(mean.count, 3);
  assert_close(mean.x[1], 0.25, 0);
  assert_close(mean.y[1], 0.625, 0);
  assert_close(mean.threshold[1], (double)NAN, 0);
  curve_release(&mean);
  curve_release(&a);
  curve_release(&b);
}

static void mean_may_weigh_its_curves(void **state)
{
  const double first[] = {0, 0, 1, 1};
  const double second[] = {0, 0, 0.25, 1, 1, 1};
  const double weights[] = {3, 100, 1};
  struct curve a, b, empty, mean;
  const struct curve *all[] = {&a, &empty, &b};

  (void)state;
  set(&a, first, 2);
  set(&b, second, 3);
  curve_init(&empty);
  assert_int_equal(curve_mean(&mean, all, weights, 3, CURVE_LINEAR, 0), 0);
  assert_close(mean.y[1], (3 * 0.25 + 1) / 4, 1e-15);
  curve_release(&mean);
  curve_release(&a);
  curve_release(&b);
}

static void mean_can_be_limited_and_keeps_both_ends(void **state)
{
  struct curve curve, mean;
  const struct curve *all[] = {&curve};

  (void)state;
  curve_init(&curve);
  for (int i = 0; i <= 1000; i++) assert_int_equal(curve_add(&curve, i / 1000.0, i / 1000.0, 0), 0);
  assert_int_equal(curve_mean(&mean, all, NULL, 1, CURVE_LINEAR, 11), 0);
  assert_int_equal(mean.count, 11);
  assert_close(mean.x[0], 0, 0);
  assert_close(mean.x[10], 1, 0);
  curve_release(&mean);
  curve_release(&curve);
}

static void mean_of_nothing_is_empty(void **state)
{
  struct curve empty, mean;
  const struct curve *all[] = {&empty};

  (void)state;
  curve_init(&empty);
  assert_int_equal(curve_mean(&mean, all, NULL, 1, CURVE_STEP, 0), 0);
  assert_int_equal(mean.count, 0);
  assert_close(curve_at(&mean, 0.5), (double)NAN, 0);
  assert_close(curve_step_at(&mean, 0.5), (double)NAN, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_take_the_upper_end_of_a_vertical),
      cmocka_unit_test(steps_take_the_next_point_that_reaches_x),
      cmocka_unit_test(area_is_that_of_trapezoids),
      cmocka_unit_test(mean_stands_on_the_x_of_all_curves),
      cmocka_unit_test(mean_may_weigh_its_curves),
      cmocka_unit_test(mean_can_be_limited_and_keeps_both_ends),
      cmocka_unit_test(mean_of_nothing_is_empty),
  };

  return cmocka_run_group_tests_name("curve", tests, NULL, NULL) != 0;
}
