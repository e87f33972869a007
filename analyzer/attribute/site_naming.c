/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_naming.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/site_text.h"

static bool is_function(const struct map_symbol *symbol)
{
	return symbol->type == 'T' || symbol->type == 't' || symbol->type == 'W' ||
	       symbol->type == 'w';
}

static int symbol_list_reserve(struct symbol_list *list, size_t count)
{
	const struct map_symbol **items;

	if (count <= list->capacity) {
		return 0;
	}
	items = realloc(list->items, count * sizeof(struct map_symbol *));
	if (!items) {
		return -1;
	}
	list->items = items;
	list->capacity = count;
	return 0;
}

int symbol_list_find(struct symbol_list *list, const struct symbol_map *map, const char *name,
		     const char *module)
{
	size_t length = strlen(name);
	size_t found =
		symbol_map_by_name(map, name, length, module, 0, list->items, list->capacity);

	list->count = 0;
	if (found > list->capacity) {
		if (symbol_list_reserve(list, found) < 0) {
			return -1;
		}
		symbol_map_by_name(map, name, length, module, 0, list->items, list->capacity);
	}
	for (size_t i = 0; i < found; i++) {
		if (is_function(list->items[i])) {
			list->items[list->count++] = list->items[i];
		}
	}
	return 0;
}

void symbol_list_release(struct symbol_list *list)
{
	free(list->items);
}

void site_namer_init(struct site_namer *namer, const struct attribution_sources *sources,
		     struct arena *arena, bool trace_has_names)
{
	memset(namer, 0, sizeof(*namer));
	namer->sources = sources;
	namer->arena = arena;
	namer->link_map = sources->vmlinux ? sources->vmlinux : sources->system_map;
	namer->trace_has_names = trace_has_names;
	if (sources->slide) {
		namer->has_slide = kernel_slide_is_usable(sources->slide);
		namer->slide = namer->has_slide ? sources->slide->slide : 0;
	} else {
		namer->has_slide = true;
		kernel_slide_of_maps(sources->kallsyms, namer->link_map, &namer->slide);
	}
}

void site_namer_release(struct site_namer *namer)
{
	symbol_list_release(&namer->matches);
}

void site_tie_release(struct site_tie *tie)
{
	symbol_list_release(&tie->links);
}

/* Does the map's symbol go with what the trace printed: its size, or at least an offset inside it?
 */
static bool symbol_fits(const struct map_symbol *symbol, uint64_t extent, uint64_t offset)
{
	if (symbol->extent == 0) {
		return true; /* the last of its map: it has no next one to measure by */
	}
	return extent ? symbol->extent == extent : offset <= symbol->extent;
}

enum map_answer {
	MAP_HAS_NOT,
	MAP_OTHER_SIZE,
	MAP_ONE,
	MAP_SEVERAL,
	MAP_NO_MEMORY,
};

/* Leaves the symbols of map that may be the site's function in list. */
static enum map_answer map_ask(const struct symbol_map *map, const struct call_site *site,
			       const struct site_tie *tie, struct symbol_list *list)
{
	size_t fitting = 0;

	if (symbol_list_find(list, map, tie->lookup_name, site->module) < 0) {
		return MAP_NO_MEMORY;
	}
	if (list->count == 0) {
		return MAP_HAS_NOT;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (symbol_fits(list->items[i], tie->extent, site->offset)) {
			list->items[fitting++] = list->items[i];
		}
	}
	list->count = fitting;
	if (fitting == 0) {
		return MAP_OTHER_SIZE;
	}
	return fitting == 1 ? MAP_ONE : MAP_SEVERAL;
}

/* Asks every map about a function of the kernel itself, the link-time map last. */
static int kernel_function_tie(struct site_namer *namer, struct call_site *site,
			       struct site_tie *tie)
{
	const struct attribution_sources *sources = namer->sources;
	const struct symbol_map *maps[] = {sources->kallsyms, sources->vmlinux,
					   sources->system_map};
	enum map_answer last = MAP_HAS_NOT;
	bool has_map = false;

	site->naming = SITE_NAMED;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		enum map_answer answer;

		if (!maps[i]) {
			continue;
		}
		has_map = true;
		answer = map_ask(maps[i], site, tie,
				 maps[i] == namer->link_map ? &tie->links : &namer->matches);
		if (answer == MAP_NO_MEMORY) {
			return -1;
		}
		if (answer == MAP_HAS_NOT) {
			continue;
		}
		tie->checked = true;
		if (answer == MAP_OTHER_SIZE) {
			site->naming = SITE_SIZE_MISMATCH;
		}
		if (last != MAP_ONE) {
			last = answer;
		}
	}
	if (!tie->checked && has_map) {
		site->naming = SITE_UNKNOWN_SYMBOL;
	} else if (site->naming == SITE_NAMED && last == MAP_SEVERAL) {
		site->naming = SITE_AMBIGUOUS;
	}
	return 0;
}

/*
 * Ties the named function to the maps. 64-bit PowerPC's ".name" is looked up
 * as printed first: ELFv1 maps hold "name" too, as data (the descriptor).
 */
static int function_tie(struct site_namer *namer, struct call_site *site, struct site_tie *tie)
{
	tie->lookup_name = site->function;
	if (site->module) {
		site->naming = SITE_NAMED;
		return 0;
	}
	if (kernel_function_tie(namer, site, tie) < 0) {
		return -1;
	}
	if (!tie->checked && site->function[0] == '.' && site->function[1]) {
		tie->lookup_name = site->function + 1;
		if (kernel_function_tie(namer, site, tie) < 0) {
			return -1;
		}
		if (!tie->checked) {
			tie->lookup_name = site->function;
		}
	}
	return 0;
}

/*
 * With the one link-time symbol known: its address, and for an offset of 0 the
 * function before. There the call was the last instruction of its function (it
 * never returns); %pS looks up the return address itself and prints the next one.
 */
int site_name_link(const struct site_namer *namer, struct call_site *site, struct site_tie *tie)
{
	const struct map_symbol *link = tie->links.items[0];
	const struct map_symbol *before;

	site->address = link->address + site->offset;
	site->has_address = true;
	if (site->offset > 0 || link->address == 0) {
		return 0;
	}
	before = symbol_map_by_address(namer->link_map, link->address - 1);
	if (!before || !is_function(before)) {
		return 0;
	}
	tie->links.items[0] = before;
	tie->lookup_name = before->name;
	tie->extent = before->extent;
	site->function = arena_strdup(namer->arena, before->name);
	site->function_size = before->extent;
	site->offset = link->address - before->address;
	return site->function ? 0 : -1;
}

static int symbol_name(struct site_namer *namer, const struct site_text *text,
		       struct call_site *site, struct site_tie *tie)
{
	site->function = arena_strndup(namer->arena, text->name, text->name_length);
	if (!site->function) {
		return -1;
	}
	if (text->module) {
		site->module = arena_strndup(namer->arena, text->module, text->module_length);
		if (!site->module) {
			return -1;
		}
	}
	site->offset = text->offset;
	site->function_size = text->size;
	tie->extent = text->size;
	tie->evidence = EVIDENCE_TEXT;
	tie->is_sought =
		!site->module && text->size > 0 && (namer->link_map || namer->sources->kallsyms);
	return function_tie(namer, site, tie);
}

/* The function that covers a return address, looked up inside the call. */
static const struct map_symbol *function_at(const struct symbol_map *map, uint64_t address)
{
	const struct map_symbol *symbol;

	if (!map || address == 0) {
		return NULL;
	}
	symbol = symbol_map_by_address(map, address - 1);
	return symbol && is_function(symbol) ? symbol : NULL;
}

/* The link-time symbol at the run-time symbol's place, if the maps belong together. */
static const struct map_symbol *link_twin(const struct site_namer *namer,
					  const struct map_symbol *symbol)
{
	const struct map_symbol *twin;

	if (!namer->link_map || symbol->module) {
		return NULL;
	}
	twin = symbol_map_by_address(namer->link_map, symbol->address - namer->slide);
	if (!twin || twin->address != symbol->address - namer->slide ||
	    strcmp(twin->name, symbol->name) != 0) {
		return NULL;
	}
	return twin;
}

static int run_time_symbol_apply(struct site_namer *namer, const struct map_symbol *symbol,
				 struct call_site *site, struct site_tie *tie)
{
	const struct map_symbol *twin = link_twin(namer, symbol);

	if (symbol->module) {
		site->module = arena_strdup(namer->arena, symbol->module);
		if (!site->module) {
			return -1;
		}
	}
	if (!twin) {
		return function_tie(namer, site, tie);
	}
	tie->lookup_name = site->function;
	tie->links.items[0] = twin;
	tie->links.count = 1;
	return 0;
}

static int address_name(struct site_namer *namer, const struct site_text *text,
			struct call_site *site, struct site_tie *tie)
{
	const struct attribution_sources *sources = namer->sources;
	const struct symbol_map *maps[] = {sources->kallsyms, sources->vmlinux,
					   sources->system_map};
	uint64_t address = text->address;

	if (text->is_unnamed && namer->trace_has_names) {
		return 0;
	}
	for (size_t i = 0; i < (namer->has_slide ? sizeof(maps) / sizeof(maps[0]) : 1); i++) {
		const struct map_symbol *symbol;

		if (i == 1) {
			address -= namer->slide;
		}
		symbol = function_at(maps[i], address);
		if (!symbol) {
			continue;
		}
		site->naming = SITE_NAMED;
		site->function = arena_strdup(namer->arena, symbol->name);
		site->offset = address - symbol->address;
		site->function_size = symbol->extent;
		tie->extent = symbol->extent;
		if (!site->function) {
			return -1;
		}
		if (i == 0) {
			tie->evidence = EVIDENCE_RUN_TIME_MAP;
			return run_time_symbol_apply(namer, symbol, site, tie);
		}
		tie->evidence = EVIDENCE_LINK_TIME_MAP;
		tie->lookup_name = site->function;
		tie->links.items[0] = symbol;
		tie->links.count = 1;
		return 0;
	}
	return 0;
}

/* What the account file shows: the size is dropped, the module stays. */
static const char *caller_label(struct arena *arena, const struct call_site *site,
				bool offset_unknown)
{
	if (!site->function) {
		return site->site;
	}
	if (offset_unknown) {
		return arena_printf(arena, "%s%s%s%s", site->function, site->module ? " [" : "",
				    site->module ? site->module : "", site->module ? "]" : "");
	}
	return arena_printf(arena, "%s+0x%" PRIx64 "%s%s%s", site->function, site->offset,
			    site->module ? " [" : "", site->module ? site->module : "",
			    site->module ? "]" : "");
}

int site_name(struct site_namer *namer, struct call_site *site, struct site_tie *tie)
{
	struct site_text text;
	int result = 0;

	tie->lookup_name = NULL;
	tie->extent = 0;
	tie->is_sought = false;
	tie->checked = false;
	tie->evidence = EVIDENCE_NONE;
	tie->links.count = 0;
	if (symbol_list_reserve(&tie->links, 16) < 0) {
		return -1;
	}
	site->naming = SITE_RAW;
	site_text_parse(site->site, &text);
	if (text.kind == SITE_TEXT_SYMBOL) {
		result = symbol_name(namer, &text, site, tie);
	} else if (text.kind == SITE_TEXT_ADDRESS) {
		result = address_name(namer, &text, site, tie);
	}
	if (result < 0) {
		return -1;
	}
	site->caller = caller_label(namer->arena, site, text.offset_unknown);
	if (!site->caller) {
		return -1;
	}
	/* without an offset there is no address to speak of */
	return tie->links.count == 1 && !text.offset_unknown ? site_name_link(namer, site, tie) : 0;
}
