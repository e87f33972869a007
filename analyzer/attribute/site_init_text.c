/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/site_init_text.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "analyzer/attribute/module_open.h"
#include "analyzer/attribute/site_debug.h"
#include "analyzer/attribute/site_text.h"
#include "elfsyms/call_instruction.h"
#include "elfsyms/code.h"

#define PAGE_BYTES UINT64_C(4096)

/*
 * How far behind a module its init text may be. Modules are placed one after the other,
 * first fit, with a free page between them; a busy system has gaps of a few dozen pages.
 */
#define INIT_TEXT_NEAR (UINT64_C(1) << 20)

/* Nearest modules that are looked into for one site. */
#define NEAR_MODULES 8

/* What a module's file says about an address that may be in its init text. */
struct init_match {
	const struct module_file *file;
	uint32_t section;
	uint64_t offset;
	size_t count; /* of offsets with a call in front of them */
};

/* A call must end there: by the code, or where the processor isn't known by the debug info. */
static bool is_call(const struct opened_module *module, const struct elf_code *code,
		    uint32_t section, uint64_t offset)
{
	struct call_instruction call;
	struct code_place place = {section, offset};
	struct debug_place found;
	struct elfsyms_error why;
	uint64_t address;

	if (call_instruction_is_known(code)) {
		call_instruction_before(code, place, false, &call);
		return call.kind == CALL_DIRECT || call.kind == CALL_INDIRECT;
	}
	if (!module->debug) {
		return false;
	}
	address = debug_info_section_base(module->debug, section) + offset - 1;
	return debug_info_resolve(module->debug, &address, 1, 1, &found, &why) == 0 &&
	       found.is_call;
}

static void match_in(const struct opened_module *module, uint64_t address, struct init_match *match)
{
	struct elf_code *code;
	struct elfsyms_error why;
	uint32_t section;
	uint64_t size;

	if (elf_code_new(module->elf, &code, &why) < 0) {
		return;
	}
	if (elf_code_section(code, ".init.text", &section, &size)) {
		for (uint64_t offset = address % PAGE_BYTES; offset <= size; offset += PAGE_BYTES) {
			if (offset > 0 && is_call(module, code, section, offset)) {
				match->file = module->file;
				match->section = section;
				match->offset = offset;
				match->count++;
			}
		}
	}
	elf_code_free(code);
}

static int match_file(const struct attribution_sources *sources, const char *name, uint64_t address,
		      struct init_match *match)
{
	struct debug_search search = attribution_debug_search(sources);
	struct opened_module module;
	struct elfsyms_error why;
	size_t count;
	const struct module_file *file = module_files_find(sources->modules, name, &count);

	if (!file) {
		return 0;
	}
	if (module_open(file, &search, &module, &why) < 0) {
		return why.code == ELFSYMS_NO_MEMORY ? -1 : 0;
	}
	match_in(&module, address, match);
	module_close(&module);
	return 0;
}

/* The function of a file around the offset of a section, nearest below. */
struct function_wanted {
	uint32_t section;
	uint64_t offset;
	struct arena *arena;
	const char *name;
	uint64_t value;
	uint64_t size;
	bool no_memory;
};

/* init_module is what every module calls its init function: its own name says more. */
static int function_look(const struct elf_symbol *symbol, void *context)
{
	struct function_wanted *wanted = context;

	if (symbol->type != STT_FUNC || symbol->section != wanted->section ||
	    symbol->value >= wanted->offset || wanted->offset > symbol->value + symbol->size ||
	    (wanted->name && strcmp(symbol->name, "init_module") == 0)) {
		return 0;
	}
	wanted->name = arena_strndup(wanted->arena, symbol->name, symbol->name_length);
	wanted->value = symbol->value;
	wanted->size = symbol->size;
	wanted->no_memory = !wanted->name;
	return wanted->no_memory;
}

static int match_apply(const struct attribution_sources *sources, struct arena *arena,
		       const struct init_match *match, struct call_site *site)
{
	struct debug_search search = attribution_debug_search(sources);
	struct function_wanted wanted = {
		.section = match->section, .offset = match->offset, .arena = arena};
	struct opened_module module;
	struct elfsyms_error why;
	struct debug_place place;
	uint64_t address;
	int result = 0;

	if (module_open(match->file, &search, &module, &why) < 0) {
		return why.code == ELFSYMS_NO_MEMORY ? -1 : 0;
	}
	elf_object_symbols(module.elf, function_look, &wanted, &why);
	site->has_module_place = true;
	site->module_section = match->section;
	site->module_offset = match->offset;
	if (match->file->directory) {
		site->module_directory = arena_strdup(arena, match->file->directory);
		wanted.no_memory = !site->module_directory;
	}
	if (wanted.name) {
		site->function = wanted.name;
		site->offset = match->offset - wanted.value;
		site->function_size = wanted.size;
		site->naming = SITE_NAMED;
		site->caller = arena_printf(arena, "%s+0x%" PRIx64 " [%s]", site->function,
					    site->offset, site->module);
		wanted.no_memory = wanted.no_memory || !site->caller;
	}
	if (module.debug) {
		address = debug_info_section_base(module.debug, match->section) + match->offset - 1;
		result = debug_info_resolve(module.debug, &address, 1, 1, &place, &why);
		if (result == 0) {
			result = site_debug_apply(arena, site, &place);
		}
	}
	module_close(&module);
	return result < 0 || wanted.no_memory ? -1 : 0;
}

/* Is the address inside what a module kept? */
static bool is_loaded(const struct module_files *modules, uint64_t address)
{
	for (size_t i = 0; i < modules->load_count; i++) {
		if (address >= modules->loads[i].address &&
		    address - modules->loads[i].address < modules->loads[i].size) {
			return true;
		}
	}
	return false;
}

/* The modules that end at most INIT_TEXT_NEAR below the address, the nearest first. */
static size_t near_find(const struct module_files *modules, uint64_t address,
			const struct module_load *ret[NEAR_MODULES])
{
	size_t count = 0;

	for (size_t i = modules->load_count; i-- > 0 && count < NEAR_MODULES;) {
		const struct module_load *load = &modules->loads[i];
		uint64_t end = load->address + load->size;

		if (load->address < address && end <= address && address - end < INIT_TEXT_NEAR) {
			ret[count++] = load;
		}
	}
	return count;
}

static int site_resolve(const struct attribution_sources *sources, struct arena *arena,
			uint64_t address, struct call_site *site)
{
	const struct module_load *nearby[NEAR_MODULES];
	struct init_match match = {0};
	size_t count = near_find(sources->modules, address, nearby);

	if (count == 0 || is_loaded(sources->modules, address)) {
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (match_file(sources, nearby[i]->name, address, &match) < 0) {
			return -1;
		}
	}
	site->in_init_text = true;
	site->init_text_is_certain = match.count == 1;
	site->module = arena_strdup(arena, match.count == 1 ? match.file->name : nearby[0]->name);
	if (!site->module) {
		return -1;
	}
	return match.count == 1 ? match_apply(sources, arena, &match, site) : 0;
}

int site_init_text_resolve(const struct attribution_sources *sources, struct arena *arena,
			   struct call_site *sites, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct site_text text;

		if (sites[i].naming != SITE_RAW) {
			continue;
		}
		site_text_parse(sites[i].site, &text);
		if (text.kind == SITE_TEXT_ADDRESS &&
		    site_resolve(sources, arena, text.address, &sites[i]) < 0) {
			return -1;
		}
	}
	return 0;
}
