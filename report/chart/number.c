#include "chart/number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define THIN_SPACE "\xe2\x80\x89"
#define EN_DASH "\xe2\x80\x93"
#define TIMES "\xc3\x97"

/* Appends, cutting at the end of the room rather than beyond it. */
static void append(char *out, const char *text)
{
  size_t used = strlen(out), more = strlen(text);

  if (used + more >= NUMBER_SIZE) more = NUMBER_SIZE - 1 - used;
  memcpy(out + used, text, more);
  out[used + more] = '\0';
}

/* snprintf writes the locale's decimal point; only digits are taken from it. */
static char *not_finite(char *out, double value)
{
  out[0] = '\0';
  if (isnan(value))
    append(out, EN_DASH);
  else
    append(out, value < 0 ? MINUS "\xe2\x88\x9e" : "\xe2\x88\x9e");
  return out;
}

static char *powers(char *out, double value, int digits);

char *number_fixed(char out[NUMBER_SIZE], double value, int decimals)
{
  char digits[400], piece[8];
  size_t whole;
  int written;

  if (!isfinite(value)) return not_finite(out, value);
  if (fabs(value) >= 1e15) return powers(out, value, 3);
  if (decimals < 0) decimals = 0;
  if (decimals > 17) decimals = 17;
  written = snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
  if (written <= 0) return not_finite(out, (double)NAN);
  whole = (size_t)written - (decimals ? (size_t)decimals + 1 : 0);

  out[0] = '\0';
  /* A value that rounds to zero has no sign. */
  if (value < 0 && strspn(digits, "0.,") < (size_t)written) append(out, MINUS);
  for (size_t i = 0; i < whole; i++) {
    if (whole > 4 && i > 0 && (whole - i) % 3 == 0) append(out, THIN_SPACE);
    piece[0] = digits[i];
    piece[1] = '\0';
    append(out, piece);
  }
  if (decimals) {
    append(out, ".");
    append(out, digits + (size_t)written - (size_t)decimals);
  }
  return out;
}

static void append_superscript(char *out, int exponent)
{
  static const char *const raised[] = {
      "\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",     "\xe2\x81\xb4",
      "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9"};
  char digits[16];

  (void)snprintf(digits, sizeof digits, "%d", exponent);
  for (const char *at = digits; *at; at++)
    append(out, *at == '-' ? "\xe2\x81\xbb" : raised[*at - '0']);
}

char *number_power(char out[NUMBER_SIZE], int exponent)
{
  out[0] = '\0';
  append(out, "10");
  append_superscript(out, exponent);
  return out;
}

/* Digits and exponent of a decimal number, by the rounding of printf. */
struct decimal {
  char digits[24];
  int count; /* without trailing zeros, at least 1 */
  int exponent;
};

static struct decimal decimal_of(double value, int digits)
{
  struct decimal decimal = {.count = 0, .exponent = 0};
  char text[48];
  const char *at = text;

  (void)snprintf(text, sizeof text, "%.*e", digits - 1, fabs(value));
  for (; *at && *at != 'e'; at++)
    if (*at >= '0' && *at <= '9' && decimal.count < 20) decimal.digits[decimal.count++] = *at;
  if (*at == 'e') {
    int sign = at[1] == '-' ? -1 : 1;

    for (at += 2; *at >= '0' && *at <= '9'; at++)
      decimal.exponent = decimal.exponent * 10 + (*at - '0');
    decimal.exponent *= sign;
  }
  while (decimal.count > 1 && decimal.digits[decimal.count - 1] == '0') decimal.count--;
  decimal.digits[decimal.count] = '\0';
  return decimal;
}

static char *powers(char *out, double value, int digits)
{
  struct decimal decimal = decimal_of(value, digits);
  char first[2] = {decimal.digits[0], '\0'};

  out[0] = '\0';
  if (value < 0) append(out, MINUS);
  append(out, first);
  if (decimal.count > 1) {
    append(out, ".");
    append(out, decimal.digits + 1);
  }
  append(out, " " TIMES " 10");
  append_superscript(out, decimal.exponent);
  return out;
}

char *number_p(char out[NUMBER_SIZE], double p)
{
  char text[NUMBER_SIZE];

  if (isnan(p))
    (void)snprintf(out, NUMBER_SIZE, "p n/a");
  else if (p < 0.001)
    (void)snprintf(out, NUMBER_SIZE, "p < 0.001");
  else
    (void)snprintf(out, NUMBER_SIZE, "p = %.40s", number_fixed(text, fmin(p, 1), 3));
  return out;
}

char *number_short(char out[NUMBER_SIZE], double value, int digits)
{
  struct decimal decimal;

  if (!isfinite(value)) return not_finite(out, value);
  if (value == 0) return number_fixed(out, 0, 0);
  if (digits < 1) digits = 1;
  if (digits > 17) digits = 17;
  decimal = decimal_of(value, digits);
  if (decimal.exponent < -3 || decimal.exponent >= 6) return powers(out, value, digits);
  return number_fixed(
      out, value, decimal.count - 1 > decimal.exponent ? decimal.count - 1 - decimal.exponent : 0);
}

char *number_metric(char out[NUMBER_SIZE], double value)
{
  double size = fabs(value);

  if (!isfinite(value)) return not_finite(out, value);
  if (value == 0) return number_fixed(out, 0, 0);
  if (size < 1e-3 || size >= 1e6) return powers(out, value, 3);
  if (size >= 1000) return number_fixed(out, value, floor(value) == value ? 0 : 1);
  if (size >= 10 && floor(value) == value) return number_fixed(out, value, 0);
  return number_fixed(out, value, size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

char *number_count(char out[NUMBER_SIZE], double value)
{
  if (!isfinite(value)) return not_finite(out, value);
  if (fabs(value) >= 1e15) return powers(out, value, 3);
  if (floor(value) == value || fabs(value) >= 1000) return number_fixed(out, value, 0);
  return number_short(out, value, 3);
}

char *number_si(char out[NUMBER_SIZE], double value)
{
  static const char *const prefix[] = {"", "k", "M", "G", "T", "P", "E"};
  size_t index = 0;
  double scaled = value;

  if (!isfinite(value)) return not_finite(out, value);
  if (fabs(value) >= 1e21) return powers(out, value, 3);
  if (fabs(value) < 1e4) return number_short(out, value, 6);
  while (fabs(scaled) >= 1000 && index + 1 < sizeof prefix / sizeof *prefix) {
    scaled /= 1000;
    index++;
  }
  number_short(out, scaled, 6);
  append(out, prefix[index]);
  return out;
}

char *number_percent(char out[NUMBER_SIZE], double share)
{
  double percent = share * 100;

  if (!isfinite(percent)) return not_finite(out, percent);
  /* 9.96 would be printed as 10.0; exact zero needs no decimal. */
  number_fixed(out, percent, percent != 0 && fabs(percent) < 9.95 ? 1 : 0);
  append(out, THIN_SPACE "%");
  return out;
}

char *number_clock(char out[NUMBER_SIZE], double seconds, int tenths)
{
  char text[48];
  double rest;
  uint64_t whole;

  if (!isfinite(seconds)) return not_finite(out, seconds);
  if (fabs(seconds) >= 1e12) return powers(out, seconds, 3);
  rest = tenths ? round(fabs(seconds) * 10) / 10 : round(fabs(seconds));
  whole = (uint64_t)rest;
  if (tenths && rest < 60) {
    number_fixed(out, seconds < 0 ? -rest : rest, 1);
    append(out, " s");
    return out;
  }
  out[0] = '\0';
  if (seconds < 0 && rest > 0) append(out, MINUS);
  if (whole >= 3600)
    (void)snprintf(text, sizeof text, "%llu:%02u:%02u", (unsigned long long)(whole / 3600),
                   (unsigned)(whole / 60 % 60), (unsigned)(whole % 60));
  else
    (void)snprintf(text, sizeof text, "%u:%02u", (unsigned)(whole / 60), (unsigned)(whole % 60));
  append(out, text);
  return out;
}

char *number_duration(char out[NUMBER_SIZE], double seconds)
{
  char text[64];
  uint64_t whole;

  if (!isfinite(seconds)) return not_finite(out, seconds);
  if (fabs(seconds) >= 1e12) return powers(out, seconds, 3);
  /* 59.95 s and above would print as "60.0 s". */
  if (fabs(seconds) < 59.95) {
    number_fixed(out, seconds, fabs(seconds) < 1 && seconds != 0 ? 2 : 1);
    append(out, " s");
    return out;
  }
  out[0] = '\0';
  if (seconds < 0) append(out, MINUS);
  whole = (uint64_t)round(fabs(seconds));
  if (whole >= 86400)
    (void)snprintf(text, sizeof text, "%llu d %u h", (unsigned long long)(whole / 86400),
                   (unsigned)(whole / 3600 % 24));
  else if (whole >= 3600)
    (void)snprintf(text, sizeof text, "%u h %u m", (unsigned)(whole / 3600),
                   (unsigned)(whole / 60 % 60));
  else
    (void)snprintf(text, sizeof text, "%u m %u s", (unsigned)(whole / 60), (unsigned)(whole % 60));
  append(out, text);
  return out;
}
