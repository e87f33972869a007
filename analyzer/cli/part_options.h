/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --from, --to, --cpu, --task and --pid: the part of the trace they ask for.
 */
#ifndef ANALYZER_CLI_PART_OPTIONS_H
#define ANALYZER_CLI_PART_OPTIONS_H

#include "analyzer/base/error.h"
#include "analyzer/cli/options.h"

/*
 * Fills options->part from their texts. An edge is a time in seconds ("12.5"), a share of the
 * trace's time ("25%"), or else text of a trace_marker line. ERROR_USAGE.
 */
int part_options_parse(struct options *options, struct error *err);

#endif
