/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/commands.h"

#include <string.h>

#include "analyzer/cli/diff_command.h"
#include "analyzer/cli/merge_command.h"

static const char *const diff_options[] = {
	"kernel", "system-map", "kallsyms",	  "modules", "debug-dir", "force",   "json",
	"csv",	  "markdown",	"rings-file",	  "chart",   "depth",	  "size",    "scale",
	"theme",  "rings-attr", "start-branch",	  "malloc",  "cache",	  "threads", "progress",
	"quiet",  "verbose",	"fail-on-growth", "version", "help",	  NULL,
};

static const char *const merge_options[] = {
	"output", "files-from", "expect", "keep-going", "quiet", "verbose", "version", "help", NULL,
};

/* What the analysis itself does not take. */
static const char *const command_options[] = {"fail-on-growth", "output",     "files-from",
					      "expect",		"keep-going", NULL};

const struct command commands[] = {
	{"diff", "BEFORE AFTER", 2, diff_options, diff_command_run},
	{"merge", "DB...", COMMAND_ANY, merge_options, merge_command_run},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0) {
		names++;
	}
	return *names != NULL;
}

bool command_takes(const struct command *command, const char *option_name)
{
	return command ? is_among(option_name, command->option_names)
		       : !is_among(option_name, command_options);
}
