/* Independent pieces of work on all processors.
 *
 *     struct sums sums = {...};
 *
 *     parallel_for(count, add_piece, &sums);    // add_piece(&sums, 0 .. count - 1)
 *
 * Threads live for one call: some 50 us to start them all, so a piece should take
 * longer than that; who has less to do loops.  What is computed must not depend on
 * how many threads there are: pieces are cut by the size of the data, and each
 * writes to a place of its own.
 */
#ifndef EPOCHLOG_PARALLEL_H
#define EPOCHLOG_PARALLEL_H

#include <stddef.h>

/* One piece; `index` is 0 to count - 1.  Pieces run in any order and at the same
 * time, on threads with the stack of the process's default. */
typedef void parallel_work(void *context, size_t index);

/** Does `count` pieces and returns when all are done.  The caller works too, so a
 * thread that cannot be started is no failure: the others do its share.  A piece may
 * itself call parallel_for, which finds only the processors that no other call uses.
 * What the pieces wrote is visible on return. */
void parallel_for(size_t count, parallel_work *work, void *context);

/* A stretch of rows, `begin` to `end` - 1, the `index`-th of them. */
typedef void parallel_stretch(void *context, size_t index, size_t begin, size_t end);

/* So many rows make a stretch: sums over them take longer than starting a thread, and
 * what is kept for each stretch is little beside the rows. */
#define PARALLEL_ROWS ((size_t)1 << 16)

/** Does `rows` rows by stretches of PARALLEL_ROWS, the last one shorter.  Sums that are
 * made for each stretch and then added in the order of stretches are the same however
 * many threads there are. */
void parallel_rows(size_t rows, parallel_stretch *work, void *context);

/** How many stretches that makes. */
size_t parallel_stretches(size_t rows);

/** How many threads a call uses at most, 1 or more: the processors that this process
 * may run on, and no more than 16. */
size_t parallel_width(void);

/** For tests: use `width` threads whatever the machine has; 0: ask the machine again. */
void parallel_set_width(size_t width);

#endif
