/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program says on standard error: one line each, "trace_analyze: " in front.
 * Threads may speak at the same time: lines never mix.
 */
#ifndef ANALYZER_CLI_DIAGNOSTICS_H
#define ANALYZER_CLI_DIAGNOSTICS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "analyzer/account/trace_account.h"

struct diagnostics {
	FILE *out;
	pthread_mutex_t lock;
	bool quiet;   /* errors only */
	bool verbose; /* details too */

	/* Progress: shown after a second, where out is a terminal or on request. */
	bool progress;
	bool terminal;
	double started; /* seconds, monotonic clock */
	double shown;	/* when the progress line was last written */
	bool line_open; /* it stands on the terminal now */
};

void diagnostics_init(struct diagnostics *diagnostics, FILE *out);

void diagnostics_error(struct diagnostics *diagnostics, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diagnostics_warning(struct diagnostics *diagnostics, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diagnostics_notice(struct diagnostics *diagnostics, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* With -v only; the seconds since the start stand in front. */
void diagnostics_detail(struct diagnostics *diagnostics, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A struct trace_request's progress callback; context is the struct diagnostics. */
void diagnostics_progress(const struct trace_progress *progress, void *context);
/* Takes the progress line off the terminal, if it is there. */
void diagnostics_progress_end(struct diagnostics *diagnostics);

#endif
