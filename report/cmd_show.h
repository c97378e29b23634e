/* The JSON of `epochlog show`, apart from its text because there is much of it. */
#ifndef EPOCHLOG_CMD_SHOW_H
#define EPOCHLOG_CMD_SHOW_H

#include <stddef.h>
#include <stdio.h>

#include "reader/run.h"

/* Everything about a run as one object. */
void show_json(const struct run *run, FILE *out);

/* The first `bytes` bytes of a hash in hexadecimal; `out` takes 2 * bytes + 1. */
void show_hash(char *out, const unsigned char *hash, size_t bytes);

#endif
