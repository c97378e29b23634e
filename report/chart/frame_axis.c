/* The choice of marks and scales, and the coarse picture of where data lie. */
#include <math.h>
#include <stdio.h>

#include "chart/frame.h"
#include "chart/number.h"
#include "chart/text.h"

/* Marks stand at least this far apart, and their labels this much clear. */
#define X_MARK_PITCH 80.0
#define Y_MARK_PITCH 40.0
#define EQUAL_MARK_PITCH 52.0
#define SMALL_MARK_PITCH 52.0
#define X_LABEL_GAP 12.0

void frame_place(struct frame *frame, struct rect plot) { frame->plot = plot; }

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
      if (!(high > low) && fabs(low) < 1e15)
        range = (struct range){.low = low - 1, .high = low + 1};
      break;
    case FRAME_UTC:
      /* Clock times are shown by the second; a run of milliseconds is a moment. */
      if (!was_empty && high - low < 2 && fabs(high) < 1e15)
        range = (struct range){.low = floor(low), .high = floor(low) + 2 + (high - low > 1)};
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
    case FRAME_ELAPSED: break;
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
  if (axis == FRAME_LOG)
    (void)snprintf(note, 48, "(log scale)");
  else if (axis == FRAME_UTC)
    (void)snprintf(note, 48, "(UTC)");
  else if (ticks->exponent && ticks->format == TICKS_FIXED)
    (void)snprintf(note, 48, "(\xc3\x97 %.40s)", number_power(power, ticks->exponent));
}

void frame_set_y(struct frame *frame, enum frame_axis axis, struct range range)
{
  choose_y(&frame->y_ticks, axis, &range, frame->plot.height);
  frame->y =
      scale_make(scale_kind_of(axis), range, frame->plot.y + frame->plot.height, frame->plot.y);
  write_note(frame->y_note, &frame->y_ticks, axis);
}

double frame_x_label_left(const struct frame *frame, double at, double width)
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
    left = frame_x_label_left(frame, scale_at(&frame->x, frame->x_ticks.at[i]), width);
    if (left < end + X_LABEL_GAP) {
      if (!drop) return false;
      frame->x_ticks.has_label[i] = false;
      continue;
    }
    end = left + width;
  }
  return true;
}

static void choose_x(struct frame *frame, enum frame_axis axis, struct range range, double pitch)
{
  range = axis_range(axis, range);
  frame->x =
      scale_make(scale_kind_of(axis), range, frame->plot.x, frame->plot.x + frame->plot.width);
  for (unsigned wanted = marks_in(frame->plot.width, pitch);; wanted--) {
    choose_marks(&frame->x_ticks, axis, range, wanted);
    ticks_clip(&frame->x_ticks, range.low, range.high);
    if (x_labels_fit(frame, wanted <= 2) || wanted <= 2) break;
  }
  write_note(frame->x_note, &frame->x_ticks, axis);
}

void frame_set_x(struct frame *frame, enum frame_axis axis, struct range range)
{
  choose_x(frame, axis, range, frame->is_small ? SMALL_MARK_PITCH : X_MARK_PITCH);
}

void frame_set_equal(struct frame *frame, struct range range)
{
  range_open(&range);
  range_pad(&range, 0.04);
  choose_x(frame, FRAME_TIGHT, range, EQUAL_MARK_PITCH);
  frame->y = scale_make(SCALE_LINEAR, range, frame->plot.y + frame->plot.height, frame->plot.y);
  frame->y_ticks = frame->x_ticks;
  for (size_t i = 0; i < frame->y_ticks.count; i++) frame->y_ticks.has_label[i] = true;
  write_note(frame->y_note, &frame->y_ticks, FRAME_TIGHT);
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
