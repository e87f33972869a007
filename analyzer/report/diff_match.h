/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which call site of one analysis is which of another (diff.h). Private to analyzer/report.
 */
#ifndef ANALYZER_REPORT_DIFF_MATCH_H
#define ANALYZER_REPORT_DIFF_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/attribute/call_site.h"
#include "analyzer/report/site_list.h"

/* Either may be NULL, not both. */
struct site_pair {
	const struct call_site *before;
	const struct call_site *after;
};

struct site_pairs {
	struct site_pair *pairs;
	size_t count;
};

/* Pairs every site of both lists once. Returns 0, or -1 without memory. */
int site_pairs_init(struct site_pairs *pairs, const struct site_list *before,
		    const struct site_list *after, bool by_object);
void site_pairs_release(struct site_pairs *pairs);

#endif
