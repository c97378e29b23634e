#include "page/figure_words.h"

#include <math.h>

#include "chart/number.h"

const char *words_metric(struct pool *pool, double value)
{
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s", number_metric(number, value));
}

const char *words_share(struct pool *pool, double share)
{
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s", number_percent(number, share));
}

const char *words_p(struct pool *pool, double p)
{
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s", number_p(number, p));
}

const char *words_mean(struct pool *pool, double mean, double sd)
{
  return words_metric(pool, fabs(mean) < 1e-9 * sd ? 0 : mean);
}

const char *words_count(struct pool *pool, double count, const char *one, const char *many)
{
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s %s", number_count(number, count), count == 1 ? one : many);
}

const char *words_rows(struct pool *pool, const struct evaluation_result *result)
{
  const double all = (double)result->source->count, dropped = (double)result->dropped;
  char kept[NUMBER_SIZE], count[NUMBER_SIZE], total[NUMBER_SIZE];

  if (!result->dropped) return pool_printf(pool, "n = %s", number_count(kept, all));
  return pool_printf(pool, "n = %s (%s of %s rows dropped: %s)", number_count(kept, all - dropped),
                     number_count(count, dropped), number_count(total, all), result->dropped_why);
}

const char *words_no_rows(struct pool *pool, const struct evaluation_result *result)
{
  const size_t all = result->source->count;

  if (all == 0) return "no rows were logged";
  if (result->dropped == all)
    return pool_printf(
        pool, "no rows: %s (%s)",
        all == 1 ? "the only one was dropped" : pool_printf(pool, "all %zu were dropped", all),

        result->dropped_why);
  return result->reason;
}
