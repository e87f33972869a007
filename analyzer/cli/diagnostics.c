/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/diagnostics.h"

#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include "analyzer/report/text_format.h"

/* Shorter runs show nothing; a terminal is not redrawn faster than it is read. */
#define PROGRESS_AFTER 1.0
#define PROGRESS_EVERY 0.1
/* Lines of a log file: seldom. */
#define PROGRESS_EVERY_PLAIN 5.0

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void diagnostics_init(struct diagnostics *diagnostics, FILE *out)
{
	*diagnostics = (struct diagnostics){
		.out = out,
		.terminal = isatty(fileno(out)) == 1,
		.started = now(),
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
}

static void progress_erase(struct diagnostics *diagnostics)
{
	if (diagnostics->line_open) {
		fputs("\r\033[K", diagnostics->out);
		fflush(diagnostics->out);
		diagnostics->line_open = false;
	}
}

void diagnostics_progress_end(struct diagnostics *diagnostics)
{
	pthread_mutex_lock(&diagnostics->lock);
	progress_erase(diagnostics);
	pthread_mutex_unlock(&diagnostics->lock);
}

__attribute__((format(printf, 3, 0))) static void
line_write(struct diagnostics *diagnostics, const char *prefix, const char *format, va_list ap)
{
	pthread_mutex_lock(&diagnostics->lock);
	progress_erase(diagnostics);
	fprintf(diagnostics->out, "trace_analyze: %s", prefix);
	vfprintf(diagnostics->out, format, ap);
	putc('\n', diagnostics->out);
	pthread_mutex_unlock(&diagnostics->lock);
}

void diagnostics_error(struct diagnostics *diagnostics, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	line_write(diagnostics, "", format, ap);
	va_end(ap);
}

void diagnostics_warning(struct diagnostics *diagnostics, const char *format, ...)
{
	va_list ap;

	if (diagnostics->quiet) {
		return;
	}
	va_start(ap, format);
	line_write(diagnostics, "warning: ", format, ap);
	va_end(ap);
}

void diagnostics_notice(struct diagnostics *diagnostics, const char *format, ...)
{
	va_list ap;

	if (diagnostics->quiet) {
		return;
	}
	va_start(ap, format);
	line_write(diagnostics, "", format, ap);
	va_end(ap);
}

void diagnostics_detail(struct diagnostics *diagnostics, const char *format, ...)
{
	char prefix[32];
	va_list ap;

	if (!diagnostics->verbose || diagnostics->quiet) {
		return;
	}
	snprintf(prefix, sizeof(prefix), "%6.3f s: ", now() - diagnostics->started);
	va_start(ap, format);
	line_write(diagnostics, prefix, format, ap);
	va_end(ap);
}

/* "1.2 GiB read of 4.0 GiB, 30 %, 1.9 GiB/s, 2 s left" */
static void progress_write(const struct diagnostics *diagnostics,
			   const struct trace_progress *progress, double elapsed)
{
	char text[FORMAT_SIZE];

	fprintf(diagnostics->out, "trace_analyze: %s read",
		format_bytes(text, progress->bytes_done));
	if (progress->bytes_total) {
		fprintf(diagnostics->out, " of %s", format_bytes(text, progress->bytes_total));
		fprintf(diagnostics->out, ", %s",
			format_share(text, progress->bytes_done, progress->bytes_total));
	}
	fprintf(diagnostics->out, ", %s/s",
		format_bytes(text, (uint64_t)((double)progress->bytes_done / elapsed)));
	if (progress->bytes_total > progress->bytes_done && progress->bytes_done > 0) {
		double left = elapsed * (double)(progress->bytes_total - progress->bytes_done) /
			      (double)progress->bytes_done;

		fprintf(diagnostics->out, ", %.0f s left", left + 0.5);
	}
}

void diagnostics_progress(const struct trace_progress *progress, void *context)
{
	struct diagnostics *diagnostics = context;
	double time = now();

	if (diagnostics->quiet || !(diagnostics->terminal || diagnostics->progress) ||
	    time - diagnostics->started < PROGRESS_AFTER ||
	    time - diagnostics->shown <
		    (diagnostics->terminal ? PROGRESS_EVERY : PROGRESS_EVERY_PLAIN)) {
		return;
	}
	pthread_mutex_lock(&diagnostics->lock);
	diagnostics->shown = time;
	progress_erase(diagnostics);
	progress_write(diagnostics, progress, time - diagnostics->started);
	if (!diagnostics->terminal) {
		putc('\n', diagnostics->out);
	}
	fflush(diagnostics->out);
	diagnostics->line_open = diagnostics->terminal;
	pthread_mutex_unlock(&diagnostics->lock);
}
