/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTML report of an analysis: gathers what render/html_report.h shows, which knows
 * trees and plain rows only.
 */
#ifndef ANALYZER_CLI_REPORT_PAGE_H
#define ANALYZER_CLI_REPORT_PAGE_H

#include "analyzer/base/error.h"
#include "analyzer/cli/analysis.h"
#include "analyzer/cli/options.h"
#include "render/ring_chart.h"

/* chart: complete but for its defaults. The page is malloc'ed, the caller frees it. */
int report_page_render(const struct options *options, const struct analysis *analysis,
		       const struct chart_options *chart, unsigned char **ret_bytes,
		       size_t *ret_size, struct error *err);

/* The command line, as a shell would read it back; NULL: no memory. */
const char *report_page_command(struct arena *arena, const struct options *options);

#endif
