/* Memory that logging takes, after ten million calls without a pause.
 *
 *   bench_memory FOLDER [quick]
 */
#include <sys/resource.h>

#include "measure.h"

#define CALLS 10000000

/* MiB of memory that were ever in use at once. */
static double peak_mib(void)
{
  struct rusage usage;

  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss / 1024;
}

int main(int argc, char **argv)
{
  const struct measure_arguments arguments = measure_arguments(argc, argv);
  const int calls = arguments.is_quick ? CALLS / 10 : CALLS;
  const double before = peak_mib();
  epochlog_run *run = measure_start(arguments.folder, "memory");
  const epochlog_metric loss = epochlog_define(run, "loss", NULL);
  double at_first;

  for (int i = 0; i < calls / 10; i++) epochlog_scalar(run, loss, i, measure_value((uint64_t)i));
  at_first = peak_mib();
  for (int i = calls / 10; i < calls; i++)
    epochlog_scalar(run, loss, i, measure_value((uint64_t)i));
  printf("memory\n");
  measure_line("before the run", before, "MiB");
  printf("  peak, baseline\n");
  measure_line("after some calls", at_first, "MiB");
  printf("  peak, %d calls\n", calls / 10);
  measure_line("after more", peak_mib(), "MiB");
  printf("  peak, %d calls\n", calls);
  return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 1;
}
