#include "analysis/pairing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct row_id {
  int64_t id;
  uint32_t row;
};

static int by_id(const void *left, const void *right)
{
  const struct row_id *a = left, *b = right;

  return a->id < b->id ? -1 : a->id > b->id;
}

static struct row_id *sorted_ids(const struct evaluation *from, struct pool *pool)
{
  struct row_id *ids = POOL_ARRAY(pool, from->count, struct row_id);

  for (size_t i = 0; i < from->count; i++) ids[i] = (struct row_id){from->ids[i], (uint32_t)i};
  qsort(ids, from->count, sizeof *ids, by_id);
  return ids;
}

static const char *match_ids(const uint32_t **order, const struct evaluation *a,
                             const struct evaluation *b, struct pool *pool)
{
  const struct row_id *of_a, *of_b;
  uint32_t *rows;

  if (memcmp(a->ids, b->ids, a->count * sizeof *a->ids) == 0) return NULL;
  of_a = sorted_ids(a, pool);
  of_b = sorted_ids(b, pool);
  rows = POOL_ARRAY(pool, a->count, uint32_t);
  for (size_t i = 0; i < a->count; i++) {
    if (of_a[i].id != of_b[i].id) return "different ids";
    if (i && of_a[i].id == of_a[i - 1].id) return "an id occurs twice";
    rows[of_a[i].row] = of_b[i].row;
  }
  *order = rows;
  return NULL;
}

/* Whether rows were left out of the numbers: then positions mean nothing. */
static bool has_gaps(const struct evaluation_result *result)
{
  const size_t kept = result->source->type == EVALUATION_CLASSIFICATION
                          ? result->classification.view.data.rows
                          : result->regression.numbers.rows;

  return kept != result->source->count;
}

static bool have_same_classes(const struct evaluation *a, const struct evaluation *b)
{
  if (a->class_count != b->class_count) return false;
  for (size_t k = 0; k < a->class_count; k++)
    if (strcmp(a->class_names[k], b->class_names[k]) != 0) return false;
  return true;
}

static const char *check_rows(const struct evaluation *a, const struct evaluation *b,
                              const uint32_t *order)
{
  for (size_t i = 0; i < a->count; i++) {
    const size_t k = order ? order[i] : i;

    if (a->type == EVALUATION_CLASSIFICATION && a->true_class[i] != b->true_class[k])
      return "the true labels differ";
    if (a->type == EVALUATION_REGRESSION &&
        (a->true_value[i] < b->true_value[k] || a->true_value[i] > b->true_value[k]))
      return "the true values differ";
    if (a->weights && (a->weights[i] < b->weights[k] || a->weights[i] > b->weights[k]))
      return "the weights differ";
  }
  return NULL;
}

const char *pair_rows(const uint32_t **order, const struct evaluation_result *a,
                      const struct evaluation_result *b, struct pool *pool)
{
  const struct evaluation *x = a->source, *y = b->source;
  const char *why = NULL;

  *order = NULL;
  if (a->reason || b->reason) return "one of them has no numbers";
  if (x->type == EVALUATION_CLASSIFICATION && !have_same_classes(x, y)) return "different classes";
  if (has_gaps(a) || has_gaps(b)) return "rows were left out";
  if (x->count != y->count) return "different numbers of rows";
  if (!x->weights != !y->weights) return "only one of them is weighted";
  if (x->ids && y->ids) why = match_ids(order, x, y, pool);
  return why ? why : check_rows(x, y, *order);
}
