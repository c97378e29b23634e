/* log: one point, or a row of them, at the cost of a dictionary look-up each. */
#include <math.h>
#include <string.h>

#include "value.h"
#include "writer.h"

/* The most metrics of a dict that are logged with one clock read. */
#define ROW_MAX 256

/* What is remembered of a name. */
struct entry {
  epochlog_metric id; /* 0: not met, or not to be logged */
  enum value_type type;
};

/* ------------------------------------------------------------------ names */

/* What is known of a name.  False with an exception set: it cannot be a key. */
static bool recall(struct writer *self, PyObject *name, struct entry *entry)
{
  PyObject *known = PyDict_GetItemWithError(self->metrics, name);
  unsigned long packed;

  *entry = (struct entry){0};
  if (known == NULL) return PyErr_Occurred() == NULL;
  packed = PyLong_AsUnsignedLong(known);
  entry->id = (epochlog_metric)(packed >> 2);
  entry->type = (enum value_type)(packed & 3);
  return true;
}

static bool remember(struct writer *self, PyObject *name, const struct entry *entry)
{
  PyObject *packed =
      PyLong_FromUnsignedLong((unsigned long)entry->id << 2 | (unsigned long)entry->type);
  int failed = packed == NULL || PyDict_SetItem(self->metrics, name, packed) != 0;

  Py_XDECREF(packed);
  return !failed;
}

static bool is_blank(const char *text) { return text[strspn(text, " \t\n\v\f\r")] == '\0'; }

/* Defines the metric for its first value.  False with an exception set. */
static bool meet(struct writer *self, PyObject *name, enum value_type type, struct entry *entry)
{
  PyObject *owner;
  const char *text = writer_text(name, "the name of a metric", &owner);
  const epochlog_metric_options options = {.integer = type == VALUE_INTEGER};

  if (text == NULL) return false;
  *entry = (struct entry){.type = type};
  if (is_blank(text)) {
    PyErr_SetString(PyExc_ValueError, "the name of a metric is empty");
  } else {
    /* Only the first point makes a metric of truth values; its step is not counted twice. */
    entry->id = type == VALUE_BOOL || type == VALUE_TEXT
                    ? UINT32_MAX
                    : epochlog_define(self->run, text, &options);
    if (entry->id == 0)
      PyErr_Format(PyExc_ValueError, "metric '%s' is already something else than numbers", text);
  }
  Py_XDECREF(owner);
  return entry->id != 0 && remember(self, name, entry);
}

PyObject *writer_define(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  struct entry entry = {.type = VALUE_FLOAT};
  epochlog_metric_options options = {0};
  PyObject *name, *owner = NULL;
  const char *text;
  int goal;

  if (!PyArg_ParseTuple(args, "Ozzip:define", &name, &options.unit, &options.description, &goal,
                        &options.integer) ||
      writer_run(self) == NULL)
    return NULL;
  options.goal = (epochlog_goal)goal;
  text = writer_text(name, "the name of a metric", &owner);
  if (text == NULL || !recall(self, name, &entry)) return NULL;
  if (entry.id != 0) { /* what it is stays */
    Py_XDECREF(owner);
    Py_RETURN_NONE;
  }
  entry.id = is_blank(text) ? 0 : epochlog_define(self->run, text, &options);
  if (entry.id == 0)
    PyErr_Format(PyExc_ValueError, "metric '%s' cannot be defined: the name is %s", text,
                 is_blank(text) ? "empty" : "used for something else than numbers");
  if (options.integer) entry.type = VALUE_INTEGER;
  Py_XDECREF(owner);
  if (entry.id == 0 || !remember(self, name, &entry)) return NULL;
  Py_RETURN_NONE;
}

/* ----------------------------------------------------------------- points */

/* A metric of integers or truth values that gets another number goes on as floats. */
static bool widen(struct writer *self, PyObject *name, struct entry *entry)
{
  PyObject *owner;
  const char *text = writer_text(name, "the name of a metric", &owner);

  if (text == NULL) return false;
  entry->id = epochlog_widen(self->run, text);
  entry->type = VALUE_FLOAT;
  Py_XDECREF(owner);
  if (entry->id != 0) return remember(self, name, entry);
  PyErr_NoMemory();
  return false;
}

/* By name, which defines the metric where it is new. */
static bool log_bool(struct writer *self, PyObject *name, int64_t step, const struct value *value)
{
  PyObject *owner;
  const char *text = writer_text(name, "the name of a metric", &owner);

  if (text == NULL) return false;
  epochlog_log_bool(self->run, text, step, value->integer != 0);
  Py_XDECREF(owner);
  return true;
}

/* Makes the metric fit the value.  False with an exception set. */
static bool fit(struct writer *self, PyObject *name, const struct value *value, struct entry *entry)
{
  if (entry->id == 0) {
    return meet(self, name, value->type, entry);
  }
  if (entry->type == VALUE_TEXT) {
    PyErr_Format(PyExc_ValueError, "metric '%U' has texts, and takes no number", name);
    return false;
  }
  if (entry->type == VALUE_FLOAT || entry->type == value->type) return true;
  if (entry->type == VALUE_INTEGER && value->type == VALUE_BOOL) return true;
  return widen(self, name, entry);
}

static bool log_number(struct writer *self, PyObject *name, int64_t step, const struct value *value)
{
  struct entry entry;

  if (!recall(self, name, &entry)) return false;
  if ((entry.id == 0 || (entry.type != value->type && entry.type != VALUE_FLOAT)) &&
      !fit(self, name, value, &entry))
    return false;
  if (entry.type == VALUE_FLOAT)
    epochlog_scalar(self->run, entry.id, step, value->number);
  else if (entry.type == VALUE_INTEGER)
    epochlog_scalar_int(self->run, entry.id, step, value->integer);
  else
    return log_bool(self, name, step, value);
  return true;
}

static bool log_text(struct writer *self, PyObject *name, int64_t step, PyObject *value)
{
  PyObject *name_owner = NULL, *owner = NULL;
  const char *text, *key;
  struct entry entry;

  if (!recall(self, name, &entry)) return false;
  if (entry.id == 0 && !meet(self, name, VALUE_TEXT, &entry)) return false;
  if (entry.type != VALUE_TEXT) {
    PyErr_Format(PyExc_ValueError, "metric '%U' has numbers, and takes no text", name);
    return false;
  }
  key = writer_text(name, "the name of a metric", &name_owner);
  text = key == NULL ? NULL : writer_text(value, "the text of a point", &owner);
  if (text != NULL) epochlog_log_text(self->run, key, step, text);
  Py_XDECREF(owner);
  Py_XDECREF(name_owner);
  return text != NULL;
}

static bool log_value(struct writer *self, PyObject *name, int64_t step, PyObject *object)
{
  struct value value;

  if (PyUnicode_Check(object)) return log_text(self, name, step, object);
  return value_take(object, &value) && log_number(self, name, step, &value);
}

/* ------------------------------------------------------------------- rows */

/* The exception that is set becomes a warning, once for each name, unless the writer is
 * strict.  Returns whether to go on. */
static bool told(struct writer *self, PyObject *name)
{
  return writer_tell(self, NULL, "was not logged", name) == 0;
}

static bool log_nested(struct writer *self, PyObject *prefix, PyObject *mapping, int64_t step);

/* A value of a dict that is not a plain number of a float metric. */
static bool log_member(struct writer *self, PyObject *name, PyObject *value, int64_t step)
{
  if (PyDict_Check(value)) {
    bool done;

    if (Py_EnterRecursiveCall(" in a nested dict of metrics")) return told(self, name);
    done = log_nested(self, name, value, step);
    Py_LeaveRecursiveCall();
    return done;
  }
  return log_value(self, name, step, value) || told(self, name);
}

static bool log_nested(struct writer *self, PyObject *prefix, PyObject *mapping, int64_t step)
{
  PyObject *key, *value;
  Py_ssize_t at = 0;
  bool go_on = true;

  while (go_on && PyDict_Next(mapping, &at, &key, &value)) {
    PyObject *name = PyUnicode_FromFormat("%U/%S", prefix, key);

    go_on = name == NULL ? told(self, prefix) : log_member(self, name, value, step);
    Py_XDECREF(name);
  }
  return go_on;
}

/* The metrics of a dict that go into one row. */
struct row {
  epochlog_metric ids[ROW_MAX];
  double values[ROW_MAX];
  size_t count;
};

/* Whether the value is exact as a double in a row; then it is added. */
static bool add_to_row(struct writer *self, PyObject *name, PyObject *object, struct row *row)
{
  struct value value;
  struct entry entry;

  if (row->count == ROW_MAX || !PyUnicode_CheckExact(name)) return false;
  if (PyUnicode_Check(object) || PyDict_Check(object)) return false;
  if (!value_take(object, &value) || !recall(self, name, &entry)) {
    PyErr_Clear();
    return false;
  }
  if (value.type == VALUE_BOOL || (value.type == VALUE_INTEGER && fabs(value.number) > 9e15))
    return false;
  if ((entry.id == 0 || (entry.type != value.type && entry.type != VALUE_FLOAT)) &&
      !fit(self, name, &value, &entry)) {
    PyErr_Clear();
    return false;
  }
  if (entry.type == VALUE_BOOL || entry.type == VALUE_TEXT) return false;
  row->ids[row->count] = entry.id;
  row->values[row->count++] = value.number;
  return true;
}

/* Numbers first, as one row with one clock read; then what is left, at the same step
 * where one was given. */
static bool log_dict(struct writer *self, PyObject *mapping, int64_t step)
{
  struct row row = {.count = 0};
  PyObject *key, *value, *rest = NULL;
  Py_ssize_t at = 0;
  bool go_on = true;

  while (PyDict_Next(mapping, &at, &key, &value)) {
    if (add_to_row(self, key, value, &row)) continue;
    if (rest == NULL) rest = PyDict_New();
    if (rest == NULL || PyDict_SetItem(rest, key, value) != 0) break;
  }
  epochlog_scalars(self->run, step, row.ids, row.values, row.count);
  if (PyErr_Occurred()) go_on = told(self, mapping);
  at = 0;
  while (go_on && rest != NULL && PyDict_Next(rest, &at, &key, &value)) {
    PyObject *name = PyObject_Str(key);

    go_on = name == NULL ? told(self, mapping) : log_member(self, name, value, step);
    Py_XDECREF(name);
  }
  Py_XDECREF(rest);
  return go_on;
}

/* -------------------------------------------------------------------- log */

/* What the caller gave, wherever it stood. */
struct call {
  PyObject *name;
  PyObject *value;
  PyObject *step;
};

static bool set_keyword(struct call *call, PyObject *keyword, PyObject *value)
{
  static const char *const words[] = {"name", "value", "step"};
  PyObject **fields[] = {&call->name, &call->value, &call->step};

  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (PyUnicode_CompareWithASCIIString(keyword, words[i]) != 0) continue;
    if (*fields[i] != NULL) {
      PyErr_Format(PyExc_TypeError, "log() got two values for '%s'", words[i]);
      return false;
    }
    *fields[i] = value;
    return true;
  }
  PyErr_Format(PyExc_TypeError, "log() has no argument '%U'; it takes name, value and step",
               keyword);
  return false;
}

static bool parse(PyObject *const *args, Py_ssize_t count, PyObject *names, struct call *call)
{
  const Py_ssize_t keywords = names == NULL ? 0 : PyTuple_Size(names);

  if (count > 3 || count + keywords == 0) {
    PyErr_Format(PyExc_TypeError, "log() takes 1 to 3 arguments (name, value, step), not %zd",
                 count + keywords);
    return false;
  }
  call->name = count > 0 ? args[0] : NULL;
  call->value = count > 1 ? args[1] : NULL;
  call->step = count > 2 ? args[2] : NULL;
  for (Py_ssize_t i = 0; i < keywords; i++)
    if (!set_keyword(call, PyTuple_GetItem(names, i), args[count + i])) return false;
  /* log({...}, 7): the second one is the step. */
  if (call->name != NULL && PyDict_Check(call->name) && call->step == NULL) {
    call->step = call->value;
    call->value = NULL;
  }
  return true;
}

/* Another mapping than a dict, as one. */
static PyObject *dict_of(PyObject *mapping)
{
  PyObject *dict = PyMapping_Check(mapping) && !PyUnicode_Check(mapping) ? PyDict_New() : NULL;

  if (dict != NULL && PyDict_Merge(dict, mapping, 1) == 0) return dict;
  Py_XDECREF(dict);
  return NULL;
}

/* False with an exception set; what was wrong with a value is told already. */
static bool log_call(struct writer *self, struct call *call, int64_t step)
{
  PyObject *dict;
  bool done;

  if (call->name == NULL) {
    PyErr_SetString(PyExc_TypeError, "log() needs the name of a metric");
    return false;
  }
  if (PyDict_Check(call->name)) return log_dict(self, call->name, step) || !PyErr_Occurred();
  if (PyUnicode_Check(call->name)) {
    if (call->value == NULL) {
      PyErr_SetString(PyExc_TypeError, "log() needs a value");
      return false;
    }
    if (PyDict_Check(call->value))
      return log_nested(self, call->name, call->value, step) || !PyErr_Occurred();
    return log_value(self, call->name, step, call->value);
  }
  dict = dict_of(call->name);
  if (dict == NULL) {
    PyErr_Format(PyExc_TypeError, "the name of a metric is a str, not %R", Py_TYPE(call->name));
    return false;
  }
  done = log_dict(self, dict, step) || !PyErr_Occurred();
  Py_DECREF(dict);
  return done;
}

PyObject *writer_log(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
  struct writer *self = (struct writer *)object;
  struct call call = {0};
  int64_t step = EPOCHLOG_AUTO;
  bool done = false;

  if (self->run == NULL) {
    if (writer_tell(self, PyExc_RuntimeError, "the run has ended: nothing more is logged", NULL) !=
        0)
      return NULL;
    Py_RETURN_NONE;
  }
  if (parse(args, count, names, &call)) {
    /* A step that is none costs the step, not the point. */
    if (call.step != NULL && !writer_step(call.step, &step) && !told(self, call.name)) return NULL;
    done = log_call(self, &call, step);
  }
  if (!done && !told(self, call.name)) return NULL;
  Py_RETURN_NONE;
}
