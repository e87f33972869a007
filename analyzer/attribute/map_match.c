/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/map_match.h"

#include <string.h>

#define AGAINST_MIN   5
#define AGAINST_SHARE 4 /* more than one in so many */

/* Of the 50,000 functions of a kernel: enough for any verdict, and done in a millisecond. */
#define KALLSYMS_SAMPLES 1024

static bool objections_suffice(const struct map_objections *objections)
{
	return objections->against >= AGAINST_MIN &&
	       objections->against > objections->compared / AGAINST_SHARE;
}

static const struct map_symbol *only_function(const struct symbol_map *map, const char *name)
{
	const struct map_symbol *symbol;

	if (symbol_map_by_name(map, name, strlen(name), NULL, 0, &symbol, 1) != 1 ||
	    (symbol->type != 'T' && symbol->type != 't')) {
		return NULL;
	}
	return symbol;
}

/* An even selection of kallsyms' functions, sought in the other map by their only name. */
static struct map_objections kallsyms_compare(const struct map_evidence *evidence)
{
	struct map_objections objections = {0};
	size_t count = symbol_map_count(evidence->kallsyms);
	size_t step = count / KALLSYMS_SAMPLES + 1;

	for (size_t i = 0; i < count; i += step) {
		const struct map_symbol *here = symbol_map_at(evidence->kallsyms, i);
		const struct map_symbol *there;

		if (here->module || only_function(evidence->kallsyms, here->name) != here) {
			continue;
		}
		there = only_function(evidence->link_map, here->name);
		objections.compared++;
		objections.against +=
			!there || there->address + evidence->slide->slide != here->address;
	}
	return objections;
}

bool build_ids_differ(const char *traced, const char *given)
{
	return traced && given && *traced && *given && strcmp(traced, given) != 0;
}

enum map_objection map_match_judge(const struct map_evidence *evidence, struct map_objections *ret)
{
	if (build_ids_differ(evidence->traced_build_id, evidence->build_id)) {
		*ret = (struct map_objections){1, 1};
		return MAP_OTHER_BUILD;
	}
	if (objections_suffice(&evidence->symbols)) {
		*ret = evidence->symbols;
		return MAP_OTHER_SYMBOLS;
	}
	if (evidence->slide && evidence->slide->origin == SLIDE_FOREIGN) {
		*ret = (struct map_objections){evidence->slide->site_count -
						       evidence->slide->hit_count,
					       evidence->slide->site_count};
		return MAP_OTHER_ADDRESSES;
	}
	if (evidence->kallsyms && evidence->link_map && evidence->slide &&
	    evidence->slide->origin == SLIDE_FROM_KALLSYMS) {
		*ret = kallsyms_compare(evidence);
		if (objections_suffice(ret)) {
			return MAP_OTHER_KALLSYMS;
		}
	}
	if (objections_suffice(&evidence->calls)) {
		*ret = evidence->calls;
		return MAP_OTHER_CODE;
	}
	*ret = (struct map_objections){0};
	return MAP_BELONGS;
}
