/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By how much KASLR moved a kernel: recovered from raw call sites and vmlinux alone.
 *
 * A call site is a return address, so a call ends there. Moved by a wrong distance the
 * same addresses fall on arbitrary code: a few per cent of them behind a call on x86,
 * some ten per cent where instructions have four bytes. Every site votes for the slides,
 * multiples of the architecture's alignment, that put it behind a call in vmlinux's text;
 * nearly all sites agree on the right one, and the runner-up is far away.
 *
 * Alignment and range: x86-64 2 MiB within 1 GiB (CONFIG_PHYSICAL_ALIGN is at least
 * that; KERNEL_IMAGE_SIZE); i386 2 MiB (the default of CONFIG_PHYSICAL_ALIGN, Debian's
 * is a multiple); arm64 64 KiB (KASLR picks multiples of 2 MiB, to which a
 * relocatable image adds its physical offset, a multiple of EFI_KIMG_ALIGN); RISC-V
 * 2 MiB (PMD_SIZE); 32-bit ARM has no KASLR, 2 MiB is what patches outside the kernel
 * use. A slide of 0 is a candidate like any other.
 *
 * Cost: sites x (text size / alignment) looks at the code: 2 ms for 500 sites in 10 MB.
 */
#ifndef ELFSYMS_SLIDE_H
#define ELFSYMS_SLIDE_H

#include <stddef.h>
#include <stdint.h>

#include "elfsyms/code.h"

enum slide_state {
	SLIDE_FOUND,
	SLIDE_TOO_FEW,	   /* fewer than SLIDE_SITES_MIN sites can be in vmlinux's text */
	SLIDE_NONE_FITS,   /* enough sites, but under no slide do they follow calls */
	SLIDE_NOT_UNIQUE,  /* the runner-up is too near */
	SLIDE_UNSUPPORTED, /* an architecture whose calls or KASLR aren't known, or no code */
};

/*
 * With 8 sites, all behind calls, an accidental slide has odds of at most 0.1^8 for each
 * of a few hundred candidates: below 1 in 100,000.
 */
#define SLIDE_SITES_MIN 8

struct code_slide {
	enum slide_state state;
	/* Of the best candidate; to be used only if state is SLIDE_FOUND. */
	uint64_t slide;		/* run-time address - link-time address */
	size_t hit_count;	/* sites that follow a call under it */
	size_t total_count;	/* sites that fall on vmlinux's text under it */
	size_t runner_up_count; /* hits of the second-best slide: the margin */
	/* How many sites could be in vmlinux at all (x86-64: not in the modules' range). */
	size_t candidate_count;
};

/*
 * addresses: distinct raw call sites, in any order, modules' ones among them. Of very
 * many an even selection is used. ELFSYMS_NO_MEMORY or 0.
 */
int code_slide_find(const struct elf_code *code, const uint64_t *addresses, size_t count,
		    struct code_slide *ret, struct elfsyms_error *err);

#endif
