#include <stdlib.h>
#include <string.h>

#include "arrow.h"

static const char *format_of(enum arrow_type type)
{
  switch (type) {
    case ARROW_INT64: return "l";
    case ARROW_TIME: return "tsu:UTC";
    case ARROW_FLOAT: return "g";
    case ARROW_BOOL: return "b";
    case ARROW_TEXT: return "u";
    case ARROW_NAME: break;
  }
  return "i";
}

/* Releases children and dictionary that did not move, and what this one is made of. */
static void release(struct ArrowSchema *schema)
{
  for (int64_t i = 0; i < schema->n_children; i++) {
    struct ArrowSchema *child = schema->children[i];

    if (child->release) child->release(child);
    free(child);
  }
  free(schema->children);
  if (schema->dictionary) {
    if (schema->dictionary->release) schema->dictionary->release(schema->dictionary);
    free(schema->dictionary);
  }
  free(schema->private_data);
  schema->release = NULL;
}

/* A schema of its own, whose name is copied.  NULL when memory is short. */
static struct ArrowSchema *make(const char *format, const char *name, int64_t flags)
{
  struct ArrowSchema *schema = calloc(1, sizeof *schema);
  char *copy = strdup(name);

  if (!schema || !copy) {
    free(schema);
    free(copy);
    return NULL;
  }
  *schema = (struct ArrowSchema){
      .format = format, .name = copy, .flags = flags, .release = release, .private_data = copy};
  return schema;
}

static struct ArrowSchema *column_schema(const struct arrow_column *column)
{
  struct ArrowSchema *schema =
      make(format_of(column->type), column->name, column->is_nullable ? ARROW_FLAG_NULLABLE : 0);

  if (!schema || column->type != ARROW_NAME) return schema;
  schema->dictionary = make(format_of(ARROW_TEXT), "", 0);
  if (schema->dictionary) return schema;
  release(schema);
  free(schema);
  return NULL;
}

int arrow_schema(struct ArrowSchema *out, const struct arrow_column *columns, size_t count)
{
  *out = (struct ArrowSchema){.format = "+s", .name = "", .release = release};
  out->children = calloc(count + 1, sizeof(struct ArrowSchema *));
  for (size_t i = 0; out->children && i < count; i++) {
    out->children[i] = column_schema(&columns[i]);
    if (!out->children[i]) break;
    out->n_children++;
  }
  if (out->children && out->n_children == (int64_t)count) return 0;
  release(out);
  return -1;
}
