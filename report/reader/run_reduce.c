/* Metrics cut into the columns of a picture (run.h).
 *
 * Which column a point belongs to depends on its step alone, and the columns are in
 * order of step: a chunk whose smallest and greatest step are in one column lies in it
 * whole, whatever the order of its points.  The others are decoded, sorted by frame so
 * that a block is read once for all metrics that need it.
 */
#include <math.h>
#include <stdlib.h>

#include "format.h"
#include "reader/run_build.h"

/* A chunk to be decoded. */
struct job {
  size_t source;
  const struct series_chunk *chunk;
  struct reduction *into;
};

struct jobs {
  struct job *items;
  size_t count;
  size_t capacity;
};

/* Room for the points of a chunk. */
struct scratch {
  struct chunk_target target;
  size_t capacity;
};

static const size_t OUTSIDE = SIZE_MAX;

static size_t column_of(const struct reduction *into, int64_t x)
{
  size_t low = 0, high = into->columns;

  if (into->columns == 0 || x < into->edges[0] || x >= into->edges[high]) return OUTSIDE;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;

    if (x < into->edges[middle])
      high = middle;
    else
      low = middle;
  }
  return low;
}

static void widen(struct span *span, int64_t at_min, int64_t at_max)
{
  if (span->count == 0 || at_min < span->at_min) span->at_min = at_min;
  if (span->count == 0 || at_max > span->at_max) span->at_max = at_max;
}

static void add_value(struct span *span, int64_t x, double value)
{
  widen(span, x, x);
  span->count++;
  if (!isfinite(value)) {
    span->nan_count += (uint64_t)(isnan(value) != 0);
    span->posinf_count += value > 0;
    span->neginf_count += value < 0;
    return;
  }
  if (!(value >= span->min)) span->min = value;
  if (!(value <= span->max)) span->max = value;
  span->sum += value;
}

/* Points of one series; exactly one of `numbers`, `integers` is not NULL. */
static void add_points(struct reduction *into, const int64_t *x, const double *numbers,
                       const int64_t *integers, size_t count)
{
  size_t column = OUTSIDE;

  for (size_t i = 0; i < count; i++) {
    if (column == OUTSIDE || x[i] < into->edges[column] || x[i] >= into->edges[column + 1])
      column = column_of(into, x[i]);
    if (column != OUTSIDE)
      add_value(&into->spans[column], x[i], numbers ? numbers[i] : (double)integers[i]);
  }
}

static void add_chunk(struct span *span, const struct series *series, const struct chunk *entry,
                      bool by_time)
{
  const uint64_t special = (uint64_t)entry->n_nan + entry->n_posinf + entry->n_neginf;
  const double min = run_value_of_bits(series->type, entry->min).number;
  const double max = run_value_of_bits(series->type, entry->max).number;

  widen(span, by_time ? entry->time_min : entry->step_min,
        by_time ? entry->time_max : entry->step_max);
  span->count += entry->n;
  span->nan_count += entry->n_nan;
  span->posinf_count += entry->n_posinf;
  span->neginf_count += entry->n_neginf;
  if (special == entry->n) return;
  if (!(min >= span->min)) span->min = min;
  if (!(max <= span->max)) span->max = max;
  span->sum += entry->sum;
}

static int add_job(struct jobs *jobs, struct job job)
{
  struct job *items = array_grow(jobs->items, &jobs->capacity, jobs->count + 1, sizeof *items);

  if (!items) return -1;
  jobs->items = items;
  items[jobs->count++] = job;
  return 0;
}

/* Adds what statistics and points in memory tell; the rest becomes jobs. */
static int add_part(const struct run_state *state, const struct run_part *part,
                    struct reduction *into, struct jobs *jobs)
{
  const struct series *series = run_series(state, part);

  add_points(into, into->by_time ? series->times_us : series->steps, series->numbers,
             series->integers, series->count);
  for (size_t i = 0; series->is_long && i < series->chunk_count; i++) {
    const struct chunk *entry = &series->chunks[i].entry;
    size_t first = column_of(into, into->by_time ? entry->time_min : entry->step_min);
    size_t last = column_of(into, into->by_time ? entry->time_max : entry->step_max);

    if (first == last && first != OUTSIDE)
      add_chunk(&into->spans[first], series, entry, into->by_time);
    else if (add_job(jobs, (struct job){part->source, &series->chunks[i], into}))
      return -1;
  }
  return 0;
}

/* A metric that is kept has its points in one place; its series may have given them
 * away. */
static int add_metric(const struct run_state *state, struct reduction *into, struct jobs *jobs)
{
  const struct metric *metric = &state->metrics[into->metric];
  size_t low = 0, high = state->part_count;

  into->unread = 0;
  for (size_t i = 0; i < into->columns; i++)
    into->spans[i] = (struct span){.min = (double)NAN, .max = (double)NAN};
  if (!metric->is_long) {
    if (metric->values)
      add_points(into, into->by_time ? metric->times_us : metric->steps, metric->values, NULL,
                 metric->count);
    return 0;
  }
  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (state->parts[middle].metric < into->metric)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < state->part_count && state->parts[low].metric == into->metric; low++)
    if (add_part(state, &state->parts[low], into, jobs)) return -1;
  return 0;
}

static int compare_jobs(const void *left, const void *right)
{
  const struct job *a = left, *b = right;

  if (a->source != b->source) return a->source < b->source ? -1 : 1;
  if (a->chunk->frame != b->chunk->frame) return a->chunk->frame < b->chunk->frame ? -1 : 1;
  return 0;
}

static bool make_room(struct scratch *scratch, size_t count)
{
  void *steps, *times, *values;

  if (count <= scratch->capacity) return true;
  if ((steps = realloc(scratch->target.steps, count * 8))) scratch->target.steps = steps;
  if ((times = realloc(scratch->target.times, count * 8))) scratch->target.times = times;
  if ((values = realloc(scratch->target.values, count * 8))) scratch->target.values = values;
  if (!steps || !times || !values) return false;
  scratch->capacity = count;
  return true;
}

static int do_job(struct run_state *state, const struct job *job, struct scratch *scratch)
{
  const struct chunk *entry = &job->chunk->entry;
  const bool by_time = job->into->by_time;
  const bool integers = (entry->flags & FORMAT_CHUNK_INTEGER) != 0;
  struct chunk_target target;
  enum block_check check;

  if (!make_room(scratch, entry->n)) return -1;
  target = scratch->target;
  if (!by_time) target.times = NULL;
  check = contents_chunk_points(&state->sources[job->source].contents, job->chunk, &target);
  if (check == BLOCK_NO_MEMORY) return -1;
  if (check != BLOCK_OK)
    job->into->unread += entry->n;
  else
    add_points(job->into, by_time ? target.times : target.steps, integers ? NULL : target.values,
               integers ? target.values : NULL, entry->n);
  return 0;
}

int run_reduce(struct run *run, struct reduction *list, size_t count)
{
  struct run_state *state = (struct run_state *)run;
  struct scratch scratch = {0};
  struct jobs jobs = {0};
  int result = 0;

  for (size_t i = 0; i < count && result == 0; i++) result = add_metric(state, &list[i], &jobs);
  if (result == 0 && jobs.count > 1)
    qsort(jobs.items, jobs.count, sizeof *jobs.items, compare_jobs);
  for (size_t i = 0; i < jobs.count && result == 0; i++)
    result = do_job(state, &jobs.items[i], &scratch);
  free(jobs.items);
  free(scratch.target.steps);
  free(scratch.target.times);
  free(scratch.target.values);
  return result;
}
