#ifndef STATS_RESIDUAL_PROFILE_H
#define STATS_RESIDUAL_PROFILE_H

#include <stddef.h>

/* Mean and spread of residuals along the prediction: where does a model err to
 * one side, and where does it grow uncertain?
 *
 * The range of the predictions is cut into 20 equal stretches; neighbours are
 * joined until each part has at least n / 12 rows, though never fewer than 3
 * nor more than 50.  Equal stretches, not equal counts, because the sparse ends
 * are where residuals tell most.
 *
 * NaN: rows where either value is not finite are left out. */
enum { RESIDUAL_PROFILE_MAX = 20 };

struct residual_profile {
  size_t bins; /* 0: fewer than 3 rows, or all predictions equal */
  double from[RESIDUAL_PROFILE_MAX], to[RESIDUAL_PROFILE_MAX]; /* smallest, largest prediction */
  double prediction[RESIDUAL_PROFILE_MAX];                     /* mean prediction */
  double mean[RESIDUAL_PROFILE_MAX];                           /* mean residual */
  double sd[RESIDUAL_PROFILE_MAX];                             /* population SD of the residuals */
  double rows[RESIDUAL_PROFILE_MAX];
};

/** `predicted` and `residual` describe the same `n` rows.
 * **Cost**: O(n), no allocation. */
void residual_profile_compute(struct residual_profile *out, const double *predicted,
                              const double *residual, size_t n);

#endif
