/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands beside the analysis, as a table: `trace_analyze diff BEFORE AFTER`. The name
 * is the first word of the command line; options are those of the analysis that make
 * sense for the command. Adding a command is adding a row.
 */
#ifndef ANALYZER_CLI_COMMANDS_H
#define ANALYZER_CLI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/cli/diagnostics.h"

/* Any number of operands. */
#define COMMAND_ANY SIZE_MAX

struct options;

struct command {
	const char *name;
	const char *operands; /* for the help: "BEFORE AFTER" */
	size_t operand_count;
	const char *const *option_names; /* long names it takes, ended by NULL */
	/* failed: what it checks did not hold (exit status 1). */
	int (*run)(const struct options *options, struct diagnostics *diagnostics, bool *failed,
		   struct error *err);
};

extern const struct command commands[];
extern const size_t command_count;

/* NULL if there is none of that name. */
const struct command *command_find(const char *name);

/* Does the option belong to the command (NULL: the analysis)? */
bool command_takes(const struct command *command, const char *option_name);

#endif
