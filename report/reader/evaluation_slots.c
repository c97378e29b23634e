#include "reader/evaluation_slots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "format.h"

/* The named columns of each kind; places are used by number below. */
enum { TRUE_CLASS, PREDICTED_CLASS, WEIGHT_CLASS, ID_CLASS, SCORE, CLASSIFICATION_SLOTS };
enum { TRUE_VALUE, PREDICTED, LOWER, UPPER, WEIGHT, ID, REGRESSION_SLOTS };
enum { FEATURE, OVERALL, DEVIATION, IMPORTANCE_SLOTS };

static const struct evaluation_slot classification[CLASSIFICATION_SLOTS] = {
    [TRUE_CLASS] = {.name = "true", .kind = SLOT_CLASS},
    [PREDICTED_CLASS] = {.name = "predicted", .kind = SLOT_CLASS},
    [WEIGHT_CLASS] = {.name = "weight", .kind = SLOT_NUMBER},
    [ID_CLASS] = {.name = "id", .kind = SLOT_INTEGER},
    [SCORE] = {.name = "score", .kind = SLOT_NUMBER},
};
static const struct evaluation_slot regression[REGRESSION_SLOTS] = {
    [TRUE_VALUE] = {.name = "true", .kind = SLOT_NUMBER},
    [PREDICTED] = {.name = "predicted", .kind = SLOT_NUMBER},
    [LOWER] = {.name = "lower", .kind = SLOT_NUMBER},
    [UPPER] = {.name = "upper", .kind = SLOT_NUMBER},
    [WEIGHT] = {.name = "weight", .kind = SLOT_NUMBER},
    [ID] = {.name = "id", .kind = SLOT_INTEGER},
};
static const struct evaluation_slot importance[IMPORTANCE_SLOTS] = {
    [FEATURE] = {.name = "feature", .kind = SLOT_TEXT},
    [OVERALL] = {.name = "overall", .kind = SLOT_NUMBER},
    [DEVIATION] = {.name = "deviation", .kind = SLOT_NUMBER},
};

/* The number behind "score:" or "class:"; SIZE_MAX when the name is not such. */
static size_t class_of(struct epochlog__text name, size_t class_count)
{
  size_t value = 0;

  if (name.size < 7 || name.size > 16 ||
      (memcmp(name.data, "score:", 6) != 0 && memcmp(name.data, "class:", 6) != 0))
    return SIZE_MAX;
  for (uint32_t i = 6; i < name.size; i++) {
    if (name.data[i] < '0' || name.data[i] > '9') return SIZE_MAX;
    value = value * 10 + (size_t)(name.data[i] - '0');
  }
  return value < class_count ? value : SIZE_MAX;
}

/* Which slot a column belongs to; `slots->count` when none: it is ignored. */
static size_t slot_of(const struct evaluation_slots *slots, struct epochlog__text name)
{
  size_t of_class;

  for (size_t i = 0; i < slots->named; i++)
    if (text_is(name, slots->items[i].name)) return i;
  if (slots->kind == FORMAT_BATCH_REGRESSION) return slots->count;
  of_class = class_of(name, slots->class_count);
  return of_class == SIZE_MAX ? slots->count : slots->named + of_class;
}

static bool all_classes(const struct evaluation_slots *slots)
{
  for (size_t i = slots->named; i < slots->count; i++)
    if (!slots->items[i].present) return false;
  return slots->count > slots->named;
}

static void judge(struct evaluation_slots *slots)
{
  const struct evaluation_slot *items = slots->items;

  switch (slots->kind) {
    case FORMAT_BATCH_CLASSIFICATION:
      slots->binary = items[SCORE].present && slots->class_count == 2;
      slots->usable = slots->class_count >= 1 && items[TRUE_CLASS].present &&
                      (items[PREDICTED_CLASS].present || slots->binary || all_classes(slots));
      break;
    case FORMAT_BATCH_REGRESSION:
      slots->usable = items[TRUE_VALUE].present && items[PREDICTED].present;
      break;
    default:
      slots->usable = items[FEATURE].present && (items[OVERALL].present || all_classes(slots));
      break;
  }
}

size_t evaluation_slot_size(const struct evaluation_slot *slot)
{
  switch (slot->kind) {
    case SLOT_CLASS: return sizeof(int32_t);
    case SLOT_TEXT: return sizeof(char *);
    default: return 8;
  }
}

int evaluation_slots_init(struct evaluation_slots *slots, const struct batch_body *batch,
                          size_t class_count)
{
  const struct evaluation_slot *named = batch->kind == FORMAT_BATCH_CLASSIFICATION ? classification
                                        : batch->kind == FORMAT_BATCH_REGRESSION   ? regression
                                                                                   : importance;
  struct epochlog__bytes columns = batch->columns;
  struct batch_column column;

  *slots = (struct evaluation_slots){
      .kind = batch->kind,
      .named = batch->kind == FORMAT_BATCH_CLASSIFICATION ? (size_t)CLASSIFICATION_SLOTS
               : batch->kind == FORMAT_BATCH_REGRESSION   ? (size_t)REGRESSION_SLOTS
                                                          : (size_t)IMPORTANCE_SLOTS,
      .class_count = class_count};
  slots->count = slots->named + class_count;
  slots->items = calloc(slots->count + 1, sizeof *slots->items);
  if (!slots->items) return -1;
  memcpy(slots->items, named, slots->named * sizeof *named);
  while (batch_next_column(&columns, &column)) {
    size_t at = slot_of(slots, column.name);

    if (at < slots->count) slots->items[at].present = true;
  }
  for (size_t i = 0; i < slots->count; i++) slots->present += slots->items[i].present;
  judge(slots);
  return 0;
}

bool evaluation_slots_fit(const struct evaluation_slots *slots, const struct batch_body *batch)
{
  struct epochlog__bytes columns = batch->columns;
  struct batch_column column;
  size_t present = 0;

  while (batch_next_column(&columns, &column)) {
    size_t at = slot_of(slots, column.name);

    if (at == slots->count) continue;
    if (!slots->items[at].present) return false;
    present++;
  }
  return present == slots->present;
}

const char *evaluation_slots_problem(const struct evaluation_slots *slots,
                                     const struct batch_body *batch)
{
  struct epochlog__bytes columns = batch->columns;
  struct batch_column column;

  if (!slots->usable)
    return slots->kind == FORMAT_BATCH_CLASSIFICATION
               ? "it needs class names, true classes, and scores or predicted classes"
           : slots->kind == FORMAT_BATCH_REGRESSION ? "it needs true and predicted values"
                                                    : "it needs features and their importance";
  while (batch_next_column(&columns, &column)) {
    struct epochlog__column head;

    if (slot_of(slots, column.name) == slots->count) continue;
    if (epochlog__column_peek(&head, &column.column, batch->row_count) != EPOCHLOG__COLUMN_OK ||
        head.n != batch->row_count)
      return "a column of it cannot be read";
  }
  return NULL;
}

/* ---- decoding ---- */

static enum block_check check_of(enum epochlog__column_check check)
{
  return check == EPOCHLOG__COLUMN_OK          ? BLOCK_OK
         : check == EPOCHLOG__COLUMN_NO_MEMORY ? BLOCK_NO_MEMORY
         : check == EPOCHLOG__COLUMN_UNKNOWN   ? BLOCK_UNKNOWN
                                               : BLOCK_DAMAGED;
}

static enum block_check read_texts(const char **out, size_t n, struct epochlog__bytes *in,
                                   struct arena *arena)
{
  struct epochlog__text *texts = malloc((n + 1) * sizeof *texts);
  enum block_check result;
  char *storage = NULL;

  if (!texts) return BLOCK_NO_MEMORY;
  result = check_of(epochlog__column_get_text(texts, &storage, n, in));
  for (size_t i = 0; result == BLOCK_OK && i < n; i++) {
    out[i] = texts[i].data ? arena_str(arena, texts[i]) : "";
    if (!out[i]) result = BLOCK_NO_MEMORY;
  }
  free(storage);
  free(texts);
  return result;
}

/* A number as an integer; what is none, or fits none, is -1. */
static int64_t integer_of(double number) { return fabs(number) < 9.2e18 ? (int64_t)number : -1; }

/* Decodes into words of its own and converts them: numbers where integers belong,
 * the reverse, and classes, which are kept narrow.  A class index that does not fit
 * is as unknown as any other outside the list: -1. */
static enum block_check read_converted(struct evaluation_slot *slot, size_t at, size_t n,
                                       bool integers, struct epochlog__bytes *in)
{
  void *words = malloc(n * 8 + 1);
  const int64_t *integer = words;
  const double *number = words;
  enum block_check result;

  if (!words) return BLOCK_NO_MEMORY;
  result = check_of(integers ? epochlog__column_get_i64(words, n, in)
                             : epochlog__column_get_f64(words, n, in));
  for (size_t i = 0; result == BLOCK_OK && i < n; i++) {
    if (slot->kind == SLOT_NUMBER) {
      ((double *)slot->data)[at + i] = (double)integer[i];
    } else {
      const int64_t value = integers ? integer[i] : integer_of(number[i]);

      if (slot->kind == SLOT_INTEGER)
        ((int64_t *)slot->data)[at + i] = value;
      else
        ((int32_t *)slot->data)[at + i] = value >= 0 && value <= INT32_MAX ? (int32_t)value : -1;
    }
  }
  free(words);
  return result;
}

static enum block_check read_slot(struct evaluation_slots *slots, struct evaluation_slot *slot,
                                  const struct batch_column *column, size_t at, size_t n)
{
  struct epochlog__bytes in = column->column;
  bool integers = column->type == FORMAT_COLUMN_INTEGER || column->type == FORMAT_COLUMN_BOOL;
  bool numbers = column->type == FORMAT_COLUMN_FLOAT64 || column->type == FORMAT_COLUMN_FLOAT32;
  enum block_check result;

  if (slot->kind == SLOT_TEXT)
    return column->type == FORMAT_COLUMN_TEXT
               ? read_texts((const char **)slot->data + at, n, &in, slots->arena)
               : BLOCK_DAMAGED;
  if (!integers && !numbers) return BLOCK_DAMAGED;
  if (slot->kind == SLOT_CLASS || integers != (slot->kind == SLOT_INTEGER))
    result = read_converted(slot, at, n, integers, &in);
  else
    result = check_of(integers ? epochlog__column_get_i64((int64_t *)slot->data + at, n, &in)
                               : epochlog__column_get_f64((double *)slot->data + at, n, &in));
  return result == BLOCK_OK && epochlog__left(&in) != 0 ? BLOCK_DAMAGED : result;
}

enum block_check evaluation_slots_read(struct evaluation_slots *slots,
                                       const struct batch_body *batch, size_t at)
{
  struct epochlog__bytes columns = batch->columns;
  struct batch_column column;
  enum block_check result = BLOCK_OK;

  while (result == BLOCK_OK && batch_next_column(&columns, &column)) {
    size_t index = slot_of(slots, column.name);

    if (index < slots->count)
      result = read_slot(slots, &slots->items[index], &column, at, batch->row_count);
  }
  return result;
}

/* ---- handing over ---- */

static int publish_classes(const struct evaluation_slots *slots, const double *const **out,
                           struct arena *arena)
{
  const double **list = arena_array(arena, slots->class_count + 1, sizeof *list);

  if (!list) return -1;
  for (size_t i = 0; i < slots->class_count; i++) list[i] = slots->items[slots->named + i].data;
  *out = list;
  return 0;
}

int evaluation_slots_publish(const struct evaluation_slots *slots, struct evaluation *evaluation,
                             struct arena *arena)
{
  const struct evaluation_slot *items = slots->items;
  const double **binary;

  switch (slots->kind) {
    case FORMAT_BATCH_CLASSIFICATION:
      evaluation->true_class = items[TRUE_CLASS].data;
      evaluation->predicted_class = items[PREDICTED_CLASS].data;
      evaluation->weights = items[WEIGHT_CLASS].data;
      evaluation->ids = items[ID_CLASS].data;
      evaluation->binary_scores = slots->binary;
      if (!slots->binary)
        return all_classes(slots) ? publish_classes(slots, &evaluation->scores, arena) : 0;
      binary = arena_array(arena, 2, sizeof *binary);
      if (!binary) return -1;
      binary[0] = slots->complement;
      binary[1] = items[SCORE].data;
      evaluation->scores = binary;
      return 0;
    case FORMAT_BATCH_REGRESSION:
      evaluation->true_value = items[TRUE_VALUE].data;
      evaluation->predicted = items[PREDICTED].data;
      evaluation->lower = items[LOWER].data;
      evaluation->upper = items[UPPER].data;
      evaluation->weights = items[WEIGHT].data;
      evaluation->ids = items[ID].data;
      return 0;
    default:
      evaluation->features = items[FEATURE].data;
      evaluation->overall = items[OVERALL].data;
      evaluation->deviation = items[DEVIATION].data;
      return all_classes(slots) ? publish_classes(slots, &evaluation->per_class, arena) : 0;
  }
}
