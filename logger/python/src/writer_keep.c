/* Parameters, tags, properties, documents, files and images. */
#include <errno.h>
#include <stdio.h>

#include "array.h"
#include "value.h"
#include "writer.h"

/* ------------------------------------------------------- pairs of name and text */

/* Who takes a name and a text. */
typedef epochlog_status note(epochlog_run *run, const char *name, const char *text);

static PyObject *put_note(PyObject *object, PyObject *args, const char *what, bool may_be_none,
                          note *put)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *value, *name_owner, *owner = NULL, *result = NULL;
  const char *key, *text = NULL;
  char words[64];

  if (!PyArg_ParseTuple(args, "OO", &name, &value) || writer_run(self) == NULL) return NULL;
  snprintf(words, sizeof words, "the name of a %s", what);
  key = writer_name(name, words, &name_owner);
  snprintf(words, sizeof words, "the value of a %s", what);
  if (key != NULL && (may_be_none ? writer_text_or_none(value, words, &text, &owner)
                                  : (text = writer_text(value, words, &owner)) != NULL))
    result = writer_result(self, put(self->run, key, text), what, name_owner);
  Py_XDECREF(owner);
  Py_XDECREF(name_owner);
  return result;
}

PyObject *writer_tag(PyObject *self, PyObject *args)
{
  return put_note(self, args, "tag", true, epochlog_tag);
}

PyObject *writer_property(PyObject *self, PyObject *args)
{
  return put_note(self, args, "property", false, epochlog_property);
}

PyObject *writer_environment(PyObject *self, PyObject *args)
{
  return put_note(self, args, "fact of the environment", false, epochlog_environment);
}

PyObject *writer_markdown(PyObject *self, PyObject *args)
{
  return put_note(self, args, "text", false, epochlog_log_markdown);
}

PyObject *writer_remove_tag(PyObject *object, PyObject *name)
{
  struct writer *self = (struct writer *)object;
  PyObject *owner, *result = NULL;
  const char *key;

  if (writer_run(self) == NULL) return NULL;
  key = writer_name(name, "the name of a tag", &owner);
  if (key != NULL) result = writer_result(self, epochlog_tag_remove(self->run, key), "tag", owner);
  Py_XDECREF(owner);
  return result;
}

PyObject *writer_json(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *json, *name_owner, *owner = NULL, *result = NULL;
  const char *key, *text = NULL, *schema;

  if (!PyArg_ParseTuple(args, "OzO:log_json", &name, &schema, &json) || writer_run(self) == NULL)
    return NULL;
  key = writer_name(name, "the name of an evaluation", &name_owner);
  if (key != NULL) text = writer_text(json, "a JSON text", &owner);
  if (text != NULL)
    result = writer_result(self, epochlog_log_json(self->run, key, schema, text), "evaluation",
                           name_owner);
  Py_XDECREF(owner);
  Py_XDECREF(name_owner);
  return result;
}

/* --------------------------------------------------------------- parameters */

static epochlog_status put_number(epochlog_run *run, const char *name, const struct value *value)
{
  switch (value->type) {
    case VALUE_INTEGER: return epochlog_param_int(run, name, value->integer);
    case VALUE_BOOL: return epochlog_param_bool(run, name, value->integer != 0);
    default: return epochlog_param(run, name, value->number);
  }
}

PyObject *writer_param(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *value, *name_owner, *owner = NULL, *result = NULL;
  const char *key, *text;
  struct value number;

  if (!PyArg_ParseTuple(args, "OO:log_param", &name, &value) || writer_run(self) == NULL)
    return NULL;
  key = writer_name(name, "the name of a parameter", &name_owner);
  if (key != NULL && PyUnicode_Check(value)) {
    text = writer_text(value, "a parameter", &owner);
    if (text != NULL)
      result =
          writer_result(self, epochlog_param_text(self->run, key, text), "parameter", name_owner);
  } else if (key != NULL && value_take(value, &number)) {
    result = writer_result(self, put_number(self->run, key, &number), "parameter", name_owner);
  }
  Py_XDECREF(owner);
  Py_XDECREF(name_owner);
  return result;
}

/* -------------------------------------------------------------------- files */

/* A path as the system's bytes; NULL with an exception set. */
static const char *path_of(PyObject *path, PyObject **owner)
{
  return PyUnicode_FSConverter(path, owner) ? PyBytes_AsString(*owner) : NULL;
}

static PyObject *file_result(struct writer *self, epochlog_status status, PyObject *name)
{
  if (status != EPOCHLOG_INVALID || self->run == NULL)
    return writer_result(self, status, "file", name);
  PyErr_Format(PyExc_ValueError,
               "file '%S': a name is relative, with '/' between its parts, none of which is empty, "
               "'.' or '..'",
               name);
  return NULL;
}

/* A failed read is the caller's to know. */
static PyObject *kept(struct writer *self, epochlog_status status, PyObject *name, PyObject *path)
{
  epochlog_error first = {EPOCHLOG_OK, 0, ""};

  if (status != EPOCHLOG_READ) return file_result(self, status, name);
  epochlog_last_error(self->run, &first); /* which may be an older one */
  module_raise_os_error(Py_BuildValue(
      "isO", first.status == EPOCHLOG_READ && first.sys_errno != 0 ? first.sys_errno : EIO,
      "it, or a file in it, could not be read", path));
  return NULL;
}

/* The name of a file in the run; None: the last part of its path. */
static bool take_name(PyObject *name, const char **out, PyObject **owner)
{
  *out = NULL;
  *owner = NULL;
  if (name == Py_None) return true;
  *out = writer_name(name, "the name of a file", owner);
  return *out != NULL;
}

/* Who adds a file or a folder. */
typedef epochlog_status adder(epochlog_run *run, const char *name, const char *path,
                              const char *role);

static PyObject *add_path(PyObject *object, PyObject *args, adder *add)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *path, *role, *owners[3] = {NULL}, *result = NULL;
  const char *name_text, *path_text, *role_text;
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "OOO", &name, &path, &role) || writer_run(self) == NULL) return NULL;
  path_text = path_of(path, &owners[0]);
  if (path_text != NULL && take_name(name, &name_text, &owners[1]) &&
      writer_text_or_none(role, "the role of a file", &role_text, &owners[2])) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = add(run, name_text, path_text, role_text));
    result = kept(self, status, name == Py_None ? path : name, path);
  }
  for (size_t i = 0; i < 3; i++) Py_XDECREF(owners[i]);
  return result;
}

PyObject *writer_add_file(PyObject *self, PyObject *args)
{
  return add_path(self, args, epochlog_add_file);
}

PyObject *writer_add_folder(PyObject *self, PyObject *args)
{
  return add_path(self, args, epochlog_add_folder);
}

PyObject *writer_add_data(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *name, *role, *owners[2] = {NULL}, *result = NULL;
  const char *name_text, *role_text;
  Py_buffer data;
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "Oy*O:add_data", &name, &data, &role)) return NULL;
  if (writer_run(self) != NULL &&
      (name_text = writer_name(name, "the name of a file", &owners[0])) != NULL &&
      writer_text_or_none(role, "the role of a file", &role_text, &owners[1])) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_add_file_data(run, name_text, data.buf,
                                                              (size_t)data.len, role_text));
    result = file_result(self, status, owners[0]);
  }
  PyBuffer_Release(&data);
  for (size_t i = 0; i < 2; i++) Py_XDECREF(owners[i]);
  return result;
}

/* ------------------------------------------------------------------- images */

/* What every image has. */
struct image {
  PyObject *name, *name_owner, *caption_owner;
  const char *text, *caption;
  int64_t step;
};

static bool take_image(struct image *image, PyObject *step, PyObject *caption)
{
  image->step = EPOCHLOG_AUTO;
  image->text = writer_name(image->name, "the name of an image", &image->name_owner);
  return image->text != NULL && writer_step(step, &image->step) &&
         writer_text_or_none(caption, "a caption", &image->caption, &image->caption_owner);
}

static void release_image(struct image *image)
{
  Py_XDECREF(image->name_owner);
  Py_XDECREF(image->caption_owner);
}

PyObject *writer_image_data(PyObject *object, PyObject *args)
{
  struct writer *self = (struct writer *)object;
  PyObject *step, *caption, *result = NULL;
  struct image image = {0};
  Py_buffer data;
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "OOy*O:log_image", &image.name, &step, &data, &caption)) return NULL;
  if (writer_run(self) != NULL && take_image(&image, step, caption)) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self,
                        status = epochlog_log_image_data(run, image.text, image.step, data.buf,
                                                         (size_t)data.len, image.caption));
    if (status == EPOCHLOG_INVALID)
      PyErr_Format(PyExc_ValueError, "image '%U': the bytes are no PNG, JPEG, GIF or WebP",
                   image.name_owner);
    else
      result = writer_result(self, status, "image", image.name_owner);
  }
  PyBuffer_Release(&data);
  release_image(&image);
  return result;
}

/* Pixels of height x width x channels, whole numbers of 8 bits. */
PyObject *writer_image_pixels(PyObject *object, PyObject *args)
{
  static const struct array_wish wish = {
      .name = "image", .type = ARRAY_U8, .ndim_min = 3, .ndim_max = 3};
  struct writer *self = (struct writer *)object;
  PyObject *step, *pixels, *caption, *result = NULL;
  struct image image = {0};
  struct array array = {0};
  epochlog_status status;

  if (!PyArg_ParseTuple(args, "OOOO:log_image", &image.name, &step, &pixels, &caption) ||
      writer_run(self) == NULL)
    return NULL;
  if (take_image(&image, step, caption) && array_take(&array, pixels, &wish)) {
    epochlog_run *run = self->run;

    WRITER_WITHOUT_LOCK(self, status = epochlog_log_image_pixels(
                                  run, image.text, image.step, array.data, (size_t)array.shape[1],
                                  (size_t)array.shape[0], (int)array.shape[2], 0, image.caption));
    if (status == EPOCHLOG_INVALID)
      PyErr_Format(PyExc_ValueError, "image '%U': %zd x %zd pixels of %zd channels are no image",
                   image.name_owner, array.shape[1], array.shape[0], array.shape[2]);
    else
      result = writer_result(self, status, "image", image.name_owner);
  }
  array_release(&array);
  release_image(&image);
  return result;
}
