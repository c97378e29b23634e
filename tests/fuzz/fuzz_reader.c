/* The reader on arbitrary bytes, for libFuzzer.
 *
 * Built with -DEPOCHLOG_FUZZ, which takes every checksum as right (see
 * reader/checksum.h): else no input would get past its first one.  The last two
 * bytes of an input also tell how many bytes at its start are a live file, and
 * whether index and footer are believed.  In a main log they are mostly zero,
 * which means no live file; so any log is a seed as it is.
 *
 * Properties: no crash and no undefined behaviour; every byte is accounted for;
 * the decoding is written whole.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -DEPOCHLOG_FUZZ ...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "reader/contents.h"
#include "reader/decoded.h"
#include "reader/log.h"
#include "reader/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_account(struct log *log)
{
  const struct log_account *account = log_account(log);
  uint64_t skipped = 0;

  for (size_t i = 0; i < account->skipped_count; i++)
    skipped += account->skipped[i].to - account->skipped[i].from;
  if (account->whole + skipped != account->size) abort();
}

/* The way of long metrics: chunks stay in the log, and are read one by one. */
static void read_chunks(struct log *log)
{
  enum { LONG_FROM = 8 };
  struct read_error error;
  struct contents contents;

  if (contents_read_after(&contents, log, NULL, LONG_FROM, &error) == 0)
    for (size_t i = 0; i < contents.series.count; i++)
      for (size_t k = 0; k < contents.series.items[i].chunk_count; k++) {
        const struct series_chunk *chunk = &contents.series.items[i].chunks[k];
        const size_t n = chunk->entry.n;
        int64_t *room = malloc(3 * n * sizeof *room);
        const struct chunk_target target = {room, k % 2 ? room + n : NULL, room + 2 * n};

        if (room) (void)contents_chunk_points(&contents, chunk, &target);
        free(room);
      }
  contents_release(&contents);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static FILE *nowhere;
  struct read_error error;
  struct source main_log, live;
  struct log *log;
  size_t live_size;
  int scan_only;

  if (!nowhere) nowhere = fopen("/dev/null", "w");
  if (!nowhere || size < 2) return 0;
  scan_only = data[size - 1] & 1;
  live_size = ((size_t)(data[size - 1] >> 1) << 8 | data[size - 2]) * 8;
  if (live_size > size) live_size = 0;
  source_init_memory(&live, data, live_size);
  source_init_memory(&main_log, data + live_size, size - live_size);
  log = log_open_source("fuzz.elog", &main_log, live_size ? &live : NULL, scan_only != 0, &error);
  if (!log) return 0;
  if (log_decoded_open(log, nowhere, &error) == 0) check_account(log);
  log_close(log);
  log = log_open_source("fuzz.elog", &main_log, live_size ? &live : NULL, scan_only != 0, &error);
  if (log) read_chunks(log);
  log_close(log);
  return 0;
}
