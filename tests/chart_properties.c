/* Where things are: overlaps, the canvas, the plot's shape. */
#include "chart_properties.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/canvas_svg.h"

/* Boxes that share less than this share a border. */
#define SLACK 0.01

/* How much wider than ours other typefaces are, on "1.2" (DejaVu Sans). */
#define SHORT_TEXT_GROWS 1.22

/* A label stands at most this far from its reference line. */
#define LABEL_REACH 20.0

static bool overlap(struct rect a, struct rect b, double slack)
{
  return fmin(a.x + a.width, b.x + b.width) - fmax(a.x, b.x) > slack &&
         fmin(a.y + a.height, b.y + b.height) - fmax(a.y, b.y) > slack;
}

static struct rect common(struct rect a, struct rect b)
{
  double x = fmax(a.x, b.x), y = fmax(a.y, b.y);

  return (struct rect){x, y, fmax(fmin(a.x + a.width, b.x + b.width) - x, 0),
                       fmax(fmin(a.y + a.height, b.y + b.height) - y, 0)};
}

/* The bounds with the stroke, as cut by the clip. */
static struct rect drawn_bounds(const struct record_shape *shape)
{
  return shape->clipped ? common(shape->bounds, shape->clip) : shape->bounds;
}

static bool is_ring(const struct record_shape *shape)
{
  return shape->op == RECORD_CIRCLE && shape->paint.fill == COLOR_BG &&
         shape->paint.stroke != COLOR_NONE;
}

/* The part of a line of text that letters fill: no accents, no descenders. */
static struct rect letters_of(const struct record_text *text)
{
  return (struct rect){text->box.x + 0.5, text->at.y - 0.7 * text->style.size, text->box.width - 1,
                       0.7 * text->style.size};
}

/* Whether the segment passes through the box (Liang and Barsky). */
static bool segment_meets(struct point from, struct point to, struct rect box)
{
  const double move[4] = {from.x - to.x, to.x - from.x, from.y - to.y, to.y - from.y};
  const double room[4] = {from.x - box.x, box.x + box.width - from.x, from.y - box.y,
                          box.y + box.height - from.y};
  double enter = 0, leave = 1;

  for (int i = 0; i < 4; i++) {
    if (move[i] == 0) {
      if (room[i] < 0) return false;
      continue;
    }
    if (move[i] < 0)
      enter = fmax(enter, room[i] / move[i]);
    else
      leave = fmin(leave, room[i] / move[i]);
  }
  return enter < leave;
}

static bool outline_meets(const struct record_shape *shape, struct rect box)
{
  size_t count = shape->point_count;

  if (shape->clipped) box = common(box, shape->clip);
  if (!(box.width > 0 && box.height > 0)) return false;
  if (shape->points == NULL) return overlap(shape->bounds, box, SLACK);
  for (size_t i = 0; i + 1 < count; i++)
    if (segment_meets(shape->points[i], shape->points[i + 1], box)) return true;
  return shape->op == RECORD_POLYGON &&
         segment_meets(shape->points[count - 1], shape->points[0], box);
}

static bool texts_hold(const struct canvas_record *record, char *problem)
{
  const struct record_text *one = canvas_record_outside(record, 1.0), *other;

  if (one != NULL) {
    (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "\"%.100s\" leaves the canvas", one->utf8);
    return false;
  }
  if (!canvas_record_overlap(record, SLACK, &one, &other)) return true;
  (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "\"%.100s\" (%s) lies on \"%.100s\" (%s)",
                 one->utf8, one->kind, other->utf8, other->kind);
  return false;
}

/* As wide as in a browser without our typeface: short text is not held to its
 * width and may grow by a fifth. */
static struct rect browser_box(const struct record_text *text)
{
  struct rect box = text->box;

  if (box.width >= CANVAS_SVG_HELD_WIDTH || strspn(text->utf8, " ") == strlen(text->utf8))
    return box;
  box.width *= SHORT_TEXT_GROWS;
  if (text->style.align == ALIGN_RIGHT) box.x = text->at.x - box.width;
  if (text->style.align == ALIGN_CENTER) box.x = text->at.x - box.width / 2;
  return box;
}

static bool short_texts_may_grow(const struct canvas_record *record, char *problem)
{
  for (size_t i = 0; i < record->text_count; i++) {
    struct rect box = browser_box(&record->texts[i]);
    bool holds = box.x >= -SLACK && box.x + box.width <= record->canvas.width + SLACK;
    const char *other = "the edge";

    for (size_t k = 0; k < i && holds; k++) {
      holds = !overlap(box, browser_box(&record->texts[k]), SLACK);
      other = record->texts[k].utf8;
    }
    if (holds) continue;
    (void)snprintf(problem, PROPERTY_PROBLEM_MAX,
                   "\"%.100s\" (%s) has no room to grow beside \"%.100s\"", record->texts[i].utf8,
                   record->texts[i].kind, other);
    return false;
  }
  return true;
}

static bool shapes_hold(const struct canvas_record *record, char *problem)
{
  for (size_t i = 0; i < record->shape_count; i++) {
    const struct record_shape *shape = &record->shapes[i];
    struct rect box = drawn_bounds(shape);

    if (box.x >= -SLACK && box.y >= -SLACK && box.x + box.width <= record->canvas.width + SLACK &&
        box.y + box.height <= record->canvas.height + SLACK)
      continue;
    (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "a shape of %s leaves the canvas: %g,%g %gx%g",
                   shape->kind, box.x, box.y, box.width, box.height);
    return false;
  }
  return true;
}

/* Why `shape` makes `text` hard to read, or NULL. */
static const char *disturbs(const struct record_shape *shape, const struct record_text *text)
{
  const struct rect letters = letters_of(text);
  bool is_above = shape->order > text->order;

  if (!overlap(drawn_bounds(shape), text->box, SLACK) && shape->op != RECORD_POLYLINE) return NULL;
  if (is_ring(shape)) return overlap(shape->bounds, letters, 1) ? "covers the ring" : NULL;
  if (is_above && shape->paint.fill != COLOR_NONE && overlap(drawn_bounds(shape), letters, SLACK))
    return "lies under a shape";
  /* Beneath a halo a line is interrupted; it may not cross plain words. */
  if (shape->paint.stroke == COLOR_NONE || (text->style.halo && !is_above)) return NULL;
  if (shape->op == RECORD_RECTANGLE || strcmp(shape->kind, "grid") == 0) return NULL;
  return outline_meets(shape, letters) ? "is crossed by a line" : NULL;
}

static bool words_are_clear(const struct canvas_record *record, char *problem)
{
  for (size_t i = 0; i < record->text_count; i++)
    for (size_t k = 0; k < record->shape_count; k++) {
      const char *why = disturbs(&record->shapes[k], &record->texts[i]);

      if (why == NULL) continue;
      (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "\"%.100s\" (%s) %s (%s)",
                     record->texts[i].utf8, record->texts[i].kind, why, record->shapes[k].kind);
      return false;
    }
  return true;
}

/* ---- what is asked for ------------------------------------------------------- */

static bool has_group(const struct canvas_record *record, const char *kind)
{
  for (size_t i = 0; i < record->group_count; i++)
    if (strcmp(record->groups[i].kind, kind) == 0) return true;
  return false;
}

/* The baseline is as long as the plot is wide, a vertical grid line as it is
 * high. */
static bool is_square(const struct canvas_record *record, char *problem)
{
  double width = 0, height = 0;

  for (size_t i = 0; i < record->shape_count; i++) {
    const struct record_shape *shape = &record->shapes[i];

    if (shape->op != RECORD_POLYLINE) continue;
    if (strcmp(shape->kind, "axis") == 0) width = fmax(width, shape->bounds.width);
    if (strcmp(shape->kind, "grid") == 0) height = fmax(height, shape->bounds.height);
  }
  if (has_group(record, "message") || fabs(width - height) <= 1) return true;
  (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "the plot is not square: %g x %g", width, height);
  return false;
}

static bool is_titled(const struct canvas_record *record, char *problem)
{
  bool has_title = false, has_subtitle = false;

  for (size_t i = 0; i < record->text_count; i++) {
    const struct record_text *text = &record->texts[i];

    if (text->at.y == 32 && text->style.size == 15) has_title = true;
    if (text->at.y == 52 && text->style.size == 12) has_subtitle = true;
  }
  if (has_title && has_subtitle) return true;
  (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "the chart has no %s",
                 has_title ? "subtitle" : "title");
  return false;
}

/* Whether `text` is `label`, whole or cut in the middle. */
static bool says(const char *text, const char *label)
{
  const char *mark = strstr(text, "\xE2\x80\xA6");

  if (mark == NULL) return strcmp(text, label) == 0;
  return strncmp(text, label, (size_t)(mark - text)) == 0;
}

static bool is_labelled(const struct canvas_record *record, const struct record_shape *line)
{
  const char *label = record->groups[line->group].label;

  for (size_t i = 0; i < record->text_count; i++) {
    struct rect near = record->texts[i].box;

    near = (struct rect){near.x - LABEL_REACH, near.y - LABEL_REACH, near.width + 2 * LABEL_REACH,
                         near.height + 2 * LABEL_REACH};
    if (says(record->texts[i].utf8, label) && outline_meets(line, near)) return true;
  }
  return false;
}

static bool references_are_labelled(const struct canvas_record *record, char *problem)
{
  for (size_t i = 0; i < record->shape_count; i++) {
    const struct record_shape *line = &record->shapes[i];

    if (strcmp(line->kind, "reference") != 0 || record->groups[line->group].label == NULL) continue;
    if (is_labelled(record, line)) continue;
    (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "the reference line \"%.100s\" has no label",
                   record->groups[line->group].label);
    return false;
  }
  return true;
}

static bool are_on_one_axis(const struct record_text *a, const struct record_text *b)
{
  if (strcmp(a->kind, "axis") != 0 || strcmp(b->kind, "axis") != 0) return false;
  if (a->style.align != b->style.align) return false;
  return a->style.align == ALIGN_RIGHT ? a->at.x == b->at.x : a->at.y == b->at.y;
}

static bool marks_differ(const struct canvas_record *record, char *problem)
{
  for (size_t i = 0; i < record->text_count; i++)
    for (size_t k = i + 1; k < record->text_count; k++) {
      const struct record_text *a = &record->texts[i], *b = &record->texts[k];

      if (!are_on_one_axis(a, b) || strcmp(a->utf8, b->utf8) != 0) continue;
      (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "two marks of an axis are \"%.40s\"", a->utf8);
      return false;
    }
  return true;
}

bool chart_properties_hold(struct canvas_record *record, unsigned asked,
                           char problem[PROPERTY_PROBLEM_MAX])
{
  problem[0] = '\0';
  canvas_record_finish(record);
  if (record->failed || record->faults > 0) {
    const char *fault = record->log != NULL ? strstr(record->log, "fault:") : NULL;

    (void)snprintf(problem, PROPERTY_PROBLEM_MAX, "%zu faults, %.200s", record->faults,
                   fault != NULL ? fault : "the recording failed");
    return false;
  }
  if (!texts_hold(record, problem) || !shapes_hold(record, problem)) return false;
  if (!short_texts_may_grow(record, problem)) return false;
  if (!words_are_clear(record, problem) || !chart_contrast_holds(record, problem)) return false;
  if (!chart_series_are_apart(record, problem)) return false;
  if ((asked & PROPERTY_SQUARE) && !is_square(record, problem)) return false;
  if ((asked & PROPERTY_MARKED) && !marks_differ(record, problem)) return false;
  if ((asked & PROPERTY_TITLED) && !is_titled(record, problem)) return false;
  return !(asked & PROPERTY_LABELLED) || references_are_labelled(record, problem);
}
