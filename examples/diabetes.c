/* How far does diabetes progress in a year?  Ridge regression on ten
 * measurements, with the penalty swept from 0 to 1.
 *
 *     diabetes [DATA-FOLDER]          the default is examples/data
 *
 * Logged are the error for every penalty, as two metrics and as a row, a model
 * file for each, the cross-validation of the best one, and its predictions on
 * the test part with an interval that should hold nine true values in ten.
 */
#include "common.h"

#include <math.h>
#include <stdlib.h>

enum { FEATURES = 10, ALPHAS = 21, FOLDS = 5 };

static const double INTERVAL_LEVEL = 0.9;
static const uint64_t SEED = 1;

/* prediction = intercept + sum of weight * (x - mean) / scale.  Every column of
 * the training rows is scaled to unit length, as Efron et al. did: that is what
 * makes a penalty between 0 and 1 mean something. */
struct ridge {
  double alpha;
  double intercept;
  double weight[FEATURES];
  double mean[FEATURES];
  double scale[FEATURES];
};

/* --------------------------------------------------------------- the model */

/* Solves a * x = b in place for a symmetric positive definite a, by Cholesky's
 * decomposition; the solution replaces b.  Returns -1 when a is singular. */
static int solve(double a[FEATURES][FEATURES], double *b)
{
  for (size_t j = 0; j < FEATURES; j++) {
    for (size_t k = 0; k < j; k++) a[j][j] -= a[j][k] * a[j][k];
    if (a[j][j] <= 0) return -1;
    a[j][j] = sqrt(a[j][j]);
    for (size_t i = j + 1; i < FEATURES; i++) {
      for (size_t k = 0; k < j; k++) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (size_t i = 0; i < FEATURES; i++) {
    for (size_t k = 0; k < i; k++) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (size_t i = FEATURES; i-- > 0;) {
    for (size_t k = i + 1; k < FEATURES; k++) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return 0;
}

static struct ridge ridge_fit(const struct samples *train, double alpha)
{
  struct ridge ridge = {.alpha = alpha};
  struct scaling scaling;
  double gram[FEATURES][FEATURES] = {{0}};

  scaling_fit(&scaling, train);
  for (size_t f = 0; f < FEATURES; f++) {
    ridge.mean[f] = scaling.mean[f];
    ridge.scale[f] = scaling.scale[f] * sqrt((double)train->count);
    gram[f][f] = alpha;
  }
  scaling_release(&scaling);
  for (size_t i = 0; i < train->count; i++) ridge.intercept += train->target[i];
  ridge.intercept /= (double)train->count;

  for (size_t i = 0; i < train->count; i++) {
    double row[FEATURES];

    for (size_t f = 0; f < FEATURES; f++)
      row[f] = (train->x[i * FEATURES + f] - ridge.mean[f]) / ridge.scale[f];
    for (size_t f = 0; f < FEATURES; f++) {
      for (size_t g = 0; g < FEATURES; g++) gram[f][g] += row[f] * row[g];
      ridge.weight[f] += row[f] * (train->target[i] - ridge.intercept);
    }
  }
  if (solve(gram, ridge.weight) != 0)
    die("the features depend on each other: nothing to be fitted with alpha %g", alpha);
  return ridge;
}

static double ridge_predict(const struct ridge *ridge, const double *x)
{
  double sum = ridge->intercept;

  for (size_t f = 0; f < FEATURES; f++)
    sum += ridge->weight[f] * (x[f] - ridge->mean[f]) / ridge->scale[f];
  return sum;
}

static double ridge_mse(const struct ridge *ridge, const struct samples *samples)
{
  double sum = 0;

  for (size_t i = 0; i < samples->count; i++) {
    double error = ridge_predict(ridge, &samples->x[i * FEATURES]) - samples->target[i];

    sum += error * error;
  }
  return sum / (double)samples->count;
}

/* ------------------------------------------------------------ the training */

static void keep_model(epochlog_run *run, const struct ridge *ridge, char **names,
                       const char *file_name)
{
  struct text json;

  text_open(&json);
  fprintf(json.file, "{\n  \"kind\": \"ridge\",\n  \"alpha\": %.17g,\n  \"intercept\": %.17g,\n",
          ridge->alpha, ridge->intercept);
  fprintf(json.file, "  \"features\": [\n");
  for (size_t f = 0; f < FEATURES; f++)
    fprintf(json.file,
            "    {\"name\": \"%s\", \"mean\": %.17g, \"scale\": %.17g, \"weight\": %.17g}%s\n",
            names[f], ridge->mean[f], ridge->scale[f], ridge->weight[f],
            f + 1 < FEATURES ? "," : "");
  fprintf(json.file, "  ]\n}\n");
  text_close(&json);
  epochlog_add_file_data(run, file_name, json.text, json.size, "model");
  free(json.text);
}

/* Trains one model per penalty and returns the one that errs least on the
 * validation part.  "alpha" and "mse" are two series that belong together only
 * by their steps; the row says so itself, and is drawn one against the other. */
static struct ridge sweep(epochlog_run *run, const struct split *split, char **names)
{
  struct ridge best = {0};
  double lowest = HUGE_VAL;

  for (int i = 0; i < ALPHAS; i++) {
    double alpha = i / (ALPHAS - 1.0);
    struct ridge ridge = ridge_fit(&split->train, alpha);
    double mse = ridge_mse(&ridge, &split->validation);
    char file_name[40];

    epochlog_log(run, "alpha", alpha);
    epochlog_log(run, "mse", mse);
    epochlog_log_row(run, "mse_vs_alpha",
                     (epochlog_column[]){
                         {"alpha", EPOCHLOG_DOUBLE, &alpha},
                         {"mse", EPOCHLOG_DOUBLE, &mse},
                     },
                     2);
    snprintf(file_name, sizeof file_name, "models/ridge_%.2f.json", alpha);
    keep_model(run, &ridge, names, file_name);
    if (mse < lowest) {
      lowest = mse;
      best = ridge;
    }
  }
  return best;
}

static int compare(const void *a, const void *b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t count, double share)
{
  double at = share * (double)(count - 1);
  size_t below = (size_t)at;

  if (below + 1 >= count) return sorted[count - 1];
  return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* How far the truth may lie from a prediction. */
struct interval {
  double below; /* negative */
  double above;
};

/* Cross-validates `alpha`.  The interval comes from the errors on rows that the
 * model of the fold had not seen; those of a fit on its own rows are too small. */
static struct interval cross_validate(epochlog_run *run, const struct samples *samples,
                                      double alpha)
{
  double *predicted = allocate(samples->count, sizeof *predicted);
  double *error = allocate(samples->count, sizeof *error);
  size_t *rows = allocate(samples->count, sizeof *rows);
  double mse[FOLDS] = {0};
  struct interval interval;

  for (size_t fold = 0; fold < FOLDS; fold++) {
    size_t count = 0;
    size_t held_out = 0;
    struct samples train;
    struct ridge ridge;

    for (size_t i = 0; i < samples->count; i++)
      if (i % FOLDS != fold) rows[count++] = i; /* the rows are shuffled already */
    train = samples_take(samples, rows, count);
    ridge = ridge_fit(&train, alpha);
    samples_release(&train);
    for (size_t i = fold; i < samples->count; i += FOLDS, held_out++) {
      predicted[i] = ridge_predict(&ridge, &samples->x[i * FEATURES]);
      error[i] = samples->target[i] - predicted[i];
      mse[fold] += error[i] * error[i];
    }
    mse[fold] /= (double)held_out;
  }
  epochlog_log_list(run, "cv_mse_per_fold", EPOCHLOG_DOUBLE, mse, FOLDS);
  epochlog_log_regression(run, "cross-validation",
                          &(epochlog_regression){
                              .count = samples->count,
                              .true_value = samples->target,
                              .predicted = predicted,
                              .ids = samples->ids,
                              .target_name = "disease progression",
                          });
  qsort(error, samples->count, sizeof *error, compare);
  interval.below = quantile(error, samples->count, (1 - INTERVAL_LEVEL) / 2);
  interval.above = quantile(error, samples->count, (1 + INTERVAL_LEVEL) / 2);
  free(rows);
  free(error);
  free(predicted);
  return interval;
}

/* ---------------------------------------------------------- what came of it */

/* Returns the share of the true values that lie inside the interval. */
static double log_predictions(epochlog_run *run, const struct ridge *ridge,
                              const struct samples *samples, struct interval interval)
{
  size_t inside = 0;
  double *values = allocate(3 * samples->count, sizeof *values);
  double *predicted = values;
  double *lower = values + samples->count;
  double *upper = values + 2 * samples->count;

  for (size_t i = 0; i < samples->count; i++) {
    predicted[i] = ridge_predict(ridge, &samples->x[i * FEATURES]);
    lower[i] = predicted[i] + interval.below;
    upper[i] = predicted[i] + interval.above;
    inside += samples->target[i] >= lower[i] && samples->target[i] <= upper[i];
  }
  epochlog_log_regression(run, "test",
                          &(epochlog_regression){
                              .count = samples->count,
                              .true_value = samples->target,
                              .predicted = predicted,
                              .lower = lower,
                              .upper = upper,
                              .interval_level = INTERVAL_LEVEL,
                              .ids = samples->ids,
                              .target_name = "disease progression",
                          });
  free(values);
  return (double)inside / (double)samples->count;
}

/* The weights beside those without a penalty: what the penalty has done. */
static void log_coefficients(epochlog_run *run, const struct ridge *ridge,
                             const struct samples *samples, char **names)
{
  struct ridge free_fit = ridge_fit(samples, 0);

  epochlog_log_table(run, "coefficients",
                     (epochlog_column[]){
                         {"feature", EPOCHLOG_TEXT, names},
                         {"ridge", EPOCHLOG_DOUBLE, ridge->weight},
                         {"least squares", EPOCHLOG_DOUBLE, free_fit.weight},
                     },
                     3, FEATURES);
  epochlog_log_importance(run, "coefficients",
                          &(epochlog_importance){
                              .feature_count = FEATURES,
                              .feature_names = (const char *const *)names,
                              .overall = ridge->weight,
                              .method = "coefficient",
                          });
}

static void log_note(epochlog_run *run, const struct ridge *ridge, const struct samples *test,
                     double coverage)
{
  struct text note;

  text_open(&note);
  fprintf(note.file,
          "## Conclusions\n\n"
          "- Of %d penalties from 0 to 1, **alpha = %.2f** errs least on the validation part.\n"
          "- A prediction for one of the %zu test patients is off by %.0f on average (root mean "
          "square).\n"
          "- The %.0f %% interval holds %.1f %% of the true values.\n",
          ALPHAS, ridge->alpha, test->count, sqrt(ridge_mse(ridge, test)), 100 * INTERVAL_LEVEL,
          100 * coverage);
  text_close(&note);
  epochlog_log_markdown(run, "conclusions", note.text);
  free(note.text);
}

static void describe(epochlog_run *run, const struct dataset *data, const struct split *split)
{
  epochlog_param_int(run, "seed", (int64_t)SEED);
  epochlog_param_int(run, "folds", FOLDS);
  epochlog_param_int(run, "rows_train", (int64_t)split->train.count);
  epochlog_param_int(run, "rows_validation", (int64_t)split->validation.count);
  epochlog_param_int(run, "rows_test", (int64_t)split->test.count);
  epochlog_param_text(run, "data", data->path);
  epochlog_tag(run, "task", "regression");
  epochlog_tag(run, "example", NULL);
  epochlog_environment(run, "compiler", __VERSION__);
  /* Small enough to keep with the run: its hash then says which data it was. */
  epochlog_add_file(run, "data/diabetes.csv", data->path, "data");
}

int main(int argc, char **argv)
{
  struct dataset data;
  struct split split;
  struct samples known; /* training and validation together, once alpha is chosen */
  struct interval interval;
  struct ridge best;
  epochlog_run *run;
  double coverage;

  dataset_read(&data, argc > 1 ? argv[1] : "examples/data", "diabetes.csv", NULL, 0);
  if (data.all.features != FEATURES)
    die("%s: %zu features, expected %d", data.path, data.all.features, FEATURES);
  split_make(&split, &data.all, 0.2, 0.2, SEED);
  known = samples_join(&split.train, &split.validation);

  run = run_start(&(epochlog_options){
      .name = "diabetes",
      .experiment = "diabetes",
      .description = "Ridge regression; the penalty is chosen on the validation part.",
  });
  describe(run, &data, &split);
  best = sweep(run, &split, data.names);
  epochlog_param(run, "best_alpha", best.alpha);
  interval = cross_validate(run, &known, best.alpha);
  best = ridge_fit(&known, best.alpha);
  coverage = log_predictions(run, &best, &split.test, interval);
  log_coefficients(run, &best, &known, data.names);
  log_note(run, &best, &split.test, coverage);
  keep_model(run, &best, data.names, "model.json");

  samples_release(&known);
  split_release(&split);
  dataset_release(&data);
  return run_finish(run);
}
