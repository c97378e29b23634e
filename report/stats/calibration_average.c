#include <math.h>
#include <stdlib.h>

#include "stats/calibration.h"
#include "stats/intervals.h"

/* An average with empty bins like those of the parts; its reason is set when
 * there is nothing to average. */
static int begin(struct calibration *out, const struct calibration *const *parts, size_t count)
{
  const double nan = (double)NAN;

  *out = (struct calibration){.mcb = nan, .dsc = nan, .wbv = nan, .wbc = nan};
  if (count == 0) out->reason = "no samples";
  for (size_t i = 0; i < count && !out->reason; i++) out->reason = parts[i]->reason;
  if (out->reason) {
    out->ece = out->mce = out->rms = out->brier = out->brier_skill = nan;
    out->prevalence = out->unc = out->rel = out->res = nan;
    return 0;
  }
  out->bins = parts[0]->bins;
  out->bin = calloc(out->bins, sizeof *out->bin);
  if (!out->bin) return -1;
  for (size_t k = 0; k < out->bins; k++) {
    out->bin[k].lo = parts[0]->bin[k].lo;
    out->bin[k].hi = parts[0]->bin[k].hi;
  }
  for (size_t i = 0; i < count; i++) out->rows += parts[i]->rows;
  return 0;
}

static double total_weight(const struct calibration *part)
{
  double total = 0;

  for (size_t k = 0; k < part->bins; k++) total += part->bin[k].weight;
  return total;
}

static void merge_bin(struct calibration_bin *bin, const struct calibration *const *parts,
                      size_t count, size_t k)
{
  double p = 0, positive = 0;
  struct interval wilson;

  for (size_t i = 0; i < count; i++) {
    const struct calibration_bin *part = &parts[i]->bin[k];

    if (part->rows == 0) continue;
    bin->rows += part->rows;
    bin->weight += part->weight;
    p += part->mean_probability * part->weight;
    positive += part->fraction_positive * part->weight;
  }
  bin->mean_probability = p / bin->weight;
  bin->fraction_positive = positive / bin->weight;
  wilson = interval_wilson(bin->fraction_positive * (double)bin->rows, (double)bin->rows, 0.95);
  bin->wilson_lo = wilson.lo;
  bin->wilson_hi = wilson.hi;
}

static void score_bin(struct calibration *out, const struct calibration_bin *bin, double total)
{
  const double share = bin->weight / total;
  const double gap = fabs(bin->fraction_positive - bin->mean_probability);
  const double above = bin->fraction_positive - out->prevalence;

  if (bin->rows == 0) return;
  out->ece += share * gap;
  out->mce = fmax(out->mce, gap);
  out->rel += share * gap * gap;
  out->res += share * above * above;
}

int calibration_merge(struct calibration *calibration, const struct calibration *const *parts,
                      size_t count)
{
  double total = 0;

  if (begin(calibration, parts, count)) return -1;
  if (calibration->reason) return 0;
  for (size_t i = 0; i < count; i++) total += total_weight(parts[i]);
  for (size_t i = 0; i < count; i++) {
    const double share = total_weight(parts[i]) / total;

    calibration->prevalence += parts[i]->prevalence * share;
    calibration->brier += parts[i]->brier * share;
  }
  for (size_t k = 0; k < calibration->bins; k++) {
    merge_bin(&calibration->bin[k], parts, count, k);
    score_bin(calibration, &calibration->bin[k], total);
  }
  calibration->rms = sqrt(calibration->rel);
  calibration->unc = calibration->prevalence * (1 - calibration->prevalence);
  calibration->brier_skill =
      calibration->unc > 0 ? 1 - calibration->brier / calibration->unc : (double)NAN;
  return 0;
}

static void mean_bin(struct calibration_bin *bin, const struct calibration *const *parts,
                     const double *weights, size_t count, size_t k)
{
  double p = 0, fraction = 0, used = 0;

  for (size_t i = 0; i < count; i++) {
    const struct calibration_bin *part = &parts[i]->bin[k];
    const double weight = weights ? weights[i] : 1;

    if (part->rows == 0) continue;
    bin->rows += part->rows;
    bin->weight += part->weight;
    p += weight * part->mean_probability;
    fraction += weight * part->fraction_positive;
    used += weight;
  }
  bin->mean_probability = p / used;
  bin->fraction_positive = fraction / used;
  bin->wilson_lo = (double)NAN;
  bin->wilson_hi = (double)NAN;
}

static void add_scaled(struct calibration *sum, const struct calibration *part, double share)
{
  sum->ece += part->ece * share;
  sum->mce += part->mce * share;
  sum->rms += part->rms * share;
  sum->brier += part->brier * share;
  sum->prevalence += part->prevalence * share;
  sum->mcb += part->mcb * share;
  sum->dsc += part->dsc * share;
  sum->unc += part->unc * share;
  sum->rel += part->rel * share;
  sum->res += part->res * share;
  sum->wbv += part->wbv * share;
  sum->wbc += part->wbc * share;
  sum->brier_skill += part->brier_skill * share;
}

int calibration_mean(struct calibration *calibration, const struct calibration *const *parts,
                     const double *weights, size_t count)
{
  double total = 0;

  if (begin(calibration, parts, count)) return -1;
  if (calibration->reason) return 0;
  calibration->mcb = calibration->dsc = calibration->wbv = calibration->wbc = 0;
  for (size_t i = 0; i < count; i++) total += weights ? weights[i] : 1;
  for (size_t i = 0; i < count; i++)
    add_scaled(calibration, parts[i], (weights ? weights[i] : 1) / total);
  for (size_t k = 0; k < calibration->bins; k++)
    mean_bin(&calibration->bin[k], parts, weights, count, k);
  return 0;
}
