/* One evaluation in report.json. */
#ifndef EPOCHLOG_PAGE_JSON_EVALUATION_H
#define EPOCHLOG_PAGE_JSON_EVALUATION_H

#include "analysis/evaluate.h"
#include "json.h"

/** "classification", "regression", "importance". */
const char *json_evaluation_type(enum evaluation_type type);

/** Writes the value (an object). */
void json_evaluation_write(struct json_writer *json, const struct evaluation_result *result);

/** "deciles" and "curves" of a classifier with scores, of the classes that are shown. */
void json_curves_write(struct json_writer *json, const struct classification_result *from,
                       const char *const *names);

/** The members of a classifier's object. */
void json_classification_write(struct json_writer *json, const struct evaluation_result *result);

#endif
