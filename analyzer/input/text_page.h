/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page events of ftrace text: which page block, by whom (FORMATS 1.2).
 *
 * page= is never looked at: hashed, and wrong in what perf and trace-cmd print. pfn= is
 * decimal up to 5.10 and hexadecimal with 0x from 6.1 on; 0 is a failed allocation.
 */
#ifndef ANALYZER_INPUT_TEXT_PAGE_H
#define ANALYZER_INPUT_TEXT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Blocks of the page allocator are smaller than 2^20 pages on every architecture. */
#define TEXT_PAGE_ORDER_MAX 20u

enum text_page_kind {
	TEXT_PAGE_ALLOC,      /* mm_page_alloc */
	TEXT_PAGE_FREE,	      /* mm_page_free, until 3.2 mm_page_free_direct */
	TEXT_PAGE_FREE_AGAIN, /* mm_page_free_batched: beside an mm_page_free of the same page */
	TEXT_PAGE_INNER,      /* moves inside the allocator: drain, zone_locked and others */
	TEXT_PAGE_DAMAGED,
	TEXT_PAGE_UNNUMBERED, /* of a binary recording of a kernel before 4.1: it holds no pfn */
};

struct text_page {
	enum text_page_kind kind;
	uint64_t pfn;
	unsigned int order;
	unsigned int migratetype; /* allocations only */
};

/* What the page event of this name (terminated) is. */
enum text_page_kind text_page_kind_of(const char *name);

/* Do the numbers make sense? Else kind becomes TEXT_PAGE_DAMAGED. */
void text_page_settle(struct text_page *page, uint64_t order, uint64_t migratetype);

/* Decodes a line for which text_line_decode said TEXT_LINE_PAGE. */
void text_page_decode(const char *line, const char *end, struct text_page *ret);

/*
 * The command in a line's context, without its PID; false where there is no context. A thread may
 * have given itself an empty name (prctl's PR_SET_NAME).
 */
bool text_task(const char *line, const char *end, const char **ret, size_t *ret_length);

#endif
