/* Arrays of numbers as pixels of 8 bits: height x width x channels. */
#include "pixels.h"

#include <math.h>
#include <string.h>

#include "array.h"

/* Where the height, width and channels stand among the dimensions; -1: there is none. */
struct layout {
  int height, width, channels;
};

static bool is_channel_count(Py_ssize_t size) { return size == 1 || size == 3 || size == 4; }

/* From its letters, or by looking which dimension can be the channels: the last one
 * first, as most programs have it. */
static bool find_layout(const struct array_source *source, const char *letters,
                        struct layout *layout)
{
  static const struct {
    const char *letters;
    int ndim;
    struct layout layout;
  } known[] = {{"HW", 2, {0, 1, -1}}, {"HWC", 3, {0, 1, 2}}, {"CHW", 3, {1, 2, 0}}};

  if (letters == NULL) {
    if (source->ndim == 2)
      letters = "HW";
    else if (source->ndim == 3 && is_channel_count(source->shape[2]))
      letters = "HWC";
    else if (source->ndim == 3 && is_channel_count(source->shape[0]))
      letters = "CHW";
  }
  for (size_t i = 0; letters != NULL && i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i].letters, letters) != 0 || known[i].ndim != source->ndim) continue;
    *layout = known[i].layout;
    return layout->channels < 0 || is_channel_count(source->shape[layout->channels]);
  }
  return false;
}

/* 0 to 1 becomes 0 to 255; what lies outside is cut, and NaN is black. */
static uint8_t of_float(double value)
{
  if (!(value > 0)) return 0;
  return value >= 1 ? 255 : (uint8_t)(value * 255 + 0.5);
}

static uint8_t of_integer(double value)
{
  if (value <= 0) return 0;
  return value >= 255 ? 255 : (uint8_t)value;
}

static uint8_t pixel(const struct array_source *source, const char *at)
{
  const double value = array_load_double(source, at);

  if (source->kind == ARRAY_KIND_BOOL) return value != 0 ? 255 : 0;
  return source->kind == ARRAY_KIND_FLOAT || source->kind == ARRAY_KIND_BFLOAT ? of_float(value)
                                                                               : of_integer(value);
}

static void fill_pixels(const struct array_source *source, const struct layout *layout,
                        uint8_t *out)
{
  const Py_ssize_t channels = layout->channels < 0 ? 1 : source->shape[layout->channels];
  const Py_ssize_t stride = layout->channels < 0 ? 0 : source->strides[layout->channels];

  for (Py_ssize_t y = 0; y < source->shape[layout->height]; y++)
    for (Py_ssize_t x = 0; x < source->shape[layout->width]; x++) {
      const char *at =
          source->data + y * source->strides[layout->height] + x * source->strides[layout->width];

      for (Py_ssize_t c = 0; c < channels; c++) *out++ = pixel(source, at + c * stride);
    }
}

static PyObject *make_pixels(const struct array_source *source, const struct layout *layout)
{
  const Py_ssize_t height = source->shape[layout->height], width = source->shape[layout->width];
  const Py_ssize_t channels = layout->channels < 0 ? 1 : source->shape[layout->channels];
  PyObject *bytes, *result = NULL;

  if (height < 1 || width < 1 || height > PIXELS_SIDE_MAX || width > PIXELS_SIDE_MAX) {
    PyErr_Format(PyExc_ValueError, "an image of %zd x %zd pixels: a side has 1 to %d", width,
                 height, PIXELS_SIDE_MAX);
    return NULL;
  }
  bytes = PyBytes_FromStringAndSize(NULL, height * width * channels);
  if (bytes == NULL) return NULL;
  fill_pixels(source, layout, (uint8_t *)PyBytes_AsString(bytes));
  result = Py_BuildValue("Nnnn", bytes, height, width, channels);
  return result;
}

PyObject *pixels_of(PyObject *module, PyObject *args)
{
  struct array_source source;
  struct layout layout;
  const char *letters;
  PyObject *object, *result = NULL;
  int opened;

  (void)module;
  if (!PyArg_ParseTuple(args, "Oz:pixels", &object, &letters)) return NULL;
  opened = array_source_open(&source, object, "image");
  if (opened < 0) return NULL;
  if (opened == 0) {
    PyErr_Format(PyExc_TypeError,
                 "an image is a path, PNG or JPEG bytes, a figure, a picture or an array, not %R",
                 Py_TYPE(object));
    return NULL;
  }
  if (find_layout(&source, letters, &layout))
    result = make_pixels(&source, &layout);
  else
    PyErr_Format(
        PyExc_ValueError,
        "an array of %d dimensions is no image of layout %s: HW, HWC or CHW with 1, 3 or 4 "
        "channels",
        source.ndim, letters == NULL ? "that can be guessed" : letters);
  array_source_close(&source);
  return result;
}
