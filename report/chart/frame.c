#include "chart/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/number.h"
#include "chart/text.h"

#define TITLE_SIZE 15.0
#define TITLE_Y 32.0
#define SUBTITLE_Y 52.0
#define SUBTITLE_LINE 16.0
#define SUBTITLE_MAX 1024

/* Marks stand at least this far apart, and their labels this much clear. */
#define X_MARK_PITCH 80.0
#define Y_MARK_PITCH 40.0
#define X_LABEL_GAP 12.0

static const struct text_style title_style = {
    .size = TITLE_SIZE, .weight = WEIGHT_SEMIBOLD, .color = COLOR_INK};
static const struct text_style subtitle_style = {
    .size = FRAME_LABEL_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};
static const struct text_style name_style = {
    .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};

double frame_snap(double pixel)
{
  return floor(pixel) + 0.5;
}

struct rect frame_text_box(struct point at, const char *utf8, const struct text_style *style)
{
  double width = text_width(utf8, style->size, style->weight);
  double left = at.x;

  if (style->align == ALIGN_CENTER) left -= width / 2;
  if (style->align == ALIGN_RIGHT) left -= width;
  return (struct rect){left, at.y - text_ascent(style->size), width,
                       text_ascent(style->size) + text_descent(style->size)};
}

void frame_text(struct frame *frame, struct point at, const char *utf8,
                const struct text_style *style)
{
  if (!utf8 || !*utf8) return;
  if (frame->box_count < FRAME_BOXES_MAX)
    frame->boxes[frame->box_count++] = frame_text_box(at, utf8, style);
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
    if (text[i] != ' ') continue;
    memcpy(line, text, i);
    line[i] = '\0';
    if (text_width(line, FRAME_LABEL_SIZE, WEIGHT_REGULAR) > width) break;
    best = i;
  }
  return best;
}

static bool has_text(const char *text)
{
  return text && *text;
}

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

void frame_place(struct frame *frame, struct rect plot)
{
  frame->plot = plot;
}

/* The data's range as the axis shows it, before marks are chosen. */
static struct range axis_range(enum frame_axis axis, struct range range)
{
  double low = range.low, high = range.high;
  bool was_empty = range.is_empty;

  switch (axis) {
    case FRAME_UNIT:
    case FRAME_PERCENT: return (struct range){.low = 0, .high = 1};
    case FRAME_PROBIT: return (struct range){.low = 0.005, .high = 0.995};
    case FRAME_STEPS:
      /* One step more, where there is one only, keeps the marks whole. */
      if (was_empty) return (struct range){.low = 0, .high = 1};
      if (!(high > low) && fabs(low) < 1e15) range = (struct range){.low = low - 1, .high = low + 1};
      break;
    case FRAME_COUNTS: range_add(&range, 0); break;
    case FRAME_LOG:
      if (was_empty || !(low > 0)) return (struct range){.low = 0.1, .high = 1};
      if (high / low < 1.0001) return (struct range){.low = low / 2, .high = fmin(high * 2, 1e308)};
      return (struct range){.low = fmax(low * pow(low / high, 0.04), 5e-308),
                            .high = fmin(high * pow(high / low, 0.04), 1.7e308)};
    case FRAME_FREE:
      range_open(&range);
      range_pad(&range, 0.04);
      /* Room beyond zero would suggest values that cannot be. */
      if (!was_empty && low >= 0 && range.low < 0) range.low = 0;
      if (!was_empty && high <= 0 && range.high > 0) range.high = 0;
      break;
    case FRAME_TIGHT:
    case FRAME_ELAPSED:
    case FRAME_UTC: break;
  }
  range_open(&range);
  return range;
}

static void choose_marks(struct ticks *ticks, enum frame_axis axis, struct range range,
                         unsigned wanted)
{
  switch (axis) {
    case FRAME_UNIT: ticks_unit(ticks, TICKS_FIXED); break;
    case FRAME_PERCENT: ticks_unit(ticks, TICKS_PERCENT); break;
    case FRAME_PROBIT: ticks_probit(ticks); break;
    case FRAME_STEPS:
    case FRAME_COUNTS: ticks_integer(ticks, range.low, range.high, wanted); break;
    case FRAME_LOG: ticks_log(ticks, range.low, range.high, wanted); break;
    case FRAME_ELAPSED: ticks_elapsed(ticks, range.low, range.high, wanted); break;
    case FRAME_UTC: ticks_utc(ticks, range.low, range.high, wanted); break;
    case FRAME_FREE:
    case FRAME_TIGHT: ticks_extended(ticks, range.low, range.high, wanted, false); break;
  }
}

static enum scale_kind scale_kind_of(enum frame_axis axis)
{
  if (axis == FRAME_LOG) return SCALE_LOG;
  return axis == FRAME_PROBIT ? SCALE_PROBIT : SCALE_LINEAR;
}

static unsigned marks_in(double length, double pitch)
{
  return (unsigned)fmin(fmax(length / pitch, 2), 12);
}

static void choose_y(struct ticks *ticks, enum frame_axis axis, struct range *range, double height)
{
  *range = axis_range(axis, *range);
  choose_marks(ticks, axis, *range, marks_in(height, Y_MARK_PITCH));
  if (axis != FRAME_FREE && axis != FRAME_COUNTS) {
    ticks_clip(ticks, range->low, range->high);
    return;
  }
  for (size_t i = 0; i < ticks->count; i++) range_add(range, ticks->at[i]);
}

double frame_y_label_width(enum frame_axis axis, struct range range, double height)
{
  char label[TICKS_LABEL_SIZE];
  struct ticks ticks;
  double widest = 0;

  choose_y(&ticks, axis, &range, height);
  for (size_t i = 0; i < ticks.count; i++) {
    ticks_label(&ticks, i, label);
    widest = fmax(widest, text_width(label, FRAME_TEXT_SIZE, WEIGHT_REGULAR));
  }
  return ceil(widest);
}

/* What a label divided by a power of ten, or a bent scale, owes the reader. */
static void write_note(char note[48], const struct ticks *ticks, enum frame_axis axis)
{
  char power[NUMBER_SIZE];

  note[0] = '\0';
  if (axis == FRAME_LOG) (void)snprintf(note, 48, "(log scale)");
  else if (axis == FRAME_UTC) (void)snprintf(note, 48, "(UTC)");
  else if (ticks->exponent && ticks->format == TICKS_FIXED)
    (void)snprintf(note, 48, "(\xc3\x97 %.40s)", number_power(power, ticks->exponent));
}

void frame_set_y(struct frame *frame, enum frame_axis axis, struct range range)
{
  choose_y(&frame->y_ticks, axis, &range, frame->plot.height);
  frame->y = scale_make(scale_kind_of(axis), range, frame->plot.y + frame->plot.height,
                        frame->plot.y);
  write_note(frame->y_note, &frame->y_ticks, axis);
}

/* Left edge of an x label: centred on its mark, but on the canvas. */
static double x_label_left(const struct frame *frame, double at, double width)
{
  double left = at - width / 2;

  return fmax(fmin(left, frame->canvas->width - 4 - width), 4);
}

/* Whether all labels stand clear of one another; with `drop`, those that do not
 * lose theirs. */
static bool x_labels_fit(struct frame *frame, bool drop)
{
  char label[TICKS_LABEL_SIZE];
  double end = -1e9;

  for (size_t i = 0; i < frame->x_ticks.count; i++) {
    double width, left;

    ticks_label(&frame->x_ticks, i, label);
    if (!*label) continue;
    width = text_width(label, FRAME_TEXT_SIZE, WEIGHT_REGULAR);
    left = x_label_left(frame, scale_at(&frame->x, frame->x_ticks.at[i]), width);
    if (left < end + X_LABEL_GAP) {
      if (!drop) return false;
      frame->x_ticks.has_label[i] = false;
      continue;
    }
    end = left + width;
  }
  return true;
}

void frame_set_x(struct frame *frame, enum frame_axis axis, struct range range)
{
  range = axis_range(axis, range);
  frame->x = scale_make(scale_kind_of(axis), range, frame->plot.x, frame->plot.x + frame->plot.width);
  for (unsigned wanted = marks_in(frame->plot.width, X_MARK_PITCH);; wanted--) {
    choose_marks(&frame->x_ticks, axis, range, wanted);
    ticks_clip(&frame->x_ticks, range.low, range.high);
    if (x_labels_fit(frame, wanted <= 2) || wanted <= 2) break;
  }
  write_note(frame->x_note, &frame->x_ticks, axis);
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
    left = x_label_left(frame, at, text_width(label, FRAME_TEXT_SIZE, WEIGHT_REGULAR));
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
            (struct point){plot.x + plot.width / 2, plot.y + plot.height + 38}, inner, true);
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
  canvas_polyline(canvas,
                  (struct point[]){{FRAME_MARGIN, frame_snap(base)},
                                   {FRAME_MARGIN + width, frame_snap(base)}},
                  2, &line);
  for (size_t i = 0; i < count; i++)
    frame_text(&frame,
               (struct point){canvas->width / 2,
                              middle + ((double)i - (double)(count - 1) / 2) * SUBTITLE_LINE},
               lines[i], &style);
  canvas_group_end(canvas);
}

static size_t ink_cell(double at, double start, double length)
{
  double cell = (at - start) / length * FRAME_INK_CELLS;

  return (size_t)fmin(fmax(cell, 0), FRAME_INK_CELLS - 1);
}

void frame_ink(struct frame *frame, struct point from, struct point to)
{
  const struct rect plot = frame->plot;
  double length, steps;

  if (!(plot.width > 0 && plot.height > 0)) return;
  length = fmax(fabs(to.x - from.x) / plot.width, fabs(to.y - from.y) / plot.height);
  steps = ceil(fmin(length, 2) * FRAME_INK_CELLS * 1.5);
  for (double i = 0; i <= steps; i++) {
    double share = steps > 0 ? i / steps : 0;
    double x = from.x + share * (to.x - from.x), y = from.y + share * (to.y - from.y);

    frame->ink[ink_cell(y, plot.y, plot.height)][ink_cell(x, plot.x, plot.width)] = 1;
  }
}

double frame_ink_share(const struct frame *frame, struct rect box)
{
  const struct rect plot = frame->plot;
  size_t left = ink_cell(box.x, plot.x, plot.width), top = ink_cell(box.y, plot.y, plot.height);
  size_t right = ink_cell(box.x + box.width, plot.x, plot.width);
  size_t bottom = ink_cell(box.y + box.height, plot.y, plot.height);
  size_t covered = 0;

  for (size_t row = top; row <= bottom; row++)
    for (size_t column = left; column <= right; column++) covered += frame->ink[row][column];
  return (double)covered / (double)((bottom - top + 1) * (right - left + 1));
}
