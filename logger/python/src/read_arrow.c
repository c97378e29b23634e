/* Streams as capsules, as Arrow's PyCapsule interface has them. */
#include <stdlib.h>

#include "arrow.h"
#include "read.h"

#define STREAM "arrow_array_stream"

/* Who took the stream has left it released. */
static void destroy(PyObject *capsule)
{
  struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, STREAM);

  if (stream == NULL) return;
  if (stream->release) stream->release(stream);
  free(stream);
}

PyObject *read_arrow(struct run_share *share, size_t index)
{
  struct ArrowArrayStream *stream;
  PyObject *capsule;

  if (index != SIZE_MAX && index >= run_share_run(share)->metric_count) {
    PyErr_SetString(PyExc_IndexError, "the run has fewer metrics");
    return NULL;
  }
  stream = malloc(sizeof *stream);
  if (stream == NULL) return PyErr_NoMemory();
  if (arrow_stream(stream, share, index) != 0) {
    free(stream);
    return PyErr_NoMemory();
  }
  capsule = PyCapsule_New(stream, STREAM, destroy);
  if (capsule != NULL) return capsule;
  stream->release(stream);
  free(stream);
  return NULL;
}
