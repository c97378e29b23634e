/* The parts of the Markdown page. */
#ifndef EPOCHLOG_PAGE_MARKDOWN_PARTS_H
#define EPOCHLOG_PAGE_MARKDOWN_PARTS_H

#include "chart/markup.h"
#include "page/report.h"

/* Writes a format: %s plain text from anywhere, escaped; %c a name as a code span;
 * %r our own words as they are; %% a percent sign. */
void markdown_put(struct markup *out, const char *format, ...);

/* The pictures of one section. */
void markdown_figures(struct markup *out, const struct report *report, const char *section);

/* What several runs have in common and where they differ; nothing for one run. */
void markdown_comparison(struct markup *out, const struct report *report);

#endif
