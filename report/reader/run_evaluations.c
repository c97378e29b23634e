/* Evaluations: batches of predictions joined into arrays.
 *
 * The first batch of a name decides classes and columns; one that differs is left
 * out with a warning, since joining it would mix samples with different meanings.
 * Rows are counted first, so each array is allocated once and columns are decoded
 * straight into their place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "format.h"
#include "parallel.h"
#include "reader/evaluation_slots.h"
#include "reader/run_build.h"

/* One evaluation being put together. */
struct building {
  const char *name;
  uint8_t kind;
  struct epochlog__text *classes; /* of the first batch, in the arena */
  size_t class_count;
  struct evaluation_slots slots;
  size_t rows; /* of accepted batches */
  size_t at;   /* rows decoded */
  struct evaluation evaluation;
};

struct buildings {
  struct building *items;
  size_t count;
  size_t capacity;
  struct name_map names;
  bool *accepted; /* for each record */
};

static void leave_out(struct run_state *state, const struct building *building, const char *why)
{
  run_warn(state, "Evaluation \"%s\": a batch was left out: %s", building->name, why);
}

/* The class names of a batch as a cursor; a batch without them has none. */
static uint32_t classes_of(const struct batch_body *batch, struct epochlog__bytes *texts)
{
  struct epochlog__bytes names = batch->names;
  struct epochlog__text key;
  uint32_t count;

  while (batch_next_names(&names, &key, &count, texts))
    if (text_is(key, "classes")) return count;
  *texts = epochlog__bytes_of(NULL, 0);
  return 0;
}

static bool has_classes(const struct building *building, const struct batch_body *batch)
{
  struct epochlog__bytes texts;

  if (classes_of(batch, &texts) != building->class_count) return false;
  for (size_t i = 0; i < building->class_count; i++) {
    struct epochlog__text text = epochlog__take_str(&texts);

    if (text.size != building->classes[i].size ||
        (text.size > 0 && memcmp(text.data, building->classes[i].data, text.size) != 0))
      return false;
  }
  return true;
}

static int take_attributes(struct run_state *state, struct evaluation *evaluation,
                           const struct batch_body *batch)
{
  struct epochlog__bytes attributes = batch->attributes;
  struct epochlog__text key, value;

  evaluation->target = evaluation->method = "";
  while (batch_next_attribute(&attributes, &key, &value)) {
    char *text = arena_str(&state->arena, value);

    if (!text) return -1;
    if (text_is(key, "positive") && text[0])
      evaluation->positive = text;
    else if (text_is(key, "target"))
      evaluation->target = text;
    else if (text_is(key, "method"))
      evaluation->method = text;
    else if (text_is(key, "interval_level"))
      evaluation->interval_level = strtod(text, NULL);
  }
  if (!(evaluation->interval_level > 0 && evaluation->interval_level < 1))
    evaluation->interval_level = 0;
  return 0;
}

/* Takes classes, columns and attributes of the first batch. */
static int begin(struct run_state *state, struct building *building, const struct batch_body *batch)
{
  struct evaluation *evaluation = &building->evaluation;
  struct epochlog__bytes texts;
  const char **names;

  building->class_count = classes_of(batch, &texts);
  building->classes =
      arena_array(&state->arena, building->class_count + 1, sizeof *building->classes);
  names = arena_array(&state->arena, building->class_count + 1, sizeof *names);
  if (!building->classes || !names) return -1;
  for (size_t i = 0; i < building->class_count; i++) {
    building->classes[i] = text_keep(&state->arena, epochlog__take_str(&texts));
    names[i] = arena_str(&state->arena, building->classes[i]);
    if (!building->classes[i].data || !names[i]) return -1;
  }
  *evaluation = (struct evaluation){.name = building->name,
                                    .type = (enum evaluation_type)batch->kind,
                                    .class_count = building->class_count,
                                    .class_names = names};
  if (take_attributes(state, evaluation, batch)) return -1;
  return evaluation_slots_init(&building->slots, batch, building->class_count);
}

static struct building *building_of(struct run_state *state, struct buildings *all,
                                    const struct batch_body *batch, bool *is_new)
{
  char *name = arena_str(&state->arena, batch->name);
  struct building *items;
  size_t at;

  *is_new = false;
  if (!name) return NULL;
  at = name_map_get(&all->names, name, batch->kind);
  if (at != NAME_MAP_NONE) return &all->items[at];
  items = array_grow(all->items, &all->capacity, all->count + 1, sizeof *items);
  if (!items) return NULL;
  all->items = items;
  at = all->count++;
  items[at] = (struct building){.name = name, .kind = batch->kind};
  *is_new = true;
  return name_map_put(&all->names, name, batch->kind, at) ? NULL : &items[at];
}

/* Looks at one batch and decides whether it belongs. */
static int look_at(struct run_state *state, struct buildings *all, size_t record,
                   const struct batch_body *batch)
{
  struct contents *contents = &state->sources[state->records[record].source].contents;
  const char *problem;
  bool is_new;
  struct building *building = building_of(state, all, batch, &is_new);

  if (!building) return -1;
  if (is_new && begin(state, building, batch)) return -1;
  problem = !has_classes(building, batch) ? "its classes differ from those of the first batch"
            : evaluation_slots_fit(&building->slots, batch)
                ? NULL
                : "its columns differ from those of the first batch";
  if (!problem) problem = evaluation_slots_problem(&building->slots, batch);
  if (!problem &&
      !contents_allow_cells(contents, (uint64_t)batch->row_count * (building->slots.present + 1)))
    problem = "it claims more rows than its log can hold";
  if (problem) {
    leave_out(state, building, problem);
    return 0;
  }
  all->accepted[record] = true;
  building->rows += batch->row_count;
  return 0;
}

static int decode(struct run_state *state, struct building *building,
                  const struct batch_body *batch)
{
  enum block_check check = evaluation_slots_read(&building->slots, batch, building->at);

  if (check == BLOCK_NO_MEMORY) return -1;
  if (check == BLOCK_OK)
    building->at += batch->row_count;
  else
    leave_out(state, building, "a column of it cannot be read");
  return 0;
}

/* ---- batches are read one after the other and decoded at the same time ---- */

/* So many batches, or bytes of them, are held until all are decoded. */
enum { WAITING_MAX = 64 };
#define WAITING_BYTES ((size_t)16 << 20)

struct waiting {
  struct building *building;
  unsigned char *body;
  struct batch_body batch; /* in `body` */
  size_t at;
  enum block_check check;
};

struct queue {
  struct waiting items[WAITING_MAX];
  size_t count;
  size_t bytes;
};

static void decode_waiting(void *context, size_t index)
{
  struct waiting *waiting = &((struct queue *)context)->items[index];

  waiting->check = evaluation_slots_read(&waiting->building->slots, &waiting->batch, waiting->at);
}

static void drop_waiting(struct queue *queue)
{
  for (size_t i = 0; i < queue->count; i++) free(queue->items[i].body);
  queue->count = 0;
  queue->bytes = 0;
}

/* Each batch goes behind the one before it, as if all could be read.  Where one cannot,
 * they are decoded again in order. */
static int decode_queue(struct run_state *state, struct queue *queue)
{
  bool all_read = true;
  int result = 0;

  for (size_t i = 0; i < queue->count; i++) {
    struct waiting *waiting = &queue->items[i];

    waiting->at = waiting->building->at;
    waiting->building->at += waiting->batch.row_count;
  }
  parallel_for(queue->count, decode_waiting, queue);
  for (size_t i = 0; i < queue->count; i++)
    all_read = all_read && queue->items[i].check == BLOCK_OK;
  for (size_t i = queue->count; !all_read && i-- > 0;)
    queue->items[i].building->at = queue->items[i].at;
  for (size_t i = 0; !all_read && i < queue->count && result == 0; i++)
    result = decode(state, queue->items[i].building, &queue->items[i].batch);
  drop_waiting(queue);
  return result;
}

/* Takes a copy of the record's body, whose bytes last only until the next is read. */
static int enqueue(struct run_state *state, struct queue *queue, struct building *building,
                   const struct run_record *item)
{
  struct waiting *waiting;
  struct record record;

  if (queue->count == WAITING_MAX || queue->bytes >= WAITING_BYTES)
    if (decode_queue(state, queue)) return -1;
  if (!run_record_get(state, item, &record)) return 0;
  waiting = &queue->items[queue->count];
  *waiting = (struct waiting){.building = building, .body = malloc((size_t)record.size + 1)};
  if (!waiting->body) return -1;
  if (record.size > 0) memcpy(waiting->body, record.body, record.size);
  record.body = waiting->body;
  queue->count++;
  queue->bytes += record.size;
  if (batch_get(&waiting->batch, &record)) return 0;
  free(waiting->body);
  queue->count--;
  return 0;
}

static int decode_all(struct run_state *state, struct buildings *all, uint8_t from, uint8_t to)
{
  struct queue *queue = calloc(1, sizeof *queue);
  int result = queue ? 0 : -1;

  for (size_t i = 0; i < state->record_count && result == 0; i++) {
    struct building *building;
    struct batch_body batch;
    bool is_new;

    if (!all->accepted[i] || !run_batch_get(state, &state->records[i], from, to, &batch)) continue;
    building = building_of(state, all, &batch, &is_new);
    if (!building || !building->slots.ready)
      result = -1;
    else if (building->kind == FORMAT_BATCH_IMPORTANCE) /* texts come from the arena */
      result = decode(state, building, &batch);
    else
      result = enqueue(state, queue, building, &state->records[i]);
  }
  if (result == 0) result = decode_queue(state, queue);
  if (queue) drop_waiting(queue);
  free(queue);
  return result;
}

/* The other class has what is left. */
static void complete(void *context, size_t index, size_t begin, size_t end)
{
  const struct building *building = context;
  const double *score = building->evaluation.scores[1];

  (void)index;
  for (size_t i = begin; i < end; i++) building->slots.complement[i] = 1.0 - score[i];
}

static int publish(struct run_state *state, struct building *building,
                   struct evaluation *evaluation)
{
  building->evaluation.count = building->at;
  if (evaluation_slots_publish(&building->slots, &building->evaluation, &state->arena)) return -1;
  if (building->evaluation.binary_scores) parallel_rows(building->at, complete, building);
  *evaluation = building->evaluation;
  return 0;
}

static int publish_all(struct run_state *state, struct buildings *all)
{
  struct evaluation *list = arena_array(&state->arena, all->count + 1, sizeof *list);
  size_t count = 0;

  if (!list) return -1;
  for (size_t i = 0; i < all->count; i++) {
    if (!all->items[i].slots.ready) continue;
    if (publish(state, &all->items[i], &list[count++])) return -1;
  }
  state->run.evaluations = list;
  state->run.evaluation_count = count;
  return 0;
}

/* Arrays of all evaluations that have a batch. */
static int allocate_all(struct run_state *state, struct buildings *all)
{
  for (size_t i = 0; i < all->count; i++) {
    struct evaluation_slots *slots = &all->items[i].slots;
    size_t rows = all->items[i].rows;

    if (!slots->usable) continue;
    for (size_t k = 0; k < slots->count; k++) {
      struct evaluation_slot *slot = &slots->items[k];

      if (slot->present && !(slot->data = run_array(state, rows, evaluation_slot_size(slot))))
        return -1;
    }
    if (slots->binary && !(slots->complement = run_array(state, rows, sizeof *slots->complement)))
      return -1;
    slots->arena = &state->arena;
    slots->ready = true;
  }
  return 0;
}

int run_build_evaluations(struct run_state *state)
{
  struct buildings all = {0};
  struct batch_body batch;
  const uint8_t from = FORMAT_BATCH_CLASSIFICATION, to = FORMAT_BATCH_IMPORTANCE;
  int result = 0;

  all.accepted = calloc(state->record_count + 1, sizeof *all.accepted);
  if (!all.accepted) return -1;
  for (size_t i = 0; i < state->record_count && result == 0; i++)
    if (run_batch_get(state, &state->records[i], from, to, &batch))
      result = look_at(state, &all, i, &batch);
  if (result == 0) result = allocate_all(state, &all);
  if (result == 0) result = decode_all(state, &all, from, to);
  if (result == 0) result = publish_all(state, &all);
  for (size_t i = 0; i < all.count; i++) free(all.items[i].slots.items);
  free(all.items);
  free(all.accepted);
  name_map_release(&all.names);
  return result;
}
