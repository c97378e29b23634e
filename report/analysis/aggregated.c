#include "analysis/aggregated.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* More than any real table; below, products of counts cannot overflow. */
#define ITEMS_MAX 1000000

struct reading {
  struct aggregated *out;
  struct pool *pool;
  json_t *data;
};

/* Said once, however many classes it holds for. */
static void warn(struct reading *r, const char *text)
{
  for (size_t i = 0; i < r->out->warning_count; i++)
    if (strcmp(r->out->warnings[i], text) == 0) return;
  if (r->out->warning_count < AGGREGATED_WARNINGS_MAX)
    r->out->warnings[r->out->warning_count++] = text;
}

static double number_of(const json_t *item)
{
  if (json_is_number(item)) return json_number_value(item);
  return (double)NAN;
}

/* An array of numbers; NULL with *count 0 when it is not one. */
static double *numbers_of(struct reading *r, const json_t *array, size_t *count)
{
  double *numbers;

  *count = json_array_size(array);
  if (!*count || *count > ITEMS_MAX) {
    *count = 0;
    return NULL;
  }
  numbers = POOL_ARRAY(r->pool, *count, double);
  for (size_t i = 0; i < *count; i++) {
    numbers[i] = number_of(json_array_get(array, i));
    if (isnan(numbers[i])) {
      warn(r, "a list of numbers holds something else; the list was left out");
      *count = 0;
      return NULL;
    }
  }
  return numbers;
}

/* Class names; numbers are accepted and written as text. */
static void read_classes(struct reading *r, size_t expected)
{
  const json_t *labels = json_object_get(r->data, "class_labels");
  const size_t given = json_array_size(labels);
  const char **names = POOL_ARRAY(r->pool, expected, const char *);

  for (size_t i = 0; i < expected; i++) {
    const json_t *label = json_array_get(labels, i);

    if (json_is_string(label))
      names[i] = pool_printf(r->pool, "%s", json_string_value(label));
    else if (json_is_number(label))
      names[i] = pool_printf(r->pool, "%.15g", json_number_value(label));
    else
      names[i] = pool_printf(r->pool, "class %zu", i);
  }
  if (given != expected)
    warn(r, pool_printf(r->pool, "%zu class labels are given for %zu classes", given, expected));
  r->out->class_names = names;
  r->out->class_count = expected;
}

static void read_confusion(struct reading *r)
{
  const json_t *rows = json_object_get(r->data, "matrix");
  const size_t classes = json_array_size(rows);
  double *matrix;

  if (!classes || classes > 4096) {
    warn(r, "the matrix is missing or empty");
    return;
  }
  matrix = POOL_ARRAY(r->pool, classes * classes, double);
  for (size_t i = 0; i < classes; i++) {
    const json_t *row = json_array_get(rows, i);

    if (json_array_size(row) != classes)
      warn(r, "a row of the matrix is not as long as the matrix is high; missing cells count 0");
    for (size_t k = 0; k < classes; k++) {
      const double cell = number_of(json_array_get(row, k));

      matrix[i * classes + k] = isfinite(cell) && cell >= 0 ? cell : 0;
      if (k < json_array_size(row) && !(isfinite(cell) && cell >= 0))
        warn(r, "a cell of the matrix is no count (negative, or not a number); it counts 0");
    }
  }
  read_classes(r, classes);
  r->out->matrix = matrix;
  r->out->type = AGGREGATED_CONFUSION;
}

static bool is_count_row(const struct accuracy_count *row)
{
  return row->tp >= 0 && row->fp >= 0 && row->tn >= 0 && row->fn >= 0 &&
         isfinite(row->tp + row->fp + row->tn + row->fn);
}

/* One table [class][threshold][4]; all classes are cut to `thresholds` rows. */
static struct accuracy_count *read_table(struct reading *r, const json_t *table, size_t classes,
                                         size_t thresholds)
{
  struct accuracy_count *counts = POOL_ARRAY(r->pool, classes * thresholds, struct accuracy_count);

  for (size_t k = 0; k < classes; k++) {
    const json_t *rows = json_array_get(table, k);

    if (json_array_size(rows) != thresholds)
      warn(r, "a class has another number of rows than there are thresholds; the shorter counts");
    for (size_t i = 0; i < thresholds; i++) {
      const json_t *row = json_array_get(rows, i);

      counts[k * thresholds + i] = (struct accuracy_count){
          number_of(json_array_get(row, 0)), number_of(json_array_get(row, 1)),
          number_of(json_array_get(row, 2)), number_of(json_array_get(row, 3))};
      if (!is_count_row(&counts[k * thresholds + i]))
        warn(r, "a count is negative or no number; its class has no curve");
    }
  }
  return counts;
}

/* Old files misspell "percentile"; both spellings are read. */
static const json_t *percentile_tables(const struct reading *r)
{
  const json_t *tables = json_object_get(r->data, "percentile_tables");

  return tables ? tables : json_object_get(r->data, "precentile_tables");
}

static void read_accuracy(struct reading *r)
{
  struct accuracy_source *tables = &r->out->tables;
  const json_t *probability = json_object_get(r->data, "probability_tables");
  const json_t *percentile = percentile_tables(r);
  const size_t classes = json_array_size(probability);
  size_t probabilities = 0, percentiles = 0;

  tables->probability_threshold =
      numbers_of(r, json_object_get(r->data, "probability_thresholds"), &probabilities);
  tables->percentile_threshold =
      numbers_of(r, json_object_get(r->data, "percentile_thresholds"), &percentiles);
  if (!classes || !probabilities || classes > ITEMS_MAX / probabilities) {
    warn(r, "the probability tables or their thresholds are missing");
    return;
  }
  tables->classes = classes;
  tables->probability_count = probabilities;
  tables->probability = read_table(r, probability, classes, probabilities);
  if (json_array_size(percentile) == classes && percentiles && classes <= ITEMS_MAX / percentiles) {
    tables->percentile_count = percentiles;
    tables->percentile = read_table(r, percentile, classes, percentiles);
  } else {
    warn(r, "the percentile tables are missing; all curves come from the probability tables");
  }
  read_classes(r, classes);
  r->out->type = AGGREGATED_ACCURACY;
}

/* Edges and counts; where the lengths do not fit, what fits is kept. */
static bool read_bins(struct reading *r)
{
  size_t edges = 0, counts = 0;
  double *edge = numbers_of(r, json_object_get(r->data, "bin_edges"), &edges);
  double *count = numbers_of(r, json_object_get(r->data, "bin_counts"), &counts);

  if (!edge || !count || edges < 2) {
    warn(r, "bin_edges or bin_counts are missing");
    return false;
  }
  if (edges != counts + 1) {
    warn(r, pool_printf(r->pool, "%zu bin edges do not fit %zu counts; the rest was left out",
                        edges, counts));
    if (edges > counts + 1) edges = counts + 1;
  }
  for (size_t i = 1; i < edges; i++) {
    if (edge[i] >= edge[i - 1]) continue;
    warn(r, "bin_edges do not rise");
    return false;
  }
  for (size_t i = 0; i + 1 < edges; i++) {
    if (count[i] >= 0 && isfinite(count[i])) continue;
    warn(r, "a count is negative or no number; its bin counts 0");
    count[i] = 0;
  }
  r->out->bins = edges - 1;
  r->out->edges = edge;
  r->out->counts = count;
  return true;
}

static void read_residuals(struct reading *r)
{
  if (!read_bins(r)) return;
  r->out->mean = number_of(json_object_get(r->data, "mean"));
  r->out->stddev = number_of(json_object_get(r->data, "stddev"));
  r->out->type = AGGREGATED_RESIDUALS;
}

static void read_predictions(struct reading *r)
{
  size_t averages = 0, errors = 0;

  if (!read_bins(r)) return;
  r->out->averages = numbers_of(r, json_object_get(r->data, "bin_averages"), &averages);
  r->out->errors = numbers_of(r, json_object_get(r->data, "bin_errors"), &errors);
  if (averages < r->out->bins) {
    warn(r, "there are fewer bin_averages than bins");
    return;
  }
  if (errors < r->out->bins) {
    if (errors) warn(r, "there are fewer bin_errors than bins; the band was left out");
    r->out->errors = NULL;
  }
  r->out->type = AGGREGATED_PREDICTIONS;
}

static void read_as(struct reading *r, const char *schema)
{
  if (strcmp(schema, "confusion_matrix") == 0)
    read_confusion(r);
  else if (strcmp(schema, "accuracy_table") == 0)
    read_accuracy(r);
  else if (strcmp(schema, "residuals") == 0)
    read_residuals(r);
  else if (strcmp(schema, "predictions") == 0)
    read_predictions(r);
  else
    warn(r, pool_printf(r->pool, "the schema '%.60s' is not known", schema));
}

void aggregated_read(struct aggregated *out, const char *text, size_t size, const char *format,
                     struct pool *pool)
{
  struct reading r = {.out = out, .pool = pool};
  json_error_t error;
  json_t *root;
  const char *schema;

  *out = (struct aggregated){.mean = (double)NAN, .stddev = (double)NAN};
  root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  if (!root) {
    warn(&r, pool_printf(pool, "not valid JSON: line %d: %s", error.line, error.text));
    return;
  }
  schema = json_string_value(json_object_get(root, "schema_type"));
  r.data = json_object_get(root, "data");
  if (!json_is_object(r.data)) r.data = root;
  if (json_object_get(root, "errors"))
    warn(&r, "it reports errors instead of data");
  else
    read_as(&r, schema ? schema : format);
  json_decref(root);
}
