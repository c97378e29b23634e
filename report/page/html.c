#include "page/html.h"

#include <string.h>

#include "chart/canvas_svg.h"
#include "epochlog.h"
#include "page/assets.h"
#include "page/html_parts.h"
#include "page/prose.h"
#include "page/put.h"

static const char *status_class(enum run_status status)
{
  if (status == RUN_COMPLETED) return "pass";
  return status == RUN_FAILED || status == RUN_NOT_RESPONDING ? "fail" : "warn";
}

static const char *status_sign(enum run_status status)
{
  if (status == RUN_COMPLETED) return "✓";
  return status == RUN_FAILED || status == RUN_NOT_RESPONDING ? "✗" : "!";
}

static void write_head(struct markup *out, const struct report *report)
{
  put(out,
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; script-src '%r'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"generator\" content=\"epochlog " EPOCHLOG_VERSION
      "\">\n"
      "<title>%s – epochlog report</title>\n<style>\n%r%r</style>\n</head>\n",
      asset_page_js_hash, report->title, canvas_svg_css(), (const char *)asset_page_css);
}

/* Characters that have room in a narrow tile at full size: "6.17 × 10⁻⁵" has not. */
#define TILE_CHARACTERS 9

static const char *value_class(const char *value)
{
  size_t characters = 0;

  for (; *value; value++) characters += ((unsigned char)*value & 0xC0) != 0x80;
  return characters > TILE_CHARACTERS ? "value long" : "value";
}

static void write_tiles(struct markup *out, const struct report *report)
{
  if (!report->tile_count) return;
  put(out, "<ul class=\"tiles\">\n");
  for (size_t i = 0; i < report->tile_count; i++) {
    const struct tile *tile = &report->tiles[i];

    put(out, "<li><span class=\"label\">%s</span><span class=\"%r\">%s</span>", tile->label,
        value_class(tile->value), tile->value);
    if (*tile->method)
      put(out, "<span class=\"interval\" title=\"%s\">%s</span>", tile->method, tile->interval);
    else if (*tile->interval)
      put(out, "<span class=\"interval\">%s</span>", tile->interval);
    put(out, "</li>\n");
  }
  put(out, "</ul>\n");
}

static void write_warnings(struct markup *out, const struct report *report)
{
  if (!report->warning_count) return;
  put(out, "<div class=\"warning\" role=\"note\">\n<h2>%z %r</h2>\n<ul>\n", report->warning_count,
      report->warning_count == 1 ? "thing to know" : "things to know");
  for (size_t i = 0; i < report->warning_count; i++) put(out, "<li>%s</li>\n", report->warnings[i]);
  put(out, "</ul>\n</div>\n");
}

static void write_top(struct markup *out, const struct report *report)
{
  const struct run *run = report->runs[0];

  put(out,
      "<header>\n<div class=\"bar\"><h1>%s</h1><button id=\"theme\" type=\"button\" hidden "
      "aria-label=\"Switch between light and dark\"></button></div>\n",
      report->title);
  if (report->run_count == 1) {
    put(out, "<p><span class=\"badge %r\">%r %r</span> %s</p>\n", status_class(run->status),
        status_sign(run->status), run_status_text(run->status), report->sentence);
    put(out, "<p class=\"meta\">Run <code>%s</code>, experiment %s, started %s</p>\n", run->id,
        run->experiment, report_time(report->pool, run->start_ns));
  } else {
    for (size_t i = 0; i < report->run_count; i++)
      put(out, "<p class=\"meta\"><span class=\"badge %r\">%r %r</span> %s <code>%s</code></p>\n",
          status_class(report->runs[i]->status), status_sign(report->runs[i]->status),
          run_status_text(report->runs[i]->status), report->labels[i], report->runs[i]->id);
  }
  if (report->run_count > 1 && *report->sentence) put(out, "<p>%s</p>\n", report->sentence);
  write_tiles(out, report);
  put(out, "</header>\n");
}

static bool has_figures(const struct report *report, const char *section)
{
  for (size_t i = 0; i < report->figures.count; i++)
    if (strcmp(report->figures.list[i].section, section) == 0) return true;
  return false;
}

static size_t count_prose(const struct report *report)
{
  size_t count = 0;

  for (size_t r = 0; r < report->run_count; r++) {
    count += *report->runs[r]->description != '\0';
    for (size_t i = 0; i < report->runs[r]->document_count; i++)
      count += strcmp(report->runs[r]->documents[i].format, "markdown") == 0;
  }
  return count;
}

static bool has_metrics(const struct report *report)
{
  for (size_t r = 0; r < report->run_count; r++)
    if (report->runs[r]->metric_count) return true;
  return false;
}

static bool has_files(const struct report *report)
{
  for (size_t r = 0; r < report->run_count; r++)
    if (report->runs[r]->file_count) return true;
  return false;
}

static bool has_settings(const struct report *report)
{
  for (size_t r = 0; r < report->run_count; r++) {
    const struct run *run = report->runs[r];

    if (run->param_count || run->tag_count || run->property_count) return true;
  }
  return false;
}

static void write_link(struct markup *out, const char *id, const char *title)
{
  put(out, "<li><a href=\"#%s\">%s</a></li>\n", id, title);
}

static void write_contents(struct markup *out, const struct report *report)
{
  put(out, "<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ul>\n");
  if (count_prose(report)) write_link(out, "notes", "Notes");
  if (html_has_comparison(report)) write_link(out, "comparison", "Comparison");
  for (size_t i = 0; i < report->evaluation_count; i++)
    write_link(out, report->evaluations[i].section, report->evaluations[i].title);
  for (size_t i = 0; i < report->document_count; i++)
    write_link(out, report->documents[i].section, report->documents[i].title);
  if (has_figures(report, "training")) write_link(out, "training", "Training");
  if (has_metrics(report)) write_link(out, "metrics", "Metrics");
  if (html_image_count(report)) write_link(out, "images", "Images");
  if (has_settings(report)) write_link(out, "settings", "Parameters and tags");
  if (has_files(report)) write_link(out, "files", "Files");
  write_link(out, "origin", "Origin");
  put(out, "</ul>\n</nav>\n");
}

static void begin_section(struct markup *out, const char *id, const char *title)
{
  put(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n", id,
      id, id, title);
}

static void end_section(struct markup *out) { put(out, "</section>\n"); }

static void write_notes(struct markup *out, const struct report *report)
{
  if (!count_prose(report)) return;
  begin_section(out, "notes", "Notes");
  for (size_t r = 0; r < report->run_count; r++) {
    const struct run *run = report->runs[r];

    if (report->run_count > 1) put(out, "<h3>%s</h3>\n", report->labels[r]);
    if (*run->description) prose_put(out, run->description, strlen(run->description));
    for (size_t i = 0; i < run->document_count; i++)
      if (strcmp(run->documents[i].format, "markdown") == 0)
        prose_put(out, run->documents[i].text, run->documents[i].size);
  }
  end_section(out);
}

/* Of many runs the page shows what they have in common; the rest is a click away,
 * and the charts of one run are in its own report. */
static void begin_folded(struct markup *out, const struct report *report)
{
  if (report->run_count <= REPORT_RUNS_WITH_CHARTS) return;
  put(out,
      "<p class=\"quiet\">Charts of each run are left out where more than %z runs are compared; "
      "<code>epochlog report</code> with this run alone draws them.</p>\n<details><summary>Numbers "
      "of this run</summary>\n",
      (size_t)REPORT_RUNS_WITH_CHARTS);
}

static void end_folded(struct markup *out, const struct report *report)
{
  if (report->run_count > REPORT_RUNS_WITH_CHARTS) put(out, "</details>\n");
}

static void write_evaluations(struct markup *out, const struct report *report)
{
  for (size_t i = 0; i < report->evaluation_count; i++) {
    const struct evaluation_entry *entry = &report->evaluations[i];

    begin_section(out, entry->section, entry->title);
    html_figures(out, report, entry->section);
    begin_folded(out, report);
    html_evaluation_tables(out, report, entry);
    end_folded(out, report);
    end_section(out);
  }
  for (size_t i = 0; i < report->document_count; i++) {
    const struct document_entry *entry = &report->documents[i];

    begin_section(out, entry->section, entry->title);
    if (entry->aggregated.type == AGGREGATED_NONE)
      put(out,
          "<p class=\"quiet\">Nothing could be drawn from this document; the reasons are "
          "among the things to know above.</p>\n");
    html_figures(out, report, entry->section);
    end_section(out);
  }
}

static void write_sections(struct markup *out, const struct report *report)
{
  put(out, "<main id=\"main\">\n");
  write_notes(out, report);
  if (html_has_comparison(report)) {
    begin_section(out, "comparison", "Comparison");
    html_comparison(out, report);
    end_section(out);
  }
  write_evaluations(out, report);
  if (has_figures(report, "training")) {
    begin_section(out, "training", "Training");
    html_figures(out, report, "training");
    end_section(out);
  }
  if (has_metrics(report)) {
    begin_section(out, "metrics", "Metrics");
    html_metric_table(out, report);
    end_section(out);
  }
  if (html_image_count(report)) {
    begin_section(out, "images", "Images");
    html_images(out, report);
    end_section(out);
  }
  if (has_settings(report)) {
    begin_section(out, "settings", "Parameters and tags");
    html_settings(out, report);
    end_section(out);
  }
  if (has_files(report)) {
    begin_section(out, "files", "Files");
    html_files(out, report);
    end_section(out);
  }
  begin_section(out, "origin", "Origin");
  html_origin(out, report);
  end_section(out);
  put(out, "</main>\n");
}

void html_write(struct markup *out, const struct report *report, const char *command_line)
{
  write_head(out, report);
  put(out,
      "<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<div class=\"page\">\n");
  write_top(out, report);
  write_warnings(out, report);
  put(out, "<div class=\"columns\">\n");
  write_contents(out, report);
  write_sections(out, report);
  put(out,
      "</div>\n<footer>Made by epochlog " EPOCHLOG_VERSION
      " on %s by <code>%s</code>. The "
      "numbers behind every chart lie beside this page in data/, all results in report.json."
      "</footer>\n</div>\n<script>%r</script>\n</body>\n</html>\n",
      report_time(report->pool, report->settings.made_ns), command_line,
      (const char *)asset_page_js);
}
