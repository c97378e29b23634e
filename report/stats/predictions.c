#include "stats/predictions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parallel.h"

int32_t predictions_label(const struct predictions *in, size_t row)
{
  size_t best = 0;

  if (in->predicted) return in->predicted[row];
  for (size_t k = 1; k < in->classes; k++)
    if (in->scores[k][row] > in->scores[best][row]) best = k;
  return (int32_t)best;
}

static bool is_class(const struct predictions *in, int32_t label)
{
  return label >= 0 && (uint32_t)label < in->classes;
}

enum fate { KEEP, DROP_SCORE, DROP_CLASS, DROP_WEIGHTLESS };

static enum fate fate_of(const struct predictions *in, size_t row)
{
  double sum = 0;

  if (in->scores) {
    /* Zero times anything finite is zero; times the rest it is NaN. */
    for (size_t k = 0; k < in->classes; k++) sum += in->scores[k] ? in->scores[k][row] * 0 : 0;
    if (sum != 0) return DROP_SCORE;
  }
  if (!is_class(in, in->actual[row])) return DROP_CLASS;
  if (in->predicted && !is_class(in, in->predicted[row])) return DROP_CLASS;
  if (in->weight && in->weight[row] == 0) return DROP_WEIGHTLESS;
  return KEEP;
}

static bool has_bad_weight(const struct predictions *in)
{
  if (!in->weight) return false;
  for (size_t i = 0; i < in->rows; i++)
    if (!isfinite(in->weight[i]) || in->weight[i] < 0) return true;
  return false;
}

/* What is found in one stretch of rows. */
struct survey_part {
  size_t kept, dropped_scores, dropped_classes, weightless;
  bool out_of_range, sums_elsewhere;
};

struct survey {
  const struct predictions *in;
  struct survey_part *part;
};

static void survey_row(struct survey_part *part, const struct predictions *in, size_t i)
{
  const enum fate fate = fate_of(in, i);
  double sum = 0;

  part->dropped_scores += fate == DROP_SCORE;
  part->dropped_classes += fate == DROP_CLASS;
  part->weightless += fate == DROP_WEIGHTLESS;
  if (fate != KEEP) return;
  part->kept++;
  for (size_t k = 0; in->scores && k < in->classes; k++) {
    const double score = in->scores[k] ? in->scores[k][i] : 0.5;

    part->out_of_range = part->out_of_range || !(score >= 0 && score <= 1);
    sum += score;
  }
  part->sums_elsewhere = part->sums_elsewhere || !(fabs(sum - 1) <= 1e-5 + 1e-8);
}

static void survey_rows(void *context, size_t index, size_t begin, size_t end)
{
  const struct survey *survey = context;
  struct survey_part part = {0};

  for (size_t i = begin; i < end; i++) survey_row(&part, survey->in, i);
  survey->part[index] = part;
}

/* Counts what is dropped and looks at the range of what is kept. */
static int survey(struct predictions_view *view, const struct predictions *in, size_t *kept)
{
  const size_t stretches = parallel_stretches(in->rows);
  struct survey survey = {in, calloc(stretches, sizeof *survey.part)};
  bool in_range = true, sums = true;

  if (!survey.part) return -1;
  parallel_rows(in->rows, survey_rows, &survey);
  *kept = 0;
  for (size_t i = 0; i < stretches; i++) {
    *kept += survey.part[i].kept;
    view->dropped_scores += survey.part[i].dropped_scores;
    view->dropped_classes += survey.part[i].dropped_classes;
    view->weightless += survey.part[i].weightless;
    in_range = in_range && !survey.part[i].out_of_range;
    sums = sums && !survey.part[i].sums_elsewhere;
  }
  free(survey.part);
  view->has_probabilities = in->scores && *kept > 0 && in_range;
  view->sums_to_one = view->has_probabilities && sums;
  return 0;
}

/* Copies the kept rows of one column; a missing column is the complement of
 * `other`. */
static void copy_column(double *to, const struct predictions *in, const double *from,
                        const double *other, bool is_probability, bool all)
{
  size_t n = 0;

  for (size_t i = 0; i < in->rows; i++) {
    if (!all && fate_of(in, i) != KEEP) continue;
    if (from)
      to[n++] = from[i];
    else
      to[n++] = is_probability ? 1 - other[i] : -other[i];
  }
}

static void copy_labels(int32_t *to, const struct predictions *in, const int32_t *from)
{
  size_t n = 0;

  for (size_t i = 0; i < in->rows; i++)
    if (fate_of(in, i) == KEEP) to[n++] = from[i];
}

/* Number of columns that must be owned: all when rows go, else the one made. */
static size_t columns_to_own(const struct predictions *in, size_t kept, bool completes)
{
  if (kept == in->rows) return completes ? 1 : 0;
  return (in->scores ? in->classes : 0) + (in->weight ? 1 : 0);
}

static int allocate(struct predictions_view *view, const struct predictions *in, size_t kept,
                    bool completes)
{
  const size_t columns = columns_to_own(in, kept, completes);

  if (in->scores) {
    view->columns = calloc(in->classes, sizeof *view->columns);
    if (!view->columns) return -1;
  }
  if (columns > 0) {
    if (kept > SIZE_MAX / sizeof(double) / columns) return -1;
    view->storage = malloc(columns * kept * sizeof *view->storage);
    if (!view->storage) return -1;
  }
  if (kept < in->rows) {
    view->labels = malloc(2 * kept * sizeof *view->labels);
    if (!view->labels) return -1;
  }
  return 0;
}

static void fill(struct predictions_view *view, const struct predictions *in, size_t kept)
{
  const bool all = kept == in->rows;
  double *next = view->storage;

  for (size_t k = 0; in->scores && k < in->classes; k++) {
    view->columns[k] = in->scores[k];
    if (all && in->scores[k]) continue;
    copy_column(next, in, in->scores[k], in->scores[in->classes - 1 - k], view->has_probabilities,
                all);
    view->columns[k] = next;
    next += kept;
  }
  if (in->scores) view->data.scores = view->columns;
  if (all) return;
  if (in->weight) {
    copy_column(next, in, in->weight, NULL, false, false);
    view->data.weight = next;
  }
  copy_labels(view->labels, in, in->actual);
  view->data.actual = view->labels;
  if (in->predicted) {
    copy_labels(view->labels + kept, in, in->predicted);
    view->data.predicted = view->labels + kept;
  }
}

/* Nothing usable: no rows, and no pointers to follow. */
static void refuse(struct predictions_view *view, const char *reason)
{
  view->reason = reason;
  view->data.rows = 0;
  view->has_probabilities = false;
  view->sums_to_one = false;
}

int predictions_view_init(struct predictions_view *view, const struct predictions *in)
{
  bool completes = false;
  size_t kept, missing = 0;

  *view = (struct predictions_view){.data = *in};
  if (view->data.positive < 0 && in->classes == 2) view->data.positive = 1;
  for (size_t k = 0; in->scores && k < in->classes; k++) missing += !in->scores[k];
  completes = missing == 1 && in->classes == 2;
  if (in->classes == 0 || in->rows == 0 || (!in->scores && !in->predicted)) {
    refuse(view, "no rows");
    return 0;
  }
  if (missing > 0 && !completes) {
    refuse(view, "a class has no scores");
    return 0;
  }
  if (has_bad_weight(in)) {
    refuse(view, "negative or non-finite weight");
    return 0;
  }
  if (survey(view, in, &kept)) return -1;
  if (completes) view->sums_to_one = view->has_probabilities;
  view->data.rows = kept;
  if (kept == 0) {
    refuse(view, "no rows");
    return 0;
  }
  if (allocate(view, in, kept, completes) == 0) {
    fill(view, in, kept);
    return 0;
  }
  predictions_view_release(view);
  return -1;
}

void predictions_view_release(struct predictions_view *view)
{
  free(view->columns);
  free(view->storage);
  free(view->labels);
  view->columns = NULL;
  view->storage = NULL;
  view->labels = NULL;
}
