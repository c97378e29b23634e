#include "page/figures_curves.h"

#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figure_words.h"

const char *figures_metric_text(struct pool *pool, const char *name, double value)
{
  char number[NUMBER_SIZE];
  const char *text = isnan(value) ? "n/a" : number_metric(number, value);

  return name ? pool_printf(pool, "%s %s", name, text) : pool_printf(pool, "%s", text);
}

const char *figures_with_interval(struct pool *pool, double value, struct interval interval,
                                  const char *method)
{
  char number[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];

  number_metric(number, value);
  if (isnan(interval.lo) || isnan(interval.hi))
    return interval.reason ? pool_printf(pool, "%s (CI n/a: %s)", number, interval.reason)
                           : pool_printf(pool, "%s", number);
  return pool_printf(pool, "%s (95 %% CI %s–%s, %s)", number, number_metric(low, interval.lo),
                     number_metric(high, interval.hi), method);
}

size_t figures_list_shown(const struct curve_maker *m, struct shown_curve **out)
{
  const struct classification_result *from = &m->result->classification;
  struct shown_curve *shown = POOL_ARRAY(m->pool, from->curves_shown + 3, struct shown_curve);
  size_t count = 0;

  *out = shown;
  if (m->positive < m->source->class_count) {
    shown[0] = (struct shown_curve){m->source->class_names[m->positive],
                                    &m->curves->per_class[m->positive], CURVE_CLASS, 1};
    return m->curves->classes ? 1 : 0;
  }
  if (m->curves->present > 1) {
    shown[count++] = (struct shown_curve){"macro", &m->curves->macro, CURVE_MACRO, 0};
    shown[count++] = (struct shown_curve){"weighted", &m->curves->weighted, CURVE_WEIGHTED, 0};
  }
  if (m->curves->rows)
    shown[count++] = (struct shown_curve){"micro", &m->curves->micro, CURVE_MICRO, 0};
  for (size_t i = 0; i < from->curves_shown; i++) {
    const size_t k = from->shown_class[i];

    shown[count++] = (struct shown_curve){m->source->class_names[k], &m->curves->per_class[k],
                                          CURVE_CLASS, (unsigned)(i % 12) + 1};
  }
  return count;
}

struct chart_curve *figures_chart_curves(const struct curve_maker *m,
                                         const struct shown_curve *shown, size_t count,
                                         pick_curve pick, const char *number_name,
                                         pick_number number, enum curve_shape shape, size_t *drawn)
{
  struct chart_curve *curves = POOL_ARRAY(m->pool, count, struct chart_curve);

  *drawn = 0;
  for (size_t i = 0; i < count; i++) {
    const struct curve *from = pick(shown[i].from);

    if (!from->count) continue;
    curves[(*drawn)++] = (struct chart_curve){
        .name = shown[i].name,
        .value = figures_metric_text(m->pool, number_name, number(m, &shown[i])),
        .x = from->x,
        .y = from->y,
        .count = from->count,
        .role = shown[i].role,
        .shape = shape,
        .hue = shown[i].hue};
  }
  return curves;
}

struct data_table figures_curve_table(const struct curve_maker *m, const struct shown_curve *shown,
                                      size_t count, pick_curve pick, const char *x_name,
                                      const char *y_name)
{
  struct data_table table;
  size_t rows = 0, at = 0;
  const char **name;
  double *x, *y, *threshold;

  for (size_t i = 0; i < count; i++) rows += pick(shown[i].from)->count;
  name = POOL_ARRAY(m->pool, rows, const char *);
  x = POOL_ARRAY(m->pool, rows, double);
  y = POOL_ARRAY(m->pool, rows, double);
  threshold = POOL_ARRAY(m->pool, rows, double);
  for (size_t i = 0; i < count; i++) {
    const struct curve *from = pick(shown[i].from);

    for (size_t k = 0; k < from->count; k++, at++) {
      name[at] = shown[i].name;
      x[at] = from->x[k];
      y[at] = from->y[k];
      threshold[at] = from->threshold[k];
    }
  }
  table = table_begin(m->pool, rows, 4);
  table_texts(&table, 0, "curve", name);
  table_numbers(&table, 1, x_name, x);
  table_numbers(&table, 2, y_name, y);
  table_numbers(&table, 3, "threshold", threshold);
  return table;
}

struct curve_reference figures_reference(struct pool *pool, const char *label, size_t count,
                                         const double *x, const double *y)
{
  return (struct curve_reference){.label = label,
                                  .x = pool_copy(pool, x, count, sizeof *x),
                                  .y = pool_copy(pool, y, count, sizeof *y),
                                  .count = count};
}

const char *figures_why_empty(const struct curve_maker *m)
{
  const char *one = words_present(m->pool, m->result);

  if (m->result->reason) return m->result->reason;
  if (one) return pool_printf(m->pool, "%s: undefined, as a curve needs two classes", one);
  if (m->curves->reason) return m->curves->reason;
  if (m->positive < m->source->class_count) return m->curves->per_class[m->positive].reason;
  return NULL;
}

void figures_finish_text(const struct curve_maker *m, struct figure *figure, const char *title,
                         const char *subtitle, const char *x_name, const char *y_name)
{
  struct chart_text *text = figure_text(figure);

  figure->title = pool_printf(m->pool, "%s: %s", title, m->source->name);
  text->title = title;
  text->subtitle = subtitle;
  text->x_name = x_name;
  text->y_name = y_name;
  figure->alt = pool_printf(m->pool, "%s of evaluation %s. %s. The table of points follows.", title,
                            m->source->name, subtitle ? subtitle : "");
}

const char *figures_other_class(const struct curve_maker *m)
{
  return m->source->class_names[m->positive ? 0 : 1];
}

static const char *rule_words(enum threshold_kind kind)
{
  switch (kind) {
    case THRESHOLD_MAX_F1: return " (highest F1)";
    case THRESHOLD_MAX_J: return " (highest Youden J)";
    case THRESHOLD_COST: return " (lowest cost)";
    case THRESHOLD_FIXED:
    case THRESHOLD_BALANCED:
    case THRESHOLD_FPR_1: break;
  }
  return "";
}

const char *figures_found_sentence(const struct curve_maker *m, enum threshold_kind kind)
{
  const struct threshold_row *row = threshold_table_row(&m->curves->thresholds, kind);
  const char *positive, *rows = m->source->weights ? " of weight" : "";
  char threshold[NUMBER_SIZE], tp[NUMBER_SIZE], all[NUMBER_SIZE], fp[NUMBER_SIZE],
      rest[NUMBER_SIZE];

  if (!row) return "";
  positive = m->source->class_names[m->positive];
  return pool_printf(
      m->pool, "At threshold %s%s, %s of %s %s rows%s are found and %s of %s %s rows%s called %s.",
      number_metric(threshold, row->threshold), rule_words(kind), number_count(tp, row->tp),
      number_count(all, row->tp + row->fn), positive, rows, number_count(fp, row->fp),
      number_count(rest, row->fp + row->tn), figures_other_class(m), rows, positive);
}

const char *figures_extremes(const struct curve_maker *m,
                             double (*number)(const struct class_curves *from))
{
  double lowest = (double)INFINITY, highest = -(double)INFINITY;
  size_t low = 0, high = 0, found = 0;
  char words[NUMBER_SIZE], more[NUMBER_SIZE];

  for (size_t k = 0; k < m->curves->classes; k++) {
    const double value = number(&m->curves->per_class[k]);

    if (isnan(value)) continue;
    found++;
    if (value > highest) high = k;
    if (value < lowest) low = k;
    highest = fmax(highest, value);
    lowest = fmin(lowest, value);
  }
  if (found < 2) return "";
  return pool_printf(m->pool, "Highest: %s (%s); lowest: %s (%s).", m->source->class_names[high],
                     number_metric(words, highest), m->source->class_names[low],
                     number_metric(more, lowest));
}
