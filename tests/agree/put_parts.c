/* The parts that several kinds of case print. */
#include "numbers.h"

void put_values(struct json_writer *json, const char *key, const double *value, size_t count)
{
  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) json_write_number(json, value[i]);
  json_write_close(json);
}

void put_interval(struct json_writer *json, const char *key, struct interval interval)
{
  const double ends[2] = {interval.lo, interval.hi};

  put_values(json, key, ends, 2);
}

void put_curve(struct json_writer *json, const char *key, const struct curve *curve)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  put_values(json, "x", curve->x, curve->count);
  put_values(json, "y", curve->y, curve->count);
  put_values(json, "threshold", curve->threshold, curve->count);
  json_write_close(json);
}

void put_table(struct json_writer *json, const char *key, const struct scalar_table *table)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  for (size_t i = 0; i < table->count; i++)
    json_add_number(json, table->scalar[i].name, table->scalar[i].value);
  json_write_close(json);
}

void put_roc(struct json_writer *json, const struct roc *roc)
{
  json_write_key(json, "roc");
  json_write_open(json, '{');
  put_curve(json, "curve", &roc->curve);
  json_add_number(json, "auc", roc->auc);
  json_add_number(json, "best_threshold", roc->best_threshold);
  json_add_number(json, "best_fpr", roc->best_fpr);
  json_add_number(json, "best_tpr", roc->best_tpr);
  json_add_number(json, "best_j", roc->best_j);
  json_add_number(json, "positives", roc->positives);
  json_add_number(json, "negatives", roc->negatives);
  json_add_unsigned(json, "thresholds", roc->thresholds);
  json_add_bool(json, "is_constant", roc->is_constant);
  json_add_text(json, "reason", roc->reason);
  json_write_close(json);
}

void put_pr(struct json_writer *json, const struct pr *pr)
{
  json_write_key(json, "pr");
  json_write_open(json, '{');
  put_curve(json, "curve", &pr->curve);
  json_add_number(json, "ap", pr->ap);
  json_add_number(json, "prevalence", pr->prevalence);
  json_add_number(json, "best_f1", pr->best_f1);
  json_add_number(json, "best_f1_threshold", pr->best_f1_threshold);
  json_add_number(json, "best_f1_precision", pr->best_f1_precision);
  json_add_number(json, "best_f1_recall", pr->best_f1_recall);
  json_write_close(json);
}

static void put_deciles(struct json_writer *json, const struct gain *gain)
{
  json_write_key(json, "deciles");
  json_write_open(json, '[');
  for (size_t d = 0; d < GAIN_DECILES && !gain->reason; d++) {
    const struct gain_decile *decile = &gain->decile[d];

    json_write_open(json, '{');
    json_add_number(json, "rows", decile->rows);
    json_add_number(json, "positives", decile->positives);
    json_add_number(json, "rate", decile->rate);
    json_add_number(json, "lift", decile->lift);
    json_add_number(json, "cumulative_gain", decile->cumulative_gain);
    json_add_number(json, "cumulative_lift", decile->cumulative_lift);
    json_add_number(json, "ks", decile->ks);
    json_add_number(json, "lowest_score", decile->lowest_score);
    json_write_close(json);
  }
  json_write_close(json);
}

void put_gain(struct json_writer *json, const struct gain *gain)
{
  json_write_key(json, "gain");
  json_write_open(json, '{');
  put_curve(json, "gain", &gain->gain);
  put_curve(json, "lift", &gain->lift);
  json_add_number(json, "prevalence", gain->prevalence);
  json_add_number(json, "highest_lift", gain->highest_lift);
  json_add_number(json, "accuracy_ratio", gain->accuracy_ratio);
  json_add_number(json, "ks", gain->ks);
  json_add_number(json, "ks_signed", gain->ks_signed);
  json_add_number(json, "ks_threshold", gain->ks_threshold);
  json_add_number(json, "ks_p", gain->ks_p);
  put_deciles(json, gain);
  json_write_close(json);
}

static void put_bins(struct json_writer *json, const struct calibration *from)
{
  json_write_key(json, "bins");
  json_write_open(json, '[');
  for (size_t k = 0; k < from->bins; k++) {
    const struct calibration_bin *bin = &from->bin[k];
    const double row[] = {bin->lo,
                          bin->hi,
                          bin->weight,
                          (double)bin->rows,
                          bin->mean_probability,
                          bin->fraction_positive,
                          bin->wilson_lo,
                          bin->wilson_hi};

    json_write_open_line(json, '[');
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) json_write_number(json, row[i]);
    json_write_close(json);
  }
  json_write_close(json);
}

void put_calibration(struct json_writer *json, const char *key, const struct calibration *from)
{
  json_write_key(json, key);
  json_write_open(json, '{');
  put_bins(json, from);
  json_write_key(json, "steps");
  json_write_open(json, '[');
  for (size_t i = 0; i < from->steps; i++) {
    json_write_open_line(json, '[');
    json_write_number(json, from->step[i].lo);
    json_write_number(json, from->step[i].hi);
    json_write_number(json, from->step[i].value);
    json_write_number(json, from->step[i].weight);
    json_write_close(json);
  }
  json_write_close(json);
  json_add_unsigned(json, "rows", from->rows);
  json_add_number(json, "ece", from->ece);
  json_add_number(json, "mce", from->mce);
  json_add_number(json, "rms", from->rms);
  json_add_number(json, "brier", from->brier);
  json_add_number(json, "prevalence", from->prevalence);
  json_add_number(json, "mcb", from->mcb);
  json_add_number(json, "dsc", from->dsc);
  json_add_number(json, "unc", from->unc);
  json_add_number(json, "rel", from->rel);
  json_add_number(json, "res", from->res);
  json_add_number(json, "wbv", from->wbv);
  json_add_number(json, "wbc", from->wbc);
  json_add_number(json, "brier_skill", from->brier_skill);
  json_add_text(json, "reason", from->reason);
  json_write_close(json);
}

void put_delong(struct json_writer *json, const struct delong *delong)
{
  json_write_key(json, "delong");
  json_write_open(json, '{');
  json_add_number(json, "auc", delong->auc);
  json_add_number(json, "variance", delong->variance);
  put_interval(json, "wald", delong->wald);
  put_interval(json, "logit", delong->logit);
  put_interval(json, "best", delong->best);
  json_add_text(json, "reason", delong->reason);
  json_write_close(json);
}
