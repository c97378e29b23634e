#include <math.h>
#include <stdlib.h>

#include "numbers.h"
#include "stats/sweep.h"

static void put_curves(struct json_writer *json, const struct sweep *sweep,
                       const struct case_input *in)
{
  const struct curve_options all = {.keep_collinear = true};
  const double max_fpr = case_value(in, "max_fpr", 0.1);
  struct roc roc, full;
  struct pr pr;
  struct gain gain;
  double raw, partial;

  must(roc_compute(&roc, sweep, NULL), "roc_compute");
  must(roc_compute(&full, sweep, &all), "roc_compute");
  must(pr_compute(&pr, sweep, NULL), "pr_compute");
  must(gain_compute(&gain, sweep, NULL), "gain_compute");
  partial = roc_partial_auc(&roc, max_fpr, &raw);
  put_roc(json, &roc);
  put_curve(json, "roc_all", &full.curve);
  json_add_number(json, "partial_auc", partial);
  json_add_number(json, "partial_auc_raw", raw);
  put_pr(json, &pr);
  put_gain(json, &gain);
  roc_release(&roc);
  roc_release(&full);
  pr_release(&pr);
  gain_release(&gain);
}

static void put_calibrations(struct json_writer *json, const struct sweep *sweep,
                             const struct case_input *in)
{
  const size_t bins = (size_t)case_value(in, "bins", 10);
  struct calibration calibration;

  must(calibration_compute(&calibration, sweep, bins), "calibration_compute");
  put_calibration(json, "calibration", &calibration);
  calibration_release(&calibration);
  must(calibration_compute_quantile(&calibration, sweep, bins), "calibration_compute_quantile");
  put_calibration(json, "quantile", &calibration);
  calibration_release(&calibration);
}

/* Against a second classifier; only cases without anything to drop have one. */
static void put_paired(struct json_writer *json, const double *a, const double *b,
                       const int32_t *actual, size_t n, double level)
{
  bool *is_positive = malloc(n + 1);
  struct delong_paired paired;

  must(!is_positive, "malloc");
  for (size_t i = 0; i < n; i++) is_positive[i] = actual[i] == 1;
  must(delong_compare(&paired, a, b, is_positive, n, level), "delong_compare");
  json_write_key(json, "paired");
  json_write_open(json, '{');
  json_add_number(json, "auc_a", paired.auc_a);
  json_add_number(json, "auc_b", paired.auc_b);
  json_add_number(json, "variance_a", paired.variance_a);
  json_add_number(json, "variance_b", paired.variance_b);
  json_add_number(json, "covariance", paired.covariance);
  json_add_number(json, "z", paired.z);
  json_add_number(json, "p", paired.p);
  put_interval(json, "difference", paired.difference);
  json_add_text(json, "reason", paired.reason);
  json_write_close(json);
  free(is_positive);
}

void numbers_binary(struct json_writer *json, const struct case_input *in)
{
  size_t n, n_b;
  const double *score = case_values(in, "score", &n);
  const double *weight = case_values(in, "weight", NULL);
  const double *score_b = case_values(in, "score_b", &n_b);
  const double level = case_value(in, "level", 0.95);
  int32_t *actual = case_labels(in, "actual");
  struct sweep sweep;
  struct delong delong;

  must(sweep_init(&sweep, score, actual, 1, weight, n), "sweep_init");
  json_add_unsigned(json, "rows", sweep.rows);
  json_add_unsigned(json, "dropped", sweep.dropped);
  json_add_unsigned(json, "weightless", sweep.weightless);
  json_add_text(json, "reason", sweep.reason);
  put_curves(json, &sweep, in);
  put_calibrations(json, &sweep, in);
  delong_compute(&delong, &sweep, level);
  put_delong(json, &delong);
  json_add_number(json, "hanley_mcneil",
                  hanley_mcneil_se(delong.auc, sweep.positives, sweep.negatives));
  put_interval(
      json, "ap_interval",
      interval_average_precision(case_value(in, "ap", (double)NAN), sweep.positives, level));
  put_thresholds_of(json, &sweep, in, actual);
  if (score_b) put_paired(json, score, score_b, actual, n < n_b ? n : n_b, level);
  sweep_release(&sweep);
  free(actual);
}
