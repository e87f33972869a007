/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64 (Arm ARM, A64 branch encodings). Instructions are little endian words also in
 * a big-endian kernel.
 *
 *   bl, b		100101 imm26, 000101 imm26
 *   blr Xn		1101011000111111000000 Xn 00000
 *   blraa, blrab...	the same with pointer authentication: 1101011x0011111100001m
 *
 * Conditional branches reach 1 MiB, but compilers do not use them to leave a function.
 */
#include <elf.h>

#include "elfsyms/call_decoder.h"

static void immediate_decode(uint32_t word, struct raw_branch *ret)
{
	ret->is_direct = true;
	ret->length = 4;
	ret->distance = code_signed(word, 26) * 4;
}

static bool is_indirect_call(uint32_t word)
{
	return (word & 0xfffffc1f) == 0xd63f0000 || (word & 0xfefff800) == 0xd63f0800;
}

static bool arm64_call_before(const struct code_bytes *bytes, bool is_thumb, unsigned int attempt,
			      struct raw_branch *ret)
{
	uint32_t word;

	(void)is_thumb;
	*ret = (struct raw_branch){.kind = CALL_NONE};
	if (attempt > 0) {
		return false;
	}
	if (bytes->before < 4 || bytes->before % 4 != 0) {
		return true;
	}
	word = code_u32(bytes->at - 4);
	if ((word & 0xfc000000) == 0x94000000) {
		ret->kind = CALL_DIRECT;
		immediate_decode(word, ret);
	} else if (is_indirect_call(word)) {
		ret->kind = CALL_INDIRECT;
	}
	return true;
}

static bool arm64_branch_at(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret)
{
	uint32_t word;

	(void)is_thumb;
	*ret = (struct raw_branch){.kind = CALL_NONE, .length = 4};
	if (bytes->after < 4) {
		return false;
	}
	word = code_u32(bytes->at);
	if ((word & 0x7c000000) == 0x14000000) {
		ret->kind = word >> 31 ? CALL_DIRECT : CALL_NONE;
		immediate_decode(word, ret);
	}
	return true;
}

const struct call_decoder call_decoder_arm64 = {EM_AARCH64, arm64_call_before, arm64_branch_at};
