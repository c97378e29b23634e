#include "stats/threshold_table.h"

#include <math.h>

#define DEFAULT_THRESHOLD 0.5
#define FPR_LIMIT 0.01

/* Fixed rows are met from the highest threshold down: 0.9 first, or the tenth
 * of the weight with the highest scores. */
static void set_boundary(struct threshold_table *table)
{
  const double step = (double)(table->fixed + 1);

  if (table->fixed == THRESHOLD_FIXED_ROWS)
    table->boundary = (double)INFINITY;
  else if (table->options.has_probabilities)
    table->boundary = (10 - step) / 10;
  else
    table->boundary = (table->positives + table->negatives) * step / 10;
}

void threshold_table_begin(struct threshold_table *table, double positives, double negatives,
                           bool weighted, const struct threshold_options *options)
{
  *table = (struct threshold_table){
      .positives = positives,
      .negatives = negatives,
      .weighted = weighted,
      .last_threshold = (double)INFINITY,
      .fpr_limit = FPR_LIMIT * negatives,
  };
  if (options) table->options = *options;
  table->least_cost = table->options.cost_fn * positives;
  table->balanced.threshold = table->fpr_1.threshold = table->cost.threshold = (double)INFINITY;
  if (!(positives > 0 || negatives > 0))
    table->reason = "no samples";
  else if (!(positives > 0 && negatives > 0))
    table->reason = "only one class present";
  set_boundary(table);
}

static double share(double part, double whole) { return whole > 0 ? part / whole : (double)NAN; }

static struct interval share_interval(const struct threshold_table *table, double part,
                                      double whole)
{
  if (table->weighted) return interval_none("weighted data");
  return interval_wilson(part, whole, 0.95);
}

static struct threshold_row make_row(const struct threshold_table *table, enum threshold_kind kind,
                                     double threshold, double tp, double fp)
{
  const double fn = table->positives - tp;
  const double tn = table->negatives - fp;
  const bool has_costs = table->options.cost_fp > 0 || table->options.cost_fn > 0;

  return (struct threshold_row){
      .kind = kind,
      .threshold = threshold,
      .tp = tp,
      .fp = fp,
      .tn = tn,
      .fn = fn,
      .precision = share(tp, tp + fp),
      .recall = share(tp, table->positives),
      .f1 = share(2 * tp, 2 * tp + fp + fn),
      .specificity = share(tn, table->negatives),
      .npv = share(tn, tn + fn),
      .flagged = share(tp + fp, table->positives + table->negatives),
      .cost = has_costs ? fp * table->options.cost_fp + fn * table->options.cost_fn : (double)NAN,
      .precision_interval = share_interval(table, tp, tp + fp),
      .recall_interval = share_interval(table, tp, table->positives),
      .is_default = kind == THRESHOLD_FIXED && table->options.has_probabilities &&
                    threshold == DEFAULT_THRESHOLD};
}

/* Fixed rows stand in rising order although they are met in falling order. */
static void add_fixed(struct threshold_table *table, double threshold, double tp, double fp)
{
  const size_t place = THRESHOLD_FIXED_ROWS - 1 - table->fixed++;

  table->row[place] = make_row(table, THRESHOLD_FIXED, threshold, tp, fp);
  set_boundary(table);
}

/* Rows of score >= t are those before the first score below t. */
static void watch_fixed(struct threshold_table *table, const struct sweep_stop *at)
{
  if (table->options.has_probabilities)
    while (table->fixed < THRESHOLD_FIXED_ROWS && at->threshold < table->boundary)
      add_fixed(table, table->boundary, table->last_tp, table->last_fp);
  else
    while (table->fixed < THRESHOLD_FIXED_ROWS && at->tp + at->fp >= table->boundary)
      add_fixed(table, at->threshold, at->tp, at->fp);
}

/* Precision equals recall where as many are called positive as there are. */
static void watch_balance(struct threshold_table *table, const struct sweep_stop *at)
{
  const double called = at->tp + at->fp;
  const double before = table->last_tp + table->last_fp;

  if (called < table->positives) return;
  table->is_balanced = true;
  table->balanced.threshold = at->threshold;
  table->balanced.tp = at->tp;
  table->balanced.fp = at->fp;
  /* A threshold that calls nothing positive has no precision. */
  if (!(before > 0) || table->positives - before > called - table->positives) return;
  table->balanced.threshold = table->last_threshold;
  table->balanced.tp = table->last_tp;
  table->balanced.fp = table->last_fp;
}

static void watch_cost(struct threshold_table *table, const struct sweep_stop *at)
{
  const double cost =
      at->fp * table->options.cost_fp + (table->positives - at->tp) * table->options.cost_fn;

  if (!(cost < table->least_cost)) return;
  table->least_cost = cost;
  table->cost.threshold = at->threshold;
  table->cost.tp = at->tp;
  table->cost.fp = at->fp;
}

static void add_stop(struct threshold_table *table, const struct sweep_stop *at)
{
  if (table->fixed < THRESHOLD_FIXED_ROWS) watch_fixed(table, at);
  if (!table->is_balanced) watch_balance(table, at);
  if (at->fp <= table->fpr_limit && at->tp > table->fpr_1.tp) {
    table->fpr_1.threshold = at->threshold;
    table->fpr_1.tp = at->tp;
    table->fpr_1.fp = at->fp;
  }
  if (table->least_cost > 0) watch_cost(table, at);
  table->last_tp = at->tp;
  table->last_fp = at->fp;
  table->last_threshold = at->threshold;
}

/* Whether no stop of a block can add or better a row. */
static bool changes_nothing(const struct threshold_table *table, const struct sweep_stop *first,
                            const struct sweep_stop *last)
{
  const double called = last->tp + last->fp;
  const double cost =
      first->fp * table->options.cost_fp + (table->positives - last->tp) * table->options.cost_fn;

  return (table->fixed == THRESHOLD_FIXED_ROWS ||
          (table->options.has_probabilities ? last->threshold >= table->boundary
                                            : called < table->boundary)) &&
         (table->is_balanced || called < table->positives) &&
         (first->fp > table->fpr_limit || last->tp <= table->fpr_1.tp) &&
         !(table->least_cost > 0 && cost < table->least_cost);
}

void threshold_table_add(struct threshold_table *table, const struct sweep_stop *at, size_t count)
{
  size_t from = 0;

  if (table->reason) return;
  if (changes_nothing(table, at, &at[count - 1])) from = count - 1;
  for (size_t i = from; i < count; i++) add_stop(table, &at[i]);
}

static void add_row(struct threshold_table *table, enum threshold_kind kind, double threshold,
                    double tp, double fp)
{
  table->row[table->count++] = make_row(table, kind, threshold, tp, fp);
}

void threshold_table_end(struct threshold_table *table, const struct roc *roc, const struct pr *pr)
{
  const bool has_costs = table->options.cost_fp > 0 || table->options.cost_fn > 0;

  if (table->reason) return;
  while (table->fixed < THRESHOLD_FIXED_ROWS)
    add_fixed(table, table->options.has_probabilities ? table->boundary : table->last_threshold,
              table->last_tp, table->last_fp);
  table->count = THRESHOLD_FIXED_ROWS;
  add_row(table, THRESHOLD_MAX_F1, pr->best_f1_threshold, pr->best_tp, pr->best_fp);
  add_row(table, THRESHOLD_MAX_J, roc->best_threshold, roc->best_tp, roc->best_fp);
  add_row(table, THRESHOLD_BALANCED, table->balanced.threshold, table->balanced.tp,
          table->balanced.fp);
  add_row(table, THRESHOLD_FPR_1, table->fpr_1.threshold, table->fpr_1.tp, table->fpr_1.fp);
  if (has_costs)
    add_row(table, THRESHOLD_COST, table->cost.threshold, table->cost.tp, table->cost.fp);
  for (size_t i = 0; i < table->count; i++)
    table->row[i].is_chosen = table->row[i].kind == (has_costs ? THRESHOLD_COST : THRESHOLD_MAX_J);
}

const struct threshold_row *threshold_table_row(const struct threshold_table *table,
                                                enum threshold_kind kind)
{
  for (size_t i = 0; i < table->count; i++)
    if (table->row[i].kind == kind) return &table->row[i];
  return NULL;
}

const struct threshold_row *threshold_table_chosen(const struct threshold_table *table)
{
  for (size_t i = 0; i < table->count; i++)
    if (table->row[i].is_chosen) return &table->row[i];
  return NULL;
}

int threshold_table_compute(struct threshold_table *table, const struct sweep *sweep,
                            const struct threshold_options *options)
{
  struct sweep_stop stops[SWEEP_STOPS];
  struct sweep_cursor at;
  struct roc roc;
  struct pr pr;

  threshold_table_begin(table, sweep->positives, sweep->negatives, sweep->weighted, options);
  if (sweep->reason) table->reason = sweep->reason;
  if (table->reason) return 0;
  if (roc_compute(&roc, sweep, NULL)) return -1;
  if (pr_compute(&pr, sweep, NULL)) {
    roc_release(&roc);
    return -1;
  }
  sweep_start(&at, sweep);
  for (size_t n; (n = sweep_next_stops(&at, stops, SWEEP_STOPS)) > 0;)
    threshold_table_add(table, stops, n);
  threshold_table_end(table, &roc, &pr);
  roc_release(&roc);
  pr_release(&pr);
  return 0;
}
