/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-64 and i386 (Intel SDM volume 2, CALL, JMP, Jcc and the ModR/M tables).
 *
 *   e8 rel32		call
 *   ff /2		call through register or memory, 2 to 7 bytes by ModR/M and SIB
 *   e9 rel32, 0f 8x	jmp, jcc
 *   eb rel8, 7x	the same to a function nearby
 *
 * Prefixes (cs of retpoline padding, REX, notrack) stand before the opcode and do not
 * change where the instruction ends.
 */
#include <elf.h>

#include "elfsyms/call_decoder.h"
#include "elfsyms/x86_length.h"

#define CALL_LENGTH 5

static bool relative_decode(const unsigned char *at, unsigned int opcode_length,
			    struct raw_branch *ret)
{
	ret->is_direct = true;
	ret->operand = opcode_length;
	ret->length = opcode_length + 4;
	ret->bias = 4;
	ret->distance = (int64_t)ret->length + code_signed(code_u32(at + opcode_length), 32);
	return true;
}

/* The bytes ModR/M asks for behind the opcode, itself included; is_32bit: same for both modes. */
static unsigned int modrm_length(unsigned char modrm, unsigned char sib)
{
	unsigned int mode = modrm >> 6;
	unsigned int base = modrm & 7;
	unsigned int length = 1;

	if (mode == 3) {
		return length;
	}
	if (base == 4) {
		length++;
		if (mode == 0 && (sib & 7) == 5) {
			return length + 4;
		}
	}
	if (mode == 0) {
		return base == 5 ? length + 4 : length;
	}
	return length + (mode == 1 ? 1 : 4);
}

static bool indirect_ends(const struct code_bytes *bytes)
{
	static const unsigned int lengths[] = {2, 3, 4, 6, 7};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const unsigned char *start = bytes->at - lengths[i];

		if (bytes->before < lengths[i]) {
			return false;
		}
		if (start[0] == 0xff && (start[1] >> 3 & 7) == 2 &&
		    1 + modrm_length(start[1], lengths[i] > 2 ? start[2] : 0) == lengths[i]) {
			return true;
		}
	}
	return false;
}

static bool x86_call_before(const struct code_bytes *bytes, bool is_thumb, unsigned int attempt,
			    struct raw_branch *ret)
{
	(void)is_thumb;
	*ret = (struct raw_branch){.kind = CALL_NONE};
	if (attempt == 0) {
		if (bytes->before >= CALL_LENGTH && bytes->at[-CALL_LENGTH] == 0xe8) {
			ret->kind = CALL_DIRECT;
			relative_decode(bytes->at - CALL_LENGTH, 1, ret);
		}
		return true;
	}
	if (attempt == 1 && indirect_ends(bytes)) {
		ret->kind = CALL_INDIRECT;
	}
	return attempt == 1;
}

/* The instruction at hand, where it is a direct branch. */
static void branch_decode(const unsigned char *at, const struct x86_instruction *instruction,
			  struct raw_branch *ret)
{
	unsigned char opcode = at[instruction->opcode];
	bool is_near = opcode == 0xe8 || opcode == 0xe9 ||
		       (opcode == 0x0f && instruction->opcode + 6 == instruction->length &&
			(at[instruction->opcode + 1] & 0xf0) == 0x80);

	if (is_near && instruction->length >= 5) {
		ret->kind = opcode == 0xe8 ? CALL_DIRECT : CALL_NONE;
		relative_decode(at, instruction->length - 4, ret);
	} else if (opcode == 0xeb || (opcode & 0xf0) == 0x70) {
		ret->is_direct = true;
		ret->operand = instruction->length - 1;
		ret->bias = 1;
		ret->distance = instruction->length + code_signed(at[ret->operand], 8);
	}
}

static bool branch_at(const struct code_bytes *bytes, bool is_64bit, struct raw_branch *ret)
{
	struct x86_instruction instruction;

	*ret = (struct raw_branch){.kind = CALL_NONE};
	if (!x86_instruction_measure(bytes->at, bytes->after, is_64bit, &instruction)) {
		return false;
	}
	ret->length = instruction.length;
	branch_decode(bytes->at, &instruction, ret);
	return true;
}

static bool x86_64_branch_at(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret)
{
	(void)is_thumb;
	return branch_at(bytes, true, ret);
}

static bool i386_branch_at(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret)
{
	(void)is_thumb;
	return branch_at(bytes, false, ret);
}

const struct call_decoder call_decoder_x86_64 = {EM_X86_64, x86_call_before, x86_64_branch_at};
const struct call_decoder call_decoder_i386 = {EM_386, x86_call_before, i386_branch_at};
