#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read.h"
#include "reader.h"

static PyObject *list_runs(PyObject *module, PyObject *args, PyObject *keywords)
{
  static char *words[] = {"root", NULL};
  struct read_error error = {0};
  PyObject *root, *list;
  const char *root_text;
  char **paths = NULL;
  long count;

  (void)module;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&:list_runs", words, PyUnicode_FSConverter,
                                   &root))
    return NULL;
  root_text = PyBytes_AsString(root);
  Py_BEGIN_ALLOW_THREADS;
  count = run_list(root_text, &paths, &error);
  Py_END_ALLOW_THREADS;
  if (count < 0) read_fail(&error, root_text);
  Py_DECREF(root);
  if (count < 0) return NULL;
  list = PyList_New(count);
  for (long i = 0; list != NULL && i < count; i++) {
    PyObject *path = read_path(paths[i]);

    if (path == NULL || PyList_SetItem(list, i, path) != 0) Py_CLEAR(list);
  }
  run_paths_free(paths, count);
  return list;
}

/* A name that no run has is a missing file; a folder that may not be looked into may
 * hold a run. */
static void fail_to_find(const char *root, const char *text, struct read_error *error)
{
  char unknown[256];

  snprintf(unknown, sizeof unknown, "\"%.200s\": no such run in ", text);
  if (error->sys_errno == 0 && access(text, R_OK | X_OK) != 0 && errno == EACCES) {
    error->sys_errno = EACCES;
    snprintf(error->message, sizeof error->message, "%.300s: cannot be opened: %s", text,
             strerror(EACCES));
    read_fail(error, text);
  } else if (error->sys_errno == 0 && strncmp(error->message, unknown, strlen(unknown)) == 0) {
    read_fail_missing(error);
  } else {
    read_fail(error, root);
  }
}

static PyObject *find_run(PyObject *module, PyObject *args, PyObject *keywords)
{
  static char *words[] = {"root", "text", NULL};
  struct read_error error = {0};
  PyObject *root, *text, *found = NULL;
  const char *root_text, *typed;
  char *path;

  (void)module;
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&O&:find_run", words, PyUnicode_FSConverter,
                                   &root, PyUnicode_FSConverter, &text))
    return NULL;
  root_text = PyBytes_AsString(root);
  typed = PyBytes_AsString(text);
  Py_BEGIN_ALLOW_THREADS;
  path = run_find(root_text, typed, &error);
  Py_END_ALLOW_THREADS;
  if (path != NULL)
    found = read_path(path);
  else
    fail_to_find(root_text, typed, &error);
  free(path);
  Py_DECREF(root);
  Py_DECREF(text);
  return found;
}

#define KEYWORD_FUNCTION(name, function, doc)                                        \
  {                                                                                  \
    name, (PyCFunction)(void (*)(void))(function), METH_VARARGS | METH_KEYWORDS, doc \
  }

static PyMethodDef functions[] = {
    KEYWORD_FUNCTION("open_run", read_open_run,
                     "open_run($module, path, summary=False)\n--\n\n"
                     "Reads the run of a folder or log file; a summary has no points.\n"
                     "FileNotFoundError, OSError, or ValueError where it is no log."),
    KEYWORD_FUNCTION("open_charts", read_open_charts,
                     "open_charts($module, path, columns, most=-1)\n--\n\n"
                     "A summary that knows all metrics, and its metrics reduced as by\n"
                     "RunData.spans.  Takes the memory of the pictures, not of the points."),
    KEYWORD_FUNCTION(
        "list_runs", list_runs,
        "list_runs($module, root)\n--\n\nThe folders of runs in a folder, newest first."),
    KEYWORD_FUNCTION("find_run", find_run,
                     "find_run($module, root, text)\n--\n\n"
                     "The path of a run: a path, or an id or name or unique beginning of either\n"
                     "below the root.  FileNotFoundError, or ValueError where several fit."),
    {NULL, NULL, 0, NULL}};

int reader_add(PyObject *module)
{
  if (read_view_add(module) != 0 || read_data_add(module) != 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
