/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/page_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/page_events.h"
#include "analyzer/input/recording.h"
#include "analyzer/input/text_line.h"

/* A new block is looked through for older ones inside it up to this order. */
#define OVERLAP_ORDER_MAX 11u
#define WHO_SIZE	  128u

/* Functions of the page allocator, 2.6 to 7.x: the caller is behind them. */
static const char *const allocators[] = {
	"__alloc_frozen_pages_noprof",
	"__alloc_pages",
	"__alloc_pages_bulk",
	"__alloc_pages_nodemask",
	"__alloc_pages_noprof",
	"__folio_alloc",
	"__folio_alloc_noprof",
	"__get_free_pages",
	"__page_cache_alloc",
	"__traceiter_mm_page_alloc",
	"alloc_frozen_pages_noprof",
	"alloc_page_interleave",
	"alloc_page_vma",
	"alloc_pages",
	"alloc_pages_bulk_noprof",
	"alloc_pages_current",
	"alloc_pages_exact",
	"alloc_pages_exact_noprof",
	"alloc_pages_mpol",
	"alloc_pages_mpol_noprof",
	"alloc_pages_noprof",
	"alloc_pages_vma",
	"filemap_alloc_folio",
	"filemap_alloc_folio_noprof",
	"folio_alloc",
	"folio_alloc_mpol_noprof",
	"folio_alloc_noprof",
	"get_free_pages_noprof",
	"get_zeroed_page",
	"get_zeroed_page_noprof",
	"perf_trace_mm_page_alloc",
	"trace_event_raw_event_mm_page_alloc",
	"vma_alloc_folio",
	"vma_alloc_folio_noprof",
};

static bool is_allocator(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(allocators) / sizeof(allocators[0]); i++) {
		if (strlen(allocators[i]) == length && memcmp(allocators[i], name, length) == 0) {
			return true;
		}
	}
	return false;
}

static int name_valid(const char *text, size_t length)
{
	return text != NULL && length > 0 && length < WHO_SIZE;
}

/* The row of name, order and migrate type, made if new; false: no memory. */
static bool row_get(struct page_account *account, const char *prefix, const char *name,
		    size_t length, const struct text_page *page, uint32_t *ret)
{
	char who[WHO_SIZE + SITE_TEXT_SLACK] = "";
	int written =
		snprintf(who, WHO_SIZE, "%s%.*s", prefix, (int)(length < 100 ? length : 100), name);
	uint32_t id = site_cache_get(&account->cache, who, (size_t)written);

	if (id == SITE_NONE) {
		return false;
	}
	*ret = context_map_get(&account->keys, id, page->order << 8 | page->migratetype);
	if (*ret == CONTEXT_NONE) {
		return false;
	}
	if (*ret >= account->row_capacity) {
		size_t capacity = account->row_capacity ? 2 * account->row_capacity : 256;
		struct page_row *rows = realloc(account->rows, capacity * sizeof(*rows));

		if (!rows) {
			return false;
		}
		memset(rows + account->row_capacity, 0,
		       (capacity - account->row_capacity) * sizeof(*rows));
		account->rows = rows;
		account->row_capacity = capacity;
	}
	account->rows[*ret].who = account->names.texts[id];
	account->rows[*ret].order = page->order;
	account->rows[*ret].migratetype = page->migratetype;
	return true;
}

/* Takes pages out of the live ones; false: no memory. */
static bool take(struct page_account *account, uint64_t pfn, unsigned int order, bool *ret)
{
	uint32_t owner;
	int result = page_table_take(&account->live, pfn, order, &owner);

	*ret = result > 0;
	if (result > 0) {
		account->rows[owner].figures.freed_pages += (uint64_t)1 << order;
	}
	return result >= 0;
}

/* What is still live where a new block comes must have been freed unseen. */
static bool retire(struct page_account *account, const struct text_page *page)
{
	uint64_t pages = (uint64_t)1
			 << (page->order < OVERLAP_ORDER_MAX ? page->order : OVERLAP_ORDER_MAX);
	bool taken;

	if (!take(account, page->pfn, page->order, &taken)) {
		return false;
	}
	if (taken) {
		account->totals.lost_free_pages += (uint64_t)1 << page->order;
	}
	for (uint64_t i = 0; i < pages && account->live.count > 0; i++) {
		struct page_block *block = page_table_find(&account->live, page->pfn + i);

		if (block) {
			unsigned int order = block->order;

			if (!take(account, page->pfn + i, order, &taken)) {
				return false;
			}
			account->totals.lost_free_pages += (uint64_t)1 << order;
		}
	}
	return true;
}

static void count_alloc(struct page_figures *figures, const struct text_page *page, bool failed)
{
	if (failed) {
		figures->failed_count++;
	} else {
		figures->alloc_count++;
		figures->alloc_pages += (uint64_t)1 << page->order;
	}
}

static bool on_alloc(struct page_account *account, const struct text_page *page, uint32_t cpu,
		     const char *task, size_t length)
{
	bool failed = page->pfn == 0;
	uint32_t row;

	if (length == 0) {
		task = "(without a name)";
		length = strlen(task);
	}
	if (!row_get(account, "task ", task, length, page, &row)) {
		return false;
	}
	count_alloc(&account->rows[row].figures, page, failed);
	account->pending[cpu % PENDING_CPUS] = (struct pending){true, failed, *page, row};
	return failed ||
	       (retire(account, page) &&
		page_table_add(&account->live, (struct page_block){page->pfn, row, page->order}));
}

static bool on_free(struct page_account *account, const struct text_page *page)
{
	uint64_t pages = (uint64_t)1 << page->order;
	bool taken;

	if (!take(account, page->pfn, page->order, &taken)) {
		return false;
	}
	if (page->kind == TEXT_PAGE_FREE_AGAIN) {
		account->totals.batched_count++;
		return true;
	}
	account->totals.free_count++;
	account->totals.free_pages += pages;
	account->totals.free_count_of_order[page->order]++;
	account->totals.free_only_pages += taken ? 0 : pages;
	return true;
}

bool page_account_event(struct page_account *account, const struct text_page *page, uint32_t cpu,
			const char *task, size_t task_length)
{
	account->facts.page_event_count++;
	switch (page->kind) {
	case TEXT_PAGE_ALLOC:
		return on_alloc(account, page, cpu, task, task_length);
	case TEXT_PAGE_FREE:
	case TEXT_PAGE_FREE_AGAIN:
		return on_free(account, page);
	case TEXT_PAGE_INNER:
		account->totals.inner_count++;
		break;
	case TEXT_PAGE_UNNUMBERED:
		account->unnumbered_count++;
		break;
	case TEXT_PAGE_DAMAGED:
		text_count_damaged(&account->facts, 0);
		break;
	}
	return true;
}

bool page_account_caller(struct page_account *account, uint32_t cpu, const char *name,
			 size_t length)
{
	struct pending *pending = &account->pending[cpu % PENDING_CPUS];
	const char *plus = memchr(name, '+', length);
	struct page_block *block;
	uint32_t row;

	length = plus ? (size_t)(plus - name) : length;
	if (!pending->waits || is_allocator(name, length)) {
		return true;
	}
	pending->waits = false;
	block = page_table_find(&account->live, pending->page.pfn);
	if (!pending->failed &&
	    (!block || block->owner != pending->row || block->order != pending->page.order)) {
		return true; /* freed already, on another CPU, or in part: it stays the task's */
	}
	if (!row_get(account, "", name, length, &pending->page, &row)) {
		return false;
	}
	account->totals.stack_count++;
	count_alloc(&account->rows[row].figures, &pending->page, pending->failed);
	if (pending->failed) {
		account->rows[pending->row].figures.failed_count--;
		return true;
	}
	account->rows[pending->row].figures.alloc_count--;
	account->rows[pending->row].figures.alloc_pages -= (uint64_t)1 << pending->page.order;
	block->owner = row;
	return true;
}

bool page_account_waits(const struct page_account *account, uint32_t cpu)
{
	return account->pending[cpu % PENDING_CPUS].waits;
}

void page_account_pass(struct page_account *account, uint32_t cpu)
{
	account->pending[cpu % PENDING_CPUS].waits = false;
}

static int compare_rows(const void *a, const void *b)
{
	const struct page_row *x = a;
	const struct page_row *y = b;
	uint64_t live_x = x->figures.alloc_pages - x->figures.freed_pages;
	uint64_t live_y = y->figures.alloc_pages - y->figures.freed_pages;
	int order = (live_y > live_x) - (live_y < live_x);

	order = order ? order : strcmp(x->who, y->who);
	order = order ? order : (x->order > y->order) - (x->order < y->order);
	return order ? order
		     : (x->migratetype > y->migratetype) - (x->migratetype < y->migratetype);
}

/* Leaves out rows that a stack took everything from, sorts, adds up. */
static void finish(struct page_account *account)
{
	struct page_figures *sum = &account->totals.figures;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < account->keys.count; i++) {
		const struct page_figures figures = account->rows[i].figures;

		if (figures.alloc_count + figures.failed_count == 0) {
			continue;
		}
		sum->alloc_count += figures.alloc_count;
		sum->alloc_pages += figures.alloc_pages;
		sum->failed_count += figures.failed_count;
		sum->freed_pages += figures.freed_pages;
		account->rows[kept++] = account->rows[i];
	}
	account->keys.count = kept;
	if (kept > 0) {
		qsort(account->rows, kept, sizeof(*account->rows), compare_rows);
	}
}

/* A binary recording or text? */
static int read_input(struct page_account *account, struct trace_input *input,
		      const struct page_request *request, struct error *err)
{
	struct event_reader reader = {0};
	bool is_bare = false;
	int result = recording_or_text(input, &reader, &is_bare, err);

	if (result == 0) {
		result = page_text_read(account, input, is_bare, err);
	} else if (result > 0) {
		result = page_recording_read(account, input->name, &reader, request, err);
		reader.close(reader.state);
	}
	if (result == 0 && account->unnumbered_count > 0) {
		return error_set(err, ERROR_INPUT,
				 "%s: its page events hold no frame numbers: the kernel is older "
				 "than 4.1; convert it first (trace-cmd report, perf script)",
				 input->name);
	}
	if (result == 0 && account->facts.page_event_count == 0) {
		return error_set(err, ERROR_INPUT,
				 "%s: holds no page event: enable kmem:mm_page_alloc and "
				 "kmem:mm_page_free",
				 input->name);
	}
	return result;
}

int page_account_run(const struct page_request *request, struct page_account **ret,
		     struct error *err)
{
	struct page_account *account = calloc(1, sizeof(*account));
	struct pointer_hash_key key;
	struct trace_input input;
	int result;

	pointer_hash_key_init(&key);
	if (!account || site_table_init(&account->names, &key, name_valid) < 0 ||
	    site_cache_init(&account->cache, &account->names) < 0) {
		page_account_free(account);
		return error_no_memory(err);
	}
	context_map_init(&account->keys, &key);
	page_table_init(&account->live, &key);
	result = trace_input_open(request->path, &input, err);
	if (result == 0) {
		input.want_tasks = true;
		result = trace_input_unpack(&input, request->part, NULL, err);
		result = result < 0 ? result : read_input(account, &input, request, err);
		trace_input_close(&input);
	}
	if (result < 0) {
		page_account_free(account);
		return result;
	}
	finish(account);
	*ret = account;
	return 0;
}

void page_account_free(struct page_account *account)
{
	if (!account) {
		return;
	}
	free(account->rows);
	page_table_release(&account->live);
	context_map_release(&account->keys);
	site_cache_release(&account->cache);
	site_table_release(&account->names);
	free(account);
}

const struct page_row *page_account_rows(const struct page_account *account, size_t *ret_count)
{
	*ret_count = account->keys.count;
	return account->rows;
}

const struct page_totals *page_account_totals(const struct page_account *account)
{
	return &account->totals;
}

const struct trace_facts *page_account_facts(const struct page_account *account)
{
	return &account->facts;
}
