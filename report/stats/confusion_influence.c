#include "stats/confusion_influence.h"

#include <math.h>

const char *confusion_number_name(enum confusion_number number)
{
  static const char *const names[CONFUSION_NUMBERS] = {
      "accuracy",
      "balanced_accuracy",
      "weighted_accuracy",
      "norm_macro_recall",
      "precision_score_macro",
      "precision_score_weighted",
      "recall_score_macro",
      "recall_score_weighted",
      "f1_score_macro",
      "f1_score_weighted",
      "matthews_correlation",
      "kappa",
      "precision_score_binary",
      "recall_score_binary",
      "f1_score_binary",
  };

  return names[number];
}

static const struct confusion_class *positive_class(const struct confusion *confusion,
                                                    int32_t positive)
{
  return positive >= 0 && (uint32_t)positive < confusion->classes ? &confusion->per_class[positive]
                                                                  : NULL;
}

void confusion_numbers(double value[CONFUSION_NUMBERS], const struct confusion *confusion,
                       int32_t positive)
{
  const struct confusion_class *class = positive_class(confusion, positive);

  value[CONFUSION_ACCURACY] = confusion->accuracy;
  value[CONFUSION_BALANCED_ACCURACY] = confusion->balanced_accuracy;
  value[CONFUSION_WEIGHTED_ACCURACY] = confusion->weighted_accuracy;
  value[CONFUSION_NORM_MACRO_RECALL] = confusion->norm_macro_recall;
  value[CONFUSION_PRECISION_MACRO] = confusion->macro.precision;
  value[CONFUSION_PRECISION_WEIGHTED] = confusion->weighted.precision;
  value[CONFUSION_RECALL_MACRO] = confusion->macro.recall;
  value[CONFUSION_RECALL_WEIGHTED] = confusion->weighted.recall;
  value[CONFUSION_F1_MACRO] = confusion->macro.f1;
  value[CONFUSION_F1_WEIGHTED] = confusion->weighted.f1;
  value[CONFUSION_MATTHEWS] = confusion->matthews;
  value[CONFUSION_KAPPA] = confusion->kappa;
  value[CONFUSION_PRECISION_BINARY] = class ? class->precision : (double)NAN;
  value[CONFUSION_RECALL_BINARY] = class ? class->recall : (double)NAN;
  value[CONFUSION_F1_BINARY] = class ? class->f1 : (double)NAN;
}

struct confusion_margins confusion_margins(const struct confusion *confusion)
{
  struct confusion_margins m = {0};

  for (size_t k = 0; k < confusion->classes; k++) {
    const struct confusion_class *class = &confusion->per_class[k];

    m.chance += class->support * class->predicted;
    m.actual += class->support * class->support;
    m.predicted += class->predicted * class->predicted;
    m.squares += (double)confusion->row_count[k] * (double)confusion->row_count[k];
    m.occurring += class->support > 0 || class->predicted > 0;
  }
  return m;
}

static double over(double part, double whole) { return whole > 0 ? part / whole : 0; }

/* Averages over classes. */
static void influence_averages(double *out, const struct confusion *from, double classes,
                               const struct confusion_class *t, const struct confusion_class *p,
                               double right)
{
  const double total = from->total;
  const double precision = over(right - p->precision, p->predicted);
  const double recall = over(right - t->recall, t->support);
  /* F1 = 2 TP / (support + predicted): the row adds to that of its true class and
   * to that of its predicted class, a right one to both halves of one. */
  const double f1_true = over(right - t->f1, t->support + t->predicted);
  const double f1_predicted = over(right - p->f1, p->support + p->predicted);

  out[CONFUSION_BALANCED_ACCURACY] = recall / (double)from->present;
  out[CONFUSION_PRECISION_MACRO] = precision / classes;
  out[CONFUSION_RECALL_MACRO] = recall / classes;
  out[CONFUSION_F1_MACRO] = (f1_true + f1_predicted) / classes;
  out[CONFUSION_PRECISION_WEIGHTED] =
      (t->precision - from->weighted.precision + p->support * precision) / total;
  out[CONFUSION_RECALL_WEIGHTED] = (right - from->accuracy) / total;
  out[CONFUSION_F1_WEIGHTED] =
      (t->f1 - from->weighted.f1 + t->support * f1_true + p->support * f1_predicted) / total;
}

/* Matthews and kappa. */
static void influence_agreement(double *out, const struct confusion *from,
                                const struct confusion_margins *m, const struct confusion_class *t,
                                const struct confusion_class *p, double right)
{
  const double s = from->total;
  const double d1 = s * s - m->predicted, d2 = s * s - m->actual;
  const double gain = right * s + from->accuracy * s - t->predicted - p->support;
  const double chance = m->chance / s / s;
  const double chance_gain = (t->predicted + p->support) / s / s - 2 * chance / s;

  if (d1 > 0 && d2 > 0)
    out[CONFUSION_MATTHEWS] = gain / sqrt(d1) / sqrt(d2) -
                              from->matthews * ((s - p->predicted) / d1 + (s - t->support) / d2);
  if (chance < 1)
    out[CONFUSION_KAPPA] =
        ((right - from->accuracy) / s * (1 - chance) - (1 - from->accuracy) * chance_gain) /
        (1 - chance) / (1 - chance);
}

static void influence_binary(double *out, const struct confusion *from, int32_t positive,
                             size_t actual, size_t predicted)
{
  const struct confusion_class *class = positive_class(from, positive);
  const double is = class && actual == (size_t)positive;
  const double called = class && predicted == (size_t)positive;

  if (!class) return;
  out[CONFUSION_PRECISION_BINARY] = called * over(is - class->precision, class->predicted);
  out[CONFUSION_RECALL_BINARY] = is * over(called - class->recall, class->support);
  out[CONFUSION_F1_BINARY] =
      over(2 * is * called - class->f1 * (is + called), class->support + class->predicted);
}

void confusion_influence(double out[CONFUSION_NUMBERS], const struct confusion *confusion,
                         const struct confusion_margins *margins, int32_t positive, size_t actual,
                         size_t predicted)
{
  const struct confusion_class *t = &confusion->per_class[actual];
  const struct confusion_class *p = &confusion->per_class[predicted];
  const double right = actual == predicted;
  const double chances = confusion->classes == 2 ? 2 : (double)confusion->present;

  for (int i = 0; i < CONFUSION_NUMBERS; i++) out[i] = 0;
  if (!(confusion->total > 0)) return;
  out[CONFUSION_ACCURACY] = (right - confusion->accuracy) / confusion->total;
  influence_averages(out, confusion, margins->occurring, t, p, right);
  influence_agreement(out, confusion, margins, t, p, right);
  influence_binary(out, confusion, positive, actual, predicted);
  if (confusion->norm_macro_recall > 0 && chances > 1)
    out[CONFUSION_NORM_MACRO_RECALL] = out[CONFUSION_BALANCED_ACCURACY] / (1 - 1 / chances);
  /* Plain row counts: a row of any weight is one row. */
  out[CONFUSION_WEIGHTED_ACCURACY] =
      ((double)confusion->row_count[actual] * right + (double)confusion->correct_count[actual] -
       2 * confusion->weighted_accuracy * (double)confusion->row_count[actual]) /
      margins->squares;
}
