/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/init_text.h"

#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/kernel_slide.h"
#include "analyzer/attribute/site_text.h"
#include "elfsyms/call_instruction.h"

/* The smallest page there is: with larger ones an offset only has more candidates than needed. */
#define PAGE UINT64_C(4096)

static void module_note(struct init_text *init, const struct site_text *text)
{
	for (size_t i = 0; i < init->code->module_count; i++) {
		const char *name = init->code->modules[i].name;

		if (strncmp(name, text->module, text->module_length) == 0 &&
		    name[text->module_length] == '\0') {
			init->is_traced[i] = true;
		}
	}
}

int init_text_init(struct init_text *init, const struct account *account,
		   const struct kernel_code *code, struct error *err)
{
	*init = (struct init_text){.code = code};
	init->is_traced = calloc(code->module_count + 1, sizeof(*init->is_traced));
	if (!init->is_traced) {
		return error_no_memory(err);
	}
	if (account_addresses(account, true, &init->addresses, &init->address_count, err) < 0) {
		init_text_release(init);
		return err->code;
	}
	for (size_t i = 0; i < account->row_count && init->address_count > 0; i++) {
		struct site_text text;

		site_text_parse(account->rows[i].site, &text);
		if (text.kind == SITE_TEXT_SYMBOL && text.module) {
			module_note(init, &text);
		}
	}
	return 0;
}

void init_text_release(struct init_text *init)
{
	free(init->addresses);
	free(init->is_traced);
	*init = (struct init_text){0};
}

/* With the section at base: do all addresses that fall into it follow calls? */
static bool all_follow_calls(const struct init_text *init, const struct module_code *module,
			     uint32_t section, uint64_t base, uint64_t size)
{
	for (size_t i = 0; i < init->address_count; i++) {
		struct call_instruction call;
		struct code_spot spot;

		if (init->addresses[i] <= base || init->addresses[i] - base > size) {
			continue;
		}
		if (!kernel_code_in_module(init->code, module->name, section,
					   init->addresses[i] - base, &spot)) {
			return false;
		}
		call_instruction_before(spot.code, spot.place, spot.is_thumb, &call);
		if (call.kind != CALL_DIRECT && call.kind != CALL_INDIRECT) {
			return false;
		}
	}
	return true;
}

static bool leads_to_allocator(enum site_call kind)
{
	return kind == SITE_CALL_ALLOCATOR || kind == SITE_CALL_VIA || kind == SITE_CALL_TAIL;
}

/* How many pages of the module's section fit; the last one into ret. */
static size_t module_pages_fit(const struct init_text *init, const struct module_code *module,
			       uint64_t address, struct tail_budget *budget, struct code_spot *ret)
{
	size_t fitting = 0;
	uint64_t size;
	uint32_t section;

	if (!elf_code_section(module->code, ".init.text", &section, &size)) {
		return 0;
	}
	for (uint64_t offset = address % PAGE; offset <= size && fitting < 2; offset += PAGE) {
		struct allocating_call call;
		struct code_spot spot;

		if (offset > address ||
		    !kernel_code_in_module(init->code, module->name, section, offset, &spot)) {
			break;
		}
		allocating_call_find(init->code, &spot, budget, &call);
		if (leads_to_allocator(call.kind) &&
		    all_follow_calls(init, module, section, address - offset, size)) {
			*ret = spot;
			fitting++;
		}
	}
	return fitting;
}

bool init_text_find(const struct init_text *init, uint64_t address, struct tail_budget *budget,
		    struct code_spot *ret)
{
	size_t fitting = 0;

	for (size_t i = 0; i < init->code->module_count; i++) {
		if (init->is_traced[i]) {
			fitting += module_pages_fit(init, &init->code->modules[i], address, budget,
						    ret);
		}
	}
	return fitting == 1;
}
