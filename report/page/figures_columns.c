/* Lists, rows and tables: a column as a line, or against another. */
#include <string.h>

#include "page/series.h"

static const struct metric_column *numeric_column(const struct metric *metric, size_t wanted)
{
  for (size_t i = 0; i < metric->column_count; i++)
    if (metric->columns[i].numbers && wanted-- == 0) return &metric->columns[i];
  return NULL;
}

static size_t count_numeric(const struct metric *metric)
{
  size_t count = 0;

  while (numeric_column(metric, count)) count++;
  return count;
}

static bool falls(const struct metric_column *column)
{
  for (size_t i = 1; i < column->count; i++)
    if (!(column->numbers[i] <= column->numbers[i - 1])) return false;
  return true;
}

static bool rises(const struct metric_column *column)
{
  for (size_t i = 1; i < column->count; i++)
    if (!(column->numbers[i] >= column->numbers[i - 1])) return false;
  return true;
}

static struct data_table columns_table(struct pool *pool, const struct metric *metric)
{
  struct data_table table =
      table_begin(pool, metric->column_count ? metric->columns[0].count : 0, metric->column_count);

  for (size_t i = 0; i < metric->column_count; i++) {
    const struct metric_column *column = &metric->columns[i];

    if (column->texts)
      table_texts(&table, i, column->name, column->texts);
    else if (column->integers && !column->missing)
      table_integers(&table, i, column->name, column->integers);
    else
      table_numbers(&table, i, column->name, column->numbers);
  }
  return table;
}

/* A column against another that goes back and forth: as a line it would be a
 * scribble, so it is drawn as points. */
static void add_points(struct series_plan *plan, const struct metric *metric,
                       const struct metric_column *x, const struct metric_column *y)
{
  struct figure *figure =
      figures_add(plan->figures, FIGURE_SCATTER, plan->request->section, metric->name);
  struct scatter_chart *chart = &figure->chart.scatter;

  figure->title = metric->name;
  chart->text =
      (struct chart_text){.title = metric->name,
                          .subtitle = pool_printf(plan->pool, "table of %zu rows", x->count),
                          .x_name = x->name,
                          .y_name = y->name};
  chart->x = x->numbers;
  chart->y = y->numbers;
  chart->count = x->count;
  figure->alt = pool_printf(plan->pool, "Points of the table %s: %s against %s.", metric->name,
                            y->name, x->name);
  figure->data = columns_table(plan->pool, metric);
}

/* A table of counts between edges, one histogram after the other: as lines it would say
 * nothing, and the quantiles that are logged beside it say how the values went. */
static bool is_of_histograms(const struct metric *metric)
{
  static const char *const names[] = {"step", "left", "right", "count"};

  if (metric->kind != METRIC_TABLE || metric->column_count != 4) return false;
  for (size_t i = 0; i < 4; i++)
    if (strcmp(metric->columns[i].name, names[i]) != 0) return false;
  return true;
}

/* Two numeric columns: one against the other.  More: the first is x if it rises,
 * else the row's number is, and every other column is a line. */
void series_add_columns(struct series_plan *plan, const struct metric *metric)
{
  const size_t numeric = count_numeric(metric);
  const struct metric_column *first = numeric_column(metric, 0);
  const bool has_x = numeric == 2 || (numeric > 2 && rises(first));
  const size_t from = has_x ? 1 : 0;
  struct figure *figure;
  struct line_chart *chart;
  struct line_series *lines;

  if (!numeric || first->count < 2 || is_of_histograms(metric)) return;
  if (numeric == 2 && !rises(first) && !falls(first)) {
    add_points(plan, metric, first, numeric_column(metric, 1));
    return;
  }
  figure = figures_add(plan->figures, FIGURE_LINE, plan->request->section, metric->name);
  chart = &figure->chart.line;
  lines = POOL_ARRAY(plan->pool, numeric, struct line_series);
  for (size_t i = from; i < numeric; i++) {
    const struct metric_column *column = numeric_column(metric, i);

    lines[i - from] = (struct line_series){.name = numeric - from > 1 ? column->name : NULL,
                                           .x = has_x ? first->numbers : NULL,
                                           .y = column->numbers,
                                           .count = column->count};
  }
  figure->title = metric->name;
  chart->text = (struct chart_text){
      .title = metric->name,
      .subtitle = pool_printf(plan->pool, "%s of %zu %s",
                              metric->kind == METRIC_LIST  ? "list"
                              : metric->kind == METRIC_ROW ? "rows, a table"
                                                           : "table",
                              first->count, metric->kind == METRIC_LIST ? "values" : "rows"),
      .x_name = has_x ? first->name : "Index",
      .y_name = numeric - from == 1 && metric->kind != METRIC_LIST
                    ? numeric_column(metric, from)->name
                    : NULL};
  chart->series = lines;
  chart->series_count = numeric - from;
  chart->x_kind = has_x ? LINE_X_NUMBER : LINE_X_STEP;
  figure->alt = pool_printf(plan->pool, "Line chart of the %s %s.",
                            metric->kind == METRIC_LIST ? "list" : "table", metric->name);
  figure->data = columns_table(plan->pool, metric);
}
