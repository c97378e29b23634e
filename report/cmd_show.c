/* epochlog show: everything about one run. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "cmd_show.h"
#include "options.h"
#include "print.h"
#include "run_text.h"

struct show_options {
  bool json;
  const char *root;
};

static const struct option_spec options[] = {
    {0, "json", OPTION_FLAG, NULL, offsetof(struct show_options, json),
     "one object with everything; numbers in full, times in ISO 8601 UTC"},
    {0, "root", OPTION_TEXT, "DIR", offsetof(struct show_options, root),
     "where the run's id or name is looked for; $EPOCHLOG_DIR or ./outputs if not given"},
};

static const struct usage usage = {
    .name = "show",
    .operands = "RUN",
    .about =
        "Prints everything about one run: what is wrong with it first, then status and\n"
        "times, metrics with the steps at which they were least and greatest, parameters,\n"
        "tags, properties, evaluations, files with the first twelve digits of their\n"
        "SHA-256, images, documents, environment, and an account of its logs: how much of\n"
        "each is whole, what is damaged, what came from the live file.\n"
        "\n"
        "Least and greatest are of the finite values.  Times are local ($TZ).\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_min = 1,
    .operand_max = 1,
    .examples =
        "  epochlog show ridge\n"
        "  epochlog show outputs/20261121-134502-ridge-7f3a9c\n"
        "  epochlog show --json ridge | python3 -m json.tool\n",
    .exits = "  0 done, 1 the run is not found or cannot be read, 2 wrong usage\n",
};

static void heading(const char *text, size_t count)
{
  if (count)
    printf("\n%s%s%s (%zu)\n", print_style(STYLE_BOLD), text, print_style(STYLE_PLAIN), count);
  else
    printf("\n%s%s%s\n", print_style(STYLE_BOLD), text, print_style(STYLE_PLAIN));
}

/* A line "  name        text", left out when there is no text. */
static void field(const char *name, const char *text)
{
  if (!text || !*text) return;
  printf("  %-12s ", name);
  print_clean(stdout, text);
  putchar('\n');
}

static void print_table(struct table *table)
{
  if (!table_print(table, 2)) print_error("out of memory; a table is left out");
  table_free(table);
}

/* Adds a cell and frees its text. */
static void add_owned(struct table *table, char *text)
{
  table_add(table, text);
  free(text);
}

static void print_facts(const struct run *run)
{
  char number[PRINT_SIZE];

  field("id", run->id);
  field("name", run->name);
  field("experiment", run->experiment);
  field("parent", run->parent_id);
  printf("  %-12s %s%s%s\n", "status", print_style(status_style(run->status)),
         run_status_text(run->status), print_style(STYLE_PLAIN));
  field("error", run->error_code);
  field("message", run->error_message);
  field("start", print_time(number, run->start_ns));
  if (run->status != RUN_RUNNING && run->status != RUN_NOT_RESPONDING)
    field("end", print_time(number, run->end_ns));
  else
    field("last record", print_time(number, run->end_ns));
  field("duration", print_duration(number, run->end_ns - run->start_ns));
  field("folder", run->folder);
  field("host", run->host);
  field("user", run->user);
  field("directory", run->working_folder);
  if (*run->git_commit) {
    printf("  %-12s ", "git");
    print_clean(stdout, run->git_commit);
    puts(run->git_dirty == 2 ? " (with changes)" : "");
  }
  if (run->argument_count) {
    printf("  %-12s", "command");
    for (size_t i = 0; i < run->argument_count; i++) {
      putchar(' ');
      print_clean(stdout, run->arguments[i]);
    }
    putchar('\n');
  }
  field("written by", run->writer_version);
  field("details", run->error_details);
  field("description", run->description);
}

static void print_metrics(const struct run *run)
{
  static const char *const headings[] = {"name", "kind", ">n",   ">last", ">at",
                                         ">min", ">at",  ">max", ">at",   ">not finite"};
  struct table *table;

  if (run->metric_count == 0) return;
  heading("metrics", run->metric_count);
  table = table_new(sizeof headings / sizeof *headings, headings);
  for (size_t i = 0; i < run->metric_count; i++) {
    const struct metric *metric = &run->metrics[i];
    const struct metric_totals totals = run_totals(run, i);
    const bool scalar = metric->kind == METRIC_SCALAR && totals.count > 0;
    const bool numbers = scalar && metric->type != VALUE_TEXT;
    const uint64_t strange = totals.nan_count + totals.posinf_count + totals.neginf_count;
    char number[PRINT_SIZE];

    table_add(table, metric->name);
    table_add(table, metric_kind_text(metric->kind));
    snprintf(number, sizeof number, "%" PRIu64,
             metric->kind == METRIC_SCALAR ? totals.count
             : metric->column_count        ? (uint64_t)metric->columns[0].count
                                           : 0);
    table_add(table, number);
    add_owned(table, scalar ? value_text(totals.last, false) : NULL);
    snprintf(number, sizeof number, "%" PRId64, totals.last_step);
    table_add(table, scalar ? number : NULL);
    add_owned(table, numbers ? value_text(totals.min, false) : NULL);
    snprintf(number, sizeof number, "%" PRId64, totals.min_step);
    table_add(table, numbers && strange < totals.count ? number : NULL);
    add_owned(table, numbers ? value_text(totals.max, false) : NULL);
    snprintf(number, sizeof number, "%" PRId64, totals.max_step);
    table_add(table, numbers && strange < totals.count ? number : NULL);
    snprintf(number, sizeof number, "%" PRIu64, strange);
    table_add(table, numbers && strange ? number : NULL);
  }
  print_table(table);
}

static void print_named(const char *title, const struct named_value *values, size_t count)
{
  static const char *const headings[] = {"name", "value"};
  struct table *table;

  if (count == 0) return;
  heading(title, count);
  table = table_new(2, headings);
  for (size_t i = 0; i < count; i++) {
    table_add(table, values[i].name);
    add_owned(table, value_text(values[i].value, true));
  }
  print_table(table);
}

static void print_evaluations(const struct run *run)
{
  static const char *const headings[] = {"name", "type", ">n", "classes"};
  enum { SHOWN = 8 };
  struct table *table;

  if (run->evaluation_count == 0) return;
  heading("evaluations", run->evaluation_count);
  table = table_new(4, headings);
  for (size_t i = 0; i < run->evaluation_count; i++) {
    const struct evaluation *evaluation = &run->evaluations[i];
    char number[PRINT_SIZE], *classes = NULL;
    size_t size;
    FILE *out = open_memstream(&classes, &size);

    for (size_t k = 0; out && k < evaluation->class_count && k < SHOWN; k++)
      fprintf(out, "%s%s", k ? ", " : "", evaluation->class_names[k]);
    if (out && evaluation->class_count > SHOWN)
      fprintf(out, ", and %zu more", evaluation->class_count - SHOWN);
    if (out) fclose(out);
    table_add(table, evaluation->name);
    table_add(table, evaluation_type_text(evaluation->type));
    snprintf(number, sizeof number, "%zu", evaluation->count);
    table_add(table, number);
    add_owned(table, classes);
  }
  print_table(table);
}

static void print_files(const struct run *run)
{
  static const char *const headings[] = {"path", ">size", "sha-256", "role"};
  struct table *table;

  if (run->file_count == 0) return;
  heading("files", run->file_count);
  table = table_new(4, headings);
  for (size_t i = 0; i < run->file_count; i++) {
    char text[2 * sizeof run->files[i].sha256 + 1];

    table_add(table, run->files[i].path);
    table_add(table, print_size((char[PRINT_SIZE]){0}, run->files[i].size));
    show_hash(text, run->files[i].sha256, 6);
    table_add(table, text);
    table_add(table, run->files[i].role);
  }
  print_table(table);
}

static void print_images(const struct run *run)
{
  static const char *const headings[] = {"name", ">step", "size", "path"};
  struct table *table;

  if (run->image_count == 0) return;
  heading("images", run->image_count);
  table = table_new(4, headings);
  for (size_t i = 0; i < run->image_count; i++) {
    const struct logged_image *image = &run->images[i];
    char text[PRINT_SIZE];

    table_add(table, image->name);
    snprintf(text, sizeof text, "%" PRId64, image->step);
    table_add(table, image->step == INT64_MIN ? NULL : text);
    snprintf(text, sizeof text, "%" PRIu32 " x %" PRIu32, image->width, image->height);
    table_add(table, image->width ? text : NULL);
    table_add(table, image->path);
  }
  print_table(table);
}

static void print_documents(const struct run *run)
{
  static const char *const headings[] = {"name", "format", ">size"};
  struct table *table;

  if (run->document_count == 0) return;
  heading("documents", run->document_count);
  table = table_new(3, headings);
  for (size_t i = 0; i < run->document_count; i++) {
    table_add(table, run->documents[i].name);
    table_add(table, run->documents[i].format);
    table_add(table, print_size((char[PRINT_SIZE]){0}, run->documents[i].size));
  }
  print_table(table);
}

/* "gap 8192-8537, cut 9000-9100"; new memory. */
static char *skipped_text(const struct log_account *account)
{
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);

  if (!out) return NULL;
  for (size_t i = 0; i < account->skipped_count; i++)
    fprintf(out, "%s%s %" PRIu64 "-%" PRIu64, i ? ", " : "", account->skipped[i].why,
            account->skipped[i].from, account->skipped[i].to);
  fclose(out);
  return text;
}

/* A damaged log, one with its end, and those without: gone on with in another log,
 * still being written, or left open by a writer that is gone. */
static const char *log_state(const struct run_writer *writer)
{
  if (writer->account.damaged) return "damaged";
  if (writer->account.finished) return "finished";
  if (writer->is_continued) return "continued";
  return writer->is_alive ? "being written" : "open";
}

static void print_losses(const struct run *run)
{
  for (size_t i = 0; i < run->loss_count; i++) {
    const struct loss *loss = &run->losses[i];
    char time[PRINT_SIZE];

    if (loss->is_possible)
      printf("  perhaps lost: %" PRIu64 " record%s", loss->count, loss->count == 1 ? "" : "s");
    else
      printf("  lost: %" PRIu64 " call%s", loss->count, loss->count == 1 ? "" : "s");
    if (loss->from_ns) printf(", from %s", print_time(time, loss->from_ns));
    if (loss->to_ns) printf(" to %s", print_time(time, loss->to_ns));
    printf(": ");
    print_clean(stdout, loss->what);
    putchar('\n');
  }
}

static void print_logs(const struct run *run)
{
  static const char *const headings[] = {"file",   ">rank",      "state",        ">size",
                                         ">whole", ">from live", "skipped bytes"};
  struct table *table;

  heading("logs", run->writer_count);
  if (run->world_size > 1) printf("  of %" PRIu32 " ranks\n", run->world_size);
  table = table_new(sizeof headings / sizeof *headings, headings);
  for (size_t i = 0; i < run->writer_count; i++) {
    const struct run_writer *writer = &run->writers[i];
    const struct log_account *account = &writer->account;
    char number[PRINT_SIZE];

    table_add(table, account->file);
    snprintf(number, sizeof number, "%" PRIu32, writer->rank);
    table_add(table, number);
    table_add_styled(table, log_state(writer), account->damaged ? STYLE_BAD : STYLE_PLAIN);
    snprintf(number, sizeof number, "%" PRIu64, account->size);
    table_add(table, number);
    snprintf(number, sizeof number, "%" PRIu64, account->whole);
    table_add(table, number);
    snprintf(number, sizeof number, "%" PRIu64, account->live_records);
    table_add(table, number);
    add_owned(table, skipped_text(account));
  }
  print_table(table);
  print_losses(run);
}

static void print_run(const struct run *run)
{
  printf("%s", print_style(STYLE_BOLD));
  print_clean(stdout, *run->name ? run->name : run->id);
  printf("%s\n", print_style(STYLE_PLAIN));
  for (size_t i = 0; i < run->warning_count; i++) {
    printf("  %swarning:%s ", print_style(STYLE_WARNING), print_style(STYLE_PLAIN));
    print_clean(stdout, run->warnings[i]);
    putchar('\n');
  }
  print_facts(run);
  print_metrics(run);
  print_named("parameters", run->params, run->param_count);
  print_named("tags", run->tags, run->tag_count);
  print_named("properties", run->properties, run->property_count);
  print_evaluations(run);
  print_files(run);
  print_images(run);
  print_documents(run);
  print_named("environment", run->environment, run->environment_count);
  print_logs(run);
}

int cmd_show(int argc, char **argv)
{
  struct show_options show = {0};
  struct text_list operands = {0, NULL};
  int code = options_start(&usage, argc, argv, &show, &operands);
  struct run *run;

  if (code != OPTIONS_GO) return code;
  run = cmd_open(cmd_root(show.root), operands.items[0], RUN_CHARTS);
  if (!run) return EXIT_NOT_DONE;
  if (show.json)
    show_json(run, stdout);
  else
    print_run(run);
  run_close(run);
  return print_finish(EXIT_DONE);
}
