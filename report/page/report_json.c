#include "page/report_json.h"

#include <math.h>
#include <string.h>

#include "json.h"
#include "page/json_aggregated.h"
#include "page/json_comparison.h"
#include "page/json_evaluation.h"

static void put_value(struct json_writer *json, const char *key, const struct value *value)
{
  json_write_key(json, key);
  switch (value->type) {
    case VALUE_TEXT: json_write_text(json, value->text); return;
    case VALUE_BOOL: json_write_bool(json, value->integer != 0); return;
    case VALUE_INTEGER: json_write_integer(json, value->integer); return;
    case VALUE_FLOAT: json_write_number(json, value->number); return;
  }
  json_write_null(json);
}

static void put_values(struct json_writer *json, const char *key, const struct named_value *list,
                       size_t count)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  for (size_t i = 0; i < count; i++) put_value(json, list[i].name, &list[i].value);
  json_write_close(json);
}

static void put_time(struct json_writer *json, const char *key, int64_t ns)
{
  json_write_key(json, key);
  if (ns)
    json_write_number(json, (double)ns / 1e9);
  else
    json_write_null(json);
}

static void put_run(struct json_writer *json, const struct run *run)
{
  json_write_key(json, "run");
  json_write_open(json, '{');
  json_add_text(json, "id", run->id);
  json_add_text(json, "name", run->name);
  json_add_text(json, "experiment", run->experiment);
  json_add_text(json, "status", run_status_text(run->status));
  put_time(json, "start", run->start_ns);
  put_time(json, "end", run->end_ns);
  json_add_number(json, "duration_s", (double)(run->end_ns - run->start_ns) / 1e9);
  json_add_text(json, "parent", *run->parent_id ? run->parent_id : NULL);
  json_add_text(json, "host", run->host);
  json_add_text(json, "user", run->user);
  json_add_text(json, "git_commit", *run->git_commit ? run->git_commit : NULL);
  if (run->status == RUN_FAILED) {
    json_write_key(json, "error");
    json_write_open(json, '{');
    json_add_text(json, "code", run->error_code);
    json_add_text(json, "message", run->error_message);
    json_add_text(json, "details", run->error_details);
    json_write_close(json);
  }
  put_values(json, "params", run->params, run->param_count);
  put_values(json, "tags", run->tags, run->tag_count);
  put_values(json, "properties", run->properties, run->property_count);
  put_values(json, "environment", run->environment, run->environment_count);
  json_write_close(json);
}

static void put_metric(struct json_writer *json, const struct run *run, size_t index)
{
  static const char *const kinds[] = {"", "scalar", "list", "row", "table"};
  const struct metric *metric = &run->metrics[index];
  const struct metric_totals totals = run_totals(run, index);

  json_write_key(json, metric->name);
  json_write_open(json, '{');
  json_add_text(json, "kind", kinds[metric->kind]);
  if (metric->kind != METRIC_SCALAR) {
    json_add_unsigned(json, "n", metric->column_count ? metric->columns[0].count : 0);
    json_write_key(json, "columns");
    json_write_open_line(json, '[');
    for (size_t i = 0; i < metric->column_count; i++)
      json_write_text(json, metric->columns[i].name);
    json_write_close(json);
  } else {
    json_add_unsigned(json, "n", totals.count);
    put_value(json, "first", &totals.first);
    put_value(json, "last", &totals.last);
    if (metric->type != VALUE_TEXT) {
      put_value(json, "min", &totals.min);
      put_value(json, "max", &totals.max);
      json_add_integer(json, "min_step", totals.min_step);
      json_add_integer(json, "max_step", totals.max_step);
      json_add_integer(json, "last_step", totals.last_step);
    }
    json_add_unsigned(json, "nan", totals.nan_count);
    json_add_unsigned(json, "infinite", totals.posinf_count + totals.neginf_count);
  }
  if (*metric->unit) json_add_text(json, "unit", metric->unit);
  json_write_close(json);
}

/* Whether an earlier evaluation of the same run has this key. */
static bool key_is_taken(const struct report *report, size_t index)
{
  for (size_t i = 0; i < index; i++)
    if (report->evaluations[i].run == report->evaluations[index].run &&
        strcmp(report->evaluations[i].result.source->name,
               report->evaluations[index].result.source->name) == 0)
      return true;
  return false;
}

/* The name of an evaluation logged as JSON; where another has it, with a number
 * or its schema behind it. */
static const char *document_key(const struct report *report, size_t index)
{
  const struct document_entry *entry = &report->documents[index];
  const char *name = entry->source->name;
  size_t same = 0;

  for (size_t i = 0; i < report->evaluation_count; i++)
    same += report->evaluations[i].run == entry->run &&
            strcmp(report->evaluations[i].result.source->name, name) == 0;
  for (size_t i = 0; i < index; i++)
    same += report->documents[i].run == entry->run &&
            strcmp(report->documents[i].source->name, name) == 0;
  return same ? pool_printf(report->pool, "%s (%s %zu)", name,
                            *entry->source->format ? entry->source->format : "json", same + 1)
              : name;
}

static void put_evaluations(struct json_writer *json, const struct report *report, size_t run)
{
  json_write_key(json, "evaluations");
  json_write_open(json, '{');
  for (size_t i = 0; i < report->evaluation_count; i++) {
    const struct evaluation *source = report->evaluations[i].result.source;

    if (report->evaluations[i].run != run) continue;
    /* Importance may carry the name of an evaluation; keys are unique. */
    json_write_key(json, key_is_taken(report, i)
                             ? pool_printf(report->pool, "%s (%s)", source->name,
                                           json_evaluation_type(source->type))
                             : source->name);
    json_evaluation_write(json, &report->evaluations[i].result);
  }
  for (size_t i = 0; i < report->document_count; i++) {
    if (report->documents[i].run != run) continue;
    json_write_key(json, document_key(report, i));
    json_aggregated_write(json, &report->documents[i].aggregated);
  }
  json_write_close(json);
}

static void put_one_run(struct json_writer *json, const struct report *report, size_t index)
{
  const struct run *run = report->runs[index];

  put_run(json, run);
  json_write_key(json, "metrics");
  json_write_open(json, '{');
  for (size_t i = 0; i < run->metric_count; i++) put_metric(json, run, i);
  json_write_close(json);
  put_evaluations(json, report, index);
}

static void put_charts(struct json_writer *json, const struct report *report)
{
  json_write_key(json, "charts");
  json_write_open(json, '[');
  for (size_t i = 0; i < report->figures.count; i++) {
    const struct figure *figure = &report->figures.list[i];

    json_write_open_line(json, '{');
    json_add_text(json, "id", figure->id);
    json_add_text(json, "title", figure->title);
    json_add_text(json, "png", pool_printf(report->pool, "charts/%s.png", figure->id));
    if (report->settings.formats & FIGURE_PDF)
      json_add_text(json, "pdf", pool_printf(report->pool, "charts/%s.pdf", figure->id));
    if (report->settings.formats & FIGURE_SVG)
      json_add_text(json, "svg", pool_printf(report->pool, "charts/%s.svg", figure->id));
    if (figure->data.rows)
      json_add_text(json, "csv", pool_printf(report->pool, "data/%s.csv", figure->id));
    json_add_text(json, "alt", figure->alt);
    json_write_close(json);
  }
  json_write_close(json);
}

void report_json_write(FILE *out, const struct report *report)
{
  struct json_writer json;

  json_write_start(&json, out, 1);
  json_write_open(&json, '{');
  put_time(&json, "made", report->settings.made_ns);
  if (report->run_count == 1) {
    put_one_run(&json, report, 0);
  } else {
    json_write_key(&json, "runs");
    json_write_open(&json, '[');
    for (size_t i = 0; i < report->run_count; i++) {
      json_write_open(&json, '{');
      put_one_run(&json, report, i);
      json_write_close(&json);
    }
    json_write_close(&json);
  }
  if (report->run_count > 1) {
    json_write_key(&json, "comparison");
    json_comparison_write(&json, report);
  }
  put_charts(&json, report);
  json_write_key(&json, "warnings");
  json_write_open(&json, '[');
  for (size_t i = 0; i < report->warning_count; i++) json_write_text(&json, report->warnings[i]);
  json_write_close(&json);
  json_write_key(&json, "targets");
  json_write_open_line(&json, '[');
  json_write_close(&json);
  json_write_close(&json);
  json_write_finish(&json);
}
