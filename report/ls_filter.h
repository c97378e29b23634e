/* Which runs `epochlog ls` lists, and in what order. */
#ifndef EPOCHLOG_LS_FILTER_H
#define EPOCHLOG_LS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "reader/run.h"
#include "run_text.h"

/* What a run must have to be listed; all of it. */
struct ls_filter {
  struct text_list status;
  struct text_list tags;   /* KEY or KEY=VALUE */
  struct text_list params; /* KEY=VALUE */
  struct text_list where;  /* METRIC>=0.9 */
  const char *experiment;
};

/* A condition on a metric, read from "METRIC[:last|min|max] OP NUMBER". */
struct condition {
  struct metric_choice metric; /* its name is owned */
  char op[3];
  double number;
};

/* Reads a condition; false when it is none. */
bool condition_read(struct condition *condition, const char *text);
bool condition_holds(const struct condition *condition, const struct run *run);

/* Checks the words of the filter before any run is opened.  Returns false with the
 * complaint in `message`. */
bool ls_filter_check(const struct ls_filter *filter, char *message, size_t message_size);
bool ls_filter_is_empty(const struct ls_filter *filter);
bool ls_filter_takes(const struct ls_filter *filter, const struct run *run);

/* ---- order ---- */

struct ls_order {
  enum {
    ORDER_START,
    ORDER_ID,
    ORDER_NAME,
    ORDER_EXPERIMENT,
    ORDER_STATUS,
    ORDER_DURATION,
    ORDER_METRIC
  } by;
  bool descending;
  struct metric_choice metric; /* ORDER_METRIC; its name is owned */
};

/* Reads "KEY" or "-KEY"; what is none of the keys is a metric. */
struct ls_order ls_order_read(const char *word);

/* What a run is sorted by, apart from the run, which need not stay open. */
struct ls_key {
  bool known; /* the run has it */
  double number;
  int64_t integer; /* decides between equal numbers */
  char *text;      /* owned; NULL for numbers */
};
struct ls_key ls_key_of(const struct ls_order *order, const struct run *run);
/* Less than, equal to, greater than 0.  Runs without the key are greater either
 * way, so that they come last. */
int ls_key_compare(const struct ls_order *order, const struct ls_key *a, const struct ls_key *b);

#endif
