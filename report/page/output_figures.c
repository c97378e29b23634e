#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chart/canvas_cairo.h"
#include "chart/canvas_svg.h"
#include "page/output.h"

/* Drawing is bound by computing, not by waiting: no more threads than this pay. */
#define THREADS_MAX 16

static const char out_of_memory[] = "out of memory";

/* What the drawing threads share.  Each takes the next figure until none is left
 * or one has failed. */
struct drawing {
  const char *charts;
  const char *data;
  const struct figures *figures;
  enum theme theme;
  unsigned formats;
  struct font_set *fonts;
  atomic_size_t next;
  atomic_size_t done;
  atomic_bool failed;
  pthread_mutex_t lock; /* of what follows */
  struct missing_characters missing;
  struct output_error error;
};

static void give_up(struct drawing *drawing, const char *what, const char *why)
{
  pthread_mutex_lock(&drawing->lock);
  if (!atomic_exchange(&drawing->failed, true))
    snprintf(drawing->error.message, sizeof drawing->error.message, "%s%s%s", what,
             *why ? ": " : "", why);
  pthread_mutex_unlock(&drawing->lock);
}

/* Writes a drawing as `id``ending`, or gives up with its problem.  Frees it. */
static void write_drawing(struct drawing *drawing, const char *folder, const struct figure *figure,
                          const char *ending, const char *problem, void *bytes, size_t size)
{
  struct output_error error;
  char name[160];

  snprintf(name, sizeof name, "%s%s", figure->id, ending);
  if (problem)
    give_up(drawing, name, problem);
  else if (output_write(folder, name, bytes, size, &error))
    give_up(drawing, error.message, "");
  free(bytes);
}

static void add_missing(struct drawing *drawing, const struct canvas *canvas)
{
  const struct missing_characters *missing = canvas_cairo_missing(canvas);

  if (!missing->count) return;
  pthread_mutex_lock(&drawing->lock);
  missing_merge(&drawing->missing, missing);
  pthread_mutex_unlock(&drawing->lock);
}

static void draw_png(struct drawing *drawing, const struct figure *figure)
{
  struct canvas_png_options options = {.theme = drawing->theme, .fonts = drawing->fonts};
  struct canvas *canvas;
  const char *problem;
  uint8_t *png = NULL;
  size_t size = 0;

  figure_size(figure, &options.width, &options.height);
  canvas = canvas_png_new(&options);
  if (!canvas) {
    give_up(drawing, figure->id, out_of_memory);
    return;
  }
  figure_draw(figure, canvas);
  problem = canvas_png_encode(canvas, figure->alt, &png, &size);
  add_missing(drawing, canvas);
  canvas_cairo_free(canvas);
  write_drawing(drawing, drawing->charts, figure, ".png", problem, png, size);
}

static void draw_pdf(struct drawing *drawing, const struct figure *figure)
{
  struct canvas_pdf_options options = {.theme = drawing->theme,
                                       .title = figure->title,
                                       .description = figure->alt,
                                       .fonts = drawing->fonts};
  struct canvas *canvas;
  const char *problem;
  uint8_t *pdf = NULL;
  size_t size = 0;

  figure_size(figure, &options.width, &options.height);
  canvas = canvas_pdf_new(&options);
  if (!canvas) {
    give_up(drawing, figure->id, out_of_memory);
    return;
  }
  figure_draw(figure, canvas);
  problem = canvas_pdf_end(canvas, &pdf, &size);
  canvas_cairo_free(canvas);
  write_drawing(drawing, drawing->charts, figure, ".pdf", problem, pdf, size);
}

static void draw_svg(struct drawing *drawing, const struct figure *figure)
{
  struct canvas_svg_options options = {
      .title = figure->title, .description = figure->alt, .standalone = true};
  struct canvas *canvas;
  const char *problem;
  char *svg = NULL;
  size_t size = 0;

  figure_size(figure, &options.width, &options.height);
  canvas = canvas_svg_new(&options);
  if (!canvas) {
    give_up(drawing, figure->id, out_of_memory);
    return;
  }
  figure_draw(figure, canvas);
  problem = canvas_svg_end(canvas, &svg, &size);
  canvas_svg_free(canvas);
  write_drawing(drawing, drawing->charts, figure, ".svg", problem, svg, size);
}

static void write_data(struct drawing *drawing, const struct figure *figure)
{
  size_t size = 0;
  char *csv;

  if (!figure->data.rows) return;
  csv = output_csv(&figure->data, &size);
  write_drawing(drawing, drawing->data, figure, ".csv", csv ? NULL : out_of_memory, csv, size);
}

/* Takes figures until none is left.  `progress` is NULL in all threads but the
 * caller's. */
static void draw_figures(struct drawing *drawing, void (*progress)(size_t, size_t))
{
  size_t index;

  while ((index = atomic_fetch_add(&drawing->next, 1)) < drawing->figures->count) {
    if (atomic_load(&drawing->failed)) break;
    draw_png(drawing, &drawing->figures->list[index]);
    if (drawing->formats & FIGURE_PDF) draw_pdf(drawing, &drawing->figures->list[index]);
    if (drawing->formats & FIGURE_SVG) draw_svg(drawing, &drawing->figures->list[index]);
    write_data(drawing, &drawing->figures->list[index]);
    atomic_fetch_add(&drawing->done, 1);
    if (progress) progress(atomic_load(&drawing->done), drawing->figures->count);
  }
}

static void *draw_in_thread(void *argument)
{
  draw_figures(argument, NULL);
  return NULL;
}

int output_figures(const char *folder, const struct figures *figures,
                   const struct output_choice *choice, struct missing_characters *missing,
                   struct output_error *error)
{
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  struct drawing drawing = {.figures = figures,
                            .theme = choice->is_dark ? THEME_DARK : THEME_LIGHT,
                            .formats = choice->formats,
                            .fonts = choice->fonts};
  pthread_t threads[THREADS_MAX];
  char charts[4096], data[4096];
  long started = 0;

  snprintf(charts, sizeof charts, "%s/charts", folder);
  snprintf(data, sizeof data, "%s/data", folder);
  if (output_folder(charts, error) || output_folder(data, error)) return -1;
  drawing.charts = charts;
  drawing.data = data;
  pthread_mutex_init(&drawing.lock, NULL);
  /* A thread that cannot be made is no failure: the others draw its share. */
  while (started < processors - 1 && started < THREADS_MAX &&
         (size_t)started + 1 < figures->count &&
         pthread_create(&threads[started], NULL, draw_in_thread, &drawing) == 0)
    started++;
  draw_figures(&drawing, choice->progress);
  while (started) pthread_join(threads[--started], NULL);
  pthread_mutex_destroy(&drawing.lock);
  *missing = drawing.missing;
  if (!atomic_load(&drawing.failed)) return 0;
  *error = drawing.error;
  return -1;
}
