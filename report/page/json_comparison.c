#include "page/json_comparison.h"

#include <math.h>

#include "page/comparison.h"

static void put_number(struct json_writer *json, const char *key, double value)
{
  json_write_key(json, key);
  if (isnan(value))
    json_write_null(json);
  else
    json_write_number(json, value);
}

static void put_test(struct json_writer *json, const struct report *report,
                     const struct comparison_entry *entry, size_t run,
                     const struct compared_number *number)
{
  const struct difference *difference = &number->difference;
  const char *unpaired = entry->tests.runs[run - 1].unpaired;

  json_write_open_line(json, '{');
  json_add_text(json, "evaluation", entry->name);
  json_add_text(json, "metric", number->name);
  json_add_text(json, "baseline", report->runs[entry->runs[0]]->id);
  json_add_text(json, "run", report->runs[entry->runs[run]]->id);
  put_number(json, "baseline_value", number->baseline);
  put_number(json, "value", number->value);
  put_number(json, "difference", difference->value);
  put_number(json, "lo", difference->interval.lo);
  put_number(json, "hi", difference->interval.hi);
  put_number(json, "p", difference->p);
  put_number(json, "p_holm", number->p_holm);
  json_add_text(json, "method",
                interval_is_defined(&difference->interval) ? difference->interval.method : NULL);
  if (difference->reason) json_add_text(json, "reason", difference->reason);
  json_add_bool(json, "paired", !unpaired);
  if (unpaired) json_add_text(json, "unpaired_because", unpaired);
  if (number->has_counts) {
    json_add_unsigned(json, "only_baseline_right", number->only_baseline);
    json_add_unsigned(json, "only_run_right", number->only_this);
  }
  json_write_close(json);
}

static void put_params(struct json_writer *json, const struct report *report)
{
  size_t count;
  const struct compared_param *params = comparison_params(report, &count);

  json_write_key(json, "differing_params");
  json_write_open(json, '{');
  for (size_t i = 0; i < count; i++) {
    if (!params[i].differs) continue;
    json_write_key(json, params[i].name);
    json_write_open_line(json, '[');
    for (size_t r = 0; r < report->run_count; r++) json_write_text(json, params[i].values[r]);
    json_write_close(json);
  }
  json_write_close(json);
}

void json_comparison_write(struct json_writer *json, const struct report *report)
{
  json_write_open(json, '{');
  json_add_text(json, "baseline", report->runs[0]->id);
  json_add_text(json, "sentence", report->sentence);
  put_params(json, report);
  json_write_key(json, "tests");
  json_write_open(json, '[');
  for (size_t i = 0; i < report->comparison_count; i++) {
    const struct comparison_entry *entry = &report->comparisons[i];

    for (size_t r = 1; r < entry->count; r++)
      for (size_t k = 0; k < entry->tests.runs[r - 1].count; k++)
        put_test(json, report, entry, r, &entry->tests.runs[r - 1].numbers[k]);
  }
  json_write_close(json);
  json_write_close(json);
}
