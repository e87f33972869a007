/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Budgets: what a directory, object or function may have at most.
 *
 *   fs/ext4:current_dynamic=2M     absolute, with K, M or G (1024, 1024^2, 1024^3)
 *   net:static=+2%                 at most 2 % more than the baseline
 *   alloc_inode:total_dynamic=+64K at most 64 KiB more than the baseline
 *
 * The place is a path of the memory tree with all below it ("." is everything), or, if there
 * is none of that name, a function: all call sites in it. A place that does not exist is
 * an error, never a pass. In a baseline that lacks the place, it had 0. A budget file has one
 * per line; blank lines and lines that begin with '#' are passed over.
 */
#ifndef ANALYZER_REPORT_BUDGET_H
#define ANALYZER_REPORT_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "analyzer/report/record.h"

enum budget_kind { BUDGET_ABSOLUTE, BUDGET_MORE, BUDGET_PERCENT };

struct budget {
	const char *text;   /* as written */
	const char *origin; /* "--max" or "FILE:LINE" */
	const char *place;
	enum memory_attribute attribute;
	enum budget_kind kind;
	uint64_t amount; /* bytes; of a percentage its hundredths */

	/* Filled by budgets_check. */
	uint64_t value;
	uint64_t limit;	   /* bytes */
	uint64_t baseline; /* what limit was computed from; 0 for absolute ones */
	bool is_breached;
	const char *message; /* one line: what it is, what it may be, and who has most of it */
};

struct budgets {
	struct budget *items;
	size_t count, capacity;
	bool is_unreliable;  /* the verdict allows no check to pass */
	const char *problem; /* then one line that says why */
	struct arena arena;
};

/* An all-zero struct budgets is empty. */
void budgets_release(struct budgets *budgets);

/* ERROR_USAGE with origin and what is wrong with text. */
int budget_add(struct budgets *budgets, const char *text, const char *origin, struct error *err);
/* ERROR_INPUT if path cannot be read. */
int budgets_read(struct budgets *budgets, const char *path, struct error *err);

/* Does any of them need a baseline? */
bool budgets_relative(const struct budgets *budgets);

/*
 * Checks all; baseline is NULL if none is relative. Figures the verdict calls unreliable, of the
 * analysis or of the baseline, set is_unreliable unless allowed. ERROR_USAGE for a place
 * that does not exist, or an attribute that is not known of it.
 */
int budgets_check(struct budgets *budgets, const struct analysis_record *record,
		  const struct analysis_record *baseline, bool allow_unreliable, struct error *err);

/* How many are breached, and one more if the figures are unreliable. */
size_t budgets_failed(const struct budgets *budgets);

/* JUnit XML: a test case per budget, a failure in each that is breached. */
void budgets_junit_write(FILE *out, const struct budgets *budgets);
/* Workflow commands of GitHub Actions: "::error title=...::..." per breach. */
void budgets_github_write(FILE *out, const struct budgets *budgets);

#endif
