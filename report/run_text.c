#include "run_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct metric_choice metric_choose(const char *word, size_t length)
{
  static const char *const picks[] = {
      [PICK_LAST] = ":last", [PICK_MIN] = ":min", [PICK_MAX] = ":max"};
  struct metric_choice choice = {NULL, PICK_LAST, false};

  for (size_t i = 0; i < sizeof picks / sizeof *picks; i++) {
    const size_t size = strlen(picks[i]);

    if (length <= size || memcmp(word + length - size, picks[i], size) != 0) continue;
    choice.pick = (enum metric_pick)i;
    choice.picked = true;
    length -= size;
    break;
  }
  choice.name = strndup(word, length);
  return choice;
}

struct value run_pick(const struct run *run, const struct metric_choice *choice)
{
  const struct value none = {.type = VALUE_TEXT};
  const struct metric *metric = run_metric(run, choice->name);
  struct metric_totals totals;

  if (!metric || metric->kind != METRIC_SCALAR) return none;
  totals = run_totals(run, (size_t)(metric - run->metrics));
  if (totals.count == 0) return none;
  if (choice->pick == PICK_LAST) return totals.last;
  if (metric->type == VALUE_TEXT) return none;
  return choice->pick == PICK_MIN ? totals.min : totals.max;
}

char *value_text(struct value value, bool exact)
{
  char digits[PRINT_SIZE];

  switch (value.type) {
    case VALUE_FLOAT:
      return strdup(exact ? print_exact(digits, value.number) : print_short(digits, value.number));
    case VALUE_INTEGER:
      snprintf(digits, sizeof digits, "%" PRId64, value.integer);
      return strdup(digits);
    case VALUE_BOOL: return strdup(value.integer ? "true" : "false");
    case VALUE_TEXT: break;
  }
  return strdup(value.text ? value.text : "");
}

void json_write_value(struct json_writer *json, struct value value)
{
  switch (value.type) {
    case VALUE_FLOAT: json_write_number(json, value.number); return;
    case VALUE_INTEGER: json_write_integer(json, value.integer); return;
    case VALUE_BOOL: json_write_bool(json, value.integer != 0); return;
    case VALUE_TEXT: json_write_text(json, value.text); return;
  }
}

void json_add_named(struct json_writer *json, const char *key, const struct named_value *values,
                    size_t count)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  for (size_t i = 0; i < count; i++) {
    json_write_key(json, values[i].name);
    json_write_value(json, values[i].value);
  }
  json_write_close(json);
}

const char *metric_kind_text(enum metric_kind kind)
{
  switch (kind) {
    case METRIC_SCALAR: return "scalar";
    case METRIC_LIST: return "list";
    case METRIC_ROW: return "row";
    case METRIC_TABLE: return "table";
  }
  return "unknown";
}

const char *evaluation_type_text(enum evaluation_type type)
{
  switch (type) {
    case EVALUATION_CLASSIFICATION: return "classification";
    case EVALUATION_REGRESSION: return "regression";
    case EVALUATION_IMPORTANCE: return "importance";
  }
  return "unknown";
}

enum print_style status_style(enum run_status status)
{
  switch (status) {
    case RUN_COMPLETED: return STYLE_GOOD;
    case RUN_FAILED:
    case RUN_NOT_RESPONDING: return STYLE_BAD;
    case RUN_CANCELED: return STYLE_WARNING;
    case RUN_RUNNING: break;
  }
  return STYLE_PLAIN;
}
