/* Tables of results: the numbers that are read as a table and not as a chart.
 *
 * A table is made once and then written three times: as HTML, as Markdown and
 * as CSV with all digits.  All that a table points to lives in the report's
 * pool or in the results it was made from.
 */
#ifndef EPOCHLOG_PAGE_RESULT_TABLE_H
#define EPOCHLOG_PAGE_RESULT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/markup.h"
#include "page/figure.h"
#include "page/output.h"
#include "pool.h"
#include "stats/intervals.h"

enum column_style {
  COLUMN_NAME,   /* words that name the row */
  COLUMN_WORDS,  /* other words */
  COLUMN_COUNT,  /* rows, or a sum of weights */
  COLUMN_METRIC, /* three decimals */
  COLUMN_SHARE   /* percent */
};

/* `texts` for the first two styles, `numbers` for the others: as many as the
 * table has rows.  A number that is NaN is shown as "–". */
struct shown_column {
  const char *key;  /* heads the column of the CSV: "true_positives" */
  const char *head; /* heads it on the page: "TP" */
  enum column_style style;
  const char *const *texts;
  const double *numbers;
  const struct interval *intervals; /* of the numbers, shown beside them; NULL: none */
  bool is_detail;                   /* left out of the Markdown, which has room for six columns */
};

struct result_table {
  const char *id; /* file name of the CSV without its ending */
  const char *section;
  const char *title;
  const char *caption; /* "" none */
  size_t rows;
  size_t column_count;
  struct shown_column *columns;
  size_t chosen;   /* this row is bold; `rows`: none */
  size_t rows_max; /* of the page, which says where the others are; 0: all */
  bool is_sortable;
};

struct result_tables {
  struct result_table *list;
  size_t count;
  size_t capacity;
};

/** Adds a table of `rows` rows with room for `columns` columns.  Its id is `stem`
 * made safe for a file name, unlike that of any other table or figure. */
struct result_table *result_tables_add(struct result_tables *tables, const struct figures *figures,
                                       const char *section, const char *stem, const char *title,
                                       size_t rows, size_t columns);

/** Adds a column of numbers and **returns** their array, to be filled. */
double *result_table_numbers(struct result_table *table, struct pool *pool, const char *key,
                             const char *head, enum column_style style);

/** The same of words; each must be set. */
const char **result_table_texts(struct result_table *table, struct pool *pool, const char *key,
                                const char *head, enum column_style style);

/** Gives the last column intervals and **returns** their array, to be filled. */
struct interval *result_table_intervals(struct result_table *table, struct pool *pool);

/** What a cell shows, without its interval: "0.731", "38 %", "12 345", "–". */
const char *result_table_cell(struct pool *pool, const struct shown_column *column, size_t row);

/** "0.630–0.833", or NULL when the cell has no interval. */
const char *result_table_interval(struct pool *pool, const struct shown_column *column, size_t row);

/** The tables of one section as HTML. */
void html_result_tables(struct markup *out, const struct result_tables *tables, struct pool *pool,
                        const char *section);

/** Writes every table as CSV into `folder`/data, an interval as two columns more. */
int output_result_tables(const char *folder, const struct result_tables *tables, struct pool *pool,
                         struct output_error *error);

#endif
