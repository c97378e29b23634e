#include <math.h>
#include <stdlib.h>

#include "stats/sweep_key.h"

/* Takes the group of equal scores that begins at `next` into the cursor. */
static size_t take_group(struct sweep_cursor *cursor, const struct sweep *sweep, size_t next)
{
  const uint64_t *key = sweep->key;
  const uint64_t rank = key[next] >> 1;
  const size_t begin = next;
  const size_t end = next < sweep->nonnegative ? sweep->nonnegative : sweep->rows;

  if (sweep->weight) {
    struct sweep_sum tp = {0, 0}, fp = {0, 0};

    for (; next < end && key[next] >> 1 == rank; next++) {
      sweep_sum_add(key[next] & 1 ? &tp : &fp, sweep->weight[next]);
      sweep_sum_add(key[next] & 1 ? &cursor->tp_sum : &cursor->fp_sum, sweep->weight[next]);
    }
    cursor->group_tp += sweep_sum_value(&tp);
    cursor->group_fp += sweep_sum_value(&fp);
    cursor->tp = sweep_sum_value(&cursor->tp_sum);
    cursor->fp = sweep_sum_value(&cursor->fp_sum);
  } else {
    size_t positives = 0;

    for (; next < end && key[next] >> 1 == rank; next++) positives += key[next] & 1;
    cursor->group_tp += (double)positives;
    cursor->group_fp += (double)(next - begin - positives);
    cursor->tp += (double)positives;
    cursor->fp += (double)(next - begin - positives);
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
  struct sweep_sum positives = {0, 0}, negatives = {0, 0};

  *cursor = (struct sweep_cursor){.threshold = (double)INFINITY};
  if (count == 0) return 0;
  if (count > SIZE_MAX / sizeof *cursor->heap) return -1;
  cursor->heap = malloc(count * sizeof *cursor->heap);
  if (!cursor->heap) return -1;
  for (size_t k = 0; k < count; k++) {
    sweep_sum_join(&positives, &sweeps[k].positive_sum);
    sweep_sum_join(&negatives, &sweeps[k].negative_sum);
    if (sweeps[k].rows == 0) continue;
    cursor->heap[cursor->heap_size++] =
        (struct sweep_head){.score = sweep_score_at(&sweeps[k], 0), .sweep = &sweeps[k]};
  }
  cursor->positives = sweep_sum_value(&positives);
  cursor->negatives = sweep_sum_value(&negatives);
  for (size_t place = cursor->heap_size / 2; place-- > 0;)
    sink(cursor->heap, cursor->heap_size, place);
  return 0;
}

/* Takes the groups of one score from all merged sweeps that have it. */
static void next_merged(struct sweep_cursor *cursor)
{
  struct sweep_head *top = cursor->heap;

  cursor->threshold = top->score;
  while (cursor->heap_size > 0 && top->score == cursor->threshold) {
    top->next = take_group(cursor, top->sweep, top->next);
    if (top->next < top->sweep->rows)
      top->score = sweep_score_at(top->sweep, top->next);
    else
      *top = cursor->heap[--cursor->heap_size];
    sink(cursor->heap, cursor->heap_size, 0);
  }
}

/* The same as sweep_next over and over, of one sweep without weights. */
static size_t next_counted(struct sweep_cursor *cursor, struct sweep_stop *stops, size_t most)
{
  const struct sweep *sweep = cursor->sweep;
  const uint64_t *key = sweep->key;
  double tp = cursor->tp, fp = cursor->fp;
  size_t next = cursor->next, count = 0;

  while (count < most && next < sweep->rows) {
    const bool is_negative = next >= sweep->nonnegative;
    const size_t end = is_negative ? sweep->rows : sweep->nonnegative;

    for (; count < most && next < end; count++) {
      const uint64_t rank = key[next] >> 1;
      const size_t begin = next;
      size_t positives = key[next++] & 1;

      for (; next < end && key[next] >> 1 == rank; next++) positives += key[next] & 1;
      tp += (double)positives;
      fp += (double)(next - begin - positives);
      stops[count] = (struct sweep_stop){.threshold = sweep_unpack(rank, is_negative),
                                         .tp = tp,
                                         .fp = fp,
                                         .group_tp = (double)positives,
                                         .group_fp = (double)(next - begin - positives),
                                         .rows = next};
    }
  }
  cursor->next = next;
  if (count > 0) cursor->stop = stops[count - 1];
  return count;
}

bool sweep_next(struct sweep_cursor *cursor)
{
  const struct sweep *sweep = cursor->sweep;

  if (sweep ? cursor->next >= sweep->rows : cursor->heap_size == 0) return false;
  cursor->group_tp = 0;
  cursor->group_fp = 0;
  if (sweep) {
    cursor->threshold = sweep_score_at(sweep, cursor->next);
    cursor->next = take_group(cursor, sweep, cursor->next);
  } else {
    next_merged(cursor);
  }
  return true;
}

static bool is_plain(const struct sweep *sweep)
{
  return !sweep->weight && sweep->nonnegative == sweep->rows;
}

/* Brings the heap in order after both its sweeps were stepped on by hand. */
static void set_heads(struct sweep_cursor *cursor)
{
  struct sweep_head *heap = cursor->heap;
  size_t left = 0;

  for (size_t k = 0; k < 2; k++)
    if (heap[k].next < heap[k].sweep->rows) heap[left++] = heap[k];
  cursor->heap_size = left;
  for (size_t k = 0; k < left; k++) heap[k].score = sweep_score_at(heap[k].sweep, heap[k].next);
  if (left == 2) sink(heap, left, 0);
}

/* The same as sweep_next over and over, of two merged sweeps without weights or negative
 * scores while both last: micro of two classes.  Which of them comes next is as good as
 * tossed, so no branch hangs on it. */
static size_t next_of_two(struct sweep_cursor *cursor, struct sweep_stop *stops, size_t most)
{
  struct sweep_head *heap = cursor->heap;
  const uint64_t *a = heap[0].sweep->key + heap[0].next, *b = heap[1].sweep->key + heap[1].next;
  const uint64_t *const a_end = heap[0].sweep->key + heap[0].sweep->rows;
  const uint64_t *const b_end = heap[1].sweep->key + heap[1].sweep->rows;
  struct sweep_stop at = cursor->stop;
  size_t count = 0;

  for (; count < most && a < a_end && b < b_end; count++) {
    const uint64_t rank = (*a < *b ? *a : *b) >> 1;
    const size_t from_a = *a >> 1 == rank, from_b = *b >> 1 == rank;
    size_t positives = (from_a & *a) + (from_b & *b);
    size_t rows = from_a + from_b;

    a += from_a;
    b += from_b;
    for (; a < a_end && *a >> 1 == rank; rows++) positives += *a++ & 1;
    for (; b < b_end && *b >> 1 == rank; rows++) positives += *b++ & 1;
    at.threshold = sweep_unpack(rank, false);
    at.group_tp = (double)positives;
    at.group_fp = (double)(rows - positives);
    at.tp += at.group_tp;
    at.fp += at.group_fp;
    at.rows += rows;
    stops[count] = at;
  }
  cursor->stop = at;
  heap[0].next = (size_t)(a - heap[0].sweep->key);
  heap[1].next = (size_t)(b - heap[1].sweep->key);
  set_heads(cursor);
  return count;
}

size_t sweep_next_stops(struct sweep_cursor *cursor, struct sweep_stop *stops, size_t most)
{
  size_t count = 0;

  if (cursor->sweep && !cursor->sweep->weight) return next_counted(cursor, stops, most);
  if (cursor->heap_size == 2 && is_plain(cursor->heap[0].sweep) && is_plain(cursor->heap[1].sweep))
    count = next_of_two(cursor, stops, most);
  while (count < most && sweep_next(cursor)) stops[count++] = cursor->stop;
  return count;
}

void sweep_stop(struct sweep_cursor *cursor)
{
  free(cursor->heap);
  cursor->heap = NULL;
  cursor->heap_size = 0;
}
