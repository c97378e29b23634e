/* Class labels: which there are, and each as the index of its class. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "pardon.h"
#include "value.h"

/* Labels from 0 to here are looked up in a table. */
#define TABLE_SIZE 65536

/* The labels of an object one after the other. */
struct labels {
  const char *name;
  struct array_source source;
  bool is_numbers; /* from `source`; else from `list` */
  PyObject *list;
  Py_ssize_t count;
};

static void close_labels(struct labels *labels)
{
  if (labels->is_numbers) array_source_close(&labels->source);
  Py_CLEAR(labels->list);
}

static bool open_numbers(struct labels *labels)
{
  int ndim = labels->source.ndim;

  while (ndim > 1 && labels->source.shape[ndim - 1] == 1) ndim--;
  labels->count = labels->source.shape[0];
  if (ndim == 1) return true;
  PyErr_Format(PyExc_ValueError, "%s has %d dimensions, not 1", labels->name, labels->source.ndim);
  close_labels(labels);
  return false;
}

static bool has_no_order(PyObject *object)
{
  return PyUnicode_Check(object) || PyBytes_Check(object) || PyDict_Check(object) ||
         PyAnySet_Check(object);
}

/* Numbers where the object lends its memory, else whatever it has in it. */
static bool open_labels(struct labels *labels, PyObject *object, const char *name)
{
  int opened = array_source_open(&labels->source, object, name);

  labels->name = name;
  labels->list = NULL;
  labels->is_numbers = opened == 1;
  if (labels->is_numbers) return open_numbers(labels);
  if (!pardon_only(PyExc_TypeError)) return false; /* an array of strings or objects */
  if (!has_no_order(object)) labels->list = PySequence_List(object);
  if (labels->list == NULL) {
    if (pardon_only(PyExc_TypeError))
      PyErr_Format(PyExc_TypeError, "%s is an array or a sequence of labels, not %R", name,
                   Py_TYPE(object));
    return false;
  }
  labels->count = PyList_Size(labels->list);
  return true;
}

/* A number as a label: 2.0 is 2, truth values stay what they are. */
static PyObject *number_label(const struct labels *labels, const char *at)
{
  int64_t whole;

  if (labels->source.kind == ARRAY_KIND_BOOL)
    return PyBool_FromLong(array_load_double(&labels->source, at) != 0);
  if (array_load_integer(&labels->source, at, &whole)) return PyLong_FromLongLong(whole);
  return PyFloat_FromDouble(array_load_double(&labels->source, at));
}

/* An element of a sequence as a label: what NumPy or PyTorch wraps is taken out. */
static PyObject *item_label(PyObject *item)
{
  const bool is_plain = PyUnicode_Check(item) || PyLong_Check(item) || PyFloat_Check(item);
  double number;

  if (!is_plain && PyObject_HasAttrString(item, "item")) {
    item = PyObject_CallMethod(item, "item", NULL);
    if (item == NULL) return NULL;
  } else {
    Py_INCREF(item);
  }
  if (!PyFloat_Check(item)) return item;
  number = PyFloat_AsDouble(item);
  if (!(number == floor(number) && fabs(number) < 9e15)) return item;
  Py_DECREF(item);
  return PyLong_FromLongLong((long long)number);
}

static bool is_missing(PyObject *label)
{
  if (PyFloat_Check(label)) return isnan(PyFloat_AsDouble(label));
  return !PyUnicode_Check(label) && !PyLong_Check(label) && value_is_missing(label);
}

/* The i-th label, a new reference; NULL with ValueError set for None and NaN. */
static PyObject *label_at(const struct labels *labels, Py_ssize_t i)
{
  PyObject *label = labels->is_numbers
                        ? number_label(labels, labels->source.data + i * labels->source.strides[0])
                        : item_label(PyList_GetItem(labels->list, i));

  if (label == NULL || !is_missing(label)) return label;
  PyErr_Format(PyExc_ValueError, "%s: element %zd is %R, which is no label", labels->name, i,
               label);
  Py_DECREF(label);
  return NULL;
}

/* Whether the label is one of the table; its place there. */
static bool in_table(const struct labels *labels, Py_ssize_t i, int64_t *value)
{
  return labels->is_numbers && labels->source.kind != ARRAY_KIND_BOOL &&
         array_load_integer(&labels->source, labels->source.data + i * labels->source.strides[0],
                            value) &&
         *value >= 0 && *value < TABLE_SIZE;
}

/* ----------------------------------------------------------------- distinct */

static bool add_distinct(const struct labels *labels, PyObject *set, unsigned char *seen)
{
  for (Py_ssize_t i = 0; i < labels->count; i++) {
    int64_t value;
    PyObject *label;
    int failed;

    if (in_table(labels, i, &value)) {
      if (seen[value]) continue;
      seen[value] = 1;
    }
    label = label_at(labels, i);
    failed = label == NULL || PySet_Add(set, label) != 0;
    if (failed && label != NULL && pardon_only(PyExc_TypeError)) /* not hashable */
      PyErr_Format(PyExc_TypeError, "%s: element %zd is %.200R, which is no label", labels->name, i,
                   label);
    Py_XDECREF(label);
    if (failed) return false;
  }
  return true;
}

PyObject *array_distinct(PyObject *module, PyObject *args)
{
  PyObject *object, *set = NULL;
  const char *name;
  struct labels labels;
  unsigned char *seen;

  (void)module;
  if (!PyArg_ParseTuple(args, "Os:distinct", &object, &name)) return NULL;
  if (!open_labels(&labels, object, name)) return NULL;
  seen = PyMem_Calloc(TABLE_SIZE, 1);
  set = seen == NULL ? PyErr_NoMemory() : PySet_New(NULL);
  if (set != NULL && !add_distinct(&labels, set, seen)) Py_CLEAR(set);
  PyMem_Free(seen);
  close_labels(&labels);
  return set;
}

/* ------------------------------------------------------------------ indices */

/* The index of a label; -1 with an exception set. */
static int32_t look_up(const struct labels *labels, PyObject *lookup, Py_ssize_t i)
{
  PyObject *label = label_at(labels, i), *index;
  long number = -1;

  if (label == NULL) return -1;
  index = PyDict_GetItemWithError(lookup, label);
  if (index != NULL)
    number = PyLong_AsLong(index);
  else if (pardon_only(PyExc_TypeError))
    PyErr_Format(PyExc_ValueError, "%s: element %zd is %.200R, which is none of the classes",
                 labels->name, i, label);
  Py_DECREF(label);
  return (int32_t)number;
}

static bool fill_indices(const struct labels *labels, PyObject *lookup, int32_t *out,
                         int32_t *table)
{
  memset(table, 0xFF, TABLE_SIZE * sizeof *table);
  for (Py_ssize_t i = 0; i < labels->count; i++) {
    int64_t value;
    const bool is_in_table = in_table(labels, i, &value);

    out[i] = is_in_table ? table[value] : -1;
    if (out[i] >= 0) continue;
    out[i] = look_up(labels, lookup, i);
    if (out[i] < 0) return false;
    if (is_in_table) table[value] = out[i];
  }
  return true;
}

PyObject *array_class_indices(PyObject *module, PyObject *args)
{
  PyObject *object, *lookup, *bytes = NULL, *view = NULL, *cast = NULL;
  const char *name;
  struct labels labels;
  int32_t *table;

  (void)module;
  if (!PyArg_ParseTuple(args, "OO!s:class_indices", &object, &PyDict_Type, &lookup, &name))
    return NULL;
  if (!open_labels(&labels, object, name)) return NULL;
  table = PyMem_Malloc(TABLE_SIZE * sizeof *table);
  bytes = table == NULL
              ? PyErr_NoMemory()
              : PyBytes_FromStringAndSize(NULL, labels.count * (Py_ssize_t)sizeof(int32_t));
  if (bytes != NULL &&
      !fill_indices(&labels, lookup, (int32_t *)(void *)PyBytes_AsString(bytes), table))
    Py_CLEAR(bytes);
  PyMem_Free(table);
  close_labels(&labels);
  if (bytes != NULL && labels.count == 0) { /* an empty view cannot be cast */
    Py_DECREF(bytes);
    return PyList_New(0);
  }
  if (bytes != NULL) view = PyMemoryView_FromObject(bytes);
  if (view != NULL) cast = PyObject_CallMethod(view, "cast", "s", "i");
  Py_XDECREF(view);
  Py_XDECREF(bytes);
  return cast;
}
