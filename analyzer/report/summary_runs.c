/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "analyzer/report/summary_parts.h"

static void measure_write(FILE *out, const char *label, const struct run_measure *measure)
{
	const struct run_spread *spread = &measure->spread;
	char minimum[FORMAT_SIZE];
	char maximum[FORMAT_SIZE];
	char from[FORMAT_SIZE];
	char to[FORMAT_SIZE];

	if (spread->runs == 0) {
		return;
	}
	format_signed_bytes(from, measure->median_from);
	format_signed_bytes(to, measure->median_to);
	fprintf(out, "  %-18s %8s  %8s  %s", label, format_signed_bytes(minimum, spread->minimum),
		format_signed_bytes(maximum, spread->maximum), from);
	if (measure->median_from != measure->median_to) {
		fprintf(out, " to %s", to);
	}
	putc('\n', out);
}

void summary_runs(FILE *out, const struct summary *summary)
{
	char count[2 * FORMAT_SIZE];
	char heading[4 * FORMAT_SIZE];

	if (!summary->run_count || summary->branch_name) {
		return;
	}
	snprintf(heading, sizeof(heading), "Per run (%s)",
		 format_counted(count, summary->run_count, "run"));
	summary_heading(out, summary->color, heading);
	fprintf(out, "  %-18s %8s  %8s  %s\n", "", "minimum", "maximum", "median");
	measure_write(out, "live at the end", &summary->runs[MEASURE_CURRENT]);
	measure_write(out, "  wasted", &summary->runs[MEASURE_WASTE]);
	measure_write(out, "live at the peak", &summary->runs[MEASURE_PEAK]);
}

void summary_site_runs(FILE *out, const struct run_spread *runs)
{
	char minimum[FORMAT_SIZE];
	char maximum[FORMAT_SIZE];

	if (!runs) {
		fprintf(out, "%8s %8s %5s  ", "-", "-", "-");
		return;
	}
	fprintf(out, "%8s %8s %5" PRIu64 "  ", format_bytes(minimum, (uint64_t)runs->minimum),
		format_bytes(maximum, (uint64_t)runs->maximum), runs->runs);
}
