#ifndef STATS_PREDICTIONS_H
#define STATS_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a classifier said about rows whose true class is known: the input of
 * everything about classification.
 *
 * NaN: a row is dropped everywhere or nowhere.  Dropped and counted are rows
 * with a score that is not finite, rows whose true class is outside
 * 0..classes-1, and rows whose predicted class is (labels only).  Rows of
 * weight zero are dropped and not counted as damage. */

struct predictions {
  size_t rows;
  size_t classes;              /* columns; a class may be absent from the rows */
  const double *const *scores; /* one pointer per class to `rows` scores; NULL: labels only.
                                  * With two classes one of the two may be NULL; see below. */
  const int32_t *actual;       /* true class of each row */
  const int32_t *predicted;    /* NULL: the class of the highest score, the first on ties */
  const double *weight;        /* NULL: 1 each */
  int32_t positive;            /* class of the *_binary scalars; -1: the last one when there are
                                  * two classes, none otherwise */
};

/* A cleaned view.  Where nothing is dropped it points at the caller's arrays,
 * which must stay; otherwise it holds copies of the kept rows. */
struct predictions_view {
  struct predictions data;
  size_t dropped_scores;  /* rows with a score that is not finite */
  size_t dropped_classes; /* rows of an unknown class */
  size_t weightless;      /* rows of weight zero */
  bool has_probabilities; /* all scores lie in [0, 1] */
  bool sums_to_one;       /* and every row sums to 1 within 1e-5 + 1e-8 */
  const char *reason;     /* NULL, or why nothing can be computed: "no rows", "a class has no
                           * scores", "negative or non-finite weight" */

  /* Private. */
  const double **columns;
  double *storage; /* copied or complemented columns, and weights */
  int32_t *labels;
};

/** Checks and cleans `in`.
 *
 * A single score column of a two-class problem is completed: 1 - s when all
 * scores lie in [0, 1], else -s, so that ranking is kept and the predicted
 * class is the positive one above 0.5, or above 0.
 *
 * **Returns** 0 or -1 (memory; nothing to release then).  **Owner**: the caller
 * releases the view. **Cost**: O(rows * classes); allocates only when a row is
 * dropped or a column is completed. */
int predictions_view_init(struct predictions_view *view, const struct predictions *in);

void predictions_view_release(struct predictions_view *view);

/** The predicted class of a row. */
int32_t predictions_label(const struct predictions *in, size_t row);

#endif
