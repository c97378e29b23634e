/* What every chart owes its reader, whatever the numbers and names.
 *
 * A recorded drawing is looked through for the first thing that is wrong:
 *   place     no text on text, on a ring or under a shape, in our typeface or, for what an SVG does not
 *             hold to its width, in a wider one; nothing off the canvas; no line
 *             through words that have no halo
 *   contrast  4.5 between text and whatever lies beneath it, 3 between a mark
 *             and the page, on a light page and on a dark one
 *   apart     series of one chart differ by dash, by half the width, by kind of mark, or by
 *             colour as three kinds of colour-blind readers see it
 * and, where asked, whether the plot is square, the chart has a title and a
 * subtitle, each reference line carries its label, and the marks of an axis have
 * different ones.
 *
 * Faint by design, and so without a demand on contrast: grid, bands, context
 * lines, the raw line behind a smoothed one, and the stops of the two ramps,
 * whose pale end is zero.
 */
#ifndef EPOCHLOG_TESTS_CHART_PROPERTIES_H
#define EPOCHLOG_TESTS_CHART_PROPERTIES_H

#include <stdbool.h>

#include "canvas_record.h"

#define PROPERTY_PROBLEM_MAX 512

/* The contrasts that are asked for (WCAG 2.1, success criteria 1.4.3, 1.4.11). */
#define PROPERTY_TEXT_CONTRAST 4.5
#define PROPERTY_MARK_CONTRAST 3.0

/* The least distance of two series colours to a colour-blind reader: what the
 * six series colours keep on a light and on a dark page. */
#define PROPERTY_APART_LIGHT 8.1
#define PROPERTY_APART_DARK 9.6

enum chart_property {
  PROPERTY_SQUARE = 1,   /* the plot is as high as it is wide, to one pixel */
  PROPERTY_TITLED = 2,   /* title and subtitle are there */
  PROPERTY_LABELLED = 4, /* a reference line with a label shows it */
  PROPERTY_MARKED = 8    /* no two marks of one axis have the same label */
};

/* Finishes the recording and looks at all of it; `asked` is a sum of
 * chart_property.  False where a property is broken, said in `problem`. */
bool chart_properties_hold(struct canvas_record *record, unsigned asked,
                           char problem[PROPERTY_PROBLEM_MAX]);

/* The parts, for chart_properties.c; each returns false and says why. */
bool chart_contrast_holds(const struct canvas_record *record, char problem[PROPERTY_PROBLEM_MAX]);
bool chart_series_are_apart(const struct canvas_record *record, char problem[PROPERTY_PROBLEM_MAX]);

#endif
