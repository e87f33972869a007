/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who really allocated: what the call in front of a call site leads to.
 *
 * A call site is a return address. It lies when the allocating function did not call
 * the allocator as its last deed but jumped to it: then the allocator returns to that
 * function's caller, and so does the trace. The call instruction tells:
 *
 *   an allocator's entry point	the site is right
 *   a function that calls or jumps to a *_track_caller allocator (kstrdup, kmemdup,
 *	also through kstrdup_const)	the kernel names the caller on purpose: the site is
 *				right, and allocates "via" that function
 *   a function that jumps to an entry point	that one allocated: it is to blame, and was
 *				only seen from the site
 *   a register or memory	cannot be told
 *
 * A function that does both could be either: it counts as "via", as blame then stays
 * where the trace put it. Chains of jumps are followed, from a module into vmlinux too.
 *
 * Cost: a few microseconds per call site; what damaged or hostile files may ask for is
 * bounded, and what lies beyond is undecidable.
 */
#ifndef ANALYZER_ATTRIBUTE_TAIL_CALL_H
#define ANALYZER_ATTRIBUTE_TAIL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/kernel_code.h"

struct allocating_call {
	enum site_call kind;
	const char *target; /* what is called, NULL if unknown; lives as long as the code */
	/* SITE_CALL_TAIL: the function that jumped, and the place behind its jump. */
	const struct code_function *allocating;
	struct code_spot jump; /* valid if there is just one such jump */
	const char *module;    /* of the function, NULL: vmlinux */
	bool has_jump;
};

/* Work left; shared by all questions of one run. */
struct tail_budget {
	uint64_t bytes;
};

void tail_budget_init(struct tail_budget *budget);

/* What the call that ends at spot leads to. */
void allocating_call_find(const struct kernel_code *code, const struct code_spot *spot,
			  struct tail_budget *budget, struct allocating_call *ret);

/* Where frames of a stack are looked up. */
struct tail_context {
	const struct kernel_code *code;
	bool has_slide;
	uint64_t slide; /* of vmlinux */
	struct tail_budget budget;
};

/*
 * The function without a frame between callee and the frame that returns to
 * return_address: called there, it jumped to callee. NULL if nothing is between them, or it
 * can't be told. The address is in vmlinux, or in the init text of a module: that is gone
 * when maps are read, but begins on a page, so that the offset in a file's .init.text is
 * known up to the page, and the call there has to lead to callee. context: a tail_context.
 */
const char *tail_caller_find(const char *callee, uint64_t return_address, void *context);

#endif
