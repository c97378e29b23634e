/* Marks of clocks and calendars, and the words on all marks. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "chart/number.h"
#include "chart/ticks.h"

#define DAY 86400.0

static const double clock_steps[] = {
    0.1,       0.2,        0.5,        1,           2,          5,         10,
    15,        30,         60,         120,         300,        600,       900,
    1800,      3600,       7200,       10800,       21600,      43200,     DAY,
    2 * DAY,   7 * DAY,    14 * DAY,   28 * DAY,    91 * DAY,   182 * DAY, 364 * DAY,
    728 * DAY, 1820 * DAY, 3640 * DAY, 18200 * DAY, 36400 * DAY};

static void clock_marks(struct ticks *ticks, double low, double high, unsigned wanted)
{
  size_t choice = 0, choices = sizeof clock_steps / sizeof *clock_steps;
  double step, start;

  memset(ticks, 0, sizeof *ticks);
  if (!(high > low && isfinite(high - low))) return;
  if (wanted < 2) wanted = 2;
  while (choice + 1 < choices && (high - low) / clock_steps[choice] > wanted) choice++;
  step = clock_steps[choice];
  if ((high - low) / step > TICKS_MAX - 2) {
    ticks_extended(ticks, low, high, wanted, false);
    return;
  }
  start = ceil(low / step - 1e-9) * step;
  ticks->step = step;
  for (; ticks->count < TICKS_MAX && start + step * (double)ticks->count <= high + step * 1e-9;
       ticks->count++) {
    ticks->at[ticks->count] = start + step * (double)ticks->count;
    ticks->has_label[ticks->count] = true;
  }
}

void ticks_elapsed(struct ticks *ticks, double low, double high, unsigned wanted)
{
  clock_marks(ticks, low, high, wanted);
  ticks->format = TICKS_ELAPSED;
}

void ticks_utc(struct ticks *ticks, double low, double high, unsigned wanted)
{
  clock_marks(ticks, low, high, wanted);
  ticks->format = TICKS_UTC;
}

/* "14:30", "14:30:05" or "14:30:05.25", and the date before it on the first mark and where the day changes;
 * only the date where a step is a day or more. */
static void utc_label(const struct ticks *ticks, size_t index, char out[TICKS_LABEL_SIZE])
{
  /* Parts of a second are whole in the unit of the last decimal shown. */
  int decimals = ticks->step < 1 ? (int)fmin(ceil(-log10(ticks->step) - 1e-9), 6) : 0;
  double unit = pow(10, decimals), units = floor(ticks->at[index] * unit + 0.5);
  double seconds = decimals ? floor(units / unit) : floor(ticks->at[index] + 1e-6);
  bool is_new_day = index == 0 || floor(ticks->at[index - 1] / DAY) != floor(seconds / DAY);
  char date[24], clock[24];
  struct tm parts;
  size_t length;
  time_t when;

  out[0] = '\0';
  if (!(fabs(seconds) < 2e11)) return; /* year 8000: not a time */
  when = (time_t)seconds;
  if (!gmtime_r(&when, &parts)) return;
  if (strftime(date, sizeof date, "%Y-%m-%d", &parts) == 0) return;
  length = strftime(clock, sizeof clock, ticks->step < 60 ? "%H:%M:%S" : "%H:%M", &parts);
  if (length == 0) return;
  if (decimals)
    (void)snprintf(clock + length, sizeof clock - length, ".%0*.0f", decimals,
                   units - seconds * unit);
  if (ticks->step >= DAY)
    (void)snprintf(out, TICKS_LABEL_SIZE, "%s", date);
  else if (is_new_day)
    (void)snprintf(out, TICKS_LABEL_SIZE, "%s %s", date, clock);
  else
    (void)snprintf(out, TICKS_LABEL_SIZE, "%s", clock);
}

/* The power of ten nearest to a value that is one. */
static int exponent_of(double value) { return value > 0 ? (int)lround(log10(value)) : 0; }

void ticks_label(const struct ticks *ticks, size_t index, char out[TICKS_LABEL_SIZE])
{
  char text[NUMBER_SIZE];
  double value;

  out[0] = '\0';
  if (index >= ticks->count || !ticks->has_label[index]) return;
  value = ticks->at[index];
  switch (ticks->format) {
    case TICKS_FIXED: number_fixed(text, value / pow(10, ticks->exponent), ticks->decimals); break;
    case TICKS_SI: number_si(text, value); break;
    case TICKS_PERCENT:
      number_short(text, value * 100, 4);
      (void)strncat(text, "\xe2\x80\x89%", 5);
      break;
    case TICKS_POWER: number_power(text, exponent_of(value)); break;
    case TICKS_SHORT: number_short(text, value, 6); break;
    case TICKS_ELAPSED:
      if (ticks->step >= DAY) {
        number_short(text, value / DAY, 4);
        (void)strncat(text, " d", 3);
      } else {
        number_clock(text, value, ticks->step < 1);
      }
      break;
    case TICKS_UTC: utc_label(ticks, index, out); return;
  }
  (void)snprintf(out, TICKS_LABEL_SIZE, "%.*s", TICKS_LABEL_SIZE - 1, text);
}
