#include "stats/regression_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/random.h"

enum { MAE = 0, RMSE, R2, BIAS, NUMBERS };

/* One row, all a resample adds up. */
struct row {
  double weight, truth, error; /* predicted - true */
};

struct sums {
  double weight, absolute, squares, error, truth, truth_squares;
};

/* The rows that count, and how many they are; `row` may be NULL. */
static size_t take_rows(struct row *row, const double *actual, const double *predicted,
                        const double *weight, size_t n)
{
  size_t rows = 0;

  for (size_t i = 0; i < n; i++) {
    const double w = weight ? weight[i] : 1;

    if (!isfinite(actual[i]) || !isfinite(predicted[i]) || !isfinite(w) || !(w > 0)) continue;
    if (!row)
      rows++;
    else
      row[rows++] = (struct row){w, actual[i], predicted[i] - actual[i]};
  }
  return rows;
}

static void sums_add(struct sums *sums, const struct row *row)
{
  sums->weight += row->weight;
  sums->absolute += row->weight * fabs(row->error);
  sums->squares += row->weight * row->error * row->error;
  sums->error += row->weight * row->error;
  sums->truth += row->weight * row->truth;
  sums->truth_squares += row->weight * row->truth * row->truth;
}

/* Sum of squared deviations of the true values. */
static double about_mean(const struct sums *sums)
{
  return sums->truth_squares - sums->truth / sums->weight * sums->truth;
}

static void resample(struct spread *spread, const struct row *row, size_t rows)
{
  struct random random;

  random_seed(&random, 1);
  for (size_t b = 0; b < spread->count; b++) {
    struct sums sums = {0};

    for (size_t i = 0; i < rows; i++) sums_add(&sums, &row[random_below(&random, (uint32_t)rows)]);
    spread->value[MAE * spread->count + b] = sums.absolute / sums.weight;
    spread->value[RMSE * spread->count + b] = sqrt(sums.squares / sums.weight);
    spread->value[BIAS * spread->count + b] = sums.error / sums.weight;
    spread->value[R2 * spread->count + b] =
        about_mean(&sums) > 0 ? 1 - sums.squares / about_mean(&sums) : (double)NAN;
  }
}

static void influences(struct spread *spread, const struct row *row, size_t rows)
{
  const double mae = spread->number[MAE].estimate, rmse = spread->number[RMSE].estimate;
  struct sums sums = {0};
  double spread_of_truth, mean;

  for (size_t i = 0; i < rows; i++) sums_add(&sums, &row[i]);
  mean = sums.truth / sums.weight;
  spread_of_truth = about_mean(&sums);
  for (size_t i = 0; i < rows; i++) {
    const double w = row[i].weight, e = row[i].error, y = row[i].truth - mean;

    spread->value[MAE * rows + i] = w * (fabs(e) - mae) / sums.weight;
    spread->value[BIAS * rows + i] = w * (e - sums.error / sums.weight) / sums.weight;
    spread->value[RMSE * rows + i] =
        rmse > 0 ? w * (e * e - rmse * rmse) / (2 * rmse) / sums.weight : 0;
    spread->value[R2 * rows + i] =
        spread_of_truth > 0 ? w * (sums.squares / spread_of_truth * y * y - e * e) / spread_of_truth
                            : 0;
  }
}

static void fill(struct spread *spread, struct row *row, size_t rows)
{
  double centre = 0;

  /* About their mean, or squares of large true values would lose their digits. */
  for (size_t i = 0; i < rows; i++) centre += row[i].truth / (double)rows;
  for (size_t i = 0; i < rows; i++) row[i].truth -= centre;
  if (spread->is_resampled)
    resample(spread, row, rows);
  else
    influences(spread, row, rows);
}

int regression_spread(struct spread *spread, const double *actual, const double *predicted,
                      const double *weight, size_t n, const struct scalar_table *table)
{
  static const struct spread_number numbers[NUMBERS] = {
      [MAE] = {"mean_absolute_error", 0, SPREAD_NOT_NEGATIVE},
      [RMSE] = {"root_mean_squared_error", 0, SPREAD_NOT_NEGATIVE},
      [R2] = {"r2_score_unclipped", 0, SPREAD_FREE},
      [BIAS] = {"mean_error", 0, SPREAD_FREE},
  };
  const size_t rows = take_rows(NULL, actual, predicted, weight, n);
  struct row *row;

  if (spread_init(spread, NUMBERS, rows, rows)) return -1;
  for (int i = 0; i < NUMBERS; i++) {
    spread->number[i] = numbers[i];
    spread->number[i].estimate = scalar_table_value(table, numbers[i].name);
  }
  if (spread->reason) return 0;
  row = malloc((rows + 1) * sizeof *row);
  if (!row) {
    spread_release(spread);
    return -1;
  }
  take_rows(row, actual, predicted, weight, n);
  fill(spread, row, rows);
  free(row);
  return 0;
}

/* A number that is `factor` times another, clipped to [0, 1] like it. */
static void set_scaled(struct scalar_table *table, const char *name, struct interval interval,
                       double factor)
{
  if (!interval.reason) {
    interval.lo = fmin(1, interval.lo * factor);
    interval.hi = fmin(1, interval.hi * factor);
  }
  scalar_table_set_interval(table, name, interval);
}

int regression_intervals(struct regression *regression, const double *actual,
                         const double *predicted, const double *weight, size_t n)
{
  struct scalar_table *table = &regression->table;
  const double range = regression->y_max - regression->y_min;
  struct interval r2;
  struct spread spread;

  if (regression_spread(&spread, actual, predicted, weight, n, table)) return -1;
  for (size_t i = 0; i < spread.numbers; i++)
    scalar_table_set_interval(table, spread.number[i].name, spread_interval(&spread, i, 0.95));
  spread_release(&spread);
  r2 = scalar_table_interval(table, "r2_score_unclipped");
  if (!r2.reason) {
    r2.lo = fmax(-1, r2.lo);
    r2.hi = fmax(-1, r2.hi);
  }
  scalar_table_set_interval(table, "r2_score", r2);
  if (!(range > 0)) return 0;
  set_scaled(table, "normalized_mean_absolute_error",
             scalar_table_interval(table, "mean_absolute_error"), 1 / range);
  set_scaled(table, "normalized_root_mean_squared_error",
             scalar_table_interval(table, "root_mean_squared_error"), 1 / range);
  return 0;
}
