/* report.json: every number of the report, for programs.
 *
 * The keys are a contract: run, metrics, evaluations, charts, warnings, targets;
 * a comparison has "runs", each with run, metrics and evaluations.  A number
 * that is not finite is the string "NaN", "Infinity" or "-Infinity", one that is
 * undefined is null. */
#ifndef EPOCHLOG_PAGE_REPORT_JSON_H
#define EPOCHLOG_PAGE_REPORT_JSON_H

#include <stdio.h>

#include "page/report.h"

/** Writes to `out`; the caller checks the stream for errors. */
void report_json_write(FILE *out, const struct report *report);

#endif
