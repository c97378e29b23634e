/* epochlog ls: the runs below a folder. */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json.h"
#include "ls_filter.h"
#include "options.h"
#include "print.h"
#include "run_text.h"

struct ls_options {
  struct ls_filter filter;
  struct text_list metrics;
  const char *sort;
  uint64_t limit;
  bool json;
};

static const struct option_spec options[] = {
    {'m', "metric", OPTION_LIST, "NAME[:last|min|max]", offsetof(struct ls_options, metrics),
     "show this metric, its last value if not told which; may be repeated; the first three "
     "scalars if not given"},
    {0, "status", OPTION_LIST, "STATUS", offsetof(struct ls_options, filter.status),
     "only runs that are Running, Completed, Failed, Canceled or NotResponding; repeated, any "
     "of them"},
    {0, "tag", OPTION_LIST, "KEY[=VALUE]", offsetof(struct ls_options, filter.tags),
     "only runs with this tag; repeated, with all of them"},
    {0, "param", OPTION_LIST, "KEY=VALUE", offsetof(struct ls_options, filter.params),
     "only runs with this parameter; numbers are compared by value"},
    {0, "where", OPTION_LIST, "CONDITION", offsetof(struct ls_options, filter.where),
     "only runs whose metric fulfils it: NAME[:last|min|max], one of >= <= > < = !=, a number"},
    {0, "experiment", OPTION_TEXT, "NAME", offsetof(struct ls_options, filter.experiment),
     "only runs of this experiment"},
    {0, "sort", OPTION_TEXT, "[-]KEY", offsetof(struct ls_options, sort),
     "by start, id, name, experiment, status, duration, or by a metric as in --metric; with "
     "'-' descending; runs without it come last; newest first if not given"},
    {'n', "limit", OPTION_COUNT, "N", offsetof(struct ls_options, limit), "the first N only"},
    {0, "json", OPTION_FLAG, NULL, offsetof(struct ls_options, json),
     "an array of objects; numbers in full, times in ISO 8601 UTC"},
};

static const struct usage usage = {
    .name = "ls",
    .operands = "[ROOT]",
    .about =
        "Lists the runs in the folder ROOT ($EPOCHLOG_DIR or ./outputs if not given),\n"
        "newest first.  A run that cannot be read is listed with the reason, unless a\n"
        "filter is set.  Times are local ($TZ).\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operand_max = 1,
    .examples =
        "  epochlog ls\n"
        "  epochlog ls --metric auc:max --sort -auc:max --limit 5\n"
        "  epochlog ls --where 'loss:min<0.1' --tag stage=final --status Completed\n"
        "  epochlog ls --json | jq -r '.[].id'\n",
    .exits =
        "  0 done, also when there is no run, 1 the folder cannot be read or no run has\n"
        "  the metric to sort by, 2 wrong usage\n",
};

/* A run of the root.  It is open only while it is looked at, so that memory does
 * not grow with what the runs hold. */
struct entry {
  const char *path;
  char *error; /* why it cannot be read; NULL as long as nobody tried in vain */
  struct ls_key key;
  long place; /* in the root, so that equals keep their order */
};

struct listing {
  char **paths;
  long path_count;
  size_t count;
  struct entry *entries;
  size_t choice_count;
  struct metric_choice *choices;
};

static void listing_release(struct listing *listing)
{
  for (size_t i = 0; i < listing->count; i++) {
    free(listing->entries[i].error);
    free(listing->entries[i].key.text);
  }
  for (size_t i = 0; i < listing->choice_count; i++) free(listing->choices[i].name);
  free(listing->choices);
  free(listing->entries);
  if (listing->paths) run_paths_free(listing->paths, listing->path_count);
}

static const char *last_part(const char *path)
{
  const char *slash = strrchr(path, '/');

  return slash && slash[1] ? slash + 1 : path;
}

static struct run *open_entry(struct entry *entry)
{
  struct read_error error;
  struct run *run = run_open(entry->path, RUN_SUMMARY, &error);

  if (!run && !entry->error) entry->error = strdup(error.message);
  return run;
}

/* Finds the runs.  They are opened only when a filter or an order has to know them,
 * and then once more to be shown. */
static int find_runs(struct listing *listing, const char *root, const struct ls_filter *filter,
                     const struct ls_order *order)
{
  struct read_error error;

  listing->path_count = run_list(root, &listing->paths, &error);
  if (listing->path_count < 0) {
    print_error("%s; nothing was listed", error.message);
    return EXIT_NOT_DONE;
  }
  listing->entries = calloc((size_t)listing->path_count + 1, sizeof *listing->entries);
  if (!listing->entries) {
    print_error("out of memory; nothing was listed");
    return EXIT_NOT_DONE;
  }
  for (long i = 0; i < listing->path_count; i++) {
    struct entry *entry = &listing->entries[listing->count];
    bool taken = ls_filter_is_empty(filter);
    struct run *run = NULL;

    *entry = (struct entry){.path = listing->paths[i], .place = i};
    if (!taken || order) run = open_entry(entry);
    if (run && !taken) taken = ls_filter_takes(filter, run);
    if (run && taken && order) entry->key = ls_key_of(order, run);
    if (run) run_close(run);
    listing->count += taken;
    if (!taken) free(entry->error);
  }
  return EXIT_DONE;
}

/* ---- order ---- */

static int compare_entries(const void *a, const void *b, void *order)
{
  const struct entry *left = a, *right = b;
  const int result = ls_key_compare(order, &left->key, &right->key);

  return result ? result : (left->place > right->place) - (left->place < right->place);
}

static int sort(struct listing *listing, struct ls_order *order)
{
  bool known = listing->count == 0 || order->by != ORDER_METRIC;

  for (size_t i = 0; i < listing->count && !known; i++) known = listing->entries[i].key.known;
  if (!known) {
    print_error("no run has the metric '%s' to sort by; nothing was listed", order->metric.name);
    return EXIT_NOT_DONE;
  }
  qsort_r(listing->entries, listing->count, sizeof *listing->entries, compare_entries, order);
  return EXIT_DONE;
}

/* ---- which metrics ---- */

static bool choose(struct listing *listing, const char *word)
{
  struct metric_choice *choice = &listing->choices[listing->choice_count];

  *choice = metric_choose(word, strlen(word));
  listing->choice_count += choice->name != NULL;
  return choice->name != NULL;
}

static bool is_chosen(const struct listing *listing, const char *name)
{
  for (size_t i = 0; i < listing->choice_count; i++)
    if (strcmp(listing->choices[i].name, name) == 0) return true;
  return false;
}

/* Adds the run's scalars until there are as many as are shown. */
static bool choose_from(struct listing *listing, const struct run *run, size_t most)
{
  for (size_t i = 0; i < run->metric_count && listing->choice_count < most; i++) {
    const struct metric *metric = &run->metrics[i];

    if (metric->kind != METRIC_SCALAR || is_chosen(listing, metric->name)) continue;
    /* As it is: its name may end in ":min". */
    listing->choices[listing->choice_count].name = strdup(metric->name);
    if (!listing->choices[listing->choice_count++].name) return false;
  }
  return true;
}

static bool choose_metrics(struct listing *listing, const struct text_list *words)
{
  enum { SHOWN = 3, LOOKED_AT = 20 };
  bool chosen = true;

  listing->choices = calloc(words->count + SHOWN, sizeof *listing->choices);
  if (!listing->choices) return false;
  for (size_t i = 0; i < words->count; i++)
    if (!choose(listing, words->items[i])) return false;
  if (words->count) return true;
  for (size_t i = 0; i < listing->count && i < LOOKED_AT && chosen; i++) {
    struct run *run = listing->choice_count < SHOWN ? open_entry(&listing->entries[i]) : NULL;

    if (!run) continue;
    chosen = choose_from(listing, run, SHOWN);
    run_close(run);
  }
  return chosen;
}

/* ---- output ---- */

/* "stage=final, best"; new memory. */
static char *tags_text(const struct run *run)
{
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);

  if (!out) return NULL;
  for (size_t i = 0; i < run->tag_count; i++) {
    char *value = value_text(run->tags[i].value, true);

    fprintf(out, "%s%s", i ? ", " : "", run->tags[i].name);
    if (value && *value) fprintf(out, "=%s", value);
    free(value);
  }
  fclose(out);
  return text;
}

static void add_row(struct table *table, const struct listing *listing, struct entry *entry)
{
  struct run *run = open_entry(entry);
  char text[PRINT_SIZE], *owned;

  table_add(table, run ? run->id : last_part(entry->path));
  table_add(table, run ? run->name : NULL);
  table_add(table, run ? run->experiment : NULL);
  if (run)
    table_add_styled(table, run_status_text(run->status), status_style(run->status));
  else
    table_add_styled(table, "unreadable", STYLE_BAD);
  table_add(table, run ? print_time(text, run->start_ns) : NULL);
  table_add(table, run ? print_duration(text, run->end_ns - run->start_ns) : NULL);
  owned = run ? tags_text(run) : NULL;
  table_add(table, owned);
  free(owned);
  for (size_t i = 0; i < listing->choice_count; i++) {
    owned = run ? value_text(run_pick(run, &listing->choices[i]), false) : NULL;
    table_add(table, owned);
    free(owned);
  }
  if (run) run_close(run);
}

/* What stands above a metric: its name, and which of its values when that was told. */
static char *choice_heading(const struct metric_choice *choice)
{
  static const char *const picks[] = {
      [PICK_LAST] = ":last", [PICK_MIN] = ":min", [PICK_MAX] = ":max"};
  char *heading;

  return asprintf(&heading, ">%s%s", choice->name, choice->picked ? picks[choice->pick] : "") < 0
             ? NULL
             : heading;
}

static int print_listing(const struct listing *listing)
{
  static const char *const fixed[] = {"id",    "name",      "experiment", "status",
                                      "start", ">duration", "tags"};
  enum { FIXED = sizeof fixed / sizeof *fixed };
  const size_t columns = FIXED + listing->choice_count;
  char **owned = calloc(listing->choice_count + 1, sizeof *owned);
  const char **headings = malloc(columns * sizeof *headings);
  struct table *table = NULL;
  bool printed = owned && headings;

  for (size_t i = 0; printed && i < columns; i++) {
    if (i >= FIXED) owned[i - FIXED] = choice_heading(&listing->choices[i - FIXED]);
    headings[i] = i < FIXED ? fixed[i] : owned[i - FIXED];
    printed = headings[i] != NULL;
  }
  if (printed) table = table_new(columns, headings);
  for (size_t i = 0; table && i < listing->count; i++)
    add_row(table, listing, &listing->entries[i]);
  printed = table_print(table, 0);
  table_free(table);
  for (size_t i = 0; owned && i < listing->choice_count; i++) free(owned[i]);
  free(owned);
  free(headings);
  if (!printed) print_error("out of memory; nothing was listed");
  for (size_t i = 0; printed && i < listing->count; i++)
    if (listing->entries[i].error)
      print_error("%s; the run is listed without its facts", listing->entries[i].error);
  return printed ? EXIT_DONE : EXIT_NOT_DONE;
}

static void write_entry(struct json_writer *json, const struct listing *listing,
                        struct entry *entry)
{
  struct run *run = open_entry(entry);
  char text[PRINT_SIZE];

  json_write_open(json, '{');
  json_add_text(json, "id", run ? run->id : last_part(entry->path));
  json_add_text(json, "folder", entry->path);
  if (!run) {
    json_add_text(json, "unreadable", entry->error);
    json_write_close(json);
    return;
  }
  json_add_text(json, "name", run->name);
  json_add_text(json, "experiment", run->experiment);
  json_add_text(json, "parent", *run->parent_id ? run->parent_id : NULL);
  json_add_text(json, "status", run_status_text(run->status));
  json_add_text(json, "start", print_time_utc(text, run->start_ns));
  json_add_number(json, "duration_s", (double)(run->end_ns - run->start_ns) / 1e9);
  json_add_named(json, "tags", run->tags, run->tag_count);
  json_add_named(json, "params", run->params, run->param_count);
  json_write_key(json, "metrics");
  json_write_open(json, '{');
  for (size_t i = 0; i < listing->choice_count; i++) {
    char *heading = choice_heading(&listing->choices[i]);
    const struct value value = run_pick(run, &listing->choices[i]);

    if (heading && (value.type != VALUE_TEXT || value.text)) {
      json_write_key(json, heading + 1);
      json_write_value(json, value);
    }
    free(heading);
  }
  json_write_close(json);
  json_write_close(json);
  run_close(run);
}

static void write_listing(const struct listing *listing)
{
  struct json_writer json;

  json_write_start(&json, stdout, 2);
  json_write_open(&json, '[');
  for (size_t i = 0; i < listing->count; i++) write_entry(&json, listing, &listing->entries[i]);
  json_write_close(&json);
  json_write_finish(&json);
}

static int list(const struct ls_options *ls, const char *root)
{
  struct listing listing = {0};
  struct ls_order order = ls_order_read(ls->sort ? ls->sort : "start");
  int code = find_runs(&listing, root, &ls->filter, ls->sort ? &order : NULL);
  const size_t all = listing.count;

  if (code == EXIT_DONE && ls->sort) code = sort(&listing, &order);
  /* What is beyond the limit is not shown, but has to be released. */
  if (ls->limit < listing.count) listing.count = (size_t)ls->limit;
  if (code == EXIT_DONE && !choose_metrics(&listing, &ls->metrics)) {
    print_error("out of memory; nothing was listed");
    code = EXIT_NOT_DONE;
  }
  if (code == EXIT_DONE) {
    if (ls->json)
      write_listing(&listing);
    else if (listing.count)
      code = print_listing(&listing);
    else if (listing.path_count == 0)
      print_error("%s: holds no run", root);
    else
      print_error("%s: holds no such run among its %ld", root, listing.path_count);
  }
  listing.count = all;
  listing_release(&listing);
  free(order.metric.name);
  return code;
}

int cmd_ls(int argc, char **argv)
{
  struct ls_options ls = {.limit = UINT64_MAX};
  struct text_list operands = {0, NULL};
  char message[512];
  int code = options_start(&usage, argc, argv, &ls, &operands);

  if (code != OPTIONS_GO) return code;
  if (!ls_filter_check(&ls.filter, message, sizeof message)) {
    print_error("%s; nothing was done", message);
    return EXIT_USAGE;
  }
  return print_finish(list(&ls, cmd_root(operands.count ? operands.items[0] : NULL)));
}
