#include <string.h>

#include "chart/number.h"
#include "page/html_parts.h"
#include "page/image_file.h"
#include "page/put.h"

/* What is put into the page itself: more pictures are told, not shown. */
#define IMAGES_SHOWN 64
#define IMAGES_BYTES ((size_t)1024 * 1024)

static void begin_table(struct markup *out, const char *label)
{
  put(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>\n",
      label);
}

/* ---- parameters, tags, properties ---- */

struct group {
  const char *title;
  const struct named_value *(*list)(const struct run *run, size_t *count);
};

static const struct named_value *list_params(const struct run *run, size_t *count)
{
  *count = run->param_count;
  return run->params;
}

static const struct named_value *list_tags(const struct run *run, size_t *count)
{
  *count = run->tag_count;
  return run->tags;
}

static const struct named_value *list_properties(const struct run *run, size_t *count)
{
  *count = run->property_count;
  return run->properties;
}

static const struct value *find_value(const struct group *group, const struct run *run,
                                      const char *name)
{
  size_t count;
  const struct named_value *list = group->list(run, &count);

  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i].name, name) == 0) return &list[i].value;
  return NULL;
}

/* Whether an earlier run of the report has the name already. */
static bool was_seen(const struct report *report, const struct group *group, size_t run,
                     const char *name)
{
  for (size_t r = 0; r < run; r++)
    if (find_value(group, report->runs[r], name)) return true;
  return false;
}

static void put_setting(struct markup *out, const struct report *report, const struct group *group,
                        const char *name)
{
  const char *first = NULL;
  bool differs = false;

  for (size_t r = 0; r < report->run_count; r++) {
    const struct value *value = find_value(group, report->runs[r], name);
    const char *text = value ? report_value(report->pool, value) : "–";

    if (first && strcmp(first, text) != 0) differs = true;
    if (!first) first = text;
  }
  put(out, "<tr><th scope=\"row\"><code>%s</code></th>", name);
  for (size_t r = 0; r < report->run_count; r++) {
    const struct value *value = find_value(group, report->runs[r], name);

    put(out, "<td class=\"wrap%r\">%s</td>", differs ? " best" : "",
        value ? report_value(report->pool, value) : "–");
  }
  put(out, "</tr>\n");
}

static void put_group(struct markup *out, const struct report *report, const struct group *group)
{
  size_t total = 0, count;

  for (size_t r = 0; r < report->run_count; r++) {
    group->list(report->runs[r], &count);
    total += count;
  }
  if (!total) return;
  put(out, "<h3>%s</h3>\n", group->title);
  begin_table(out, group->title);
  if (report->run_count > 1) {
    put(out,
        "<caption>What differs between the runs is bold.</caption>\n<thead><tr><th "
        "scope=\"col\">name</th>");
    for (size_t r = 0; r < report->run_count; r++)
      put(out, "<th scope=\"col\">%s</th>", report->labels[r]);
    put(out, "</tr></thead>\n");
  }
  put(out, "<tbody>\n");
  for (size_t r = 0; r < report->run_count; r++) {
    const struct named_value *list = group->list(report->runs[r], &count);

    for (size_t i = 0; i < count; i++)
      if (!was_seen(report, group, r, list[i].name)) put_setting(out, report, group, list[i].name);
  }
  put(out, "</tbody></table></div>\n");
}

void html_settings(struct markup *out, const struct report *report)
{
  static const struct group groups[] = {
      {"Parameters", list_params}, {"Tags", list_tags}, {"Properties", list_properties}};

  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) put_group(out, report, &groups[i]);
}

/* ---- images ---- */

size_t html_image_count(const struct report *report)
{
  size_t count = 0;

  for (size_t r = 0; r < report->run_count; r++) count += report->runs[r]->image_count;
  return count;
}

static void put_image(struct markup *out, const struct logged_image *image,
                      const struct image_file *file)
{
  put(out, "<figure><img alt=\"%s\" src=\"data:%r;base64,",
      *image->caption ? image->caption : image->name, file->media_type);
  put_base64(out, file->bytes, file->size);
  put(out, "\"><figcaption>%s", *image->caption ? image->caption : image->name);
  if (image->step != INT64_MIN) put(out, ", step %d", (long long)image->step);
  put(out, "</figcaption></figure>\n");
}

void html_images(struct markup *out, const struct report *report)
{
  size_t shown = 0, bytes = 0;

  put(out, "<div class=\"gallery\">\n");
  for (size_t r = 0; r < report->run_count; r++) {
    for (size_t i = 0; i < report->runs[r]->image_count && shown < IMAGES_SHOWN; i++) {
      const struct logged_image *image = &report->runs[r]->images[i];
      struct image_file file;

      if (image_file_read(&file, report->runs[r]->folder, image->path, IMAGES_BYTES - bytes))
        continue;
      put_image(out, image, &file);
      shown++;
      bytes += file.size;
      image_file_release(&file);
    }
  }
  put(out, "</div>\n");
  if (shown < html_image_count(report))
    put(out,
        "<p class=\"quiet\">%z of %z images are shown; the others are too large for the page, "
        "missing, or not pictures. All lie in the run's folder, in files/images.</p>\n",
        shown, html_image_count(report));
}

/* ---- files and origin ---- */

void html_files(struct markup *out, const struct report *report)
{
  begin_table(out, "Files");
  put(out,
      "<caption>Kept with the run; the SHA-256 is of the content.</caption>\n<thead><tr>"
      "<th scope=\"col\">file</th><th scope=\"col\">role</th><th scope=\"col\" class=\"n\">"
      "bytes</th><th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n");
  for (size_t r = 0; r < report->run_count; r++) {
    for (size_t i = 0; i < report->runs[r]->file_count; i++) {
      const struct kept_file *file = &report->runs[r]->files[i];
      char bytes[NUMBER_SIZE], hash[65];

      for (size_t k = 0; k < 32; k++) {
        hash[2 * k] = "0123456789abcdef"[file->sha256[k] >> 4];
        hash[2 * k + 1] = "0123456789abcdef"[file->sha256[k] & 15];
      }
      hash[64] = '\0';
      put(out,
          "<tr><td class=\"wrap\">%s</td><td>%s</td><td class=\"n\">%s</td><td "
          "class=\"wrap mono\">%s</td></tr>\n",
          file->path, file->role, number_count(bytes, (double)file->size), hash);
    }
  }
  put(out, "</tbody></table></div>\n");
}

static void put_fact(struct markup *out, const char *name, const char *value)
{
  if (!*value) return;
  put(out, "<tr><th scope=\"row\">%s</th><td class=\"wrap\">%s</td></tr>\n", name, value);
}

static const char *join_arguments(struct pool *pool, const struct run *run)
{
  const char *joined = "";

  for (size_t i = 0; i < run->argument_count && i < 100; i++)
    joined = pool_printf(pool, "%s%s%s", joined, i ? " " : "", run->arguments[i]);
  return joined;
}

static void put_run_facts(struct markup *out, const struct report *report, size_t index)
{
  const struct run *run = report->runs[index];
  static const char *const git_states[] = {"", " (clean)", " (with changes)"};
  struct pool *pool = report->pool;

  if (report->run_count > 1) put(out, "<h3>%s</h3>\n", report->labels[index]);
  begin_table(out, "Origin");
  put(out, "<tbody>\n");
  put_fact(out, "run", run->id);
  put_fact(out, "experiment", run->experiment);
  put_fact(out, "parent", run->parent_id);
  put_fact(out, "start", report_time(pool, run->start_ns));
  put_fact(out, "end", report_time(pool, run->end_ns));
  put_fact(out, "host", run->host);
  put_fact(out, "user", run->user);
  put_fact(out, "command", join_arguments(pool, run));
  put_fact(out, "working folder", run->working_folder);
  if (*run->git_commit)
    put_fact(
        out, "git commit",
        pool_printf(pool, "%s%s", run->git_commit,
                    git_states[run->git_dirty >= 0 && run->git_dirty <= 2 ? run->git_dirty : 0]));
  for (size_t i = 0; i < run->environment_count; i++)
    put_fact(out, run->environment[i].name, report_value(pool, &run->environment[i].value));
  put_fact(out, "logged by", run->writer_version);
  put(out, "</tbody></table></div>\n");
}

static void put_logs(struct markup *out, const struct run *run)
{
  char size[NUMBER_SIZE], whole[NUMBER_SIZE];

  begin_table(out, "Logs");
  put(out,
      "<caption>The logs this was read from, to the byte.</caption>\n<thead><tr><th "
      "scope=\"col\">log</th><th scope=\"col\" class=\"n\">rank</th><th scope=\"col\" "
      "class=\"n\">bytes</th><th scope=\"col\" class=\"n\">whole</th><th scope=\"col\">state"
      "</th></tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < run->writer_count; i++) {
    const struct run_writer *writer = &run->writers[i];
    const struct log_account *account = &writer->account;

    put(out,
        "<tr><td class=\"mono\">%s</td><td class=\"n\">%z</td><td class=\"n\">%s</td><td "
        "class=\"n\">%s</td><td>%r</td></tr>\n",
        account->file, (size_t)writer->rank, number_count(size, (double)account->size),
        number_count(whole, (double)account->whole),
        account->damaged    ? "damaged"
        : account->finished ? "finished"
                            : "unfinished");
  }
  put(out, "</tbody></table></div>\n");
}

void html_origin(struct markup *out, const struct report *report)
{
  for (size_t r = 0; r < report->run_count; r++) {
    put_run_facts(out, report, r);
    put_logs(out, report->runs[r]);
  }
}
