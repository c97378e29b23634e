#include "pardon.h"

bool pardon_only(PyObject *kind)
{
  if (PyErr_Occurred() == NULL) return true;
  if (!PyErr_ExceptionMatches(kind)) return false;
  PyErr_Clear();
  return true;
}

bool pardon(void) { return pardon_only(PyExc_Exception); }
