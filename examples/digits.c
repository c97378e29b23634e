/* Handwritten digits: a neural network of 64 pixels, 64 hidden units and 10
 * classes, trained by stochastic gradient descent with momentum.
 *
 *     digits [DATA-FOLDER]          the default is examples/data
 *
 * Logged are learning curves, the predictions on the validation and test parts,
 * which pixels matter, the digits it got wrong as images, conclusions and the
 * model itself.  The network kept is that of the epoch with the lowest loss on
 * the validation part; the test part is looked at once, at the end.
 */
#include "common.h"
#include "network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  BATCH = 32,
  EPOCHS = 60,
  IMAGES = 8,  /* wrong digits shown */
  SIDE = 8,    /* of an image, in pixels */
  ZOOM = 16,   /* screen pixels for one of these */
  INK_MAX = 16 /* the darkest value in the file */
};

static const double LEARNING_RATE = 0.05;
static const double MOMENTUM = 0.9;
static const double WEIGHT_DECAY = 1e-4;
static const uint64_t SEED = 1;

static const char *const CLASS_NAMES[CLASSES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

/* ------------------------------------------------------------ the training */

/* One step on `count` rows.  Returns the mean loss before it; the gradient's
 * length goes to `norm`. */
static double train_step(struct network *network, struct network *velocity,
                         const struct samples *train, const size_t *rows, size_t count, double rate,
                         double *norm)
{
  struct network gradient = {0};
  double *weight = (double *)network;
  double *speed = (double *)velocity;
  double *slope = (double *)&gradient;
  double loss = 0;

  for (size_t i = 0; i < count; i++)
    loss +=
        network_backward(network, &train->x[rows[i] * INPUTS], train->label[rows[i]], &gradient);
  for (size_t i = 0; i < PARAMETERS; i++)
    slope[i] = slope[i] / (double)count + WEIGHT_DECAY * weight[i];
  *norm = sqrt(dot(slope, slope, PARAMETERS));
  for (size_t i = 0; i < PARAMETERS; i++) {
    speed[i] = MOMENTUM * speed[i] - rate * slope[i];
    weight[i] += speed[i];
  }
  return loss / (double)count;
}

/* The metrics of an epoch, defined once: logging by number is the fast path. */
enum { TRAIN_ACCURACY, VAL_LOSS, VAL_ACCURACY, RATE, GRADIENT, SECONDS, EPOCH_METRICS };

static void define_metrics(epochlog_run *run, epochlog_metric *metrics)
{
  metrics[TRAIN_ACCURACY] = epochlog_define(run, "train/accuracy", NULL);
  metrics[VAL_LOSS] = epochlog_define(run, "val/loss", NULL);
  metrics[VAL_ACCURACY] = epochlog_define(run, "val/accuracy", NULL);
  metrics[RATE] = epochlog_define(run, "learning_rate", NULL);
  metrics[GRADIENT] = epochlog_define(
      run, "gradient_norm",
      &(epochlog_metric_options){.description = "mean length of the gradient in the epoch"});
  metrics[SECONDS] =
      epochlog_define(run, "epoch_seconds",
                      &(epochlog_metric_options){.unit = "s", .goal = EPOCHLOG_GOAL_MINIMIZE});
}

/* One row an epoch of the table "epochs": the same story as the curves, but to
 * be read line by line. */
static void log_epoch(epochlog_run *run, int64_t epoch, const double *values)
{
  epochlog_column columns[] = {
      {"epoch", EPOCHLOG_INT64, &epoch},
      {"train accuracy", EPOCHLOG_DOUBLE, &values[TRAIN_ACCURACY]},
      {"val accuracy", EPOCHLOG_DOUBLE, &values[VAL_ACCURACY]},
  };

  epochlog_log_row(run, "epochs", columns, sizeof columns / sizeof *columns);
}

/* Every curve counts steps, so that the losses of a step and of an epoch can be
 * laid over each other.  Returns the epoch that was best, its network in `best`. */
static int64_t train(epochlog_run *run, const struct split *split, struct network *best)
{
  struct random random = {SEED};
  struct network network;
  struct network velocity = {0};
  size_t count = split->train.count;
  size_t *order = allocate(count, sizeof *order);
  epochlog_metric loss_metric = epochlog_define(run, "train/loss", NULL);
  epochlog_metric metrics[EPOCH_METRICS];
  double lowest = HUGE_VAL;
  int64_t best_epoch = 0;
  int64_t step = 0;

  define_metrics(run, metrics);
  network_init(&network, &random);
  for (size_t i = 0; i < count; i++) order[i] = i;
  for (int64_t epoch = 1; epoch <= EPOCHS; epoch++) {
    double rate = LEARNING_RATE * (1 + cos(M_PI * (double)(epoch - 1) / EPOCHS)) / 2;
    double started = seconds_now();
    double values[EPOCH_METRICS] = {[RATE] = rate};
    double steps = ceil((double)count / BATCH);
    struct score validation;

    random_shuffle(&random, order, count);
    for (size_t first = 0; first < count; first += BATCH) {
      size_t size = count - first < BATCH ? count - first : BATCH;
      double norm;
      double loss =
          train_step(&network, &velocity, &split->train, order + first, size, rate, &norm);

      epochlog_scalar(run, loss_metric, ++step, loss);
      values[GRADIENT] += norm / steps;
    }
    values[SECONDS] = seconds_now() - started;
    validation = network_score(&network, &split->validation);
    values[TRAIN_ACCURACY] = network_score(&network, &split->train).accuracy;
    values[VAL_LOSS] = validation.loss;
    values[VAL_ACCURACY] = validation.accuracy;
    epochlog_scalars(run, step, metrics, values, EPOCH_METRICS);
    log_epoch(run, epoch, values);
    if (validation.loss < lowest) {
      lowest = validation.loss;
      best_epoch = epoch;
      *best = network;
    }
  }
  free(order);
  return best_epoch;
}

/* ------------------------------------------------------- what came of it */

static void log_predictions(epochlog_run *run, const char *name, const struct samples *samples,
                            const double *probability)
{
  epochlog_log_classification(run, name,
                              &(epochlog_classification){
                                  .class_names = CLASS_NAMES,
                                  .class_count = CLASSES,
                                  .count = samples->count,
                                  .true_class = samples->label,
                                  .scores = probability,
                                  .ids = samples->ids,
                              });
}

/* The accuracy, then the share of each digit that is found. */
static void score_recall(const void *model, const struct samples *samples, double *scores)
{
  double *probability = network_predict(model, samples);
  double total[CLASSES] = {0};
  double found[CLASSES] = {0};
  double right = 0;

  for (size_t i = 0; i < samples->count; i++) {
    int32_t label = samples->label[i];
    int is_right = most_likely(&probability[i * CLASSES]) == label;

    total[label] += 1;
    found[label] += is_right;
    right += is_right;
  }
  scores[0] = right / (double)samples->count;
  for (size_t c = 0; c < CLASSES; c++) scores[1 + c] = total[c] > 0 ? found[c] / total[c] : 0;
  free(probability);
}

/* Measured on the validation part: looking at the test part to learn about the
 * model would make it a second validation part. */
static void log_pixel_importance(epochlog_run *run, const struct network *network,
                                 const struct samples *samples, char **pixel_names)
{
  struct permutation permutation = {score_recall, network, 1 + CLASSES, 5, SEED};
  static double mean[1 + CLASSES][INPUTS];
  static double deviation[1 + CLASSES][INPUTS];

  permutation_importance(&permutation, samples, mean[0], deviation[0]);
  epochlog_log_importance(run, "pixels",
                          &(epochlog_importance){
                              .feature_count = INPUTS,
                              .feature_names = (const char *const *)pixel_names,
                              .overall = mean[0],
                              .deviation = deviation[0],
                              .class_count = CLASSES,
                              .class_names = CLASS_NAMES,
                              .per_class = mean[1],
                              .method = "permutation",
                          });
}

static void log_image(epochlog_run *run, int64_t step, const double *digit, const char *caption)
{
  static unsigned char pixels[SIDE * ZOOM][SIDE * ZOOM];

  for (size_t y = 0; y < SIDE * ZOOM; y++)
    for (size_t x = 0; x < SIDE * ZOOM; x++)
      pixels[y][x] = (unsigned char)(255 - 255 * digit[y / ZOOM * SIDE + x / ZOOM]);
  epochlog_log_image_pixels(run, "wrong digits", step, pixels, SIDE * ZOOM, SIDE * ZOOM, 1, 0,
                            caption);
}

/* A few of the digits it got wrong, the ones it was surest of first.  Returns
 * how many are wrong in all. */
static size_t log_mistakes(epochlog_run *run, const struct samples *samples,
                           const double *probability)
{
  unsigned char *shown = allocate(samples->count, sizeof *shown);
  size_t wrong = 0;

  for (size_t i = 0; i < samples->count; i++)
    wrong += most_likely(&probability[i * CLASSES]) != samples->label[i];
  for (int64_t image = 0; image < IMAGES && (size_t)image < wrong; image++) {
    char caption[96];
    double surest = -1;
    size_t at = 0;

    for (size_t i = 0; i < samples->count; i++) {
      const double *row = &probability[i * CLASSES];
      int32_t guess = most_likely(row);

      if (shown[i] || guess == samples->label[i] || row[guess] <= surest) continue;
      surest = row[guess];
      at = i;
    }
    shown[at] = 1;
    snprintf(caption, sizeof caption, "row %lld: a %s taken for a %s (probability %.2f)",
             (long long)samples->ids[at], CLASS_NAMES[samples->label[at]],
             CLASS_NAMES[most_likely(&probability[at * CLASSES])], surest);
    log_image(run, image, &samples->x[at * INPUTS], caption);
  }
  free(shown);
  return wrong;
}

/* Conclusions, computed and not remembered: a sentence about last week's run in
 * this week's report would be worse than none. */
static void log_note(epochlog_run *run, const struct network *network, const struct split *split,
                     int64_t best_epoch, size_t wrong)
{
  struct score train_score = network_score(network, &split->train);
  struct score test_score = network_score(network, &split->test);
  double scores[1 + CLASSES];
  size_t hardest = 1;
  struct text note;

  score_recall(network, &split->test, scores);
  for (size_t c = 2; c <= CLASSES; c++)
    if (scores[c] < scores[hardest]) hardest = c;
  text_open(&note);
  fprintf(note.file,
          "## Conclusions\n\n"
          "- **%.1f %%** of %zu test digits are right, %zu are wrong.\n"
          "- The network kept is that of epoch %lld of %d, with the lowest validation loss.\n"
          "- Training accuracy is %.1f %%, %.1f points above the test part%s.\n"
          "- The hardest digit is **%s**: %.1f %% of them are found.\n",
          100 * test_score.accuracy, split->test.count, wrong, (long long)best_epoch, EPOCHS,
          100 * train_score.accuracy, 100 * (train_score.accuracy - test_score.accuracy),
          train_score.accuracy - test_score.accuracy > 0.05 ? ": it overfits" : "",
          CLASS_NAMES[hardest - 1], 100 * scores[hardest]);
  text_close(&note);
  epochlog_log_markdown(run, "conclusions", note.text);
  free(note.text);
}

/* By way of a file, as most training programs have one anyway; breast_cancer.c
 * keeps its model from memory. */
static void keep_model(epochlog_run *run, const struct network *network)
{
  char path[] = "/tmp/digits-model-XXXXXX";
  int descriptor = mkstemp(path);
  FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");

  if (!file) die("%s: cannot be created", path);
  if (network_write(network, file) != 0) die("%s: cannot be written", path);
  fclose(file);
  epochlog_add_file(run, "digits.model", path, "model");
  unlink(path);
}

static void describe(epochlog_run *run, const struct dataset *data, const struct split *split)
{
  epochlog_param_int(run, "hidden_units", HIDDEN);
  epochlog_param_int(run, "parameters", PARAMETERS);
  epochlog_param_int(run, "batch_size", BATCH);
  epochlog_param_int(run, "epochs", EPOCHS);
  epochlog_param_int(run, "seed", (int64_t)SEED);
  epochlog_param_int(run, "rows_train", (int64_t)split->train.count);
  epochlog_param_int(run, "rows_validation", (int64_t)split->validation.count);
  epochlog_param_int(run, "rows_test", (int64_t)split->test.count);
  epochlog_param(run, "learning_rate", LEARNING_RATE);
  epochlog_param(run, "momentum", MOMENTUM);
  epochlog_param(run, "weight_decay", WEIGHT_DECAY);
  epochlog_param_text(run, "schedule", "cosine");
  epochlog_param_text(run, "data", data->path);
  epochlog_tag(run, "task", "classification");
  epochlog_tag(run, "example", NULL);
  epochlog_property(run, "data.doi", "10.24432/C50P49");
  epochlog_environment(run, "compiler", __VERSION__);
}

int main(int argc, char **argv)
{
  static struct network network;
  struct dataset data;
  struct split split;
  double *probability;
  epochlog_run *run;
  int64_t best_epoch;
  size_t wrong;

  dataset_read(&data, argc > 1 ? argv[1] : "examples/data", "digits.csv", CLASS_NAMES, CLASSES);
  if (data.all.features != INPUTS) die("%s: not images of 8 x 8 pixels", data.path);
  for (size_t i = 0; i < data.all.count * INPUTS; i++) data.all.x[i] /= INK_MAX;
  split_make(&split, &data.all, 0.2, 0.2, SEED);

  run = run_start(&(epochlog_options){
      .name = "digits",
      .experiment = "digits",
      .description = "Handwritten digits, 8 x 8 pixels: a network with one hidden layer.",
  });
  describe(run, &data, &split);
  best_epoch = train(run, &split, &network);
  epochlog_log_int(run, "best_epoch", EPOCHLOG_AUTO, best_epoch);

  probability = network_predict(&network, &split.validation);
  log_predictions(run, "validation", &split.validation, probability);
  free(probability);
  probability = network_predict(&network, &split.test);
  log_predictions(run, "test", &split.test, probability);
  log_pixel_importance(run, &network, &split.validation, data.names);
  wrong = log_mistakes(run, &split.test, probability);
  log_note(run, &network, &split, best_epoch, wrong);
  keep_model(run, &network);

  free(probability);
  split_release(&split);
  dataset_release(&data);
  return run_finish(run);
}
