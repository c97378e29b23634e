/* What the example programs share: data read from csv, random numbers that are
 * the same on every machine, splits, scaling and permutation importance.
 *
 * An example has nobody to hand an error to, so unlike the library it prints
 * one line and exits 1 when its data cannot be used.
 */
#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

#include <epochlog.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Rows of features with what is to be predicted from them. */
struct samples {
  size_t count;
  size_t features;
  double *x;      /* [count][features], row-major */
  double *target; /* [count]; the class's index where the target is a class */
  int32_t *label; /* [count]; the class's index, 0 where the target is a number */
  int64_t *ids;   /* [count]; row in the file, from 0: the same sample in every run */
};

/* A csv file whose last column is the target. */
struct dataset {
  char *path;
  char **names; /* [all.features + 1], the target's last */
  struct samples all;
};

struct split {
  struct samples train;
  struct samples validation;
  struct samples test;
};

/* Reads `folder`/`file`: a header line, then numbers; with `classes` the last
 * column holds one of the `class_count` names instead.  Quoted fields are not
 * understood, none of the files here has one. */
void dataset_read(struct dataset *data, const char *folder, const char *file,
                  const char *const *classes, size_t class_count);
void dataset_release(struct dataset *data);

/* Copies: the given rows, at least one of them; two sets one after the other. */
struct samples samples_take(const struct samples *from, const size_t *rows, size_t count);
struct samples samples_join(const struct samples *first, const struct samples *second);
void samples_release(struct samples *samples);

/* Three parts by chance, each with every class in the share it has in the whole
 * (a regression is one class). */
void split_make(struct split *split, const struct samples *all, double validation_share,
                double test_share, uint64_t seed);
void split_release(struct split *split);

/* What makes the columns of one set comparable.  It is fitted to the training
 * part only: a mean that has seen the test part would leak it. */
struct scaling {
  double *mean;
  double *scale; /* what was divided by; 1 for a constant column */
};

void scaling_fit(struct scaling *scaling, const struct samples *train);
void scaling_apply(const struct scaling *scaling, struct samples *samples);
void scaling_release(struct scaling *scaling);

/* A generator of our own (splitmix64), because rand() differs between systems
 * and a seed in a log is worth nothing if it does not give the same run again. */
struct random {
  uint64_t state;
};

double random_uniform(struct random *random); /* [0, 1) */
double random_normal(struct random *random);
void random_shuffle(struct random *random, size_t *values, size_t count);

/* Permutation importance: how much worse each score gets when one feature's
 * values are dealt to the wrong rows. */
struct permutation {
  void (*score)(const void *model, const struct samples *samples, double *scores);
  const void *model;
  size_t score_count; /* how many numbers `score` gives; higher is better */
  size_t repeats;
  uint64_t seed;
};

/* `mean` and `deviation` (over the repeats) are [score_count][features]. */
void permutation_importance(const struct permutation *permutation, const struct samples *samples,
                            double *mean, double *deviation);

/* Seconds of a clock that is never set back. */
double seconds_now(void);

/* Zeroed memory, or the end of the program. */
void *allocate(size_t count, size_t size);

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A text being written in memory: print to `file`, then text_close, then free `text`. */
struct text {
  FILE *file;
  char *text;
  size_t size;
};

void text_open(struct text *text);
void text_close(struct text *text);

/* Starts a run.  That it could not be started is said, and then the training
 * goes on all the same: every call of the library accepts a NULL run. */
epochlog_run *run_start(const epochlog_options *options);

/* Ends the run and prints its folder.  Returns the program's exit status, which
 * is 1 when the log is not whole: nothing was said about that until now. */
int run_finish(epochlog_run *run);

#endif
