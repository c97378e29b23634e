#include "value.h"

#include <math.h>

#include "pardon.h"

/* Types that are known by their names alone, without an import. */
enum foreign { FOREIGN_OTHER, FOREIGN_BOOL, FOREIGN_MISSING };

static enum foreign foreign_of(PyObject *object)
{
  static const struct {
    const char *name;
    enum foreign is;
  } known[] = {{"bool", FOREIGN_BOOL},
               {"bool_", FOREIGN_BOOL},
               {"NAType", FOREIGN_MISSING},
               {"NaTType", FOREIGN_MISSING}};
  PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(object), "__name__");
  enum foreign is = FOREIGN_OTHER;

  if (name == NULL) PyErr_Clear();
  for (size_t i = 0; name != NULL && PyUnicode_Check(name) && i < sizeof known / sizeof *known; i++)
    if (PyUnicode_CompareWithASCIIString(name, known[i].name) == 0) is = known[i].is;
  Py_XDECREF(name);
  return is;
}

bool value_is_missing(PyObject *object)
{
  return object == Py_None || foreign_of(object) == FOREIGN_MISSING;
}

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
    number = overflow > 0 ? INFINITY : -INFINITY;
  }
  set_float(value, number);
  return true;
}

/* Anything else that is a number: NumPy's and PyTorch's scalars, Decimal, Fraction. */
static bool take_other(PyObject *object, struct value *value)
{
  const enum foreign foreign = foreign_of(object);
  PyObject *whole;
  double number;
  bool done;

  if (foreign == FOREIGN_MISSING) {
    set_float(value, NAN);
    return true;
  }
  if (foreign == FOREIGN_BOOL) { /* NumPy's, which are no Python bools */
    const int truth = PyObject_IsTrue(object);

    if (truth >= 0) set_bool(value, truth != 0);
    return truth >= 0;
  }
  whole = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  if (whole != NULL) {
    done = take_integer(whole, value);
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
  if (PyBool_Check(object)) {
    set_bool(value, object == Py_True);
    return true;
  }
  if (PyLong_Check(object)) return take_integer(object, value);
  if (PyFloat_Check(object) || object == Py_None) {
    set_float(value, object == Py_None ? (double)NAN : PyFloat_AsDouble(object));
    return true;
  }
  return take_other(object, value);
}
