#include "reader.h"

int reader_add(PyObject *module)
{
  (void)module;
  return 0;
}
