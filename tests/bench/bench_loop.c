/* What logging costs a training of a thousand iterations a second with ten metrics.
 *
 *   bench_loop FOLDER [quick]
 *
 * The same iterations (the same numbers are computed) are run in short blocks, in turn
 * without logging, with one call of ten metrics, with ten calls of one, and with a line
 * of CSV.  What a block takes more than the one without, its slowest tenth of iterations
 * left out, is a difference; the median over all rounds is told with its 95 % interval.
 *
 * A difference of a ten-thousandth is near what such a comparison can see, so the time
 * between entering and leaving the calls is measured too, and what the process uses
 * beside the calling thread.
 */
#include <math.h>
#include <stdlib.h>

#include "measure.h"
#include "training.h"

#define BLOCK 25
#define TRIMMED (BLOCK * 9 / 10)
#define ROUNDS 250
#define ITERATION_NS 1e6

enum contender { NONE, ROW, SINGLE, CSV, CONTENDERS };
static const char *const names[CONTENDERS] = {"without logging", "one call of ten metrics",
                                              "ten calls of one metric", "fprintf of a CSV line"};

struct bench {
  struct training training;
  epochlog_run *run;
  FILE *csv;
  epochlog_metric metrics[TRAINING_METRICS];
  double *took[CONTENDERS];  /* a round: ns of an iteration */
  double inside[CONTENDERS]; /* ns within the logging calls, over all rounds */
  double whole[CONTENDERS];
  int rounds;
};

static void log_metrics(struct bench *bench, enum contender who, int step, const double *values)
{
  switch (who) {
    case ROW: epochlog_scalars(bench->run, step, bench->metrics, values, TRAINING_METRICS); break;
    case SINGLE:
      for (int k = 0; k < TRAINING_METRICS; k++)
        epochlog_scalar(bench->run, bench->metrics[k], step, values[k]);
      break;
    case CSV:
      fprintf(bench->csv, "%d", step);
      for (int k = 0; k < TRAINING_METRICS; k++) fprintf(bench->csv, ",%.9g", values[k]);
      fprintf(bench->csv, "\n");
      break;
    default: break;
  }
}

/* ------------------------------------------------------------------ blocks */

/* Iterations from `step` on, from the same state for every contender. */
static double time_block(struct bench *bench, enum contender who, int step)
{
  struct training training = bench->training;
  double ns[BLOCK], sum = 0;

  for (int i = 0; i < BLOCK; i++) {
    const uint64_t start = measure_ticks();
    double values[TRAINING_METRICS];
    uint64_t enter, leave;

    training_step(&training, step + i, values);
    enter = measure_ticks();
    log_metrics(bench, who, step + i, values);
    leave = measure_ticks();
    ns[i] = (double)(leave - start) * measure_tick_ns();
    bench->inside[who] += (double)(leave - enter) * measure_tick_ns();
    bench->whole[who] += ns[i];
  }
  /* The last one to run hands on what was learnt. */
  if (who == CONTENDERS - 1) bench->training = training;
  measure_sort(ns, BLOCK);
  for (int i = 0; i < TRIMMED; i++) sum += ns[i];
  return sum / TRIMMED;
}

/* The order turns round after round, so that nobody always follows the same one; the
 * CSV stays last. */
static void run_rounds(struct bench *bench)
{
  for (int round = 0; round < bench->rounds; round++) {
    for (int i = 0; i < CSV; i++) {
      const int who = (round + i) % CSV;

      bench->took[who][round] = time_block(bench, (enum contender)who, round * BLOCK);
    }
    bench->took[CSV][round] = time_block(bench, CSV, round * BLOCK);
  }
}

/* A batch whose step takes about a millisecond when nothing disturbs it. */
static int batch_of_iteration(void)
{
  double ns[201];
  struct training training;

  training_begin(&training, 201, TRAINING_BATCH);
  for (int i = 0; i < 201; i++) {
    const double start = measure_now_ns();

    training_step(&training, i, NULL);
    ns[i] = measure_now_ns() - start;
  }
  measure_sort(ns, 201);
  return (int)(ITERATION_NS / measure_quantile(ns, 201, 0.1) * TRAINING_BATCH);
}

/* ------------------------------------------------------------- the figures */

struct difference {
  double ns;
  double around; /* half of the 95 % interval */
};

/* Median of the rounds' differences to the block without logging; the interval from
 * their median absolute deviation, which a disturbed round does not move. */
static struct difference difference_of(const struct bench *bench, enum contender who)
{
  const size_t n = (size_t)bench->rounds;
  double *values = malloc(n * sizeof *values);
  struct difference difference;

  if (!values) exit(1);
  for (size_t i = 0; i < n; i++) values[i] = bench->took[who][i] - bench->took[NONE][i];
  difference.ns = measure_median(values, n);
  for (size_t i = 0; i < n; i++) values[i] = fabs(values[i] - difference.ns);
  difference.around = 1.96 * 1.2533 * 1.4826 * measure_median(values, n) / sqrt((double)n);
  free(values);
  return difference;
}

static void print_contender(const struct bench *bench, enum contender who, double base)
{
  const struct difference difference = difference_of(bench, who);
  const double slower = 100 * difference.ns / base;
  const double inside = bench->inside[who] - bench->inside[NONE];
  const double share = 100 * inside / bench->whole[who];

  printf("  %-27s %+7.3f %% +- %.3f  within calls %6.4f %%", names[who], slower,
         100 * difference.around / base, share);
  if (who != CSV) {
    measure_bar(slower < 0.1, "< 0.1 %");
    printf(", %s", share < 0.1 ? "ok" : "MISSED");
  }
  printf("\n");
}

static void print_figures(struct bench *bench, double background, double log_bytes)
{
  const double logged = (double)bench->rounds * BLOCK * 2;
  double *none = malloc((size_t)bench->rounds * sizeof *none), base, others;

  if (!none) exit(1);
  for (int i = 0; i < bench->rounds; i++) none[i] = bench->took[NONE][i];
  base = measure_median(none, (size_t)bench->rounds);
  free(none);
  others = background / logged;
  printf("a training of %.0f iterations/s, ten metrics each; %d blocks of %d iterations in turn\n",
         1e9 / base, bench->rounds, BLOCK);
  measure_line(names[NONE], base / 1e3, "us");
  printf("  an iteration, baseline\n");
  for (int who = ROW; who < CONTENDERS; who++) print_contender(bench, (enum contender)who, base);
  measure_line("background, an iteration logged", others / 1e3, "us");
  printf("  of another processor, %.3f %% of one\n", 100 * others / base);
  measure_line("log of that run", log_bytes / (logged * TRAINING_METRICS), "bytes");
  printf(" a scalar\n");
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);
  struct bench bench = {.rounds = arguments.is_quick ? ROUNDS / 10 : ROUNDS};
  char run_folder[4096];
  double background, own;

  bench.run = measure_start(arguments.folder, "loop");
  bench.csv = measure_csv_open(arguments.folder, "loop");
  snprintf(run_folder, sizeof run_folder, "%s", epochlog_run_folder(bench.run));
  training_define(bench.run, bench.metrics);
  training_begin(&bench.training, bench.rounds * BLOCK, batch_of_iteration());
  for (int who = 0; who < CONTENDERS; who++) {
    bench.took[who] = calloc((size_t)bench.rounds, sizeof *bench.took[who]);
    if (!bench.took[who]) return 1;
  }
  measure_tick_ns();
  background = measure_background_ns();
  run_rounds(&bench);
  measure_catch_up(bench.run);
  own = measure_thread_ns();
  epochlog_complete(bench.run, NULL);
  background = measure_background_ns() - background + measure_thread_ns() - own;
  fclose(bench.csv);
  print_figures(&bench, background, (double)measure_log_size(run_folder));
  for (int who = 0; who < CONTENDERS; who++) free(bench.took[who]);
  return 0;
}
