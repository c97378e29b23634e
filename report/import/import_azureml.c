#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import/importing.h"
#include "json.h"

/* Reads all of the file, at most the logger's limit of a text and one byte more. */
static char *read_all(struct importing *importing, size_t *size)
{
  const size_t limit = (size_t)EPOCHLOG_TEXT_MAX + 1;
  char *text = NULL;
  size_t room = 0;

  *size = 0;
  for (;;) {
    ssize_t got;

    if (*size == room) {
      char *more;

      room = room ? 2 * room : 65536;
      more = realloc(text, room + 1);
      if (!more) break;
      text = more;
    }
    got = read(importing->fd, text + *size, room - *size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      importing_fail(importing, "%s", strerror(errno));
      free(text);
      return NULL;
    }
    *size += (size_t)got;
    if (got == 0 || *size >= limit) {
      text[*size] = '\0';
      return text;
    }
  }
  importing_fail(importing, "out of memory");
  free(text);
  return NULL;
}

static bool is_known(const char *schema)
{
  static const char *const known[] = {"confusion_matrix", "accuracy_table", "residuals",
                                      "predictions"};

  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i], schema) == 0) return true;
  return false;
}

/* The content is read leniently when the report is made; here it must only be JSON
 * of a schema that the report will look at. */
static int check(struct importing *importing, const char *text, size_t size, char schema[32])
{
  char message[256], found[64];
  int line;

  if (size == 0) return importing_fail(importing, "the file is empty");
  if (size > EPOCHLOG_TEXT_MAX)
    return importing_fail(importing, "the file is larger than %d MiB, the most a document may be",
                          EPOCHLOG_TEXT_MAX >> 20);
  if (json_schema_type(text, size, found, sizeof found, &line, message, sizeof message))
    return line > 0 ? importing_fail(importing, "line %d: %s", line, message)
                    : importing_fail(importing, "%s", message);
  if (importing->options->schema) {
    strcpy(schema, importing->options->schema);
    return 0;
  }
  if (!*found)
    return importing_fail(importing, "there is no text 'schema_type'; --schema can tell it");
  if (!is_known(found))
    return importing_fail(importing,
                          "the schema_type '%s' is none of confusion_matrix, accuracy_table, "
                          "residuals and predictions; --schema can tell another",
                          found);
  strcpy(schema, found);
  return 0;
}

int import_azureml(struct importing *importing)
{
  char schema[32];
  size_t size;
  char *text = read_all(importing, &size);
  int failed;

  if (!text) return -1;
  failed = check(importing, text, size, schema) || importing_start(importing) ||
           importing_logged(importing, epochlog_log_json(importing->staging.run,
                                                         importing->evaluation, schema, text));
  importing->result->rows = 1;
  free(text);
  return failed ? -1 : 0;
}
