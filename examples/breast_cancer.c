/* Is a tumour malignant?  Logistic regression on 30 measurements of cell nuclei.
 *
 *     breast_cancer [DATA-FOLDER]          the default is examples/data
 *
 * Logged are learning curves, one score per patient on the validation and test
 * parts (the report draws the ROC and the rest from them), what each measurement
 * is worth in two ways, the predictions as csv, and the model as JSON.
 */
#include "common.h"

#include <math.h>
#include <stdlib.h>

enum { FEATURES = 30, ITERATIONS = 500, REPEATS = 20 };

static const double RATE = 0.25;
static const double MOMENTUM = 0.95;
static const double L2 = 0.01; /* of the mean loss; scikit-learn's C is 1 / (L2 * rows) */
static const uint64_t SEED = 1;

/* The positive class is the second: a single score per sample is of class 1. */
static const char *const CLASS_NAMES[] = {"benign", "malignant"};

struct model {
  double weight[FEATURES];
  double bias;
};

static double model_logit(const struct model *model, const double *x)
{
  double sum = model->bias;

  for (size_t f = 0; f < FEATURES; f++) sum += model->weight[f] * x[f];
  return sum;
}

/* In two forms, so that exp never overflows. */
static double sigmoid(double z) { return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z)); }

/* log(1 + exp(-z)) for a positive sample, log(1 + exp(z)) for a negative one. */
static double log_loss(double logit, int32_t label)
{
  double z = label ? -logit : logit;

  return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

struct score {
  double loss; /* mean log loss, without the penalty: comparable between parts */
  double accuracy;
};

static struct score model_score(const struct model *model, const struct samples *samples)
{
  struct score score = {0};
  double n = (double)samples->count;

  for (size_t i = 0; i < samples->count; i++) {
    double logit = model_logit(model, &samples->x[i * FEATURES]);

    score.loss += log_loss(logit, samples->label[i]) / n;
    score.accuracy += ((logit > 0) == samples->label[i]) / n;
  }
  return score;
}

/* Of the mean log loss plus L2/2 times the squared weights; the bias is free. */
static struct model model_gradient(const struct model *model, const struct samples *samples)
{
  struct model gradient = {0};
  double n = (double)samples->count;

  for (size_t i = 0; i < samples->count; i++) {
    const double *x = &samples->x[i * FEATURES];
    double error = (sigmoid(model_logit(model, x)) - samples->label[i]) / n;

    for (size_t f = 0; f < FEATURES; f++) gradient.weight[f] += error * x[f];
    gradient.bias += error;
  }
  for (size_t f = 0; f < FEATURES; f++) gradient.weight[f] += L2 * model->weight[f];
  return gradient;
}

/* Nesterov's accelerated gradient over all rows at once: no chance in it, and
 * the loss goes down smoothly to the one optimum a convex problem has. */
static struct model train(epochlog_run *run, const struct split *split)
{
  struct model model = {0};
  struct model velocity = {0};

  for (int64_t step = 0; step < ITERATIONS; step++) {
    struct model ahead = model;
    struct model gradient;
    struct score training;
    struct score validation;
    double squares;

    for (size_t f = 0; f < FEATURES; f++) ahead.weight[f] += MOMENTUM * velocity.weight[f];
    ahead.bias += MOMENTUM * velocity.bias;
    gradient = model_gradient(&ahead, &split->train);
    squares = gradient.bias * gradient.bias;
    for (size_t f = 0; f < FEATURES; f++) {
      velocity.weight[f] = MOMENTUM * velocity.weight[f] - RATE * gradient.weight[f];
      model.weight[f] += velocity.weight[f];
      squares += gradient.weight[f] * gradient.weight[f];
    }
    velocity.bias = MOMENTUM * velocity.bias - RATE * gradient.bias;
    model.bias += velocity.bias;

    training = model_score(&model, &split->train);
    validation = model_score(&model, &split->validation);
    epochlog_log_at(run, "train/loss", step, training.loss);
    epochlog_log_at(run, "train/accuracy", step, training.accuracy);
    epochlog_log_at(run, "val/loss", step, validation.loss);
    epochlog_log_at(run, "val/accuracy", step, validation.accuracy);
    epochlog_log_at(run, "gradient_norm", step, sqrt(squares));
  }
  return model;
}

/* ---------------------------------------------------------- what came of it */

static void log_predictions(epochlog_run *run, const char *name, const struct model *model,
                            const struct samples *samples)
{
  double *score = allocate(samples->count, sizeof *score);

  for (size_t i = 0; i < samples->count; i++)
    score[i] = sigmoid(model_logit(model, &samples->x[i * FEATURES]));
  epochlog_log_classification(run, name,
                              &(epochlog_classification){
                                  .class_names = CLASS_NAMES,
                                  .class_count = 2,
                                  .count = samples->count,
                                  .true_class = samples->label,
                                  .scores = score,
                                  .binary_scores = 1,
                                  .ids = samples->ids,
                                  .positive_class = "malignant",
                              });
  free(score);
}

/* By the loss: with accuracy most features would come out as exactly 0, since
 * one measurement alone rarely changes a verdict. */
static void score_loss(const void *model, const struct samples *samples, double *scores)
{
  scores[0] = -model_score(model, samples).loss;
}

static void log_importance(epochlog_run *run, const struct model *model,
                           const struct samples *samples, char **names)
{
  struct permutation permutation = {score_loss, model, 1, REPEATS, SEED};
  double mean[FEATURES];
  double deviation[FEATURES];

  permutation_importance(&permutation, samples, mean, deviation);
  epochlog_log_importance(run, "permutation",
                          &(epochlog_importance){
                              .feature_count = FEATURES,
                              .feature_names = (const char *const *)names,
                              .overall = mean,
                              .deviation = deviation,
                              .method = "permutation",
                          });
  /* Signed: above 0 speaks for malignant.  The features are standardised, so
   * that their weights can be compared. */
  epochlog_log_importance(run, "coefficients",
                          &(epochlog_importance){
                              .feature_count = FEATURES,
                              .feature_names = (const char *const *)names,
                              .overall = model->weight,
                              .method = "coefficient",
                          });
}

static void log_note(epochlog_run *run, const struct model *model, const struct samples *samples)
{
  size_t count[2][2] = {{0}}; /* [true][predicted] */
  struct text note;

  for (size_t i = 0; i < samples->count; i++)
    count[samples->label[i]][model_logit(model, &samples->x[i * FEATURES]) > 0]++;
  text_open(&note);
  fprintf(note.file,
          "## Conclusions\n\n"
          "At a threshold of 0.5, on %zu patients the model has not seen:\n\n"
          "- %zu of %zu malignant tumours are found, **%zu missed**;\n"
          "- %zu of %zu benign ones raise a false alarm.\n",
          samples->count, count[1][1], count[1][0] + count[1][1], count[1][0], count[0][1],
          count[0][0] + count[0][1]);
  text_close(&note);
  epochlog_log_markdown(run, "conclusions", note.text);
  free(note.text);
}

/* The test predictions as a file that `epochlog import` takes, too. */
static void keep_predictions(epochlog_run *run, const struct model *model,
                             const struct samples *samples)
{
  struct text csv;

  text_open(&csv);
  fprintf(csv.file, "id,true,score\n");
  for (size_t i = 0; i < samples->count; i++)
    fprintf(csv.file, "%lld,%s,%.9g\n", (long long)samples->ids[i], CLASS_NAMES[samples->label[i]],
            sigmoid(model_logit(model, &samples->x[i * FEATURES])));
  text_close(&csv);
  epochlog_add_file_data(run, "predictions.csv", csv.text, csv.size, "data");
  free(csv.text);
}

/* Probability of malignant = sigmoid(bias + sum of weight * (x - mean) / scale). */
static void keep_model(epochlog_run *run, const struct model *model, const struct scaling *scaling,
                       char **names)
{
  struct text json;

  text_open(&json);
  fprintf(json.file,
          "{\n  \"kind\": \"logistic regression\",\n  \"positive_class\": \"malignant\",\n"
          "  \"bias\": %.17g,\n  \"features\": [\n",
          model->bias);
  for (size_t f = 0; f < FEATURES; f++)
    fprintf(json.file,
            "    {\"name\": \"%s\", \"mean\": %.17g, \"scale\": %.17g, \"weight\": %.17g}%s\n",
            names[f], scaling->mean[f], scaling->scale[f], model->weight[f],
            f + 1 < FEATURES ? "," : "");
  fprintf(json.file, "  ]\n}\n");
  text_close(&json);
  epochlog_add_file_data(run, "model.json", json.text, json.size, "model");
  free(json.text);
}

static void describe(epochlog_run *run, const struct dataset *data, const struct split *split)
{
  epochlog_param(run, "learning_rate", RATE);
  epochlog_param(run, "momentum", MOMENTUM);
  epochlog_param(run, "l2", L2);
  epochlog_param_int(run, "iterations", ITERATIONS);
  epochlog_param_int(run, "seed", (int64_t)SEED);
  epochlog_param_int(run, "rows_train", (int64_t)split->train.count);
  epochlog_param_int(run, "rows_validation", (int64_t)split->validation.count);
  epochlog_param_int(run, "rows_test", (int64_t)split->test.count);
  epochlog_param_text(run, "data", data->path);
  epochlog_tag(run, "task", "classification");
  epochlog_tag(run, "example", NULL);
  epochlog_property(run, "data.doi", "10.24432/C5DW2B");
  epochlog_environment(run, "compiler", __VERSION__);
}

int main(int argc, char **argv)
{
  struct dataset data;
  struct split split;
  struct scaling scaling;
  struct model model;
  epochlog_run *run;

  dataset_read(&data, argc > 1 ? argv[1] : "examples/data", "breast_cancer.csv", CLASS_NAMES, 2);
  if (data.all.features != FEATURES)
    die("%s: %zu features, expected %d", data.path, data.all.features, FEATURES);
  split_make(&split, &data.all, 0.2, 0.2, SEED);
  scaling_fit(&scaling, &split.train);
  scaling_apply(&scaling, &split.train);
  scaling_apply(&scaling, &split.validation);
  scaling_apply(&scaling, &split.test);

  run = run_start(&(epochlog_options){
      .name = "breast-cancer",
      .experiment = "breast-cancer",
      .description = "Logistic regression on the Wisconsin diagnostic data.",
  });
  describe(run, &data, &split);
  model = train(run, &split);
  log_predictions(run, "validation", &model, &split.validation);
  log_predictions(run, "test", &model, &split.test);
  log_importance(run, &model, &split.validation, data.names);
  log_note(run, &model, &split.test);
  keep_predictions(run, &model, &split.test);
  keep_model(run, &model, &scaling, data.names);

  scaling_release(&scaling);
  split_release(&split);
  dataset_release(&data);
  return run_finish(run);
}
