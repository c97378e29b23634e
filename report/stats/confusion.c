#include "stats/confusion.h"

#include <math.h>
#include <stdlib.h>

#include <string.h>
#include "parallel.h"

int confusion_init(struct confusion *confusion, size_t classes)
{
  const bool is_dense = classes <= CONFUSION_DENSE_CLASSES;

  *confusion = (struct confusion){.classes = classes};
  if (is_dense) confusion->cell = calloc(classes * classes + 1, sizeof *confusion->cell);
  confusion->per_class = calloc(classes + 1, sizeof *confusion->per_class);
  confusion->row_count = calloc(2 * classes + 1, sizeof *confusion->row_count);
  if ((is_dense && !confusion->cell) || !confusion->per_class || !confusion->row_count) {
    confusion_release(confusion);
    return -1;
  }
  confusion->correct_count = confusion->row_count + classes;
  return 0;
}

void confusion_release(struct confusion *confusion)
{
  free(confusion->cell);
  free(confusion->pair);
  free(confusion->per_class);
  free(confusion->row_count);
  pair_counts_release(&confusion->sparse);
  *confusion = (struct confusion){0};
}

void confusion_clear(struct confusion *confusion)
{
  const struct confusion kept = *confusion;
  const size_t classes = kept.classes;

  if (kept.cell) memset(kept.cell, 0, classes * classes * sizeof *kept.cell);
  memset(kept.per_class, 0, classes * sizeof *kept.per_class);
  memset(kept.row_count, 0, 2 * classes * sizeof *kept.row_count);
  free(kept.pair);
  pair_counts_release(&confusion->sparse);
  *confusion = (struct confusion){.classes = classes,
                                  .cell = kept.cell,
                                  .per_class = kept.per_class,
                                  .row_count = kept.row_count,
                                  .correct_count = kept.correct_count};
}

static void add_to_cell(struct confusion *confusion, size_t row, size_t column, double weight)
{
  if (confusion->cell)
    confusion->cell[row * confusion->classes + column] += weight;
  else if (pair_counts_add(&confusion->sparse, (int32_t)row, (int32_t)column, weight))
    confusion->has_failed = true;
}

void confusion_add(struct confusion *confusion, int32_t actual, int32_t predicted, double weight)
{
  confusion_add_rows(confusion, actual, predicted, weight, 1);
}

void confusion_add_rows(struct confusion *confusion, int32_t actual, int32_t predicted,
                        double weight, size_t times)
{
  const size_t row = (size_t)(uint32_t)actual;
  const size_t column = (size_t)(uint32_t)predicted;

  if (row >= confusion->classes || column >= confusion->classes || !isfinite(weight) ||
      !(weight > 0)) {
    confusion->dropped += times;
    return;
  }
  confusion->rows += times;
  add_to_cell(confusion, row, column, weight);
  confusion->row_count[row] += times;
  if (row == column) confusion->correct_count[row] += times;
}

static double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

static void sum_cell(struct confusion *confusion, size_t row, size_t column, double weight)
{
  confusion->per_class[row].support += weight;
  confusion->per_class[column].predicted += weight;
  if (row == column) confusion->per_class[row].tp = weight;
}

static void sum_cells(struct confusion *confusion)
{
  for (size_t i = 0; i < confusion->pairs; i++)
    sum_cell(confusion, (size_t)confusion->pair[i].actual, (size_t)confusion->pair[i].predicted,
             confusion->pair[i].weight);
  if (!confusion->cell) return;
  for (size_t row = 0; row < confusion->classes; row++)
    for (size_t column = 0; column < confusion->classes; column++)
      sum_cell(confusion, row, column, confusion->cell[row * confusion->classes + column]);
}

static void finish_class(struct confusion *confusion, size_t k)
{
  struct confusion_class *class = &confusion->per_class[k];

  class->fn = class->support - class->tp;
  class->fp = class->predicted - class->tp;
  class->present = class->support > 0;
  class->precision = ratio(class->tp, class->predicted);
  class->recall = ratio(class->tp, class->support);
  class->f1 = ratio(2 * class->tp, class->predicted + class->support);
  confusion->present += class->present;
  confusion->total += class->support;
}

static void add_scaled(struct confusion_average *sum, const struct confusion_class *class,
                       double factor)
{
  sum->precision += class->precision * factor;
  sum->recall += class->recall * factor;
  sum->f1 += class->f1 * factor;
}

static void finish_averages(struct confusion *confusion)
{
  double correct = 0, recall = 0;
  size_t occurring = 0;

  for (size_t k = 0; k < confusion->classes; k++)
    occurring += confusion->per_class[k].support > 0 || confusion->per_class[k].predicted > 0;
  for (size_t k = 0; k < confusion->classes; k++) {
    const struct confusion_class *class = &confusion->per_class[k];

    add_scaled(&confusion->macro, class, 1 / (double)occurring);
    add_scaled(&confusion->weighted, class, class->support / confusion->total);
    correct += class->tp;
    recall += class->recall;
  }
  confusion->accuracy = correct / confusion->total;
  confusion->micro.precision = confusion->accuracy;
  confusion->micro.recall = confusion->accuracy;
  confusion->micro.f1 = confusion->accuracy;
  confusion->balanced_accuracy = recall / (double)confusion->present;
}

static double norm_macro_recall(const struct confusion *confusion)
{
  const size_t chances = confusion->classes == 2 ? 2 : confusion->present;
  const double chance = 1 / (double)chances;

  if (chances < 2) return (double)NAN;
  return fmax(0, (confusion->balanced_accuracy - chance) / (1 - chance));
}

static double weighted_accuracy(const struct confusion *confusion)
{
  double correct = 0, squares = 0;

  for (size_t k = 0; k < confusion->classes; k++) {
    const double rows = (double)confusion->row_count[k];

    correct += rows * (double)confusion->correct_count[k];
    squares += rows * rows;
  }
  return correct / squares;
}

/* Matthews and kappa both compare agreement with what the margins alone
 * would give. */
static void finish_agreement(struct confusion *confusion)
{
  const double total = confusion->total;
  double chance = 0, actual = 0, predicted = 0, expected, spread;

  for (size_t k = 0; k < confusion->classes; k++) {
    const double t = confusion->per_class[k].support / total;
    const double p = confusion->per_class[k].predicted / total;

    chance += t * p;
    actual += t * t;
    predicted += p * p;
  }
  /* Shares of a single class sum to 1 exactly, so that these are exact zeros. */
  spread = (1 - actual) * (1 - predicted);
  expected = confusion->accuracy - chance;
  confusion->matthews = spread > 0 ? expected / sqrt(spread) : 0;
  confusion->kappa = chance < 1 ? expected / (1 - chance) : (double)NAN;
}

int confusion_finish(struct confusion *confusion)
{
  const struct confusion_average none = {(double)NAN, (double)NAN, (double)NAN};

  if (confusion->has_failed) return -1;
  if (!confusion->cell) confusion->pair = pair_counts_take(&confusion->sparse, &confusion->pairs);
  sum_cells(confusion);
  for (size_t k = 0; k < confusion->classes; k++) finish_class(confusion, k);
  if (confusion->total > 0) {
    finish_averages(confusion);
    finish_agreement(confusion);
    confusion->norm_macro_recall = norm_macro_recall(confusion);
    confusion->weighted_accuracy = weighted_accuracy(confusion);
    return 0;
  }
  confusion->reason = "no rows";
  confusion->macro = none;
  confusion->micro = none;
  confusion->weighted = none;
  confusion->accuracy = (double)NAN;
  confusion->balanced_accuracy = (double)NAN;
  confusion->norm_macro_recall = (double)NAN;
  confusion->weighted_accuracy = (double)NAN;
  confusion->matthews = (double)NAN;
  confusion->kappa = (double)NAN;
  return 0;
}

/* Finishes, and releases what could not be finished. */
static int finish_or_release(struct confusion *confusion)
{
  if (confusion_finish(confusion) == 0) return 0;
  confusion_release(confusion);
  return -1;
}

int confusion_compute(struct confusion *confusion, const int32_t *actual, const int32_t *predicted,
                      const double *weight, size_t n, size_t classes)
{
  if (confusion_init(confusion, classes)) return -1;
  for (size_t i = 0; i < n; i++)
    confusion_add(confusion, actual[i], predicted[i], weight ? weight[i] : 1);
  return finish_or_release(confusion);
}

/* Stretches of rows are counted apart where a matrix for each is little beside them. */
#define CLASSES_APART 16

struct counting {
  const struct predictions *in;
  struct confusion *part;
};

/* The most classes whose rows are counted in whole numbers. */
#define PLAIN_CLASSES 16

/* Rows of weight 1: whole numbers in two tables in turn, since counting the same cell
 * again has to wait for the first count. */
static void count_plain_rows(struct confusion *part, const struct predictions *in, size_t begin,
                             size_t end)
{
  uint32_t count[2][PLAIN_CLASSES * PLAIN_CLASSES] = {{0}};
  const bool is_binary = in->classes == 2 && !in->predicted;
  const size_t classes = in->classes;

  for (size_t i = begin; i < end; i++) {
    const size_t row = (uint32_t)in->actual[i];
    const size_t column =
        is_binary ? in->scores[1][i] > in->scores[0][i] : (uint32_t)predictions_label(in, i);

    if (row < classes && column < classes)
      count[i % 2][row * classes + column]++;
    else
      part->dropped++;
  }
  for (size_t cell = 0; cell < classes * classes; cell++) {
    const size_t times = (size_t)count[0][cell] + count[1][cell];

    if (times)
      confusion_add_rows(part, (int32_t)(cell / classes), (int32_t)(cell % classes), (double)times,
                         times);
  }
}

static void count_rows(void *context, size_t index, size_t begin, size_t end)
{
  const struct counting *counting = context;
  const struct predictions *in = counting->in;

  if (!in->weight && in->classes <= PLAIN_CLASSES) {
    count_plain_rows(&counting->part[index], in, begin, end);
    return;
  }
  for (size_t i = begin; i < end; i++)
    confusion_add(&counting->part[index], in->actual[i], predictions_label(in, i),
                  in->weight ? in->weight[i] : 1);
}

static void add_counts(struct confusion *to, const struct confusion *from)
{
  to->rows += from->rows;
  to->dropped += from->dropped;
  for (size_t i = 0; i < to->classes * to->classes; i++) to->cell[i] += from->cell[i];
  for (size_t k = 0; k < to->classes; k++) {
    to->row_count[k] += from->row_count[k];
    to->correct_count[k] += from->correct_count[k];
  }
}

static int count_apart(struct confusion *confusion, const struct predictions *in)
{
  const size_t parts = parallel_stretches(in->rows);
  struct counting counting = {in, calloc(parts, sizeof *counting.part)};
  int status = counting.part ? 0 : -1;

  for (size_t i = 0; status == 0 && i < parts; i++)
    status = confusion_init(&counting.part[i], confusion->classes);
  if (status == 0) parallel_rows(in->rows, count_rows, &counting);
  for (size_t i = 0; counting.part && i < parts; i++) {
    if (status == 0) add_counts(confusion, &counting.part[i]);
    confusion_release(&counting.part[i]);
  }
  free(counting.part);
  return status;
}

int confusion_of_predictions(struct confusion *confusion, const struct predictions *in)
{
  if (confusion_init(confusion, in->classes)) return -1;
  if (in->classes > CLASSES_APART || in->rows <= PARALLEL_ROWS) {
    struct counting all = {in, confusion};

    count_rows(&all, 0, 0, in->rows);
  } else if (count_apart(confusion, in)) {
    confusion_release(confusion);
    return -1;
  }
  return finish_or_release(confusion);
}

int confusion_from_matrix(struct confusion *confusion, const double *cell, size_t classes)
{
  if (confusion_init(confusion, classes)) return -1;
  for (size_t i = 0; i < classes * classes; i++) {
    const size_t row = i / classes;
    const double value = isfinite(cell[i]) && cell[i] > 0 ? cell[i] : 0;
    const size_t count = value < 1e15 ? (size_t)(value + 0.5) : (size_t)1e15;

    if (value > 0) add_to_cell(confusion, row, i % classes, value);
    confusion->rows += count;
    confusion->row_count[row] += count;
    if (i % classes == row) confusion->correct_count[row] += count;
  }
  return finish_or_release(confusion);
}

double confusion_row_share(const struct confusion *confusion, size_t actual, size_t predicted)
{
  const double support = confusion->per_class[actual].support;

  if (!(support > 0)) return (double)NAN;
  return confusion_count(confusion, actual, predicted) / support;
}

double confusion_count(const struct confusion *confusion, size_t actual, size_t predicted)
{
  size_t lo = 0, hi = confusion->pairs;

  if (confusion->cell) return confusion->cell[actual * confusion->classes + predicted];
  while (lo < hi) {
    const size_t middle = lo + (hi - lo) / 2;
    const struct class_pair *pair = &confusion->pair[middle];
    const size_t row = (size_t)pair->actual, column = (size_t)pair->predicted;

    if (row == actual && column == predicted) return pair->weight;
    if (row < actual || (row == actual && column < predicted))
      lo = middle + 1;
    else
      hi = middle;
  }
  return 0;
}

/* Puts a pair into the list of the largest, which is full at `max`. */
static size_t enter(struct class_pair *out, size_t count, size_t max, struct class_pair pair)
{
  size_t place = count;

  if (count == max && !(pair.weight > out[max - 1].weight)) return count;
  if (count == max) place--;
  for (; place > 0 && out[place - 1].weight < pair.weight; place--) out[place] = out[place - 1];
  out[place] = pair;
  return count < max ? count + 1 : count;
}

bool confusion_next(const struct confusion *confusion, size_t *at, struct class_pair *pair)
{
  const size_t classes = confusion->classes;
  const size_t cells = confusion->cell ? classes * classes : confusion->pairs;

  while (confusion->cell && *at < cells && !(confusion->cell[*at] > 0)) ++*at;
  if (*at >= cells) return false;
  if (confusion->cell)
    *pair = (struct class_pair){(int32_t)(*at / classes), (int32_t)(*at % classes),
                                confusion->cell[*at]};
  else
    *pair = confusion->pair[*at];
  ++*at;
  return true;
}

size_t confusion_top(const struct confusion *confusion, struct class_pair *out, size_t max)
{
  struct class_pair pair;
  size_t count = 0;

  if (!max) return 0;
  for (size_t at = 0; confusion_next(confusion, &at, &pair);)
    if (pair.actual != pair.predicted) count = enter(out, count, max, pair);
  return count;
}
