/* Records as JSON, in the words of FORMAT.md section 12. */
#ifndef EPOCHLOG_READER_RECORD_JSON_H
#define EPOCHLOG_READER_RECORD_JSON_H

#include "reader/contents.h"
#include "reader/json_out.h"
#include "reader/records.h"

/* The RUN body as an object. */
void run_body_json(struct json_out *out, const struct run_body *run);

/* The members of a record's object: type, time_ns and its fields.  0, or -1 when
 * memory is short. */
int record_json(struct json_out *out, struct contents *contents, const struct record *record);

/* The members of a batch: kind, name, ... columns with their values. */
int batch_json(struct json_out *out, struct contents *contents, const struct record *record);

/* "list", "row", ..., "" for an unknown kind. */
const char *batch_kind_name(uint8_t kind);

#endif
