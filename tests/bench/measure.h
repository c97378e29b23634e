/* What the benchmarks share: clocks, medians, values, runs, and how a figure is
 * printed beside its bar.
 *
 * Nothing here asserts: a bar that is missed is printed as MISSED and the program
 * goes on, since the machine may be busy.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "epochlog.h"

/* Every figure is the median of so many runs. */
#define MEASURE_RUNS 5
/* Scalars that the ring of 4 MiB holds with room to spare, whatever is left in it. */
#define MEASURE_BURST 60000
#define MEASURE_ROW 10

/* ----------------------------------------------------------------- clocks */

double measure_now_ns(void);

/* The finest counter there is.  Both fences: nothing of what is timed may move out
 * of the pair, nor anything else into it. */
static inline uint64_t measure_ticks(void)
{
#if defined(__x86_64__)
  uint64_t ticks;

  _mm_lfence();
  ticks = __rdtsc();
  _mm_lfence();
  return ticks;
#elif defined(__aarch64__)
  uint64_t ticks;

  __asm__ volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(ticks) : : "memory");
  return ticks;
#else
  return (uint64_t)measure_now_ns();
#endif
}

/* Nanoseconds of a tick, measured at the first call (which takes 50 ms). */
double measure_tick_ns(void);

/* CPU time of this thread, and of every other thread of the process. */
double measure_thread_ns(void);
double measure_background_ns(void);

/* Has the sealing thread look, and returns once no segment is full (or after two
 * seconds).  This is the one thing that the interface does not offer and is asked of
 * the library's inside. */
void measure_catch_up(epochlog_run *run);

/* ----------------------------------------------------------------- figures */

/* The middle one; sorts. */
double measure_median(double *values, size_t count);
/* Sorted values: the one that `share` of them do not exceed. */
double measure_quantile(const double *sorted, size_t count, double share);
void measure_sort(double *values, size_t count);

/* One noisy loss for every contender, cheap to make: 24 random bits on a falling line. */
static inline double measure_value(uint64_t step)
{
  uint64_t bits = (step + 1) * 0x9E3779B97F4A7C15u;

  bits ^= bits >> 29;
  return (double)((float)(bits >> 40) * 0x1p-26f + (float)(1000000 - step % 1000000) * 1e-6f);
}

/* --------------------------------------------------------------- contenders */

/* A run below `folder`, or the end of the program. */
epochlog_run *measure_start(const char *folder, const char *name);
/* The same, synced so often; 0: never. */
epochlog_run *measure_start_synced(const char *folder, const char *name, unsigned interval_ms);
/* Defines m0 to m9. */
void measure_define_row(epochlog_run *run, epochlog_metric metrics[MEASURE_ROW]);
/* A CSV file in `folder`, or the end of the program. */
FILE *measure_csv_open(const char *folder, const char *name);
/* The baseline: the same point as a line of text, with the same clock read. */
void measure_csv(FILE *file, int64_t step, double value);

/* Bytes of a run's main logs. */
long measure_log_size(const char *run_folder);

/* --------------------------------------------------------------- arguments */

struct measure_arguments {
  const char *folder;
  bool is_quick; /* a tenth of the work: for looking whether it runs */
};

/* PROGRAM FOLDER [quick]; ends the program if it is not that. */
struct measure_arguments measure_arguments(int argc, char **argv);

/* --------------------------------------------------------------- printing */

/* "  what    1234.5 unit   remark", without the end of the line. */
void measure_line(const char *what, double value, const char *unit);
/* The bar and whether it is met, at the line's end; `words` as "<= 20 ns". */
void measure_bar(bool is_met, const char *words);

#endif
