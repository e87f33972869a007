/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the figures of an analysis can be believed.
 *
 * Plain data: a list of findings, each with what it does to the figures and what to
 * do about it at the next recording, and one grade over all. Summary and JSON print
 * the same list.
 */
#ifndef ANALYZER_REPORT_VERDICT_H
#define ANALYZER_REPORT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/attribute/stack_blame.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "analyzer/input/member_kind.h"
#include "analyzer/input/trace_facts.h"

enum finding_severity {
	FINDING_NOTE,	 /* good to know; the figures stand */
	FINDING_WARNING, /* figures are off in a known direction, or names are missing */
	FINDING_ERROR,	 /* the figures, names or places are not to be relied on */
};

/* "note", "warning", "error" */
extern const char *const finding_severity_names[];

/* What a finding does to the figures; several may apply. */
enum finding_effect {
	EFFECT_TOTAL_LOW = 1,	 /* totals and counts are lower bounds */
	EFFECT_CURRENT_LOW = 2,	 /* live bytes may be too low */
	EFFECT_CURRENT_HIGH = 4, /* live bytes may be too high */
	EFFECT_STATIC_LOW = 8,	 /* static bytes are lower bounds */
	EFFECT_UNRELIABLE = 16,	 /* neither exact nor a bound worth the name */
};

struct finding {
	const char *id; /* stable, for programs: "events-lost" */
	enum finding_severity severity;
	unsigned int effects; /* of enum finding_effect */
	bool has_count;
	bool has_bytes;
	uint64_t count;
	uint64_t bytes;
	const char *text;   /* what was found and what it means for the figures */
	const char *advice; /* what to do at the next recording or run; NULL if nothing can be */
	uint64_t runs;	    /* of a merged analysis that have it; 0: it is one run's */
};

enum verdict_grade {
	VERDICT_EXACT,	    /* figures are exact for what the trace holds */
	VERDICT_BOUNDS,	    /* bounds or approximations: see verdict.sentence */
	VERDICT_UNRELIABLE, /* do not act on them */
};

/* "exact", "bounds", "unreliable" */
extern const char *const verdict_grade_names[];

/* The debug info of the kernel tree's vmlinux. */
struct debug_evidence {
	const char *problem; /* why there is none, else NULL */
	size_t damaged_unit_count;
	size_t missing_split_count;
	bool is_cut; /* damage hides an unknown number of units */
};

/* More modules of another build are not named. */
#define BUILD_MODULES_MAX 8

/* Build ids of what was traced, where they are known, beside those of the files used. */
struct build_evidence {
	const char *kernel; /* of vmlinux; NULL if it is the traced kernel's, or unknown */
	const char *traced_kernel;
	/* Call sites placed by files of modules that are of another build, and their live bytes. */
	uint64_t module_sites, module_bytes;
	const char *modules[BUILD_MODULES_MAX]; /* by name, in the order of their sites */
	size_t module_count;
	bool has_more_modules;
};

/* What the verdict is computed from. Whatever the run had no part of is NULL. */
struct verdict_evidence {
	const struct trace_facts *trace;   /* NULL: static analysis */
	const struct match_totals *totals; /* NULL together with trace */
	const struct attribution_facts *attribution;
	const struct kernel_tree_facts *kernel; /* NULL: no kernel tree given */
	const struct debug_evidence *debug;	/* NULL: no vmlinux, or nothing to look up in it */
	const struct build_evidence *builds;	/* NULL: nothing to compare */
	const struct wrapper_facts *wrappers;	/* NULL: callers were blamed already (--skip) */
	const struct stack_blame_facts *blame;	/* of --skip, NULL without */
	uint64_t left_out_count;		/* events outside the part of the trace asked for */
	const struct buffer_statistics *buffers; /* saved beside the trace; NULL: none */
	bool has_map;				 /* any symbol map was given or found */
};

#define VERDICT_CAPACITY 32

struct verdict {
	struct finding findings[VERDICT_CAPACITY]; /* gravest first */
	size_t count;
	enum verdict_grade grade;
	const char *sentence; /* the grade in words */
	struct arena arena;   /* of the texts */
};

int verdict_init(struct verdict *verdict, const struct verdict_evidence *evidence,
		 struct error *err);
/* Sets grade and sentence by the findings. NULL for the sentence: no memory. */
void verdict_conclude(struct verdict *verdict, bool has_trace);
void verdict_release(struct verdict *verdict);

/*
 * How many allocations are expected to receive a hash that another live object
 * already has. The kernel hashes pointers to 32 bits (ptr_to_id, lib/vsprintf.c): each
 * of alloc_count allocations meets each of the at most peak_live_count live objects
 * with probability 2^-32, so the expectation is at most alloc_count * peak_live_count
 * / 2^32.
 */
double verdict_expected_collisions(const struct match_totals *totals);

#endif
