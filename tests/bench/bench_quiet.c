/* Whether a logging call calls the system: it should not.
 *
 *   bench_quiet FOLDER [quick]
 *
 * Logs 50 000 paced scalars, then as many rows, and prints what the kernel counted of
 * the calling thread meanwhile.  Before and after each of the loops it asks for its
 * parent's id: in a trace (strace -f) those lines name the thread and enclose what
 * the calls did.  trace.sh makes and reads that trace.
 */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "measure.h"

#define CALLS 50000
#define PACE_NS 20000

/* Asked of the kernel each time; the library's getppid might remember. */
static void mark(void) { syscall(SYS_getppid); }

static void pace(void)
{
  const double until = measure_now_ns() + PACE_NS;

  while (measure_now_ns() < until) continue;
}

static void log_scalars(epochlog_run *run, epochlog_metric loss, int count)
{
  for (int i = 0; i < count; i++) {
    pace();
    epochlog_scalar(run, loss, i, measure_value((uint64_t)i));
  }
}

static void log_rows(epochlog_run *run, const epochlog_metric row[MEASURE_ROW], int count)
{
  for (int i = 0; i < count; i++) {
    double values[MEASURE_ROW];

    pace();
    for (int k = 0; k < MEASURE_ROW; k++)
      values[k] = measure_value((uint64_t)(i * MEASURE_ROW + k));
    epochlog_scalars(run, i, row, values, MEASURE_ROW);
  }
}

static void print_usage(const char *what, int count, const struct rusage *before,
                        const struct rusage *after)
{
  printf("  %d %-28s %6ld page faults, %ld waits", count, what,
         after->ru_minflt - before->ru_minflt, after->ru_nvcsw - before->ru_nvcsw);
  measure_bar(after->ru_nvcsw == before->ru_nvcsw, "0 waits");
  printf("\n");
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);
  const int count = arguments.is_quick ? CALLS / 10 : CALLS;
  epochlog_run *run = measure_start(arguments.folder, "quiet");
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  epochlog_metric row[MEASURE_ROW];
  struct rusage usage[3];

  measure_define_row(run, row);
  getrusage(RUSAGE_THREAD, &usage[0]);
  mark();
  log_scalars(run, loss, count);
  mark();
  getrusage(RUSAGE_THREAD, &usage[1]);
  mark();
  log_rows(run, row, count);
  mark();
  getrusage(RUSAGE_THREAD, &usage[2]);
  print_usage("scalars, paced:", count, &usage[0], &usage[1]);
  print_usage("rows of ten, paced:", count, &usage[1], &usage[2]);
  return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 1;
}
