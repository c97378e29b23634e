#include "measure.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "run.h"

static double read_ns(clockid_t id)
{
  struct timespec now;

  clock_gettime(id, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double measure_now_ns(void) { return read_ns(CLOCK_MONOTONIC); }

double measure_tick_ns(void)
{
  static double tick_ns;

  if (tick_ns == 0) {
    const double start = measure_now_ns();
    const uint64_t ticks = measure_ticks();
    double now;

    do now = measure_now_ns();
    while (now - start < 5e7);
    tick_ns = (now - start) / (double)(measure_ticks() - ticks);
  }
  return tick_ns;
}

double measure_thread_ns(void) { return read_ns(CLOCK_THREAD_CPUTIME_ID); }

double measure_background_ns(void)
{
  return read_ns(CLOCK_PROCESS_CPUTIME_ID) - measure_thread_ns();
}

static bool has_full_segment(struct epochlog_run *run)
{
  bool has_full;

  epochlog__lock(&run->hot->lock);
  has_full = run->ring.full_count != 0;
  epochlog__unlock(&run->hot->lock);
  return has_full;
}

void measure_catch_up(epochlog_run *run)
{
  const struct timespec moment = {.tv_nsec = 1000000};

  epochlog__sealer_call(run);
  for (int i = 0; i < 2000 && has_full_segment(run); i++) nanosleep(&moment, NULL);
}

static int by_value(const void *left, const void *right)
{
  const double a = *(const double *)left, b = *(const double *)right;

  return (a > b) - (a < b);
}

void measure_sort(double *values, size_t count) { qsort(values, count, sizeof *values, by_value); }

double measure_median(double *values, size_t count)
{
  measure_sort(values, count);
  return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

double measure_quantile(const double *sorted, size_t count, double share)
{
  const size_t at = (size_t)(share * (double)count);

  return sorted[at < count ? at : count - 1];
}

epochlog_run *measure_start(const char *folder, const char *name)
{
  return measure_start_synced(folder, name, 0);
}

epochlog_run *measure_start_synced(const char *folder, const char *name, unsigned interval_ms)
{
  const epochlog_options options = {
      .root = folder,
      .name = name,
      .sync = interval_ms ? EPOCHLOG_SYNC_INTERVAL : EPOCHLOG_SYNC_NONE,
      .sync_interval_ms = interval_ms};
  epochlog_error error;
  epochlog_run *run = epochlog_start(&options, &error);

  if (run) return run;
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

void measure_define_row(epochlog_run *run, epochlog_metric metrics[MEASURE_ROW])
{
  for (int k = 0; k < MEASURE_ROW; k++) {
    char name[16];

    snprintf(name, sizeof name, "m%d", k);
    metrics[k] = epochlog_define(run, name, NULL);
  }
}

FILE *measure_csv_open(const char *folder, const char *name)
{
  char path[4096];
  FILE *file;

  snprintf(path, sizeof path, "%s/%s.csv", folder, name);
  file = fopen(path, "w");
  if (file) return file;
  perror(path);
  exit(1);
}

void measure_csv(FILE *file, int64_t step, double value)
{
  struct timespec now;

  clock_gettime(CLOCK_REALTIME, &now);
  fprintf(file, "%lld,%lld.%06ld,%.9g\n", (long long)step, (long long)now.tv_sec,
          now.tv_nsec / 1000, value);
}

long measure_log_size(const char *run_folder)
{
  DIR *dir = opendir(run_folder);
  struct dirent *entry;
  long size = 0;

  while (dir && (entry = readdir(dir))) {
    const char *end = strrchr(entry->d_name, '.');
    struct stat status;

    if (end && strcmp(end, ".elog") == 0 && fstatat(dirfd(dir), entry->d_name, &status, 0) == 0)
      size += (long)status.st_size;
  }
  if (dir) closedir(dir);
  return size;
}

struct measure_arguments measure_arguments(int argc, char **argv)
{
  struct measure_arguments arguments = {0};

  if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "quick") != 0)) {
    fprintf(stderr, "usage: %s FOLDER [quick]\n", argv[0]);
    exit(2);
  }
  arguments.folder = argv[1];
  arguments.is_quick = argc == 3;
  /* Lines appear as they are measured, through a pipe too. */
  setvbuf(stdout, NULL, _IOLBF, 0);
  return arguments;
}

void measure_line(const char *what, double value, const char *unit)
{
  printf("  %-34s %8.*f %-5s", what, value < 10 ? 2 : value < 1000 ? 1 : 0, value, unit);
}

void measure_bar(bool is_met, const char *words)
{
  printf("  bar %s: %s", words, is_met ? "ok" : "MISSED");
}
