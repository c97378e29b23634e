#include "chart/scale.h"

#include <float.h>

#include "unit.h"

static void scales_map_ends_to_ends(void **state)
{
  struct scale linear = scale_make(SCALE_LINEAR, (struct range){.low = -2, .high = 6}, 0, 80);
  struct scale logarithmic =
      scale_make(SCALE_LOG, (struct range){.low = 0.01, .high = 100}, 400, 0);
  struct scale probit = scale_make(SCALE_PROBIT, (struct range){.low = 0.01, .high = 0.99}, 0, 100);

  (void)state;
  assert_close(scale_at(&linear, 0), 20, 1e-12);
  assert_close(scale_at(&logarithmic, 1), 200, 1e-9);
  assert_close(scale_at(&logarithmic, 0), (double)NAN, 0);
  assert_close(scale_at(&logarithmic, -1), (double)NAN, 0);
  assert_close(scale_at(&probit, 0.5), 50, 1e-9);
  assert_close(scale_at(&probit, 0), 0, 1e-9);
  assert_close(scale_at(&linear, (double)INFINITY), (double)NAN, 0);
}

/* Values from tables of the normal distribution. */
static void normal_quantiles_are_exact(void **state)
{
  (void)state;
  assert_close(scale_probit(0.975), 1.959963984540054, 1e-13);
  assert_close(scale_probit(0.01), -2.326347874040841, 1e-13);
  assert_close(scale_probit(1e-10), -6.361340902404056, 1e-12);
  assert_close(scale_probit(0.5), 0, 0);
  assert_close(scale_probit(0), (double)NAN, 0);
  assert_close(scale_probit(1), (double)NAN, 0);
}

/* An empty or endless range is widened, so nothing is divided by zero. */
static void no_range_gives_numbers_that_are_not_finite(void **state)
{
  static const double end[] = {-DBL_MAX, -1, -DBL_MIN, 0, 5e-324, 1, 1 + DBL_EPSILON, DBL_MAX};
  size_t count = sizeof end / sizeof *end;

  (void)state;
  for (size_t low = 0; low < count; low++) {
    for (size_t high = 0; high < count; high++) {
      for (int kind = 0; kind < 3; kind++) {
        struct scale scale = scale_make((enum scale_kind)kind,
                                        (struct range){.low = end[low], .high = end[high]}, 0, 100);

        for (size_t i = 0; i < count; i++) {
          double at = scale_at(&scale, end[i]);

          assert_true(isfinite(at) || (isnan(at) && kind == SCALE_LOG && end[i] <= 0));
        }
      }
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scales_map_ends_to_ends),
      cmocka_unit_test(normal_quantiles_are_exact),
      cmocka_unit_test(no_range_gives_numbers_that_are_not_finite),
  };

  return cmocka_run_group_tests_name("scale", tests, NULL, NULL) != 0;
}
