/* Prints every statistic of the cases on standard input, one JSON object a line,
 * for comparison with other programs; see case_input.h for the input.  One
 * process does thousands of cases.
 */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  const char *kind;
  void (*print)(struct json_writer *json, const struct case_input *in);
} printers[] = {
    {"binary", numbers_binary},         {"multiclass", numbers_multiclass},
    {"regression", numbers_regression}, {"wilson", numbers_wilson},
    {"functions", numbers_functions},   {"mcnemar", numbers_mcnemar},
    {"series", numbers_series},         {"ticks", numbers_ticks},
    {"tests", numbers_tests},
};

void must(int status, const char *what)
{
  if (status == 0) return;
  fprintf(stderr, "numbers: %s failed\n", what);
  exit(2);
}

int main(void)
{
  struct case_input in = {.arrays = 0};
  struct json_writer json;

  json_write_start(&json, stdout, 0);
  while (case_read(&in, stdin)) {
    size_t i = 0;

    while (i < sizeof printers / sizeof *printers && strcmp(printers[i].kind, in.kind) != 0) i++;
    must(i == sizeof printers / sizeof *printers, in.kind);
    json_write_open(&json, '{');
    printers[i].print(&json, &in);
    json_write_close(&json);
    json_write_finish(&json);
  }
  case_release(&in);
  return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
