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

/* Sizes every frame keeps to, in CSS pixels. */
#define FRAME_MARGIN 24.0
#define FRAME_PLOT_TOP 92.0 /* 16 more where the subtitle takes two lines */
#define FRAME_FOOT 58.0     /* below the plot: tick labels and the axis name */
#define FRAME_WIDE_WIDTH 720.0
#define FRAME_WIDE_HEIGHT 420.0
#define FRAME_SQUARE_WIDTH 460.0
#define FRAME_SQUARE_HEIGHT 480.0
#define FRAME_SQUARE_LEFT 58.0
#define FRAME_SQUARE_SIDE 328.0

/* The two sizes of nearly all text. */
#define FRAME_TEXT_SIZE 11.0
#define FRAME_LABEL_SIZE 12.0

/* More text than this in one chart is not kept apart any more. */
#define FRAME_BOXES_MAX 512

/* Cells per side of the coarse picture of where data lie. */
#define FRAME_INK_CELLS 96

enum frame_axis {
  FRAME_FREE = 0, /* round marks, 4 % of room at both ends */
  FRAME_TIGHT,    /* round marks, no room beyond the data */
  FRAME_STEPS,    /* whole numbers, SI, no room */
  FRAME_COUNTS,   /* whole numbers from 0, SI */
  FRAME_LOG,
  FRAME_UNIT,    /* 0 to 1 */
  FRAME_PERCENT, /* 0 to 1 in percent */
  FRAME_PROBIT,
  FRAME_ELAPSED,
  FRAME_UTC
};

/* A chart being drawn.  Filled by the functions below, in their order. */
struct frame {
  struct canvas *canvas;
  const struct chart_text *text;
  struct rect plot;
  struct scale x;
  struct scale y;
  struct ticks x_ticks;
  struct ticks y_ticks;
  bool has_x_grid;    /* vertical grid lines as well */
  bool is_small;      /* x marks may be closer to each other */
  bool has_no_y;      /* the chart names its rows itself */
  double x_name_drop; /* how much lower the x name stands: a strip lies between */
  bool has_failed;    /* memory ran out: said in the plot by frame_axes */
  char x_note[48];    /* put behind the axis name: "(log scale)" */
  char y_note[48];
  struct rect boxes[FRAME_BOXES_MAX]; /* text and rings drawn so far */
  size_t box_count;
  unsigned char ink[FRAME_INK_CELLS][FRAME_INK_CELLS];
};

/* Height of title and subtitle: where the plot begins. */
double frame_head_height(const struct chart_text *text, double canvas_width);

/* Draws title and subtitle. */
void frame_begin(struct frame *frame, struct canvas *canvas, const struct chart_text *text);

/* Width of the widest y label `axis` would have over `range`. */
double frame_y_label_width(enum frame_axis axis, struct range range, double height);

/* Sets the plot's rectangle, then each axis: marks that fit without touching
 * one another, and the scale.  A y axis is extended to its outermost marks. */
void frame_place(struct frame *frame, struct rect plot);
void frame_set_x(struct frame *frame, enum frame_axis axis, struct range range);
void frame_set_y(struct frame *frame, enum frame_axis axis, struct range range);

/* Both axes at once, with the same limits and marks. */
void frame_set_equal(struct frame *frame, struct range range);

/* Left edge of an x label: centred on its mark, but on the canvas. */
double frame_x_label_left(const struct frame *frame, double at, double width);

/* Grid, before the data.  Baseline, mark labels and axis names, after them. */
void frame_grid(struct frame *frame);
void frame_axes(struct frame *frame);

/* Draws the whole chart as its message (or `fallback`) in the middle of an
 * empty plot: what is shown instead of data. */
void frame_message(struct canvas *canvas, const struct chart_text *text, const char *fallback);

/* Draws text and remembers its box. */
void frame_text(struct frame *frame, struct point at, const char *utf8,
                const struct text_style *style);

/* Like frame_text, cut in the middle where it is wider than `width`. */
void frame_text_fit(struct frame *frame, struct point at, const char *utf8, double width,
                    const struct text_style *style);

/* The box of a line of text with its baseline at `at`. */
struct rect frame_text_box(struct point at, const char *utf8, const struct text_style *style);

/* Whether a mark belongs at `at`: in the plot or within a pixel of it; not where
 * it is NaN. */
bool frame_holds(const struct frame *frame, struct point at);

/* Keeps later labels off `box`: a ring, which no words may cover. */
void frame_reserve(struct frame *frame, struct rect box);

/* Whether `box` lies on the canvas and touches no text or ring drawn so far. */
bool frame_has_room(const struct frame *frame, struct rect box);

/* Notes that data are drawn along a segment, and how much of a box (0..1) such
 * notes cover. */
void frame_ink(struct frame *frame, struct point from, struct point to);
double frame_ink_share(const struct frame *frame, struct rect box);

/* The middle of the CSS pixel that `pixel` lies in, for hairlines. */
double frame_snap(double pixel);

#endif
