#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stddef.h>

/* A series in a few numbers.
 *
 * NaN: NaN and infinities are counted; min, max and mean are those of the
 * finite values.  first and last are the values as they stand, finite or not:
 * a loss that ended as NaN has NaN as its last value. */

struct summary {
  size_t n; /* all values */
  size_t nan, posinf, neginf;
  size_t finite;
  double first, last;          /* NaN when n == 0 */
  size_t last_finite;          /* index; n when there is none */
  double min, max;             /* NaN when nothing is finite */
  size_t min_index, max_index; /* of the first such value; n when there is none */
  double mean;                 /* NaN when nothing is finite */
};

/** **Cost**: O(n), no allocation. */
void summary_compute(struct summary *summary, const double *value, size_t n);

#endif
