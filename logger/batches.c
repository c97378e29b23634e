/* The calls that log lists, rows, tables and evaluations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "metric.h"
#include "system.h"
#include "utf8.h"

static epochlog_status invalid(epochlog_run *run, const char *name, const char *what)
{
  return epochlog__run_fail(run, EPOCHLOG_INVALID, 0, "'%.200s': %s", name == NULL ? "" : name,
                            what);
}

/* ---------------------------------------------------- lists, rows, tables */

/* OK if the name is free for metrics of that kind. */
static epochlog_status claim_name(epochlog_run *run, const char *name, enum epochlog__kind kind)
{
  const struct epochlog__wish wish = {.name = name, .definition = {.kind = kind}};
  epochlog_status status = epochlog__enter(run);

  if (status != EPOCHLOG_OK) return status;
  epochlog__series_named(run, &wish, &status);
  epochlog__leave(run);
  return status;
}

static bool source_of(epochlog_type type, enum epochlog__source *source)
{
  switch (type) {
    case EPOCHLOG_DOUBLE: *source = EPOCHLOG__FROM_DOUBLE; return true;
    case EPOCHLOG_FLOAT: *source = EPOCHLOG__FROM_FLOAT; return true;
    case EPOCHLOG_INT64: *source = EPOCHLOG__FROM_INT64; return true;
    case EPOCHLOG_BOOL: *source = EPOCHLOG__FROM_BYTE; return true;
    case EPOCHLOG_TEXT: *source = EPOCHLOG__FROM_TEXT; return true;
  }
  return false;
}

/* Whether a name has something in it besides white space. */
static bool has_letters(const char *name)
{
  return name != NULL && name[strspn(name, " \t\n\v\f\r")] != '\0';
}

epochlog_status epochlog_log_list(epochlog_run *run, const char *name, epochlog_type type,
                                  const void *values, size_t count)
{
  struct epochlog__batch_column column = {.name = "value", .values = values, .stride = 1};
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (!source_of(type, &column.source)) return invalid(run, name, "no such type");
  if (values == NULL && count != 0) return invalid(run, name, "the values are NULL");
  status = claim_name(run, name, EPOCHLOG__LIST);
  if (status != EPOCHLOG_OK) return status;
  return epochlog__batch_put(run, &(struct epochlog__batch){.kind = FORMAT_BATCH_LIST,
                                                            .name = name,
                                                            .columns = &column,
                                                            .column_count = 1,
                                                            .row_count = count});
}

/* A row is a table of one. */
static epochlog_status log_table(epochlog_run *run, const char *name,
                                 const epochlog_column *columns, size_t column_count,
                                 size_t row_count, enum format_batch kind)
{
  struct epochlog__batch_column *list;
  epochlog_status status = EPOCHLOG_OK;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (columns == NULL || column_count == 0) return invalid(run, name, "there are no columns");
  if (column_count > FORMAT_BATCH_COLUMNS_MAX)
    return epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "%zu columns, more than %u", column_count,
                              FORMAT_BATCH_COLUMNS_MAX);
  list = epochlog__allocate_zeroed(column_count * sizeof *list);
  if (list == NULL) return epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "a table");
  for (size_t i = 0; i < column_count && status == EPOCHLOG_OK; i++) {
    list[i] = (struct epochlog__batch_column){
        .name = columns[i].name, .values = columns[i].values, .stride = 1};
    if (!has_letters(columns[i].name))
      status = invalid(run, name, "a column without a name");
    else if (!source_of(columns[i].type, &list[i].source))
      status = invalid(run, name, "a column of no known type");
    else if (columns[i].values == NULL && row_count != 0)
      status = invalid(run, name, "the values of a column are NULL");
  }
  if (status == EPOCHLOG_OK)
    status = claim_name(run, name, kind == FORMAT_BATCH_ROW ? EPOCHLOG__ROW : EPOCHLOG__TABLE);
  if (status == EPOCHLOG_OK)
    status = epochlog__batch_put(run, &(struct epochlog__batch){.kind = kind,
                                                                .name = name,
                                                                .columns = list,
                                                                .column_count = column_count,
                                                                .row_count = row_count});
  free(list);
  return status;
}

epochlog_status epochlog_log_row(epochlog_run *run, const char *name,
                                 const epochlog_column *columns, size_t column_count)
{
  return log_table(run, name, columns, column_count, 1, FORMAT_BATCH_ROW);
}

epochlog_status epochlog_log_table(epochlog_run *run, const char *name,
                                   const epochlog_column *columns, size_t column_count,
                                   size_t row_count)
{
  return log_table(run, name, columns, column_count, row_count, FORMAT_BATCH_TABLE);
}

/* ---------------------------------------------------------- classification */

#define FIXED_COLUMNS 4 /* true, predicted, weight, id */

static bool has_names(const char *const *names, size_t count)
{
  if (names == NULL) return false;
  for (size_t i = 0; i < count; i++)
    if (names[i] == NULL) return false;
  return true;
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

/* NULL, or what is wrong. */
static const char *fault_of(const epochlog_classification *batch)
{
  const bool has_scores = batch->scores != NULL || batch->scores_f32 != NULL;

  if (batch->class_count < 2) return "fewer than two classes";
  if (!has_names(batch->class_names, batch->class_count)) return "a class name is NULL";
  if (batch->scores != NULL && batch->scores_f32 != NULL) return "both kinds of scores";
  if (batch->binary_scores && !has_scores) return "binary scores that are NULL";
  if (batch->binary_scores && batch->class_count != 2)
    return "binary scores of other than 2 classes";
  if (batch->positive_class != NULL &&
      !is_among(batch->positive_class, batch->class_names, batch->class_count))
    return "the positive class is not one of the classes";
  if (batch->count == 0) return NULL;
  if (batch->true_class == NULL) return "the true classes are NULL";
  if (!has_scores && batch->predicted_class == NULL) return "neither scores nor predicted classes";
  return NULL;
}

/* Fills the columns; returns how many. */
static size_t classification_columns(struct epochlog__batch_column *list,
                                     const epochlog_classification *batch)
{
  const void *scores = batch->scores != NULL ? (const void *)batch->scores : batch->scores_f32;
  const enum epochlog__source source =
      batch->scores != NULL ? EPOCHLOG__FROM_DOUBLE : EPOCHLOG__FROM_FLOAT;
  const size_t width = scores == NULL ? 0 : batch->binary_scores ? 1 : batch->class_count;
  size_t n = 0;

  list[n++] = (struct epochlog__batch_column){
      .name = "true", .source = EPOCHLOG__FROM_INT32, .values = batch->true_class, .stride = 1};
  for (size_t i = 0; i < width; i++)
    list[n++] = (struct epochlog__batch_column){
        .name = "score",
        .number = (int)i,
        .is_numbered = !batch->binary_scores,
        .source = source,
        .values = source == EPOCHLOG__FROM_DOUBLE ? (const void *)((const double *)scores + i)
                                                  : (const void *)((const float *)scores + i),
        .stride = width};
  if (batch->predicted_class != NULL)
    list[n++] = (struct epochlog__batch_column){.name = "predicted",
                                                .source = EPOCHLOG__FROM_INT32,
                                                .values = batch->predicted_class,
                                                .stride = 1};
  if (batch->weights != NULL)
    list[n++] = (struct epochlog__batch_column){
        .name = "weight", .source = EPOCHLOG__FROM_DOUBLE, .values = batch->weights, .stride = 1};
  if (batch->ids != NULL)
    list[n++] = (struct epochlog__batch_column){
        .name = "id", .source = EPOCHLOG__FROM_INT64, .values = batch->ids, .stride = 1};
  return n;
}

epochlog_status epochlog_log_classification(epochlog_run *run, const char *name,
                                            const epochlog_classification *batch)
{
  struct epochlog__batch_column *list;
  struct epochlog__batch_attribute positive = {.key = "positive"};
  struct epochlog__batch put = {.kind = FORMAT_BATCH_CLASSIFICATION,
                                .name = name,
                                .attributes = &positive,
                                .attribute_count = 1,
                                .names_key = "classes"};
  epochlog_status status;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (batch == NULL) return invalid(run, name, "the batch is NULL");
  if (fault_of(batch) != NULL) return invalid(run, name, fault_of(batch));
  if (batch->class_count > FORMAT_BATCH_COLUMNS_MAX - FIXED_COLUMNS)
    return epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "%zu classes", batch->class_count);
  list = epochlog__allocate((batch->class_count + FIXED_COLUMNS) * sizeof *list);
  if (list == NULL) return epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "an evaluation");
  positive.value = batch->positive_class;
  put.names = batch->class_names;
  put.names_count = batch->class_count;
  put.columns = list;
  put.column_count = classification_columns(list, batch);
  put.row_count = batch->count;
  status = epochlog__batch_put(run, &put);
  free(list);
  return status;
}

/* -------------------------------------------------------------- regression */

/* The shortest decimal that reads back as the same number, with a point whatever the
 * locale's. */
static void write_number(char out[40], double value)
{
  char *end = out;

  for (int digits = 1; digits <= 17; digits++) {
    snprintf(out, 40, "%.*g", digits, value);
    if (strtod(out, NULL) == value) break;
  }
  for (const char *p = out; *p != '\0'; p++) {
    const bool is_plain = (*p >= '0' && *p <= '9') || *p == 'e' || *p == '-' || *p == '+';

    if (is_plain)
      *end++ = *p;
    else if (end == out || end[-1] != '.')
      *end++ = '.';
  }
  *end = '\0';
}

epochlog_status epochlog_log_regression(epochlog_run *run, const char *name,
                                        const epochlog_regression *batch)
{
  struct epochlog__batch_column list[6];
  struct epochlog__batch_attribute attributes[2] = {{.key = "interval_level"}, {.key = "target"}};
  char level[40];
  size_t n = 0;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (batch == NULL) return invalid(run, name, "the batch is NULL");
  if (batch->count != 0 && (batch->true_value == NULL || batch->predicted == NULL))
    return invalid(run, name, "true or predicted values are NULL");
  if ((batch->lower == NULL) != (batch->upper == NULL))
    return invalid(run, name, "one bound of the interval without the other");
  if (!(batch->interval_level >= 0 && batch->interval_level < 1))
    return invalid(run, name, "the interval's level is not in [0, 1)");
  if (batch->interval_level > 0) {
    write_number(level, batch->interval_level);
    attributes[0].value = level;
  }
  attributes[1].value = batch->target_name;
  {
    const struct {
      const char *name;
      const double *values;
    } doubles[] = {{"true", batch->true_value},
                   {"predicted", batch->predicted},
                   {"lower", batch->lower},
                   {"upper", batch->upper},
                   {"weight", batch->weights}};

    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
      if (doubles[i].values != NULL || i < 2)
        list[n++] = (struct epochlog__batch_column){.name = doubles[i].name,
                                                    .source = EPOCHLOG__FROM_DOUBLE,
                                                    .values = doubles[i].values,
                                                    .stride = 1};
  }
  if (batch->ids != NULL)
    list[n++] = (struct epochlog__batch_column){
        .name = "id", .source = EPOCHLOG__FROM_INT64, .values = batch->ids, .stride = 1};
  return epochlog__batch_put(run, &(struct epochlog__batch){.kind = FORMAT_BATCH_REGRESSION,
                                                            .name = name,
                                                            .attributes = attributes,
                                                            .attribute_count = 2,
                                                            .columns = list,
                                                            .column_count = n,
                                                            .row_count = batch->count});
}

/* -------------------------------------------------------------- importance */

epochlog_status epochlog_log_importance(epochlog_run *run, const char *name,
                                        const epochlog_importance *importance)
{
  struct epochlog__batch_attribute method = {.key = "method"};
  struct epochlog__batch_column *list;
  struct epochlog__batch put = {
      .kind = FORMAT_BATCH_IMPORTANCE, .name = name, .attributes = &method, .attribute_count = 1};
  epochlog_status status;
  size_t n = 0;

  if (run == NULL) return EPOCHLOG_INVALID;
  if (importance == NULL) return invalid(run, name, "the importance is NULL");
  if (importance->feature_count != 0 &&
      (!has_names(importance->feature_names, importance->feature_count) ||
       importance->overall == NULL))
    return invalid(run, name, "a feature's name or the values are NULL");
  if (importance->class_count != 0 &&
      (!has_names(importance->class_names, importance->class_count) ||
       importance->per_class == NULL))
    return invalid(run, name, "a class name or the values per class are NULL");
  if (importance->class_count > FORMAT_BATCH_COLUMNS_MAX - 3)
    return epochlog__run_fail(run, EPOCHLOG_TOO_LARGE, 0, "%zu classes", importance->class_count);
  list = epochlog__allocate((importance->class_count + 3) * sizeof *list);
  if (list == NULL) return epochlog__run_fail(run, EPOCHLOG_NO_MEMORY, 0, "an importance");
  list[n++] = (struct epochlog__batch_column){.name = "feature",
                                              .source = EPOCHLOG__FROM_TEXT,
                                              .values = importance->feature_names,
                                              .stride = 1};
  list[n++] = (struct epochlog__batch_column){.name = "overall",
                                              .source = EPOCHLOG__FROM_DOUBLE,
                                              .values = importance->overall,
                                              .stride = 1};
  if (importance->deviation != NULL)
    list[n++] = (struct epochlog__batch_column){.name = "deviation",
                                                .source = EPOCHLOG__FROM_DOUBLE,
                                                .values = importance->deviation,
                                                .stride = 1};
  for (size_t i = 0; i < importance->class_count; i++)
    list[n++] = (struct epochlog__batch_column){
        .name = "class",
        .number = (int)i,
        .is_numbered = true,
        .source = EPOCHLOG__FROM_DOUBLE,
        .values = importance->per_class + i * importance->feature_count,
        .stride = 1};
  method.value = importance->method;
  if (importance->class_count != 0) {
    put.names_key = "classes";
    put.names = importance->class_names;
    put.names_count = importance->class_count;
  }
  put.columns = list;
  put.column_count = n;
  put.row_count = importance->feature_count;
  status = epochlog__batch_put(run, &put);
  free(list);
  return status;
}
