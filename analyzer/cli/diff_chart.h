/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff as a chart or as an HTML report: see diff_tree.h for what is drawn.
 */
#ifndef ANALYZER_CLI_DIFF_CHART_H
#define ANALYZER_CLI_DIFF_CHART_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/cli/options.h"
#include "analyzer/report/diff_report.h"

/* format: NULL for the HTML report. A write that fails stays in the stream. */
int diff_chart_write(FILE *out, const struct options *options, const struct diff_report *report,
		     const enum chart_format *format, struct error *err);

#endif
