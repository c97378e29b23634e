#include "random_run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A name as the reader gives them: trimmed, and never empty. */
static const char *some_name(struct random *random, struct pool *pool)
{
  const char *name = random_name(random, pool);

  return name != NULL && *name && *name != ' ' ? name : "unnamed";
}

static const char *const *some_names(struct random *random, struct pool *pool, size_t count)
{
  const char **names = POOL_ARRAY(pool, count, const char *);
  bool are_plain = random_chance(random, 0.6);

  for (size_t i = 0; i < count; i++)
    names[i] = are_plain ? pool_printf(pool, "class %zu", i) : some_name(random, pool);
  return names;
}

static double *weights(struct random *random, struct pool *pool, size_t count)
{
  double *weight = POOL_ARRAY(pool, count, double);

  if (random_chance(random, 0.75)) return NULL;
  for (size_t i = 0; i < count; i++)
    weight[i] = random_chance(random, 0.2) ? 0 : 0.1 + 3 * random_unit(random);
  if (count && random_chance(random, 0.1)) weight[count / 2] = -1;
  return weight;
}

/* ---- classification ---------------------------------------------------------- */

enum score_family {
  GOOD_SCORES,
  RANDOM_SCORES,
  TIED_SCORES,
  CONSTANT_SCORES,
  SCORES_WITH_NAN,
  LOGITS,
  PERFECT_SCORES,
  SCORE_FAMILY_COUNT
};

static double score_of(enum score_family family, struct random *random, bool is_true)
{
  double share = random_unit(random), good = is_true ? 1 - share * share : share * share;

  switch (family) {
    case GOOD_SCORES: return good;
    case TIED_SCORES: return round(good * 4) / 4;
    case CONSTANT_SCORES: return 0.5;
    case SCORES_WITH_NAN: return share < 0.1 ? (double)NAN : good;
    case LOGITS: return 8 * good - 4;
    case PERFECT_SCORES: return is_true ? 0.75 + share / 4 : share / 4;
    case RANDOM_SCORES:
    case SCORE_FAMILY_COUNT: break;
  }
  return share;
}

static double **scores(struct random *random, struct pool *pool, const struct evaluation *of,
                       bool is_binary)
{
  enum score_family family = (enum score_family)random_below(random, SCORE_FAMILY_COUNT);
  bool sums_to_one = family != LOGITS && random_chance(random, 0.7);
  double **score = POOL_ARRAY(pool, of->class_count, double *);

  for (size_t k = 0; k < of->class_count; k++) {
    score[k] = POOL_ARRAY(pool, of->count, double);
    for (size_t i = 0; i < of->count; i++)
      score[k][i] = score_of(family, random, of->true_class[i] == (int32_t)k);
  }
  for (size_t i = 0; i < of->count && is_binary; i++) score[0][i] = 1 - score[1][i];
  for (size_t i = 0; i < of->count && sums_to_one && !is_binary; i++) {
    double sum = 0;

    for (size_t k = 0; k < of->class_count; k++) sum += score[k][i];
    for (size_t k = 0; k < of->class_count && sum > 0; k++) score[k][i] /= sum;
  }
  return score;
}

static void classification(struct evaluation *of, struct random *random, struct pool *pool)
{
  size_t classes = random_chance(random, 0.5)    ? 2
                   : random_chance(random, 0.85) ? 1 + random_below(random, 12)
                                                 : 1 + random_below(random, 40);
  size_t present = random_chance(random, 0.15) ? 1 : classes;
  double share = random_chance(random, 0.3) ? 0.95 : 0;
  int32_t *truth = POOL_ARRAY(pool, of->count, int32_t);

  of->type = EVALUATION_CLASSIFICATION;
  of->class_count = classes;
  of->class_names = some_names(random, pool, classes);
  for (size_t i = 0; i < of->count; i++) {
    truth[i] = random_chance(random, share) ? 0 : (int32_t)random_below(random, present);
    if (random_chance(random, 0.01)) truth[i] = -1;
  }
  of->true_class = truth;
  if (random_chance(random, 0.2)) {
    int32_t *guess = POOL_ARRAY(pool, of->count, int32_t);

    for (size_t i = 0; i < of->count; i++)
      guess[i] = random_chance(random, 0.6) ? truth[i] : (int32_t)random_below(random, classes + 1);
    of->predicted_class = guess;
  } else {
    of->binary_scores = classes == 2 && random_chance(random, 0.7);
    of->scores = (const double *const *)scores(random, pool, of, of->binary_scores);
  }
  if (random_chance(random, 0.4)) of->positive = of->class_names[random_below(random, classes)];
}

/* ---- regression and importance -------------------------------------------------- */

static void regression(struct evaluation *of, struct random *random, struct pool *pool)
{
  static const double scales[] = {1, 1, 1, 1e-6, 1e4, 1e12};
  double scale = scales[random_below(random, sizeof scales / sizeof *scales)];
  double noise = random_chance(random, 0.2) ? 0 : random_unit(random);
  bool is_constant = random_chance(random, 0.1), has_bounds = random_chance(random, 0.4);
  double *truth = POOL_ARRAY(pool, of->count, double), *guess = POOL_ARRAY(pool, of->count, double);
  double *lower = POOL_ARRAY(pool, of->count, double), *upper = POOL_ARRAY(pool, of->count, double);

  for (size_t i = 0; i < of->count; i++) {
    truth[i] = is_constant ? scale : scale * 10 * (random_unit(random) - 0.3);
    guess[i] = truth[i] + scale * noise * (random_unit(random) - 0.5);
    lower[i] = guess[i] - scale * noise / 2;
    upper[i] = guess[i] + scale * noise / 2;
  }
  if (random_chance(random, 0.15)) guess = random_numbers(random, pool, of->count);
  if (random_chance(random, 0.1)) truth = random_numbers(random, pool, of->count);
  of->type = EVALUATION_REGRESSION;
  of->true_value = truth;
  of->predicted = guess;
  if (has_bounds) {
    of->lower = lower;
    of->upper = upper;
    of->interval_level = random_chance(random, 0.7) ? 0.9 : 0;
  }
  of->target = random_chance(random, 0.5) ? some_name(random, pool) : "";
}

static void importance(struct evaluation *of, struct random *random, struct pool *pool)
{
  size_t classes = random_chance(random, 0.4) ? random_below(random, 8) : 0;
  double **per_class = POOL_ARRAY(pool, classes, double *);

  of->type = EVALUATION_IMPORTANCE;
  of->count = random_count(random, 70);
  of->features = some_names(random, pool, of->count);
  of->overall = random_numbers(random, pool, of->count);
  if (random_chance(random, 0.5)) of->deviation = random_numbers(random, pool, of->count);
  of->method = random_chance(random, 0.5) ? some_name(random, pool) : "";
  of->weights = NULL;
  if (classes == 0) return;
  of->class_count = classes;
  of->class_names = some_names(random, pool, classes);
  for (size_t k = 0; k < classes; k++) per_class[k] = random_numbers(random, pool, of->count);
  of->per_class = (const double *const *)per_class;
}

static void evaluation(struct evaluation *of, struct random *random, struct pool *pool)
{
  *of = (struct evaluation){.name = some_name(random, pool),
                            .count = random_count(random, 300),
                            .target = "",
                            .method = ""};
  of->weights = weights(random, pool, of->count);
  switch (random_below(random, 5)) {
    case 0: importance(of, random, pool); break;
    case 1:
    case 2: regression(of, random, pool); break;
    default: classification(of, random, pool); break;
  }
}

/* ---- metrics --------------------------------------------------------------------- */

static void metric(struct metric *list, size_t index, struct metric_totals *totals,
                   struct random *random, struct pool *pool)
{
  static const char *const pairs[] = {"train/loss",   "val/loss", "train/accuracy",
                                      "val/accuracy", "f1",       "val_f1"};
  size_t count = 2 + random_count(random, 500);
  const char *name = some_name(random, pool);
  double *values = random_numbers(random, pool, count);
  int64_t *steps = POOL_ARRAY(pool, count, int64_t), *times = POOL_ARRAY(pool, count, int64_t);

  for (size_t i = 0; i < count; i++) {
    steps[i] = (int64_t)i * 10;
    times[i] = 1700000000000000 + (int64_t)i * 1000000;
    totals->nan_count += isnan(values[i]) != 0;
  }
  /* A metric's name is its own. */
  if (index < 6 && random_chance(random, 0.7)) name = pairs[index];
  for (size_t i = 0; i < index; i++)
    if (strcmp(list[i].name, name) == 0) name = pool_printf(pool, "metric %zu", index);
  list[index] = (struct metric){.name = name,
                                .kind = METRIC_SCALAR,
                                .goal = (int)random_below(random, 3),
                                .unit = random_chance(random, 0.3) ? some_name(random, pool) : "",
                                .description = "",
                                .count = count,
                                .steps = steps,
                                .times_us = times,
                                .values = values};
  totals->count = count;
  totals->last.number = values[count - 1];
}

/* ---- documents --------------------------------------------------------------------- */

/* `count` whole numbers up to `most`, between brackets. */
static const char *json_counts(struct random *random, struct pool *pool, size_t count, size_t most)
{
  const char *text = "";

  for (size_t i = 0; i < count; i++)
    text = pool_printf(pool, "%s%s%zu", text, i ? "," : "", random_below(random, most));
  return pool_printf(pool, "[%s]", text);
}

static const char *json_names(struct pool *pool, size_t count)
{
  const char *text = "";

  for (size_t i = 0; i < count; i++)
    text = pool_printf(pool, "%s%s\"class %zu\"", text, i ? "," : "", i);
  return pool_printf(pool, "[%s]", text);
}

static const char *confusion_json(struct random *random, struct pool *pool)
{
  size_t classes = 1 + random_count(random, 34);
  const char *rows = "";

  for (size_t i = 0; i < classes; i++)
    rows = pool_printf(pool, "%s%s%s", rows, i ? "," : "", json_counts(random, pool, classes, 60));
  return pool_printf(pool,
                     "{\"schema_type\":\"confusion_matrix\",\"schema_version\":\"1.0.0\","
                     "\"data\":{\"class_labels\":%s,\"matrix\":[%s]}}",
                     json_names(pool, classes), rows);
}

/* One class' table of [TP, FP, TN, FN], the counts of positives falling with the
 * threshold as they must. */
static const char *json_table(struct random *random, struct pool *pool, size_t thresholds)
{
  size_t tp = random_below(random, 100), fp = random_below(random, 400), p = tp, n = fp;
  const char *rows = "";

  for (size_t i = 0; i < thresholds; i++) {
    rows = pool_printf(pool, "%s%s[%zu,%zu,%zu,%zu]", rows, i ? "," : "", tp, fp, n - fp, p - tp);
    tp -= random_below(random, tp / 2 + 1);
    fp -= random_below(random, fp / 2 + 1);
  }
  return pool_printf(pool, "[%s]", rows);
}

static const char *accuracy_json(struct random *random, struct pool *pool)
{
  size_t classes = 2 + random_below(random, 8), thresholds = 2 + random_below(random, 12);
  const char *at = "", *tables = "";

  for (size_t i = 0; i < thresholds; i++)
    at = pool_printf(pool, "%s%s%.6f", at, i ? "," : "", (double)i / (double)(thresholds - 1));
  for (size_t k = 0; k < classes; k++)
    tables =
        pool_printf(pool, "%s%s%s", tables, k ? "," : "", json_table(random, pool, thresholds));
  return pool_printf(pool,
                     "{\"schema_type\":\"accuracy_table\",\"schema_version\":\"1.0.1\",\"data\":{"
                     "\"class_labels\":%s,\"probability_thresholds\":[%s],"
                     "\"percentile_thresholds\":[%s],\"probability_tables\":[%s],"
                     "\"percentile_tables\":[%s]}}",
                     json_names(pool, classes), at, at, tables, tables);
}

static const char *binned_json(struct random *random, struct pool *pool, bool is_residuals)
{
  size_t bins = 1 + random_below(random, 12);
  const char *edges = "";
  double at = -10 * random_unit(random);

  for (size_t i = 0; i <= bins; i++, at += 0.5 + random_unit(random))
    edges = pool_printf(pool, "%s%s%.3f", edges, i ? "," : "", at);
  if (is_residuals)
    return pool_printf(pool,
                       "{\"schema_type\":\"residuals\",\"schema_version\":\"1.0.0\",\"data\":{"
                       "\"bin_edges\":[%s],\"bin_counts\":%s,\"mean\":0.1,\"stddev\":2.5,"
                       "\"res_count\":100}}",
                       edges, json_counts(random, pool, bins, 80));
  return pool_printf(pool,
                     "{\"schema_type\":\"predictions\",\"schema_version\":\"1.0.0\",\"data\":{"
                     "\"bin_averages\":%s,\"bin_errors\":%s,\"bin_counts\":%s,\"bin_edges\":[%s]}}",
                     json_counts(random, pool, bins, 20), json_counts(random, pool, bins, 4),
                     json_counts(random, pool, bins, 90), edges);
}

static void document(struct document *of, struct random *random, struct pool *pool)
{
  const char *text;

  switch (random_below(random, 4)) {
    case 0: text = confusion_json(random, pool); break;
    case 1: text = accuracy_json(random, pool); break;
    case 2: text = binned_json(random, pool, true); break;
    default: text = binned_json(random, pool, false); break;
  }
  *of = (struct document){
      .name = some_name(random, pool), .format = "", .text = text, .size = strlen(text)};
}

/* ---- all of it --------------------------------------------------------------------- */

void random_run(struct run_state *state, struct random *random, struct pool *pool)
{
  size_t evaluations = 1 + random_below(random, 3), metrics = random_below(random, 7);
  size_t documents = random_chance(random, 0.4) ? 1 : 0;
  struct evaluation *evaluation_list = POOL_ARRAY(pool, evaluations, struct evaluation);
  struct metric *metric_list = POOL_ARRAY(pool, metrics, struct metric);
  struct document *document_list = POOL_ARRAY(pool, documents, struct document);

  memset(state, 0, sizeof *state);
  state->totals = POOL_ARRAY(pool, metrics, struct metric_totals);
  for (size_t i = 0; i < evaluations; i++) evaluation(&evaluation_list[i], random, pool);
  for (size_t i = 0; i < metrics; i++) metric(metric_list, i, &state->totals[i], random, pool);
  for (size_t i = 0; i < documents; i++) document(&document_list[i], random, pool);
  state->run = (struct run){.folder = "",
                            .id = pool_printf(pool, "run-%u", (unsigned)random_bits(random)),
                            .name = some_name(random, pool),
                            .experiment = "",
                            .parent_id = "",
                            .description = "",
                            .status = RUN_COMPLETED,
                            .error_code = "",
                            .error_message = "",
                            .error_details = "",
                            .start_ns = 1,
                            .end_ns = 2,
                            .host = "",
                            .user = "",
                            .working_folder = "",
                            .git_commit = "",
                            .writer_version = "",
                            .evaluation_count = evaluations,
                            .evaluations = evaluation_list,
                            .metric_count = metrics,
                            .metrics = metric_list,
                            .document_count = documents,
                            .documents = document_list};
}
