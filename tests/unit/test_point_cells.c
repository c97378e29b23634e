#include "stats/point_cells.h"

#include "unit.h"

#include <stdlib.h>

static void every_point_is_in_the_cell_that_holds_it(void **state)
{
  enum { N = 20000 };
  double *x = malloc(N * sizeof *x), *y = malloc(N * sizeof *y);
  struct point_cells cells;
  uint32_t random = 5;
  double x_max = -4, y_max = -4;
  size_t found = 0;

  (void)state;
  assert_true(x && y);
  for (size_t i = 0; i < N; i++) {
    random = random * 1664525u + 1013904223u;
    x[i] = (double)(random >> 12) / 1e5 - 3;
    random = random * 1664525u + 1013904223u;
    y[i] = i % 100 ? x[i] + (double)(random >> 20) / 1e3 : (double)NAN;
    if (!(i % 100)) continue;
    x_max = fmax(x_max, x[i]);
    y_max = fmax(y_max, y[i]);
  }
  assert_int_equal(point_cells_compute(&cells, x, y, N), 0);
  for (size_t c = 0; c < cells.count; c++) {
    size_t inside = 0;

    for (size_t i = 0; i < N; i++)
      inside += x[i] >= cells.x_low[c] && y[i] >= cells.y_low[c] &&
                (x[i] < cells.x_high[c] || (x[i] == x_max && cells.x_high[c] == x_max)) &&
                (y[i] < cells.y_high[c] || (y[i] == y_max && cells.y_high[c] == y_max));
    assert_close(cells.points[c], (double)inside, 0);
    found += inside;
  }
  assert_int_equal(found, N - N / 100);
  point_cells_release(&cells);
  free(x);
  free(y);
}

static void a_corner_is_a_cell(void **state)
{
  const double x[] = {0, 100, 99.5, 0, (double)INFINITY}, y[] = {1, 2, 2, 1, 1};
  struct point_cells cells;

  (void)state;
  assert_int_equal(point_cells_compute(&cells, x, y, 5), 0);
  assert_int_equal(cells.count, 2);
  assert_close(cells.points[0], 2, 0);
  assert_close(cells.x_low[0], 0, 0);
  assert_close(cells.x_high[0], 1, 0);
  assert_close(cells.points[1], 2, 0);
  assert_close(cells.x_low[1], 99, 0);
  assert_close(cells.x_high[1], 100, 0);
  assert_close(cells.y_high[1], 2, 0);
  point_cells_release(&cells);
}

static void equal_points_are_one_cell(void **state)
{
  const double x[] = {7, 7, 7}, y[] = {-1, -1, -1};
  struct point_cells cells;

  (void)state;
  assert_int_equal(point_cells_compute(&cells, x, y, 3), 0);
  assert_int_equal(cells.count, 1);
  assert_close(cells.points[0], 3, 0);
  assert_close(cells.x_low[0], 7, 0);
  assert_close(cells.x_high[0], 7, 0);
  point_cells_release(&cells);
}

/* The widest range there is, and no point at all. */
static void extremes_do_no_harm(void **state)
{
  const double x[] = {-1.7e308, 1.7e308, (double)NAN}, y[] = {0, 5e-324, 1};
  struct point_cells cells;

  (void)state;
  assert_int_equal(point_cells_compute(&cells, x, y, 3), 0);
  assert_int_equal(cells.count, 2);
  for (size_t c = 0; c < 2; c++) assert_true(isfinite(cells.x_low[c]) && isfinite(cells.x_high[c]));
  point_cells_release(&cells);
  assert_int_equal(point_cells_compute(&cells, x + 2, y, 1), 0);
  assert_int_equal(cells.count, 0);
  point_cells_release(&cells);
  assert_int_equal(point_cells_compute(&cells, x, y, 0), 0);
  assert_int_equal(cells.count, 0);
  point_cells_release(&cells);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_point_is_in_the_cell_that_holds_it),
      cmocka_unit_test(a_corner_is_a_cell),
      cmocka_unit_test(equal_points_are_one_cell),
      cmocka_unit_test(extremes_do_no_harm),
  };

  return cmocka_run_group_tests_name("point_cells", tests, NULL, NULL) != 0;
}
