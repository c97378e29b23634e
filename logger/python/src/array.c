#include "array.h"

#include <string.h>

#include "pardon.h"

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
static bool set_shape(struct array *out, const Py_ssize_t *shape, int given,
                      const struct array_wish *wish)
{
  int ndim = given;

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
  if (out->type == ARRAY_F32) {
    ((float *)out->copy)[at] = (float)array_load_double(&out->source, from);
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

/* The type that the caller gets: floats of up to 32 bits stay so where they may. */
static enum array_type type_for(const struct array_source *source, const struct array_wish *wish)
{
  const bool is_float = source->kind == ARRAY_KIND_FLOAT || source->kind == ARRAY_KIND_BFLOAT;

  return wish->takes_f32 && is_float && source->item <= 4 ? ARRAY_F32 : wish->type;
}

/* Whether the memory can be used as it is. */
static bool fits(const struct array_source *source, enum array_type type)
{
  static const enum array_kind kinds[] = {ARRAY_KIND_FLOAT, ARRAY_KIND_FLOAT, ARRAY_KIND_INT,
                                          ARRAY_KIND_INT, ARRAY_KIND_UINT};

  return source->kind == kinds[type] && source->item == item_sizes[type] && !source->is_swapped &&
         (uintptr_t)source->data % (uintptr_t)source->item == 0 && array_source_is_dense(source);
}

bool array_take_source(struct array *out, const struct array_wish *wish)
{
  const struct array_source *source = &out->source;
  Py_ssize_t at = 0;

  PyMem_Free(out->copy);
  out->copy = NULL;
  if (!set_shape(out, source->shape, source->ndim, wish)) return false;
  out->type = type_for(source, wish);
  out->data = source->data;
  return fits(source, out->type) || (allocate(out) && convert(out, source->data, 0, &at, wish));
}

/* ---------------------------------------------------------------- sequences */

/* How deep sequences lie in each other, and how long they are. */
struct nest {
  Py_ssize_t shape[ARRAY_NDIM_MAX];
  int ndim;
};

/* A sequence, or anything that can be gone through once, as a list or tuple. */
static PyObject *list_of(PyObject *object, const struct array_wish *wish)
{
  PyObject *list = NULL;

  if (!PyUnicode_Check(object) && !PyBytes_Check(object) && !PyDict_Check(object) &&
      !PyAnySet_Check(object)) {
    list = PySequence_List(object);
    if (list != NULL || !pardon_only(PyExc_TypeError)) return list;
  }
  PyErr_Format(PyExc_TypeError, "%s is an array or a sequence of numbers, not %R", wish->name,
               Py_TYPE(object));
  return NULL;
}

static bool is_row(PyObject *object)
{
  if (PyUnicode_Check(object) || PyBytes_Check(object) || !PySequence_Check(object)) return false;
  if (PySequence_Size(object) >= 0) return true;
  pardon(); /* an array of no dimension */
  return false;
}

/* The shape, by the first element of each dimension. */
static bool measure(PyObject *list, struct nest *nest, const struct array_wish *wish)
{
  PyObject *at = list, *first;

  Py_INCREF(at);
  for (nest->ndim = 0; at != NULL && nest->ndim < ARRAY_NDIM_MAX;) {
    PyObject *outer = at;

    nest->shape[nest->ndim++] = PyList_Size(outer);
    first = PyList_Size(outer) == 0 ? NULL : PyList_GetItem(outer, 0);
    at = first != NULL && is_row(first) ? PySequence_List(first) : NULL;
    Py_DECREF(outer);
  }
  Py_XDECREF(at);
  /* Empty ones lie in it as deep as they must. */
  while (nest->shape[nest->ndim - 1] == 0 && nest->ndim < wish->ndim_min)
    nest->shape[nest->ndim++] = 0;
  return !PyErr_Occurred();
}

/* An integer or a whole float as an int64; false: it is neither, or an exception is set. */
static bool whole_of(PyObject *object, int64_t *value)
{
  PyObject *whole = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  double number;

  if (whole != NULL) {
    *value = PyLong_AsLongLong(whole);
    Py_DECREF(whole);
    return *value != -1 || !PyErr_Occurred();
  }
  if (!pardon_only(PyExc_TypeError)) return false; /* arrays of floats have it and refuse */
  number = PyFloat_AsDouble(object);
  if (PyErr_Occurred() || !(number >= -9e18 && number <= 9e18)) return false;
  *value = (int64_t)number;
  return (double)*value == number;
}

/* One number of a sequence. */
static bool fill_one(struct array *out, PyObject *object, Py_ssize_t at,
                     const struct array_wish *wish)
{
  const bool is_number = object != Py_None && !PyUnicode_Check(object);
  const bool wants_integer = is_of_integers(out->type);
  int64_t whole;

  if (is_number && wants_integer) {
    if (whole_of(object, &whole) && store_integer(out, at, whole)) return true;
  } else if (is_number) {
    ((double *)out->copy)[at] = PyFloat_AsDouble(object);
    if (((double *)out->copy)[at] != -1.0 || !PyErr_Occurred()) return true;
  }
  if (is_number && pardon_only(PyExc_OverflowError))
    PyErr_Format(PyExc_ValueError, "%s: element %zd is %.200R, not a %snumber in range", wish->name,
                 at, object, wants_integer ? "whole " : "");
  else if (pardon_only(PyExc_TypeError))
    PyErr_Format(PyExc_TypeError, "%s: element %zd is %.200R, not a number", wish->name, at,
                 object);
  return false; /* what the object's own method raised is told as it is */
}

/* The rows of a dimension, or the numbers of the last one; `*at` counts numbers. */
static bool fill(struct array *out, const struct nest *nest, PyObject *rows, int depth,
                 Py_ssize_t *at, const struct array_wish *wish)
{
  PyObject *list = depth == 0 ? rows : PySequence_List(rows);
  bool done = list != NULL;

  if (list == NULL && pardon_only(PyExc_TypeError))
    PyErr_Format(PyExc_TypeError, "%s: a row is %R, the first is a sequence", wish->name,
                 Py_TYPE(rows));
  if (done && PyList_Size(list) != nest->shape[depth]) {
    PyErr_Format(PyExc_ValueError, "%s: a row has %zd values, the first has %zd", wish->name,
                 PyList_Size(list), nest->shape[depth]);
    done = false;
  }
  for (Py_ssize_t i = 0; done && i < nest->shape[depth]; i++) {
    PyObject *item = PyList_GetItem(list, i);

    done = item != NULL && (depth + 1 < nest->ndim ? fill(out, nest, item, depth + 1, at, wish)
                                                   : fill_one(out, item, (*at)++, wish));
  }
  if (depth != 0) Py_XDECREF(list);
  return done;
}

/* The lists that are filled from are copies, which nobody else can change meanwhile. */
static bool take_sequence(struct array *out, PyObject *object, const struct array_wish *wish)
{
  PyObject *list = list_of(object, wish);
  struct nest nest = {.ndim = 0};
  Py_ssize_t at = 0;
  bool done;

  if (list == NULL) return false;
  out->type = wish->type;
  done = measure(list, &nest, wish) && set_shape(out, nest.shape, nest.ndim, wish) &&
         allocate(out) && (out->count == 0 || fill(out, &nest, list, 0, &at, wish));
  Py_DECREF(list);
  return done;
}

/* ------------------------------------------------------------------- public */

bool array_take(struct array *out, PyObject *object, const struct array_wish *wish)
{
  int opened;

  memset(out, 0, sizeof *out);
  opened = array_source_open(&out->source, object, wish->name);
  if (opened == 1 && array_take_source(out, wish)) return true;
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
