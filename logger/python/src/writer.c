#include "writer.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "pixels.h"

/* ------------------------------------------------------------------- life */

epochlog_run *writer_run(struct writer *self)
{
  if (self->run == NULL) PyErr_SetString(PyExc_RuntimeError, "the run has ended");
  return self->run;
}

static PyObject *writer_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
  PyObject *object = ((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  struct writer *self = (struct writer *)object;

  (void)args;
  (void)keywords;
  if (self == NULL) return NULL;
  self->metrics = PyDict_New();
  self->evaluations = PyDict_New();
  self->told = PySet_New(NULL);
  if (self->metrics != NULL && self->evaluations != NULL && self->told != NULL) return object;
  Py_DECREF(object);
  return NULL;
}

/* A subclass passes what it likes to object's, which would refuse it. */
static int writer_init(PyObject *object, PyObject *args, PyObject *keywords)
{
  (void)object;
  (void)args;
  (void)keywords;
  return 0;
}

/* Sets what epochlog_start failed with: an OSError has its errno and the root. */
static void set_start_error(const epochlog_error *error, PyObject *root)
{
  if (error->status == EPOCHLOG_NO_MEMORY) {
    PyErr_SetString(PyExc_MemoryError, error->message);
  } else if (error->status == EPOCHLOG_INVALID) {
    PyErr_SetString(PyExc_ValueError, error->message);
  } else {
    module_raise_os_error(Py_BuildValue("isO", error->sys_errno, error->message, root));
  }
}

/* The names of a tuple of str, NULL-terminated; the strings are the tuple's. */
static const char **names_of(PyObject *tuple)
{
  const Py_ssize_t count = PyTuple_Size(tuple);
  const char **names = PyMem_Calloc((size_t)count + 1, sizeof *names);

  if (names == NULL) PyErr_NoMemory();
  for (Py_ssize_t i = 0; names != NULL && i < count; i++) {
    PyObject *name = PyTuple_GetItem(tuple, i);

    if (PyUnicode_Check(name))
      names[i] = PyUnicode_AsUTF8AndSize(name, NULL);
    else
      PyErr_Format(PyExc_TypeError, "environment_names are str, not %R", Py_TYPE(name));
    if (names[i] != NULL) continue;
    PyMem_Free((void *)names);
    names = NULL;
  }
  return names;
}

#define START_TEXTS 5

/* The arguments of _start. */
struct start {
  PyObject *root;
  PyObject *texts[START_TEXTS];
  Py_ssize_t rank, world_size, ring_kib;
  int sync, live, environment, strict;
  PyObject *environment_names;
  epochlog_options options;
  PyObject *root_owner, *owners[START_TEXTS];
};

static bool parse_start(struct start *start, PyObject *args, PyObject *keywords)
{
  static char *words[] = {"root",        "name",
                          "experiment",  "run_id",
                          "description", "parent_id",
                          "rank",        "world_size",
                          "sync",        "sync_interval_ms",
                          "live",        "ring_kib",
                          "environment", "environment_names",
                          "strict",      NULL};
  PyObject **texts = start->texts;
  const char **fields[] = {&start->options.name, &start->options.experiment, &start->options.run_id,
                           &start->options.description, &start->options.parent_id};

  if (!PyArg_ParseTupleAndKeywords(
          args, keywords, "OOOOOOnniIinpO!p:_start", words, &start->root, &texts[0], &texts[1],
          &texts[2], &texts[3], &texts[4], &start->rank, &start->world_size, &start->sync,
          &start->options.sync_interval_ms, &start->live, &start->ring_kib, &start->environment,
          &PyTuple_Type, &start->environment_names, &start->strict))
    return false;
  if (!PyUnicode_FSConverter(start->root, &start->root_owner)) return false;
  start->options.root = PyBytes_AsString(start->root_owner);
  for (size_t i = 0; i < START_TEXTS; i++)
    if (!writer_text_or_none(texts[i], words[i + 1], fields[i], &start->owners[i])) return false;
  return true;
}

static bool take_numbers(struct start *start)
{
  epochlog_options *options = &start->options;
  const struct {
    const char *name;
    Py_ssize_t value, most;
  } numbers[] = {{"rank", start->rank, INT_MAX - 1},
                 {"world_size", start->world_size, INT_MAX},
                 {"ring_kib", start->ring_kib, INT_MAX}};

  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    if (numbers[i].value >= 0 && numbers[i].value <= numbers[i].most) continue;
    PyErr_Format(PyExc_ValueError, "%s is %zd, which is not from 0 to %zd", numbers[i].name,
                 numbers[i].value, numbers[i].most);
    return false;
  }
  options->rank_plus_one = (int)start->rank + 1;
  options->world_size = (int)start->world_size;
  options->ring_kib = (unsigned)start->ring_kib;
  options->sync = (epochlog_sync_policy)start->sync;
  options->live = (epochlog_live)start->live;
  options->capture_environment_off = !start->environment;
  options->environment_names = names_of(start->environment_names);
  return options->environment_names != NULL;
}

static void release_start(struct start *start)
{
  PyMem_Free((void *)(uintptr_t)start->options.environment_names);
  for (size_t i = 0; i < START_TEXTS; i++) Py_XDECREF(start->owners[i]);
  Py_XDECREF(start->root_owner);
}

/* What an earlier run of this object knew is nothing to this one. */
static bool forget(struct writer *self)
{
  PyDict_Clear(self->metrics);
  PyDict_Clear(self->evaluations);
  return PySet_Clear(self->told) == 0;
}

static PyObject *writer_start(PyObject *object, PyObject *args, PyObject *keywords)
{
  struct writer *self = (struct writer *)object;
  struct start start = {0};
  epochlog_run *run = NULL;
  epochlog_error error;

  if (self->run != NULL) {
    PyErr_SetString(PyExc_RuntimeError, "the run has started already");
    return NULL;
  }
  if (parse_start(&start, args, keywords) && take_numbers(&start) && forget(self)) {
    Py_BEGIN_ALLOW_THREADS run = epochlog_start(&start.options, &error);
    Py_END_ALLOW_THREADS if (run == NULL) set_start_error(&error, start.root);
  }
  release_start(&start);
  if (run == NULL) return NULL;
  self->run = run;
  self->is_strict = start.strict != 0;
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

bool writer_is_loss(epochlog_status status)
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
  writer_forget_exit(self);
  run = take_run(self);
  Py_BEGIN_ALLOW_THREADS status = end_as(run, how, words, &error);
  Py_END_ALLOW_THREADS if (!writer_is_loss(status)) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(error.message, (Py_ssize_t)strlen(error.message), "replace");
}

/* A forked child: calls of other threads are not under way here. */
static PyObject *writer_forked(PyObject *object, PyObject *unused)
{
  (void)unused;
  ((struct writer *)object)->calls = 0;
  atomic_store(&writer_under_way, 0);
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
  Py_VISIT(self->told);
  return 0;
}

/* The strings and numbers of the others can be part of no cycle. */
static int writer_clear(PyObject *object)
{
  Py_CLEAR(((struct writer *)object)->told);
  return 0;
}

/* A run that nobody ended is left as one whose program is gone: what it logged is
 * kept, and how it ended nobody knows. */
static void writer_dealloc(PyObject *object)
{
  struct writer *self = (struct writer *)object;
  PyTypeObject *type = Py_TYPE(object);

  PyObject_GC_UnTrack(object);
  if (self->run != NULL && self->ending == NULL) epochlog_leave(self->run, NULL);
  writer_clear(object);
  Py_CLEAR(self->metrics);
  Py_CLEAR(self->evaluations);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
  Py_DECREF(type);
}

static const char log_doc[] =
    "log(name, value, step=None), log(metrics, step=None): logs a value, or a dict of them.\n"
    "\n"
    "- `name`: 1 to 4096 bytes; white space at its ends is no part of it.\n"
    "- `value`: a float, int or bool, a text, or what has __float__ or __index__, as scalars of\n"
    "  NumPy, PyTorch and JAX have; None is NaN.  A metric of whole numbers or truth values that\n"
    "  gets another number goes on as floats; one of texts takes no numbers.\n"
    "- `step`: an integer; None: one more than the metric's last, from 0.\n"
    "- `metrics`: a dict of name and value; one in another is \"a/b\".  All are logged at one "
    "step:\n"
    "  `step`, or one more than the last of the first that is a number.  Texts are counted by\n"
    "  themselves where none is given.\n"
    "\n"
    "Raises nothing that is an Exception: what cannot be logged is told as a RuntimeWarning, once\n"
    "for each cause and name, the end of the run included.  With `strict` it is raised: "
    "TypeError,\n"
    "ValueError, OverflowError for a step beyond 64 bits, RuntimeError after the end.";

int writer_add(PyObject *module)
{
  static PyMethodDef methods[] = {
      FAST_METHOD("log", writer_log, log_doc),
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
#ifdef __GLIBC__
      {"_end_at_exit", writer_end_at_exit, METH_VARARGS, NULL},
#endif
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
  static PyType_Slot slots[] = {{Py_tp_new, (void *)writer_new},
                                {Py_tp_init, (void *)writer_init},
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
