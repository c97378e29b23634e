/* A training to be logged: logistic regression by stochastic gradient descent on
 * synthetic classes with label noise, so that its ten metrics are those of a real
 * one: float32 losses and norms, doubles, a ratio, integers and times.
 */
#ifndef TESTS_BENCH_TRAINING_H
#define TESTS_BENCH_TRAINING_H

#include <stdint.h>

#include "epochlog.h"

#define TRAINING_METRICS 10
#define TRAINING_FEATURES 32
/* The batch of a quick step, some 30 us. */
#define TRAINING_BATCH 64

struct training {
  double weight[TRAINING_FEATURES];
  double ema; /* of the loss */
  uint64_t random;
  int steps; /* of the whole training: the learning rate falls over them */
  int batch; /* samples a step: what a step takes grows with it */
};

extern const char *const training_names[TRAINING_METRICS];
extern const int training_is_integer[TRAINING_METRICS];
/* Whether a metric is a float32 that was made a double: nine digits keep it. */
extern const int training_is_float[TRAINING_METRICS];

void training_begin(struct training *training, int steps, int batch);
/* One step of gradient descent and what there is to log of it; `values` may be NULL. */
void training_step(struct training *training, int step, double values[TRAINING_METRICS]);
void training_define(epochlog_run *run, epochlog_metric metrics[TRAINING_METRICS]);

#endif
