/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_modules.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/map_match.h"
#include "analyzer/attribute/module_open.h"
#include "analyzer/attribute/site_debug.h"
#include "analyzer/attribute/site_init_text.h"
#include "analyzer/attribute/site_module_address.h"

/* More functions of one name in one module are not told apart. */
#define PLACES_MAX 8

/* Where in the file a site may be. */
struct module_place {
	uint32_t section;
	uint64_t offset; /* of the return address */
};

struct module_site {
	struct call_site *site;
	struct module_place places[PLACES_MAX];
	size_t place_count;
};

/* The sites of one module. */
struct module_batch {
	struct module_site *sites; /* by function */
	size_t count;
};

static int by_module(const void *a_pointer, const void *b_pointer)
{
	const struct module_site *a = a_pointer;
	const struct module_site *b = b_pointer;
	int order = strcmp(a->site->module, b->site->module);

	if (order == 0) {
		order = strcmp(a->site->function, b->site->function);
	}
	return order ? order : strcmp(a->site->site, b->site->site);
}

static bool place_fits(const struct call_site *site, const struct elf_symbol *symbol)
{
	return symbol->size > 0 && site->offset <= symbol->size &&
	       (site->function_size == 0 || symbol->size <= site->function_size);
}

static void place_add(struct module_site *found, const struct elf_symbol *symbol)
{
	struct module_place place = {symbol->section, symbol->value + found->site->offset};

	for (size_t i = 0; i < found->place_count; i++) {
		if (found->places[i].section == place.section &&
		    found->places[i].offset == place.offset) {
			return;
		}
	}
	if (found->place_count < PLACES_MAX) {
		found->places[found->place_count++] = place;
	}
}

static int symbol_match(const struct elf_symbol *symbol, void *context)
{
	struct module_batch *batch = context;
	size_t low = 0;
	size_t high = batch->count;

	if (!symbol->executable || symbol->section == 0 || symbol->type == STT_SECTION) {
		return 0;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(batch->sites[middle].site->function, symbol->name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	for (; low < batch->count; low++) {
		if (strcmp(batch->sites[low].site->function, symbol->name) != 0) {
			break;
		}
		if (place_fits(batch->sites[low].site, symbol)) {
			place_add(&batch->sites[low], symbol);
		}
	}
	return 0;
}

/* Is the file of another build than the module that was traced? */
static bool module_differs(const struct module_files *modules, const struct opened_module *module)
{
	const char *traced = module_files_build_id(modules, module->file->name);
	char given[ELF_BUILD_ID_SIZE];

	return traced && elf_object_build_id(module->elf, given, sizeof(given)) &&
	       build_ids_differ(traced, given);
}

/* The one place of a site, or -1. */
static long place_choose(const struct module_site *found, const struct debug_place *places)
{
	long chosen = -1;

	if (found->place_count <= 1) {
		return (long)found->place_count - 1;
	}
	for (size_t i = 0; places && i < found->place_count; i++) {
		if (places[i].is_call) {
			if (chosen >= 0) {
				return -1;
			}
			chosen = (long)i;
		}
	}
	return chosen;
}

static int site_apply(struct arena *arena, const struct opened_module *module, bool differs,
		      const struct module_site *found, const struct debug_place *places)
{
	struct call_site *site = found->site;
	long chosen = place_choose(found, places);

	if (chosen < 0) {
		return 0;
	}
	site->has_module_place = true;
	site->module_differs = differs;
	site->module_section = found->places[chosen].section;
	site->module_offset = found->places[chosen].offset;
	if (module->file->directory) {
		site->module_directory = arena_strdup(arena, module->file->directory);
		if (!site->module_directory) {
			return -1;
		}
	}
	return places ? site_debug_apply(arena, site, &places[chosen]) : 0;
}

static int batch_apply(const struct attribution_sources *sources, struct arena *arena,
		       const struct opened_module *module, const struct module_batch *batch)
{
	uint64_t *addresses = calloc(batch->count * PLACES_MAX + 1, sizeof(*addresses));
	struct debug_place *places = calloc(batch->count * PLACES_MAX + 1, sizeof(*places));
	const bool differs = module_differs(sources->modules, module);
	struct elfsyms_error why;
	size_t count = 0;
	int result = addresses && places ? 0 : -1;

	for (size_t i = 0; result == 0 && module->debug && i < batch->count; i++) {
		for (size_t j = 0; j < batch->sites[i].place_count; j++) {
			const struct module_place *place = &batch->sites[i].places[j];

			addresses[count++] =
				debug_info_section_base(module->debug, place->section) +
				place->offset - 1;
		}
	}
	if (result == 0 && count > 0) {
		result = debug_info_resolve(module->debug, addresses, count, sources->thread_count,
					    places, &why);
	}
	count = 0;
	for (size_t i = 0; result == 0 && i < batch->count; i++) {
		result = site_apply(arena, module, differs, &batch->sites[i],
				    module->debug ? &places[count] : NULL);
		count += batch->sites[i].place_count;
	}
	free(addresses);
	free(places);
	return result < 0 ? -1 : 0;
}

static bool batch_has_places(const struct module_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (batch->sites[i].place_count > 0) {
			return true;
		}
	}
	return false;
}

/* Tries the files of that name until one has functions of the sites. */
static int batch_resolve(const struct attribution_sources *sources, struct arena *arena,
			 struct module_batch *batch)
{
	struct debug_search search = attribution_debug_search(sources);
	size_t count;
	const struct module_file *files =
		module_files_find(sources->modules, batch->sites[0].site->module, &count);

	for (size_t i = 0; i < count; i++) {
		struct opened_module module;
		struct elfsyms_error why;
		int result = 0;
		bool found;

		if (module_open(&files[i], &search, &module, &why) < 0) {
			if (why.code == ELFSYMS_NO_MEMORY) {
				return -1;
			}
			continue;
		}
		elf_object_symbols(module.elf, symbol_match, batch, &why);
		found = batch_has_places(batch);
		if (found) {
			result = batch_apply(sources, arena, &module, batch);
		}
		module_close(&module);
		if (found || result < 0) {
			return result;
		}
	}
	return 0;
}

static int named_resolve(const struct attribution_sources *sources, struct arena *arena,
			 struct call_site *sites, size_t count)
{
	struct module_site *found = calloc(count + 1, sizeof(*found));
	size_t used = 0;
	size_t first = 0;
	int result = 0;

	if (!found) {
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (sites[i].module && sites[i].function) {
			found[used++].site = &sites[i];
		}
	}
	if (used > 0) {
		qsort(found, used, sizeof(*found), by_module);
	}
	while (first < used && result == 0) {
		struct module_batch batch = {&found[first], 1};

		while (first + batch.count < used && strcmp(found[first + batch.count].site->module,
							    found[first].site->module) == 0) {
			batch.count++;
		}
		result = batch_resolve(sources, arena, &batch);
		first += batch.count;
	}
	free(found);
	return result;
}

int site_modules_resolve(const struct attribution_sources *sources, bool trace_has_names,
			 struct arena *arena, struct call_site *sites, size_t count)
{
	if (!sources->modules) {
		return 0;
	}
	if (site_module_address_name(sources, trace_has_names, arena, sites, count) < 0 ||
	    named_resolve(sources, arena, sites, count) < 0) {
		return -1;
	}
	return site_init_text_guess(sources->modules, arena, sites, count);
}
