#ifndef STATS_RESIDUALS_H
#define STATS_RESIDUALS_H

#include <stddef.h>

/* Residuals of a regression: **predicted - actual** everywhere in this file.
 *
 * NaN: rows where either value is not finite are dropped and counted. */

/* Residual bins as Azure Machine Learning makes them: 8 inner bins between -B
 * and B, B = 2 sigma rounded up to d = trunc(max(2, 3 - log10 B)) decimals, and
 * two outer bins for the rest.  sigma is the population standard deviation of
 * the true values (1 if 0).  Inner edges are rounded to
 * trunc(max(2, 3 - log10(B / 9))) decimals, half to even.  The outer edges are
 * the smallest and largest residual, or one bin width further out when no
 * residual lies there; bin k = [edge_k, edge_k+1), the last one closed. */
enum { RESIDUAL_BINS = 10 };

struct residual_bins {
  double edge[RESIDUAL_BINS + 1];
  double count[RESIDUAL_BINS];
  double mean, stddev; /* of the residuals, population */
  size_t rows, dropped;
  const char *reason; /* NULL or "no rows" */
};

/** `sigma` <= 0 or NaN: computed from `actual`. */
void residual_bins_compute(struct residual_bins *out, const double *actual, const double *predicted,
                           size_t n, double sigma);

/* A histogram for the eye: 8 to 80 equal bins of a round width (1, 2, 2.5 or 5
 * times a power of ten), one edge at exactly 0.  The wished width is the finer
 * of Freedman-Diaconis (2 IQR n^(-1/3)) and Sturges ((max - min) / (log2 n + 1)).
 * Bin k = [edge_k, edge_k+1), the last one closed.  Residuals more than five
 * quartile distances outside the quartiles are left to `below` and `above`.
 * Where all residuals are equal, one bin around them (then 0 is its middle or
 * outside); likewise where no double lies between them or their distance is none. */
enum { RESIDUAL_HISTOGRAM_MAX = 80 };

struct residual_histogram {
  double edge[RESIDUAL_HISTOGRAM_MAX + 1];
  double count[RESIDUAL_HISTOGRAM_MAX];
  size_t bins;
  double below, above; /* outliers beyond the outer edges */
  size_t rows, dropped;
  const char *reason;
};

/** **Returns** 0 or -1 (memory). */
int residual_histogram_compute(struct residual_histogram *out, const double *actual,
                               const double *predicted, size_t n);

/* Shape of the residuals: moments are population ones; Jarque-Bera (1987, Int.
 * Stat. Rev. 55:163) n/6 (S^2 + K^2/4) against chi-square with 2 degrees; the
 * Breusch-Pagan type test of Koenker (1981, J. Econometrics 17:107) with the
 * prediction as the one regressor: n R^2 of e^2 on (1, q) against chi-square
 * with 1. */
struct residual_shape {
  size_t rows, dropped;
  double mean, stddev, skewness, excess_kurtosis;
  double jarque_bera, jarque_bera_p;
  double breusch_pagan, breusch_pagan_p;
  const char *reason; /* NULL, "no rows", "residuals are constant" */
};

void residual_shape_compute(struct residual_shape *out, const double *actual,
                            const double *predicted, size_t n);

#endif
