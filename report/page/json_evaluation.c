#include "page/json_evaluation.h"

#include <math.h>

#include "page/json_parts.h"

const char *json_evaluation_type(enum evaluation_type type)
{
  switch (type) {
    case EVALUATION_CLASSIFICATION: return "classification";
    case EVALUATION_REGRESSION: return "regression";
    case EVALUATION_IMPORTANCE: return "importance";
  }
  return "unknown";
}

static void put_regression(struct json_writer *json, const struct evaluation_result *result)
{
  const struct regression_result *from = &result->regression;
  const struct residual_bins *residuals = &from->azure_residuals;
  const struct predicted_bins *bins = &from->bins;
  const double nominal = result->source->interval_level;

  json_put_scalars(json, &from->numbers.table);
  json_write_key(json, "residuals");
  json_write_open(json, '{');
  json_put_numbers(json, "edges", residuals->edge, RESIDUAL_BINS + 1);
  json_put_numbers(json, "counts", residuals->count, RESIDUAL_BINS);
  json_put_number(json, "mean", residuals->mean);
  json_put_number(json, "stddev", residuals->stddev);
  json_add_unsigned(json, "res_count", residuals->rows);
  json_write_close(json);
  json_write_key(json, "predictions");
  json_write_open(json, '{');
  json_put_numbers(json, "edges", bins->edge, bins->bins ? bins->bins + 1 : 0);
  json_put_numbers(json, "counts", bins->count, bins->bins);
  json_put_numbers(json, "averages", bins->average, bins->bins);
  json_put_numbers(json, "errors", bins->error, bins->bins);
  json_write_close(json);
  if (!from->has_bounds) return;
  json_write_key(json, "coverage");
  json_write_open(json, '{');
  json_put_number(json, "share", from->coverage.share);
  json_put_interval(json, "interval", from->coverage.share_interval);
  json_put_number(json, "nominal", nominal > 0 ? nominal : (double)NAN);
  json_add_unsigned(json, "n", from->coverage.rows);
  json_add_unsigned(json, "below", from->coverage.below);
  json_add_unsigned(json, "above", from->coverage.above);
  json_put_number(json, "mean_width", from->coverage.mean_width);
  json_put_number(json, "median_width", from->coverage.median_width);
  json_put_number(json, "winkler_score", from->coverage.interval_score);
  json_put_number(json, "pinball_lower", from->coverage.pinball_lower);
  json_put_number(json, "pinball_upper", from->coverage.pinball_upper);
  json_write_close(json);
}

static void put_importance(struct json_writer *json, const struct evaluation_result *result)
{
  const struct evaluation *from = result->source;

  if (!result->order) return;
  json_put_texts(json, "features", from->features, from->count);
  json_put_numbers(json, "overall", from->overall, from->count);
  if (from->deviation) json_put_numbers(json, "deviation", from->deviation, from->count);
  if (!from->per_class) return;
  json_write_key(json, "per_class");
  json_write_open(json, '{');
  for (size_t k = 0; k < from->class_count; k++)
    json_put_numbers(json, from->class_names[k], from->per_class[k], from->count);
  json_write_close(json);
}

void json_evaluation_write(struct json_writer *json, const struct evaluation_result *result)
{
  json_write_open(json, '{');
  json_add_text(json, "type", json_evaluation_type(result->source->type));
  json_add_unsigned(
      json, "n", result->reason ? 0 : result->source->count - result->dropped - result->weightless);
  json_add_unsigned(json, "dropped", result->dropped);
  if (result->reason) json_add_text(json, "reason", result->reason);
  switch (result->source->type) {
    case EVALUATION_CLASSIFICATION: json_classification_write(json, result); break;
    case EVALUATION_REGRESSION: put_regression(json, result); break;
    case EVALUATION_IMPORTANCE: put_importance(json, result); break;
  }
  json_write_close(json);
}
