#include "page/figure.h"

#include <assert.h>
#include <string.h>

#define STEM_MAX 60

char *file_stem(struct pool *pool, const char *text)
{
  char *stem = POOL_ARRAY(pool, STEM_MAX + 1, char);
  size_t length = 0;

  for (; *text && length < STEM_MAX; text++) {
    const char c = *text;

    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      stem[length++] = c;
    else if (c >= 'A' && c <= 'Z')
      stem[length++] = (char)(c - 'A' + 'a');
    else if (length && stem[length - 1] != '-')
      stem[length++] = c == '.' || c == '_' ? c : '-';
  }
  while (length && (stem[length - 1] == '-' || stem[length - 1] == '.')) length--;
  stem[length] = '\0';
  return length ? stem : pool_printf(pool, "unnamed");
}

static int is_taken(const struct figures *figures, const char *id)
{
  for (size_t i = 0; i < figures->count; i++)
    if (strcmp(figures->list[i].id, id) == 0) return 1;
  return 0;
}

struct figure *figures_add(struct figures *figures, enum figure_kind kind, const char *section,
                           const char *stem)
{
  const char *base = file_stem(figures->pool, stem);
  const char *id = base;
  struct figure *figure;

  if (figures->count == figures->capacity) {
    const size_t larger = figures->capacity ? 2 * figures->capacity : 32;
    struct figure *list = POOL_ARRAY(figures->pool, larger, struct figure);

    if (figures->count) memcpy(list, figures->list, figures->count * sizeof *list);
    figures->list = list;
    figures->capacity = larger;
  }
  for (unsigned number = 2; is_taken(figures, id); number++)
    id = pool_printf(figures->pool, "%s-%u", base, number);
  figure = &figures->list[figures->count++];
  *figure = (struct figure){
      .id = id, .section = section, .kind = kind, .title = "", .alt = "", .caption = ""};
  return figure;
}

struct chart_text *figure_text(struct figure *figure)
{
  switch (figure->kind) {
    case FIGURE_LINE: return &figure->chart.line.text;
    case FIGURE_CURVE: return &figure->chart.curve.text;
    case FIGURE_LIFT: return &figure->chart.lift.text;
    case FIGURE_CALIBRATION: return &figure->chart.calibration.text;
    case FIGURE_MATRIX: return &figure->chart.matrix.text;
    case FIGURE_BAR: return &figure->chart.bar.text;
    case FIGURE_HISTOGRAM: return &figure->chart.histogram.text;
    case FIGURE_PREDICTION: return &figure->chart.prediction.text;
    case FIGURE_SCATTER: return &figure->chart.scatter.text;
    case FIGURE_COVERAGE: return &figure->chart.coverage.text;
    case FIGURE_FOREST: return &figure->chart.forest.text;
    case FIGURE_HEAT: return &figure->chart.heat.text;
  }
  return &figure->chart.line.text;
}

void figure_size(const struct figure *figure, double *width, double *height)
{
  switch (figure->kind) {
    case FIGURE_LINE: line_chart_size(&figure->chart.line, width, height); return;
    case FIGURE_CURVE: curve_chart_size(&figure->chart.curve, width, height); return;
    case FIGURE_LIFT: lift_chart_size(&figure->chart.lift, width, height); return;
    case FIGURE_CALIBRATION:
      calibration_chart_size(&figure->chart.calibration, width, height);
      return;
    case FIGURE_MATRIX: matrix_chart_size(&figure->chart.matrix, width, height); return;
    case FIGURE_BAR: bar_chart_size(&figure->chart.bar, width, height); return;
    case FIGURE_HISTOGRAM: histogram_chart_size(&figure->chart.histogram, width, height); return;
    case FIGURE_PREDICTION: prediction_chart_size(&figure->chart.prediction, width, height); return;
    case FIGURE_SCATTER: scatter_chart_size(&figure->chart.scatter, width, height); return;
    case FIGURE_COVERAGE: coverage_chart_size(&figure->chart.coverage, width, height); return;
    case FIGURE_FOREST: forest_chart_size(&figure->chart.forest, width, height); return;
    case FIGURE_HEAT: heat_chart_size(&figure->chart.heat, width, height); return;
  }
}

void figure_draw(const struct figure *figure, struct canvas *canvas)
{
  switch (figure->kind) {
    case FIGURE_LINE: line_chart_draw(&figure->chart.line, canvas); return;
    case FIGURE_CURVE: curve_chart_draw(&figure->chart.curve, canvas); return;
    case FIGURE_LIFT: lift_chart_draw(&figure->chart.lift, canvas); return;
    case FIGURE_CALIBRATION: calibration_chart_draw(&figure->chart.calibration, canvas); return;
    case FIGURE_MATRIX: matrix_chart_draw(&figure->chart.matrix, canvas); return;
    case FIGURE_BAR: bar_chart_draw(&figure->chart.bar, canvas); return;
    case FIGURE_HISTOGRAM: histogram_chart_draw(&figure->chart.histogram, canvas); return;
    case FIGURE_PREDICTION: prediction_chart_draw(&figure->chart.prediction, canvas); return;
    case FIGURE_SCATTER: scatter_chart_draw(&figure->chart.scatter, canvas); return;
    case FIGURE_COVERAGE: coverage_chart_draw(&figure->chart.coverage, canvas); return;
    case FIGURE_FOREST: forest_chart_draw(&figure->chart.forest, canvas); return;
    case FIGURE_HEAT: heat_chart_draw(&figure->chart.heat, canvas); return;
  }
}

struct data_table table_begin(struct pool *pool, size_t rows, size_t columns)
{
  return (struct data_table){rows, columns, POOL_ARRAY(pool, columns, struct data_column)};
}

/* The columns belong to the table being built; `const` is for its readers. */
static struct data_column *column_of(struct data_table *table, size_t column)
{
  assert(column < table->column_count);
  return (struct data_column *)&table->columns[column];
}

void table_numbers(struct data_table *table, size_t column, const char *name, const double *numbers)
{
  *column_of(table, column) = (struct data_column){.name = name, .numbers = numbers};
}

void table_integers(struct data_table *table, size_t column, const char *name,
                    const int64_t *integers)
{
  *column_of(table, column) = (struct data_column){.name = name, .integers = integers};
}

void table_texts(struct data_table *table, size_t column, const char *name,
                 const char *const *texts)
{
  *column_of(table, column) = (struct data_column){.name = name, .texts = texts};
}
