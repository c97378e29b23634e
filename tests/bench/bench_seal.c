/* What becomes of the points afterwards: the processor time that turns them into
 * compressed columns, in the background.
 *
 *   bench_seal FOLDER [quick]
 *
 * Everything the process uses from the first call until the run is complete, save what
 * the calling thread used until it completed the run.  The points come from a small
 * training at its own pace, so that values and times are as noisy as real ones.  The
 * baseline is the deflating alone (zlib, level 6, as gzip does it) of the same points as
 * CSV; making that text is not counted.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "measure.h"
#include "training.h"

#define SCALARS 300000
#define ROWS 60000

/* One kind of point: the first metric of a step alone, or all ten in one call. */
struct kind {
  const char *name;
  int steps;
  int batch;
  int metrics;
};

struct text {
  char *bytes;
  size_t size;
  size_t room;
};

struct cost {
  double seal_ns; /* a scalar */
  double gzip_ns;
  double log_bytes; /* a scalar */
  double log_speed; /* bytes a second of processor time */
};

/* ---------------------------------------------------------- the baseline */

static void add_csv(struct text *text, const struct kind *kind, int step, const double *values)
{
  struct timespec now;
  int size;

  if (text->room - text->size < 1024) exit(1);
  clock_gettime(CLOCK_REALTIME, &now);
  size = sprintf(text->bytes + text->size, "%d,%lld.%06ld", step, (long long)now.tv_sec,
                 now.tv_nsec / 1000);
  for (int k = 0; k < kind->metrics; k++)
    size += sprintf(text->bytes + text->size + size, ",%.9g", values[k]);
  text->bytes[text->size + (size_t)size] = '\n';
  text->size += (size_t)size + 1;
}

static double time_gzip(const struct text *text)
{
  uLongf size = compressBound((uLong)text->size);
  Bytef *out = malloc(size);
  const double start = measure_thread_ns();

  if (!out || compress2(out, &size, (const Bytef *)text->bytes, (uLong)text->size, 6) != Z_OK)
    exit(1);
  free(out);
  return measure_thread_ns() - start;
}

/* -------------------------------------------------------------- the log */

static void log_step(epochlog_run *run, const struct kind *kind, int step,
                     const epochlog_metric *metrics, const double *values)
{
  if (kind->metrics == 1)
    epochlog_scalar(run, metrics[0], step, values[0]);
  else
    epochlog_scalars(run, step, metrics, values, (size_t)kind->metrics);
}

static struct cost run_once(const char *folder, const struct kind *kind)
{
  const double scalars = (double)kind->steps * kind->metrics;
  epochlog_run *run = measure_start(folder, "seal");
  struct text text = {.room = (size_t)kind->steps * 256 + 4096};
  char *run_folder = strdup(epochlog_run_folder(run));
  epochlog_metric metrics[TRAINING_METRICS];
  struct training training;
  struct cost cost;
  double start, own, used;

  text.bytes = malloc(text.room);
  if (!text.bytes || !run_folder) exit(1);
  training_define(run, metrics);
  training_begin(&training, kind->steps, kind->batch);
  start = measure_background_ns();
  for (int step = 0; step < kind->steps; step++) {
    double values[TRAINING_METRICS];

    training_step(&training, step, values);
    log_step(run, kind, step, metrics, values);
    add_csv(&text, kind, step, values);
  }
  measure_catch_up(run);
  own = measure_thread_ns();
  epochlog_complete(run, NULL);
  used = measure_background_ns() - start + measure_thread_ns() - own;
  cost = (struct cost){.seal_ns = used / scalars,
                       .gzip_ns = time_gzip(&text) / scalars,
                       .log_bytes = (double)measure_log_size(run_folder) / scalars};
  cost.log_speed = cost.log_bytes / cost.seal_ns * 1e9;
  free(run_folder);
  free(text.bytes);
  return cost;
}

/* ------------------------------------------------------------- the figures */

static void bench_kind(const char *folder, const struct kind *kind)
{
  double seal[MEASURE_RUNS], gzip[MEASURE_RUNS], speed[MEASURE_RUNS], bytes[MEASURE_RUNS], ns, base;

  for (int i = 0; i < MEASURE_RUNS; i++) {
    const struct cost cost = run_once(folder, kind);

    seal[i] = cost.seal_ns;
    gzip[i] = cost.gzip_ns;
    speed[i] = cost.log_speed;
    bytes[i] = cost.log_bytes;
  }
  ns = measure_median(seal, MEASURE_RUNS);
  base = measure_median(gzip, MEASURE_RUNS);
  measure_line(kind->name, ns, "ns");
  printf(" %5.1f x faster than gzip ", base / ns);
  measure_bar(ns <= 150, "<= 150 ns");
  printf("\n");
  measure_line("  deflating the same as CSV", base, "ns");
  printf("  baseline\n");
  measure_line("  written of it", measure_median(speed, MEASURE_RUNS) / 1e6, "MB/s");
  printf(" %5.1f million scalars/s, %.2f bytes each\n", 1e3 / ns,
         measure_median(bytes, MEASURE_RUNS));
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);
  const int less = arguments.is_quick ? 5 : 1;
  /* Some 2 us and 8 us a step. */
  const struct kind scalar = {"scalars, one a call", SCALARS / less, 4, 1};
  const struct kind row = {"rows of ten real metrics", ROWS / less, 16, TRAINING_METRICS};

  printf("processor time in the background, a scalar; median of %d runs\n", MEASURE_RUNS);
  bench_kind(arguments.folder, &scalar);
  bench_kind(arguments.folder, &row);
  return 0;
}
