/* What drawing means.
 *
 * A chart is computed from arrays and spoken to a canvas as a few shapes; the
 * canvas is a struct of functions, so that one chart becomes a PNG (cairo), an
 * SVG with real text (for the page), or a list of words (for tests).  A chart
 * never learns which.  Colours are roles, not values: the SVG writes them as
 * theme variables and the PNG resolves them in one theme, so a chart cannot
 * step outside the palette.
 *
 * Coordinates are CSS pixels, origin top left, y down.  Text is measured by
 * text.h from the embedded typeface on every back end alike, so a layout does
 * not depend on who draws it.
 *
 * Errors are sticky: drawing functions return nothing, and the function that
 * ends a canvas reports the first failure.
 */
#ifndef EPOCHLOG_CHART_CANVAS_H
#define EPOCHLOG_CHART_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

/* Colour roles.  COLOR_S1..S6 are lines and marks of series, COLOR_T1..T6 the
 * darker inks for text about them.  COLOR_SEQ0..8 are the stops of the
 * sequential ramp and COLOR_SEQ_TEXT0..8 the text on each; COLOR_DIV likewise
 * for the diverging ramp. */
enum color {
  COLOR_NONE = 0,
  COLOR_BG,
  COLOR_CARD,
  COLOR_LINE,
  COLOR_GRID,
  COLOR_AXIS,
  COLOR_INK,
  COLOR_INK2,
  COLOR_PASS,
  COLOR_WARN,
  COLOR_FAIL,
  COLOR_S1,
  COLOR_S2,
  COLOR_S3,
  COLOR_S4,
  COLOR_S5,
  COLOR_S6,
  COLOR_CTX,
  COLOR_T1,
  COLOR_T2,
  COLOR_T3,
  COLOR_T4,
  COLOR_T5,
  COLOR_T6,
  COLOR_TCTX,
  COLOR_SEQ0,
  COLOR_SEQ8 = COLOR_SEQ0 + 8,
  COLOR_SEQ_TEXT0,
  COLOR_SEQ_TEXT8 = COLOR_SEQ_TEXT0 + 8,
  COLOR_DIV0,
  COLOR_DIV8 = COLOR_DIV0 + 8,
  COLOR_DIV_TEXT0,
  COLOR_DIV_TEXT8 = COLOR_DIV_TEXT0 + 8,
  COLOR_COUNT
};

/* The four dash patterns of the style: solid, 6-3, 2-3, 8-3-2-3, and the 4-4
 * that only reference lines use. */
enum dash { DASH_SOLID = 0, DASH_LONG, DASH_DOT, DASH_DASHDOT, DASH_REFERENCE };

enum align { ALIGN_LEFT = 0, ALIGN_CENTER, ALIGN_RIGHT };

enum weight { WEIGHT_REGULAR = 400, WEIGHT_SEMIBOLD = 600 };

struct point {
  double x;
  double y;
};

struct rect {
  double x;
  double y;
  double width;
  double height;
};

/* How a shape is filled and outlined.  COLOR_NONE leaves that part out.
 * `opacity` is 0..1 over what lies beneath; 0 means 1, so that a zeroed struct
 * is opaque. */
struct paint {
  enum color fill;
  double fill_opacity;
  enum color stroke;
  double stroke_opacity;
  double stroke_width; /* pixels; 0 means 1 */
  enum dash dash;
};

struct text_style {
  double size; /* pixels; at least 10.5 by the style */
  enum weight weight;
  enum color color;
  enum align align;
  bool halo; /* a 3 px background stroke beneath, for text over data */
};

struct canvas;

struct canvas_ops {
  /* One polyline, not closed.  At least two points, all finite, already
   * clipped to a sane range by the chart. */
  void (*polyline)(struct canvas *canvas, const struct point *points, size_t count,
                   const struct paint *paint);
  /* One closed polygon (bands, triangles, diamonds). */
  void (*polygon)(struct canvas *canvas, const struct point *points, size_t count,
                  const struct paint *paint);
  void (*rectangle)(struct canvas *canvas, struct rect rect, const struct paint *paint);
  void (*circle)(struct canvas *canvas, struct point center, double radius,
                 const struct paint *paint);
  /* One line of UTF-8 with its baseline at `at`. */
  void (*text)(struct canvas *canvas, struct point at, const char *utf8,
               const struct text_style *style);
  /* All until clip_end is cut to `rect`.  Not nested. */
  void (*clip_begin)(struct canvas *canvas, struct rect rect);
  void (*clip_end)(struct canvas *canvas);
  /* Names what follows, for tests and for tooltips in SVG (`<title>`); closed
   * by group_end.  `label` may be NULL.  `kind` is a short word such as "series",
   * "axis", "legend", "band", "reference". May nest. */
  void (*group_begin)(struct canvas *canvas, const char *kind, const char *label);
  void (*group_end)(struct canvas *canvas);
};

/* The part every back end has in common; a back end puts it first in its own
 * struct.  `width` and `height` are set before the chart draws. */
struct canvas {
  const struct canvas_ops *ops;
  double width;
  double height;
};

/* The calls charts make; each only forwards. */
static inline void canvas_polyline(struct canvas *c, const struct point *points, size_t count,
                                   const struct paint *paint)
{
  c->ops->polyline(c, points, count, paint);
}
static inline void canvas_polygon(struct canvas *c, const struct point *points, size_t count,
                                  const struct paint *paint)
{
  c->ops->polygon(c, points, count, paint);
}
static inline void canvas_rectangle(struct canvas *c, struct rect rect, const struct paint *paint)
{
  c->ops->rectangle(c, rect, paint);
}
static inline void canvas_circle(struct canvas *c, struct point center, double radius,
                                 const struct paint *paint)
{
  c->ops->circle(c, center, radius, paint);
}
static inline void canvas_text(struct canvas *c, struct point at, const char *utf8,
                               const struct text_style *style)
{
  c->ops->text(c, at, utf8, style);
}
static inline void canvas_clip_begin(struct canvas *c, struct rect rect)
{
  c->ops->clip_begin(c, rect);
}
static inline void canvas_clip_end(struct canvas *c) { c->ops->clip_end(c); }
static inline void canvas_group_begin(struct canvas *c, const char *kind, const char *label)
{
  c->ops->group_begin(c, kind, label);
}
static inline void canvas_group_end(struct canvas *c) { c->ops->group_end(c); }

#endif
