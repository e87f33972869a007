/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/options.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/cli/chart_settings.h"

/* More threads than this is a slip of the finger, not a machine. */
#define THREADS_MAX 1024

static void *member_of(struct options *options, const struct option_row *row)
{
	return (char *)options + row->member;
}

static int set_text(struct options *options, const struct option_row *row, const char *value,
		    struct error *err)
{
	if (!value[0]) {
		return error_set(err, ERROR_USAGE, "--%s: the name is empty", row->name);
	}
	*(const char **)member_of(options, row) = value;
	return 0;
}

/* 2012: an empty branch is the whole tree, which is what "$BRANCH" of a script may hold. */
static int set_branch(struct options *options, const struct option_row *row, const char *value,
		      struct error *err)
{
	(void)row;
	(void)err;
	options->branch = value[0] ? value : NULL;
	return 0;
}

static int set_trace(struct options *options, const struct option_row *row, const char *value,
		     struct error *err)
{
	if (options->trace) {
		return error_set(err, ERROR_USAGE,
				 "--file is given twice (%s and %s): one trace per run",
				 options->trace, value);
	}
	return set_text(options, row, value, err);
}

/* Two at most: the files, and where they were loaded. */
static int set_modules(struct options *options, const struct option_row *row, const char *value,
		       struct error *err)
{
	if (options->modules[0] && options->modules[1]) {
		return error_set(err, ERROR_USAGE,
				 "--modules is given more than twice: one directory of .ko files "
				 "and one copy of /proc/modules will do");
	}
	if (!value[0]) {
		return error_set(err, ERROR_USAGE, "--%s: the name is empty", row->name);
	}
	options->modules[options->modules[0] ? 1 : 0] = value;
	return 0;
}

static int set_flag(struct options *options, const struct option_row *row, const char *value,
		    struct error *err)
{
	(void)value;
	(void)err;
	*(bool *)member_of(options, row) = true;
	return 0;
}

static int set_action(struct options *options, const struct option_row *row, const char *value,
		      struct error *err)
{
	(void)value;
	(void)err;
	options->action = strcmp(row->name, "version") == 0 ? ACTION_VERSION : ACTION_HELP;
	return 0;
}

/* "KEY is not ...; there are: a, b, c" */
static int choice_error(struct error *err, const struct option_row *row, const char *value,
			const char *(*name)(size_t index), size_t count)
{
	char valid[256] = "";

	for (size_t i = 0; i < count; i++) {
		size_t used = strlen(valid);

		snprintf(valid + used, sizeof(valid) - used, "%s%s", i ? ", " : "", name(i));
	}
	return error_set(err, ERROR_USAGE, "--%s: there is no '%.100s'; choose one of %s",
			 row->name, value, valid);
}

static const char *order_name(size_t index)
{
	return site_orders[index].name;
}

static int set_max(struct options *options, const struct option_row *row, const char *value,
		   struct error *err)
{
	if (options->max_count == BUDGETS_MAX) {
		return error_set(err, ERROR_USAGE, "--%s is given more than %d times: use --budget",
				 row->name, BUDGETS_MAX);
	}
	options->max[options->max_count++] = value;
	return 0;
}

static int set_columns(struct options *options, const struct option_row *row, const char *value,
		       struct error *err)
{
	(void)row;
	return column_list_parse(value, &options->columns, err);
}

static int set_order(struct options *options, const struct option_row *row, const char *value,
		     struct error *err)
{
	options->order = site_order_find(value);
	if (!options->order) {
		return choice_error(err, row, value, order_name, site_order_count);
	}
	return 0;
}

static const char *key_name(size_t index)
{
	return site_keys[index].name;
}

static int set_by(struct options *options, const struct option_row *row, const char *value,
		  struct error *err)
{
	options->by = site_key_find(value);
	if (!options->by) {
		return choice_error(err, row, value, key_name, site_key_count);
	}
	return 0;
}

static const char *attribute_name(size_t index)
{
	return memory_attribute_names[index];
}

static int set_attribute(struct options *options, const struct option_row *row, const char *value,
			 struct error *err)
{
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (strcmp(memory_attribute_names[i], value) == 0) {
			options->attribute = (enum memory_attribute)i;
			options->attribute_given = true;
			return 0;
		}
	}
	return choice_error(err, row, value, attribute_name, ATTRIBUTE_COUNT);
}

static const char *const color_names[] = {"auto", "always", "never"};

static const char *color_name(size_t index)
{
	return color_names[index];
}

static int set_color(struct options *options, const struct option_row *row, const char *value,
		     struct error *err)
{
	size_t count = sizeof(color_names) / sizeof(color_names[0]);

	if (!value) {
		options->color = COLOR_ALWAYS;
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(color_names[i], value) == 0) {
			options->color = (enum color_mode)i;
			return 0;
		}
	}
	return choice_error(err, row, value, color_name, count);
}

static int set_threads(struct options *options, const struct option_row *row, const char *value,
		       struct error *err)
{
	char *end;
	unsigned long count;

	errno = 0;
	count = strtoul(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end || errno || count < 1 || count > THREADS_MAX) {
		return error_set(err, ERROR_USAGE, "--%s: '%.100s' is not a number from 1 to %d",
				 row->name, value, THREADS_MAX);
	}
	options->threads = (unsigned int)count;
	return 0;
}

/* One wrapper per setting: rows take plain functions. */
#define CHART_SETTER(setting)                                                                      \
	static int set_chart_##setting(struct options *options, const struct option_row *row,      \
				       const char *value, struct error *err)                       \
	{                                                                                          \
		return chart_settings_##setting(&options->chart, row->name, value, err);           \
	}
CHART_SETTER(kind)
CHART_SETTER(depth)
CHART_SETTER(size)
CHART_SETTER(scale)
CHART_SETTER(theme)

#define MEMBER(field) offsetof(struct options, field)

const struct option_row option_rows[] = {
	{'k', "kernel", NULL, "PATH", "Input",
	 "Built kernel tree (source tree or O= folder) or a vmlinux. Default: the current "
	 "directory if it holds a kernel build.",
	 set_text, MEMBER(kernel)},
	{'f', "file", NULL, "LOG", NULL,
	 "Trace to read, '-' for standard input. Without it: static analysis of the kernel.",
	 set_trace, MEMBER(trace)},
	{'\0', "db-file", NULL, "FILE", NULL,
	 "Start from an analysis that --save-db saved, instead of -k and -f.", set_text,
	 MEMBER(db_file)},
	{'\0', "system-map", NULL, "FILE", NULL,
	 "System.map of the traced kernel, where the tree has none.", set_text, MEMBER(system_map)},
	{'\0', "kallsyms", NULL, "FILE", NULL,
	 "/proc/kallsyms of the traced kernel, saved as root: addresses as they were, with "
	 "modules.",
	 set_text, MEMBER(kallsyms)},
	{'\0', "modules", NULL, "PATH", NULL,
	 "Modules of the traced kernel: a directory of .ko files (also .ko.xz, .ko.zst, .ko.gz), "
	 "or a "
	 "copy of its /proc/modules. May be given twice.",
	 set_modules, 0},
	{'\0', "debug-dir", NULL, "DIR", NULL,
	 "Where separate debug files are, beside /usr/lib/debug.", set_text, MEMBER(debug_dir)},
	{'\0', "force", NULL, NULL, NULL,
	 "Use a kernel tree or map although it is of another kernel than the trace: its names "
	 "and places are wrong.",
	 set_flag, MEMBER(force)},
	{'c', "account-file", NULL, "FILE", "Output ('-' for standard output)",
	 "Account of all call sites.", set_text, MEMBER(account_file)},
	{'l', "callers-file", NULL, "FILE", NULL,
	 "Call sites with live bytes, wasted bytes and directory.", set_text, MEMBER(callers_file)},
	{'\0', "json", NULL, "FILE", NULL, "Everything the analysis knows, as JSON.", set_text,
	 MEMBER(json)},
	{'\0', "csv", NULL, "FILE", NULL, "Call sites as comma-separated values.", set_text,
	 MEMBER(csv)},
	{'\0', "markdown", NULL, "FILE", NULL,
	 "Totals, call sites and verdict as Markdown for a pull request.", set_text,
	 MEMBER(markdown)},
	{'\0', "save-db", NULL, "FILE", NULL,
	 "The whole analysis as a database, for --db-file, diff and sqlite3.", set_text,
	 MEMBER(save_db)},
	{'\0', "columns", NULL, "LIST", NULL,
	 "Columns of CSV and Markdown, with commas between: caller, directory, waste and so on.",
	 set_columns, 0},
	{'r', "rings-file", NULL, "FILE", NULL,
	 "Ring chart, as its name ends: .png, .svg or .pdf; .html: a report to look into.",
	 set_text, MEMBER(rings_file)},
	{'\0', "timeline", NULL, "FILE", NULL,
	 "Live bytes over time, stacked by directory (without a kernel by call site, with --by as "
	 "it "
	 "says), as its name ends: .png, .svg or .pdf.",
	 set_text, MEMBER(timeline_file)},
	{'\0', "folded", NULL, "FILE", NULL,
	 "Stacks with their bytes for flamegraph.pl and speedscope: live, total or wasted bytes as "
	 "--rings-attr says. The trace must have stack traces.",
	 set_text, MEMBER(folded_file)},
	{'\0', "each-branch", NULL, "DIR", NULL,
	 "For each first-level directory a chart (as --rings-file's name ends; PNG without it) and "
	 "an account: DIR/fs.png, DIR/fs.txt. DIR is made if absent.",
	 set_text, MEMBER(each_branch)},
	{'i', "rings-show", NULL, NULL, NULL, "Show the HTML report in the browser.", set_flag,
	 MEMBER(rings_show)},
	{'a', "rings-attr", NULL, "ATTR", "What to show",
	 "What the ring chart shows: current (static and live), static, waste, current_dynamic "
	 "(the default) or total_dynamic.",
	 set_attribute, 0},
	{'\0', "chart", NULL, "KIND", NULL,
	 "rings (the default), or icicle: the same as rows, for reading.", set_chart_kind, 0},
	{'\0', "depth", NULL, "N", NULL, "Levels a chart shows; default 5.", set_chart_depth, 0},
	{'\0', "size", NULL, "WxH", NULL,
	 "Size of a chart in pixels; default 1200x900, of a timeline 1200x600.", set_chart_size, 0},
	{'\0', "scale", NULL, "X", NULL,
	 "Draw a PNG with X times the pixels, an SVG X times as large.", set_chart_scale, 0},
	{'\0', "theme", NULL, "NAME", NULL, "Background of a chart: light (the default) or dark.",
	 set_chart_theme, 0},
	{'b', "start-branch", "branch", "DIR", NULL,
	 "Only this directory of the kernel tree, by whole path components.", set_branch, 0},
	{'o', "order-by", NULL, "KEY", NULL,
	 "Order of call sites: current_dynamic (the default), total_dynamic, alloc_count, "
	 "free_count, waste, or any column.",
	 set_order, 0},
	{'\0', "skip", NULL, "LIST", NULL,
	 "Blame the first caller outside LIST (names between commas; 'default' for none) and "
	 "outside "
	 "the kernel's own wrappers (kvasprintf, kmemdup, mempool_alloc ...). The trace must have "
	 "stack traces.",
	 set_text, MEMBER(skip)},
	{'\0', "by", NULL, "KEY", NULL,
	 "One row for each function, line, file, object or dir instead of each call site.", set_by,
	 0},
	{'\0', "lines", NULL, NULL, NULL, "Add file:line to the callers file.", set_flag,
	 MEMBER(lines)},
	{'\0', "malloc", NULL, NULL, NULL, "Count only the kmalloc family.", set_flag,
	 MEMBER(only_malloc)},
	{'\0', "cache", NULL, NULL, NULL, "Count only the kmem_cache_alloc family.", set_flag,
	 MEMBER(only_cache)},
	{'\0', "from", NULL, "TIME", NULL,
	 "Only events from here on: seconds, percent (25%) or text of a trace_marker line.",
	 set_text, MEMBER(from)},
	{'\0', "to", NULL, "TIME", NULL, "Only events up to here.", set_text, MEMBER(to)},
	{'\0', "cpu", NULL, "N", NULL, "Count only allocations on this CPU.", set_text,
	 MEMBER(cpu)},
	{'\0', "task", NULL, "NAME", NULL, "Count only allocations of tasks of this name.",
	 set_text, MEMBER(task)},
	{'\0', "pid", NULL, "N", NULL, "Count only allocations of this task.", set_text,
	 MEMBER(pid)},
	{'\0', "page", NULL, NULL, NULL, "Account page events, by page frame, instead.", set_flag,
	 MEMBER(page)},
	{'\0', "max", NULL, "PATH:ATTR=BYTES", "Checks",
	 "Exit status 1 if a directory, object or function has more: fs/ext4:current_dynamic=2M; "
	 "with --baseline also +2% or +64K. May be given several times.",
	 set_max, 0},
	{'\0', "budget", NULL, "FILE", NULL, "Budgets as for --max, one per line.", set_text,
	 MEMBER(budget_file)},
	{'\0', "baseline", NULL, "FILE", NULL, "Saved analysis that relative budgets start from.",
	 set_text, MEMBER(baseline)},
	{'\0', "allow-unreliable", NULL, NULL, NULL,
	 "Check budgets even if the verdict calls the figures unreliable.", set_flag,
	 MEMBER(allow_unreliable)},
	{'\0', "junit", NULL, "FILE", NULL, "The checked budgets as JUnit XML.", set_text,
	 MEMBER(junit)},
	{'\0', "github", NULL, "FILE", NULL, "Breaches as annotations of GitHub Actions.", set_text,
	 MEMBER(github)},
	{'\0', "fail-on-growth", NULL, NULL, NULL,
	 "With diff: exit status 1 if what it compares grew.", set_flag, MEMBER(fail_on_growth)},
	{'\0', "output", NULL, "FILE", "With merge", "The merged database. Also -o.", set_text,
	 MEMBER(output)},
	{'\0', "files-from", NULL, "LIST", NULL,
	 "Merge the files named in LIST too, one per line; '-' for standard input.", set_text,
	 MEMBER(files_from)},
	{'\0', "expect", NULL, "LIST", NULL,
	 "Exit status 1 if one of the names in LIST (files, or what they are called without folder "
	 "and .db) is not among the merged.",
	 set_text, MEMBER(expect)},
	{'\0', "keep-going", NULL, NULL, NULL,
	 "Merge what can be merged; exit status 1 if files were left out.", set_flag,
	 MEMBER(keep_going)},
	{'\0', "threads", NULL, "N", "The run itself",
	 "Threads to work with; default: all CPUs it may use.", set_threads, 0},
	{'\0', "progress", NULL, NULL, NULL, "Show progress even if standard error is no terminal.",
	 set_flag, MEMBER(progress)},
	{'\0', "color", NULL, "[WHEN]", NULL,
	 "Color the summary: auto (the default), always or never.", set_color, 0},
	{'q', "quiet", NULL, NULL, NULL, "No notices, warnings and progress; errors only.",
	 set_flag, MEMBER(quiet)},
	{'v', "verbose", NULL, NULL, NULL, "Say what is read and how long it takes.", set_flag,
	 MEMBER(verbose)},
	{'\0', "version", NULL, NULL, NULL, "Print the version.", set_action, 0},
	{'h', "help", NULL, NULL, NULL, "Print this help.", set_action, 0},
};
const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);
_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= OPTION_ROWS_MAX,
	       "OPTION_ROWS_MAX is too small");
