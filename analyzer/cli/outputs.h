/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outputs of one run: opened before the long work, written from the finished
 * analysis, made visible together.
 */
#ifndef ANALYZER_CLI_OUTPUTS_H
#define ANALYZER_CLI_OUTPUTS_H

#include "analyzer/base/error.h"
#include "analyzer/cli/analysis.h"
#include "analyzer/cli/options.h"
#include "analyzer/report/output_file.h"
#include "render/ring_chart.h"

struct outputs {
	struct output_set set;
	struct output_file *account; /* NULL: not asked for */
	struct output_file *callers;
	struct output_file *json;
	struct output_file *csv;
	struct output_file *markdown;
	struct output_file *database;
	struct output_file *junit;
	struct output_file *github;
	struct output_file *rings;
	struct output_file *folded;
	struct output_file *timeline;
	struct output_file *summary;
	enum chart_format rings_format;
	enum chart_format timeline_format;
	bool rings_is_page; /* an HTML report instead; rings_format says nothing then */
};

/*
 * ERROR_OUTPUT: one cannot be written. ERROR_USAGE: a chart whose name has no format, two
 * outputs in one place, or an output that is an input. On error nothing is left to release.
 */
int outputs_open(const struct options *options, struct outputs *ret, struct error *err);

/* Writes all and makes them visible; on error none is. */
int outputs_write(struct outputs *outputs, const struct options *options,
		  const struct analysis *analysis, struct error *err);

/* ERROR_USAGE if writing output would destroy input, a file that is being read; NULL: none. */
int output_protect(const char *output, const char *input, struct error *err);

/* Takes back what was not written. */
void outputs_release(struct outputs *outputs);

/*
 * Shows the chart: writes it to a temporary file and hands that to the desktop's viewer.
 * The file stays, because the viewer may read it later; its name goes to path.
 */
int outputs_show_rings(const struct options *options, const struct analysis *analysis, char *path,
		       size_t size, struct error *err);

#endif
