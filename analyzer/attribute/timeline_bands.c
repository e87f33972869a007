/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/timeline_bands.h"

#include <stdlib.h>
#include <string.h>

/* A site on its way into a band. */
struct member {
	const char *name;
	const struct tree_node *node;
	const struct call_site *site;
};

static int member_compare(const void *left, const void *right)
{
	const struct member *a = left;
	const struct member *b = right;
	int order = strcmp(a->name, b->name);

	/* a directory and an object may share a name */
	if (order == 0 && a->node && b->node) {
		order = (int)a->node->kind - (int)b->node->kind;
	}
	return order;
}

/* The child of branch that holds node; branch itself where that is the node. */
static const struct tree_node *part_of(const struct tree_node *node, const struct tree_node *branch)
{
	while (node != branch && node->parent && node->parent != branch) {
		node = node->parent;
	}
	return node;
}

static bool is_any_placed(const struct timeline_bands_request *request)
{
	for (size_t i = 0; i < request->site_count; i++) {
		if (request->sites[i]->node && request->sites[i]->placing == SITE_PLACED) {
			return true;
		}
	}
	return false;
}

/* The sites with a series, sorted by band; NULL: no memory. */
static struct member *members_list(const struct timeline_bands_request *request, bool by_site,
				   size_t *ret_count)
{
	struct member *members = calloc(request->site_count + 1, sizeof(*members));

	*ret_count = 0;
	for (size_t i = 0; members && i < request->site_count; i++) {
		const struct call_site *site = request->sites[i];
		struct member *member = &members[*ret_count];

		if (site->series.count == 0) {
			continue;
		}
		*member = (struct member){.name = site->caller, .site = site};
		if (!by_site && site->node) {
			member->node = part_of(site->node, request->branch);
			member->name = member->node->name;
		}
		++*ret_count;
	}
	if (members) {
		qsort(members, *ret_count, sizeof(*members), member_compare);
	}
	return members;
}

/* What a series adds up to at its most and at the end. */
static void weigh(struct timeline_band *band)
{
	int64_t live = 0;

	for (size_t i = 0; i < band->changes.count; i++) {
		live = (int64_t)((uint64_t)live + (uint64_t)band->changes.points[i].bytes);
		if (live > 0 && (uint64_t)live > band->most) {
			band->most = (uint64_t)live;
		}
	}
	band->end = live > 0 ? (uint64_t)live : 0;
}

/* One band for each name; false: no memory. */
static bool bands_fill(struct timeline_bands *bands, const struct member *members, size_t count)
{
	struct series_sum sum;
	bool good = series_sum_init(&sum);

	bands->bands = arena_calloc(&bands->arena, (count + 2) * sizeof(*bands->bands));
	good = good && bands->bands;
	for (size_t i = 0; good && i < count; i++) {
		series_sum_add(&sum, &members[i].site->series);
		if (i + 1 == count || member_compare(&members[i], &members[i + 1]) != 0) {
			struct timeline_band *band = &bands->bands[bands->count++];

			band->name = members[i].name;
			band->node = members[i].node;
			band->directory = members[i].node ? NULL : members[i].site->directory;
			good = series_sum_take(&sum, &bands->arena, &band->changes);
			weigh(band);
		}
	}
	series_sum_release(&sum);
	return good;
}

static int band_compare(const void *left, const void *right)
{
	const struct timeline_band *a = left;
	const struct timeline_band *b = right;
	int order;

	if (a->most != b->most) {
		return a->most > b->most ? -1 : 1;
	}
	order = strcmp(a->name, b->name);
	if (order == 0 && a->node && b->node) {
		order = (int)a->node->kind - (int)b->node->kind;
	}
	return order;
}

/* The bands from limit on become one; false: no memory. */
static bool bands_gather(struct timeline_bands *bands, size_t limit)
{
	struct timeline_band other = {.gathered = bands->count - limit};
	struct series_sum sum;
	bool good = series_sum_init(&sum);

	for (size_t i = limit; good && i < bands->count; i++) {
		series_sum_add(&sum, &bands->bands[i].changes);
	}
	good = good && series_sum_take(&sum, &bands->arena, &other.changes);
	series_sum_release(&sum);
	weigh(&other);
	bands->bands[limit] = other;
	bands->count = limit + 1;
	return good;
}

/* Live bytes at the end of each bucket; NULL: no memory. */
static uint64_t *expand(struct timeline_bands *bands, const struct timeline_series *changes)
{
	uint32_t count = bands->timeline->bucket_count;
	uint64_t *live = arena_alloc(&bands->arena, count * sizeof(*live));
	uint64_t now = 0;
	size_t next = 0;

	for (uint32_t bucket = 0; live && bucket < count; bucket++) {
		if (next < changes->count && changes->points[next].bucket == bucket) {
			now += (uint64_t)changes->points[next++].bytes;
		}
		live[bucket] = (int64_t)now > 0 ? now : 0;
	}
	return live;
}

/* What all bands together were at their most. */
static bool totals_fill(struct timeline_bands *bands)
{
	const struct timeline *timeline = bands->timeline;
	uint64_t *highest = arena_calloc(&bands->arena, timeline->bucket_count * sizeof(*highest));

	if (!highest) {
		return false;
	}
	for (uint32_t bucket = 0; bucket < timeline->bucket_count; bucket++) {
		for (size_t i = 0; i < bands->count; i++) {
			highest[bucket] += bands->bands[i].live[bucket];
		}
		if (bands->is_whole && timeline->buckets[bucket].highest > highest[bucket]) {
			highest[bucket] = timeline->buckets[bucket].highest;
		}
		if (highest[bucket] > bands->peak_bytes) {
			uint64_t end =
				timeline->start + ((uint64_t)(bucket + 1) << timeline->shift);

			bands->peak_bytes = highest[bucket];
			bands->peak_time = end > timeline->last ? timeline->last : end;
		}
	}
	for (size_t i = 0; i < bands->count; i++) {
		bands->end_bytes += bands->bands[i].end;
	}
	bands->highest = highest;
	if (bands->is_whole) {
		bands->peak_bytes = timeline->peak_bytes;
		bands->peak_time = timeline->peak_time;
		bands->end_bytes = timeline->end_bytes;
	}
	return true;
}

int timeline_bands_init(const struct timeline_bands_request *request, struct timeline_bands *ret,
			struct error *err)
{
	struct member *members;
	size_t count;
	bool good;

	*ret = (struct timeline_bands){
		.timeline = request->timeline,
		.branch = request->branch,
		.is_by_site = request->are_groups || !is_any_placed(request),
		.is_whole = !request->branch->parent,
		.peak_time = request->timeline->first,
	};
	arena_init(&ret->arena);
	members = members_list(request, ret->is_by_site, &count);
	good = members && bands_fill(ret, members, count);
	free(members);
	if (good && ret->count > 0) {
		qsort(ret->bands, ret->count, sizeof(*ret->bands), band_compare);
	}
	if (good && ret->count > request->limit + 1) { /* one alone is no "other" */
		good = bands_gather(ret, request->limit);
	}
	for (size_t i = 0; good && i < ret->count; i++) {
		ret->bands[i].live = expand(ret, &ret->bands[i].changes);
		good = ret->bands[i].live != NULL;
	}
	if (!good || !totals_fill(ret)) {
		timeline_bands_release(ret);
		return error_no_memory(err);
	}
	return 0;
}

void timeline_bands_release(struct timeline_bands *bands)
{
	arena_release(&bands->arena);
	*bands = (struct timeline_bands){0};
}
