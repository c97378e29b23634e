#include "page/figures_importance.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figure_words.h"
#include "page/figures_regression.h"

/* More classes than this are shown as a heat map, not as bars beside one another. */
#define GROUPS_MAX 5
/* More than this many do not fit there either: the first ones, and it is said. */
#define HEAT_CLASSES_MAX 16
#define BARS_DEFAULT 20
#define BARS_MAX 200

/* Values per class beside the overall one, feature after feature. */
static void add_groups(struct bar_chart *chart, struct pool *pool,
                       const struct evaluation_result *result, size_t shown)
{
  const struct evaluation *from = result->source;
  const size_t groups = from->class_count;
  double *values;

  if (!from->per_class || !groups || groups > GROUPS_MAX) return;
  values = POOL_ARRAY(pool, (shown + 1) * groups, double);
  for (size_t i = 0; i < shown; i++)
    for (size_t k = 0; k < groups; k++)
      values[i * groups + k] = from->per_class[k][result->order[i]];
  for (size_t k = 0; k < groups; k++) values[shown * groups + k] = (double)NAN; /* the rest */
  chart->group_names = from->class_names;
  chart->group_values = values;
  chart->group_count = groups;
  chart->value_name = "overall";
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

/* The bars of the `shown` largest features, and one for the magnitudes of the rest:
 * values of both signs would cancel out in a plain sum. */
static const struct bar *make_bars(struct pool *pool, const struct evaluation_result *result,
                                   size_t shown)
{
  const struct evaluation *from = result->source;
  struct bar *bars = POOL_ARRAY(pool, shown + 1, struct bar);
  double rest = 0;

  for (size_t i = 0; i < shown; i++) {
    const size_t feature = result->order[i];
    const double value = from->overall[feature];
    const double deviation = from->deviation ? from->deviation[feature] : 0;

    bars[i] = (struct bar){.name = from->features[feature],
                           .value = value,
                           .low = value - deviation,
                           .high = value + deviation};
  }
  for (size_t i = shown; i < from->count; i++)
    if (isfinite(from->overall[result->order[i]])) rest += fabs(from->overall[result->order[i]]);
  bars[shown] = (struct bar){
      .name = pool_printf(pool, "other %s, Σ|value|",
                          words_count(pool, (double)(from->count - shown), "feature", "features")),
      .value = rest,
      .is_rest = true};
  return bars;
}

/* Which feature leads, how much of the whole is drawn, which way the signs go. */
static const char *importance_caption(struct pool *pool, const struct evaluation_result *result,
                                      size_t shown)
{
  const struct evaluation *from = result->source;
  const double largest = from->overall[result->order[0]];
  double all = 0, drawn = 0;
  size_t negative = 0;

  for (size_t i = 0; i < from->count; i++) {
    const double value = from->overall[result->order[i]];

    if (!isfinite(value)) continue;
    all += fabs(value);
    if (i < shown) drawn += fabs(value);
    negative += value < 0;
  }
  if (!(all > 0)) return "Every importance is 0: the result depends on none of the features.";
  if (!isfinite(all))
    return pool_printf(pool, "%s counts most (%s).", from->features[result->order[0]],
                       words_metric(pool, largest));
  return pool_printf(
      pool, "%s counts most (%s, %s of the magnitudes of all features)%s%s.",
      from->features[result->order[0]], words_metric(pool, largest),
      words_share(pool, fabs(largest) / all),
      shown < from->count
          ? pool_printf(pool,
                        "; the %zu drawn hold %s, the grey bar adds up the magnitudes of "
                        "the others",
                        shown, words_share(pool, drawn / all))
          : "",
      negative ? pool_printf(pool, "; %s, in the second colour, to the left of zero",
                             words_count(pool, (double)negative, "value is negative",
                                         "values are negative"))
               : "");
}

static const char *importance_subtitle(struct pool *pool, const struct evaluation_result *result,
                                       size_t shown)
{
  const struct evaluation *from = result->source;

  return pool_printf(pool, "%s, %s%s%s", *from->method ? from->method : "method not logged",
                     words_count(pool, (double)from->count, "feature", "features"),
                     shown < from->count ? pool_printf(pool, ", the %zu largest drawn", shown) : "",
                     from->deviation ? ", error bars: ± one standard deviation" : "");
}

/* Features by classes, where there are too many classes for bars. */
static void add_heat(struct figures *figures, const char *section,
                     const struct evaluation_result *result, size_t shown)
{
  const struct evaluation *from = result->source;
  const size_t classes =
      from->class_count < HEAT_CLASSES_MAX ? from->class_count : HEAT_CLASSES_MAX;
  struct pool *pool = figures->pool;
  const char **rows = POOL_ARRAY(pool, shown, const char *);
  const char **columns = POOL_ARRAY(pool, classes + 1, const char *);
  double *cells = POOL_ARRAY(pool, shown * (classes + 1), double);
  struct figure *figure = regression_figure(
      figures, FIGURE_HEAT, section, from, "importance-by-class", "Feature importance by class",
      pool_printf(pool, "%s, %s", *from->method ? from->method : "method not logged",
                  classes < from->class_count
                      ? pool_printf(pool, "the first %zu of %zu classes (all are in the table)",
                                    classes, from->class_count)
                      : words_count(pool, (double)classes, "class", "classes")));
  struct heat_chart *chart = &figure->chart.heat;
  double most = 0;
  size_t feature = 0, class = 0;

  columns[0] = "overall";
  for (size_t k = 0; k < classes; k++) columns[k + 1] = from->class_names[k];
  for (size_t i = 0; i < shown; i++) {
    rows[i] = from->features[result->order[i]];
    cells[i * (classes + 1)] = from->overall[result->order[i]];
    for (size_t k = 0; k < classes; k++) {
      const double value = from->per_class[k][result->order[i]];

      cells[i * (classes + 1) + k + 1] = value;
      if (!(fabs(value) > most)) continue;
      most = fabs(value);
      feature = i;
      class = k;
    }
  }
  chart->rows = rows;
  chart->row_count = shown;
  chart->columns = columns;
  chart->column_count = classes + 1;
  chart->cells = cells;
  if (most > 0)
    figure->caption = pool_printf(
        pool,
        "Of one class, %s counts most for %s (%s). Shades are by magnitude; the first column "
        "is the importance over all classes.",
        rows[feature], from->class_names[class],
        words_metric(pool, cells[feature * (classes + 1) + class + 1]));
  figure->data = table_begin(pool, 0, 0);
}

size_t importance_bars(size_t top) { return !top ? BARS_DEFAULT : top < BARS_MAX ? top : BARS_MAX; }

void figures_of_importance(struct figures *figures, const char *section,
                           const struct evaluation_result *result, size_t top)
{
  const struct evaluation *from = result->source;
  struct pool *pool = figures->pool;
  const size_t wanted = importance_bars(top);
  const size_t shown = from->count < wanted ? from->count : wanted;
  struct figure *figure =
      regression_figure(figures, FIGURE_BAR, section, from, "importance", "Feature importance",
                        importance_subtitle(pool, result, shown));
  struct bar_chart *chart = &figure->chart.bar;

  chart->text.message = result->reason;
  if (!result->order) return;
  if (from->count && !isfinite(from->overall[result->order[0]]))
    chart->text.message = pool_printf(pool, "none of the %zu values is a number", from->count);
  chart->bars = make_bars(pool, result, shown);
  chart->count = shown + (shown < from->count);
  chart->max_bars = chart->count;
  if (from->count) figure->caption = importance_caption(pool, result, shown);
  add_groups(chart, pool, result, shown);
  figure->data = importance_table(pool, result);
  if (from->per_class && from->class_count > GROUPS_MAX && shown)
    add_heat(figures, section, result, shown);
}
