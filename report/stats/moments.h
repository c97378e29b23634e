#ifndef STATS_MOMENTS_H
#define STATS_MOMENTS_H

#include <math.h>
#include <stddef.h>

/* A weighted mean and the variance it has as an estimate, in one pass.
 *
 *     mean      sum w x / sum w
 *     variance  n / (n - 1) * sum w^2 (x - mean)^2 / (sum w)^2
 *
 * Without weights that is s^2 / n, s^2 with n - 1; with weights the linearised
 * variance of a ratio (Cochran 1977, Sampling Techniques, section 6.3).
 *
 * NaN: a NaN that is added makes both NaN.  Zero all for a start. */

struct moments {
  size_t n;
  double w, wx;
  double w2, w2x, w2xx;
};

static inline void moments_add(struct moments *m, double weight, double x)
{
  m->n++;
  m->w += weight;
  m->wx += weight * x;
  m->w2 += weight * weight;
  m->w2x += weight * weight * x;
  m->w2xx += weight * weight * x * x;
}

/* Adds all that was added to `more`. */
static inline void moments_join(struct moments *m, const struct moments *more)
{
  m->n += more->n;
  m->w += more->w;
  m->wx += more->wx;
  m->w2 += more->w2;
  m->w2x += more->w2x;
  m->w2xx += more->w2xx;
}

/** NaN for no weight. */
static inline double moments_mean(const struct moments *m) { return m->wx / m->w; }

/** NaN for fewer than two values. */
static inline double moments_variance(const struct moments *m)
{
  const double mean = moments_mean(m);
  const double about_mean = m->w2xx - 2 * mean * m->w2x + mean * mean * m->w2;

  if (m->n < 2) return (double)NAN;
  return fmax(0, about_mean) / m->w / m->w * ((double)m->n / (double)(m->n - 1));
}

#endif
