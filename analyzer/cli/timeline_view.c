/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/timeline_view.h"

#include "render/html_report.h"
#include "render/timeline_chart.h"

bool timeline_view_wanted(const struct options *options)
{
	return options->timeline_file || options->json || options->save_db || options->rings_show ||
	       (options->rings_file && html_report_is_named(options->rings_file));
}

int timeline_view_bands(const struct options *options, const struct analysis *analysis,
			struct timeline_bands *ret, struct error *err)
{
	const struct timeline_bands_request request = {
		.timeline = analysis->record.timeline,
		.branch = analysis->branch,
		.sites = analysis->sites.sites,
		.site_count = analysis->sites.count,
		.are_groups = options->by != NULL,
		.limit = TIMELINE_BANDS,
	};

	return timeline_bands_init(&request, ret, err);
}
