/* Runs of one configuration that differ in chance alone. */
#include <string.h>

#include "page/series.h"

/* What people call the number that chance starts from. */
static const char *const seed_words[] = {
    "seed",    "random_state", "random_seed", "rng_seed", "torch_seed",
    "np_seed", "numpy_seed",   "rng",         "fold",     NULL};

static bool is_seed(const char *name)
{
  const char *last = strrchr(name, '/');

  if (!last) last = strrchr(name, '.');
  if (last) name = last + 1;
  for (const char *const *word = seed_words; *word; word++)
    if (strcasecmp(name, *word) == 0) return true;
  return false;
}

static bool is_same(const struct value *a, const struct value *b)
{
  if (a->type != b->type) return false;
  switch (a->type) {
    case VALUE_TEXT: return strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
    case VALUE_FLOAT: return !(a->number < b->number) && !(a->number > b->number);
    case VALUE_INTEGER:
    case VALUE_BOOL: break;
  }
  return a->integer == b->integer;
}

static const struct value *param_of(const struct run *run, const char *name)
{
  for (size_t i = 0; i < run->param_count; i++)
    if (strcmp(run->params[i].name, name) == 0) return &run->params[i].value;
  return NULL;
}

/* Same name, experiment and parameters, but for seeds, of which at least one differs. */
static bool differ_in_seed(const struct run *a, const struct run *b)
{
  bool has_other_seed = false;

  if (strcmp(a->name, b->name) != 0 || strcmp(a->experiment, b->experiment) != 0 ||
      a->param_count != b->param_count)
    return false;
  for (size_t i = 0; i < a->param_count; i++) {
    const struct value *other = param_of(b, a->params[i].name);

    if (!other) return false;
    if (is_same(&a->params[i].value, other)) continue;
    if (!is_seed(a->params[i].name)) return false;
    has_other_seed = true;
  }
  return has_other_seed;
}

void series_find_seeds(struct series_plan *plan)
{
  const struct series_request *request = plan->request;

  plan->seed_group = POOL_ARRAY(plan->pool, request->run_count, size_t);
  for (size_t i = 0; i < request->run_count; i++) {
    plan->seed_group[i] = request->settings->mean ? 0 : i;
    for (size_t k = 0; k < i && plan->seed_group[i] == i; k++)
      if (plan->seed_group[k] == k && differ_in_seed(request->runs[k], request->runs[i]))
        plan->seed_group[i] = k;
  }
}
