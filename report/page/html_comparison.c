#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/number.h"
#include "page/comparison.h"
#include "page/html_parts.h"
#include "page/put.h"

static void begin_table(struct markup *out, const char *label, const char *class)
{
  put(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table%r>\n",
      label, class);
}

static void end_table(struct markup *out) { put(out, "</tbody></table></div>\n"); }

static bool has_shared_metrics(const struct report *report)
{
  size_t count;

  (void)comparison_metrics(report, &count);
  return count > 0;
}

bool html_has_comparison(const struct report *report)
{
  return report->run_count > 1 && (report->comparison_count || has_shared_metrics(report));
}

/* ---- parameters ---- */

static void put_param_rows(struct markup *out, const struct report *report,
                           const struct compared_param *params, size_t count, bool differing)
{
  begin_table(out, differing ? "Parameters that differ" : "Parameters that are the same", "");
  put(out, "<thead><tr><th scope=\"col\">parameter</th>");
  for (size_t r = 0; r < (differing ? report->run_count : 1); r++)
    put(out, "<th scope=\"col\">%s</th>", differing ? report->labels[r] : "all runs");
  put(out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < count; i++) {
    if (params[i].differs != differing) continue;
    put(out, "<tr><th scope=\"row\"><code>%s</code></th>", params[i].name);
    for (size_t r = 0; r < (differing ? report->run_count : 1); r++)
      put(out, "<td class=\"wrap\">%s</td>", params[i].values[r]);
    put(out, "</tr>\n");
  }
  end_table(out);
}

static void put_params(struct markup *out, const struct report *report)
{
  size_t count, differing = 0;
  const struct compared_param *params = comparison_params(report, &count);

  for (size_t i = 0; i < count; i++)
    if (params[i].differs) differing++;
  if (!count) return;
  put(out, "<h3>Parameters that differ</h3>\n");
  if (differing)
    put_param_rows(out, report, params, count, true);
  else
    put(out, "<p class=\"quiet\">None: all %z parameters are the same.</p>\n", count);
  if (!differing || differing == count) return;
  put(out, "<details><summary>%z the same in all runs</summary>\n", count - differing);
  put_param_rows(out, report, params, count, false);
  put(out, "</details>\n");
}

/* ---- numbers ---- */

/* The run with the better value; where the direction is not known or all are
 * equal, `count`. */
static size_t best_of(const double *values, size_t count, int direction)
{
  size_t best = count;
  bool differ = false;

  for (size_t r = 0; r < count; r++) {
    if (isnan(values[r])) continue;
    if (best < count && (values[r] < values[best] || values[r] > values[best])) differ = true;
    if (best == count || (values[r] - values[best]) * direction > 0) best = r;
  }
  return direction && differ ? best : count;
}

static void put_cell(struct markup *out, const struct report *report, double value, double first,
                     int direction, bool is_best, bool is_first)
{
  const char *delta = is_first ? "" : comparison_delta(report->pool, value - first, direction);
  char exact[NUMBER_SIZE];

  snprintf(exact, sizeof exact, "%.17g", value);
  put(out, "<td class=\"n%r\" data-v=\"%s\">%s", is_best ? " best" : "", exact,
      report_number(report->pool, value));
  if (*delta) put(out, "<br><span class=\"quiet\">%s</span>", delta);
  put(out, "</td>");
}

static void put_value_row(struct markup *out, const struct report *report, const char *name,
                          const char *of, const double *values, size_t count, int direction)
{
  const size_t best = best_of(values, count, direction);

  put(out, "<tr><th scope=\"row\"><code>%s</code></th>", name);
  if (of) put(out, "<td>%s</td>", of);
  for (size_t r = 0; r < count; r++)
    put_cell(out, report, values[r], values[0], direction, r == best, r == 0);
  put(out, "</tr>\n");
}

static void put_numbers(struct markup *out, const struct report *report,
                        const struct comparison_entry *entry)
{
  const struct scalar_table *first = comparison_scalars(entry->results[0]);
  double *values = POOL_ARRAY(report->pool, entry->count, double);

  put(out, "<h4>Numbers</h4>\n");
  begin_table(out, "Numbers of the runs", " class=\"sortable\"");
  put(out,
      "<caption>The best value is bold; below each the difference to %s, the "
      "baseline.</caption>\n<thead><tr><th scope=\"col\">metric</th>",
      report->labels[entry->runs[0]]);
  for (size_t r = 0; r < entry->count; r++)
    put(out, "<th scope=\"col\" class=\"n\">%s</th>", report->labels[entry->runs[r]]);
  put(out, "</tr></thead>\n<tbody>\n");
  for (size_t k = 0; k < first->count; k++) {
    for (size_t r = 0; r < entry->count; r++)
      values[r] = scalar_table_value(comparison_scalars(entry->results[r]), first->scalar[k].name);
    put_value_row(out, report, first->scalar[k].name, NULL, values, entry->count,
                  comparison_direction(first->scalar[k].name));
  }
  end_table(out);
}

/* ---- tests ---- */

static void put_test(struct markup *out, const struct report *report,
                     const struct comparison_entry *entry, size_t run,
                     const struct compared_number *number)
{
  const struct difference *difference = &number->difference;
  const double p = entry->count > 2 ? number->p_holm : difference->p;
  const char *counts = "";

  if (number->has_counts)
    counts = pool_printf(report->pool, "; only baseline right: %zu, only this run: %zu",
                         number->only_baseline, number->only_this);
  put(out, "<tr><th scope=\"row\">%s</th><td>%s</td>", comparison_number_title(number->name),
      report->labels[entry->runs[run]]);
  put(out, "<td class=\"n\">%s</td><td class=\"n\">%s</td>",
      comparison_delta(report->pool, difference->value, comparison_direction(number->name)),
      comparison_interval(report->pool, &difference->interval));
  put(out, "<td class=\"n%r\">%s</td><td class=\"wrap quiet\">%s%s</td></tr>\n",
      p < 0.05 ? " best" : "", isnan(p) ? "–" : comparison_p(report->pool, p),
      interval_is_defined(&difference->interval) ? difference->interval.method
      : difference->reason                       ? difference->reason
                                                 : "",
      counts);
}

static void put_tests(struct markup *out, const struct report *report,
                      const struct comparison_entry *entry)
{
  put(out, "<h4>Is it chance?</h4>\n");
  for (size_t r = 1; r < entry->count; r++)
    if (entry->tests.runs[r - 1].unpaired)
      put(out, "<p class=\"quiet\">%s is compared unpaired with %s: %s.</p>\n",
          report->labels[entry->runs[r]], report->labels[entry->runs[0]],
          entry->tests.runs[r - 1].unpaired);
  begin_table(out, "Tests", "");
  put(out,
      "<caption>Differences to %s with their 95 %% interval. p is the chance of a difference this "
      "large between equally good models%r; below 0.05 it is bold.</caption>\n<thead><tr><th "
      "scope=\"col\">metric</th><th scope=\"col\">run</th><th scope=\"col\" "
      "class=\"n\">difference</th><th scope=\"col\" class=\"n\">95 %% CI</th><th scope=\"col\" "
      "class=\"n\">p</th><th scope=\"col\">method</th></tr></thead>\n<tbody>\n",
      report->labels[entry->runs[0]],
      entry->count > 2 ? ", adjusted by Holm for the number of runs" : "");
  for (size_t k = 0; k < entry->tests.runs[0].count; k++)
    for (size_t r = 1; r < entry->count; r++) {
      const struct compared_number *number =
          compared_number_find(&entry->tests.runs[r - 1], entry->tests.runs[0].numbers[k].name);

      if (number) put_test(out, report, entry, r, number);
    }
  end_table(out);
}

/* ---- metrics logged while training ---- */

static void put_metrics(struct markup *out, const struct report *report)
{
  size_t count;
  const struct compared_metric *metrics = comparison_metrics(report, &count);

  if (!count) return;
  put(out, "<h3>Metrics</h3>\n");
  begin_table(out, "Metrics of the runs", "");
  put(out,
      "<caption>Last, lowest and highest value; below each the difference to %s, the "
      "baseline.</caption>\n<thead><tr><th scope=\"col\">metric</th><th scope=\"col\"></th>",
      report->labels[0]);
  for (size_t r = 0; r < report->run_count; r++)
    put(out, "<th scope=\"col\" class=\"n\">%s</th>", report->labels[r]);
  put(out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < count; i++) {
    const struct compared_metric *metric = &metrics[i];

    put_value_row(out, report, metric->name, "last", metric->last, report->run_count,
                  metric->direction);
    put_value_row(out, report, metric->name, "min", metric->low, report->run_count,
                  metric->direction);
    put_value_row(out, report, metric->name, "max", metric->high, report->run_count,
                  metric->direction);
  }
  end_table(out);
}

void html_comparison(struct markup *out, const struct report *report)
{
  put_params(out, report);
  for (size_t i = 0; i < report->comparison_count; i++) {
    const struct comparison_entry *entry = &report->comparisons[i];
    const bool is_importance = entry->type == EVALUATION_IMPORTANCE;

    put(out, "<h3 id=\"%s\">%r%s</h3>\n", entry->section,
        is_importance ? "Feature importance: " : "Evaluation: ", entry->name);
    /* The one at the top of the page need not be said twice. */
    if (*entry->sentence && strcmp(entry->sentence, report->sentence) != 0)
      put(out, "<p>%s</p>\n", entry->sentence);
    html_figures(out, report, entry->section);
    if (is_importance) continue;
    put_tests(out, report, entry);
    put_numbers(out, report, entry);
  }
  put_metrics(out, report);
}
