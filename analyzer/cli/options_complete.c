/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command line leaves open, and what does not go together. */
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/cli/chart_settings.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/part_options.h"

/* 2012's name for the chart of a kernel without a trace. */
#define STATIC_RINGS_FILE "rings_static.png"

/* The first output asked for that only a trace can fill, NULL if none. */
static const char *trace_output(const struct options *options)
{
	if (options->account_file) {
		return "account-file";
	}
	if (options->callers_file) {
		return "callers-file";
	}
	if (options->csv) {
		return "csv";
	}
	if (options->timeline_file) {
		return "timeline";
	}
	return options->markdown ? "markdown" : NULL;
}

static int static_complete(struct options *options, struct error *err)
{
	bool other; /* an output that is no chart */

	if (!options->kernel && !options->saved_kernel) {
		return error_set(err, ERROR_USAGE,
				 "nothing to analyze: name a trace (-f LOG), a built kernel tree "
				 "(-k PATH), or both; see --help");
	}
	if (options->folded_file || options->skip) {
		return error_set(err, ERROR_USAGE, "--%s needs a trace (-f LOG) with stacks",
				 options->skip ? "skip" : "folded");
	}
	if (trace_output(options)) {
		return error_set(err, ERROR_USAGE,
				 "--%s needs a trace (-f LOG): without one there are no call sites",
				 trace_output(options));
	}
	/* As in 2012: whatever was asked for, the chart shows what there is. */
	options->attribute_replaced =
		options->attribute_given && options->attribute != ATTRIBUTE_STATIC;
	options->attribute = ATTRIBUTE_STATIC;
	other = options->json || options->save_db || options->junit || options->github ||
		options->each_branch;
	options->summary = !options->rings_file && !options->rings_show && !other;
	if (!options->rings_file && !other) {
		options->rings_file = STATIC_RINGS_FILE;
	}
	return 0;
}

/* A saved analysis is finished: what would change how it is made comes too late. */
static int saved_check(const struct options *options, struct error *err)
{
	const struct {
		const char *name;
		bool given;
	} makers[] = {
		{"file", options->trace != NULL},
		{"kernel", options->kernel != NULL},
		{"system-map", options->system_map != NULL},
		{"kallsyms", options->kallsyms != NULL},
		{"modules", options->modules[0] || options->modules[1]},
		{"debug-dir", options->debug_dir != NULL},
		{"force", options->force},
		{"skip", options->skip != NULL},
		{"folded", options->folded_file != NULL},
		{"malloc", options->only_malloc},
		{"cache", options->only_cache},
	};

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (makers[i].given) {
			return error_set(
				err, ERROR_USAGE,
				"--%s needs the trace or the kernel tree: not with --db-file, "
				"which is a finished analysis",
				makers[i].name);
		}
	}
	return 0;
}

/* What --page prints is all it makes: nothing of a kernel tree or of slab objects is in it. */
static int page_check(const struct options *options, struct error *err)
{
	if (!options->trace) {
		return error_set(err, ERROR_USAGE, "--page needs a trace (-f LOG)");
	}
	if (trace_output(options) || options->json || options->rings_file || options->folded_file ||
	    options->rings_show || options->save_db || options->each_branch || options->skip ||
	    options->only_malloc || options->only_cache || options->branch) {
		return error_set(err, ERROR_USAGE,
				 "--page prints a report of its own: no other output, --skip, "
				 "--malloc, --cache or --start-branch goes with it");
	}
	return 0;
}

int options_complete(struct options *options, struct error *err)
{
	if (chart_settings_check(&options->chart, err) < 0) {
		return err->code;
	}
	if (options->db_file && saved_check(options, err) < 0) {
		return err->code;
	}
	if (part_options_parse(options, err) < 0) {
		return err->code;
	}
	if (options->page) {
		return page_check(options, err);
	}
	if (!options->kernel && !options->db_file && kernel_tree_is_build(".")) {
		options->kernel = ".";
	}
	if (!options->trace && !options->saved_trace) {
		return static_complete(options, err);
	}
	if ((options->branch || options->each_branch) && !options->kernel &&
	    !options->saved_kernel) {
		return error_set(err, ERROR_USAGE, "--%s",
				 options->branch ? "start-branch needs the built kernel tree the "
						   "directory is in (-k PATH)"
						 : "each-branch needs the built kernel tree whose "
						   "directories it goes through (-k PATH)");
	}
	options->summary = !trace_output(options) && !options->json && !options->rings_file &&
			   !options->folded_file && !options->rings_show && !options->save_db &&
			   !options->each_branch && !options->junit && !options->github;
	return 0;
}
