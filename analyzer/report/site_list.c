/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/report/site_list.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/report/columns.h"

/* The list is of pointers: sites are large and stay where they are. */
#define SITE_POINTER sizeof(const void *)

int64_t site_waste(const struct site_account *figures)
{
	return (int64_t)(figures->current_dynamic - figures->current_requested);
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_current(const struct site_account *a, const struct site_account *b)
{
	return compare_u64(a->current_dynamic, b->current_dynamic);
}

static int by_total(const struct site_account *a, const struct site_account *b)
{
	return compare_u64(a->total_dynamic, b->total_dynamic);
}

static int by_allocs(const struct site_account *a, const struct site_account *b)
{
	return compare_u64(a->alloc_count, b->alloc_count);
}

static int by_frees(const struct site_account *a, const struct site_account *b)
{
	return compare_u64(a->free_count, b->free_count);
}

static int by_waste(const struct site_account *a, const struct site_account *b)
{
	int64_t first = site_waste(a);
	int64_t second = site_waste(b);

	return (first > second) - (first < second);
}

const struct site_order site_orders[] = {
	{"current_dynamic", "most live bytes", by_current},
	{"total_dynamic", "most bytes allocated in all", by_total},
	{"alloc_count", "most allocations", by_allocs},
	{"free_count", "most objects freed", by_frees},
	{"waste", "most wasted bytes", by_waste},
	{"total_requested", "total requested bytes", NULL},
	{"current_requested", "live requested bytes", NULL},
	{"lost_free_count", "lost frees", NULL},
	{"caller", "call site", NULL},
	{"function", "function", NULL},
	{"offset", "offset", NULL},
	{"module", "module", NULL},
	{"file", "file", NULL},
	{"line", "line", NULL},
	{"object", "object", NULL},
	{"directory", "directory", NULL},
	{"site", "call site as traced", NULL},
	{"call", "what stands in front of them", NULL},
	{"via", "function called", NULL},
	{"seen_from", "caller seen in the trace", NULL},
	{"runs", "runs that have them", NULL},
	{"current_minimum", "live bytes in the run with the fewest", NULL},
	{"current_maximum", "live bytes in the run with the most", NULL},
};
const size_t site_order_count = sizeof(site_orders) / sizeof(site_orders[0]);

const struct site_order *site_order_find(const char *name)
{
	for (size_t i = 0; i < site_order_count; i++) {
		if (strcmp(site_orders[i].name, name) == 0) {
			return &site_orders[i];
		}
	}
	return NULL;
}

static int site_compare(const void *left, const void *right, void *context)
{
	const struct call_site *a = *(const struct call_site *const *)left;
	const struct call_site *b = *(const struct call_site *const *)right;
	const struct site_order *order = context;
	int result = order->compare ? order->compare(&b->figures, &a->figures)
				    : site_column_compare(site_column_find(order->name), a, b);

	if (!result) {
		result = strcmp(a->caller, b->caller);
	}
	return result ? result : strcmp(a->site, b->site);
}

int site_list_init(struct site_list *list, const struct call_site *sites, size_t count,
		   const struct tree_node *branch, const struct site_order *order,
		   struct error *err)
{
	*list = (struct site_list){0};
	list->sites = calloc(count ? count : 1, SITE_POINTER);
	if (!list->sites) {
		return error_no_memory(err);
	}
	for (size_t i = 0; i < count; i++) {
		if (branch && !(sites[i].node && tree_node_is_below(sites[i].node, branch))) {
			continue;
		}
		list->sites[list->count++] = &sites[i];
		site_account_add(&list->sum, &sites[i].figures);
	}
	qsort_r(list->sites, list->count, SITE_POINTER, site_compare, (void *)order);
	return 0;
}

void site_list_release(struct site_list *list)
{
	free(list->sites);
	*list = (struct site_list){0};
}
