/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/account_sizes.h"

#include <stdlib.h>
#include <string.h>

struct visit {
	struct size_table *table;
	const struct match_group *group;
	struct context_map *contexts;
	bool good;
};

static void visit_object(uint64_t pointer, const struct live_object *object, void *context)
{
	struct visit *visit = context;
	struct size_row row = {
		.owner = object->site,
		.bytes_req = object->bytes_req,
		.bytes_alloc = object->bytes_alloc,
		.count = 1,
		.current_dynamic = object->bytes_alloc,
		.current_requested = object->bytes_req,
	};

	(void)pointer;
	if (visit->contexts) {
		const struct account_context *own = &visit->group->contexts.contexts[object->site];

		row.owner = context_map_get(visit->contexts, own->site, own->stack);
	}
	visit->good =
		visit->good && row.owner != CONTEXT_NONE && size_table_add(visit->table, &row);
}

bool account_sizes_add_group(struct size_table *table, const struct match_group *group,
			     struct context_map *contexts)
{
	struct visit visit = {table, group, contexts, true};

	live_table_visit(&group->live, visit_object, &visit);
	return visit.good;
}

static int compare_to_row(const void *site, const void *row)
{
	return strcmp(site, ((const struct account_row *)row)->site);
}

bool account_sizes_by_row(const struct account *account, const char *const *sites, size_t count,
			  const struct size_row *rows, size_t row_count, struct size_row **ret,
			  size_t *ret_count)
{
	uint32_t *owners = malloc((count + 1) * sizeof(*owners));
	bool good;

	if (!owners) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const struct account_row *row =
			account->row_count ? bsearch(sites[i], account->rows, account->row_count,
						     sizeof(*account->rows), compare_to_row)
					   : NULL;

		owners[i] = row ? (uint32_t)(row - account->rows) : 0;
	}
	good = size_rows_regroup(rows, row_count, owners, ret, ret_count);
	free(owners);
	return good;
}

/* The sizes of each stack, and then of each row. */
static bool collect_of_stacks(struct account *account, const struct size_row *rows, size_t count)
{
	const size_t stack_count = account->stack_count;
	uint32_t *owners = malloc((stack_count + 1) * sizeof(*owners));
	const char **sites = malloc((stack_count + 1) * sizeof(*sites));
	bool good = owners && sites;

	for (size_t i = 0; good && i < stack_count; i++) {
		owners[account->stacks[i].context] = (uint32_t)i;
		sites[i] = account->stacks[i].site;
	}
	good = good &&
	       size_rows_regroup(rows, count, owners, &account->stack_sizes,
				 &account->stack_size_count) &&
	       account_sizes_by_row(account, (const char *const *)sites, stack_count,
				    account->stack_sizes, account->stack_size_count,
				    &account->sizes, &account->size_count);
	free(owners);
	free(sites);
	return good;
}

bool account_sizes_collect(struct account *account, const struct site_table *sites,
			   struct size_table *table)
{
	struct size_row *rows = NULL;
	size_t count = 0;
	bool good = size_table_take(table, &rows, &count);

	if (good && account->stacks) {
		good = collect_of_stacks(account, rows, count);
	} else if (good) {
		good = account_sizes_by_row(account, (const char *const *)sites->texts,
					    sites->count, rows, count, &account->sizes,
					    &account->size_count);
	}
	free(rows);
	return good;
}
