#include "page/result_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/number.h"
#include "page/put.h"

/* In a table of more columns, intervals stand below their numbers. */
#define COLUMNS_SIDE_BY_SIDE 9

static bool is_taken(const struct result_tables *tables, const struct figures *figures,
                     const char *id)
{
  for (size_t i = 0; i < tables->count; i++)
    if (strcmp(tables->list[i].id, id) == 0) return true;
  for (size_t i = 0; i < figures->count; i++)
    if (strcmp(figures->list[i].id, id) == 0) return true;
  return false;
}

struct result_table *result_tables_add(struct result_tables *tables, const struct figures *figures,
                                       const char *section, const char *stem, const char *title,
                                       size_t rows, size_t columns)
{
  struct pool *pool = figures->pool;
  const char *base = file_stem(pool, stem);
  const char *id = base;
  struct result_table *table;

  if (tables->count == tables->capacity) {
    const size_t larger = tables->capacity ? 2 * tables->capacity : 16;
    struct result_table *list = POOL_ARRAY(pool, larger, struct result_table);

    if (tables->count) memcpy(list, tables->list, tables->count * sizeof *list);
    tables->list = list;
    tables->capacity = larger;
  }
  for (unsigned number = 2; is_taken(tables, figures, id); number++)
    id = pool_printf(pool, "%s-%u", base, number);
  table = &tables->list[tables->count++];
  *table = (struct result_table){.id = id,
                                 .section = section,
                                 .title = title,
                                 .caption = "",
                                 .rows = rows,
                                 .columns = POOL_ARRAY(pool, columns, struct shown_column),
                                 .chosen = rows};
  return table;
}

double *result_table_numbers(struct result_table *table, struct pool *pool, const char *key,
                             const char *head, enum column_style style)
{
  double *numbers = POOL_ARRAY(pool, table->rows, double);

  table->columns[table->column_count++] =
      (struct shown_column){.key = key, .head = head, .style = style, .numbers = numbers};
  return numbers;
}

const char **result_table_texts(struct result_table *table, struct pool *pool, const char *key,
                                const char *head, enum column_style style)
{
  const char **texts = POOL_ARRAY(pool, table->rows, const char *);

  table->columns[table->column_count++] =
      (struct shown_column){.key = key, .head = head, .style = style, .texts = texts};
  return texts;
}

struct interval *result_table_intervals(struct result_table *table, struct pool *pool)
{
  struct interval *intervals = POOL_ARRAY(pool, table->rows, struct interval);

  table->columns[table->column_count - 1].intervals = intervals;
  return intervals;
}

const char *result_table_cell(struct pool *pool, const struct shown_column *column, size_t row)
{
  char number[NUMBER_SIZE];
  const double value = column->numbers ? column->numbers[row] : 0;

  if (column->texts) return column->texts[row];
  if (isnan(value)) return "–";
  if (column->style == COLUMN_COUNT) return pool_printf(pool, "%s", number_count(number, value));
  if (column->style == COLUMN_SHARE) return pool_printf(pool, "%s", number_percent(number, value));
  return pool_printf(pool, "%s", number_metric(number, value));
}

const char *result_table_interval(struct pool *pool, const struct shown_column *column, size_t row)
{
  char low[NUMBER_SIZE], high[NUMBER_SIZE];

  if (!column->intervals || !interval_is_defined(&column->intervals[row])) return NULL;
  return pool_printf(pool, "%s–%s", number_metric(low, column->intervals[row].lo),
                     number_metric(high, column->intervals[row].hi));
}

static void put_cell(struct markup *out, struct pool *pool, const struct result_table *table,
                     const struct shown_column *column, size_t row)
{
  const char *words = result_table_cell(pool, column, row);
  const char *interval = result_table_interval(pool, column, row);
  char exact[NUMBER_SIZE];

  if (column->style == COLUMN_NAME) {
    put(out, "<th scope=\"row\">%s</th>", words);
    return;
  }
  if (column->texts) {
    put(out, "<td class=\"wrap\">%s</td>", words);
    return;
  }
  snprintf(exact, sizeof exact, "%.17g", column->numbers[row]);
  put(out, "<td class=\"n\"%r%r%r>%s", table->is_sortable ? " data-v=\"" : "",
      table->is_sortable ? exact : "", table->is_sortable ? "\"" : "", words);
  if (interval) put(out, " <span class=\"quiet ci\">%s</span>", interval);
  put(out, "</td>");
}

static void put_table(struct markup *out, struct pool *pool, const struct result_table *table)
{
  const size_t shown =
      table->rows_max && table->rows > table->rows_max ? table->rows_max : table->rows;

  put(out, "<h3>%s</h3>\n", table->title);
  if (*table->caption || shown < table->rows) {
    put(out, "<p class=\"tablenote\">%s", table->caption);
    if (shown < table->rows)
      put(out, "%sThe first %z of %z rows; all are in data/%s.csv.", *table->caption ? " " : "",
          shown, table->rows, table->id);
    put(out, "</p>\n");
  }
  put(out,
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table%r>\n<thead>"
      "<tr>",
      table->title,
      table->is_sortable                           ? " class=\"sortable\""
      : table->column_count > COLUMNS_SIDE_BY_SIDE ? " class=\"many\""
                                                   : "");
  for (size_t c = 0; c < table->column_count; c++)
    put(out, "<th scope=\"col\"%r>%s</th>", table->columns[c].texts ? "" : " class=\"n\"",
        table->columns[c].head);
  put(out, "</tr></thead>\n<tbody>\n");
  for (size_t row = 0; row < shown; row++) {
    put(out, row == table->chosen ? "<tr class=\"chosen\">" : "<tr>");
    for (size_t c = 0; c < table->column_count; c++)
      put_cell(out, pool, table, &table->columns[c], row);
    put(out, "</tr>\n");
  }
  put(out, "</tbody></table></div>\n");
}

void html_result_tables(struct markup *out, const struct result_tables *tables, struct pool *pool,
                        const char *section)
{
  for (size_t i = 0; i < tables->count; i++)
    if (strcmp(tables->list[i].section, section) == 0) put_table(out, pool, &tables->list[i]);
}

/* One end of a column's intervals. */
static const double *interval_ends(struct pool *pool, const struct shown_column *column,
                                   size_t rows, bool is_high)
{
  double *ends = POOL_ARRAY(pool, rows, double);

  for (size_t i = 0; i < rows; i++)
    ends[i] = is_high ? column->intervals[i].hi : column->intervals[i].lo;
  return ends;
}

static struct data_table as_data(struct pool *pool, const struct result_table *from)
{
  size_t count = from->column_count, at = 0;
  struct data_table data;

  for (size_t c = 0; c < from->column_count; c++) count += from->columns[c].intervals ? 2 : 0;
  data = table_begin(pool, from->rows, count);
  for (size_t c = 0; c < from->column_count; c++) {
    const struct shown_column *column = &from->columns[c];

    if (column->texts)
      table_texts(&data, at++, column->key, column->texts);
    else
      table_numbers(&data, at++, column->key, column->numbers);
    if (!column->intervals) continue;
    table_numbers(&data, at++, pool_printf(pool, "%s_low", column->key),
                  interval_ends(pool, column, from->rows, false));
    table_numbers(&data, at++, pool_printf(pool, "%s_high", column->key),
                  interval_ends(pool, column, from->rows, true));
  }
  return data;
}

int output_result_tables(const char *folder, const struct result_tables *tables, struct pool *pool,
                         struct output_error *error)
{
  const char *data_folder = pool_printf(pool, "%s/data", folder);

  if (tables->count && output_folder(data_folder, error)) return -1;
  for (size_t i = 0; i < tables->count; i++) {
    const struct result_table *table = &tables->list[i];
    const struct data_table data = as_data(pool, table);
    size_t size = 0;
    char *csv;
    int status;

    if (!table->rows) continue;
    csv = output_csv(&data, &size);
    if (!csv) {
      snprintf(error->message, sizeof error->message, "%s.csv: out of memory", table->id);
      return -1;
    }
    status = output_write(data_folder, pool_printf(pool, "%s.csv", table->id), csv, size, error);
    free(csv);
    if (status) return -1;
  }
  return 0;
}
