/* epochlog dump: what one log holds, frame by frame. */
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"
#include "options.h"
#include "print.h"
#include "reader/decoded.h"

struct dump_options {
  bool json;
  bool decoded;
  bool scan;
};

static const struct option_spec options[] = {
    {0, "json", OPTION_FLAG, NULL, offsetof(struct dump_options, json),
     "the same as JSON lines, one object per frame, record or skipped range"},
    {0, "decoded", OPTION_FLAG, NULL, offsetof(struct dump_options, decoded),
     "the content as the one JSON object of the format specification, section 12"},
    {0, "scan", OPTION_FLAG, NULL, offsetof(struct dump_options, scan),
     "with --decoded: find the frames by scanning, without believing index and footer; the "
     "other forms always do"},
};

static const struct usage usage = {
    .name = "dump",
    .operands = "FILE",
    .about =
        "Prints what one log (.elog) holds: a line for each frame and each record in it,\n"
        "and one for each range of bytes that is damaged; then what the live file beside\n"
        "it holds beyond.  A damaged log is no failure: what is left of it is printed.\n"
        "\n"
        "JSON has no word for numbers that are not finite: they are the strings \"NaN\",\n"
        "\"Infinity\" and \"-Infinity\".\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_min = 1,
    .operand_max = 1,
    .examples =
        "  epochlog dump outputs/20261121-134502-ridge-7f3a9c/00000-5e0b11aa.elog\n"
        "  epochlog dump --json run.elog | grep skipped\n"
        "  epochlog dump --decoded run.elog | python3 -m json.tool\n",
    .exits = "  0 done, 1 the file is no readable log, 2 wrong usage\n",
};

int cmd_dump(int argc, char **argv)
{
  struct dump_options dump = {0};
  struct text_list operands = {0, NULL};
  struct read_error error = {0};
  struct stat status;
  int code = options_start(&usage, argc, argv, &dump, &operands);
  const char *path;
  int failed;

  if (code != OPTIONS_GO) return code;
  if (dump.json && dump.decoded) {
    print_error("options '--json' and '--decoded' of dump exclude each other; nothing was done");
    return EXIT_USAGE;
  }
  if (dump.scan && !dump.decoded) {
    print_error(
        "option '--scan' of dump goes with --decoded, the other forms always scan; "
        "nothing was done");
    return EXIT_USAGE;
  }
  path = operands.items[0];
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
    print_error("%s: is a folder, and dump wants one of its .elog files; nothing was done", path);
    return EXIT_NOT_DONE;
  }
  if (dump.decoded)
    failed = log_decoded(path, dump.scan, stdout, &error);
  else if (dump.json)
    failed = log_dump_jsonl(path, stdout, &error);
  else
    failed = log_dump_text(path, stdout, &error);
  if (failed) {
    if (ferror(stdout))
      print_error("standard output: %s; what was printed is incomplete",
                  error.sys_errno ? strerror(error.sys_errno) : "it could not be written");
    else
      print_error("%s; it cannot be dumped", error.message);
    return EXIT_NOT_DONE;
  }
  return print_finish(EXIT_DONE);
}
