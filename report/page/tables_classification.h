/* The tables of a classifier's evaluation. */
#ifndef EPOCHLOG_PAGE_TABLES_CLASSIFICATION_H
#define EPOCHLOG_PAGE_TABLES_CLASSIFICATION_H

#include "analysis/evaluate.h"
#include "page/result_table.h"

/* From so many classes on, a matrix shows no counts: the most frequent confusions
 * are listed beside it. */
enum { TABLES_MANY_CLASSES = 12, TABLES_TOP_CONFUSIONS = 100 };

/** Adds to `section`: thresholds and deciles of a binary classifier, each class,
 * the parts of the Brier score, and the most frequent confusions of many classes.
 * Tables point into `result`, which must outlive them. */
void tables_of_classification(struct result_tables *tables, const struct figures *figures,
                              const char *section, const struct evaluation_result *result);

/* The parts that have files of their own; `curves` are of the positive class. */
void tables_add_thresholds(struct result_tables *tables, const struct figures *figures,
                           const char *section, const struct evaluation_result *result);
void tables_add_deciles(struct result_tables *tables, const struct figures *figures,
                        const char *section, const struct evaluation_result *result);

#endif
