/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/verdict_evidence.h"

#include <string.h>

#include "analyzer/attribute/map_match.h"

static void module_note(struct build_evidence *builds, const char *name)
{
	for (size_t i = 0; i < builds->module_count; i++) {
		if (strcmp(builds->modules[i], name) == 0) {
			return;
		}
	}
	if (builds->module_count == BUILD_MODULES_MAX) {
		builds->has_more_modules = true;
		return;
	}
	builds->modules[builds->module_count++] = name;
}

static void builds_compare(struct analysis *analysis, struct build_evidence *ret)
{
	const struct kernel_maps *maps = &analysis->maps;
	size_t count;
	const struct call_site *sites = attribution_sites(analysis->attribution, &count);

	*ret = (struct build_evidence){0};
	if (build_ids_differ(maps->traced_build_id, maps->build_id)) {
		ret->kernel = maps->build_id;
		ret->traced_kernel = maps->traced_build_id;
	}
	for (size_t i = 0; i < count; i++) {
		if (sites[i].module_differs) {
			ret->module_sites++;
			ret->module_bytes += sites[i].figures.current_dynamic;
			module_note(ret, sites[i].module);
		}
	}
}

int verdict_evidence_judge(struct analysis *analysis, struct error *err)
{
	const struct kernel_maps *maps = &analysis->maps;
	struct debug_evidence debug = {.problem = maps->debug_problem};
	struct debug_facts facts;
	struct wrapper_facts wrappers;
	struct build_evidence builds;
	struct verdict_evidence evidence = {
		.attribution = attribution_facts(analysis->attribution),
		.kernel = analysis->kernel ? kernel_tree_facts(analysis->kernel) : NULL,
		.has_map = kernel_maps_any(maps),
	};

	if (analysis->trace) {
		evidence.trace = trace_account_facts(analysis->trace);
		evidence.totals = &trace_account_get(analysis->trace)->totals;
		evidence.left_out_count = trace_account_found(analysis->trace)->left_out_count;
		if (trace_account_found(analysis->trace)->statistics.cpu_count > 0) {
			evidence.buffers = &trace_account_found(analysis->trace)->statistics;
		}
		if (analysis->stacks.is_blamed) {
			evidence.blame = &analysis->stacks.blame.facts;
		} else {
			stack_wrappers_weigh(trace_account_get(analysis->trace),
					     &analysis->stacks.names, &wrappers);
			evidence.wrappers = &wrappers;
		}
	}
	if (maps->debug) {
		debug_info_facts(maps->debug, &facts);
		debug.damaged_unit_count = facts.damaged_unit_count;
		debug.missing_split_count = facts.missing_split_count;
		debug.is_cut = facts.is_cut;
	}
	if (maps->debug || maps->debug_problem) {
		evidence.debug = &debug;
	}
	builds_compare(analysis, &builds);
	evidence.builds = &builds;
	return verdict_init(&analysis->verdict, &evidence, err);
}
