#include "stats/classification_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/classification_scalars.h"
#include "stats/confusion_influence.h"
#include "stats/random.h"
#include "stats/ranking.h"

/* The numbers behind those of the confusion matrix. */
enum {
  AUC_MACRO = CONFUSION_NUMBERS,
  AUC_MICRO,
  AUC_WEIGHTED,
  AP_MACRO,
  AP_MICRO,
  AP_WEIGHTED,
  AUC_BINARY,
  AP_BINARY,
  LOG_LOSS,
  BRIER,
  NUMBERS
};

_Static_assert(NUMBERS == CLASSIFICATION_NUMBERS, "the header tells how many there are");

static const char *const area_names[NUMBERS - CONFUSION_NUMBERS] = {
    "AUC_macro",
    "AUC_micro",
    "AUC_weighted",
    "average_precision_score_macro",
    "average_precision_score_micro",
    "average_precision_score_weighted",
    "AUC_binary",
    "average_precision_score_binary",
    "log_loss",
    "brier_score",
};

struct cell {
  double weight;
  size_t rows;
};

/* Everything one pass over the rows needs. */
struct sample {
  const struct predictions *in;
  int32_t *predicted;
  double *weight; /* of each row: 1 where none was given */
  double *drawn;  /* the same times how often the row was drawn */
  uint32_t *times;
  uint32_t *stratum;       /* rows, class after class */
  size_t *begin;           /* classes + 1: where each class begins in `stratum` */
  struct ranking *ranking; /* one per class, then micro; NULL without areas */
  double *loss, *brier;    /* of each row; NULL when undefined */
  struct cell *cell;       /* classes * classes; NULL for the jackknife */
};

static void sample_release(struct sample *s, size_t classes)
{
  for (size_t k = 0; s->ranking && k <= classes; k++) ranking_release(&s->ranking[k]);
  free(s->predicted);
  free(s->weight);
  free(s->drawn);
  free(s->times);
  free(s->stratum);
  free(s->begin);
  free(s->ranking);
  free(s->loss);
  free(s->cell);
}

static void sort_into_strata(struct sample *s)
{
  const struct predictions *in = s->in;

  for (size_t i = 0; i < in->rows; i++) s->begin[in->actual[i] + 1]++;
  for (size_t k = 0; k < in->classes; k++) s->begin[k + 1] += s->begin[k];
  for (size_t i = 0; i < in->rows; i++) s->stratum[s->begin[in->actual[i]]++] = (uint32_t)i;
  for (size_t k = in->classes; k > 0; k--) s->begin[k] = s->begin[k - 1];
  s->begin[0] = 0;
}

static int rank_scores(struct sample *s)
{
  const struct predictions *in = s->in;
  const size_t n = in->rows;
  double *all = malloc((n * in->classes + 1) * sizeof *all);
  int status = -1;

  s->ranking = calloc(in->classes + 1, sizeof *s->ranking);
  if (!all || !s->ranking) goto done;
  for (size_t k = 0; k < in->classes; k++) {
    memcpy(all + k * n, in->scores[k], n * sizeof *all);
    if (ranking_init(&s->ranking[k], in->scores[k], n, in->actual, n, (int32_t)k)) goto done;
  }
  status = ranking_init(&s->ranking[in->classes], all, n * in->classes, in->actual, n, 0);
done:
  free(all);
  return status;
}

static int sample_init(struct sample *s, const struct predictions *in, bool has_areas,
                       bool has_losses, bool is_resampled)
{
  const size_t n = in->rows;
  const size_t cells = is_resampled ? in->classes * in->classes : 0;

  *s = (struct sample){.in = in};
  s->predicted = malloc((n + 1) * sizeof *s->predicted);
  s->weight = malloc((n + 1) * sizeof *s->weight);
  s->drawn = malloc((n + 1) * sizeof *s->drawn);
  s->times = malloc((n + 1) * sizeof *s->times);
  s->stratum = malloc((n + 1) * sizeof *s->stratum);
  s->begin = calloc(in->classes + 2, sizeof *s->begin);
  s->cell = malloc((cells + 1) * sizeof *s->cell);
  if (has_losses) s->loss = malloc((2 * n + 1) * sizeof *s->loss);
  if (!s->predicted || !s->weight || !s->drawn || !s->times || !s->stratum || !s->begin ||
      !s->cell || (has_losses && !s->loss) || (has_areas && rank_scores(s))) {
    sample_release(s, in->classes);
    return -1;
  }
  s->brier = has_losses ? s->loss + n : NULL;
  for (size_t i = 0; i < n; i++) {
    s->predicted[i] = predictions_label(in, i);
    s->weight[i] = in->weight ? in->weight[i] : 1;
    if (has_losses) classification_row_scores(in, i, in->positive, &s->loss[i], &s->brier[i]);
  }
  sort_into_strata(s);
  return 0;
}

/* ---- the bootstrap ---- */

static void draw_rows(struct sample *s, struct random *random)
{
  const size_t n = s->in->rows;

  memset(s->times, 0, n * sizeof *s->times);
  for (size_t k = 0; k < s->in->classes; k++) {
    const uint32_t *rows = s->stratum + s->begin[k];
    const uint32_t count = (uint32_t)(s->begin[k + 1] - s->begin[k]);

    for (uint32_t i = 0; i < count; i++) s->times[rows[random_below(random, count)]]++;
  }
  for (size_t i = 0; i < n; i++) s->drawn[i] = s->weight[i] * s->times[i];
}

/* Cell by cell: far fewer than rows. */
static void add_cells(struct confusion *confusion, struct sample *s)
{
  const size_t classes = s->in->classes;

  memset(s->cell, 0, classes * classes * sizeof *s->cell);
  for (size_t i = 0; i < s->in->rows; i++) {
    struct cell *cell = &s->cell[(size_t)s->in->actual[i] * classes + (size_t)s->predicted[i]];

    cell->weight += s->drawn[i];
    cell->rows += s->times[i];
  }
  for (size_t i = 0; i < classes * classes; i++)
    if (s->cell[i].rows)
      confusion_add_rows(confusion, (int32_t)(i / classes), (int32_t)(i % classes),
                         s->cell[i].weight, s->cell[i].rows);
}

static void put(struct spread *spread, int number, size_t at, double value)
{
  spread->value[(size_t)number * spread->count + at] = value;
}

/* The areas of each class, their means, and the micro ones. */
static void resample_areas(struct spread *spread, const struct sample *s, const double *support,
                           size_t at)
{
  const struct predictions *in = s->in;
  double auc, ap, total = 0, present = 0;
  double auc_sum = 0, ap_sum = 0, auc_weighted = 0, ap_weighted = 0;

  for (size_t k = 0; k < in->classes; k++) {
    ranking_areas(&s->ranking[k], s->drawn, &auc, &ap);
    if (isnan(auc) || isnan(ap)) continue;
    present++;
    total += support[k];
    auc_sum += auc;
    ap_sum += ap;
    auc_weighted += auc * support[k];
    ap_weighted += ap * support[k];
    if (in->positive != (int32_t)k) continue;
    put(spread, AUC_BINARY, at, auc);
    put(spread, AP_BINARY, at, ap);
  }
  put(spread, AUC_MACRO, at, auc_sum / present);
  put(spread, AP_MACRO, at, ap_sum / present);
  put(spread, AUC_WEIGHTED, at, auc_weighted / total);
  put(spread, AP_WEIGHTED, at, ap_weighted / total);
  ranking_areas(&s->ranking[in->classes], s->drawn, &auc, &ap);
  put(spread, AUC_MICRO, at, auc);
  put(spread, AP_MICRO, at, ap);
}

static void resample_losses(struct spread *spread, const struct sample *s, size_t at)
{
  double weight = 0, loss = 0, brier = 0;

  for (size_t i = 0; i < s->in->rows; i++) {
    weight += s->drawn[i];
    loss += s->drawn[i] * s->loss[i];
    brier += s->drawn[i] * s->brier[i];
  }
  put(spread, LOG_LOSS, at, loss / weight);
  put(spread, BRIER, at, brier / weight);
}

static int resample(struct spread *spread, struct sample *s)
{
  const struct predictions *in = s->in;
  struct confusion confusion;
  struct random random;
  double value[CONFUSION_NUMBERS];
  double *support = malloc((in->classes + 1) * sizeof *support);
  int status;

  if (!support || confusion_init(&confusion, in->classes)) {
    free(support);
    return -1;
  }
  random_seed(&random, 1);
  for (size_t b = 0; b < spread->count; b++) {
    draw_rows(s, &random);
    confusion_clear(&confusion);
    add_cells(&confusion, s);
    if (confusion_finish(&confusion)) break;
    confusion_numbers(value, &confusion, in->positive);
    for (int i = 0; i < CONFUSION_NUMBERS; i++) put(spread, i, b, value[i]);
    for (size_t k = 0; k < in->classes; k++) support[k] = confusion.per_class[k].support;
    if (s->ranking) resample_areas(spread, s, support, b);
    if (s->loss) resample_losses(spread, s, b);
  }
  status = confusion.has_failed ? -1 : 0;
  confusion_release(&confusion);
  free(support);
  return status;
}

/* ---- the jackknife ---- */

static double *influence_of(struct spread *spread, int number)
{
  return spread->value + (size_t)number * spread->count;
}

static void influence_on_confusion(struct spread *spread, const struct sample *s,
                                   const struct confusion *confusion)
{
  const struct confusion_margins margins = confusion_margins(confusion);
  double out[CONFUSION_NUMBERS];

  for (size_t i = 0; i < s->in->rows; i++) {
    confusion_influence(out, confusion, &margins, s->in->positive, (size_t)s->in->actual[i],
                        (size_t)s->predicted[i]);
    for (int number = 0; number < CONFUSION_NUMBERS; number++)
      put(spread, number, i,
          out[number] * (number == CONFUSION_WEIGHTED_ACCURACY ? 1 : s->weight[i]));
  }
}

/* The weighted means also move because the supports do. */
static void influence_of_support(struct spread *spread, const struct sample *s, const double *auc,
                                 const double *ap, double total)
{
  double *on_auc = influence_of(spread, AUC_WEIGHTED), *on_ap = influence_of(spread, AP_WEIGHTED);

  for (size_t i = 0; i < s->in->rows; i++) {
    const size_t k = (size_t)s->in->actual[i];

    if (isnan(auc[k]) || isnan(ap[k])) continue;
    on_auc[i] += s->weight[i] * (auc[k] - spread->number[AUC_WEIGHTED].estimate) / total;
    on_ap[i] += s->weight[i] * (ap[k] - spread->number[AP_WEIGHTED].estimate) / total;
  }
}

static int influence_on_areas(struct spread *spread, const struct sample *s,
                              const struct confusion *confusion)
{
  const struct predictions *in = s->in;
  double *auc = malloc((2 * in->classes + 1) * sizeof *auc);
  double *ap;
  double present = 0, total = 0;

  if (!auc) return -1;
  ap = auc + in->classes;
  for (size_t k = 0; k < in->classes; k++) {
    ranking_areas(&s->ranking[k], s->weight, &auc[k], &ap[k]);
    if (isnan(auc[k]) || isnan(ap[k])) continue;
    present++;
    total += confusion->per_class[k].support;
  }
  for (size_t k = 0; k < in->classes; k++) {
    const struct ranking *ranking = &s->ranking[k];

    if (isnan(auc[k]) || isnan(ap[k])) continue;
    ranking_influence(ranking, s->weight, 1 / present, influence_of(spread, AUC_MACRO),
                      influence_of(spread, AP_MACRO));
    ranking_influence(ranking, s->weight, confusion->per_class[k].support / total,
                      influence_of(spread, AUC_WEIGHTED), influence_of(spread, AP_WEIGHTED));
    if (in->positive == (int32_t)k)
      ranking_influence(ranking, s->weight, 1, influence_of(spread, AUC_BINARY),
                        influence_of(spread, AP_BINARY));
  }
  influence_of_support(spread, s, auc, ap, total);
  ranking_influence(&s->ranking[in->classes], s->weight, 1, influence_of(spread, AUC_MICRO),
                    influence_of(spread, AP_MICRO));
  free(auc);
  return 0;
}

static void influence_on_losses(struct spread *spread, const struct sample *s, double total)
{
  for (size_t i = 0; i < s->in->rows; i++) {
    put(spread, LOG_LOSS, i,
        s->weight[i] * (s->loss[i] - spread->number[LOG_LOSS].estimate) / total);
    put(spread, BRIER, i, s->weight[i] * (s->brier[i] - spread->number[BRIER].estimate) / total);
  }
}

/* ---- both ---- */

static void name_numbers(struct spread *spread, const struct scalar_table *table, bool has_areas)
{
  for (int i = 0; i < NUMBERS; i++) {
    struct spread_number *number = &spread->number[i];
    const bool needs_areas = i >= AUC_MACRO && i < LOG_LOSS;

    number->name = i < CONFUSION_NUMBERS ? confusion_number_name((enum confusion_number)i)
                                         : area_names[i - CONFUSION_NUMBERS];
    number->estimate =
        needs_areas && !has_areas ? (double)NAN : scalar_table_value(table, number->name);
    number->limits = i == LOG_LOSS || i == BRIER                       ? SPREAD_NOT_NEGATIVE
                     : i == CONFUSION_MATTHEWS || i == CONFUSION_KAPPA ? SPREAD_SIGNED_UNIT
                                                                       : SPREAD_UNIT;
  }
}

/* Rows times columns, and the matrix; more than SPREAD_STEPS_FEW is as good as that. */
static size_t steps_of(const struct predictions *in)
{
  const size_t columns = in->scores ? in->classes : 1, many = SPREAD_STEPS_FEW;

  if (in->classes > many || in->rows > many) return many + 1;
  return in->rows * columns + in->classes * in->classes;
}

static int compute(struct spread *spread, const struct predictions_view *view,
                   const struct confusion *confusion, const struct scalar_table *table,
                   size_t steps)
{
  const struct predictions *in = &view->data;
  const bool has_areas = in->scores && in->rows <= SPREAD_AREAS_MAX / (in->classes + 1);
  struct sample sample;
  int status = 0;

  if (spread_init(spread, NUMBERS, in->rows, steps)) return -1;
  name_numbers(spread, table, has_areas);
  if (view->reason) spread->reason = view->reason;
  if (spread->reason) return 0;
  if (sample_init(&sample, in, has_areas, in->scores && view->has_probabilities,
                  spread->is_resampled)) {
    spread_release(spread);
    return -1;
  }
  if (spread->is_resampled) {
    status = resample(spread, &sample);
  } else {
    influence_on_confusion(spread, &sample, confusion);
    if (sample.ranking) status = influence_on_areas(spread, &sample, confusion);
    if (sample.loss) influence_on_losses(spread, &sample, confusion->total);
  }
  sample_release(&sample, in->classes);
  if (status) spread_release(spread);
  return status;
}

int classification_spread(struct spread *spread, const struct predictions_view *view,
                          const struct confusion *confusion, const struct scalar_table *table)
{
  return compute(spread, view, confusion, table, steps_of(&view->data));
}

int classification_jackknife(struct spread *spread, const struct predictions_view *view,
                             const struct confusion *confusion, const struct scalar_table *table)
{
  return compute(spread, view, confusion, table, SPREAD_STEPS_FEW + 1);
}
