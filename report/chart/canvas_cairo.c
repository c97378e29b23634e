/* Shapes go to cairo as they come, with three cares that were learned from
 * measuring it:
 *
 * - Stroking one long zig-zag path takes more than linear time, so a polyline is
 *   stroked in pieces.  Pieces overlap by one segment, so that every bend has its
 *   round join; a translucent line is drawn opaque to the side and then blended
 *   as a whole, else the overlaps would show.
 * - A finished text leaves a current point, and the next path would begin with a
 *   line from there, so every path starts with cairo_new_path.
 * - cairo keeps fonts for later, beyond the canvas that made them.  Each face
 *   therefore has a font library of its own, freed when cairo lets go of it, in
 *   whichever thread that is.
 *
 * Only canvas_png_* know that the surface is a picture; PDF would share the rest. */
#include "chart/canvas_cairo.h"

#include <cairo-ft.h>
#include <cairo.h>
#include <ft2build.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include FT_FREETYPE_H

#include "chart/font/font_data.h"
#include "chart/placed_text.h"
#include "chart/shape.h"

enum { REGULAR, SEMIBOLD, FACES, GLYPHS_AT_ONCE = 64 };

struct canvas_cairo {
  struct canvas canvas;
  const char *problem; /* the first failure, NULL while there is none */
  cairo_surface_t *surface;
  cairo_t *cr;
  FT_Face faces[FACES]; /* owned by `fonts` */
  cairo_font_face_t *fonts[FACES];
  double scale;
  enum theme theme;
  size_t missing;
  bool clipping;
  bool ended;
};

static struct canvas_cairo *cairo_of(struct canvas *canvas)
{
  return (struct canvas_cairo *)canvas;
}

static void fail(struct canvas_cairo *canvas, const char *problem)
{
  if (canvas->problem == NULL) canvas->problem = problem;
}

/* Takes over what cairo has to complain about; a context also tells of its surface. */
static void check_cairo(struct canvas_cairo *canvas)
{
  cairo_status_t status = canvas->cr != NULL ? cairo_status(canvas->cr) : CAIRO_STATUS_SUCCESS;

  if (status != CAIRO_STATUS_SUCCESS) fail(canvas, cairo_status_to_string(status));
}

static bool may_draw(const struct canvas_cairo *canvas)
{
  return canvas->problem == NULL && !canvas->ended;
}

/* ---- fonts ----------------------------------------------------------------- */

static void free_library(void *library) { FT_Done_FreeType(library); }

/* Makes a face that lives as long as cairo wants it. */
static bool load_face(struct canvas_cairo *canvas, int which, const struct font_data *font)
{
  static const cairo_user_data_key_t key;
  FT_Face *face = &canvas->faces[which];
  FT_Library library;

  if (FT_Init_FreeType(&library) != 0) return false;
  if (FT_New_Memory_Face(library, font->file, (FT_Long)font->file_size, 0, face) == 0) {
    canvas->fonts[which] = cairo_ft_font_face_create_for_ft_face(*face, FT_LOAD_NO_HINTING);
    if (cairo_font_face_set_user_data(canvas->fonts[which], &key, library, free_library) ==
        CAIRO_STATUS_SUCCESS)
      return true;
    cairo_font_face_destroy(canvas->fonts[which]);
    canvas->fonts[which] = NULL;
  }
  FT_Done_FreeType(library);
  return false;
}

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

static void set_color(struct canvas_cairo *canvas, enum color color, double opacity)
{
  struct rgb rgb = palette_rgb(color, canvas->theme);

  cairo_set_source_rgba(canvas->cr, rgb.r / 255.0, rgb.g / 255.0, rgb.b / 255.0, opacity);
}

static double fill_opacity_of(const struct canvas_cairo *canvas, const struct paint *paint)
{
  if (paint->fill_opacity == PALETTE_BAND_OPACITY && canvas->theme == THEME_DARK)
    return PALETTE_BAND_OPACITY_DARK;
  return shape_opacity(paint->fill_opacity);
}

/* Sets width and dashes; `offset` is how much of the line came before. */
static void set_pen(struct canvas_cairo *canvas, const struct paint *paint, double offset)
{
  int count;
  const double *dashes = shape_dashes(paint->dash, &count);

  cairo_set_line_width(canvas->cr, shape_stroke_width(paint));
  cairo_set_line_join(canvas->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(canvas->cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash(canvas->cr, dashes, count, offset);
}

/* Fills and strokes the path that stands. */
static void paint_path(struct canvas_cairo *canvas, const struct paint *paint,
                       cairo_line_join_t join)
{
  if (paint->fill != COLOR_NONE) {
    set_color(canvas, paint->fill, fill_opacity_of(canvas, paint));
    cairo_fill_preserve(canvas->cr);
  }
  if (paint->stroke != COLOR_NONE) {
    set_pen(canvas, paint, 0);
    cairo_set_line_join(canvas->cr, join);
    set_color(canvas, paint->stroke, shape_opacity(paint->stroke_opacity));
    cairo_stroke_preserve(canvas->cr);
  }
  cairo_new_path(canvas->cr);
}

/* Whether the points may go to cairo. */
static bool are_sane(struct canvas_cairo *canvas, const struct point *points, size_t count)
{
  if (shape_is_sane(points, count)) return true;
  fail(canvas, "a coordinate is not finite or far outside the canvas");
  return false;
}

/* Puts a rectangle's path where it may go to cairo. */
static bool trace_rect(struct canvas_cairo *canvas, struct rect rect)
{
  struct point corners[2] = {{rect.x, rect.y}, {rect.x + rect.width, rect.y + rect.height}};

  if (!may_draw(canvas) || !are_sane(canvas, corners, 2)) return false;
  cairo_new_path(canvas->cr);
  cairo_rectangle(canvas->cr, rect.x, rect.y, rect.width, rect.height);
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
static void stroke_pieces(struct canvas_cairo *canvas, const struct point *points, size_t count,
                          const struct paint *paint)
{
  bool texture = count > SHAPE_PIECE + 1 && shape_stroke_width(paint) <= 1;
  struct shape_piece piece = {.points = NULL};

  cairo_set_antialias(canvas->cr, texture ? CAIRO_ANTIALIAS_FAST : CAIRO_ANTIALIAS_DEFAULT);
  while (shape_next_piece(&piece, points, count)) {
    set_pen(canvas, paint, piece.offset);
    trace(canvas->cr, piece.points, piece.count);
    cairo_stroke(canvas->cr);
  }
  cairo_set_antialias(canvas->cr, CAIRO_ANTIALIAS_DEFAULT);
}

/* Confines what follows to the polyline, so that blending it to the side does
 * not work on the whole canvas. */
static void clip_to_points(struct canvas_cairo *canvas, const struct point *points, size_t count,
                           double margin)
{
  struct rect bounds = shape_bounds(points, count);

  if (trace_rect(canvas, (struct rect){floor(bounds.x - margin), floor(bounds.y - margin),
                                       ceil(bounds.width + 2 * margin) + 1,
                                       ceil(bounds.height + 2 * margin) + 1}))
    cairo_clip(canvas->cr);
}

static void draw_polyline(struct canvas *base, const struct point *points, size_t count,
                          const struct paint *paint)
{
  struct canvas_cairo *canvas = cairo_of(base);
  double opacity = shape_opacity(paint->stroke_opacity);
  cairo_t *cr = canvas->cr;

  if (count < 2 || !may_draw(canvas) || !are_sane(canvas, points, count)) return;
  if (paint->fill != COLOR_NONE) {
    trace(cr, points, count);
    set_color(canvas, paint->fill, fill_opacity_of(canvas, paint));
    cairo_fill(cr);
  }
  if (paint->stroke == COLOR_NONE) return;
  if (opacity == 1 || count <= SHAPE_PIECE + 1) {
    set_color(canvas, paint->stroke, opacity);
    stroke_pieces(canvas, points, count, paint);
    return;
  }
  cairo_save(cr);
  clip_to_points(canvas, points, count, shape_stroke_width(paint));
  cairo_push_group_with_content(cr, CAIRO_CONTENT_COLOR_ALPHA);
  set_color(canvas, paint->stroke, 1);
  stroke_pieces(canvas, points, count, paint);
  cairo_pop_group_to_source(cr);
  cairo_paint_with_alpha(cr, opacity);
  cairo_restore(cr);
}

static void draw_polygon(struct canvas *base, const struct point *points, size_t count,
                         const struct paint *paint)
{
  struct canvas_cairo *canvas = cairo_of(base);

  if (count < 3 || !may_draw(canvas) || !are_sane(canvas, points, count)) return;
  trace(canvas->cr, points, count);
  cairo_close_path(canvas->cr);
  paint_path(canvas, paint, CAIRO_LINE_JOIN_ROUND);
}

static void draw_rectangle(struct canvas *base, struct rect rect, const struct paint *paint)
{
  if (trace_rect(cairo_of(base), rect)) paint_path(cairo_of(base), paint, CAIRO_LINE_JOIN_MITER);
}

static void draw_circle(struct canvas *base, struct point center, double radius,
                        const struct paint *paint)
{
  struct canvas_cairo *canvas = cairo_of(base);

  if (!(radius > 0) || !may_draw(canvas) || !are_sane(canvas, &center, 1)) return;
  cairo_new_path(canvas->cr);
  cairo_arc(canvas->cr, center.x, center.y, radius, 0, 2 * 3.14159265358979323846);
  cairo_close_path(canvas->cr);
  paint_path(canvas, paint, CAIRO_LINE_JOIN_ROUND);
}

/* ---- text ------------------------------------------------------------------ */

/* Glyphs on their way to cairo. */
struct run {
  struct canvas_cairo *canvas;
  int face;
  double size;
  bool halo; /* outlines instead of ink */
  cairo_glyph_t glyphs[GLYPHS_AT_ONCE];
  int count;
};

static void flush(struct run *run)
{
  cairo_t *cr = run->canvas->cr;

  if (run->count == 0) return;
  cairo_new_path(cr);
  cairo_set_font_face(cr, run->canvas->fonts[run->face]);
  cairo_set_font_size(cr, run->size);
  if (run->halo) {
    cairo_glyph_path(cr, run->glyphs, run->count);
    cairo_stroke(cr);
  } else {
    cairo_show_glyphs(cr, run->glyphs, run->count);
  }
  cairo_new_path(cr);
  run->count = 0;
}

static void put_character(struct run *run, const struct placed_character *character)
{
  FT_UInt glyph = FT_Get_Char_Index(run->canvas->faces[run->face], character->codepoint);

  if (run->count == GLYPHS_AT_ONCE) flush(run);
  run->glyphs[run->count++] = (cairo_glyph_t){glyph, character->at.x, character->at.y};
}

static void put_box(struct run *run, const struct placed_character *character)
{
  struct run inside = {.canvas = run->canvas, .face = REGULAR};
  struct placed_character digits[PLACED_BOX_DIGITS];
  cairo_t *cr = run->canvas->cr;
  struct rect frame;
  size_t count = placed_box(character, &frame, digits);

  cairo_new_path(cr);
  cairo_rectangle(cr, frame.x, frame.y, frame.width, frame.height);
  if (!run->halo) cairo_set_line_width(cr, 0.06 * character->size);
  cairo_stroke(cr);
  if (run->halo) return;
  inside.size = digits[0].size;
  for (size_t i = 0; i < count; i++) put_character(&inside, &digits[i]);
  flush(&inside);
  run->canvas->missing++;
}

static void put_line(struct run *run, struct placed_text text)
{
  struct placed_character character;

  while (placed_next(&text, &character))
    if (character.missing)
      put_box(run, &character);
    else
      put_character(run, &character);
  flush(run);
}

static void draw_text(struct canvas *base, struct point at, const char *utf8,
                      const struct text_style *style)
{
  struct canvas_cairo *canvas = cairo_of(base);
  struct run run = {.canvas = canvas, .size = style->size};
  struct placed_text text;

  if (utf8 == NULL || utf8[0] == '\0' || style->color == COLOR_NONE || !may_draw(canvas)) return;
  if (!are_sane(canvas, &at, 1)) return;
  if (!(style->size > 0 && style->size <= 1000)) {
    fail(canvas, "a text has no sensible size");
    return;
  }
  text = placed_begin(at, utf8, style);
  run.face = style->weight == WEIGHT_SEMIBOLD ? SEMIBOLD : REGULAR;
  set_pen(canvas, &(struct paint){.stroke_width = 3}, 0);
  if (style->halo) {
    run.halo = true;
    set_color(canvas, COLOR_BG, 1);
    put_line(&run, text);
  }
  run.halo = false;
  set_color(canvas, style->color, 1);
  put_line(&run, text);
}

/* Cut at whole device pixels: a clip between two pixels needs a mask and is slow. */
static void begin_clip(struct canvas *base, struct rect rect)
{
  struct canvas_cairo *canvas = cairo_of(base);
  double scale = canvas->scale;
  double left = round(rect.x * scale) / scale;
  double top = round(rect.y * scale) / scale;
  double right = round((rect.x + rect.width) * scale) / scale;
  double bottom = round((rect.y + rect.height) * scale) / scale;

  if (canvas->clipping) fail(canvas, "clips are nested");
  if (!may_draw(canvas)) return;
  cairo_save(canvas->cr);
  canvas->clipping = true;
  if (trace_rect(canvas, (struct rect){left, top, right - left, bottom - top}))
    cairo_clip(canvas->cr);
}

static void end_clip(struct canvas *base)
{
  struct canvas_cairo *canvas = cairo_of(base);

  if (!canvas->clipping) fail(canvas, "a clip ends that did not begin");
  if (!may_draw(canvas)) return;
  canvas->clipping = false;
  cairo_restore(canvas->cr);
}

/* Pixels have no names. */
static void begin_group(struct canvas *base, const char *kind, const char *label)
{
  (void)base, (void)kind, (void)label;
}

static void end_group(struct canvas *base) { (void)base; }

static const struct canvas_ops cairo_ops = {
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

/* What is common to all surfaces: the drawing context, the fonts, the ground. */
static void start_drawing(struct canvas_cairo *canvas)
{
  canvas->cr = cairo_create(canvas->surface);
  check_cairo(canvas);
  if (!load_face(canvas, REGULAR, &font_regular) || !load_face(canvas, SEMIBOLD, &font_semibold))
    fail(canvas, "the typeface could not be loaded");
  set_font_options(canvas->cr);
  set_color(canvas, COLOR_BG, 1);
  cairo_paint(canvas->cr);
}

struct canvas *canvas_png_new(const struct canvas_png_options *options)
{
  struct canvas_cairo *canvas = calloc(1, sizeof *canvas);
  double width, height;

  if (canvas == NULL) return NULL;
  canvas->canvas = (struct canvas){&cairo_ops, options->width, options->height};
  canvas->theme = options->theme;
  canvas->scale = options->scale > 0 ? options->scale : 2;
  width = ceil(options->width * canvas->scale);
  height = ceil(options->height * canvas->scale);
  if (!(width >= 1 && height >= 1 && width <= CANVAS_PNG_MAX_SIDE &&
        height <= CANVAS_PNG_MAX_SIDE && width * height <= CANVAS_PNG_MAX_PIXELS)) {
    fail(canvas, "the picture would have no pixels or too many");
    return &canvas->canvas;
  }
  canvas->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
  cairo_surface_set_device_scale(canvas->surface, canvas->scale, canvas->scale);
  start_drawing(canvas);
  return &canvas->canvas;
}

const char *canvas_png_end(struct canvas *base, struct picture *pixels)
{
  struct canvas_cairo *canvas = cairo_of(base);

  *pixels = (struct picture){.pixels = NULL};
  if (!canvas->ended && canvas->clipping) fail(canvas, "a clip was not closed");
  canvas->ended = true;
  check_cairo(canvas);
  if (canvas->problem != NULL) return canvas->problem;
  cairo_surface_flush(canvas->surface);
  *pixels = (struct picture){
      .width = (uint32_t)cairo_image_surface_get_width(canvas->surface),
      .height = (uint32_t)cairo_image_surface_get_height(canvas->surface),
      .stride = (size_t)cairo_image_surface_get_stride(canvas->surface) / sizeof(uint32_t),
      /* Through void: cairo aligns its rows for 32-bit pixels. */
      .pixels = (void *)cairo_image_surface_get_data(canvas->surface),
  };
  return NULL;
}

const char *canvas_png_encode(struct canvas *base, const char *description, uint8_t **png,
                              size_t *size)
{
  struct picture_options options = {
      .dots_per_inch = 72 * cairo_of(base)->scale,
      .description = description,
  };
  struct picture pixels;
  const char *problem = canvas_png_end(base, &pixels);

  *png = NULL;
  *size = 0;
  return problem != NULL ? problem : picture_encode(&pixels, &options, png, size);
}

size_t canvas_png_missing_glyphs(const struct canvas *base)
{
  return ((const struct canvas_cairo *)base)->missing;
}

void canvas_png_free(struct canvas *base)
{
  struct canvas_cairo *canvas = cairo_of(base);

  if (canvas == NULL) return;
  if (canvas->cr != NULL) cairo_destroy(canvas->cr);
  if (canvas->surface != NULL) cairo_surface_destroy(canvas->surface);
  for (int i = 0; i < FACES; i++)
    if (canvas->fonts[i] != NULL) cairo_font_face_destroy(canvas->fonts[i]);
  free(canvas);
}
