#include <math.h>
#include <string.h>

#include "page/comparison.h"
#include "page/markdown_parts.h"

static void put_head(struct markup *out, const struct report *report, const char *first,
                     const size_t *runs, size_t count)
{
  markdown_put(out, "| %r |", first);
  for (size_t r = 0; r < count; r++) markdown_put(out, " %s |", report->labels[runs ? runs[r] : r]);
  markdown_put(out, "\n| --- |");
  for (size_t r = 0; r < count; r++) markdown_put(out, " --: |");
  markdown_put(out, "\n");
}

static void put_params(struct markup *out, const struct report *report)
{
  size_t count, differing = 0;
  const struct compared_param *params = comparison_params(report, &count);

  for (size_t i = 0; i < count; i++)
    if (params[i].differs) differing++;
  if (!count) return;
  markdown_put(out, "### Parameters that differ\n\n");
  if (!differing) markdown_put(out, "None.\n\n");
  if (!differing) return;
  put_head(out, report, "parameter", NULL, report->run_count);
  for (size_t i = 0; i < count; i++) {
    if (!params[i].differs) continue;
    markdown_put(out, "| %c |", params[i].name);
    for (size_t r = 0; r < report->run_count; r++) markdown_put(out, " %s |", params[i].values[r]);
    markdown_put(out, "\n");
  }
  markdown_put(out, "\n");
}

/* "0.824 (+0.092 better)". */
static void put_value(struct markup *out, const struct report *report, double value, double first,
                      int direction, bool is_first)
{
  const char *delta = is_first ? "" : comparison_delta(report->pool, value - first, direction);

  markdown_put(out, " %r", report_number(report->pool, value));
  markdown_put(out, *delta ? " (%r) |" : "%r |", delta);
}

static void put_numbers(struct markup *out, const struct report *report,
                        const struct comparison_entry *entry)
{
  const struct scalar_table *first = comparison_scalars(entry->results[0]);

  put_head(out, report, "metric", entry->runs, entry->count);
  for (size_t k = 0; k < first->count; k++) {
    const char *name = first->scalar[k].name;

    markdown_put(out, "| %c |", name);
    for (size_t r = 0; r < entry->count; r++)
      put_value(out, report, scalar_table_value(comparison_scalars(entry->results[r]), name),
                first->scalar[k].value, comparison_direction(name), r == 0);
    markdown_put(out, "\n");
  }
  markdown_put(out, "\n");
}

static void put_tests(struct markup *out, const struct report *report,
                      const struct comparison_entry *entry)
{
  markdown_put(out,
               "| metric | run | difference | 95 %% CI | p | method |\n"
               "| --- | --- | --: | --: | --: | --- |\n");
  for (size_t r = 1; r < entry->count; r++) {
    const struct compared_run *run = &entry->tests.runs[r - 1];

    for (size_t k = 0; k < run->count; k++) {
      const struct compared_number *number = &run->numbers[k];
      const struct difference *difference = &number->difference;
      const double p = entry->count > 2 ? number->p_holm : difference->p;

      markdown_put(
          out, "| %r | %s | %r | %r | %r | %r%r%s |\n", comparison_number_title(number->name),
          report->labels[entry->runs[r]],
          comparison_delta(report->pool, difference->value, comparison_direction(number->name)),
          comparison_interval(report->pool, &difference->interval),
          isnan(p) ? "–" : comparison_p(report->pool, p),
          interval_is_defined(&difference->interval) ? difference->interval.method
          : difference->reason                       ? difference->reason
                                                     : "",
          run->unpaired ? "; unpaired: " : "", run->unpaired ? run->unpaired : "");
    }
  }
  markdown_put(out, "\n");
  if (entry->count > 2) markdown_put(out, "p is adjusted by Holm for the number of runs.\n\n");
}

static void put_metrics(struct markup *out, const struct report *report)
{
  size_t count;
  const struct compared_metric *metrics = comparison_metrics(report, &count);

  if (!count) return;
  markdown_put(out, "### Metrics compared\n\n");
  put_head(out, report, "metric", NULL, report->run_count);
  for (size_t i = 0; i < count; i++) {
    const double *values[] = {metrics[i].last, metrics[i].low, metrics[i].high};
    static const char *const of[] = {"last", "min", "max"};

    for (size_t k = 0; k < 3; k++) {
      markdown_put(out, "| %c %r |", metrics[i].name, of[k]);
      for (size_t r = 0; r < report->run_count; r++)
        put_value(out, report, values[k][r], values[k][0], metrics[i].direction, r == 0);
      markdown_put(out, "\n");
    }
  }
  markdown_put(out, "\n");
}

void markdown_comparison(struct markup *out, const struct report *report)
{
  size_t metrics;

  if (report->run_count < 2) return;
  (void)comparison_metrics(report, &metrics);
  if (!report->comparison_count && !metrics) return;
  markdown_put(out, "## Comparison\n\n");
  put_params(out, report);
  for (size_t i = 0; i < report->comparison_count; i++) {
    const struct comparison_entry *entry = &report->comparisons[i];

    markdown_put(out, "### %s: %s\n\n",
                 entry->type == EVALUATION_IMPORTANCE ? "Feature importance" : "Evaluation",
                 entry->name);
    if (*entry->sentence && strcmp(entry->sentence, report->sentence) != 0)
      markdown_put(out, "%s\n\n", entry->sentence);
    markdown_figures(out, report, entry->section);
    if (entry->type == EVALUATION_IMPORTANCE) continue;
    put_tests(out, report, entry);
    put_numbers(out, report, entry);
  }
  put_metrics(out, report);
}
