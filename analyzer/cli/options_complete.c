/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command line leaves open, and what does not go together. */
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/cli/chart_settings.h"
#include "analyzer/cli/options.h"

/* 2012's name for the chart of a kernel without a trace. */
#define STATIC_RINGS_FILE "rings_static.png"

/* The first output asked for that is a list of call sites, NULL if none. */
static const char *sites_output(const struct options *options)
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
	return options->markdown ? "markdown" : NULL;
}

static int static_complete(struct options *options, struct error *err)
{
	if (!options->kernel) {
		return error_set(err, ERROR_USAGE,
				 "nothing to analyze: name a trace (-f LOG), a built kernel tree "
				 "(-k PATH), or both; see --help");
	}
	if (options->folded_file || options->skip) {
		return error_set(err, ERROR_USAGE, "--%s needs a trace (-f LOG) with stacks",
				 options->skip ? "skip" : "folded");
	}
	if (sites_output(options)) {
		return error_set(err, ERROR_USAGE,
				 "--%s needs a trace (-f LOG): without one there are no call sites",
				 sites_output(options));
	}
	/* As in 2012: whatever was asked for, the chart shows what there is. */
	options->attribute_replaced =
		options->attribute_given && options->attribute != ATTRIBUTE_STATIC;
	options->attribute = ATTRIBUTE_STATIC;
	options->summary = !options->rings_file && !options->rings_show && !options->json;
	if (!options->rings_file && !options->json) {
		options->rings_file = STATIC_RINGS_FILE;
	}
	return 0;
}

int options_complete(struct options *options, struct error *err)
{
	if (chart_settings_check(&options->chart, err) < 0) {
		return err->code;
	}
	if (!options->kernel && kernel_tree_is_build(".")) {
		options->kernel = ".";
	}
	if (!options->trace) {
		return static_complete(options, err);
	}
	if (options->branch && !options->kernel) {
		return error_set(err, ERROR_USAGE,
				 "--start-branch needs the built kernel tree the directory is in "
				 "(-k PATH)");
	}
	options->summary = !sites_output(options) && !options->json && !options->rings_file &&
			   !options->folded_file && !options->rings_show;
	return 0;
}
