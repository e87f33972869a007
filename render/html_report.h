/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report that opens in a browser: one HTML file without any other, with rings and
 * icicle to look into, the call sites, the timeline, the verdict and the command line that
 * made it.
 * With chart.change it is the report of a change: growth and shrinkage to look into, and each
 * directory, object and call site before and after. Works from file://, with the keyboard alone,
 * printed, and, as a static picture, without scripts.
 *
 * Whatever comes from the input is data: JSON that the page's script shows as text, or
 * escaped text. The page's content-security policy allows its own script and style by
 * their hashes and nothing else, so that nothing is ever loaded or run beside them.
 *
 * Equal contents give equal bytes on one machine (the static picture depends on its
 * fonts, see ring_chart.h).
 */
#ifndef RENDER_HTML_REPORT_H
#define RENDER_HTML_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/memory_tree.h"
#include "analyzer/attribute/timeline_bands.h"
#include "analyzer/base/error.h"
#include "render/ring_chart.h"

/* All texts are borrowed, and may be any bytes. */
struct html_site {
	const char *caller;	      /* as in the account file */
	const char *place;	      /* "fs/inode.c:260", NULL if unknown */
	const char *directory;	      /* NULL if unknown */
	const struct tree_node *node; /* where it is in the tree, NULL if nowhere */
	uint64_t live, total;	      /* bytes */
	int64_t waste;
	uint64_t alloc_count, free_count;
};

struct html_finding {
	const char *severity; /* "note", "warning" or "error" */
	const char *text;
	const char *advice; /* NULL: none */
};

/* A row of the table of a change: what stayed the same is there too. */
struct html_change_row {
	const char *level;     /* "directory", "object", "call_site" */
	const char *name;      /* path, or the caller */
	const char *place;     /* path of where it is; NULL if unknown */
	const char *state;     /* "new", "gone", "grown", "shrunk", "same" */
	int64_t before, after; /* bytes */
};

struct html_report {
	const struct memory_tree *tree;
	struct chart_options chart; /* attribute, branch, kind, source and the static picture */
	const struct html_site *sites;
	size_t site_count;
	const struct html_change_row *rows; /* with chart.change, in the place of sites */
	size_t row_count;
	const struct timeline_bands *timeline; /* NULL: times are not known */
	const char *verdict;		       /* one sentence */
	const struct html_finding *findings;
	size_t finding_count;
	const char *command; /* the command line */
};

/* Does the name of a file ask for a report? */
bool html_report_is_named(const char *path);

/* The page, malloc'ed; the caller frees *ret_bytes. Errors as of ring_chart_render. */
int html_report_render(const struct html_report *report, unsigned char **ret_bytes,
		       size_t *ret_size, struct error *err);

#endif
