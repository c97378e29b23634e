/* Arrays that the reader made, seen through the buffer protocol.
 *
 * The exporter holds a share of the run (or an array of its own) and lets go when the
 * last memoryview does.  An exporter is never seen by itself.
 */
#include <stdlib.h>

#include "read.h"

struct view {
  PyObject_HEAD struct run_share *share; /* NULL: the array is its own */
  void *owned;
  const void *data;
  Py_ssize_t count;
  Py_ssize_t item_size;
  char format[2];
};

static const char nothing[8];

static Py_ssize_t item_size_of(char format)
{
  switch (format) {
    case '?': return (Py_ssize_t)sizeof(bool);
    case 'i': return (Py_ssize_t)sizeof(int32_t);
    default: return (Py_ssize_t)sizeof(int64_t);
  }
}

static int view_get(PyObject *object, Py_buffer *buffer, int flags)
{
  struct view *self = (struct view *)object;

  if (flags & PyBUF_WRITABLE) {
    PyErr_SetString(PyExc_BufferError, "a run that was read cannot be changed");
    return -1;
  }
  *buffer = (Py_buffer){.buf = (void *)(uintptr_t)self->data,
                        .obj = object,
                        .len = self->count * self->item_size,
                        .itemsize = self->item_size,
                        .readonly = 1,
                        .ndim = 1,
                        .format = flags & PyBUF_FORMAT ? self->format : NULL,
                        .shape = flags & PyBUF_ND ? &self->count : NULL};
  if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) buffer->strides = &self->item_size;
  Py_INCREF(object);
  return 0;
}

static void view_dealloc(PyObject *object)
{
  struct view *self = (struct view *)object;
  PyTypeObject *type = Py_TYPE(object);

  run_share_drop(self->share);
  free(self->owned);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

static PyObject *view_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
  (void)type;
  (void)args;
  (void)keywords;
  PyErr_SetString(PyExc_TypeError, "an Array is made by a RunData");
  return NULL;
}

int read_view_add(PyObject *module)
{
  static PyType_Slot slots[] = {{Py_tp_new, (void *)view_new},
                                {Py_tp_dealloc, (void *)view_dealloc},
                                {Py_bf_getbuffer, (void *)view_get},
                                {Py_tp_doc, (void *)"An array of a run that was read."},
                                {0, NULL}};
  static PyType_Spec spec = {.name = "epochlog._native.Array",
                             .basicsize = sizeof(struct view),
                             .flags = Py_TPFLAGS_DEFAULT,
                             .slots = slots};
  PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);

  /* The name takes the reference, if it can be set. */
  if (type != NULL && PyModule_AddObject(module, "Array", type) == 0) return 0;
  Py_XDECREF(type);
  return -1;
}

/* An exporter; NULL with an exception set. */
static struct view *make_view(PyObject *owner, const void *data, size_t count, char format)
{
  PyObject *module = PyType_GetModule(Py_TYPE(owner));
  PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "Array");
  struct view *view =
      type == NULL ? NULL : (struct view *)PyType_GenericAlloc((PyTypeObject *)type, 0);

  Py_XDECREF(type);
  if (view == NULL) return NULL;
  view->data = count > 0 ? data : nothing;
  view->count = (Py_ssize_t)count;
  view->item_size = item_size_of(format);
  /* What struct and NumPy call an int64, on every system. */
  view->format[0] = format == 'l' && sizeof(long) < sizeof(int64_t) ? 'q' : format;
  return view;
}

static PyObject *memory_of(struct view *view)
{
  PyObject *memory = view == NULL ? NULL : PyMemoryView_FromObject((PyObject *)view);

  Py_XDECREF((PyObject *)view);
  return memory;
}

PyObject *read_view(PyObject *owner, struct run_share *share, const void *data, size_t count,
                    char format)
{
  struct view *view = make_view(owner, data, count, format);

  if (view != NULL) view->share = run_share_keep(share);
  return memory_of(view);
}

PyObject *read_view_taken(PyObject *owner, void *data, size_t count, char format)
{
  struct view *view = make_view(owner, data, count, format);

  if (view != NULL)
    view->owned = data;
  else
    free(data);
  return memory_of(view);
}
