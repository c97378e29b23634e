/* The typeface inside the program.
 *
 * font_data.c is made at build time by subset.py from the two weights of Inter
 * and is not kept in the repository.  Digits all have one width (the tabular
 * forms stand at the plain code points).
 */
#ifndef EPOCHLOG_CHART_FONT_DATA_H
#define EPOCHLOG_CHART_FONT_DATA_H

#include <stddef.h>
#include <stdint.h>

struct font_advance {
  uint16_t codepoint;
  uint16_t units; /* of units_per_em */
};

struct font_data {
  const uint8_t *file; /* a whole OpenType file */
  size_t file_size;
  const struct font_advance *advances; /* sorted by code point */
  size_t advance_count;
  uint16_t units_per_em;
  uint16_t ascent;  /* tallest and deepest ink of the letters that occur in charts, */
  uint16_t descent; /* above and below the baseline, both positive */
};

extern const struct font_data font_regular;
extern const struct font_data font_semibold;

#endif
