/* The characters that no font had: how many, and which.
 *
 * What is kept does not depend on the order in which threads found them.
 */
#ifndef EPOCHLOG_CHART_MISSING_H
#define EPOCHLOG_CHART_MISSING_H

#include <stddef.h>
#include <stdint.h>

#define MISSING_KEPT 8

struct missing_characters {
  size_t count;                 /* occurrences */
  size_t kept;                  /* of `first` */
  uint32_t first[MISSING_KEPT]; /* the lowest code points, ascending, each once */
};

void missing_add(struct missing_characters *missing, uint32_t codepoint);

/* Adds all of `from` to `into`. */
void missing_merge(struct missing_characters *into, const struct missing_characters *from);

/* The name of a font file that has the first of them, as an example. */
const char *missing_font_example(const struct missing_characters *missing);

#endif
