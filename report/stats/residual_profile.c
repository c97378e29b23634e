#include "stats/residual_profile.h"

#include <math.h>
#include <stdbool.h>

#define ROWS_LEAST 3.0
#define ROWS_ENOUGH 50.0

/* A stretch of predictions; moments by Welford's update, joined by Chan's. */
struct stretch {
  double rows, from, to, prediction, mean, squares;
};

static bool is_usable(double predicted, double residual)
{
  return isfinite(predicted) && isfinite(residual);
}

static void add(struct stretch *to, double predicted, double residual)
{
  const double gap = residual - to->mean;

  if (to->rows == 0) to->from = to->to = predicted;
  to->from = fmin(to->from, predicted);
  to->to = fmax(to->to, predicted);
  to->rows++;
  to->prediction += (predicted - to->prediction) / to->rows;
  to->mean += gap / to->rows;
  to->squares += gap * (residual - to->mean);
}

static void join(struct stretch *to, const struct stretch *other)
{
  const double rows = to->rows + other->rows, share = other->rows / rows;
  const double gap = other->mean - to->mean;

  if (other->rows == 0) return;
  if (to->rows == 0) {
    *to = *other;
    return;
  }
  to->from = fmin(to->from, other->from);
  to->to = fmax(to->to, other->to);
  to->prediction += (other->prediction - to->prediction) * share;
  to->mean += gap * share;
  to->squares += other->squares + gap * gap * to->rows * share;
  to->rows = rows;
}

static void put(struct residual_profile *out, const struct stretch *from)
{
  const size_t i = out->bins++;

  out->from[i] = from->from;
  out->to[i] = from->to;
  out->prediction[i] = from->prediction;
  out->mean[i] = from->mean;
  out->sd[i] = sqrt(from->squares / from->rows);
  out->rows[i] = from->rows;
}

/* Joins stretches until each has enough; what is left over at the upper end
 * goes to the part before it. */
static void join_all(struct residual_profile *out, const struct stretch *stretch, double least)
{
  struct stretch parts[RESIDUAL_PROFILE_MAX] = {{0}};
  size_t count = 0;

  for (size_t i = 0; i < RESIDUAL_PROFILE_MAX; i++) {
    join(&parts[count], &stretch[i]);
    if (parts[count].rows >= least && i + 1 < RESIDUAL_PROFILE_MAX) count++;
  }
  if (parts[count].rows < least && count > 0) {
    join(&parts[count - 1], &parts[count]);
    count--;
  }
  for (size_t i = 0; i <= count; i++)
    if (parts[i].rows >= ROWS_LEAST) put(out, &parts[i]);
}

void residual_profile_compute(struct residual_profile *out, const double *predicted,
                              const double *residual, size_t n)
{
  struct stretch stretch[RESIDUAL_PROFILE_MAX] = {{0}};
  double low = HUGE_VAL, high = -HUGE_VAL, rows = 0;

  *out = (struct residual_profile){0};
  for (size_t i = 0; i < n; i++) {
    if (!is_usable(predicted[i], residual[i])) continue;
    low = fmin(low, predicted[i]);
    high = fmax(high, predicted[i]);
    rows++;
  }
  if (!(high > low)) return;
  for (size_t i = 0; i < n; i++) {
    /* Halves, since the range of two finite numbers need not be finite. */
    const double share = (predicted[i] / 2 - low / 2) / (high / 2 - low / 2);

    if (!is_usable(predicted[i], residual[i]) || isnan(share)) continue;
    add(&stretch[share < 1 ? (size_t)(share * RESIDUAL_PROFILE_MAX) : RESIDUAL_PROFILE_MAX - 1],
        predicted[i], residual[i]);
  }
  join_all(out, stretch, fmin(fmax(ceil(rows / 12), ROWS_LEAST), ROWS_ENOUGH));
}
