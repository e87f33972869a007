/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/site_details.h"

#include <inttypes.h>
#include <string.h>

/* Room for a dozen candidates; the rest is only counted. */
#define LIST_SIZE 1024

static void ambiguous_tell(struct diagnostics *diagnostics, const struct call_site *site)
{
	char list[LIST_SIZE] = "";
	size_t shown = 0;

	for (; shown < site->candidate_count; shown++) {
		const struct site_candidate *candidate = &site->candidates[shown];
		size_t used = strlen(list);
		int length = snprintf(
			list + used, sizeof(list) - used, "%s%s (%" PRIx64 ")", shown ? ", " : "",
			candidate->file ? candidate->file : "source unknown", candidate->address);

		if (length < 0 || (size_t)length >= sizeof(list) - used) {
			list[used] = '\0';
			break;
		}
	}
	diagnostics_detail(diagnostics, "%s: may be in %s%s", site->site,
			   site->candidate_count ? list : "several objects of the tree",
			   shown < site->candidate_count ? " and others" : "");
}

static void init_text_tell(struct diagnostics *diagnostics, const struct call_site *site)
{
	if (site->function) {
		diagnostics_detail(diagnostics, "%s: %s+0x%" PRIx64 " in init text of module %s",
				   site->site, site->function, site->offset, site->module);
	} else {
		diagnostics_detail(diagnostics, "%s: probably in init text of module %s",
				   site->site, site->module);
	}
}

/* How a site allocates, where it isn't just a call of an allocator. */
static void call_tell(struct diagnostics *diagnostics, const struct call_site *site)
{
	switch (site->call) {
	case SITE_CALL_VIA:
		diagnostics_detail(diagnostics, "%s: allocates via %s", site->site, site->via);
		break;
	case SITE_CALL_TAIL:
		diagnostics_detail(diagnostics,
				   "%s: %s%s%s%s allocated; it jumped to the allocator (tail call, "
				   "seen from %s)",
				   site->site, site->function, site->module ? " [" : "",
				   site->module ? site->module : "", site->module ? "]" : "",
				   site->seen_from);
		break;
	case SITE_CALL_INDIRECT:
		diagnostics_detail(diagnostics, "%s: calls through a pointer", site->site);
		break;
	case SITE_CALL_UNDECIDABLE:
		diagnostics_detail(diagnostics,
				   "%s: who allocated is not decidable: it calls %s, in which no "
				   "allocator was found",
				   site->site, site->via ? site->via : "something unknown");
		break;
	case SITE_CALL_NONE:
		diagnostics_detail(diagnostics, "%s: no call stands in front of it", site->site);
		break;
	case SITE_CALL_UNKNOWN:
	case SITE_CALL_ALLOCATOR:
		break;
	}
}

void site_details_list(struct diagnostics *diagnostics, const struct call_site *sites, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (sites[i].naming == SITE_AMBIGUOUS) {
			ambiguous_tell(diagnostics, &sites[i]);
		}
		if (sites[i].unit_differs) {
			diagnostics_detail(diagnostics,
					   "%s: in %s by the object tree, in %s by debug info",
					   sites[i].site, sites[i].directory, sites[i].unit);
		}
		call_tell(diagnostics, &sites[i]);
		if (sites[i].in_init_text) {
			init_text_tell(diagnostics, &sites[i]);
		}
	}
}
