/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What --skip and --folded make of the stacks of a trace: the account by caller, and
 * names for frames that are addresses.
 */
#ifndef ANALYZER_CLI_STACK_VIEWS_H
#define ANALYZER_CLI_STACK_VIEWS_H

#include <stdbool.h>

#include "analyzer/account/trace_account.h"
#include "analyzer/attribute/kernel_slide.h"
#include "analyzer/attribute/stack_blame.h"
#include "analyzer/attribute/tail_call.h"
#include "analyzer/base/error.h"
#include "analyzer/cli/kernel_maps.h"
#include "analyzer/cli/options.h"

struct stack_views {
	struct stack_names names; /* through the maps, which must outlive this */
	const struct kernel_maps *maps;
	struct tail_context tail; /* functions that jumped and have no frame */
	struct stack_blame blame; /* of --skip */
	bool is_blamed;
};

/* Do the options need the stacks of the trace? */
bool stack_views_wanted(const struct options *options);

/*
 * After the trace and the maps are read. ERROR_INPUT when stacks are wanted and the trace has
 * none.
 */
int stack_views_init(struct stack_views *views, const struct options *options,
		     const struct trace_account *trace, const struct kernel_maps *maps,
		     const struct kernel_slide *slide, struct error *err);
void stack_views_release(struct stack_views *views);

/* The account the reports show: by caller with --skip, else the trace's own. */
const struct account *stack_views_account(const struct stack_views *views,
					  const struct trace_account *trace);

#endif
