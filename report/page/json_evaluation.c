#include "page/json_evaluation.h"

#include <math.h>

const char *json_evaluation_type(enum evaluation_type type)
{
  switch (type) {
    case EVALUATION_CLASSIFICATION: return "classification";
    case EVALUATION_REGRESSION: return "regression";
    case EVALUATION_IMPORTANCE: return "importance";
  }
  return "unknown";
}

/* NaN stands for "undefined" in results, where JSON has null. */
static void put_number(struct json_writer *json, const char *key, double value)
{
  json_write_key(json, key);
  if (isnan(value))
    json_write_null(json);
  else
    json_write_number(json, value);
}

static void put_numbers(struct json_writer *json, const char *key, const double *numbers,
                        size_t count)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) {
    if (isnan(numbers[i]))
      json_write_null(json);
    else
      json_write_number(json, numbers[i]);
  }
  json_write_close(json);
}

static void put_interval(struct json_writer *json, const char *key, struct interval interval)
{
  const double ends[] = {interval.lo, interval.hi};

  if (isnan(interval.lo)) return;
  put_numbers(json, key, ends, 2);
}

static void put_texts(struct json_writer *json, const char *key, const char *const *texts,
                      size_t count)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) json_write_text(json, texts[i]);
  json_write_close(json);
}

static void put_scalars(struct json_writer *json, const struct scalar_table *table)
{
  json_write_key(json, "scalars");
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++)
    put_number(json, table->scalar[i].name,
               table->scalar[i].is_defined ? table->scalar[i].value : (double)NAN);
  json_write_close(json);
  json_write_key(json, "intervals");
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++) {
    const struct interval *interval = &table->scalar[i].interval;

    if (!table->scalar[i].is_defined) continue;
    json_write_key(json, table->scalar[i].name);
    json_write_open_line(json, '{');
    put_number(json, "lo", interval->lo);
    put_number(json, "hi", interval->hi);
    json_add_text(json, interval_is_defined(interval) ? "method" : "reason",
                  interval_is_defined(interval) ? interval->method : interval->reason);
    json_write_close(json);
  }
  json_write_close(json);
  json_write_key(json, "notes");
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++)
    if (table->scalar[i].reason)
      json_add_text(json, table->scalar[i].name, table->scalar[i].reason);
  json_write_close(json);
}

static void put_confusion(struct json_writer *json, const struct confusion *confusion,
                          const char *const *names)
{
  json_write_key(json, "confusion");
  json_write_open(json, '{');
  put_texts(json, "labels", names, confusion->classes);
  json_write_key(json, "matrix");
  json_write_open(json, '[');
  for (size_t i = 0; i < confusion->classes; i++) {
    json_write_open_line(json, '[');
    for (size_t k = 0; k < confusion->classes; k++)
      json_write_number(json, confusion->cell[i * confusion->classes + k]);
    json_write_close(json);
  }
  json_write_close(json);
  json_write_close(json);
}

/* ---- curves: {kind: {class|macro|micro: {x, y, threshold, ...}}} ---- */

static void put_points(struct json_writer *json, const struct curve *curve)
{
  put_numbers(json, "x", curve->x, curve->count);
  put_numbers(json, "y", curve->y, curve->count);
  put_numbers(json, "threshold", curve->threshold, curve->count);
}

static void put_roc(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->roc.curve);
  put_number(json, "auc", from->roc.auc);
  put_interval(json, "auc_interval", from->delong.best);
  put_number(json, "best_threshold", from->roc.best_threshold);
}

static void put_pr(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->pr.curve);
  put_number(json, "ap", from->pr.ap);
  put_number(json, "prevalence", from->pr.prevalence);
}

static void put_gain(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->gain.gain);
  put_number(json, "accuracy_ratio", from->gain.accuracy_ratio);
  put_number(json, "ks", from->gain.ks);
}

static void put_lift(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->gain.lift);
  put_number(json, "highest_lift", from->gain.highest_lift);
}

static void put_calibration(struct json_writer *json, const struct class_curves *from)
{
  const struct calibration *calibration = &from->calibration;
  struct column {
    const char *key;
    size_t offset;
  };
  static const struct column columns[] = {
      {"x", offsetof(struct calibration_bin, mean_probability)},
      {"y", offsetof(struct calibration_bin, fraction_positive)},
      {"low", offsetof(struct calibration_bin, wilson_lo)},
      {"high", offsetof(struct calibration_bin, wilson_hi)},
      {"count", offsetof(struct calibration_bin, weight)}};

  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    json_write_key(json, columns[c].key);
    json_write_open_line(json, '[');
    for (size_t i = 0; i < calibration->bins; i++) {
      const char *bin = (const char *)&calibration->bin[i];
      const double value = *(const double *)(const void *)(bin + columns[c].offset);

      if (isnan(value))
        json_write_null(json);
      else
        json_write_number(json, value);
    }
    json_write_close(json);
  }
  put_number(json, "ece", calibration->ece);
  put_number(json, "mce", calibration->mce);
  put_number(json, "brier", calibration->brier);
  put_number(json, "mcb", calibration->mcb);
  put_number(json, "dsc", calibration->dsc);
  put_number(json, "unc", calibration->unc);
}

typedef void (*put_curve)(struct json_writer *json, const struct class_curves *from);

static void put_one(struct json_writer *json, const char *key, const struct class_curves *from,
                    put_curve write)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  write(json, from);
  json_write_close(json);
}

static void put_curves(struct json_writer *json, const struct multiclass *curves,
                       const char *const *names)
{
  static const struct {
    const char *key;
    put_curve write;
  } kinds[] = {{"roc", put_roc},
               {"pr", put_pr},
               {"gain", put_gain},
               {"lift", put_lift},
               {"calibration", put_calibration}};

  json_write_key(json, "curves");
  json_write_open(json, '{');
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    json_write_key(json, kinds[i].key);
    json_write_open(json, '{');
    for (size_t k = 0; k < curves->classes; k++)
      put_one(json, names[k], &curves->per_class[k], kinds[i].write);
    put_one(json, "macro", &curves->macro, kinds[i].write);
    put_one(json, "micro", &curves->micro, kinds[i].write);
    json_write_close(json);
  }
  json_write_close(json);
}

static void put_classification(struct json_writer *json, const struct evaluation_result *result)
{
  const struct classification_result *from = &result->classification;

  put_texts(json, "classes", result->source->class_names, result->source->class_count);
  if (!from->confusion.cell) return;
  put_confusion(json, &from->confusion, result->source->class_names);
  put_scalars(json, &from->scalars);
  put_interval(json, "accuracy_interval", from->accuracy);
  if (from->has_scores) json_add_bool(json, "curves_have_all_points", from->has_all_points);
  if (from->has_scores) put_curves(json, &from->curves, result->source->class_names);
}

static void put_regression(struct json_writer *json, const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct residual_bins *residuals = &from->azure_residuals;
  const struct predicted_bins *bins = &from->bins;
  const double nominal = result->source->interval_level;

  put_scalars(json, &from->numbers.table);
  json_write_key(json, "residuals");
  json_write_open(json, '{');
  put_numbers(json, "edges", residuals->edge, RESIDUAL_BINS + 1);
  put_numbers(json, "counts", residuals->count, RESIDUAL_BINS);
  put_number(json, "mean", residuals->mean);
  put_number(json, "stddev", residuals->stddev);
  json_add_unsigned(json, "res_count", residuals->rows);
  json_write_close(json);
  json_write_key(json, "predictions");
  json_write_open(json, '{');
  put_numbers(json, "edges", bins->edge, bins->bins ? bins->bins + 1 : 0);
  put_numbers(json, "counts", bins->count, bins->bins);
  put_numbers(json, "averages", bins->average, bins->bins);
  put_numbers(json, "errors", bins->error, bins->bins);
  json_write_close(json);
  if (!from->has_bounds) return;
  json_write_key(json, "coverage");
  json_write_open(json, '{');
  put_number(json, "share", from->coverage.share);
  put_interval(json, "interval", from->coverage.share_interval);
  put_number(json, "nominal", nominal > 0 ? nominal : (double)NAN);
  json_add_unsigned(json, "n", from->coverage.rows);
  json_add_unsigned(json, "below", from->coverage.below);
  json_add_unsigned(json, "above", from->coverage.above);
  put_number(json, "mean_width", from->coverage.mean_width);
  put_number(json, "median_width", from->coverage.median_width);
  put_number(json, "winkler_score", from->coverage.interval_score);
  put_number(json, "pinball_lower", from->coverage.pinball_lower);
  put_number(json, "pinball_upper", from->coverage.pinball_upper);
  json_write_close(json);
}

static void put_importance(struct json_writer *json, const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;

  if (!result->order) return;
  put_texts(json, "features", from->features, from->count);
  put_numbers(json, "overall", from->overall, from->count);
  if (from->deviation) put_numbers(json, "deviation", from->deviation, from->count);
  if (!from->per_class) return;
  json_write_key(json, "per_class");
  json_write_open(json, '{');
  for (size_t k = 0; k < from->class_count; k++)
    put_numbers(json, from->class_names[k], from->per_class[k], from->count);
  json_write_close(json);
}

void json_evaluation_write(struct json_writer *json, const struct evaluation_result *result)
{
  json_write_open(json, '{');
  json_add_text(json, "type", json_evaluation_type(result->source->type));
  json_add_unsigned(json, "n", result->source->count - result->dropped);
  json_add_unsigned(json, "dropped", result->dropped);
  if (result->reason) json_add_text(json, "reason", result->reason);
  switch (result->source->type) {
    case EVALUATION_CLASSIFICATION: put_classification(json, result); break;
    case EVALUATION_REGRESSION: put_regression(json, result); break;
    case EVALUATION_IMPORTANCE: put_importance(json, result); break;
  }
  json_write_close(json);
}
