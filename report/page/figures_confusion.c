#include <math.h>
#include <string.h>

#include "chart/number.h"
#include "page/figure_words.h"
#include "page/figures_curves.h"
#include "page/tables_classification.h"

/* Above so many classes cells are smaller than three pixels. */
#define CLASSES_DRAWN 200

/* Above so many classes the table has a row for each cell that is not zero. */
#define CLASSES_ABREAST 30

static void add_square_table(const struct curve_maker *m, struct figure *figure)
{
  const struct confusion *confusion = &m->result->classification.confusion;
  const size_t classes = confusion->classes;

  figure->data = table_begin(m->pool, classes, classes + 1);
  table_texts(&figure->data, 0, "true_label", m->source->class_names);
  for (size_t k = 0; k < classes; k++) {
    double *cells = POOL_ARRAY(m->pool, classes, double);

    for (size_t row = 0; row < classes; row++) cells[row] = confusion->cell[row * classes + k];
    table_numbers(&figure->data, k + 1, m->source->class_names[k], cells);
  }
}

static void add_long_table(const struct curve_maker *m, struct figure *figure)
{
  const struct confusion *confusion = &m->result->classification.confusion;
  struct class_pair pair;
  const char **actual, **predicted;
  double *rows;
  size_t count = 0, i = 0;

  for (size_t at = 0; confusion_next(confusion, &at, &pair);) count++;
  actual = POOL_ARRAY(m->pool, count, const char *);
  predicted = POOL_ARRAY(m->pool, count, const char *);
  rows = POOL_ARRAY(m->pool, count, double);
  for (size_t at = 0; confusion_next(confusion, &at, &pair); i++) {
    actual[i] = m->source->class_names[pair.actual];
    predicted[i] = m->source->class_names[pair.predicted];
    rows[i] = pair.weight;
  }
  figure->data = table_begin(m->pool, count, 3);
  table_texts(&figure->data, 0, "true_label", actual);
  table_texts(&figure->data, 1, "predicted_label", predicted);
  table_numbers(&figure->data, 2, "rows", rows);
}

/* What made a score a predicted class, where it is not what people expect. */
static const char *boundary_words(const struct curve_maker *m)
{
  if (!m->result->classification.is_split_at_zero) return "";
  return pool_printf(m->pool, " Scores are no probabilities: above 0 counts as %s.",
                     m->source->class_names[1]);
}

static const char *confusion_caption(const struct curve_maker *m)
{
  const struct confusion *from = &m->result->classification.confusion;
  const char *sentence, *most = "";
  char right[NUMBER_SIZE], all[NUMBER_SIZE], count[NUMBER_SIZE], of[NUMBER_SIZE];
  struct class_pair top;

  sentence = pool_printf(m->pool, "%s of %s rows%s are predicted right, on the diagonal.",
                         number_count(right, from->accuracy * from->total),
                         number_count(all, from->total), m->source->weights ? " of weight" : "");
  if (confusion_top(from, &top, 1))
    most = pool_printf(m->pool, " The most frequent confusion: %s of %s %s rows are called %s.",
                       number_count(count, top.weight),
                       number_count(of, from->per_class[top.actual].support),
                       m->source->class_names[top.actual], m->source->class_names[top.predicted]);
  return pool_printf(m->pool, "%s%s%s", sentence, most, boundary_words(m));
}

static const char *how_to_read(const struct matrix_chart *chart)
{
  if (chart->look == MATRIX_CIRCLES)
    return "The area of a circle is its count; bars at the margins are the rows of each true and "
           "of each predicted class.";
  return chart->class_count > CLASSES_ABREAST
             ? "Shades are shares of the row, the true class."
             : "Percentages and shades are shares of the row, the true class.";
}

/* Its method stands beside it in the table of all numbers. */
static const char *balanced_words(const struct curve_maker *m, double value,
                                  const struct interval *interval)
{
  char number[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];

  number_metric(number, value);
  if (!interval_is_defined(interval)) return pool_printf(m->pool, "%s", number);
  return pool_printf(m->pool, "%s (%s–%s)", number, number_metric(low, interval->lo),
                     number_metric(high, interval->hi));
}

/* Without its numbers: "bootstrap" of "bootstrap, 2000 resamples". */
static const char *method_name(struct pool *pool, const struct interval *interval)
{
  const char *method = interval->method ? interval->method : "";

  return pool_printf(pool, "%.*s", (int)strcspn(method, ","), method);
}

void figures_add_confusion(const struct curve_maker *m)
{
  const struct classification_result *result = &m->result->classification;
  const struct confusion *confusion = &result->confusion;
  struct figure *figure = figures_add(m->figures, FIGURE_MATRIX, m->section,
                                      pool_printf(m->pool, "confusion-%s", m->source->name));
  struct matrix_chart *chart = &figure->chart.matrix;
  const struct interval balanced = scalar_table_interval(&result->scalars, "balanced_accuracy");
  const struct interval *accuracy = &result->accuracy;
  char classes[NUMBER_SIZE];

  chart->classes = m->source->class_names;
  chart->class_count = confusion->classes;
  chart->cells = confusion->cell;
  chart->look = m->style ? m->style->confusion : MATRIX_CELLS;
  figures_finish_text(m, figure, "Confusion matrix",
                      pool_printf(m->pool, "accuracy %s, balanced %s, %s",
                                  figures_with_interval(m->pool, confusion->accuracy, *accuracy,
                                                        method_name(m->pool, accuracy)),
                                  balanced_words(m, confusion->balanced_accuracy, &balanced),
                                  words_rows_short(m->pool, m->result)),
                      NULL, NULL);
  if (confusion->reason) {
    chart->text.message = m->result->reason;
    return;
  }
  if (confusion->classes > CLASSES_DRAWN)
    chart->text.message = pool_printf(
        m->pool,
        "A matrix of %s classes cannot be read. The most frequent confusions and the numbers of "
        "each class are listed below.",
        number_count(classes, (double)confusion->classes));
  figure->caption = chart->text.message
                        ? confusion_caption(m)
                        : pool_printf(m->pool, "%s %s", confusion_caption(m), how_to_read(chart));
  if (m->result->dropped || m->result->weightless)
    figure->caption = pool_printf(m->pool, "%s Here %s.", figure->caption, m->of);
  if (confusion->classes > CLASSES_ABREAST)
    add_long_table(m, figure);
  else
    add_square_table(m, figure);
}

#define BARS 20

void figures_add_top_confusions(const struct curve_maker *m)
{
  const struct confusion *from = &m->result->classification.confusion;
  struct class_pair top[BARS];
  const size_t count = confusion_top(from, top, BARS);
  struct figure *figure;
  struct bar *bars;
  double wrong = 0, shown = 0;
  const char **pair = POOL_ARRAY(m->pool, count, const char *);
  double *rows = POOL_ARRAY(m->pool, count, double);
  char words[NUMBER_SIZE];

  if (from->classes <= TABLES_MANY_CLASSES || !count) return;
  figure = figures_add(m->figures, FIGURE_BAR, m->section,
                       pool_printf(m->pool, "top-confusions-%s", m->source->name));
  bars = POOL_ARRAY(m->pool, count, struct bar);
  wrong = from->total * (1 - from->accuracy);
  for (size_t i = 0; i < count; i++) {
    pair[i] = pool_printf(m->pool, "%s → %s", m->source->class_names[top[i].actual],
                          m->source->class_names[top[i].predicted]);
    rows[i] = top[i].weight;
    shown += rows[i];
    bars[i] = (struct bar){.name = pair[i], .value = rows[i]};
  }
  figure->chart.bar.bars = bars;
  figure->chart.bar.count = count;
  figure->chart.bar.no_rest = true;
  figure->chart.bar.has_counts = true;
  figures_finish_text(
      m, figure, "Most frequent confusions",
      pool_printf(m->pool, "true → predicted; the first %zu pairs hold %s of all wrong predictions",
                  count, number_percent(words, shown / wrong)),
      "Rows", NULL);
  figure->caption = pool_printf(
      m->pool, "%s rows are %s and were predicted as %s.", number_count(words, top[0].weight),
      m->source->class_names[top[0].actual], m->source->class_names[top[0].predicted]);
  figure->data = table_begin(m->pool, count, 2);
  table_texts(&figure->data, 0, "true_to_predicted", pair);
  table_numbers(&figure->data, 1, "rows", rows);
}
