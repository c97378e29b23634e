/* The extension module epochlog._native: the logger (writer.h) and the reader
 * (reader.h) for Python, and nothing that either does not need.
 *
 * Everything here keeps to CPython's limited API of 3.11, so that one build serves
 * every later version; 3.9 and 3.10, which lack the buffer protocol there, take the
 * same sources with the full API.
 */
#include "module.h"

#include "reader.h"
#include "writer.h"

void module_raise_os_error(PyObject *arguments)
{
  PyObject *error = arguments == NULL ? NULL : PyObject_CallObject(PyExc_OSError, arguments);

  if (error != NULL) PyErr_SetObject((PyObject *)Py_TYPE(error), error);
  Py_XDECREF(error);
  Py_XDECREF(arguments);
}

static int add_all(PyObject *module)
{
  if (writer_add(module) != 0 || reader_add(module) != 0) return -1;
  return PyModule_AddStringConstant(module, "VERSION", epochlog_version());
}

PyMODINIT_FUNC PyInit__native(void);

PyMODINIT_FUNC PyInit__native(void)
{
  static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)add_all}, {0, NULL}};
  static struct PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT,
                                          .m_name = "epochlog._native",
                                          .m_doc = "The logger and the reader, in C.",
                                          .m_size = 0,
                                          .m_slots = slots};

  return PyModuleDef_Init(&definition);
}
