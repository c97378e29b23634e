#include "import/parse_number.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A decimal number taken apart: sign, digits as an integer, power of ten. */
struct decimal {
  bool negative;
  uint64_t digits;
  unsigned digit_count; /* without leading zeros */
  int exponent;
};

/* Takes `text` apart.  Returns whether it is a decimal number; digits beyond the
 * nineteenth are counted but not kept. */
static bool take_apart(const char *text, const char *end, struct decimal *number)
{
  bool any = false;

  *number = (struct decimal){.negative = *text == '-'};
  text += *text == '-' || *text == '+';
  for (bool behind_point = false; text < end; text++) {
    const unsigned digit = (unsigned)(unsigned char)*text - '0';

    if (digit <= 9) {
      any = true;
      if (number->digit_count < 19) number->digits = 10 * number->digits + digit;
      number->digit_count += number->digits != 0;
      number->exponent -= behind_point;
    } else if (*text == '.' && !behind_point) {
      behind_point = true;
    } else {
      break;
    }
  }
  if (!any) return false;
  if (text < end && (*text == 'e' || *text == 'E')) {
    const bool negative = text[1] == '-';
    int exponent = 0;

    text += 1 + (text[1] == '-' || text[1] == '+');
    if (text == end) return false;
    for (; text < end && *text >= '0' && *text <= '9'; text++)
      if (exponent < 100000) exponent = 10 * exponent + (*text - '0');
    number->exponent += negative ? -exponent : exponent;
  }
  return text == end;
}

static bool is_word(const char *text, size_t size, const char *word)
{
  return size == strlen(word) && strncasecmp(text, word, size) == 0;
}

static enum parse_result parse_word(const char *text, size_t size, double *value)
{
  const bool negative = *text == '-';
  const size_t sign = *text == '-' || *text == '+';

  text += sign;
  size -= sign;
  if (is_word(text, size, "nan"))
    *value = (double)NAN;
  else if (is_word(text, size, "inf") || is_word(text, size, "infinity"))
    *value = (double)(negative ? -INFINITY : INFINITY);
  else
    return PARSE_NOT_A_NUMBER;
  return PARSE_OK;
}

enum parse_result parse_number(const char *text, size_t size, double *value)
{
  /* Every power of ten that a double holds exactly. */
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const uint64_t whole_max = (uint64_t)1 << 53;
  struct decimal number;

  if (!take_apart(text, text + size, &number)) return parse_word(text, size, value);
  /* Both the digits and the power are exact doubles, so one IEEE operation gives
   * the nearest double (Clinger 1990).  All else is strtod's. */
  if (number.digit_count <= 19 && number.digits <= whole_max && number.exponent >= -22 &&
      number.exponent <= 22) {
    const double digits = (double)number.digits;

    *value =
        number.exponent < 0 ? digits / powers[-number.exponent] : digits * powers[number.exponent];
    if (number.negative) *value = -*value;
    return PARSE_OK;
  }
  *value = strtod(text, NULL);
  return isinf(*value) ? PARSE_OUT_OF_RANGE : PARSE_OK;
}

enum parse_result parse_integer(const char *text, size_t size, int64_t *value)
{
  enum parse_result result;
  double number;
  char *end;

  if (size == 0) return PARSE_NOT_A_NUMBER;
  errno = 0;
  *value = strtoll(text, &end, 10);
  if (end == text + size) return errno == ERANGE ? PARSE_OUT_OF_RANGE : PARSE_OK;
  result = parse_number(text, size, &number);
  if (result != PARSE_OK) return result;
  if (!isfinite(number) || floor(number) < number) return PARSE_NOT_A_NUMBER;
  /* Beyond 2^53 a double no longer tells which whole number was meant. */
  if (fabs(number) > 9007199254740992.0) return PARSE_OUT_OF_RANGE;
  *value = (int64_t)number;
  return PARSE_OK;
}
