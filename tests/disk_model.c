#include "disk_model.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct disk_model model;
static disk_moment *moment_of_test;
static void *context_of_test;
static atomic_uint_fast64_t acknowledged;
static atomic_uint_fast64_t syncs_begun;

/* What a sync that this thread has begun is to make durable. */
static _Thread_local unsigned sync_op;

/* ---------------------------------------------------------------- changes */

static struct disk_change *add_change(unsigned file, enum disk_change_kind kind)
{
  if (model.change_count == model.change_capacity) {
    const size_t capacity = model.change_capacity == 0 ? 256 : model.change_capacity * 2;
    struct disk_change *changes = realloc(model.changes, capacity * sizeof *changes);

    if (changes == NULL) abort();
    model.changes = changes;
    model.change_capacity = capacity;
  }
  model.changes[model.change_count] =
      (struct disk_change){.kind = kind, .file = file, .op = model.op};
  return &model.changes[model.change_count++];
}

static bool grow(struct disk_file *file, size_t size)
{
  const size_t capacity = (size + DISK_PAGE - 1) / DISK_PAGE * DISK_PAGE;

  if (capacity <= file->capacity) return true;
  file->durable = realloc(file->durable, capacity);
  file->now = realloc(file->now, capacity);
  if (file->durable == NULL || file->now == NULL) return false;
  memset(file->durable + file->capacity, 0, capacity - file->capacity);
  memset(file->now + file->capacity, 0, capacity - file->capacity);
  file->capacity = capacity;
  return true;
}

/* Notes the sectors that differ from what the file was. */
static bool compare(unsigned index, size_t size)
{
  struct disk_file *file = &model.files[index];
  const size_t end = size > file->size_now ? size : file->size_now;
  uint8_t sector[DISK_SECTOR];
  bool is_changed = size != file->size_now;

  for (size_t at = 0; at < end; at += DISK_SECTOR) {
    ssize_t n = pread(file->fd, sector, sizeof sector, (off_t)at);
    struct disk_change *change;

    if (n < 0) n = 0;
    memset(sector + n, 0, sizeof sector - (size_t)n);
    if (memcmp(sector, file->now + at, sizeof sector) == 0) continue;
    memcpy(file->now + at, sector, sizeof sector);
    change = add_change(index, DISK_CHANGE_BYTES);
    change->at = at;
    memcpy(change->bytes, sector, sizeof sector);
    is_changed = true;
  }
  if (size != file->size_now) add_change(index, DISK_CHANGE_SIZE)->at = size;
  file->size_now = size;
  return is_changed;
}

/* All that was changed since the last look is one op. */
static void look(void)
{
  bool is_changed = false;

  model.op++;
  for (unsigned i = 0; i < model.file_count; i++) {
    struct stat info;

    if (fstat(model.files[i].fd, &info) != 0 || !grow(&model.files[i], (size_t)info.st_size)) {
      model.problem = "a file cannot be followed";
      continue;
    }
    is_changed |= compare(i, (size_t)info.st_size);
  }
  if (!is_changed) model.op--;
}

/* ------------------------------------------------------------------ files */

static struct disk_file *file_of(int fd, unsigned *index)
{
  struct stat info;

  if (fstat(fd, &info) != 0) return NULL;
  for (*index = 0; *index < model.file_count; ++*index) {
    struct disk_file *file = &model.files[*index];

    if (file->inode == info.st_ino && file->device == info.st_dev) return file;
  }
  return NULL;
}

static void add_file(const struct fault_call *call)
{
  struct disk_file *file = &model.files[model.file_count];
  struct stat info;

  if (model.file_count == DISK_FILES_MAX || strlen(call->name) >= sizeof file->name ||
      fstat(call->made, &info) != 0) {
    model.problem = "a file that the model has no room for";
    return;
  }
  *file = (struct disk_file){.device = info.st_dev, .inode = info.st_ino, .fd = dup(call->made)};
  memcpy(file->name, call->name, strlen(call->name) + 1);
  model.op++;
  add_change(model.file_count++, DISK_CHANGE_NAME)->is_named = true;
}

static void forget_name(const char *name)
{
  for (unsigned i = model.file_count; i-- > 0;) {
    if (strcmp(model.files[i].name, name) != 0) continue;
    model.op++;
    add_change(i, DISK_CHANGE_NAME)->is_named = false;
    return;
  }
}

/* ------------------------------------------------------------------ syncs */

static void apply(const struct disk_change *change)
{
  struct disk_file *file = &model.files[change->file];

  if (change->kind == DISK_CHANGE_NAME) {
    file->is_named = change->is_named;
  } else if (change->kind == DISK_CHANGE_BYTES) {
    memcpy(file->durable + change->at, change->bytes, DISK_SECTOR);
  } else {
    if (change->at < file->durable_size)
      memset(file->durable + change->at, 0, file->durable_size - change->at);
    file->durable_size = change->at;
  }
}

/* Whether a page was written after the sync that failed on it. */
static bool is_rewritten(const struct disk_change *doomed)
{
  for (size_t i = 0; i < model.change_count; i++) {
    const struct disk_change *other = &model.changes[i];

    if (other->kind == DISK_CHANGE_BYTES && other->file == doomed->file && !other->is_doomed &&
        other->op <= sync_op && other->at / DISK_PAGE == doomed->at / DISK_PAGE)
      return true;
  }
  return false;
}

static void make_durable(unsigned file)
{
  bool *is_done = calloc(model.change_count + 1, sizeof *is_done);
  size_t kept = 0;

  for (size_t i = 0; i < model.change_count; i++) {
    const struct disk_change *change = &model.changes[i];

    is_done[i] = change->file == file && change->kind != DISK_CHANGE_NAME &&
                 change->op <= sync_op && (!change->is_doomed || is_rewritten(change));
  }
  for (size_t i = 0; i < model.change_count; i++)
    if (is_done[i])
      apply(&model.changes[i]);
    else
      model.changes[kept++] = model.changes[i];
  model.change_count = kept;
  free(is_done);
}

/* Whether a folder is that of the files, and not the one above it. */
static bool has_files(int folder_fd)
{
  for (unsigned i = 0; i < model.file_count; i++)
    if (faccessat(folder_fd, model.files[i].name, F_OK, 0) == 0) return true;
  return false;
}

static void make_names_durable(void)
{
  size_t kept = 0;

  for (size_t i = 0; i < model.change_count; i++)
    if (model.changes[i].kind == DISK_CHANGE_NAME && model.changes[i].op <= sync_op)
      apply(&model.changes[i]);
    else
      model.changes[kept++] = model.changes[i];
  model.change_count = kept;
}

static void doom(unsigned file)
{
  for (size_t i = 0; i < model.change_count; i++) {
    struct disk_change *change = &model.changes[i];

    if (change->file == file && change->kind == DISK_CHANGE_BYTES && change->op <= sync_op)
      change->is_doomed = true;
  }
}

/* --------------------------------------------------------------- watching */

static void end_sync(const struct fault_call *call, enum fault_moment moment)
{
  unsigned index;

  if (file_of(call->fd, &index) == NULL) return;
  if (moment == FAULT_DONE)
    make_durable(index);
  else
    doom(index);
}

static void after(const struct fault_call *call, enum fault_moment moment)
{
  if (call->kind == FAULT_CREATE && moment == FAULT_DONE) add_file(call);
  look();
  if (call->kind == FAULT_UNLINK && moment == FAULT_DONE) forget_name(call->name);
  if (call->kind == FAULT_SYNC) end_sync(call, moment);
  if (call->kind == FAULT_FOLDER_SYNC && moment == FAULT_DONE && has_files(call->fd))
    make_names_durable();
}

static void watch(const struct fault_call *call, enum fault_moment moment)
{
  const uint64_t promised = atomic_load(&acknowledged);

  pthread_mutex_lock(&lock);
  if (moment == FAULT_BEFORE) {
    model.calls++;
    look();
    sync_op = model.op;
    moment_of_test(context_of_test, &model, promised);
    if (call->kind == FAULT_SYNC) atomic_fetch_add(&syncs_begun, 1);
  } else {
    after(call, moment);
  }
  pthread_mutex_unlock(&lock);
}

void disk_start(disk_moment *moment, void *context)
{
  model = (struct disk_model){0};
  moment_of_test = moment;
  context_of_test = context;
  atomic_store(&acknowledged, 0);
  atomic_store(&syncs_begun, 0);
  fault_watch(watch);
}

void disk_acknowledge(uint64_t count) { atomic_store(&acknowledged, count); }

void disk_point(void)
{
  const uint64_t promised = atomic_load(&acknowledged);

  pthread_mutex_lock(&lock);
  look();
  moment_of_test(context_of_test, &model, promised);
  pthread_mutex_unlock(&lock);
}

uint64_t disk_syncs_begun(void) { return atomic_load(&syncs_begun); }

uint64_t disk_calls(void)
{
  uint64_t calls;

  pthread_mutex_lock(&lock);
  calls = model.calls;
  pthread_mutex_unlock(&lock);
  return calls;
}

const char *disk_stop(void)
{
  const char *problem;

  fault_watch(NULL);
  pthread_mutex_lock(&lock);
  problem = model.problem;
  for (unsigned i = 0; i < model.file_count; i++) {
    close(model.files[i].fd);
    free(model.files[i].durable);
    free(model.files[i].now);
  }
  free(model.changes);
  model = (struct disk_model){0};
  pthread_mutex_unlock(&lock);
  return problem;
}
