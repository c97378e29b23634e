/* Totals of series that stay in their logs: from the statistics of their chunks and
 * from the points beside them, in order of logging, the same as of all their points.
 * Only where the smallest and the greatest value stand is looked up in a chunk each.
 */
#include <math.h>
#include <stdlib.h>

#include "format.h"
#include "reader/run_build.h"

/* A place in a series: a chunk, or (`chunk` NULL) a point beside them. */
struct extreme {
  bool is_known;
  uint64_t bits;
  const struct series_chunk *chunk;
  int64_t step;
};

struct sums {
  const struct series *series;
  struct part_totals *out;
  struct extreme min, max;
};

static bool is_less(const struct series *series, uint64_t a, uint64_t b)
{
  if (series->type == FORMAT_VALUE_FLOAT) return epochlog__of_bits(a) < epochlog__of_bits(b);
  return (int64_t)a < (int64_t)b;
}

static uint64_t bits_at(const struct series *series, size_t at)
{
  return series->type == FORMAT_VALUE_FLOAT ? epochlog__bits_of(series->numbers[at])
                                            : (uint64_t)series->integers[at];
}

/* The least of the finite values of a chunk, then the greatest; the first of equal
 * ones stays. */
static void take_extremes(struct sums *sums, uint64_t low, uint64_t high, struct extreme place)
{
  if (!sums->min.is_known || is_less(sums->series, low, sums->min.bits)) {
    sums->min = place;
    sums->min.bits = low;
  }
  if (!sums->max.is_known || is_less(sums->series, sums->max.bits, high)) {
    sums->max = place;
    sums->max.bits = high;
  }
}

/* What every point or chunk adds. */
static void take_place(struct sums *sums, const struct chunk *entry)
{
  struct part_totals *out = sums->out;
  struct metric_totals *totals = &out->totals;

  if (totals->count == 0) {
    totals->first = run_value_of_bits(sums->series->type, entry->first);
    totals->first_step = entry->step_first;
    out->time_first_us = out->time_min_us = entry->time_min;
    out->time_max_us = entry->time_max;
    out->step_min = entry->step_min;
    out->step_max = entry->step_max;
  }
  if (entry->step_min < out->step_min) out->step_min = entry->step_min;
  if (entry->step_max > out->step_max) out->step_max = entry->step_max;
  if (entry->time_min < out->time_min_us) out->time_min_us = entry->time_min;
  if (entry->time_max > out->time_max_us) out->time_max_us = entry->time_max;
  totals->count += entry->n;
  totals->nan_count += entry->n_nan;
  totals->posinf_count += entry->n_posinf;
  totals->neginf_count += entry->n_neginf;
  totals->sum += entry->sum;
  totals->last = run_value_of_bits(sums->series->type, entry->last);
  totals->last_step = entry->step_last;
  out->time_last_us = entry->time_max;
}

static void take_chunk(struct sums *sums, const struct series_chunk *chunk)
{
  const struct chunk *entry = &chunk->entry;

  take_place(sums, entry);
  if ((uint64_t)entry->n_nan + entry->n_posinf + entry->n_neginf < entry->n)
    take_extremes(sums, entry->min, entry->max, (struct extreme){.is_known = true, .chunk = chunk});
}

static void take_point(struct sums *sums, size_t at)
{
  const struct series *series = sums->series;
  const uint64_t bits = bits_at(series, at);
  const int64_t step = series->steps[at], time_us = series->times_us[at];
  struct chunk entry = {.n = 1, .first = bits, .last = bits};
  double number = run_value_of_bits(series->type, bits).number;

  entry.step_first = entry.step_last = entry.step_min = entry.step_max = step;
  entry.time_min = entry.time_max = time_us;
  if (isfinite(number))
    entry.sum = number;
  else if (isnan(number))
    entry.n_nan = 1;
  else
    *(number > 0 ? &entry.n_posinf : &entry.n_neginf) = 1;
  take_place(sums, &entry);
  if (isfinite(number))
    take_extremes(sums, bits, bits, (struct extreme){.is_known = true, .step = step});
}

/* The step of an extreme; INT64_MIN when its chunk cannot be read.  -1: no memory. */
static int find_step(struct contents *contents, const struct series *series,
                     const struct extreme *extreme, int64_t *step)
{
  const struct series_chunk *chunk = extreme->chunk;
  struct chunk_target target = {0};
  enum block_check check = BLOCK_NO_MEMORY;

  *step = chunk ? INT64_MIN : extreme->step;
  if (!extreme->is_known || !chunk) return 0;
  target.steps = malloc(chunk->entry.n * sizeof *target.steps);
  target.values = malloc((size_t)chunk->entry.n * 8);
  if (target.steps && target.values) check = contents_chunk_points(contents, chunk, &target);
  for (size_t i = 0; check == BLOCK_OK && i < chunk->entry.n; i++) {
    uint64_t bits = epochlog__get_u64((const uint8_t *)target.values + 8 * i);
    bool is_it = series->type == FORMAT_VALUE_FLOAT
                     ? !(epochlog__of_bits(bits) < epochlog__of_bits(extreme->bits)) &&
                           !(epochlog__of_bits(bits) > epochlog__of_bits(extreme->bits)) &&
                           !isnan(epochlog__of_bits(bits))
                     : bits == extreme->bits;

    if (!is_it) continue;
    *step = target.steps[i];
    break;
  }
  free(target.steps);
  free(target.values);
  return check == BLOCK_NO_MEMORY ? -1 : 0;
}

int run_total_long(struct run_state *state, const struct run_part *part, struct part_totals *out)
{
  const struct series *series = run_series(state, part);
  struct contents *contents = &state->sources[part->source].contents;
  struct sums sums = {.series = series, .out = out};
  size_t at = 0;

  *out = (struct part_totals){0};
  out->totals.min.number = out->totals.max.number = (double)NAN;
  for (size_t i = 0; series->is_long && i < series->chunk_count; i++) {
    while (at < series->chunks[i].before) take_point(&sums, at++);
    take_chunk(&sums, &series->chunks[i]);
  }
  while (at < series->count) take_point(&sums, at++);
  if (!sums.min.is_known) return 0;
  out->totals.min = run_value_of_bits(series->type, sums.min.bits);
  out->totals.max = run_value_of_bits(series->type, sums.max.bits);
  return find_step(contents, series, &sums.min, &out->totals.min_step) ||
                 find_step(contents, series, &sums.max, &out->totals.max_step)
             ? -1
             : 0;
}
