/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_analyze merge: saved analyses of many runs into one database (report/fleet.h).
 */
#ifndef ANALYZER_CLI_MERGE_COMMAND_H
#define ANALYZER_CLI_MERGE_COMMAND_H

#include <stdbool.h>

#include "analyzer/base/error.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/options.h"

/* As struct command's run: failed where --expect misses a run, or --keep-going left files out. */
int merge_command_run(const struct options *options, struct diagnostics *diagnostics, bool *failed,
		      struct error *err);

#endif
