/* Several runs beside one another: what a comparison says before it is written
 * as HTML, Markdown or JSON. */
#ifndef EPOCHLOG_PAGE_COMPARISON_H
#define EPOCHLOG_PAGE_COMPARISON_H

#include "page/report.h"

/** Fills the report's comparisons, one for each evaluation that two or more of
 * its runs have, with their figures; none for a single run.  **Returns** 0 or -1
 * (memory). */
int comparisons_make(struct report *report);

/** The sentence at the top of the page: that of the main evaluation, "" without
 * one. */
const char *comparison_main_sentence(const struct report *report);

/** The numbers of a result; NULL for importance. */
const struct scalar_table *comparison_scalars(const struct evaluation_result *result);

/** The one number a comparison is about: AUC, else accuracy; RMSE. */
const char *comparison_main_number(const struct comparison_entry *entry);

/** "AUC" for AUC_binary and so on; the name itself for what has no shorter one. */
const char *comparison_number_title(const char *name);

/** Which way a number gets better: -1, 1, or 0 when that is not known. */
int comparison_direction(const char *name);

/** "+0.021 better", "−0.004 worse", "+3.2" where the direction is not known,
 * "same" for no difference, "" for none that is a number. */
const char *comparison_delta(struct pool *pool, double delta, int direction);

/** "p = 0.027", "p < 0.001"; "p n/a" for NaN. */
const char *comparison_p(struct pool *pool, double p);

/** "+0.050 (0.010–0.090)"; "–" where there is no interval. */
const char *comparison_interval(struct pool *pool, const struct interval *interval);

/* A parameter of any of the runs, with its value in each. */
struct compared_param {
  const char *name;
  const char *const *values; /* one per run; "–" where it has none */
  bool differs;
};

/** All parameters in the order of first appearance; lives in the report's pool. */
const struct compared_param *comparison_params(const struct report *report, size_t *count);

/* A metric that at least two runs logged, as scalars. */
struct compared_metric {
  const char *name;
  int direction;
  const double *last, *low, *high; /* one per run; NaN where it has none */
};

const struct compared_metric *comparison_metrics(const struct report *report, size_t *count);

#endif
