/* epochlog recover: a clean copy of a damaged log or run. */
#include <inttypes.h>
#include <stdlib.h>

#include "cmd.h"
#include "options.h"
#include "print.h"
#include "recover/run_recover.h"

struct recover_options {
  const char *out;
  const char *root;
};

static const struct option_spec options[] = {
    {'o', "output", OPTION_TEXT, "OUT", offsetof(struct recover_options, out),
     "the copy, which must not exist: a folder for a run, a file for a log; always needed"},
    {0, "root", OPTION_TEXT, "DIR", offsetof(struct recover_options, root),
     "where a run's id or name is looked for; $EPOCHLOG_DIR or ./outputs if not given"},
};

static const struct usage usage = {
    .name = "recover",
    .operands = "FILE|RUN",
    .about =
        "Copies every whole frame of a log that was cut, damaged or left open into a new,\n"
        "finished log; what the live file still holds becomes part of it.  The other\n"
        "files of a run are copied as they are.  The input is only read.\n"
        "\n"
        "The account tells what became of every byte: whole and skipped bytes add up to\n"
        "the file.  A cut end is what is left of a killed writer's last frame, zeros are\n"
        "space that was never written; neither held anything whole.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_min = 1,
    .operand_max = 1,
    .examples =
        "  epochlog recover outputs/20261121-134502-ridge-7f3a9c -o recovered\n"
        "  epochlog recover damaged.elog -o clean.elog\n",
    .exits =
        "  0 everything that was whole is in the copy and nothing was damaged\n"
        "  1 there is no copy: nothing could be read, or OUT could not be written\n"
        "  2 wrong usage\n"
        "  3 there is a copy, but damaged parts of the log are not in it\n",
};

static void print_log(const struct recovered_log *log)
{
  const struct log_account *account = &log->account;
  uint64_t skipped = 0;

  print_clean(stdout, account->file);
  if (!log->usable) {
    fputs(": not usable: ", stdout);
    print_clean(stdout, log->reason);
    putchar('\n');
    return;
  }
  for (size_t i = 0; i < account->skipped_count; i++)
    skipped += account->skipped[i].to - account->skipped[i].from;
  printf(": %" PRIu64 " bytes\n", account->size);
  printf("  whole    %12" PRIu64 " bytes, %" PRIu64 " frames copied\n", account->whole,
         log->frames);
  printf("  skipped  %12" PRIu64 " bytes\n", skipped);
  for (size_t i = 0; i < account->skipped_count; i++) {
    const struct skipped_range *range = &account->skipped[i];

    printf("           %12" PRIu64 " bytes at %" PRIu64 ": ", range->to - range->from, range->from);
    print_clean(stdout, range->why);
    putchar('\n');
  }
  if (account->left_out)
    printf("  left out %12" PRIu64 " frames, which another log of its writer has\n",
           account->left_out);
  if (account->missing_frames)
    printf("  missing  %12" PRIu64 " frames, by their numbers\n", account->missing_frames);
  if (account->unknown)
    printf("  unknown  %12" PRIu64 " frames or records, not understood\n", account->unknown);
  if (account->live_records)
    printf("  live     %12" PRIu64 " records, from the live file\n", account->live_records);
  printf("  written  %12" PRIu64 " bytes: %" PRIu64 " points, %" PRIu64 " records\n", log->out_size,
         log->points, log->records);
}

static void print_recovery(const struct recovery *recovery)
{
  for (size_t i = 0; i < recovery->log_count; i++) print_log(&recovery->logs[i]);
  if (recovery->file_count)
    printf("%zu other file%s copied\n", recovery->file_count, recovery->file_count == 1 ? "" : "s");
  for (size_t i = 0; i < recovery->warning_count; i++) print_error("%s", recovery->warnings[i]);
}

int cmd_recover(int argc, char **argv)
{
  struct recover_options recover = {0};
  struct text_list operands = {0, NULL};
  struct recovery recovery = {0};
  struct read_error error = {0};
  int code = options_start(&usage, argc, argv, &recover, &operands);
  char *path;

  if (code != OPTIONS_GO) return code;
  if (!recover.out) {
    print_error("recover wants -o OUT; nothing was done (see 'epochlog recover --help')");
    return EXIT_USAGE;
  }
  path = cmd_find(cmd_root(recover.root), operands.items[0]);
  if (!path) return EXIT_NOT_DONE;
  switch (run_recover(path, recover.out, &recovery, &error)) {
    case RECOVER_CLEAN: code = EXIT_DONE; break;
    case RECOVER_LOSSY: code = EXIT_LOSSES; break;
    case RECOVER_UNUSABLE: code = EXIT_NOT_DONE; break;
  }
  /* Of a single log that is not usable, the last line says it all. */
  if (code != EXIT_NOT_DONE || recovery.log_count > 1) print_recovery(&recovery);
  if (code == EXIT_NOT_DONE)
    print_error("%s; there is no copy", error.message);
  else if (code == EXIT_LOSSES)
    print_error("%s: parts are damaged; what was whole is in %s", path, recover.out);
  recovery_release(&recovery);
  free(path);
  return print_finish(code);
}
