/* Horizontal bars with names, such as feature importance (720 wide, 22 high
 * per bar).
 *
 * Bars start at 0.  Positive and negative values have a colour each (and a
 * side each).  With groups, every name has one thin bar per group (overall and
 * one per class) and a legend.
 */
#ifndef EPOCHLOG_CHART_BAR_CHART_H
#define EPOCHLOG_CHART_BAR_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

/* `low` and `high` are the ends of an error bar; equal (as when zeroed) or NaN:
 * none.  `is_rest` draws the bar grey: "other 14 features". */
struct bar {
  const char *name;
  double value;
  double low;
  double high;
  bool is_rest;
};

/* Bars are drawn in the order given, top down: sort before.  The first
 * `max_bars` are drawn (0 means 20); what is left out becomes one grey bar,
 * the sum of the rest ("other 14 features"), unless `no_rest`. */
struct bar_chart {
  struct chart_text text;
  const struct bar *bars;
  size_t count;
  size_t max_bars;
  bool no_rest;
  bool has_counts;       /* values are counts, or sums of weights, and written as such */
  const char *rest_noun; /* what is counted in "other 14 ..."; NULL means "features" */

  /* Groups: `group_values[bar * group_count + group]`, drawn as light bars
   * below the main one.  group_count 0: none; at most 5 are drawn. */
  const char *value_name; /* the main bar in the legend, "overall"; NULL means "all" */
  const char *const *group_names;
  const double *group_values;
  size_t group_count;
};

void bar_chart_size(const struct bar_chart *chart, double *width, double *height);
void bar_chart_draw(const struct bar_chart *chart, struct canvas *canvas);

#endif
