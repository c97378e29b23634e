#include <errno.h>
#include <string.h>

#include "read.h"

PyObject *read_text(const char *text)
{
  if (text == NULL) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

PyObject *read_path(const char *path) { return PyUnicode_DecodeFSDefault(path); }

PyObject *read_number(enum value_type type, double number, int64_t integer)
{
  switch (type) {
    case VALUE_BOOL: return PyBool_FromLong(integer != 0);
    case VALUE_INTEGER: return PyLong_FromLongLong(integer);
    case VALUE_FLOAT:
    case VALUE_TEXT: break;
  }
  return PyFloat_FromDouble(number);
}

PyObject *read_value(const struct value *value)
{
  if (value->type == VALUE_TEXT) return read_text(value->text);
  return read_number(value->type, value->number, value->integer);
}

int read_put(PyObject *tuple, Py_ssize_t at, PyObject *item)
{
  return item != NULL && PyTuple_SetItem(tuple, at, item) == 0;
}

PyObject *read_texts(const char *const *texts, size_t count)
{
  PyObject *tuple = PyTuple_New((Py_ssize_t)count);

  for (size_t i = 0; tuple != NULL && i < count; i++)
    if (!read_put(tuple, (Py_ssize_t)i, read_text(texts[i]))) Py_CLEAR(tuple);
  return tuple;
}

PyObject *read_text_list(const char *const *texts, size_t count)
{
  PyObject *list = PyList_New((Py_ssize_t)count);

  for (size_t i = 0; list != NULL && i < count; i++) {
    PyObject *text = read_text(texts[i]);

    if (text == NULL || PyList_SetItem(list, (Py_ssize_t)i, text) != 0) Py_CLEAR(list);
  }
  return list;
}

/* ----------------------------------------------------------------- errors */

static bool ends_with(const char *text, const char *end)
{
  const size_t length = strlen(text), end_length = strlen(end);

  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

bool read_says_no_run(const struct read_error *error)
{
  return error->sys_errno == 0 && (ends_with(error->message, ": no log in this folder") ||
                                   ends_with(error->message, ": a folder without a log (*.elog)"));
}

/* An OSError of an errno.  Takes `message`, which may be NULL. */
static void set_os_error(int sys_errno, PyObject *message, const char *path)
{
  module_raise_os_error(message == NULL ? NULL
                        : path == NULL  ? Py_BuildValue("(iN)", sys_errno, message)
                                       : Py_BuildValue("iNN", sys_errno, message, read_path(path)));
}

void read_fail_missing(const struct read_error *error)
{
  set_os_error(ENOENT, read_path(error->message), NULL);
}

/* The message without the path it begins with, which the exception has by itself. */
static const char *without_path(const char *message, const char *path)
{
  const size_t length = strlen(path);

  if (length == 0 || strncmp(message, path, length) != 0) return NULL;
  return strncmp(message + length, ": ", 2) == 0 ? message + length + 2 : NULL;
}

void read_fail(const struct read_error *error, const char *path)
{
  const char *rest = without_path(error->message, path);
  PyObject *message;

  if (error->sys_errno == ENOMEM) {
    PyErr_NoMemory();
  } else if (read_says_no_run(error)) {
    read_fail_missing(error);
  } else if (error->sys_errno != 0) {
    set_os_error(error->sys_errno, read_path(rest ? rest : error->message), rest ? path : NULL);
  } else if ((message = read_path(error->message)) != NULL) {
    PyErr_SetObject(PyExc_ValueError, message);
    Py_DECREF(message);
  }
}
