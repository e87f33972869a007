/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline as the options want it: of a branch, by the groups of --by. */
#ifndef ANALYZER_CLI_TIMELINE_VIEW_H
#define ANALYZER_CLI_TIMELINE_VIEW_H

#include <stdbool.h>

#include "analyzer/attribute/timeline_bands.h"
#include "analyzer/cli/analysis.h"
#include "analyzer/cli/options.h"

/* Does any output show or save what only times tell? */
bool timeline_view_wanted(const struct options *options);

/* The bands of an analysis whose record has a timeline; timeline_bands_release them. */
int timeline_view_bands(const struct options *options, const struct analysis *analysis,
			struct timeline_bands *ret, struct error *err);

#endif
