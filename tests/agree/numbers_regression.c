#include <math.h>
#include <stdlib.h>

#include "numbers.h"
#include "stats/coverage.h"
#include "stats/predicted_bins.h"
#include "stats/qq.h"
#include "stats/regression.h"
#include "stats/residuals.h"

static void put_residual_bins(struct json_writer *json, const double *actual,
                              const double *predicted, size_t n, double sigma)
{
  struct residual_bins bins;

  residual_bins_compute(&bins, actual, predicted, n, sigma);
  json_write_key(json, "residual_bins");
  json_write_open(json, '{');
  put_values(json, "edges", bins.edge, RESIDUAL_BINS + 1);
  put_values(json, "counts", bins.count, RESIDUAL_BINS);
  json_add_number(json, "mean", bins.mean);
  json_add_number(json, "stddev", bins.stddev);
  json_add_unsigned(json, "rows", bins.rows);
  json_add_text(json, "reason", bins.reason);
  json_write_close(json);
}

static void put_histogram(struct json_writer *json, const double *actual, const double *predicted,
                          size_t n)
{
  struct residual_histogram histogram;

  must(residual_histogram_compute(&histogram, actual, predicted, n), "residual_histogram_compute");
  json_write_key(json, "histogram");
  json_write_open(json, '{');
  put_values(json, "edges", histogram.edge, histogram.bins ? histogram.bins + 1 : 0);
  put_values(json, "counts", histogram.count, histogram.bins);
  json_add_number(json, "below", histogram.below);
  json_add_number(json, "above", histogram.above);
  json_add_text(json, "reason", histogram.reason);
  json_write_close(json);
}

static void put_shape(struct json_writer *json, const double *actual, const double *predicted,
                      size_t n)
{
  struct residual_shape shape;

  residual_shape_compute(&shape, actual, predicted, n);
  json_write_key(json, "shape");
  json_write_open(json, '{');
  json_add_number(json, "mean", shape.mean);
  json_add_number(json, "stddev", shape.stddev);
  json_add_number(json, "skewness", shape.skewness);
  json_add_number(json, "excess_kurtosis", shape.excess_kurtosis);
  json_add_number(json, "jarque_bera", shape.jarque_bera);
  json_add_number(json, "jarque_bera_p", shape.jarque_bera_p);
  json_add_number(json, "breusch_pagan", shape.breusch_pagan);
  json_add_number(json, "breusch_pagan_p", shape.breusch_pagan_p);
  json_add_text(json, "reason", shape.reason);
  json_write_close(json);
}

static void put_qq(struct json_writer *json, const double *actual, const double *predicted,
                   size_t n, double level)
{
  double *residual = malloc((n + 1) * sizeof *residual);
  struct qq qq;

  must(!residual, "malloc");
  for (size_t i = 0; i < n; i++) residual[i] = predicted[i] - actual[i];
  must(qq_compute(&qq, residual, n, level, 0), "qq_compute");
  json_write_key(json, "qq");
  json_write_open(json, '{');
  put_values(json, "theoretical", qq.theoretical, qq.count);
  put_values(json, "sample", qq.sample, qq.count);
  put_values(json, "band_lo", qq.band_lo, qq.count);
  put_values(json, "band_hi", qq.band_hi, qq.count);
  json_add_number(json, "slope", qq.slope);
  json_add_number(json, "intercept", qq.intercept);
  json_add_number(json, "correlation", qq.correlation);
  json_add_text(json, "reason", qq.reason);
  json_write_close(json);
  qq_release(&qq);
  free(residual);
}

static void put_predicted_bins(struct json_writer *json, const double *actual,
                               const double *predicted, size_t n)
{
  struct predicted_bins bins;

  must(predicted_bins_compute(&bins, actual, predicted, n), "predicted_bins_compute");
  json_write_key(json, "predicted_bins");
  json_write_open(json, '{');
  put_values(json, "edges", bins.edge, bins.bins ? bins.bins + 1 : 0);
  put_values(json, "counts", bins.count, bins.bins);
  put_values(json, "averages", bins.average, bins.bins);
  put_values(json, "errors", bins.error, bins.bins);
  put_values(json, "true_averages", bins.true_average, bins.bins);
  json_add_text(json, "reason", bins.reason);
  json_write_close(json);
}

static void put_coverage(struct json_writer *json, const struct case_input *in, double level)
{
  size_t n;
  const double *actual = case_values(in, "actual", &n);
  struct coverage coverage;

  must(coverage_compute(&coverage, actual, case_values(in, "lower", NULL),
                        case_values(in, "upper", NULL), n, case_value(in, "nominal", (double)NAN),
                        level),
       "coverage_compute");
  json_write_key(json, "coverage");
  json_write_open(json, '{');
  json_add_unsigned(json, "rows", coverage.rows);
  json_add_unsigned(json, "dropped", coverage.dropped);
  json_add_unsigned(json, "inside", coverage.inside);
  json_add_unsigned(json, "below", coverage.below);
  json_add_unsigned(json, "above", coverage.above);
  json_add_number(json, "share", coverage.share);
  put_interval(json, "share_interval", coverage.share_interval);
  json_add_number(json, "mean_width", coverage.mean_width);
  json_add_number(json, "median_width", coverage.median_width);
  json_add_number(json, "interval_score", coverage.interval_score);
  json_add_number(json, "pinball_lower", coverage.pinball_lower);
  json_add_number(json, "pinball_upper", coverage.pinball_upper);
  json_write_close(json);
}

void numbers_regression(struct json_writer *json, const struct case_input *in)
{
  size_t n, range_count;
  const double *actual = case_values(in, "actual", &n);
  const double *predicted = case_values(in, "predicted", NULL);
  const double *range = case_values(in, "range", &range_count);
  const double level = case_value(in, "level", 0.95);
  const struct regression_options options = {
      .weight = case_values(in, "weight", NULL),
      .y_min = range_count == 2 ? range[0] : 0,
      .y_max = range_count == 2 ? range[1] : 0,
  };
  struct regression regression;

  must(regression_compute(&regression, actual, predicted, n, &options), "regression_compute");
  json_add_unsigned(json, "rows", regression.rows);
  json_add_unsigned(json, "dropped", regression.dropped);
  json_add_number(json, "y_mean", regression.y_mean);
  json_add_number(json, "y_stddev", regression.y_stddev);
  json_add_text(json, "reason", regression.reason);
  put_table(json, "scalars", &regression.table);
  put_residual_bins(json, actual, predicted, n, case_value(in, "sigma", 0));
  put_histogram(json, actual, predicted, n);
  put_shape(json, actual, predicted, n);
  put_qq(json, actual, predicted, n, level);
  put_predicted_bins(json, actual, predicted, n);
  if (case_values(in, "lower", NULL)) put_coverage(json, in, level);
}
