#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/number.h"
#include "page/figures_series.h"
#include "page/html_parts.h"
#include "page/put.h"

static void begin_table(struct markup *out, const char *label, const char *class)
{
  put(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table%r>\n",
      label, class);
}

static void end_table(struct markup *out) { put(out, "</tbody></table></div>\n"); }

/* A number as people read it, with the exact one for sorting. */
static void put_number(struct markup *out, const struct report *report, double value, bool best)
{
  char exact[NUMBER_SIZE];

  snprintf(exact, sizeof exact, "%.17g", value);
  put(out, "<td class=\"n%r\" data-v=\"%s\">%s</td>", best ? " best" : "", exact,
      report_number(report->pool, value));
}

static void put_value_at(struct markup *out, const struct report *report, const struct value *value,
                         int64_t step, bool has_step)
{
  char exact[NUMBER_SIZE];

  if (value->type == VALUE_TEXT) {
    put(out, "<td class=\"wrap\">%s</td>", value->text ? value->text : "–");
    return;
  }
  snprintf(exact, sizeof exact, "%.17g", value->number);
  put(out, "<td class=\"n\" data-v=\"%s\">%s", exact, report_number(report->pool, value->number));
  if (has_step && !isnan(value->number))
    put(out, " <span class=\"quiet\">@ %d</span>", (long long)step);
  put(out, "</td>");
}

static const char *kind_word(enum metric_kind kind)
{
  switch (kind) {
    case METRIC_SCALAR: return "scalar";
    case METRIC_LIST: return "list";
    case METRIC_ROW: return "rows";
    case METRIC_TABLE: return "table";
  }
  return "";
}

static void put_metric_row(struct markup *out, const struct report *report, size_t run_index,
                           size_t index)
{
  const struct run *run = report->runs[run_index];
  const struct metric *metric = &run->metrics[index];
  const struct metric_totals totals = run_totals(run, index);

  put(out, "<tr><th scope=\"row\">%s</th>", metric->name);
  if (report->run_count > 1) put(out, "<td class=\"wrap\">%s</td>", report->labels[run_index]);
  put(out, "<td>%r</td>", kind_word(metric->kind));
  if (metric->kind != METRIC_SCALAR) {
    put(out,
        "<td class=\"n\">%z</td><td class=\"n\">–</td><td class=\"n\">–</td><td "
        "class=\"n\">–</td></tr>\n",
        metric->column_count ? metric->columns[0].count : (size_t)0);
    return;
  }
  put(out, "<td class=\"n\">%z</td>", (size_t)totals.count);
  put_value_at(out, report, &totals.last, totals.last_step, true);
  if (metric->type == VALUE_TEXT) {
    put(out, "<td class=\"n\">–</td><td class=\"n\">–</td></tr>\n");
    return;
  }
  put_value_at(out, report, &totals.min, totals.min_step, true);
  put_value_at(out, report, &totals.max, totals.max_step, true);
  put(out, "</tr>\n");
}

void html_metric_table(struct markup *out, const struct report *report)
{
  begin_table(out, "Metrics", " class=\"sortable\"");
  put(out,
      "<caption>Last, lowest and highest value, with the step of each.</caption>\n"
      "<thead><tr><th scope=\"col\">metric</th>%r<th scope=\"col\">kind</th><th scope=\"col\" "
      "class=\"n\">n</th><th scope=\"col\" class=\"n\">last</th><th scope=\"col\" "
      "class=\"n\">min</th><th scope=\"col\" class=\"n\">max</th></tr></thead>\n<tbody>\n",
      report->run_count > 1 ? "<th scope=\"col\">run</th>" : "");
  for (size_t r = 0; r < report->run_count; r++)
    for (size_t i = 0; i < report->runs[r]->metric_count; i++) put_metric_row(out, report, r, i);
  end_table(out);
}

static void put_interval(struct markup *out, const struct report *report,
                         const struct interval *interval)
{
  if (!interval_is_defined(interval))
    put(out, "<td class=\"n\">–</td>");
  else
    put(out, "<td class=\"n\">%s–%s</td>", report_number(report->pool, interval->lo),
        report_number(report->pool, interval->hi));
}

static void put_scalars(struct markup *out, const struct report *report,
                        const struct scalar_table *table)
{
  put(out, "<h3>All numbers</h3>\n");
  begin_table(out, "All numbers", " class=\"sortable\"");
  put(out,
      "<thead><tr><th scope=\"col\">metric</th><th scope=\"col\" class=\"n\">value</th><th "
      "scope=\"col\" class=\"n\">95 %% CI</th><th scope=\"col\">method</th><th "
      "scope=\"col\">note</th></tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < table->count; i++) {
    const struct scalar *scalar = &table->scalar[i];

    put(out, "<tr><th scope=\"row\"><code>%s</code></th>", scalar->name);
    put_number(out, report, scalar->is_defined ? scalar->value : (double)NAN, false);
    put_interval(out, report, &scalar->interval);
    put(out, "<td class=\"wrap quiet\">%s</td>",
        interval_is_defined(&scalar->interval) ? scalar->interval.method
        : scalar->is_defined                   ? scalar->interval.reason
                                               : "");
    put(out, "<td class=\"wrap quiet\">%s</td></tr>\n", scalar->reason ? scalar->reason : "");
  }
  end_table(out);
}

static void put_coverage_row(struct markup *out, const struct report *report, const char *name,
                             double value, const char *note)
{
  put(out, "<tr><th scope=\"row\">%r</th>", name);
  put_number(out, report, value, false);
  put(out, "<td class=\"wrap quiet\">%s</td></tr>\n", note);
}

static void put_coverage(struct markup *out, const struct report *report,
                         const struct evaluation_result *result)
{
  const struct coverage *from = &result->regression.coverage;
  const double nominal = result->source->interval_level;
  const char *unknown = nominal > 0 ? "" : "needs the level that the intervals claim";
  char number[NUMBER_SIZE];

  if (!result->regression.has_bounds || from->reason) return;
  put(out, "<h3>Prediction intervals</h3>\n");
  begin_table(out, "Prediction intervals", "");
  put(out,
      "<thead><tr><th scope=\"col\">number</th><th scope=\"col\" class=\"n\">value</th><th "
      "scope=\"col\">note</th></tr></thead>\n<tbody>\n");
  put_coverage_row(
      out, report, "coverage", from->share,
      pool_printf(report->pool, "%zu of %zu rows; 95 %% CI %s–%s (Wilson)", from->inside,
                  from->rows, report_number(report->pool, from->share_interval.lo),
                  report_number(report->pool, from->share_interval.hi)));
  put_coverage_row(out, report, "claimed", nominal > 0 ? nominal : (double)NAN,
                   nominal > 0 ? "" : "no level was logged");
  put_coverage_row(out, report, "below", (double)from->below / (double)from->rows,
                   "share of true values under their lower bound");
  put_coverage_row(out, report, "above", (double)from->above / (double)from->rows,
                   "share of true values over their upper bound");
  put_coverage_row(
      out, report, "mean width", from->mean_width,
      pool_printf(report->pool, "median %s", number_metric(number, from->median_width)));
  put_coverage_row(out, report, "Winkler score", from->interval_score,
                   nominal > 0
                       ? "width, and 2 / (1 − level) times the distance outside; less is better"
                       : unknown);
  put_coverage_row(out, report, "pinball loss, lower", from->pinball_lower,
                   nominal > 0 ? pool_printf(report->pool, "as the quantile at %s",
                                             number_short(number, (1 - nominal) / 2, 4))
                               : unknown);
  put_coverage_row(out, report, "pinball loss, upper", from->pinball_upper,
                   nominal > 0 ? pool_printf(report->pool, "as the quantile at %s",
                                             number_short(number, (1 + nominal) / 2, 4))
                               : unknown);
  end_table(out);
}

void html_evaluation_tables(struct markup *out, const struct report *report,
                            const struct evaluation_entry *entry)
{
  const struct evaluation_result *result = &entry->result;

  if (result->reason || result->source->type == EVALUATION_IMPORTANCE) return;
  if (result->source->type == EVALUATION_REGRESSION) {
    put_coverage(out, report, result);
    put_scalars(out, report, &result->regression.numbers.table);
    return;
  }
  html_result_tables(out, &report->tables, report->pool, entry->section);
  put_scalars(out, report, &result->classification.scalars);
}
