/* Writes a run of predictions, and the same ones as NumPy arrays, to be reported on.
 *
 *   bench_predictions FOLDER ROWS [CLASSES]
 *
 * CLASSES 2 (the default): one score a row, of class "yes"; more: a probability for
 * each class; 1: a regression with true value, prediction and its bounds.  In FOLDER
 * are left the run (its folder is printed), true.npy (int64; of a regression float64)
 * and score.npy (float64, in C order).
 *
 * Scores are doubles of full width, as a model's sigmoid gives them, with few ties.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define BATCH 100000
#define CLASSES_MAX 100

struct made {
  size_t rows;
  size_t classes;
  int32_t *true_class;
  double *truth;
  double *score; /* [rows][columns] */
  double *half;  /* of a regression: half the width of the interval */
  size_t columns;
};

static double uniform(uint64_t *state)
{
  uint64_t bits = (*state += 0x9E3779B97F4A7C15u);

  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  bits ^= bits >> 31;
  return ((double)(bits >> 11) + 0.5) * 0x1p-53;
}

static double bell(uint64_t *state)
{
  return sqrt(-2 * log(uniform(state))) * cos(6.28318530717958647692 * uniform(state));
}

static void *room(size_t count, size_t size)
{
  void *made = calloc(count + 1, size);

  if (!made) exit(1);
  return made;
}

/* Three in ten are positive; the logits of both classes overlap. */
static void make_binary(struct made *made, uint64_t *state)
{
  for (size_t i = 0; i < made->rows; i++) {
    made->true_class[i] = uniform(state) < 0.3;
    made->score[i] = 1 / (1 + exp(0.8 - 1.6 * made->true_class[i] - bell(state)));
  }
}

static void make_classes(struct made *made, uint64_t *state)
{
  for (size_t i = 0; i < made->rows; i++) {
    double *row = made->score + i * made->classes;
    const size_t right = (size_t)(uniform(state) * (double)made->classes);
    double sum = 0;

    made->true_class[i] = (int32_t)right;
    for (size_t k = 0; k < made->classes; k++)
      sum += row[k] = exp(1.5 * bell(state) + (k == right ? 2 : 0));
    for (size_t k = 0; k < made->classes; k++) row[k] /= sum;
  }
}

static void make_regression(struct made *made, uint64_t *state)
{
  for (size_t i = 0; i < made->rows; i++) {
    made->truth[i] = 100 + 20 * bell(state);
    made->score[i] = 10 + 0.9 * made->truth[i] + 6 * bell(state);
    made->half[i] = 10 + 2 * uniform(state);
  }
}

static struct made make(size_t rows, size_t classes)
{
  struct made made = {.rows = rows, .classes = classes, .columns = classes > 2 ? classes : 1};
  uint64_t state = 20260715;

  made.score = room(rows * made.columns, sizeof *made.score);
  if (classes == 1) {
    made.truth = room(rows, sizeof *made.truth);
    made.half = room(rows, sizeof *made.half);
    make_regression(&made, &state);
    return made;
  }
  made.true_class = room(rows, sizeof *made.true_class);
  if (classes == 2)
    make_binary(&made, &state);
  else
    make_classes(&made, &state);
  return made;
}

static void log_classes(epochlog_run *run, const struct made *made, size_t from, size_t count)
{
  static char texts[CLASSES_MAX][16];
  static const char *names[CLASSES_MAX] = {"no", "yes"};
  epochlog_classification batch = {.class_names = names,
                                   .class_count = made->classes,
                                   .count = count,
                                   .true_class = made->true_class + from,
                                   .scores = made->score + from * made->columns,
                                   .binary_scores = made->classes == 2};

  for (size_t k = 0; made->classes > 2 && k < made->classes; k++) {
    snprintf(texts[k], sizeof texts[k], "class %zu", k);
    names[k] = texts[k];
  }
  if (epochlog_log_classification(run, "test", &batch)) exit(1);
}

static void log_values(epochlog_run *run, const struct made *made, size_t from, size_t count)
{
  double *lower = room(count, sizeof *lower), *upper = room(count, sizeof *upper);
  const epochlog_regression batch = {.count = count,
                                     .true_value = made->truth + from,
                                     .predicted = made->score + from,
                                     .lower = lower,
                                     .upper = upper,
                                     .interval_level = 0.9};

  for (size_t i = 0; i < count; i++) {
    lower[i] = made->score[from + i] - made->half[from + i];
    upper[i] = made->score[from + i] + made->half[from + i];
  }
  if (epochlog_log_regression(run, "test", &batch)) exit(1);
  free(lower);
  free(upper);
}

/* Numbers as NumPy keeps them (NEP 1): magic, a line of Python, the bytes. */
static void write_npy(const char *folder, const char *name, const char *type, const void *data,
                      size_t rows, size_t columns)
{
  char path[4096], shape[64], line[128];
  unsigned char head[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, sizeof line - 10, 0};
  FILE *file;

  snprintf(shape, sizeof shape, columns > 1 ? "(%zu, %zu)" : "(%zu,)", rows, columns);
  snprintf(line, sizeof line, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type,
           shape);
  snprintf(path, sizeof path, "%s/%s.npy", folder, name);
  file = fopen(path, "wb");
  if (!file) exit(1);
  fwrite(head, 1, sizeof head, file);
  fprintf(file, "%-*s\n", (int)(sizeof line - 11), line);
  fwrite(data, 8, rows * columns, file);
  if (fclose(file)) exit(1);
}

static void write_arrays(const char *folder, const struct made *made)
{
  int64_t *wide;

  write_npy(folder, "score", "<f8", made->score, made->rows, made->columns);
  if (made->truth) {
    write_npy(folder, "true", "<f8", made->truth, made->rows, 1);
    return;
  }
  wide = room(made->rows, sizeof *wide);
  for (size_t i = 0; i < made->rows; i++) wide[i] = made->true_class[i];
  write_npy(folder, "true", "<i8", wide, made->rows, 1);
  free(wide);
}

int main(int argc, char **argv)
{
  const size_t rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
  const size_t classes = argc > 3 ? strtoul(argv[3], NULL, 10) : 2;
  struct made made;
  epochlog_run *run;

  if (argc < 3 || rows == 0 || classes == 0 || classes > CLASSES_MAX) {
    fprintf(stderr, "usage: %s FOLDER ROWS [CLASSES]\n", argv[0]);
    return 2;
  }
  made = make(rows, classes);
  run = measure_start(argv[1], "predictions");
  for (size_t from = 0; from < rows; from += BATCH) {
    const size_t count = rows - from < BATCH ? rows - from : BATCH;

    if (classes == 1)
      log_values(run, &made, from, count);
    else
      log_classes(run, &made, from, count);
  }
  write_arrays(argv[1], &made);
  printf("%s\n", epochlog_run_folder(run));
  epochlog_complete(run, NULL);
  return 0;
}
