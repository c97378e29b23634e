/* The network of digits.c: two layers, a ReLU between them, softmax at the end.
 *
 * A header alone, so that every example is built from its own file and common.c.
 */
#ifndef EXAMPLES_NETWORK_H
#define EXAMPLES_NETWORK_H

#include "common.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 64, HIDDEN = 64, CLASSES = 10 };

/* Nothing but doubles, so that a gradient or a velocity has the same form and
 * an optimizer can take all three for plain arrays. */
struct network {
  double w1[HIDDEN][INPUTS];
  double b1[HIDDEN];
  double w2[CLASSES][HIDDEN];
  double b2[CLASSES];
};

enum { PARAMETERS = sizeof(struct network) / sizeof(double) };

struct score {
  double loss;
  double accuracy;
};

/* He's initialisation: keeps the variance of what passes a ReLU. */
static inline void network_init(struct network *network, struct random *random)
{
  memset(network, 0, sizeof *network);
  for (size_t h = 0; h < HIDDEN; h++)
    for (size_t i = 0; i < INPUTS; i++)
      network->w1[h][i] = random_normal(random) * sqrt(2.0 / INPUTS);
  for (size_t c = 0; c < CLASSES; c++)
    for (size_t h = 0; h < HIDDEN; h++)
      network->w2[c][h] = random_normal(random) * sqrt(2.0 / HIDDEN);
}

static inline double dot(const double *a, const double *b, size_t count)
{
  double sum = 0;

  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

/* The largest logit is subtracted first, so that exp cannot overflow. */
static inline void softmax(double *values, size_t count)
{
  double largest = values[0];
  double sum = 0;

  for (size_t i = 1; i < count; i++) largest = fmax(largest, values[i]);
  for (size_t i = 0; i < count; i++) sum += values[i] = exp(values[i] - largest);
  for (size_t i = 0; i < count; i++) values[i] /= sum;
}

static inline void network_forward(const struct network *network, const double *x, double *hidden,
                                   double *probability)
{
  for (size_t h = 0; h < HIDDEN; h++)
    hidden[h] = fmax(0, dot(network->w1[h], x, INPUTS) + network->b1[h]);
  for (size_t c = 0; c < CLASSES; c++)
    probability[c] = dot(network->w2[c], hidden, HIDDEN) + network->b2[c];
  softmax(probability, CLASSES);
}

/* Adds one sample's gradient of the cross-entropy to `gradient`; returns its loss. */
static inline double network_backward(const struct network *network, const double *x, int32_t label,
                                      struct network *gradient)
{
  double hidden[HIDDEN];
  double delta[CLASSES]; /* of the logits: probability minus truth */
  double back[HIDDEN] = {0};
  double loss;

  network_forward(network, x, hidden, delta);
  loss = -log(fmax(delta[label], 1e-300));
  delta[label] -= 1;
  for (size_t c = 0; c < CLASSES; c++) {
    gradient->b2[c] += delta[c];
    for (size_t h = 0; h < HIDDEN; h++) {
      gradient->w2[c][h] += delta[c] * hidden[h];
      back[h] += delta[c] * network->w2[c][h];
    }
  }
  for (size_t h = 0; h < HIDDEN; h++) {
    if (hidden[h] <= 0) continue; /* a ReLU that is off passes nothing back */
    gradient->b1[h] += back[h];
    for (size_t i = 0; i < INPUTS; i++) gradient->w1[h][i] += back[h] * x[i];
  }
  return loss;
}

static inline int32_t most_likely(const double *probability)
{
  int32_t best = 0;

  for (int32_t c = 1; c < CLASSES; c++)
    if (probability[c] > probability[best]) best = c;
  return best;
}

/* [count][CLASSES]; the caller frees it. */
static inline double *network_predict(const struct network *network, const struct samples *samples)
{
  double *probability = allocate(samples->count * CLASSES, sizeof *probability);
  double hidden[HIDDEN];

  for (size_t i = 0; i < samples->count; i++)
    network_forward(network, &samples->x[i * INPUTS], hidden, &probability[i * CLASSES]);
  return probability;
}

static inline struct score network_score(const struct network *network,
                                         const struct samples *samples)
{
  double *probability = network_predict(network, samples);
  double n = (double)samples->count;
  struct score score = {0};

  for (size_t i = 0; i < samples->count; i++) {
    const double *row = &probability[i * CLASSES];

    score.loss -= log(fmax(row[samples->label[i]], 1e-300)) / n;
    score.accuracy += (most_likely(row) == samples->label[i]) / n;
  }
  free(probability);
  return score;
}

/* The model file: the eight bytes "DIGITNN1"; three 32-bit integers: inputs,
 * hidden units, classes; then 64-bit IEEE doubles: w1 [hidden][inputs],
 * b1 [hidden], w2 [classes][hidden], b2 [classes].  All of it little-endian,
 * whatever the machine.  An input is a pixel divided by 16.
 * Returns 0, or -1 when not everything could be written. */
static inline int network_write(const struct network *network, FILE *file)
{
  const uint32_t sizes[] = {INPUTS, HIDDEN, CLASSES};
  const double *weights = (const double *)network;

  fputs("DIGITNN1", file);
  for (size_t i = 0; i < 3; i++)
    for (int bit = 0; bit < 32; bit += 8) putc((int)(sizes[i] >> bit & 0xff), file);
  for (size_t i = 0; i < PARAMETERS; i++) {
    uint64_t bits;

    memcpy(&bits, &weights[i], sizeof bits);
    for (int bit = 0; bit < 64; bit += 8) putc((int)(bits >> bit & 0xff), file);
  }
  return fflush(file) == 0 && !ferror(file) ? 0 : -1;
}

#endif
