#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/number.h"
#include "page/figures_series.h"
#include "page/html_parts.h"
#include "page/put.h"

/* The evaluation of run `run` with the name and type of `like`; NULL if it has none. */
static const struct evaluation_result *find_like(const struct report *report, size_t run,
                                                 const struct evaluation *like)
{
  for (size_t i = 0; i < report->evaluation_count; i++) {
    const struct evaluation_entry *entry = &report->evaluations[i];

    if (entry->run == run && entry->result.source->type == like->type &&
        strcmp(entry->result.source->name, like->name) == 0)
      return &entry->result;
  }
  return NULL;
}

static const struct scalar_table *scalars_of(const struct evaluation_result *result)
{
  if (result->source->type == EVALUATION_CLASSIFICATION) return &result->classification.scalars;
  if (result->source->type == EVALUATION_REGRESSION) return &result->regression.numbers.table;
  return NULL;
}

/* Whether `entry` opens a table: the first of its name, and at least one later run
 * has it too. */
static bool opens_table(const struct report *report, const struct evaluation_entry *entry)
{
  size_t runs = 0;

  if (!scalars_of(&entry->result)) return false;
  for (size_t r = 0; r < report->run_count; r++) {
    const struct evaluation_result *found = find_like(report, r, entry->result.source);

    if (found && r < entry->run) return false;
    runs += found != NULL;
  }
  return runs > 1;
}

bool html_has_comparison(const struct report *report)
{
  for (size_t i = 0; i < report->evaluation_count; i++)
    if (opens_table(report, &report->evaluations[i])) return true;
  return false;
}

static double value_of(const struct report *report, size_t run, const struct evaluation *like,
                       const char *name)
{
  const struct evaluation_result *found = find_like(report, run, like);

  return found ? scalar_table_value(scalars_of(found), name) : (double)NAN;
}

/* The better one of a row, in bold; where the direction is not known or all are
 * equal, none. */
static size_t best_run(const struct report *report, const struct evaluation *like, const char *name)
{
  const int direction = metric_direction(&(struct metric){.name = name});
  size_t best = report->run_count;
  bool differ = false;

  for (size_t r = 0; r < report->run_count; r++) {
    const double value = value_of(report, r, like, name);
    const double held = best < report->run_count ? value_of(report, best, like, name) : value;

    if (isnan(value)) continue;
    differ |= value < held || value > held;
    if (best == report->run_count || (value - held) * direction > 0) best = r;
  }
  return direction && differ ? best : report->run_count;
}

/* The difference to the first run, with its sign. */
static void put_delta(struct markup *out, double value, double first)
{
  char number[NUMBER_SIZE];

  if (isnan(value) || isnan(first)) return;
  put(out, " <span class=\"quiet\">%r%s</span>", value > first ? "+" : "",
      number_metric(number, value - first));
}

static void put_row(struct markup *out, const struct report *report, const struct evaluation *like,
                    const char *name)
{
  const size_t best = best_run(report, like, name);

  put(out, "<tr><th scope=\"row\"><code>%s</code></th>", name);
  for (size_t r = 0; r < report->run_count; r++) {
    const double value = value_of(report, r, like, name);
    char exact[NUMBER_SIZE];

    snprintf(exact, sizeof exact, "%.17g", value);
    put(out, "<td class=\"n%r\" data-v=\"%s\">%s", r == best ? " best" : "", exact,
        report_number(report->pool, value));
    if (r) put_delta(out, value, value_of(report, 0, like, name));
    put(out, "</td>");
  }
  put(out, "</tr>\n");
}

void html_comparison(struct markup *out, const struct report *report)
{
  for (size_t i = 0; i < report->evaluation_count; i++) {
    const struct evaluation *like = report->evaluations[i].result.source;
    const struct scalar_table *scalars = scalars_of(&report->evaluations[i].result);

    if (!opens_table(report, &report->evaluations[i])) continue;
    put(out,
        "<h3>%s</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"Comparison of %s\"><table class=\"sortable\">\n<caption>The better value "
        "is bold; grey: the difference to the first run.</caption>\n<thead><tr><th "
        "scope=\"col\">metric</th>",
        like->name, like->name);
    for (size_t r = 0; r < report->run_count; r++)
      put(out, "<th scope=\"col\" class=\"n\">%s</th>", report->labels[r]);
    put(out, "</tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < scalars->count; k++) put_row(out, report, like, scalars->scalar[k].name);
    put(out, "</tbody></table></div>\n");
  }
}
