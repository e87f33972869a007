/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-64 and i386 (Intel SDM volume 2, CALL, JMP, Jcc and the ModR/M tables).
 *
 *   e8 rel32		call
 *   ff /2		call through register or memory, 2 to 7 bytes by ModR/M and SIB
 *   e9 rel32, 0f 8x	jmp, jcc
 *   eb rel8		jmp, to a static function nearby
 *
 * The short jump is taken only where it ends its function: elsewhere its two bytes may
 * be part of another instruction.
 *
 * Prefixes (cs of retpoline padding, REX, notrack) stand before the opcode and do not
 * change where the instruction ends.
 */
#include <elf.h>

#include "elfsyms/call_decoder.h"

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

static bool x86_branch_at(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret)
{
	const unsigned char *at = bytes->at;

	(void)is_thumb;
	*ret = (struct raw_branch){.kind = CALL_NONE, .length = 1};
	if (bytes->after >= CALL_LENGTH && (at[0] == 0xe8 || at[0] == 0xe9)) {
		ret->kind = at[0] == 0xe8 ? CALL_DIRECT : CALL_NONE;
		return relative_decode(at, 1, ret);
	}
	if (bytes->after >= CALL_LENGTH + 1 && at[0] == 0x0f && (at[1] & 0xf0) == 0x80) {
		return relative_decode(at, 2, ret);
	}
	if (bytes->after == 2 && at[0] == 0xeb) {
		ret->is_direct = true;
		ret->length = 2;
		ret->operand = 1;
		ret->bias = 1;
		ret->distance = 2 + code_signed(at[1], 8);
	}
	return bytes->after > 0;
}

const struct call_decoder call_decoder_x86_64 = {EM_X86_64, false, x86_call_before, x86_branch_at};
const struct call_decoder call_decoder_i386 = {EM_386, false, x86_call_before, x86_branch_at};
