#include <stdlib.h>
#include <string.h>

#include "import/importing.h"

/* The columns of a regression: each an array of a batch, or absent. */
enum part { TRUE_VALUE, PREDICTED, LOWER, UPPER, WEIGHT, PARTS };

struct regression {
  size_t columns[PARTS]; /* in the file */
  size_t id_column;
  double *values[PARTS];
  int64_t *ids;
  size_t rows;
};

static int find_columns(struct importing *importing, struct regression *regression)
{
  static const char *const names[PARTS] = {"true", "predicted", "lower", "upper", "weight"};
  size_t unused = 0;

  if (importing_need(importing, "true", &regression->columns[TRUE_VALUE]) ||
      importing_need(importing, "predicted", &regression->columns[PREDICTED]))
    return -1;
  for (size_t i = LOWER; i < PARTS; i++)
    regression->columns[i] = importing_column(importing, names[i]);
  regression->id_column = importing_column(importing, "id");
  if ((regression->columns[LOWER] == NO_COLUMN) != (regression->columns[UPPER] == NO_COLUMN))
    return importing_fail(importing, "line 1: column '%s' is there but not '%s'",
                          regression->columns[LOWER] == NO_COLUMN ? "upper" : "lower",
                          regression->columns[LOWER] == NO_COLUMN ? "lower" : "upper");
  for (size_t i = 0; i < importing->column_count; i++) {
    bool used = i == regression->id_column || !*importing->columns[i];

    for (size_t k = 0; k < PARTS; k++) used |= regression->columns[k] == i;
    unused += !used;
  }
  if (unused)
    importing_note(importing,
                   "%zu column%s beside true, predicted, lower, upper, weight and id "
                   "%s left out",
                   unused, unused == 1 ? "" : "s", unused == 1 ? "was" : "were");
  return 0;
}

static int log_batch(struct importing *importing, struct regression *regression)
{
  const epochlog_regression batch = {
      .count = regression->rows,
      .true_value = regression->values[TRUE_VALUE],
      .predicted = regression->values[PREDICTED],
      .lower = regression->values[LOWER],
      .upper = regression->values[UPPER],
      .interval_level = regression->values[LOWER] ? importing->options->level : 0.0,
      .weights = regression->values[WEIGHT],
      .ids = regression->ids,
      .target_name = importing->options->target,
  };

  regression->rows = 0;
  return importing_logged(
      importing, epochlog_log_regression(importing->staging.run, importing->evaluation, &batch));
}

static int read_row(struct importing *importing, struct regression *regression)
{
  const size_t row = regression->rows;

  for (size_t k = 0; k < WEIGHT; k++)
    if (regression->values[k] &&
        importing_number(importing, regression->columns[k], &regression->values[k][row]))
      return -1;
  if (regression->values[WEIGHT] &&
      importing_weight(importing, regression->columns[WEIGHT], &regression->values[WEIGHT][row]))
    return -1;
  if (regression->ids && importing_whole(importing, regression->id_column, &regression->ids[row]))
    return -1;
  regression->rows++;
  return 0;
}

static int read_rows(struct importing *importing, struct regression *regression)
{
  const size_t room = importing_batch_rows(PARTS + 1);
  int got;

  for (size_t k = 0; k < PARTS; k++) {
    if (regression->columns[k] == NO_COLUMN) continue;
    regression->values[k] = malloc(room * sizeof *regression->values[k]);
    if (!regression->values[k]) return importing_fail(importing, "out of memory");
  }
  if (regression->id_column != NO_COLUMN) {
    regression->ids = malloc(room * sizeof *regression->ids);
    if (!regression->ids) return importing_fail(importing, "out of memory");
  }
  while ((got = importing_row(importing)) == 1) {
    if (read_row(importing, regression)) return -1;
    if (regression->rows == room && log_batch(importing, regression)) return -1;
  }
  if (got < 0) return -1;
  return regression->rows ? log_batch(importing, regression) : 0;
}

int import_regression(struct importing *importing)
{
  struct regression regression = {0};
  int failed;

  if (find_columns(importing, &regression) || importing_start(importing)) return -1;
  failed = read_rows(importing, &regression);
  for (size_t k = 0; k < PARTS; k++) free(regression.values[k]);
  free(regression.ids);
  return failed;
}
