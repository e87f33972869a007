/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By how much KASLR moved the traced kernel, and how that is known. It matters for raw
 * addresses only: old texts, options/fields, binary recordings.
 */
#ifndef ANALYZER_ATTRIBUTE_KERNEL_SLIDE_H
#define ANALYZER_ATTRIBUTE_KERNEL_SLIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/kernel_code.h"
#include "analyzer/base/error.h"
#include "elfsyms/symbol_map.h"

enum slide_origin {
	SLIDE_NOT_NEEDED,     /* no raw address, or no map of link-time addresses */
	SLIDE_FROM_KALLSYMS,  /* the image begins there in kallsyms and here in vmlinux */
	SLIDE_FROM_SITES,     /* the one under which call sites follow calls (elfsyms/slide.h) */
	SLIDE_ASSUMED,	      /* 0, and nothing speaks against it: right only without KASLR */
	SLIDE_NOT_DECIDABLE,  /* too few sites, or too little margin */
	SLIDE_FOREIGN,	      /* many sites, and none fits: vmlinux is of another kernel */
	SLIDE_FROM_RECORDING, /* the recording says where a symbol was, vmlinux where it is */
};

struct kernel_slide {
	enum slide_origin origin;
	uint64_t slide;	   /* run-time address - link-time address; see kernel_slide_is_usable */
	size_t site_count; /* distinct raw call sites */
	size_t hit_count;  /* SLIDE_FROM_SITES, ..._DECIDABLE, ..._FOREIGN: behind a call */
	size_t runner_up_count; /* hits of the second-best slide */
};

/* What is known before: any may be NULL. vmlinux stands before system_map. */
struct slide_sources {
	const struct kernel_code *code;
	const struct symbol_map *vmlinux;
	const struct symbol_map *system_map;
	const struct symbol_map *kallsyms;
	const char *recorded_symbol; /* whose run-time address a binary recording gives */
	uint64_t recorded_address;
};

/* ERROR_NO_MEMORY or 0. */
int kernel_slide_find(const struct account *account, const struct slide_sources *sources,
		      struct kernel_slide *ret, struct error *err);

/* The slide by where the image begins in kallsyms and in a link-time map; false, and *ret
 * untouched, if either is NULL or does not say. */
bool kernel_slide_of_maps(const struct symbol_map *kallsyms, const struct symbol_map *link_map,
			  uint64_t *ret);

/* May link-time maps name raw addresses, moved by slide? */
bool kernel_slide_is_usable(const struct kernel_slide *slide);

/*
 * The raw call sites of the account that the link-time maps may name, distinct and
 * ascending; or, if unnamed, those for which the kernel that names all others had no
 * name itself. ret is the caller's to free(). ERROR_NO_MEMORY or 0.
 */
int account_addresses(const struct account *account, bool unnamed, uint64_t **ret,
		      size_t *ret_count, struct error *err);

#endif
