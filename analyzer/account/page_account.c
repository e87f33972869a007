/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/account/page_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/account/context_map.h"
#include "analyzer/account/page_table.h"
#include "analyzer/input/member_kind.h"
#include "analyzer/input/site_table.h"
#include "analyzer/input/text_decoder.h"
#include "analyzer/input/text_line.h"
#include "analyzer/input/text_stack.h"
#include "analyzer/input/trace_detect.h"
#include "analyzer/input/trace_input.h"

/* Allocations whose stack may still come, one per CPU; CPUs beyond share. */
#define PENDING_CPUS 1024u
/* A new block is looked through for older ones inside it up to this order. */
#define OVERLAP_ORDER_MAX 11u
#define WHO_SIZE	  128u

struct pending {
	bool waits;
	bool failed;
	struct text_page page;
	uint32_t row;
};

struct page_account {
	struct site_table names;
	struct site_cache cache;
	struct context_map keys; /* (name, order and migrate type) -> row */
	struct page_row *rows;
	size_t row_capacity;
	struct page_table live;
	struct pending pending[PENDING_CPUS];
	uint32_t cpu; /* of the last line with a context */
	struct page_totals totals;
	struct trace_facts facts;
};

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

static bool on_alloc(struct page_account *account, const struct text_page *page, const char *line,
		     const char *end)
{
	struct pending *pending = &account->pending[account->cpu % PENDING_CPUS];
	bool failed = page->pfn == 0;
	const char *task = "unknown";
	size_t length = 7;
	uint32_t row;

	text_task(line, end, &task, &length);
	if (!row_get(account, "task ", task, length, page, &row)) {
		return false;
	}
	count_alloc(&account->rows[row].figures, page, failed);
	*pending = (struct pending){true, failed, *page, row};
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

static bool on_page(struct page_account *account, const char *line, const char *end)
{
	struct text_page page;

	account->facts.page_event_count++;
	text_page_decode(line, end, &page);
	switch (page.kind) {
	case TEXT_PAGE_ALLOC:
		return on_alloc(account, &page, line, end);
	case TEXT_PAGE_FREE:
	case TEXT_PAGE_FREE_AGAIN:
		return on_free(account, &page);
	case TEXT_PAGE_INNER:
		account->totals.inner_count++;
		break;
	case TEXT_PAGE_DAMAGED:
		if (!account->facts.damaged_count++) {
			account->facts.first_damaged_line = account->facts.line_count;
		}
		break;
	}
	return true;
}

/* The first frame outside the allocator says whose the allocation is. */
static bool on_frame(struct page_account *account, const char *line, const char *end)
{
	struct pending *pending = &account->pending[account->cpu % PENDING_CPUS];
	struct page_block *block;
	const char *name;
	const char *plus;
	size_t length;
	uint32_t row;

	account->facts.stack_line_count++;
	if (!pending->waits || !text_stack_frame(line, end, &name, &length)) {
		return true;
	}
	plus = memchr(name, '+', length);
	length = plus ? (size_t)(plus - name) : length;
	if (is_allocator(name, length)) {
		return true;
	}
	pending->waits = false;
	block = page_table_find(&account->live, pending->page.pfn);
	if (!pending->failed && (!block || block->owner != pending->row)) {
		return true; /* freed already, on another CPU: it stays the task's */
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

static bool on_line(struct page_account *account, const char *line, const char *end,
		    bool accept_bare)
{
	const struct text_line_options options = {.accept_bare = accept_bare};
	struct trace_facts *facts = &account->facts;
	struct text_slab slab;
	enum text_line_kind kind;

	facts->line_count++;
	if (text_stack_is_frame(line, end)) {
		return on_frame(account, line, end);
	}
	kind = text_line_decode(line, (size_t)(end - line), &options, &slab, facts);
	if (text_stack_cpu(line, end, &account->cpu) && kind != TEXT_LINE_STACK) {
		account->pending[account->cpu % PENDING_CPUS].waits = false;
	}
	switch (kind) {
	case TEXT_LINE_PAGE:
		return on_page(account, line, end);
	case TEXT_LINE_SLAB:
		facts->slab_event_count++;
		break;
	case TEXT_LINE_OTHER:
		facts->other_event_count++;
		break;
	case TEXT_LINE_STACK:
		facts->stack_line_count++;
		if (text_stack_is_user(line, end)) {
			account->pending[account->cpu % PENDING_CPUS].waits = false;
		}
		break;
	case TEXT_LINE_DAMAGED:
		facts->damaged_count++;
		break;
	case TEXT_LINE_FOREIGN:
		facts->foreign_count++;
		break;
	default:
		break;
	}
	return true;
}

static bool on_text(struct page_account *account, const char *at, const char *end, bool accept_bare)
{
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		if (!on_line(account, at, stop, accept_bare)) {
			return false;
		}
		at = stop + 1;
	}
	return true;
}

/* Refuses what is no text; are events printed without context? */
static int look(struct trace_input *input, bool *ret_bare, struct error *err)
{
	char *bytes = malloc(TRACE_DETECT_BYTES);
	size_t size;
	int result;

	if (!bytes) {
		return error_no_memory(err);
	}
	result = trace_input_peek(input, bytes, TRACE_DETECT_BYTES, &size, err);
	if (result == 0 && member_kind_of(bytes, size) == MEMBER_RECORDING) {
		result = error_set(err, ERROR_INPUT,
				   "%s: page events are read from text: convert it first "
				   "(trace-cmd report, perf script)",
				   input->name);
	}
	if (result == 0) {
		result = trace_detect(input->name, bytes, size, err);
	}
	if (result == 0) {
		*ret_bare = text_decoder_is_bare(bytes, size);
	}
	free(bytes);
	return result;
}

static int read_input(struct page_account *account, struct trace_input *input, struct error *err)
{
	struct trace_chunk chunk = {0};
	bool bare = false;
	int result = look(input, &bare, err);

	if (result == 0 && !trace_chunk_init(&chunk)) {
		result = error_no_memory(err);
	}
	while (result == 0) {
		result = trace_input_claim(input, &chunk, err);
		if (result <= 0) {
			break;
		}
		result = trace_input_fill(input, &chunk, err);
		if (result == 0 && !on_text(account, chunk.text, chunk.text + chunk.length, bare)) {
			result = error_no_memory(err);
		}
		account->facts.byte_count += chunk.length;
		account->facts.overlong_count += chunk.overlong_lines;
	}
	trace_chunk_release(&chunk);
	if (result == 0 && account->facts.page_event_count == 0) {
		result = error_set(err, ERROR_INPUT,
				   "%s: holds no page event: enable kmem:mm_page_alloc and "
				   "kmem:mm_page_free",
				   input->name);
	}
	return result;
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

int page_account_run(const char *path, const struct event_part *part, struct page_account **ret,
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
	result = trace_input_open(path, &input, err);
	if (result == 0) {
		result = trace_input_unpack(&input, part, NULL, err);
		result = result < 0 ? result : read_input(account, &input, err);
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
