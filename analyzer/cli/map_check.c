/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/map_check.h"

#include <inttypes.h>

#include "analyzer/attribute/map_match.h"

/* The first call site that speaks against the maps, NULL if none does by itself. */
static const char *first_misfit(struct attribution *attribution)
{
	size_t count;
	const struct call_site *sites = attribution_sites(attribution, &count);

	for (size_t i = 0; i < count; i++) {
		if (!sites[i].module && (sites[i].naming == SITE_SIZE_MISMATCH ||
					 sites[i].naming == SITE_UNKNOWN_SYMBOL)) {
			return sites[i].site;
		}
	}
	return NULL;
}

/* Without the option the map is the one that came with the trace. */
static const char *kallsyms_given(const struct options *options)
{
	return options->kallsyms ? options->kallsyms : options->trace;
}

static const char *map_given(const struct options *options)
{
	if (options->kernel) {
		return options->kernel;
	}
	return options->system_map ? options->system_map : kallsyms_given(options);
}

static const char *what_now(const struct options *options)
{
	return options->force ? "Its names and places are used all the same"
			      : "Give the build or the maps of the traced kernel, or none; --force "
				"uses these in spite of that";
}

int map_check_run(const struct options *options, const struct map_check *check, struct error *err)
{
	const struct attribution_facts *facts = attribution_facts(check->attribution);
	const struct kernel_maps *maps = check->maps;
	struct map_evidence evidence = {
		.traced_build_id = maps->traced_build_id,
		.build_id = maps->build_id,
		.symbols = {facts->misfit_sites, facts->sought_sites},
		.calls = {facts->no_call_sites, facts->no_call_sites + facts->direct_sites +
							facts->via_sites + facts->tail_sites +
							facts->indirect_sites},
		.slide = check->slide,
		.link_map = maps->vmlinux ? maps->vmlinux : maps->system_map,
		.kallsyms = maps->kallsyms,
	};
	struct map_objections found;
	const char *misfit = first_misfit(check->attribution);

	switch (map_match_judge(&evidence, &found)) {
	case MAP_BELONGS:
		return 0;
	case MAP_OTHER_BUILD:
		return error_set(
			err, ERROR_INPUT,
			"%.200s is of another kernel than the trace: its vmlinux has build "
			"id %s, the traced kernel %s. %s",
			map_given(options), maps->build_id, maps->traced_build_id,
			what_now(options));
	case MAP_OTHER_SYMBOLS:
		return error_set(err, ERROR_INPUT,
				 "%.200s is of another kernel than the trace: %" PRIu64
				 " of %" PRIu64 " call sites are in functions it does not have, or "
				 "has with another size (the first: %.200s). %s",
				 map_given(options), found.against, found.compared,
				 misfit ? misfit : "", what_now(options));
	case MAP_OTHER_CODE:
		return error_set(err, ERROR_INPUT,
				 "%.200s is of another kernel than the trace: in front of %" PRIu64
				 " of %" PRIu64 " call sites its vmlinux has no call. %s",
				 map_given(options), found.against, found.compared,
				 what_now(options));
	case MAP_OTHER_ADDRESSES:
		return error_set(
			err, ERROR_INPUT,
			"%.200s is of another kernel than the trace: moved by any distance "
			"that KASLR can choose, at least %" PRIu64 " of %" PRIu64
			" raw call sites follow no call in its vmlinux. %s",
			map_given(options), found.against, found.compared, what_now(options));
	case MAP_OTHER_KALLSYMS:
		return error_set(err, ERROR_INPUT,
				 "%.200s and %.200s are of different kernels: of %" PRIu64
				 " functions compared, %" PRIu64 " are elsewhere. %s",
				 map_given(options), kallsyms_given(options), found.compared,
				 found.against, what_now(options));
	}
	return 0;
}
