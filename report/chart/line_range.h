/* Which part of the numbers a line chart shows, and on which scale. */
#ifndef EPOCHLOG_CHART_LINE_RANGE_H
#define EPOCHLOG_CHART_LINE_RANGE_H

#include "chart/line_chart.h"
#include "chart/scale.h"

struct line_range {
  struct range x;
  struct range y;
  bool is_log;
  bool cuts_above; /* values beyond y.high or y.low exist and are marked at the edge */
  bool cuts_below;
  double largest; /* of all values */
  double smallest;
  size_t not_positive; /* values a log axis leaves out */
};

struct line_range line_range_of(const struct line_chart *chart);

#endif
