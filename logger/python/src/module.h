/* What every file of the extension starts with. */
#ifndef EPOCHLOG_PYTHON_MODULE_H
#define EPOCHLOG_PYTHON_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A method that takes positional arguments as an array and keywords. */
#define FAST_METHOD(name, function, doc)                                              \
  {                                                                                   \
    name, (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS, doc \
  }

/* Raises OSError(errno, message[, path]) as the kind of it that the errno means: an
 * OSError made by PyErr_SetObject alone is caught by no such name before 3.11.  Takes
 * `arguments`, a tuple; NULL: an exception is set already. */
void module_raise_os_error(PyObject *arguments);

#endif
