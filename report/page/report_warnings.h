/* What a reader of the report is warned of, and what a strict one fails for.
 *
 * Warnings stand on the page.  Problems are those of them that are faults of the
 * data (not, say, that a run was canceled), and statistics that came out
 * undefined; `report --strict` fails for them.
 */
#ifndef EPOCHLOG_PAGE_REPORT_WARNINGS_H
#define EPOCHLOG_PAGE_REPORT_WARNINGS_H

#include "page/report.h"

/** Status, damage and values that are no numbers of report->runs[index]. */
void report_warn_of_run(struct report *report, size_t index);

/** What the figures of metrics have to say of a run; `report` is a struct report. */
void report_warn_of_series(void *report, size_t run, const char *sentence);

/** Dropped rows, absent classes, undefined numbers; and what looks too good. */
void report_warn_of_evaluation(struct report *report, const struct evaluation_entry *entry);

/** What could not be read of an evaluation logged as JSON. */
void report_warn_of_document(struct report *report, const struct document_entry *entry);

#endif
