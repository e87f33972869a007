/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyzer/report/fleet_internal.h"

/* What tells call sites apart: all but `site`, which under KASLR is an address of one run. */
static size_t site_texts(const struct call_site *site, const char *ret[9])
{
	size_t count = 0;

	ret[count++] = site->caller;
	ret[count++] = site->function;
	ret[count++] = site->module;
	ret[count++] = site->object;
	ret[count++] = site->directory;
	ret[count++] = site->frame_count ? site->frames[0].function : NULL;
	ret[count++] = site->file;
	ret[count++] = site->via;
	ret[count++] = site->seen_from;
	return count;
}

static size_t site_numbers(const struct call_site *site, uint64_t ret[8])
{
	size_t count = 0;

	ret[count++] = site->offset;
	ret[count++] = site->function_size;
	ret[count++] = site->line;
	ret[count++] = site->address;
	ret[count++] = site->has_address;
	ret[count++] = site->naming;
	ret[count++] = site->placing;
	ret[count++] = site->call;
	return count;
}

static uint64_t site_hash(const struct call_site *site, uint64_t seed)
{
	const char *texts[9];
	uint64_t numbers[8];
	size_t text_count = site_texts(site, texts);
	uint64_t hash =
		XXH3_64bits_withSeed(numbers, site_numbers(site, numbers) * sizeof(*numbers), seed);

	for (size_t i = 0; i < text_count; i++) {
		hash = texts[i] ? XXH3_64bits_withSeed(texts[i], strlen(texts[i]), hash)
				: hash * 31;
	}
	return hash;
}

static bool is_same_site(const struct call_site *a, const struct call_site *b)
{
	const char *texts[2][9];
	uint64_t numbers[2][8];
	size_t count = site_texts(a, texts[0]);

	site_texts(b, texts[1]);
	for (size_t i = 0; i < count; i++) {
		if (!fleet_same_text(texts[0][i], texts[1][i])) {
			return false;
		}
	}
	count = site_numbers(a, numbers[0]);
	site_numbers(b, numbers[1]);
	return memcmp(numbers[0], numbers[1], count * sizeof(numbers[0][0])) == 0;
}

static size_t slot_of(const struct fleet *fleet, const struct call_site *site)
{
	size_t mask = fleet->slot_count - 1;
	size_t slot = site_hash(site, fleet->sizes.seed) & mask;

	while (fleet->slots[slot] &&
	       !is_same_site(&fleet->sites[fleet->slots[slot] - 1].site, site)) {
		slot = (slot + 1) & mask;
	}
	return slot;
}

static bool sites_grow(struct fleet *fleet)
{
	size_t capacity = fleet->site_capacity ? 2 * fleet->site_capacity : 1024;
	struct fleet_site *sites = realloc(fleet->sites, capacity * sizeof(*sites));
	uint32_t *slots = calloc(2 * capacity, sizeof(*slots));

	fleet->sites = sites ? sites : fleet->sites;
	if (!sites || !slots || capacity > UINT32_MAX / 2) {
		free(slots);
		return false;
	}
	free(fleet->slots);
	fleet->site_capacity = capacity;
	fleet->slots = slots;
	fleet->slot_count = 2 * capacity;
	for (size_t i = 0; i < fleet->site_count; i++) {
		slots[slot_of(fleet, &fleet->sites[i].site)] = (uint32_t)i + 1;
	}
	return true;
}

/* Copies the texts into the fleet's arena. */
static bool site_own(struct fleet *fleet, struct call_site *site)
{
	const char **const texts[] = {&site->site,	&site->caller, &site->function,
				      &site->module,	&site->object, &site->directory,
				      &site->seen_from, &site->file,   &site->via};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!fleet_text_own(fleet, texts[i])) {
			return false;
		}
	}
	if (site->frame_count) {
		struct site_frame *frame = arena_calloc(&fleet->arena, sizeof(*frame));

		if (!frame) {
			return false;
		}
		frame->function = arena_strdup(&fleet->arena, site->frames[0].function);
		site->frames = frame;
		return frame->function != NULL;
	}
	return true;
}

/* *ret: the place of the fleet's site that is the same, made if it is new. */
static bool site_add(struct fleet *fleet, const struct call_site *what, uint32_t *ret)
{
	struct call_site *site;
	size_t slot;

	if (fleet->site_count == fleet->site_capacity && !sites_grow(fleet)) {
		return false;
	}
	slot = slot_of(fleet, what);
	if (!fleet->slots[slot]) {
		struct fleet_site *made = &fleet->sites[fleet->site_count];

		*made = (struct fleet_site){.site = *what};
		if (!site_own(fleet, &made->site)) {
			return false;
		}
		fleet->slots[slot] = (uint32_t)++fleet->site_count;
		*ret = (uint32_t)fleet->site_count - 1;
		return true;
	}
	*ret = fleet->slots[slot] - 1;
	site = &fleet->sites[*ret].site;
	site_account_add(&site->figures, &what->figures);
	if (strcmp(site->site, what->site) != 0) {
		site->site = site->caller;
	}
	return true;
}

/* The spreads of one run. */
static bool spreads_add(struct fleet *fleet, const struct fleet_file *file, const uint32_t *places)
{
	const struct fleet_run *run = &file->runs[0];

	for (size_t i = 0; i < file->saved.site_count; i++) {
		const struct site_account *figures = &file->saved.sites[i].figures;
		struct fleet_spread *spreads = fleet->sites[places[i]].spreads;

		if (!fleet_spread_add_value(&spreads[MEASURE_CURRENT],
					    (int64_t)figures->current_dynamic) ||
		    !fleet_spread_add_value(&spreads[MEASURE_WASTE], site_waste(figures))) {
			return false;
		}
	}
	return fleet_spread_add_value(&fleet->whole[MEASURE_CURRENT],
				      (int64_t)run->current_dynamic) &&
	       fleet_spread_add_value(&fleet->whole[MEASURE_WASTE], (int64_t)run->waste) &&
	       fleet_spread_add_value(&fleet->whole[MEASURE_PEAK], (int64_t)run->peak_dynamic);
}

int fleet_sites_add(struct fleet *fleet, struct fleet_file *file, struct error *err)
{
	const struct saved_analysis *saved = &file->saved;
	uint32_t *places = malloc((saved->site_count + 1) * sizeof(*places));
	bool good = places != NULL;
	int result = 0;

	for (size_t i = 0; good && i < saved->site_count; i++) {
		good = site_add(fleet, &saved->sites[i], &places[i]);
	}
	for (size_t i = 0; good && i < saved->record.size_count; i++) {
		struct size_row row = saved->sizes[i];

		row.owner = places[row.owner];
		good = size_table_add(&fleet->sizes, &row);
	}
	if (good && file->is_merged) {
		result = fleet_spreads_read(fleet, file, places, err);
	} else if (good) {
		good = spreads_add(fleet, file, places);
	}
	free(places);
	return good ? result : error_no_memory(err);
}
