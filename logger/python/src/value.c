#include "value.h"

#include <math.h>

/* Whether a type is one of NumPy's truth values, which are no Python bools. */
static bool is_numpy_bool(PyObject *object)
{
  PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(object), "__name__");
  bool is = name != NULL && (PyUnicode_CompareWithASCIIString(name, "bool_") == 0 ||
                             PyUnicode_CompareWithASCIIString(name, "bool") == 0);

  if (name == NULL) PyErr_Clear();
  Py_XDECREF(name);
  return is;
}

static bool take_integer(PyObject *object, struct value *value)
{
  int overflow = 0;
  long long whole = PyLong_AsLongLongAndOverflow(object, &overflow);

  if (whole == -1 && PyErr_Occurred()) return false;
  if (overflow != 0) { /* as near as a double comes */
    value->type = VALUE_FLOAT;
    value->number = PyLong_AsDouble(object);
    if (value->number == -1.0 && PyErr_Occurred()) {
      if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return false;
      PyErr_Clear();
      value->number = overflow > 0 ? INFINITY : -INFINITY;
    }
    return true;
  }
  value->type = VALUE_INTEGER;
  value->integer = whole;
  value->number = (double)whole;
  return true;
}

/* Anything else that is a number: NumPy's and PyTorch's scalars, Decimal, Fraction. */
static bool take_other(PyObject *object, struct value *value)
{
  PyObject *whole;

  if (object == Py_None) {
    value->type = VALUE_FLOAT;
    value->number = NAN;
    return true;
  }
  if (is_numpy_bool(object)) {
    const int truth = PyObject_IsTrue(object);

    if (truth < 0) return false;
    value->type = VALUE_BOOL;
    value->integer = truth;
    value->number = truth;
    return true;
  }
  whole = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  if (whole != NULL) {
    const bool done = take_integer(whole, value);

    Py_DECREF(whole);
    return done;
  }
  PyErr_Clear(); /* a tensor of floats has __index__ and refuses it */
  value->type = VALUE_FLOAT;
  value->number = PyFloat_AsDouble(object);
  return value->number != -1.0 || !PyErr_Occurred();
}

bool value_take(PyObject *object, struct value *value)
{
  if (PyFloat_CheckExact(object)) {
    value->type = VALUE_FLOAT;
    value->number = PyFloat_AsDouble(object);
    return true;
  }
  if (PyBool_Check(object)) {
    value->type = VALUE_BOOL;
    value->integer = object == Py_True;
    value->number = (double)value->integer;
    return true;
  }
  if (PyLong_Check(object)) return take_integer(object, value);
  if (PyFloat_Check(object)) {
    value->type = VALUE_FLOAT;
    value->number = PyFloat_AsDouble(object);
    return true;
  }
  return take_other(object, value);
}
