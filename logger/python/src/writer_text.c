/* Texts, names and steps that Python gives. */
#include <string.h>

#include "pardon.h"
#include "writer.h"

const char *writer_text(PyObject *text, const char *what, PyObject **owner)
{
  Py_ssize_t size = 0;
  const char *bytes;

  *owner = NULL;
  if (!PyUnicode_Check(text)) {
    PyErr_Format(PyExc_TypeError, "%s is a str, not %R", what, Py_TYPE(text));
    return NULL;
  }
  bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (bytes == NULL) {
    char *encoded;

    PyErr_Clear();
    *owner = PyUnicode_AsEncodedString(text, "utf-8", "replace");
    if (*owner == NULL || PyBytes_AsStringAndSize(*owner, &encoded, &size) != 0) return NULL;
    bytes = encoded;
  }
  if (strlen(bytes) == (size_t)size) return bytes;
  PyErr_Format(PyExc_ValueError, "%s holds a NUL character", what);
  Py_CLEAR(*owner);
  return NULL;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

const char *writer_name(PyObject *name, const char *what, PyObject **owner)
{
  PyObject *encoded;
  const char *text = writer_text(name, what, &encoded);
  const size_t whole = text == NULL ? 0 : strlen(text);
  size_t size = whole;

  *owner = NULL;
  if (text == NULL) return NULL;
  while (is_space(*text)) text++, size--;
  while (size != 0 && is_space(text[size - 1])) size--;
  if (size == 0)
    PyErr_Format(PyExc_ValueError, "%s is empty", what);
  else if (size > EPOCHLOG_NAME_MAX)
    PyErr_Format(PyExc_ValueError, "%s is longer than %d bytes", what, EPOCHLOG_NAME_MAX);
  else if (encoded == NULL && size == whole)
    *owner = PyUnicode_FromObject(name); /* itself, which look-ups find faster than a copy */
  else
    *owner = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, NULL);
  Py_XDECREF(encoded);
  return *owner == NULL ? NULL : PyUnicode_AsUTF8AndSize(*owner, NULL);
}

bool writer_text_or_none(PyObject *text, const char *what, const char **out, PyObject **owner)
{
  *out = NULL;
  *owner = NULL;
  if (text == Py_None) return true;
  *out = writer_text(text, what, owner);
  return *out != NULL;
}

/* Whole floats count: steps come out of divisions. */
static PyObject *whole_of(PyObject *object)
{
  PyObject *whole = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  double number;

  if (whole != NULL || !pardon()) return whole;
  number = PyFloat_AsDouble(object);
  if (PyErr_Occurred()) {
    if (pardon()) PyErr_Format(PyExc_TypeError, "a step is an integer, not %R", Py_TYPE(object));
    return NULL;
  }
  if (number >= -9007199254740992.0 && number <= 9007199254740992.0 &&
      number == (double)(long long)number)
    return PyLong_FromLongLong((long long)number);
  PyErr_Format(PyExc_TypeError, "a step is an integer, not %R", object);
  return NULL;
}

bool writer_step(PyObject *object, int64_t *step)
{
  PyObject *whole;
  int overflow = 0;

  if (object == Py_None) return true;
  if (PyLong_Check(object)) {
    *step = PyLong_AsLongLongAndOverflow(object, &overflow);
  } else {
    whole = whole_of(object);
    if (whole == NULL) return false;
    *step = PyLong_AsLongLongAndOverflow(whole, &overflow);
    Py_DECREF(whole);
  }
  if (overflow == 0 && *step != EPOCHLOG_AUTO) return true;
  *step = EPOCHLOG_AUTO;
  PyErr_Format(PyExc_OverflowError, "step %R does not fit 64 bits", object);
  return false;
}
