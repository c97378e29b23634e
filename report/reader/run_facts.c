/* What a run says about itself: identity, parameters, tags, files and the like. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format.h"
#include "reader/run_build.h"

/* A growing list of things in the arena, one entry a name where `names` is used. */
struct list {
  void *items;
  size_t count;
  size_t capacity;
  struct name_map names;
};

static void *list_add(struct list *list, size_t size)
{
  void *items = array_grow(list->items, &list->capacity, list->count + 1, size);

  if (!items) return NULL;
  list->items = items;
  memset((char *)items + list->count * size, 0, size);
  return (char *)items + list->count++ * size;
}

/* The entry of a name, added when it is new. */
static void *list_at(struct list *list, const char *name, size_t size, bool *is_new)
{
  size_t at = name_map_get(&list->names, name, 0);

  *is_new = at == NAME_MAP_NONE;
  if (!*is_new) return (char *)list->items + at * size;
  if (name_map_put(&list->names, name, 0, list->count)) return NULL;
  return list_add(list, size);
}

/* Hands the array over to the run. */
static int list_take(struct run_state *state, struct list *list, void *pointer_out,
                     size_t *count_out)
{
  void *items = list->items;

  name_map_release(&list->names);
  *count_out = list->count;
  memcpy(pointer_out, &items, sizeof items);
  *list = (struct list){0};
  return items ? run_own(state, items) : 0;
}

struct facts {
  struct list params, tags, properties, environment, files, images, documents, losses;
};

static struct value text_value(const char *text)
{
  return (struct value){.type = VALUE_TEXT, .text = text};
}

static int take_param(struct run_state *state, struct facts *facts, const struct record *record)
{
  struct param_body body;
  struct named_value *entry;
  char *name;
  bool is_new;

  if (!param_get(&body, record)) return 0;
  name = arena_str(&state->arena, body.name);
  if (!name) return -1;
  entry = list_at(&facts->params, name, sizeof *entry, &is_new);
  if (!entry) return -1;
  if (is_new) entry->name = name;
  entry->value = (struct value){
      .type = (enum value_type)body.type, .number = body.number, .integer = body.integer};
  if (body.type != FORMAT_VALUE_TEXT) return 0;
  entry->value.text = arena_str(&state->arena, body.text);
  return entry->value.text ? 0 : -1;
}

static int take_pair(struct run_state *state, struct facts *facts, const struct record *record)
{
  struct list *list = record->type == FORMAT_RECORD_PROPERTY      ? &facts->properties
                      : record->type == FORMAT_RECORD_ENVIRONMENT ? &facts->environment
                                                                  : &facts->tags;
  struct pair_body body;
  struct named_value *entry;
  char *name, *value = NULL;
  bool is_new;

  if (!pair_get(&body, record)) return 0;
  name = arena_str(&state->arena, body.name);
  if (!name) return -1;
  if (record->type == FORMAT_RECORD_TAG_REMOVED &&
      name_map_get(&list->names, name, 0) == NAME_MAP_NONE)
    return 0;
  if (body.has_value && !(value = arena_str(&state->arena, body.value))) return -1;
  entry = list_at(list, name, sizeof *entry, &is_new);
  if (!entry) return -1;
  /* The first value of a property counts, the last of everything else. */
  if (!is_new && record->type == FORMAT_RECORD_PROPERTY) return 0;
  entry->name = name;
  entry->value = text_value(value);
  /* A removed tag keeps its place, marked by a type no tag has, until the end. */
  if (record->type == FORMAT_RECORD_TAG_REMOVED) entry->value.type = VALUE_BOOL;
  return 0;
}

static void drop_removed_tags(struct list *tags)
{
  struct named_value *entries = tags->items;
  size_t kept = 0;

  for (size_t i = 0; i < tags->count; i++)
    if (entries[i].value.type != VALUE_BOOL) entries[kept++] = entries[i];
  tags->count = kept;
}

/* Whether a file stands at `path` in the run folder, reached through no symbolic
 * link, which could lead anywhere.  0 fine, 1 missing, 2 a link or no file. */
static int look_at(const char *folder, const char *path, uint64_t *size)
{
  int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char part[256];
  struct stat status;

  while (at >= 0) {
    const char *slash = strchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : strlen(path);
    int next;

    if (length >= sizeof part) break;
    memcpy(part, path, length);
    part[length] = '\0';
    if (!slash) {
      int result = fstatat(at, part, &status, AT_SYMLINK_NOFOLLOW) != 0 ? 1
                   : !S_ISREG(status.st_mode)                           ? 2
                                                                        : 0;

      close(at);
      *size = result == 0 ? (uint64_t)status.st_size : 0;
      return result;
    }
    next = openat(at, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (next < 0 && errno != ENOENT) {
      close(at);
      return 2;
    }
    close(at);
    at = next;
    path = slash + 1;
  }
  if (at >= 0) close(at);
  return 1;
}

/* Checks a logged path; NULL when it is not to be followed.  `expected` UINT64_MAX:
 * the size was not logged. */
static char *safe_path(struct run_state *state, struct epochlog__text path, uint64_t expected,
                       bool *no_memory)
{
  char *text = arena_str(&state->arena, path);
  uint64_t size;

  *no_memory = !text;
  if (!text) return NULL;
  if (!path_is_inside(path)) {
    run_warn(state, "The file \"%s\" lies outside the run folder and was ignored", text);
    return NULL;
  }
  if (state->detail == RUN_SUMMARY || !state->run.folder[0]) return text;
  switch (look_at(state->run.folder, text, &size)) {
    case 1: run_warn(state, "The file \"%s\" is missing from the run folder", text); break;
    case 2:
      run_warn(state, "The file \"%s\" is no regular file inside the run folder and was ignored",
               text);
      return NULL;
    default:
      if (expected != UINT64_MAX && size != expected)
        run_warn(state, "The file \"%s\" has %llu bytes, it had %llu when it was logged", text,
                 (unsigned long long)size, (unsigned long long)expected);
      break;
  }
  return text;
}

static int take_file(struct run_state *state, struct facts *facts, const struct record *record)
{
  struct file_body body;
  struct kept_file *entry;
  char *path;
  bool is_new;

  if (!file_get(&body, record)) return 0;
  path = arena_str(&state->arena, body.path);
  if (!path) return -1;
  entry = list_at(&facts->files, path, sizeof *entry, &is_new);
  if (!entry) return -1;
  entry->path = path;
  entry->size = body.size;
  memcpy(entry->sha256, body.sha256, sizeof entry->sha256);
  entry->role = arena_str(&state->arena, body.role);
  entry->media_type = arena_str(&state->arena, body.media_type);
  return entry->role && entry->media_type ? 0 : -1;
}

/* Only now, since of several records of one path the last counts. */
static int check_files(struct run_state *state, struct list *files)
{
  struct kept_file *entries = files->items;
  size_t kept = 0;

  for (size_t i = 0; i < files->count; i++) {
    struct epochlog__text path = {entries[i].path, (uint32_t)strlen(entries[i].path)};
    bool no_memory;
    char *safe = safe_path(state, path, entries[i].size, &no_memory);

    if (no_memory) return -1;
    if (safe) entries[kept++] = entries[i];
  }
  files->count = kept;
  return 0;
}

static int take_image(struct run_state *state, struct facts *facts, const struct record *record)
{
  struct image_body body;
  struct logged_image *entry;
  bool no_memory;
  char *path;

  if (!image_get(&body, record)) return 0;
  path = safe_path(state, body.path, UINT64_MAX, &no_memory);
  if (!path) return no_memory ? -1 : 0;
  entry = list_add(&facts->images, sizeof *entry);
  if (!entry) return -1;
  *entry = (struct logged_image){.name = arena_str(&state->arena, body.name),
                                 .step = body.step,
                                 .path = path,
                                 .width = body.width,
                                 .height = body.height,
                                 .caption = arena_str(&state->arena, body.caption)};
  return entry->name && entry->caption ? 0 : -1;
}

static int take_document(struct run_state *state, struct facts *facts, const struct record *record)
{
  struct document_body body;
  struct document *entry;

  if (!document_get(&body, record)) return 0;
  entry = list_add(&facts->documents, sizeof *entry);
  if (!entry) return -1;
  *entry = (struct document){.name = arena_str(&state->arena, body.name),
                             .format = arena_str(&state->arena, body.format),
                             .text = arena_str(&state->arena, body.text)};
  if (!entry->name || !entry->format || !entry->text) return -1;
  entry->size = strlen(entry->text);
  return 0;
}

static int take_loss(struct run_state *state, struct facts *facts, const struct record *record)
{
  static const char possible[] = "records"; /* FORMAT.md 9.2 */
  struct loss_body body;
  struct loss *entry;

  if (!loss_get(&body, record)) return 0;
  entry = list_add(&facts->losses, sizeof *entry);
  if (!entry) return -1;
  *entry = (struct loss){.is_possible = body.what.size >= sizeof possible - 1 &&
                                        memcmp(body.what.data, possible, sizeof possible - 1) == 0,
                         .count = body.count,
                         .from_ns = body.from_ns,
                         .to_ns = body.to_ns,
                         .error = body.error,
                         .what = arena_str(&state->arena, body.what)};
  return entry->what ? 0 : -1;
}

static int take_fact(struct run_state *state, struct facts *facts, const struct record *record)
{
  switch (record->type) {
    case FORMAT_RECORD_PARAM: return take_param(state, facts, record);
    case FORMAT_RECORD_TAG:
    case FORMAT_RECORD_TAG_REMOVED:
    case FORMAT_RECORD_PROPERTY:
    case FORMAT_RECORD_ENVIRONMENT: return take_pair(state, facts, record);
    case FORMAT_RECORD_FILE: return take_file(state, facts, record);
    case FORMAT_RECORD_IMAGE: return take_image(state, facts, record);
    case FORMAT_RECORD_DOCUMENT: return take_document(state, facts, record);
    case FORMAT_RECORD_LOSS: return take_loss(state, facts, record);
    default: return 0;
  }
}

int run_build_facts(struct run_state *state)
{
  struct facts facts = {0};
  struct run *run = &state->run;
  struct record record;
  int result = 0;

  for (size_t i = 0; i < state->record_count && result == 0; i++)
    if (state->records[i].kept->type != FORMAT_RECORD_BATCH &&
        run_record_get(state, &state->records[i], &record))
      result = take_fact(state, &facts, &record);
  drop_removed_tags(&facts.tags);
  if (result == 0) result = check_files(state, &facts.files);
  /* All of them, also after a failure: what is handed over is released. */
  result |= list_take(state, &facts.params, &run->params, &run->param_count);
  result |= list_take(state, &facts.tags, &run->tags, &run->tag_count);
  result |= list_take(state, &facts.properties, &run->properties, &run->property_count);
  result |= list_take(state, &facts.environment, &run->environment, &run->environment_count);
  result |= list_take(state, &facts.files, &run->files, &run->file_count);
  result |= list_take(state, &facts.images, &run->images, &run->image_count);
  result |= list_take(state, &facts.documents, &run->documents, &run->document_count);
  result |= list_take(state, &facts.losses, &run->losses, &run->loss_count);
  return result ? -1 : 0;
}
