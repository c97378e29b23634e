/* The figures of an evaluation that was logged already aggregated. */
#ifndef EPOCHLOG_PAGE_FIGURES_AGGREGATED_H
#define EPOCHLOG_PAGE_FIGURES_AGGREGATED_H

#include "analysis/aggregated.h"
#include "page/figure.h"

/** Adds the figures that `from` allows to `section`; those read off an accuracy
 * table say that they are approximate.  Where nothing could be read, a panel of the
 * schema `format` ("" unknown) says why. */
void figures_of_aggregated(struct figures *figures, const char *section, const char *name,
                           const char *format, const struct aggregated *from);

#endif
