/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/cli/nearest.h"
#include "analyzer/cli/options.h"
#include "tests/test_paths.h"

#define ARGUMENTS_MAX 16

/* Parses "trace_analyze" and the words of line, which must outlive the options. */
static int parse(char *line, struct options *options, struct error *err)
{
	char program[] = "trace_analyze";
	char *argv[ARGUMENTS_MAX + 1] = {program};
	int argc = 1;

	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		assert_true(argc < ARGUMENTS_MAX);
		argv[argc++] = word;
	}
	*err = (struct error){0};
	return options_parse(argc, argv, options, err);
}

static char line[256]; /* what the texts of the options point to */

static struct options parsed(const char *text)
{
	struct options options;
	struct error err;

	snprintf(line, sizeof(line), "%s", text);
	if (parse(line, &options, &err) < 0) {
		fail_msg("%s: %s", text, err.text);
	}
	return options;
}

static void assert_refused(const char *text, const char *words)
{
	struct options options;
	struct error err;

	snprintf(line, sizeof(line), "%s", text);
	assert_int_equal(parse(line, &options, &err), ERROR_USAGE);
	if (!strstr(err.text, words)) {
		fail_msg("%s: \"%s\" is not in \"%s\"", text, words, err.text);
	}
}

static void test_defaults(void **state)
{
	struct options options = parsed("");

	(void)state;
	assert_null(options.kernel);
	assert_null(options.trace);
	assert_null(options.branch);
	assert_int_equal(options.attribute, ATTRIBUTE_CURRENT_DYNAMIC);
	assert_string_equal(options.order->name, "current_dynamic");
	assert_int_equal(options.filter, ALLOCATIONS_ALL);
	assert_int_equal(options.threads, 0);
	assert_int_equal(options.color, COLOR_AUTO);
}

/* The command lines of 2012's manual, and the other way to write each option. */
static void test_lines_of_2012(void **state)
{
	struct options options = parsed("-k linux -f kmem.log -b fs -c account.txt "
					"-o total_dynamic --malloc");

	(void)state;
	assert_string_equal(options.kernel, "linux");
	assert_string_equal(options.trace, "kmem.log");
	assert_string_equal(options.branch, "fs");
	assert_string_equal(options.account_file, "account.txt");
	assert_string_equal(options.order->name, "total_dynamic");
	assert_int_equal(options.filter, ALLOCATIONS_KMALLOC);
	options = parsed("--kernel linux/ --file=kmem.log --start-branch drivers "
			 "--account-file=a --order-by=waste --cache");
	assert_string_equal(options.kernel, "linux/");
	assert_string_equal(options.branch, "drivers");
	assert_string_equal(options.order->name, "waste");
	assert_int_equal(options.filter, ALLOCATIONS_CACHE);
	options = parsed("-r e.png -a waste --branch fs/ext4 -i -l callers --malloc --cache");
	assert_string_equal(options.rings_file, "e.png");
	assert_int_equal(options.attribute, ATTRIBUTE_WASTE);
	assert_true(options.attribute_given);
	assert_string_equal(options.branch, "fs/ext4");
	assert_true(options.rings_show);
	assert_string_equal(options.callers_file, "callers");
	assert_int_equal(options.filter, ALLOCATIONS_ALL);
	options = parsed("--rings-file x.svg --rings-attr total_dynamic -f -");
	assert_int_equal(options.attribute, ATTRIBUTE_TOTAL_DYNAMIC);
	assert_string_equal(options.trace, "-");
}

static void test_every_key(void **state)
{
	char text[64];

	(void)state;
	for (size_t i = 0; i < site_order_count; i++) {
		snprintf(text, sizeof(text), "-o %s", site_orders[i].name);
		assert_ptr_equal(parsed(text).order, &site_orders[i]);
	}
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		snprintf(text, sizeof(text), "-a %s", memory_attribute_names[i]);
		assert_int_equal(parsed(text).attribute, i);
	}
}

static void test_other_values(void **state)
{
	(void)state;
	assert_int_equal(parsed("--threads 16").threads, 16);
	assert_int_equal(parsed("--color").color, COLOR_ALWAYS);
	assert_int_equal(parsed("--color=never").color, COLOR_NEVER);
	assert_int_equal(parsed("--color=auto").color, COLOR_AUTO);
	assert_int_equal(parsed("--help --nonsense").action, ACTION_HELP);
	assert_int_equal(parsed("-h").action, ACTION_HELP);
	assert_int_equal(parsed("--version").action, ACTION_VERSION);
	assert_true(parsed("-q").quiet);
	assert_true(parsed("--verb").verbose); /* a unique beginning */
}

static void test_refusals(void **state)
{
	static const struct {
		const char *line;
		const char *words;
	} cases[] = {
		/* the valid values are listed */
		{"-o size", "there is no 'size'; choose one of current_dynamic, total_dynamic, "
			    "alloc_count, free_count, waste"},
		{"-a size", "choose one of current, static, waste, current_dynamic, total_dynamic"},
		{"--color=red", "choose one of auto, always, never"},
		/* the nearest option */
		{"--acount-file x", "did you mean --account-file?"},
		{"--order_by waste", "did you mean --order-by?"},
		{"--barnch fs", "did you mean --branch?"},
		{"--nothing-like-it", "there is no option --nothing-like-it; see --help"},
		{"--ca x", "--ca is short for several: --callers-file, --cache"},
		{"-z", "there is no option -z"},
		/* arguments */
		{"-f", "--file needs an argument: LOG"},
		{"--kernel", "--kernel needs an argument: PATH"},
		{"--malloc=yes", "--malloc takes no argument"},
		{"--kernel=", "the name is empty"},
		{"kmem.log", "'kmem.log' belongs to no option; to read it as a trace: -f kmem.log"},
		{"-f a -f b", "--file is given twice (a and b)"},
		/* numbers */
		{"--threads 0", "not a number from 1 to"},
		{"--threads 4x", "not a number from 1 to"},
		{"--threads -1", "not a number from 1 to"},
		{"--threads 99999999999999999999", "not a number from 1 to"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_refused(cases[i].line, cases[i].words);
	}
}

/* 2012: an empty branch is the whole tree. */
static void test_empty_branch(void **state)
{
	char program[] = "trace_analyze";
	char option[] = "-b";
	char nothing[] = "";
	char *argv[] = {program, option, nothing, NULL};
	struct options options;
	struct error err;

	(void)state;
	assert_int_equal(options_parse(3, argv, &options, &err), 0);
	assert_null(options.branch);
}

static int complete(const char *text, struct options *options, struct error *err)
{
	*options = parsed(text);
	return options_complete(options, err);
}

static void test_complete(void **state)
{
	struct options options;
	struct error err;

	(void)state;
	assert_int_equal(chdir("/"), 0); /* no kernel build */
	assert_int_equal(complete("", &options, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text, "-f LOG"));
	assert_non_null(strstr(err.text, "-k PATH"));
	assert_int_equal(complete("-f log", &options, &err), 0);
	assert_true(options.summary);
	assert_null(options.rings_file);
	assert_int_equal(complete("-f log -r x.png", &options, &err), 0);
	assert_false(options.summary);
	assert_int_equal(complete("-f log -i", &options, &err), 0);
	assert_false(options.summary);
	assert_int_equal(complete("-f log -b fs", &options, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text, "-k PATH"));
}

static void test_complete_static(void **state)
{
	struct options options;
	struct error err;

	(void)state;
	assert_int_equal(complete("-k linux", &options, &err), 0);
	assert_true(options.summary);
	assert_string_equal(options.rings_file, "rings_static.png");
	assert_int_equal(options.attribute, ATTRIBUTE_STATIC);
	assert_false(options.attribute_replaced);
	assert_int_equal(complete("-k linux -r x.png -a waste", &options, &err), 0);
	assert_false(options.summary);
	assert_string_equal(options.rings_file, "x.png");
	assert_int_equal(options.attribute, ATTRIBUTE_STATIC);
	assert_true(options.attribute_replaced);
	assert_int_equal(complete("-k linux -c x", &options, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text, "--account-file needs a trace"));
	assert_int_equal(complete("-k linux -l x", &options, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text, "--callers-file needs a trace"));
}

static void test_distance(void **state)
{
	char longest[NEAREST_WORD_MAX + 2];

	(void)state;
	assert_int_equal(word_distance("", ""), 0);
	assert_int_equal(word_distance("", "abc"), 3);
	assert_int_equal(word_distance("kernel", "kernel"), 0);
	assert_int_equal(word_distance("kernle", "kernel"), 1); /* a swap */
	assert_int_equal(word_distance("kitten", "sitting"), 3);
	assert_int_equal(word_distance("sitting", "kitten"), 3);
	memset(longest, 'x', sizeof(longest));
	longest[NEAREST_WORD_MAX + 1] = '\0';
	assert_true(word_distance(longest, "x") == SIZE_MAX);
	longest[NEAREST_WORD_MAX] = '\0';
	assert_int_equal(word_distance(longest, "x"), NEAREST_WORD_MAX - 1);
}

static char *text_of(FILE *in)
{
	char *text = NULL;
	size_t size = 0;

	assert_true(getdelim(&text, &size, '\0', in) > 0);
	return text;
}

static void test_help(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	char name[64];

	(void)state;
	assert_non_null(out);
	options_help(out);
	fclose(out);
	for (size_t i = 0; i < option_row_count; i++) {
		snprintf(name, sizeof(name), "--%s", option_rows[i].name);
		assert_non_null(strstr(text, name));
	}
	for (char *rest = strtok(text, "\n"); rest; rest = strtok(NULL, "\n")) {
		assert_true(strlen(rest) <= 80);
	}
	free(text);
}

/* How the man page writes an option in a .TP's heading: "\-\-order\-by". */
static void escape(char *out, const char *name)
{
	for (; *name; name++) {
		if (*name == '-') {
			*out++ = '\\';
		}
		*out++ = *name;
	}
	*out = '\0';
}

static bool is_documented(const char *page, const struct option_row *row)
{
	char name[64];
	char expected[256];

	escape(name, row->name);
	if (row->letter) {
		snprintf(expected, sizeof(expected), "\n.BR \\-%c \", \" \\-\\-%s", row->letter,
			 name);
	} else {
		snprintf(expected, sizeof(expected), "\n.BR \\-\\-%s", name);
	}
	return strstr(page, expected) != NULL;
}

static bool exists(const char *name)
{
	for (size_t i = 0; i < option_row_count; i++) {
		if (strcmp(option_rows[i].name, name) == 0 ||
		    (option_rows[i].alias && strcmp(option_rows[i].alias, name) == 0)) {
			return true;
		}
	}
	return false;
}

/* The man page documents every option, and no other is mentioned in it. */
static void test_man_page(void **state)
{
	FILE *in = fopen(TA_TESTDATA "/../docs/trace_analyze.1", "r");
	char *page;
	const char *at;

	(void)state;
	assert_non_null(in);
	page = text_of(in);
	fclose(in);
	for (size_t i = 0; i < option_row_count; i++) {
		if (!is_documented(page, &option_rows[i])) {
			fail_msg("--%s is not in the man page", option_rows[i].name);
		}
	}
	for (at = strstr(page, "\\-\\-"); at; at = strstr(at, "\\-\\-")) {
		char name[64];
		size_t length = 0;

		for (at += 4; length + 1 < sizeof(name); at++) {
			if (*at == '\\' && at[1] == '-') {
				continue;
			}
			if (*at != '-' && !(*at >= 'a' && *at <= 'z')) {
				break;
			}
			name[length++] = *at;
		}
		name[length] = '\0';
		if (!exists(name)) {
			fail_msg("the man page mentions --%s", name);
		}
	}
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),  cmocka_unit_test(test_lines_of_2012),
		cmocka_unit_test(test_every_key), cmocka_unit_test(test_other_values),
		cmocka_unit_test(test_refusals),  cmocka_unit_test(test_empty_branch),
		cmocka_unit_test(test_complete),  cmocka_unit_test(test_complete_static),
		cmocka_unit_test(test_distance),  cmocka_unit_test(test_help),
		cmocka_unit_test(test_man_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
