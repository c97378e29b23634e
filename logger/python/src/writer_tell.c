/* What went wrong, told once. */
#include "pardon.h"
#include "writer.h"

/* A cause is told once for each name: a type of exception, and what came of it.  So many are
 * remembered. */
#define TOLD_MAX 1000

/* Whether the cause is new.  False also when memory is short. */
static bool is_news(struct writer *self, PyObject *type, const char *what, PyObject *name)
{
  PyObject *key = Py_BuildValue("OsO", type, what, name);
  bool is = key != NULL && self->told != NULL && PySet_Contains(self->told, key) == 0 &&
            PySet_Size(self->told) < TOLD_MAX && PySet_Add(self->told, key) == 0;

  Py_XDECREF(key);
  PyErr_Clear();
  return is;
}

/* What an exception says; its type where it says nothing, or cannot. */
static PyObject *words_of(PyObject *type, PyObject *value)
{
  PyObject *words = value == NULL ? NULL : PyObject_Str(value);

  if (words != NULL && PyUnicode_GetLength(words) > 0) return words;
  Py_XDECREF(words);
  return pardon() ? PyObject_Repr(type) : NULL;
}

/* Whether the words name the metric themselves. */
static bool is_named(PyObject *words)
{
  PyObject *start = PyUnicode_FromString("metric '");
  const bool is = start != NULL && PyUnicode_Tailmatch(words, start, 0, PY_SSIZE_T_MAX, -1) == 1;

  Py_XDECREF(start);
  return is;
}

static PyObject *sentence_of(PyObject *type, PyObject *value, const char *what, PyObject *name)
{
  PyObject *words, *sentence;

  if (value == NULL) return PyUnicode_FromString(what);
  words = words_of(type, value);
  if (words == NULL || name == Py_None) return words;
  sentence = is_named(words) ? PyUnicode_FromFormat("%U; it %s", words, what)
                             : PyUnicode_FromFormat("metric '%U': %U; it %s", name, words, what);
  Py_DECREF(words);
  return sentence;
}

/* A warning; where warnings are errors it is printed, and goes no further. */
static void warn(PyObject *sentence)
{
  PyObject *where;

  if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "%U", sentence) == 0) return;
  if (!PyErr_ExceptionMatches(PyExc_Exception)) return;
  where = PyUnicode_FromString("epochlog.Run.log");
  PyErr_WriteUnraisable(where);
  Py_XDECREF(where);
}

int writer_tell(struct writer *self, PyObject *exception, const char *what, PyObject *name)
{
  PyObject *type, *value, *trace, *sentence;

  if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) return -1;
  if (self->is_strict) {
    if (!PyErr_Occurred()) PyErr_SetString(exception, what);
    return -1;
  }
  PyErr_Fetch(&type, &value, &trace);
  if (type != NULL) PyErr_NormalizeException(&type, &value, &trace);
  name = name != NULL && PyUnicode_Check(name) ? PyUnicode_FromObject(name) : NULL;
  PyErr_Clear();
  if (is_news(self, type == NULL ? exception : type, what, name == NULL ? Py_None : name)) {
    sentence = sentence_of(type, value, what, name == NULL ? Py_None : name);
    if (sentence != NULL) warn(sentence);
    Py_XDECREF(sentence);
  }
  Py_XDECREF(name);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  return pardon() ? 0 : -1;
}

PyObject *writer_result(struct writer *self, epochlog_status status, const char *what,
                        PyObject *name)
{
  const char *reason = epochlog_status_text((int)status);

  if (status == EPOCHLOG_INVALID && writer_run(self) == NULL) return NULL; /* ended meanwhile */
  switch (status) {
    case EPOCHLOG_OK: Py_RETURN_NONE;
    case EPOCHLOG_CLOSED: PyErr_SetString(PyExc_RuntimeError, "the run has ended"); return NULL;
    case EPOCHLOG_INVALID:
    case EPOCHLOG_KIND:
    case EPOCHLOG_TOO_LARGE:
    case EPOCHLOG_EXISTS:
      PyErr_Format(PyExc_ValueError, "%s '%S': %s", what, name, reason);
      return NULL;
    default: break;
  }
  /* The disk, or memory: no reason to stop a training. */
  PyErr_Format(status == EPOCHLOG_NO_MEMORY ? PyExc_MemoryError : PyExc_OSError, "%s '%S': %s",
               what, name, reason);
  if (writer_tell(self, NULL, "is not kept", NULL) != 0) return NULL;
  Py_RETURN_NONE;
}
