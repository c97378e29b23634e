/* Evaluations that were logged already aggregated, for report.json. */
#ifndef EPOCHLOG_PAGE_JSON_AGGREGATED_H
#define EPOCHLOG_PAGE_JSON_AGGREGATED_H

#include "analysis/aggregated.h"
#include "json.h"

/** Writes the object of one evaluation: the keys of a raw one where the schema has
 * them, with "schema" (confusion_matrix, …) and "approximate". */
void json_aggregated_write(struct json_writer *json, const struct aggregated *from);

#endif
