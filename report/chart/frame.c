#include "chart/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/text.h"

#define TITLE_SIZE 15.0
#define TITLE_Y 32.0
#define SUBTITLE_Y 52.0
#define SUBTITLE_LINE 16.0
#define SUBTITLE_MAX 1024

static const struct text_style title_style = {
    .size = TITLE_SIZE, .weight = WEIGHT_SEMIBOLD, .color = COLOR_INK};
static const struct text_style subtitle_style = {
    .size = FRAME_LABEL_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};
static const struct text_style name_style = {
    .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};

double frame_snap(double pixel) { return floor(pixel) + 0.5; }

struct rect frame_text_box(struct point at, const char *utf8, const struct text_style *style)
{
  double width = text_width(utf8, style->size, style->weight);
  double left = at.x;

  if (style->align == ALIGN_CENTER) left -= width / 2;
  if (style->align == ALIGN_RIGHT) left -= width;
  return (struct rect){left, at.y - text_ascent(style->size), width,
                       text_ascent(style->size) + text_descent(style->size)};
}

bool frame_holds(const struct frame *frame, struct point at)
{
  const struct rect plot = frame->plot;

  return at.x >= plot.x - 1 && at.x <= plot.x + plot.width + 1 && at.y >= plot.y - 1 &&
         at.y <= plot.y + plot.height + 1;
}

void frame_reserve(struct frame *frame, struct rect box)
{
  if (frame->box_count < FRAME_BOXES_MAX) frame->boxes[frame->box_count++] = box;
}

void frame_text(struct frame *frame, struct point at, const char *utf8,
                const struct text_style *style)
{
  if (!utf8 || !*utf8) return;
  frame_reserve(frame, frame_text_box(at, utf8, style));
  canvas_text(frame->canvas, at, utf8, style);
}

void frame_text_fit(struct frame *frame, struct point at, const char *utf8, double width,
                    const struct text_style *style)
{
  char cut[SUBTITLE_MAX];

  if (!utf8 || !(width > 0)) return;
  text_fit(cut, sizeof cut, utf8, width, style->size, style->weight);
  frame_text(frame, at, cut, style);
}

bool frame_has_room(const struct frame *frame, struct rect box)
{
  if (!(box.x >= 0 && box.y >= 0 && box.x + box.width <= frame->canvas->width &&
        box.y + box.height <= frame->canvas->height))
    return false;
  for (size_t i = 0; i < frame->box_count; i++) {
    const struct rect *other = &frame->boxes[i];

    if (box.x < other->x + other->width && other->x < box.x + box.width &&
        box.y < other->y + other->height && other->y < box.y + box.height)
      return false;
  }
  return true;
}

/* Number of bytes of `text` that make its first line: up to the last blank
 * that fits in `width`, or all of it.  0 where not even a word fits. */
static size_t first_line(const char *text, double width)
{
  char line[SUBTITLE_MAX];
  size_t length = strlen(text), best = 0;

  if (length < sizeof line && text_width(text, FRAME_LABEL_SIZE, WEIGHT_REGULAR) <= width)
    return length;
  for (size_t i = 1; i < length && i < sizeof line; i++) {
    /* "n = 113" stays together. */
    if (text[i] != ' ' || text[i - 1] == '=' || text[i + 1] == '=') continue;
    memcpy(line, text, i);
    line[i] = '\0';
    if (text_width(line, FRAME_LABEL_SIZE, WEIGHT_REGULAR) > width) break;
    best = i;
  }
  return best;
}

static bool has_text(const char *text) { return text && *text; }

static bool has_two_lines(const struct chart_text *text, double canvas_width)
{
  size_t first;

  if (!has_text(text->subtitle)) return false;
  first = first_line(text->subtitle, canvas_width - 2 * FRAME_MARGIN);
  return first > 0 && text->subtitle[first] != '\0';
}

double frame_head_height(const struct chart_text *text, double canvas_width)
{
  return FRAME_PLOT_TOP + (has_two_lines(text, canvas_width) ? SUBTITLE_LINE : 0);
}

static void draw_head(struct frame *frame)
{
  const struct chart_text *text = frame->text;
  double width = frame->canvas->width - 2 * FRAME_MARGIN;
  char line[SUBTITLE_MAX];
  size_t first;

  frame_text_fit(frame, (struct point){FRAME_MARGIN, TITLE_Y}, text->title, width, &title_style);
  if (!has_text(text->subtitle)) return;
  if (!has_two_lines(text, frame->canvas->width)) {
    frame_text_fit(frame, (struct point){FRAME_MARGIN, SUBTITLE_Y}, text->subtitle, width,
                   &subtitle_style);
    return;
  }
  first = first_line(text->subtitle, width);
  memcpy(line, text->subtitle, first);
  line[first] = '\0';
  frame_text(frame, (struct point){FRAME_MARGIN, SUBTITLE_Y}, line, &subtitle_style);
  frame_text_fit(frame, (struct point){FRAME_MARGIN, SUBTITLE_Y + SUBTITLE_LINE},
                 text->subtitle + first + 1, width, &subtitle_style);
}

void frame_begin(struct frame *frame, struct canvas *canvas, const struct chart_text *text)
{
  memset(frame, 0, sizeof *frame);
  frame->canvas = canvas;
  frame->text = text;
  draw_head(frame);
}

void frame_grid(struct frame *frame)
{
  const struct paint paint = {.stroke = COLOR_GRID, .stroke_width = 1};
  double right = frame->plot.x + frame->plot.width, bottom = frame->plot.y + frame->plot.height;

  canvas_group_begin(frame->canvas, "grid", NULL);
  for (size_t i = 0; i < frame->y_ticks.count && !frame->has_no_y; i++) {
    double y = frame_snap(scale_at(&frame->y, frame->y_ticks.at[i]));

    canvas_polyline(frame->canvas, (struct point[]){{frame->plot.x, y}, {right, y}}, 2, &paint);
  }
  for (size_t i = 0; i < frame->x_ticks.count && frame->has_x_grid; i++) {
    double x = frame_snap(scale_at(&frame->x, frame->x_ticks.at[i]));

    canvas_polyline(frame->canvas, (struct point[]){{x, frame->plot.y}, {x, bottom}}, 2, &paint);
  }
  canvas_group_end(frame->canvas);
}

/* The axis name with its note, cut to `width`; the note is kept whole. */
static void draw_name(struct frame *frame, const char *name, const char *note, struct point at,
                      double width, bool centred)
{
  char cut[SUBTITLE_MAX], whole[SUBTITLE_MAX + 64];
  double note_width = text_width(note, FRAME_TEXT_SIZE, WEIGHT_REGULAR) + 4;
  struct rect box;

  if (!has_text(name) && !has_text(note)) return;
  text_fit(cut, sizeof cut, name ? name : "", fmax(width - note_width, 20), FRAME_TEXT_SIZE,
           WEIGHT_REGULAR);
  (void)snprintf(whole, sizeof whole, "%s%s%s", cut, *cut && *note ? " " : "", note);
  if (centred) {
    box = frame_text_box(at, whole, &name_style);
    at.x = fmax(fmin(at.x - box.width / 2, frame->canvas->width - 4 - box.width), 4);
  }
  frame_text(frame, at, whole, &name_style);
}

static void draw_x_marks(struct frame *frame)
{
  const struct paint line = {.stroke = COLOR_AXIS, .stroke_width = 1};
  double bottom = frame->plot.y + frame->plot.height, base = frame_snap(bottom);
  char label[TICKS_LABEL_SIZE];

  for (size_t i = 0; i < frame->x_ticks.count; i++) {
    double at = scale_at(&frame->x, frame->x_ticks.at[i]), x = frame_snap(at), left;

    canvas_polyline(frame->canvas, (struct point[]){{x, base}, {x, base + 4}}, 2, &line);
    ticks_label(&frame->x_ticks, i, label);
    if (!*label) continue;
    left = frame_x_label_left(frame, at, text_width(label, FRAME_TEXT_SIZE, WEIGHT_REGULAR));
    frame_text(frame, (struct point){left, bottom + 18}, label, &name_style);
  }
}

static void draw_y_labels(struct frame *frame)
{
  struct text_style style = name_style;
  char label[TICKS_LABEL_SIZE];

  style.align = ALIGN_RIGHT;
  for (size_t i = 0; i < frame->y_ticks.count; i++) {
    struct point at = {frame->plot.x - 8, scale_at(&frame->y, frame->y_ticks.at[i]) + 4};

    ticks_label(&frame->y_ticks, i, label);
    /* Marks of a logarithmic axis may lie closer than a line is high. */
    if (*label && frame_has_room(frame, frame_text_box(at, label, &style)))
      frame_text(frame, at, label, &style);
  }
}

void frame_axes(struct frame *frame)
{
  const struct paint line = {.stroke = COLOR_AXIS, .stroke_width = 1};
  const struct rect plot = frame->plot;
  double base = frame_snap(plot.y + plot.height), inner = frame->canvas->width - 2 * FRAME_MARGIN;
  struct text_style style = subtitle_style;

  canvas_group_begin(frame->canvas, "axis", NULL);
  canvas_polyline(frame->canvas, (struct point[]){{plot.x, base}, {plot.x + plot.width, base}}, 2,
                  &line);
  draw_name(frame, frame->text->y_name, frame->y_note, (struct point){FRAME_MARGIN, plot.y - 10},
            inner, false);
  draw_x_marks(frame);
  if (!frame->has_no_y) draw_y_labels(frame);
  draw_name(frame, frame->text->x_name, frame->x_note,
            (struct point){plot.x + plot.width / 2, plot.y + plot.height + 38 + frame->x_name_drop},
            inner, true);
  canvas_group_end(frame->canvas);
  if (!frame->has_failed) return;
  style.align = ALIGN_CENTER;
  style.halo = true;
  frame_text(frame, (struct point){plot.x + plot.width / 2, plot.y + plot.height / 2},
             "not enough memory to draw this chart", &style);
}

void frame_message(struct canvas *canvas, const struct chart_text *text, const char *fallback)
{
  const struct paint line = {.stroke = COLOR_AXIS, .stroke_width = 1};
  const char *words = has_text(text->message) ? text->message : fallback;
  struct text_style style = subtitle_style;
  double top = frame_head_height(text, canvas->width), width = canvas->width - 2 * FRAME_MARGIN;
  double base = fmax(canvas->height - FRAME_FOOT, top + 40), middle = top + (base - top) / 2;
  struct frame frame;
  char lines[4][SUBTITLE_MAX];
  size_t count = 0;

  frame_begin(&frame, canvas, text);
  style.align = ALIGN_CENTER;
  if (base > canvas->height - 1) base = canvas->height - 1;
  while (has_text(words) && count < 4) {
    size_t first = first_line(words, width);

    if (first == 0 || count == 3 || first >= SUBTITLE_MAX) {
      text_fit(lines[count++], SUBTITLE_MAX, words, width, style.size, style.weight);
      break;
    }
    memcpy(lines[count], words, first);
    lines[count++][first] = '\0';
    words += first + (words[first] == ' ');
  }
  canvas_group_begin(canvas, "message", NULL);
  canvas_polyline(
      canvas,
      (struct point[]){{FRAME_MARGIN, frame_snap(base)}, {FRAME_MARGIN + width, frame_snap(base)}},
      2, &line);
  for (size_t i = 0; i < count; i++)
    frame_text(&frame,
               (struct point){canvas->width / 2,
                              middle + ((double)i - (double)(count - 1) / 2) * SUBTITLE_LINE},
               lines[i], &style);
  canvas_group_end(canvas);
}
