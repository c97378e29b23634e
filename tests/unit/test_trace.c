/* Lines of many points, drawn with few. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/trace.h"

#define POINTS 20000
#define SIDE 600.0

/* A canvas that keeps the points of the polylines it is given. */
struct keeper {
  struct canvas canvas;
  struct point *points;
  size_t count;
};

static void keep_polyline(struct canvas *canvas, const struct point *points, size_t count,
                          const struct paint *paint)
{
  struct keeper *keeper = (struct keeper *)canvas;

  (void)paint;
  keeper->points = realloc(keeper->points, (keeper->count + count) * sizeof *points);
  assert_non_null(keeper->points);
  memcpy(keeper->points + keeper->count, points, count * sizeof *points);
  keeper->count += count;
}

/* Draws y over 0..1 into a plot of SIDE pixels. */
static struct keeper draw(const double *x, const double *y, size_t count)
{
  static const struct canvas_ops ops = {.polyline = keep_polyline};
  struct keeper keeper = {.canvas = {.ops = &ops, .width = SIDE, .height = SIDE}};
  struct frame *frame = calloc(1, sizeof *frame);
  const struct trace trace = {.x = x, .y = y, .count = count};
  const struct paint paint = {.stroke = COLOR_S1, .stroke_width = 2};

  assert_non_null(frame);
  frame->canvas = &keeper.canvas;
  frame_place(frame, (struct rect){0, 0, SIDE, SIDE});
  frame->x = scale_make(SCALE_LINEAR, (struct range){.low = 0, .high = 1}, 0, SIDE);
  frame->y = scale_make(SCALE_LINEAR, (struct range){.low = 0, .high = 1}, SIDE, 0);
  trace_line(frame, &trace, &paint);
  assert_false(frame->has_failed);
  free(frame);
  return keeper;
}

/* How far, in pixels, the drawn line is from the point (x, y) of the data. */
static double distance_to(const struct keeper *keeper, double x, double y)
{
  const double px = x * SIDE, py = SIDE - y * SIDE;
  double nearest = HUGE_VAL;

  for (size_t i = 1; i < keeper->count; i++) {
    const struct point a = keeper->points[i - 1], b = keeper->points[i];
    const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    const double along = square > 0 ? ((px - a.x) * dx + (py - a.y) * dy) / square : 0;
    const double share = fmin(1, fmax(0, along));

    nearest = fmin(nearest, hypot(a.x + share * dx - px, a.y + share * dy - py));
  }
  return nearest;
}

/* Each point of a gentle curve is nearly on the line of its neighbours.  Leaving
 * out one after the other must not straighten the curve. */
static void a_curve_of_many_points_keeps_its_bend(void **state)
{
  double *x = malloc(POINTS * sizeof *x), *y = malloc(POINTS * sizeof *y);
  struct keeper keeper;

  (void)state;
  assert_true(x && y);
  for (size_t i = 0; i < POINTS; i++) {
    x[i] = (double)i / (POINTS - 1);
    y[i] = 0.1 / (0.1 + x[i]);
  }
  keeper = draw(x, y, POINTS);
  for (size_t i = 0; i < POINTS; i += 101) assert_true(distance_to(&keeper, x[i], y[i]) < 1.0);
  assert_true(keeper.count > 10);
  assert_true(keeper.count < 400); /* And it is still few points. */
  free(keeper.points);
  free(x);
  free(y);
}

static void a_straight_line_of_many_points_is_two(void **state)
{
  double x[1000], y[1000];
  struct keeper keeper;

  (void)state;
  for (size_t i = 0; i < 1000; i++) x[i] = y[i] = (double)i / 999;
  keeper = draw(x, y, 1000);
  assert_in_range(keeper.count, 2, 4);
  free(keeper.points);
}

static void a_spike_of_one_point_is_drawn(void **state)
{
  double *x = malloc(POINTS * sizeof *x), *y = malloc(POINTS * sizeof *y);
  struct keeper keeper;

  (void)state;
  assert_true(x && y);
  for (size_t i = 0; i < POINTS; i++) {
    x[i] = (double)i / (POINTS - 1);
    y[i] = i == 12345 ? 0.9 : 0.2;
  }
  keeper = draw(x, y, POINTS);
  assert_true(distance_to(&keeper, x[12345], 0.9) < 1.0);
  free(keeper.points);
  free(x);
  free(y);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_curve_of_many_points_keeps_its_bend),
      cmocka_unit_test(a_straight_line_of_many_points_is_two),
      cmocka_unit_test(a_spike_of_one_point_is_drawn),
  };

  return cmocka_run_group_tests_name("trace", tests, NULL, NULL) != 0;
}
