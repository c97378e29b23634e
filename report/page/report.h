/* The report before it is written: what was computed and what will be drawn.
 *
 * report_make reads nothing and writes nothing: runs in, model out.  html.c,
 * markdown.c and report_json.c each write the model in their own language, so
 * what one page says the others say too.
 */
#ifndef EPOCHLOG_PAGE_REPORT_H
#define EPOCHLOG_PAGE_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/aggregated.h"
#include "analysis/compare.h"
#include "analysis/evaluate.h"
#include "page/figure.h"
#include "page/figures_classification.h"
#include "page/figures_series.h"
#include "page/result_table.h"
#include "pool.h"
#include "reader/run.h"

/* An evaluation of one of the runs. */
struct evaluation_entry {
  struct evaluation_result result;
  size_t run;
  const char *section; /* id of its section */
  const char *title;   /* "Evaluation: test", with the run's name in a comparison */
};

/* An aggregated evaluation logged as JSON. */
struct document_entry {
  struct aggregated aggregated;
  const struct document *source;
  size_t run;
  const char *section;
  const char *title;
};

/* An evaluation that several runs have. */
struct comparison_entry {
  const char *name;
  enum evaluation_type type;
  const struct evaluation_result **results; /* of `count` runs, the baseline first */
  const size_t *runs;                       /* their places in the report */
  size_t count;
  struct comparison tests;
  const char *section;
  const char *sentence; /* what came out, "" for importance */
};

/* One number at the top of the page. */
struct tile {
  const char *label;
  const char *value;
  const char *interval; /* "95 % CI 0.95–0.99", "CI n/a: …", "" none */
  const char *method;   /* of the interval, "" none */
};

enum { REPORT_TILES_MAX = 6 };

/* What the caller may choose; all zero is what most people want. */
struct report_settings {
  int64_t made_ns;  /* the time the page will carry */
  size_t top;       /* features drawn of an importance; 0: 20 */
  unsigned formats; /* of enum figure_format: files of each chart beside its PNG */
  struct evaluate_options evaluate;
  struct classification_style classification;
  struct series_settings series;
};

struct report {
  struct pool *pool;
  struct report_settings settings;
  struct run *const *runs;
  size_t run_count;
  const char *const *labels; /* of the runs: their names, told apart where two are equal */
  const char *title;
  const char *sentence; /* what came out, in one sentence */
  struct tile tiles[REPORT_TILES_MAX];
  size_t tile_count;
  struct evaluation_entry *evaluations;
  size_t evaluation_count;
  struct comparison_entry *comparisons;
  size_t comparison_count;
  struct document_entry *documents;
  size_t document_count;
  struct figures figures;
  struct result_tables tables;
  const char **warnings;
  size_t warning_count;
  const char **problems; /* what --strict fails for: faults of the data, one line each */
  size_t problem_count;
};

/* Charts of each run alone stand in the page of at most so many runs; of more,
 * only those that show them together. */
enum { REPORT_RUNS_WITH_CHARTS = 3 };

/** Makes the report of `run_count` runs (at least 1), which must outlive it.
 * `settings` are copied.  **Returns** 0, or -1 when memory is
 * out (nothing to release then). */
int report_make(struct report *report, struct run *const *runs, size_t run_count,
                const struct report_settings *settings, struct pool *pool);

void report_release(struct report *report);

/** "0.991" as everywhere in the report; "–" for what is not a number. */
const char *report_number(struct pool *pool, double value);

/** "2026-11-21 13:45:02 UTC"; "–" for 0. */
const char *report_time(struct pool *pool, int64_t ns);

/** A value as text; "–" for a missing one. */
const char *report_value(struct pool *pool, const struct value *value);

#endif
