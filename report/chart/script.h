/* What has to be known of characters that the typeface does not have.
 *
 * A chart is laid out before anyone knows whether a font for them will be found,
 * so their widths are fixed here, a little wider than fonts usually have them.
 */
#ifndef EPOCHLOG_CHART_SCRIPT_H
#define EPOCHLOG_CHART_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

/* The width in em that is kept for a character: 0 for marks that stand on another
 * one and for signs that are never seen, 1 for ideographs and what is unknown. */
double script_width(uint32_t codepoint);

/* Written from right to left: letters, marks and digits of Hebrew, Arabic,
 * Syriac, Thaana, N'Ko and the like. */
bool script_is_rtl(uint32_t codepoint);

/* Whether the glyphs of a text with this character depend on its neighbours.
 * Ideographs, syllables, signs and letters with accents stand alone. */
bool script_is_shaped(uint32_t codepoint);

/* The end of the phrase that begins at `at` with a character written from right
 * to left: its last such character and the marks on it.  Spaces, digits, hyphens
 * and brackets between such characters belong to it.  Letters of other scripts
 * end it, and so do signs that a chart puts between names and numbers. */
const char *script_rtl_end(const char *at, const char *end);

#endif
