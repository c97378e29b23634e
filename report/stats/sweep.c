#include "stats/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/sort.h"

/* A sample as one word: 63 bits that grow as the score falls, then the label.
 * Scores below zero stand in a stretch of their own, so that the sign bit is
 * free for the label. */
#define MAGNITUDE (UINT64_MAX >> 1)

static uint64_t pack(double score, bool positive)
{
  uint64_t bits;

  memcpy(&bits, &score, sizeof bits);
  bits = score < 0 ? bits & MAGNITUDE : MAGNITUDE - (bits & MAGNITUDE);
  return bits << 1 | (positive ? 1u : 0u);
}

static double unpack(uint64_t rank, bool is_negative)
{
  const uint64_t bits = is_negative ? rank | ~MAGNITUDE : MAGNITUDE - rank;
  double score;

  memcpy(&score, &bits, sizeof score);
  return score;
}

/* Which samples take part; fills everything of the sweep but the order. */
static void count_samples(struct sweep *sweep, const double *score, const int32_t *actual,
                          int32_t positive, const double *weight, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double w = weight ? weight[i] : 1.0;

    if (!isfinite(w) || w < 0) {
      sweep->reason = "negative or non-finite weight";
      return;
    }
    if (!isfinite(score[i])) {
      sweep->dropped++;
    } else if (w == 0) {
      sweep->weightless++;
    } else {
      sweep->rows++;
      sweep->nonnegative += !(score[i] < 0);
      sweep->positive_rows += actual[i] == positive;
      if (!weight) continue;
      sweep->squared += w * w;
      *(actual[i] == positive ? &sweep->positives : &sweep->negatives) += w;
    }
  }
  if (!weight) {
    sweep->positives = (double)sweep->positive_rows;
    sweep->negatives = (double)(sweep->rows - sweep->positive_rows);
    sweep->squared = (double)sweep->rows;
  }
}

static void pack_samples(struct sweep *sweep, const double *score, const int32_t *actual,
                         int32_t positive, const double *weight, size_t n)
{
  size_t above = 0, below = sweep->nonnegative;

  for (size_t i = 0; i < n; i++) {
    size_t place;

    if (!isfinite(score[i]) || (weight && weight[i] == 0)) continue;
    place = score[i] < 0 ? below++ : above++;
    sweep->key[place] = pack(score[i], actual[i] == positive);
    if (weight) sweep->weight[place] = weight[i];
  }
}

static void sort_stretch(struct sweep *sweep, size_t begin, size_t count, uint64_t *spare,
                         double *spare_weight)
{
  if (sweep->weight)
    sort_pairs(sweep->key + begin, sweep->weight + begin, spare, spare_weight, count);
  else
    sort_keys(sweep->key + begin, spare, count);
}

static int sort_samples(struct sweep *sweep)
{
  const size_t below = sweep->rows - sweep->nonnegative;
  const size_t longest = below > sweep->nonnegative ? below : sweep->nonnegative;
  uint64_t *spare = malloc(longest * sizeof *spare);
  double *spare_weight = sweep->weight ? malloc(longest * sizeof *spare_weight) : NULL;
  const int status = spare && (spare_weight || !sweep->weight) ? 0 : -1;

  if (status == 0) {
    sort_stretch(sweep, 0, sweep->nonnegative, spare, spare_weight);
    sort_stretch(sweep, sweep->nonnegative, below, spare, spare_weight);
  }
  free(spare);
  free(spare_weight);
  return status;
}

int sweep_init(struct sweep *sweep, const double *score, const int32_t *actual, int32_t positive,
               const double *weight, size_t n)
{
  *sweep = (struct sweep){.weighted = weight != NULL};
  count_samples(sweep, score, actual, positive, weight, n);
  if (sweep->reason) {
    *sweep = (struct sweep){.weighted = true, .reason = sweep->reason};
    return 0;
  }
  if (sweep->rows == 0) {
    sweep->reason = "no samples";
    return 0;
  }
  if (sweep->positive_rows == 0 || sweep->positive_rows == sweep->rows)
    sweep->reason = "only one class present";
  if (sweep->rows > SIZE_MAX / sizeof *sweep->key) return -1;
  sweep->key = malloc(sweep->rows * sizeof *sweep->key);
  if (weight) sweep->weight = malloc(sweep->rows * sizeof *sweep->weight);
  if (sweep->key && (sweep->weight || !weight)) {
    pack_samples(sweep, score, actual, positive, weight, n);
    if (sort_samples(sweep) == 0) return 0;
  }
  sweep_release(sweep);
  return -1;
}

void sweep_release(struct sweep *sweep)
{
  free(sweep->key);
  free(sweep->weight);
  sweep->key = NULL;
  sweep->weight = NULL;
  sweep->rows = 0;
  sweep->nonnegative = 0;
}

double sweep_highest(const struct sweep *sweep)
{
  if (sweep->rows == 0) return (double)NAN;
  return unpack(sweep->key[0] >> 1, sweep->nonnegative == 0);
}

double sweep_lowest(const struct sweep *sweep)
{
  if (sweep->rows == 0) return (double)NAN;
  return unpack(sweep->key[sweep->rows - 1] >> 1, sweep->nonnegative < sweep->rows);
}

bool sweep_is_constant(const struct sweep *sweep)
{
  return sweep->rows > 0 && sweep_highest(sweep) == sweep_lowest(sweep);
}

/* Takes the group of equal scores that begins at `next` into the cursor. */
static size_t take_group(struct sweep_cursor *cursor, const struct sweep *sweep, size_t next)
{
  const uint64_t *key = sweep->key;
  const uint64_t rank = key[next] >> 1;
  const size_t begin = next;
  const size_t end = next < sweep->nonnegative ? sweep->nonnegative : sweep->rows;

  if (sweep->weight) {
    for (; next < end && key[next] >> 1 == rank; next++)
      *(key[next] & 1 ? &cursor->group_tp : &cursor->group_fp) += sweep->weight[next];
  } else {
    size_t positives = 0;

    for (; next < end && key[next] >> 1 == rank; next++) positives += key[next] & 1;
    cursor->group_tp += (double)positives;
    cursor->group_fp += (double)(next - begin - positives);
  }
  cursor->rows += next - begin;
  return next;
}

void sweep_start(struct sweep_cursor *cursor, const struct sweep *sweep)
{
  *cursor = (struct sweep_cursor){
      .threshold = (double)INFINITY,
      .positives = sweep->positives,
      .negatives = sweep->negatives,
      .sweep = sweep,
  };
}

/* The next sample of one of the merged sweeps. */
struct sweep_head {
  double score;
  const struct sweep *sweep;
  size_t next;
};

static double score_at(const struct sweep *sweep, size_t place)
{
  return unpack(sweep->key[place] >> 1, place >= sweep->nonnegative);
}

/* Restores the heap (highest score on top) below `place`. */
static void sink(struct sweep_head *heap, size_t size, size_t place)
{
  const struct sweep_head moved = heap[place];

  for (;;) {
    size_t child = 2 * place + 1;

    if (child >= size) break;
    if (child + 1 < size && heap[child + 1].score > heap[child].score) child++;
    if (heap[child].score <= moved.score) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = moved;
}

int sweep_start_merged(struct sweep_cursor *cursor, const struct sweep *sweeps, size_t count)
{
  *cursor = (struct sweep_cursor){.threshold = (double)INFINITY};
  if (count == 0) return 0;
  if (count > SIZE_MAX / sizeof *cursor->heap) return -1;
  cursor->heap = malloc(count * sizeof *cursor->heap);
  if (!cursor->heap) return -1;
  for (size_t k = 0; k < count; k++) {
    cursor->positives += sweeps[k].positives;
    cursor->negatives += sweeps[k].negatives;
    if (sweeps[k].rows == 0) continue;
    cursor->heap[cursor->heap_size++] =
        (struct sweep_head){.score = score_at(&sweeps[k], 0), .sweep = &sweeps[k]};
  }
  for (size_t place = cursor->heap_size / 2; place-- > 0;)
    sink(cursor->heap, cursor->heap_size, place);
  return 0;
}

/* Takes the groups of one score from all merged sweeps that have it. */
static bool next_merged(struct sweep_cursor *cursor)
{
  struct sweep_head *top = cursor->heap;

  if (cursor->heap_size == 0) return false;
  cursor->threshold = top->score;
  while (cursor->heap_size > 0 && top->score == cursor->threshold) {
    top->next = take_group(cursor, top->sweep, top->next);
    if (top->next < top->sweep->rows)
      top->score = score_at(top->sweep, top->next);
    else
      *top = cursor->heap[--cursor->heap_size];
    sink(cursor->heap, cursor->heap_size, 0);
  }
  return true;
}

bool sweep_next(struct sweep_cursor *cursor)
{
  cursor->group_tp = 0;
  cursor->group_fp = 0;
  if (cursor->sweep) {
    if (cursor->next >= cursor->sweep->rows) return false;
    cursor->threshold = score_at(cursor->sweep, cursor->next);
    cursor->next = take_group(cursor, cursor->sweep, cursor->next);
  } else if (!next_merged(cursor)) {
    return false;
  }
  cursor->tp += cursor->group_tp;
  cursor->fp += cursor->group_fp;
  return true;
}

void sweep_stop(struct sweep_cursor *cursor)
{
  free(cursor->heap);
  cursor->heap = NULL;
  cursor->heap_size = 0;
}
