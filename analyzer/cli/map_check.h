/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The refusal of a kernel tree or map that is of another kernel than the trace, in words.
 * What decides is analyzer/attribute/map_match.h.
 */
#ifndef ANALYZER_CLI_MAP_CHECK_H
#define ANALYZER_CLI_MAP_CHECK_H

#include "analyzer/attribute/attribution.h"
#include "analyzer/base/error.h"
#include "analyzer/cli/kernel_maps.h"
#include "analyzer/cli/options.h"

/* What is known after naming; all borrowed. */
struct map_check {
	const struct kernel_maps *maps;
	struct attribution *attribution;
	const struct kernel_slide *slide;
};

/* ERROR_INPUT with the reason; --force is the caller's business. */
int map_check_run(const struct options *options, const struct map_check *check, struct error *err);

#endif
