/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the kernel tree and the maps belong to the trace? The one place where that is decided.
 *
 * Names and places from another kernel look as convincing as the right ones, so such
 * input is refused. Four kinds of evidence, each complete in itself:
 *
 *   build id	what kmem-capture saves with a trace holds that of the traced kernel: another
 *		one in vmlinux is proof. Where either has none, nothing follows.
 *   symbols	the trace prints name+0xoffset/0xsize. The size is the distance to the next
 *		symbol: a map of the same kernel has every one of them right, one of another
 *		build hardly any, since every change of compiler, configuration or version moves
 *		sizes. Modules do not take part: they may be built elsewhere.
 *   code	in front of a return address stands a call. Where vmlinux has none, it is not
 *		the code that ran; and raw addresses that fit under no slide at all are not its.
 *   kallsyms	is the traced kernel's own, so vmlinux has its functions at the same
 *		distances from each other.
 *
 * Of the other three more than one in four, and at least five, must speak against it: live
 * patches, kprobes, a function or two rebuilt since do not come near that; with fewer than
 * five compared there is no telling, and the verdict reports the mismatches. A trace by itself
 * carries no build id or version in its text; that of binary recordings is not read.
 */
#ifndef ANALYZER_ATTRIBUTE_MAP_MATCH_H
#define ANALYZER_ATTRIBUTE_MAP_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/kernel_slide.h"
#include "elfsyms/symbol_map.h"

/* So many of so many compared speak against. */
struct map_objections {
	uint64_t against, compared;
};

enum map_objection {
	MAP_BELONGS,	     /* or nothing is known against it */
	MAP_OTHER_BUILD,     /* the build ids differ */
	MAP_OTHER_SYMBOLS,   /* objections: call sites */
	MAP_OTHER_CODE,	     /* objections: call sites without a call in front */
	MAP_OTHER_ADDRESSES, /* objections: raw call sites that do not fit under any slide */
	MAP_OTHER_KALLSYMS,  /* objections: functions at other distances */
};

struct map_evidence {
	const char *traced_build_id;	   /* hexadecimal; NULL or "": not known */
	const char *build_id;		   /* of vmlinux, likewise */
	struct map_objections symbols;	   /* call sites by name and size */
	struct map_objections calls;	   /* call sites by the instruction in front */
	const struct kernel_slide *slide;  /* NULL: not looked for */
	const struct symbol_map *link_map; /* vmlinux or System.map; NULL: none */
	const struct symbol_map *kallsyms; /* NULL: none */
};

/* Are both known, and not the same? */
bool build_ids_differ(const char *traced, const char *given);

/* The first objection that is complete; ret is its figures. */
enum map_objection map_match_judge(const struct map_evidence *evidence, struct map_objections *ret);

#endif
