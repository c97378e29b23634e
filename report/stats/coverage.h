#ifndef STATS_COVERAGE_H
#define STATS_COVERAGE_H

#include <stddef.h>

#include "stats/intervals.h"

/* How often did the predicted intervals hold the truth?  Coverage counts rows
 * with lower <= y <= upper; its interval is Wilson's.  The interval score is
 * that of Winkler (1972, JASA 67:187): width + 2/alpha times the distance
 * outside.
 *
 * NaN: rows where any of the three is not finite, or where lower > upper, are
 * dropped and counted. */

struct coverage {
  size_t rows, dropped;
  size_t inside, below, above; /* y below lower, above upper */
  double share;                /* inside / rows */
  struct interval share_interval;
  double mean_width, median_width;
  double interval_score; /* NaN unless the nominal level is known */
  const char *reason;    /* NULL or "no rows" */
};

/** `nominal` is the level the intervals claim (0..1), NaN if not known.
 * `level` is that of the Wilson interval.  **Returns** 0 or -1 (memory). */
int coverage_compute(struct coverage *out, const double *actual, const double *lower,
                     const double *upper, size_t n, double nominal, double level);

#endif
