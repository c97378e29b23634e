#include <string.h>

#include "array.h"
#include "pardon.h"

/* ------------------------------------------------------------------ layout */

static bool is_size_of(enum array_kind kind, Py_ssize_t item)
{
  switch (kind) {
    case ARRAY_KIND_INT:
    case ARRAY_KIND_UINT: return item == 1 || item == 2 || item == 4 || item == 8;
    case ARRAY_KIND_FLOAT:
      return item == 2 || item == 4 || item == 8 || item == (Py_ssize_t)sizeof(long double);
    case ARRAY_KIND_BFLOAT: return item == 2;
    default: return item == 1;
  }
}

/* Strides of memory in row-major order without gaps; false: no memory is so large. */
static bool set_dense_strides(struct array_source *source)
{
  Py_ssize_t stride = source->item;

  for (int i = source->ndim - 1; i >= 0; i--) {
    source->strides[i] = stride;
    if (__builtin_mul_overflow(stride, source->shape[i], &stride)) return false;
  }
  return true;
}

/* Whether there is memory for the shape, of a size that the kind has.  What is empty may
 * have neither, and gets some that nobody reads. */
static bool has_memory(struct array_source *source)
{
  static const long double nothing = 0;
  bool is_empty = false;

  for (int i = 0; i < source->ndim; i++) {
    if (source->shape[i] < 0) return false;
    is_empty |= source->shape[i] == 0;
  }
  if (is_empty) {
    source->data = (const char *)&nothing;
    source->item = sizeof(double);
  }
  return source->data != NULL && (is_empty || is_size_of(source->kind, source->item));
}

/* ------------------------------------------------------- the buffer protocol */

/* What a format of the struct module says of one element; false: no number. */
static bool read_format(struct array_source *source, const char *format)
{
  const uint16_t one = 1;
  const bool is_little = *(const unsigned char *)&one == 1;

  if (*format == '<' || *format == '>' || *format == '!' || *format == '=' || *format == '@') {
    source->is_swapped =
        (*format == '<' && !is_little) || ((*format == '>' || *format == '!') && is_little);
    format++;
  }
  if (format[0] == '\0' || format[1] != '\0') return false;
  if (strchr("bhilqn", *format))
    source->kind = ARRAY_KIND_INT;
  else if (strchr("BHILQN", *format))
    source->kind = ARRAY_KIND_UINT;
  else if (strchr("efdg", *format))
    source->kind = ARRAY_KIND_FLOAT;
  else if (*format == '?')
    source->kind = ARRAY_KIND_BOOL;
  else
    return false;
  return true;
}

/* The size of an element is what the exporter says: ctypes calls 8 bytes "<l". */
static bool describe_view(struct array_source *source)
{
  const Py_buffer *view = &source->view;

  if (view->ndim < 1 || view->ndim > ARRAY_NDIM_MAX || view->suboffsets != NULL) return false;
  if (!read_format(source, view->format == NULL ? "B" : view->format)) return false;
  source->data = view->buf;
  source->item = view->itemsize;
  source->ndim = view->ndim;
  memcpy(source->shape, view->shape, (size_t)view->ndim * sizeof *source->shape);
  if (!has_memory(source)) return false;
  if (view->strides == NULL) return set_dense_strides(source); /* ctypes */
  memcpy(source->strides, view->strides, (size_t)view->ndim * sizeof *source->strides);
  return true;
}

static int open_view(struct array_source *source, PyObject *object, const char *name)
{
  if (!PyObject_CheckBuffer(object)) return 0;
  if (PyObject_GetBuffer(object, &source->view, PyBUF_FULL_RO) != 0)
    return pardon() ? 0 : -1; /* JAX cannot lend every type that it has */
  source->has_view = true;
  if (describe_view(source)) return 1;
  PyErr_Format(PyExc_TypeError,
               "%s: elements of type '%s' in %d dimensions are no array of numbers", name,
               source->view.format == NULL ? "B" : source->view.format, source->view.ndim);
  array_source_close(source);
  return -1;
}

/* ------------------------------------------------------------------- DLPack */

/* The structures of DLPack's ABI before version 1, which producers still hand out to
 * callers that ask for no other. */
struct dl_tensor {
  void *data;
  struct {
    int32_t type;
    int32_t id;
  } device;
  int32_t ndim;
  struct {
    uint8_t code; /* 0 int, 1 uint, 2 float, 4 bfloat, 6 bool */
    uint8_t bits;
    uint16_t lanes;
  } dtype;
  int64_t *shape;
  int64_t *strides; /* elements; NULL: dense */
  uint64_t byte_offset;
};

struct dl_managed {
  struct dl_tensor tensor;
  void *context;
  void (*deleter)(struct dl_managed *self);
};

/* The processor's own memory, and what it shares with CUDA and ROCm. */
static bool is_here(long device) { return device == 1 || device == 3 || device == 11; }

/* The object, or what its method of that name gives; NULL with an exception set. */
static PyObject *through(PyObject *object, const char *method)
{
  PyObject *function = PyObject_GetAttrString(object, method), *result;

  if (function == NULL) {
    if (!pardon()) return NULL;
    Py_INCREF(object);
    return object;
  }
  result = PyObject_CallNoArgs(function);
  Py_DECREF(function);
  return result;
}

/* Whether its memory is the processor's; true as well if it does not say. */
static bool is_on_cpu(PyObject *object)
{
  PyObject *device = PyObject_CallMethod(object, "__dlpack_device__", NULL);
  PyObject *type = device == NULL ? NULL : PySequence_GetItem(device, 0);
  const long number = type == NULL ? -1 : PyLong_AsLong(type);
  const bool is_told = PyErr_Occurred() == NULL;

  Py_XDECREF(type);
  Py_XDECREF(device);
  return !is_told || is_here(number);
}

/* The object's capsule; a tensor that is part of a gradient or on another device as its
 * own methods give it for the processor. */
static PyObject *capsule_of(PyObject *object)
{
  PyObject *plain = through(object, "detach"), *here = NULL, *capsule = NULL;

  if (plain != NULL) {
    const bool is_there = is_on_cpu(plain);

    if (pardon()) here = is_there ? plain : through(plain, "cpu");
    if (here == plain) Py_XINCREF(here);
  }
  if (here != NULL) capsule = PyObject_CallMethod(here, "__dlpack__", NULL);
  Py_XDECREF(here);
  Py_XDECREF(plain);
  return capsule;
}

static bool set_kind(struct array_source *source, const struct dl_tensor *tensor)
{
  switch (tensor->dtype.code) {
    case 0: source->kind = ARRAY_KIND_INT; break;
    case 1: source->kind = ARRAY_KIND_UINT; break;
    case 2: source->kind = ARRAY_KIND_FLOAT; break;
    case 4: source->kind = ARRAY_KIND_BFLOAT; break;
    case 6: source->kind = ARRAY_KIND_BOOL; break;
    default: return false;
  }
  source->item = tensor->dtype.bits / 8;
  return tensor->dtype.bits % 8 == 0 && source->item <= 8;
}

static bool describe_tensor(struct array_source *source, const struct dl_tensor *tensor)
{
  if (!is_here(tensor->device.type) || tensor->dtype.lanes != 1 || tensor->ndim < 1 ||
      tensor->ndim > ARRAY_NDIM_MAX || tensor->shape == NULL || !set_kind(source, tensor))
    return false;
  if (tensor->data != NULL) source->data = (const char *)tensor->data + tensor->byte_offset;
  source->ndim = tensor->ndim;
  for (int i = 0; i < tensor->ndim; i++) source->shape[i] = (Py_ssize_t)tensor->shape[i];
  if (!has_memory(source) || !set_dense_strides(source)) return false;
  for (int i = 0; tensor->strides != NULL && i < tensor->ndim; i++)
    if (__builtin_mul_overflow(tensor->strides[i], source->item, &source->strides[i])) return false;
  return true;
}

static int open_tensor(struct array_source *source, PyObject *object, const char *name)
{
  struct dl_managed *managed;
  PyObject *capsule;

  if (!PyObject_HasAttrString(object, "__dlpack__")) return 0;
  capsule = capsule_of(object);
  if (capsule == NULL) /* NumPy cannot lend every type that it has */
    return pardon_only(PyExc_BufferError) || pardon_only(PyExc_TypeError) ? 0 : -1;
  managed =
      PyCapsule_IsValid(capsule, "dltensor") ? PyCapsule_GetPointer(capsule, "dltensor") : NULL;
  if (managed == NULL || PyCapsule_SetName(capsule, "used_dltensor") != 0) {
    Py_DECREF(capsule);
    PyErr_Format(PyExc_TypeError, "%s: what __dlpack__ gave is no tensor", name);
    return -1;
  }
  Py_DECREF(capsule);
  source->tensor = managed;
  if (describe_tensor(source, &managed->tensor)) return 1;
  PyErr_Format(PyExc_TypeError,
               "%s: a tensor of type %d with %d bits in %d dimensions on device %d is no array of "
               "numbers",
               name, managed->tensor.dtype.code, managed->tensor.dtype.bits, managed->tensor.ndim,
               managed->tensor.device.type);
  array_source_close(source);
  return -1;
}

/* -------------------------------------------------------------------- both */

static int open_directly(struct array_source *source, PyObject *object, const char *name)
{
  int opened = open_view(source, object, name);

  return opened != 0 ? opened : open_tensor(source, object, name);
}

int array_source_open(struct array_source *source, PyObject *object, const char *name)
{
  PyObject *array;
  int opened;

  memset(source, 0, sizeof *source);
  if (PyList_Check(object) || PyTuple_Check(object) || PyBytes_Check(object)) return 0;
  opened = open_directly(source, object, name);
  if (opened != 0 || !PyObject_HasAttrString(object, "__array__")) return opened;
  array = PyObject_CallMethod(object, "__array__", NULL);
  if (array == NULL) return -1;
  opened = array == object ? 0 : open_directly(source, array, name);
  Py_DECREF(array); /* the view holds it */
  return opened;
}

/* Giving back may call code of Python's, which must not find our exception. */
void array_source_close(struct array_source *source)
{
  struct dl_managed *managed = source->tensor;
  PyObject *type, *value, *trace;

  if (!source->has_view && managed == NULL) return;
  PyErr_Fetch(&type, &value, &trace);
  if (source->has_view) PyBuffer_Release(&source->view);
  if (managed != NULL && managed->deleter != NULL) managed->deleter(managed);
  PyErr_Restore(type, value, trace);
  source->has_view = false;
  source->tensor = NULL;
}

bool array_source_is_dense(const struct array_source *source)
{
  Py_ssize_t stride = source->item;

  for (int i = source->ndim - 1; i >= 0; i--) {
    if (source->shape[i] != 1 && source->strides[i] != stride) return false;
    if (__builtin_mul_overflow(stride, source->shape[i], &stride)) return false;
  }
  return true;
}
