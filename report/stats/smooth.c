#include "stats/smooth.h"

#include <math.h>

void smooth_ema(double *out, const double *value, size_t n, double weight)
{
  double last = 0, decay = 1; /* decay = weight^k */

  if (!(weight > 0)) weight = 0;
  if (weight > 0.999999) weight = 0.999999;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(value[i])) {
      out[i] = value[i];
      continue;
    }
    last = weight * last + (1 - weight) * value[i];
    decay *= weight;
    out[i] = last / (1 - decay);
  }
}
