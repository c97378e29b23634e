/* Facts of a run as text for people and as JSON, for the subcommands that show
 * them. */
#ifndef EPOCHLOG_RUN_TEXT_H
#define EPOCHLOG_RUN_TEXT_H

#include "json.h"
#include "print.h"
#include "reader/run.h"

/* Which of its values stands for a metric in a list of runs. */
enum metric_pick { PICK_LAST, PICK_MIN, PICK_MAX };

/* A metric as named on the command line, "NAME", "NAME:last", "NAME:min",
 * "NAME:max".  `name` is a copy, the caller's to free; NULL when memory is short.
 * What follows a ':' and is none of the three belongs to the name. */
struct metric_choice {
  char *name;
  enum metric_pick pick;
  bool picked; /* it was told */
};
struct metric_choice metric_choose(const char *word, size_t length);

/* The value of a choice in a run; TEXT with NULL text when there is none. */
struct value run_pick(const struct run *run, const struct metric_choice *choice);

/* A value for people: at most six significant digits, or all of them; new memory,
 * NULL when memory is short. */
char *value_text(struct value value, bool exact);
/* A number or true or false or a text; a missing text is null. */
void json_write_value(struct json_writer *json, struct value value);
/* An object of named values. */
void json_add_named(struct json_writer *json, const char *key, const struct named_value *values,
                    size_t count);

/* "scalar", "list", "row", "table"; "classification", "regression", "importance". */
const char *metric_kind_text(enum metric_kind kind);
const char *evaluation_type_text(enum evaluation_type type);

/* The style a status is shown in. */
enum print_style status_style(enum run_status status);

#endif
