/* What a run is called: its id, made from time, name and chance. */
#ifndef EPOCHLOG_IDENTITY_H
#define EPOCHLOG_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format.h"

#define EPOCHLOG__RUN_ID_MAX 128 /* bytes; of a component that the caller chose, too */
#define EPOCHLOG__SLUG_MAX 48

/* Random bytes from the system; false with errno set. */
bool epochlog__identity_random(void *bytes, size_t size);
/* Sixteen of them, with the version and variant bits of a UUID. */
bool epochlog__identity_uuid(uint8_t uuid[FORMAT_UUID_SIZE]);

/* Whether a string can be a run id, which is a folder's name: 1 to 128 of
 * [A-Za-z0-9._-], not starting with a dot. */
bool epochlog__identity_is_run_id(const char *text);

/* The letters and digits of a name, lower case, anything between them as one '-':
 * "Ridge (α=0.1)" is "ridge-0.1".  "run" if nothing is left. */
void epochlog__identity_slug(char out[EPOCHLOG__SLUG_MAX + 1], const char *name);

/* "20261121-134502-ridge-7f3a9c", the time in UTC. */
bool epochlog__identity_make(char out[EPOCHLOG__RUN_ID_MAX + 1], const char *name, int64_t time_ns);

#endif
