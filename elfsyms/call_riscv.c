/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RISC-V with compressed instructions (unprivileged specification, JAL, JALR, AUIPC and
 * the C extension). rd = ra (x1) makes a call, rd = x0 a jump.
 *
 *   jal			imm20, reaches 1 MiB
 *   auipc + jalr	a pair that reaches 2 GiB; a relocation stands at the auipc
 *   jalr, c.jalr	through a register
 *   c.j, c.jal		imm11; c.jal is c.addiw on 64 bits, so it isn't looked for
 */
#include <elf.h>

#include "elfsyms/call_decoder.h"

#define RA 1u
#define T1 6u

static unsigned int field_rd(uint32_t word)
{
	return word >> 7 & 31;
}

static bool is_jal(uint32_t word, unsigned int rd)
{
	return (word & 0x7f) == 0x6f && field_rd(word) == rd;
}

static bool is_jalr(uint32_t word, unsigned int rd)
{
	return (word & 0x707f) == 0x67 && field_rd(word) == rd;
}

static void jal_decode(uint32_t word, struct raw_branch *ret)
{
	uint32_t value = (word >> 31) << 20 | (word >> 12 & 0xff) << 12 | (word >> 20 & 1) << 11 |
			 (word >> 21 & 0x3ff) << 1;

	ret->is_direct = true;
	ret->length = 4;
	ret->distance = code_signed(value, 21);
}

/* auipc base, then jalr rd, base: is it such a pair? */
static bool pair_decode(const unsigned char *at, unsigned int base, unsigned int rd,
			struct raw_branch *ret)
{
	uint32_t high = code_u32(at);
	uint32_t low = code_u32(at + 4);

	if ((high & 0x7f) != 0x17 || field_rd(high) != base || !is_jalr(low, rd) ||
	    (low >> 15 & 31) != base) {
		return false;
	}
	ret->is_direct = true;
	ret->length = 8;
	ret->distance = code_signed(high & 0xfffff000, 32) + code_signed(low >> 20, 12);
	return true;
}

static bool riscv_call_before(const struct code_bytes *bytes, bool is_thumb, unsigned int attempt,
			      struct raw_branch *ret)
{
	(void)is_thumb;
	*ret = (struct raw_branch){.kind = CALL_NONE};
	if (attempt > 0) {
		return false;
	}
	if (bytes->before % 2 != 0) {
		return true;
	}
	if (bytes->before >= 8 && pair_decode(bytes->at - 8, RA, RA, ret)) {
		ret->kind = CALL_DIRECT;
	} else if (bytes->before >= 4 && is_jal(code_u32(bytes->at - 4), RA)) {
		ret->kind = CALL_DIRECT;
		jal_decode(code_u32(bytes->at - 4), ret);
	} else if (bytes->before >= 4 && is_jalr(code_u32(bytes->at - 4), RA)) {
		ret->kind = CALL_INDIRECT;
	} else if (bytes->before >= 2) {
		uint16_t half = code_u16(bytes->at - 2);

		if ((half & 0xf07f) == 0x9002 && (half & 0x0f80) != 0) {
			ret->kind = CALL_INDIRECT;
		}
	}
	return true;
}

/* The bits of c.j's immediate: offset[11|4|9:8|10|6|7|3:1|5] in bits 12 to 2. */
static void compressed_jump(uint16_t half, struct raw_branch *ret)
{
	uint32_t value = (half >> 12 & 1u) << 11 | (half >> 11 & 1u) << 4 | (half >> 9 & 3u) << 8 |
			 (half >> 8 & 1u) << 10 | (half >> 7 & 1u) << 6 | (half >> 6 & 1u) << 7 |
			 (half >> 3 & 7u) << 1 | (half >> 2 & 1u) << 5;

	ret->is_direct = true;
	ret->distance = code_signed(value, 12);
}

static bool riscv_branch_at(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret)
{
	uint32_t word;

	(void)is_thumb;
	*ret = (struct raw_branch){.kind = CALL_NONE, .length = 2};
	if (bytes->after < 2) {
		return false;
	}
	if ((bytes->at[0] & 3) != 3) {
		uint16_t half = code_u16(bytes->at);

		if ((half & 0xe003) == 0xa001) {
			compressed_jump(half, ret);
		}
		return true;
	}
	ret->length = 4;
	if (bytes->after < 4) {
		return false;
	}
	word = code_u32(bytes->at);
	if (is_jal(word, RA) || is_jal(word, 0)) {
		ret->kind = is_jal(word, RA) ? CALL_DIRECT : CALL_NONE;
		jal_decode(word, ret);
	} else if (bytes->after >= 8 && pair_decode(bytes->at, RA, RA, ret)) {
		ret->kind = CALL_DIRECT;
	} else if (bytes->after >= 8) {
		pair_decode(bytes->at, T1, 0, ret);
	}
	return true;
}

const struct call_decoder call_decoder_riscv = {EM_RISCV, riscv_call_before, riscv_branch_at};
