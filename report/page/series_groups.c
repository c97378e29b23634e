/* Which metrics share a chart. */
#include <string.h>

#include "page/series.h"

/* What tells no phase is taken for training. */
static enum phase place_of(const struct series_item *item)
{
  return item->phase == PHASE_NONE ? PHASE_TRAIN : item->phase;
}

/* Whether a free metric spelled like `item` stands for the same phase as `other`:
 * "train/loss" takes "val/loss" from a plain "loss". */
static bool has_closer(const struct series_plan *plan, const struct series_item *item,
                       const struct series_item *other)
{
  for (size_t i = 0; i < plan->item_count; i++) {
    const struct series_item *closer = &plan->items[i];

    if (!closer->used && closer != other && place_of(closer) == place_of(other) &&
        strcmp(closer->key, item->key) == 0 && series_spelling(closer) == series_spelling(item))
      return true;
  }
  return false;
}

/* The metric of `phase` that belongs to `first`: one that tells its phase by the same
 * `spelling`, else the first that has no closer one; NULL when there is none. */
static struct series_item *find_partner(const struct series_plan *plan,
                                        const struct series_item *first, enum phase phase,
                                        int spelling)
{
  struct series_item *found = NULL;

  for (size_t i = 0; i < plan->item_count; i++) {
    struct series_item *item = &plan->items[i];

    if (item->used || place_of(item) != phase || strcmp(item->key, first->key) != 0) continue;
    if (series_spelling(item) == spelling) return item;
    if (!found && !has_closer(plan, item, first)) found = item;
  }
  return found;
}

/* Of one run, what has the same key belongs together, one metric of each phase; they
 * stay in the order in which they were logged. */
static void add_phases(struct series_plan *plan, struct series_group *group)
{
  const struct series_item *first = group->items[0];
  int spelling = series_spelling(first);

  for (int phase = PHASE_TRAIN; phase <= PHASE_TEST; phase++) {
    struct series_item *item;
    size_t at = group->count;

    if ((enum phase)phase == place_of(first)) continue;
    item = find_partner(plan, first, (enum phase)phase, spelling);
    if (!item) continue;
    if (!spelling) spelling = series_spelling(item);
    for (; group->items[at - 1] > item; at--) group->items[at] = group->items[at - 1];
    group->items[at] = item;
    group->count++;
    item->used = true;
  }
}

/* Of several runs, what has the same name. */
static void add_runs(struct series_plan *plan, struct series_group *group)
{
  const struct series_item *first = group->items[0];

  for (size_t i = 0; i < plan->item_count; i++) {
    struct series_item *item = &plan->items[i];

    if (item->used || strcmp(item->metric->name, first->metric->name) != 0) continue;
    item->used = true;
    group->items[group->count++] = item;
  }
}

/* Whether `name` is one of the names in "lr, loss". */
static bool is_among(const char *list, const char *name)
{
  const size_t length = strlen(name);

  while (*list) {
    const char *end = list + strcspn(list, ",");
    const char *from = list, *to = end;

    while (from < to && *from == ' ') from++;
    while (to > from && to[-1] == ' ') to--;
    if ((size_t)(to - from) == length && strncmp(from, name, length) == 0) return true;
    list = *end ? end + 1 : end;
  }
  return false;
}

static void group_on_request(struct series_plan *plan, const char *names)
{
  struct series_group *group = &plan->groups[plan->group_count];

  *group = (struct series_group){
      .items = POOL_ARRAY(plan->pool, plan->item_count, struct series_item *), .on_request = true};
  for (size_t i = 0; i < plan->item_count; i++) {
    if (plan->items[i].used || !is_among(names, plan->items[i].metric->name)) continue;
    plan->items[i].used = true;
    group->items[group->count++] = &plan->items[i];
  }
  if (group->count) plan->group_count++;
}

void series_make_groups(struct series_plan *plan)
{
  const struct series_settings *settings = plan->request->settings;

  plan->groups =
      POOL_ARRAY(plan->pool, plan->item_count + settings->together_count, struct series_group);
  for (size_t i = 0; i < settings->together_count; i++)
    group_on_request(plan, settings->together[i]);
  for (size_t i = 0; i < plan->item_count; i++) {
    struct series_group *group = &plan->groups[plan->group_count];

    if (plan->items[i].used) continue;
    *group = (struct series_group){
        .items = POOL_ARRAY(plan->pool, plan->item_count - i, struct series_item *)};
    plan->items[i].used = true;
    group->items[group->count++] = &plan->items[i];
    if (plan->request->run_count > 1)
      add_runs(plan, group);
    else
      add_phases(plan, group);
    plan->group_count++;
  }
}
