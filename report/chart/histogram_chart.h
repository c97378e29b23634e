/* Counts between edges (720x420): residuals, scores per class, any values. */
#ifndef EPOCHLOG_CHART_HISTOGRAM_CHART_H
#define EPOCHLOG_CHART_HISTOGRAM_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/canvas.h"
#include "chart/frame.h"

struct histogram_series {
  const char *name;     /* for the legend, where there are several series */
  const double *counts; /* bin_count of them, >= 0 */
};

/* A vertical dashed line with a label: a threshold, the mean. */
struct histogram_mark {
  const char *label;
  double x;
};

struct histogram_chart {
  struct chart_text text;
  const double *edges; /* bin_count + 1, rising */
  size_t bin_count;
  const struct histogram_series *series; /* 1 to 6 over the same edges; drawn over each other */
  size_t series_count;
  bool low_overflow;  /* the first bin holds all below: hatched, drawn one bin wide */
  bool high_overflow; /* the last bin holds all above */
  double normal_mean; /* a normal curve of the same area as series 0 ... */
  double normal_sd;   /* ... when this is > 0 */
  const struct histogram_mark *marks;
  size_t mark_count;
  bool zero_line; /* a dashed line at x = 0, for residuals */
};

void histogram_chart_size(const struct histogram_chart *chart, double *width, double *height);
void histogram_chart_draw(const struct histogram_chart *chart, struct canvas *canvas);

#endif
