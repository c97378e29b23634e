#include <stdlib.h>

#include "read.h"

static const char *kind_text(enum metric_kind kind)
{
  switch (kind) {
    case METRIC_SCALAR: return "scalar";
    case METRIC_LIST: return "list";
    case METRIC_ROW: return "row";
    case METRIC_TABLE: break;
  }
  return "table";
}

static const char *type_text(enum value_type type)
{
  switch (type) {
    case VALUE_FLOAT: return "float";
    case VALUE_INTEGER: return "integer";
    case VALUE_BOOL: return "bool";
    case VALUE_TEXT: break;
  }
  return "text";
}

static const char *goal_text(int goal) { return goal == 1 ? "min" : goal == 2 ? "max" : NULL; }

/* ---- totals */

/* In the metric's type: where integers and doubles were joined, a total may be of either. */
static PyObject *typed(enum value_type type, const struct value *value)
{
  if (type != VALUE_FLOAT && value->type != VALUE_FLOAT)
    return read_number(type, value->number, value->integer);
  return PyFloat_FromDouble(value->number);
}

static PyObject *number_totals(enum value_type type, const struct metric_totals *totals)
{
  return Py_BuildValue("NNNNLLKK", typed(type, &totals->first), typed(type, &totals->last),
                       typed(type, &totals->min), typed(type, &totals->max),
                       (long long)totals->first_step, (long long)totals->last_step,
                       (unsigned long long)totals->nan_count,
                       (unsigned long long)(totals->posinf_count + totals->neginf_count));
}

/* A footer does not tell the texts. */
static PyObject *text_totals(const struct metric_totals *totals)
{
  if (totals->first.type != VALUE_TEXT || totals->first.text == NULL) Py_RETURN_NONE;
  return Py_BuildValue("NNOOLLii", read_text(totals->first.text), read_text(totals->last.text),
                       Py_None, Py_None, (long long)totals->first_step,
                       (long long)totals->last_step, 0, 0);
}

static PyObject *totals_of(const struct metric *metric, const struct metric_totals *totals)
{
  if (metric->kind != METRIC_SCALAR || totals->count == 0) Py_RETURN_NONE;
  return metric->type == VALUE_TEXT ? text_totals(totals) : number_totals(metric->type, totals);
}

static PyObject *metric_of(const struct run *run, size_t index)
{
  const struct metric *metric = &run->metrics[index];
  const struct metric_totals totals = run_totals(run, index);

  return Py_BuildValue("NsszNNKN", read_text(metric->name), kind_text(metric->kind),
                       type_text(metric->type), goal_text(metric->goal), read_text(metric->unit),
                       read_text(metric->description), (unsigned long long)totals.count,
                       totals_of(metric, &totals));
}

PyObject *read_metrics(const struct run *run, size_t at)
{
  PyObject *tuple = PyTuple_New((Py_ssize_t)run->metric_count);

  (void)at;
  for (size_t i = 0; tuple != NULL && i < run->metric_count; i++)
    if (!read_put(tuple, (Py_ssize_t)i, metric_of(run, i))) Py_CLEAR(tuple);
  return tuple;
}

/* ---- points of a scalar */

static const struct metric *scalar_at(struct run_share *share, size_t index)
{
  const struct run *run = run_share_run(share);

  if (index >= run->metric_count) {
    PyErr_SetString(PyExc_IndexError, "the run has fewer metrics");
    return NULL;
  }
  if (run->metrics[index].kind == METRIC_SCALAR) return &run->metrics[index];
  PyErr_SetString(PyExc_ValueError, "the metric has columns, not points");
  return NULL;
}

PyObject *read_steps(PyObject *owner, struct run_share *share, size_t index)
{
  const struct metric *metric = scalar_at(share, index);

  return metric == NULL ? NULL : read_view(owner, share, metric->steps, metric->count, 'l');
}

PyObject *read_times(PyObject *owner, struct run_share *share, size_t index)
{
  const struct metric *metric = scalar_at(share, index);
  double *seconds = metric == NULL ? NULL : malloc((metric->count + 1) * sizeof *seconds);

  if (metric == NULL) return NULL;
  if (seconds == NULL) return PyErr_NoMemory();
  for (size_t i = 0; i < metric->count; i++) seconds[i] = (double)metric->times_us[i] / 1e6;
  return read_view_taken(owner, seconds, metric->count, 'd');
}

PyObject *read_values(PyObject *owner, struct run_share *share, size_t index)
{
  const struct metric *metric = scalar_at(share, index);

  if (metric == NULL) return NULL;
  if (metric->type == VALUE_TEXT) return read_text_list(metric->texts, metric->count);
  if (metric->integers != NULL)
    return read_view(owner, share, metric->integers, metric->count, 'l');
  return read_view(owner, share, metric->values, metric->count, 'd');
}

/* ---- columns of the others */

static PyObject *column_of(PyObject *owner, struct run_share *share,
                           const struct metric_column *column)
{
  PyObject *values, *missing;

  if (column->texts != NULL)
    values = read_text_list(column->texts, column->count);
  else if (column->integers != NULL)
    values = read_view(owner, share, column->integers, column->count, 'l');
  else
    values = read_view(owner, share, column->numbers, column->count, 'd');
  if (values == NULL) return NULL;
  if (column->missing != NULL)
    missing = read_view(owner, share, column->missing, column->count, '?');
  else
    missing = read_text(NULL);
  return Py_BuildValue("NsNN", read_text(column->name), type_text(column->type), values, missing);
}

PyObject *read_columns(PyObject *owner, struct run_share *share, size_t index)
{
  const struct run *run = run_share_run(share);
  const struct metric *metric;
  PyObject *tuple;

  if (index >= run->metric_count) {
    PyErr_SetString(PyExc_IndexError, "the run has fewer metrics");
    return NULL;
  }
  metric = &run->metrics[index];
  tuple = PyTuple_New((Py_ssize_t)metric->column_count);
  for (size_t i = 0; tuple != NULL && i < metric->column_count; i++)
    if (!read_put(tuple, (Py_ssize_t)i, column_of(owner, share, &metric->columns[i])))
      Py_CLEAR(tuple);
  return tuple;
}
