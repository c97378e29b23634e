#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chart/canvas_cairo.h"
#include "chart/canvas_svg.h"
#include "chart/glyphs.h"
#include "page/output.h"

/* Drawing is bound by computing, not by waiting: no more threads than this pay. */
#define THREADS_MAX 16

static const char out_of_memory[] = "out of memory";

/* What the drawing threads share.  Each takes the next figure until none is left
 * or one has failed. */
struct output_drawing {
  char charts[4096];
  char data[4096];
  const struct figures *figures;
  struct output_choice choice;
  pthread_t threads[THREADS_MAX];
  long thread_count;
  atomic_size_t next;
  atomic_size_t done;
  atomic_bool failed;
  pthread_mutex_t lock; /* of what follows */
  struct missing_characters missing;
  struct output_error error;
};

static void give_up(struct output_drawing *drawing, const char *what, const char *why)
{
  pthread_mutex_lock(&drawing->lock);
  if (!atomic_exchange(&drawing->failed, true))
    snprintf(drawing->error.message, sizeof drawing->error.message, "%s%s%s", what,
             *why ? ": " : "", why);
  pthread_mutex_unlock(&drawing->lock);
}

/* Writes a drawing as `id``ending`, or gives up with its problem.  Frees it. */
static void write_drawing(struct output_drawing *drawing, const char *folder,
                          const struct figure *figure, const char *ending, const char *problem,
                          void *bytes, size_t size)
{
  struct output_error error = {.message = ""};
  char name[160];

  snprintf(name, sizeof name, "%s%s", figure->id, ending);
  if (problem)
    give_up(drawing, name, problem);
  else if (output_write(folder, name, bytes, size, &error))
    give_up(drawing, error.message, "");
  free(bytes);
}

static enum theme theme_of(const struct output_drawing *drawing)
{
  return drawing->choice.is_dark ? THEME_DARK : THEME_LIGHT;
}

static void draw_png(struct output_drawing *drawing, const struct figure *figure,
                     struct glyphs *glyphs)
{
  struct canvas_png_options options = {.theme = theme_of(drawing), .glyphs = glyphs};
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
  canvas_cairo_free(canvas);
  write_drawing(drawing, drawing->charts, figure, ".png", problem, png, size);
}

/* With glyphs of its own: the parts of fonts in a file follow from it alone. */
static void draw_pdf(struct output_drawing *drawing, const struct figure *figure)
{
  struct canvas_pdf_options options = {.theme = theme_of(drawing),
                                       .title = figure->title,
                                       .description = figure->alt,
                                       .fonts = drawing->choice.fonts};
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

static void draw_svg(struct output_drawing *drawing, const struct figure *figure)
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

static void write_data(struct output_drawing *drawing, const struct figure *figure)
{
  size_t size = 0;
  char *csv;

  if (!figure->data.rows) return;
  csv = output_csv(&figure->data, &size);
  write_drawing(drawing, drawing->data, figure, ".csv", csv ? NULL : out_of_memory, csv, size);
}

/* Takes figures until none is left.  `progress` is NULL in all threads but the
 * caller's.  One set of glyphs serves all charts of a thread: making them is a
 * tenth of drawing. */
static void draw_figures(struct output_drawing *drawing, void (*progress)(size_t, size_t))
{
  struct glyphs *glyphs = NULL;
  size_t index;

  while ((index = atomic_fetch_add(&drawing->next, 1)) < drawing->figures->count) {
    const struct figure *figure = &drawing->figures->list[index];

    if (atomic_load(&drawing->failed)) break;
    if (!glyphs) glyphs = glyphs_new(drawing->choice.fonts);
    if (!glyphs) {
      give_up(drawing, figure->id, "the typeface could not be loaded");
      break;
    }
    draw_png(drawing, figure, glyphs);
    if (drawing->choice.formats & FIGURE_PDF) draw_pdf(drawing, figure);
    if (drawing->choice.formats & FIGURE_SVG) draw_svg(drawing, figure);
    write_data(drawing, figure);
    atomic_fetch_add(&drawing->done, 1);
    if (progress) progress(atomic_load(&drawing->done), drawing->figures->count);
  }
  if (!glyphs) return;
  pthread_mutex_lock(&drawing->lock);
  missing_merge(&drawing->missing, glyphs_missing(glyphs));
  pthread_mutex_unlock(&drawing->lock);
  glyphs_free(glyphs);
}

static void *draw_in_thread(void *argument)
{
  draw_figures(argument, NULL);
  return NULL;
}

struct output_drawing *output_figures_begin(const char *folder, const struct figures *figures,
                                            const struct output_choice *choice,
                                            struct output_error *error)
{
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  struct output_drawing *drawing = calloc(1, sizeof *drawing);

  if (!drawing) {
    snprintf(error->message, sizeof error->message, "%s: %s", folder, out_of_memory);
    return NULL;
  }
  drawing->figures = figures;
  drawing->choice = *choice;
  snprintf(drawing->charts, sizeof drawing->charts, "%s/charts", folder);
  snprintf(drawing->data, sizeof drawing->data, "%s/data", folder);
  if (output_folder(drawing->charts, error) || output_folder(drawing->data, error)) {
    free(drawing);
    return NULL;
  }
  pthread_mutex_init(&drawing->lock, NULL);
  /* A thread that cannot be made is no failure: the others draw its share. */
  while (drawing->thread_count < processors - 1 && drawing->thread_count < THREADS_MAX &&
         (size_t)drawing->thread_count + 1 < figures->count &&
         pthread_create(&drawing->threads[drawing->thread_count], NULL, draw_in_thread, drawing) ==
             0)
    drawing->thread_count++;
  return drawing;
}

int output_figures_end(struct output_drawing *drawing, struct missing_characters *missing,
                       struct output_error *error)
{
  int result = 0;

  draw_figures(drawing, drawing->choice.progress);
  while (drawing->thread_count) pthread_join(drawing->threads[--drawing->thread_count], NULL);
  pthread_mutex_destroy(&drawing->lock);
  *missing = drawing->missing;
  if (atomic_load(&drawing->failed)) {
    *error = drawing->error;
    result = -1;
  }
  free(drawing);
  return result;
}
