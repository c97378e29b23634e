/* The parts of the HTML page: each writes one section. */
#ifndef EPOCHLOG_PAGE_HTML_PARTS_H
#define EPOCHLOG_PAGE_HTML_PARTS_H

#include "chart/markup.h"
#include "page/report.h"

/* Figures of one section, in a grid; nothing when it has none. */
void html_figures(struct markup *out, const struct report *report, const char *section);
/* Numbers of the metrics: n, last, min, max and where. */
void html_metric_table(struct markup *out, const struct report *report);
/* The tables of an evaluation: those of its section, and all its numbers. */
void html_evaluation_tables(struct markup *out, const struct report *report,
                            const struct evaluation_entry *entry);
/* The numbers of evaluations that several runs have, side by side. */
bool html_has_comparison(const struct report *report);
void html_comparison(struct markup *out, const struct report *report);
/* Parameters, tags and properties, of several runs side by side. */
void html_settings(struct markup *out, const struct report *report);
/* Kept files, images, where and how the run was made, and its logs. */
void html_images(struct markup *out, const struct report *report);
void html_files(struct markup *out, const struct report *report);
void html_origin(struct markup *out, const struct report *report);
/* How many images there are in all runs. */
size_t html_image_count(const struct report *report);

#endif
