/* A canvas that writes down what it is told.
 *
 * One line of text per call, numbers to two decimals: the golden files of the
 * charts, which differ where the drawing differs and nowhere else.  It also
 * keeps every text and every shape in memory with its bounds, so that a test can
 * ask whether labels overlap, leave the canvas or are too small to read.
 *
 * For tests only; running out of memory or space sets `failed`.
 */
#ifndef EPOCHLOG_TESTS_CANVAS_RECORD_H
#define EPOCHLOG_TESTS_CANVAS_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"

/* The innermost group's `kind` is cut to this. */
#define CANVAS_RECORD_KIND_MAX 24

/* `order` counts texts and shapes together: what has a higher one lies on top.
 * `group` is the index of the innermost group, CANVAS_RECORD_NO_GROUP outside. */
#define CANVAS_RECORD_NO_GROUP ((size_t)-1)

struct record_text {
  size_t order;
  size_t group;
  struct rect box; /* measured width; from ascent to descent */
  struct point at; /* as called: baseline, by alignment */
  struct text_style style;
  char *utf8; /* owned by the recording */
  char kind[CANVAS_RECORD_KIND_MAX];
  bool clipped; /* within clip_begin and clip_end */
};

enum record_op { RECORD_POLYLINE, RECORD_POLYGON, RECORD_RECTANGLE, RECORD_CIRCLE };

struct record_shape {
  size_t order;
  size_t group;
  enum record_op op;
  struct rect bounds;   /* of the geometry, without the stroke's width */
  size_t point_count;   /* 4 for a rectangle, 1 for a circle */
  struct point *points; /* of a polyline or polygon, owned by the recording; else NULL */
  struct paint paint;
  char kind[CANVAS_RECORD_KIND_MAX];
  bool clipped;
  struct rect clip; /* when clipped */
};

/* A group, in the order they were begun. */
struct record_group {
  char kind[CANVAS_RECORD_KIND_MAX];
  char *label; /* owned by the recording; NULL where none was given */
};

struct canvas_record {
  struct canvas canvas; /* pass &record.canvas to a chart */
  bool failed;          /* out of memory, or beyond the limit of 16 MB of text */
  size_t faults;        /* wrong calls: fewer points than allowed, a number that is not finite,
                           unbalanced groups or clips, text below 10.5 px; each has a line
                           that starts with "fault:" */

  char *log; /* all lines, terminated; never NULL after init unless failed */
  size_t log_length;
  size_t log_capacity;

  struct record_text *texts;
  size_t text_count;
  size_t text_capacity;

  struct record_shape *shapes;
  size_t shape_count;
  size_t shape_capacity;

  struct record_group *groups;
  size_t group_count;
  size_t group_capacity;

  size_t open[16]; /* indices of the groups that are open */
  size_t depth;
  size_t order; /* of the next text or shape */
  bool clipping;
  struct rect clip;
};

/* Starts a recording; polylines of more than eight points are written with
 * their first and last three, their count and a checksum. */
void canvas_record_init(struct canvas_record *record, double width, double height);

/* Frees what the recording holds.  May follow a failed one. */
void canvas_record_release(struct canvas_record *record);

/* Counts an open group or clip as a fault.  Call after the chart has drawn. */
void canvas_record_finish(struct canvas_record *record);

/* The first text equal to `utf8`, or NULL. */
const struct record_text *canvas_record_find(const struct canvas_record *record, const char *utf8);

/* Whether any text, its box widened by `factor` (1.12 for words in a browser
 * that lacks the typeface), leaves the canvas.  The first such text, or NULL. */
const struct record_text *canvas_record_outside(const struct canvas_record *record, double factor);

/* The first two texts whose boxes overlap by more than `slack` pixels both
 * ways; false when none do. */
bool canvas_record_overlap(const struct canvas_record *record, double slack,
                           const struct record_text **first, const struct record_text **second);

#endif
