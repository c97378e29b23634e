/* Records to structs (FORMAT.md section 4).
 *
 * A body is read as far as version 1 knows it; what a later version added behind
 * is left alone, what ends too early is damaged.  Texts are views into the body
 * and live as long as it.
 */
#ifndef EPOCHLOG_READER_RECORDS_H
#define EPOCHLOG_READER_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "reader/run.h"

struct record {
  uint16_t type;
  int64_t time_ns;
  const unsigned char *body;
  uint32_t size;
};

/* The next record of a container.  False at its end, and when what is left is no
 * whole record (then container->failed). */
bool record_next(struct epochlog__bytes *container, struct record *record);

/* Whether a type is one of version 1, and whether one that is not may be skipped
 * in silence. */
bool record_is_known(uint16_t type);
bool record_is_ancillary(uint16_t type);
/* "PARAM", ..., "" for an unknown type. */
const char *record_type_name(uint16_t type);

struct run_body {
  unsigned char uuid[16];
  struct epochlog__text run_id, name, experiment, parent_id, description;
  uint32_t rank, world_size;
  int64_t start_ns;
  uint64_t pid, process_start;
  struct epochlog__text boot_id, host, user, working_folder, git_commit;
  uint8_t git_dirty;
  struct epochlog__text writer, live_file;
  uint32_t argument_count;
  struct epochlog__bytes arguments; /* argument_count × str, all whole */
  unsigned char continues[16];      /* uuid of the log this one continues; zeros: none */
  uint64_t continues_seq;           /* number of its first live record; 0 without such a log */
  uint64_t pid_namespace;           /* of `pid`; 0 unknown */
};

struct series_body {
  uint32_t id;
  uint8_t kind, type, goal;
  struct epochlog__text name, unit, description;
};

struct text_point_body {
  uint32_t series;
  int64_t step;
  struct epochlog__text value;
};

struct param_body {
  struct epochlog__text name;
  uint8_t type;
  double number;
  int64_t integer;
  struct epochlog__text text;
};

/* TAG, TAG_REMOVED, PROPERTY and ENVIRONMENT. */
struct pair_body {
  struct epochlog__text name;
  bool has_value;
  struct epochlog__text value;
};

struct file_body {
  struct epochlog__text path;
  uint64_t size;
  unsigned char sha256[32];
  struct epochlog__text role, media_type;
};

struct image_body {
  struct epochlog__text name;
  int64_t step;
  struct epochlog__text path;
  uint32_t width, height;
  struct epochlog__text caption;
};

struct document_body {
  struct epochlog__text name, format, text;
};

struct status_body {
  uint8_t status;
  int32_t exit_code;
  struct epochlog__text error_code, message, details;
};

struct loss_body {
  uint64_t count;
  int64_t from_ns, to_ns;
  int32_t error;
  struct epochlog__text what;
};

/* Each is false when the body is damaged. */
bool run_body_get(struct run_body *out, const void *body, size_t size);
bool series_body_get(struct series_body *out, const void *body, size_t size);
bool text_point_get(struct text_point_body *out, const struct record *record);
bool param_get(struct param_body *out, const struct record *record);
bool pair_get(struct pair_body *out, const struct record *record);
bool file_get(struct file_body *out, const struct record *record);
bool image_get(struct image_body *out, const struct record *record);
bool document_get(struct document_body *out, const struct record *record);
bool status_get(struct status_body *out, const struct record *record);
bool loss_get(struct loss_body *out, const struct record *record);

/* Whether a path of a FILE or IMAGE may be followed: relative, no empty part, no
 * part "." or "..", no NUL. */
bool path_is_inside(struct epochlog__text path);

/* ---- batches (4.4) ---- */

struct batch_body {
  uint8_t kind;
  struct epochlog__text name;
  int64_t step; /* INT64_MIN: none */
  uint32_t row_count;
  uint32_t column_count;
  uint16_t attribute_count;
  uint16_t names_count;
  /* Cursors; every length in them was checked. */
  struct epochlog__bytes attributes;
  struct epochlog__bytes names;
  struct epochlog__bytes columns;
};
bool batch_get(struct batch_body *out, const struct record *record);

/* The next pair of `attributes`, the next key and its texts of `names` (read them
 * with take_str from `texts`), the next column of `columns`. */
bool batch_next_attribute(struct epochlog__bytes *attributes, struct epochlog__text *key,
                          struct epochlog__text *value);
bool batch_next_names(struct epochlog__bytes *names, struct epochlog__text *key, uint32_t *count,
                      struct epochlog__bytes *texts);

struct batch_column {
  struct epochlog__text name;
  uint8_t type; /* enum format_column */
  struct epochlog__bytes column;
};
bool batch_next_column(struct epochlog__bytes *columns, struct batch_column *column);

bool text_is(struct epochlog__text text, const char *word);

/* Whether a log says that it continues another one. */
bool run_body_continues(const struct run_body *run);

#endif
