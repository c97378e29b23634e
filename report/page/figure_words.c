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

const char *words_range(struct pool *pool, double low, double high)
{
  return pool_printf(pool, "%s%s%s", words_metric(pool, low), low < 0 || high < 0 ? " to " : "–",
                     words_metric(pool, high));
}

const char *words_count(struct pool *pool, double count, const char *one, const char *many)
{
  char number[NUMBER_SIZE];

  return pool_printf(pool, "%s %s", number_count(number, count), count == 1 ? one : many);
}

const char *words_rows(struct pool *pool, const struct evaluation_result *result)
{
  const double all = (double)result->source->count, dropped = (double)result->dropped;
  const double used = all - dropped - (double)result->weightless;
  char kept[NUMBER_SIZE], count[NUMBER_SIZE], total[NUMBER_SIZE];
  const char *words = pool_printf(pool, "n = %s", number_count(kept, result->reason ? 0 : used));

  if (result->reason) return words; /* The message says the rest. */
  if (result->dropped)
    words = pool_printf(pool, "%s (%s of %s rows dropped: %s)", words, number_count(count, dropped),
                        number_count(total, all), result->dropped_why);
  if (result->weightless)
    words = pool_printf(pool, "%s, %s of weight 0 left out", words,
                        number_count(count, (double)result->weightless));
  return words;
}

const char *words_rows_short(struct pool *pool, const struct evaluation_result *result)
{
  const double all = (double)result->source->count;
  const double used = all - (double)result->dropped - (double)result->weightless;
  char kept[NUMBER_SIZE], total[NUMBER_SIZE];

  if (result->reason || used == all) return words_rows(pool, result);
  return pool_printf(pool, "n = %s of %s rows", number_count(kept, used), number_count(total, all));
}

const char *words_present(struct pool *pool, const struct evaluation_result *result)
{
  const struct confusion *from = &result->classification.confusion;
  char count[NUMBER_SIZE];
  size_t present = 0, last = 0;

  for (size_t k = 0; k < from->classes && from->per_class; k++) {
    if (!from->per_class[k].present) continue;
    present++;
    last = k;
  }
  if (present != 1) return NULL;
  return pool_printf(pool, "only class %s is present (n = %s)", result->source->class_names[last],
                     number_count(count, (double)result->classification.view.data.rows));
}
