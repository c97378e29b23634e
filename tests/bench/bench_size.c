/* Bytes a scalar takes in the log, beside text and the usual event file.
 *
 *   bench_size FOLDER [quick]
 *
 * Every contender keeps the same: step and value bit for bit, and where it is said the
 * time with microseconds.  A number is printed with the fewest digits that give back
 * its bits: as a float where the metric is one (up to nine), else as a double (up to 17).
 */
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "measure.h"
#include "training.h"

#define STEPS 20000
#define LONG 200000

struct text {
  char *bytes;
  size_t size;
  size_t room;
};

struct sizes {
  double log, csv, csv_timed, events; /* bytes a scalar; the CSV deflated */
};

/* ------------------------------------------------------------------ as CSV */

static bool gives_back(const char *digits, double value, int is_float)
{
  const double back = is_float ? (double)strtof(digits, NULL) : strtod(digits, NULL);

  return memcmp(&back, &value, sizeof back) == 0;
}

/* Doubles that are ratios have few digits and the others 17, so those are tried. */
static int print_number(char *out, double value, int is_float)
{
  const int most = is_float ? FLT_DECIMAL_DIG : DBL_DECIMAL_DIG;
  int size = 0;

  for (int digits = 6; digits <= most; digits++) {
    size = sprintf(out, "%.*g", digits, value);
    if (gives_back(out, value, is_float)) break;
  }
  return size;
}

/* The time is left out where it is NULL. */
static void add_line(struct text *text, int step, const struct timespec *time, const double *values,
                     int metrics)
{
  char *p;

  if (text->room - text->size < 1024) exit(1);
  p = text->bytes + text->size;
  p += sprintf(p, "%d", step);
  if (time) p += sprintf(p, ",%lld.%06ld", (long long)time->tv_sec, time->tv_nsec / 1000);
  for (int k = 0; k < metrics; k++) {
    *p++ = ',';
    p += print_number(p, values[k], training_is_float[k]);
  }
  *p++ = '\n';
  text->size = (size_t)(p - text->bytes);
}

static struct text text_new(int steps, int metrics)
{
  const size_t room = (size_t)steps * (32 + 26 * (size_t)metrics) + 4096;
  const struct text text = {.bytes = malloc(room), .room = room};

  if (!text.bytes) exit(1);
  return text;
}

/* Bytes after gzip -6, whose frame around the deflated bytes is 12 longer than zlib's;
 * frees the text. */
static double gzip_size(struct text *text)
{
  uLongf size = compressBound((uLong)text->size);
  Bytef *out = malloc(size);

  if (!out || compress2(out, &size, (const Bytef *)text->bytes, (uLong)text->size, 6) != Z_OK)
    exit(1);
  free(out);
  free(text->bytes);
  return (double)size + 12;
}

/* ------------------------------------------------------- as the event file */

static int varint_size(uint64_t value)
{
  int size = 1;

  while (value >>= 7) size++;
  return size;
}

/* Bytes of one scalar in the usual event file, which has a record for each:
 *
 *     TFRecord    8 length + 4 its checksum + 4 checksum of the data        16
 *     Event       1 + 8  wall_time, a double                                 9
 *                 1 + v  step, a varint                                      1 + v
 *                 1 + 1  summary and its length                              2
 *     Summary     1 + 1  value and its length                                2
 *     Value       1 + 1 + n  tag and its length                              2 + n
 *                 1 + 4  simple_value, a float                               5
 *                                                                      = 37 + v + n
 *
 * (No length here exceeds 127.)  The newer way with a tensor for a value takes more, and
 * a double does not fit into the older. */
static int event_size(const char *tag, int step)
{
  return 37 + varint_size((uint64_t)step) + (int)strlen(tag);
}

static double events_size(int steps, int metrics)
{
  double size = 0;

  for (int k = 0; k < metrics; k++)
    for (int step = 0; step < steps; step++) size += event_size(training_names[k], step);
  return size;
}

/* ---------------------------------------------------------------- a training */

static void log_step(epochlog_run *run, int step, const epochlog_metric *metrics,
                     const double *values, int count)
{
  if (count == 1)
    epochlog_scalar(run, metrics[0], step, values[0]);
  else
    epochlog_scalars(run, step, metrics, values, (size_t)count);
}

static double complete(epochlog_run *run)
{
  char folder[4096];

  snprintf(folder, sizeof folder, "%s", epochlog_run_folder(run));
  epochlog_complete(run, NULL);
  return (double)measure_log_size(folder);
}

/* What was logged, kept to be printed later: printing takes as long as a step, and the
 * times in the log would be those of the printing. */
struct kept {
  struct timespec time;
  double values[TRAINING_METRICS];
};

static double train(const char *folder, struct kept *kept, int steps, int count)
{
  epochlog_run *run = measure_start(folder, "size");
  epochlog_metric metrics[TRAINING_METRICS];
  struct training training;

  training_define(run, metrics);
  training_begin(&training, steps, TRAINING_BATCH);
  for (int step = 0; step < steps; step++) {
    training_step(&training, step, kept[step].values);
    clock_gettime(CLOCK_REALTIME, &kept[step].time);
    log_step(run, step, metrics, kept[step].values, count);
  }
  return complete(run);
}

static double csv_size(const struct kept *kept, bool is_timed, int steps, int count)
{
  struct text text = text_new(steps, count);

  for (int step = 0; step < steps; step++)
    add_line(&text, step, is_timed ? &kept[step].time : NULL, kept[step].values, count);
  return gzip_size(&text);
}

static struct sizes sizes_of(const char *folder, int steps, int count)
{
  struct kept *kept = calloc((size_t)steps, sizeof *kept);
  const double scalars = (double)steps * count;
  struct sizes sizes;

  if (!kept) exit(1);
  sizes.log = train(folder, kept, steps, count) / scalars;
  sizes.csv = csv_size(kept, false, steps, count) / scalars;
  sizes.csv_timed = csv_size(kept, true, steps, count) / scalars;
  sizes.events = events_size(steps, count) / scalars;
  free(kept);
  return sizes;
}

/* ------------------------------------------------------------- the figures */

static void bench_size(const char *folder, const char *what, int steps, int count, double bar)
{
  const struct sizes sizes = sizes_of(folder, steps, count);
  char words[32];

  snprintf(words, sizeof words, "<= %.1f", bar);
  printf("  %-31s %6.2f %10.2f %10.2f %10.1f", what, sizes.log, sizes.csv_timed, sizes.csv,
         sizes.events);
  measure_bar(sizes.log <= bar, words);
  printf("\n  %-31s %6s %9.2fx %9.2fx %9.1fx\n", "", "", sizes.csv_timed / sizes.log,
         sizes.csv / sizes.log, sizes.events / sizes.log);
}

static void print_tags(void)
{
  printf("  event bytes by metric at step 10 000:");
  for (int k = 0; k < TRAINING_METRICS; k++)
    printf("%s%s%s %d", k ? "," : "", k % 4 == 3 ? "\n    " : " ", training_names[k],
           event_size(training_names[k], 10000));
  printf("\n");
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);
  const int less = arguments.is_quick ? 10 : 1;

  printf("bytes a scalar, of a training whose step takes some 30 us\n");
  printf("  %-31s %6s %10s %10s %10s\n", "", "log", "gzip -6 of", "the same", "the usual");
  printf("  %-31s %6s %10s %10s %10s\n", "", "", "a CSV", "no times", "event file");
  bench_size(arguments.folder, "ten metrics, 20 000 steps", STEPS, TRAINING_METRICS, 4);
  bench_size(arguments.folder, "noisy float loss, 20 000 steps", STEPS, 1, 3.4);
  bench_size(arguments.folder, "noisy float loss, 200 000 steps", LONG / less, 1, 3.4);
  print_tags();
  return 0;
}
