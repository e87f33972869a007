/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what the match groups of a pipeline have counted to one account: their figures are
 * added up by call site and by stack, ids become texts, rows are sorted. The groups'
 * number makes no difference.
 */
#ifndef ANALYZER_ACCOUNT_ACCOUNT_COLLECT_H
#define ANALYZER_ACCOUNT_ACCOUNT_COLLECT_H

#include <stdbool.h>

#include "analyzer/account/account.h"
#include "analyzer/account/pipeline.h"
#include "analyzer/account/timeline.h"
#include "analyzer/base/arena.h"
#include "analyzer/input/site_table.h"

/* Everything is borrowed and must outlive the account. */
struct account_collection {
	const struct site_table *sites;
	const struct site_table *frames; /* of stacks; NULL, like the next: no stacks were kept */
	const struct site_table *stacks; /* the ids of their frames, innermost first */
	bool keep_sizes;
	struct timeline *timeline; /* to fill; NULL: no times were kept */
	struct arena *arena;	   /* takes the frames of account.stacks, and the timeline */
};

/*
 * Fills *account, which is empty: its rows, stacks and sizes are the caller's to free, also
 * after false: no memory.
 */
bool account_collect(const struct account_collection *collection, struct pipeline_result *result,
		     struct account *account);

#endif
