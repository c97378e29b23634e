/* Records (FORMAT.md 4.1): everything that is not a plain scalar point.
 *
 * A record is begun, its body added field by field, and ended; begin and end see
 * to the header and the padding.  Records stand one behind the other, each a
 * multiple of 8 long.
 */
#ifndef EPOCHLOG_RECORD_H
#define EPOCHLOG_RECORD_H

#include "frame.h"

/* Starts a record and returns where it starts, for end. */
size_t epochlog__record_begin(struct epochlog__buffer *out, enum format_record type,
                              int64_t time_ns);
void epochlog__record_end(struct epochlog__buffer *out, size_t start);

#endif
