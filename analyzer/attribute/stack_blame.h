/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blame by stack: the first caller outside a list of functions (--skip).
 *
 * An allocation made on behalf of somebody else (a copied string, a formatted name,
 * an element of a pool) is counted at the helper's call site. With the stack of
 * each allocation recorded, the figures of a call site inside a listed function go to
 * the first frame above it that is not listed. The result is an account of its own,
 * whose rows are named by the frame:
 *
 *   "name+0xoff/0xsize"  the trace has options/sym-offset
 *   "name+?"             ftrace's usual " => name": the offset is not known
 *   "0xADDRESS"          an address nobody named
 *
 * Figures without a stack, and those of a stack that holds nothing but listed
 * functions, stay where they are and are counted.
 */
#ifndef ANALYZER_ATTRIBUTE_STACK_BLAME_H
#define ANALYZER_ATTRIBUTE_STACK_BLAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"

/*
 * Functions that allocate for their callers, in kernels from 2.6.31 to 7.x. Sorted.
 * Those that call a *_track_caller allocator are here too: kernels differ in which
 * ones do.
 */
extern const char *const stack_wrappers[];
extern const size_t stack_wrapper_count;

/* Is a function, without offset and compiler suffixes (.isra.0 ...), one of stack_wrappers? */
bool stack_is_wrapper(const char *function, size_t length);

/*
 * A function that jumped to `callee` instead of calling it, and so has no frame: the one the
 * call in front of return_address calls, if it is not callee itself. NULL where that cannot
 * be told. The result lives as long as the context.
 */
typedef const char *stack_tail_caller(const char *callee, uint64_t return_address, void *context);

/* Names of run-time addresses, which is all that binary recordings have. */
struct stack_names {
	const char *(*function_at)(uint64_t return_address, void *context); /* NULL: none */
	void *context;
};

struct stack_blame_request {
	struct stack_names names;
	const char *const *skip; /* functions, beside the kernel's own wrappers */
	size_t skip_count;
	stack_tail_caller *tail_caller; /* NULL: not asked */
	void *tail_context;
};

struct stack_blame_facts {
	uint64_t moved_bytes; /* current_dynamic that went to a caller */
	uint64_t moved_count; /* allocations */
	uint64_t kept_bytes;  /* inside a listed function, but without a stack to follow */
	uint64_t kept_count;
};

struct stack_blame {
	struct account account; /* rows and sizes by caller; totals and stacks as before */
	struct stack_blame_facts facts;
	struct arena arena; /* texts of rows that are new */
};

/* account must have been made with keep_stacks; it is borrowed for the life of the result. */
int stack_blame_init(struct stack_blame *blame, const struct account *account,
		     const struct stack_blame_request *request, struct error *err);
void stack_blame_release(struct stack_blame *blame);

/* What stands at the call sites of wrappers, and so hides who it is for. */
#define WRAPPERS_NAMED 4u

struct wrapper_share {
	const char *function; /* not NUL-terminated */
	size_t length;
	uint64_t bytes; /* current_dynamic */
};

struct wrapper_facts {
	uint64_t sites;
	uint64_t bytes;
	struct wrapper_share largest[WRAPPERS_NAMED]; /* by bytes, then name */
	size_t largest_count;
};

/* Weighs the wrappers among the rows of an account; the result points into its texts. */
void stack_wrappers_weigh(const struct account *account, const struct stack_names *names,
			  struct wrapper_facts *ret);

/*
 * The function a call site's or frame's text names: "name+0x1/0x2 [m]" -> "name", not
 * NUL-terminated; an address through names. NULL if nobody knows it.
 */
const char *stack_function(const struct stack_names *names, const char *text, size_t *ret_length);

/* Index of the frame that is the call site's own function; frame_count if none is. */
size_t stack_site_frame(const struct stack_names *names, const struct account_stack *stack);

#endif
