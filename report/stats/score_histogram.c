#include "stats/score_histogram.h"

#include <math.h>

#define FEW_ROWS 1000
#define FEW_BINS 20
#define MANY_BINS 40
#define FREE_BINS 32.0 /* round widths make between 20 and 50 of them */

/* 1, 2, 2.5 or 5 times a power of ten, the one nearest to `width` by ratio. */
static double round_width(double width)
{
  static const double rounds[] = {1, 2, 2.5, 5, 10};
  const double power = pow(10, floor(log10(width)));
  double best = power;

  for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
    if (fabs(log(rounds[i] * power / width)) < fabs(log(best / width))) best = rounds[i] * power;
  return best;
}

static void set_unit_bins(struct score_histogram *out, size_t rows)
{
  out->bins = rows < FEW_ROWS ? FEW_BINS : MANY_BINS;
  for (size_t i = 0; i <= out->bins; i++) out->edge[i] = (double)i / (double)out->bins;
}

/* Round bins over low..high; one value alone stands in the middle of them. */
static void set_free_bins(struct score_histogram *out, double low, double high)
{
  const bool is_constant = low == high;
  const double spread = is_constant ? fmax(fabs(low), 1) : high - low;
  double width, first;

  if (!isfinite(spread) || !(spread / FREE_BINS > 1e-300)) {
    out->reason = "scores too far apart";
    return;
  }
  width = round_width(spread / FREE_BINS);
  first = is_constant ? floor(low / width) - 10 : floor(low / width);
  out->bins = is_constant ? FEW_BINS + 1 : (size_t)(floor(high / width) - first) + 1;
  /* Values so large that a bin is less than their last digit, or all bins together too wide. */
  if (out->bins > SCORE_HISTOGRAM_BINS_MAX || first * width == (first + 1) * width ||
      !isfinite((double)out->bins * width)) {
    out->bins = 0;
    out->reason = "scores too far apart";
    return;
  }
  for (size_t i = 0; i <= out->bins; i++) out->edge[i] = (first + (double)i) * width;
}

/* The bin of a score within the edges; dividing may miss it by one. */
static size_t bin_of(const struct score_histogram *out, double score, double scale)
{
  const double place = (score - out->edge[0]) * scale;
  size_t k = place > 0 ? (size_t)place : 0;

  if (k >= out->bins) k = out->bins - 1;
  if (k > 0 && score < out->edge[k]) return k - 1;
  return k + 1 < out->bins && score >= out->edge[k + 1] ? k + 1 : k;
}

static double bins_per_unit(const struct score_histogram *out)
{
  return (double)out->bins / (out->edge[out->bins] - out->edge[0]);
}

static void count_one(struct score_histogram *out, size_t group, double score, double weight,
                      double scale)
{
  if (!isfinite(score)) {
    out->dropped++;
    return;
  }
  out->rows[group]++;
  out->count[group][bin_of(out, score, scale)] += weight;
}

void score_histogram_by_class(struct score_histogram *out, const double *score,
                              const int32_t *actual, int32_t positive, const double *weight,
                              size_t n, bool is_probability)
{
  double low = (double)INFINITY, high = -(double)INFINITY, scale;

  *out = (struct score_histogram){0};
  if (is_probability && n > 0) {
    set_unit_bins(out, n);
  } else {
    for (size_t i = 0; i < n; i++) {
      if (!isfinite(score[i])) continue;
      if (score[i] < low) low = score[i];
      if (score[i] > high) high = score[i];
    }
    if (low > high)
      out->reason = "no rows";
    else
      set_free_bins(out, low, high);
  }
  if (out->reason) return;
  scale = bins_per_unit(out);
  for (size_t i = 0; i < n; i++)
    count_one(out, actual[i] == positive ? 0 : 1, score[i], weight ? weight[i] : 1, scale);
}

static double predicted_score(const struct predictions *in, size_t row, bool *is_right)
{
  const int32_t label = predictions_label(in, row);

  *is_right = label == in->actual[row];
  return in->scores[label][row];
}

void score_histogram_by_success(struct score_histogram *out, const struct predictions *in,
                                bool is_probability)
{
  double low = (double)INFINITY, high = -(double)INFINITY, scale;
  bool is_right;

  *out = (struct score_histogram){0};
  if (is_probability && in->rows > 0) {
    set_unit_bins(out, in->rows);
  } else {
    for (size_t i = 0; i < in->rows; i++) {
      const double score = predicted_score(in, i, &is_right);

      if (!isfinite(score)) continue;
      if (score < low) low = score;
      if (score > high) high = score;
    }
    if (low > high)
      out->reason = "no rows";
    else
      set_free_bins(out, low, high);
  }
  if (out->reason) return;
  scale = bins_per_unit(out);
  for (size_t i = 0; i < in->rows; i++) {
    const double score = predicted_score(in, i, &is_right);

    count_one(out, is_right ? 0 : 1, score, in->weight ? in->weight[i] : 1, scale);
  }
}
