#include "writer.h"

#include <string.h>
#include <time.h>

#include "array.h"
#include "pixels.h"

/* ---------------------------------------------------------------- telling */

epochlog_run *writer_run(struct writer *self)
{
  if (self->run == NULL) PyErr_SetString(PyExc_RuntimeError, "the run has ended");
  return self->run;
}

/* A warning that never becomes an exception: where warnings are errors it is printed. */
static void warn(PyObject *sentence)
{
  PyObject *owner = NULL;
  const char *text = writer_text(sentence, "a warning", &owner);

  if (text == NULL || PyErr_WarnEx(PyExc_RuntimeWarning, text, 1) != 0)
    PyErr_WriteUnraisable(sentence);
  Py_XDECREF(owner);
}

/* A cause is told once for each name; so many are remembered. */
#define TOLD_MAX 1000

/* Whether the cause is new.  False also when memory is short. */
static bool is_news(struct writer *self, PyObject *type, PyObject *name)
{
  PyObject *key = PyTuple_Pack(2, type == NULL ? Py_None : type,
                               name != NULL && PyUnicode_Check(name) ? name : Py_None);
  bool is = key != NULL && PySet_Contains(self->told, key) == 0 &&
            PySet_Size(self->told) < TOLD_MAX && PySet_Add(self->told, key) == 0;

  Py_XDECREF(key);
  PyErr_Clear();
  return is;
}

int writer_tell(struct writer *self, PyObject *exception, const char *what, PyObject *name)
{
  PyObject *type, *value, *trace, *sentence = NULL;

  if (self->is_strict) {
    if (!PyErr_Occurred()) PyErr_SetString(exception, what);
    return -1;
  }
  PyErr_Fetch(&type, &value, &trace);
  if (is_news(self, type == NULL ? exception : type, name)) {
    if (type == NULL)
      sentence = PyUnicode_FromString(what);
    else if (name == NULL || !PyUnicode_Check(name))
      sentence = PyObject_Str(value == NULL ? type : value);
    else
      sentence =
          PyUnicode_FromFormat("metric '%U': %S; it %s", name, value == NULL ? type : value, what);
    if (sentence != NULL) warn(sentence);
  }
  Py_XDECREF(sentence);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  PyErr_Clear();
  return 0;
}

PyObject *writer_result(struct writer *self, epochlog_status status, const char *what,
                        PyObject *name)
{
  const char *reason = epochlog_status_text((int)status);

  switch (status) {
    case EPOCHLOG_OK: Py_RETURN_NONE;
    case EPOCHLOG_CLOSED: PyErr_SetString(PyExc_RuntimeError, "the run has ended"); return NULL;
    case EPOCHLOG_INVALID:
    case EPOCHLOG_KIND:
    case EPOCHLOG_TOO_LARGE:
    case EPOCHLOG_EXISTS:
      PyErr_Format(PyExc_ValueError, "%s '%S': %s", what, name, reason);
      return NULL;
    default: break;
  }
  /* The disk, or memory: no reason to stop a training. */
  PyErr_Format(status == EPOCHLOG_NO_MEMORY ? PyExc_MemoryError : PyExc_OSError, "%s '%S': %s",
               what, name, reason);
  if (writer_tell(self, NULL, "is not kept", NULL) != 0) return NULL;
  Py_RETURN_NONE;
}

/* ------------------------------------------------------------------ texts */

const char *writer_text(PyObject *text, const char *what, PyObject **owner)
{
  Py_ssize_t size = 0;
  const char *bytes;

  *owner = NULL;
  if (!PyUnicode_Check(text)) {
    PyErr_Format(PyExc_TypeError, "%s is a str, not %R", what, Py_TYPE(text));
    return NULL;
  }
  bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (bytes == NULL) {
    char *encoded;

    PyErr_Clear();
    *owner = PyUnicode_AsEncodedString(text, "utf-8", "replace");
    if (*owner == NULL || PyBytes_AsStringAndSize(*owner, &encoded, &size) != 0) return NULL;
    bytes = encoded;
  }
  if (strlen(bytes) == (size_t)size) return bytes;
  PyErr_Format(PyExc_ValueError, "%s holds a NUL character", what);
  Py_CLEAR(*owner);
  return NULL;
}

bool writer_text_or_none(PyObject *text, const char *what, const char **out, PyObject **owner)
{
  *out = NULL;
  *owner = NULL;
  if (text == Py_None) return true;
  *out = writer_text(text, what, owner);
  return *out != NULL;
}

/* Whole floats count: steps come out of divisions. */
static PyObject *whole_of(PyObject *object)
{
  PyObject *whole = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  double number;

  if (whole != NULL) return whole;
  PyErr_Clear();
  number = PyFloat_AsDouble(object);
  if (number == -1.0 && PyErr_Occurred())
    PyErr_Clear();
  else if (number >= -9007199254740992.0 && number <= 9007199254740992.0 &&
           number == (double)(long long)number)
    return PyLong_FromLongLong((long long)number);
  PyErr_Format(PyExc_TypeError, "a step is an integer, not %R", object);
  return NULL;
}

bool writer_step(PyObject *object, int64_t *step)
{
  PyObject *whole;
  int overflow = 0;

  if (object == Py_None) return true;
  if (PyLong_Check(object)) {
    *step = PyLong_AsLongLongAndOverflow(object, &overflow);
  } else {
    whole = whole_of(object);
    if (whole == NULL) return false;
    *step = PyLong_AsLongLongAndOverflow(whole, &overflow);
    Py_DECREF(whole);
  }
  if (overflow == 0 && *step != EPOCHLOG_AUTO) return true;
  *step = EPOCHLOG_AUTO;
  PyErr_Format(PyExc_OverflowError, "step %R does not fit 64 bits", object);
  return false;
}

/* ------------------------------------------------------------------- life */

static int writer_init(PyObject *object, PyObject *args, PyObject *keywords)
{
  struct writer *self = (struct writer *)object;

  (void)args;
  (void)keywords;
  if (self->metrics == NULL) self->metrics = PyDict_New();
  if (self->told == NULL) self->told = PySet_New(NULL);
  return self->metrics != NULL && self->told != NULL ? 0 : -1;
}

/* Sets what epochlog_start failed with: an OSError has its errno. */
static void set_start_error(const epochlog_error *error)
{
  PyObject *arguments;

  if (error->status == EPOCHLOG_NO_MEMORY) {
    PyErr_SetString(PyExc_MemoryError, error->message);
  } else if (error->status == EPOCHLOG_INVALID) {
    PyErr_SetString(PyExc_ValueError, error->message);
  } else {
    arguments = Py_BuildValue("is", error->sys_errno, error->message);
    if (arguments != NULL) PyErr_SetObject(PyExc_OSError, arguments);
    Py_XDECREF(arguments);
  }
}

/* The names of a tuple of str, NULL-terminated; the strings are the tuple's. */
static const char **names_of(PyObject *tuple)
{
  const Py_ssize_t count = PyTuple_Size(tuple);
  const char **names = count < 0 ? NULL : PyMem_Calloc((size_t)count + 1, sizeof *names);

  if (names == NULL) return NULL;
  for (Py_ssize_t i = 0; i < count; i++) {
    names[i] = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(tuple, i), NULL);
    if (names[i] == NULL) {
      PyMem_Free((void *)names);
      return NULL;
    }
  }
  return names;
}

static PyObject *writer_start(PyObject *object, PyObject *args, PyObject *keywords)
{
  static char *words[] = {"root",        "name",
                          "experiment",  "run_id",
                          "description", "parent_id",
                          "rank",        "world_size",
                          "sync",        "sync_interval_ms",
                          "live",        "ring_kib",
                          "environment", "environment_names",
                          "strict",      NULL};
  struct writer *self = (struct writer *)object;
  epochlog_options options = {0};
  epochlog_error error;
  PyObject *environment_names;
  int rank = -1, sync = 0, live = 0, environment = 1, strict = 0;

  if (!PyArg_ParseTupleAndKeywords(
          args, keywords, "zzzzzziiiIiIpO!p:_start", words, &options.root, &options.name,
          &options.experiment, &options.run_id, &options.description, &options.parent_id, &rank,
          &options.world_size, &sync, &options.sync_interval_ms, &live, &options.ring_kib,
          &environment, &PyTuple_Type, &environment_names, &strict))
    return NULL;
  if (self->run != NULL || self->metrics == NULL) {
    PyErr_SetString(PyExc_RuntimeError, "the run has started already");
    return NULL;
  }
  options.rank_plus_one = rank + 1;
  options.sync = (epochlog_sync_policy)sync;
  options.live = (epochlog_live)live;
  options.capture_environment_off = !environment;
  options.environment_names = names_of(environment_names);
  if (options.environment_names == NULL) return NULL;
  Py_BEGIN_ALLOW_THREADS self->run = epochlog_start(&options, &error);
  Py_END_ALLOW_THREADS PyMem_Free((void *)(uintptr_t)options.environment_names);
  if (self->run == NULL) {
    set_start_error(&error);
    return NULL;
  }
  self->is_strict = strict != 0;
  Py_RETURN_NONE;
}

/* Takes the run away from later calls and waits for those under way. */
static epochlog_run *take_run(struct writer *self)
{
  epochlog_run *run = self->run;

  self->run = NULL;
  while (self->calls != 0) {
    Py_BEGIN_ALLOW_THREADS nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    Py_END_ALLOW_THREADS
  }
  return run;
}

static epochlog_status end_as(epochlog_run *run, const char *how, const char *const words[3],
                              epochlog_error *error)
{
  if (strcmp(how, "fail") == 0) return epochlog_fail(run, words[0], words[1], words[2], error);
  if (strcmp(how, "cancel") == 0) return epochlog_cancel(run, error);
  if (strcmp(how, "leave") == 0) return epochlog_leave(run, error);
  return epochlog_complete(run, error);
}

/* Whether a failure cost data: of the others the caller knows. */
static bool is_loss(epochlog_status status)
{
  return status == EPOCHLOG_NO_MEMORY || status == EPOCHLOG_OPEN || status == EPOCHLOG_WRITE ||
         status == EPOCHLOG_SYNC;
}

static PyObject *writer_end(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  const char *how, *words[3];
  epochlog_run *run;
  epochlog_error error;
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "szzz:_end", &how, &words[0], &words[1], &words[2]) ||
      writer_run(self) == NULL)
    return NULL;
  run = take_run(self);
  Py_BEGIN_ALLOW_THREADS status = end_as(run, how, words, &error);
  Py_END_ALLOW_THREADS if (!is_loss(status)) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(error.message, (Py_ssize_t)strlen(error.message), "replace");
}

/* A forked child: calls of other threads are not under way here. */
static PyObject *writer_forked(PyObject *object, PyObject *unused)
{
  (void)unused;
  ((struct writer *)object)->calls = 0;
  Py_RETURN_NONE;
}

/* ------------------------------------------------------- asking and waiting */

static PyObject *path_text(const char *text) { return PyUnicode_DecodeFSDefault(text); }

static PyObject *get_id(PyObject *object, void *unused)
{
  (void)unused;
  return path_text(epochlog_run_id(((struct writer *)object)->run));
}

static PyObject *get_folder(PyObject *object, void *unused)
{
  (void)unused;
  return path_text(epochlog_run_folder(((struct writer *)object)->run));
}

static PyObject *get_is_open(PyObject *object, void *unused)
{
  (void)unused;
  return PyBool_FromLong(((struct writer *)object)->run != NULL);
}

static PyObject *flushed(PyObject *object, epochlog_status (*function)(epochlog_run *run))
{
  struct writer *self = (struct writer *)object;
  epochlog_run *run = writer_run(self);
  epochlog_status status;

  if (run == NULL) return NULL;
  WRITER_WITHOUT_LOCK(self, status = function(run));
  if (status == EPOCHLOG_OK) Py_RETURN_NONE;
  PyErr_SetString(PyExc_OSError, epochlog_status_text((int)status));
  return NULL;
}

static PyObject *writer_flush(PyObject *self, PyObject *unused)
{
  (void)unused;
  return flushed(self, epochlog_flush);
}

static PyObject *writer_sync(PyObject *self, PyObject *unused)
{
  (void)unused;
  return flushed(self, epochlog_sync);
}

static PyObject *writer_last_error(PyObject *object, PyObject *unused)
{
  struct writer *self = (struct writer *)object;
  epochlog_error error;

  (void)unused;
  if (self->run == NULL || epochlog_last_error(self->run, &error) == EPOCHLOG_OK) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(error.message, (Py_ssize_t)strlen(error.message), "replace");
}

/* -------------------------------------------------------------------- type */

static int writer_traverse(PyObject *object, visitproc visit, void *arg)
{
  struct writer *self = (struct writer *)object;

  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->metrics);
  Py_VISIT(self->told);
  return 0;
}

static int writer_clear(PyObject *object)
{
  struct writer *self = (struct writer *)object;

  Py_CLEAR(self->metrics);
  Py_CLEAR(self->told);
  return 0;
}

/* A run that nobody ended is left as one whose program is gone: what it logged is
 * kept, and how it ended nobody knows. */
static void writer_dealloc(PyObject *object)
{
  struct writer *self = (struct writer *)object;
  PyTypeObject *type = Py_TYPE(object);

  PyObject_GC_UnTrack(object);
  if (self->run != NULL) epochlog_leave(self->run, NULL);
  writer_clear(object);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

int writer_add(PyObject *module)
{
  static PyMethodDef methods[] = {
      FAST_METHOD("log", writer_log,
                  "log(name, value, step=None)\nlog(metrics, step=None)\n--\n\n"
                  "Logs a value, or a dict of them as one step."),
      {"_define", writer_define, METH_VARARGS, NULL},
      {"_log_list", writer_log_list, METH_VARARGS, NULL},
      {"_log_columns", writer_log_columns, METH_VARARGS, NULL},
      {"_log_classification", writer_log_classification, METH_VARARGS, NULL},
      {"_log_regression", writer_log_regression, METH_VARARGS, NULL},
      {"_log_importance", writer_log_importance, METH_VARARGS, NULL},
      {"_log_json", writer_json, METH_VARARGS, NULL},
      {"_log_markdown", writer_markdown, METH_VARARGS, NULL},
      {"_log_image_data", writer_image_data, METH_VARARGS, NULL},
      {"_log_image_pixels", writer_image_pixels, METH_VARARGS, NULL},
      {"_param", writer_param, METH_VARARGS, NULL},
      {"_tag", writer_tag, METH_VARARGS, NULL},
      {"_remove_tag", writer_remove_tag, METH_O, NULL},
      {"_property", writer_property, METH_VARARGS, NULL},
      {"_environment", writer_environment, METH_VARARGS, NULL},
      {"_add_file", writer_add_file, METH_VARARGS, NULL},
      {"_add_folder", writer_add_folder, METH_VARARGS, NULL},
      {"_add_data", writer_add_data, METH_VARARGS, NULL},
      {"_start", (PyCFunction)(void (*)(void))writer_start, METH_VARARGS | METH_KEYWORDS, NULL},
      {"_end", writer_end, METH_VARARGS, NULL},
      {"_forked", writer_forked, METH_NOARGS, NULL},
      {"_flush", writer_flush, METH_NOARGS, NULL},
      {"_sync", writer_sync, METH_NOARGS, NULL},
      {"_last_error", writer_last_error, METH_NOARGS, NULL},
      {NULL, NULL, 0, NULL}};
  static PyMethodDef functions[] = {{"distinct", array_distinct, METH_VARARGS, NULL},
                                    {"class_indices", array_class_indices, METH_VARARGS, NULL},
                                    {"pixels", pixels_of, METH_VARARGS, NULL},
                                    {NULL, NULL, 0, NULL}};
  static PyGetSetDef fields[] = {
      {"_id", get_id, NULL, NULL, NULL},
      {"_folder", get_folder, NULL, NULL, NULL},
      {"is_open", get_is_open, NULL, "Whether the run takes calls.", NULL},
      {NULL, NULL, NULL, NULL, NULL}};
  static PyType_Slot slots[] = {{Py_tp_init, (void *)writer_init},
                                {Py_tp_dealloc, (void *)writer_dealloc},
                                {Py_tp_traverse, (void *)writer_traverse},
                                {Py_tp_clear, (void *)writer_clear},
                                {Py_tp_methods, methods},
                                {Py_tp_getset, fields},
                                {Py_tp_doc, (void *)"A run that is being logged."},
                                {0, NULL}};
  static PyType_Spec spec = {.name = "epochlog._native.Writer",
                             .basicsize = sizeof(struct writer),
                             .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
                             .slots = slots};
  PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);

  if (type != NULL && PyModule_AddObject(module, "Writer", type) == 0)
    return PyModule_AddFunctions(module, functions);
  Py_XDECREF(type);
  return -1;
}
