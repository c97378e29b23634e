/* A figure: a chart, the words around it, and the numbers it shows.
 *
 * Figures are made from runs and results (figures_*.c) before anything is
 * drawn; the same figure is then drawn as PNG for the Markdown page, as SVG for
 * the HTML page, and its table is written as CSV.  Everything a figure points
 * to lives in the report's pool or in the results it was made from.
 */
#ifndef EPOCHLOG_PAGE_FIGURE_H
#define EPOCHLOG_PAGE_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chart/bar_chart.h"
#include "chart/calibration_chart.h"
#include "chart/canvas.h"
#include "chart/coverage_chart.h"
#include "chart/curve_chart.h"
#include "chart/forest_chart.h"
#include "chart/heat_chart.h"
#include "chart/histogram_chart.h"
#include "chart/lift_chart.h"
#include "chart/line_chart.h"
#include "chart/matrix_chart.h"
#include "chart/prediction_chart.h"
#include "chart/scatter_chart.h"
#include "pool.h"

/* A column of a table: exactly one of the arrays is not NULL.  A NULL text and a
 * number that is NaN stand for themselves. */
struct data_column {
  const char *name;
  const double *numbers;
  const int64_t *integers;
  const char *const *texts;
};

struct data_table {
  size_t rows;
  size_t column_count;
  const struct data_column *columns;
};

enum figure_kind {
  FIGURE_LINE,
  FIGURE_CURVE,
  FIGURE_LIFT,
  FIGURE_CALIBRATION,
  FIGURE_MATRIX,
  FIGURE_BAR,
  FIGURE_HISTOGRAM,
  FIGURE_PREDICTION,
  FIGURE_SCATTER,
  FIGURE_COVERAGE,
  FIGURE_FOREST,
  FIGURE_HEAT
};

/* The files a chart can be written as, as bits. */
enum figure_format { FIGURE_PNG = 1, FIGURE_PDF = 2, FIGURE_SVG = 4 };

struct figure {
  const char *id;      /* file name without ending: letters, digits, '-', '_', '.' */
  const char *section; /* id of the section it stands in */
  const char *title;
  const char *alt;     /* for those who cannot see it: kind, variables, main finding */
  const char *caption; /* one line: how to read it */
  const char *group;   /* heading it stands under within its section; NULL: none */
  bool is_panel;       /* one of very many: small in the page, whole in its own file */
  enum figure_kind kind;
  union {
    struct line_chart line;
    struct curve_chart curve;
    struct lift_chart lift;
    struct calibration_chart calibration;
    struct matrix_chart matrix;
    struct bar_chart bar;
    struct histogram_chart histogram;
    struct prediction_chart prediction;
    struct scatter_chart scatter;
    struct coverage_chart coverage;
    struct forest_chart forest;
    struct heat_chart heat;
  } chart;
  struct data_table data;
};

struct figures {
  struct pool *pool;
  struct figure *list;
  size_t count;
  size_t capacity;
};

/** Adds an empty figure whose id is `stem` made safe for a file name and unique. */
struct figure *figures_add(struct figures *figures, enum figure_kind kind, const char *section,
                           const char *stem);

/** The part of the figure's chart that every chart has. */
struct chart_text *figure_text(struct figure *figure);

void figure_size(const struct figure *figure, double *width, double *height);
void figure_draw(const struct figure *figure, struct canvas *canvas);

/** `text` as a part of a file name or an id: lower case letters, digits, '-' and
 * '.', at most 60 bytes, never empty. */
char *file_stem(struct pool *pool, const char *text);

/* Tables that are put together column by column. */
struct data_table table_begin(struct pool *pool, size_t rows, size_t columns);
void table_numbers(struct data_table *table, size_t column, const char *name,
                   const double *numbers);
void table_integers(struct data_table *table, size_t column, const char *name,
                    const int64_t *integers);
void table_texts(struct data_table *table, size_t column, const char *name,
                 const char *const *texts);

#endif
