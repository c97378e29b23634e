/* What colours are seen against: text and marks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/shape.h"
#include "chart_properties.h"
#include "color_vision.h"

/* A band is drawn with at most this opacity; its square in a legend too. */
#define BAND_OPACITY_MAX 0.30

static const char *const theme_names[] = {"light", "dark"};

static uint8_t mix(uint8_t over, uint8_t under, double opacity)
{
  return (uint8_t)lround(opacity * over + (1 - opacity) * under);
}

static struct rgb blend(struct rgb over, struct rgb under, double opacity)
{
  return (struct rgb){mix(over.r, under.r, opacity), mix(over.g, under.g, opacity),
                      mix(over.b, under.b, opacity)};
}

/* Bands are a little stronger on a dark page. */
static double opacity_in(double opacity, enum theme theme)
{
  if (theme == THEME_DARK && opacity == PALETTE_BAND_OPACITY) return PALETTE_BAND_OPACITY_DARK;
  return shape_opacity(opacity);
}

static bool within(struct rect box, struct point at)
{
  return at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height;
}

/* Even-odd rule. */
static bool in_polygon(const struct record_shape *shape, struct point at)
{
  bool inside = false;

  for (size_t i = 0, k = shape->point_count - 1; i < shape->point_count; k = i++) {
    struct point a = shape->points[i], b = shape->points[k];

    if ((a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x)
      inside = !inside;
  }
  return inside;
}

static bool covers(const struct record_shape *shape, struct point at)
{
  double radius = shape->bounds.width / 2;

  if (shape->paint.fill == COLOR_NONE || !within(shape->bounds, at)) return false;
  if (shape->clipped && !within(shape->clip, at)) return false;
  if (shape->op == RECORD_POLYGON) return in_polygon(shape, at);
  if (shape->op == RECORD_CIRCLE)
    return hypot(at.x - shape->bounds.x - radius, at.y - shape->bounds.y - radius) <= radius;
  return shape->op == RECORD_RECTANGLE;
}

/* The colour at a point before whatever has the order `before` is drawn. */
static struct rgb beneath(const struct canvas_record *record, struct point at, size_t before,
                          enum theme theme)
{
  struct rgb color = palette_rgb(COLOR_BG, theme);

  for (size_t i = 0; i < record->shape_count && record->shapes[i].order < before; i++) {
    const struct record_shape *shape = &record->shapes[i];

    if (covers(shape, at))
      color = blend(palette_rgb(shape->paint.fill, theme), color,
                    opacity_in(shape->paint.fill_opacity, theme));
  }
  return color;
}

/* Text with a halo stands on the page's colour wherever it is. */
static double text_contrast(const struct canvas_record *record, const struct record_text *text,
                            enum theme theme)
{
  struct rgb ink = palette_rgb(text->style.color, theme);
  double worst = palette_contrast(ink, palette_rgb(COLOR_BG, theme));

  for (int i = 0; i < 9 && !text->style.halo; i++) {
    struct point at = {text->box.x + text->box.width * (i % 3) / 2,
                       text->at.y - text->style.size * 0.35 * (i / 3)};
    double contrast = palette_contrast(ink, beneath(record, at, text->order, theme));

    worst = i == 0 ? contrast : fmin(worst, contrast);
  }
  return worst;
}

static bool is_ramp(enum color color) { return color >= COLOR_SEQ0 && color <= COLOR_DIV_TEXT8; }

/* Whether some line of the chart is drawn in full `color`: bars that shine
 * through have outlines or hatching of their own. */
static bool has_line(const struct canvas_record *record, enum color color)
{
  for (size_t i = 0; i < record->shape_count; i++)
    if (record->shapes[i].paint.stroke == color &&
        shape_opacity(record->shapes[i].paint.stroke_opacity) >= 1 &&
        strcmp(record->shapes[i].kind, "legend") != 0)
      return true;
  return false;
}

/* A band may be too flat to be drawn, and its group empty. */
static bool has_band(const struct canvas_record *record)
{
  for (size_t i = 0; i < record->group_count; i++)
    if (strcmp(record->groups[i].kind, "band") == 0) return true;
  return false;
}

static bool is_faint_by_design(const struct canvas_record *record, const struct record_shape *shape)
{
  static const char *const kinds[] = {"grid", "band", "context", "raw"};
  const struct paint *paint = &shape->paint;

  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(shape->kind, kinds[i]) == 0) return true;
  if (is_ramp(paint->fill)) return true;
  if (paint->stroke == COLOR_NONE && strcmp(shape->kind, "bars") == 0)
    return shape_opacity(paint->fill_opacity) < 1 && has_line(record, paint->fill);
  if (strcmp(shape->kind, "legend") != 0) return false;
  /* The rows of a legend that stand for bands and for context lines. */
  if (paint->fill != COLOR_NONE)
    return shape_opacity(paint->fill_opacity) <= BAND_OPACITY_MAX && has_band(record);
  return paint->stroke == COLOR_CTX && paint->stroke_width <= 1;
}

static double mark_contrast(const struct paint *paint, enum theme theme)
{
  struct rgb page = palette_rgb(COLOR_BG, theme);
  double best = 0;

  if (paint->fill != COLOR_NONE)
    best = palette_contrast(
        blend(palette_rgb(paint->fill, theme), page, opacity_in(paint->fill_opacity, theme)), page);
  if (paint->stroke != COLOR_NONE)
    best = fmax(best, palette_contrast(blend(palette_rgb(paint->stroke, theme), page,
                                             opacity_in(paint->stroke_opacity, theme)),
                                       page));
  return best;
}

bool chart_contrast_holds(const struct canvas_record *record, char problem[PROPERTY_PROBLEM_MAX])
{
  for (enum theme theme = THEME_LIGHT; theme <= THEME_DARK; theme++) {
    for (size_t i = 0; i < record->text_count; i++) {
      double contrast = text_contrast(record, &record->texts[i], theme);

      if (contrast >= PROPERTY_TEXT_CONTRAST) continue;
      (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "\"%.100s\" (%s) has a contrast of %.2f, %s",
                     record->texts[i].utf8, record->texts[i].kind, contrast, theme_names[theme]);
      return false;
    }
    for (size_t i = 0; i < record->shape_count; i++) {
      const struct record_shape *shape = &record->shapes[i];
      double contrast = mark_contrast(&shape->paint, theme);

      if (contrast >= PROPERTY_MARK_CONTRAST || is_faint_by_design(record, shape)) continue;
      (void)snprintf(problem, PROPERTY_PROBLEM_MAX,
                     "a mark of %s (fill %s, stroke %s) has a contrast of %.2f, %s", shape->kind,
                     palette_name(shape->paint.fill), palette_name(shape->paint.stroke), contrast,
                     theme_names[theme]);
      return false;
    }
  }
  return true;
}

/* ---- series ------------------------------------------------------------------ */

#define SERIES_MAX 256

/* How one series looks. */
struct look {
  enum color color;
  enum dash dash;
  bool is_filled;
  double width; /* of the line: one twice as thick is another */
  size_t group; /* for series: shapes of one group are one series */
};

static bool look_of(const struct record_shape *shape, struct look *look)
{
  const struct paint *paint = &shape->paint;

  /* Grey context lines are thin and have no name.  A circle is a point of a line
   * alone between gaps, too short for a dash. */
  if (paint->stroke == COLOR_CTX && paint->stroke_width <= 1) return false;
  if (shape->op == RECORD_POLYLINE)
    *look = (struct look){.color = paint->stroke,
                          .dash = paint->dash,
                          .width = shape_stroke_width(paint),
                          .group = shape->group};
  else if (shape->op != RECORD_CIRCLE && paint->fill != COLOR_NONE && paint->fill != COLOR_BG)
    *look = (struct look){.color = paint->fill, .is_filled = true, .group = shape->group};
  else
    return false;
  return look->color != COLOR_NONE;
}

static bool are_apart(struct look a, struct look b, char problem[PROPERTY_PROBLEM_MAX])
{
  static const double least[] = {PROPERTY_APART_LIGHT, PROPERTY_APART_DARK};

  if (a.dash != b.dash || a.is_filled != b.is_filled) return true;
  /* Training is thin beside its validation where a dash would be lost in its noise. */
  if (fmax(a.width, b.width) >= 2 * fmin(a.width, b.width) && a.width != b.width) return true;
  for (enum theme theme = THEME_LIGHT; theme <= THEME_DARK; theme++)
    for (enum vision vision = 0; vision < VISION_COUNT; vision++) {
      double distance =
          vision_distance(palette_rgb(a.color, theme), palette_rgb(b.color, theme), vision);

      if (distance >= least[theme]) continue;
      (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "%s and %s are %.1f apart (%s, %s)",
                     palette_name(a.color), palette_name(b.color), distance, vision_name(vision),
                     theme_names[theme]);
      return false;
    }
  return true;
}

/* Shapes of `kind`, one look for each group; in a legend each swatch is one. */
static bool kind_is_apart(const struct canvas_record *record, const char *kind,
                          char problem[PROPERTY_PROBLEM_MAX])
{
  bool is_legend = strcmp(kind, "legend") == 0;
  struct look looks[SERIES_MAX], look;
  size_t count = 0;

  for (size_t i = 0; i < record->shape_count && count < SERIES_MAX; i++) {
    const struct record_shape *shape = &record->shapes[i];
    bool is_known = false;

    if (strcmp(shape->kind, kind) != 0 || !look_of(shape, &look)) continue;
    if (is_legend && shape->op != RECORD_POLYLINE && shape->op != RECORD_RECTANGLE) continue;
    for (size_t k = 0; k < count && !is_legend; k++)
      is_known = is_known || looks[k].group == look.group;
    if (is_known) continue;
    for (size_t k = 0; k < count; k++)
      if (!are_apart(looks[k], look, problem)) return false;
    looks[count++] = look;
  }
  return true;
}

bool chart_series_are_apart(const struct canvas_record *record, char problem[PROPERTY_PROBLEM_MAX])
{
  return kind_is_apart(record, "series", problem) && kind_is_apart(record, "bars", problem) &&
         kind_is_apart(record, "legend", problem);
}
