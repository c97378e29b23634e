#include "analysis/evaluate_scores.h"

#include <math.h>
#include <stdlib.h>

struct area {
  double auc;
  size_t class;
};

static int by_area(const void *left, const void *right)
{
  const struct area *a = left;
  const struct area *b = right;

  if (a->auc != b->auc) return a->auc < b->auc ? -1 : 1;
  return a->class < b->class ? -1 : a->class > b->class;
}

static void choose_curves(struct classification_result *out, struct pool *pool)
{
  const size_t classes = out->curves.classes;
  struct area *areas = POOL_ARRAY(pool, classes, struct area);

  for (size_t k = 0; k < classes; k++) {
    const double auc = out->curves.per_class[k].roc.auc;

    areas[k] = (struct area){isnan(auc) ? 2 : auc, k};
  }
  if (classes > EVALUATE_CURVES_TOLD_APART) qsort(areas, classes, sizeof *areas, by_area);
  out->curves_shown = classes < EVALUATE_CURVES_SHOWN ? classes : EVALUATE_CURVES_SHOWN;
  out->shown_class = POOL_ARRAY(pool, out->curves_shown, size_t);
  for (size_t i = 0; i < out->curves_shown; i++) out->shown_class[i] = areas[i].class;
}

/* How often the predicted class is right, against the probability it was given. */
static int calibrate_top_label(struct classification_result *out)
{
  const struct predictions *in = &out->view.data;
  double *score;
  int32_t *is_right;
  struct sweep sweep;
  int status = -1;

  if (!out->view.sums_to_one || in->classes < 3 || in->rows == 0) return 0;
  score = malloc(in->rows * sizeof *score);
  is_right = malloc(in->rows * sizeof *is_right);
  if (score && is_right) {
    for (size_t i = 0; i < in->rows; i++) {
      const int32_t label = predictions_label(in, i);

      score[i] = in->scores[label][i];
      is_right[i] = label == in->actual[i];
    }
    status = sweep_init(&sweep, score, is_right, 1, in->weight, in->rows);
  }
  free(score);
  free(is_right);
  if (status) return -1;
  status = calibration_compute(&out->top_label, &sweep, 0);
  sweep_release(&sweep);
  return status;
}

static void count_scores(struct classification_result *out)
{
  const struct predictions *in = &out->view.data;
  const bool is_probability = out->view.has_probabilities;

  if (!out->has_scores || out->view.reason) return;
  if (out->positive < in->classes)
    score_histogram_by_class(&out->scores, in->scores[out->positive], in->actual,
                             (int32_t)out->positive, in->weight, in->rows, is_probability);
  else
    score_histogram_by_success(&out->scores, in, is_probability);
}

int evaluate_scores(struct classification_result *out, struct pool *pool)
{
  count_scores(out);
  choose_curves(out, pool);
  return calibrate_top_label(out);
}
