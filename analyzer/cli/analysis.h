/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One analysis: the stages in a row, from the kernel tree and the trace to the call
 * sites, the memory tree and the verdict that the outputs show.
 */
#ifndef ANALYZER_CLI_ANALYSIS_H
#define ANALYZER_CLI_ANALYSIS_H

#include <stdbool.h>

#include "analyzer/account/trace_account.h"
#include "analyzer/attribute/attribution.h"
#include "analyzer/base/error.h"
#include "analyzer/cli/budget_checks.h"
#include "analyzer/cli/diagnostics.h"
#include "analyzer/cli/kernel_maps.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/stack_views.h"
#include "analyzer/report/database.h"
#include "analyzer/report/record.h"
#include "analyzer/report/site_group.h"
#include "analyzer/report/verdict.h"

struct analysis {
	bool is_saved; /* loaded: only saved and what follows the verdict are used */
	struct saved_analysis saved;
	struct kernel_tree *kernel;  /* NULL: none given */
	struct trace_account *trace; /* NULL: static analysis */
	struct kernel_maps maps;
	struct kernel_slide slide;
	struct stack_views stacks;
	struct attribution *attribution;
	struct memory_tree tree;	/* sealed */
	const struct tree_node *branch; /* what -b names, else the root */
	struct site_list sites;		/* below branch, in the order of -o; with --by the groups */
	struct site_groups groups;	/* of --by */
	struct verdict verdict;
	struct budget_checks checks;
	struct kernel_record kernel_record;
	struct analysis_record record; /* of the above; what the outputs are made of */
	struct report_view view;       /* of the record */
};

/*
 * Loads the saved analysis of --db-file, if there is one, and notes in options what it was made
 * of. Before options_complete: what it holds decides what can be asked for.
 */
int analysis_load(struct options *options, struct analysis *analysis, struct error *err);

/*
 * Runs every stage that is not saved; ret is all zero or loaded. ERROR_INPUT: a trace, kernel tree
 * or map that cannot be used; ERROR_USAGE: a branch that does not exist. On error nothing is left
 * to release.
 */
int analysis_run(const struct options *options, struct diagnostics *diagnostics,
		 struct analysis *ret, struct error *err);
void analysis_release(struct analysis *analysis);

/*
 * The same analysis of one branch alone, as -b would give it; borrows everything but the call
 * sites it lists. On error nothing is left to release.
 */
int analysis_part_init(struct analysis *part, const struct options *options,
		       const struct analysis *whole, const struct tree_node *branch,
		       struct error *err);
void analysis_part_release(struct analysis *part);

#endif
