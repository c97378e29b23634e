/* How the times of single calls are spread: what a training meets is not the mean.
 *
 *   bench_spread FOLDER [quick]
 *
 * Every call is timed by itself, with the median of an empty pair of timers taken
 * off; what is left in "nothing" is the machine's own noise, which no call can be
 * better than.  (a) bursts at full speed that the ring holds; (b) a call every 50 us
 * of work that walks through 4 MiB, so that what the call needs has left the caches;
 * (c) the same while the log is synced ten times a second, after each of which the
 * kernel watches for the first store to a page again.
 */
#include <stdlib.h>
#include <time.h>

#include "measure.h"

#define BURSTS 5
#define ROW_BURST (MEASURE_BURST / MEASURE_ROW)
#define PACED 12000
#define PACE_NS 50000
#define SYNC_MS 100
#define CACHE_WORDS (4u << 20 >> 3)
#define WORDS_A_LINE 8

enum contender { NOTHING, CLOCK, CSV, SCALAR, ROW, CONTENDERS };
static const char *const names[CONTENDERS] = {
    "nothing (the timer alone)", "clock_gettime(CLOCK_REALTIME)", "fprintf of a CSV line",
    "epochlog_scalar", "epochlog_scalars of ten"};

/* The times of one run of a contender. */
struct times {
  double *ns;
  size_t count;
  size_t room;
};

/* Of one run; then the medians of five, save that `max` is the largest. */
struct spread {
  double p50, p99, p999, max;
};

struct bench {
  FILE *csv;
  epochlog_run *run;
  epochlog_metric loss;
  epochlog_metric row[MEASURE_ROW];
  struct times times[CONTENDERS];
  uint64_t step;
  uint64_t *cache; /* CACHE_WORDS of them */
  size_t line;
  double timer_ns;
};

/* ------------------------------------------------------------ timing a call */

static void call(struct bench *bench, enum contender who, const double values[MEASURE_ROW])
{
  const int64_t step = (int64_t)bench->step;
  struct timespec now;

  switch (who) {
    case CLOCK: clock_gettime(CLOCK_REALTIME, &now); break;
    case CSV: measure_csv(bench->csv, step, values[0]); break;
    case SCALAR: epochlog_scalar(bench->run, bench->loss, step, values[0]); break;
    case ROW: epochlog_scalars(bench->run, step, bench->row, values, MEASURE_ROW); break;
    default: break;
  }
}

static void time_call(struct bench *bench, enum contender who)
{
  struct times *times = &bench->times[who];
  double values[MEASURE_ROW], ns;
  uint64_t start;

  for (int k = 0; k < MEASURE_ROW; k++) values[k] = measure_value(bench->step++);
  start = measure_ticks();
  call(bench, who, values);
  ns = (double)(measure_ticks() - start) * measure_tick_ns() - bench->timer_ns;
  if (times->count < times->room) times->ns[times->count++] = ns < 0 ? 0 : ns;
}

/* The median of an empty pair. */
static double timer_cost(void)
{
  double ns[1001];

  measure_tick_ns();
  for (size_t i = 0; i < 1001; i++) {
    const uint64_t start = measure_ticks();

    ns[i] = (double)(measure_ticks() - start) * measure_tick_ns();
  }
  return measure_median(ns, 1001);
}

static void run_bursts(struct bench *bench, int bursts)
{
  for (int i = 0; i < bursts; i++) {
    for (int who = 0; who < CONTENDERS; who++) {
      const int count = who == ROW ? ROW_BURST : MEASURE_BURST;

      for (int k = 0; k < count; k++) time_call(bench, (enum contender)who);
      if (who == SCALAR || who == ROW) measure_catch_up(bench->run);
    }
  }
}

/* 50 us of a walk that writes every cache line it meets. */
static void work(struct bench *bench)
{
  const double until = measure_now_ns() + PACE_NS;

  do {
    for (int i = 0; i < 256; i++) {
      bench->cache[bench->line] += bench->line;
      bench->line = (bench->line + WORDS_A_LINE) % CACHE_WORDS;
    }
  } while (measure_now_ns() < until);
}

static void run_paced(struct bench *bench, int count)
{
  for (int i = 0; i < count; i++) {
    for (int who = 0; who < CONTENDERS; who++) {
      work(bench);
      time_call(bench, (enum contender)who);
    }
  }
}

/* ------------------------------------------------------------------ a run */

static void *allocate(size_t count, size_t size)
{
  void *p = calloc(count, size);

  if (!p) exit(1);
  return p;
}

/* One way to call. */
struct pattern {
  const char *title;
  void (*run)(struct bench *, int);
  int count;
  size_t room; /* for the times of a contender */
  unsigned sync_ms;
};

static void open_bench(struct bench *bench, const char *folder, const struct pattern *pattern)
{
  const size_t room = pattern->room;

  *bench = (struct bench){.cache = allocate(CACHE_WORDS, sizeof *bench->cache),
                          .csv = measure_csv_open(folder, "spread"),
                          .run = measure_start_synced(folder, "spread", pattern->sync_ms),
                          .timer_ns = timer_cost()};
  bench->loss = epochlog_define(bench->run, "loss", NULL);
  measure_define_row(bench->run, bench->row);
  for (int who = 0; who < CONTENDERS; who++) {
    struct times *times = &bench->times[who];

    times->room = room;
    times->ns = allocate(room, sizeof *times->ns);
    /* Touched now, so that no page of theirs is made in the middle of the loop. */
    for (size_t i = 0; i < room; i++) times->ns[i] = -1;
  }
}

static void close_bench(struct bench *bench, struct spread spreads[CONTENDERS])
{
  for (int who = 0; who < CONTENDERS; who++) {
    struct times *times = &bench->times[who];

    measure_sort(times->ns, times->count);
    spreads[who] = (struct spread){.p50 = measure_quantile(times->ns, times->count, 0.5),
                                   .p99 = measure_quantile(times->ns, times->count, 0.99),
                                   .p999 = measure_quantile(times->ns, times->count, 0.999),
                                   .max = measure_quantile(times->ns, times->count, 1)};
    free(times->ns);
  }
  free(bench->cache);
  fclose(bench->csv);
  epochlog_complete(bench->run, NULL);
}

/* ------------------------------------------------------------- the figures */

/* The median over the runs of the number at `offset` of a spread. */
static double median_of(const struct spread *runs, size_t offset)
{
  double values[MEASURE_RUNS];

  for (int i = 0; i < MEASURE_RUNS; i++)
    values[i] = *(const double *)((const char *)&runs[i] + offset);
  return measure_median(values, MEASURE_RUNS);
}

static void print_spread(enum contender who, const struct spread runs[MEASURE_RUNS])
{
  const double p999 = median_of(runs, offsetof(struct spread, p999));
  double max = 0;

  for (int i = 0; i < MEASURE_RUNS; i++)
    if (runs[i].max > max) max = runs[i].max;
  printf("  %-31s %8.0f %8.0f %8.0f %10.0f", names[who],
         median_of(runs, offsetof(struct spread, p50)),
         median_of(runs, offsetof(struct spread, p99)), p999, max);
  if (who == SCALAR || who == ROW) measure_bar(p999 <= 2000, "p99.9 <= 2000");
  printf("\n");
}

static void bench_spread(const char *folder, const struct pattern *pattern)
{
  struct spread spreads[CONTENDERS][MEASURE_RUNS];

  for (int i = 0; i < MEASURE_RUNS; i++) {
    struct spread once[CONTENDERS];
    struct bench bench;

    open_bench(&bench, folder, pattern);
    pattern->run(&bench, pattern->count);
    close_bench(&bench, once);
    for (int who = 0; who < CONTENDERS; who++) spreads[who][i] = once[who];
  }
  printf("  %-31s %8s %8s %8s %10s\n", pattern->title, "p50", "p99", "p99.9", "max");
  for (int who = 0; who < CONTENDERS; who++) print_spread((enum contender)who, spreads[who]);
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);
  const int bursts = arguments.is_quick ? 1 : BURSTS;
  const int paced = arguments.is_quick ? PACED / 5 : PACED;
  const struct pattern patterns[] = {
      {"(a) in bursts", run_bursts, bursts, (size_t)(bursts * MEASURE_BURST), 0},
      {"(b) every 50 us, caches cold", run_paced, paced, (size_t)paced, 0},
      {"(c) as (b), synced every 100 ms", run_paced, paced, (size_t)paced, SYNC_MS}};

  printf("ns of single calls, the timer's own taken off; medians of %d runs, the largest of all\n",
         MEASURE_RUNS);
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    bench_spread(arguments.folder, &patterns[i]);
  return 0;
}
