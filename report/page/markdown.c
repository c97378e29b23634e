#include "page/markdown.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "chart/number.h"
#include "page/markdown_parts.h"

/* Text inside a table cell or a line: what Markdown could take for markup is
 * escaped, line ends become spaces. */
static void put_plain(struct markup *out, const char *text)
{
  for (; *text; text++) {
    if (*text == '\n' || *text == '\r') {
      markup_put(out, " ");
      continue;
    }
    if (strchr("\\`*_{}[]<>#|!&", *text)) markup_put(out, "\\");
    markup_put_bytes(out, text, 1);
  }
}

/* A name as it was logged, in a code span; a backtick in it would end the span
 * and a bar the table cell, so such names are written as plain text. */
static void put_code(struct markup *out, const char *text)
{
  if (strpbrk(text, "`|\n\r")) {
    put_plain(out, text);
    return;
  }
  markup_put(out, "`");
  markup_put(out, text);
  markup_put(out, "`");
}

void markdown_put(struct markup *out, const char *format, ...)
{
  va_list arguments;
  const char *mark;

  va_start(arguments, format);
  while ((mark = strchr(format, '%'))) {
    markup_put_bytes(out, format, (size_t)(mark - format));
    if (mark[1] == 's') put_plain(out, va_arg(arguments, const char *));
    if (mark[1] == 'c') put_code(out, va_arg(arguments, const char *));
    if (mark[1] == 'r') markup_put(out, va_arg(arguments, const char *));
    if (mark[1] == '%') markup_put(out, "%");
    format = mark + (mark[1] ? 2 : 1);
  }
  va_end(arguments);
  markup_put(out, format);
}

void markdown_figures(struct markup *out, const struct report *report, const char *section)
{
  const char *group = NULL;

  for (size_t i = 0; i < report->figures.count; i++) {
    const struct figure *figure = &report->figures.list[i];
    double width = 0, height = 0;

    if (strcmp(figure->section, section) != 0) continue;
    if (figure->group && (!group || strcmp(group, figure->group) != 0))
      markdown_put(out, "### %s\n\n", figure->group);
    group = figure->group;
    figure_size(figure, &width, &height);
    markup_put(out, "<img src=\"charts/");
    markup_put(out, figure->id);
    markup_put(out, ".png\" width=\"");
    markup_put_number(out, width, 1);
    markup_put(out, "\" alt=\"");
    markup_put_escaped(out, figure->alt, false);
    markup_put(out, "\">\n\n");
    if (*figure->caption) markdown_put(out, "%s\n\n", figure->caption);
  }
}

/* "0.630–0.833", "–" where there is none. */
static const char *interval_text(const struct report *report, const struct interval *interval)
{
  if (!interval_is_defined(interval)) return "–";
  return pool_printf(report->pool, "%s–%s", report_number(report->pool, interval->lo),
                     report_number(report->pool, interval->hi));
}

static void put_scalars(struct markup *out, const struct report *report,
                        const struct scalar_table *table)
{
  markdown_put(out,
               "### All numbers\n\n| metric | value | 95 %% CI | note |\n"
               "| --- | --: | --: | --- |\n");
  for (size_t i = 0; i < table->count; i++) {
    const struct scalar *scalar = &table->scalar[i];

    markdown_put(out, "| %c | %r | %r | %s |\n", scalar->name,
                 report_number(report->pool, scalar->is_defined ? scalar->value : (double)NAN),
                 interval_text(report, &scalar->interval), scalar->reason ? scalar->reason : "");
  }
  markdown_put(out, "\n");
}

/* Without the columns of detail: they are in the CSV, and Markdown is narrow. */
static void put_table(struct markup *out, const struct report *report,
                      const struct result_table *table)
{
  const size_t shown =
      table->rows_max && table->rows > table->rows_max ? table->rows_max : table->rows;

  markdown_put(out, "### %s\n\n%s%r", table->title, table->caption, *table->caption ? "\n\n" : "");
  for (size_t c = 0; c < table->column_count; c++)
    if (!table->columns[c].is_detail) markdown_put(out, "| %s ", table->columns[c].head);
  markdown_put(out, "|\n");
  for (size_t c = 0; c < table->column_count; c++)
    if (!table->columns[c].is_detail)
      markdown_put(out, table->columns[c].texts ? "| --- " : "| --: ");
  markdown_put(out, "|\n");
  for (size_t row = 0; row < shown; row++) {
    const char *bold = row == table->chosen ? "**" : "";

    for (size_t c = 0; c < table->column_count; c++) {
      const struct shown_column *column = &table->columns[c];
      const char *words = result_table_cell(report->pool, column, row);
      const char *interval = result_table_interval(report->pool, column, row);

      if (column->is_detail) continue;
      markdown_put(out, "| %r%s%r ", *words ? bold : "", words, *words ? bold : "");
      if (interval) markdown_put(out, "(%s) ", interval);
    }
    markdown_put(out, "|\n");
  }
  markdown_put(out, "\n");
}

static void put_tables(struct markup *out, const struct report *report, const char *section)
{
  for (size_t i = 0; i < report->tables.count; i++)
    if (strcmp(report->tables.list[i].section, section) == 0)
      put_table(out, report, &report->tables.list[i]);
}

static void put_evaluations(struct markup *out, const struct report *report)
{
  for (size_t i = 0; i < report->evaluation_count; i++) {
    const struct evaluation_entry *entry = &report->evaluations[i];

    markdown_put(out, "## %s\n\n", entry->title);
    markdown_figures(out, report, entry->section);
    if (entry->result.reason) markdown_put(out, "No numbers: %s.\n\n", entry->result.reason);
    if (entry->result.reason) continue;
    put_tables(out, report, entry->section);
    if (entry->result.source->type == EVALUATION_CLASSIFICATION)
      put_scalars(out, report, &entry->result.classification.scalars);
    if (entry->result.source->type == EVALUATION_REGRESSION)
      put_scalars(out, report, &entry->result.regression.numbers.table);
  }
  for (size_t i = 0; i < report->document_count; i++) {
    markdown_put(out, "## %s\n\n", report->documents[i].title);
    markdown_figures(out, report, report->documents[i].section);
  }
}

static void put_metrics(struct markup *out, const struct report *report)
{
  bool any = false;

  for (size_t r = 0; r < report->run_count; r++) {
    const struct run *run = report->runs[r];

    for (size_t i = 0; i < run->metric_count; i++) {
      const struct metric *metric = &run->metrics[i];
      const struct metric_totals totals = run_totals(run, i);
      char n[NUMBER_SIZE];

      if (metric->kind != METRIC_SCALAR) continue;
      if (!any)
        markdown_put(out,
                     "## Metrics\n\n| metric | run | n | last | min | max |\n"
                     "| --- | --- | --: | --: | --: | --: |\n");
      any = true;
      markdown_put(out, "| %c | %s | %r ", metric->name, report->labels[r],
                   number_count(n, (double)totals.count));
      if (metric->type == VALUE_TEXT)
        markdown_put(out, "| %s | – | – |\n", report_value(report->pool, &totals.last));
      else
        markdown_put(out, "| %r | %r | %r |\n", report_number(report->pool, totals.last.number),
                     report_number(report->pool, totals.min.number),
                     report_number(report->pool, totals.max.number));
    }
  }
  if (any) markdown_put(out, "\n");
}

static void put_values(struct markup *out, const struct report *report, const char *title,
                       const struct named_value *list, size_t count)
{
  if (!count) return;
  markdown_put(out, "### %r\n\n| name | value |\n| --- | --- |\n", title);
  for (size_t i = 0; i < count; i++)
    markdown_put(out, "| %c | %s |\n", list[i].name, report_value(report->pool, &list[i].value));
  markdown_put(out, "\n");
}

static void put_run(struct markup *out, const struct report *report, const struct run *run)
{
  markdown_put(out, "## Run %c\n\n", run->id);
  put_values(out, report, "Parameters", run->params, run->param_count);
  put_values(out, report, "Tags", run->tags, run->tag_count);
  put_values(out, report, "Properties", run->properties, run->property_count);
  if (run->file_count) {
    markdown_put(out, "### Files\n\n| file | role | bytes |\n| --- | --- | --: |\n");
    for (size_t i = 0; i < run->file_count; i++) {
      char size[NUMBER_SIZE];

      markdown_put(out, "| %c | %s | %r |\n", run->files[i].path, run->files[i].role,
                   number_count(size, (double)run->files[i].size));
    }
    markdown_put(out, "\n");
  }
  markdown_put(out, "| | |\n| --- | --- |\n| experiment | %s |\n| start | %r |\n| end | %r |\n",
               run->experiment, report_time(report->pool, run->start_ns),
               report_time(report->pool, run->end_ns));
  markdown_put(out, "| host | %s |\n| user | %s |\n| git commit | %s |\n| logged by | %s |\n\n",
               run->host, run->user, *run->git_commit ? run->git_commit : "–", run->writer_version);
}

static bool has_figures(const struct report *report, const char *section)
{
  for (size_t i = 0; i < report->figures.count; i++)
    if (strcmp(report->figures.list[i].section, section) == 0) return true;
  return false;
}

/* The user's notes are Markdown already and go in as they are. */
static void put_notes(struct markup *out, const struct run *run)
{
  if (*run->description) {
    markup_put(out, run->description);
    markup_put(out, "\n\n");
  }
  for (size_t i = 0; i < run->document_count; i++) {
    if (strcmp(run->documents[i].format, "markdown") != 0) continue;
    markup_put_bytes(out, run->documents[i].text, run->documents[i].size);
    markup_put(out, "\n\n");
  }
}

void markdown_write(struct markup *out, const struct report *report, const char *command_line)
{
  markdown_put(out, "# %s\n\n", report->title);
  for (size_t r = 0; r < report->run_count; r++)
    markdown_put(out, "**%r** %c%r%s\n\n", run_status_text(report->runs[r]->status),
                 report->runs[r]->id, report->run_count == 1 ? ". " : "",
                 report->run_count == 1 ? report->sentence : "");
  if (report->run_count > 1 && *report->sentence) markdown_put(out, "%s\n\n", report->sentence);
  for (size_t i = 0; i < report->tile_count; i++) {
    const struct tile *tile = &report->tiles[i];

    if (!i) markdown_put(out, "| | value | |\n| --- | --: | --- |\n");
    markdown_put(out, "| %s | **%r** | %s |\n", tile->label, tile->value, tile->interval);
  }
  markdown_put(out, "\n");
  for (size_t i = 0; i < report->warning_count; i++)
    markdown_put(out, "%r- %s\n", i ? "" : "**To know:**\n\n", report->warnings[i]);
  if (report->warning_count) markdown_put(out, "\n");
  for (size_t r = 0; r < report->run_count; r++) put_notes(out, report->runs[r]);
  markdown_comparison(out, report);
  put_evaluations(out, report);
  if (has_figures(report, "training")) {
    markdown_put(out, "## Training\n\n");
    markdown_figures(out, report, "training");
  }
  put_metrics(out, report);
  for (size_t r = 0; r < report->run_count; r++) put_run(out, report, report->runs[r]);
  markdown_put(
      out,
      "---\n\nMade by epochlog on %r by %c. The numbers behind every chart are in `data/`, "
      "all results in `report.json`.\n",
      report_time(report->pool, report->settings.made_ns), command_line);
}
