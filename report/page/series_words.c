/* What is said under the title of a line chart, and below it. */
#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/series.h"

/* Metrics whose values are told one by one; of more, how many they are. */
#define TOLD_MAX 2
/* A part of the range too small to be called a change. */
#define STILL 0.02
#define TREND_POINTS 12

static const char *number(const struct series_plan *plan, double value)
{
  char out[NUMBER_SIZE];

  if (isnan(value)) return "NaN";
  return pool_printf(plan->pool, "%s", number_metric(out, value));
}

static const char *count(const struct series_plan *plan, uint64_t value)
{
  char out[NUMBER_SIZE];

  return pool_printf(plan->pool, "%s", number_count(out, (double)value));
}

/* The smaller and the larger of two numbers with as many digits as tell them apart. */
static void number_both(const struct series_plan *plan, double low, double high,
                        const char *words[2])
{
  char out[NUMBER_SIZE];

  words[0] = number(plan, low);
  words[1] = number(plan, high);
  for (int digits = 4;
       digits <= 17 && (low < high || high < low) && strcmp(words[0], words[1]) == 0; digits++) {
    words[0] = pool_printf(plan->pool, "%s", number_short(out, low, digits));
    words[1] = pool_printf(plan->pool, "%s", number_short(out, high, digits));
  }
}

/* ---- subtitle ---- */

/* ", 3 NaN, 1 +∞"; "" for what is all finite. */
static const char *odd_values(const struct series_plan *plan, const struct metric_totals *totals)
{
  const struct {
    uint64_t count;
    const char *name;
  } odd[] = {
      {totals->nan_count, "NaN"}, {totals->posinf_count, "+∞"}, {totals->neginf_count, "−∞"}};
  const char *text = "";

  for (size_t i = 0; i < 3; i++)
    if (odd[i].count)
      text = pool_printf(plan->pool, "%s, %s %s", text, count(plan, odd[i].count), odd[i].name);
  return text;
}

/* "last 0.213, lowest 0.199 at step 41". */
static const char *describe(const struct series_plan *plan, const struct series_item *item)
{
  const struct metric_totals *totals = &item->totals;
  const int direction = metric_direction(item->metric);
  const struct value *best = direction > 0 ? &totals->max : &totals->min;
  const int64_t step = direction > 0 ? totals->max_step : totals->min_step;
  const char *last = number(plan, totals->last.number), *ends[2], *text;

  number_both(plan, totals->min.number, totals->max.number, ends);
  if (direction)
    text =
        pool_printf(plan->pool, "last %s, %s %s at %s", last, direction > 0 ? "highest" : "lowest",
                    number(plan, best->number), series_where(plan, item->run, step));
  else if (totals->min.number < totals->max.number)
    text = pool_printf(plan->pool, "last %s, from %s to %s", last, ends[0], ends[1]);
  else
    text = pool_printf(plan->pool, "always %s", number(plan, totals->min.number));
  return pool_printf(plan->pool, "%s%s", text, odd_values(plan, totals));
}

/* What faint and bold mean; "" where every line is as it was logged. */
static const char *explain_strokes(const struct series_plan *plan, const struct series_group *group)
{
  const struct series_settings *settings = plan->request->settings;
  double weight = 0;
  uint64_t points = 0;
  bool has_long = false;
  char out[NUMBER_SIZE];
  const char *average = "", *columns = "";

  for (size_t i = 0; i < group->count; i++) {
    const struct series_item *item = group->items[i];

    weight = fmax(weight, item->weight);
    if (!item->metric->is_long) continue;
    has_long = true;
    if (item->totals.count > points) points = item->totals.count;
  }
  if (weight > 0)
    average = pool_printf(plan->pool, "Faint: raw, bold: average (EMA %s).",
                          number_short(out, weight, 3));
  if (has_long && settings->has_smooth && !(settings->smooth > 0))
    columns = pool_printf(plan->pool, "%s points, lowest and highest of each of %zu columns.",
                          count(plan, points), group->columns);
  else if (has_long)
    columns = pool_printf(plan->pool, "%s points in %zu columns. Faint: their span, bold: mean.",
                          count(plan, points), group->columns);
  return pool_printf(plan->pool, "%s%s%s", average, *average && *columns ? " " : "", columns);
}

/* The best line of several, by its best value. */
static const struct series_item *best_of(const struct series_group *group, int direction)
{
  const struct series_item *best = NULL;

  for (size_t i = 0; i < group->count; i++) {
    const struct series_item *item = group->items[i];
    const double value = direction > 0 ? item->totals.max.number : item->totals.min.number;
    const double champion = !best           ? (double)NAN
                            : direction > 0 ? best->totals.max.number
                                            : best->totals.min.number;

    if (isnan(value)) continue;
    if (isnan(champion) || (direction > 0 ? value > champion : value < champion)) best = item;
  }
  return best;
}

static struct metric_totals odd_of_all(const struct series_group *group)
{
  struct metric_totals all = {0};

  for (size_t i = 0; i < group->count; i++) {
    all.nan_count += group->items[i]->totals.nan_count;
    all.posinf_count += group->items[i]->totals.posinf_count;
    all.neginf_count += group->items[i]->totals.neginf_count;
  }
  return all;
}

/* "5 runs, lowest 0.199 (ridge) at step 41". */
static const char *describe_many(const struct series_plan *plan, const struct series_group *group)
{
  const int direction = metric_direction(group->items[0]->metric);
  const struct series_item *best =
      direction && !group->on_request ? best_of(group, direction) : NULL;
  const bool are_runs = plan->request->run_count > 1 && !group->on_request;
  const struct metric_totals odd = odd_of_all(group);
  const char *text = pool_printf(plan->pool, "%zu %s", group->count, are_runs ? "runs" : "metrics");

  /* Of several phases validation is what counts. */
  for (size_t i = 0; i < group->count && !are_runs && !group->on_request; i++)
    if (group->items[i]->phase == PHASE_VALIDATION)
      return pool_printf(plan->pool, "%s; %s: %s", text, group->items[i]->metric->name,
                         describe(plan, group->items[i]));
  if (best)
    text =
        pool_printf(plan->pool, "%s, %s %s (%s) at %s", text, direction > 0 ? "highest" : "lowest",
                    number(plan, direction > 0 ? best->totals.max.number : best->totals.min.number),
                    are_runs ? plan->request->labels[best->run] : best->metric->name,
                    series_where(plan, best->run,
                                 direction > 0 ? best->totals.max_step : best->totals.min_step));
  return pool_printf(plan->pool, "%s%s", text, odd_values(plan, &odd));
}

/* "mean ± SD of 5 runs" for each mean among the lines. */
static const char *describe_means(const struct series_plan *plan, const struct series_group *group,
                                  size_t means)
{
  const struct metric_totals odd = odd_of_all(group);

  return pool_printf(plan->pool,
                     means == 1 ? "Bold: mean of %zu runs, band ± SD, faint: each run%s"
                                : "%zu runs; bold: means of those that differ in their seed alone, "
                                  "band ± SD, faint: each run%s",
                     group->count, odd_values(plan, &odd));
}

const char *series_subtitle(const struct series_plan *plan, const struct series_group *group,
                            const struct line_chart *chart, size_t means)
{
  const char *strokes = explain_strokes(plan, group), *said = "";

  if (means) {
    double weight = 0;
    char out[NUMBER_SIZE];

    for (size_t i = 0; i < group->count; i++) weight = fmax(weight, group->items[i]->weight);
    said = describe_means(plan, group, means);
    if (weight > 0)
      said = pool_printf(plan->pool, "%s; each averaged first (EMA %s)", said,
                         number_short(out, weight, 3));
    return pool_printf(plan->pool, "%s.", said);
  }
  if (group->count == 1) {
    said = describe(plan, group->items[0]);
  } else if (group->count <= TOLD_MAX && plan->request->run_count == 1) {
    for (size_t i = 0; i < group->count; i++)
      said = pool_printf(plan->pool, "%s%s%s: %s", said, i ? "; " : "",
                         chart->series[i].name ? chart->series[i].name : "",
                         describe(plan, group->items[i]));
  } else {
    said = describe_many(plan, group);
  }
  return *strokes ? pool_printf(plan->pool, "%s. %s", said, strokes) : said;
}

/* ---- reading ---- */

/* Mean of a line over a part of its x axis, from `from` to `to` (0..1). */
static double mean_over(const struct line_series *line, double from, double to)
{
  const double first = line->x[0], width = line->x[line->count - 1] - first;
  double sum = 0;
  size_t n = 0;

  for (size_t i = 0; i < line->count; i++) {
    const double share = (line->x[i] - first) / width;

    if (!isfinite(line->y[i]) || !(share >= from) || share > to) continue;
    sum += line->y[i];
    n++;
  }
  return n ? sum / (double)n : (double)NAN;
}

/* How the last quarter compares with the one before it. */
static const char *trend(const struct series_plan *plan, const struct line_series *line,
                         int direction)
{
  double low = (double)INFINITY, high = -(double)INFINITY, change;

  if (line->count < TREND_POINTS || !(line->x[line->count - 1] > line->x[0])) return "";
  for (size_t i = 0; i < line->count; i++) {
    if (!isfinite(line->y[i])) continue;
    low = fmin(low, line->y[i]);
    high = fmax(high, line->y[i]);
  }
  change = mean_over(line, 0.75, 1) - mean_over(line, 0.5, 0.75);
  if (!(high > low) || isnan(change)) return "";
  if (fabs(change) < STILL * (high - low))
    return " It has hardly moved in the last quarter of the run.";
  if (!direction) return "";
  if (change * direction > 0)
    return pool_printf(
        plan->pool,
        " It was still getting better: the last quarter is on average %s %s than the "
        "one before.",
        number(plan, fabs(change)), change > 0 ? "higher" : "lower");
  return pool_printf(plan->pool,
                     " It was getting worse: the last quarter is on average %s %s than the one "
                     "before.",
                     number(plan, fabs(change)), change > 0 ? "higher" : "lower");
}

/* The value of a line at x: that of its last point up to there. */
static double value_at(const struct line_series *line, double x)
{
  double value = (double)NAN;

  for (size_t i = 0; i < line->count; i++) {
    if (line->x[i] > x && !isnan(value)) break;
    if (isfinite(line->y[i])) value = line->y[i];
  }
  return value;
}

static size_t best_index(const struct line_series *line, int direction)
{
  size_t best = line->count;

  for (size_t i = 0; i < line->count; i++) {
    if (!isfinite(line->y[i])) continue;
    if (best == line->count ||
        (direction > 0 ? line->y[i] > line->y[best] : line->y[i] < line->y[best]))
      best = i;
  }
  return best;
}

static double last_of(const struct line_series *line)
{
  for (size_t i = line->count; i-- > 0;)
    if (isfinite(line->y[i])) return line->y[i];
  return (double)NAN;
}

/* "epoch 12" or "0:10:02" of a place on the axis. */
static const char *place_words(const struct series_plan *plan, double x)
{
  char out[NUMBER_SIZE];

  switch (plan->x) {
    case SERIES_X_EPOCH: return pool_printf(plan->pool, "epoch %s", number_short(out, x, 4));
    case SERIES_X_ELAPSED: return pool_printf(plan->pool, "%s", number_duration(out, x));
    case SERIES_X_TIME: return "that time";
    case SERIES_X_STEP: break;
  }
  return series_where(plan, 0, (int64_t)llround(x));
}

/* Training beside validation: where validation is best, the gap there, and whether
 * it got worse while training went on getting better. */
static const char *read_pair(const struct series_plan *plan, const struct line_series *train,
                             const struct line_series *validation, int direction)
{
  const size_t best = best_index(validation, direction);
  double at, there, range, worse, better;
  const char *text;

  if (best == validation->count) return "";
  at = validation->x[best];
  there = value_at(train, at);
  if (isnan(there)) return "";
  text = pool_printf(plan->pool,
                     "Validation is best (%s) at %s; training stands at %s there, a gap of %s.",
                     number(plan, validation->y[best]), place_words(plan, at), number(plan, there),
                     number(plan, fabs(validation->y[best] - there)));
  worse = (validation->y[best] - last_of(validation)) * direction;
  better = (last_of(train) - there) * direction;
  range = fabs(validation->y[best] - validation->y[0]);
  if (worse > 0.1 * range && worse > 0 && better > 0)
    return pool_printf(plan->pool,
                       "%s After that validation got worse, to %s, while training got better, to "
                       "%s: overfitting.",
                       text, number(plan, last_of(validation)), number(plan, last_of(train)));
  return text;
}

static const char *read_one(const struct series_plan *plan, const struct series_item *item,
                            const struct line_series *line)
{
  const double first = item->totals.first.number, last = item->totals.last.number;
  const int direction = metric_direction(item->metric);
  const char *text, *ends[2];

  number_both(plan, first, last, ends);
  if (!(item->totals.min.number < item->totals.max.number))
    return "It has the same value everywhere.";
  if (isfinite(first) && isfinite(last))
    text = pool_printf(plan->pool, "From %s at first to %s at last.", ends[0], ends[1]);
  else
    text =
        pool_printf(plan->pool, "The %s value is not finite.", isfinite(first) ? "last" : "first");
  return pool_printf(plan->pool, "%s%s", text, trend(plan, line, direction));
}

/* Which line ends best, and how far the others are. */
static const char *read_many(const struct series_plan *plan, const struct series_group *group,
                             const struct line_chart *chart)
{
  const int direction = metric_direction(group->items[0]->metric);
  size_t best = chart->series_count, worst = best;

  if (!direction || group->on_request) return "";
  for (size_t i = 0; i < chart->series_count; i++) {
    const double end = last_of(&chart->series[i]);

    if (isnan(end) || !chart->series[i].name) continue;
    if (best == chart->series_count || (end - last_of(&chart->series[best])) * direction > 0)
      best = i;
    if (worst == chart->series_count || (end - last_of(&chart->series[worst])) * direction < 0)
      worst = i;
  }
  if (best == worst) return "";
  return pool_printf(plan->pool, "At the end %s is best with %s, %s last with %s.",
                     chart->series[best].name, number(plan, last_of(&chart->series[best])),
                     chart->series[worst].name, number(plan, last_of(&chart->series[worst])));
}

/* Where values began to be no numbers. */
static const char *read_nan(const struct series_plan *plan, const struct series_group *group)
{
  for (size_t i = 0; i < group->count; i++) {
    const struct metric *metric = group->items[i]->metric;

    if (!group->items[i]->totals.nan_count || metric->is_long) continue;
    for (size_t k = 0; k < metric->count; k++)
      if (isnan(metric->values[k]))
        return pool_printf(plan->pool, " Red ticks at the bottom are NaN, the first at %s.",
                           series_where(plan, group->items[i]->run, metric->steps[k]));
  }
  return "";
}

static const struct line_series *line_of(const struct series_group *group,
                                         const struct line_chart *chart, enum phase phase)
{
  for (size_t i = 0; i < group->count; i++)
    if (group->items[i]->phase == phase) return &chart->series[i];
  return NULL;
}

const char *series_caption(const struct series_plan *plan, const struct series_group *group,
                           const struct line_chart *chart)
{
  const struct metric *metric = group->items[0]->metric;
  const int direction = metric_direction(metric);
  const struct line_series *validation = line_of(group, chart, PHASE_VALIDATION);
  const struct line_series *train = line_of(group, chart, PHASE_TRAIN);
  const char *text = "";

  if (!train) train = line_of(group, chart, PHASE_NONE);
  if (plan->request->run_count == 1 && group->count == 1)
    text = read_one(plan, group->items[0], &chart->series[0]);
  else if (plan->request->run_count == 1 && !group->on_request && validation && train && direction)
    text = read_pair(plan, train, validation, direction);
  else if (plan->request->run_count > 1)
    text = read_many(plan, group, chart);
  text = pool_printf(plan->pool, "%s%s", text, read_nan(plan, group));
  while (*text == ' ') text++;
  if (!*metric->description || group->on_request) return text;
  return pool_printf(plan->pool, "%s%s%s", metric->description, *text ? " – " : "", text);
}
