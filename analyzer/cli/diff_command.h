/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_analyze diff BEFORE AFTER: each a trace, a saved analysis, a kernel tree or a
 * vmlinux, told apart by what they are. Traces are attributed to the tree of -k.
 */
#ifndef ANALYZER_CLI_DIFF_COMMAND_H
#define ANALYZER_CLI_DIFF_COMMAND_H

#include <stdbool.h>

#include "analyzer/base/error.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/options.h"

/* failed is set with --fail-on-growth when what was compared grew. */
int diff_command_run(const struct options *options, struct diagnostics *diagnostics, bool *failed,
		     struct error *err);

#endif
