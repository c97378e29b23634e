#include "value.h"

#include <math.h>

#include "pardon.h"

/* pandas' missing values, which are known by the names of their types, without an
 * import. */
static bool is_foreign_missing(PyObject *object)
{
  PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(object), "__name__");
  bool is = false;

  if (name == NULL)
    PyErr_Clear();
  else if (PyUnicode_Check(name))
    is = PyUnicode_CompareWithASCIIString(name, "NAType") == 0 ||
         PyUnicode_CompareWithASCIIString(name, "NaTType") == 0;
  Py_XDECREF(name);
  return is;
}

bool value_is_missing(PyObject *object) { return object == Py_None || is_foreign_missing(object); }

static void set_float(struct value *value, double number)
{
  *value = (struct value){.type = VALUE_FLOAT, .number = number};
}

static void set_bool(struct value *value, bool truth)
{
  *value = (struct value){.type = VALUE_BOOL, .number = truth, .integer = truth};
}

static bool take_integer(PyObject *object, struct value *value)
{
  int overflow = 0;
  const long long whole = PyLong_AsLongLongAndOverflow(object, &overflow);
  double number;

  if (whole == -1 && PyErr_Occurred()) return false;
  if (overflow == 0) {
    *value = (struct value){.type = VALUE_INTEGER, .number = (double)whole, .integer = whole};
    return true;
  }
  number = PyLong_AsDouble(object); /* as near as a double comes */
  if (number == -1.0 && PyErr_Occurred()) {
    if (!pardon_only(PyExc_OverflowError)) return false;
    number = overflow > 0 ? (double)INFINITY : (double)-INFINITY;
  }
  set_float(value, number);
  return true;
}

/* What Python has for a scalar of NumPy, PyTorch or JAX, or an array of one element, as
 * its own item() gives it: exact, and without the warning of a tensor that has a gradient.
 * A new reference; NULL without an exception: it has none that is a number. */
static PyObject *item_of(PyObject *object)
{
  static PyObject *name; /* made once: this is the way of every loss that is a tensor */
  PyObject *method, *item;

  if (name == NULL) name = PyUnicode_InternFromString("item");
  method = name == NULL ? NULL : PyObject_GetAttr(object, name);
  item = method == NULL ? NULL : PyObject_CallNoArgs(method);
  Py_XDECREF(method);
  if (item != NULL && (PyFloat_Check(item) || PyLong_Check(item))) return item;
  Py_XDECREF(item);
  return NULL;
}

static bool take_python(PyObject *object, struct value *value)
{
  if (PyBool_Check(object)) {
    set_bool(value, object == Py_True);
    return true;
  }
  if (PyLong_Check(object)) return take_integer(object, value);
  set_float(value, PyFloat_AsDouble(object));
  return true;
}

/* Anything else that is a number: scalars of other packages, Decimal, Fraction. */
static bool take_other(PyObject *object, struct value *value)
{
  PyObject *whole;
  double number;
  bool done;

  whole = item_of(object);
  if (whole == NULL) {
    if (!pardon()) return false;
    if (is_foreign_missing(object)) {
      set_float(value, (double)NAN);
      return true;
    }
    whole = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  }
  if (whole != NULL) {
    done = take_python(whole, value);
    Py_DECREF(whole);
    return done;
  }
  if (!pardon_only(PyExc_TypeError)) return false; /* arrays of floats have it and refuse */
  number = PyFloat_AsDouble(object);
  if (number == -1.0 && PyErr_Occurred()) return false;
  set_float(value, number);
  return true;
}

bool value_take_slowly(PyObject *object, struct value *value)
{
  if (object == Py_None) {
    set_float(value, (double)NAN);
    return true;
  }
  if (PyLong_Check(object) || PyFloat_Check(object)) return take_python(object, value);
  return take_other(object, value);
}
