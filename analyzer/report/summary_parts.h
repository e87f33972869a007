/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pieces the summary is made of. Private to analyzer/report.
 */
#ifndef ANALYZER_REPORT_SUMMARY_PARTS_H
#define ANALYZER_REPORT_SUMMARY_PARTS_H

#include "analyzer/report/summary.h"
#include "analyzer/report/text_format.h"

/* Rows of each table; the account file has all of them. */
#define SUMMARY_ROWS 10

/* A blank line and a heading, bold where color is on. */
void summary_heading(FILE *out, bool color, const char *text) __attribute__((nonnull));

/* "Trace     text", text wrapped beside its label. */
void summary_labelled(FILE *out, const char *label, const char *text);

/* The "Kernel" and "Branch" lines. */
int summary_kernel(FILE *out, const struct summary *summary, struct error *err);

/* Directories with live, wasted and static bytes. */
int summary_directories(FILE *out, const struct summary *summary, struct error *err);

/* "Per run": what the runs of a merged analysis were like. Nothing for one run or a branch. */
void summary_runs(FILE *out, const struct summary *summary);

/* Columns of a call site in a merged analysis, and their heading. runs NULL: not known. */
#define SUMMARY_SITE_RUNS "min live max live  runs"
void summary_site_runs(FILE *out, const struct run_spread *runs);

/* Everything between the kernel's line and the verdict when there is no trace. */
int summary_static(FILE *out, const struct summary *summary, struct error *err);

/* The path of a row of the tables, fitted to width. Returns buffer. */
const char *summary_path(char *buffer, const struct tree_node *node, size_t width);

#endif
