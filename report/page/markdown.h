/* The report as Markdown, with the charts as PNG beside it.
 *
 * Plain pipe tables and images with a width, so that it reads well on a code
 * host, in an editor and in a terminal.  Names that the user logged stand in
 * code spans or are escaped: they cannot become markup. */
#ifndef EPOCHLOG_PAGE_MARKDOWN_H
#define EPOCHLOG_PAGE_MARKDOWN_H

#include "chart/markup.h"
#include "page/report.h"

void markdown_write(struct markup *out, const struct report *report, const char *command_line);

#endif
