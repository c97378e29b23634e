/* What the curve figures of one classifier's evaluation have in common: which
 * curves are shown, how they become those of a chart, and their words. */
#ifndef EPOCHLOG_PAGE_FIGURES_CURVES_H
#define EPOCHLOG_PAGE_FIGURES_CURVES_H

#include "analysis/evaluate.h"
#include "page/figure.h"
#include "page/figures_classification.h"

struct curve_maker {
  struct figures *figures;
  struct pool *pool;
  const char *section;
  const struct evaluation_result *result;
  const struct evaluation *source;
  const struct multiclass *curves;
  size_t positive;                          /* the one class shown; class_count: all */
  const struct classification_style *style; /* NULL: as most people want it */
  const char *of;                           /* "n = 143, positive = malignant (90 rows)" */
};

/* One drawn curve and where its points come from. */
struct shown_curve {
  const char *name;
  const struct class_curves *from;
  enum curve_role role;
  unsigned hue; /* the same in every chart, whichever curves it leaves out; 0 for averages */
};

typedef const struct curve *(*pick_curve)(const struct class_curves *from);
typedef double (*pick_number)(const struct curve_maker *m, const struct shown_curve *shown);

/* "AUC 0.994", or "0.994" without a name. */
const char *figures_metric_text(struct pool *pool, const char *name, double value);

/* "0.991 (95 % CI 0.966–0.998, DeLong)". */
const char *figures_with_interval(struct pool *pool, double value, struct interval interval,
                                  const char *method);

/* The curves of a figure, in the order of the legend: the averages, then the
 * classes that are shown; for a binary evaluation the positive class alone. */
size_t figures_list_shown(const struct curve_maker *m, struct shown_curve **out);

/* Turns shown curves into those of a chart; those without points are left out. */
struct chart_curve *figures_chart_curves(const struct curve_maker *m,
                                         const struct shown_curve *shown, size_t count,
                                         pick_curve pick, const char *number_name,
                                         pick_number number, enum curve_shape shape, size_t *drawn);

/* The points of all curves below one another: curve, x, y, threshold. */
struct data_table figures_curve_table(const struct curve_maker *m, const struct shown_curve *shown,
                                      size_t count, pick_curve pick, const char *x_name,
                                      const char *y_name);

/* A dashed line between two or three points. */
struct curve_reference figures_reference(struct pool *pool, const char *label, size_t count,
                                         const double *x, const double *y);

/* Why a figure without curves has none, NULL when nothing says. */
const char *figures_why_empty(const struct curve_maker *m);

/* Titles, axis names and the words for those who cannot see the chart. */
void figures_finish_text(const struct curve_maker *m, struct figure *figure, const char *title,
                         const char *subtitle, const char *x_name, const char *y_name);

/* The point (recall 0, precision 1) that no threshold makes is lowered to the
 * height of the first real one. */
void figures_start_at_first_threshold(struct pool *pool, struct chart_curve *curves, size_t count);

/* Lift between two points is no straight line: gives the curves the points it
 * takes.  `curves` are those of figures_chart_curves with the lift. */
void figures_draw_lift_between_points(const struct curve_maker *m, struct chart_curve *curves,
                                      const struct shown_curve *shown, size_t count);

/* A bin with fewer rows says more about chance than about the class. */
#define FIGURES_ROWS_PER_POINT 10

/* The calibration of each shown curve as a line through its bins, those of a few
 * rows left out; and the table of all bins. */
void figures_add_calibration_curves(const struct curve_maker *m, struct calibration_chart *chart,
                                    const struct shown_curve *shown, size_t count);
struct data_table figures_calibration_table(const struct curve_maker *m,
                                            const struct shown_curve *shown, size_t count);

/* The class that is not the positive one of two. */
const char *figures_other_class(const struct curve_maker *m);

/* "At threshold 0.602 (highest Youden J), 40 of 42 malignant rows are found and 0 of
 * 71 benign rows are called malignant."  "" without a table of thresholds. */
const char *figures_found_sentence(const struct curve_maker *m, enum threshold_kind kind);

/* "Highest: virginica (0.998); lowest: setosa (0.971)." of all classes with such a
 * number; "" where there are fewer than two. */
const char *figures_extremes(const struct curve_maker *m,
                             double (*number)(const struct class_curves *from));

/* The figures that have files of their own. */
void figures_add_confusion(const struct curve_maker *m);
void figures_add_top_confusions(const struct curve_maker *m);
void figures_add_roc(const struct curve_maker *m, const struct shown_curve *shown, size_t count);
void figures_add_pr(const struct curve_maker *m, const struct shown_curve *shown, size_t count);
void figures_add_det(const struct curve_maker *m);
void figures_add_ks(const struct curve_maker *m);
void figures_add_scores(const struct curve_maker *m);
void figures_add_top_label(const struct curve_maker *m);
void figures_add_gain(const struct curve_maker *m, const struct shown_curve *shown, size_t count);
void figures_add_lift(const struct curve_maker *m, const struct shown_curve *shown, size_t count);
void figures_add_calibration(const struct curve_maker *m, const struct shown_curve *shown,
                             size_t count);

#endif
