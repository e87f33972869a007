/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/call_instruction.h"

#include <elf.h>
#include <string.h>

#include "elfsyms/call_decoder.h"

static const struct call_decoder *const decoders[] = {
	&call_decoder_x86_64, &call_decoder_i386,  &call_decoder_arm64,
	&call_decoder_arm,    &call_decoder_riscv,
};

/* Direct calls to these are indirect ones: retpolines (4.15 and newer), static calls (5.10). */
static const char *const indirect_prefixes[] = {
	"__x86_indirect_thunk_",
	"__x86_indirect_call_thunk_",
	"__x86_indirect_its_thunk_",
	"__SCT__",
};

static const struct call_decoder *decoder_of(const struct elf_code *code)
{
	const struct elf_identity *identity = elf_code_identity(code);

	/* A big-endian ARM object holds big-endian code, linked files mostly not (BE8). */
	if (identity->is_big_endian && identity->machine == EM_ARM) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++) {
		if (decoders[i]->machine == identity->machine) {
			return decoders[i];
		}
	}
	return NULL;
}

bool call_instruction_is_known(const struct elf_code *code)
{
	return decoder_of(code) != NULL;
}

static void target_name(const struct elf_code *code, struct code_target *target)
{
	const struct code_function *function = elf_code_function_at(code, target->place);

	target->has_place = true;
	target->name = function ? function->name : NULL;
}

static bool place_is_inside(const struct elf_code *code, struct code_place place)
{
	struct code_bytes bytes;

	return elf_code_bytes(code, place, &bytes) && bytes.after > 0;
}

/* By the relocation at the operand: symbol + what the addend adds to it. */
static bool reference_follow(const struct elf_code *code, const struct code_reference *reference,
			     const struct raw_branch *raw, struct code_target *ret)
{
	int64_t beyond = raw->distance - raw->operand;

	if (reference->has_addend &&
	    __builtin_add_overflow(reference->addend, raw->bias, &beyond)) {
		return false;
	}
	if (reference->name && beyond == 0) {
		ret->name = reference->name;
		ret->has_place = reference->is_defined;
		ret->place = reference->place;
		return true;
	}
	if (!reference->is_defined) {
		return false;
	}
	ret->place = reference->place;
	ret->place.offset += (uint64_t)beyond;
	if (!place_is_inside(code, ret->place)) {
		return false;
	}
	target_name(code, ret);
	return true;
}

/* Where the direct branch that begins at start leads; false if nowhere in this file. */
static bool branch_follow(const struct elf_code *code, struct code_place start,
			  const struct raw_branch *raw, struct code_target *ret)
{
	struct code_place operand = {start.section, start.offset + raw->operand};
	struct code_reference reference;
	uint64_t address;

	*ret = (struct code_target){0};
	if (elf_code_reference(code, operand, &reference)) {
		return reference_follow(code, &reference, raw, ret);
	}
	if (elf_code_address(code, start, &address)) {
		address += (uint64_t)raw->distance;
		if (!elf_code_identity(code)->is_64bit) {
			address &= UINT32_MAX;
		}
		if (!elf_code_place(code, address, &ret->place)) {
			return false;
		}
	} else {
		ret->place = start;
		ret->place.offset += (uint64_t)raw->distance;
		if (!place_is_inside(code, ret->place)) {
			return false;
		}
	}
	target_name(code, ret);
	return true;
}

static bool name_is_indirect(const char *name)
{
	for (size_t i = 0; i < sizeof(indirect_prefixes) / sizeof(indirect_prefixes[0]); i++) {
		if (strncmp(name, indirect_prefixes[i], strlen(indirect_prefixes[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* One reading of the bytes; kind CALL_NONE if it leads nowhere. */
static void reading_judge(const struct elf_code *code, struct code_place place,
			  const struct raw_branch *raw, struct call_instruction *ret)
{
	struct code_place start = {place.section, place.offset - raw->length};

	*ret = (struct call_instruction){.kind = raw->kind};
	if (raw->kind != CALL_DIRECT) {
		return;
	}
	if (!branch_follow(code, start, raw, &ret->target)) {
		ret->kind = CALL_NONE;
	} else if (ret->target.name && name_is_indirect(ret->target.name)) {
		*ret = (struct call_instruction){.kind = CALL_INDIRECT};
	}
}

void call_instruction_before(const struct elf_code *code, struct code_place place, bool is_thumb,
			     struct call_instruction *ret)
{
	const struct call_decoder *decoder = decoder_of(code);
	struct call_instruction reading;
	struct code_bytes bytes;
	struct raw_branch raw;

	*ret = (struct call_instruction){.kind = CALL_UNDECIDABLE};
	if (!decoder || !elf_code_bytes(code, place, &bytes)) {
		return;
	}
	ret->kind = CALL_NONE;
	for (unsigned int attempt = 0; decoder->call_before(&bytes, is_thumb, attempt, &raw);
	     attempt++) {
		reading_judge(code, place, &raw, &reading);
		if (reading.kind == CALL_NONE) {
			continue;
		}
		/* A direct call into the middle of something is the weakest reading. */
		if (ret->kind == CALL_NONE || ret->target.has_place) {
			*ret = reading;
		}
		if (reading.kind == CALL_INDIRECT || reading.target.name) {
			break;
		}
	}
}

static bool target_is_inside(const struct code_target *target, const struct code_function *function)
{
	return target->has_place && target->place.section == function->place.section &&
	       target->place.offset - function->place.offset < function->size;
}

int code_function_branches(const struct elf_code *code, const struct code_function *function,
			   int (*visit)(const struct code_branch *branch, void *context),
			   void *context)
{
	const struct call_decoder *decoder = decoder_of(code);
	struct code_place place = function->place;
	struct code_bytes bytes;
	struct raw_branch raw;

	if (!decoder) {
		return 0;
	}
	while (place.offset - function->place.offset < function->size &&
	       elf_code_bytes(code, place, &bytes)) {
		uint64_t left = function->size - (place.offset - function->place.offset);
		struct code_branch branch;

		bytes.after = bytes.after < left ? bytes.after : left;
		if (!decoder->branch_at(&bytes, function->is_thumb, &raw)) {
			break;
		}
		branch.is_call = raw.kind == CALL_DIRECT;
		branch.after = (struct code_place){place.section, place.offset + raw.length};
		if (raw.is_direct && branch_follow(code, place, &raw, &branch.target) &&
		    branch.target.name &&
		    (branch.is_call || !target_is_inside(&branch.target, function))) {
			int result = visit(&branch, context);

			if (result) {
				return result;
			}
		}
		place = branch.after;
	}
	return 0;
}
