/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_debug.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/site_blame.h"

/* The places to look up for all sites, one after the other. */
struct lookup {
	uint64_t *addresses;
	struct debug_place *places;
	size_t count;
};

static int text_copy(struct arena *arena, const char *text, const char **ret)
{
	*ret = text ? arena_strdup(arena, text) : NULL;
	return text && !*ret ? -1 : 0;
}

int site_debug_apply(struct arena *arena, struct call_site *site, const struct debug_place *place)
{
	struct site_frame *frames;

	if (text_copy(arena, place->unit, &site->unit) < 0) {
		return -1;
	}
	if (place->frame_count == 0) {
		return 0;
	}
	frames = arena_alloc(arena, place->frame_count * sizeof(*frames));
	if (!frames) {
		return -1;
	}
	for (size_t i = 0; i < place->frame_count; i++) {
		frames[i].line = place->frames[i].line;
		if (text_copy(arena, place->frames[i].function, &frames[i].function) < 0 ||
		    text_copy(arena, place->frames[i].file, &frames[i].file) < 0) {
			return -1;
		}
	}
	site->frames = frames;
	site->frame_count = place->frame_count;
	site->blamed = frames_blame(place->frames, place->frame_count);
	site->file = frames[site->blamed].file;
	site->line = frames[site->blamed].line;
	return 0;
}

/* How many places a site needs looking up. */
static size_t places_needed(const struct call_site *site, const struct site_tie *tie)
{
	if (site->has_address) {
		return 1;
	}
	return tie->links.count > 1 ? tie->links.count : 0;
}

static uint64_t candidate_address(const struct call_site *site, const struct map_symbol *link)
{
	return link->address + site->offset;
}

static int lookup_init(struct lookup *lookup, const struct call_site *sites,
		       const struct site_tie *ties, size_t count)
{
	size_t needed = 0;

	for (size_t i = 0; i < count; i++) {
		needed += places_needed(&sites[i], &ties[i]);
	}
	*lookup = (struct lookup){
		.addresses = calloc(needed + 1, sizeof(*lookup->addresses)),
		.places = calloc(needed + 1, sizeof(*lookup->places)),
	};
	if (!lookup->addresses || !lookup->places) {
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (sites[i].has_address) {
			lookup->addresses[lookup->count++] = sites[i].address - 1;
			continue;
		}
		for (size_t j = 0; places_needed(&sites[i], &ties[i]) && j < ties[i].links.count;
		     j++) {
			lookup->addresses[lookup->count++] =
				candidate_address(&sites[i], ties[i].links.items[j]) - 1;
		}
	}
	return 0;
}

static void lookup_release(struct lookup *lookup)
{
	free(lookup->addresses);
	free(lookup->places);
}

/* Of several candidates the one that calls there, if it is the only one; else -1. */
static long caller_find(const struct debug_place *places, size_t count)
{
	long found = -1;

	for (size_t i = 0; i < count; i++) {
		if (places[i].is_call) {
			if (found >= 0) {
				return -1;
			}
			found = (long)i;
		}
	}
	return found;
}

static int candidates_note(struct arena *arena, struct call_site *site, const struct site_tie *tie,
			   const struct debug_place *places)
{
	size_t count = tie->links.count;
	struct site_candidate *candidates = arena_alloc(arena, count * sizeof(*candidates));

	if (!candidates) {
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		const struct map_symbol *link = tie->links.items[i];
		const char *file = places && places[i].unit ? places[i].unit : link->file;

		candidates[i].address = candidate_address(site, link);
		if (text_copy(arena, file, &candidates[i].file) < 0) {
			return -1;
		}
	}
	site->candidates = candidates;
	site->candidate_count = count;
	return 0;
}

static int ambiguous_narrow(struct site_namer *namer, struct call_site *site, struct site_tie *tie,
			    const struct debug_place *places)
{
	long found = places ? caller_find(places, tie->links.count) : -1;

	if (found < 0) {
		return candidates_note(namer->arena, site, tie, places);
	}
	tie->links.items[0] = tie->links.items[found];
	tie->links.count = 1;
	site->naming = SITE_NAMED;
	if (site_name_link(namer, site, tie) < 0) {
		return -1;
	}
	return site_debug_apply(namer->arena, site, &places[found]);
}

int site_debug_kernel(struct site_namer *namer, struct call_site *sites, struct site_tie *ties,
		      size_t count)
{
	struct debug_info *debug = namer->sources->debug;
	struct elfsyms_error why;
	struct lookup lookup;
	size_t next = 0;
	int result = lookup_init(&lookup, sites, ties, count);

	if (result == 0 && debug && lookup.count > 0) {
		result = debug_info_resolve(debug, lookup.addresses, lookup.count,
					    namer->sources->thread_count, lookup.places, &why) < 0
				 ? -1
				 : 0;
	}
	for (size_t i = 0; i < count && result == 0; i++) {
		const struct debug_place *places = debug ? &lookup.places[next] : NULL;

		next += places_needed(&sites[i], &ties[i]);
		if (sites[i].has_address && places) {
			result = site_debug_apply(namer->arena, &sites[i], places);
		} else if (!sites[i].has_address && ties[i].links.count > 1) {
			result = ambiguous_narrow(namer, &sites[i], &ties[i], places);
		}
	}
	lookup_release(&lookup);
	return result;
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

/* "fs/inode.c" is compiled to "fs/inode.o". */
static const char *unit_object(struct arena *arena, const char *unit)
{
	const char *name = unit + folder_length(unit);
	const char *dot = strrchr(name, '.');

	return arena_printf(arena, "%.*s.o", (int)(dot ? dot - unit : (long)strlen(unit)), unit);
}

static int unit_settle(struct arena *arena, struct call_site *site)
{
	size_t length = folder_length(site->unit);

	/* An absolute name is outside of the source, as far as is known: nothing to compare. */
	if (site->placing == SITE_PLACED && site->unit[0] == '/') {
		return 0;
	}
	if (site->placing == SITE_PLACED) {
		site->unit_differs = strlen(site->directory) != length ||
				     memcmp(site->directory, site->unit, length) != 0;
		if (site->object || site->unit_differs) {
			return 0;
		}
	}
	if (site->naming == SITE_AMBIGUOUS) {
		site->naming = SITE_NAMED; /* the tree could not tell its objects apart */
	}
	site->directory = arena_strndup(arena, site->unit, length);
	site->object = unit_object(arena, site->unit);
	site->placing = SITE_PLACED;
	return site->directory && site->object ? 0 : -1;
}

int site_debug_settle(struct arena *arena, struct call_site *site)
{
	if (site->unit) {
		return unit_settle(arena, site);
	}
	if (site->placing == SITE_PLACED) {
		return 0;
	}
	if (site->module_directory) {
		site->directory = site->module_directory;
		site->placing = SITE_PLACED;
	} else if (site->in_init_text) {
		site->directory = arena_printf(arena, "(init text%s of module %s)",
					       site->function ? "" : ", probably", site->module);
		site->placing = SITE_IN_MODULE;
	}
	return site->directory ? 0 : -1;
}
