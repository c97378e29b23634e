/* Numbers as people read them.
 *
 * A true minus (U+2212), thin spaces between groups of thousands from 10,000
 * up, "3 × 10⁻⁴" for what is too small for decimals, an en dash for a value
 * that is not there.  Every function writes at most NUMBER_SIZE bytes with the
 * terminator and returns `out`, so that it can stand in a list of arguments.
 * None looks at the locale.
 */
#ifndef EPOCHLOG_CHART_NUMBER_H
#define EPOCHLOG_CHART_NUMBER_H

#define NUMBER_SIZE 64

/* The value with exactly `decimals` (0..17) of them: "−0.050", "12 345.0". */
char *number_fixed(char out[NUMBER_SIZE], double value, int decimals);

/* A metric: three decimals in the ordinary range, powers of ten outside:
 * "0.731", "412", "3.2 × 10⁻⁵", "1.5 × 10⁹". */
char *number_metric(char out[NUMBER_SIZE], double value);

/* A count, or a sum of weights: "12 345", "2.5". */
char *number_count(char out[NUMBER_SIZE], double value);

/* A short count for axes: "950", "10k", "2.5M". */
char *number_si(char out[NUMBER_SIZE], double value);

/* A share: "3.4 %" below ten percent, "38 %" above, thin space before %. */
char *number_percent(char out[NUMBER_SIZE], double share);

/* A p-value: "p = 0.027", "p < 0.001", "p n/a" for NaN. */
char *number_p(char out[NUMBER_SIZE], double p);

/* As few digits as say it, at most `digits` (1..17): "0.01", "2.5", "200". */
char *number_short(char out[NUMBER_SIZE], double value, int digits);

/* 10 to the `exponent`: "10⁻³". */
char *number_power(char out[NUMBER_SIZE], int exponent);

/* Seconds as h:mm:ss or m:ss: "1:02:05", "0:30"; tenths below ten seconds when
 * `tenths`. */
char *number_clock(char out[NUMBER_SIZE], double seconds, int tenths);

/* Seconds as people say them: "38.2 s", "1 h 12 m", "3 d 4 h". */
char *number_duration(char out[NUMBER_SIZE], double seconds);

#endif
