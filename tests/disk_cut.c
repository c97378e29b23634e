#include "disk_cut.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUBSET_MAX 7       /* changes of which every subset is tried */
#define NAMES_MAX 3        /* names of which every subset is tried */
#define RANKS_MAX 24       /* sectors of an op that is cut at each of them */
#define FAILURES_MAX 5     /* are told */
#define TORN_SECTORS 1024u /* of a file may be torn within */

enum mode {
  MODE_PREFIX,  /* ops up to `op` */
  MODE_FIRST,   /* of `op` the sectors before `rank` */
  MODE_LAST,    /* of `op` the sectors from `rank` on */
  MODE_SUBSET,  /* the changes in `mask` */
  MODE_SECTORS, /* each sector at its own time */
  MODE_WORDS,   /* and torn towards the next time */
  MODE_PAGES
};

#define ALL_NAMES (~UINT64_C(0))

struct plan {
  enum mode mode;
  unsigned op;
  unsigned rank;
  uint64_t mask;
  uint64_t names; /* those in the mask are kept, of those that the ops have */
  uint64_t seed;
  unsigned lose; /* of 100 units so many are not as new as can be */
  bool is_doomed_lost;
};

/* ------------------------------------------------------------------ chance */

static uint64_t mix(uint64_t x)
{
  x = (x ^ x >> 31) * UINT64_C(0x7FB5D329728EA185);
  x = (x ^ x >> 27) * UINT64_C(0x81DADEF4BC2DD44D);
  return x ^ x >> 33;
}

static uint64_t next_random(struct disk_cutter *cutter)
{
  return mix(cutter->random += UINT64_C(0x9E3779B97F4A7C15));
}

static uint64_t hash_of(const uint8_t *bytes, size_t size)
{
  uint64_t sum = size + 1;
  uint64_t word;

  for (; size >= 8; bytes += 8, size -= 8) {
    memcpy(&word, bytes, 8);
    sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    sum ^= sum >> 32;
  }
  for (; size > 0; bytes++, size--) sum = mix(sum ^ *bytes);
  return mix(sum) | 1;
}

/* Whether it is new. */
static bool remember(struct disk_cutter *cutter, uint64_t hash)
{
  size_t at;

  if ((cutter->seen_count + 1) * 2 > cutter->seen_capacity) {
    const size_t capacity = cutter->seen_capacity * 2;
    uint64_t *seen = calloc(capacity, sizeof *seen);

    if (seen == NULL) abort();
    for (size_t i = 0; i < cutter->seen_capacity; i++) {
      if (cutter->seen[i] == 0) continue;
      for (at = cutter->seen[i] % capacity; seen[at] != 0;) at = (at + 1) % capacity;
      seen[at] = cutter->seen[i];
    }
    free(cutter->seen);
    cutter->seen = seen;
    cutter->seen_capacity = capacity;
  }
  for (at = hash % cutter->seen_capacity; cutter->seen[at] != 0;
       at = (at + 1) % cutter->seen_capacity)
    if (cutter->seen[at] == hash) return false;
  cutter->seen[at] = hash;
  cutter->seen_count++;
  return true;
}

/* ----------------------------------------------------------- one state's bytes */

/* The op up to which a sector, page or size is kept. */
static unsigned time_of(const struct plan *plan, const struct disk_model *model, unsigned file,
                        size_t unit)
{
  const uint64_t draw = mix(plan->seed ^ mix(((uint64_t)file << 48) + unit));
  const unsigned first = model->change_count == 0 ? 0 : model->changes[0].op;

  if (draw % 100 >= plan->lose) return model->op;
  return first + (unsigned)((draw >> 32) % (model->op - first + 2)) - 1;
}

static size_t unit_of(const struct plan *plan, const struct disk_change *change)
{
  if (change->kind == DISK_CHANGE_SIZE) return SIZE_MAX >> 20;
  return change->at / (plan->mode == MODE_PAGES ? DISK_PAGE : DISK_SECTOR);
}

static bool keeps(const struct plan *plan, const struct disk_model *model, size_t index,
                  unsigned rank)
{
  const struct disk_change *change = &model->changes[index];

  if (change->is_doomed && plan->is_doomed_lost) return false;
  switch (plan->mode) {
    case MODE_PREFIX: return change->op <= plan->op;
    case MODE_FIRST:
      return change->op < plan->op ||
             (change->op == plan->op && (rank < plan->rank || change->kind == DISK_CHANGE_SIZE));
    case MODE_LAST: return change->op < plan->op || (change->op == plan->op && rank >= plan->rank);
    case MODE_SUBSET: return (plan->mask >> index & 1) != 0;
    default: return change->op <= time_of(plan, model, change->file, unit_of(plan, change));
  }
}

/* Some words of the first change that the sector does not have. */
static void tear(struct disk_cutter *cutter, const struct plan *plan,
                 const struct disk_change *change)
{
  const size_t sector = change->at / DISK_SECTOR;
  const uint64_t words = mix(plan->seed ^ mix(sector + 77));
  uint8_t *is_torn;

  if (sector >= TORN_SECTORS) return;
  is_torn = &cutter->is_torn[change->file * TORN_SECTORS + sector];
  if (*is_torn != 0) return;
  *is_torn = 1;
  for (unsigned i = 0; i < DISK_SECTOR / 8; i++)
    if ((words >> i & 1) != 0)
      memcpy(cutter->image[change->file] + change->at + (size_t)i * 8,
             change->bytes + (size_t)i * 8, 8);
}

static void begin_image(struct disk_cutter *cutter, const struct disk_file *file, unsigned i)
{
  if (cutter->image_capacity[i] < file->capacity) {
    free(cutter->image[i]);
    cutter->image[i] = malloc(file->capacity);
    if (cutter->image[i] == NULL) abort();
    cutter->image_capacity[i] = file->capacity;
  }
  if (file->capacity != 0) memcpy(cutter->image[i], file->durable, file->capacity);
  cutter->image_size[i] = file->durable_size;
  cutter->is_named[i] = file->is_named;
}

static void keep(struct disk_cutter *cutter, const struct disk_change *change)
{
  if (change->kind == DISK_CHANGE_BYTES)
    memcpy(cutter->image[change->file] + change->at, change->bytes, DISK_SECTOR);
  else
    cutter->image_size[change->file] = change->at;
}

/* The state of a plan; its hash. */
static uint64_t make_image(struct disk_cutter *cutter, const struct disk_model *model,
                           const struct plan *plan)
{
  unsigned rank = 0;
  unsigned name = 0;
  uint64_t all = 1;

  for (unsigned i = 0; i < model->file_count; i++) begin_image(cutter, &model->files[i], i);
  if (plan->mode == MODE_WORDS)
    memset(cutter->is_torn, 0, (size_t)model->file_count * TORN_SECTORS);
  for (size_t i = 0; i < model->change_count; i++) {
    const struct disk_change *change = &model->changes[i];

    if (i != 0 && change->op != change[-1].op) rank = 0;
    if (change->kind == DISK_CHANGE_NAME) {
      const bool is_kept = (plan->names >> name++ % 64 & 1) != 0;

      if (is_kept && (plan->mode != MODE_PREFIX || change->op <= plan->op))
        cutter->is_named[change->file] = change->is_named;
    } else if (keeps(plan, model, i, rank++)) {
      keep(cutter, change);
    } else if (plan->mode == MODE_WORDS && change->kind == DISK_CHANGE_BYTES) {
      tear(cutter, plan, change);
    }
  }
  for (unsigned i = 0; i < model->file_count; i++) {
    cutter->hash[i] = hash_of(cutter->image[i], cutter->image_size[i]);
    if (cutter->is_named[i]) all = mix(all ^ mix(cutter->hash[i] + i));
  }
  return all | 1;
}

/* --------------------------------------------------------- a folder of it */

static bool write_file(const char *path, const uint8_t *bytes, size_t size)
{
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool is_good;

  if (fd < 0) return false;
  is_good = size == 0 || write(fd, bytes, size) == (ssize_t)size;
  close(fd);
  return is_good;
}

static bool write_state(struct disk_cutter *cutter, const struct disk_model *model)
{
  for (unsigned i = 0; i < model->file_count; i++) {
    const uint64_t wanted = cutter->is_named[i] ? cutter->hash[i] : 0;
    char path[700];

    if (cutter->written[i] == wanted) continue;
    snprintf(path, sizeof path, "%s/%s", cutter->folder, model->files[i].name);
    if (wanted == 0)
      unlink(path);
    else if (!write_file(path, cutter->image[i], cutter->image_size[i]))
      return false;
    cutter->written[i] = wanted;
  }
  return true;
}

static const char *name_of(enum mode mode)
{
  static const char *const names[] = {
      "whole ops in order",      "the last op's first sectors", "the last op's last sectors",
      "a subset of the changes", "sectors at random",           "torn sectors at random",
      "pages at random"};

  return names[mode];
}

/* Says it and keeps the folder. */
static void fail(struct disk_cutter *cutter, const struct disk_model *model,
                 const struct plan *plan, uint64_t acknowledged, const char *problem)
{
  char kept[700];

  if (cutter->failures++ >= FAILURES_MAX) return;
  snprintf(kept, sizeof kept, "%s/failed-%" PRIu64, cutter->scratch, cutter->failures);
  fprintf(stderr,
          "%s: seed %" PRIu64 ", before call %" PRIu64 ", op %u of %u, %s, names %" PRIx64
          ", %" PRIu64 " acknowledged: %s\n  kept in %s\n",
          cutter->options.name, cutter->options.seed, model->calls, plan->op, model->op,
          name_of(plan->mode), plan->names, acknowledged, problem, kept);
  if (rename(cutter->folder, kept) != 0 || mkdir(cutter->folder, 0777) != 0) abort();
  memset(cutter->written, 0, sizeof cutter->written);
}

static void try_plan(struct disk_cutter *cutter, const struct disk_model *model,
                     const struct plan *plan, uint64_t acknowledged)
{
  const uint64_t hash = make_image(cutter, model, plan);
  struct disk_cut cut = {.folder = cutter->folder,
                         .acknowledged = acknowledged,
                         .is_orderly = plan->mode == MODE_PREFIX};
  const char *problem;

  if (!remember(cutter, mix(hash ^ mix(acknowledged + 1) ^ cut.is_orderly) | 1)) return;
  cutter->states++;
  problem = write_state(cutter, model) ? cutter->options.verdict(cutter->options.context, &cut)
                                       : "the scratch folder cannot be written";
  if (problem != NULL) fail(cutter, model, plan, acknowledged, problem);
}

/* ------------------------------------------------------------- which states */

static unsigned count_names(const struct disk_model *model)
{
  unsigned count = 0;

  for (size_t i = 0; i < model->change_count; i++)
    count += model->changes[i].kind == DISK_CHANGE_NAME;
  return count;
}

static bool has_doomed(const struct disk_model *model)
{
  for (size_t i = 0; i < model->change_count; i++)
    if (model->changes[i].is_doomed) return true;
  return false;
}

struct setting {
  struct disk_cutter *cutter;
  const struct disk_model *model;
  uint64_t acknowledged;
  unsigned name_count;
  bool has_doomed;
};

/* A plan with every choice of names. */
static void try_names(const struct setting *at, struct plan plan)
{
  const unsigned ways = at->name_count <= NAMES_MAX ? 1u << at->name_count : 2;

  for (unsigned k = 0; k < ways; k++) {
    plan.names = k + 1 == ways ? ALL_NAMES : k;
    try_plan(at->cutter, at->model, &plan, at->acknowledged);
    if (!at->has_doomed) continue;
    plan.is_doomed_lost = true;
    try_plan(at->cutter, at->model, &plan, at->acknowledged);
    plan.is_doomed_lost = false;
  }
}

static void try_prefixes(const struct setting *at)
{
  const struct disk_model *model = at->model;
  unsigned op = model->change_count == 0 ? model->op : model->changes[0].op - 1;

  try_names(at, (struct plan){.mode = MODE_PREFIX, .op = op});
  for (size_t i = 0; i < model->change_count; i++) {
    if (model->changes[i].op == op) continue;
    op = model->changes[i].op;
    try_names(at, (struct plan){.mode = MODE_PREFIX, .op = op});
  }
}

/* The newest op in part; the others were the newest once. */
static void try_parts(const struct setting *at)
{
  const struct disk_model *model = at->model;
  struct plan plan = {.names = ALL_NAMES, .op = model->op};
  unsigned count = 0;

  for (size_t i = model->change_count; i-- > 0 && model->changes[i].op == model->op;) count++;
  for (plan.rank = 1; plan.rank < count; plan.rank += count / RANKS_MAX + 1) {
    plan.mode = MODE_FIRST;
    try_plan(at->cutter, model, &plan, at->acknowledged);
    plan.mode = MODE_LAST;
    try_plan(at->cutter, model, &plan, at->acknowledged);
  }
}

static void try_subsets(const struct setting *at)
{
  struct plan plan = {.mode = MODE_SUBSET, .names = ALL_NAMES};

  if (at->model->change_count > SUBSET_MAX) return;
  for (plan.mask = 0; plan.mask < UINT64_C(1) << at->model->change_count; plan.mask++)
    try_plan(at->cutter, at->model, &plan, at->acknowledged);
}

static void try_random(const struct setting *at)
{
  static const enum mode modes[] = {MODE_SECTORS, MODE_WORDS, MODE_PAGES};
  static const unsigned loses[] = {3, 15, 50, 100};
  struct disk_cutter *cutter = at->cutter;

  if (at->model->change_count == 0) return;
  for (unsigned i = 0; i < cutter->options.random_count; i++) {
    const uint64_t draw = next_random(cutter);
    const struct plan plan = {.mode = modes[draw % 3],
                              .lose = loses[(draw >> 8) % 4],
                              .names = (draw >> 16) % 4 != 0 ? ALL_NAMES : draw >> 20,
                              .is_doomed_lost = (draw >> 18) % 2 != 0,
                              .seed = next_random(cutter)};

    try_plan(cutter, at->model, &plan, at->acknowledged);
  }
}

void disk_cut(void *context, const struct disk_model *model, uint64_t acknowledged)
{
  struct disk_cutter *cutter = context;
  const struct setting at = {.cutter = cutter,
                             .model = model,
                             .acknowledged = acknowledged,
                             .name_count = count_names(model),
                             .has_doomed = has_doomed(model)};

  cutter->moments++;
  try_prefixes(&at);
  try_parts(&at);
  try_subsets(&at);
  try_random(&at);
}

/* -------------------------------------------------------- opening, closing */

bool disk_cutter_open(struct disk_cutter *cutter, const struct disk_cutter_options *options)
{
  const char *root = getenv("TMPDIR");

  *cutter = (struct disk_cutter){.options = *options, .random = mix(options->seed)};
  if (access("/dev/shm", W_OK) == 0) root = "/dev/shm"; /* memory, where there is a folder of it */
  snprintf(cutter->scratch, sizeof cutter->scratch, "%s/epochlog-cut-XXXXXX",
           root == NULL ? "/tmp" : root);
  if (mkdtemp(cutter->scratch) == NULL) return false;
  snprintf(cutter->folder, sizeof cutter->folder, "%s/cut", cutter->scratch);
  cutter->seen_capacity = 1u << 14;
  cutter->seen = calloc(cutter->seen_capacity, sizeof *cutter->seen);
  cutter->is_torn = calloc(DISK_FILES_MAX, TORN_SECTORS);
  return mkdir(cutter->folder, 0777) == 0 && cutter->seen != NULL && cutter->is_torn != NULL;
}

void disk_cutter_close(struct disk_cutter *cutter)
{
  char command[700];

  snprintf(command, sizeof command, "rm -rf '%s'",
           cutter->failures == 0 ? cutter->scratch : cutter->folder);
  if (system(command) != 0) fprintf(stderr, "%s: is left\n", cutter->scratch);
  for (unsigned i = 0; i < DISK_FILES_MAX; i++) free(cutter->image[i]);
  free(cutter->seen);
  free(cutter->is_torn);
}
