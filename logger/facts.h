/* What is currently so: the parameters, tags, properties, environment, files, end
 * and losses of a log, each as the record that said it.  The footer repeats them,
 * and a property is checked against its first value here.
 */
#ifndef EPOCHLOG_FACTS_H
#define EPOCHLOG_FACTS_H

#include <stdbool.h>

#include "frame.h"
#include "names.h"

struct epochlog__fact {
  uint8_t *record; /* header, body and padding; NULL: removed */
  size_t size;
  bool inherited; /* said in the log of the process that was forked */
};

struct epochlog__facts {
  struct epochlog__names names; /* the space is the record's type */
  struct epochlog__fact *list;  /* [names.count] */
  uint32_t capacity;
};

/* {0} is an empty one. */
void epochlog__facts_release(struct epochlog__facts *facts);

/* Notes that `record` is what is so under a name; false without memory. */
bool epochlog__facts_set(struct epochlog__facts *facts, enum format_record type, const char *name,
                         size_t name_size, const void *record, size_t size);
void epochlog__facts_remove(struct epochlog__facts *facts, enum format_record type,
                            const char *name, size_t name_size);
const struct epochlog__fact *epochlog__facts_find(const struct epochlog__facts *facts,
                                                  enum format_record type, const char *name,
                                                  size_t name_size);

/* All so far was said elsewhere: it counts for find and is not added to a footer. */
void epochlog__facts_inherit(struct epochlog__facts *facts);

/* Those of one type so far are told elsewhere: they are not added to a footer. */
void epochlog__facts_part(struct epochlog__facts *facts, enum format_record type);

/* Appends all but losses and the end, for a log that goes on where another stops. */
void epochlog__facts_carry(const struct epochlog__facts *facts, struct epochlog__buffer *out);

/* Appends the records in the order in which their names first came. */
void epochlog__facts_add(const struct epochlog__facts *facts, struct epochlog__buffer *out);

#endif
