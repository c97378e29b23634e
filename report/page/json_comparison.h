/* report.json's account of several runs. */
#ifndef EPOCHLOG_PAGE_JSON_COMPARISON_H
#define EPOCHLOG_PAGE_JSON_COMPARISON_H

#include "json.h"
#include "page/report.h"

/** Writes {baseline, sentence, differing_params{NAME: [one per run]}, tests[...]},
 * the value of the key "comparison". */
void json_comparison_write(struct json_writer *json, const struct report *report);

#endif
