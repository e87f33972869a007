/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lengths of x86 instructions, 32 and 64 bits, VEX and EVEX included (Intel SDM volume 2,
 * chapter 2 and the opcode maps of appendix A). Enough to walk from one instruction to
 * the next; what they do is left open. For call_x86.c only.
 */
#ifndef ELFSYMS_X86_LENGTH_H
#define ELFSYMS_X86_LENGTH_H

#include <stdbool.h>
#include <stddef.h>

struct x86_instruction {
	unsigned int length;
	unsigned int opcode; /* offset of the opcode behind the prefixes, 0f included */
};

/* False if the bytes end before the instruction does, or it has more than 15 bytes. */
bool x86_instruction_measure(const unsigned char *bytes, size_t size, bool is_64bit,
			     struct x86_instruction *ret);

#endif
