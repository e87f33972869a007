/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "analyzer/cli/options.h"
#include "analyzer/report/text_format.h"

#define HELP_COLUMN 28

static const char introduction[] =
	"Says who holds, wastes and leaks kernel memory, from a trace of the kmem events and the "
	"built kernel it was recorded on. Without an output option a summary is printed.";

static const char closing[] = "Exit status: 0 fine, 1 a check failed, 2 wrong usage, 3 unusable "
			      "input, 4 an output could not be written.";

static void row_write(FILE *out, const struct option_row *row)
{
	char usage[128];
	const char *argument = row->argument ? row->argument : "";
	int length;

	if (row->letter) {
		length = snprintf(usage, sizeof(usage), "  -%c, --%s", row->letter, row->name);
	} else {
		length = snprintf(usage, sizeof(usage), "      --%s", row->name);
	}
	/* An argument that may be left out has to touch: --color[=WHEN] */
	if (argument[0] == '[') {
		length += snprintf(usage + length, sizeof(usage) - (size_t)length, "[=%s",
				   argument + 1);
	} else if (argument[0]) {
		length += snprintf(usage + length, sizeof(usage) - (size_t)length, " %s", argument);
	}
	if (length > HELP_COLUMN - 2) {
		fprintf(out, "%s\n%*s", usage, HELP_COLUMN, "");
	} else {
		fprintf(out, "%-*s", HELP_COLUMN, usage);
	}
	if (row->alias) {
		char text[512];

		snprintf(text, sizeof(text), "%s Also --%s.", row->help, row->alias);
		format_wrap(out, TEXT_WIDTH, HELP_COLUMN, HELP_COLUMN, text);
	} else {
		format_wrap(out, TEXT_WIDTH, HELP_COLUMN, HELP_COLUMN, row->help);
	}
}

void options_help(FILE *out)
{
	fputs("Usage: trace_analyze -f LOG [-k KERNEL] [OPTION]...\n"
	      "       trace_analyze -k KERNEL [OPTION]...\n",
	      out);
	for (size_t i = 0; i < command_count; i++) {
		fprintf(out, "       trace_analyze %s %s [OPTION]...\n", commands[i].name,
			commands[i].operands);
	}
	putc('\n', out);
	format_wrap(out, TEXT_WIDTH, 0, 0, introduction);
	for (size_t i = 0; i < option_row_count; i++) {
		if (option_rows[i].heading) {
			fprintf(out, "\n%s\n", option_rows[i].heading);
		}
		row_write(out, &option_rows[i]);
	}
	putc('\n', out);
	format_wrap(out, TEXT_WIDTH, 0, 0, closing);
}
