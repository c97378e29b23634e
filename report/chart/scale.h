/* Data to pixels along one axis: linear, logarithmic, or by normal quantiles.
 *
 * A scale never divides by an empty range: one that is given equal or
 * non-finite ends widens them itself, so that what it returns is finite for
 * every finite value it has a place for.
 */
#ifndef EPOCHLOG_CHART_SCALE_H
#define EPOCHLOG_CHART_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum scale_kind { SCALE_LINEAR = 0, SCALE_LOG, SCALE_PROBIT };

struct scale {
  enum scale_kind kind;
  double low; /* data at `from` */
  double high;
  double from; /* pixels */
  double to;
  double t_low;  /* low and high after the transformation, ... */
  double t_high; /* ... scaled down where their difference would overflow */
};

/* Lowest and highest of many values, NaN and infinities left out. */
struct range {
  double low;
  double high;
  bool is_empty; /* no finite value was seen */
};

struct range range_none(void);
void range_add(struct range *range, double value);
void range_add_all(struct range *range, const double *values, size_t count);

/* Widens by `share` of the length at both ends, without leaving the doubles. */
void range_pad(struct range *range, double share);

/* A range that has a length: an empty one becomes 0..1, a single value v
 * becomes v - |v|/10 .. v + |v|/10 (0 becomes -1..1). */
void range_open(struct range *range);

struct scale scale_make(enum scale_kind kind, struct range range, double from, double to);

/* Pixels of `value`.  NaN stays NaN; infinities and values a logarithm has no
 * place for give NaN too.  The result is held within a million pixels. */
double scale_at(const struct scale *scale, double value);

/* Quantile of the standard normal distribution, 0 < p < 1; else NaN. */
double scale_probit(double p);

#endif
