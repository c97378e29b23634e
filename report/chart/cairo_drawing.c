/* Shapes go to cairo as they come, with three cares that were learned from
 * measuring it:
 *
 * - Stroking one long zig-zag path into pixels takes more than linear time, so a
 *   polyline is stroked in pieces there.  Pieces overlap by one segment, so that
 *   every bend has its round join; a translucent line is drawn opaque to the side
 *   and then blended as a whole, else the overlaps would show.
 * - A finished text leaves a current point, and the next path would begin with a
 *   line from there, so every path starts with cairo_new_path.
 * - A clip between two pixels needs a mask and is slow. */
#include "chart/cairo_drawing.h"

#include <cairo.h>
#include <math.h>
#include <stddef.h>

#include "chart/shape.h"

static struct cairo_drawing *drawing_of(struct canvas *canvas)
{
  return (struct cairo_drawing *)canvas;
}

void cairo_drawing_fail(struct cairo_drawing *drawing, const char *problem)
{
  if (drawing->problem == NULL) drawing->problem = problem;
}

/* Takes over what cairo has to complain about; a context also tells of its surface. */
static void check_cairo(struct cairo_drawing *drawing)
{
  cairo_status_t status = drawing->cr != NULL ? cairo_status(drawing->cr) : CAIRO_STATUS_SUCCESS;

  if (status != CAIRO_STATUS_SUCCESS) cairo_drawing_fail(drawing, cairo_status_to_string(status));
}

static bool may_draw(const struct cairo_drawing *drawing)
{
  return drawing->problem == NULL && !drawing->ended;
}

static void set_color(struct cairo_drawing *drawing, enum color color, double opacity)
{
  struct rgb rgb = palette_rgb(color, drawing->theme);

  cairo_set_source_rgba(drawing->cr, rgb.r / 255.0, rgb.g / 255.0, rgb.b / 255.0, opacity);
}

static double fill_opacity_of(const struct cairo_drawing *drawing, const struct paint *paint)
{
  if (paint->fill_opacity == PALETTE_BAND_OPACITY && drawing->theme == THEME_DARK)
    return PALETTE_BAND_OPACITY_DARK;
  return shape_opacity(paint->fill_opacity);
}

/* Sets width and dashes; `offset` is how much of the line came before. */
static void set_pen(struct cairo_drawing *drawing, const struct paint *paint, double offset)
{
  int count;
  const double *dashes = shape_dashes(paint->dash, &count);

  cairo_set_line_width(drawing->cr, shape_stroke_width(paint));
  cairo_set_line_join(drawing->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(drawing->cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash(drawing->cr, dashes, count, offset);
}

/* Fills and strokes the path that stands. */
static void paint_path(struct cairo_drawing *drawing, const struct paint *paint,
                       cairo_line_join_t join)
{
  if (paint->fill != COLOR_NONE) {
    set_color(drawing, paint->fill, fill_opacity_of(drawing, paint));
    cairo_fill_preserve(drawing->cr);
  }
  if (paint->stroke != COLOR_NONE) {
    set_pen(drawing, paint, 0);
    cairo_set_line_join(drawing->cr, join);
    set_color(drawing, paint->stroke, shape_opacity(paint->stroke_opacity));
    cairo_stroke_preserve(drawing->cr);
  }
  cairo_new_path(drawing->cr);
}

/* Whether the points may go to cairo. */
static bool are_sane(struct cairo_drawing *drawing, const struct point *points, size_t count)
{
  if (shape_is_sane(points, count)) return true;
  cairo_drawing_fail(drawing, "a coordinate is not finite or far outside the canvas");
  return false;
}

/* Puts a rectangle's path where it may go to cairo. */
static bool trace_rect(struct cairo_drawing *drawing, struct rect rect)
{
  struct point corners[2] = {{rect.x, rect.y}, {rect.x + rect.width, rect.y + rect.height}};

  if (!may_draw(drawing) || !are_sane(drawing, corners, 2)) return false;
  cairo_new_path(drawing->cr);
  cairo_rectangle(drawing->cr, rect.x, rect.y, rect.width, rect.height);
  return true;
}

/* ---- shapes ---------------------------------------------------------------- */

static void trace(cairo_t *cr, const struct point *points, size_t count)
{
  cairo_new_path(cr);
  cairo_move_to(cr, points[0].x, points[0].y);
  for (size_t i = 1; i < count; i++) cairo_line_to(cr, points[i].x, points[i].y);
}

/* The source is set; strokes opaquely, piece by piece.  A long thin line is the
 * texture of noise behind a bold one: at four by four samples a pixel it looks
 * the same and takes half the time. */
static void stroke_pieces(struct cairo_drawing *drawing, const struct point *points, size_t count,
                          const struct paint *paint)
{
  bool texture = count > SHAPE_PIECE + 1 && shape_stroke_width(paint) <= 1;
  struct shape_piece piece = {.points = NULL};

  cairo_set_antialias(drawing->cr, texture ? CAIRO_ANTIALIAS_FAST : CAIRO_ANTIALIAS_DEFAULT);
  while (shape_next_piece(&piece, points, count)) {
    set_pen(drawing, paint, piece.offset);
    trace(drawing->cr, piece.points, piece.count);
    cairo_stroke(drawing->cr);
  }
  cairo_set_antialias(drawing->cr, CAIRO_ANTIALIAS_DEFAULT);
}

/* Confines what follows to the polyline, so that blending it to the side does
 * not work on the whole canvas. */
static void clip_to_points(struct cairo_drawing *drawing, const struct point *points, size_t count,
                           double margin)
{
  struct rect bounds = shape_bounds(points, count);

  if (trace_rect(drawing, (struct rect){floor(bounds.x - margin), floor(bounds.y - margin),
                                        ceil(bounds.width + 2 * margin) + 1,
                                        ceil(bounds.height + 2 * margin) + 1}))
    cairo_clip(drawing->cr);
}

static void draw_polyline(struct canvas *base, const struct point *points, size_t count,
                          const struct paint *paint)
{
  struct cairo_drawing *drawing = drawing_of(base);
  double opacity = shape_opacity(paint->stroke_opacity);
  cairo_t *cr = drawing->cr;

  if (count < 2 || !may_draw(drawing) || !are_sane(drawing, points, count)) return;
  if (paint->fill != COLOR_NONE) {
    trace(cr, points, count);
    set_color(drawing, paint->fill, fill_opacity_of(drawing, paint));
    cairo_fill(cr);
  }
  if (paint->stroke == COLOR_NONE) return;
  if (drawing->scale <= 0) {
    set_pen(drawing, paint, 0);
    set_color(drawing, paint->stroke, opacity);
    trace(cr, points, count);
    cairo_stroke(cr);
    return;
  }
  if (opacity == 1 || count <= SHAPE_PIECE + 1) {
    set_color(drawing, paint->stroke, opacity);
    stroke_pieces(drawing, points, count, paint);
    return;
  }
  cairo_save(cr);
  clip_to_points(drawing, points, count, shape_stroke_width(paint));
  cairo_push_group_with_content(cr, CAIRO_CONTENT_COLOR_ALPHA);
  set_color(drawing, paint->stroke, 1);
  stroke_pieces(drawing, points, count, paint);
  cairo_pop_group_to_source(cr);
  cairo_paint_with_alpha(cr, opacity);
  cairo_restore(cr);
}

static void draw_polygon(struct canvas *base, const struct point *points, size_t count,
                         const struct paint *paint)
{
  struct cairo_drawing *drawing = drawing_of(base);

  if (count < 3 || !may_draw(drawing) || !are_sane(drawing, points, count)) return;
  trace(drawing->cr, points, count);
  cairo_close_path(drawing->cr);
  paint_path(drawing, paint, CAIRO_LINE_JOIN_ROUND);
}

static void draw_rectangle(struct canvas *base, struct rect rect, const struct paint *paint)
{
  if (trace_rect(drawing_of(base), rect))
    paint_path(drawing_of(base), paint, CAIRO_LINE_JOIN_MITER);
}

static void draw_circle(struct canvas *base, struct point center, double radius,
                        const struct paint *paint)
{
  struct cairo_drawing *drawing = drawing_of(base);

  if (!(radius > 0) || !may_draw(drawing) || !are_sane(drawing, &center, 1)) return;
  cairo_new_path(drawing->cr);
  cairo_arc(drawing->cr, center.x, center.y, radius, 0, 2 * 3.14159265358979323846);
  cairo_close_path(drawing->cr);
  paint_path(drawing, paint, CAIRO_LINE_JOIN_ROUND);
}

static void draw_text(struct canvas *base, struct point at, const char *utf8,
                      const struct text_style *style)
{
  struct cairo_drawing *drawing = drawing_of(base);

  if (utf8 == NULL || utf8[0] == '\0' || style->color == COLOR_NONE || !may_draw(drawing)) return;
  if (!are_sane(drawing, &at, 1)) return;
  if (!(style->size > 0 && style->size <= 1000)) {
    cairo_drawing_fail(drawing, "a text has no sensible size");
    return;
  }
  if (style->halo) {
    set_pen(drawing, &(struct paint){.stroke_width = 3}, 0);
    set_color(drawing, COLOR_BG, 1);
    glyphs_outline(drawing->glyphs, drawing->cr, at, utf8, style);
  }
  set_color(drawing, style->color, 1);
  glyphs_show(drawing->glyphs, drawing->cr, at, utf8, style);
}

/* To the nearest edge between pixels, where there are pixels. */
static double snap(const struct cairo_drawing *drawing, double value)
{
  return drawing->scale > 0 ? round(value * drawing->scale) / drawing->scale : value;
}

static void begin_clip(struct canvas *base, struct rect rect)
{
  struct cairo_drawing *drawing = drawing_of(base);
  double left = snap(drawing, rect.x);
  double top = snap(drawing, rect.y);
  double right = snap(drawing, rect.x + rect.width);
  double bottom = snap(drawing, rect.y + rect.height);

  if (drawing->clipping) cairo_drawing_fail(drawing, "clips are nested");
  if (!may_draw(drawing)) return;
  cairo_save(drawing->cr);
  drawing->clipping = true;
  if (trace_rect(drawing, (struct rect){left, top, right - left, bottom - top}))
    cairo_clip(drawing->cr);
}

static void end_clip(struct canvas *base)
{
  struct cairo_drawing *drawing = drawing_of(base);

  if (!drawing->clipping) cairo_drawing_fail(drawing, "a clip ends that did not begin");
  if (!may_draw(drawing)) return;
  drawing->clipping = false;
  cairo_restore(drawing->cr);
}

/* Neither pixels nor paths have names. */
static void begin_group(struct canvas *base, const char *kind, const char *label)
{
  (void)base, (void)kind, (void)label;
}

static void end_group(struct canvas *base) { (void)base; }

static const struct canvas_ops drawing_ops = {
    .polyline = draw_polyline,
    .polygon = draw_polygon,
    .rectangle = draw_rectangle,
    .circle = draw_circle,
    .text = draw_text,
    .clip_begin = begin_clip,
    .clip_end = end_clip,
    .group_begin = begin_group,
    .group_end = end_group,
};

/* The settings under which a picture depends neither on the version of the
 * hinter nor on the screen of this machine. */
static void set_font_options(cairo_t *cr)
{
  cairo_font_options_t *options = cairo_font_options_create();

  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(cr, options);
  cairo_font_options_destroy(options);
}

void cairo_drawing_start(struct cairo_drawing *drawing, double width, double height,
                         struct font_set *fonts, struct glyphs *glyphs)
{
  drawing->canvas = (struct canvas){&drawing_ops, width, height};
  if (drawing->problem != NULL) return;
  drawing->cr = cairo_create(drawing->surface);
  check_cairo(drawing);
  drawing->owns_glyphs = glyphs == NULL;
  drawing->glyphs = glyphs != NULL ? glyphs : glyphs_new(fonts);
  if (drawing->glyphs == NULL) cairo_drawing_fail(drawing, "the typeface could not be loaded");
  set_font_options(drawing->cr);
  set_color(drawing, COLOR_BG, 1);
  cairo_paint(drawing->cr);
}

const char *cairo_drawing_finish(struct cairo_drawing *drawing)
{
  if (!drawing->ended && drawing->clipping) cairo_drawing_fail(drawing, "a clip was not closed");
  drawing->ended = true;
  check_cairo(drawing);
  return drawing->problem;
}

void cairo_drawing_release(struct cairo_drawing *drawing)
{
  if (drawing->cr != NULL) cairo_destroy(drawing->cr);
  if (drawing->surface != NULL) cairo_surface_destroy(drawing->surface);
  if (drawing->owns_glyphs) glyphs_free(drawing->glyphs);
}
