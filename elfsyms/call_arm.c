/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 32-bit ARM, A32 and Thumb (Arm ARM v7-A, B, BL, BLX). Little endian code.
 *
 * A32, words:	bl/b imm24, blx imm24 (to Thumb), blx Rm; before ARMv5 "mov lr, pc"
 *		followed by a load of pc
 * Thumb:	bl and blx as two halfwords, blx Rm as one; b.w and b
 *
 * The program counter reads 8 bytes ahead in A32 and 4 in Thumb.
 */
#include <elf.h>

#include "elfsyms/call_decoder.h"

static void a32_immediate(uint32_t word, struct raw_branch *ret)
{
	ret->is_direct = true;
	ret->length = 4;
	ret->distance = 8 + code_signed(word, 24) * 4;
	if ((word & 0xfe000000) == 0xfa000000) {
		ret->distance += word >> 23 & 2; /* blx: the H bit is half a word */
	}
}

static bool a32_is_direct_call(uint32_t word)
{
	return (word & 0xfe000000) == 0xfa000000 ||
	       ((word & 0x0f000000) == 0x0b000000 && word >> 28 != 15);
}

static void a32_call_before(const struct code_bytes *bytes, struct raw_branch *ret)
{
	uint32_t word;

	if (bytes->before < 4 || bytes->before % 4 != 0) {
		return;
	}
	word = code_u32(bytes->at - 4);
	if (a32_is_direct_call(word)) {
		ret->kind = CALL_DIRECT;
		a32_immediate(word, ret);
	} else if ((word & 0x0ffffff0) == 0x012fff30 ||
		   (bytes->before >= 8 && (code_u32(bytes->at - 8) & 0x0fffffff) == 0x01a0e00f)) {
		ret->kind = CALL_INDIRECT;
	}
}

/* S:I1:I2:imm10:imm11:0, where I1 and I2 are J1 and J2 turned by S. */
static int64_t thumb_offset(uint16_t first, uint16_t second)
{
	uint32_t sign = first >> 10 & 1;
	uint32_t i1 = (second >> 13 & 1) ^ sign ^ 1;
	uint32_t i2 = (second >> 11 & 1) ^ sign ^ 1;
	uint32_t value = sign << 24 | i1 << 23 | i2 << 22 | (uint32_t)(first & 0x3ff) << 12 |
			 (uint32_t)(second & 0x7ff) << 1;

	return code_signed(value, 25);
}

static void thumb_wide_branch(const unsigned char *at, uint64_t offset, struct raw_branch *ret)
{
	uint16_t first = code_u16(at);
	uint16_t second = code_u16(at + 2);

	if ((first & 0xf800) != 0xf000) {
		return;
	}
	if ((second & 0xd000) == 0xd000 || (second & 0xd001) == 0xc000) {
		ret->kind = CALL_DIRECT;
	} else if ((second & 0xd000) != 0x9000) {
		return;
	}
	ret->is_direct = true;
	ret->length = 4;
	ret->distance = 4 + thumb_offset(first, second);
	if ((second & 0xd001) == 0xc000 && offset % 4 != 0) {
		ret->distance -= 2; /* blx counts from a whole word */
	}
}

static void thumb_call_before(const struct code_bytes *bytes, struct raw_branch *ret)
{
	if (bytes->before >= 4) {
		thumb_wide_branch(bytes->at - 4, bytes->before, ret);
		if (ret->kind == CALL_DIRECT) {
			return;
		}
	}
	*ret = (struct raw_branch){.kind = CALL_NONE};
	if (bytes->before >= 2 && (code_u16(bytes->at - 2) & 0xff87) == 0x4780) {
		ret->kind = CALL_INDIRECT;
	}
}

static bool arm_call_before(const struct code_bytes *bytes, bool is_thumb, unsigned int attempt,
			    struct raw_branch *ret)
{
	*ret = (struct raw_branch){.kind = CALL_NONE};
	if (attempt > 0) {
		return false;
	}
	if (is_thumb) {
		thumb_call_before(bytes, ret);
	} else {
		a32_call_before(bytes, ret);
	}
	return true;
}

static bool thumb_branch_at(const struct code_bytes *bytes, struct raw_branch *ret)
{
	uint16_t first;

	*ret = (struct raw_branch){.kind = CALL_NONE, .length = 2};
	if (bytes->after < 2) {
		return false;
	}
	first = code_u16(bytes->at);
	if (first >> 11 >= 0x1d) {
		ret->length = 4;
		if (bytes->after < 4) {
			return false;
		}
		thumb_wide_branch(bytes->at, bytes->before, ret);
	} else if (first >> 11 == 0x1c) {
		ret->is_direct = true;
		ret->distance = 4 + code_signed(first, 11) * 2;
	}
	return true;
}

static bool arm_branch_at(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret)
{
	uint32_t word;

	if (is_thumb) {
		return thumb_branch_at(bytes, ret);
	}
	*ret = (struct raw_branch){.kind = CALL_NONE, .length = 4};
	if (bytes->after < 4) {
		return false;
	}
	word = code_u32(bytes->at);
	if (a32_is_direct_call(word)) {
		ret->kind = CALL_DIRECT;
		a32_immediate(word, ret);
	} else if ((word & 0x0f000000) == 0x0a000000 && word >> 28 != 15) {
		a32_immediate(word, ret);
	}
	return true;
}

const struct call_decoder call_decoder_arm = {EM_ARM, arm_call_before, arm_branch_at};
