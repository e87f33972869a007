/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline as bands to stack: live bytes over time of the parts of a branch, or of call sites.
 *
 * Parts are the branch's children in the memory tree, as the innermost ring of the ring
 * chart has them; where nothing is placed in a tree, or where the sites given are groups
 * (--by), each of them is a band. Bands stand by the most they ever held, then by name; those
 * beyond the limit are one band more, at the end.
 */
#ifndef ANALYZER_ATTRIBUTE_TIMELINE_BANDS_H
#define ANALYZER_ATTRIBUTE_TIMELINE_BANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/timeline.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"

struct timeline_band {
	const char *name;		/* "fs"; NULL for what was gathered */
	const struct tree_node *node;	/* the part; NULL for call sites and what was gathered */
	const char *directory;		/* of a call site; NULL if unknown */
	size_t gathered;		/* how many parts the last band stands for; else 0 */
	uint64_t most;			/* live bytes at the end of a bucket, at their most */
	uint64_t end;			/* at the end */
	const uint64_t *live;		/* at the end of each bucket; never below 0 */
	struct timeline_series changes; /* the same as the series of a site */
};

struct timeline_bands {
	const struct timeline *timeline;
	const struct tree_node *branch; /* whose parts they are */
	bool is_by_site;
	struct timeline_band *bands;
	size_t count;
	/*
	 * Of the branch: the whole is the timeline's own. Below it only what buckets end with is
	 * known, and the peak is the largest of these.
	 */
	bool is_whole;
	uint64_t peak_bytes;
	uint64_t peak_time;
	uint64_t end_bytes;
	const uint64_t *highest; /* of each bucket */
	struct arena arena;
};

struct timeline_bands_request {
	const struct timeline *timeline;
	const struct tree_node *branch;	      /* of a sealed tree */
	const struct call_site *const *sites; /* below branch */
	size_t site_count;
	bool are_groups; /* sites are groups of sites: each is a band */
	size_t limit;	 /* bands, at least 1; without what was gathered */
};

/* Names are borrowed. Fails only without memory; then nothing is left to release. */
int timeline_bands_init(const struct timeline_bands_request *request, struct timeline_bands *ret,
			struct error *err);
void timeline_bands_release(struct timeline_bands *bands);

#endif
