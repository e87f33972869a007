/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine code adds to call sites: how they allocate, who really did, and where
 * addresses of a module's init text were (tail_call.h, init_text.h). Between naming and
 * everything that builds on the function: debug info and placing.
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_CALLS_H
#define ANALYZER_ATTRIBUTE_SITE_CALLS_H

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/init_text.h"
#include "analyzer/attribute/site_naming.h"
#include "analyzer/base/arena.h"

struct site_caller {
	const struct kernel_code *code; /* NULL: none, nothing is added */
	const struct symbol_map *vmlinux;
	struct arena *arena; /* for the strings of call sites */
	struct init_text init;
	struct tail_budget budget;
};

/* Borrows all. 0, or -1 without memory. */
int site_caller_init(struct site_caller *caller, const struct account *account,
		     const struct attribution_sources *sources, struct arena *arena);
void site_caller_release(struct site_caller *caller);

/*
 * Fills call, via and seen_from of a named site. SITE_CALL_TAIL: moves function, offset,
 * module, address and tie to the function that allocated. An unnamed address that was in
 * init text gets its function and module; `caller` stays what the trace printed. 0, or -1
 * without memory.
 */
int site_call_apply(struct site_caller *caller, struct call_site *site, struct site_tie *tie);

#endif
