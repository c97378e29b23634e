#include "stats/classification_scalars.h"

#include <float.h>
#include <math.h>

#include "parallel.h"
#include "stats/moments.h"

static double clipped(double p) { return fmin(1 - DBL_EPSILON, fmax(DBL_EPSILON, p)); }

bool classification_row_scores(const struct predictions *in, size_t row, int32_t positive,
                               double *loss, double *brier)
{
  const bool one_column = in->classes == 2 && positive >= 0 && positive < 2;
  double sum = 0, squares = 0;

  for (size_t k = 0; k < in->classes; k++) {
    const double p = in->scores[k][row];
    const double miss = p - (in->actual[row] == (int32_t)k ? 1 : 0);

    if (!(p >= 0 && p <= 1)) return false;
    sum += clipped(p);
    if (!one_column || positive == (int32_t)k) squares += miss * miss;
  }
  *loss = -log(clipped(in->scores[in->actual[row]][row]) / sum);
  *brier = squares;
  return true;
}

/* Rows are summed by parts, each on a thread of its own: so many at most, and no
 * smaller ones than PARALLEL_ROWS. */
enum { PARTS = 32 };

struct measured {
  const struct predictions *in;
  int32_t positive;
  size_t parts;
  struct moments loss[PARTS], brier[PARTS];
  bool failed[PARTS];
};

static void measure_part(void *context, size_t part)
{
  struct measured *all = context;
  const struct predictions *in = all->in;
  const size_t rows = in->rows / all->parts;
  const size_t begin = part * rows, end = part + 1 < all->parts ? begin + rows : in->rows;
  struct moments loss = {0}, brier = {0};

  for (size_t i = begin; i < end; i++) {
    const double weight = in->weight ? in->weight[i] : 1;
    double one_loss, one_brier;

    if (!classification_row_scores(in, i, all->positive, &one_loss, &one_brier)) {
      all->failed[part] = true;
      return;
    }
    moments_add(&loss, weight, one_loss);
    moments_add(&brier, weight, one_brier);
  }
  all->loss[part] = loss;
  all->brier[part] = brier;
}

/* Both over all rows; false when a score is no probability. */
static bool measure(struct moments *loss, struct moments *brier, const struct predictions *in,
                    int32_t positive)
{
  const size_t stretches = parallel_stretches(in->rows);
  struct measured all = {.in = in, .positive = positive};

  if (!in->scores) return false;
  all.parts = stretches > PARTS ? PARTS : stretches > 0 ? stretches : 1;
  parallel_for(all.parts, measure_part, &all);
  for (size_t part = 0; part < all.parts; part++) {
    if (all.failed[part]) return false;
    moments_join(loss, &all.loss[part]);
    moments_join(brier, &all.brier[part]);
  }
  return true;
}

double classification_log_loss(const struct predictions *in)
{
  struct moments loss = {0}, brier = {0};

  return measure(&loss, &brier, in, in->positive) ? moments_mean(&loss) : (double)NAN;
}

static void add_label_scalars(struct scalar_table *table, const struct confusion *confusion)
{
  const char *why = confusion->reason;

  scalar_table_add(table, "accuracy", confusion->accuracy, why);
  scalar_table_add(table, "balanced_accuracy", confusion->balanced_accuracy, why);
  scalar_table_add(table, "weighted_accuracy", confusion->weighted_accuracy, why);
  scalar_table_add(table, "norm_macro_recall", confusion->norm_macro_recall,
                   why                                                  ? why
                   : confusion->present == 1 && confusion->classes != 2 ? "only one class present"
                                                                        : NULL);
  scalar_table_add(table, "precision_score_macro", confusion->macro.precision, why);
  scalar_table_add(table, "precision_score_micro", confusion->micro.precision, why);
  scalar_table_add(table, "precision_score_weighted", confusion->weighted.precision, why);
  scalar_table_add(table, "recall_score_macro", confusion->macro.recall, why);
  scalar_table_add(table, "recall_score_micro", confusion->micro.recall, why);
  scalar_table_add(table, "recall_score_weighted", confusion->weighted.recall, why);
  scalar_table_add(table, "f1_score_macro", confusion->macro.f1, why);
  scalar_table_add(table, "f1_score_micro", confusion->micro.f1, why);
  scalar_table_add(table, "f1_score_weighted", confusion->weighted.f1, why);
  scalar_table_add(table, "matthews_correlation", confusion->matthews, why);
  scalar_table_add(table, "kappa", confusion->kappa,
                   why                       ? why
                   : isnan(confusion->kappa) ? "only one class present"
                                             : NULL);
}

/* Precision, recall and F1 of the positive class. */
static void add_binary_labels(struct scalar_table *table, const struct confusion *confusion,
                              size_t positive)
{
  const struct confusion_class *class = &confusion->per_class[positive];
  const char *why = confusion->reason;

  scalar_table_add(table, "precision_score_binary", why ? (double)NAN : class->precision, why);
  scalar_table_add(table, "recall_score_binary", why ? (double)NAN : class->recall, why);
  scalar_table_add(table, "f1_score_binary", why ? (double)NAN : class->f1, why);
}

static void add_areas(struct scalar_table *table, const struct multiclass *curves)
{
  const char *why = curves->reason;
  const char *micro = curves->classes ? curves->micro.reason : why;

  scalar_table_add(table, "AUC_macro", curves->auc_macro, why);
  scalar_table_add(table, "AUC_micro", curves->auc_micro, micro);
  scalar_table_add(table, "AUC_weighted", curves->auc_weighted, why);
  scalar_table_add(table, "average_precision_score_macro", curves->ap_macro, why);
  scalar_table_add(table, "average_precision_score_micro", curves->ap_micro, micro);
  scalar_table_add(table, "average_precision_score_weighted", curves->ap_weighted, why);
}

/* Neither score can be negative. */
static struct interval interval_of_mean(const struct moments *m)
{
  struct interval interval =
      interval_normal(moments_mean(m), moments_variance(m), 0.95, "normal, of the rows' scores");

  if (!interval.reason) interval.lo = fmax(0, interval.lo);
  return interval;
}

static void add_probability_scores(struct scalar_table *table, const struct predictions_view *view)
{
  const char *why = view->reason              ? view->reason
                    : view->has_probabilities ? NULL
                                              : "scores are not probabilities";
  const char *note = why                 ? why
                     : view->sums_to_one ? NULL
                                         : "rows do not sum to 1 and were divided by their sum";
  struct moments loss = {0}, brier = {0};

  if (!why) measure(&loss, &brier, &view->data, view->data.positive);
  scalar_table_add(table, "log_loss", moments_mean(&loss), note);
  scalar_table_set_interval(table, "log_loss", interval_of_mean(&loss));
  scalar_table_add(table, "brier_score", moments_mean(&brier), why);
  scalar_table_set_interval(table, "brier_score", interval_of_mean(&brier));
}

void classification_scalars(struct scalar_table *table, const struct predictions_view *view,
                            const struct confusion *confusion, const struct multiclass *curves)
{
  const int32_t positive = view->data.positive;
  const bool has_positive = positive >= 0 && (uint32_t)positive < confusion->classes;

  table->count = 0;
  add_label_scalars(table, confusion);
  if (has_positive) add_binary_labels(table, confusion, (size_t)positive);
  if (!curves || !view->data.scores) return;
  add_areas(table, curves);
  if (has_positive) {
    const struct class_curves *class =
        curves->classes > 0 ? &curves->per_class[positive] : &curves->micro;
    const char *why = curves->classes > 0 ? class->reason : curves->reason;

    scalar_table_add(table, "AUC_binary", why ? (double)NAN : class->roc.auc, why);
    scalar_table_add(table, "average_precision_score_binary", why ? (double)NAN : class->pr.ap,
                     why);
  }
  add_probability_scores(table, view);
}
