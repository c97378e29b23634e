#include "canvas_record.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/palette.h"
#include "chart/shape.h"
#include "chart/text.h"

#define LOG_MAX ((size_t)16 * 1024 * 1024)

/* Polylines up to this are written out; of longer ones only the ends. */
#define WRITTEN_POINTS 8
#define WRITTEN_ENDS 3

#define SMALLEST_TEXT 10.5

static struct canvas_record *record_of(struct canvas *canvas)
{
  return (struct canvas_record *)canvas;
}

/* Makes room for one more element; the new memory, or NULL and `failed`. */
static void *grow(struct canvas_record *record, void *array, size_t *capacity, size_t needed,
                  size_t size)
{
  size_t more = *capacity > 0 ? *capacity : 64;
  void *moved;

  if (needed <= *capacity) return array;
  while (more < needed) more *= 2;
  moved = realloc(array, more * size);
  if (moved == NULL)
    record->failed = true;
  else
    *capacity = more;
  return moved;
}

static void put_bytes(struct canvas_record *record, const char *bytes, size_t count)
{
  char *log;

  if (record->failed) return;
  if (count >= LOG_MAX - record->log_length) {
    record->failed = true;
    return;
  }
  log = grow(record, record->log, &record->log_capacity, record->log_length + count + 1, 1);
  if (log == NULL) return;
  record->log = log;
  memcpy(log + record->log_length, bytes, count);
  record->log_length += count;
  log[record->log_length] = '\0';
}

static void put(struct canvas_record *record, const char *words)
{
  put_bytes(record, words, strlen(words));
}

__attribute__((format(printf, 2, 3))) static void put_format(struct canvas_record *record,
                                                             const char *format, ...)
{
  char line[256];
  va_list arguments;
  int count;

  va_start(arguments, format);
  count = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (count < 0 || (size_t)count >= sizeof line)
    record->failed = true;
  else
    put_bytes(record, line, (size_t)count);
}

/* Two decimals, and never "-0.00". */
static double rounded(double value)
{
  double hundredths = round(value * 100);

  return hundredths == 0 ? 0 : hundredths / 100;
}

static void put_point(struct canvas_record *record, struct point point)
{
  put_format(record, " %.2f,%.2f", rounded(point.x), rounded(point.y));
}

static void put_rect(struct canvas_record *record, struct rect rect)
{
  put_format(record, " %.2f,%.2f %.2fx%.2f", rounded(rect.x), rounded(rect.y), rounded(rect.width),
             rounded(rect.height));
}

/* Two spaces for each open group, so that the text shows the structure. */
static void begin_line(struct canvas_record *record, const char *what)
{
  for (size_t i = 0; i < record->depth + (record->clipping ? 1 : 0); i++) put(record, "  ");
  put(record, what);
}

static void put_quoted(struct canvas_record *record, const char *utf8)
{
  put(record, " \"");
  for (; *utf8 != '\0'; utf8++)
    if ((unsigned char)*utf8 < 0x20 || *utf8 == '"' || *utf8 == '\\')
      put_format(record, "\\x%02X", (unsigned)(unsigned char)*utf8);
    else
      put_bytes(record, utf8, 1);
  put(record, "\"");
}

static void fault(struct canvas_record *record, const char *what)
{
  record->faults++;
  put(record, "fault: ");
  put(record, what);
  put(record, "\n");
}

static size_t group_of(const struct canvas_record *record)
{
  return record->depth > 0 ? record->open[record->depth - 1] : CANVAS_RECORD_NO_GROUP;
}

static const char *kind_of(const struct canvas_record *record)
{
  return record->depth > 0 ? record->groups[group_of(record)].kind : "";
}

static void put_paint(struct canvas_record *record, const struct paint *paint)
{
  static const char *const dashes[] = {"", " 6-3", " 2-3", " 8-3-2-3", " 4-4"};

  if (paint->fill != COLOR_NONE) {
    put_format(record, " fill=%s", palette_name(paint->fill));
    if (shape_opacity(paint->fill_opacity) < 1) put_format(record, "@%.2f", paint->fill_opacity);
  }
  if (paint->stroke != COLOR_NONE) {
    put_format(record, " stroke=%s", palette_name(paint->stroke));
    if (shape_opacity(paint->stroke_opacity) < 1)
      put_format(record, "@%.2f", paint->stroke_opacity);
    put_format(record, " %gpx", rounded(shape_stroke_width(paint)));
    if (paint->dash >= DASH_SOLID && paint->dash <= DASH_REFERENCE)
      put(record, dashes[paint->dash]);
    else
      fault(record, "no such dash");
  }
}

/* `points` NULL: the bounds say all. */
static void keep_shape(struct canvas_record *record, enum record_op op, struct rect bounds,
                       const struct point *points, size_t point_count, const struct paint *paint)
{
  struct record_shape *shapes = grow(record, record->shapes, &record->shape_capacity,
                                     record->shape_count + 1, sizeof *shapes);
  struct record_shape *shape;

  if (shapes == NULL) return;
  record->shapes = shapes;
  shape = &shapes[record->shape_count++];
  *shape = (struct record_shape){.order = record->order++,
                                 .group = group_of(record),
                                 .op = op,
                                 .bounds = bounds,
                                 .point_count = point_count,
                                 .paint = *paint,
                                 .clipped = record->clipping,
                                 .clip = record->clip};
  memcpy(shape->kind, kind_of(record), strlen(kind_of(record)) + 1);
  if (points == NULL) return;
  shape->points = malloc(point_count * sizeof *points);
  if (shape->points != NULL)
    memcpy(shape->points, points, point_count * sizeof *points);
  else
    record->failed = true;
}

/* ---- the operations -------------------------------------------------------- */

/* FNV-1a over the coordinates in hundredths: the middle of a long polyline. */
static uint32_t checksum(const struct point *points, size_t count)
{
  uint32_t sum = 2166136261u;

  for (size_t i = 0; i < 2 * count; i++) {
    double value = i % 2 == 0 ? points[i / 2].x : points[i / 2].y;
    uint64_t hundredths = (uint64_t)llround(value * 100);

    for (int byte = 0; byte < 8; byte++)
      sum = (sum ^ (uint32_t)(hundredths >> 8 * byte & 0xFF)) * 16777619u;
  }
  return sum;
}

static void record_points(struct canvas_record *record, enum record_op op, const char *name,
                          const struct point *points, size_t count, const struct paint *paint)
{
  if (count < (op == RECORD_POLYLINE ? 2u : 3u) || !shape_is_sane(points, count)) {
    fault(record, count < 3 ? "too few points" : "a point is not finite or far away");
    return;
  }
  begin_line(record, name);
  put_paint(record, paint);
  if (count <= WRITTEN_POINTS) {
    for (size_t i = 0; i < count; i++) put_point(record, points[i]);
  } else {
    for (size_t i = 0; i < WRITTEN_ENDS; i++) put_point(record, points[i]);
    put_format(record, " .. %zu points %08x ..", count, (unsigned)checksum(points, count));
    for (size_t i = count - WRITTEN_ENDS; i < count; i++) put_point(record, points[i]);
  }
  put(record, "\n");
  keep_shape(record, op, shape_bounds(points, count), points, count, paint);
}

static void record_polyline(struct canvas *canvas, const struct point *points, size_t count,
                            const struct paint *paint)
{
  record_points(record_of(canvas), RECORD_POLYLINE, "polyline", points, count, paint);
}

static void record_polygon(struct canvas *canvas, const struct point *points, size_t count,
                           const struct paint *paint)
{
  record_points(record_of(canvas), RECORD_POLYGON, "polygon", points, count, paint);
}

static void record_rectangle(struct canvas *canvas, struct rect rect, const struct paint *paint)
{
  struct canvas_record *record = record_of(canvas);
  struct point corners[2] = {{rect.x, rect.y}, {rect.x + rect.width, rect.y + rect.height}};

  if (!shape_is_sane(corners, 2) || rect.width < 0 || rect.height < 0) {
    fault(record, "a rectangle is not finite, far away or inside out");
    return;
  }
  begin_line(record, "rectangle");
  put_paint(record, paint);
  put_rect(record, rect);
  put(record, "\n");
  keep_shape(record, RECORD_RECTANGLE, rect, NULL, 4, paint);
}

static void record_circle(struct canvas *canvas, struct point center, double radius,
                          const struct paint *paint)
{
  struct canvas_record *record = record_of(canvas);
  struct rect bounds = {center.x - radius, center.y - radius, 2 * radius, 2 * radius};

  if (!shape_is_sane(&center, 1) || !(radius > 0 && radius < SHAPE_COORDINATE_MAX)) {
    fault(record, "a circle is not finite, far away or has no radius");
    return;
  }
  begin_line(record, "circle");
  put_paint(record, paint);
  put_point(record, center);
  put_format(record, " r=%g\n", rounded(radius));
  keep_shape(record, RECORD_CIRCLE, bounds, NULL, 1, paint);
}

static void keep_text(struct canvas_record *record, struct point at, const char *utf8,
                      const struct text_style *style)
{
  double width = text_width(utf8, style->size, style->weight);
  double before = style->align == ALIGN_RIGHT    ? width
                  : style->align == ALIGN_CENTER ? width / 2
                                                 : 0;
  struct record_text *texts =
      grow(record, record->texts, &record->text_capacity, record->text_count + 1, sizeof *texts);
  struct record_text *text;

  if (texts == NULL) return;
  record->texts = texts;
  text = &texts[record->text_count];
  *text = (struct record_text){.order = record->order++,
                               .group = group_of(record),
                               .at = at,
                               .style = *style,
                               .clipped = record->clipping};
  text->box = (struct rect){at.x - before, at.y - text_ascent(style->size), width,
                            text_ascent(style->size) + text_descent(style->size)};
  text->utf8 = strdup(utf8);
  memcpy(text->kind, kind_of(record), strlen(kind_of(record)) + 1);
  if (text->utf8 == NULL)
    record->failed = true;
  else
    record->text_count++;
}

static void record_text(struct canvas *canvas, struct point at, const char *utf8,
                        const struct text_style *style)
{
  struct canvas_record *record = record_of(canvas);
  static const char *const aligns[] = {"left", "center", "right"};

  if (utf8 == NULL || !shape_is_sane(&at, 1) || (unsigned)style->align > ALIGN_RIGHT) {
    fault(record, "a text without words, place or alignment");
    return;
  }
  if (!(style->size >= SMALLEST_TEXT)) fault(record, "a text is too small to read");
  if (style->color == COLOR_NONE) fault(record, "a text has no colour");
  begin_line(record, "text");
  put_format(record, " %s %g/%d %s", palette_name(style->color), rounded(style->size),
             (int)style->weight, aligns[style->align]);
  if (style->halo) put(record, " halo");
  put_point(record, at);
  put_quoted(record, utf8);
  put(record, "\n");
  keep_text(record, at, utf8, style);
}

static void record_clip_begin(struct canvas *canvas, struct rect rect)
{
  struct canvas_record *record = record_of(canvas);

  if (record->clipping) fault(record, "clips are nested");
  begin_line(record, "clip");
  put_rect(record, rect);
  put(record, "\n");
  record->clipping = true;
  record->clip = rect;
}

static void record_clip_end(struct canvas *canvas)
{
  struct canvas_record *record = record_of(canvas);

  if (!record->clipping) fault(record, "a clip ends that did not begin");
  record->clipping = false;
  begin_line(record, "end clip\n");
}

static void record_group_begin(struct canvas *canvas, const char *kind, const char *label)
{
  struct canvas_record *record = record_of(canvas);
  size_t most = sizeof record->open / sizeof record->open[0];
  struct record_group *groups;

  begin_line(record, "group");
  if (kind != NULL) {
    put(record, " ");
    put(record, kind);
  }
  if (label != NULL) put_quoted(record, label);
  put(record, "\n");
  if (record->depth == most) {
    fault(record, "groups are nested too deep");
    return;
  }
  groups = grow(record, record->groups, &record->group_capacity, record->group_count + 1,
                sizeof *groups);
  if (groups == NULL) return;
  record->groups = groups;
  groups += record->group_count;
  (void)snprintf(groups->kind, sizeof groups->kind, "%s", kind != NULL ? kind : "");
  groups->label = label != NULL ? strdup(label) : NULL;
  record->open[record->depth++] = record->group_count++;
}

static void record_group_end(struct canvas *canvas)
{
  struct canvas_record *record = record_of(canvas);

  if (record->depth == 0)
    fault(record, "a group ends that did not begin");
  else
    record->depth--;
  begin_line(record, "end\n");
}

/* ---- the recording --------------------------------------------------------- */

static const struct canvas_ops record_ops = {
    .polyline = record_polyline,
    .polygon = record_polygon,
    .rectangle = record_rectangle,
    .circle = record_circle,
    .text = record_text,
    .clip_begin = record_clip_begin,
    .clip_end = record_clip_end,
    .group_begin = record_group_begin,
    .group_end = record_group_end,
};

void canvas_record_init(struct canvas_record *record, double width, double height)
{
  memset(record, 0, sizeof *record);
  record->canvas = (struct canvas){&record_ops, width, height};
  put_format(record, "canvas %gx%g\n", rounded(width), rounded(height));
}

void canvas_record_release(struct canvas_record *record)
{
  for (size_t i = 0; i < record->text_count; i++) free(record->texts[i].utf8);
  for (size_t i = 0; i < record->shape_count; i++) free(record->shapes[i].points);
  for (size_t i = 0; i < record->group_count; i++) free(record->groups[i].label);
  free(record->texts);
  free(record->groups);
  free(record->shapes);
  free(record->log);
  memset(record, 0, sizeof *record);
}

void canvas_record_finish(struct canvas_record *record)
{
  if (record->clipping) fault(record, "a clip is still open");
  if (record->depth > 0) fault(record, "a group is still open");
}

const struct record_text *canvas_record_find(const struct canvas_record *record, const char *utf8)
{
  for (size_t i = 0; i < record->text_count; i++)
    if (strcmp(record->texts[i].utf8, utf8) == 0) return &record->texts[i];
  return NULL;
}

/* The box with its width times `factor`; text grows away from its anchor. */
static struct rect widened(const struct record_text *text, double factor)
{
  struct rect box = text->box;

  box.width *= factor;
  if (text->style.align == ALIGN_RIGHT) box.x = text->at.x - box.width;
  if (text->style.align == ALIGN_CENTER) box.x = text->at.x - box.width / 2;
  return box;
}

const struct record_text *canvas_record_outside(const struct canvas_record *record, double factor)
{
  for (size_t i = 0; i < record->text_count; i++) {
    struct rect box = widened(&record->texts[i], factor);

    if (box.x < 0 || box.y < 0 || box.x + box.width > record->canvas.width ||
        box.y + box.height > record->canvas.height)
      return &record->texts[i];
  }
  return NULL;
}

/* How far two spans overlap; negative when they are apart. */
static double overlap(double a, double a_size, double b, double b_size)
{
  return fmin(a + a_size, b + b_size) - fmax(a, b);
}

bool canvas_record_overlap(const struct canvas_record *record, double slack,
                           const struct record_text **first, const struct record_text **second)
{
  for (size_t i = 0; i < record->text_count; i++)
    for (size_t j = i + 1; j < record->text_count; j++) {
      struct rect a = record->texts[i].box;
      struct rect b = record->texts[j].box;

      if (overlap(a.x, a.width, b.x, b.width) <= slack) continue;
      if (overlap(a.y, a.height, b.y, b.height) <= slack) continue;
      *first = &record->texts[i];
      *second = &record->texts[j];
      return true;
    }
  return false;
}
