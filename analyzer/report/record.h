/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One finished analysis as plain records: all that any report prints.
 *
 * A run fills it from the trace and the kernel tree, a saved analysis from its database
 * (database.h); no report can tell which. Everything is borrowed.
 */
#ifndef ANALYZER_REPORT_RECORD_H
#define ANALYZER_REPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/account/account.h"
#include "analyzer/account/trace_account.h"
#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/input/trace_facts.h"
#include "analyzer/report/site_list.h"
#include "analyzer/report/verdict.h"

/* The kernel tree an analysis was made with. */
struct kernel_record {
	const char *path; /* as given with -k */
	struct kernel_tree_facts facts;
	struct elf_sizes built_in; /* sums over the objects of vmlinux and of the modules */
	struct elf_sizes modules;
	struct elf_sizes vmlinux; /* what size(1) says of it; valid if has_vmlinux */
	bool has_vmlinux;
	char build_id[65]; /* of vmlinux, hexadecimal; "" if unknown */
	char banner[256];  /* "Linux version ..."; "" if unknown */
};

/* What trace an analysis is of, and what of it counts. Texts as given; NULL: not given, unknown. */
struct trace_record {
	const char *digest; /* trace_digest.h; only where the analysis is saved */
	uint32_t page_size; /* of the recorded kernel, 0 if the trace does not tell */
	const char *from;
	const char *to;
	const char *cpu;
	const char *task;
	const char *pid;
	const char *skip;
};

/* What of a run does not add up; the first two also of a call site. */
enum database_measure {
	MEASURE_CURRENT, /* current_dynamic */
	MEASURE_WASTE,
	DATABASE_SITE_MEASURES,
	MEASURE_PEAK = DATABASE_SITE_MEASURES, /* peak_dynamic */
	DATABASE_MEASURES,
};

/*
 * A measure of the runs of a merged analysis, each run as a whole (fleet.h). Where the median lies
 * is known to a power of two: between the lower of the two middle runs at least and the higher at
 * most. runs 0: not known.
 */
struct run_measure {
	struct run_spread spread;
	int64_t median_from;
	int64_t median_to;
};

struct analysis_record {
	const char *trace_path; /* as given with -f; NULL: static analysis, like the next two */
	const struct trace_facts *trace;
	const struct match_totals *totals;
	enum allocation_filter filter;
	struct trace_record source;

	const struct kernel_record *kernel; /* NULL: none given */
	bool has_map;			    /* any symbol map was given or found */
	const struct attribution_facts *attribution;

	const struct call_site *sites; /* all of them, sorted by `site` */
	size_t site_count;
	/* What is live, by size; only where the analysis is saved. Owner: index in sites. */
	const struct size_row *sizes;
	size_t size_count;
	/* Of a merged analysis, whose other figures are sums: how many runs, and what they were
	 * like (of call sites: their runs). 0: one run. */
	uint64_t run_count;
	struct run_measure whole[DATABASE_MEASURES];
	const struct memory_tree *tree; /* sealed; the sites point into it */
	const struct verdict *verdict;
	const struct timeline *timeline; /* NULL: not recorded; the sites then have no series */
};

/* A record with what -b and -o chose of it. */
struct report_view {
	const struct analysis_record *record;
	const struct tree_node *branch; /* the root without -b */
	const char *branch_name;	/* NULL without -b */
	const struct site_list *sites;	/* below branch */
	const struct site_order *order;
};

/* "kmalloc" or "kmem_cache" family only in words; NULL: all allocations count. */
const char *allocation_filter_text(enum allocation_filter filter);

#endif
