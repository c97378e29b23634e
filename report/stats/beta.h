#ifndef STATS_BETA_H
#define STATS_BETA_H

/* The beta distribution, and Student's, which follows from it. */

/** Distribution function of Beta(a, b), a and b > 0. */
double beta_cdf(double x, double a, double b);

/** Its inverse. */
double beta_quantile(double p, double a, double b);

/** Chance that |T| exceeds |t|, T of Student's distribution with `df` degrees of
 * freedom (any number above 0); NaN for arguments out of range. */
double student_tail(double t, double df);

/** The t that |T| stays below with chance `level`. */
double student_quantile(double level, double df);

#endif
