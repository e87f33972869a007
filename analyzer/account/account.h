/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accounts: what the allocations of each call site add up to.
 *
 * The result of the matching stage and the input of naming and of every report.
 * It knows call sites only as the text the trace printed; functions, objects and
 * directories come later (analyzer/attribute).
 *
 * Words (DESIGN.md): total = allocated bytes of all allocations ever made at the
 * site; current = allocated bytes still live; waste = current allocated - current
 * requested; alloc_count = allocations made; free_count = how many of *those
 * objects* were freed later, by anyone.
 */
#ifndef ANALYZER_ACCOUNT_ACCOUNT_H
#define ANALYZER_ACCOUNT_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/size_table.h"
#include "analyzer/account/timeline.h"

/* All counts and bytes are 64-bit and wrap as the trace's own would. */
struct site_account {
	uint64_t total_dynamic;	    /* allocated bytes, all allocations */
	uint64_t total_requested;   /* requested bytes, all allocations */
	uint64_t current_dynamic;   /* allocated bytes, live objects */
	uint64_t current_requested; /* requested bytes, live objects */
	uint64_t alloc_count;
	uint64_t free_count;
	uint64_t lost_free_count; /* objects retired because their pointer came back live */
};

/* Adds the figures of one site to those of another. */
void site_account_add(struct site_account *to, const struct site_account *what);

/*
 * What the whole trace added up to, before any branch filter.
 * `counted` allocations are those --malloc/--cache let through.
 */
struct match_totals {
	uint64_t alloc_count;	  /* counted allocations that returned an object */
	uint64_t free_count;	  /* free events of a pointer (NULL excluded) */
	uint64_t null_free_count; /* free events of NULL: nothing happened */
	uint64_t failed_count;	  /* counted allocations that returned NULL */
	uint64_t failed_bytes_requested;
	uint64_t unmatched_free_count;	 /* frees of a pointer not seen allocated */
	uint64_t lost_free_count;	 /* live objects retired by a new allocation */
	uint64_t lost_free_bytes;	 /* their allocated bytes */
	uint64_t unhashable_alloc_count; /* ptr=(____ptrval____): total only, never live */
	uint64_t unhashable_alloc_bytes;
	uint64_t unhashable_free_count;
	uint64_t live_count; /* objects live at the end */
	uint64_t current_dynamic;
	uint64_t current_requested;
	uint64_t peak_dynamic;	  /* largest current_dynamic at any event, exact */
	uint64_t peak_live_count; /* live objects at their largest number, exact */
};

/* One call site as the trace printed it, e.g. "alloc_inode+0x52/0xb0" or "c10b86a3". */
struct account_row {
	const char *site; /* NUL-terminated, owned by the account's site table */
	struct site_account figures;
	struct timeline_series series; /* empty without a timeline */
};

/* A call site together with one stack above it; only where stacks were asked for. */
struct account_stack {
	const char *site;	   /* the same pointer as the row's */
	const char *const *frames; /* innermost first, as printed; NULL if none was recorded */
	size_t frame_count;
	struct site_account figures;
	struct timeline_series series;
	uint32_t context; /* its id while matching */
};

struct account {
	struct account_row
		*rows; /* sorted by site text (strcmp): same bytes for any thread count */
	size_t row_count;
	/* by site, then frame by frame (strcmp); their figures add up to the rows' */
	struct account_stack *stacks;
	size_t stack_count;
	/* What is live, by size; only where sizes were asked for. Owner: index of the row. */
	struct size_row *sizes;
	size_t size_count;
	struct size_row *stack_sizes; /* owner: index of the stack */
	size_t stack_size_count;
	struct match_totals totals;
	const struct timeline *timeline; /* NULL: times were not kept */
};

#endif
