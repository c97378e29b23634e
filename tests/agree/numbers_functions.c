#include <math.h>
#include <stdlib.h>

#include "chart/ticks.h"
#include "numbers.h"
#include "stats/difference.h"
#include "stats/qq.h"
#include "stats/smooth.h"
#include "stats/sort.h"

/* Arrays: successes, trials, level. */
void numbers_wilson(struct json_writer *json, const struct case_input *in)
{
  const double successes = case_value(in, "successes", 0), trials = case_value(in, "trials", 0);
  const double level = case_value(in, "level", 0.95);

  put_interval(json, "wilson", interval_wilson(successes, trials, level));
  put_interval(json, "wald",
               interval_wald(successes / trials,
                             successes / trials * (1 - successes / trials) / trials, level));
  put_interval(json, "logit",
               interval_logit(successes / trials,
                              successes / trials * (1 - successes / trials) / trials, level));
}

static void put_mapped(struct json_writer *json, const char *key, const struct case_input *in,
                       const char *name, double (*function)(double))
{
  size_t count;
  const double *value = case_values(in, name, &count);

  json_write_key(json, key);
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) json_write_number(json, function(value[i]));
  json_write_close(json);
}

static double chi_square_1(double x) { return chi_square_tail(x, 1); }
static double chi_square_2(double x) { return chi_square_tail(x, 2); }

/* Arrays: x (any), p (0..1), chi (>= 0), level, n (a number of values). */
void numbers_functions(struct json_writer *json, const struct case_input *in)
{
  const size_t n = (size_t)case_value(in, "n", 0);

  put_mapped(json, "normal_cdf", in, "x", normal_cdf);
  put_mapped(json, "normal_quantile", in, "p", normal_quantile);
  put_mapped(json, "chi_square_1", in, "chi", chi_square_1);
  put_mapped(json, "chi_square_2", in, "chi", chi_square_2);
  put_mapped(json, "z", in, "level", interval_z);
  json_write_key(json, "positions");
  json_write_open_line(json, '[');
  for (size_t i = 1; i <= n; i++) json_write_number(json, qq_position(i, n));
  json_write_close(json);
}

/* Arrays: b, c (as many values each). */
void numbers_mcnemar(struct json_writer *json, const struct case_input *in)
{
  size_t count;
  const double *b = case_values(in, "b", &count), *c = case_values(in, "c", NULL);

  json_write_key(json, "p");
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count; i++) {
    double exact, mid;

    mcnemar((size_t)b[i], (size_t)c[i], &exact, &mid);
    json_write_number(json, exact);
    json_write_number(json, mid);
  }
  json_write_close(json);
}

static void put_difference(struct json_writer *json, const char *key, struct difference difference)
{
  const double numbers[] = {difference.value, difference.interval.lo, difference.interval.hi,
                            difference.p};

  put_values(json, key, numbers, sizeof numbers / sizeof *numbers);
}

/* Arrays: b, c, n (paired shares); successes, trials (two each); auc, variance,
 * rows (two each); p; level. */
void numbers_tests(struct json_writer *json, const struct case_input *in)
{
  const double level = case_value(in, "level", 0.95);
  const double *successes = case_values(in, "successes", NULL);
  const double *trials = case_values(in, "trials", NULL);
  const double *auc = case_values(in, "auc", NULL);
  const double *variance = case_values(in, "variance", NULL);
  const double *rows = case_values(in, "rows", NULL);
  size_t n;
  const double *p = case_values(in, "p", &n);
  double *adjusted = malloc((n + 1) * sizeof *adjusted);

  must(!adjusted || !successes || !trials || !auc || !variance || !rows, "tests");
  holm_adjust(adjusted, p, n);
  put_values(json, "holm", adjusted, n);
  put_difference(
      json, "paired",
      difference_of_paired_shares((size_t)case_value(in, "b", 0), (size_t)case_value(in, "c", 0),
                                  (size_t)case_value(in, "n", 0), level));
  put_difference(json, "shares",
                 difference_of_shares(successes[0], trials[0], successes[1], trials[1], level));
  put_difference(
      json, "areas",
      difference_of_areas(auc[0], variance[0], rows[0], auc[1], variance[1], rows[1], level));
  free(adjusted);
}

static void put_quantiles(struct json_writer *json, const struct case_input *in, double *sorted,
                          size_t n)
{
  size_t count, finite = 0;
  const double *fraction = case_values(in, "fractions", &count);

  for (size_t i = 0; i < n; i++)
    if (isfinite(sorted[i])) sorted[finite++] = sorted[i];
  must(sort_doubles(sorted, finite), "sort_doubles");
  put_values(json, "sorted", sorted, finite);
  json_write_key(json, "quantiles");
  json_write_open_line(json, '[');
  for (size_t i = 0; i < count && finite > 0; i++)
    json_write_number(json, sort_quantile(sorted, finite, fraction[i]));
  json_write_close(json);
}

/* Arrays: value, weight (of the average), fractions (of quantiles). */
void numbers_series(struct json_writer *json, const struct case_input *in)
{
  size_t n;
  const double *value = case_values(in, "value", &n);
  double *out = malloc((n + 1) * sizeof *out);

  must(!out, "malloc");
  smooth_ema(out, value, n, case_value(in, "weight", 0));
  put_values(json, "smooth", out, n);
  for (size_t i = 0; i < n; i++) out[i] = value[i];
  put_quantiles(json, in, out, n);
  free(out);
}

/* Arrays: low, high, wanted, loose. */
void numbers_ticks(struct json_writer *json, const struct case_input *in)
{
  const double low = case_value(in, "low", 0), high = case_value(in, "high", 1);
  const unsigned wanted = (unsigned)case_value(in, "wanted", 5);
  struct ticks ticks;

  ticks_extended(&ticks, low, high, wanted, case_value(in, "loose", 0) > 0);
  put_values(json, "extended", ticks.at, ticks.count);
  ticks_heckbert(&ticks, low, high, wanted);
  put_values(json, "heckbert", ticks.at, ticks.count);
}
