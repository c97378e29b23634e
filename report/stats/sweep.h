#ifndef STATS_SWEEP_H
#define STATS_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sweep: the samples of a binary problem in descending order of score.
 *
 * Every curve of a classifier is a walk along its thresholds: at threshold t
 * the samples with **score >= t** are called positive.  Samples of equal score
 * cannot be told apart by any threshold, so they make one point together.
 *
 *     struct sweep sweep;
 *     struct sweep_cursor at;
 *
 *     if (sweep_init(&sweep, score, actual, 1, NULL, n)) return -1;
 *     for (sweep_start(&at, &sweep); sweep_next(&at);)
 *       printf("%g: %g true, %g false positives\n", at.threshold, at.tp, at.fp);
 *     sweep_release(&sweep);
 *
 * The design in one sentence: a sample is one 64-bit word, 63 bits of
 * magnitude and its label in the lowest bit (samples of negative score stand
 * in a second stretch, since their sign needs no storing there).  So a sweep
 * of ten million samples takes 80 MB, and thresholds are produced by the
 * cursor, not stored.  Weights, when given, double it.
 *
 * NaN: samples whose score is not finite are left out and counted.  Samples of
 * weight zero are left out, since they would make thresholds out of nothing
 * (scikit-learn's rule).  A negative or non-finite weight is refused: `reason`
 * is set and the sweep is empty. */

/* A sum of weights and what rounding took from it.  Totals and walks add the
 * same weights in different orders; with the rest kept they end at the same
 * number, so that curves end at exactly 1, and weights of very different sizes
 * keep their digits. */
struct sweep_sum {
  double sum, rest;
};

struct sweep {
  size_t rows;          /* samples kept */
  size_t dropped;       /* score not finite */
  size_t weightless;    /* weight exactly zero */
  size_t positive_rows; /* among `rows` */
  double positives;     /* total weight of the positive samples; their number when unweighted */
  double negatives;
  double squared; /* total of squared weights, for effective sizes */
  bool weighted;
  const char *reason; /* NULL, or why the curves are undefined: a static sentence */

  /* Private: packed samples, the non-negative scores first. */
  uint64_t *key;
  double *weight;                              /* in the order of key; NULL when unweighted */
  struct sweep_sum positive_sum, negative_sum; /* behind positives and negatives */
  size_t nonnegative;
};

/** Sorts the samples of "class `positive` against the rest".
 *
 * - `score`   n scores;
 * - `actual`  n true classes; a sample is positive when actual[i] == positive;
 * - `weight`  n weights, or NULL for 1 each.
 *
 * `sweep->reason` is one of "no samples", "only one class present",
 * "negative or non-finite weight", or NULL.
 *
 * **Returns** 0, or -1 when memory is out (nothing to release then).
 * **Owner**: the caller releases.  **Cost**: O(n); 8 bytes a sample kept, as
 * much again while sorting; 16 with weights. */
int sweep_init(struct sweep *sweep, const double *score, const int32_t *actual, int32_t positive,
               const double *weight, size_t n);

/** The sweep of the other class of a two-class problem, whose scores are one minus
 * these: what sweep_init would make of them, without sorting.  An empty sweep gives
 * an empty one.  **Returns** and **owner** as sweep_init.  **Cost**: O(n), 8 bytes a
 * sample, 16 with weights. */
int sweep_init_complement(struct sweep *sweep, const struct sweep *of);

void sweep_release(struct sweep *sweep);

/** True when all scores equal (and there is at least one). */
bool sweep_is_constant(const struct sweep *sweep);

/** The highest and the lowest score; NaN when there are no samples. */
double sweep_highest(const struct sweep *sweep);
double sweep_lowest(const struct sweep *sweep);

/* One threshold of a walk. */
struct sweep_stop {
  double threshold; /* score of the group of samples */
  double tp, fp;    /* weight of positives and negatives with score >= threshold */
  double group_tp;  /* those of this score alone */
  double group_fp;
  size_t rows; /* samples with score >= threshold, unweighted */
};

/* Walks the thresholds of one sweep, or of several merged into one.  The
 * merged walk is the "micro" problem of a multi-class classifier: its N times
 * C samples are never copied. */
struct sweep_cursor {
  union {
    struct sweep_stop stop; /* the group just entered */
    struct {                /* its fields by their own names */
      double threshold;
      double tp, fp;
      double group_tp;
      double group_fp;
      size_t rows;
    };
  };
  double positives; /* totals over the whole walk */
  double negatives;

  /* Private. */
  struct sweep_sum tp_sum, fp_sum; /* behind tp and fp of weighted samples */
  const struct sweep *sweep;
  size_t next;
  struct sweep_head *heap;
  size_t heap_size;
};

/** Places the cursor before the highest threshold of `sweep`. */
void sweep_start(struct sweep_cursor *cursor, const struct sweep *sweep);

/** Places the cursor before the highest threshold of `count` sweeps taken as
 * one problem.  **Returns** 0 or -1 (memory).  Ends with sweep_stop. */
int sweep_start_merged(struct sweep_cursor *cursor, const struct sweep *sweeps, size_t count);

/** Enters the next lower distinct score.  **Returns** false at the end.
 * **Cost**: O(samples of that score), times log(count) when merged. */
bool sweep_next(struct sweep_cursor *cursor);

/* What ten million thresholds go through takes them by the block: state stays in
 * registers, and what cannot change within a block is settled at its ends, since tp,
 * fp and rows only grow and thresholds only fall. */
enum { SWEEP_STOPS = 256 };

/** Enters up to `most` distinct scores and puts each into `stops`.  **Returns** how
 * many, 0 at the end; the cursor stands at the last of them. */
size_t sweep_next_stops(struct sweep_cursor *cursor, struct sweep_stop *stops, size_t most);

/** Releases what a merged walk holds; harmless after sweep_start. */
void sweep_stop(struct sweep_cursor *cursor);

#endif
