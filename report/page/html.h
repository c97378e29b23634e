/* The report as one HTML file that asks nobody for anything.
 *
 * Style sheet, script and pictures are in the page; a content security policy
 * forbids all else.  Everything is readable without script, in print, and on a
 * phone.  Charts are SVG with real text and theme variables, so that one
 * picture serves a light page, a dark one and paper.
 */
#ifndef EPOCHLOG_PAGE_HTML_H
#define EPOCHLOG_PAGE_HTML_H

#include "chart/markup.h"
#include "page/report.h"

/** The largest page written, in bytes. */
#define HTML_MAX ((size_t)64 * 1024 * 1024)

/** Writes the page to `out`; `command_line` is told in the footer.  Images are read
 * from the runs' folders.  Failures are kept in `out`. */
void html_write(struct markup *out, const struct report *report, const char *command_line);

#endif
