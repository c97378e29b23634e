/* Round marks on an axis, and their labels.
 *
 * Linear marks follow the extension of Wilkinson's method by Talbot, Lin and
 * Hanrahan ("An Extension of Wilkinson's Algorithm for Positioning Tick Labels
 * on Axes", 2010): candidates are scored for simplicity, coverage and density.
 * Heckbert's nice numbers (Graphics Gems, 1990) serve where the marks must
 * enclose the data, as the edges of histogram bins do.
 */
#ifndef EPOCHLOG_CHART_TICKS_H
#define EPOCHLOG_CHART_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#define TICKS_MAX 64
#define TICKS_LABEL_SIZE 48

enum ticks_format {
  TICKS_FIXED = 0, /* one number of decimals for the axis */
  TICKS_SI,        /* 10k, 2.5M: counts and steps */
  TICKS_PERCENT,   /* 0.2 is 20 % */
  TICKS_POWER,     /* 10⁻³: logarithmic axes of more than a few decades */
  TICKS_SHORT,     /* as few digits as say it: 0.01, 0.5, 200 */
  TICKS_ELAPSED,   /* seconds as h:mm:ss */
  TICKS_UTC        /* seconds since 1970 as 14:30, with the date where it changes */
};

struct ticks {
  double at[TICKS_MAX];
  bool has_label[TICKS_MAX];
  size_t count;
  double step; /* 0 where the marks are not evenly spaced */
  enum ticks_format format;
  int decimals;
  int exponent; /* labels are value / 10^exponent; said once, in the axis name */
};

/* About `wanted` (2..20) marks for low < high.  With `loose` the first and last
 * enclose the range; without, they may lie inside or a little outside. */
void ticks_extended(struct ticks *ticks, double low, double high, unsigned wanted, bool loose);
void ticks_heckbert(struct ticks *ticks, double low, double high, unsigned wanted);

/* Like ticks_extended, with whole numbers only. */
void ticks_integer(struct ticks *ticks, double low, double high, unsigned wanted);

/* 0 < low < high.  Powers of ten, with 2 and 5 between where there is room. */
void ticks_log(struct ticks *ticks, double low, double high, unsigned wanted);

/* Seconds; the steps are those of a clock and a calendar. */
void ticks_elapsed(struct ticks *ticks, double low, double high, unsigned wanted);
void ticks_utc(struct ticks *ticks, double low, double high, unsigned wanted);

/* 0, 0.2, ... 1. */
void ticks_unit(struct ticks *ticks, enum ticks_format format);

/* .01 .05 .2 .5 .8 .95 .99, for normal quantiles. */
void ticks_probit(struct ticks *ticks);

/* Drops the marks outside low..high (with a rounding error's tolerance). */
void ticks_clip(struct ticks *ticks, double low, double high);

/* Writes the label of mark `index` (UTF-8, true minus); empty where it has none. */
void ticks_label(const struct ticks *ticks, size_t index, char out[TICKS_LABEL_SIZE]);

#endif
