#include "page/figures_series.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "stats/smooth.h"
#include "stats/summary.h"

/* Fewer points than this are drawn as they are. */
#define SMOOTH_FROM 100
/* A series is noisy when it goes up and down this many times its range. */
#define NOISE_TURNS 6.0
/* Runs that have a colour of their own in a comparison. */
#define COLOURED_RUNS 6

enum phase { PHASE_NONE, PHASE_TRAIN, PHASE_VALIDATION, PHASE_TEST };

/* How people name the phase a metric belongs to. */
static const struct {
  const char *word;
  enum phase phase;
} phase_words[] = {
    {"training", PHASE_TRAIN},   {"train", PHASE_TRAIN},    {"validation", PHASE_VALIDATION},
    {"valid", PHASE_VALIDATION}, {"val", PHASE_VALIDATION}, {"evaluation", PHASE_VALIDATION},
    {"eval", PHASE_VALIDATION},  {"dev", PHASE_VALIDATION}, {"test", PHASE_TEST},
};

/* One line to be drawn: a metric of a run. */
struct item {
  const struct metric *metric;
  size_t run;
  enum phase phase;
  const char *key; /* the name without its phase */
  bool used;
};

struct plan {
  struct figures *figures;
  struct pool *pool;
  const char *section;
  struct run *const *runs;
  const char *const *labels;
  size_t run_count;
  struct item *items;
  size_t item_count;
};

static enum phase split_phase(const char *name, const char **key)
{
  for (size_t i = 0; i < sizeof phase_words / sizeof *phase_words; i++) {
    const size_t length = strlen(phase_words[i].word);

    if (strncmp(name, phase_words[i].word, length) != 0 || !name[length] || !name[length + 1])
      continue;
    if (!strchr("/_-.", name[length])) continue;
    *key = name + length + 1;
    return phase_words[i].phase;
  }
  *key = name;
  return PHASE_NONE;
}

static bool has_word(const char *name, const char *const *words)
{
  for (; *words; words++)
    if (strcasestr(name, *words)) return true;
  return false;
}

int metric_direction(const struct metric *metric)
{
  static const char *const lower[] = {"loss", "err",        "mse", "mae", "rmse",
                                      "mape", "perplexity", "ppl", "nll", "brier",
                                      "ece",  "deviance",   NULL};
  static const char *const higher[] = {"acc", "auc",    "f1",          "precision", "recall",
                                       "r2",  "score",  "bleu",        "iou",       "dice",
                                       "map", "reward", "correlation", "kappa",     NULL};

  if (metric->goal == 1) return -1;
  if (metric->goal == 2) return 1;
  if (has_word(metric->name, lower)) return -1;
  if (has_word(metric->name, higher)) return 1;
  return 0;
}

static bool is_drawable(const struct metric *metric)
{
  size_t finite = 0;

  if (metric->kind != METRIC_SCALAR || !metric->values) return false;
  for (size_t i = 0; i < metric->count && finite < 2; i++) finite += !!isfinite(metric->values[i]);
  return finite == 2;
}

static void collect(struct plan *plan)
{
  size_t room = 0;

  for (size_t r = 0; r < plan->run_count; r++) room += plan->runs[r]->metric_count;
  plan->items = POOL_ARRAY(plan->pool, room, struct item);
  for (size_t r = 0; r < plan->run_count; r++) {
    for (size_t i = 0; i < plan->runs[r]->metric_count; i++) {
      struct item item = {.metric = &plan->runs[r]->metrics[i], .run = r};

      if (!is_drawable(item.metric)) continue;
      item.phase = split_phase(item.metric->name, &item.key);
      plan->items[plan->item_count++] = item;
    }
  }
}

static bool is_noisy(const double *value, size_t count, const struct summary *summary)
{
  double way = 0;

  if (count < SMOOTH_FROM || !(summary->max > summary->min)) return false;
  for (size_t i = 1; i < count; i++)
    if (isfinite(value[i]) && isfinite(value[i - 1])) way += fabs(value[i] - value[i - 1]);
  return way > NOISE_TURNS * (summary->max - summary->min);
}

/* The average reaches over about a fiftieth of the run. */
static double smoothing_weight(size_t count)
{
  return fmin(0.99, fmax(0.6, 1 - 50 / (double)count));
}

static void mark_best(struct line_series *line, const struct metric *metric,
                      const struct summary *summary, const double *x)
{
  const int direction = metric_direction(metric);
  const size_t at = direction < 0 ? summary->min_index : summary->max_index;

  if (!direction || at >= metric->count || line->raw_count) return;
  line->has_ring = true;
  line->ring_x = x[at];
  line->ring_y = metric->values[at];
}

static const double *steps_of(struct pool *pool, const struct metric *metric)
{
  double *x = POOL_ARRAY(pool, metric->count, double);

  for (size_t i = 0; i < metric->count; i++) x[i] = (double)metric->steps[i];
  return x;
}

/* "last 0.213, lowest 0.199 at step 41", and the NaN if there are any. */
static const char *describe(struct pool *pool, const struct metric *metric,
                            const struct summary *summary)
{
  const int direction = metric_direction(metric);
  const size_t at = direction > 0 ? summary->max_index : summary->min_index;
  char last[NUMBER_SIZE], best[NUMBER_SIZE], low[NUMBER_SIZE];
  const char *text;

  number_metric(last, summary->last);
  if (direction)
    text =
        pool_printf(pool, "last %s, %s %s at step %lld", last, direction > 0 ? "highest" : "lowest",
                    number_metric(best, metric->values[at]), (long long)metric->steps[at]);
  else
    text = pool_printf(pool, "last %s, from %s to %s", last, number_metric(low, summary->min),
                       number_metric(best, summary->max));
  if (summary->nan) text = pool_printf(pool, "%s, %zu NaN", text, summary->nan);
  return text;
}

/* Fills a line from an item.  Returns the smoothing weight, 0 when not smoothed. */
static double make_line(struct plan *plan, const struct item *item, struct line_series *line,
                        struct summary *summary)
{
  const struct metric *metric = item->metric;
  const double *x = steps_of(plan->pool, metric);
  double weight = 0;

  summary_compute(summary, metric->values, metric->count);
  *line = (struct line_series){
      .name = metric->name, .x = x, .y = metric->values, .count = metric->count};
  if (is_noisy(metric->values, metric->count, summary)) {
    double *smooth = POOL_ARRAY(plan->pool, metric->count, double);

    weight = smoothing_weight(metric->count);
    smooth_ema(smooth, metric->values, metric->count, weight);
    line->raw_x = x;
    line->raw_y = metric->values;
    line->raw_count = metric->count;
    line->y = smooth;
  }
  if (item->phase != PHASE_TRAIN) mark_best(line, metric, summary, x);
  return weight;
}

static bool group_has_phase(const struct item *const *group, size_t count, enum phase phase)
{
  for (size_t i = 0; i < count; i++)
    if (group[i]->phase == phase) return true;
  return false;
}

/* Who is dashed, and whose colour is whose: training takes the colour of the
 * validation beside it; runs have a colour each. */
static void assign_roles(const struct plan *plan, struct line_series *lines,
                         const struct item *const *group, size_t count)
{
  const bool paired = group_has_phase(group, count, PHASE_VALIDATION);

  for (size_t i = 0; i < count; i++) {
    const enum phase phase = group[i]->phase;
    const bool is_train = phase == PHASE_TRAIN || (phase == PHASE_NONE && paired);

    if (paired && is_train) lines[i].role = LINE_TRAIN;
    if (plan->run_count > 1) {
      lines[i].hue = (unsigned)(group[i]->run % COLOURED_RUNS) + 1;
      if (group[i]->run >= COLOURED_RUNS) lines[i].role = LINE_CONTEXT;
    } else if (paired && phase != PHASE_TEST) {
      lines[i].hue = 1;
    } else if (paired) {
      lines[i].hue = 2;
    }
  }
}

static struct data_table points_table(const struct plan *plan, const struct item *const *group,
                                      size_t count)
{
  size_t rows = 0, at = 0;
  const char **name, **run;
  int64_t *step, *time;
  double *value;
  struct data_table table;

  for (size_t i = 0; i < count; i++) rows += group[i]->metric->count;
  run = POOL_ARRAY(plan->pool, rows, const char *);
  name = POOL_ARRAY(plan->pool, rows, const char *);
  step = POOL_ARRAY(plan->pool, rows, int64_t);
  time = POOL_ARRAY(plan->pool, rows, int64_t);
  value = POOL_ARRAY(plan->pool, rows, double);
  for (size_t i = 0; i < count; i++) {
    const struct metric *metric = group[i]->metric;

    for (size_t k = 0; k < metric->count; k++, at++) {
      run[at] = plan->runs[group[i]->run]->id;
      name[at] = metric->name;
      step[at] = metric->steps[k];
      time[at] = metric->times_us[k];
      value[at] = metric->values[k];
    }
  }
  table = table_begin(plan->pool, rows, 5);
  table_texts(&table, 0, "run", run);
  table_texts(&table, 1, "metric", name);
  table_integers(&table, 2, "step", step);
  table_integers(&table, 3, "time_us", time);
  table_numbers(&table, 4, "value", value);
  return table;
}

/* The name of a line: the metric's in a pair, the run's in a comparison. */
static const char *line_name(const struct plan *plan, const struct item *item, bool alone)
{
  const char *run = plan->labels[item->run];

  if (plan->run_count == 1) return alone ? NULL : item->metric->name;
  return run;
}

static void add_group(struct plan *plan, const struct item *const *group, size_t count)
{
  struct figure *figure =
      figures_add(plan->figures, FIGURE_LINE, plan->section,
                  count == 1 || plan->run_count > 1 ? group[0]->metric->name : group[0]->key);
  struct line_chart *chart = &figure->chart.line;
  struct line_series *lines = POOL_ARRAY(plan->pool, count, struct line_series);
  const char *subtitle = "";
  double weight = 0;

  for (size_t i = 0; i < count; i++) {
    struct summary summary;
    const double own = make_line(plan, group[i], &lines[i], &summary);
    const char *said = describe(plan->pool, group[i]->metric, &summary);

    weight = fmax(weight, own);
    lines[i].name = line_name(plan, group[i], count == 1);
    if (count == 1)
      subtitle = said;
    else if (i < 3)
      subtitle = pool_printf(plan->pool, "%s%s%s: %s", subtitle, i ? "; " : "",
                             lines[i].name ? lines[i].name : "", said);
  }
  assign_roles(plan, lines, group, count);
  if (weight > 0) {
    char number[NUMBER_SIZE];

    subtitle = pool_printf(plan->pool, "%s. Faint: raw, bold: average (EMA %s)", subtitle,
                           number_short(number, weight, 3));
  }
  figure->title = count == 1 || plan->run_count > 1 ? group[0]->metric->name : group[0]->key;
  chart->text =
      (struct chart_text){.title = figure->title,
                          .subtitle = subtitle,
                          .x_name = "Step",
                          .y_name = *group[0]->metric->unit ? group[0]->metric->unit : NULL};
  chart->series = lines;
  chart->series_count = count;
  chart->x_kind = LINE_X_STEP;
  figure->alt =
      pool_printf(plan->pool, "Line chart of %s over steps: %s.", figure->title, subtitle);
  figure->caption = *group[0]->metric->description ? group[0]->metric->description : "";
  figure->data = points_table(plan, group, count);
}

/* Of one run, what has the same key belongs together; of several, what has the
 * same name. */
static bool belong_together(const struct plan *plan, const struct item *a, const struct item *b)
{
  if (plan->run_count > 1) return strcmp(a->metric->name, b->metric->name) == 0;
  return strcmp(a->key, b->key) == 0;
}

/* ---- lists, rows and tables ---- */

static const struct metric_column *numeric_column(const struct metric *metric, size_t wanted)
{
  for (size_t i = 0; i < metric->column_count; i++)
    if (metric->columns[i].numbers && wanted-- == 0) return &metric->columns[i];
  return NULL;
}

static size_t count_numeric(const struct metric *metric)
{
  size_t count = 0;

  while (numeric_column(metric, count)) count++;
  return count;
}

static bool falls(const struct metric_column *column)
{
  for (size_t i = 1; i < column->count; i++)
    if (!(column->numbers[i] <= column->numbers[i - 1])) return false;
  return true;
}

static bool rises(const struct metric_column *column)
{
  for (size_t i = 1; i < column->count; i++)
    if (!(column->numbers[i] >= column->numbers[i - 1])) return false;
  return true;
}

static struct data_table columns_table(struct pool *pool, const struct metric *metric)
{
  struct data_table table =
      table_begin(pool, metric->column_count ? metric->columns[0].count : 0, metric->column_count);

  for (size_t i = 0; i < metric->column_count; i++) {
    const struct metric_column *column = &metric->columns[i];

    if (column->texts)
      table_texts(&table, i, column->name, column->texts);
    else if (column->integers && !column->missing)
      table_integers(&table, i, column->name, column->integers);
    else
      table_numbers(&table, i, column->name, column->numbers);
  }
  return table;
}

/* A column against another that goes back and forth: as a line it would be a
 * scribble, so it is drawn as points. */
static void add_points(struct plan *plan, const struct metric *metric,
                       const struct metric_column *x, const struct metric_column *y)
{
  struct figure *figure = figures_add(plan->figures, FIGURE_SCATTER, plan->section, metric->name);
  struct scatter_chart *chart = &figure->chart.scatter;

  figure->title = metric->name;
  chart->text =
      (struct chart_text){.title = metric->name,
                          .subtitle = pool_printf(plan->pool, "table of %zu rows", x->count),
                          .x_name = x->name,
                          .y_name = y->name};
  chart->x = x->numbers;
  chart->y = y->numbers;
  chart->count = x->count;
  figure->alt = pool_printf(plan->pool, "Points of the table %s: %s against %s.", metric->name,
                            y->name, x->name);
  figure->data = columns_table(plan->pool, metric);
}

/* Two numeric columns: one against the other.  More: the first is x if it rises,
 * else the row's number is, and every other column is a line. */
static void add_columns(struct plan *plan, const struct metric *metric)
{
  const size_t numeric = count_numeric(metric);
  const struct metric_column *first = numeric_column(metric, 0);
  const bool has_x = numeric == 2 || (numeric > 2 && rises(first));
  const size_t from = has_x ? 1 : 0;
  struct figure *figure;
  struct line_chart *chart;
  struct line_series *lines;

  if (!numeric || first->count < 2) return;
  if (numeric == 2 && !rises(first) && !falls(first)) {
    add_points(plan, metric, first, numeric_column(metric, 1));
    return;
  }
  figure = figures_add(plan->figures, FIGURE_LINE, plan->section, metric->name);
  chart = &figure->chart.line;
  lines = POOL_ARRAY(plan->pool, numeric, struct line_series);
  for (size_t i = from; i < numeric; i++) {
    const struct metric_column *column = numeric_column(metric, i);

    lines[i - from] = (struct line_series){.name = numeric - from > 1 ? column->name : NULL,
                                           .x = has_x ? first->numbers : NULL,
                                           .y = column->numbers,
                                           .count = column->count};
  }
  figure->title = metric->name;
  chart->text = (struct chart_text){
      .title = metric->name,
      .subtitle = pool_printf(plan->pool, "%s of %zu %s",
                              metric->kind == METRIC_LIST  ? "list"
                              : metric->kind == METRIC_ROW ? "rows, a table"
                                                           : "table",
                              first->count, metric->kind == METRIC_LIST ? "values" : "rows"),
      .x_name = has_x ? first->name : "Index",
      .y_name = numeric - from == 1 && metric->kind != METRIC_LIST
                    ? numeric_column(metric, from)->name
                    : NULL};
  chart->series = lines;
  chart->series_count = numeric - from;
  chart->x_kind = has_x ? LINE_X_NUMBER : LINE_X_STEP;
  figure->alt = pool_printf(plan->pool, "Line chart of the %s %s.",
                            metric->kind == METRIC_LIST ? "list" : "table", metric->name);
  figure->data = columns_table(plan->pool, metric);
}

void figures_of_metrics(struct figures *figures, const char *section, struct run *const *runs,
                        const char *const *labels, size_t run_count)
{
  struct plan plan = {.figures = figures,
                      .pool = figures->pool,
                      .section = section,
                      .runs = runs,
                      .labels = labels,
                      .run_count = run_count};

  collect(&plan);
  for (size_t i = 0; i < plan.item_count; i++) {
    const struct item **group = POOL_ARRAY(plan.pool, plan.item_count - i, const struct item *);
    size_t count = 0;

    if (plan.items[i].used) continue;
    for (size_t k = i; k < plan.item_count; k++) {
      if (plan.items[k].used || !belong_together(&plan, &plan.items[i], &plan.items[k])) continue;
      plan.items[k].used = true;
      group[count++] = &plan.items[k];
    }
    add_group(&plan, group, count);
  }
  for (size_t r = 0; r < run_count; r++)
    for (size_t i = 0; i < runs[r]->metric_count; i++)
      if (runs[r]->metrics[i].kind != METRIC_SCALAR) add_columns(&plan, &runs[r]->metrics[i]);
}
