/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/merge_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/cli/outputs.h"
#include "analyzer/report/fleet.h"

struct input {
	const char *path;
	const char *name; /* of its run: the file's without folder and ".db" */
	uint64_t run_count;
	bool is_bad;
	bool is_done;
};

struct inputs {
	struct input *inputs;
	size_t count, capacity;
	struct arena arena; /* paths of the list, names */
	size_t bad_count;
};

static void inputs_release(struct inputs *inputs)
{
	free(inputs->inputs);
	arena_release(&inputs->arena);
}

static bool input_add(struct inputs *inputs, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t length = strlen(base);
	const char *name;

	if (inputs->count == inputs->capacity) {
		size_t capacity = inputs->capacity ? 2 * inputs->capacity : 64;
		struct input *grown = realloc(inputs->inputs, capacity * sizeof(*grown));

		if (!grown) {
			return false;
		}
		inputs->inputs = grown;
		inputs->capacity = capacity;
	}
	if (length > 3 && strcmp(base + length - 3, ".db") == 0) {
		length -= 3;
	}
	name = arena_strndup(&inputs->arena, base, length);
	inputs->inputs[inputs->count] = (struct input){.path = path, .name = name};
	inputs->count += name != NULL;
	return name != NULL;
}

/* Calls use for each line that is not empty; "-" is standard input. */
static int lines_read(const char *path, const char *option, struct arena *arena,
		      bool (*use)(const char *line, void *context), void *context,
		      struct error *err)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	bool good = true;

	if (!file) {
		return error_set_errno(err, ERROR_INPUT, errno, "--%s: %.400s", option, path);
	}
	while (good && (length = getline(&line, &capacity, file)) > 0) {
		char *copy;

		while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
			line[--length] = '\0';
		}
		if (length == 0) {
			continue;
		}
		copy = arena_strdup(arena, line);
		good = copy && use(copy, context);
	}
	free(line);
	if (good && ferror(file)) {
		error_set_errno(err, ERROR_INPUT, errno, "--%s: %.400s", option, path);
		good = false;
	} else if (!good) {
		error_no_memory(err);
	}
	if (file != stdin) {
		fclose(file);
	}
	return good ? 0 : err->code;
}

static bool line_is_input(const char *line, void *context)
{
	return input_add(context, line);
}

static int inputs_collect(const struct options *options, struct inputs *inputs, struct error *err)
{
	for (size_t i = 0; i < options->operand_count; i++) {
		if (!input_add(inputs, options->operands[i])) {
			return error_no_memory(err);
		}
	}
	if (options->files_from && lines_read(options->files_from, "files-from", &inputs->arena,
					      line_is_input, inputs, err) < 0) {
		return err->code;
	}
	if (inputs->count == 0) {
		return error_set(err, ERROR_USAGE, "merge: no saved analysis was named");
	}
	return 0;
}

static int compare_inputs(const void *a, const void *b)
{
	const struct input *x = a;
	const struct input *y = b;
	int order = (x->run_count < y->run_count) - (x->run_count > y->run_count);

	order = order ? order : strcmp(x->name, y->name);
	return order ? order : strcmp(x->path, y->path);
}

/*
 * Largest first: what is merged already is taken before the analyses it may be made of, so that
 * the order in which they are named does not matter.
 */
static void inputs_sort(struct inputs *inputs, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < inputs->count; i++) {
		struct input *input = &inputs->inputs[i];
		struct error why = {.code = ERROR_NONE};

		if (fleet_file_runs(input->path, &input->run_count, &why) < 0) {
			diagnostics_error(diagnostics, "%s", why.text);
			input->is_bad = true;
			inputs->bad_count++;
		}
	}
	qsort(inputs->inputs, inputs->count, sizeof(*inputs->inputs), compare_inputs);
}

static int input_merge(struct fleet *fleet, struct inputs *inputs, struct input *input,
		       const struct options *options, struct diagnostics *diagnostics, bool *again,
		       struct error *err)
{
	enum fleet_result result;
	bool unchanged;

	if (fleet_add(fleet, input->path, input->name, &result, &unchanged, err) < 0) {
		if (!options->keep_going || !unchanged || err->code != ERROR_INPUT) {
			return err->code;
		}
		diagnostics_error(diagnostics, "%s", err->text);
		*err = (struct error){.code = ERROR_NONE};
		inputs->bad_count++;
		input->is_bad = true;
		return 0;
	}
	input->is_done = result != FLEET_OVERLAPS;
	*again = *again || !input->is_done;
	if (result == FLEET_KNOWN) {
		diagnostics_notice(diagnostics, "%s: merged already, skipped", input->path);
	}
	return 0;
}

/* What overlaps may have been merged whole when all others were: it gets a second chance. */
static int inputs_merge(struct fleet *fleet, struct inputs *inputs, const struct options *options,
			struct diagnostics *diagnostics, struct error *err)
{
	bool again = true;

	for (int pass = 0; pass < 2 && again; pass++) {
		again = false;
		for (size_t i = 0; i < inputs->count; i++) {
			struct input *input = &inputs->inputs[i];

			if (!input->is_bad && !input->is_done &&
			    input_merge(fleet, inputs, input, options, diagnostics, &again, err) <
				    0) {
				return err->code;
			}
		}
	}
	for (size_t i = 0; again && i < inputs->count; i++) {
		const struct input *input = &inputs->inputs[i];

		if (!input->is_bad && !input->is_done) {
			return error_set(err, ERROR_INPUT,
					 "%.400s has some runs that are merged already, and some "
					 "that are not: sums cannot be taken apart; merge the "
					 "analyses it was made of",
					 input->path);
		}
	}
	return 0;
}

struct expectation {
	const struct fleet *fleet;
	struct diagnostics *diagnostics;
	uint64_t missing;
};

/* A line is a name, or a file's. */
static bool line_is_expected(const char *line, void *context)
{
	struct expectation *expectation = context;
	const char *slash = strrchr(line, '/');
	const char *base = slash ? slash + 1 : line;
	size_t length = strlen(base);
	char name[4096];

	if (length > 3 && strcmp(base + length - 3, ".db") == 0) {
		length -= 3;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(length < 4000 ? length : 4000), base);
	if (line[0] != '#' && !fleet_has_name(expectation->fleet, name)) {
		diagnostics_error(expectation->diagnostics, "missing: %s", line);
		expectation->missing++;
	}
	return true;
}

static int expected_check(const struct options *options, const struct fleet *fleet,
			  struct arena *arena, struct diagnostics *diagnostics, bool *failed,
			  struct error *err)
{
	struct expectation expectation = {fleet, diagnostics, 0};

	if (options->expect &&
	    lines_read(options->expect, "expect", arena, line_is_expected, &expectation, err) < 0) {
		return err->code;
	}
	*failed = *failed || expectation.missing > 0;
	return 0;
}

static int all_merge(const struct options *options, struct inputs *inputs, struct fleet *fleet,
		     struct output_file *out, struct diagnostics *diagnostics, bool *failed,
		     struct error *err)
{
	inputs_sort(inputs, diagnostics);
	if (inputs->bad_count > 0 && !options->keep_going) {
		return error_set(err, ERROR_INPUT,
				 "nothing is merged: %zu of %zu files cannot be used (see above); "
				 "--keep-going merges the others",
				 inputs->bad_count, inputs->count);
	}
	if (inputs_merge(fleet, inputs, options, diagnostics, err) < 0) {
		return err->code;
	}
	if (fleet_run_count(fleet) == 0) {
		return error_set(err, ERROR_INPUT, "none of the files can be used");
	}
	*failed = inputs->bad_count > 0;
	if (expected_check(options, fleet, &inputs->arena, diagnostics, failed, err) < 0) {
		return err->code;
	}
	if (fleet_kernel_is_unknown(fleet)) {
		diagnostics_warning(diagnostics,
				    "no analysis knows its kernel (-k): call sites of different "
				    "kernels are added up where their names are the same");
	}
	return fleet_save(fleet, output_file_stream(out), "trace_analyze " TA_VERSION, err);
}

int merge_command_run(const struct options *options, struct diagnostics *diagnostics, bool *failed,
		      struct error *err)
{
	struct inputs inputs = {0};
	struct output_file *out = NULL;
	struct output_set set;
	struct fleet *fleet = fleet_new();
	int result = fleet ? 0 : error_no_memory(err);

	output_set_init(&set);
	arena_init(&inputs.arena);
	if (result == 0 && !options->output) {
		result = error_set(err, ERROR_USAGE, "merge: where to? -o FILE");
	}
	result = result == 0 ? inputs_collect(options, &inputs, err) : result;
	/* merging into a file that is merged is what -o is for: it is read before it is replaced */
	result = result == 0 ? output_set_open(&set, options->output, &out, err) : result;
	if (result == 0) {
		result = all_merge(options, &inputs, fleet, out, diagnostics, failed, err);
	}
	result = result == 0 ? output_set_commit(&set, err) : result;
	output_set_release(&set);
	inputs_release(&inputs);
	fleet_free(fleet);
	return result;
}
