/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two analyses side by side: what each directory, object and call site had before and
 * has after.
 *
 * Directories and objects are matched by path. A directory has what stands in itself,
 * its subdirectories left out, so that rows add up. Call sites are matched by function and
 * position in it, never by address: a rebuild moves every address. The function is that
 * of its module and, where both analyses know objects, of its object. Where it has the
 * same size in both it is the same code, and offsets match exactly. Otherwise its sites
 * are paired in order; where one side has more of them, such that the offsets of pairs
 * differ least. A site without a function matches the same text.
 *
 * Only what both analyses know is compared: static bytes if both had a kernel tree,
 * dynamic ones if both had a trace.
 */
#ifndef ANALYZER_REPORT_DIFF_H
#define ANALYZER_REPORT_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "analyzer/report/record.h"

enum diff_value {
	DIFF_STATIC,
	DIFF_CURRENT, /* current_dynamic */
	DIFF_WASTE,
	DIFF_TOTAL, /* total_dynamic */
	DIFF_ALLOCS,
	DIFF_FREES,
	DIFF_VALUES,
};

/* As in JSON and CSV. */
extern const char *const diff_value_names[DIFF_VALUES];

enum diff_level { DIFF_DIRECTORIES, DIFF_OBJECTS, DIFF_SITES, DIFF_LEVELS };
/* "directory", "object", "call_site" */
extern const char *const diff_level_names[DIFF_LEVELS];

enum diff_state { DIFF_NEW, DIFF_GONE, DIFF_GROWN, DIFF_SHRUNK, DIFF_SAME };
/* "new", "gone", "grown", "shrunk", "same" */
extern const char *const diff_state_names[];

/* Bytes as 64-bit two's complement: a difference is exact whatever the trace claims. */
struct diff_figures {
	int64_t values[DIFF_VALUES];
};

struct diff_row {
	const char *name;	      /* path; of a call site its caller, after if it is there */
	const char *name_before;      /* of a call site that is called otherwise now, else NULL */
	const char *directory;	      /* of a call site, else NULL */
	const struct tree_node *node; /* in the tree after if it is there, else before; or NULL */
	bool in_before, in_after;
	enum diff_state state; /* by the value of the diff */
	struct diff_figures before, after;
};

struct diff {
	bool has_static, has_dynamic;
	enum diff_value value;		   /* by whose difference rows are sorted */
	struct diff_figures before, after; /* below the branches */
	struct {
		struct diff_row *rows; /* largest difference first, equal ones by name */
		size_t count;
	} levels[DIFF_LEVELS];
	struct arena arena; /* the names of directories and objects */
};

/*
 * Compares what the views show. value: DIFF_VALUES for the default, live bytes or else static
 * ones. ERROR_USAGE when the two have nothing to compare, count different allocations, or do not
 * both have the value. The call sites' strings are borrowed from the views.
 */
int diff_init(struct diff *diff, const struct report_view *before, const struct report_view *after,
	      enum diff_value value, struct error *err);
void diff_release(struct diff *diff);

static inline int64_t diff_delta(const struct diff_row *row, enum diff_value value)
{
	return (int64_t)((uint64_t)row->after.values[value] - (uint64_t)row->before.values[value]);
}

/* Is the value one that both sides know? */
bool diff_has(const struct diff *diff, enum diff_value value);

/* What the sum over everything grew by. */
int64_t diff_growth(const struct diff *diff);

#endif
