#include "chart/labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/text.h"

#define END_GAP 16.0
#define END_COLUMN_MAX 180.0
#define LEADER_FROM 8.0
#define CROSSED 0.08 /* what data under words cost, as a share of them covered */

static const struct text_style end_style = {
    .size = FRAME_LABEL_SIZE, .weight = WEIGHT_SEMIBOLD, .halo = true};
static const struct text_style note_style = {
    .size = FRAME_TEXT_SIZE, .weight = WEIGHT_REGULAR, .color = COLOR_INK2, .halo = true};

/* Less gap * index, the wanted heights only have to rise: the least movement is
 * the isotonic fit, the means of blocks of neighbours that would collide. */
void labels_spread(double *y, size_t count, double gap, double low, double high)
{
  double mean[END_LABELS_MAX];
  size_t size[END_LABELS_MAX], blocks = 0, at = 0;

  if (count == 0 || count > END_LABELS_MAX) return;
  if (count > 1) gap = fmin(gap, (high - low) / (double)(count - 1));
  for (size_t i = 0; i < count; i++) {
    mean[blocks] = y[i] - gap * (double)i;
    size[blocks++] = 1;
    while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
      double both = (double)(size[blocks - 2] + size[blocks - 1]);

      mean[blocks - 2] = (mean[blocks - 2] * (double)size[blocks - 2] +
                          mean[blocks - 1] * (double)size[blocks - 1]) /
                         both;
      size[blocks - 2] += size[blocks - 1];
      blocks--;
    }
  }
  for (size_t block = 0; block < blocks; block++)
    for (size_t i = 0; i < size[block]; i++, at++)
      y[at] = fmin(fmax(mean[block], low), high - gap * (double)(count - 1)) + gap * (double)at;
}

double labels_end_column(const struct end_label *labels, size_t count)
{
  double widest = 0;

  for (size_t i = 0; i < count; i++)
    if (labels[i].words)
      widest = fmax(widest, text_width(labels[i].words, FRAME_LABEL_SIZE, WEIGHT_SEMIBOLD));
  if (!(widest > 0)) return FRAME_MARGIN;
  return fmin(ceil(widest) + 8 + FRAME_MARGIN, END_COLUMN_MAX);
}

/* Indices of `labels` by height, by insertion: there are at most a few. */
static size_t sort_by_height(const struct end_label *labels, size_t count,
                             size_t order[END_LABELS_MAX])
{
  size_t used = 0;

  for (size_t i = 0; i < count && used < END_LABELS_MAX; i++) {
    size_t at = used;

    if (!labels[i].words || !*labels[i].words || !isfinite(labels[i].end.y)) continue;
    while (at > 0 && labels[order[at - 1]].end.y > labels[i].end.y) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = i;
    used++;
  }
  return used;
}

void labels_draw_ends(struct frame *frame, const struct end_label *labels, size_t count)
{
  const struct paint leader = {.stroke = COLOR_AXIS, .stroke_width = 1};
  const struct rect plot = frame->plot;
  double y[END_LABELS_MAX], right = plot.x + plot.width;
  size_t order[END_LABELS_MAX], used = sort_by_height(labels, count, order);
  double width = frame->canvas->width - 4 - (right + 8);

  for (size_t i = 0; i < used; i++)
    y[i] = fmin(fmax(labels[order[i]].end.y, plot.y), plot.y + plot.height);
  labels_spread(y, used, END_GAP, plot.y, plot.y + plot.height);
  for (size_t i = 0; i < used; i++) {
    const struct end_label *label = &labels[order[i]];
    struct text_style style = end_style;
    bool has_moved = fabs(y[i] - label->end.y) > LEADER_FROM || label->end.x < right - 12;

    style.color = label->color;
    if (has_moved)
      canvas_polyline(frame->canvas,
                      (struct point[]){{fmin(label->end.x, right - 4) + 6,
                                        fmin(fmax(label->end.y, plot.y), plot.y + plot.height)},
                                       {right + 6, y[i]}},
                      2, &leader);
    frame_text_fit(frame, (struct point){right + 8, y[i] + 4}, label->words, width, &style);
  }
}

/* Of places for a text, the one with the least data beneath. */
struct best_place {
  struct point at;
  double cost;
  bool is_found;
};

static void consider(const struct frame *frame, struct best_place *best, struct point at,
                     struct rect box, double penalty)
{
  const struct rect plot = frame->plot;
  /* Short words, and those beside them, may grow in another typeface. */
  struct rect room = {box.x - 6, box.y - 1, box.width + 12, box.height + 2};
  double cost;

  if (box.x < plot.x + 2 || box.x + box.width > plot.x + plot.width - 2 || box.y < plot.y ||
      box.y + box.height > plot.y + plot.height - 1)
    return;
  if (!frame_has_room(frame, room)) return;
  cost = frame_ink_share(frame, box);
  /* However thin, a line through words disturbs them. */
  cost += penalty + (cost > 0 ? CROSSED : 0);
  if (best->is_found && cost >= best->cost) return;
  *best = (struct best_place){.at = at, .cost = cost, .is_found = true};
}

/* Places along the line: above and below it where it is level, beside it where
 * it is steep, and in the free corner where it is neither. */
static void consider_segment(const struct frame *frame, struct best_place *best, struct point from,
                             struct point to, const char *words)
{
  double dx = to.x - from.x, dy = to.y - from.y;
  struct rect box = frame_text_box((struct point){0, 0}, words, &note_style);
  double ascent = -box.y, descent = box.height - ascent, width = box.width;

  for (int i = 1; i < 48; i++) {
    struct point on = {from.x + dx * (i % 16) / 16, from.y + dy * (i % 16) / 16};
    double off = 4 + 5 * (double)(i / 16); /* nearest to the line first */
    struct point at[4];
    size_t count = 0;

    if (fabs(dy) < fabs(dx) * 0.05) {
      at[count++] = (struct point){on.x - width / 2, on.y - off - descent};
      at[count++] = (struct point){on.x - width / 2, on.y + off + ascent};
    } else if (fabs(dx) < fabs(dy) * 0.05) {
      at[count++] = (struct point){on.x + off, on.y};
      at[count++] = (struct point){on.x - off - width, on.y};
    } else if (dx * dy < 0) { /* rises to the right */
      at[count++] = (struct point){on.x + off, on.y + off - 2 + ascent};
      at[count++] = (struct point){on.x - off - width, on.y - off + 2 - descent};
    } else {
      at[count++] = (struct point){on.x + off, on.y - off + 2 - descent};
      at[count++] = (struct point){on.x - off - width, on.y + off - 2 + ascent};
    }
    for (size_t k = 0; k < count; k++) {
      struct rect place = {at[k].x, at[k].y - ascent, width, box.height};

      /* Later places are a little better: lines are named towards their end. */
      consider(frame, best, at[k], place, 0.01 * (double)k - 0.002 * (i % 16) + 0.04 * (i / 16));
    }
  }
}

void labels_on_line(struct frame *frame, const struct point *points, size_t count,
                    const char *words)
{
  struct best_place best = {.is_found = false};
  char cut[256];

  if (!words || !*words) return;
  text_fit(cut, sizeof cut, words, frame->plot.width * 0.6, note_style.size, note_style.weight);
  for (size_t i = 0; i + 1 < count; i++)
    if (hypot(points[i + 1].x - points[i].x, points[i + 1].y - points[i].y) > 20)
      consider_segment(frame, &best, points[i], points[i + 1], cut);
  if (best.is_found) frame_text(frame, best.at, cut, &note_style);
}

void labels_ring(struct frame *frame, struct point at, double radius, enum color color)
{
  const struct paint paint = {.fill = COLOR_BG, .stroke = color, .stroke_width = 2};

  canvas_circle(frame->canvas, at, radius, &paint);
  frame_reserve(
      frame, (struct rect){at.x - radius - 1, at.y - radius - 1, 2 * radius + 2, 2 * radius + 2});
  frame_ink(frame, (struct point){at.x - radius, at.y}, (struct point){at.x + radius, at.y});
}

/* Joins two lines of text to one box. */
static struct rect note_box(struct point at, double width, bool has_body)
{
  double ascent = text_ascent(FRAME_TEXT_SIZE), descent = text_descent(FRAME_TEXT_SIZE);

  return (struct rect){at.x, at.y - ascent, width, ascent + descent + (has_body ? 15 : 0)};
}

void labels_note(struct frame *frame, struct point at, const char *head, const char *body)
{
  static const struct point way[] = {{1, 1}, {1, -1}, {-1, 1}, {-1, -1},
                                     {1, 0}, {-1, 0}, {0, 1},  {0, -1}};
  struct text_style head_style = note_style;
  struct best_place best = {.is_found = false};
  char first[256], second[256];
  double width;
  bool has_body = body && *body;

  if (!head || !*head) return;
  head_style.weight = WEIGHT_SEMIBOLD;
  head_style.color = COLOR_INK;
  width = text_fit(first, sizeof first, head, frame->plot.width * 0.7, FRAME_TEXT_SIZE,
                   WEIGHT_SEMIBOLD);
  if (has_body)
    width = fmax(width, text_fit(second, sizeof second, body, frame->plot.width * 0.7,
                                 FRAME_TEXT_SIZE, WEIGHT_REGULAR));
  for (double distance = 8; distance < 120; distance += 8) {
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
      struct rect box = note_box((struct point){0, 0}, width, has_body);
      double dx = way[i].x * distance, dy = way[i].y * distance;
      double left = way[i].x > 0   ? at.x + dx + 2
                    : way[i].x < 0 ? at.x + dx - 2 - width
                                   : at.x - width / 2;
      double top = way[i].y > 0   ? at.y + dy - 6
                   : way[i].y < 0 ? at.y + dy + 6 - box.height
                                  : at.y - box.height / 2;

      if (way[i].x == 0) top += way[i].y * 8;
      consider(frame, &best, (struct point){left, top - box.y},
               (struct rect){left, top, width, box.height}, distance / 400 + 0.005 * (double)i);
    }
  }
  if (!best.is_found) return;
  frame_text(frame, best.at, first, &head_style);
  if (has_body) frame_text(frame, (struct point){best.at.x, best.at.y + 15}, second, &note_style);
}
