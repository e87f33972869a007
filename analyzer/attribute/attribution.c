/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/attribution.h"

#include <stdlib.h>

#include "analyzer/attribute/site_calls.h"
#include "analyzer/attribute/site_debug.h"
#include "analyzer/attribute/site_modules.h"
#include "analyzer/attribute/site_naming.h"
#include "analyzer/attribute/site_placing.h"
#include "analyzer/attribute/site_text.h"

struct attribution {
	struct arena arena; /* the strings of the call sites */
	struct call_site *sites;
	size_t site_count;
	struct attribution_facts facts;
};

struct debug_search attribution_debug_search(const struct attribution_sources *sources)
{
	return (struct debug_search){
		.directory = sources->debug_dir,
		.source_root = sources->debug ? debug_info_source_root(sources->debug) : NULL,
	};
}

/* Does the trace print names at all, where the kernel has them? */
static bool account_has_names(const struct account *account)
{
	for (size_t i = 0; i < account->row_count; i++) {
		struct site_text text;

		site_text_parse(account->rows[i].site, &text);
		if (text.kind == SITE_TEXT_SYMBOL) {
			return true;
		}
	}
	return false;
}

static void fact_add(uint64_t *sites, uint64_t *bytes, const struct call_site *site)
{
	*sites += 1;
	*bytes += site->figures.current_dynamic;
}

static void call_fact_add(struct attribution_facts *facts, const struct call_site *site)
{
	switch (site->call) {
	case SITE_CALL_UNKNOWN:
		break;
	case SITE_CALL_ALLOCATOR:
		fact_add(&facts->direct_sites, &facts->direct_bytes, site);
		break;
	case SITE_CALL_VIA:
		fact_add(&facts->via_sites, &facts->via_bytes, site);
		break;
	case SITE_CALL_TAIL:
		fact_add(&facts->tail_sites, &facts->tail_bytes, site);
		break;
	case SITE_CALL_INDIRECT:
		fact_add(&facts->indirect_sites, &facts->indirect_bytes, site);
		break;
	case SITE_CALL_UNDECIDABLE:
		fact_add(&facts->undecidable_sites, &facts->undecidable_bytes, site);
		break;
	case SITE_CALL_NONE:
		fact_add(&facts->no_call_sites, &facts->no_call_bytes, site);
		break;
	}
}

static bool slide_is_known(const struct attribution_sources *sources)
{
	if (sources->slide) {
		return sources->slide->origin != SLIDE_ASSUMED;
	}
	return sources->kallsyms != NULL;
}

static void facts_add(struct attribution_facts *facts, const struct call_site *site,
		      const struct site_tie *tie, const struct attribution_sources *sources)
{
	switch (site->naming) {
	case SITE_NAMED:
		break;
	case SITE_AMBIGUOUS:
		fact_add(&facts->ambiguous_sites, &facts->ambiguous_bytes, site);
		break;
	case SITE_UNKNOWN_SYMBOL:
		fact_add(&facts->unknown_sites, &facts->unknown_bytes, site);
		break;
	case SITE_SIZE_MISMATCH:
		fact_add(&facts->mismatch_sites, &facts->mismatch_bytes, site);
		break;
	case SITE_RAW:
		fact_add(&facts->unnamed_sites, &facts->unnamed_bytes, site);
		break;
	}
	if (site->placing == SITE_UNPLACED) {
		fact_add(&facts->unplaced_sites, &facts->unplaced_bytes, site);
	} else if (site->placing == SITE_IN_MODULE) {
		fact_add(&facts->module_sites, &facts->module_bytes, site);
	}
	if (site->frame_count > 0) {
		fact_add(&facts->debug_sites, &facts->debug_bytes, site);
	}
	if (site->unit_differs) {
		fact_add(&facts->differing_sites, &facts->differing_bytes, site);
	}
	if (site->in_init_text) {
		fact_add(&facts->init_text_sites, &facts->init_text_bytes, site);
	}
	if (tie->evidence == EVIDENCE_TEXT && tie->checked) {
		facts->checked_sites++;
	}
	if (tie->evidence == EVIDENCE_LINK_TIME_MAP && !slide_is_known(sources)) {
		fact_add(&facts->link_address_sites, &facts->link_address_bytes, site);
	}
	call_fact_add(facts, site);
	if (tie->is_sought) {
		facts->sought_sites++;
		facts->misfit_sites +=
			site->naming == SITE_SIZE_MISMATCH || site->naming == SITE_UNKNOWN_SYMBOL;
	}
}

static void slide_facts_set(struct attribution_facts *facts, const struct kernel_slide *slide)
{
	facts->slide_origin = slide->origin;
	facts->slide = slide->slide;
	facts->slide_sites = slide->site_count;
	facts->slide_hits = slide->hit_count;
	facts->slide_runner_up = slide->runner_up_count;
}

/* Sites named together, so that debug info is read once for all of them, and in parallel. */
#define CHUNK_SITES 4096

struct attributor {
	struct attribution *attribution;
	const struct account *account;
	const struct attribution_sources *sources;
	struct site_namer namer;
	struct site_caller caller;
	struct site_placer placer;
	struct site_tie *ties; /* CHUNK_SITES, or as many as there are sites */
};

static int chunk_name(struct attributor *attributor, size_t first, size_t count)
{
	struct attribution *attribution = attributor->attribution;

	for (size_t i = 0; i < count; i++) {
		struct call_site *site = &attribution->sites[first + i];
		const struct account_row *row = &attributor->account->rows[first + i];

		site->figures = row->figures;
		site->series = row->series;
		site->site = arena_strdup(&attribution->arena, row->site);
		if (!site->site || site_name(&attributor->namer, site, &attributor->ties[i]) < 0 ||
		    site_call_apply(&attributor->caller, site, &attributor->ties[i]) < 0) {
			return -1;
		}
	}
	return 0;
}

static int chunk_attribute(struct attributor *attributor, size_t first, size_t count)
{
	struct attribution *attribution = attributor->attribution;
	struct call_site *sites = attribution->sites + first;

	if (chunk_name(attributor, first, count) < 0 ||
	    site_debug_kernel(&attributor->namer, sites, attributor->ties, count) < 0 ||
	    site_modules_resolve(attributor->sources, attributor->namer.trace_has_names,
				 &attribution->arena, sites, count) < 0) {
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		const struct site_tie *tie = &attributor->ties[i];

		if (site_place(&attributor->placer, &sites[i], tie) < 0 ||
		    site_debug_settle(&attribution->arena, &sites[i]) < 0) {
			return -1;
		}
		facts_add(&attribution->facts, &sites[i], tie, attributor->sources);
	}
	return 0;
}

/* Names and places every site; -1 without memory. */
static int sites_attribute(struct attribution *attribution, const struct account *account,
			   const struct attribution_sources *sources)
{
	size_t chunk = account->row_count < CHUNK_SITES ? account->row_count : CHUNK_SITES;
	struct attributor attributor = {
		.attribution = attribution,
		.account = account,
		.sources = sources,
		.ties = calloc(chunk + 1, sizeof(*attributor.ties)),
	};
	int result;

	if (!attributor.ties) {
		return -1;
	}
	site_namer_init(&attributor.namer, sources, &attribution->arena,
			account_has_names(account));
	result = site_caller_init(&attributor.caller, account, sources, &attribution->arena);
	if (result == 0) {
		result = site_placer_init(&attributor.placer, sources, &attribution->arena);
	}
	for (size_t i = 0; i < account->row_count && result == 0; i += chunk) {
		size_t left = account->row_count - i;

		result = chunk_attribute(&attributor, i, left < chunk ? left : chunk);
	}
	for (size_t i = 0; i < chunk; i++) {
		site_tie_release(&attributor.ties[i]);
	}
	free(attributor.ties);
	site_placer_release(&attributor.placer);
	site_caller_release(&attributor.caller);
	site_namer_release(&attributor.namer);
	return result;
}

int attribution_run(const struct account *account, const struct attribution_sources *sources,
		    struct attribution **ret, struct error *err)
{
	struct attribution *attribution = calloc(1, sizeof(*attribution));

	if (!attribution) {
		return error_no_memory(err);
	}
	arena_init(&attribution->arena);
	if (sources->slide) {
		slide_facts_set(&attribution->facts, sources->slide);
	}
	attribution->site_count = account->row_count;
	attribution->sites = calloc(account->row_count + 1, sizeof(*attribution->sites));
	if (!attribution->sites || sites_attribute(attribution, account, sources) < 0) {
		attribution_free(attribution);
		return error_no_memory(err);
	}
	*ret = attribution;
	return 0;
}

void attribution_free(struct attribution *attribution)
{
	if (!attribution) {
		return;
	}
	free(attribution->sites);
	arena_release(&attribution->arena);
	free(attribution);
}

struct call_site *attribution_sites(struct attribution *attribution, size_t *count)
{
	*count = attribution->site_count;
	return attribution->sites;
}

const struct attribution_facts *attribution_facts(const struct attribution *attribution)
{
	return &attribution->facts;
}
