#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "arrow.h"

struct arrow_names {
  atomic_size_t holders;
  size_t count;
  int32_t *offsets; /* count + 1 */
  char *text;
};

struct arrow_names *arrow_names_new(const char *const *names, size_t count)
{
  struct arrow_names *made = calloc(1, sizeof *made);
  size_t size = 0, at = 0;

  if (!made) return NULL;
  atomic_init(&made->holders, 1);
  for (size_t i = 0; i < count; i++) size += strlen(names[i]);
  made->count = count;
  made->offsets = size <= ARROW_TEXT_MAX ? calloc(count + 1, sizeof *made->offsets) : NULL;
  made->text = made->offsets ? malloc(size + 1) : NULL;
  if (!made->text) {
    arrow_names_drop(made);
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    const size_t length = strlen(names[i]);

    memcpy(made->text + at, names[i], length);
    at += length;
    made->offsets[i + 1] = (int32_t)at;
  }
  return made;
}

struct arrow_names *arrow_names_keep(struct arrow_names *names)
{
  atomic_fetch_add_explicit(&names->holders, 1, memory_order_relaxed);
  return names;
}

void arrow_names_drop(struct arrow_names *names)
{
  if (!names || atomic_fetch_sub_explicit(&names->holders, 1, memory_order_acq_rel) != 1) return;
  free(names->offsets);
  free(names->text);
  free(names);
}

/* An array with the names it shows. */
struct shown {
  struct arrow_names *names;
  const void *buffers[3];
};

static void release(struct ArrowArray *array)
{
  struct shown *shown = array->private_data;

  arrow_names_drop(shown->names);
  free(shown);
  array->release = NULL;
}

int arrow_names_array(struct ArrowArray *out, struct arrow_names *names)
{
  struct shown *shown = malloc(sizeof *shown);

  if (!shown) return -1;
  *shown = (struct shown){arrow_names_keep(names), {NULL, names->offsets, names->text}};
  *out = (struct ArrowArray){.length = (int64_t)names->count,
                             .n_buffers = 3,
                             .buffers = shown->buffers,
                             .release = release,
                             .private_data = shown};
  return 0;
}
