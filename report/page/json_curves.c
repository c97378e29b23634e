#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "page/json_evaluation.h"
#include "page/json_parts.h"

/* {kind: {class|macro|weighted|micro: {x, y, threshold, ...}}} */

/* Of the longest average, " (class ", a number of twenty digits, ")". */
#define CLASS_KEY_SIZE 40

static void put_points(struct json_writer *json, const struct curve *curve)
{
  json_put_numbers(json, "x", curve->x, curve->count);
  json_put_numbers(json, "y", curve->y, curve->count);
  json_put_numbers(json, "threshold", curve->threshold, curve->count);
}

/* The part of the tradeoff that scikit-learn lists. */
static void put_det(struct json_writer *json, const struct class_curves *from)
{
  const struct det *det = &from->det;
  const struct curve part = {.count = det->count,
                             .x = det->curve.x + det->first,
                             .y = det->curve.y + det->first,
                             .threshold = det->curve.threshold + det->first};

  put_points(json, det->count ? &part : &det->curve);
  json_put_number(json, "eer", det->eer);
  json_put_number(json, "eer_threshold", det->eer_threshold);
}

/* Shares of the class and of the rest whose score is below x, x rising. */
static void put_ks(struct json_writer *json, const struct class_curves *from)
{
  const struct curve *curve = &from->det.curve;
  static const char *const keys[] = {"x", "y", "rest"};

  for (size_t c = 0; c < 3; c++) {
    json_write_key(json, keys[c]);
    json_write_open_line(json, '[');
    for (size_t i = curve->count; i-- > 1;)
      json_write_number(json, c == 0   ? curve->threshold[i]
                              : c == 1 ? curve->y[i]
                                       : 1 - curve->x[i]);
    json_write_close(json);
  }
  json_put_number(json, "d", from->gain.ks);
  json_put_number(json, "at", from->gain.ks_threshold);
  json_put_number(json, "p", from->gain.ks_p);
}

static void put_deciles(struct json_writer *json, const struct class_curves *from)
{
  static const struct {
    const char *key;
    size_t offset;
  } columns[] = {{"rows", offsetof(struct gain_decile, rows)},
                 {"lowest_score", offsetof(struct gain_decile, lowest_score)},
                 {"positives", offsetof(struct gain_decile, positives)},
                 {"rate", offsetof(struct gain_decile, rate)},
                 {"lift", offsetof(struct gain_decile, lift)},
                 {"cumulative_gain", offsetof(struct gain_decile, cumulative_gain)},
                 {"cumulative_lift", offsetof(struct gain_decile, cumulative_lift)},
                 {"ks", offsetof(struct gain_decile, ks)}};

  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    double values[GAIN_DECILES];

    for (size_t i = 0; i < GAIN_DECILES; i++) {
      const char *decile = (const char *)&from->gain.decile[i];

      values[i] = *(const double *)(const void *)(decile + columns[c].offset);
    }
    json_put_numbers(json, columns[c].key, values, from->gain.reason ? 0 : GAIN_DECILES);
  }
}

static void put_roc(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->roc.curve);
  json_put_number(json, "auc", from->roc.auc);
  json_put_interval(json, "auc_interval", from->delong.best);
  json_put_number(json, "best_threshold", from->roc.best_threshold);
}

static void put_pr(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->pr.curve);
  json_put_number(json, "ap", from->pr.ap);
  json_put_number(json, "prevalence", from->pr.prevalence);
}

static void put_gain(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->gain.gain);
  json_put_number(json, "accuracy_ratio", from->gain.accuracy_ratio);
  json_put_number(json, "ks", from->gain.ks);
}

static void put_lift(struct json_writer *json, const struct class_curves *from)
{
  put_points(json, &from->gain.lift);
  json_put_number(json, "highest_lift", from->gain.highest_lift);
}

static void put_bins(struct json_writer *json, const struct calibration *calibration)
{
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
  json_put_number(json, "ece", calibration->ece);
  json_put_number(json, "mce", calibration->mce);
  json_put_number(json, "brier", calibration->brier);
  json_put_number(json, "mcb", calibration->mcb);
  json_put_number(json, "dsc", calibration->dsc);
  json_put_number(json, "unc", calibration->unc);
  json_put_number(json, "rel", calibration->rel);
  json_put_number(json, "res", calibration->res);
  json_put_number(json, "wbv", calibration->wbv);
  json_put_number(json, "wbc", calibration->wbc);
  json_put_number(json, "brier_skill", calibration->brier_skill);
}

static void put_calibration(struct json_writer *json, const struct class_curves *from)
{
  put_bins(json, &from->calibration);
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

static const char *const averages[] = {"macro", "weighted", "micro"};

static bool is_average(const char *name)
{
  for (size_t i = 0; i < sizeof averages / sizeof *averages; i++)
    if (strcmp(name, averages[i]) == 0) return true;
  return false;
}

static bool is_class(const char *key, const char *const *names, size_t classes)
{
  for (size_t k = 0; k < classes; k++)
    if (strcmp(key, names[k]) == 0) return true;
  return false;
}

/* The key of a class: its name; "macro (class)", or with the first free number "macro
 * (class 2)", where the name is an average's. */
static const char *class_key(char out[CLASS_KEY_SIZE], const char *const *names, size_t classes,
                             size_t k)
{
  if (!is_average(names[k])) return names[k];
  snprintf(out, CLASS_KEY_SIZE, "%s (class)", names[k]);
  for (size_t n = 2; is_class(out, names, classes); n++)
    snprintf(out, CLASS_KEY_SIZE, "%s (class %zu)", names[k], n);
  return out;
}

/* Classes with their names, and where `has_averages` the three averages. */
static void put_all(struct json_writer *json, const char *key,
                    const struct classification_result *from, const char *const *names,
                    put_curve write, bool has_averages)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  for (size_t i = 0; i < from->curves_shown; i++) {
    const size_t k = from->shown_class[i];
    char buffer[CLASS_KEY_SIZE];

    put_one(json, class_key(buffer, names, from->curves.classes, k), &from->curves.per_class[k],
            write);
  }
  if (has_averages) {
    put_one(json, averages[0], &from->curves.macro, write);
    put_one(json, averages[1], &from->curves.weighted, write);
    put_one(json, averages[2], &from->curves.micro, write);
  }
  json_write_close(json);
}

void json_curves_write(struct json_writer *json, const struct classification_result *from,
                       const char *const *names)
{
  put_all(json, "deciles", from, names, put_deciles, false);
  json_add_unsigned(json, "curves_left_out", from->curves.classes - from->curves_shown);
  json_write_key(json, "curves");
  json_write_open(json, '{');
  put_all(json, "roc", from, names, put_roc, true);
  put_all(json, "pr", from, names, put_pr, true);
  put_all(json, "gain", from, names, put_gain, true);
  put_all(json, "lift", from, names, put_lift, true);
  put_all(json, "calibration", from, names, put_calibration, true);
  put_all(json, "det", from, names, put_det, false);
  put_all(json, "ks", from, names, put_ks, false);
  json_write_close(json);
  if (!from->top_label.bins) return;
  json_write_key(json, "top_label_calibration");
  json_write_open(json, '{');
  put_bins(json, &from->top_label);
  json_write_close(json);
}
