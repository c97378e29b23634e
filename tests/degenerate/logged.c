/* Runs that no file could be imported as: each is logged through the library as
 * a faulty training script would.
 *
 *     logged CASE ROOT      the run's name is CASE
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "epochlog.h"

#define ROWS 20
#define CLASSES_MANY 10000
#define FEATURES_MANY 10000

static const char *const names[] = {"cat", "dog", "owl"};
static const double nan_value = (double)NAN;

/* Twenty rows of three classes, scores that mostly agree with them. */
struct rows {
  int32_t truth[ROWS];
  double scores[ROWS * 3], weights[ROWS];
};

static struct rows three_classes(void)
{
  struct rows rows;

  for (int i = 0; i < ROWS; i++) {
    const int guess = i % 5 == 4 ? (i + 1) % 3 : i % 3;

    rows.truth[i] = i % 3;
    rows.weights[i] = 1;
    for (int k = 0; k < 3; k++)
      rows.scores[i * 3 + k] = k == guess ? 0.6 + 0.01 * i : 0.2 - 0.005 * i;
  }
  return rows;
}

static epochlog_classification batch_of(const struct rows *rows)
{
  return (epochlog_classification){.class_names = names,
                                   .class_count = 3,
                                   .count = ROWS,
                                   .true_class = rows->truth,
                                   .scores = rows->scores};
}

static void log_negative_weights(epochlog_run *run)
{
  struct rows rows = three_classes();
  epochlog_classification batch = batch_of(&rows);

  rows.weights[6] = -0.5;
  batch.weights = rows.weights;
  epochlog_log_classification(run, "test", &batch);
}

static void log_negative_weights_regression(epochlog_run *run)
{
  const double y[] = {1, 2, 3, 4, 5}, q[] = {1.1, 1.9, 3.2, 4.1, 4.7}, w[] = {1, 1, -2, 1, 1};

  epochlog_log_regression(
      run, "test",
      &(epochlog_regression){.count = 5, .true_value = y, .predicted = q, .weights = w});
}

static void log_all_weights_zero(epochlog_run *run)
{
  struct rows rows = three_classes();
  epochlog_classification batch = batch_of(&rows);

  memset(rows.weights, 0, sizeof rows.weights);
  batch.weights = rows.weights;
  epochlog_log_classification(run, "test", &batch);
}

static void log_unknown_labels(epochlog_run *run)
{
  struct rows rows = three_classes();
  epochlog_classification batch = batch_of(&rows);

  rows.truth[3] = -1;
  rows.truth[4] = 17;
  rows.truth[5] = INT32_MAX;
  rows.scores[3 * 9] = nan_value;
  epochlog_log_classification(run, "test", &batch);
}

static void log_only_unknown_labels(epochlog_run *run)
{
  struct rows rows = three_classes();
  epochlog_classification batch = batch_of(&rows);

  for (int i = 0; i < ROWS; i++) rows.truth[i] = -1;
  epochlog_log_classification(run, "test", &batch);
}

static void log_empty(epochlog_run *run)
{
  struct rows rows = three_classes();
  epochlog_classification batch = batch_of(&rows);

  batch.count = 0;
  epochlog_log_classification(run, "classes", &batch);
  epochlog_log_regression(
      run, "values", &(epochlog_regression){.true_value = rows.scores, .predicted = rows.scores});
  epochlog_log_importance(run, "features",
                          &(epochlog_importance){.feature_names = names, .overall = rows.scores});
}

/* The second batch has other columns, the third other classes. */
static void log_batches_that_differ(epochlog_run *run)
{
  static const char *const others[] = {"cat", "dog", "fox"};
  struct rows rows = three_classes();
  epochlog_classification batch = batch_of(&rows);

  epochlog_log_classification(run, "test", &batch);
  batch.weights = rows.weights;
  epochlog_log_classification(run, "test", &batch);
  batch.weights = NULL;
  batch.class_names = others;
  epochlog_log_classification(run, "test", &batch);
}

static void log_bounds_that_cross(epochlog_run *run)
{
  const double y[] = {1, 2, 3, 4}, low[] = {2, 3, 4, nan_value}, high[] = {0, 1, 2, 9};

  epochlog_log_regression(run, "test",
                          &(epochlog_regression){.count = 4,
                                                 .true_value = y,
                                                 .predicted = y,
                                                 .lower = low,
                                                 .upper = high,
                                                 .interval_level = 0.9});
}

static void log_importance_of_nothing(epochlog_run *run)
{
  const double none[] = {nan_value, nan_value, nan_value}, zero[] = {0, 0, 0};

  epochlog_log_importance(
      run, "undefined",
      &(epochlog_importance){.feature_count = 3, .feature_names = names, .overall = none});
  epochlog_log_importance(
      run, "zero",
      &(epochlog_importance){.feature_count = 3, .feature_names = names, .overall = zero});
}

static char **numbered(const char *what, size_t count)
{
  char **list = malloc(count * sizeof *list);

  if (!list) abort();
  for (size_t i = 0; i < count; i++) {
    list[i] = malloc(32);
    if (!list[i]) abort();
    snprintf(list[i], 32, "%s %05zu", what, i);
  }
  return list;
}

static void release(char **list, size_t count)
{
  for (size_t i = 0; i < count; i++) free(list[i]);
  free(list);
}

static void log_many_features(epochlog_run *run)
{
  char **features = numbered("feature", FEATURES_MANY);
  double *overall = malloc(FEATURES_MANY * sizeof *overall);

  if (!overall) abort();
  for (size_t i = 0; i < FEATURES_MANY; i++)
    overall[i] = (i % 3 ? 1 : -1) / (1 + (double)((i * 7919) % FEATURES_MANY));
  epochlog_log_importance(run, "test",
                          &(epochlog_importance){.feature_count = FEATURES_MANY,
                                                 .feature_names = (const char *const *)features,
                                                 .overall = overall,
                                                 .method = "permutation"});
  release(features, FEATURES_MANY);
  free(overall);
}

/* Labels only: a score per class and row would be 800 MB. */
static void log_many_classes(epochlog_run *run)
{
  enum { COUNT = 20000 };
  char **classes = numbered("class", CLASSES_MANY);
  int32_t *truth = malloc(COUNT * sizeof *truth), *predicted = malloc(COUNT * sizeof *predicted);

  if (!truth || !predicted) abort();
  for (int32_t i = 0; i < COUNT; i++) {
    truth[i] = i % CLASSES_MANY;
    predicted[i] = i % 4 ? truth[i] : (truth[i] * 31 + 7) % CLASSES_MANY;
  }
  epochlog_log_classification(
      run, "test",
      &(epochlog_classification){.class_names = (const char *const *)classes,
                                 .class_count = CLASSES_MANY,
                                 .count = COUNT,
                                 .true_class = truth,
                                 .predicted_class = predicted});
  release(classes, CLASSES_MANY);
  free(truth);
  free(predicted);
}

/* With scores, of few rows: curves of ten thousand classes. */
static void log_many_classes_scored(epochlog_run *run)
{
  enum { COUNT = 60 };
  char **classes = numbered("class", CLASSES_MANY);
  int32_t truth[COUNT];
  float *scores = malloc((size_t)COUNT * CLASSES_MANY * sizeof *scores);

  if (!scores) abort();
  for (size_t i = 0; i < COUNT; i++) {
    truth[i] = (int32_t)(i * 167 % CLASSES_MANY);
    for (size_t k = 0; k < CLASSES_MANY; k++)
      scores[i * CLASSES_MANY + k] = (int32_t)k == truth[i] ? 0.5F : 0.5F / (CLASSES_MANY - 1);
  }
  epochlog_log_classification(
      run, "test",
      &(epochlog_classification){.class_names = (const char *const *)classes,
                                 .class_count = CLASSES_MANY,
                                 .count = COUNT,
                                 .true_class = truth,
                                 .scores_f32 = scores});
  release(classes, CLASSES_MANY);
  free(scores);
}

static void log_metrics_without_numbers(epochlog_run *run)
{
  for (int i = 0; i < 10; i++) {
    epochlog_log_at(run, "loss", i, i < 6 ? 1.0 / (1 + i) : nan_value);
    epochlog_log_at(run, "never", i, nan_value);
    epochlog_log_at(run, "same", i, 0.25);
    epochlog_log_at(run, "blown_up", i, i < 9 ? 1 : (double)INFINITY);
  }
}

static void log_json(epochlog_run *run, const char *name, const char *schema, const char *text)
{
  epochlog_log_json(run, name, schema, text);
}

static void log_bad_json(epochlog_run *run)
{
  log_json(run, "no matrix", "confusion_matrix", "{\"data\":{\"class_labels\":[\"a\"]}}");
  log_json(run, "zero matrix", "confusion_matrix",
           "{\"data\":{\"class_labels\":[\"a\",\"b\"],\"matrix\":[[0,0],[0,0]]}}");
  log_json(run, "words in the matrix", "confusion_matrix",
           "{\"data\":{\"class_labels\":[\"a\",\"b\"],\"matrix\":[[3,\"x\"],[-1,4]]}}");
  log_json(run, "absent class", "confusion_matrix",
           "{\"data\":{\"class_labels\":[\"a\",\"b\"],\"matrix\":[[3,1],[0,0]]}}");
  log_json(run, "no thresholds", "accuracy_table",
           "{\"data\":{\"class_labels\":[\"a\"],\"probability_tables\":[[[1,1,0,0]]]}}");
  log_json(
      run, "one class", "accuracy_table",
      "{\"schema_type\":\"accuracy_table\",\"schema_version\":\"v1\",\"data\":{\"class_labels\":"
      "[\"1\"],\"probability_thresholds\":[0,1],\"percentile_thresholds\":[0,1],"
      "\"probability_tables\":[[[4,0,0,0],[1,0,0,3]]],"
      "\"precentile_tables\":[[[4,0,0,0],[1,0,0,3]]]}}");
  log_json(run, "negative counts", "accuracy_table",
           "{\"data\":{\"class_labels\":[\"a\",\"b\"],\"probability_thresholds\":[0,0.5,1],"
           "\"probability_tables\":[[[4,4,0,0],[-3,1,3,1],[0,0,4,4]],"
           "[[4,4,0,0],[3,1,3,1],[0,0,4,4]]]}}");
  log_json(run, "edges that fall", "residuals",
           "{\"data\":{\"bin_edges\":[3,2,1],\"bin_counts\":[1,2]}}");
  log_json(run, "too few edges", "residuals",
           "{\"data\":{\"bin_edges\":[100,200,300],\"bin_counts\":[0.88,20,30,50.99]}}");
  log_json(run, "negative residual counts", "residuals",
           "{\"data\":{\"bin_edges\":[-1,0,1],\"bin_counts\":[-4,2]}}");
  log_json(run, "no predictions", "predictions",
           "{\"data\":{\"bin_edges\":[0,1,2],\"bin_counts\":[0,0],\"bin_averages\":[0,0],"
           "\"bin_errors\":[0,0]}}");
  log_json(run, "not JSON", "predictions", "{\"data\":");
  log_json(run, "failed", "residuals", "{\"errors\":[\"Unexpected error\"]}");
}

static const struct {
  const char *name;
  void (*log)(epochlog_run *run);
} cases[] = {{"negative_weights", log_negative_weights},
             {"negative_weights_regression", log_negative_weights_regression},
             {"all_weights_zero", log_all_weights_zero},
             {"unknown_labels", log_unknown_labels},
             {"only_unknown_labels", log_only_unknown_labels},
             {"empty", log_empty},
             {"batches_that_differ", log_batches_that_differ},
             {"bounds_that_cross", log_bounds_that_cross},
             {"importance_of_nothing", log_importance_of_nothing},
             {"many_features", log_many_features},
             {"many_classes", log_many_classes},
             {"many_classes_scored", log_many_classes_scored},
             {"metrics_without_numbers", log_metrics_without_numbers},
             {"bad_json", log_bad_json}};

int main(int argc, char **argv)
{
  for (size_t i = 0; argc == 3 && i < sizeof cases / sizeof *cases; i++) {
    const epochlog_options options = {.root = argv[2], .name = argv[1]};
    epochlog_run *run;

    if (strcmp(cases[i].name, argv[1]) != 0) continue;
    run = epochlog_start(&options, NULL);
    if (!run) return 1;
    cases[i].log(run);
    puts(epochlog_run_folder(run));
    epochlog_complete(run, NULL);
    return 0;
  }
  fprintf(stderr, "usage: logged CASE ROOT\n");
  return 2;
}
