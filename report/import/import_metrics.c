#include <stdlib.h>
#include <string.h>

#include "import/importing.h"

/* Metrics in a file: a step and one column per metric. */
struct series {
  size_t step_column;
  size_t count;
  size_t *columns;
  epochlog_metric *metrics; /* the same order */
  epochlog_metric *present; /* of one row: those with a value */
  double *values;
};

static int allocate(struct importing *importing, struct series *series)
{
  series->columns = calloc(importing->column_count, sizeof *series->columns);
  series->metrics = calloc(importing->column_count, sizeof *series->metrics);
  series->present = calloc(importing->column_count, sizeof *series->present);
  series->values = calloc(importing->column_count, sizeof *series->values);
  if (series->columns && series->metrics && series->present && series->values) return 0;
  return importing_fail(importing, "out of memory");
}

static int find_columns(struct importing *importing, struct series *series)
{
  const size_t time_column = importing_column(importing, "time");

  if (importing_need(importing, "step", &series->step_column)) return -1;
  for (size_t i = 0; i < importing->column_count; i++)
    if (i != series->step_column && i != time_column && *importing->columns[i])
      series->columns[series->count++] = i;
  if (series->count == 0)
    return importing_fail(importing, "line 1: there is no metric beside the column 'step'");
  if (time_column != NO_COLUMN)
    importing_note(importing, "column 'time' was left out, the points bear the time of the import");
  return 0;
}

static int define(struct importing *importing, struct series *series)
{
  for (size_t i = 0; i < series->count; i++) {
    series->metrics[i] =
        epochlog_define(importing->staging.run, importing->columns[series->columns[i]], NULL);
    if (series->metrics[i] == 0)
      return importing_logged(importing, epochlog_last_error(importing->staging.run, NULL));
  }
  return 0;
}

static int read_rows(struct importing *importing, struct series *series)
{
  int got;

  while ((got = importing_row(importing)) == 1) {
    size_t count = 0;
    int64_t step;

    if (importing_whole(importing, series->step_column, &step)) return -1;
    if (step == EPOCHLOG_AUTO)
      return importing_fail_at(importing, series->step_column, "the step is out of range");
    for (size_t i = 0; i < series->count; i++) {
      /* An empty cell is a metric that had no value at this step. */
      if (csv_fields(importing->csv)[series->columns[i]].size == 0) continue;
      if (importing_number(importing, series->columns[i], &series->values[count])) return -1;
      series->present[count++] = series->metrics[i];
    }
    if (count)
      epochlog_scalars(importing->staging.run, step, series->present, series->values, count);
  }
  return got;
}

int import_metrics(struct importing *importing)
{
  struct series series = {0};
  int failed = allocate(importing, &series) || find_columns(importing, &series) ||
               importing_start(importing) || define(importing, &series) ||
               read_rows(importing, &series);

  free(series.columns);
  free(series.metrics);
  free(series.present);
  free(series.values);
  return failed ? -1 : 0;
}
