/* Damages a log in every place and opens it again.
 *
 *     damage [-s STRIDE] [-j WORKERS] FILE.elog ...
 *
 * For every length the file is cut to, and every byte with all its bits or its
 * lowest bit flipped, the reader must not crash, must account for every byte
 * (whole + skipped = size), and must find exactly the frames that the damage does
 * not touch.  Which those are follows from the place of the damage alone and from
 * the frames of the undamaged file.
 *
 * A frame that was found counts when its payload is, byte for byte, the one of
 * the undamaged file: then its points and records are too.  Every 499th damage
 * is decoded in full besides, and its points compared with those of each block of
 * the undamaged log.  With -s only every STRIDE-th place is tried.
 *
 * It reads from memory, so a file of 200 kB takes some ten seconds.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format.h"
#include "reader/contents.h"
#include "reader/log.h"
#include "reader/source.h"

#define DECODE_EVERY 499
#define WORKERS_MAX 64

enum kind { CUT, FLIP_ALL, FLIP_ONE, KINDS };

static const char *const kind_names[KINDS] = {"cut at", "0xFF at", "0x01 at"};

/* A frame of the undamaged file. */
struct whole_frame {
  uint64_t offset;
  uint64_t used; /* header and payload: what a flip damages */
  uint64_t total;
  unsigned char *payload;
  size_t size;
  uint64_t points; /* fingerprint of what a block's points are, 0 for other frames */
  uint64_t count;
};

struct original {
  const char *path;
  unsigned char *bytes;
  size_t size;
  struct whole_frame *frames;
  size_t frame_count;
};

struct tally {
  uint64_t tried;
  uint64_t refused;
  uint64_t decoded;
  uint64_t failed;
};

static int complain(const struct original *original, enum kind kind, uint64_t place,
                    const char *what)
{
  fprintf(stderr, "%s: %s %" PRIu64 ": %s\n", original->path, kind_names[kind], place, what);
  return 1;
}

/* ---- the points of a log ---- */

static uint64_t mix(uint64_t sum, uint64_t value)
{
  sum = (sum ^ value) * UINT64_C(0x9E3779B97F4A7C15);
  return sum ^ sum >> 29;
}

/* Points of all series, each mixed on its own and added, so that the sum over
 * blocks is that of the whole whatever the order of series. */
static void fingerprint(const struct contents *contents, uint64_t *points, uint64_t *count)
{
  *points = *count = 0;
  for (size_t i = 0; i < contents->series.count; i++) {
    const struct series *series = &contents->series.items[i];

    for (size_t k = 0; k < series->count; k++) {
      uint64_t sum = mix(series->id, (uint64_t)series->steps[k]), bits = 0;

      sum = mix(sum, (uint64_t)series->times_us[k]);
      if (series->numbers)
        memcpy(&bits, &series->numbers[k], 8);
      else if (series->integers)
        memcpy(&bits, &series->integers[k], 8);
      else
        for (uint32_t c = 0; c < series->texts[k].size; c++)
          bits = mix(bits, (unsigned char)series->texts[k].data[c]);
      *points += mix(sum, bits);
      ++*count;
    }
  }
}

/* Points of one frame: the log is opened with all other frames marked bad. */
static int fingerprint_frame(struct original *original, size_t index)
{
  struct source source;
  struct contents contents;
  struct whole_frame *frame = &original->frames[index];
  struct log *log;

  source_init_memory(&source, original->bytes, original->size);
  log = log_open_source(original->path, &source, NULL, true, NULL);
  if (!log) return -1;
  for (size_t i = 0; i < log_frame_count(log); i++)
    if (i != index) ((struct log_frame *)log_frame(log, i))->bad = true;
  if (contents_read(&contents, log, NULL)) {
    log_close(log);
    return -1;
  }
  fingerprint(&contents, &frame->points, &frame->count);
  contents_release(&contents);
  log_close(log);
  return 0;
}

/* ---- the undamaged file ---- */

static int load(struct original *original, const char *path)
{
  struct source source;

  *original = (struct original){.path = path};
  if (source_open_file(&source, path)) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return -1;
  }
  original->size = (size_t)source.size;
  original->bytes = malloc(original->size + 1);
  if (!original->bytes || source_read_exactly(&source, 0, original->bytes, original->size)) {
    fprintf(stderr, "%s: cannot be read\n", path);
    source_close(&source);
    return -1;
  }
  source_close(&source);
  return 0;
}

static int take_frames(struct original *original, struct log *log)
{
  struct payload payload = {0};

  original->frame_count = log_frame_count(log);
  original->frames = calloc(original->frame_count + 1, sizeof *original->frames);
  if (!original->frames) return -1;
  for (size_t i = 0; i < original->frame_count; i++) {
    const struct log_frame *frame = log_frame(log, i);
    struct whole_frame *whole = &original->frames[i];

    if (log_read(log, i, &payload, NULL) != 0) {
      payload_release(&payload);
      return -1;
    }
    *whole = (struct whole_frame){.offset = frame->offset,
                                  .used = (uint64_t)frame->header_len + frame->stored_len,
                                  .total = frame->total_len,
                                  .payload = malloc(payload.size + 1),
                                  .size = payload.size};
    memcpy(whole->payload, payload.data, payload.size);
  }
  payload_release(&payload);
  for (size_t i = 0; i < original->frame_count; i++)
    if (log_frame(log, i)->type == FORMAT_FRAME_BLOCK ||
        log_frame(log, i)->type == FORMAT_FRAME_RECORDS) {
      if (fingerprint_frame(original, i)) return -1;
    }
  return 0;
}

static int learn(struct original *original)
{
  struct read_error error;
  struct source source;
  struct log *log;
  int result;

  source_init_memory(&source, original->bytes, original->size);
  log = log_open_source(original->path, &source, NULL, true, &error);
  if (!log) {
    fprintf(stderr, "%s\n", error.message);
    return -1;
  }
  result = log_verify(log, NULL);
  if (result == 0 && log_account(log)->skipped_count > 0) {
    fprintf(stderr, "%s: is damaged already\n", original->path);
    result = -1;
  }
  if (result == 0) result = take_frames(original, log);
  log_close(log);
  return result;
}

/* ---- one damage ---- */

static bool is_touched(const struct whole_frame *frame, enum kind kind, uint64_t place)
{
  if (kind == CUT) return frame->offset + frame->total > place;
  return place >= frame->offset && place < frame->offset + frame->used;
}

/* A log without its magic, or without its header and anything behind it, is none. */
static bool may_be_refused(const struct original *original, enum kind kind, uint64_t place)
{
  uint64_t untouched = 0;

  if (kind == CUT) return place < FORMAT_FILE_HEADER_SIZE;
  for (size_t i = 0; i < original->frame_count; i++)
    untouched += !is_touched(&original->frames[i], kind, place);
  return place < FORMAT_MAGIC_SIZE || (place < FORMAT_FILE_HEADER_SIZE && untouched == 0);
}

static const char *check_account(struct log *log, uint64_t size)
{
  const struct log_account *account = log_account(log);
  uint64_t skipped = 0, end = 0;

  for (size_t i = 0; i < account->skipped_count; i++) {
    const struct skipped_range *range = &account->skipped[i];

    if (range->from < end || range->to <= range->from || range->to > size)
      return "the skipped ranges overlap or are out of order";
    end = range->to;
    skipped += range->to - range->from;
  }
  if (account->size != size || account->whole + skipped != size)
    return "whole + skipped is not the size";
  return NULL;
}

/* Every untouched frame is found with its payload, and nothing else is good. */
static const char *check_frames(const struct original *original, struct log *log, enum kind kind,
                                uint64_t place)
{
  static _Thread_local struct payload payload;
  size_t at = 0;

  for (size_t i = 0; i < original->frame_count; i++) {
    const struct whole_frame *whole = &original->frames[i];

    if (is_touched(whole, kind, place)) continue;
    while (at < log_frame_count(log) && log_frame(log, at)->offset < whole->offset) {
      if (log_read(log, at, &payload, NULL) == 0) return "a damaged frame was taken as whole";
      at++;
    }
    if (at == log_frame_count(log) || log_frame(log, at)->offset != whole->offset)
      return "a whole frame was not found";
    if (log_read(log, at++, &payload, NULL) != 0) return "a whole frame was skipped";
    if (payload.size != whole->size || memcmp(payload.data, whole->payload, whole->size) != 0)
      return "a payload differs";
  }
  for (; at < log_frame_count(log); at++)
    if (log_read(log, at, &payload, NULL) == 0) return "a damaged frame was taken as whole";
  return NULL;
}

static const char *check_points(const struct original *original, struct log *log, enum kind kind,
                                uint64_t place)
{
  struct contents contents;
  uint64_t points = 0, count = 0, got_points, got_count;

  for (size_t i = 0; i < original->frame_count; i++) {
    if (is_touched(&original->frames[i], kind, place)) continue;
    points += original->frames[i].points;
    count += original->frames[i].count;
  }
  if (contents_read(&contents, log, NULL)) return "its contents cannot be read";
  fingerprint(&contents, &got_points, &got_count);
  contents_release(&contents);
  return got_count == count && got_points == points ? NULL : "the points differ";
}

/* `bytes` are the file's; a flip is undone afterwards. */
static int try_one(const struct original *original, unsigned char *bytes, enum kind kind,
                   uint64_t place, struct tally *tally)
{
  unsigned char mask = kind == FLIP_ALL ? 0xFF : kind == FLIP_ONE ? 0x01 : 0;
  uint64_t size = kind == CUT ? place : original->size;
  struct read_error error;
  const char *problem = NULL;
  struct source source;
  struct log *log;

  tally->tried++;
  if (kind != CUT) bytes[place] ^= mask;
  source_init_memory(&source, bytes, (size_t)size);
  /* Both ways in: by the footer where there is one, and by scanning. */
  log = log_open_source(original->path, &source, NULL, kind == FLIP_ONE, &error);
  if (!log) {
    tally->refused++;
    if (!may_be_refused(original, kind, place)) problem = error.message;
  } else {
    problem = check_frames(original, log, kind, place);
    if (!problem && tally->tried % DECODE_EVERY == 0) {
      tally->decoded++;
      problem = check_points(original, log, kind, place);
    }
    if (!problem) problem = check_account(log, size);
  }
  if (problem) {
    tally->failed++;
    complain(original, kind, place, problem);
  }
  log_close(log);
  if (kind != CUT) bytes[place] ^= mask;
  return tally->failed < 20 ? 0 : -1;
}

/* ---- all of them ---- */

static struct tally work(const struct original *original, uint64_t worker, uint64_t workers,
                         uint64_t stride)
{
  struct tally tally = {0};
  unsigned char *bytes = malloc(original->size + 1);

  if (!bytes) {
    tally.failed = 1;
    return tally;
  }
  memcpy(bytes, original->bytes, original->size);
  for (uint64_t place = worker * stride; place < original->size; place += workers * stride)
    for (int kind = 0; kind < KINDS; kind++)
      if (try_one(original, bytes, (enum kind)kind, place, &tally)) {
        free(bytes);
        return tally;
      }
  free(bytes);
  return tally;
}

/* Shares the places among processes; each sends its tally through a pipe. */
static struct tally share(const struct original *original, uint64_t workers, uint64_t stride)
{
  struct tally all = {0}, one;
  int ends[2];

  if (pipe(ends)) {
    all.failed = 1;
    return all;
  }
  for (uint64_t i = 0; i < workers; i++) {
    pid_t child = fork();

    if (child != 0) continue;
    one = work(original, i, workers, stride);
    _exit(write(ends[1], &one, sizeof one) == (ssize_t)sizeof one ? 0 : 1);
  }
  close(ends[1]);
  for (uint64_t i = 0; i < workers; i++) {
    int status;

    if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0 ||
        read(ends[0], &one, sizeof one) != (ssize_t)sizeof one) {
      fprintf(stderr, "%s: a reader died\n", original->path);
      all.failed++;
      continue;
    }
    all.tried += one.tried;
    all.refused += one.refused;
    all.decoded += one.decoded;
    all.failed += one.failed;
  }
  close(ends[0]);
  return all;
}

static int damage_file(const char *path, uint64_t workers, uint64_t stride)
{
  struct original original;
  struct tally tally = {.failed = 1};

  if (load(&original, path) == 0 && learn(&original) == 0) {
    tally = share(&original, workers, stride);
    printf("%s: %zu bytes, %zu frames: %" PRIu64 " damages tried, %" PRIu64
           " decoded in full, "
           "%" PRIu64 " refused, %" PRIu64 " failed\n",
           path, original.size, original.frame_count, tally.tried, tally.decoded, tally.refused,
           tally.failed);
    fflush(stdout);
  }
  for (size_t i = 0; i < original.frame_count; i++) free(original.frames[i].payload);
  free(original.frames);
  free(original.bytes);
  return tally.failed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
  uint64_t stride = 1, workers = 2;
  int option, result = 0;

  while ((option = getopt(argc, argv, "s:j:")) != -1) {
    uint64_t value = optarg ? strtoull(optarg, NULL, 10) : 0;

    if (value < 1 || value > INT32_MAX) option = '?';
    if (option == 's')
      stride = value;
    else if (option == 'j')
      workers = value < WORKERS_MAX ? value : WORKERS_MAX;
    else {
      fprintf(stderr, "usage: damage [-s STRIDE] [-j WORKERS] FILE.elog ...\n");
      return 2;
    }
  }
  if (optind == argc) {
    fprintf(stderr, "usage: damage [-s STRIDE] [-j WORKERS] FILE.elog ...\n");
    return 2;
  }
  for (int i = optind; i < argc; i++) result |= damage_file(argv[i], workers, stride);
  return result;
}
