/* A run of long metrics, and the first of them as a NumPy array, for lines.sh.
 *
 *   bench_lines FOLDER POINTS METRICS [npy]
 *
 * A falling loss with noise, as float32 values, one call for each step.  A hundred
 * single points stick out by far: no chart may lose one.  Prints the run's folder.
 */
#include <epochlog.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METRICS_MAX 100
#define SPIKES 100
#define SPIKE 25.0

static uint64_t state = 88172645463325252u;

static double uniform(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) / 9007199254740992.0;
}

/* The spikes lie in the middles of a hundred equal parts. */
static double value_at(int64_t step, int64_t points)
{
  const int64_t part = points / SPIKES;

  if (part > 1 && step % part == part / 2 && step / part < SPIKES) return SPIKE;
  return (double)(float)(2 / (1 + 3 * (double)step / (double)points) +
                         0.2 * (uniform() + uniform() + uniform() - 1.5));
}

/* The header of a .npy of float64: magic, version 1.0, length, a dictionary. */
static FILE *npy_open(const char *folder, int64_t points)
{
  char path[4096], words[118];
  FILE *out;

  snprintf(path, sizeof path, "%s/loss.npy", folder);
  out = fopen(path, "wb");
  if (!out) return NULL;
  snprintf(words, sizeof words, "{'descr': '<f8', 'fortran_order': False, 'shape': (%lld,), }",
           (long long)points);
  fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, out);
  fprintf(out, "%-117s\n", words);
  return out;
}

int main(int argc, char **argv)
{
  const int64_t points = argc > 3 ? strtoll(argv[2], NULL, 10) : 0;
  const size_t metrics = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
  epochlog_metric ids[METRICS_MAX];
  double values[METRICS_MAX];
  epochlog_run *run;
  FILE *npy = NULL;

  if (points < 1 || metrics < 1 || metrics > METRICS_MAX) {
    fprintf(stderr, "usage: %s FOLDER POINTS METRICS [npy]\n", argv[0]);
    return 2;
  }
  run = epochlog_start(&(epochlog_options){.root = argv[1], .name = "long"}, NULL);
  if (argc > 4 && !(npy = npy_open(argv[1], points))) return 1;
  for (size_t i = 0; i < metrics; i++) {
    char name[32];

    snprintf(name, sizeof name, "loss/%zu", i);
    ids[i] = epochlog_define(run, name, NULL);
  }
  for (int64_t step = 0; step < points; step++) {
    for (size_t i = 0; i < metrics; i++) values[i] = value_at(step, points);
    epochlog_scalars(run, step, ids, values, metrics);
    if (npy) fwrite(values, sizeof *values, 1, npy);
  }
  printf("%s\n", epochlog_run_folder(run));
  if (npy && fclose(npy)) return 1;
  return epochlog_complete(run, NULL) == EPOCHLOG_OK ? 0 : 1;
}
