#include "page/figures_series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/series.h"

/* Runs that have a colour of their own; of more, the selected and the best have. */
#define COLOURED_RUNS 12
/* From so many charts on they are ordered by the prefix of their names; from so many
 * they are small in the page. */
#define ORDER_FROM 13
#define PANELS_FROM 41

static bool is_drawable(const struct metric *metric, const struct metric_totals *totals)
{
  size_t finite = 0;

  if (metric->kind != METRIC_SCALAR || metric->type == VALUE_TEXT) return false;
  if (metric->is_long)
    return totals->count - totals->nan_count - totals->posinf_count - totals->neginf_count >= 2;
  for (size_t i = 0; metric->values && i < metric->count && finite < 2; i++)
    finite += !!isfinite(metric->values[i]);
  return finite == 2;
}

static void collect(struct series_plan *plan)
{
  const struct series_request *request = plan->request;
  size_t room = 0;

  for (size_t r = 0; r < request->run_count; r++) room += request->runs[r]->metric_count;
  plan->items = POOL_ARRAY(plan->pool, room, struct series_item);
  for (size_t r = 0; r < request->run_count; r++) {
    for (size_t i = 0; i < request->runs[r]->metric_count; i++) {
      struct series_item item = {.metric = &request->runs[r]->metrics[i], .index = i, .run = r};

      if (item.metric->kind != METRIC_SCALAR) continue;
      item.totals = run_totals(request->runs[r], i);
      if (!is_drawable(item.metric, &item.totals)) continue;
      item.phase = series_phase(plan->pool, item.metric->name, &item.key);
      plan->items[plan->item_count++] = item;
    }
  }
}

/* What was asked for first; then by prefix in the order in which prefixes came, each
 * group where it was within them. */
static void order_groups(struct series_plan *plan)
{
  struct series_group *sorted = POOL_ARRAY(plan->pool, plan->group_count, struct series_group);
  const char **prefix = POOL_ARRAY(plan->pool, plan->group_count, const char *);
  bool *taken = POOL_ARRAY(plan->pool, plan->group_count, bool);
  size_t used = 0;

  if (plan->group_count < ORDER_FROM) return;
  for (size_t i = 0; i < plan->group_count; i++)
    prefix[i] = series_prefix(plan->pool, plan->groups[i].items[0]->metric->name);
  for (size_t i = 0; i < plan->group_count; i++) {
    for (size_t k = i; k < plan->group_count && !taken[i]; k++) {
      if (k != i && (taken[k] || plan->groups[i].on_request || strcmp(prefix[i], prefix[k]) != 0))
        continue;
      if (k != i) taken[k] = true;
      sorted[used++] = plan->groups[k];
    }
    taken[i] = true;
  }
  plan->groups = sorted;
}

/* ---- a chart ---- */

static bool has_phase(const struct series_group *group, enum phase phase)
{
  for (size_t i = 0; i < group->count; i++)
    if (group->items[i]->phase == phase) return true;
  return false;
}

/* Training takes the colour of the validation beside it, and is dashed. */
static void assign_phases(const struct series_group *group, struct line_series *lines)
{
  const bool paired = has_phase(group, PHASE_VALIDATION) && !group->on_request;

  for (size_t i = 0; i < group->count && paired; i++) {
    const enum phase phase = group->items[i]->phase;

    if (phase == PHASE_TRAIN || phase == PHASE_NONE) lines[i].role = LINE_TRAIN;
    lines[i].hue = phase == PHASE_TEST ? 2 : 1;
  }
}

/* The item that reached the best value, SIZE_MAX where nobody knows what is good. */
static size_t best_item(const struct series_group *group)
{
  const int direction = metric_direction(group->items[0]->metric);
  size_t best = SIZE_MAX;

  for (size_t i = 0; direction && i < group->count; i++) {
    const struct metric_totals *a = &group->items[i]->totals;
    const struct metric_totals *b = best == SIZE_MAX ? NULL : &group->items[best]->totals;

    if (isnan(a->min.number)) continue;
    if (!b || (direction > 0 ? a->max.number > b->max.number : a->min.number < b->min.number))
      best = i;
  }
  return best;
}

/* Runs have a colour each, the same in every chart.  Of many, the first one named and
 * the best have one; the others are the background they stand out from. */
static void assign_runs(const struct series_plan *plan, const struct series_group *group,
                        struct line_series *lines)
{
  const bool many = plan->request->run_count > COLOURED_RUNS;
  const size_t best = many ? best_item(group) : SIZE_MAX;

  for (size_t i = 0; i < group->count && !group->on_request; i++) {
    const size_t run = group->items[i]->run;

    lines[i].hue = many ? (run == 0 ? 1 : 2) : (unsigned)run + 1;
    if (many && run != 0 && i != best) lines[i].role = LINE_CONTEXT;
  }
}

/* The name of a line: the metric's in a pair, the run's in a comparison. */
static const char *line_name(const struct series_plan *plan, const struct series_group *group,
                             const struct series_item *item)
{
  const char *run = plan->request->labels[item->run];

  if (plan->request->run_count == 1) return group->count == 1 ? NULL : item->metric->name;
  return group->on_request ? pool_printf(plan->pool, "%s %s", item->metric->name, run) : run;
}

/* The lines of a group with the runs that differ in their seed replaced by means.
 * Returns how many means there are; the lines come back in `lines`. */
static size_t put_means(const struct series_plan *plan, const struct series_group *group,
                        struct line_series *lines, size_t *line_count, struct figure *figure)
{
  struct line_series *out = POOL_ARRAY(plan->pool, group->count, struct line_series);
  struct mean_band *bands = POOL_ARRAY(plan->pool, group->count, struct mean_band);
  const char **names = POOL_ARRAY(plan->pool, group->count, const char *);
  struct line_series *members = POOL_ARRAY(plan->pool, group->count, struct line_series);
  size_t means = 0, used = 0;

  for (size_t r = 0; r < plan->request->run_count; r++) {
    size_t count = 0;

    for (size_t i = 0; i < group->count; i++)
      if (plan->seed_group[group->items[i]->run] == r) members[count++] = lines[i];
    if (count == 0) continue;
    if (count == 1) {
      out[used++] = members[0];
      continue;
    }
    names[means] = pool_printf(plan->pool, "%s (%zu runs)", plan->request->runs[r]->name, count);
    series_mean_line(plan, members, count, &out[used], &bands[means]);
    out[used++].name = names[means++];
  }
  for (size_t i = 0; i < used; i++) out[i].hue = (unsigned)(i % COLOURED_RUNS) + 1;
  if (means) {
    memcpy(lines, out, used * sizeof *lines);
    *line_count = used;
    figure->data = series_mean_table(plan, names, bands, means);
  }
  for (size_t i = 0; i < means; i++) mean_band_release(&bands[i]);
  return means;
}

/* Whether lines that were asked to share a chart differ so much in size that on a
 * linear axis all but the largest would lie at zero; all can be on a logarithmic one. */
static bool differ_in_size(const struct series_group *group)
{
  double least = (double)INFINITY, most = 0;

  for (size_t i = 0; i < group->count; i++) {
    const double high = group->items[i]->totals.max.number;

    if (!(high > 0)) return false;
    least = fmin(least, high);
    most = fmax(most, high);
  }
  return most > 100 * least;
}

static const char *title_of(const struct series_plan *plan, const struct series_group *group)
{
  const char *title = group->items[0]->metric->name;

  if (!group->on_request)
    return group->count == 1 || plan->request->run_count > 1 ? title : group->items[0]->key;
  for (size_t i = 1; i < group->count; i++)
    if (group->items[i]->run == group->items[0]->run)
      title = pool_printf(plan->pool, "%s, %s", title, group->items[i]->metric->name);
  return title;
}

/* The unit that all have. */
static const char *unit_of(const struct series_group *group)
{
  const char *unit = group->items[0]->metric->unit;

  for (size_t i = 1; i < group->count; i++)
    if (strcmp(unit, group->items[i]->metric->unit) != 0) return NULL;
  return *unit ? unit : NULL;
}

/* Of many charts: the prefix of their names. */
static const char *heading_of(const struct series_plan *plan, const struct series_group *group)
{
  const char *prefix = series_prefix(plan->pool, group->items[0]->metric->name);

  if (plan->group_count < ORDER_FROM) return NULL;
  if (group->on_request) return "Together";
  return *prefix ? prefix : "Other metrics";
}

static void add_group(struct series_plan *plan, const struct series_group *group)
{
  static const enum line_y_kind kinds[] = {LINE_Y_AUTO, LINE_Y_LOG, LINE_Y_LINEAR};
  const char *title = title_of(plan, group);
  struct figure *figure = figures_add(plan->figures, FIGURE_LINE, plan->request->section, title);
  struct line_chart *chart = &figure->chart.line;
  struct line_series *lines = POOL_ARRAY(plan->pool, group->count, struct line_series);
  double low = (double)INFINITY, high = -(double)INFINITY;
  size_t means;

  for (size_t i = 0; i < group->count; i++) {
    double from, to;

    series_line(plan, group->items[i], &lines[i]);
    lines[i].name = line_name(plan, group, group->items[i]);
    series_extent(plan, group->items[i], &from, &to);
    low = fmin(low, from);
    high = fmax(high, to);
  }
  if (plan->request->run_count > 1)
    assign_runs(plan, group, lines);
  else
    assign_phases(group, lines);
  figure->title = title;
  figure->group = heading_of(plan, group);
  figure->is_panel = plan->group_count >= PANELS_FROM;
  chart->series = lines;
  chart->series_count = group->count;
  chart->x_kind = series_axis_kind(plan, low, high);
  chart->y_kind = kinds[plan->request->settings->log];
  if (chart->y_kind == LINE_Y_AUTO && group->on_request && differ_in_size(group))
    chart->y_kind = LINE_Y_LOG;
  means = group->on_request || plan->request->run_count == 1
              ? 0
              : put_means(plan, group, lines, &chart->series_count, figure);
  if (!means) figure->data = series_table(plan, group);
  chart->text = (struct chart_text){.title = title,
                                    .subtitle = series_subtitle(plan, group, chart, means),
                                    .x_name = series_axis_name(plan),
                                    .y_name = unit_of(group)};
  figure->alt = pool_printf(plan->pool, "Line chart of %s over %s: %s", title,
                            plan->x == SERIES_X_STEP    ? "steps"
                            : plan->x == SERIES_X_EPOCH ? "epochs"
                                                        : "time",
                            chart->text.subtitle);
  figure->caption = series_caption(plan, group, chart);
}

void figures_of_metrics(struct figures *figures, const struct series_request *request)
{
  struct series_plan plan = {.request = request, .figures = figures, .pool = figures->pool};

  collect(&plan);
  series_find_seeds(&plan);
  series_prepare_axis(&plan);
  series_make_groups(&plan);
  order_groups(&plan);
  series_reduce(&plan);
  for (size_t i = 0; i < plan.group_count; i++) add_group(&plan, &plan.groups[i]);
  for (size_t r = 0; r < request->run_count; r++)
    for (size_t i = 0; i < request->runs[r]->metric_count; i++)
      if (request->runs[r]->metrics[i].kind != METRIC_SCALAR)
        series_add_columns(&plan, &request->runs[r]->metrics[i]);
}
