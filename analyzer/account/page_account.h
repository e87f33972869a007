/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page events of one trace: who allocates pages and still holds them.
 *
 * Pages are matched by page frame number. They are a world of their own, never to be
 * added to slab bytes, which live in some of the same pages. Who: the first function
 * outside the page allocator where stacks were recorded, else the task. Figures are in
 * pages, whose size the trace does not say.
 *
 * mm_page_free_batched accompanies mm_page_free, and 2.6 logged each free twice: a second
 * free of a page that is free is nothing.
 */
#ifndef ANALYZER_ACCOUNT_PAGE_ACCOUNT_H
#define ANALYZER_ACCOUNT_PAGE_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/event_part.h"
#include "analyzer/input/text_page.h"
#include "analyzer/input/trace_facts.h"

struct page_figures {
	uint64_t alloc_count; /* that returned a block */
	uint64_t alloc_pages;
	uint64_t failed_count;
	uint64_t freed_pages; /* of these, by anyone */
};

/* One caller or task, order and migrate type. */
struct page_row {
	const char *who; /* "function" or "task NAME"; owned by the account */
	unsigned int order;
	unsigned int migratetype;
	struct page_figures figures;
};

struct page_totals {
	struct page_figures figures;
	uint64_t free_count;	  /* mm_page_free events */
	uint64_t free_pages;	  /* of these */
	uint64_t free_only_pages; /* of these: allocated before the trace began */
	uint64_t batched_count;	  /* mm_page_free_batched events */
	uint64_t inner_count;	  /* other page events */
	uint64_t lost_free_pages; /* allocated again while live */
	uint64_t stack_count;	  /* allocations whose caller a stack told */
	uint64_t free_count_of_order[TEXT_PAGE_ORDER_MAX + 1];
};

struct page_account; /* owns the rows' texts */

struct page_request {
	const char *path;	       /* "-" is stdin */
	const struct event_part *part; /* NULL: all of the trace */
	/*
	 * Of a binary recording, whose stacks are addresses. symbols: the kallsyms text it
	 * carries, before its first event; name: the function at an address, in memory that
	 * lives until the next call; NULL where no map names it. All may be NULL.
	 */
	int (*symbols)(void *context, const char *text, size_t size, struct error *err);
	const char *(*name)(void *context, uint64_t address);
	void *context;
};

/* As trace_account_run. ERROR_INPUT also: no page event. */
int page_account_run(const struct page_request *request, struct page_account **ret,
		     struct error *err);
void page_account_free(struct page_account *account);

/* By live pages, largest first; then by who, order and migrate type. */
const struct page_row *page_account_rows(const struct page_account *account, size_t *ret_count);
const struct page_totals *page_account_totals(const struct page_account *account);
const struct trace_facts *page_account_facts(const struct page_account *account);

#endif
