#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chart/font_search.h"
#include "chart/font_set.h"
#include "cmd.h"
#include "options.h"
#include "page/output_report.h"
#include "page/report.h"
#include "pool.h"
#include "print.h"
#include "reader/run.h"

struct report_options {
  const char *output;
  const char *root;
  const char *theme;
  bool strict;
  uint64_t top;
  struct text_list formats;
  struct text_list fonts;
  bool no_system_fonts;
  const char *x;
  const char *log;
  const char *smooth;
  struct text_list together;
  const char *confusion;
  const char *cost;
  struct report_settings settings;
};

static const struct option_spec options[] = {
    {'o', "output", OPTION_TEXT, "DIR", offsetof(struct report_options, output),
     "write to DIR; by default to report/ in the run's folder, for several runs to ./report"},
    {0, "root", OPTION_TEXT, "DIR", offsetof(struct report_options, root),
     "look for runs named by id or name below DIR (default: $EPOCHLOG_DIR, else outputs)"},
    {0, "theme", OPTION_CHOICE, "light|dark", offsetof(struct report_options, theme),
     "colours of PNG and PDF charts (default light); page and SVG follow their reader"},
    {0, "top", OPTION_COUNT, "K", offsetof(struct report_options, top),
     "features to draw of an importance, the largest first (default 20, at most 200)"},
    {0, "strict", OPTION_FLAG, NULL, offsetof(struct report_options, strict),
     "write the report, then fail when rows were dropped, a number is undefined or anything "
     "else is wrong with the data; one line for each cause"},
    {0, "format", OPTION_LIST, "png,pdf,svg", offsetof(struct report_options, formats),
     "write each chart in these formats (default png, which is always written); may be repeated"},
    {0, "font", OPTION_LIST, "FILE", offsetof(struct report_options, fonts),
     "draw characters that the built-in typeface lacks with this font (TTF, OTF, TTC); may be "
     "repeated"},
    {0, "no-system-fonts", OPTION_FLAG, NULL, offsetof(struct report_options, no_system_fonts),
     "look for such characters in no other font of the machine"},
    {0, "x", OPTION_CHOICE, "step|epoch|elapsed|time", offsetof(struct report_options, x),
     "draw metrics over steps (default), over epochs as a metric named epoch tells them, over "
     "the time since the start, or over the time of day"},
    {0, "log", OPTION_CHOICE, "auto|on|off", offsetof(struct report_options, log),
     "logarithmic y axes of line charts: where values are positive and span more than a factor "
     "of 100 (default), always, or never"},
    {0, "smooth", OPTION_TEXT, "auto|W", offsetof(struct report_options, smooth),
     "weight of the average that noisy lines are smoothed with, 0 (none) to 0.999; by default "
     "as suits each"},
    {0, "mean", OPTION_FLAG, NULL, offsetof(struct report_options, settings.series.mean),
     "draw all runs as one line, their mean with its standard deviation; done without asking "
     "for runs of one name that differ in a seed alone"},
    {0, "together", OPTION_LIST, "A,B", offsetof(struct report_options, together),
     "draw the metrics A and B in one chart; may be repeated"},
    {0, "confusion", OPTION_CHOICE, "cells|circles", offsetof(struct report_options, confusion),
     "draw confusion matrices as shaded cells (default) or as circles sized by count, with bars "
     "for the totals"},
    {0, "cost", OPTION_TEXT, "FP:FN", offsetof(struct report_options, cost),
     "what a false positive and a false negative cost, as in 1:5; the table of thresholds then "
     "has the cheapest one"},
};

static const struct usage usage = {
    .name = "report",
    .operands = "RUN...",
    .about =
        "Turns a run into a page that opens without a network:\n"
        "\n"
        "  report.html   everything in one file\n"
        "  report.md     the same as Markdown, with charts/*.png; also PDF and SVG\n"
        "  report.json   every number, for programs\n"
        "  data/*.csv    what each chart shows\n"
        "\n"
        "RUN is a run's folder, a log file, or a run's id or name (or a unique\n"
        "beginning of it).  Several runs make one report that compares them.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_min = 1,
    .operand_max = SIZE_MAX,
    .examples =
        "  epochlog report outputs/20261121-134502-ridge-7f3a9c\n"
        "  epochlog report ridge -o report\n"
        "  epochlog report ridge lasso -o comparison\n",
};

static void out_of_memory(void)
{
  print_error("out of memory; no report was written");
  exit(EXIT_NOT_DONE);
}

static void show_progress(size_t done, size_t all)
{
  fprintf(stderr, "\r\033[Kdrawing %zu of %zu", done, all);
  if (done == all) fputs("\r\033[K", stderr);
}

/* The time the report carries: this moment, or what SOURCE_DATE_EPOCH says, so that
 * one run can give one report, byte for byte. */
static int64_t report_time_ns(void)
{
  const char *fixed = getenv("SOURCE_DATE_EPOCH");
  struct timespec now;

  if (fixed && *fixed && strlen(fixed) <= 10 && !fixed[strspn(fixed, "0123456789")])
    return (int64_t)strtoll(fixed, NULL, 10) * 1000000000;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *join(struct pool *pool, int argc, char **argv)
{
  const char *line = "epochlog";

  for (int i = 0; i < argc; i++) line = pool_printf(pool, "%s %s", line, argv[i]);
  return line;
}

/* Says which characters stand as boxes, and what helps. */
static void tell_missing(const struct missing_characters *missing,
                         const struct report_options *chosen)
{
  char names[MISSING_KEPT * 9 + 8] = "";
  size_t length = 0;

  for (size_t i = 0; i < missing->kept; i++)
    length += (size_t)snprintf(names + length, sizeof names - length, " U+%04X",
                               (unsigned)missing->first[i]);
  print_error(
      "%zu character%s in charts (%s%s) %s not in the built-in typeface and no font for %s was "
      "%s; %s as boxes in the PNG%s files; give one with --font FILE (for example %s); "
      "report.html shows them with the reader's fonts",
      missing->count, missing->count == 1 ? "" : "s", names + 1,
      missing->kept == MISSING_KEPT ? " …" : "", missing->count == 1 ? "is" : "are",
      missing->count == 1 ? "it" : "them", chosen->no_system_fonts ? "given" : "found",
      missing->count == 1 ? "it shows" : "they show",
      chosen->settings.formats & FIGURE_PDF ? " and PDF" : "", missing_font_example(missing));
}

/* The fonts that charts may use beside the built-in one.  Returns false, said,
 * when one that was named cannot be used. */
static bool open_fonts(const struct report_options *chosen, struct font_set **fonts)
{
  const char **folders = chosen->no_system_fonts ? NULL : font_search_folders(getenv("HOME"));
  char problem[512];

  *fonts = font_set_new(chosen->fonts.items, chosen->fonts.count, folders, problem, sizeof problem);
  free(folders);
  if (*fonts) return true;
  print_error("option '--font' of report: %s; no report was written", problem);
  return false;
}

/* Reads the words of --format, each one format or several with commas between.
 * Returns false, said, for one that is none. */
static bool read_formats(const struct text_list *words, unsigned *formats)
{
  static const struct {
    const char *name;
    enum figure_format format;
  } known[] = {{"png", FIGURE_PNG}, {"pdf", FIGURE_PDF}, {"svg", FIGURE_SVG}};

  for (size_t i = 0; i < words->count; i++) {
    const char *word = words->items[i];
    size_t length, k;

    for (;; word += length + 1) {
      length = strcspn(word, ",");
      for (k = 0; k < sizeof known / sizeof *known; k++)
        if (strlen(known[k].name) == length && memcmp(known[k].name, word, length) == 0) break;
      if (k == sizeof known / sizeof *known) {
        print_error(
            "option '--format' of report takes png, pdf and svg, not '%.*s'; nothing was done",
            (int)length, word);
        return false;
      }
      *formats |= known[k].format;
      if (!word[length]) break;
    }
  }
  return true;
}

/* Reads "FP:FN": two numbers of at least 0, not both 0.  Returns false, said, for
 * anything else. */
static bool read_costs(const char *words, struct evaluate_options *evaluate)
{
  char *end;

  if (!words) return true;
  evaluate->cost_fp = strtod(words, &end);
  if (end != words && *end == ':' && isfinite(evaluate->cost_fp) && evaluate->cost_fp >= 0) {
    const char *second = end + 1;

    evaluate->cost_fn = strtod(second, &end);
    if (end != second && !*end && isfinite(evaluate->cost_fn) && evaluate->cost_fn >= 0 &&
        evaluate->cost_fp + evaluate->cost_fn > 0)
      return true;
  }
  print_error("option '--cost' of report takes two costs like 1:5, not '%s'; nothing was done",
              words);
  return false;
}

/* Opens every run that was named.  Returns false, said, when one cannot be. */
static bool open_runs(const struct text_list *names, const char *root, struct run **runs)
{
  for (size_t i = 0; i < names->count; i++) {
    struct read_error error;
    char *path = run_find(root, names->items[i], &error);

    if (path) {
      runs[i] = run_open(path, RUN_CHARTS, &error);
      free(path);
    }
    if (runs[i]) continue;
    print_error("%s; no report was written", error.message);
    while (i) run_close(runs[--i]);
    return false;
  }
  return true;
}

/* report/ in the folder of a single run; ./report for several, or for a log
 * file on its own. */
static const char *output_of(const struct report_options *chosen, size_t run_count,
                             const struct run *first, struct pool *pool)
{
  if (chosen->output) return chosen->output;
  if (run_count > 1 || !*first->folder) return "report";
  return pool_printf(pool, "%s/report", first->folder);
}

/* The place of `word` in a NULL-terminated list; it is there. */
static int place_of(const char *word, const char *const *words)
{
  int place = 0;

  while (words[place + 1] && strcmp(word, words[place]) != 0) place++;
  return place;
}

/* How line charts are drawn.  False, said, when a weight is none. */
static bool read_series(struct report_options *chosen)
{
  static const char *const axes[] = {"step", "epoch", "elapsed", "time", NULL};
  static const char *const logs[] = {"auto", "on", "off", NULL};
  struct series_settings *series = &chosen->settings.series;
  char *end;

  series->x = (enum series_x)place_of(chosen->x, axes);
  series->log = (enum series_log)place_of(chosen->log, logs);
  series->together = chosen->together.items;
  series->together_count = chosen->together.count;
  if (strcmp(chosen->smooth, "auto") == 0) return true;
  series->has_smooth = true;
  series->smooth = strtod(chosen->smooth, &end);
  if (*chosen->smooth && !*end && series->smooth >= 0 && series->smooth <= 0.999) return true;
  print_error("--smooth takes auto or a number from 0 to 0.999, not '%s'", chosen->smooth);
  return false;
}

/* What --strict makes of the data's faults. */
static int judge(const struct report *report)
{
  for (size_t i = 0; i < report->problem_count; i++) print_error("%s", report->problems[i]);
  return report->problem_count ? EXIT_NOT_DONE : EXIT_DONE;
}

int cmd_report(int argc, char **argv)
{
  struct report_options chosen = {
      .theme = "light", .x = "step", .log = "auto", .smooth = "auto", .confusion = "cells"};
  struct text_list names = {0};
  struct missing_characters missing;
  struct output_choice choice;
  struct output_error error;
  struct report report;
  struct pool pool;
  struct run **runs;
  struct font_set *fonts;
  const char *folder;
  int code = options_start(&usage, argc, argv, &chosen, &names);

  if (code != OPTIONS_GO) return code;
  if (!read_formats(&chosen.formats, &chosen.settings.formats)) return EXIT_USAGE;
  if (!read_costs(chosen.cost, &chosen.settings.evaluate)) return EXIT_USAGE;
  if (strcmp(chosen.confusion, "circles") == 0)
    chosen.settings.classification.confusion = MATRIX_CIRCLES;
  if (!read_series(&chosen)) return EXIT_USAGE;
  if (!open_fonts(&chosen, &fonts)) return EXIT_NOT_DONE;
  pool_init(&pool, out_of_memory);
  runs = POOL_ARRAY(&pool, names.count, struct run *);
  code = EXIT_NOT_DONE;
  if (!open_runs(&names, cmd_root(chosen.root), runs)) goto release_pool;
  folder = output_of(&chosen, names.count, runs[0], &pool);
  chosen.settings.made_ns = report_time_ns();
  chosen.settings.top = chosen.top < SIZE_MAX ? (size_t)chosen.top : SIZE_MAX;
  if (report_make(&report, runs, names.count, &chosen.settings, &pool)) out_of_memory();
  choice = (struct output_choice){.is_dark = strcmp(chosen.theme, "dark") == 0,
                                  .formats = chosen.settings.formats,
                                  .fonts = fonts,
                                  .progress = isatty(2) ? show_progress : NULL};
  if (output_report(&report, folder, join(&pool, argc, argv), &choice, &missing, &error))
    print_error("%s; the report is not complete", error.message);
  else
    code = EXIT_DONE;
  if (missing.count) tell_missing(&missing, &chosen);
  if (code == EXIT_DONE) printf("%s/report.html\n", folder);
  if (code == EXIT_DONE && chosen.strict) code = judge(&report);
  report_release(&report);
  for (size_t i = 0; i < names.count; i++) run_close(runs[i]);
release_pool:
  pool_release(&pool);
  font_set_free(fonts);
  return print_finish(code);
}
