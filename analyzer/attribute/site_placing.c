/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_placing.h"

#include <string.h>

#define UNPLACED "(unplaced)"

int site_placer_init(struct site_placer *placer, const struct attribution_sources *sources,
		     struct arena *arena)
{
	memset(placer, 0, sizeof(*placer));
	placer->arena = arena;
	placer->has_tree = sources->tree != NULL;
	return placer->has_tree
		       ? function_search_init(&placer->search, sources->tree, sources->vmlinux)
		       : 0;
}

void site_placer_release(struct site_placer *placer)
{
	function_search_release(&placer->search);
}

/* The part of an object's path before the name; "" for the top. */
static size_t directory_length(const struct tree_object *object)
{
	const char *slash = strrchr(object->path, '/');

	return slash ? (size_t)(slash - object->path) : 0;
}

static bool places_share_directory(const struct site_placer *placer)
{
	const struct tree_object *first = &placer->search.objects[placer->search.found.items[0]];
	size_t length = directory_length(first);

	for (size_t i = 1; i < placer->search.found.count; i++) {
		const struct tree_object *other =
			&placer->search.objects[placer->search.found.items[i]];

		if (directory_length(other) != length ||
		    memcmp(other->path, first->path, length) != 0) {
			return false;
		}
	}
	return true;
}

/* Turns placer->search.found, at least one object, into the site's place. */
static int places_apply(struct site_placer *placer, struct call_site *site)
{
	const struct tree_object *object = &placer->search.objects[placer->search.found.items[0]];

	if (!places_share_directory(placer)) {
		return 0;
	}
	site->placing = SITE_PLACED;
	site->directory = arena_strndup(placer->arena, object->path, directory_length(object));
	if (placer->search.found.count == 1) {
		site->object = arena_strdup(placer->arena, object->path);
		return site->object && site->directory ? 0 : -1;
	}
	return site->directory ? 0 : -1;
}

/* Where the trace's function of the kernel itself may be; the site's naming learns from it. */
static int kernel_function_find(struct site_placer *placer, struct call_site *site,
				const struct site_tie *tie)
{
	struct function_search *search = &placer->search;
	struct function_query query = {tie->lookup_name, OWNER_KERNEL, NULL, tie->extent,
				       site->offset};
	bool is_too_long = false;

	for (size_t i = 0; i < tie->links.count; i++) {
		if (function_search_link(search, tie->links.items[i]) < 0) {
			return -1;
		}
	}
	if (search->found.count > 0) {
		return 0;
	}
	if (function_search_name(search, &query, &is_too_long) < 0) {
		return -1;
	}
	if (is_too_long) {
		site->naming = SITE_SIZE_MISMATCH;
	}
	if (search->found.count == 0 && tie->extent == 0) {
		query.owner = OWNER_ANY_MODULE;
		return function_search_name(search, &query, &is_too_long);
	}
	return 0;
}

static int kernel_site_place(struct site_placer *placer, struct call_site *site,
			     const struct site_tie *tie)
{
	size_t found;

	if (kernel_function_find(placer, site, tie) < 0) {
		return -1;
	}
	found = placer->search.found.count;
	if (found == 0) {
		/* No map spoke, and the tree does not have it. */
		if (site->naming == SITE_NAMED && !tie->checked && tie->links.count == 0) {
			site->naming = SITE_UNKNOWN_SYMBOL;
		}
		return 0;
	}
	if (site->naming != SITE_SIZE_MISMATCH) {
		site->naming = found == 1 ? SITE_NAMED : SITE_AMBIGUOUS;
	}
	return places_apply(placer, site);
}

static int module_site_place(struct site_placer *placer, struct call_site *site,
			     const struct site_tie *tie)
{
	struct function_search *search = &placer->search;
	struct function_query query = {tie->lookup_name, OWNER_MODULE, site->module, tie->extent,
				       site->offset};
	bool is_too_long;

	if (function_search_name(search, &query, &is_too_long) < 0) {
		return -1;
	}
	if (search->found.count > 1) {
		site->naming = SITE_AMBIGUOUS;
	}
	if (search->found.count == 0 && function_search_module(search, site->module) < 0) {
		return -1;
	}
	return search->found.count > 0 ? places_apply(placer, site) : 0;
}

int site_place(struct site_placer *placer, struct call_site *site, const struct site_tie *tie)
{
	int result = 0;

	site->placing = SITE_UNPLACED;
	site->directory = UNPLACED;
	if (!tie->lookup_name) {
		return 0;
	}
	if (placer->has_tree) {
		function_search_clear(&placer->search);
		result = site->module ? module_site_place(placer, site, tie)
				      : kernel_site_place(placer, site, tie);
	}
	if (result < 0 || site->placing == SITE_PLACED || !site->module) {
		return result;
	}
	site->placing = SITE_IN_MODULE;
	site->directory = arena_printf(placer->arena, "(module %s)", site->module);
	return site->directory ? 0 : -1;
}
