#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chart/canvas_cairo.h"
#include "page/output.h"

/* Drawing is bound by computing, not by waiting: no more threads than this pay. */
#define THREADS_MAX 16

/* What the drawing threads share.  Each takes the next figure until none is left
 * or one has failed. */
struct drawing {
  const char *charts;
  const char *data;
  const struct figures *figures;
  enum theme theme;
  atomic_size_t next;
  atomic_size_t done;
  atomic_size_t missing_glyphs;
  atomic_bool failed;
  pthread_mutex_t lock; /* of error */
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

static void draw_png(struct drawing *drawing, const struct figure *figure)
{
  struct canvas_png_options options = {.theme = drawing->theme};
  struct output_error error;
  struct canvas *canvas;
  const char *problem;
  uint8_t *png = NULL;
  size_t size = 0;
  char name[160];

  figure_size(figure, &options.width, &options.height);
  canvas = canvas_png_new(&options);
  if (!canvas) {
    give_up(drawing, figure->id, "out of memory");
    return;
  }
  figure_draw(figure, canvas);
  problem = canvas_png_encode(canvas, figure->alt, &png, &size);
  atomic_fetch_add(&drawing->missing_glyphs, canvas_png_missing_glyphs(canvas));
  canvas_png_free(canvas);
  snprintf(name, sizeof name, "%s.png", figure->id);
  if (problem)
    give_up(drawing, name, problem);
  else if (output_write(drawing->charts, name, png, size, &error))
    give_up(drawing, error.message, "");
  free(png);
}

static void write_data(struct drawing *drawing, const struct figure *figure)
{
  struct output_error error;
  size_t size = 0;
  char name[160];
  char *csv;

  if (!figure->data.rows) return;
  csv = output_csv(&figure->data, &size);
  snprintf(name, sizeof name, "%s.csv", figure->id);
  if (!csv)
    give_up(drawing, name, "out of memory");
  else if (output_write(drawing->data, name, csv, size, &error))
    give_up(drawing, error.message, "");
  free(csv);
}

/* Takes figures until none is left.  `progress` is NULL in all threads but the
 * caller's. */
static void draw_figures(struct drawing *drawing, void (*progress)(size_t, size_t))
{
  size_t index;

  while ((index = atomic_fetch_add(&drawing->next, 1)) < drawing->figures->count) {
    if (atomic_load(&drawing->failed)) break;
    draw_png(drawing, &drawing->figures->list[index]);
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

int output_figures(const char *folder, const struct figures *figures, int is_dark,
                   void (*progress)(size_t done, size_t all), size_t *missing_glyphs,
                   struct output_error *error)
{
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  struct drawing drawing = {.figures = figures, .theme = is_dark ? THEME_DARK : THEME_LIGHT};
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
  draw_figures(&drawing, progress);
  while (started) pthread_join(threads[--started], NULL);
  pthread_mutex_destroy(&drawing.lock);
  *missing_glyphs = atomic_load(&drawing.missing_glyphs);
  if (!atomic_load(&drawing.failed)) return 0;
  *error = drawing.error;
  return -1;
}
