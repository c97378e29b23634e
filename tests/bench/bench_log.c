/* What logging costs, beside named baselines of the same run.
 *
 *   bench_log FOLDER
 *
 * Prints the median of five runs each, as nanoseconds and as a ratio; the
 * ratios are what to look at, since machines differ.  Asserts nothing.
 */
#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "epochlog.h"

#define CALLS 1000000
#define REPEATS 5
#define STEPS 20000

static double now_ns(void)
{
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *left, const void *right)
{
  const double a = *(const double *)left, b = *(const double *)right;

  return (a > b) - (a < b);
}

static double median(double *values)
{
  qsort(values, REPEATS, sizeof *values, by_value);
  return values[REPEATS / 2];
}

/* The same noisy loss for every contender. */
static double loss_at(uint64_t step)
{
  uint64_t bits = (step + 1) * 0x9E3779B97F4A7C15u;

  bits ^= bits >> 29;
  return (double)(float)(2.3 * exp(-(double)step / 2e5) + 1e-3 * (double)(bits >> 40) / 16777216.0);
}

static double time_clock(void)
{
  struct timespec now;
  const double start = now_ns();

  for (int i = 0; i < CALLS; i++) clock_gettime(CLOCK_REALTIME, &now);
  return (now_ns() - start) / CALLS;
}

static double time_csv(const char *folder)
{
  char path[4096];
  FILE *file;
  double start;

  snprintf(path, sizeof path, "%s/baseline.csv", folder);
  file = fopen(path, "w");
  if (!file) exit(1);
  start = now_ns();
  for (int i = 0; i < CALLS; i++) {
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    fprintf(file, "%d,%lld.%06ld,%.9g\n", i, (long long)now.tv_sec, now.tv_nsec / 1000,
            loss_at((uint64_t)i));
  }
  fclose(file);
  return (now_ns() - start) / CALLS;
}

static epochlog_run *start(const char *folder, const char *name)
{
  const epochlog_options options = {.root = folder, .name = name};
  epochlog_error error;
  epochlog_run *run = epochlog_start(&options, &error);

  if (!run) {
    fprintf(stderr, "%s\n", error.message);
    exit(1);
  }
  return run;
}

/* Seconds of the loop alone, without opening and closing. */
static double time_scalar(const char *folder)
{
  epochlog_run *run = start(folder, "scalar");
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  const double begin = now_ns();
  double took;

  for (int i = 0; i < CALLS; i++) epochlog_scalar(run, loss, i, loss_at((uint64_t)i));
  took = now_ns() - begin;
  epochlog_complete(run, NULL);
  return took / CALLS;
}

static double time_named(const char *folder)
{
  epochlog_run *run = start(folder, "named");
  const double begin = now_ns();
  double took;

  for (int i = 0; i < CALLS; i++) epochlog_log(run, "loss", loss_at((uint64_t)i));
  took = now_ns() - begin;
  epochlog_complete(run, NULL);
  return took / CALLS;
}

static double time_row(const char *folder)
{
  epochlog_run *run = start(folder, "row");
  epochlog_metric metrics[10];
  double values[10], begin, took;

  for (int k = 0; k < 10; k++) {
    char name[16];

    snprintf(name, sizeof name, "m%d", k);
    metrics[k] = epochlog_define(run, name, NULL);
  }
  begin = now_ns();
  for (int i = 0; i < CALLS / 10; i++) {
    for (int k = 0; k < 10; k++) values[k] = loss_at((uint64_t)(i * 10 + k));
    epochlog_scalars(run, i, metrics, values, 10);
  }
  took = now_ns() - begin;
  epochlog_complete(run, NULL);
  return took / CALLS;
}

static double time_data(void)
{
  volatile double sink = 0;
  const double begin = now_ns();

  for (int i = 0; i < CALLS; i++) sink = sink + loss_at((uint64_t)i);
  return (now_ns() - begin) / CALLS;
}

static long log_size(const char *folder)
{
  DIR *dir = opendir(folder);
  struct dirent *entry;
  long size = 0;

  while (dir && (entry = readdir(dir))) {
    const char *end = strrchr(entry->d_name, '.');
    char path[8192];
    struct stat status;

    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (end && strcmp(end, ".elog") == 0 && stat(path, &status) == 0) size += (long)status.st_size;
  }
  if (dir) closedir(dir);
  return size;
}

/* A logistic regression by stochastic gradient descent on synthetic classes with
 * label noise, so that the metrics are those of a real training, and its ten
 * metrics a step: float32 ones, doubles, a ratio, integers and times. */
static void train_and_log(epochlog_run *run, FILE *csv)
{
  static const char *const names[10] = {
      "loss",         "accuracy", "learning_rate", "gradient_norm", "ema_loss",
      "step_seconds", "samples",  "memory_mib",    "epoch",         "weight_norm"};
  epochlog_metric metrics[10];
  double weight[32] = {0}, ema = 0.7;
  uint64_t random = 88172645463325252u;

  for (int k = 0; k < 10; k++) {
    const epochlog_metric_options integer = {.integer = k == 6 || k == 8};

    metrics[k] = epochlog_define(run, names[k], &integer);
  }
  for (int step = 0; step < STEPS; step++) {
    const double rate = 0.05 * 0.5 * (1 + cos(3.14159265358979 * step / STEPS));
    double gradient[32] = {0}, loss = 0, norm = 0, size = 0, begin = now_ns(), values[10];
    int right = 0;

    for (int sample = 0; sample < 64; sample++) {
      double x[32], z = 0, p;
      int label;

      for (int k = 0; k < 32; k++) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        x[k] = (double)(random >> 11) / 9007199254740992.0 - 0.5;
      }
      label = x[0] + 0.5 * x[1] - x[2] > 0;
      if (random % 20 == 0) label = !label;
      for (int k = 0; k < 32; k++) z += weight[k] * x[k];
      p = 1 / (1 + exp(-z));
      right += (p > 0.5) == label;
      loss -= log(label ? p : 1 - p);
      for (int k = 0; k < 32; k++) gradient[k] += (p - label) * x[k];
    }
    for (int k = 0; k < 32; k++) {
      norm += gradient[k] * gradient[k];
      weight[k] -= rate * gradient[k];
      size += weight[k] * weight[k];
    }
    ema = 0.98 * ema + 0.02 * loss / 64;
    values[0] = (double)(float)(loss / 64);
    values[1] = right / 64.0;
    values[2] = rate;
    values[3] = (double)(float)sqrt(norm);
    values[4] = ema;
    values[5] = (now_ns() - begin) / 1e9;
    values[6] = 64.0 * (step + 1);
    values[7] = 1234 + step / 5000 * 16;
    values[8] = step / 500;
    values[9] = (double)(float)sqrt(size);
    epochlog_scalars(run, step, metrics, values, 10);
    fprintf(csv, "%d", step);
    for (int k = 0; k < 10; k++) fprintf(csv, ",%.9g", values[k]);
    fprintf(csv, "\n");
  }
}

static void measure_size(const char *folder)
{
  epochlog_run *run = start(folder, "size");
  char path[8192], run_folder[4096], command[9000];
  FILE *csv, *gzip;
  long log_bytes, gzip_bytes = 0;

  snprintf(run_folder, sizeof run_folder, "%s", epochlog_run_folder(run));
  snprintf(path, sizeof path, "%s/training.csv", folder);
  csv = fopen(path, "w");
  if (!csv) exit(1);
  train_and_log(run, csv);
  fclose(csv);
  epochlog_complete(run, NULL);
  log_bytes = log_size(run_folder);
  snprintf(command, sizeof command, "gzip -6 -c '%s' | wc -c", path);
  gzip = popen(command, "r");
  if (!gzip || fscanf(gzip, "%ld", &gzip_bytes) != 1) gzip_bytes = 0;
  if (gzip) pclose(gzip);
  printf("bytes per scalar, ten metrics of a training, %d steps:\n", STEPS);
  printf("  log                       %6.2f\n", (double)log_bytes / (10.0 * STEPS));
  printf("  gzip -6 of a CSV          %6.2f   %.2f x the log (no times, 9 digits)\n",
         (double)gzip_bytes / (10.0 * STEPS), (double)gzip_bytes / (double)log_bytes);
  printf("  the usual event file      %6.2f   %.1f x the log\n", 49.8,
         49.8 * 10 * STEPS / (double)log_bytes);
}

int main(int argc, char **argv)
{
  double clock[REPEATS], csv[REPEATS], scalar[REPEATS], named[REPEATS], row[REPEATS], data[REPEATS];
  double base, made;

  if (argc != 2) return 2;
  for (int i = 0; i < REPEATS; i++) {
    data[i] = time_data();
    clock[i] = time_clock();
    csv[i] = time_csv(argv[1]);
    scalar[i] = time_scalar(argv[1]);
    named[i] = time_named(argv[1]);
    row[i] = time_row(argv[1]);
  }
  made = median(data);
  base = median(csv) - made;
  printf("one scalar, median of %d runs of %d calls (making the value, %.1f ns, taken off):\n",
         REPEATS, CALLS, made);
  printf("  clock_gettime(REALTIME)   %6.1f ns\n", median(clock));
  printf("  fprintf of a CSV line     %6.1f ns   baseline\n", base);
  printf("  epochlog_scalar           %6.1f ns   %.1f x faster than CSV, %.2f x the clock\n",
         median(scalar) - made, base / (median(scalar) - made),
         (median(scalar) - made) / median(clock));
  printf("  epochlog_log by name      %6.1f ns   %.1f x faster than CSV\n", median(named) - made,
         base / (median(named) - made));
  printf("  in a row of ten           %6.1f ns   %.1f x faster than CSV\n", median(row) - made,
         base / (median(row) - made));
  measure_size(argv[1]);
  return 0;
}
