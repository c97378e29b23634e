#include "chart/lift_chart.h"

#include <math.h>

/* The lines at 1 and at the largest lift, with the points they refer to. */
struct lines {
  double x[2];
  double one[2];
  double most[2];
  struct curve_reference references[2];
};

static struct curve_chart as_curves(const struct lift_chart *chart, struct lines *lines)
{
  struct curve_chart curves = {.text = chart->text,
                               .curves = chart->curves,
                               .curve_count = chart->curve_count,
                               .references = lines->references,
                               .reference_count = 1,
                               .x_axis = CURVE_AXIS_PERCENT,
                               .y_axis = CURVE_AXIS_ZERO,
                               .wide = true};

  *lines = (struct lines){.x = {0, 1}, .one = {1, 1}, .most = {chart->max_lift, chart->max_lift}};
  lines->references[0] = (struct curve_reference){
      .label = "random choice", .x = lines->x, .y = lines->one, .count = 2};
  lines->references[1] = (struct curve_reference){
      .label = "largest possible", .x = lines->x, .y = lines->most, .count = 2};
  if (isfinite(chart->max_lift) && chart->max_lift > 0) curves.reference_count = 2;
  if (!curves.text.x_name) curves.text.x_name = "Share of rows";
  if (!curves.text.y_name) curves.text.y_name = "Lift";
  return curves;
}

void lift_chart_size(const struct lift_chart *chart, double *width, double *height)
{
  struct lines lines;
  struct curve_chart curves = as_curves(chart, &lines);

  curve_chart_size(&curves, width, height);
}

void lift_chart_draw(const struct lift_chart *chart, struct canvas *canvas)
{
  struct lines lines;
  struct curve_chart curves = as_curves(chart, &lines);

  curve_chart_draw(&curves, canvas);
}
