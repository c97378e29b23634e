/* The report's files: each appears whole or not at all.
 *
 * A file is written under another name beside its place and then renamed, so a
 * full disk or a kill leaves the earlier report's file, or none, but never half
 * of one. */
#ifndef EPOCHLOG_PAGE_OUTPUT_H
#define EPOCHLOG_PAGE_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "chart/font_set.h"
#include "chart/missing.h"
#include "page/figure.h"

struct output_error {
  char message[512]; /* "FILE: why" */
};

/** Makes a folder and those above it; one that exists is fine. */
int output_folder(const char *path, struct output_error *error);

/** Writes `size` bytes as `folder`/`name`.  **Returns** 0 or -1. */
int output_write(const char *folder, const char *name, const void *bytes, size_t size,
                 struct output_error *error);

/** The table as CSV (RFC 4180, numbers with all digits) into new memory, or NULL
 * when it is out. */
char *output_csv(const struct data_table *table, size_t *size);

/* How figures become files. */
struct output_choice {
  int is_dark;            /* colours of PNG and PDF; an SVG follows its reader */
  unsigned formats;       /* of enum figure_format: PDF and SVG beside the PNG, which always is */
  struct font_set *fonts; /* for characters outside the typeface; NULL: none */
  void (*progress)(size_t done, size_t all); /* NULL, or called from the calling thread */
};

struct output_drawing;

/** Begins to draw every figure into `folder`/charts and to write its table into
 * `folder`/data, in threads on all processors but this one.  What is pointed to must
 * stay until the end.  **Returns** NULL on failure. */
struct output_drawing *output_figures_begin(const char *folder, const struct figures *figures,
                                            const struct output_choice *choice,
                                            struct output_error *error);

/** Draws what is left and waits for the threads.  `missing` receives the characters
 * that PNG has no font for.  **Returns** 0 or -1; the drawing is released. */
int output_figures_end(struct output_drawing *drawing, struct missing_characters *missing,
                       struct output_error *error);

#endif
