#include "page/report_warnings.h"

#include <math.h>
#include <string.h>

#include "page/figure_words.h"

/* An area under the curve this near to 1 is more often a leak than a triumph. */
#define SUSPICIOUS_AUC 0.9995
/* Of many names so many are given, then their number. */
#define NAMES_MAX 5

static void append(struct pool *pool, const char ***list, size_t *count, const char *text)
{
  const char **more;

  if ((*count & (*count - 1)) == 0) { /* Room for the next power of two. */
    more = POOL_ARRAY(pool, *count ? 2 * *count : 1, const char *);
    if (*count) memcpy(more, *list, *count * sizeof *more);
    *list = more;
  }
  (*list)[(*count)++] = text;
}

static const char *of_run(const struct report *report, size_t run, const char *text)
{
  return report->run_count > 1 ? pool_printf(report->pool, "%s: %s", report->labels[run], text)
                               : text;
}

static void warn(struct report *report, size_t run, const char *text)
{
  append(report->pool, &report->warnings, &report->warning_count, of_run(report, run, text));
}

static void add_problem(struct report *report, size_t run, const char *text)
{
  append(report->pool, &report->problems, &report->problem_count, of_run(report, run, text));
}

/* A fault of the data: on the page, and one that strict readers fail for. */
static void warn_of_data(struct report *report, size_t run, const char *text)
{
  warn(report, run, text);
  add_problem(report, run, text);
}

static void warn_of_status(struct report *report, size_t index)
{
  const struct run *run = report->runs[index];

  if (run->status == RUN_FAILED)
    warn(report, index,
         pool_printf(report->pool, "The run failed: %s%s%s", run->error_code,
                     *run->error_message ? ": " : "", run->error_message));
  if (run->status == RUN_CANCELED) warn(report, index, "The run was canceled.");
  if (run->status == RUN_NOT_RESPONDING)
    warn(report, index, "The run has no end record: its process is gone.");
  if (run->status == RUN_RUNNING)
    warn(report, index, "The run was still running when this report was made.");
}

void report_warn_of_run(struct report *report, size_t index)
{
  const struct run *run = report->runs[index];

  warn_of_status(report, index);
  for (size_t i = 0; i < run->warning_count; i++) warn_of_data(report, index, run->warnings[i]);
  for (size_t i = 0; i < run->metric_count; i++) {
    const struct metric_totals totals = run_totals(run, i);
    const uint64_t broken = totals.nan_count + totals.posinf_count + totals.neginf_count;

    if (broken)
      warn_of_data(report, index,
                   pool_printf(report->pool, "%s: %llu of %llu values are NaN or infinite.",
                               run->metrics[i].name, (unsigned long long)broken,
                               (unsigned long long)totals.count));
  }
}

void report_warn_of_series(void *report, size_t run, const char *sentence)
{
  warn(report, run, sentence);
}

/* ---- evaluations ---- */

/* "a, b and 7 more" of names that are added one by one. */
struct name_list {
  struct pool *pool;
  const char *text;
  size_t count;
};

static void name_add(struct name_list *list, const char *name)
{
  if (list->count++ < NAMES_MAX)
    list->text = list->count > 1 ? pool_printf(list->pool, "%s, %s", list->text, name) : name;
}

static const char *name_words(const struct name_list *list)
{
  if (list->count <= NAMES_MAX) return list->text;
  return pool_printf(list->pool, "%s and %zu more", list->text, list->count - NAMES_MAX);
}

/* The error of logarithms is undefined by nature where a value is negative. */
static bool is_missed(const struct scalar *scalar)
{
  return !scalar->is_defined && !strstr(scalar->name, "log_error");
}

static bool same_reason(const struct scalar *a, const struct scalar *b)
{
  return strcmp(a->reason ? a->reason : "", b->reason ? b->reason : "") == 0;
}

/* Undefined numbers, one line for each reason. */
static void add_undefined(struct report *report, size_t run, const char *evaluation,
                          const struct scalar_table *table)
{
  for (size_t i = 0; i < table->count; i++) {
    const struct scalar *first = &table->scalar[i];
    struct name_list names = {.pool = report->pool};
    bool is_told = false;

    for (size_t k = 0; k < i && is_missed(first); k++)
      is_told = is_told || (is_missed(&table->scalar[k]) && same_reason(&table->scalar[k], first));
    if (!is_missed(first) || is_told) continue;
    for (size_t k = i; k < table->count; k++)
      if (is_missed(&table->scalar[k]) && same_reason(&table->scalar[k], first))
        name_add(&names, table->scalar[k].name);
    add_problem(report, run,
                pool_printf(report->pool, "Evaluation %s: undefined (%s): %s.", evaluation,
                            first->reason ? first->reason : "no reason given", name_words(&names)));
  }
}

static void warn_of_classes(struct report *report, const struct evaluation_entry *entry)
{
  const struct evaluation_result *result = &entry->result;
  const struct classification_result *from = &result->classification;
  const char *name = result->source->name;
  const char *one = words_present(report->pool, result);
  struct name_list absent = {.pool = report->pool};

  if (one) {
    warn_of_data(
        report, entry->run,
        pool_printf(report->pool, "Evaluation %s: %s; what tells classes apart is undefined.", name,
                    one));
    return;
  }
  for (size_t k = 0; k < from->confusion.classes; k++)
    if (!from->confusion.per_class[k].present) name_add(&absent, result->source->class_names[k]);
  if (!absent.count) return;
  warn_of_data(
      report, entry->run,
      pool_printf(report->pool,
                  "Evaluation %s: no row has the true label %s; %s no recall and no curves.", name,
                  name_words(&absent), absent.count == 1 ? "it has" : "they have"));
}

static void warn_of_scores(struct report *report, const struct evaluation_entry *entry)
{
  const struct evaluation_result *result = &entry->result;
  const struct classification_result *from = &result->classification;
  const char *name = result->source->name;

  if (!from->has_scores) return;
  if (from->scores_are_equal)
    warn_of_data(
        report, entry->run,
        pool_printf(report->pool,
                    "Evaluation %s: all scores are equal; they tell no row from another.", name));
  if (!from->view.has_probabilities)
    warn_of_data(report, entry->run,
                 pool_printf(report->pool,
                             "Evaluation %s: scores lie outside 0 to 1; calibration, log loss and "
                             "Brier score are left out.",
                             name));
  if (from->positive < from->curves.classes && from->curves.per_class) {
    const struct class_curves *one = &from->curves.per_class[from->positive];

    if (one->roc.auc > SUSPICIOUS_AUC && one->rows > 20)
      warn(report, entry->run,
           pool_printf(report->pool,
                       "Evaluation %s: an AUC of %s is rare with real data; look for a "
                       "leak between training and test rows.",
                       name, report_number(report->pool, one->roc.auc)));
  }
}

static void warn_of_bounds(struct report *report, const struct evaluation_entry *entry)
{
  const struct coverage *from = &entry->result.regression.coverage;

  if (!entry->result.regression.has_bounds || !from->dropped) return;
  warn_of_data(report, entry->run,
               pool_printf(report->pool,
                           "Evaluation %s: %zu of %zu rows have no prediction interval, or one "
                           "whose lower bound is above its upper; coverage leaves them out.",
                           entry->result.source->name, from->dropped, from->dropped + from->rows));
}

static void warn_of_importance(struct report *report, const struct evaluation_entry *entry)
{
  const struct evaluation *from = entry->result.source;
  size_t broken = 0;

  for (size_t i = 0; i < from->count && from->overall; i++)
    broken += !isfinite(from->overall[i]) ? 1U : 0U;
  if (broken)
    warn_of_data(
        report, entry->run,
        pool_printf(report->pool, "Feature importance %s: %zu of %zu values are not a number.",
                    from->name, broken, from->count));
}

void report_warn_of_evaluation(struct report *report, const struct evaluation_entry *entry)
{
  const struct evaluation_result *result = &entry->result;
  const char *name = result->source->name;

  if (result->reason) {
    warn_of_data(report, entry->run,
                 pool_printf(report->pool, "Evaluation %s: %s.", name, result->reason));
    return;
  }
  if (result->dropped)
    warn_of_data(report, entry->run,
                 pool_printf(report->pool, "Evaluation %s: %zu of %zu rows dropped (%s).", name,
                             result->dropped, result->source->count, result->dropped_why));
  switch (result->source->type) {
    case EVALUATION_CLASSIFICATION:
      warn_of_classes(report, entry);
      warn_of_scores(report, entry);
      add_undefined(report, entry->run, name, &result->classification.scalars);
      return;
    case EVALUATION_REGRESSION:
      warn_of_bounds(report, entry);
      add_undefined(report, entry->run, name, &result->regression.numbers.table);
      return;
    case EVALUATION_IMPORTANCE: warn_of_importance(report, entry); return;
  }
}

void report_warn_of_document(struct report *report, const struct document_entry *entry)
{
  for (size_t i = 0; i < entry->aggregated.warning_count; i++)
    warn_of_data(
        report, entry->run,
        pool_printf(report->pool, "%s: %s.", entry->source->name, entry->aggregated.warnings[i]));
}
