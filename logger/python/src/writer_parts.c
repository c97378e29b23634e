#include "writer_parts.h"

void writer_add_part(struct parts *parts, const void *data, const char *word)
{
  if (data != NULL) parts->words[parts->count++] = word;
}

/* (classes, words), a new reference. */
static PyObject *key_of(const struct parts *parts)
{
  PyObject *classes = parts->classes == NULL ? PyTuple_New(0) : PyList_AsTuple(parts->classes);
  PyObject *words = PyUnicode_FromString(parts->words[0]), *key = NULL;

  for (size_t i = 1; words != NULL && i < parts->count; i++) {
    PyObject *longer = PyUnicode_FromFormat("%U, %s", words, parts->words[i]);

    Py_DECREF(words);
    words = longer;
  }
  if (classes != NULL && words != NULL) key = PyTuple_Pack(2, classes, words);
  Py_XDECREF(classes);
  Py_XDECREF(words);
  return key;
}

static void set_difference(PyObject *evaluation, PyObject *first, PyObject *key)
{
  for (Py_ssize_t i = 0; i < 2; i++) {
    PyObject *before = PyTuple_GetItem(first, i), *now = PyTuple_GetItem(key, i);

    if (PyObject_RichCompareBool(before, now, Py_EQ) != 0) continue;
    PyErr_Format(PyExc_ValueError,
                 i == 0 ? "%U has the classes %.200R, and this batch %.200R: classes says which "
                          "there are"
                        : "%U has %S, and this batch %S",
                 evaluation, before, now);
    return;
  }
}

bool writer_is_alike(struct writer *self, PyObject *name, const struct parts *parts)
{
  PyObject *evaluation = PyUnicode_FromFormat("%s '%U'", parts->kind, name);
  PyObject *key = evaluation == NULL ? NULL : key_of(parts);
  PyObject *first = key == NULL ? NULL : PyDict_GetItemWithError(self->evaluations, evaluation);
  bool is = false;

  if (first != NULL && PyObject_RichCompareBool(first, key, Py_EQ) == 1)
    is = true;
  else if (first != NULL)
    set_difference(evaluation, first, key);
  else if (key != NULL && PyErr_Occurred() == NULL)
    is = PyDict_SetItem(self->evaluations, evaluation, key) == 0;
  Py_XDECREF(key);
  Py_XDECREF(evaluation);
  return is;
}
