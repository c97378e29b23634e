/* What a command spends, on one line: milliseconds, and the most memory it held at
 * once in MB (10^6 bytes), children included.
 *
 *   bench_spend TIMES COMMAND [ARGUMENT]...
 *
 * The smallest time of TIMES runs is kept, and the largest memory.  What the command
 * writes to its output is dropped; its errors are not.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

static int run(char *const *command, struct rusage *used)
{
  const pid_t child = fork();
  int status = 0;

  if (child == 0) {
    const int null = open("/dev/null", O_WRONLY);

    if (null >= 0) dup2(null, 1);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, used) != child) return -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
  const long times = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
  double least = 0;
  long most_kb = 0;

  if (times < 1) {
    fprintf(stderr, "usage: %s TIMES COMMAND [ARGUMENT]...\n", argv[0]);
    return 2;
  }
  for (long i = 0; i < times; i++) {
    const double begin = measure_now_ns();
    struct rusage used;
    double took;

    if (run(argv + 2, &used)) return 1;
    took = measure_now_ns() - begin;
    if (i == 0 || took < least) least = took;
    if (used.ru_maxrss > most_kb) most_kb = used.ru_maxrss;
  }
  printf("%.0f %.0f\n", least / 1e6, (double)most_kb * 1024 / 1e6);
  return 0;
}
