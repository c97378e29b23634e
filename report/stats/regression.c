#include "stats/regression.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stats/sort.h"

/* The kept rows, and what one pass over them gives. */
struct fit {
  const double *y, *q, *w; /* the caller's when no row is dropped; w NULL: 1 each */
  double *error;           /* |y - q| */
  double *copies;
  size_t n;
  double weight;
  double y_mean, q_mean;
  double y_min, y_max;
  double total, residual; /* sums of squares about y's mean, and of y - q */
  double residual_mean, residual_min, residual_max; /* of y - q */
  double about_mean;                                /* sum of squares of y - q about its mean */
  double absolute, largest;
  double percentage, percentage_weight, symmetric;
  double log_squares;
  bool has_negative;
};

static double weight_of(const struct fit *fit, size_t i) { return fit->w ? fit->w[i] : 1; }

static bool is_kept(double actual, double predicted, double weight)
{
  return isfinite(actual - predicted) && isfinite(weight) && weight > 0;
}

/* Rows are copied only when some are dropped. */
static int copy_rows(struct fit *fit, const double *actual, const double *predicted, size_t n,
                     const double *weight)
{
  double *y, *q, *w;

  if (fit->n > SIZE_MAX / (3 * sizeof *y) - 1) return -1;
  fit->copies = malloc(3 * (fit->n + 1) * sizeof *y);
  if (!fit->copies) return -1;
  fit->y = y = fit->copies;
  fit->q = q = y + fit->n;
  w = q + fit->n;
  if (weight) fit->w = w;
  for (size_t i = 0; i < n; i++) {
    if (!is_kept(actual[i], predicted[i], weight ? weight[i] : 1)) continue;
    *y++ = actual[i];
    *q++ = predicted[i];
    *w++ = weight ? weight[i] : 1;
  }
  return 0;
}

static void fit_release(struct fit *fit)
{
  free(fit->error);
  free(fit->copies);
}

static int take_rows(struct fit *fit, struct regression *out, const double *actual,
                     const double *predicted, size_t n, const double *weight)
{
  for (size_t i = 0; i < n; i++) fit->n += is_kept(actual[i], predicted[i], weight ? weight[i] : 1);
  out->rows = fit->n;
  out->dropped = n - fit->n;
  fit->y = actual;
  fit->q = predicted;
  fit->w = weight;
  fit->error = malloc((fit->n + 1) * sizeof *fit->error);
  if (!fit->error || (fit->n < n && copy_rows(fit, actual, predicted, n, weight))) {
    fit_release(fit);
    return -1;
  }
  for (size_t i = 0; i < fit->n; i++) fit->error[i] = fabs(fit->y[i] - fit->q[i]);
  return 0;
}

static void measure_means(struct fit *fit)
{
  fit->y_min = fit->y[0];
  fit->y_max = fit->y[0];
  fit->residual_min = fit->residual_max = fit->y[0] - fit->q[0];
  for (size_t i = 0; i < fit->n; i++) {
    const double w = weight_of(fit, i);

    fit->weight += w;
    fit->y_mean += w * fit->y[i];
    fit->q_mean += w * fit->q[i];
    fit->residual_mean += w * (fit->y[i] - fit->q[i]);
    fit->residual_min = fmin(fit->residual_min, fit->y[i] - fit->q[i]);
    fit->residual_max = fmax(fit->residual_max, fit->y[i] - fit->q[i]);
    fit->y_min = fmin(fit->y_min, fit->y[i]);
    fit->y_max = fmax(fit->y_max, fit->y[i]);
  }
  fit->y_mean /= fit->weight;
  fit->q_mean /= fit->weight;
  fit->residual_mean /= fit->weight;
}

/* ln((1 + a) / (1 + b)) without its sign, which keeps its digits where a and b
 * are near one another. */
static double log_gap(double a, double b) { return log1p(fabs(a - b) / (1 + fmin(a, b))); }

static void measure_errors(struct fit *fit)
{
  for (size_t i = 0; i < fit->n; i++) {
    const double w = weight_of(fit, i), y = fit->y[i], q = fit->q[i], error = fit->error[i];
    const double sum = fabs(y) + fabs(q), about = y - q - fit->residual_mean;

    fit->total += w * (y - fit->y_mean) * (y - fit->y_mean);
    fit->residual += w * error * error;
    fit->about_mean += w * about * about;
    fit->absolute += w * error;
    fit->largest = fmax(fit->largest, error);
    fit->symmetric += sum > 0 ? w * error / sum : 0;
    if (fabs(y) > 1e-10) {
      fit->percentage += w * error / fabs(y);
      fit->percentage_weight += w;
    }
    if (y < 0 || q < 0) {
      fit->has_negative = true;
    } else {
      const double gap = log_gap(y, q);

      fit->log_squares += w * gap * gap;
    }
  }
}

/* The smallest error with at least half of the weight at or below it; without
 * weights the mean of the middle two. */
static double median_error(const struct fit *fit, const double *sorted, const double *weight)
{
  double below = 0, total = 0;

  if (!weight) return sort_quantile(sorted, fit->n, 0.5);
  /* Added up in this order too, so that rounding moves no exact half. */
  for (size_t i = 0; i < fit->n; i++) total += weight[i];
  for (size_t i = 0; i < fit->n; i++) {
    below += weight[i];
    if (below >= total / 2) return sorted[i];
  }
  return sorted[fit->n - 1];
}

/* Sorts the errors, the weights along with them when there are any. */
static int sort_errors(struct fit *fit, double *median, bool weighted)
{
  uint32_t *order;
  double *moved;
  int status = -1;

  if (!weighted) {
    if (sort_doubles(fit->error, fit->n)) return -1;
    *median = median_error(fit, fit->error, NULL);
    return 0;
  }
  order = malloc(fit->n * sizeof *order);
  moved = malloc(2 * fit->n * sizeof *moved);
  if (order && moved && sort_order(order, fit->error, fit->n) == 0) {
    for (size_t i = 0; i < fit->n; i++) {
      moved[i] = fit->error[order[i]];
      moved[fit->n + i] = weight_of(fit, order[i]);
    }
    *median = median_error(fit, moved, moved + fit->n);
    status = 0;
  }
  free(order);
  free(moved);
  return status;
}

/* Two columns side by side, to be sorted by one of them. */
struct pairs {
  uint64_t *key, *spare_key; /* one block */
  double *value, *spare_value;
  size_t n;
};

static int pairs_init(struct pairs *pairs, size_t n)
{
  *pairs = (struct pairs){.n = n};
  if (n > SIZE_MAX / (4 * sizeof *pairs->key)) return -1;
  pairs->key = malloc(2 * n * sizeof *pairs->key);
  pairs->value = malloc(2 * n * sizeof *pairs->value);
  if (pairs->key && pairs->value) {
    pairs->spare_key = pairs->key + n;
    pairs->spare_value = pairs->value + n;
    return 0;
  }
  free(pairs->key);
  free(pairs->value);
  return -1;
}

/* The next group of equal keys: its end, and its midrank less the mean of all. */
static size_t next_ties(const struct pairs *pairs, size_t begin, double *rank)
{
  size_t end = begin;

  while (end < pairs->n && pairs->key[end] == pairs->key[begin]) end++;
  *rank = (double)(begin + end - 1) / 2 - (double)(pairs->n - 1) / 2;
  return end;
}

/* Rows are put in the order of y and take their rank in it along into that of q, so
 * that no rank has to be looked up out of order. */
static int spearman(const struct fit *fit, double *out)
{
  struct pairs pairs;
  double xy = 0, xx = 0, yy = 0, rank;

  if (pairs_init(&pairs, fit->n)) return -1;
  for (size_t i = 0; i < fit->n; i++) {
    pairs.key[i] = sort_key(fit->y[i]);
    pairs.value[i] = fit->q[i];
  }
  sort_pairs(pairs.key, pairs.value, pairs.spare_key, pairs.spare_value, fit->n);
  for (size_t begin = 0, end; begin < fit->n; begin = end) {
    end = next_ties(&pairs, begin, &rank);
    xx += rank * rank * (double)(end - begin);
    for (size_t i = begin; i < end; i++) {
      pairs.key[i] = sort_key(pairs.value[i]);
      pairs.value[i] = rank;
    }
  }
  sort_pairs(pairs.key, pairs.value, pairs.spare_key, pairs.spare_value, fit->n);
  for (size_t begin = 0, end; begin < fit->n; begin = end) {
    end = next_ties(&pairs, begin, &rank);
    yy += rank * rank * (double)(end - begin);
    for (size_t i = begin; i < end; i++) xy += pairs.value[i] * rank;
  }
  *out = xx > 0 && yy > 0 ? xy / sqrt(xx) / sqrt(yy) : -1;
  free(pairs.key);
  free(pairs.value);
  return 0;
}

/* 1 - part / whole, with scikit-learn's answer where whole is zero. */
static double explained(double part, double whole)
{
  if (whole > 0) return 1 - part / whole;
  return part > 0 ? 0 : 1;
}

/* Value over range, clipped to [0, 1]; without a range, 0 for exact and else 1. */
static double normalized(double value, double range)
{
  if (!(range > 0)) return value > 0 ? 1 : 0;
  return fmin(1, value / range);
}

static void add_explained(struct scalar_table *table, const struct fit *fit)
{
  const char *note = fit->n == 1                ? "one row only"
                     : fit->y_min == fit->y_max ? "the true values are constant"
                                                : NULL;
  /* Where all errors are equal, a rounding error of their mean is no variance. */
  const double about_mean = fit->residual_min == fit->residual_max ? 0 : fit->about_mean;
  const double r2 = explained(fit->residual, fit->y_min == fit->y_max ? 0 : fit->total);
  const char *clipped = "below -1, shown as -1";

  scalar_table_add(table, "r2_score", fmax(-1, r2), note ? note : r2 < -1 ? clipped : NULL);
  scalar_table_add(table, "r2_score_unclipped", r2, note);
  scalar_table_add(table, "explained_variance",
                   explained(about_mean, fit->y_min == fit->y_max ? 0 : fit->total), note);
}

static void add_errors(struct scalar_table *table, const struct fit *fit, double median)
{
  const bool left_out = fit->percentage_weight < fit->weight;
  const bool has_any = fit->percentage_weight > 0;

  scalar_table_add(table, "mean_absolute_error", fit->absolute / fit->weight, NULL);
  scalar_table_add(table, "median_absolute_error", median, NULL);
  scalar_table_add(table, "root_mean_squared_error", sqrt(fit->residual / fit->weight), NULL);
  scalar_table_add(table, "max_error", fit->largest, NULL);
  scalar_table_add(table, "mean_error", -fit->residual_mean, NULL);
  scalar_table_add(table, "mean_absolute_percentage_error",
                   has_any ? 100 * fit->percentage / fit->percentage_weight : (double)NAN,
                   !has_any   ? "all true values are 0"
                   : left_out ? "rows with a true value of 0 were left out"
                              : NULL);
  scalar_table_add(table, "symmetric_mean_absolute_percentage_error",
                   200 * fit->symmetric / fit->weight, NULL);
}

static void add_normalized(struct scalar_table *table, const struct fit *fit, double median,
                           const struct regression *out)
{
  const double range = out->y_max - out->y_min;
  const double rmsle = sqrt(fit->log_squares / fit->weight);
  const char *note = range > 0 ? NULL : "the true values are constant";
  const char *why = fit->has_negative ? "a value is negative" : NULL;
  const bool log_range = out->y_min > -1 && out->y_max > -1;

  scalar_table_add(table, "root_mean_squared_log_error", why ? (double)NAN : rmsle, why);
  scalar_table_add(table, "normalized_mean_absolute_error",
                   normalized(fit->absolute / fit->weight, range), note);
  scalar_table_add(table, "normalized_median_absolute_error", normalized(median, range), note);
  scalar_table_add(table, "normalized_root_mean_squared_error",
                   normalized(sqrt(fit->residual / fit->weight), range), note);
  if (!why && !log_range) why = "the range reaches below -1";
  scalar_table_add(table, "normalized_root_mean_squared_log_error",
                   why ? (double)NAN : normalized(rmsle, log_gap(out->y_max, out->y_min)),
                   why ? why : note);
}

static int fill(struct regression *out, struct fit *fit, const struct regression_options *options)
{
  const bool weighted = options && options->weight;
  double median, rank_correlation;

  if (spearman(fit, &rank_correlation) || sort_errors(fit, &median, weighted)) return -1;
  out->y_mean = fit->y_mean;
  out->y_stddev = sqrt(fit->total / fit->weight);
  out->y_min = fit->y_min;
  out->y_max = fit->y_max;
  if (options && (options->y_min != 0 || options->y_max != 0)) {
    out->y_min = fmin(options->y_min, options->y_max);
    out->y_max = fmax(options->y_min, options->y_max);
  }
  add_explained(&out->table, fit);
  scalar_table_add(
      &out->table, "spearman_correlation", rank_correlation,
      rank_correlation == -1 ? "ranks are reversed, or all values of one side equal" : NULL);
  add_errors(&out->table, fit, median);
  add_normalized(&out->table, fit, median, out);
  return 0;
}

int regression_compute(struct regression *out, const double *actual, const double *predicted,
                       size_t n, const struct regression_options *options)
{
  struct fit fit = {0};
  const double nan = (double)NAN;
  int status = 0;

  *out = (struct regression){.y_min = nan, .y_max = nan, .y_mean = nan, .y_stddev = nan};
  if (take_rows(&fit, out, actual, predicted, n, options ? options->weight : NULL)) return -1;
  if (fit.n == 0) {
    out->reason = "no rows";
  } else {
    measure_means(&fit);
    measure_errors(&fit);
    status = fill(out, &fit, options);
  }
  fit_release(&fit);
  return status;
}
