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

/* What a chart's name asks for. */
struct rings_kind {
	bool is_page; /* an HTML report; format says nothing then */
	enum chart_format format;
};

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
	const char *made_folder; /* by --each-branch, until its files are there; else NULL */
	struct rings_kind rings_kind;
	enum chart_format timeline_format;
};

/*
 * ERROR_OUTPUT: one cannot be written. ERROR_USAGE: a chart whose name has no format, two
 * outputs in one place, or an output that is an input. On error nothing is left to release.
 */
int outputs_open(const struct options *options, struct outputs *ret, struct error *err);

/* By the ending of the name; ERROR_USAGE for one that is none of ours. NULL asks for nothing. */
int rings_kind_of(const char *path, struct rings_kind *ret, struct error *err);

/* One more file, known only after the analysis; the rules of outputs_open hold for it too. */
int outputs_add(struct outputs *outputs, const struct options *options, const char *path,
		struct output_file **ret, struct error *err);

/* The chart or page of an analysis. A write that fails stays in the stream. */
int rings_write(FILE *out, const struct options *options, const struct analysis *analysis,
		const struct rings_kind *kind, struct error *err);

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
