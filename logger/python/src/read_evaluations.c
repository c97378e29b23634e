#include "read.h"

/* A dict that is being filled; NULL once that failed. */
struct filling {
  PyObject *dict;
  PyObject *owner;
  struct run_share *share;
  size_t count; /* rows */
};

/* Takes the value; NULL fails. */
static void put(struct filling *filling, const char *name, PyObject *value)
{
  if (filling->dict != NULL &&
      (value == NULL || PyDict_SetItemString(filling->dict, name, value) != 0))
    Py_CLEAR(filling->dict);
  Py_XDECREF(value);
}

/* An array of a number for each row; None where it was not logged. */
static void put_array(struct filling *filling, const char *name, const void *data, char format)
{
  if (filling->dict == NULL) return;
  put(filling, name,
      data == NULL ? read_text(NULL)
                   : read_view(filling->owner, filling->share, data, filling->count, format));
}

/* A tuple of arrays, one for each class. */
static void put_arrays(struct filling *filling, const char *name, const double *const *arrays,
                       size_t classes)
{
  PyObject *tuple;

  if (filling->dict == NULL) return;
  tuple = arrays == NULL ? read_text(NULL) : PyTuple_New((Py_ssize_t)classes);
  for (size_t i = 0; tuple != NULL && arrays != NULL && i < classes; i++)
    if (!read_put(tuple, (Py_ssize_t)i,
                  read_view(filling->owner, filling->share, arrays[i], filling->count, 'd')))
      Py_CLEAR(tuple);
  put(filling, name, tuple);
}

static const char *type_text(enum evaluation_type type)
{
  switch (type) {
    case EVALUATION_CLASSIFICATION: return "classification";
    case EVALUATION_REGRESSION: return "regression";
    case EVALUATION_IMPORTANCE: break;
  }
  return "importance";
}

static PyObject *level_of(double level)
{
  return level > 0 ? PyFloat_FromDouble(level) : read_text(NULL);
}

static PyObject *evaluation_of(PyObject *owner, struct run_share *share,
                               const struct evaluation *from)
{
  struct filling filling = {PyDict_New(), owner, share, from->count};

  put(&filling, "name", read_text(from->name));
  put(&filling, "type", read_text(type_text(from->type)));
  put(&filling, "count", PyLong_FromSize_t(from->count));
  put(&filling, "classes", read_texts(from->class_names, from->class_count));
  put_array(&filling, "true_class", from->true_class, 'i');
  put_array(&filling, "predicted_class", from->predicted_class, 'i');
  put_arrays(&filling, "scores", from->scores, from->class_count);
  put(&filling, "binary_scores", PyBool_FromLong(from->binary_scores));
  put(&filling, "positive", read_text(from->positive));
  put_array(&filling, "true_value", from->true_value, 'd');
  put_array(&filling, "predicted", from->predicted, 'd');
  put_array(&filling, "lower", from->lower, 'd');
  put_array(&filling, "upper", from->upper, 'd');
  put(&filling, "interval_level", level_of(from->interval_level));
  put(&filling, "target", read_text(from->target));
  put_array(&filling, "weights", from->weights, 'd');
  put_array(&filling, "ids", from->ids, 'l');
  put(&filling, "features",
      from->features ? read_texts(from->features, from->count) : read_text(NULL));
  put_array(&filling, "overall", from->overall, 'd');
  put_array(&filling, "deviation", from->deviation, 'd');
  put_arrays(&filling, "per_class", from->per_class, from->class_count);
  put(&filling, "method", read_text(from->method));
  return filling.dict;
}

PyObject *read_evaluations(PyObject *owner, struct run_share *share)
{
  const struct run *run = run_share_run(share);
  PyObject *tuple = PyTuple_New((Py_ssize_t)run->evaluation_count);

  for (size_t i = 0; tuple != NULL && i < run->evaluation_count; i++)
    if (!read_put(tuple, (Py_ssize_t)i, evaluation_of(owner, share, &run->evaluations[i])))
      Py_CLEAR(tuple);
  return tuple;
}
