/* All files of a report. */
#ifndef EPOCHLOG_PAGE_OUTPUT_REPORT_H
#define EPOCHLOG_PAGE_OUTPUT_REPORT_H

#include "page/output.h"
#include "page/report.h"

/** Writes the charts, tables, report.json, report.md and report.html into `folder`,
 * which is made.  The page comes last: where it is, everything it speaks of is.
 * `missing` receives the characters of charts that no font had.  **Returns** 0 or
 * -1. */
int output_report(const struct report *report, const char *folder, const char *command_line,
                  const struct output_choice *choice, struct missing_characters *missing,
                  struct output_error *error);

#endif
