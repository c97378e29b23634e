#include "chart/labels.h"

#include "unit.h"

static void names_that_end_together_are_pushed_apart_evenly(void **state)
{
  double y[] = {100, 100, 100};

  (void)state;
  labels_spread(y, 3, 16, 0, 300);
  assert_close(y[0], 84, 1e-9);
  assert_close(y[1], 100, 1e-9);
  assert_close(y[2], 116, 1e-9);
}

static void names_stay_in_the_plot(void **state)
{
  double top[] = {1, 2, 200}, crowded[] = {5, 5, 5, 5, 5};

  (void)state;
  labels_spread(top, 3, 16, 0, 200);
  assert_close(top[0], 0, 1e-9);
  assert_close(top[1], 16, 1e-9);
  assert_close(top[2], 200, 1e-9);
  labels_spread(crowded, 5, 16, 0, 40);
  for (size_t i = 0; i < 5; i++) assert_close(crowded[i], 10.0 * (double)i, 1e-9);
}

static void names_apart_do_not_move(void **state)
{
  double y[] = {10, 40, 56};

  (void)state;
  labels_spread(y, 3, 16, 0, 300);
  assert_close(y[0], 10, 1e-9);
  assert_close(y[1], 40, 1e-9);
  assert_close(y[2], 56, 1e-9);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_that_end_together_are_pushed_apart_evenly),
      cmocka_unit_test(names_stay_in_the_plot),
      cmocka_unit_test(names_apart_do_not_move),
  };

  return cmocka_run_group_tests_name("labels", tests, NULL, NULL) != 0;
}
