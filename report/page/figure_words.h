/* Words that figures share: how many rows a chart stands on, and why one could
 * not be drawn.
 */
#ifndef EPOCHLOG_PAGE_FIGURE_WORDS_H
#define EPOCHLOG_PAGE_FIGURE_WORDS_H

#include "analysis/evaluate.h"
#include "page/figure.h"

/** "n = 997", "n = 997 (3 of 1 000 rows dropped: a score that is not a number)",
 * "n = 60, 20 of weight 0 left out". */
const char *words_rows(struct pool *pool, const struct evaluation_result *result);

/** The same in few words, for a narrow chart: "n = 997", "n = 997 of 1 000 rows". */
const char *words_rows_short(struct pool *pool, const struct evaluation_result *result);

/** "0.412–0.549"; "−20.1 to 3.90" where a dash would stand beside a minus. */
const char *words_range(struct pool *pool, double low, double high);

/** "only class yes is present (n = 12)"; NULL where several are, or none. */
const char *words_present(struct pool *pool, const struct evaluation_result *result);

/** A mean of values whose spread is `sd`, as people read it: what is only the
 * rounding of the sum is "0". */
const char *words_mean(struct pool *pool, double mean, double sd);

/** number_metric and number_percent as strings that stay. */
const char *words_metric(struct pool *pool, double value);
const char *words_share(struct pool *pool, double share);
const char *words_p(struct pool *pool, double p);

/** "1 row", "2 rows"; groups of thousands. */
const char *words_count(struct pool *pool, double count, const char *one, const char *many);

#endif
