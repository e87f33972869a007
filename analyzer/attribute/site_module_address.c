/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_module_address.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/module_open.h"
#include "analyzer/attribute/site_text.h"

/* Where a module's address leads. */
struct module_function {
	uint64_t offset; /* in: of the return address from the module's start */
	struct arena *arena;
	const char *name; /* out; NULL: none found */
	uint64_t start;	  /* of the function, like offset */
	uint64_t size;
	bool no_memory;
	const uint64_t *bases; /* of sections, UINT64_MAX: not loaded as code */
	size_t base_count;
};

/* Enough for any module; those of -ffunction-sections kernels have a few hundred. */
#define SECTIONS_MAX 4096

/* Fills bases; false if the file doesn't tell. */
static bool code_lay_out(struct elf_object *elf, uint64_t *bases, size_t *ret_count)
{
	struct elf_section section;
	uint64_t end = 0;
	size_t index = 0;

	for (; index < SECTIONS_MAX && elf_object_section(elf, index, &section); index++) {
		uint64_t alignment = section.alignment ? section.alignment : 1;

		bases[index] = UINT64_MAX;
		if (strncmp(section.name, ".plt", 4) == 0) {
			return false;
		}
		if (!section.executable || strncmp(section.name, ".init", 5) == 0) {
			continue;
		}
		if (end > UINT32_MAX || alignment > UINT32_MAX || section.size > UINT32_MAX) {
			return false;
		}
		end = (end + alignment - 1) / alignment * alignment;
		bases[index] = end;
		end += section.size;
	}
	*ret_count = index;
	return end > 0;
}

static int symbol_look(const struct elf_symbol *symbol, void *context)
{
	struct module_function *wanted = context;
	uint64_t start;

	if (symbol->type != STT_FUNC || symbol->section >= wanted->base_count ||
	    wanted->bases[symbol->section] == UINT64_MAX) {
		return 0;
	}
	start = wanted->bases[symbol->section] + symbol->value;
	/* The return address is behind the call: it may be the end, but not the start. */
	if (wanted->offset <= start || wanted->offset - start > symbol->size) {
		return 0;
	}
	/* "cleanup_module" is every module's alias of its exit function. */
	if (wanted->name && strcmp(symbol->name, "cleanup_module") == 0) {
		return 0;
	}
	wanted->name = arena_strndup(wanted->arena, symbol->name, symbol->name_length);
	wanted->start = start;
	wanted->size = symbol->size;
	wanted->no_memory = !wanted->name;
	return wanted->no_memory;
}

/* The module looked into last: sites come in the order of their addresses, nearly. */
struct module_cache {
	const struct module_load *load; /* NULL: none yet */
	struct opened_module opened;
	uint64_t *bases;   /* SECTIONS_MAX */
	size_t base_count; /* 0: there is no file, or it doesn't tell */
};

static void cache_drop(struct module_cache *cache)
{
	if (cache->load) {
		module_close(&cache->opened);
	}
	cache->load = NULL;
	cache->base_count = 0;
}

static int cache_fill(struct module_cache *cache, const struct module_files *modules,
		      const struct module_load *load)
{
	static const struct debug_search nowhere = {.only_directory = true};
	const struct module_file *file;
	struct elfsyms_error why;
	size_t count;

	cache_drop(cache);
	cache->opened = (struct opened_module){.fd = -1};
	cache->load = load;
	file = module_files_find(modules, load->name, &count);
	if (!file) {
		return 0;
	}
	if (module_open(file, &nowhere, &cache->opened, &why) < 0) {
		return why.code == ELFSYMS_NO_MEMORY ? -1 : 0;
	}
	if (!cache->bases) {
		cache->bases = calloc(SECTIONS_MAX, sizeof(*cache->bases));
	}
	if (!cache->bases) {
		return -1;
	}
	if (!code_lay_out(cache->opened.elf, cache->bases, &cache->base_count)) {
		cache->base_count = 0;
	}
	return 0;
}

/* The last module loaded at or below the address, NULL if there is none. */
static const struct module_load *load_below(const struct module_files *modules, uint64_t address)
{
	const struct module_load *found = NULL;

	for (size_t i = 0; i < modules->load_count && modules->loads[i].address <= address; i++) {
		found = &modules->loads[i];
	}
	return found;
}

static int site_apply(struct arena *arena, const struct module_load *load,
		      const struct module_function *found, struct call_site *site)
{
	site->function = found->name;
	site->offset = found->offset - found->start;
	site->function_size = found->size;
	site->naming = SITE_NAMED;
	site->module = arena_strdup(arena, load->name);
	site->caller = arena_printf(arena, "%s+0x%" PRIx64 " [%s]", site->function, site->offset,
				    load->name);
	return site->module && site->caller ? 0 : -1;
}

/* The address of a site that is to be looked at, 0 otherwise. */
static uint64_t site_address(const struct call_site *site, bool trace_has_names)
{
	struct site_text text;

	if (site->naming != SITE_RAW) {
		return 0;
	}
	site_text_parse(site->site, &text);
	return text.kind == SITE_TEXT_ADDRESS && !(text.is_unnamed && trace_has_names)
		       ? text.address
		       : 0;
}

static int site_resolve(const struct attribution_sources *sources, struct module_cache *cache,
			uint64_t address, struct arena *arena, struct call_site *site)
{
	struct module_function wanted = {.arena = arena};
	const struct module_load *load = load_below(sources->modules, address);
	struct elfsyms_error why;

	if (!load || address - load->address > load->size) {
		return 0;
	}
	if (load != cache->load && cache_fill(cache, sources->modules, load) < 0) {
		return -1;
	}
	if (cache->base_count == 0) {
		return 0;
	}
	wanted.offset = address - load->address;
	wanted.bases = cache->bases;
	wanted.base_count = cache->base_count;
	elf_object_symbols(cache->opened.elf, symbol_look, &wanted, &why);
	if (wanted.no_memory) {
		return -1;
	}
	return wanted.name ? site_apply(arena, load, &wanted, site) : 0;
}

int site_module_address_name(const struct attribution_sources *sources, bool trace_has_names,
			     struct arena *arena, struct call_site *sites, size_t count)
{
	struct module_cache cache = {0};
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		uint64_t address = site_address(&sites[i], trace_has_names);

		if (address != 0) {
			result = site_resolve(sources, &cache, address, arena, &sites[i]);
		}
	}
	cache_drop(&cache);
	free(cache.bases);
	return result;
}
