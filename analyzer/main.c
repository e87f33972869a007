/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_analyze: who holds, wastes and leaks kernel memory.
 *
 * Parses the command line, runs the analysis, writes its outputs, and owns what
 * belongs to a process: standard streams, signals and the exit status.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "analyzer/cli/analysis.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/heap.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/outputs.h"
#include "analyzer/cli/page_view.h"
#include "analyzer/report/output_file.h"
#include "render/ring_chart.h"

/* Exit status 1 is for checks that fail. */
enum exit_status { EXIT_FINE = 0, EXIT_CHECK = 1, EXIT_USAGE = 2, EXIT_INPUT = 3, EXIT_OUTPUT = 4 };

static int exit_status(const struct error *err)
{
	switch (err->code) {
	case ERROR_NONE:
		return EXIT_FINE;
	case ERROR_USAGE:
		return EXIT_USAGE;
	case ERROR_OUTPUT:
		return EXIT_OUTPUT;
	case ERROR_INPUT:
	case ERROR_NO_MEMORY:
		break;
	}
	return EXIT_INPUT;
}

/*
 * A closed standard stream would be handed out as the descriptor of the next file
 * opened. The place is taken in the mode that makes its use fail.
 */
static void streams_guard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			int taken = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);

			if (taken >= 0 && taken != fd) {
				close(taken);
			}
		}
	}
}

static void on_ending_signal(int number)
{
	output_files_abandon();
	signal(number, SIG_DFL);
	raise(number);
}

static void signals_set(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_ending_signal};

	/* A reader that leaves early is a write error, which ends the run in order. */
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		struct sigaction before;

		/* nohup and background jobs of a shell ignore some: leave it at that. */
		if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
			sigaction(ending[i], &action, NULL);
		}
	}
}

static int analyze(const struct options *options, struct diagnostics *diagnostics,
		   struct analysis *analysis, struct outputs *outputs, struct error *err)
{
	char chart[PATH_MAX];
	int result;

	if (analysis_run(options, diagnostics, analysis, err) < 0) {
		return err->code;
	}
	result = outputs_write(outputs, options, analysis, err);
	if (result == 0) {
		diagnostics_detail(diagnostics, "outputs written");
	}
	if (result == 0 && options->rings_show) {
		result = outputs_show_rings(options, analysis, chart, sizeof(chart), err);
		if (result == 0) {
			diagnostics_notice(diagnostics, "the chart shown is %s", chart);
		}
	}
	return result;
}

/* What differs from what was asked for, or might surprise. */
static void notices_give(const struct options *options, struct diagnostics *diagnostics)
{
	if (!options->trace && !options->saved_trace) {
		diagnostics_notice(diagnostics, "no trace given (-f LOG): static sizes only%s%s",
				   options->rings_file ? ", chart in " : "",
				   options->rings_file ? options->rings_file : "");
	}
	if (options->attribute_replaced) {
		diagnostics_warning(diagnostics,
				    "without a trace there is only static: --rings-attr is not "
				    "followed");
	}
}

static int run(struct options *options, struct diagnostics *diagnostics, bool *failed,
	       struct error *err)
{
	struct analysis analysis = {0};
	struct outputs outputs;
	int result;

	if (analysis_load(options, &analysis, err) < 0) {
		return err->code;
	}
	if (options_complete(options, err) < 0) {
		analysis_release(&analysis);
		return err->code;
	}
	if (options->page) {
		return page_view_show(options, err);
	}
	if (budget_checks_prepare(&analysis.checks, options, err) < 0 ||
	    outputs_open(options, &outputs, err) < 0) {
		analysis_release(&analysis);
		return err->code;
	}
	notices_give(options, diagnostics);
	result = analyze(options, diagnostics, &analysis, &outputs, err);
	if (result == 0) {
		*failed = budget_checks_report(&analysis.checks, diagnostics);
	}
	analysis_release(&analysis);
	outputs_release(&outputs);
	return result;
}

/* --help and --version: standard output may be full or closed too. */
static int print_and_check(enum options_action action, struct error *err)
{
	if (action == ACTION_HELP) {
		options_help(stdout);
	} else {
		printf("trace_analyze " TA_VERSION "\n"
		       "License GPL-2.0-or-later. There is no warranty.\n");
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		return error_set(err, ERROR_OUTPUT, "cannot write standard output");
	}
	return 0;
}

static int act(struct options *options, struct diagnostics *diagnostics, bool *failed,
	       struct error *err)
{
	diagnostics->quiet = options->quiet;
	diagnostics->verbose = options->verbose;
	diagnostics->progress = options->progress;
	if (options->action != ACTION_ANALYZE) {
		return print_and_check(options->action, err);
	}
	return options->command ? options->command->run(options, diagnostics, failed, err)
				: run(options, diagnostics, failed, err);
}

int main(int argc, char **argv)
{
	struct error err = {.code = ERROR_NONE};
	struct diagnostics diagnostics;
	struct options options;
	bool failed = false;
	int result;

	heap_prepare();
	streams_guard();
	signals_set();
	diagnostics_init(&diagnostics, stderr);
	result = options_parse(argc, argv, &options, &err);
	if (result == 0) {
		result = act(&options, &diagnostics, &failed, &err);
	}
	chart_fonts_release();
	if (result == 0) {
		return failed ? EXIT_CHECK : EXIT_FINE;
	}
	diagnostics_error(&diagnostics, "%s", err.text);
	return exit_status(&err);
}
