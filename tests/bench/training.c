#include "training.h"

#include <math.h>
#include <string.h>

#include "measure.h"

const char *const training_names[TRAINING_METRICS] = {
    "loss",         "accuracy", "learning_rate", "gradient_norm", "ema_loss",
    "step_seconds", "samples",  "memory_mib",    "epoch",         "weight_norm"};
const int training_is_integer[TRAINING_METRICS] = {[6] = 1, [8] = 1};
const int training_is_float[TRAINING_METRICS] = {[0] = 1, [3] = 1, [9] = 1};

void training_begin(struct training *training, int steps, int batch)
{
  *training =
      (struct training){.ema = 0.7, .random = 88172645463325252u, .steps = steps, .batch = batch};
}

/* A sample and its class, one in twenty of them wrong. */
static int draw(struct training *training, double x[TRAINING_FEATURES])
{
  uint64_t random = training->random;
  int label;

  for (int k = 0; k < TRAINING_FEATURES; k++) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    x[k] = (double)(random >> 11) / 9007199254740992.0 - 0.5;
  }
  training->random = random;
  label = x[0] + 0.5 * x[1] - x[2] > 0;
  return random % 20 == 0 ? !label : label;
}

/* Adds a sample to gradient and loss; whether the model was right about it. */
static int learn(struct training *training, double gradient[TRAINING_FEATURES], double *loss)
{
  double x[TRAINING_FEATURES], z = 0, p;
  const int label = draw(training, x);

  for (int k = 0; k < TRAINING_FEATURES; k++) z += training->weight[k] * x[k];
  p = 1 / (1 + exp(-z));
  *loss -= log(label ? p : 1 - p);
  for (int k = 0; k < TRAINING_FEATURES; k++) gradient[k] += (p - label) * x[k];
  return (p > 0.5) == label;
}

void training_step(struct training *training, int step, double values[TRAINING_METRICS])
{
  const double begin = measure_now_ns(), n = training->batch;
  const double rate = 0.05 * 0.5 * (1 + cos(3.14159265358979 * step / training->steps));
  double gradient[TRAINING_FEATURES] = {0}, loss = 0, norm = 0, size = 0;
  int right = 0;

  for (int sample = 0; sample < training->batch; sample++)
    right += learn(training, gradient, &loss);
  for (int k = 0; k < TRAINING_FEATURES; k++) {
    norm += gradient[k] * gradient[k];
    /* A batch of 64 is summed, as ever; a larger one counts no more than it. */
    training->weight[k] -= rate * gradient[k] * TRAINING_BATCH / n;
    size += training->weight[k] * training->weight[k];
  }
  training->ema = 0.98 * training->ema + 0.02 * loss / n;
  if (!values) return;
  values[0] = (double)(float)(loss / n);
  values[1] = right / n;
  values[2] = rate;
  values[3] = (double)(float)sqrt(norm);
  values[4] = training->ema;
  values[5] = (measure_now_ns() - begin) / 1e9;
  values[6] = n * (step + 1);
  values[7] = 1234 + step / 5000 * 16;
  values[8] = step / 500;
  values[9] = (double)(float)sqrt(size);
}

void training_define(epochlog_run *run, epochlog_metric metrics[TRAINING_METRICS])
{
  for (int k = 0; k < TRAINING_METRICS; k++) {
    const epochlog_metric_options options = {.integer = training_is_integer[k]};

    metrics[k] = epochlog_define(run, training_names[k], &options);
  }
}
