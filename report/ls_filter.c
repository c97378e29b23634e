#include "ls_filter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import/parse_number.h"

static const enum run_status statuses[] = {RUN_RUNNING, RUN_COMPLETED, RUN_FAILED, RUN_CANCELED,
                                           RUN_NOT_RESPONDING};

/* ---- conditions ---- */

bool condition_read(struct condition *condition, const char *text)
{
  const char *at = NULL, *number, *end;
  size_t length = 0;

  *condition = (struct condition){0};
  /* The last operator: a metric's name may hold one. */
  for (const char *c = text; *c; c++)
    if (strchr("<>=!", *c)) at = c;
  if (!at) return false;
  number = at + 1;
  if (*at == '=' && at > text && strchr("<>=!", at[-1])) at--;
  length = (size_t)(number - at);
  if (at == text || (length == 1 && *at == '!')) return false;
  memcpy(condition->op, at, length);
  while (*number == ' ') number++;
  end = number + strlen(number);
  if (parse_number(number, (size_t)(end - number), &condition->number) != PARSE_OK) return false;
  while (at > text && at[-1] == ' ') at--;
  if (at == text) return false;
  condition->metric = metric_choose(text, (size_t)(at - text));
  return condition->metric.name != NULL;
}

bool condition_holds(const struct condition *condition, const struct run *run)
{
  const struct value value = run_pick(run, &condition->metric);
  const double x = value.number, y = condition->number;

  if (value.type == VALUE_TEXT || isnan(x)) return false;
  switch (condition->op[0]) {
    case '<': return condition->op[1] ? x <= y : x < y;
    case '>': return condition->op[1] ? x >= y : x > y;
    case '!': return x < y || x > y;
    default: return !(x < y || x > y);
  }
}

/* ---- filter ---- */

static bool is_status(const char *word)
{
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
    if (strcasecmp(word, run_status_text(statuses[i])) == 0) return true;
  return false;
}

bool ls_filter_check(const struct ls_filter *filter, char *message, size_t message_size)
{
  for (size_t i = 0; i < filter->status.count; i++)
    if (!is_status(filter->status.items[i])) {
      snprintf(message, message_size,
               "option '--status' of ls is one of Running, Completed, Failed, Canceled and "
               "NotResponding, not '%s'",
               filter->status.items[i]);
      return false;
    }
  for (size_t i = 0; i < filter->params.count; i++)
    if (!strchr(filter->params.items[i], '=')) {
      snprintf(message, message_size, "option '--param' of ls wants KEY=VALUE, not '%s'",
               filter->params.items[i]);
      return false;
    }
  for (size_t i = 0; i < filter->where.count; i++) {
    struct condition condition;

    if (!condition_read(&condition, filter->where.items[i])) {
      snprintf(message, message_size,
               "option '--where' of ls wants a condition like 'auc>=0.9', not '%s'",
               filter->where.items[i]);
      return false;
    }
    free(condition.metric.name);
  }
  return true;
}

bool ls_filter_is_empty(const struct ls_filter *filter)
{
  return filter->status.count == 0 && filter->tags.count == 0 && filter->params.count == 0 &&
         filter->where.count == 0 && !filter->experiment;
}

/* Texts are equal as they are, numbers by value: lr=0.10 finds 0.1. */
static bool is_value(struct value value, const char *word)
{
  char *text = value_text(value, true);
  double number;
  bool same = text && strcmp(text, word) == 0;

  free(text);
  if (same || value.type == VALUE_TEXT || value.type == VALUE_BOOL) return same;
  return parse_number(word, strlen(word), &number) == PARSE_OK &&
         !(value.number < number || value.number > number) && !isnan(number);
}

/* Whether one of the values is the KEY or KEY=VALUE of `word`.  A key may hold '='
 * itself, so each is tried. */
static bool has_named(const struct named_value *values, size_t count, const char *word)
{
  for (size_t i = 0; i < count; i++) {
    const size_t length = strlen(values[i].name);

    if (strncmp(word, values[i].name, length) != 0) continue;
    if (!word[length]) return true;
    if (word[length] == '=' && is_value(values[i].value, word + length + 1)) return true;
  }
  return false;
}

static bool has_status(const struct ls_filter *filter, const struct run *run)
{
  for (size_t i = 0; i < filter->status.count; i++)
    if (strcasecmp(filter->status.items[i], run_status_text(run->status)) == 0) return true;
  return filter->status.count == 0;
}

bool ls_filter_takes(const struct ls_filter *filter, const struct run *run)
{
  if (filter->experiment && strcmp(filter->experiment, run->experiment) != 0) return false;
  if (!has_status(filter, run)) return false;
  for (size_t i = 0; i < filter->tags.count; i++)
    if (!has_named(run->tags, run->tag_count, filter->tags.items[i])) return false;
  for (size_t i = 0; i < filter->params.count; i++)
    if (!has_named(run->params, run->param_count, filter->params.items[i])) return false;
  for (size_t i = 0; i < filter->where.count; i++) {
    struct condition condition;
    bool holds;

    if (!condition_read(&condition, filter->where.items[i])) return false;
    holds = condition_holds(&condition, run);
    free(condition.metric.name);
    if (!holds) return false;
  }
  return true;
}

/* ---- order ---- */

struct ls_order ls_order_read(const char *word)
{
  static const char *const keys[] = {
      [ORDER_START] = "start",           [ORDER_ID] = "id",         [ORDER_NAME] = "name",
      [ORDER_EXPERIMENT] = "experiment", [ORDER_STATUS] = "status", [ORDER_DURATION] = "duration"};
  struct ls_order order = {ORDER_METRIC, *word == '-', {0}};

  word += *word == '-';
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(keys[i], word) == 0) order.by = (unsigned)i;
  if (order.by == ORDER_METRIC) order.metric = metric_choose(word, strlen(word));
  return order;
}

struct ls_key ls_key_of(const struct ls_order *order, const struct run *run)
{
  struct ls_key key = {.known = true};
  struct value value;

  switch (order->by) {
    case ORDER_START: key.integer = run->start_ns; return key;
    case ORDER_DURATION: key.integer = run->end_ns - run->start_ns; return key;
    case ORDER_ID: key.text = strdup(run->id); return key;
    case ORDER_NAME: key.text = strdup(run->name); return key;
    case ORDER_EXPERIMENT: key.text = strdup(run->experiment); return key;
    case ORDER_STATUS: key.text = strdup(run_status_text(run->status)); return key;
    case ORDER_METRIC: break;
  }
  value = run_pick(run, &order->metric);
  if (value.type == VALUE_TEXT) {
    key.known = value.text != NULL;
    key.text = value.text ? strdup(value.text) : NULL;
  } else {
    key.known = !isnan(value.number);
    key.number = value.number;
    key.integer = value.type == VALUE_INTEGER ? value.integer : 0;
  }
  return key;
}

static int compare_keys(const struct ls_key *a, const struct ls_key *b)
{
  if (a->text && b->text) return strcmp(a->text, b->text);
  if (a->text || b->text) return (a->text != NULL) - (b->text != NULL);
  if (a->number < b->number || a->number > b->number) return a->number < b->number ? -1 : 1;
  return (a->integer > b->integer) - (a->integer < b->integer);
}

int ls_key_compare(const struct ls_order *order, const struct ls_key *a, const struct ls_key *b)
{
  if (!a->known || !b->known) return b->known - a->known;
  return order->descending ? compare_keys(b, a) : compare_keys(a, b);
}
