/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From argv to the options, by the table. */
#include <getopt.h>
#include <stdint.h>
#include <string.h>

#include "analyzer/cli/nearest.h"
#include "analyzer/cli/options.h"

/* getopt's value of a long option: its row + FIRST_ROW, beyond every letter. */
#define FIRST_ROW 256

struct getopt_tables {
	char letters[2 * OPTION_ROWS_MAX + 2];
	struct option names[2 * OPTION_ROWS_MAX + 1];
};

static int argument_kind(const struct option_row *row)
{
	if (!row->argument) {
		return no_argument;
	}
	return row->argument[0] == '[' ? optional_argument : required_argument;
}

static void tables_build(struct getopt_tables *tables)
{
	char *letter = tables->letters;
	struct option *name = tables->names;

	*letter++ = ':'; /* a missing argument is told from an unknown option */
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		struct option entry = {row->name, argument_kind(row), NULL, FIRST_ROW + (int)i};

		if (row->letter) {
			*letter++ = row->letter;
			if (row->argument) {
				*letter++ = ':';
			}
		}
		*name++ = entry;
		if (row->alias) {
			entry.name = row->alias;
			*name++ = entry;
		}
	}
	*letter = '\0';
	*name = (struct option){0};
}

static const struct option_row *row_of(int value)
{
	if (value >= FIRST_ROW && (size_t)(value - FIRST_ROW) < option_row_count) {
		return &option_rows[value - FIRST_ROW];
	}
	for (size_t i = 0; i < option_row_count; i++) {
		if (value && option_rows[i].letter == value) {
			return &option_rows[i];
		}
	}
	return NULL;
}

/* -o is the order of an analysis, and where to write of a command that has an output. */
static int letter_for(const struct command *command, int value)
{
	for (size_t i = 0; value == 'o' && command && i < option_row_count; i++) {
		if (strcmp(option_rows[i].name, "output") == 0 &&
		    command_takes(command, option_rows[i].name)) {
			return FIRST_ROW + (int)i;
		}
	}
	return value;
}

/* The long names that begin with word, if several: getopt takes unique beginnings. */
static size_t names_beginning(const char *word, size_t length, char *list, size_t size)
{
	size_t count = 0;

	list[0] = '\0';
	for (size_t i = 0; i < option_row_count; i++) {
		if (strncmp(option_rows[i].name, word, length) == 0) {
			size_t used = strlen(list);

			snprintf(list + used, size - used, "%s--%s", count++ ? ", " : "",
				 option_rows[i].name);
		}
	}
	return count;
}

static const char *nearest_name(const char *word, size_t length)
{
	char copy[NEAREST_WORD_MAX + 1];
	size_t best_distance = SIZE_MAX;
	const char *best = NULL;

	if (length > NEAREST_WORD_MAX) {
		return NULL;
	}
	memcpy(copy, word, length);
	copy[length] = '\0';
	for (size_t i = 0; i < option_row_count; i++) {
		const char *names[] = {option_rows[i].name, option_rows[i].alias};

		for (size_t j = 0; j < 2 && names[j]; j++) {
			size_t distance = word_distance(copy, names[j]);

			if (distance < best_distance) {
				best_distance = distance;
				best = names[j];
			}
		}
	}
	return word_is_near(best_distance, length) ? best : NULL;
}

static int unknown_long(const char *argument, struct error *err)
{
	const char *word = argument + strspn(argument, "-");
	size_t length = strcspn(word, "=");
	const char *nearest = nearest_name(word, length);
	int shown = length > 100 ? 100 : (int)length;
	char list[256];

	if (names_beginning(word, length, list, sizeof(list)) > 1) {
		return error_set(err, ERROR_USAGE, "--%.*s is short for several: %s", shown, word,
				 list);
	}
	if (nearest) {
		return error_set(err, ERROR_USAGE, "there is no option --%.*s; did you mean --%s?",
				 shown, word, nearest);
	}
	return error_set(err, ERROR_USAGE, "there is no option --%.*s; see --help", shown, word);
}

static int parse_error(int result, char **argv, struct error *err)
{
	const struct option_row *row = row_of(optopt);

	if (result == ':' && row) {
		return error_set(err, ERROR_USAGE, "--%s needs an argument: %s", row->name,
				 row->argument);
	}
	if (row) {
		return error_set(err, ERROR_USAGE, "--%s takes no argument", row->name);
	}
	if (optopt) {
		return error_set(err, ERROR_USAGE, "there is no option -%c; see --help",
				 optopt > ' ' && optopt < 127 ? optopt : '?');
	}
	return unknown_long(argv[optind - 1], err);
}

static void filter_set(struct options *options)
{
	if (options->only_malloc && !options->only_cache) {
		options->filter = ALLOCATIONS_KMALLOC;
	} else if (options->only_cache && !options->only_malloc) {
		options->filter = ALLOCATIONS_CACHE;
	} else {
		options->filter = ALLOCATIONS_ALL;
	}
}

/* The command, or the only one, that an option belongs to. */
static const struct command *command_of(const struct option_row *row)
{
	const struct command *command = commands;

	while (!command_takes(command, row->name)) {
		command++;
	}
	return command;
}

static int not_taken(const struct command *command, const struct option_row *row, struct error *err)
{
	return command ? error_set(err, ERROR_USAGE, "--%s is not for %s", row->name, command->name)
		       : error_set(err, ERROR_USAGE, "--%s is for %s only: trace_analyze %s %s",
				   row->name, command_of(row)->name, command_of(row)->name,
				   command_of(row)->operands);
}

static int operands_check(const struct options *options, size_t count, struct error *err)
{
	const struct command *command = options->command;

	if (command && command->operand_count != COMMAND_ANY && count != command->operand_count) {
		return error_set(err, ERROR_USAGE, "trace_analyze %s %s takes %zu names, not %zu",
				 command->name, command->operands, command->operand_count, count);
	}
	if (!command && count) {
		return error_set(err, ERROR_USAGE,
				 "'%.200s' belongs to no option; to read it as a trace: -f %.200s",
				 options->operands[0], options->operands[0]);
	}
	return 0;
}

int options_parse(int argc, char **argv, struct options *ret, struct error *err)
{
	struct getopt_tables tables;
	int result;

	*ret = (struct options){
		.arguments = argv,
		.argument_count = argc,
		.attribute = ATTRIBUTE_CURRENT_DYNAMIC,
		.order = &site_orders[0],
	};
	ret->command = argc > 1 ? command_find(argv[1]) : NULL;
	if (ret->command) { /* its name stands where the program's would */
		argc--;
		argv++;
	}
	tables_build(&tables);
	optind = 0; /* glibc: start over, whatever was parsed before */
	opterr = 0;
	while ((result = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		const struct option_row *row = result == '?' || result == ':'
						       ? NULL
						       : row_of(letter_for(ret->command, result));

		if (!row) {
			return parse_error(result, argv, err);
		}
		if (!command_takes(ret->command, row->name)) {
			return not_taken(ret->command, row, err);
		}
		if (row->apply(ret, row, optarg, err) < 0) {
			return err->code;
		}
		if (ret->action != ACTION_ANALYZE) {
			return 0;
		}
	}
	ret->operands = argv + optind;
	ret->operand_count = (size_t)(argc - optind);
	if (operands_check(ret, ret->operand_count, err) < 0) {
		return err->code;
	}
	filter_set(ret);
	return 0;
}
