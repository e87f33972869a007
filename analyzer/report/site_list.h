/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The call sites a report shows: filtered by branch, in the order of -o.
 *
 * Account file, callers file and summary print the same list, so they agree.
 */
#ifndef ANALYZER_REPORT_SITE_LIST_H
#define ANALYZER_REPORT_SITE_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"

/* A key of -o: what the account file has, largest first, or any column. */
struct site_order {
	const char *name;
	const char *title; /* for a heading: "most live bytes"; of a column "function" */
	/* Upwards; NULL: the column of that name orders, text upwards, numbers downwards. */
	int (*compare)(const struct site_account *a, const struct site_account *b);
};

/* The first is the default. */
extern const struct site_order site_orders[];
extern const size_t site_order_count;

/* NULL if there is none of that name. */
const struct site_order *site_order_find(const char *name);

/* Signed: a damaged or hostile trace can claim bytes_alloc < bytes_req. */
int64_t site_waste(const struct site_account *figures);

struct site_list {
	const struct call_site **sites;
	size_t count;
	struct site_account sum; /* over the sites listed */
};

/*
 * Lists those of sites[0..count) at or below branch (NULL: all), by order, equal ones
 * by caller and then by the text of the trace: a total order. Borrows the sites.
 */
int site_list_init(struct site_list *list, const struct call_site *sites, size_t count,
		   const struct tree_node *branch, const struct site_order *order,
		   struct error *err);
void site_list_release(struct site_list *list);

#endif
