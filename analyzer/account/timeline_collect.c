/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/timeline_collect.h"

#include <stdlib.h>

uint32_t timeline_collect_site(const struct match_group *group, uint32_t local, void *context)
{
	(void)context;
	return group->contexts.count > 0 ? group->contexts.contexts[local].site : local;
}

/* A series of a group, on its way to its key. */
struct piece {
	uint32_t key;
	uint32_t group;
	uint32_t local;
};

static int compare_pieces(const void *left, const void *right)
{
	const struct piece *a = left;
	const struct piece *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

/* All pieces that hold points; *ret is the caller's to free. False: no memory. */
static bool pieces_list(const struct timeline_collect_request *request, struct piece **ret,
			size_t *ret_count)
{
	const struct pipeline_result *result = request->result;
	size_t capacity = 1;

	for (unsigned int g = 0; g < result->group_count; g++) {
		capacity += result->groups[g].timeline.series_capacity;
	}
	*ret_count = 0;
	*ret = malloc(capacity * sizeof(**ret));
	if (!*ret) {
		return false;
	}
	for (unsigned int g = 0; g < result->group_count; g++) {
		const struct match_group *group = &result->groups[g];

		for (uint32_t i = 0; i < group->timeline.series_capacity; i++) {
			if (group->timeline.series[i].count > 0) {
				(*ret)[(*ret_count)++] = (struct piece){
					request->key(group, i, request->context), g, i};
			}
		}
	}
	/* the order within a key does not show: sums are exact */
	qsort(*ret, *ret_count, sizeof(**ret), compare_pieces);
	return true;
}

struct timeline_series *timeline_collect(const struct timeline_collect_request *request,
					 struct arena *arena)
{
	struct timeline_series *all = arena_calloc(arena, (request->key_count + 1) * sizeof(*all));
	struct piece *pieces = NULL;
	struct series_sum sum = {0};
	size_t count = 0;
	bool good = all && series_sum_init(&sum) && pieces_list(request, &pieces, &count);

	for (size_t i = 0; good && i < count; i++) {
		const struct match_group *group = &request->result->groups[pieces[i].group];

		timeline_part_sum(&group->timeline, pieces[i].local, request->timeline, &sum);
		if (i + 1 == count || pieces[i + 1].key != pieces[i].key) {
			good = series_sum_take(&sum, arena, &all[pieces[i].key]);
		}
	}
	free(pieces);
	series_sum_release(&sum);
	return good ? all : NULL;
}
