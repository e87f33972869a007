/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One architecture's calls and jumps, for call_*.c only: bytes in, distances out. */
#ifndef ELFSYMS_CALL_DECODER_H
#define ELFSYMS_CALL_DECODER_H

#include "elfsyms/call_instruction.h"

struct raw_branch {
	enum call_kind kind;  /* of a call; CALL_NONE for a jump */
	bool is_direct;	      /* a call or jump whose target follows from distance */
	unsigned int length;  /* bytes of the instruction, or pair of them */
	unsigned int operand; /* where in it a relocation would be */
	unsigned int bias;    /* a RELA addend leads to target - bias */
	int64_t distance;     /* from the first byte of the instruction to the target */
};

struct call_decoder {
	uint16_t machine; /* EM_* */
	/*
	 * The attempt-th reading of the bytes before bytes->at as a call; false if there
	 * are no more. An instruction that is none has kind CALL_NONE.
	 */
	bool (*call_before)(const struct code_bytes *bytes, bool is_thumb, unsigned int attempt,
			    struct raw_branch *ret);
	/*
	 * The instruction at bytes->at, where bytes->after ends with its function; only its
	 * length is set unless it is a direct branch. False if it is cut off.
	 */
	bool (*branch_at)(const struct code_bytes *bytes, bool is_thumb, struct raw_branch *ret);
};

extern const struct call_decoder call_decoder_x86_64, call_decoder_i386, call_decoder_arm64,
	call_decoder_arm, call_decoder_riscv;

static inline uint16_t code_u16(const unsigned char *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t code_u32(const unsigned char *at)
{
	return code_u16(at) | (uint32_t)code_u16(at + 2) << 16;
}

/* The lowest bits of value as a signed number. */
static inline int64_t code_signed(uint64_t value, unsigned int bits)
{
	uint64_t sign = (uint64_t)1 << (bits - 1);

	value &= (sign << 1) - 1;
	return (int64_t)((value ^ sign) - sign);
}

#endif
