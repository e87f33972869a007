/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff as text for people, JSON, CSV and Markdown. JSON and CSV have every row, also
 * those that stayed the same; text and Markdown the largest differences.
 */
#ifndef ANALYZER_REPORT_DIFF_REPORT_H
#define ANALYZER_REPORT_DIFF_REPORT_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/report/diff.h"
#include "analyzer/report/record.h"

struct diff_report {
	const struct diff *diff;
	const char *before_name; /* as given on the command line */
	const char *after_name;
	const struct report_view *before;
	const struct report_view *after;
};

void diff_text_write(FILE *out, const struct diff_report *report);
/* One table: level, name, directory, state, then before, after and delta of each value. */
void diff_csv_write(FILE *out, const struct diff_report *report);
void diff_markdown_write(FILE *out, const struct diff_report *report);
int diff_json_write(FILE *out, const struct diff_report *report, struct error *err);

/* How many rows of a level differ in the value, or are new or gone. */
size_t diff_changed_count(const struct diff *diff, enum diff_level level);

#endif
