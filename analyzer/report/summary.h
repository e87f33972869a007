/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The readable summary: what was read, what it adds up to, who holds most of it,
 * and how far to trust it. 80 columns, ASCII, the same bytes for the same input.
 */
#ifndef ANALYZER_REPORT_SUMMARY_H
#define ANALYZER_REPORT_SUMMARY_H

#include <stdbool.h>
#include <stdio.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "analyzer/input/trace_facts.h"
#include "analyzer/report/record.h"
#include "analyzer/report/site_group.h"
#include "analyzer/report/site_list.h"
#include "analyzer/report/verdict.h"

/* Everything is borrowed. */
struct summary {
	const char *trace_path; /* NULL: static analysis, all up to filter unused */
	const struct trace_facts *trace;
	const struct match_totals *totals;
	const struct attribution_facts *attribution;
	const struct site_list *sites;
	const struct site_order *order;
	const struct site_key *by; /* what the rows of sites are; NULL: call sites */
	const char *filter;	   /* "kmalloc" or "kmem_cache" family only; NULL: all */

	uint64_t run_count;		/* of a merged analysis; 0: one run */
	const struct run_measure *runs; /* DATABASE_MEASURES of them, where run_count isn't 0 */

	const struct kernel_record *kernel; /* NULL: none given */

	const struct tree_node *branch; /* root of a sealed tree, or the branch of -b */
	const char *branch_name;	/* NULL without -b */
	const struct verdict *verdict;
	bool color;
};

/* Fails only for want of memory; write errors stay in the stream. */
int summary_write(FILE *out, const struct summary *summary, struct error *err);

/* "== How far..." part alone: the grade, then each finding with its advice. */
void verdict_write(FILE *out, const struct verdict *verdict, bool color);

#endif
