/* What the parts of an evaluation in report.json are written with.  NaN stands for
 * "undefined" in results, where JSON has null. */
#ifndef EPOCHLOG_PAGE_JSON_PARTS_H
#define EPOCHLOG_PAGE_JSON_PARTS_H

#include "json.h"
#include "stats/intervals.h"
#include "stats/scalar_table.h"

void json_put_number(struct json_writer *json, const char *key, double value);
void json_put_numbers(struct json_writer *json, const char *key, const double *numbers,
                      size_t count);
void json_put_texts(struct json_writer *json, const char *key, const char *const *texts,
                    size_t count);

/** [lo, hi]; nothing at all where there is no interval. */
void json_put_interval(struct json_writer *json, const char *key, struct interval interval);

/** {lo, hi, method}, or {lo: null, hi: null, reason}. */
void json_put_interval_object(struct json_writer *json, const char *key,
                              const struct interval *interval);

/** "scalars", their "intervals" and the "notes" on them. */
void json_put_scalars(struct json_writer *json, const struct scalar_table *table);

#endif
