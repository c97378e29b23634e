/* The texts are made in this thread while the others draw. */
#include "page/output_report.h"

#include <stdlib.h>
#include <string.h>

#include "chart/markup.h"
#include "page/html.h"
#include "page/markdown.h"
#include "page/report_json.h"

/* A file before it is written. */
struct text {
  const char *name;
  char *bytes;
  size_t size;
  const char *problem; /* NULL: none */
};

static void make_json(struct text *text, const struct report *report)
{
  FILE *out = open_memstream(&text->bytes, &text->size);

  if (out) report_json_write(out, report);
  if (!out || fclose(out)) text->problem = "out of memory";
}

static void make_markup(struct text *text, const struct report *report, const char *command_line,
                        void (*write)(struct markup *, const struct report *, const char *))
{
  struct markup markup;

  markup_init(&markup, HTML_MAX);
  write(&markup, report, command_line);
  text->problem = markup_take(&markup, &text->bytes, &text->size);
}

static int write_text(const struct text *text, const char *folder, struct output_error *error)
{
  if (!text->problem) return output_write(folder, text->name, text->bytes, text->size, error);
  snprintf(error->message, sizeof error->message, "%s: %s", text->name, text->problem);
  return -1;
}

int output_report(const struct report *report, const char *folder, const char *command_line,
                  const struct output_choice *choice, struct missing_characters *missing,
                  struct output_error *error)
{
  struct text texts[] = {{.name = "report.json"}, {.name = "report.md"}, {.name = "report.html"}};
  const size_t count = sizeof texts / sizeof *texts;
  struct output_drawing *drawing;
  int result;

  memset(missing, 0, sizeof *missing);
  if (output_folder(folder, error)) return -1;
  drawing = output_figures_begin(folder, &report->figures, choice, error);
  if (!drawing) return -1;
  make_json(&texts[0], report);
  make_markup(&texts[1], report, command_line, markdown_write);
  make_markup(&texts[2], report, command_line, html_write);
  result = output_figures_end(drawing, missing, error);
  if (!result) result = output_result_tables(folder, &report->tables, report->pool, error);
  for (size_t i = 0; i < count && !result; i++) result = write_text(&texts[i], folder, error);
  for (size_t i = 0; i < count; i++) free(texts[i].bytes);
  return result;
}
