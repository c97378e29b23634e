/* Records made of names and texts: parameters, tags, properties, environment,
 * documents, the end. */
#ifndef EPOCHLOG_NOTES_H
#define EPOCHLOG_NOTES_H

#include "run.h"

/* The words of an end; NULL: "". */
struct epochlog__end {
  const char *code;
  const char *message;
  const char *details;
};

/* Logs STATUS; whatever becomes of it, the run is over. */
void epochlog__put_end(struct epochlog_run *run, enum format_status status,
                       const struct epochlog__end *end);

/* A name, clean, in `out` (initialised here, released by the caller).  An empty one
 * is INVALID, one that was cut is kept as TOO_LARGE and goes on; `what` names it in
 * the error. */
epochlog_status epochlog__clean_name(struct epochlog_run *run, struct epochlog__buffer *out,
                                     const char *name, const char *what);

/* Logs a record that was made in `record` (released here) and, with `fact_name`,
 * notes it as what is so under that name. */
epochlog_status epochlog__put_fact(struct epochlog_run *run, struct epochlog__buffer *record,
                                   enum format_record type, const struct epochlog__buffer *name);

#endif
