/* Legends: rows of swatch, name and value below the plot. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/labels.h"
#include "chart/text.h"
#include "chart/trace.h"

#define ROW 18.0
#define SWATCH 24.0
#define COLUMN_GAP 24.0
#define BOTTOM 16.0

static const struct text_style entry_style = {
    .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK};
static const struct text_style value_style = {
    .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2};

static double width_of(const char *words)
{
  return words ? ceil(text_width(words, FRAME_TEXT_SIZE, WEIGHT_REGULAR)) : 0;
}

/* Values stand in a column of their own, so they can be compared. */
struct layout {
  size_t columns;
  size_t rows;
  double pitch; /* from column to column */
  double name;  /* width of names and values */
  double value;
};

static struct layout lay_out(const struct legend_entry *entries, size_t count, double canvas_width)
{
  struct layout layout = {.columns = 1};
  double inner = canvas_width - 2 * FRAME_MARGIN, entry, wanted;

  for (size_t i = 0; i < count; i++) {
    layout.name = fmax(layout.name, width_of(entries[i].name));
    layout.value = fmax(layout.value, width_of(entries[i].value));
  }
  layout.value = fmin(layout.value, inner * 0.4);
  entry = SWATCH + 8 + layout.name + (layout.value > 0 ? 12 + layout.value : 0);
  while (layout.columns < 6 && layout.columns < count &&
         entry * (double)(layout.columns + 1) + COLUMN_GAP * (double)layout.columns <= inner)
    layout.columns++;
  /* Two columns of cut names read better than one long column. */
  if (layout.columns == 1 && count > 6 && inner >= 400) layout.columns = 2;
  layout.rows = (count + layout.columns - 1) / layout.columns;
  layout.pitch = fmin(entry + COLUMN_GAP, (inner + COLUMN_GAP) / (double)layout.columns);
  wanted = layout.name;
  layout.name = fmin(wanted, layout.pitch - COLUMN_GAP - (entry - wanted));
  if (layout.name < fmin(40, wanted)) {
    layout.value = 0;
    layout.name = layout.pitch - COLUMN_GAP - SWATCH - 8;
  }
  return layout;
}

double legend_height(const struct legend_entry *entries, size_t count, double canvas_width)
{
  if (count == 0) return 0;
  return (double)lay_out(entries, count, canvas_width).rows * ROW + BOTTOM;
}

static void draw_swatch(struct frame *frame, const struct legend_entry *entry, double x, double y)
{
  double middle = frame_snap(y - 4);

  if (entry->swatch.fill != COLOR_NONE)
    canvas_rectangle(frame->canvas, (struct rect){x + 6, y - 9, 12, 10}, &entry->swatch);
  else
    canvas_polyline(frame->canvas, (struct point[]){{x, middle}, {x + SWATCH, middle}}, 2,
                    &entry->swatch);
  if (entry->marker)
    trace_marker(frame->canvas, (struct point){x + SWATCH / 2, middle}, entry->marker);
}

void legend_draw(struct frame *frame, const struct legend_entry *entries, size_t count, double top)
{
  struct layout layout;

  if (count == 0) return;
  layout = lay_out(entries, count, frame->canvas->width);
  canvas_group_begin(frame->canvas, "legend", NULL);
  for (size_t i = 0; i < count; i++) {
    double x = FRAME_MARGIN + (double)(i / layout.rows) * layout.pitch;
    double y = top + (double)(i % layout.rows) * ROW + 12;
    struct point name = {x + SWATCH + 8, y};

    draw_swatch(frame, &entries[i], x, y);
    frame_text_fit(frame, name, entries[i].name ? entries[i].name : "", layout.name, &entry_style);
    if (entries[i].value && layout.value > 0)
      frame_text_fit(frame, (struct point){name.x + layout.name + 12, y}, entries[i].value,
                     layout.value, &value_style);
  }
  canvas_group_end(frame->canvas);
}
