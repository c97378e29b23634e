#include <math.h>

#include "chart/number.h"
#include "page/tables_classification.h"

static const char *rule_of(struct pool *pool, const struct threshold_row *row,
                           bool has_probabilities)
{
  char share[NUMBER_SIZE];

  switch (row->kind) {
    case THRESHOLD_FIXED:
      if (row->is_default) return "default";
      if (has_probabilities) return "fixed";
      return pool_printf(pool, "flags %s", number_percent(share, row->flagged));
    case THRESHOLD_MAX_F1: return "highest F1";
    case THRESHOLD_MAX_J: return "highest Youden J";
    case THRESHOLD_BALANCED: return "precision = recall";
    case THRESHOLD_FPR_1: return "FPR ≤ 1 %";
    case THRESHOLD_COST: return "lowest cost";
  }
  return "";
}

static void add_metric(struct result_table *table, struct pool *pool,
                       const struct threshold_table *from, const char *key, const char *head,
                       enum column_style style, size_t offset)
{
  double *numbers = result_table_numbers(table, pool, key, head, style);

  for (size_t i = 0; i < from->count; i++) {
    const char *row = (const char *)&from->row[i];

    numbers[i] = *(const double *)(const void *)(row + offset);
  }
}

/* A column that Markdown has no room for. */
static void add_detail(struct result_table *table, struct pool *pool,
                       const struct threshold_table *from, const char *key, const char *head,
                       enum column_style style, size_t offset)
{
  add_metric(table, pool, from, key, head, style, offset);
  table->columns[table->column_count - 1].is_detail = true;
}

static void add_intervals(struct result_table *table, struct pool *pool,
                          const struct threshold_table *from, bool is_recall)
{
  struct interval *intervals;

  if (from->weighted) return;
  intervals = result_table_intervals(table, pool);
  for (size_t i = 0; i < from->count; i++)
    intervals[i] = is_recall ? from->row[i].recall_interval : from->row[i].precision_interval;
}

static void fill_thresholds(struct result_table *table, struct pool *pool,
                            const struct threshold_table *from)
{
  const char **rule = result_table_texts(table, pool, "rule", "rule", COLUMN_NAME);

  for (size_t i = 0; i < from->count; i++)
    rule[i] = rule_of(pool, &from->row[i], from->options.has_probabilities);
  add_metric(table, pool, from, "threshold", "threshold", COLUMN_METRIC,
             offsetof(struct threshold_row, threshold));
  add_detail(table, pool, from, "true_positives", "TP", COLUMN_COUNT,
             offsetof(struct threshold_row, tp));
  add_detail(table, pool, from, "false_positives", "FP", COLUMN_COUNT,
             offsetof(struct threshold_row, fp));
  add_detail(table, pool, from, "true_negatives", "TN", COLUMN_COUNT,
             offsetof(struct threshold_row, tn));
  add_detail(table, pool, from, "false_negatives", "FN", COLUMN_COUNT,
             offsetof(struct threshold_row, fn));
  add_metric(table, pool, from, "precision", "precision", COLUMN_METRIC,
             offsetof(struct threshold_row, precision));
  add_intervals(table, pool, from, false);
  add_metric(table, pool, from, "recall", "recall", COLUMN_METRIC,
             offsetof(struct threshold_row, recall));
  add_intervals(table, pool, from, true);
  add_metric(table, pool, from, "f1", "F1", COLUMN_METRIC, offsetof(struct threshold_row, f1));
  add_detail(table, pool, from, "specificity", "specificity", COLUMN_METRIC,
             offsetof(struct threshold_row, specificity));
  add_detail(table, pool, from, "negative_predictive_value", "NPV", COLUMN_METRIC,
             offsetof(struct threshold_row, npv));
  add_metric(table, pool, from, "flagged", "flagged", COLUMN_SHARE,
             offsetof(struct threshold_row, flagged));
}

void tables_add_thresholds(struct result_tables *tables, const struct figures *figures,
                           const char *section, const struct evaluation_result *result)
{
  const struct threshold_table *from = &result->classification.curves.thresholds;
  const bool has_costs = from->options.cost_fp > 0 || from->options.cost_fn > 0;
  const char *positive = result->source->class_names[result->classification.positive];
  struct pool *pool = figures->pool;
  struct result_table *table;
  char fp[NUMBER_SIZE], fn[NUMBER_SIZE], even[NUMBER_SIZE];

  if (from->reason || !from->count) return;
  table = result_tables_add(tables, figures, section,
                            pool_printf(pool, "thresholds-%s", result->source->name), "Thresholds",
                            from->count, 13);
  fill_thresholds(table, pool, from);
  if (has_costs)
    add_metric(table, pool, from, "cost", "cost", COLUMN_COUNT,
               offsetof(struct threshold_row, cost));
  for (size_t i = 0; i < from->count; i++)
    if (from->row[i].is_chosen) table->chosen = i;
  table->caption = pool_printf(
      pool, "A row is called %s when its score is at least the threshold.%s", positive,
      from->weighted ? " Weighted rows have no interval." : " Intervals: 95 %, Wilson.");
  if (!has_costs) {
    table->caption =
        pool_printf(pool, "%s In bold: the threshold marked in the charts.", table->caption);
    return;
  }
  number_short(fp, from->options.cost_fp, 6);
  number_short(fn, from->options.cost_fn, 6);
  number_metric(even, from->options.cost_fp / (from->options.cost_fp + from->options.cost_fn));
  table->caption = pool_printf(
      pool,
      "%s In bold: the lowest cost, %s for a false positive and %s for a false negative; with "
      "perfectly calibrated probabilities it would be at %s.",
      table->caption, fp, fn, even);
}

static void fill_deciles(struct result_table *table, struct pool *pool, const struct gain *from)
{
  double *tenth = result_table_numbers(table, pool, "tenth", "tenth", COLUMN_COUNT);
  double *rows = result_table_numbers(table, pool, "rows", "rows", COLUMN_COUNT);
  double *lowest = result_table_numbers(table, pool, "lowest_score", "lowest score", COLUMN_METRIC);
  double *positives = result_table_numbers(table, pool, "positives", "positives", COLUMN_COUNT);
  double *rate = result_table_numbers(table, pool, "rate", "rate", COLUMN_SHARE);
  double *lift = result_table_numbers(table, pool, "lift", "lift", COLUMN_METRIC);
  double *gain =
      result_table_numbers(table, pool, "cumulative_gain", "cumulative gain", COLUMN_SHARE);
  double *cumulative =
      result_table_numbers(table, pool, "cumulative_lift", "cumulative lift", COLUMN_METRIC);
  double *ks = result_table_numbers(table, pool, "ks", "KS", COLUMN_METRIC);

  for (size_t i = 0; i < GAIN_DECILES; i++) {
    const struct gain_decile *decile = &from->decile[i];

    tenth[i] = (double)i + 1;
    rows[i] = decile->rows;
    lowest[i] = decile->lowest_score;
    positives[i] = decile->positives;
    rate[i] = decile->rate;
    lift[i] = decile->lift;
    gain[i] = decile->cumulative_gain;
    cumulative[i] = decile->cumulative_lift;
    ks[i] = decile->ks;
  }
}

void tables_add_deciles(struct result_tables *tables, const struct figures *figures,
                        const char *section, const struct evaluation_result *result)
{
  const struct classification_result *classes = &result->classification;
  const struct gain *from = &classes->curves.per_class[classes->positive].gain;
  struct pool *pool = figures->pool;
  struct result_table *table;
  char ks[NUMBER_SIZE], threshold[NUMBER_SIZE];

  if (from->reason) return;
  table = result_tables_add(tables, figures, section,
                            pool_printf(pool, "deciles-%s", result->source->name), "Deciles",
                            GAIN_DECILES, 9);
  fill_deciles(table, pool, from);
  table->columns[1].is_detail = true;
  table->columns[2].is_detail = true;
  table->columns[7].is_detail = true;
  table->caption = pool_printf(
      pool,
      "Rows by falling score, in tenths; rows of equal score are shared out evenly. KS is the "
      "distance of the two classes' shares up to there; over all thresholds it is %s, at %s.",
      number_metric(ks, from->ks), number_metric(threshold, from->ks_threshold));
}
