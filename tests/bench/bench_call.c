/* What a logging call costs the thread that makes it, beside its baselines.
 *
 *   bench_call FOLDER [quick]
 *
 * The ring takes bursts at the full speed of a call; what is logged without any
 * pause is in the end as fast as the thread that seals.  Both are measured: bursts
 * that the ring holds, with that thread caught up before the next one and the wait
 * off the clock, and a million calls without a pause.
 *
 * Each contender makes the same values in the same loop; the loop that only makes
 * them is measured too and taken off.  Contenders take turns every few thousand calls,
 * so that noise hits all alike, and of these pieces the middle one counts, which
 * another program that took the processor in some of them does not move.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"

#define BURSTS 80
/* Two pieces of each contender are a burst; less than MEASURE_BURST scalars. */
#define PIECE 6000
#define PIECES 2
#define FLAT_OUT 1000000

enum contender { MAKING, CLOCK, CSV, SCALAR, NAMED, ROW, CSV_SHARED, SHARED, CONTENDERS };

struct bench {
  FILE *csv;
  epochlog_run *run;
  epochlog_metric loss;
  epochlog_metric row[MEASURE_ROW];
  uint64_t step;
};

static volatile double sink;

/* ------------------------------------------------------- what is contended */

static void make_values(struct bench *bench, int count)
{
  for (int i = 0; i < count; i++) sink = measure_value(bench->step++);
}

static void read_clock(struct bench *bench, int count)
{
  for (int i = 0; i < count; i++) {
    struct timespec now;

    sink = measure_value(bench->step++);
    clock_gettime(CLOCK_REALTIME, &now);
  }
}

static void print_csv(struct bench *bench, int count)
{
  for (int i = 0; i < count; i++, bench->step++)
    measure_csv(bench->csv, (int64_t)bench->step, measure_value(bench->step));
}

static void log_scalar(struct bench *bench, int count)
{
  for (int i = 0; i < count; i++, bench->step++)
    epochlog_scalar(bench->run, bench->loss, (int64_t)bench->step, measure_value(bench->step));
}

static void log_named(struct bench *bench, int count)
{
  for (int i = 0; i < count; i++) epochlog_log(bench->run, "loss", measure_value(bench->step++));
}

static void log_row(struct bench *bench, int count)
{
  for (int i = 0; i < count / MEASURE_ROW; i++) {
    const int64_t step = (int64_t)bench->step;
    double values[MEASURE_ROW];

    for (int k = 0; k < MEASURE_ROW; k++) values[k] = measure_value(bench->step++);
    epochlog_scalars(bench->run, step, bench->row, values, MEASURE_ROW);
  }
}

static double time_piece(void (*calls)(struct bench *, int), struct bench *bench, int count)
{
  const double start = measure_now_ns();

  calls(bench, count);
  return (measure_now_ns() - start) / count;
}

/* ------------------------------------------------------------ two threads */

struct half {
  struct bench bench;
  void (*calls)(struct bench *, int);
  atomic_int *waiting;
  double ns;
};

static void *run_half(void *argument)
{
  struct half *half = argument;

  atomic_fetch_sub(half->waiting, 1);
  while (atomic_load(half->waiting) > 0) continue;
  half->ns = time_piece(half->calls, &half->bench, PIECE / 2);
  return NULL;
}

/* Nanoseconds of a call while another thread makes the same calls. */
static double time_shared(void (*calls)(struct bench *, int), struct bench *bench)
{
  atomic_int waiting = 2;
  struct half first = {.bench = *bench, .calls = calls, .waiting = &waiting};
  struct half second = first;
  pthread_t thread;

  if (pthread_create(&thread, NULL, run_half, &second) != 0) exit(1);
  run_half(&first);
  pthread_join(thread, NULL);
  bench->step += PIECE;
  return (first.ns + second.ns) / 2;
}

/* --------------------------------------------------------------- a round */

static void open_bench(struct bench *bench, const char *folder, const char *name)
{
  bench->csv = measure_csv_open(folder, name);
  bench->run = measure_start(folder, name);
  bench->loss = epochlog_define(bench->run, "loss", NULL);
  measure_define_row(bench->run, bench->row);
}

static void close_bench(struct bench *bench)
{
  fclose(bench->csv);
  epochlog_complete(bench->run, NULL);
}

static double time_contender(struct bench *bench, enum contender who)
{
  static void (*const calls[CONTENDERS])(struct bench *, int) = {
      make_values, read_clock, print_csv, log_scalar, log_named, log_row, print_csv, log_scalar};

  if (who == CSV_SHARED || who == SHARED) return time_shared(calls[who], bench);
  return time_piece(calls[who], bench, PIECE);
}

/* One run: of each contender the middle one of its pieces. */
static void run_bursts(struct bench *bench, int bursts, double middle[CONTENDERS])
{
  double ns[CONTENDERS][BURSTS * PIECES];

  for (int i = 0; i < bursts * PIECES; i++) {
    for (int who = 0; who < CONTENDERS; who++)
      ns[who][i] = time_contender(bench, (enum contender)who);
    if ((i + 1) % PIECES == 0) measure_catch_up(bench->run);
  }
  for (int who = 0; who < CONTENDERS; who++)
    middle[who] = measure_median(ns[who], (size_t)(bursts * PIECES));
}

/* Nanoseconds a scalar without pause, in a run of its own: from the first call to
 * the last, whatever the ring and the sealing thread make of it. */
static double time_flat_out(const char *folder, const char *name,
                            void (*calls)(struct bench *, int), int count)
{
  struct bench bench = {0};
  double ns;

  open_bench(&bench, folder, name);
  ns = time_piece(calls, &bench, count);
  close_bench(&bench);
  return ns;
}

/* ------------------------------------------------------------- the figures */

static void print_beside(const char *what, double ns, double clock, double csv)
{
  measure_line(what, ns, "ns");
  printf(" %5.1f x clock %5.1f x faster than CSV\n", ns / clock, csv / ns);
}

static void print_bursts(const double ns[CONTENDERS])
{
  const double clock = ns[CLOCK], csv = ns[CSV], scalar = ns[SCALAR];

  measure_line("clock_gettime(CLOCK_REALTIME)", clock, "ns");
  printf("         baseline\n");
  measure_line("fprintf of a CSV line", csv, "ns");
  printf(" %5.1f x clock  baseline\n", csv / clock);
  print_beside("epochlog_scalar", scalar, clock, csv);
  printf("%39s", "");
  measure_bar(scalar <= 2 * clock, "<= 2 x clock");
  measure_bar(csv >= 10 * scalar, ">= 10 x faster");
  printf("\n");
  print_beside("epochlog_log, by name", ns[NAMED], clock, csv);
  print_beside("epochlog_scalars, each of ten", ns[ROW], clock, csv);
  printf("%39s", "");
  measure_bar(ns[ROW] <= 20, "<= 20 ns");
  printf("\n");
  measure_line("fprintf, two threads, one file", ns[CSV_SHARED], "ns");
  printf(" %5.1f x clock  baseline\n", ns[CSV_SHARED] / clock);
  print_beside("epochlog_scalar, two threads", ns[SHARED], clock, ns[CSV_SHARED]);
}

static void bench_bursts(const struct measure_arguments *arguments)
{
  const int bursts = arguments->is_quick ? BURSTS / 8 : BURSTS;
  double all[CONTENDERS][MEASURE_RUNS], ns[CONTENDERS];

  for (int i = 0; i < MEASURE_RUNS; i++) {
    struct bench bench = {0};
    double middle[CONTENDERS];

    open_bench(&bench, arguments->folder, "bursts");
    run_bursts(&bench, bursts, middle);
    close_bench(&bench);
    for (int who = 0; who < CONTENDERS; who++) all[who][i] = middle[who];
  }
  for (int who = 0; who < CONTENDERS; who++) {
    ns[who] = measure_median(all[who], MEASURE_RUNS);
    if (who != MAKING) ns[who] -= ns[MAKING];
  }
  printf(
      "a call, in bursts that the ring holds; median of %d runs of %d pieces of %d calls;\n"
      "the loop and making the value, %.1f ns, taken off\n",
      MEASURE_RUNS, bursts * PIECES, PIECE, ns[MAKING]);
  print_bursts(ns);
}

static void bench_flat_out(const struct measure_arguments *arguments)
{
  const int count = arguments->is_quick ? FLAT_OUT / 5 : FLAT_OUT;
  double csv[MEASURE_RUNS], scalar[MEASURE_RUNS], row[MEASURE_RUNS], base, ns;

  for (int i = 0; i < MEASURE_RUNS; i++) {
    csv[i] = time_flat_out(arguments->folder, "flat-csv", print_csv, count);
    scalar[i] = time_flat_out(arguments->folder, "flat-scalar", log_scalar, count);
    row[i] = time_flat_out(arguments->folder, "flat-row", log_row, count);
  }
  base = measure_median(csv, MEASURE_RUNS);
  printf(
      "without a pause, %d scalars: the thread that seals is the limit, the values' making\n"
      "included; median of %d runs\n",
      count, MEASURE_RUNS);
  measure_line("fprintf of a CSV line", base, "ns");
  printf(" %5.1f million/s  baseline\n", 1e3 / base);
  ns = measure_median(scalar, MEASURE_RUNS);
  measure_line("epochlog_scalar", ns, "ns");
  printf(" %5.1f million/s  %.1f x faster than CSV\n", 1e3 / ns, base / ns);
  ns = measure_median(row, MEASURE_RUNS);
  measure_line("epochlog_scalars, each of ten", ns, "ns");
  printf(" %5.1f million/s  %.1f x faster than CSV\n", 1e3 / ns, base / ns);
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);

  bench_bursts(&arguments);
  bench_flat_out(&arguments);
  return 0;
}
