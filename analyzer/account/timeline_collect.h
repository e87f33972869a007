/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The groups' parts of a timeline, added up by call site or by stack. */
#ifndef ANALYZER_ACCOUNT_TIMELINE_COLLECT_H
#define ANALYZER_ACCOUNT_TIMELINE_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/pipeline.h"

struct timeline_collect_request {
	const struct pipeline_result *result;
	const struct timeline *timeline;
	/* What the series that group has as number `local` belongs to: below key_count. */
	uint32_t (*key)(const struct match_group *group, uint32_t local, void *context);
	void *context;
	size_t key_count;
};

/* The key that is the call site's id, with stacks and without. */
uint32_t timeline_collect_site(const struct match_group *group, uint32_t local, void *context);

/* The series of every key, points and array in arena. NULL: no memory. */
struct timeline_series *timeline_collect(const struct timeline_collect_request *request,
					 struct arena *arena);

#endif
