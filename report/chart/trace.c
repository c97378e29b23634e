#include "chart/trace.h"

#include <math.h>
#include <stdlib.h>

/* Points nearer than this to the drawn line are left out of it. */
#define STRAIGHT_WITHIN 0.1

/* A column whose points are this close in height becomes one of them. */
#define LEVEL_WITHIN 0.4

/* A looping line of many points could ask for any amount of memory. */
#define POINTS_MAX ((size_t)4 << 20)

struct paint trace_paint(unsigned hue, double width)
{
  unsigned index = hue ? hue - 1 : 0;

  return (struct paint){.stroke = (enum color)(COLOR_S1 + index % 6),
                        .stroke_width = width,
                        .dash = index % 12 >= 6 ? DASH_LONG : DASH_SOLID};
}

enum color trace_label_color(unsigned hue)
{
  return (enum color)(COLOR_T1 + (hue ? hue - 1 : 0) % 6);
}

double trace_x(const struct trace *trace, size_t index)
{
  return trace->x ? trace->x[index] : (double)index;
}

/* A polyline that grows, and the pixel column being collected. */
struct path {
  struct frame *frame;
  const struct paint *paint;
  struct point *points;
  size_t count;
  size_t capacity;
  double columns_per_pixel;

  /* The last segment drawn may still be replaced by a longer one as long as its
   * direction stays in this wedge, in which every point left out since the
   * segment's start is near enough to the line. */
  double toward; /* direction that the two bounds are relative to */
  double wedge_low;
  double wedge_high;

  bool has_column;
  double column;
  struct point first;
  struct point lowest; /* extremes of the column, `low_at` and `high_at` their order */
  struct point highest;
  size_t in_column;
  size_t low_at;
  size_t high_at;
};

static void path_flush(struct path *path)
{
  if (path->count == 1) {
    struct paint dot = {.fill = path->paint->stroke, .fill_opacity = path->paint->stroke_opacity};

    canvas_circle(path->frame->canvas, path->points[0], path->paint->stroke_width, &dot);
    frame_ink(path->frame, path->points[0], path->points[0]);
  } else if (path->count > 1) {
    canvas_polyline(path->frame->canvas, path->points, path->count, path->paint);
  }
  path->count = 0;
}

/* The angle from `base` to the direction of `to` as seen from `from`, -pi..pi. */
static double turn(double base, struct point from, struct point to)
{
  return remainder(atan2(to.y - from.y, to.x - from.x) - base, 2 * 3.14159265358979323846);
}

/* Half the angle under which the tolerance is seen from a distance. */
static double tolerance_angle(double distance)
{
  return distance > STRAIGHT_WITHIN ? asin(STRAIGHT_WITHIN / distance) : 1.5;
}

/* Opens the wedge of the segment that now ends the path. */
static void open_wedge(struct path *path)
{
  struct point from = path->points[path->count - 2], to = path->points[path->count - 1];
  double half = tolerance_angle(hypot(to.x - from.x, to.y - from.y));

  path->toward = atan2(to.y - from.y, to.x - from.x);
  path->wedge_low = -half;
  path->wedge_high = half;
}

/* Whether the last segment may end at `at` instead: every point it then passes
 * by stays within the tolerance, also when thousands are left out one after the
 * other.  Narrows the wedge if so. */
static bool extends_last_segment(struct path *path, struct point at)
{
  struct point from = path->points[path->count - 2], to = path->points[path->count - 1];
  double distance = hypot(at.x - from.x, at.y - from.y);
  double angle = turn(path->toward, from, at);
  double half = tolerance_angle(distance);

  if (distance < hypot(to.x - from.x, to.y - from.y)) return false;
  if (angle < path->wedge_low || angle > path->wedge_high) return false;
  path->wedge_low = fmax(path->wedge_low, angle - half);
  path->wedge_high = fmin(path->wedge_high, angle + half);
  return true;
}

static void path_push(struct path *path, struct point at)
{
  if (path->count &&
      hypot(at.x - path->points[path->count - 1].x, at.y - path->points[path->count - 1].y) < 0.01)
    return;
  if (path->count) frame_ink(path->frame, path->points[path->count - 1], at);
  if (path->count > 1 && extends_last_segment(path, at)) {
    path->points[path->count - 1] = at;
    return;
  }
  if (path->count == path->capacity) {
    size_t capacity = path->capacity ? path->capacity * 2 : 256;
    struct point *grown;

    grown = capacity > POINTS_MAX ? NULL : realloc(path->points, capacity * sizeof *grown);
    if (!grown) {
      path->frame->has_failed = true;
      return;
    }
    path->points = grown;
    path->capacity = capacity;
  }
  path->points[path->count++] = at;
  if (path->count > 1) open_wedge(path);
}

/* The part of a segment inside the plot, by its parameters 0..1; false where
 * there is none. */
static bool clip_segment(const struct rect *plot, struct point from, struct point to, double *enter,
                         double *leave)
{
  const double edge[4][2] = {{from.x - to.x, from.x - plot->x},
                             {to.x - from.x, plot->x + plot->width - from.x},
                             {from.y - to.y, from.y - plot->y},
                             {to.y - from.y, plot->y + plot->height - from.y}};

  *enter = 0;
  *leave = 1;
  for (size_t i = 0; i < 4; i++) {
    /* Rounding must not cut off a point that lies on the edge. */
    double slope = edge[i][0], room = edge[i][1] + 1e-6, at;

    if (fabs(slope) < 1e-12) {
      if (room < 0) return false;
      continue;
    }
    at = room / slope;
    if (slope < 0)
      *enter = fmax(*enter, at);
    else
      *leave = fmin(*leave, at);
  }
  return *enter <= *leave;
}

static struct point between(struct point from, struct point to, double share)
{
  return (struct point){from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
}

/* One segment of what the data say, in order; cut where it leaves the plot. */
static void path_segment(struct path *path, struct point from, struct point to)
{
  double enter, leave;

  if (!clip_segment(&path->frame->plot, from, to, &enter, &leave)) {
    path_flush(path);
    return;
  }
  if (enter > 0) path_flush(path);
  path_push(path, enter > 0 ? between(from, to, enter) : from);
  path_push(path, leave < 1 ? between(from, to, leave) : to);
  if (leave < 1) path_flush(path);
}

/* The column's two extremes in the order they came, or one point where they
 * are level.  Two points of one column are their own extremes. */
static void emit_column(struct path *path, struct point *previous, bool *has_previous)
{
  struct point out[2];
  size_t count = 0;

  if (!path->has_column) return;
  out[count++] = path->low_at < path->high_at ? path->lowest : path->highest;
  out[count++] = path->low_at < path->high_at ? path->highest : path->lowest;
  if (path->in_column > 0 && fabs(out[0].y - out[1].y) < LEVEL_WITHIN) {
    out[0].y = (out[0].y + out[1].y) / 2;
    count = 1;
  }
  for (size_t i = 0; i < count; i++) {
    if (*has_previous) path_segment(path, *previous, out[i]);
    *previous = out[i];
    *has_previous = true;
  }
  path->has_column = false;
}

static void add_to_column(struct path *path, struct point at, struct point *previous,
                          bool *has_previous)
{
  double column = floor(at.x * path->columns_per_pixel);

  if (path->has_column && !(column < path->column) && !(column > path->column)) {
    path->in_column++;
    if (at.y < path->lowest.y) {
      path->lowest = at;
      path->low_at = path->in_column;
    }
    if (at.y > path->highest.y) {
      path->highest = at;
      path->high_at = path->in_column;
    }
    return;
  }
  emit_column(path, previous, has_previous);
  path->has_column = true;
  path->column = column;
  path->first = path->lowest = path->highest = at;
  path->in_column = path->low_at = path->high_at = 0;
}

/* Ends a stretch at a gap; a stretch of one point is a dot. */
static void end_stretch(struct path *path, struct point *previous, bool *has_previous,
                        size_t length)
{
  const struct rect *plot = &path->frame->plot;
  struct point only = path->first;

  emit_column(path, previous, has_previous);
  if (length == 1 && only.x >= plot->x - 0.5 && only.x <= plot->x + plot->width + 0.5 &&
      only.y >= plot->y - 0.5 && only.y <= plot->y + plot->height + 0.5)
    path_push(path, only);
  path_flush(path);
  *has_previous = false;
}

void trace_line(struct frame *frame, const struct trace *trace, const struct paint *paint)
{
  struct path path = {.frame = frame, .paint = paint};
  struct point previous = {0, 0}, before = {0, 0};
  bool has_previous = false;
  size_t stretch = 0;

  path.columns_per_pixel = trace->columns_per_pixel > 0 ? trace->columns_per_pixel : 2;
  for (size_t i = 0; i < trace->count && !frame->has_failed; i++) {
    struct point at = {scale_at(&frame->x, trace_x(trace, i)), scale_at(&frame->y, trace->y[i])};

    if (isnan(at.x) || isnan(at.y)) {
      end_stretch(&path, &previous, &has_previous, stretch);
      stretch = 0;
      continue;
    }
    if (stretch && trace->shape == TRACE_STEP_AFTER)
      add_to_column(&path, (struct point){at.x, before.y}, &previous, &has_previous);
    if (stretch && trace->shape == TRACE_STEP_BEFORE)
      add_to_column(&path, (struct point){before.x, at.y}, &previous, &has_previous);
    add_to_column(&path, at, &previous, &has_previous);
    before = at;
    stretch++;
  }
  end_stretch(&path, &previous, &has_previous, stretch);
  free(path.points);
}

/* The outline of one stretch of a band: along the upper edge, back along the
 * lower.  One vertex per edge and pixel column, the outermost of its points. */
struct band {
  struct frame *frame;
  struct point *upper;
  struct point *lower;
  size_t count;
  size_t capacity;
};

static void band_flush(struct band *band, const struct paint *paint)
{
  struct point *outline;

  if (band->count > 1) {
    outline = malloc(2 * band->count * sizeof *outline);
    if (outline) {
      for (size_t i = 0; i < band->count; i++) {
        outline[i] = band->upper[i];
        outline[2 * band->count - 1 - i] = band->lower[i];
      }
      canvas_polygon(band->frame->canvas, outline, 2 * band->count, paint);
      free(outline);
    } else {
      band->frame->has_failed = true;
    }
  }
  band->count = 0;
}

static bool band_grow(struct band *band)
{
  size_t capacity = band->capacity ? band->capacity * 2 : 256;
  struct point *upper, *lower;

  if (capacity > POINTS_MAX) return false;
  upper = realloc(band->upper, capacity * sizeof *upper);
  if (!upper) return false;
  band->upper = upper;
  lower = realloc(band->lower, capacity * sizeof *lower);
  if (!lower) return false;
  band->lower = lower;
  band->capacity = capacity;
  return true;
}

static void band_push(struct band *band, double x, double upper, double lower, double per_pixel)
{
  struct point *top, *bottom;

  if (band->count > 1 &&
      fabs(floor(x * per_pixel) - floor(band->upper[band->count - 1].x * per_pixel)) < 0.5 &&
      fabs(floor(x * per_pixel) - floor(band->upper[band->count - 2].x * per_pixel)) < 0.5) {
    top = &band->upper[band->count - 1];
    bottom = &band->lower[band->count - 1];
    top->y = fmin(top->y, upper);
    bottom->y = fmax(bottom->y, lower);
    top->x = bottom->x = x;
    return;
  }
  if (band->count == band->capacity && !band_grow(band)) {
    band->frame->has_failed = true;
    return;
  }
  band->upper[band->count] = (struct point){x, upper};
  band->lower[band->count++] = (struct point){x, lower};
}

void trace_band(struct frame *frame, const struct trace *trace, const double *low,
                const double *high, const struct paint *paint)
{
  const struct rect plot = frame->plot;
  struct band band = {.frame = frame};
  double per_pixel = trace->columns_per_pixel > 0 ? trace->columns_per_pixel : 2;
  double before_x = 0, before_upper = 0, before_lower = 0;

  for (size_t i = 0; i < trace->count && !frame->has_failed; i++) {
    double x = scale_at(&frame->x, trace_x(trace, i));
    double upper = scale_at(&frame->y, high[i]), lower = scale_at(&frame->y, low[i]);

    if (isnan(x) || isnan(upper) || isnan(lower)) {
      band_flush(&band, paint);
      continue;
    }
    x = fmin(fmax(x, plot.x), plot.x + plot.width);
    upper = fmin(fmax(upper, plot.y), plot.y + plot.height);
    lower = fmin(fmax(lower, plot.y), plot.y + plot.height);
    if (band.count && trace->shape == TRACE_STEP_AFTER)
      band_push(&band, x, before_upper, before_lower, per_pixel);
    if (band.count && trace->shape == TRACE_STEP_BEFORE)
      band_push(&band, before_x, upper, lower, per_pixel);
    band_push(&band, x, upper, lower, per_pixel);
    before_x = x;
    before_upper = upper;
    before_lower = lower;
  }
  band_flush(&band, paint);
  free(band.upper);
  free(band.lower);
}

void trace_marker(struct canvas *canvas, struct point at, unsigned hue)
{
  unsigned index = (hue ? hue - 1 : 0) % 6;
  struct paint fill = {.fill = (enum color)(COLOR_S1 + index)};
  const struct paint stroke = {.stroke = fill.fill, .stroke_width = 2};
  const double r = 3.5;

  switch (index) {
    case 0: canvas_circle(canvas, at, r, &fill); break;
    case 1: canvas_rectangle(canvas, (struct rect){at.x - r, at.y - r, 2 * r, 2 * r}, &fill); break;
    case 2:
      canvas_polygon(canvas,
                     (struct point[]){{at.x, at.y - 4}, {at.x + 4, at.y + 3}, {at.x - 4, at.y + 3}},
                     3, &fill);
      break;
    case 3:
      canvas_polygon(
          canvas,
          (struct point[]){{at.x, at.y - 4}, {at.x + 4, at.y}, {at.x, at.y + 4}, {at.x - 4, at.y}},
          4, &fill);
      break;
    case 4:
      canvas_polygon(canvas,
                     (struct point[]){{at.x, at.y + 4}, {at.x + 4, at.y - 3}, {at.x - 4, at.y - 3}},
                     3, &fill);
      break;
    default:
      canvas_polyline(canvas, (struct point[]){{at.x - r, at.y}, {at.x + r, at.y}}, 2, &stroke);
      canvas_polyline(canvas, (struct point[]){{at.x, at.y - r}, {at.x, at.y + r}}, 2, &stroke);
  }
}
