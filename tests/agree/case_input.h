/* Cases for the comparison with other programs, as text on standard input:
 *
 *     case binary            the kind
 *     actual 4 0 1 0 1       a name, how many values, the values
 *     score 4 .1 .2 nan inf
 *     end
 *
 * Values are what strtod reads, separated by white space.
 */
#ifndef EPOCHLOG_TESTS_AGREE_CASE_INPUT_H
#define EPOCHLOG_TESTS_AGREE_CASE_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CASE_ARRAYS = 64, CASE_NAME = 32 };

struct case_array {
  char name[CASE_NAME];
  double *value;
  size_t count;
};

struct case_input {
  char kind[CASE_NAME];
  struct case_array array[CASE_ARRAYS];
  size_t arrays;
};

/** Reads the next case, which takes the place of what `in` held; start with a
 * zeroed one.  **Returns** 1, 0 at the end of the input; ends the program with
 * a message when the input is not as described above. */
int case_read(struct case_input *in, FILE *file);
void case_release(struct case_input *in);

/** The array of that name; NULL where the case has none (`count` then 0). */
const double *case_values(const struct case_input *in, const char *name, size_t *count);

/** The first value of the array of that name, or `otherwise`. */
double case_value(const struct case_input *in, const char *name, double otherwise);

/** The array as class labels, freshly allocated; NULL where the case has none. */
int32_t *case_labels(const struct case_input *in, const char *name);

#endif
