#include "page/figures_importance.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figures_regression.h"

/* At most so many classes have bars of their own beside the overall ones. */
#define GROUPS_MAX 5
#define BARS_DRAWN 20

/* Values per class beside the overall one, feature after feature. */
static void add_groups(struct bar_chart *chart, struct pool *pool,
                       const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;
  const size_t groups = from->class_count < GROUPS_MAX ? from->class_count : 0;
  double *values = POOL_ARRAY(pool, from->count * groups, double);

  if (!from->per_class || !groups) return;
  for (size_t i = 0; i < from->count; i++)
    for (size_t k = 0; k < groups; k++)
      values[i * groups + k] = from->per_class[k][result->order[i]];
  chart->group_names = from->class_names;
  chart->group_values = values;
  chart->group_count = groups;
  chart->value_name = "overall";
}

/* Values of both signs have no sum worth a bar: what is not drawn is only told. */
static void tell_left_out(struct bar_chart *chart, struct pool *pool)
{
  for (size_t i = 0; i < chart->count; i++)
    if (chart->bars[i].value < 0) chart->no_rest = true;
  if (chart->no_rest && chart->count > BARS_DRAWN)
    chart->text.subtitle =
        pool_printf(pool, "%s; the %d largest are drawn", chart->text.subtitle, BARS_DRAWN);
}

static struct data_table importance_table(struct pool *pool, const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;
  const size_t classes = from->per_class ? from->class_count : 0;
  struct data_table table = table_begin(pool, from->count, 3 + classes);
  const char **name = POOL_ARRAY(pool, from->count, const char *);
  double *value = POOL_ARRAY(pool, from->count, double);
  double *deviation = POOL_ARRAY(pool, from->count, double);

  for (size_t i = 0; i < from->count; i++) {
    name[i] = from->features[result->order[i]];
    value[i] = from->overall[result->order[i]];
    deviation[i] = from->deviation ? from->deviation[result->order[i]] : (double)NAN;
  }
  table_texts(&table, 0, "feature", name);
  table_numbers(&table, 1, "overall", value);
  table_numbers(&table, 2, "deviation", deviation);
  for (size_t k = 0; k < classes; k++) {
    double *one = POOL_ARRAY(pool, from->count, double);

    for (size_t i = 0; i < from->count; i++) one[i] = from->per_class[k][result->order[i]];
    table_numbers(&table, 3 + k, from->class_names[k], one);
  }
  return table;
}

void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;
  struct pool *pool = figures->pool;
  struct figure *figure = regression_figure(
      figures, FIGURE_BAR, section, from, "importance", "Feature importance",
      pool_printf(pool, "%s%s%zu features%s", from->method, *from->method ? ", " : "", from->count,
                  from->deviation ? ", error bars: one standard deviation" : ""));
  struct bar_chart *chart = &figure->chart.bar;
  struct bar *bars = POOL_ARRAY(pool, from->count, struct bar);

  chart->text.message = result->reason;
  if (!result->order) return;
  for (size_t i = 0; i < from->count; i++) {
    const size_t feature = result->order[i];
    const double value = from->overall[feature];
    const double deviation = from->deviation ? from->deviation[feature] : 0;

    bars[i] = (struct bar){.name = from->features[feature],
                           .value = value,
                           .low = value - deviation,
                           .high = value + deviation};
  }
  chart->bars = bars;
  chart->count = from->count;
  chart->max_bars = BARS_DRAWN;
  tell_left_out(chart, pool);
  add_groups(chart, pool, result);
  figure->caption =
      "The longer the bar, the more the model's result depends on the feature. Colours tell "
      "positive from negative values.";
  figure->data = importance_table(pool, result);
}
