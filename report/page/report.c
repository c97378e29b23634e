#include "page/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "chart/number.h"
#include "page/comparison.h"
#include "page/figures_aggregated.h"
#include "page/figures_classification.h"
#include "page/figures_importance.h"
#include "page/figures_regression.h"
#include "page/figures_series.h"
#include "page/report_warnings.h"
#include "page/tables_classification.h"

const char *report_number(struct pool *pool, double value)
{
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s", isnan(value) ? "–" : number_metric(number, value));
}

const char *report_time(struct pool *pool, int64_t ns)
{
  const time_t seconds = (time_t)(ns / 1000000000);
  struct tm utc;
  char text[64];

  if (!ns || !gmtime_r(&seconds, &utc)) return "–";
  if (!strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc)) return "–";
  return pool_printf(pool, "%s", text);
}

const char *report_value(struct pool *pool, const struct value *value)
{
  char number[NUMBER_SIZE];

  switch (value->type) {
    case VALUE_TEXT: return value->text ? value->text : "–";
    case VALUE_BOOL: return value->integer ? "true" : "false";
    case VALUE_INTEGER: return pool_printf(pool, "%lld", (long long)value->integer);
    case VALUE_FLOAT: return pool_printf(pool, "%s", number_short(number, value->number, 6));
  }
  return "–";
}

static const char *section_title(const struct report *report, const char *what, const char *name,
                                 size_t run)
{
  if (report->run_count == 1) return pool_printf(report->pool, "%s: %s", what, name);
  return pool_printf(report->pool, "%s: %s, %s", what, name, report->labels[run]);
}

static int add_evaluation(struct report *report, size_t run, const struct evaluation *from)
{
  struct evaluation_entry *entry = &report->evaluations[report->evaluation_count];
  const bool importance = from->type == EVALUATION_IMPORTANCE;

  if (evaluate(&entry->result, from, &report->settings.evaluate, report->pool)) return -1;
  report->evaluation_count++;
  entry->run = run;
  entry->section = pool_printf(report->pool, "evaluation-%zu", report->evaluation_count);
  entry->title =
      section_title(report, importance ? "Feature importance" : "Evaluation", from->name, run);
  report_warn_of_evaluation(report, entry);
  if (report->run_count > REPORT_RUNS_WITH_CHARTS) return 0;
  if (from->type == EVALUATION_CLASSIFICATION) {
    figures_of_classification(&report->figures, entry->section, &entry->result,
                              &report->settings.classification);
    tables_of_classification(&report->tables, &report->figures, entry->section, &entry->result);
  } else if (from->type == EVALUATION_REGRESSION)
    figures_of_regression(&report->figures, entry->section, &entry->result);
  else
    figures_of_importance(&report->figures, entry->section, &entry->result, report->settings.top);
  return 0;
}

/* What the page is read for comes first: the test, then what else was evaluated,
 * then the importance of features; each in the order of logging. */
static int place_of(const struct evaluation *evaluation)
{
  if (evaluation->type == EVALUATION_IMPORTANCE) return 2;
  return strcmp(evaluation->name, "test") == 0 ? 0 : 1;
}

static int add_evaluations(struct report *report)
{
  size_t room = 0;

  for (size_t r = 0; r < report->run_count; r++) room += report->runs[r]->evaluation_count;
  report->evaluations = POOL_ARRAY(report->pool, room, struct evaluation_entry);
  for (int place = 0; place < 3; place++)
    for (size_t r = 0; r < report->run_count; r++)
      for (size_t i = 0; i < report->runs[r]->evaluation_count; i++)
        if (place_of(&report->runs[r]->evaluations[i]) == place &&
            add_evaluation(report, r, &report->runs[r]->evaluations[i]))
          return -1;
  return 0;
}

static void add_documents(struct report *report)
{
  size_t room = 0;

  for (size_t r = 0; r < report->run_count; r++) room += report->runs[r]->document_count;
  report->documents = POOL_ARRAY(report->pool, room, struct document_entry);
  for (size_t r = 0; r < report->run_count; r++) {
    for (size_t i = 0; i < report->runs[r]->document_count; i++) {
      const struct document *from = &report->runs[r]->documents[i];
      struct document_entry *entry = &report->documents[report->document_count];

      if (strcmp(from->format, "markdown") == 0) continue;
      report->document_count++;
      entry->source = from;
      entry->run = r;
      entry->section = pool_printf(report->pool, "aggregated-%zu", report->document_count);
      entry->title = section_title(report, "Evaluation, logged as JSON", from->name, r);
      aggregated_read(&entry->aggregated, from->text, from->size, from->format, report->pool);
      report_warn_of_document(report, entry);
      figures_of_aggregated(&report->figures, entry->section, from->name, from->format,
                            &entry->aggregated);
    }
  }
}

/* ---- the head of the page ---- */

static void add_tile(struct report *report, const char *label, double value,
                     struct interval interval)
{
  struct tile *tile = &report->tiles[report->tile_count];

  if (report->tile_count == REPORT_TILES_MAX || isnan(value)) return;
  tile->label = label;
  tile->value = report_number(report->pool, value);
  tile->interval = "";
  tile->method = "";
  if (interval_is_defined(&interval)) {
    tile->interval =
        pool_printf(report->pool, "95 %% CI %s–%s", report_number(report->pool, interval.lo),
                    report_number(report->pool, interval.hi));
    tile->method = interval.method;
  } else if (interval.reason && strcmp(interval.reason, SCALAR_NO_INTERVAL) != 0) {
    tile->interval = pool_printf(report->pool, "CI n/a: %s", interval.reason);
  }
  report->tile_count++;
}

/* A tile of a number in `table`, with its interval. */
static void add_scalar_tile(struct report *report, const char *label,
                            const struct scalar_table *table, const char *name)
{
  add_tile(report, label, scalar_table_value(table, name), scalar_table_interval(table, name));
}

/* The evaluation that the head speaks of: "test" if there is one, else the last. */
static const struct evaluation_entry *main_evaluation(const struct report *report)
{
  const struct evaluation_entry *found = NULL;

  for (size_t i = 0; i < report->evaluation_count; i++) {
    const struct evaluation_entry *entry = &report->evaluations[i];

    if (entry->run || entry->result.reason || entry->result.source->type == EVALUATION_IMPORTANCE)
      continue;
    if (!found || strcmp(found->result.source->name, "test") != 0) found = entry;
  }
  return found;
}

static void head_of_classifier(struct report *report, const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;
  const struct scalar_table *scalars = &from->scalars;
  const bool binary = from->positive < result->source->class_count;

  add_scalar_tile(report, "accuracy", scalars, "accuracy");
  add_scalar_tile(report, binary ? "AUC" : "AUC, macro", scalars,
                  binary ? "AUC_binary" : "AUC_macro");
  add_scalar_tile(report, binary ? "average precision" : "average precision, macro", scalars,
                  binary ? "average_precision_score_binary" : "average_precision_score_macro");
  add_scalar_tile(report, "balanced accuracy", scalars, "balanced_accuracy");
  add_scalar_tile(report, binary ? "F1" : "F1, macro", scalars,
                  binary ? "f1_score_binary" : "f1_score_macro");
  add_scalar_tile(report, "log loss", scalars, "log_loss");
}

static void head_of_regression(struct report *report, const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct scalar_table *table = &from->numbers.table;

  add_scalar_tile(report, "R²", table, "r2_score_unclipped");
  add_scalar_tile(report, "RMSE", table, "root_mean_squared_error");
  add_scalar_tile(report, "MAE", table, "mean_absolute_error");
  add_scalar_tile(report, "Spearman correlation", table, "spearman_correlation");
  if (from->has_bounds && !from->coverage.reason)
    add_tile(report, "interval coverage", from->coverage.share, from->coverage.share_interval);
}

/* Without an evaluation: the last values of the first metrics. */
static void head_of_metrics(struct report *report)
{
  const struct run *run = report->runs[0];

  for (size_t i = 0; i < run->metric_count; i++) {
    const struct metric_totals totals = run_totals(run, i);

    if (run->metrics[i].kind != METRIC_SCALAR || run->metrics[i].type == VALUE_TEXT) continue;
    add_tile(report, run->metrics[i].name, totals.last.number, interval_none(NULL));
  }
}

static const char *status_words(const struct report *report, const struct run *run)
{
  const double seconds = (double)(run->end_ns - run->start_ns) / 1e9;
  char duration[NUMBER_SIZE];

  if (seconds < 0.1)
    snprintf(duration, sizeof duration, "%.0f ms", seconds > 0 ? seconds * 1e3 : 0);
  else
    number_duration(duration, seconds);
  switch (run->status) {
    case RUN_COMPLETED: return pool_printf(report->pool, "Completed in %s", duration);
    case RUN_FAILED: return pool_printf(report->pool, "Failed after %s", duration);
    case RUN_CANCELED: return pool_printf(report->pool, "Canceled after %s", duration);
    case RUN_RUNNING: return pool_printf(report->pool, "Running for %s", duration);
    case RUN_NOT_RESPONDING:
      return pool_printf(report->pool, "Stopped without an end after %s", duration);
  }
  return "";
}

static void write_head(struct report *report)
{
  const struct evaluation_entry *entry = main_evaluation(report);
  const char *found = "";

  if (report->run_count > 1) {
    report->title = pool_printf(report->pool, "Comparison of %zu runs", report->run_count);
    report->sentence = comparison_main_sentence(report);
    return;
  }
  report->title = report->runs[0]->name;
  if (entry && entry->result.source->type == EVALUATION_CLASSIFICATION)
    head_of_classifier(report, &entry->result);
  else if (entry)
    head_of_regression(report, &entry->result);
  else
    head_of_metrics(report);
  for (size_t i = 0; i < report->tile_count && i < 2; i++)
    found = pool_printf(report->pool, "%s%s %s %s", found, i ? "," : "", report->tiles[i].label,
                        report->tiles[i].value);
  if (entry)
    found = pool_printf(report->pool, " Evaluation %s:%s.", entry->result.source->name, found);
  else if (*found)
    found = pool_printf(report->pool, " Last values:%s.", found);
  report->sentence =
      pool_printf(report->pool, "%s.%s", status_words(report, report->runs[0]), found);
}

/* The names; where two runs have the same one, with the last part of their ids. */
static const char *const *label_runs(struct run *const *runs, size_t count, struct pool *pool)
{
  const char **labels = POOL_ARRAY(pool, count, const char *);

  for (size_t i = 0; i < count; i++) {
    const char *last = strrchr(runs[i]->id, '-');

    labels[i] = runs[i]->name;
    for (size_t k = 0; k < count; k++)
      if (k != i && strcmp(runs[k]->name, runs[i]->name) == 0)
        labels[i] = pool_printf(pool, "%s %s", runs[i]->name, last ? last + 1 : runs[i]->id);
  }
  return labels;
}

int report_make(struct report *report, struct run *const *runs, size_t run_count,
                const struct report_settings *settings, struct pool *pool)
{
  *report =
      (struct report){.pool = pool, .runs = runs, .run_count = run_count, .settings = *settings};
  report->figures.pool = pool;
  report->labels = label_runs(runs, run_count, pool);
  for (size_t i = 0; i < run_count; i++) report_warn_of_run(report, i);
  figures_of_metrics(&report->figures,
                     &(struct series_request){.section = "training",
                                              .runs = runs,
                                              .labels = report->labels,
                                              .run_count = run_count,
                                              .settings = &report->settings.series,
                                              .warn = report_warn_of_series,
                                              .context = report});
  if (add_evaluations(report) || comparisons_make(report)) {
    report_release(report);
    return -1;
  }
  add_documents(report);
  write_head(report);
  return 0;
}

void report_release(struct report *report)
{
  for (size_t i = 0; i < report->evaluation_count; i++)
    evaluate_release(&report->evaluations[i].result);
  report->evaluation_count = 0;
}
