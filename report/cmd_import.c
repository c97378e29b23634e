/* epochlog import: a run from a file that already exists. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "import/csv.h"
#include "import/import.h"
#include "options.h"
#include "print.h"

static const struct option_spec options[] = {
    {'t', "type", OPTION_CHOICE, "classification|regression|metrics|azureml",
     offsetof(struct import_options, type), "what the file holds; always needed"},
    {0, "run", OPTION_TEXT, "NAME", offsetof(struct import_options, run_name),
     "name of the run; the file's name if not given"},
    {0, "eval", OPTION_TEXT, "NAME", offsetof(struct import_options, evaluation),
     "name of the evaluation; the file's name if not given"},
    {0, "experiment", OPTION_TEXT, "NAME", offsetof(struct import_options, experiment),
     "experiment the run belongs to; $EPOCHLOG_EXPERIMENT or \"default\" if not given"},
    {0, "root", OPTION_TEXT, "DIR", offsetof(struct import_options, root),
     "folder of all runs; $EPOCHLOG_DIR or ./outputs if not given"},
    {0, "positive", OPTION_TEXT, "LABEL", offsetof(struct import_options, positive),
     "classification: the label that 'score' is the score of"},
    {0, "target", OPTION_TEXT, "NAME", offsetof(struct import_options, target),
     "regression: name and unit of what is predicted, for the axes"},
    {0, "level", OPTION_NUMBER, "P", offsetof(struct import_options, level),
     "regression: the share of true values that lower and upper should enclose, 0.9 say"},
    {0, "schema", OPTION_CHOICE, "confusion_matrix|accuracy_table|residuals|predictions",
     offsetof(struct import_options, schema), "azureml: schema of a file that does not tell it"},
    {0, "separator", OPTION_CHOICE, ",|;|tab", offsetof(struct import_options, separator_word),
     "what stands between fields; found out if not given"},
};

static const struct usage usage = {
    .name = "import",
    .operands = "FILE",
    .about =
        "Makes a run from a file that already exists and prints the run's folder.  The\n"
        "first line of a CSV file names its columns:\n"
        "\n"
        "  classification  true, and one column per class with its score; or true,score\n"
        "                  with --positive; or true,predicted (labels only)\n"
        "  regression      true,predicted and optionally lower,upper\n"
        "  metrics         step and one column per metric; an empty cell is no point\n"
        "  azureml         not CSV: JSON in one of four schemas (confusion_matrix,\n"
        "                  accuracy_table, residuals, predictions)\n"
        "\n"
        "Columns weight (not negative) and id (whole numbers) are optional for\n"
        "predictions.  A column time of metrics is left out: points bear the time of the\n"
        "import.  nan, inf and -inf are numbers.  FILE '-' is standard input.  Separators\n"
        "',', ';' and tab, quoted fields, CR LF and a byte order mark are understood;\n"
        "decimal commas are not.  When anything in the file is wrong, nothing is imported.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_min = 1,
    .operand_max = 1,
    .examples =
        "  epochlog import predictions.csv --type classification --run forest\n"
        "  epochlog import scores.csv --type classification --positive yes\n"
        "  sqlite3 -csv -header db 'select ...' | epochlog import - --type regression\n"
        "  epochlog report \"$(epochlog import history.csv --type metrics)\"\n",
};

/* The signal that asked us to end, 0 none. */
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
  caught = number;
  csv_stop();
}

/* A user's Ctrl-C ends the import, and what there is of the run is removed. */
static void catch_signals(void)
{
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal};

  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction before;

    /* Under nohup a hangup stays ignored. */
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(numbers[i], &action, NULL);
  }
}

/* Options that only one type knows. */
static int check_options(const struct import_options *import)
{
  const struct {
    const char *option;
    bool given;
    const char *type;
  } only[] = {
      {"positive", import->positive != NULL, "classification"},
      {"target", import->target != NULL, "regression"},
      {"level", import->level > 0.0 || import->level < 0.0, "regression"},
      {"schema", import->schema != NULL, "azureml"},
  };

  if (!import->type) {
    print_error("import wants --type; nothing was done (see 'epochlog import --help')");
    return EXIT_USAGE;
  }
  for (size_t i = 0; i < sizeof only / sizeof *only; i++)
    if (only[i].given && strcmp(only[i].type, import->type) != 0) {
      print_error("option '--%s' of import is for --type %s; nothing was done", only[i].option,
                  only[i].type);
      return EXIT_USAGE;
    }
  if (import->level < 0.0 || import->level >= 1.0) {
    print_error("option '--level' of import is between 0 and 1; nothing was done");
    return EXIT_USAGE;
  }
  return OPTIONS_GO;
}

int cmd_import(int argc, char **argv)
{
  struct import_options import = {0};
  struct import_result result;
  struct text_list operands = {0, NULL};
  int code = options_start(&usage, argc, argv, &import, &operands);

  if (code == OPTIONS_GO) code = check_options(&import);
  if (code != OPTIONS_GO) return code;
  import.path = operands.items[0];
  import.root = cmd_root(import.root);
  if (import.separator_word)
    import.separator = strcmp(import.separator_word, "tab") == 0 ? '\t' : *import.separator_word;
  catch_signals();
  if (import_file(&import, &result)) {
    print_error("%s: %s; nothing was imported", import_source(&import), result.message);
    if (caught) {
      signal(caught, SIG_DFL);
      raise(caught);
    }
    return EXIT_NOT_DONE;
  }
  if (*result.note) print_error("%s: %s", import_source(&import), result.note);
  /* Exactly as it is for a program that reads it. */
  if (isatty(STDOUT_FILENO))
    print_clean(stdout, result.folder);
  else
    fputs(result.folder, stdout);
  putchar('\n');
  free(result.folder);
  return print_finish(EXIT_DONE);
}
