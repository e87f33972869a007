/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_calls.h"

#include <inttypes.h>
#include <string.h>

#include "analyzer/attribute/site_text.h"

#define INIT_TEXT ".init.text"

int site_caller_init(struct site_caller *caller, const struct account *account,
		     const struct attribution_sources *sources, struct arena *arena)
{
	struct error ignored;

	*caller = (struct site_caller){
		.code = sources->code, .vmlinux = sources->vmlinux, .arena = arena};
	tail_budget_init(&caller->budget);
	return caller->code ? init_text_init(&caller->init, account, caller->code, &ignored) : 0;
}

void site_caller_release(struct site_caller *caller)
{
	init_text_release(&caller->init);
}

static bool is_init_text(const struct code_spot *spot)
{
	uint32_t section;
	uint64_t size;

	return elf_code_section(spot->code, INIT_TEXT, &section, &size) &&
	       section == spot->place.section;
}

/* The file of a module has one function of that name, and the offset is inside: there it is. */
static bool module_spot(const struct site_caller *caller, const struct call_site *site,
			struct code_spot *ret)
{
	const struct kernel_code *code = caller->code;

	if (site->has_module_place) {
		return kernel_code_in_module(code, site->module, site->module_section,
					     site->module_offset, ret);
	}
	for (size_t i = 0; i < code->module_count; i++) {
		const struct code_function *function;

		if (strcmp(code->modules[i].name, site->module) != 0) {
			continue;
		}
		return elf_code_functions(code->modules[i].code, site->function, &function, 1) ==
			       1 &&
		       site->offset <= function->size &&
		       kernel_code_in_module(code, site->module, function->place.section,
					     function->place.offset + site->offset, ret);
	}
	return false;
}

/* Names an address of init text by the module's file. */
static int init_apply(struct site_caller *caller, struct call_site *site, struct site_tie *tie,
		      const struct code_spot *spot)
{
	struct code_place inside = {spot->place.section, spot->place.offset - 1};
	const struct code_function *function = elf_code_function_around(spot->code, inside);

	if (!function) {
		return 0;
	}
	site->function = arena_strdup(caller->arena, function->name);
	site->module = arena_strdup(caller->arena, spot->module);
	if (!site->function || !site->module) {
		return -1;
	}
	site->offset = spot->place.offset - function->place.offset;
	site->naming = SITE_NAMED;
	site->in_init_text = true;
	site->has_module_place = true;
	site->module_section = spot->place.section;
	site->module_offset = spot->place.offset;
	tie->lookup_name = site->function;
	tie->extent = function->size;
	return 0;
}

/* Where the site's call is; false if that isn't known. */
static int spot_find(struct site_caller *caller, struct call_site *site, struct site_tie *tie,
		     struct code_spot *spot, bool *is_found)
{
	struct site_text text;

	*is_found = false;
	if (site->has_address) {
		*is_found = kernel_code_at(caller->code, site->address, spot);
	} else if (site->function && site->module) {
		*is_found = module_spot(caller, site, spot);
	} else if (!site->function && caller->init.address_count > 0) {
		site_text_parse(site->site, &text);
		if (text.kind == SITE_TEXT_ADDRESS &&
		    init_text_find(&caller->init, text.address, &caller->budget, spot)) {
			*is_found = true;
			return init_apply(caller, site, tie, spot);
		}
	}
	return 0;
}

/* The symbol the kernel's maps have for a function of vmlinux, NULL if they differ. */
static const struct map_symbol *link_of(const struct site_caller *caller,
					const struct allocating_call *call)
{
	const struct map_symbol *symbol;
	uint64_t address;

	if (call->module || !caller->vmlinux || !caller->code->vmlinux ||
	    !elf_code_address(caller->code->vmlinux, call->allocating->place, &address)) {
		return NULL;
	}
	symbol = symbol_map_by_address(caller->vmlinux, address);
	return symbol && symbol->address == address ? symbol : NULL;
}

/* Address and module place behind the jump. */
static void jump_apply(struct call_site *site, const struct allocating_call *call)
{
	site->has_address = false;
	site->has_module_place = false;
	site->in_init_text = call->module && is_init_text(&call->jump);
	site->offset = 0;
	if (!call->has_jump) {
		return;
	}
	site->offset = call->jump.place.offset - call->allocating->place.offset;
	if (call->module) {
		site->has_module_place = true;
		site->module_section = call->jump.place.section;
		site->module_offset = call->jump.place.offset;
	} else {
		site->has_address =
			elf_code_address(call->jump.code, call->jump.place, &site->address);
	}
}

static int tail_apply(struct site_caller *caller, struct call_site *site, struct site_tie *tie,
		      const struct allocating_call *call)
{
	const struct map_symbol *link = link_of(caller, call);

	site->seen_from = arena_printf(caller->arena, "%s+0x%" PRIx64 "%s%s%s", site->function,
				       site->offset, site->module ? " [" : "",
				       site->module ? site->module : "", site->module ? "]" : "");
	site->function = arena_strdup(caller->arena, link ? link->name : call->allocating->name);
	site->module = call->module ? arena_strdup(caller->arena, call->module) : NULL;
	if (!site->seen_from || !site->function || (call->module && !site->module)) {
		return -1;
	}
	jump_apply(site, call);
	site->function_size = link ? link->extent : call->allocating->size;
	site->naming = SITE_NAMED;
	tie->lookup_name = site->function;
	tie->extent = site->function_size;
	tie->links.count = 0;
	if (link) {
		tie->links.items[tie->links.count++] = link;
	}
	return 0;
}

int site_call_apply(struct site_caller *caller, struct call_site *site, struct site_tie *tie)
{
	struct allocating_call call;
	struct code_spot spot;
	bool is_found;

	if (!caller->code) {
		return 0;
	}
	if (spot_find(caller, site, tie, &spot, &is_found) < 0) {
		return -1;
	}
	if (!is_found || !site->function) {
		return 0;
	}
	allocating_call_find(caller->code, &spot, &caller->budget, &call);
	site->call = call.kind;
	if (call.kind == SITE_CALL_TAIL) {
		return tail_apply(caller, site, tie, &call);
	}
	if ((call.kind == SITE_CALL_VIA || call.kind == SITE_CALL_UNDECIDABLE) && call.target) {
		site->via = arena_strdup(caller->arena, call.target);
		return site->via ? 0 : -1;
	}
	return 0;
}
