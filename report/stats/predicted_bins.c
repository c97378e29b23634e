#include "stats/predicted_bins.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/sort.h"

/* What the edges are made of. */
struct plan {
  double lo, hi; /* where the inner bins begin and end */
  double width;
  size_t bins;
};

/* Where so many values are equal that both percentiles fall on them, others
 * are tried nearer the ends until one differs, and mixed in at one part in 20. */
static void escape_from_ties(struct plan *plan, const double *sorted, size_t n)
{
  size_t parts = 100;
  double lo = plan->lo, hi = plan->hi;

  for (int i = 0; i <= 5 && lo == hi; i++) {
    parts *= 2;
    lo = i < 5 ? sort_quantile_of(sorted, n, 1, parts) : sorted[0];
    hi = i < 5 ? sort_quantile_of(sorted, n, parts - 1, parts) : sorted[n - 1];
  }
  plan->lo = 0.95 * plan->lo + 0.05 * lo;
  plan->hi = 0.95 * plan->hi + 0.05 * hi;
  plan->bins = 3;
}

static struct plan make_plan(const double *sorted, size_t n)
{
  struct plan plan = {
      .lo = sort_quantile_of(sorted, n, 1, 100),
      .hi = sort_quantile_of(sorted, n, 99, 100),
  };
  const double wished = ceil(sqrt((double)n));

  plan.bins = wished < PREDICTED_BINS_MAX ? (size_t)wished : PREDICTED_BINS_MAX;
  if (plan.lo == plan.hi) escape_from_ties(&plan, sorted, n);
  plan.width = (plan.hi - plan.lo) / (double)plan.bins;
  return plan;
}

static void add_edge(struct predicted_bins *out, size_t *edges, double edge)
{
  if (*edges > 0 && edge <= out->edge[*edges - 1]) return;
  out->edge[(*edges)++] = edge + 0.0;
}

static void make_edges(struct predicted_bins *out, const double *sorted, size_t n)
{
  const struct plan plan = make_plan(sorted, n);
  const double decimals = 2 - trunc(log10(plan.width));
  const double outer = pow(10, decimals);
  const double inner = plan.width >= 1 ? 100 : outer;
  const size_t inner_edges = plan.bins - 1;
  size_t edges = 0;

  add_edge(out, &edges, floor(sorted[0] * outer) / outer);
  for (size_t k = 0; k < inner_edges; k++) {
    const double t = inner_edges > 1 ? (double)k / (double)(inner_edges - 1) : 0;

    add_edge(out, &edges, nearbyint((plan.lo + (plan.hi - plan.lo) * t) * inner) / inner);
  }
  add_edge(out, &edges, ceil(sorted[n - 1] * outer) / outer);
  out->bins = edges > 1 ? edges - 1 : 1;
  if (edges == 1) out->edge[1] = out->edge[0];
}

/* (edge, edge] bins; what rounding left outside goes to the nearest end. */
static size_t bin_of(const struct predicted_bins *out, double y)
{
  size_t lo = 0, hi = out->bins - 1;

  while (lo < hi) {
    const size_t middle = lo + (hi - lo) / 2;

    if (y > out->edge[middle + 1])
      lo = middle + 1;
    else
      hi = middle;
  }
  return lo;
}

static void fill(struct predicted_bins *out, const double *actual, const double *predicted,
                 size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const size_t k = bin_of(out, actual[i]);

    if (!isfinite(actual[i]) || !isfinite(predicted[i])) continue;
    out->count[k]++;
    out->average[k] += predicted[i];
    out->true_average[k] += actual[i];
  }
  for (size_t k = 0; k < out->bins; k++) {
    out->true_average[k] /= out->count[k]; /* NaN when empty. */
    if (out->count[k] > 0) out->average[k] /= out->count[k];
  }
  for (size_t i = 0; i < n; i++) {
    const size_t k = bin_of(out, actual[i]);
    const double gap = predicted[i] - out->average[k];

    if (isfinite(actual[i]) && isfinite(predicted[i])) out->error[k] += gap * gap;
  }
  for (size_t k = 0; k < out->bins; k++)
    if (out->count[k] > 0) out->error[k] = sqrt(out->error[k] / out->count[k]);
}

int predicted_bins_compute(struct predicted_bins *out, const double *actual,
                           const double *predicted, size_t n)
{
  double *sorted = malloc((n + 1) * sizeof *sorted);
  size_t kept = 0;
  int status = 0;

  *out = (struct predicted_bins){0};
  if (!sorted) return -1;
  for (size_t i = 0; i < n; i++)
    if (isfinite(actual[i]) && isfinite(predicted[i])) sorted[kept++] = actual[i];
  out->rows = kept;
  out->dropped = n - kept;
  if (kept == 0) {
    out->reason = "no rows";
  } else if (sort_doubles(sorted, kept)) {
    status = -1;
  } else {
    if (sorted[0] == sorted[kept - 1]) {
      out->bins = 1;
      out->edge[0] = out->edge[1] = sorted[0];
    } else {
      make_edges(out, sorted, kept);
    }
    fill(out, actual, predicted, n);
  }
  free(sorted);
  return status;
}
