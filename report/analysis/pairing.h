/* Which row of one evaluation is which of another. */
#ifndef EPOCHLOG_ANALYSIS_PAIRING_H
#define EPOCHLOG_ANALYSIS_PAIRING_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/evaluate.h"
#include "pool.h"

/** Finds for each row of `a` the same row of `b`.
 *
 * - `order`  receives, for row i of `a`, the row of `b`; NULL when they stand in
 *            the same order already; lives in `pool`.
 *
 * **Returns** NULL, or why the rows cannot be matched: "different numbers of rows",
 * "different ids", "true labels differ", …; a static sentence. */
const char *pair_rows(const uint32_t **order, const struct evaluation_result *a,
                      const struct evaluation_result *b, struct pool *pool);

#endif
