/* Words in the plot: names at the ends of lines, labels of reference lines,
 * notes at rings, and legends below; none of them on one another.
 */
#ifndef EPOCHLOG_CHART_LABELS_H
#define EPOCHLOG_CHART_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

/* More names than this at the ends of lines are not drawn. */
#define END_LABELS_MAX 24

/* Moves `y` (rising, at most END_LABELS_MAX) as little as it takes to have
 * neighbours `gap` apart within low..high.  Where they do not all fit, they are
 * spread evenly. */
void labels_spread(double *y, size_t count, double gap, double low, double high);

/* A name behind the end of a line at (x, y). */
struct end_label {
  struct point end;
  const char *words;
  enum color color;
};

/* Width of the column end labels need: 8 before, 24 behind, at most 180. */
double labels_end_column(const struct end_label *labels, size_t count);

/* Draws them right of the plot, with a leader line where one had to move far. */
void labels_draw_ends(struct frame *frame, const struct end_label *labels, size_t count);

/* A label on a line through `points` (pixels): beside it, where least data are
 * in the way.  Nothing is drawn where there is no room. */
void labels_on_line(struct frame *frame, const struct point *points, size_t count,
                    const char *words);

/* A note of up to two lines beside a ring at `at`. */
void labels_note(struct frame *frame, struct point at, const char *head, const char *body);

/* A ring: the key point of a line. */
void labels_ring(struct frame *frame, struct point at, double radius, enum color color);

/* A legend below the plot, in columns.  `swatch` is drawn as a short line, or
 * as a square where it has a fill. */
struct legend_entry {
  const char *name;
  const char *value; /* may be NULL */
  struct paint swatch;
  unsigned marker; /* hue whose marker is drawn on the swatch; 0: none */
};

double legend_height(const struct legend_entry *entries, size_t count, double canvas_width);
void legend_draw(struct frame *frame, const struct legend_entry *entries, size_t count, double top);

#endif
