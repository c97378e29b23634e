/* Metrics reduced to the columns of a small picture: the lowest, highest and mean value
 * of each, over equal parts of the metric's steps. */
#include <math.h>
#include <stdlib.h>

#include "read.h"

/* More columns than this are no small picture. */
#define COLUMNS_MAX 10000

static int64_t lowest_step(const struct metric *metric)
{
  return metric->is_long ? metric->step_min : metric->steps[0];
}

static int64_t highest_step(const struct metric *metric)
{
  return metric->is_long ? metric->step_max : metric->steps[metric->count - 1];
}

/* Edges that part low .. high evenly; the last lies just behind `high`. */
static void fill_edges(int64_t *edges, size_t columns, int64_t low, int64_t high)
{
  const uint64_t width = (uint64_t)high - (uint64_t)low;
  const uint64_t steps = width == UINT64_MAX ? width : width + 1;

  /* steps * i / columns, within 64 bits */
  for (size_t i = 0; i < columns; i++)
    edges[i] = (int64_t)((uint64_t)low + steps / columns * i + steps % columns * i / columns);
  edges[columns] = high < INT64_MAX ? high + 1 : high;
}

static bool has_picture(const struct metric *metric)
{
  return metric->kind == METRIC_SCALAR && metric->type != VALUE_TEXT && metric->count > 0;
}

/* One reduction for each of the first `most` metrics that can be drawn.  NULL when memory
 * is short. */
static struct reduction *prepare(const struct run *run, size_t columns, size_t most, size_t *count)
{
  const size_t edge_bytes = (columns + 1) * sizeof(int64_t);
  const size_t span_bytes = columns * sizeof(struct span);
  struct reduction *list = calloc(most + 1, sizeof *list);
  char *room;

  *count = 0;
  for (size_t i = 0; list != NULL && i < most; i++) *count += has_picture(&run->metrics[i]);
  room = list == NULL ? NULL : malloc((edge_bytes + span_bytes) * (*count + 1));
  if (room == NULL) {
    free(list);
    return NULL;
  }
  /* The first one's edges begin the room; it is freed by them. */
  list[0].edges = (int64_t *)(void *)room;
  for (size_t i = 0, k = 0; i < most; i++) {
    const struct metric *metric = &run->metrics[i];
    char *own = room + k * (edge_bytes + span_bytes);

    if (!has_picture(metric)) continue;
    list[k++] = (struct reduction){.metric = i,
                                   .columns = columns,
                                   .edges = (int64_t *)(void *)own,
                                   .spans = (struct span *)(void *)(own + edge_bytes)};
    fill_edges((int64_t *)(void *)own, columns, lowest_step(metric), highest_step(metric));
  }
  return list;
}

/* (lows, highs, means): memoryviews of doubles; NaN where a column has no finite value. */
static PyObject *spans_of(PyObject *owner, const struct reduction *reduced)
{
  PyObject *tuple = PyTuple_New(3);

  for (int which = 0; tuple != NULL && which < 3; which++) {
    double *numbers = malloc(reduced->columns * sizeof *numbers);

    for (size_t i = 0; numbers != NULL && i < reduced->columns; i++) {
      const struct span *span = &reduced->spans[i];
      const uint64_t finite =
          span->count - span->nan_count - span->posinf_count - span->neginf_count;
      const double mean = finite > 0 ? span->sum / (double)finite : (double)NAN;

      numbers[i] = which == 0 ? span->min : which == 1 ? span->max : mean;
    }
    if (numbers == NULL) PyErr_NoMemory();
    if (!read_put(tuple, which,
                  numbers ? read_view_taken(owner, numbers, reduced->columns, 'd') : NULL))
      Py_CLEAR(tuple);
  }
  return tuple;
}

static PyObject *all_spans(PyObject *owner, const struct run *run, const struct reduction *list,
                           size_t count)
{
  PyObject *tuple = PyTuple_New((Py_ssize_t)run->metric_count);

  for (size_t i = 0, k = 0; tuple != NULL && i < run->metric_count; i++) {
    PyObject *item =
        k < count && list[k].metric == i ? spans_of(owner, &list[k++]) : read_text(NULL);

    if (!read_put(tuple, (Py_ssize_t)i, item)) Py_CLEAR(tuple);
  }
  return tuple;
}

PyObject *read_spans(PyObject *owner, struct run *run, Py_ssize_t columns, Py_ssize_t most)
{
  struct reduction *list;
  PyObject *tuple = NULL;
  size_t count;
  int failed;

  if (columns < 1 || columns > COLUMNS_MAX) {
    PyErr_Format(PyExc_ValueError, "columns are 1 to %d, not %zd", COLUMNS_MAX, columns);
    return NULL;
  }
  if (most < 0 || (size_t)most > run->metric_count) most = (Py_ssize_t)run->metric_count;
  list = prepare(run, (size_t)columns, (size_t)most, &count);
  if (list == NULL) return PyErr_NoMemory();
  Py_BEGIN_ALLOW_THREADS;
  failed = run_reduce(run, list, count);
  Py_END_ALLOW_THREADS;
  if (failed)
    PyErr_NoMemory();
  else
    tuple = all_spans(owner, run, list, count);
  free((void *)(uintptr_t)list[0].edges);
  free(list);
  return tuple;
}
