#include "page/comparison.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figures_comparison.h"
#include "page/figures_series.h"

const struct scalar_table *comparison_scalars(const struct evaluation_result *result)
{
  if (result->source->type == EVALUATION_CLASSIFICATION) return &result->classification.scalars;
  if (result->source->type == EVALUATION_REGRESSION) return &result->regression.numbers.table;
  return NULL;
}

/* ---- words ---- */

const char *comparison_number_title(const char *name)
{
  static const char *const titles[][2] = {
      {"AUC_binary", "AUC"},
      {"AUC_macro", "AUC, macro"},
      {"average_precision_score_binary", "average precision"},
      {"average_precision_score_macro", "average precision, macro"},
      {"accuracy", "accuracy"},
      {"balanced_accuracy", "balanced accuracy"},
      {"f1_score_binary", "F1"},
      {"f1_score_macro", "F1, macro"},
      {"matthews_correlation", "Matthews correlation"},
      {"log_loss", "log loss"},
      {"brier_score", "Brier score"},
      {"root_mean_squared_error", "RMSE"},
      {"mean_absolute_error", "MAE"},
      {"r2_score_unclipped", "R²"},
  };

  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i][0], name) == 0) return titles[i][1];
  return name;
}

int comparison_direction(const char *name)
{
  /* The sign of the bias is no merit. */
  if (strcmp(name, "mean_error") == 0) return 0;
  return metric_direction(&(struct metric){.name = name});
}

const char *comparison_delta(struct pool *pool, double delta, int direction)
{
  char number[NUMBER_SIZE];
  const char *word = delta * direction > 0 ? " better" : " worse";

  if (!isfinite(delta)) return "";
  if (!(delta < 0) && !(delta > 0)) return "same";
  return pool_printf(pool, "%s%s%s", delta > 0 ? "+" : "", number_metric(number, delta),
                     direction ? word : "");
}

const char *comparison_p(struct pool *pool, double p)
{
  char number[NUMBER_SIZE];

  if (isnan(p)) return "p n/a";
  if (p < 0.001) return "p < 0.001";
  return pool_printf(pool, "p = %s", number_fixed(number, p, 3));
}

const char *comparison_interval(struct pool *pool, const struct interval *interval)
{
  char low[NUMBER_SIZE], high[NUMBER_SIZE];

  if (!interval_is_defined(interval)) return "–";
  /* Near zero the ends of an interval are still read as decimals: "0.001 to 0.094". */
  if (fmax(fabs(interval->lo), fabs(interval->hi)) < 100 &&
      fmax(fabs(interval->lo), fabs(interval->hi)) >= 0.01)
    return pool_printf(pool, "%s to %s", number_fixed(low, interval->lo, 3),
                       number_fixed(high, interval->hi, 3));
  return pool_printf(pool, "%s to %s", number_metric(low, interval->lo),
                     number_metric(high, interval->hi));
}

const char *comparison_main_number(const struct comparison_entry *entry)
{
  static const char *const names[] = {"AUC_binary", "AUC_macro", "accuracy",
                                      "root_mean_squared_error"};

  if (entry->type == EVALUATION_IMPORTANCE) return "";
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t with = 0;

    for (size_t r = 0; r < entry->count; r++)
      if (!isnan(scalar_table_value(comparison_scalars(entry->results[r]), names[i]))) with++;
    if (with > 1) return names[i];
  }
  return entry->type == EVALUATION_CLASSIFICATION ? "accuracy" : "root_mean_squared_error";
}

/* "0.824 (0.749–0.899)". */
static const char *value_words(struct pool *pool, const struct scalar_table *table,
                               const char *name)
{
  const struct interval interval = scalar_table_interval(table, name);
  char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];

  number_metric(value, scalar_table_value(table, name));
  if (!interval_is_defined(&interval)) return pool_printf(pool, "%s", value);
  return pool_printf(pool, "%s (%s–%s)", value, number_metric(low, interval.lo),
                     number_metric(high, interval.hi));
}

static const char *test_words(struct pool *pool, const struct compared_number *number,
                              size_t others)
{
  const struct interval *interval = &number->difference.interval;

  if (isnan(number->difference.p))
    return pool_printf(pool, "no test: %s",
                       number->difference.reason ? number->difference.reason : "undefined");
  return pool_printf(pool, "%s (%s%s)",
                     comparison_p(pool, others > 1 ? number->p_holm : number->difference.p),
                     interval_is_defined(interval) ? interval->method : "",
                     others > 1 ? ", adjusted by Holm" : "");
}

/* The run with the best value of `name` from `first` on; `count` when none has one. */
static size_t best_of(const struct comparison_entry *entry, const char *name, size_t first)
{
  const int direction = comparison_direction(name);
  size_t best = entry->count;
  double held = (double)NAN;

  for (size_t r = first; r < entry->count; r++) {
    const double value = scalar_table_value(comparison_scalars(entry->results[r]), name);

    if (isnan(value) || (best < entry->count && (value - held) * direction <= 0)) continue;
    best = r;
    held = value;
  }
  return best;
}

static const char *write_sentence(const struct report *report, const struct comparison_entry *entry)
{
  struct pool *pool = report->pool;
  const char *name = comparison_main_number(entry), *title = comparison_number_title(name);
  const char *baseline = report->labels[entry->runs[0]];
  const struct scalar_table *table;
  const struct compared_number *number;
  size_t best, other;
  double delta;

  if (entry->type == EVALUATION_IMPORTANCE) return "";
  best = best_of(entry, name, 0);
  other = best_of(entry, name, 1);
  if (other == entry->count) return "";
  number = compared_number_find(&entry->tests.runs[other - 1], name);
  if (!number || isnan(number->baseline)) return "";
  delta = number->value - number->baseline;
  if (best == 0 && entry->count > 2) {
    table = comparison_scalars(entry->results[0]);
    return pool_printf(pool, "%s: no run has a better %s than %s, %s; next is %s, %s, %s.",
                       entry->name, title, baseline, value_words(pool, table, name),
                       report->labels[entry->runs[other]],
                       comparison_delta(pool, delta, comparison_direction(name)),
                       test_words(pool, number, entry->count - 1));
  }
  table = comparison_scalars(entry->results[other]);
  return pool_printf(
      pool, "%s: %s%s %s of %s, %s than %s, %s.", entry->name, entry->count > 2 ? "best " : "",
      title, value_words(pool, table, name), report->labels[entry->runs[other]],
      delta < 0 || delta > 0 ? comparison_delta(pool, delta, comparison_direction(name))
                             : "no better",
      baseline, test_words(pool, number, entry->count - 1));
}

/* ---- which evaluations ---- */

static bool is_like(const struct evaluation_entry *a, const struct evaluation_entry *b)
{
  return a->result.source->type == b->result.source->type &&
         strcmp(a->result.source->name, b->result.source->name) == 0;
}

static bool was_seen(const struct report *report, size_t index)
{
  for (size_t i = 0; i < index; i++)
    if (is_like(&report->evaluations[i], &report->evaluations[index])) return true;
  return false;
}

/* All evaluations like that at `index`, one per run, in the order of the runs. */
static void collect(struct comparison_entry *entry, const struct report *report, size_t index)
{
  const struct evaluation_entry *like = &report->evaluations[index];
  size_t *runs = POOL_ARRAY(report->pool, report->run_count, size_t);

  *entry = (struct comparison_entry){
      .name = like->result.source->name,
      .type = like->result.source->type,
      .results = POOL_ARRAY(report->pool, report->run_count, const struct evaluation_result *),
      .runs = runs,
      .sentence = ""};
  for (size_t r = 0; r < report->run_count; r++) {
    for (size_t i = 0; i < report->evaluation_count; i++) {
      if (report->evaluations[i].run != r || !is_like(&report->evaluations[i], like)) continue;
      runs[entry->count] = r;
      entry->results[entry->count++] = &report->evaluations[i].result;
      break;
    }
  }
}

int comparisons_make(struct report *report)
{
  if (report->run_count < 2) return 0;
  report->comparisons = POOL_ARRAY(report->pool, report->evaluation_count, struct comparison_entry);
  for (size_t i = 0; i < report->evaluation_count; i++) {
    struct comparison_entry *entry = &report->comparisons[report->comparison_count];

    if (was_seen(report, i)) continue;
    collect(entry, report, i);
    if (entry->count < 2) continue;
    if (compare_evaluations(&entry->tests, entry->results, entry->count, report->pool)) return -1;
    report->comparison_count++;
    entry->section = pool_printf(report->pool, "comparison-%zu", report->comparison_count);
    entry->sentence = write_sentence(report, entry);
    figures_of_comparison(&report->figures, report, entry);
  }
  return 0;
}

const char *comparison_main_sentence(const struct report *report)
{
  for (size_t i = 0; i < report->comparison_count; i++)
    if (*report->comparisons[i].sentence) return report->comparisons[i].sentence;
  return "";
}

/* ---- parameters and metrics ---- */

static const struct value *param_of(const struct run *run, const char *name)
{
  for (size_t i = 0; i < run->param_count; i++)
    if (strcmp(run->params[i].name, name) == 0) return &run->params[i].value;
  return NULL;
}

static bool earlier_run_has_param(const struct report *report, size_t run, const char *name)
{
  for (size_t r = 0; r < run; r++)
    if (param_of(report->runs[r], name)) return true;
  return false;
}

static struct compared_param compare_param(const struct report *report, const char *name)
{
  const char **values = POOL_ARRAY(report->pool, report->run_count, const char *);
  struct compared_param param = {.name = name, .values = values};

  for (size_t r = 0; r < report->run_count; r++) {
    const struct value *value = param_of(report->runs[r], name);

    values[r] = value ? report_value(report->pool, value) : "–";
    if (strcmp(values[r], values[0]) != 0) param.differs = true;
  }
  return param;
}

const struct compared_param *comparison_params(const struct report *report, size_t *count)
{
  struct compared_param *params;
  size_t room = 0;

  for (size_t r = 0; r < report->run_count; r++) room += report->runs[r]->param_count;
  params = POOL_ARRAY(report->pool, room, struct compared_param);
  *count = 0;
  for (size_t r = 0; r < report->run_count; r++)
    for (size_t i = 0; i < report->runs[r]->param_count; i++)
      if (!earlier_run_has_param(report, r, report->runs[r]->params[i].name))
        params[(*count)++] = compare_param(report, report->runs[r]->params[i].name);
  return params;
}

/* The place of a scalar metric of numbers in a run, or the count of its metrics. */
static size_t metric_at(const struct run *run, const char *name)
{
  for (size_t i = 0; i < run->metric_count; i++)
    if (run->metrics[i].kind == METRIC_SCALAR && run->metrics[i].type != VALUE_TEXT &&
        strcmp(run->metrics[i].name, name) == 0)
      return i;
  return run->metric_count;
}

/* Whether the metric is told of first in this run, and in a later one too. */
static bool opens_metric(const struct report *report, size_t run, const char *name)
{
  bool later = false;

  for (size_t r = 0; r < report->run_count; r++) {
    if (r == run || metric_at(report->runs[r], name) == report->runs[r]->metric_count) continue;
    if (r < run) return false;
    later = true;
  }
  return later;
}

static struct compared_metric compare_metric(const struct report *report,
                                             const struct metric *metric)
{
  double *last = POOL_ARRAY(report->pool, report->run_count, double);
  double *low = POOL_ARRAY(report->pool, report->run_count, double);
  double *high = POOL_ARRAY(report->pool, report->run_count, double);

  for (size_t r = 0; r < report->run_count; r++) {
    const size_t at = metric_at(report->runs[r], metric->name);

    last[r] = low[r] = high[r] = (double)NAN;
    if (at == report->runs[r]->metric_count) continue;
    last[r] = run_totals(report->runs[r], at).last.number;
    low[r] = run_totals(report->runs[r], at).min.number;
    high[r] = run_totals(report->runs[r], at).max.number;
  }
  return (struct compared_metric){metric->name, metric_direction(metric), last, low, high};
}

const struct compared_metric *comparison_metrics(const struct report *report, size_t *count)
{
  struct compared_metric *metrics;
  size_t room = 0;

  for (size_t r = 0; r < report->run_count; r++) room += report->runs[r]->metric_count;
  metrics = POOL_ARRAY(report->pool, room, struct compared_metric);
  *count = 0;
  for (size_t r = 0; r < report->run_count; r++) {
    const struct run *run = report->runs[r];

    for (size_t i = 0; i < run->metric_count; i++)
      if (metric_at(run, run->metrics[i].name) == i &&
          opens_metric(report, r, run->metrics[i].name))
        metrics[(*count)++] = compare_metric(report, &run->metrics[i]);
  }
  return metrics;
}
