#include "page/tables_classification.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/number.h"

#define CLASSES_ON_PAGE 200
#define CONFUSIONS_ON_PAGE 20

struct ranked {
  double f1;
  size_t class;
};

static int by_f1(const void *left, const void *right)
{
  const struct ranked *a = left;
  const struct ranked *b = right;

  if (a->f1 != b->f1) return a->f1 < b->f1 ? -1 : 1;
  return a->class < b->class ? -1 : a->class > b->class;
}

/* The classes as they were given; where the page has no room for all, those with
 * the lowest F1 first and the absent ones last. */
static size_t *order_of(struct pool *pool, const struct confusion *from)
{
  struct ranked *ranked = POOL_ARRAY(pool, from->classes, struct ranked);
  size_t *order = POOL_ARRAY(pool, from->classes, size_t);

  for (size_t k = 0; k < from->classes; k++)
    ranked[k] = (struct ranked){from->per_class[k].present ? from->per_class[k].f1 : 2, k};
  if (from->classes > CLASSES_ON_PAGE) qsort(ranked, from->classes, sizeof *ranked, by_f1);
  for (size_t k = 0; k < from->classes; k++) order[k] = ranked[k].class;
  return order;
}

static void fill_classes(struct result_table *table, struct pool *pool,
                         const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;
  const size_t *order = order_of(pool, &from->confusion);
  const char **name = result_table_texts(table, pool, "class", "class", COLUMN_NAME);
  double *support = result_table_numbers(table, pool, "support", "support", COLUMN_COUNT);
  double *precision = result_table_numbers(table, pool, "precision", "precision", COLUMN_METRIC);
  struct interval *precisions = result_table_intervals(table, pool);
  double *recall = result_table_numbers(table, pool, "recall", "recall", COLUMN_METRIC);
  struct interval *recalls = result_table_intervals(table, pool);
  double *f1 = result_table_numbers(table, pool, "f1", "F1", COLUMN_METRIC);

  for (size_t i = 0; i < table->rows; i++) {
    const struct confusion_class *class = &from->confusion.per_class[order[i]];

    name[i] = result->source->class_names[order[i]];
    support[i] = class->support;
    precision[i] = class->predicted > 0 ? class->precision : (double)NAN;
    recall[i] = class->present ? class->recall : (double)NAN;
    f1[i] = class->present || class->predicted > 0 ? class->f1 : (double)NAN;
    precisions[i] = from->class_intervals[order[i]].precision;
    recalls[i] = from->class_intervals[order[i]].recall;
  }
}

static void fill_areas(struct result_table *table, struct pool *pool,
                       const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;
  const size_t *order = order_of(pool, &from->confusion);
  double *auc = result_table_numbers(table, pool, "auc", "AUC", COLUMN_METRIC);
  struct interval *aucs = result_table_intervals(table, pool);
  double *ap = result_table_numbers(table, pool, "average_precision", "AP", COLUMN_METRIC);
  struct interval *aps = result_table_intervals(table, pool);

  for (size_t i = 0; i < table->rows; i++) {
    const struct class_curves *class = &from->curves.per_class[order[i]];

    auc[i] = class->roc.auc;
    aucs[i] = class->delong.best;
    ap[i] = class->pr.ap;
    aps[i] = from->class_intervals[order[i]].average_precision;
  }
}

static void add_classes(struct result_tables *tables, const struct figures *figures,
                        const char *section, const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;
  const bool has_areas = from->has_scores && from->curves.classes == from->confusion.classes;
  struct pool *pool = figures->pool;
  struct result_table *table = result_tables_add(
      tables, figures, section, pool_printf(pool, "classes-%s", result->source->name), "Each class",
      from->confusion.classes, 7);

  fill_classes(table, pool, result);
  if (has_areas) fill_areas(table, pool, result);
  table->is_sortable = true;
  table->rows_max = CLASSES_ON_PAGE;
  if (result->source->weights)
    table->caption = "Weighted rows have no interval.";
  else if (has_areas)
    table->caption =
        "95 % intervals: Wilson for precision and recall, DeLong for AUC, logit for AP.";
  else
    table->caption = "95 % intervals: Wilson.";
  if (table->rows > CLASSES_ON_PAGE)
    table->caption = pool_printf(pool, "%s Lowest F1 first.", table->caption);
}

static void add_confusions(struct result_tables *tables, const struct figures *figures,
                           const char *section, const struct evaluation_result *result)
{
  const struct confusion *from = &result->classification.confusion;
  struct pool *pool = figures->pool;
  struct class_pair top[TABLES_TOP_CONFUSIONS];
  const size_t count = confusion_top(from, top, TABLES_TOP_CONFUSIONS);
  struct result_table *table;
  const char **actual, **predicted;
  double *rows, *share;

  if (from->classes <= TABLES_MANY_CLASSES || !count) return;
  table = result_tables_add(tables, figures, section,
                            pool_printf(pool, "confusions-%s", result->source->name),
                            "Most frequent confusions", count, 4);
  actual = result_table_texts(table, pool, "true", "true", COLUMN_WORDS);
  predicted = result_table_texts(table, pool, "predicted", "predicted as", COLUMN_WORDS);
  rows = result_table_numbers(table, pool, "rows", "rows", COLUMN_COUNT);
  share = result_table_numbers(table, pool, "share_of_class", "of the class", COLUMN_SHARE);
  for (size_t i = 0; i < count; i++) {
    actual[i] = result->source->class_names[top[i].actual];
    predicted[i] = result->source->class_names[top[i].predicted];
    rows[i] = top[i].weight;
    share[i] = top[i].weight / from->per_class[top[i].actual].support;
  }
  table->rows_max = CONFUSIONS_ON_PAGE;
}

/* Brier score and its parts, as pairs of a name and a number. */
static void add_calibration(struct result_tables *tables, const struct figures *figures,
                            const char *section, const struct evaluation_result *result)
{
  const struct classification_result *classes = &result->classification;
  const struct calibration *from = &classes->curves.per_class[classes->positive].calibration;
  const struct {
    const char *name, *meaning;
    double value;
  } parts[] = {
      {"Brier score", "mean squared error of the probability; less is better", from->brier},
      {"MCB", "miscalibration: what recalibrating (isotonic) would gain; less is better",
       from->mcb},
      {"DSC", "discrimination: what telling rows apart gains over the prevalence; more is better",
       from->dsc},
      {"UNC", "uncertainty of the data; Brier = MCB − DSC + UNC", from->unc},
      {"REL", "reliability of the bins (Murphy); less is better", from->rel},
      {"RES", "resolution of the bins; more is better", from->res},
      {"WBV", "variance of the probabilities within the bins", from->wbv},
      {"WBC", "their covariance with the outcome; Brier = REL − RES + UNC + WBV − WBC", from->wbc},
      {"Brier skill", "1 − Brier / UNC: share of the uncertainty removed", from->brier_skill},
      {"ECE", "expected calibration error: mean gap of the bins; less is better", from->ece},
      {"MCE", "largest gap of a bin", from->mce},
      {"RMS", "root mean square gap of the bins", from->rms}};
  const size_t count = sizeof parts / sizeof *parts;
  struct pool *pool = figures->pool;
  struct result_table *table;
  const char **name, **meaning;
  double *value;

  if (from->reason) return;
  table = result_tables_add(tables, figures, section,
                            pool_printf(pool, "calibration-parts-%s", result->source->name),
                            "Calibration in numbers", count, 3);
  name = result_table_texts(table, pool, "name", "number", COLUMN_NAME);
  value = result_table_numbers(table, pool, "value", "value", COLUMN_METRIC);
  meaning = result_table_texts(table, pool, "meaning", "meaning", COLUMN_WORDS);
  for (size_t i = 0; i < count; i++) {
    name[i] = parts[i].name;
    value[i] = parts[i].value;
    meaning[i] = parts[i].meaning;
  }
  table->caption = pool_printf(pool, "Probability of class %s, %zu uniform bins.",
                               result->source->class_names[classes->positive], from->bins);
}

void tables_of_classification(struct result_tables *tables, const struct figures *figures,
                              const char *section, const struct evaluation_result *result)
{
  const struct classification_result *classes = &result->classification;

  if (result->reason || !(classes->confusion.total > 0)) return;
  add_classes(tables, figures, section, result);
  add_confusions(tables, figures, section, result);
  if (!classes->has_scores || classes->positive >= classes->curves.classes) return;
  tables_add_thresholds(tables, figures, section, result);
  tables_add_deciles(tables, figures, section, result);
  add_calibration(tables, figures, section, result);
}
