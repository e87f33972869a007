/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the kernel tree and the maps belong to the trace? The one place where that is decided.
 *
 * Names and places from another kernel look as convincing as the right ones, so such
 * input is refused. Three kinds of evidence, each complete in itself:
 *
 *   symbols	the trace prints name+0xoffset/0xsize. The size is the distance to the next
 *		symbol: a map of the same kernel has every one of them right, one of another
 *		build hardly any, since every change of compiler, configuration or version moves
 *		sizes. Modules do not take part: they may be built elsewhere.
 *   code	in front of a return address stands a call. Where vmlinux has none, it is not
 *		the code that ran; and raw addresses that fit under no slide at all are not its.
 *   kallsyms	is the traced kernel's own, so vmlinux has its functions at the same
 *		distances from each other.
 *
 * More than one in four, and at least five, must speak against it: live patches, kprobes, a
 * function or two rebuilt since do not come near that; with fewer than five compared
 * there is no telling, and the verdict reports the mismatches. Traces carry no build id
 * or version in their text; binary recordings' is compared by their reader.
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
	MAP_OTHER_SYMBOLS,   /* objections: call sites */
	MAP_OTHER_CODE,	     /* objections: call sites without a call in front */
	MAP_OTHER_ADDRESSES, /* objections: raw call sites that do not fit under any slide */
	MAP_OTHER_KALLSYMS,  /* objections: functions at other distances */
};

struct map_evidence {
	struct map_objections symbols;	   /* call sites by name and size */
	struct map_objections calls;	   /* call sites by the instruction in front */
	const struct kernel_slide *slide;  /* NULL: not looked for */
	const struct symbol_map *link_map; /* vmlinux or System.map; NULL: none */
	const struct symbol_map *kallsyms; /* NULL: none */
};

/* The first objection that is complete; ret is its figures. */
enum map_objection map_match_judge(const struct map_evidence *evidence, struct map_objections *ret);

#endif
