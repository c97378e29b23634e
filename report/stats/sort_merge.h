#ifndef STATS_SORT_MERGE_H
#define STATS_SORT_MERGE_H

#include <stddef.h>
#include <stdint.h>

/* The second half of sorting on several processors: sorted runs become one.
 *
 * Runs are merged by pairs, each pair by several threads at once: where a thread
 * begins in both runs is found by bisection (Odeh, Green, Mwassi, Shmueli, Birk
 * 2012, "Merge path", IEEE IPDPS Workshops), so that all have the same to do.
 * Merging is stable, hence the result is that of one stable sort, however many runs
 * there were. */

/** Merges `runs` (a power of two) sorted runs of key[0..n): run r is
 * key[begin(r)..begin(r + 1)) with begin(r) = sort_run_begin(n, runs, r).  `value`
 * may be NULL; it is moved along.  The spares have room for n each; the result
 * stands in key and value. **Cost**: O(n log runs), no allocation. */
void sort_merge(uint64_t *key, double *value, uint64_t *spare_key, double *spare_value, size_t n,
                size_t runs);

/** Where run `run` of `runs` begins; n for run == runs. */
size_t sort_run_begin(size_t n, size_t runs, size_t run);

#endif
