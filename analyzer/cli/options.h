/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: one table says what there is, and parsing, help and the test of
 * the man page all read it. Adding an option is adding a row.
 *
 * Names and meanings of 2012's trace_analyze.py are kept: scripts written for it work.
 */
#ifndef ANALYZER_CLI_OPTIONS_H
#define ANALYZER_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "analyzer/account/trace_account.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "analyzer/cli/commands.h"
#include "analyzer/report/columns.h"
#include "analyzer/report/site_group.h"
#include "analyzer/report/site_list.h"
#include "render/ring_chart.h"

/* How often --max may be given; more belong into a file. */
#define BUDGETS_MAX 64

enum options_action { ACTION_ANALYZE, ACTION_HELP, ACTION_VERSION };

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Texts are those of argv; NULL: not given. */
struct options {
	enum options_action action;
	int argument_count;
	char **arguments;	       /* argv, for outputs that say how they were made */
	const struct command *command; /* NULL: the analysis */
	char **operands;	       /* of the command, as many as it takes */
	size_t operand_count;
	const char *output;	/* of merge */
	const char *files_from; /* "-" is standard input */
	const char *expect;
	bool keep_going;
	bool fail_on_growth;
	bool allow_unreliable;
	const char *max[BUDGETS_MAX]; /* --max, as often as it was given */
	size_t max_count;
	const char *budget_file;
	const char *baseline; /* a saved analysis */
	const char *junit;
	const char *github;
	const char *kernel;
	const char *trace;   /* "-" is standard input; NULL: static analysis */
	const char *db_file; /* a saved analysis, in the place of kernel and trace */
	bool saved_trace;    /* what it was made of; set by analysis_load */
	bool saved_kernel;
	const char *save_db;
	const char *account_file;
	const char *callers_file;
	const char *json;
	const char *csv;
	const char *markdown;
	struct column_list columns; /* empty: the usual ones */
	const char *rings_file;
	const char *folded_file;
	const char *timeline_file;
	const char *each_branch; /* folder */
	const char *skip;	 /* names between commas; NULL: every call site stays to blame */
	bool rings_show;
	bool attribute_given;
	bool attribute_replaced; /* without a trace there is only static */
	enum memory_attribute attribute;
	struct chart_options chart; /* how it looks; what it shows is the outputs' */
	const char *branch;
	const struct site_order *order;
	const char *from; /* with the next four: texts; what they ask for is in part */
	const char *to;
	const char *cpu;
	const char *task;
	const char *pid;
	struct event_part part;
	bool only_malloc;
	bool only_cache;
	bool page;		       /* page events instead of slab events */
	enum allocation_filter filter; /* of the two; both together are all, as in 2012 */
	const char *system_map;
	const char *kallsyms;
	const char *modules[2]; /* directories of .ko files, copies of /proc/modules */
	const char *debug_dir;
	const struct site_key *by; /* NULL: call site by call site */
	bool lines;
	bool force;	      /* maps of another kernel are used all the same */
	unsigned int threads; /* 0: as many as CPUs may be used */
	bool progress;
	enum color_mode color;
	bool quiet;
	bool verbose;
	bool summary; /* no output was asked for: the summary is the output */
};

struct option_row {
	char letter;	      /* '\0': none */
	const char *name;     /* long */
	const char *alias;    /* second long name, NULL if none */
	const char *argument; /* its name in the help, "[WHEN]" if it may be left out, NULL: none */
	const char *heading;  /* of the group that starts here, else NULL */
	const char *help;
	int (*apply)(struct options *options, const struct option_row *row, const char *value,
		     struct error *err);
	size_t member; /* offset in struct options that apply sets */
};

/* For tables as large as any option table. */
#define OPTION_ROWS_MAX 64

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/*
 * Parses argv and checks what the command line alone can decide. ERROR_USAGE with what is
 * wrong and what would be right. Not reentrant (getopt), but repeatable.
 */
int options_parse(int argc, char **argv, struct options *ret, struct error *err);

/*
 * Fills in what depends on the surroundings: the kernel build in the current directory if
 * none was named; the summary if no output was; without a trace 2012's rings_static.png
 * and attribute. ERROR_USAGE when there is nothing to analyze, or an output that cannot be
 * made of what there is.
 */
int options_complete(struct options *options, struct error *err);

/* What --help prints: 80 columns, from the table. */
void options_help(FILE *out);

#endif
