/* Lists, rows and tables: columns of one type each. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "value.h"
#include "writer.h"

/* A column that was taken from Python. */
struct column {
  epochlog_type type;
  Py_ssize_t count;
  const void *values;
  struct array array; /* where it lent its memory */
  void *copy;
  PyObject *texts; /* list that owns the characters */
};

static void release_column(struct column *column)
{
  array_release(&column->array);
  PyMem_Free(column->copy);
  Py_XDECREF(column->texts);
}

/* --------------------------------------------------------- from Python objects */

/* What there is among the cells of a column. */
struct cells {
  bool has_float, has_integer, has_bool, has_missing, has_text;
};

/* A cell that is no number becomes a text. */
static bool look_at(PyObject *cell, struct cells *cells)
{
  struct value value;

  if (cell == Py_None) {
    cells->has_missing = true;
  } else if (PyUnicode_Check(cell)) {
    cells->has_text = true;
  } else if (!value_take(cell, &value)) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError) && !PyErr_ExceptionMatches(PyExc_ValueError))
      return false;
    PyErr_Clear();
    cells->has_text = true;
  } else {
    cells->has_float |= value.type == VALUE_FLOAT;
    cells->has_integer |= value.type == VALUE_INTEGER;
    cells->has_bool |= value.type == VALUE_BOOL;
  }
  return true;
}

static epochlog_type type_of(const struct cells *cells)
{
  if (cells->has_text) return EPOCHLOG_TEXT;
  if (cells->has_float || cells->has_missing) return EPOCHLOG_DOUBLE;
  if (cells->has_integer) return EPOCHLOG_INT64;
  return cells->has_bool ? EPOCHLOG_BOOL : EPOCHLOG_DOUBLE;
}

/* The text of a cell, kept alive by column->texts; NULL with an exception set. */
static const char *cell_text(struct column *column, PyObject *cell, const char *what)
{
  PyObject *text = PyObject_Str(cell), *owner = NULL;
  const char *characters = text == NULL ? NULL : writer_text(text, what, &owner);

  if (characters != NULL && PyList_Append(column->texts, owner == NULL ? text : owner) != 0)
    characters = NULL;
  Py_XDECREF(owner);
  Py_XDECREF(text);
  return characters;
}

static bool store_cell(struct column *column, Py_ssize_t i, PyObject *cell, const char *what)
{
  struct value value;

  if (column->type == EPOCHLOG_TEXT) {
    const char **texts = column->copy;

    texts[i] = cell == Py_None ? NULL : cell_text(column, cell, what);
    return cell == Py_None || texts[i] != NULL;
  }
  if (!value_take(cell, &value)) return false;
  if (column->type == EPOCHLOG_DOUBLE)
    ((double *)column->copy)[i] = value.number;
  else if (column->type == EPOCHLOG_INT64)
    ((int64_t *)column->copy)[i] = value.integer;
  else
    ((unsigned char *)column->copy)[i] = value.integer != 0;
  return true;
}

static bool take_cells(struct column *column, PyObject *list, const char *what)
{
  struct cells cells = {0};

  column->count = PyList_Size(list);
  for (Py_ssize_t i = 0; i < column->count; i++)
    if (!look_at(PyList_GetItem(list, i), &cells)) return false;
  column->type = type_of(&cells);
  column->copy = PyMem_Calloc((size_t)column->count + 1, sizeof(double));
  column->texts = PyList_New(0);
  column->values = column->copy;
  if (column->copy == NULL || column->texts == NULL) {
    if (!PyErr_Occurred()) PyErr_NoMemory();
    return false;
  }
  for (Py_ssize_t i = 0; i < column->count; i++)
    if (!store_cell(column, i, PyList_GetItem(list, i), what)) return false;
  return true;
}

/* ------------------------------------------------------------- from memory */

/* 1: taken; 0: the object lends no numbers; -1 with an exception set. */
static int take_numbers(struct column *column, PyObject *values, const char *what)
{
  struct array_wish wish = {
      .name = what, .type = ARRAY_F64, .takes_f32 = true, .ndim_min = 1, .ndim_max = 1};
  struct array_source source;
  int opened = array_source_open(&source, values, what);

  if (opened < 0 && PyErr_ExceptionMatches(PyExc_TypeError)) {
    PyErr_Clear(); /* an array of strings or objects: its elements are asked */
    return 0;
  }
  if (opened <= 0) return opened;
  if (source.kind == ARRAY_KIND_INT || source.kind == ARRAY_KIND_UINT) wish.type = ARRAY_I64;
  if (source.kind == ARRAY_KIND_BOOL) wish.type = ARRAY_U8;
  array_source_close(&source);
  if (!array_take(&column->array, values, &wish)) return -1;
  column->type = column->array.type == ARRAY_F32   ? EPOCHLOG_FLOAT
                 : column->array.type == ARRAY_I64 ? EPOCHLOG_INT64
                 : column->array.type == ARRAY_U8  ? EPOCHLOG_BOOL
                                                   : EPOCHLOG_DOUBLE;
  column->count = column->array.count;
  column->values = column->array.data;
  return 1;
}

static bool is_one_cell(PyObject *values)
{
  return PyUnicode_Check(values) || PyNumber_Check(values) || values == Py_None;
}

/* One value as a column of one cell. */
static bool take_cell(struct column *column, PyObject *value, const char *what)
{
  PyObject *list = PyList_New(1);
  bool taken;

  if (list == NULL) return false;
  Py_INCREF(value);
  PyList_SetItem(list, 0, value);
  taken = take_cells(column, list, what);
  Py_DECREF(list);
  return taken;
}

static bool take_column(struct column *column, PyObject *values, const char *what)
{
  PyObject *list;
  int taken;
  bool done;

  memset(column, 0, sizeof *column);
  if (PyList_Check(values) || PyTuple_Check(values))
    taken = 0;
  else
    taken = take_numbers(column, values, what);
  if (taken != 0) return taken > 0;
  if (PyUnicode_Check(values) || PyBytes_Check(values) || PyDict_Check(values)) {
    PyErr_Format(PyExc_TypeError, "%s is a sequence of values, not %R", what, Py_TYPE(values));
    return false;
  }
  list = PySequence_List(values);
  if (list == NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError))
      PyErr_Format(PyExc_TypeError, "%s is a sequence of values, not %R", what, Py_TYPE(values));
    return false;
  }
  done = take_cells(column, list, what);
  Py_DECREF(list);
  return done;
}

/* -------------------------------------------------------------------- lists */

PyObject *writer_log_list(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *values, *owner = NULL, *result = NULL;
  struct column column = {0};
  const char *text;
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "OO:log_list", &name, &values) || writer_run(self) == NULL)
    return NULL;
  text = writer_text(name, "the name of a list", &owner);
  if (text != NULL && take_column(&column, values, "values")) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_log_list(run, text, column.type, column.values,
                                                         (size_t)column.count));
    result = writer_result(self, status, "list", name);
  }
  release_column(&column);
  Py_XDECREF(owner);
  return result;
}

/* ----------------------------------------------------------- rows and tables */

/* The columns of one call. */
struct table {
  Py_ssize_t count;
  struct column *columns;
  epochlog_column *described;
  PyObject **owners; /* of their names */
};

static void release_table(struct table *table)
{
  for (Py_ssize_t i = 0; i < table->count; i++) {
    if (table->columns != NULL) release_column(&table->columns[i]);
    if (table->owners != NULL) Py_XDECREF(table->owners[i]);
  }
  PyMem_Free(table->columns);
  PyMem_Free(table->described);
  PyMem_Free((void *)table->owners);
}

static bool allocate_table(struct table *table, Py_ssize_t count)
{
  table->count = count;
  table->columns = PyMem_Calloc((size_t)count + 1, sizeof *table->columns);
  table->described = PyMem_Calloc((size_t)count + 1, sizeof *table->described);
  table->owners = PyMem_Calloc((size_t)count + 1, sizeof *table->owners);
  if (table->columns != NULL && table->described != NULL && table->owners != NULL) return true;
  PyErr_NoMemory();
  return false;
}

static bool take_member(struct table *table, Py_ssize_t i, PyObject *key, PyObject *values,
                        bool is_row)
{
  const char *name = writer_text(key, "the name of a column", &table->owners[i]);
  struct column *column = &table->columns[i];

  if (name == NULL) return false;
  if (is_row && !is_one_cell(values)) {
    PyErr_Format(PyExc_TypeError,
                 "column '%s' of a row is one value, not %R; log_table takes columns", name,
                 Py_TYPE(values));
    return false;
  }
  if (!(is_row ||
                (is_one_cell(values) && !PySequence_Check(values) && !PyObject_CheckBuffer(values))
            ? take_cell(column, values, name)
            : take_column(column, values, name)))
    return false;
  if (is_row && column->count != 1) return false;
  table->described[i] =
      (epochlog_column){.name = name, .type = column->type, .values = column->values};
  if (column->count == table->columns[0].count) return true;
  PyErr_Format(PyExc_ValueError, "column '%s' has %zd rows, '%s' has %zd", name, column->count,
               table->described[0].name, table->columns[0].count);
  return false;
}

static bool take_table(struct table *table, PyObject *dict, bool is_row)
{
  PyObject *key, *values;
  Py_ssize_t at = 0, i = 0;

  if (!allocate_table(table, PyDict_Size(dict))) return false;
  while (PyDict_Next(dict, &at, &key, &values))
    if (!take_member(table, i++, key, values, is_row)) return false;
  return true;
}

PyObject *writer_log_columns(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *dict, *owner = NULL, *result = NULL;
  struct table table = {0};
  const char *text;
  epochlog_status status = EPOCHLOG_OK;
  int is_row;

  if (!PyArg_ParseTuple(args, "OO!p:log_table", &name, &PyDict_Type, &dict, &is_row) ||
      writer_run(self) == NULL)
    return NULL;
  text = writer_text(name, is_row ? "the name of a row" : "the name of a table", &owner);
  if (text != NULL && take_table(&table, dict, is_row != 0)) {
    epochlog_run *run = self->run;
    const size_t count = (size_t)table.count;

    WRITER_WITHOUT_LOCK(
        self, status = is_row
                           ? epochlog_log_row(run, text, table.described, count)
                           : epochlog_log_table(run, text, table.described, count,
                                                count == 0 ? 0 : (size_t)table.columns[0].count));
    result = writer_result(self, status, is_row ? "row" : "table", name);
  }
  release_table(&table);
  Py_XDECREF(owner);
  return result;
}
