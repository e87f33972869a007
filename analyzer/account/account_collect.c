/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/account_collect.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/account/account_sizes.h"
#include "analyzer/account/context_map.h"
#include "analyzer/account/timeline_collect.h"

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct account_row *)a)->site, ((const struct account_row *)b)->site);
}

/* Every group's figures, added up by site, and by context where stacks are kept. */
struct sums {
	struct site_account *sites; /* by site id */
	struct context_map contexts;
	struct site_account *by_context;
	size_t context_capacity;
	/* Without a timeline NULL: by site id and by context id, in the trace's arena. */
	const struct timeline_series *site_series;
	const struct timeline_series *context_series;
	struct size_table sizes; /* by site id or context id; empty if they are not kept */
};

static void sums_release(struct sums *sums)
{
	free(sums->sites);
	free(sums->by_context);
	context_map_release(&sums->contexts);
	size_table_release(&sums->sizes);
}

/* Adds the figures of one context of a group. */
static bool sums_add_context(struct sums *sums, const struct account_context *context,
			     const struct site_account *figures)
{
	uint32_t id = context_map_get(&sums->contexts, context->site, context->stack);

	if (id == CONTEXT_NONE) {
		return false;
	}
	if (id >= sums->context_capacity) {
		size_t capacity = sums->context_capacity ? sums->context_capacity * 2 : 1024;
		struct site_account *grown = realloc(sums->by_context, capacity * sizeof(*grown));

		if (!grown) {
			return false;
		}
		memset(grown + sums->context_capacity, 0,
		       (capacity - sums->context_capacity) * sizeof(*grown));
		sums->by_context = grown;
		sums->context_capacity = capacity;
	}
	site_account_add(&sums->by_context[id], figures);
	site_account_add(&sums->sites[context->site], figures);
	return true;
}

static bool sums_add_group(struct sums *sums, const struct match_group *group, size_t site_count,
			   bool with_stacks)
{
	for (size_t i = 0; i < group->site_capacity; i++) {
		if (!with_stacks && i < site_count) {
			site_account_add(&sums->sites[i], &group->sites[i]);
		}
		if (with_stacks && i < group->contexts.count &&
		    !sums_add_context(sums, &group->contexts.contexts[i], &group->sites[i])) {
			return false;
		}
	}
	return true;
}

/* One row per site that allocated. */
static bool collect_rows(const struct account_collection *collection, const struct sums *sums,
			 struct account *account)
{
	size_t count = collection->sites->count;

	account->rows = malloc((count + 1) * sizeof(*account->rows));
	if (!account->rows) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct account_row *row = &account->rows[account->row_count];

		if (sums->sites[i].alloc_count > 0) {
			*row = (struct account_row){
				.site = collection->sites->texts[i],
				.figures = sums->sites[i],
			};
			if (sums->site_series) {
				row->series = sums->site_series[i];
			}
			account->row_count++;
		}
	}
	qsort(account->rows, account->row_count, sizeof(*account->rows), compare_rows);
	return true;
}

/* The frames of a stack, from ids to texts. */
static bool resolve_frames(const struct account_collection *collection, uint32_t stack,
			   struct account_stack *ret)
{
	const uint32_t *ids;
	const char **frames;

	if (stack == STACK_NONE) {
		return true;
	}
	ids = (const uint32_t *)(const void *)collection->stacks->texts[stack];
	ret->frame_count = collection->stacks->lengths[stack] / sizeof(*ids);
	frames = arena_alloc(collection->arena, ret->frame_count * sizeof(*frames));
	if (!frames) {
		return false;
	}
	for (size_t i = 0; i < ret->frame_count; i++) {
		frames[i] = collection->frames->texts[ids[i]];
	}
	ret->frames = frames;
	return true;
}

static int compare_stacks(const void *a, const void *b)
{
	const struct account_stack *x = a;
	const struct account_stack *y = b;
	int order = strcmp(x->site, y->site);

	for (size_t i = 0; order == 0 && i < x->frame_count && i < y->frame_count; i++) {
		order = strcmp(x->frames[i], y->frames[i]);
	}
	return order ? order
		     : (x->frame_count > y->frame_count) - (x->frame_count < y->frame_count);
}

static bool collect_stacks(const struct account_collection *collection, const struct sums *sums,
			   struct account *account)
{

	account->stacks = calloc(sums->contexts.count + 1u, sizeof(*account->stacks));
	if (!account->stacks) {
		return false;
	}
	for (uint32_t i = 0; i < sums->contexts.count; i++) {
		const struct account_context *context = &sums->contexts.contexts[i];
		struct account_stack *stack = &account->stacks[account->stack_count++];

		stack->site = collection->sites->texts[context->site];
		stack->context = i;
		stack->figures = sums->by_context[i];
		if (sums->context_series) {
			stack->series = sums->context_series[i];
		}
		if (!resolve_frames(collection, context->stack, stack)) {
			return false;
		}
	}
	qsort(account->stacks, account->stack_count, sizeof(*account->stacks), compare_stacks);
	return true;
}

/* The context is known: the figures were added before. */
static uint32_t context_of_local(const struct match_group *group, uint32_t local, void *contexts)
{
	const struct account_context *known = &group->contexts.contexts[local];

	return context_map_get(contexts, known->site, known->stack);
}

static bool collect_timeline(const struct account_collection *collection,
			     struct pipeline_result *result, struct sums *sums)
{
	struct timeline *timeline = collection->timeline;
	struct timeline_collect_request request = {
		.result = result,
		.timeline = timeline,
		.key = timeline_collect_site,
		.key_count = collection->sites->count,
	};

	if (!timeline_walk_finish(&result->walk, collection->arena, timeline)) {
		return false;
	}
	sums->site_series = timeline_collect(&request, collection->arena);
	if (sums->site_series && collection->stacks) {
		request.key = context_of_local;
		request.context = &sums->contexts;
		request.key_count = sums->contexts.count;
		sums->context_series = timeline_collect(&request, collection->arena);
	}
	return sums->site_series && (!collection->stacks || sums->context_series);
}

/* Adds the groups up. */
static bool sums_add_groups(struct sums *sums, const struct account_collection *collection,
			    struct pipeline_result *result, struct account *account)
{
	for (unsigned int g = 0; g < result->group_count; g++) {
		struct match_group *group = &result->groups[g];

		match_group_add_totals(group, &account->totals);
		if (!sums_add_group(sums, group, collection->sites->count,
				    collection->stacks != NULL) ||
		    (collection->keep_sizes &&
		     !account_sizes_add_group(&sums->sizes, group,
					      collection->stacks ? &sums->contexts : NULL))) {
			return false;
		}
	}
	account->totals.peak_dynamic = result->peak.peak_bytes;
	account->totals.peak_live_count = result->peak.peak_objects;
	return true;
}

bool account_collect(const struct account_collection *collection, struct pipeline_result *result,
		     struct account *account)
{
	struct sums sums = {.sites = calloc(collection->sites->count + 1u, sizeof(*sums.sites))};
	bool good;

	context_map_init(&sums.contexts, &collection->sites->key);
	size_table_init(&sums.sizes);
	account->timeline = collection->timeline;
	good = sums.sites && sums_add_groups(&sums, collection, result, account) &&
	       (!collection->timeline || collect_timeline(collection, result, &sums)) &&
	       collect_rows(collection, &sums, account) &&
	       (!collection->stacks || collect_stacks(collection, &sums, account)) &&
	       (!collection->keep_sizes ||
		account_sizes_collect(account, collection->sites, &sums.sizes));
	sums_release(&sums);
	return good;
}
