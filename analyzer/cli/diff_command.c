/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/diff_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/cli/analysis.h"
#include "analyzer/cli/chart_settings.h"
#include "analyzer/cli/diff_chart.h"
#include "analyzer/cli/outputs.h"
#include "analyzer/report/diff_report.h"

#define MAGIC_SIZE 16

enum operand_kind { OPERAND_TRACE, OPERAND_DATABASE, OPERAND_KERNEL };

/* By its first bytes; what cannot be opened is left to who reads it, and reports it. */
static enum operand_kind operand_kind(const char *path)
{
	char magic[MAGIC_SIZE] = "";
	struct stat status;
	FILE *file;
	size_t size;

	if (strcmp(path, "-") == 0 || stat(path, &status) < 0) {
		return OPERAND_TRACE;
	}
	if (S_ISDIR(status.st_mode)) {
		return OPERAND_KERNEL;
	}
	if (!S_ISREG(status.st_mode)) {
		return OPERAND_TRACE;
	}
	file = fopen(path, "re");
	if (!file) {
		return OPERAND_TRACE;
	}
	size = fread(magic, 1, sizeof(magic), file);
	fclose(file);
	if (size == sizeof(magic) && memcmp(magic, "SQLite format 3", sizeof(magic)) == 0) {
		return OPERAND_DATABASE;
	}
	return size >= 4 && memcmp(magic, "\177ELF", 4) == 0 ? OPERAND_KERNEL : OPERAND_TRACE;
}

static int side_check(const struct options *options, const char *path,
		      const struct analysis_record *record, struct error *err)
{
	if (record->trace && record->filter != options->filter &&
	    options->filter != ALLOCATIONS_ALL) {
		return error_set(err, ERROR_USAGE,
				 "%.400s is a finished analysis: --malloc or --cache come too late",
				 path);
	}
	if (options->branch && !record->kernel) {
		return error_set(err, ERROR_USAGE,
				 "--start-branch: %.400s was analyzed without a kernel tree", path);
	}
	return 0;
}

/* One operand from bytes to a view. On error nothing is left to release. */
static int side_open(const struct options *options, const char *path,
		     struct diagnostics *diagnostics, struct options *side, struct analysis *ret,
		     struct error *err)
{
	*side = *options;
	*ret = (struct analysis){0};
	switch (operand_kind(path)) {
	case OPERAND_KERNEL:
		side->kernel = path;
		break;
	case OPERAND_DATABASE:
		side->db_file = path;
		side->kernel = NULL;
		break;
	case OPERAND_TRACE:
		side->trace = path;
		if (!side->kernel && kernel_tree_is_build(".")) {
			side->kernel = ".";
		}
		break;
	}
	if (side->trace && side->branch && !side->kernel) {
		return error_set(err, ERROR_USAGE,
				 "--start-branch needs the built kernel tree the directory is in "
				 "(-k PATH)");
	}
	if (analysis_load(side, ret, err) < 0) {
		return err->code;
	}
	if (ret->is_saved && side_check(side, path, &ret->record, err) < 0) {
		analysis_release(ret);
		return err->code;
	}
	return analysis_run(side, diagnostics, ret, err);
}

static int value_of(const struct options *options, enum diff_value *ret, struct error *err)
{
	static const enum diff_value values[ATTRIBUTE_COUNT] = {
		[ATTRIBUTE_CURRENT] = DIFF_VALUES,	[ATTRIBUTE_STATIC] = DIFF_STATIC,
		[ATTRIBUTE_WASTE] = DIFF_WASTE,		[ATTRIBUTE_CURRENT_DYNAMIC] = DIFF_CURRENT,
		[ATTRIBUTE_TOTAL_DYNAMIC] = DIFF_TOTAL,
	};

	*ret = options->attribute_given ? values[options->attribute] : DIFF_VALUES;
	if (options->attribute_given && *ret == DIFF_VALUES) {
		return error_set(err, ERROR_USAGE,
				 "diff compares static and live bytes each on its own: choose "
				 "--rings-attr static or current_dynamic");
	}
	return 0;
}

struct diff_outputs {
	struct output_set set;
	struct output_file *json;
	struct output_file *csv;
	struct output_file *markdown;
	struct output_file *rings;
	struct output_file *text;
	struct rings_kind kind; /* of rings */
};

static int output_open(struct diff_outputs *outputs, const struct options *options,
		       const char *path, struct output_file **ret, struct error *err)
{
	if (!path) {
		return 0;
	}
	for (size_t i = 0; i < options->command->operand_count; i++) {
		if (output_protect(path, options->operands[i], err) < 0) {
			return err->code;
		}
	}
	if (output_protect(path, options->kernel, err) < 0) {
		return err->code;
	}
	return output_set_open(&outputs->set, path, ret, err);
}

static int outputs_prepare(struct diff_outputs *outputs, const struct options *options,
			   struct error *err)
{
	bool none = !options->json && !options->csv && !options->markdown && !options->rings_file;

	*outputs = (struct diff_outputs){0};
	output_set_init(&outputs->set);
	if (chart_settings_check(&options->chart, err) < 0 ||
	    rings_kind_of(options->rings_file, &outputs->kind, err) < 0) {
		return err->code;
	}
	if (output_open(outputs, options, options->json, &outputs->json, err) < 0 ||
	    output_open(outputs, options, options->csv, &outputs->csv, err) < 0 ||
	    output_open(outputs, options, options->markdown, &outputs->markdown, err) < 0 ||
	    output_open(outputs, options, options->rings_file, &outputs->rings, err) < 0 ||
	    output_open(outputs, options, none ? "-" : NULL, &outputs->text, err) < 0) {
		output_set_release(&outputs->set);
		return err->code;
	}
	return 0;
}

static int outputs_fill(struct diff_outputs *outputs, const struct options *options,
			const struct diff_report *report, struct error *err)
{
	if (outputs->text) {
		diff_text_write(output_file_stream(outputs->text), report);
	}
	if (outputs->csv) {
		diff_csv_write(output_file_stream(outputs->csv), report);
	}
	if (outputs->markdown) {
		diff_markdown_write(output_file_stream(outputs->markdown), report);
	}
	if (outputs->json && diff_json_write(output_file_stream(outputs->json), report, err) < 0) {
		return err->code;
	}
	if (outputs->rings &&
	    diff_chart_write(output_file_stream(outputs->rings), options, report,
			     outputs->kind.is_page ? NULL : &outputs->kind.format, err) < 0) {
		return err->code;
	}
	return output_set_commit(&outputs->set, err);
}

static int sides_compare(const struct options *options, const struct analysis *before,
			 const struct analysis *after, struct diagnostics *diagnostics,
			 struct diff_outputs *outputs, bool *failed, struct error *err)
{
	struct diff_report report = {
		.before_name = options->operands[0],
		.after_name = options->operands[1],
		.before = &before->view,
		.after = &after->view,
	};
	enum diff_value value;
	struct diff diff;
	int result;

	if (value_of(options, &value, err) < 0 ||
	    diff_init(&diff, &before->view, &after->view, value, err) < 0) {
		return err->code;
	}
	report.diff = &diff;
	result = outputs_fill(outputs, options, &report, err);
	if (result == 0 && options->fail_on_growth && diff_growth(&diff) > 0) {
		*failed = true;
		diagnostics_error(diagnostics, "%s grew by %" PRId64 " bytes",
				  diff_value_names[diff.value], diff_growth(&diff));
	}
	diff_release(&diff);
	return result;
}

int diff_command_run(const struct options *options, struct diagnostics *diagnostics, bool *failed,
		     struct error *err)
{
	struct options before_options;
	struct options after_options;
	struct diff_outputs outputs;
	struct analysis before;
	struct analysis after;
	int result;

	if (outputs_prepare(&outputs, options, err) < 0) {
		return err->code;
	}
	result = side_open(options, options->operands[0], diagnostics, &before_options, &before,
			   err);
	if (result == 0) {
		result = side_open(options, options->operands[1], diagnostics, &after_options,
				   &after, err);
		if (result == 0) {
			result = sides_compare(options, &before, &after, diagnostics, &outputs,
					       failed, err);
			analysis_release(&after);
		}
		analysis_release(&before);
	}
	output_set_release(&outputs.set);
	return result;
}
