/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/tail_call.h"

#include <string.h>

#include "analyzer/attribute/allocators.h"
#include "elfsyms/call_instruction.h"

/* kstrdup_const -> kstrdup is two; nobody was seen with more than three. */
#define JUMPS_MAX 4

/* The kernel's longest functions have some 40 KiB; longer ones aren't looked into. */
#define FUNCTION_BYTES_MAX 65536

/* Bytes of functions looked at per run: a kernel's 5,000 call sites ask for some 5 MB. */
#define BUDGET_BYTES ((uint64_t)256 << 20)

/* No module's init text is longer than this many pages; Linux's own drivers stay below 64 KiB. */
#define INIT_PAGES_MAX 64
#define PAGE_SIZE_MIN  4096

const char *const site_call_names[SITE_CALL_KINDS] = {
	[SITE_CALL_UNKNOWN] = "unknown",   [SITE_CALL_ALLOCATOR] = "direct",
	[SITE_CALL_VIA] = "via",	   [SITE_CALL_TAIL] = "tail",
	[SITE_CALL_INDIRECT] = "indirect", [SITE_CALL_UNDECIDABLE] = "undecidable",
	[SITE_CALL_NONE] = "no-call",
};

void tail_budget_init(struct tail_budget *budget)
{
	budget->bytes = BUDGET_BYTES;
}

/* A function in one of the files. */
struct callee {
	const struct elf_code *code;
	const char *module;
	const struct code_function *function;
};

struct jump_search {
	const struct kernel_code *code;
	struct tail_budget *budget;
	struct callee in; /* whose branches are looked at */
	unsigned int depth;
	/* Found so far. */
	bool is_tracked;
	struct allocating_call tail;
	unsigned int tail_count;
};

/* Where a branch leads: a function of the same file, or for a module's one of vmlinux. */
static bool callee_find(const struct kernel_code *code, const struct elf_code *file,
			const char *module, const struct code_target *target, struct callee *ret)
{
	*ret = (struct callee){.code = file, .module = module};
	if (target->has_place) {
		ret->function = elf_code_function_at(file, target->place);
	} else if (module && target->name && code->vmlinux) {
		ret->code = code->vmlinux;
		ret->module = NULL;
		if (elf_code_functions(code->vmlinux, target->name, &ret->function, 1) != 1) {
			return false;
		}
	}
	return ret->function && ret->function->is_function;
}

static bool budget_take(struct tail_budget *budget, const struct code_function *function)
{
	uint64_t bytes = function->size + 1;

	if (bytes > FUNCTION_BYTES_MAX || bytes > budget->bytes) {
		return false;
	}
	budget->bytes -= bytes;
	return true;
}

static void jumps_follow(struct jump_search *search);

static void tail_note(struct jump_search *search, const struct callee *allocating,
		      const struct code_branch *branch)
{
	struct allocating_call *tail = &search->tail;

	tail->allocating = allocating->function;
	tail->module = allocating->module;
	tail->jump = (struct code_spot){.code = allocating->code,
					.module = allocating->module,
					.place = branch->after,
					.is_thumb = allocating->function->is_thumb};
	tail->has_jump = search->tail_count++ == 0;
}

/* A jump to a function that isn't an allocator itself: does it lead to one? */
static void jump_enter(struct jump_search *search, const struct code_branch *branch)
{
	struct jump_search inner = {
		.code = search->code, .budget = search->budget, .depth = search->depth + 1};

	if (inner.depth >= JUMPS_MAX ||
	    !callee_find(search->code, search->in.code, search->in.module, &branch->target,
			 &inner.in)) {
		return;
	}
	jumps_follow(&inner);
	search->is_tracked |= inner.is_tracked;
	if (inner.tail_count > 0) {
		search->tail = inner.tail;
		search->tail.has_jump = inner.tail_count == 1 && search->tail_count == 0;
		search->tail_count += inner.tail_count;
	}
}

static int branch_visit(const struct code_branch *branch, void *context)
{
	struct jump_search *search = context;
	enum allocator_role role = allocator_role(branch->target.name);

	if (role == ALLOCATOR_TRACKED) {
		search->is_tracked = true;
	} else if (!branch->is_call && role == ALLOCATOR_ENTRY) {
		tail_note(search, &search->in, branch);
	} else if (!branch->is_call) {
		jump_enter(search, branch);
	}
	return 0;
}

static void jumps_follow(struct jump_search *search)
{
	if (budget_take(search->budget, search->in.function)) {
		code_function_branches(search->in.code, search->in.function, branch_visit, search);
	}
}

void allocating_call_find(const struct kernel_code *code, const struct code_spot *spot,
			  struct tail_budget *budget, struct allocating_call *ret)
{
	struct jump_search search = {.code = code, .budget = budget};
	struct call_instruction call;

	*ret = (struct allocating_call){.kind = SITE_CALL_UNDECIDABLE};
	call_instruction_before(spot->code, spot->place, spot->is_thumb, &call);
	if (call.kind != CALL_DIRECT) {
		ret->kind = call.kind == CALL_NONE	 ? SITE_CALL_NONE
			    : call.kind == CALL_INDIRECT ? SITE_CALL_INDIRECT
							 : SITE_CALL_UNDECIDABLE;
		return;
	}
	if (!call.target.name) {
		return;
	}
	ret->target = call.target.name;
	if (allocator_role(call.target.name) != ALLOCATOR_NOT) {
		ret->kind = SITE_CALL_ALLOCATOR;
		return;
	}
	if (!callee_find(code, spot->code, spot->module, &call.target, &search.in)) {
		return;
	}
	jumps_follow(&search);
	if (search.is_tracked) {
		ret->kind = SITE_CALL_VIA;
	} else if (search.tail_count > 0) {
		search.tail.target = ret->target;
		*ret = search.tail;
		ret->kind = SITE_CALL_TAIL;
	}
}

/* Does the function jump to one called name? */
struct chain_search {
	const char *name;
	bool is_found;
};

static int chain_visit(const struct code_branch *branch, void *context)
{
	struct chain_search *search = context;

	if (!branch->is_call && strcmp(branch->target.name, search->name) == 0) {
		search->is_found = true;
	}
	return search->is_found;
}

/* The function called in front of spot, if it jumps to callee. */
static const char *jumper_at(const struct tail_context *context, struct tail_budget *budget,
			     const struct code_spot *spot, const char *name)
{
	struct chain_search search = {.name = name};
	struct call_instruction call;
	struct callee callee;

	call_instruction_before(spot->code, spot->place, spot->is_thumb, &call);
	if (call.kind != CALL_DIRECT || !call.target.name || strcmp(call.target.name, name) == 0 ||
	    !callee_find(context->code, spot->code, spot->module, &call.target, &callee) ||
	    !budget_take(budget, callee.function)) {
		return NULL;
	}
	code_function_branches(callee.code, callee.function, chain_visit, &search);
	return search.is_found ? callee.function->name : NULL;
}

/* As jumper_at, at every place of the module's init text that the address may be. */
static const char *jumper_in_init(struct tail_context *context, const struct module_code *module,
				  uint64_t address, const char *name)
{
	const char *found = NULL;
	uint64_t size;
	uint32_t section;

	if (!elf_code_section(module->code, ".init.text", &section, &size)) {
		return NULL;
	}
	for (uint64_t page = 0; page < INIT_PAGES_MAX; page++) {
		uint64_t offset = page * PAGE_SIZE_MIN + address % PAGE_SIZE_MIN;
		struct code_spot spot;
		const char *jumper;

		if (!kernel_code_in_module(context->code, module->name, section, offset, &spot)) {
			break;
		}
		jumper = jumper_at(context, &context->budget, &spot, name);
		if (jumper && found && strcmp(jumper, found) != 0) {
			return NULL;
		}
		found = jumper ? jumper : found;
	}
	return found;
}

const char *tail_caller_find(const char *callee, uint64_t return_address, void *context)
{
	struct tail_context *tail = context;
	const char *found = NULL;
	struct code_spot spot;

	if (tail->has_slide && kernel_code_at(tail->code, return_address - tail->slide, &spot)) {
		return jumper_at(tail, &tail->budget, &spot, callee);
	}
	for (size_t i = 0; i < tail->code->module_count; i++) {
		const char *jumper =
			jumper_in_init(tail, &tail->code->modules[i], return_address, callee);

		if (jumper && found) {
			return NULL;
		}
		found = jumper ? jumper : found;
	}
	return found;
}
