/* Runs from a seed, as a reader would have built them: evaluations of every
 * type with the troubles real ones have (ties, weights, one class, constant
 * scores, NaN, labels nobody knows), metrics, and Azure's JSON documents.
 */
#ifndef EPOCHLOG_TESTS_RANDOM_RUN_H
#define EPOCHLOG_TESTS_RANDOM_RUN_H

#include "pool.h"
#include "random_chart.h"
#include "reader/run_build.h"

/* A run whose names and arrays live in `pool`. */
void random_run(struct run_state *state, struct random *random, struct pool *pool);

#endif
