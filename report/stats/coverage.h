#ifndef STATS_COVERAGE_H
#define STATS_COVERAGE_H

#include <stddef.h>

#include "stats/intervals.h"

/* How often did the predicted intervals hold the truth?  Coverage counts rows
 * with lower <= y <= upper; its interval is Wilson's.  The interval score is
 * that of Winkler (1972, JASA 67:187): width + 2/alpha times the distance
 * outside.  The pinball loss of a quantile q at level t is max(t (y - q), (t - 1) (y - q))
 * (Koenker and Bassett 1978, Econometrica 46:33); the bounds of an interval of level c are
 * taken for the quantiles at (1 - c) / 2 and (1 + c) / 2.
 *
 * NaN: rows where any of the three is not finite, or where lower > upper, are
 * dropped and counted. */

struct coverage {
  size_t rows, dropped;
  size_t inside, below, above; /* y below lower, above upper */
  double share;                /* inside / rows */
  struct interval share_interval;
  double mean_width, median_width;
  double interval_score; /* NaN unless the nominal level is known, as are the two below */
  double pinball_lower, pinball_upper; /* mean pinball loss of each bound */
  const char *reason;                  /* NULL or "no rows" */
};

/** `nominal` is the level the intervals claim (0..1), NaN if not known.
 * `level` is that of the Wilson interval.  **Returns** 0 or -1 (memory). */
int coverage_compute(struct coverage *out, const double *actual, const double *lower,
                     const double *upper, size_t n, double nominal, double level);

/* Coverage where predictions are low and where they are high: the rows in order
 * of their prediction, cut into parts of as equal size as equal predictions
 * allow (they stay together), at most ten and at least ten rows each. */
enum { COVERAGE_BINS_MAX = 10 };

struct coverage_bin {
  double from, to, mean; /* of the predictions */
  size_t rows, inside;
  double share;
  struct interval interval; /* Wilson's, of the share */
  double mean_width;
};

struct coverage_bins {
  struct coverage_bin bin[COVERAGE_BINS_MAX];
  size_t bins; /* 0: no rows */
  size_t rows, dropped;
};

/** Rows are dropped as by coverage_compute, and where the prediction is not
 * finite.  `level` is that of the Wilson intervals.
 * **Returns** 0 or -1 (memory).  **Cost**: O(n); 24 bytes a row while it runs. */
int coverage_bins_compute(struct coverage_bins *out, const double *actual, const double *predicted,
                          const double *lower, const double *upper, size_t n, double level);

#endif
