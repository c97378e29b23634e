/* Lists, rows and tables: the batches of one name joined into columns.
 *
 * First the batches are looked at (which columns, how many rows, of what type),
 * then they are decoded again into arrays of the final size.  Rows of a batch that
 * lacks a column are missing there.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reader/batch_values.h"
#include "reader/run_build.h"

/* Cells of one table, missing ones included, that are given room. */
#define CELLS_MAX (UINT64_C(1) << 28)

struct column {
  const char *name;
  bool has_type;
  enum value_type type;
  double *numbers;
  int64_t *integers;
  const char **texts;
  bool *missing;
};

struct table {
  size_t metric;
  size_t rows;
  size_t at; /* rows filled */
  struct column *columns;
  size_t column_count;
  size_t column_capacity;
  struct name_map names;
};

struct tables {
  struct table *items;
  size_t count;
  size_t capacity;
  struct name_map names;
};

static enum value_type type_of(uint8_t column_type)
{
  switch (column_type) {
    case FORMAT_COLUMN_INTEGER: return VALUE_INTEGER;
    case FORMAT_COLUMN_BOOL: return VALUE_BOOL;
    case FORMAT_COLUMN_TEXT: return VALUE_TEXT;
    default: return VALUE_FLOAT;
  }
}

/* Numbers with texts become texts, so that nothing is lost. */
static enum value_type join_types(enum value_type a, enum value_type b)
{
  if (a == b) return a;
  if (a == VALUE_TEXT || b == VALUE_TEXT) return VALUE_TEXT;
  return a == VALUE_FLOAT || b == VALUE_FLOAT ? VALUE_FLOAT : VALUE_INTEGER;
}

static struct table *table_of(struct run_state *state, struct tables *tables,
                              const struct batch_body *batch)
{
  struct metric metric = {.kind = (enum metric_kind)batch->kind, .unit = "", .description = ""};
  struct table *items;
  size_t at;

  metric.name = arena_str(&state->arena, batch->name);
  if (!metric.name) return NULL;
  at = name_map_get(&tables->names, metric.name, batch->kind);
  if (at != NAME_MAP_NONE) return &tables->items[at];
  items = array_grow(tables->items, &tables->capacity, tables->count + 1, sizeof *items);
  if (!items) return NULL;
  tables->items = items;
  at = tables->count;
  items[at] = (struct table){.metric = run_add_metric(state, &metric)};
  if (items[at].metric == SIZE_MAX || name_map_put(&tables->names, metric.name, batch->kind, at))
    return NULL;
  tables->count++;
  return &items[at];
}

static struct column *column_of(struct run_state *state, struct table *table,
                                struct epochlog__text text)
{
  char *name = arena_str(&state->arena, text);
  struct column *columns;
  size_t at;

  if (!name) return NULL;
  at = name_map_get(&table->names, name, 0);
  if (at != NAME_MAP_NONE) return &table->columns[at];
  columns =
      array_grow(table->columns, &table->column_capacity, table->column_count + 1, sizeof *columns);
  if (!columns) return NULL;
  table->columns = columns;
  at = table->column_count++;
  columns[at] = (struct column){.name = name};
  return name_map_put(&table->names, name, 0, at) ? NULL : &columns[at];
}

static int look_at(struct run_state *state, struct tables *tables, struct batch_body *batch)
{
  struct table *table = table_of(state, tables, batch);
  struct batch_column column;

  if (!table) return -1;
  state->metrics[table->metric].batches++;
  if (batch->column_count > 0) table->rows += batch->row_count;
  while (batch_next_column(&batch->columns, &column)) {
    struct column *known = column_of(state, table, column.name);

    if (!known) return -1;
    known->type =
        known->has_type ? join_types(known->type, type_of(column.type)) : type_of(column.type);
    known->has_type = true;
  }
  return 0;
}

static int allocate(struct run_state *state, struct table *table)
{
  for (size_t i = 0; i < table->column_count; i++) {
    struct column *column = &table->columns[i];

    column->missing = run_array(state, table->rows, sizeof *column->missing);
    if (!column->missing) return -1;
    memset(column->missing, 1, table->rows);
    if (column->type == VALUE_TEXT) {
      column->texts = run_array(state, table->rows, sizeof *column->texts);
      if (!column->texts) return -1;
      continue;
    }
    column->numbers = run_array(state, table->rows, sizeof *column->numbers);
    if (!column->numbers) return -1;
    for (size_t row = 0; row < table->rows; row++) column->numbers[row] = (double)NAN;
    if (column->type == VALUE_FLOAT) continue;
    column->integers = run_array(state, table->rows, sizeof *column->integers);
    if (!column->integers) return -1;
  }
  return 0;
}

/* One value, in the column's type. */
static int put_value(struct run_state *state, struct column *column, size_t row,
                     const struct batch_values *values, size_t i)
{
  if (values->texts && !values->texts[i].data) return 0;
  column->missing[row] = false;
  if (values->texts) {
    column->texts[row] = arena_str(&state->arena, values->texts[i]);
    return column->texts[row] ? 0 : -1;
  }
  if (column->type == VALUE_TEXT) {
    column->texts[row] = values->numbers
                             ? arena_format(&state->arena, "%.15g", values->numbers[i])
                             : arena_format(&state->arena, "%" PRId64, values->integers[i]);
    return column->texts[row] ? 0 : -1;
  }
  if (column->integers) column->integers[row] = values->integers[i];
  column->numbers[row] = values->numbers ? values->numbers[i] : (double)values->integers[i];
  return 0;
}

static int fill(struct run_state *state, const struct run_record *item, struct table *table,
                struct batch_body *batch)
{
  struct contents *contents = &state->sources[item->source].contents;
  struct batch_column column;
  int result = 0;

  while (result == 0 && batch_next_column(&batch->columns, &column)) {
    struct column *known = column_of(state, table, column.name);
    struct batch_values values;
    enum block_check check = batch_values_read(&values, contents, &column, batch->row_count);

    if (!known || check == BLOCK_NO_MEMORY) return -1;
    if (check != BLOCK_OK) {
      run_warn(state, "%s: column \"%s\" of \"%s\" could not be read and is missing",
               log_name(contents->log), known->name, state->metrics[table->metric].name);
      continue;
    }
    for (size_t i = 0; i < values.count && result == 0; i++)
      result = put_value(state, known, table->at + i, &values, i);
    batch_values_release(&values);
  }
  if (batch->column_count > 0) table->at += batch->row_count;
  return result;
}

static int publish(struct run_state *state, const struct table *table)
{
  struct metric *metric = &state->metrics[table->metric];
  struct metric_column *columns =
      arena_array(&state->arena, table->column_count + 1, sizeof *columns);

  if (!columns) return -1;
  for (size_t i = 0; i < table->column_count; i++) {
    const struct column *column = &table->columns[i];
    bool any = table->rows > 0 && memchr(column->missing, 1, table->rows);

    columns[i] = (struct metric_column){.name = column->name,
                                        .type = column->type,
                                        .count = table->rows,
                                        .numbers = column->numbers,
                                        .integers = column->integers,
                                        .texts = column->texts,
                                        .missing = any ? column->missing : NULL};
  }
  metric->columns = columns;
  metric->column_count = table->column_count;
  metric->count = table->rows;
  state->totals[table->metric].count = table->rows;
  return 0;
}

/* A table whose claimed size no log can have is left empty. */
static void refuse_giants(struct run_state *state, struct tables *tables)
{
  for (size_t i = 0; i < tables->count; i++) {
    struct table *table = &tables->items[i];
    uint64_t bytes = 0;

    for (size_t k = 0; k < state->source_count; k++)
      bytes += log_account(state->sources[k].log)->size;
    if (table->column_count == 0 ||
        table->rows <= (CELLS_MAX / 16 + 64 * bytes) / table->column_count)
      continue;
    run_warn(state, "\"%s\" claims more rows than its logs can hold and was left out",
             state->metrics[table->metric].name);
    table->rows = 0;
    table->column_count = 0;
  }
}

int run_build_tables(struct run_state *state)
{
  struct tables tables = {0};
  struct batch_body batch;
  int result = 0;

  for (size_t i = 0; i < state->record_count && result == 0; i++)
    if (run_batch_get(state, &state->records[i], FORMAT_BATCH_LIST, FORMAT_BATCH_TABLE, &batch))
      result = look_at(state, &tables, &batch);
  if (result == 0) refuse_giants(state, &tables);
  for (size_t i = 0; i < tables.count && result == 0; i++)
    result = allocate(state, &tables.items[i]);
  for (size_t i = 0; i < state->record_count && result == 0; i++) {
    struct table *table;

    if (!run_batch_get(state, &state->records[i], FORMAT_BATCH_LIST, FORMAT_BATCH_TABLE, &batch))
      continue;
    table = table_of(state, &tables, &batch);
    if (!table)
      result = -1;
    else if (table->column_count > 0)
      result = fill(state, &state->records[i], table, &batch);
  }
  for (size_t i = 0; i < tables.count; i++) {
    if (result == 0) result = publish(state, &tables.items[i]);
    free(tables.items[i].columns);
    name_map_release(&tables.items[i].names);
  }
  free(tables.items);
  name_map_release(&tables.names);
  return result;
}
