/* Numbers in text, read exactly: the double nearest to what is written.
 *
 * Decimal numbers with an optional exponent, and the words nan, inf and infinity
 * in any case, with an optional sign.  Neither hexadecimal numbers nor decimal
 * commas.  Assumes the C locale. */
#ifndef EPOCHLOG_IMPORT_PARSE_NUMBER_H
#define EPOCHLOG_IMPORT_PARSE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum parse_result {
  PARSE_OK,
  PARSE_NOT_A_NUMBER,
  PARSE_OUT_OF_RANGE /* larger than any double, or than any 64-bit integer */
};

/* `text` has `size` bytes and a zero byte behind them. */
enum parse_result parse_number(const char *text, size_t size, double *value);

/* A whole number; "3.0" and "1e3" are too, as tools that know only doubles write
 * them. */
enum parse_result parse_integer(const char *text, size_t size, int64_t *value);

#endif
