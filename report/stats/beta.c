#include "stats/beta.h"

#include <math.h>

/* The continued fraction of the incomplete beta function (Abramowitz and
 * Stegun 26.5.8), evaluated from the top with Lentz's method; converges fast
 * for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
  const double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1), value;

  d = 1 / (fabs(d) < tiny ? tiny : d);
  value = d;
  for (int m = 1; m <= 10000; m++) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double step;

    d = 1 + even * d;
    c = 1 + even / c;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    c = fabs(c) < tiny ? tiny : c;
    value *= d * c;
    d = 1 + odd * d;
    c = 1 + odd / c;
    d = 1 / (fabs(d) < tiny ? tiny : d);
    c = fabs(c) < tiny ? tiny : c;
    step = d * c;
    value *= step;
    if (fabs(step - 1) < 1e-15) break;
  }
  return value;
}

/* ln of the density's constant times x^a (1 - x)^b. */
static double log_front(double x, double a, double b)
{
  int sign;

  return lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) + a * log(x) +
         b * log1p(-x);
}

double beta_cdf(double x, double a, double b)
{
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x < (a + 1) / (a + b + 2)) return exp(log_front(x, a, b)) * beta_fraction(x, a, b) / a;
  return 1 - exp(log_front(x, a, b)) * beta_fraction(1 - x, b, a) / b;
}

/* Newton steps kept inside a shrinking bracket. */
double beta_quantile(double p, double a, double b)
{
  double lo = 0, hi = 1, x = a / (a + b);

  for (int i = 0; i < 200 && hi - lo > 1e-16 * hi; i++) {
    const double miss = beta_cdf(x, a, b) - p;
    const double slope = exp(log_front(x, a, b)) / (x * (1 - x));
    double next = x - miss / slope;

    if (miss > 0)
      hi = x;
    else
      lo = x;
    if (!(next > lo && next < hi)) next = lo + (hi - lo) / 2;
    if (fabs(next - x) <= 1e-15 * x) return next;
    x = next;
  }
  return x;
}

double student_tail(double t, double df)
{
  if (isnan(t) || !(df > 0)) return (double)NAN;
  return beta_cdf(df / (df + t * t), df / 2, 0.5);
}

double student_quantile(double level, double df)
{
  const double x = beta_quantile(1 - level, df / 2, 0.5);

  if (!(level > 0 && level < 1) || !(df > 0)) return (double)NAN;
  return sqrt(df * (1 - x) / x);
}
