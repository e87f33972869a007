/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of page_account.h: what its readers, of text and of binary recordings, feed.
 */
#ifndef ANALYZER_ACCOUNT_PAGE_EVENTS_H
#define ANALYZER_ACCOUNT_PAGE_EVENTS_H

#include <stdbool.h>

#include "analyzer/account/context_map.h"
#include "analyzer/account/page_account.h"
#include "analyzer/account/page_table.h"
#include "analyzer/input/event_sink.h"
#include "analyzer/input/site_table.h"
#include "analyzer/input/trace_input.h"

/* Allocations whose stack may still come, one per CPU; CPUs beyond share. */
#define PENDING_CPUS 1024u
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
	uint32_t cpu; /* text: of the last line with a context */
	struct page_totals totals;
	struct trace_facts facts;
	uint64_t unnumbered_count; /* page events without a frame number */
};

/* A page event of cpu, done by task; counts it. False: no memory, as the others. */
bool page_account_event(struct page_account *account, const struct text_page *page, uint32_t cpu,
			const char *task, size_t task_length);

/*
 * The next frame of the stack of the allocation that cpu did last, from the inside: the first one
 * that is not of the page allocator says whose it is.
 */
bool page_account_caller(struct page_account *account, uint32_t cpu, const char *name,
			 size_t length);

/* Does an allocation of cpu wait for its stack? */
bool page_account_waits(const struct page_account *account, uint32_t cpu);

/* Something else happened on cpu: a stack that comes is not the last allocation's. */
void page_account_pass(struct page_account *account, uint32_t cpu);

/* The readers; accept_bare: see text_line_options. */
int page_text_read(struct page_account *account, struct trace_input *input, bool accept_bare,
		   struct error *err);
int page_recording_read(struct page_account *account, const char *name, struct event_reader *reader,
			const struct page_request *request, struct error *err);

#endif
