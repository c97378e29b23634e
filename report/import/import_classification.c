/* Predictions of a classifier.
 *
 * Three forms of file, told apart by their columns:
 *
 *     true,cat,dog,fish[,predicted]   a score per class; the columns name the classes
 *     true,score                      a score of the class told by --positive
 *     true,predicted                  labels only
 *
 * The last two name their classes in the rows, and every batch the logger takes
 * needs all the names, so their labels are collected in a first pass.
 */
#include <stdlib.h>
#include <string.h>

#include "import/importing.h"

struct classification {
  size_t true_column;
  size_t predicted_column;
  size_t score_column;
  size_t weight_column;
  size_t id_column;
  size_t class_count; /* columns with the score of a class; 0: another form */
  size_t *class_columns;
  struct labels labels; /* names of the classes, in their order */
  size_t rows;          /* of the batch */
  int32_t *true_class;
  int32_t *predicted_class;
  double *scores; /* row-major */
  size_t score_width;
  double *weights;
  int64_t *ids;
};

static int add_label(struct importing *importing, struct labels *labels, const char *name)
{
  return labels_add(labels, name) < 0 ? importing_fail(importing, "out of memory") : 0;
}

static int find_columns(struct importing *importing, struct classification *c)
{
  if (importing_need(importing, "true", &c->true_column)) return -1;
  c->predicted_column = importing_column(importing, "predicted");
  c->score_column = importing_column(importing, "score");
  c->weight_column = importing_column(importing, "weight");
  c->id_column = importing_column(importing, "id");
  c->class_columns = calloc(importing->column_count, sizeof *c->class_columns);
  if (!c->class_columns) return importing_fail(importing, "out of memory");
  for (size_t i = 0; i < importing->column_count; i++)
    if (i != c->true_column && i != c->predicted_column && i != c->score_column &&
        i != c->weight_column && i != c->id_column && *importing->columns[i])
      c->class_columns[c->class_count++] = i;
  if (c->class_count && c->score_column != NO_COLUMN)
    return importing_fail(importing,
                          "line 1: columns 'score' and '%.60s': either one score, or one per class",
                          importing->columns[c->class_columns[0]]);
  if (c->class_count == 1)
    return importing_fail(importing,
                          "line 1: '%.60s' is the only class; two are the least, or a column "
                          "'score' with --positive",
                          importing->columns[c->class_columns[0]]);
  if (!c->class_count && c->score_column == NO_COLUMN && c->predicted_column == NO_COLUMN)
    return importing_fail(importing,
                          "line 1: beside 'true' there is neither a column per class "
                          "nor 'score' nor 'predicted'");
  for (size_t i = 0; i < c->class_count; i++)
    if (add_label(importing, &c->labels, importing->columns[c->class_columns[i]])) return -1;
  return 0;
}

/* ---- classes named by the rows ---- */

static int collect_labels(struct importing *importing, struct classification *c,
                          struct labels *found)
{
  struct csv_error error;
  int got;

  if (csv_keep(importing->csv, &error)) return importing_fail(importing, "%s", error.message);
  while ((got = importing_row(importing)) == 1) {
    const struct csv_field *fields = csv_fields(importing->csv);

    if (fields[c->true_column].size == 0)
      return importing_fail_at(importing, c->true_column, "is empty");
    if (add_label(importing, found, fields[c->true_column].text)) return -1;
    if (c->predicted_column == NO_COLUMN) continue;
    if (fields[c->predicted_column].size == 0)
      return importing_fail_at(importing, c->predicted_column, "is empty");
    if (add_label(importing, found, fields[c->predicted_column].text)) return -1;
  }
  if (got < 0) return -1;
  if (importing->result->rows == 0)
    return importing_fail(importing, "there is no row below the header");
  importing->result->rows = 0;
  if (csv_rewind(importing->csv, &error)) return importing_fail(importing, "%s", error.message);
  return labels_sort(found) ? 0 : importing_fail(importing, "out of memory");
}

/* Two labels, the positive one last: the score is that of the second class. */
static int order_binary(struct importing *importing, struct classification *c,
                        const struct labels *found)
{
  const char *positive = importing->options->positive;
  char list[256];

  labels_list(found, list, sizeof list);
  if (!positive)
    return importing_fail(importing,
                          "column 'score' is the score of one label, but --positive LABEL was not "
                          "given; the labels are %s",
                          list);
  if (labels_find(found, positive) < 0)
    return importing_fail(
        importing, "no row has the label '%.60s' of --positive; the labels are %s", positive, list);
  if (found->count != 2)
    return importing_fail(importing, "column 'score' wants two labels, and there %s %s",
                          found->count == 1 ? "is only" : "are", list);
  if (add_label(importing, &c->labels, found->names[labels_find(found, positive) == 0]) ||
      add_label(importing, &c->labels, positive))
    return -1;
  return 0;
}

static int name_classes(struct importing *importing, struct classification *c)
{
  struct labels found = {0};
  char list[256];
  int failed = collect_labels(importing, c, &found);

  if (!failed && c->score_column != NO_COLUMN) {
    failed = order_binary(importing, c, &found);
  } else if (!failed && found.count < 2) {
    labels_list(&found, list, sizeof list);
    failed = importing_fail(importing, "%s is the only label; two are the least", list);
  } else if (!failed) {
    for (size_t i = 0; i < found.count && !failed; i++)
      failed = add_label(importing, &c->labels, found.names[i]);
  }
  labels_release(&found);
  return failed;
}

static int check_positive(struct importing *importing, const struct classification *c)
{
  const char *positive = importing->options->positive;

  if (!positive) return 0;
  if (labels_find(&c->labels, positive) < 0)
    return importing_fail(importing, "'%.60s' of --positive is none of the classes", positive);
  if (c->labels.count != 2)
    return importing_fail(importing, "--positive is for two classes, and there are %zu",
                          c->labels.count);
  return 0;
}

/* ---- rows ---- */

static int allocate(struct importing *importing, struct classification *c, size_t room)
{
  const bool has_predicted = c->predicted_column != NO_COLUMN;
  const bool has_weights = c->weight_column != NO_COLUMN, has_ids = c->id_column != NO_COLUMN;

  c->score_width = c->score_column != NO_COLUMN ? 1 : c->class_count;
  c->true_class = malloc(room * sizeof *c->true_class);
  if (has_predicted) c->predicted_class = malloc(room * sizeof *c->predicted_class);
  if (c->score_width) c->scores = malloc(room * c->score_width * sizeof *c->scores);
  if (has_weights) c->weights = malloc(room * sizeof *c->weights);
  if (has_ids) c->ids = malloc(room * sizeof *c->ids);
  if (c->true_class && (c->predicted_class || !has_predicted) && (c->scores || !c->score_width) &&
      (c->weights || !has_weights) && (c->ids || !has_ids))
    return 0;
  return importing_fail(importing, "out of memory");
}

static int read_label(struct importing *importing, const struct classification *c, size_t column,
                      int32_t *place)
{
  const struct csv_field field = csv_fields(importing->csv)[column];
  char list[256];

  *place = labels_find(&c->labels, field.text);
  if (*place >= 0) return 0;
  if (field.size == 0) return importing_fail_at(importing, column, "is empty");
  labels_list(&c->labels, list, sizeof list);
  return importing_fail_at(importing, column, "the label '%.40s' is none of the classes %s",
                           field.text, list);
}

static int read_row(struct importing *importing, struct classification *c)
{
  double *scores = c->scores ? c->scores + c->rows * c->score_width : NULL;

  if (read_label(importing, c, c->true_column, &c->true_class[c->rows])) return -1;
  if (c->predicted_class &&
      read_label(importing, c, c->predicted_column, &c->predicted_class[c->rows]))
    return -1;
  if (c->score_column != NO_COLUMN && importing_number(importing, c->score_column, scores))
    return -1;
  for (size_t i = 0; i < c->class_count; i++)
    if (importing_number(importing, c->class_columns[i], &scores[i])) return -1;
  if (c->weights && importing_weight(importing, c->weight_column, &c->weights[c->rows])) return -1;
  if (c->ids && importing_whole(importing, c->id_column, &c->ids[c->rows])) return -1;
  c->rows++;
  return 0;
}

static int log_batch(struct importing *importing, struct classification *c)
{
  const epochlog_classification batch = {
      .class_names = (const char *const *)c->labels.names,
      .class_count = c->labels.count,
      .count = c->rows,
      .true_class = c->true_class,
      .scores = c->scores,
      .binary_scores = c->score_column != NO_COLUMN,
      .predicted_class = c->predicted_class,
      .weights = c->weights,
      .ids = c->ids,
      .positive_class = importing->options->positive,
  };

  c->rows = 0;
  return importing_logged(importing, epochlog_log_classification(importing->staging.run,
                                                                 importing->evaluation, &batch));
}

static int read_rows(struct importing *importing, struct classification *c)
{
  const size_t room = importing_batch_rows(importing->column_count);
  int got;

  if (allocate(importing, c, room)) return -1;
  while ((got = importing_row(importing)) == 1) {
    if (read_row(importing, c)) return -1;
    if (c->rows == room && log_batch(importing, c)) return -1;
  }
  if (got < 0) return -1;
  return c->rows ? log_batch(importing, c) : 0;
}

int import_classification(struct importing *importing)
{
  struct classification c = {0};
  int failed = find_columns(importing, &c) || (!c.class_count && name_classes(importing, &c)) ||
               check_positive(importing, &c) || importing_start(importing) ||
               read_rows(importing, &c);

  labels_release(&c.labels);
  free(c.class_columns);
  free(c.true_class);
  free(c.predicted_class);
  free(c.scores);
  free(c.weights);
  free(c.ids);
  return failed ? -1 : 0;
}
