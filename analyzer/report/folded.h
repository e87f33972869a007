/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folded stacks (--folded): "outermost;...;innermost bytes" per line, the input of
 * flamegraph.pl and speedscope.
 *
 * The innermost function is the call site's: the tracer's and the allocator's own
 * frames below it are left out. Frames are functions without offsets; equal stacks
 * are one line; lines are sorted, so equal inputs give equal files. An allocation
 * without a stack is a line of its call site alone. Stacks of 0 bytes are left out.
 */
#ifndef ANALYZER_REPORT_FOLDED_H
#define ANALYZER_REPORT_FOLDED_H

#include <stdio.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/attribute/stack_blame.h"
#include "analyzer/base/error.h"

/*
 * account must have been made with keep_stacks. attribute: total_dynamic and waste as they are,
 * everything else is current_dynamic (stacks have no static bytes). Write errors stay in the
 * stream.
 */
int folded_write(FILE *out, const struct account *account, const struct stack_names *names,
		 enum memory_attribute attribute, struct error *err);

#endif
