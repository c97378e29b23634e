#include "page/figures_classification.h"

#include "chart/number.h"
#include "page/figure_words.h"
#include "page/figures_curves.h"

/* What a chart stands on, and what it leaves out. */
static const char *describe_classes(const struct curve_maker *m)
{
  const size_t classes = m->source->class_count;
  const char *rows =
      pool_printf(m->pool, "%s%s", words_rows(m->pool, m->result),
                  m->result->classification.scores_are_equal ? ", all scores equal" : "");
  char n[NUMBER_SIZE], support[NUMBER_SIZE];

  if (m->positive < classes)
    return pool_printf(
        m->pool, "%s, positive = %s%s (%s)", rows, m->source->class_names[m->positive],
        m->source->positive ? "" : ", the last class",
        m->curves->classes ? number_count(support, m->curves->per_class[m->positive].support)
                           : "–");
  rows = pool_printf(m->pool, "%s, %s classes", rows, number_count(n, (double)classes));
  if (classes > EVALUATE_CURVES_SHOWN)
    return pool_printf(m->pool, "%s; the %d of lowest AUC, 3 in colour", rows,
                       EVALUATE_CURVES_SHOWN);
  if (classes > EVALUATE_CURVES_TOLD_APART)
    return pool_printf(m->pool, "%s; in colour the 3 of lowest AUC", rows);
  return rows;
}

void figures_of_classification(struct figures *figures, const char *section,
                               const struct evaluation_result *result,
                               const struct classification_style *style)
{
  const struct classification_result *from = &result->classification;
  struct curve_maker m = {.figures = figures,
                          .pool = figures->pool,
                          .section = section,
                          .result = result,
                          .source = result->source,
                          .curves = &from->curves,
                          .positive = from->positive,
                          .style = style};
  const bool is_binary = from->positive < result->source->class_count;
  struct shown_curve *shown;
  size_t count;

  if (!from->confusion.per_class) return;
  m.of = words_rows(m.pool, result);
  figures_add_confusion(&m);
  figures_add_top_confusions(&m);
  if (!from->has_scores) return;
  m.of = describe_classes(&m);
  count = figures_list_shown(&m, &shown);
  figures_add_roc(&m, shown, count);
  figures_add_pr(&m, shown, count);
  figures_add_gain(&m, shown, count);
  figures_add_calibration(&m, shown, count);
  if (is_binary)
    figures_add_det(&m);
  else
    figures_add_top_label(&m);
  figures_add_scores(&m);
  if (is_binary) figures_add_ks(&m);
  figures_add_lift(&m, shown, count);
}
