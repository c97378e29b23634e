#include "array.h"

#include <string.h>

static const Py_ssize_t item_sizes[] = {8, 4, 8, 4, 1};

/* --------------------------------------------------------------- the shape */

static Py_ssize_t count_of(const Py_ssize_t *shape, int ndim)
{
  Py_ssize_t count = 1;

  for (int i = 0; i < ndim; i++) {
    if (shape[i] != 0 && count > PY_SSIZE_T_MAX / 16 / shape[i]) return -1;
    count *= shape[i];
  }
  return count;
}

/* Leaves out trailing dimensions of 1 (a column as a matrix), then checks. */
static bool set_shape(struct array *out, const Py_ssize_t *shape, int ndim,
                      const struct array_wish *wish)
{
  const int given = ndim;

  while (ndim > wish->ndim_max && shape[ndim - 1] == 1) ndim--;
  if (ndim < wish->ndim_min || ndim > wish->ndim_max) {
    if (wish->ndim_min == wish->ndim_max)
      PyErr_Format(PyExc_ValueError, "%s has %d dimensions, not %d", wish->name, given,
                   wish->ndim_min);
    else
      PyErr_Format(PyExc_ValueError, "%s has %d dimensions, not %d to %d", wish->name, given,
                   wish->ndim_min, wish->ndim_max);
    return false;
  }
  out->ndim = ndim;
  memcpy(out->shape, shape, (size_t)ndim * sizeof *shape);
  out->count = count_of(shape, ndim);
  if (out->count >= 0) return true;
  PyErr_Format(PyExc_ValueError, "%s is too large", wish->name);
  return false;
}

static bool allocate(struct array *out)
{
  out->copy =
      PyMem_Malloc((size_t)(out->count == 0 ? 1 : out->count) * (size_t)item_sizes[out->type]);
  out->data = out->copy;
  if (out->copy != NULL) return true;
  PyErr_NoMemory();
  return false;
}

/* ------------------------------------------------------------- conversions */

/* Whether the type takes the integer; then it is stored. */
static bool store_integer(const struct array *out, Py_ssize_t at, int64_t value)
{
  switch (out->type) {
    case ARRAY_I64: ((int64_t *)out->copy)[at] = value; return true;
    case ARRAY_I32: ((int32_t *)out->copy)[at] = (int32_t)value; return value == (int32_t)value;
    default: ((uint8_t *)out->copy)[at] = (uint8_t)value; return value == (uint8_t)value;
  }
}

static bool is_of_integers(enum array_type type)
{
  return type == ARRAY_I64 || type == ARRAY_I32 || type == ARRAY_U8;
}

static bool refuse(const struct array_wish *wish, Py_ssize_t at, PyObject *value)
{
  if (value != NULL && !PyErr_Occurred())
    PyErr_Format(PyExc_ValueError, "%s: element %zd is %R, not a whole number in range", wish->name,
                 at, value);
  Py_XDECREF(value);
  return false;
}

static bool convert_one(struct array *out, const char *from, Py_ssize_t at,
                        const struct array_wish *wish)
{
  int64_t whole = 0;

  if (out->type == ARRAY_F64) {
    ((double *)out->copy)[at] = array_load_double(&out->source, from);
    return true;
  }
  if (array_load_integer(&out->source, from, &whole) && store_integer(out, at, whole)) return true;
  return refuse(wish, at, PyFloat_FromDouble(array_load_double(&out->source, from)));
}

/* Copies dimension `depth` and those below; `*at` counts elements. */
static bool convert(struct array *out, const char *from, int depth, Py_ssize_t *at,
                    const struct array_wish *wish)
{
  const struct array_source *source = &out->source;

  for (Py_ssize_t i = 0; i < source->shape[depth]; i++, from += source->strides[depth]) {
    if (depth + 1 < source->ndim) {
      if (!convert(out, from, depth + 1, at, wish)) return false;
    } else if (!convert_one(out, from, (*at)++, wish)) {
      return false;
    }
  }
  return true;
}

/* Whether the memory can be used as it is, and as which type. */
static bool fits(const struct array_source *source, const struct array_wish *wish,
                 enum array_type *type)
{
  static const enum array_kind kinds[] = {ARRAY_KIND_FLOAT, ARRAY_KIND_FLOAT, ARRAY_KIND_INT,
                                          ARRAY_KIND_INT, ARRAY_KIND_UINT};
  const enum array_type types[] = {wish->type, ARRAY_F32};

  if (source->is_swapped || !array_source_is_dense(source)) return false;
  if ((uintptr_t)source->data % (uintptr_t)source->item != 0) return false;
  for (int i = 0; i < (wish->takes_f32 ? 2 : 1); i++) {
    *type = types[i];
    if (source->kind == kinds[*type] && source->item == item_sizes[*type]) return true;
  }
  *type = wish->type;
  return false;
}

static bool take_source(struct array *out, const struct array_wish *wish)
{
  const struct array_source *source = &out->source;
  const bool is_as_wished = fits(source, wish, &out->type);
  Py_ssize_t at = 0;

  if (!set_shape(out, source->shape, source->ndim, wish)) return false;
  out->data = source->data;
  if (is_as_wished) return true;
  return allocate(out) && convert(out, source->data, 0, &at, wish);
}

/* ---------------------------------------------------------------- sequences */

static bool is_sequence(PyObject *object)
{
  return !PyUnicode_Check(object) && !PyBytes_Check(object) &&
         (PyList_Check(object) || PyTuple_Check(object) ||
          (PySequence_Check(object) && !PyFloat_Check(object)));
}

/* A sequence, or anything that can be gone through once, as a list or tuple. */
static PyObject *list_of(PyObject *object, const struct array_wish *wish)
{
  PyObject *list = NULL;

  if (!PyUnicode_Check(object) && !PyBytes_Check(object) && !PyDict_Check(object)) {
    list = PyList_Check(object) || PyTuple_Check(object) ? object : PySequence_List(object);
    if (list == object) Py_INCREF(list);
    if (list == NULL && !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
    PyErr_Clear();
  }
  if (list == NULL)
    PyErr_Format(PyExc_TypeError, "%s is an array or a sequence of numbers, not %R", wish->name,
                 Py_TYPE(object));
  return list;
}

/* The shape by the first element of each dimension. */
static bool measure(PyObject *list, Py_ssize_t *shape, int *ndim, const struct array_wish *wish)
{
  PyObject *at = list;
  bool done = true;

  Py_INCREF(at);
  for (*ndim = 0; done && *ndim < ARRAY_NDIM_MAX; (*ndim)++) {
    PyObject *first;

    shape[*ndim] = PySequence_Size(at);
    if (shape[*ndim] < 1) {
      done = shape[*ndim] == 0;
      (*ndim)++;
      break;
    }
    first = PySequence_GetItem(at, 0);
    Py_DECREF(at);
    at = first;
    if (at == NULL) return false;
    if (!is_sequence(at) || PySequence_Size(at) < 0) {
      PyErr_Clear();
      (*ndim)++;
      break;
    }
  }
  Py_DECREF(at);
  (void)wish;
  return done;
}

/* One number of a sequence. */
static bool fill_one(struct array *out, PyObject *object, Py_ssize_t at,
                     const struct array_wish *wish)
{
  PyObject *whole;
  int64_t value;
  double number;

  if (object != Py_None && !PyUnicode_Check(object)) {
    if (!is_of_integers(out->type)) {
      number = PyFloat_AsDouble(object);
      ((double *)out->copy)[at] = number;
      if (number != -1.0 || !PyErr_Occurred()) return true;
    } else if (PyIndex_Check(object) && (whole = PyNumber_Index(object)) != NULL) {
      value = PyLong_AsLongLong(whole);
      Py_DECREF(whole);
      if ((value != -1 || !PyErr_Occurred()) && store_integer(out, at, value)) return true;
    } else {
      PyErr_Clear();
      number = PyFloat_AsDouble(object);
      if (!PyErr_Occurred() && number >= -9e18 && number <= 9e18 &&
          number == (double)(int64_t)number && store_integer(out, at, (int64_t)number))
        return true;
    }
    PyErr_Clear();
  }
  PyErr_Format(PyFloat_Check(object) || PyLong_Check(object) ? PyExc_ValueError : PyExc_TypeError,
               "%s: element %zd is %R, not a %s", wish->name, at, object,
               is_of_integers(out->type) ? "whole number in range" : "number");
  return false;
}

static bool fill(struct array *out, PyObject *list, int depth, Py_ssize_t *at,
                 const struct array_wish *wish)
{
  PyObject *fast = PySequence_Fast(list, "a row is no sequence");
  const bool is_list = fast != NULL && PyList_Check(fast);
  const Py_ssize_t count = fast == NULL ? -1 : PySequence_Size(fast);
  bool done = fast != NULL;

  if (done && count != out->shape[depth]) {
    PyErr_Format(PyExc_ValueError, "%s: a row has %zd values, the first has %zd", wish->name, count,
                 out->shape[depth]);
    done = false;
  }
  for (Py_ssize_t i = 0; done && i < count; i++) {
    PyObject *item = is_list ? PyList_GetItem(fast, i) : PyTuple_GetItem(fast, i);

    if (item == NULL)
      done = false;
    else if (depth + 1 < out->ndim)
      done = fill(out, item, depth + 1, at, wish);
    else
      done = fill_one(out, item, (*at)++, wish);
  }
  Py_XDECREF(fast);
  return done;
}

static bool take_sequence(struct array *out, PyObject *object, const struct array_wish *wish)
{
  PyObject *list = list_of(object, wish);
  Py_ssize_t shape[ARRAY_NDIM_MAX] = {0}, at = 0;
  int ndim = 0;
  bool done;

  if (list == NULL) return false;
  out->type = wish->type;
  done = measure(list, shape, &ndim, wish);
  /* A column as rows of one number each. */
  if (done && ndim == wish->ndim_max + 1 && shape[ndim - 1] == 1) {
    done = set_shape(out, shape, ndim, wish);
    out->ndim = ndim;
    out->shape[ndim - 1] = 1;
  } else if (done) {
    if (shape[ndim - 1] == 0 && ndim < wish->ndim_min)
      while (ndim < wish->ndim_min) shape[ndim++] = 0;
    done = set_shape(out, shape, ndim, wish);
  }
  done = done && allocate(out) && (out->count == 0 || fill(out, list, 0, &at, wish));
  if (done && out->ndim > wish->ndim_max) out->ndim = wish->ndim_max;
  Py_DECREF(list);
  return done;
}

/* ------------------------------------------------------------------- public */

bool array_take(struct array *out, PyObject *object, const struct array_wish *wish)
{
  int opened;

  memset(out, 0, sizeof *out);
  opened = array_source_open(&out->source, object, wish->name);
  if (opened == 1 && take_source(out, wish)) return true;
  if (opened == 0 && take_sequence(out, object, wish)) return true;
  array_release(out);
  return false;
}

bool array_take_optional(struct array *out, PyObject *object, const struct array_wish *wish)
{
  if (object != Py_None) return array_take(out, object, wish);
  memset(out, 0, sizeof *out);
  return true;
}

void array_release(struct array *array)
{
  array_source_close(&array->source);
  PyMem_Free(array->copy);
  array->copy = NULL;
  array->data = NULL;
}
