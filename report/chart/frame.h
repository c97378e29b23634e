/* What all charts share: the words around the plot, the plot's place on the
 * canvas, the axes, and the message that stands in for a chart that cannot be
 * drawn.
 *
 * A chart is drawn in this order, back to front: grid, bands, reference lines,
 * context, data, baseline and ticks, rings, labels.  The frame owns the first
 * and the baseline, and remembers every text box drawn so that later labels
 * can be kept off the earlier ones.
 */
#ifndef EPOCHLOG_CHART_FRAME_H
#define EPOCHLOG_CHART_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/scale.h"
#include "chart/ticks.h"

/* The words of a chart.  Every one may be NULL.  `title` is one line and says
 * the finding; `subtitle` says n, class and method, and is broken into two
 * lines where it is long; both are cut in the middle where they do not fit.
 * `x_name` and `y_name` name the axes.  `message` replaces the data by a
 * sentence, for example "only class cat present (n = 12): ROC undefined". */
struct chart_text {
  const char *title;
  const char *subtitle;
  const char *x_name;
  const char *y_name;
  const char *message;
};

/* The plot's place and axes while a chart is drawn.  Filled by the steps below
 * in their order; a chart reads `plot`, `x` and `y`. */
#define FRAME_BOXES_MAX 512

struct frame {
  struct canvas *canvas;
  const struct chart_text *text;
  struct rect plot;
  struct scale x;
  struct scale y;
  struct ticks x_ticks;
  struct ticks y_ticks;
  bool has_x_grid;
  bool has_no_y_axis; /* the chart names its rows itself */
  char x_name[256];   /* what is drawn: the name with "(log scale)" or "(× 10⁻³)" added */
  char y_name[256];
  struct rect boxes[FRAME_BOXES_MAX]; /* text drawn so far */
  size_t box_count;
};

/* Sizes every frame keeps to. */
#define FRAME_MARGIN 24.0
#define FRAME_PLOT_TOP 92.0
#define FRAME_FOOT 58.0 /* below the plot: tick labels and the axis name */
#define FRAME_WIDE_WIDTH 720.0
#define FRAME_WIDE_HEIGHT 420.0
#define FRAME_SQUARE_WIDTH 460.0
#define FRAME_SQUARE_HEIGHT 480.0
#define FRAME_SQUARE_LEFT 58.0
#define FRAME_SQUARE_SIDE 328.0

/* Background, title and subtitle; the head's height (92, or 108 where the
 * subtitle takes two lines) is returned by frame_head_height before a canvas
 * exists. */
void frame_begin(struct frame *frame, struct canvas *canvas, const struct chart_text *text);
double frame_head_height(const struct chart_text *text, double canvas_width);

/* Sets the vertical place of the plot, chooses y marks for `range` and from
 * their labels the left edge; the right edge leaves `right` pixels. */
enum frame_axis_kind {
  FRAME_FREE = 0,
  FRAME_COUNT, /* whole numbers, SI */
  FRAME_LOG,
  FRAME_UNIT,
  FRAME_PERCENT,
  FRAME_PROBIT,
  FRAME_ELAPSED,
  FRAME_UTC
};

/* Plot rectangle first, then the two axes.  `frame_axis_*` choose the marks
 * that fit and the scale over `range`. */
void frame_place(struct frame *frame, struct rect plot);
double frame_y_label_width(enum frame_axis_kind kind, struct range range, double height);
void frame_axis_x(struct frame *frame, enum frame_axis_kind kind, struct range range);
void frame_axis_y(struct frame *frame, enum frame_axis_kind kind, struct range range);

/* Grid (before the data), then baseline, tick marks, tick labels and axis names
 * (after them). */
void frame_grid(struct frame *frame);
void frame_axes(struct frame *frame);

/* The chart's message, or `fallback`, in the middle of an empty plot over a
 * baseline: what is drawn instead of data.  Fills the whole canvas. */
void frame_message(struct canvas *canvas, const struct chart_text *text, const char *fallback);

/* Draws text and remembers its box. */
void frame_text(struct frame *frame, struct point at, const char *utf8,
                const struct text_style *style);

/* The box of a line of text with its baseline at `at`. */
struct rect frame_text_box(struct point at, const char *utf8, const struct text_style *style);

/* Whether `box` lies on the canvas, touching no text drawn so far. */
bool frame_has_room(const struct frame *frame, struct rect box);

/* x or y on the middle of a device pixel row, for hairlines. */
double frame_snap(double pixel);

#endif
