#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/canvas_svg.h"
#include "chart/number.h"
#include "page/html_parts.h"
#include "page/put.h"

/* Rows of a table of data that stand in the page; the CSV has them all. */
#define ROWS_SHOWN 60
/* Canvases wider than this take the whole column. */
#define WIDE 500

static void put_cell(struct markup *out, const struct data_column *column, size_t row)
{
  char number[NUMBER_SIZE];

  if (column->texts)
    put(out, "<td class=\"wrap\">%s</td>", column->texts[row] ? column->texts[row] : "–");
  else if (column->integers)
    put(out, "<td class=\"n\">%d</td>", (long long)column->integers[row]);
  else
    put(out, "<td class=\"n\">%s</td>",
        isnan(column->numbers[row]) ? "–" : number_short(number, column->numbers[row], 6));
}

/* Of a long table, rows evenly spread with both ends, so that it shows the
 * whole range and not its first corner. */
static size_t shown_row(size_t rows, size_t shown, size_t i)
{
  if (rows <= shown) return i;
  return (size_t)((double)i * (double)(rows - 1) / (double)(shown - 1) + 0.5);
}

static void put_data_table(struct markup *out, const struct figure *figure)
{
  const struct data_table *table = &figure->data;
  const size_t shown = table->rows < ROWS_SHOWN ? table->rows : ROWS_SHOWN;

  if (!table->rows || !table->column_count) return;
  put(out,
      "<details class=\"data\"><summary>Data of this chart</summary>\n"
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Data of %s\">"
      "<table>\n<caption>",
      figure->title);
  if (shown < table->rows)
    put(out, "%z of %z rows, evenly spread; all are in data/%s.csv", shown, table->rows,
        figure->id);
  else
    put(out, "%z rows, also in data/%s.csv", table->rows, figure->id);
  put(out, "</caption>\n<thead><tr>");
  for (size_t c = 0; c < table->column_count; c++)
    put(out, "<th scope=\"col\"%r>%s</th>", table->columns[c].texts ? "" : " class=\"n\"",
        table->columns[c].name);
  put(out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < shown; i++) {
    put(out, "<tr>");
    for (size_t c = 0; c < table->column_count; c++)
      put_cell(out, &table->columns[c], shown_row(table->rows, shown, i));
    put(out, "</tr>\n");
  }
  put(out, "</tbody></table></div></details>\n");
}

static void put_svg(struct markup *out, const struct figure *figure, size_t index)
{
  struct canvas_svg_options options = {.title = figure->title, .description = figure->alt};
  struct canvas *canvas;
  char id[32];
  char *svg = NULL;
  size_t length = 0;
  const char *problem;

  snprintf(id, sizeof id, "c%zu-", index);
  options.id = id;
  figure_size(figure, &options.width, &options.height);
  canvas = canvas_svg_new(&options);
  if (!canvas) {
    markup_fail(out, "out of memory");
    return;
  }
  figure_draw(figure, canvas);
  problem = canvas_svg_end(canvas, &svg, &length);
  if (problem)
    markup_fail(out, problem);
  else
    markup_put_bytes(out, svg, length);
  free(svg);
  canvas_svg_free(canvas);
}

/* A chart that is one of very many: the small drawing, with no table beside it. */
static void put_panel(struct markup *out, const struct figure *figure, size_t index)
{
  struct figure small = *figure;

  small.chart.line.is_panel = true;
  put(out, "<figure id=\"%s\">", figure->id);
  put_svg(out, &small, index);
  put(out, "</figure>\n");
}

static void put_figure(struct markup *out, const struct figure *figure, size_t index)
{
  double width = 0, height = 0;

  figure_size(figure, &width, &height);
  put(out, "<figure id=\"%s\"%r>\n", figure->id, width > WIDE ? " class=\"wide\"" : "");
  put(out, "<div class=\"chart\">");
  put_svg(out, figure, index);
  put(out, "</div>\n");
  if (*figure->caption) put(out, "<figcaption>%s</figcaption>\n", figure->caption);
  put_data_table(out, figure);
  put(out, "</figure>\n");
}

static bool is_same_place(const struct figure *a, const struct figure *b)
{
  if (a->is_panel != b->is_panel || !a->group != !b->group) return false;
  return !a->group || strcmp(a->group, b->group) == 0;
}

void html_figures(struct markup *out, const struct report *report, const char *section)
{
  const struct figure *last = NULL;

  for (size_t i = 0; i < report->figures.count; i++) {
    const struct figure *figure = &report->figures.list[i];

    if (strcmp(figure->section, section) != 0) continue;
    if (!last && figure->is_panel)
      put(out,
          "<p>Each of these charts is in charts/ in full size and with its subtitle; its numbers "
          "are in data/.</p>\n");
    if (!last || !is_same_place(last, figure)) {
      if (last) put(out, "</div>\n");
      if (figure->group) put(out, "<h3>%s</h3>\n", figure->group);
      put(out, "<div class=\"%r\">\n", figure->is_panel ? "panels" : "figures");
    }
    last = figure;
    if (figure->is_panel)
      put_panel(out, figure, i);
    else
      put_figure(out, figure, i);
  }
  if (last) put(out, "</div>\n");
}
