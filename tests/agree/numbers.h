/* What each kind of case prints; see numbers.c. */
#ifndef EPOCHLOG_TESTS_AGREE_NUMBERS_H
#define EPOCHLOG_TESTS_AGREE_NUMBERS_H

#include "case_input.h"
#include "json.h"
#include "stats/calibration.h"
#include "stats/curve.h"
#include "stats/gain.h"
#include "stats/intervals.h"
#include "stats/pr.h"
#include "stats/roc.h"
#include "stats/scalar_table.h"

/* Arrays: actual, score; maybe weight, score_b (of a second classifier), bins,
 * level, max_fpr. */
void numbers_binary(struct json_writer *json, const struct case_input *in);
/* Arrays: classes, actual, score0, score1, ...; maybe predicted, weight,
 * positive, bins, thresholds (of accuracy tables), only_labels. */
void numbers_multiclass(struct json_writer *json, const struct case_input *in);
/* Arrays: actual, predicted; maybe weight, range, lower, upper, nominal. */
void numbers_regression(struct json_writer *json, const struct case_input *in);
/* Intervals, tests, distribution functions, averages of series, ticks. */
void numbers_wilson(struct json_writer *json, const struct case_input *in);
void numbers_functions(struct json_writer *json, const struct case_input *in);
void numbers_mcnemar(struct json_writer *json, const struct case_input *in);
void numbers_tests(struct json_writer *json, const struct case_input *in);
void numbers_series(struct json_writer *json, const struct case_input *in);
void numbers_ticks(struct json_writer *json, const struct case_input *in);

/* Parts. */
void put_values(struct json_writer *json, const char *key, const double *value, size_t count);
void put_interval(struct json_writer *json, const char *key, struct interval interval);
void put_curve(struct json_writer *json, const char *key, const struct curve *curve);
void put_table(struct json_writer *json, const char *key, const struct scalar_table *table);
void put_roc(struct json_writer *json, const struct roc *roc);
void put_pr(struct json_writer *json, const struct pr *pr);
void put_gain(struct json_writer *json, const struct gain *gain);
void put_calibration(struct json_writer *json, const char *key, const struct calibration *from);
void put_thresholds_of(struct json_writer *json, const struct sweep *sweep,
                       const struct case_input *in, const int32_t *actual);
void put_delong(struct json_writer *json, const struct delong *delong);

/* Ends the program unless `status` is 0. */
void must(int status, const char *what);

#endif
