/* What a binary classifier does at each threshold, beside its curves. */
#include "numbers.h"
#include "stats/det.h"
#include "stats/score_histogram.h"
#include "stats/threshold_table.h"

static void put_det(struct json_writer *json, const struct sweep *sweep)
{
  struct det det;

  must(det_compute(&det, sweep, NULL), "det_compute");
  json_write_key(json, "det");
  json_write_open(json, '{');
  put_curve(json, "curve", &det.curve);
  json_add_unsigned(json, "first", det.first);
  json_add_unsigned(json, "count", det.count);
  json_add_number(json, "eer", det.eer);
  json_add_text(json, "reason", det.reason);
  json_write_close(json);
  det_release(&det);
}

static void put_thresholds(struct json_writer *json, const struct sweep *sweep,
                           const struct case_input *in)
{
  const struct threshold_options options = {
      .cost_fp = case_value(in, "cost_fp", 0),
      .cost_fn = case_value(in, "cost_fn", 0),
      .has_probabilities = sweep->rows > 0 && sweep_lowest(sweep) >= 0 && sweep_highest(sweep) <= 1,
  };
  struct threshold_table table;

  must(threshold_table_compute(&table, sweep, &options), "threshold_table_compute");
  json_write_key(json, "threshold_table");
  json_write_open(json, '[');
  for (size_t i = 0; i < table.count; i++) {
    const struct threshold_row *row = &table.row[i];
    const double counts[] = {row->tp, row->fp, row->tn, row->fn};
    const double shares[] = {row->precision,   row->recall, row->f1,
                             row->specificity, row->npv,    row->flagged};

    json_write_open(json, '{');
    json_add_unsigned(json, "kind", row->kind);
    json_add_number(json, "threshold", row->threshold);
    put_values(json, "counts", counts, sizeof counts / sizeof *counts);
    put_values(json, "shares", shares, sizeof shares / sizeof *shares);
    json_add_number(json, "cost", row->cost);
    put_interval(json, "precision_interval", row->precision_interval);
    put_interval(json, "recall_interval", row->recall_interval);
    json_write_close(json);
  }
  json_write_close(json);
}

static void put_histogram(struct json_writer *json, const double *score, const int32_t *actual,
                          const double *weight, size_t n, const struct sweep *sweep)
{
  const bool is_probability =
      sweep->rows > 0 && sweep_lowest(sweep) >= 0 && sweep_highest(sweep) <= 1;
  struct score_histogram histogram;

  score_histogram_by_class(&histogram, score, actual, 1, weight, n, is_probability);
  json_write_key(json, "score_histogram");
  json_write_open(json, '{');
  put_values(json, "edges", histogram.edge, histogram.bins ? histogram.bins + 1 : 0);
  put_values(json, "positive", histogram.count[0], histogram.bins);
  put_values(json, "negative", histogram.count[1], histogram.bins);
  json_add_text(json, "reason", histogram.reason);
  json_write_close(json);
}

void put_thresholds_of(struct json_writer *json, const struct sweep *sweep,
                       const struct case_input *in, const int32_t *actual)
{
  size_t n;
  const double *score = case_values(in, "score", &n);

  put_det(json, sweep);
  put_thresholds(json, sweep, in);
  put_histogram(json, score, actual, case_values(in, "weight", NULL), n, sweep);
}
