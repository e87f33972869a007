/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in front of a return address, and where a function's direct calls and
 * jumps go.
 *
 * Known: x86-64, i386, arm64, 32-bit ARM (A32 and Thumb, little endian) and RISC-V.
 * Everything else is undecidable, which is said, not guessed.
 *
 * No disassembler is needed for this: a function is walked by the lengths of its
 * instructions. Backwards from a return address, x86 code can be read in several ways; a
 * direct call must lead to code, and one that leads to the start of a function is
 * preferred.
 */
#ifndef ELFSYMS_CALL_INSTRUCTION_H
#define ELFSYMS_CALL_INSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "elfsyms/code.h"

enum call_kind {
	CALL_UNDECIDABLE, /* an architecture not known, or no code there */
	CALL_NONE,	  /* no call ends there: not a return address of this code */
	CALL_DIRECT,
	CALL_INDIRECT, /* through a register, memory, a retpoline or a static call */
};

/* Where a direct branch leads. */
struct code_target {
	const char
		*name;	/* of the function that starts there, or of the undefined symbol; or NULL */
	bool has_place; /* the target is in this file */
	struct code_place place;
};

struct call_instruction {
	enum call_kind kind;
	struct code_target target; /* CALL_DIRECT only */
};

bool call_instruction_is_known(const struct elf_code *code);

/* The call that ends at place. is_thumb: 32-bit ARM, bit 0 of the return address was set. */
void call_instruction_before(const struct elf_code *code, struct code_place place, bool is_thumb,
			     struct call_instruction *ret);

struct code_branch {
	bool is_call;		 /* otherwise a jump, conditional or not */
	struct code_place after; /* of the instruction: what a call here would return to */
	struct code_target target;
};

/*
 * Calls visit for each direct call of the function and each direct jump out of it,
 * in the order of the code. A nonzero result of visit stops and is returned.
 */
int code_function_branches(const struct elf_code *code, const struct code_function *function,
			   int (*visit)(const struct code_branch *branch, void *context),
			   void *context);

#endif
