/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_init_text.h"

#include "analyzer/attribute/site_text.h"

/*
 * How far behind a module its init text may be. Modules are placed one after the other,
 * first fit, with a free page between them; a busy system has gaps of a few dozen pages.
 */
#define INIT_TEXT_NEAR (UINT64_C(1) << 20)

/* The last module at or below the address, NULL if there is none. */
static const struct module_load *load_below(const struct module_files *modules, uint64_t address)
{
	size_t low = 0;
	size_t high = modules->load_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (modules->loads[middle].address <= address) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 ? &modules->loads[low - 1] : NULL;
}

int site_init_text_guess(const struct module_files *modules, struct arena *arena,
			 struct call_site *sites, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct module_load *load;
		struct site_text text;

		if (sites[i].naming != SITE_RAW) {
			continue;
		}
		site_text_parse(sites[i].site, &text);
		load = text.kind == SITE_TEXT_ADDRESS ? load_below(modules, text.address) : NULL;
		if (!load || text.address - load->address < load->size ||
		    text.address - load->address - load->size >= INIT_TEXT_NEAR) {
			continue;
		}
		sites[i].in_init_text = true;
		sites[i].module = arena_strdup(arena, load->name);
		if (!sites[i].module) {
			return -1;
		}
	}
	return 0;
}
