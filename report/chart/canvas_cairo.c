#include "chart/canvas_cairo.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/cairo_drawing.h"
#include "chart/text.h"

struct canvas_cairo {
  struct cairo_drawing drawing;
  uint8_t *pdf; /* what cairo has written so far */
  size_t pdf_size;
  size_t pdf_capacity;
};

static struct canvas_cairo *cairo_of(struct canvas *canvas)
{
  return (struct canvas_cairo *)canvas;
}

void canvas_cairo_free(struct canvas *base)
{
  struct canvas_cairo *canvas = cairo_of(base);

  if (canvas == NULL) return;
  cairo_drawing_release(&canvas->drawing);
  free(canvas->pdf);
  free(canvas);
}

const struct missing_characters *canvas_cairo_missing(const struct canvas *base)
{
  static const struct missing_characters none;
  const struct canvas_cairo *canvas = (const struct canvas_cairo *)base;

  return canvas->drawing.glyphs != NULL ? glyphs_missing(canvas->drawing.glyphs) : &none;
}

/* ---- pixels ---------------------------------------------------------------- */

struct canvas *canvas_png_new(const struct canvas_png_options *options)
{
  struct canvas_cairo *canvas = calloc(1, sizeof *canvas);
  struct cairo_drawing *drawing;
  double width, height;

  if (canvas == NULL) return NULL;
  drawing = &canvas->drawing;
  drawing->theme = options->theme;
  drawing->scale = options->scale > 0 ? options->scale : 2;
  width = ceil(options->width * drawing->scale);
  height = ceil(options->height * drawing->scale);
  if (width >= 1 && height >= 1 && width <= CANVAS_PNG_MAX_SIDE && height <= CANVAS_PNG_MAX_SIDE &&
      width * height <= CANVAS_PNG_MAX_PIXELS) {
    drawing->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    cairo_surface_set_device_scale(drawing->surface, drawing->scale, drawing->scale);
  } else {
    cairo_drawing_fail(drawing, "the picture would have no pixels or too many");
  }
  cairo_drawing_start(drawing, options->width, options->height, options->fonts, options->glyphs);
  return &drawing->canvas;
}

const char *canvas_png_end(struct canvas *base, struct picture *pixels)
{
  struct cairo_drawing *drawing = &cairo_of(base)->drawing;
  const char *problem = cairo_drawing_finish(drawing);

  *pixels = (struct picture){.pixels = NULL};
  if (problem != NULL) return problem;
  cairo_surface_flush(drawing->surface);
  *pixels = (struct picture){
      .width = (uint32_t)cairo_image_surface_get_width(drawing->surface),
      .height = (uint32_t)cairo_image_surface_get_height(drawing->surface),
      .stride = (size_t)cairo_image_surface_get_stride(drawing->surface) / sizeof(uint32_t),
      /* Through void: cairo aligns its rows for 32-bit pixels. */
      .pixels = (void *)cairo_image_surface_get_data(drawing->surface),
  };
  return NULL;
}

const char *canvas_png_encode(struct canvas *base, const char *description, uint8_t **png,
                              size_t *size)
{
  struct picture_options options = {
      .dots_per_inch = 72 * cairo_of(base)->drawing.scale,
      .description = description,
  };
  struct picture pixels;
  const char *problem = canvas_png_end(base, &pixels);

  *png = NULL;
  *size = 0;
  return problem != NULL ? problem : picture_encode(&pixels, &options, png, size);
}

/* ---- PDF ------------------------------------------------------------------- */

/* A CSS pixel is 1/96 of an inch, a point of PDF 1/72. */
#define POINTS_PER_PIXEL 0.75

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int count)
{
  struct canvas_cairo *canvas = closure;

  if (count > CANVAS_PDF_MAX_SIZE - canvas->pdf_size) {
    cairo_drawing_fail(&canvas->drawing, "the PDF would be too large");
    return CAIRO_STATUS_WRITE_ERROR;
  }
  if (count > canvas->pdf_capacity - canvas->pdf_size) {
    size_t capacity = 2 * canvas->pdf_capacity + count + 16384;
    uint8_t *larger = realloc(canvas->pdf, capacity);

    if (larger == NULL) {
      cairo_drawing_fail(&canvas->drawing, "out of memory");
      return CAIRO_STATUS_NO_MEMORY;
    }
    canvas->pdf = larger;
    canvas->pdf_capacity = capacity;
  }
  memcpy(canvas->pdf + canvas->pdf_size, bytes, count);
  canvas->pdf_size += count;
  return CAIRO_STATUS_SUCCESS;
}

/* cairo refuses a whole document for one byte that is not UTF-8. */
static void set_metadata(struct canvas_cairo *canvas, cairo_pdf_metadata_t which, const char *words)
{
  char *clean;

  if (words == NULL || words[0] == '\0') return;
  clean = text_clean_copy(words, CANVAS_PDF_MAX_WORDS);
  if (clean == NULL) {
    cairo_drawing_fail(&canvas->drawing, "out of memory");
    return;
  }
  cairo_pdf_surface_set_metadata(canvas->drawing.surface, which, clean);
  free(clean);
}

struct canvas *canvas_pdf_new(const struct canvas_pdf_options *options)
{
  struct canvas_cairo *canvas = calloc(1, sizeof *canvas);
  struct cairo_drawing *drawing;
  cairo_surface_t *surface;

  if (canvas == NULL) return NULL;
  drawing = &canvas->drawing;
  drawing->theme = options->theme;
  if (!(options->width > 0 && options->height > 0 && options->width <= CANVAS_PDF_MAX_SIDE &&
        options->height <= CANVAS_PDF_MAX_SIDE)) {
    cairo_drawing_fail(drawing, "the page would have no size or be too large");
    cairo_drawing_start(drawing, options->width, options->height, options->fonts, options->glyphs);
    return &drawing->canvas;
  }
  surface = cairo_pdf_surface_create_for_stream(
      take_bytes, canvas, options->width * POINTS_PER_PIXEL, options->height * POINTS_PER_PIXEL);
  cairo_surface_set_device_scale(surface, POINTS_PER_PIXEL, POINTS_PER_PIXEL);
  cairo_surface_set_fallback_resolution(surface, 288, 288);
  drawing->surface = surface;
  cairo_drawing_start(drawing, options->width, options->height, options->fonts, options->glyphs);
  set_metadata(canvas, CAIRO_PDF_METADATA_TITLE, options->title);
  set_metadata(canvas, CAIRO_PDF_METADATA_SUBJECT, options->description);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "epochlog");
  /* Else the time of this moment, whatever SOURCE_DATE_EPOCH says. */
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, NULL);
  return &drawing->canvas;
}

const char *canvas_pdf_end(struct canvas *base, uint8_t **pdf, size_t *size)
{
  struct canvas_cairo *canvas = cairo_of(base);
  struct cairo_drawing *drawing = &canvas->drawing;
  bool again = drawing->ended;
  const char *problem = cairo_drawing_finish(drawing);

  *pdf = NULL;
  *size = 0;
  if (problem == NULL && again) return "the PDF was already taken";
  if (problem != NULL) return problem;
  cairo_surface_finish(drawing->surface);
  if (cairo_surface_status(drawing->surface) != CAIRO_STATUS_SUCCESS)
    cairo_drawing_fail(drawing, cairo_status_to_string(cairo_surface_status(drawing->surface)));
  if (drawing->problem != NULL) return drawing->problem;
  *pdf = canvas->pdf;
  *size = canvas->pdf_size;
  canvas->pdf = NULL;
  canvas->pdf_size = canvas->pdf_capacity = 0;
  return NULL;
}
