/* Most of the bytes of a chart are coordinates, the rest is kept short by
 * classes: "s1" fills with the first series colour, "ks1" strokes with it, and
 * so on, see svg_style.c.  Shapes have no fill unless a class
 * gives one.  Elements are written one per line, so that a golden file differs
 * where the drawing does. */
#include "chart/canvas_svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/markup.h"
#include "chart/palette.h"
#include "chart/script.h"
#include "chart/shape.h"
#include "chart/text.h"

#define ID_MAX 31
#define DEPTH_MAX 64

struct canvas_svg {
  struct canvas canvas;
  struct markup out;
  char id[ID_MAX + 1];
  unsigned clips;       /* clip paths so far, for their ids */
  char open[DEPTH_MAX]; /* 'g' or 'c' for each open group or clip */
  size_t depth;
};

/* The operations are only ever called with a canvas made here, and the canvas is
 * the first member. */
static struct canvas_svg *svg_of(struct canvas *canvas) { return (struct canvas_svg *)canvas; }

static void fail(struct canvas_svg *svg, const char *problem) { markup_fail(&svg->out, problem); }

static void put(struct canvas_svg *svg, const char *words) { markup_put(&svg->out, words); }

static void put_attribute(struct canvas_svg *svg, const char *name, double value)
{
  markup_put_attribute(&svg->out, name, value);
}

/* ---- paint --------------------------------------------------------------- */

/* A list of class names in the making. */
struct classes {
  char names[64]; /* the longest possible list has 25 bytes */
  size_t length;
};

static void add_class(struct classes *classes, const char *before, const char *name)
{
  size_t first = strlen(before);
  size_t second = strlen(name);

  if (classes->length + first + second + 2 > sizeof classes->names) return;
  if (classes->length > 0) classes->names[classes->length++] = ' ';
  memcpy(classes->names + classes->length, before, first);
  memcpy(classes->names + classes->length + first, name, second);
  classes->length += first + second;
  classes->names[classes->length] = '\0';
}

static void put_classes(struct canvas_svg *svg, const struct classes *classes)
{
  if (classes->length == 0) return;
  put(svg, " class=\"");
  markup_put_bytes(&svg->out, classes->names, classes->length);
  put(svg, "\"");
}

/* Only these roles have a stroke class; the inks and ramps seldom outline. */
static bool has_stroke_class(enum color color) { return color >= COLOR_BG && color <= COLOR_CTX; }

static void put_paint(struct canvas_svg *svg, const struct paint *paint)
{
  static const char *const dashes[] = {"", "x1", "x2", "x3", "x4"};
  bool band = paint->fill_opacity == PALETTE_BAND_OPACITY;
  bool stroked = paint->stroke != COLOR_NONE;
  double width = shape_stroke_width(paint);
  struct classes classes = {.length = 0};

  if (paint->fill != COLOR_NONE) add_class(&classes, "", palette_name(paint->fill));
  if (paint->fill != COLOR_NONE && band) add_class(&classes, "", "bd");
  if (stroked && has_stroke_class(paint->stroke))
    add_class(&classes, "k", palette_name(paint->stroke));
  if (stroked && width == 2) add_class(&classes, "", "w2");
  if (stroked && paint->dash > DASH_SOLID && paint->dash <= DASH_REFERENCE)
    add_class(&classes, "", dashes[paint->dash]);
  put_classes(svg, &classes);

  if (stroked && !has_stroke_class(paint->stroke)) {
    put(svg, " style=\"stroke:var(--");
    put(svg, palette_name(paint->stroke));
    put(svg, ")\"");
  }
  if (stroked && width != 1 && width != 2) put_attribute(svg, "stroke-width", width);
  if (stroked && shape_opacity(paint->stroke_opacity) < 1)
    put_attribute(svg, "stroke-opacity", paint->stroke_opacity);
  if (paint->fill != COLOR_NONE && !band && shape_opacity(paint->fill_opacity) < 1)
    put_attribute(svg, "fill-opacity", paint->fill_opacity);
}

/* ---- shapes -------------------------------------------------------------- */

/* Points that fall on the one before, once rounded, are left out; the first and
 * the last always stand. */
static void put_points(struct canvas_svg *svg, const struct point *points, size_t count,
                       int decimals)
{
  double scale = decimals == 1 ? 10 : 100;
  double last_x = 0, last_y = 0;

  put(svg, " points=\"");
  for (size_t i = 0; i < count && svg->out.problem == NULL; i++) {
    double x = round(points[i].x * scale);
    double y = round(points[i].y * scale);

    if (i > 0 && i + 1 < count && x == last_x && y == last_y) continue;
    if (i > 0) put(svg, " ");
    markup_put_number(&svg->out, points[i].x, decimals);
    put(svg, ",");
    markup_put_number(&svg->out, points[i].y, decimals);
    last_x = x;
    last_y = y;
  }
  put(svg, "\"/>\n");
}

static void svg_polyline(struct canvas *canvas, const struct point *points, size_t count,
                         const struct paint *paint)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (count < 2) return;
  put(svg, "<polyline");
  put_paint(svg, paint);
  put_points(svg, points, count, 1);
}

static void svg_polygon(struct canvas *canvas, const struct point *points, size_t count,
                        const struct paint *paint)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (count < 3) return;
  put(svg, "<polygon");
  put_paint(svg, paint);
  /* A marker of 7 px would be seen to lose its shape at one decimal. */
  put_points(svg, points, count, count <= 8 ? 2 : 1);
}

static void put_rect(struct canvas_svg *svg, struct rect rect)
{
  put_attribute(svg, "x", rect.x);
  put_attribute(svg, "y", rect.y);
  put_attribute(svg, "width", rect.width);
  put_attribute(svg, "height", rect.height);
  put(svg, "/>");
}

static void svg_rectangle(struct canvas *canvas, struct rect rect, const struct paint *paint)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (rect.width < 0 || rect.height < 0) {
    fail(svg, "a rectangle has a negative side");
    return;
  }
  put(svg, "<rect");
  put_paint(svg, paint);
  put_rect(svg, rect);
  put(svg, "\n");
}

static void svg_circle(struct canvas *canvas, struct point center, double radius,
                       const struct paint *paint)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (!(radius > 0)) return;
  put(svg, "<circle");
  put_paint(svg, paint);
  put_attribute(svg, "cx", center.x);
  put_attribute(svg, "cy", center.y);
  put_attribute(svg, "r", radius);
  put(svg, "/>\n");
}

/* The sizes of the style have classes; 11 is what text has without one. */
static const char *size_class(double size)
{
  if (size == 12) return "f12";
  if (size == 13) return "f13";
  if (size == 15) return "f15";
  if (size == 24) return "f24";
  return NULL;
}

/* A phrase from right to left stands for itself, so that numbers and names beside
 * it keep their places. */
static void put_words(struct canvas_svg *svg, const char *utf8)
{
  const char *end = utf8 + strlen(utf8);
  const char *done = utf8, *at = utf8, *next = utf8;

  for (; at < end; at = next) {
    if (!script_is_rtl(text_next(&next, end))) continue;
    next = script_rtl_end(at, end);
    markup_put_escaped_part(&svg->out, done, at, false);
    put(svg, "<tspan class=\"rtl\">");
    markup_put_escaped_part(&svg->out, at, next, false);
    put(svg, "</tspan>");
    done = next;
  }
  markup_put_escaped(&svg->out, done, false);
}

static bool is_in_typeface(const char *utf8)
{
  const char *end = utf8 + strlen(utf8);

  while (utf8 < end)
    if (!text_has_glyph(text_next(&utf8, end))) return false;
  return true;
}

static void put_held_width(struct canvas_svg *svg, const char *utf8, const struct text_style *style)
{
  double width = text_width(utf8, style->size, style->weight);

  if (width < CANVAS_SVG_HELD_WIDTH || !is_in_typeface(utf8)) return;
  put(svg, " textLength=\"");
  markup_put_number(&svg->out, width, 1);
  put(svg, "\" lengthAdjust=\"spacingAndGlyphs\"");
}

static void svg_text(struct canvas *canvas, struct point at, const char *utf8,
                     const struct text_style *style)
{
  struct canvas_svg *svg = svg_of(canvas);
  const char *sized = size_class(style->size);
  struct classes classes = {.length = 0};

  if (utf8 == NULL || utf8[0] == '\0' || style->color == COLOR_NONE) return;
  add_class(&classes, "", palette_name(style->color));
  if (sized != NULL) add_class(&classes, "", sized);
  if (style->weight == WEIGHT_SEMIBOLD) add_class(&classes, "", "b");
  if (style->align == ALIGN_CENTER) add_class(&classes, "", "m");
  if (style->align == ALIGN_RIGHT) add_class(&classes, "", "r");
  if (style->halo) add_class(&classes, "", "h");

  put(svg, "<text");
  put_classes(svg, &classes);
  if (sized == NULL && style->size != 11) {
    put(svg, " style=\"font-size:");
    markup_put_number(&svg->out, style->size, 2);
    put(svg, "px\"");
  }
  put_attribute(svg, "x", at.x);
  put_attribute(svg, "y", at.y);
  put_held_width(svg, utf8, style);
  put(svg, ">");
  put_words(svg, utf8);
  put(svg, "</text>\n");
}

/* ---- groups -------------------------------------------------------------- */

static bool open_element(struct canvas_svg *svg, char what)
{
  if (svg->depth == DEPTH_MAX) {
    fail(svg, "groups are nested too deep");
    return false;
  }
  svg->open[svg->depth++] = what;
  return true;
}

static void close_element(struct canvas_svg *svg, char what)
{
  if (svg->depth == 0 || svg->open[svg->depth - 1] != what) {
    fail(svg, "groups and clips are not closed in the order they were opened");
    return;
  }
  svg->depth--;
  put(svg, "</g>\n");
}

static void put_clip_id(struct canvas_svg *svg)
{
  put(svg, svg->id);
  put(svg, "k");
  markup_put_number(&svg->out, svg->clips, 2);
}

static void svg_clip_begin(struct canvas *canvas, struct rect rect)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (!open_element(svg, 'c')) return;
  if (rect.width < 0) rect.width = 0;
  if (rect.height < 0) rect.height = 0;
  svg->clips++;
  put(svg, "<clipPath id=\"");
  put_clip_id(svg);
  put(svg, "\"><rect");
  put_rect(svg, rect);
  put(svg, "</clipPath>\n<g clip-path=\"url(#");
  put_clip_id(svg);
  put(svg, ")\">\n");
}

static void svg_clip_end(struct canvas *canvas) { close_element(svg_of(canvas), 'c'); }

/* The kind is an attribute and not a class: a kind such as "line" would else be
 * filled like the colour of that name. */
static void svg_group_begin(struct canvas *canvas, const char *kind, const char *label)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (!open_element(svg, 'g')) return;
  put(svg, "<g");
  if (kind != NULL && kind[0] != '\0') {
    put(svg, " data-kind=\"");
    markup_put_escaped(&svg->out, kind, false);
    put(svg, "\"");
  }
  put(svg, ">");
  if (label != NULL && label[0] != '\0') {
    put(svg, "<title>");
    markup_put_escaped(&svg->out, label, true);
    put(svg, "</title>");
  }
  put(svg, "\n");
}

static void svg_group_end(struct canvas *canvas) { close_element(svg_of(canvas), 'g'); }

/* ---- beginning and end ----------------------------------------------------*/

static const struct canvas_ops svg_ops = {
    .polyline = svg_polyline,
    .polygon = svg_polygon,
    .rectangle = svg_rectangle,
    .circle = svg_circle,
    .text = svg_text,
    .clip_begin = svg_clip_begin,
    .clip_end = svg_clip_end,
    .group_begin = svg_group_begin,
    .group_end = svg_group_end,
};

/* ASCII only and without <ctype.h>, which asks the locale. */
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static void set_id(struct canvas_svg *svg, const char *id)
{
  size_t length = strlen(id);
  bool fine = length <= ID_MAX && is_letter(id[0]);

  for (size_t i = 1; fine && i < length; i++)
    fine = is_letter(id[i]) || (id[i] >= '0' && id[i] <= '9') || id[i] == '-' || id[i] == '_';
  if (fine)
    memcpy(svg->id, id, length + 1);
  else
    fail(svg, "the prefix of ids is not a short word of letters, digits, '-' and '_'");
}

/* An element that names the picture: <title> or <desc>. */
static void put_name(struct canvas_svg *svg, const char *element, const char *suffix,
                     const char *words)
{
  put(svg, "<");
  put(svg, element);
  put(svg, " id=\"");
  put(svg, svg->id);
  put(svg, suffix);
  put(svg, "\">");
  markup_put_escaped(&svg->out, words, true);
  put(svg, "</");
  put(svg, element);
  put(svg, ">\n");
}

static void put_head(struct canvas_svg *svg, const struct canvas_svg_options *options)
{
  const char *title =
      options->title != NULL && options->title[0] != '\0' ? options->title : "Chart";
  const char *description = options->description;
  bool described = description != NULL && description[0] != '\0';

  if (options->standalone) put(svg, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  put(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ec\" viewBox=\"0 0 ");
  markup_put_number(&svg->out, options->width, 2);
  put(svg, " ");
  markup_put_number(&svg->out, options->height, 2);
  put(svg, "\"");
  put_attribute(svg, "width", options->width);
  put_attribute(svg, "height", options->height);
  put(svg, " role=\"img\" aria-labelledby=\"");
  put(svg, svg->id);
  put(svg, "t");
  if (described) {
    put(svg, " ");
    put(svg, svg->id);
    put(svg, "d");
  }
  put(svg, "\">\n");
  put_name(svg, "title", "t", title);
  if (described) put_name(svg, "desc", "d", description);
  if (!options->standalone) return;
  put(svg, "<style>\n");
  put(svg, canvas_svg_css());
  put(svg, "</style>\n<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n");
}

struct canvas *canvas_svg_new(const struct canvas_svg_options *options)
{
  struct canvas_svg *svg = calloc(1, sizeof *svg);

  if (svg == NULL) return NULL;
  svg->canvas = (struct canvas){&svg_ops, options->width, options->height};
  markup_init(&svg->out, options->max_size > 0 ? options->max_size : CANVAS_SVG_MAX_SIZE);
  set_id(svg, options->id != NULL ? options->id : "c-");
  if (!(options->width > 0) || !(options->height > 0)) fail(svg, "the canvas has no size");
  put_head(svg, options);
  return &svg->canvas;
}

const char *canvas_svg_end(struct canvas *canvas, char **text, size_t *length)
{
  struct canvas_svg *svg = svg_of(canvas);

  if (svg->depth > 0) fail(svg, "a group or clip was not closed");
  put(svg, "</svg>\n");
  return markup_take(&svg->out, text, length);
}

void canvas_svg_free(struct canvas *canvas)
{
  if (canvas == NULL) return;
  markup_release(&svg_of(canvas)->out);
  free(svg_of(canvas));
}
