/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The analysis as GitHub-flavoured Markdown, for a pull request: the totals, the call
 * sites in the order of -o, the verdict with its advice. The first rows are seen, the
 * others folded away; GitHub takes 65,536 characters, so a table that would not fit is
 * cut, and says so. Names stand as code: nothing in a trace can become markup.
 */
#ifndef ANALYZER_REPORT_MARKDOWN_REPORT_H
#define ANALYZER_REPORT_MARKDOWN_REPORT_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/report/columns.h"
#include "analyzer/report/record.h"

/* columns NULL: live, waste, total, allocs, freed, call site, directory. */
int markdown_report_write(FILE *out, const struct report_view *view,
			  const struct column_list *columns, struct error *err);

/* text as code within a table's cell. */
void markdown_code_write(FILE *out, const char *text);
/* text as prose: characters that are markup are escaped. */
void markdown_text_write(FILE *out, const char *text);
/* The grade and the findings, as a list. */
void markdown_verdict_write(FILE *out, const struct verdict *verdict);

#endif
