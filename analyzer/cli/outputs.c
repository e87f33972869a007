/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/outputs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/cli/each_branch.h"
#include "analyzer/cli/report_page.h"
#include "analyzer/cli/timeline_view.h"
#include "analyzer/cli/viewer.h"
#include "analyzer/report/account_file.h"
#include "analyzer/report/csv_report.h"
#include "analyzer/report/folded.h"
#include "analyzer/report/json_report.h"
#include "analyzer/report/markdown_report.h"
#include "analyzer/report/summary.h"
#include "render/html_report.h"
#include "render/timeline_chart.h"

/* Would writing output destroy what is being read? */
int output_protect(const char *output, const char *input, struct error *err)
{
	struct stat out;
	struct stat in;

	if (!input || stat(output, &out) < 0 || !S_ISREG(out.st_mode) || stat(input, &in) < 0 ||
	    out.st_dev != in.st_dev || out.st_ino != in.st_ino) {
		return 0;
	}
	return error_set(err, ERROR_USAGE, "%s is an input of this run: not overwritten", output);
}

int outputs_add(struct outputs *outputs, const struct options *options, const char *path,
		struct output_file **ret, struct error *err)
{
	const char *inputs[] = {options->trace,	     options->kernel,  options->system_map,
				options->kallsyms,   options->db_file, options->baseline,
				options->budget_file};

	if (!path) {
		return 0;
	}
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		if (output_protect(path, inputs[i], err) < 0) {
			return err->code;
		}
	}
	return output_set_open(&outputs->set, path, ret, err);
}

int rings_kind_of(const char *path, struct rings_kind *ret, struct error *err)
{
	*ret = (struct rings_kind){.is_page = path && html_report_is_named(path)};
	if (path && !ret->is_page && !chart_format_of(path, &ret->format)) {
		return error_set(err, ERROR_USAGE,
				 "--rings-file: '%.200s' does not end in .png, .svg, .pdf or .html",
				 path);
	}
	return 0;
}

int outputs_open(const struct options *options, struct outputs *ret, struct error *err)
{
	bool made;

	*ret = (struct outputs){0};
	output_set_init(&ret->set);
	if (rings_kind_of(options->rings_file, &ret->rings_kind, err) < 0) {
		return err->code;
	}
	if (options->timeline_file &&
	    !chart_format_of(options->timeline_file, &ret->timeline_format)) {
		return error_set(err, ERROR_USAGE,
				 "--timeline: '%.200s' does not end in .png, .svg or .pdf",
				 options->timeline_file);
	}
	if (options->each_branch) {
		if (each_branch_prepare(options->each_branch, &made, err) < 0) {
			return err->code;
		}
		ret->made_folder = made ? options->each_branch : NULL;
	}
	if (outputs_add(ret, options, options->account_file, &ret->account, err) < 0 ||
	    outputs_add(ret, options, options->callers_file, &ret->callers, err) < 0 ||
	    outputs_add(ret, options, options->json, &ret->json, err) < 0 ||
	    outputs_add(ret, options, options->csv, &ret->csv, err) < 0 ||
	    outputs_add(ret, options, options->markdown, &ret->markdown, err) < 0 ||
	    outputs_add(ret, options, options->save_db, &ret->database, err) < 0 ||
	    outputs_add(ret, options, options->junit, &ret->junit, err) < 0 ||
	    outputs_add(ret, options, options->github, &ret->github, err) < 0 ||
	    outputs_add(ret, options, options->rings_file, &ret->rings, err) < 0 ||
	    outputs_add(ret, options, options->folded_file, &ret->folded, err) < 0 ||
	    outputs_add(ret, options, options->timeline_file, &ret->timeline, err) < 0 ||
	    outputs_add(ret, options, options->summary ? "-" : NULL, &ret->summary, err) < 0) {
		outputs_release(ret);
		return err->code;
	}
	return 0;
}

void outputs_release(struct outputs *outputs)
{
	output_set_release(&outputs->set);
	if (outputs->made_folder) {
		rmdir(outputs->made_folder); /* stays if somebody else uses it */
		outputs->made_folder = NULL;
	}
}

/* "boot.log" of "/var/tmp/boot.log" for the chart's small print. */
static const char *source_of(const struct analysis_record *record)
{
	const char *kernel = record->kernel ? record->kernel->path : NULL;
	const char *path = record->trace_path ? record->trace_path : kernel;
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (path && strcmp(path, "-") == 0) {
		return "standard input";
	}
	return slash && slash[1] ? slash + 1 : path;
}

int rings_write(FILE *out, const struct options *options, const struct analysis *analysis,
		const struct rings_kind *kind, struct error *err)
{
	struct chart_options chart = options->chart;
	unsigned char *bytes;
	size_t size;
	int result;

	chart.attribute = options->attribute;
	chart.branch = analysis->branch;
	chart.source = source_of(&analysis->record);
	if (!kind->is_page) {
		result = ring_chart_render(analysis->record.tree, &chart, kind->format, &bytes,
					   &size, err);
	} else {
		result = report_page_render(options, analysis, &chart, &bytes, &size, err);
	}
	if (result < 0) {
		return err->code;
	}
	fwrite(bytes, 1, size, out); /* a failure stays in the stream */
	free(bytes);
	return 0;
}

static int timeline_write(FILE *out, const struct options *options, const struct analysis *analysis,
			  enum chart_format format, struct error *err)
{
	struct chart_options chart = options->chart;
	struct timeline_bands bands;
	unsigned char *bytes;
	size_t size;
	int result;

	if (!analysis->record.timeline) {
		return error_set(
			err, ERROR_USAGE,
			"--timeline: %.200s was saved without one: analyze the trace again",
			options->db_file);
	}
	chart.source = source_of(&analysis->record);
	if (timeline_view_bands(options, analysis, &bands, err) < 0) {
		return err->code;
	}
	result = timeline_chart_render(&bands, &chart, format, &bytes, &size, err);
	timeline_bands_release(&bands);
	if (result < 0) {
		return err->code;
	}
	fwrite(bytes, 1, size, out); /* a failure stays in the stream */
	free(bytes);
	return 0;
}

static bool want_color(const struct options *options)
{
	const char *term = getenv("TERM");
	const char *no_color = getenv("NO_COLOR"); /* no-color.org: set and not empty */

	if (options->color != COLOR_AUTO) {
		return options->color == COLOR_ALWAYS;
	}
	return isatty(STDOUT_FILENO) && !(no_color && no_color[0]) && term &&
	       strcmp(term, "dumb") != 0;
}

static int summary_print(FILE *out, const struct options *options, const struct analysis *analysis,
			 struct error *err)
{
	const struct analysis_record *record = &analysis->record;
	struct summary summary = {
		.trace_path = record->trace_path,
		.trace = record->trace,
		.totals = record->totals,
		.attribution = record->attribution,
		.sites = &analysis->sites,
		.order = options->order,
		.by = options->by,
		.filter = allocation_filter_text(record->filter),
		.run_count = record->run_count,
		.runs = record->whole,
		.kernel = record->kernel,
		.branch = analysis->branch,
		.branch_name = options->branch,
		.verdict = record->verdict,
		.color = want_color(options),
	};

	return summary_write(out, &summary, err);
}

/* The outputs for programs and pull requests. */
static int tables_write(struct outputs *outputs, const struct options *options,
			const struct analysis *analysis, struct error *err)
{
	const struct report_view *view = &analysis->view;
	const struct column_list *columns = options->columns.count ? &options->columns : NULL;

	if (outputs->csv) {
		csv_report_write(output_file_stream(outputs->csv), view->sites, columns);
	}
	if (outputs->markdown &&
	    markdown_report_write(output_file_stream(outputs->markdown), view, columns, err) < 0) {
		return err->code;
	}
	if (outputs->junit) {
		budgets_junit_write(output_file_stream(outputs->junit), &analysis->checks.budgets);
	}
	if (outputs->github) {
		budgets_github_write(output_file_stream(outputs->github),
				     &analysis->checks.budgets);
	}
	if (outputs->database && database_save(output_file_stream(outputs->database), view->record,
					       "trace_analyze " TA_VERSION, err) < 0) {
		return err->code;
	}
	if (outputs->json && json_report_write(output_file_stream(outputs->json), view, err) < 0) {
		return err->code;
	}
	return 0;
}

int outputs_write(struct outputs *outputs, const struct options *options,
		  const struct analysis *analysis, struct error *err)
{
	if (outputs->account) {
		account_file_write(output_file_stream(outputs->account), &analysis->sites);
	}
	if (outputs->callers) {
		FILE *out = output_file_stream(outputs->callers);

		if (options->lines) {
			callers_file_write_lines(out, &analysis->sites);
		} else {
			callers_file_write(out, &analysis->sites);
		}
	}
	if (tables_write(outputs, options, analysis, err) < 0) {
		return err->code;
	}
	if (outputs->rings && rings_write(output_file_stream(outputs->rings), options, analysis,
					  &outputs->rings_kind, err) < 0) {
		return err->code;
	}
	if (outputs->timeline && timeline_write(output_file_stream(outputs->timeline), options,
						analysis, outputs->timeline_format, err) < 0) {
		return err->code;
	}
	if (outputs->folded &&
	    folded_write(output_file_stream(outputs->folded), trace_account_get(analysis->trace),
			 &analysis->stacks.names, options->attribute, err) < 0) {
		return err->code;
	}
	if (outputs->summary &&
	    summary_print(output_file_stream(outputs->summary), options, analysis, err) < 0) {
		return err->code;
	}
	if (options->each_branch && each_branch_write(outputs, options, analysis, err) < 0) {
		return err->code;
	}
	if (output_set_commit(&outputs->set, err) < 0) {
		return err->code;
	}
	outputs->made_folder = NULL;
	return 0;
}

int outputs_show_rings(const struct options *options, const struct analysis *analysis, char *path,
		       size_t size, struct error *err)
{
	FILE *out;

	if (viewer_file_create(".html", path, size, &out, err) < 0) {
		return err->code;
	}
	if (rings_write(out, options, analysis, &(struct rings_kind){.is_page = true}, err) < 0) {
		fclose(out);
		unlink(path);
		return err->code;
	}
	if (viewer_file_finish(path, out, err) < 0) {
		return err->code;
	}
	return viewer_show(path, err);
}
