/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Naming one call site: text of the trace + symbol maps -> function, offset and
 * the link-time symbols it may be. Knows no objects and no directories.
 *
 * A symbol the trace printed is compared with every map by name and size: the
 * size in name+0xoff/0xsize is the distance to the next symbol, so (name, size)
 * also proves whether a map belongs to the trace. Modules' functions are only
 * known to kallsyms, and not compared: where a module's last function ends is not
 * in it, and functions of init text are gone when it is read.
 *
 * An address is looked up at address - 1 in kallsyms (run-time addresses), else
 * in vmlinux or System.map, moved back by the slide of KASLR (kernel_slide.h): where
 * that cannot be told, those name no address. Two cases stay unnamed on purpose:
 *   - 0xADDRESS in a trace that prints other sites by name: the kernel itself had
 *     no symbol there (init text of a module, an unloaded module), and what a map
 *     shows there later is somebody else;
 *   - an address that falls on data or beside every symbol (symbol_map_by_address).
 */
#ifndef ANALYZER_ATTRIBUTE_SITE_NAMING_H
#define ANALYZER_ATTRIBUTE_SITE_NAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/attribution.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/base/arena.h"
#include "elfsyms/symbol_map.h"

/* A growing list of a map's symbols; all zero is empty, symbol_list_release ends it. */
struct symbol_list {
	const struct map_symbol **items;
	size_t count, capacity;
};

void symbol_list_release(struct symbol_list *list);

/*
 * The functions (not data) of map called name; module NULL: the kernel's own.
 * Replaces what the list held. -1 without memory.
 */
int symbol_list_find(struct symbol_list *list, const struct symbol_map *map, const char *name,
		     const char *module);

/* What a name rests on. */
enum site_evidence {
	EVIDENCE_NONE,
	EVIDENCE_TEXT,		/* the trace printed it */
	EVIDENCE_RUN_TIME_MAP,	/* kallsyms, by address */
	EVIDENCE_LINK_TIME_MAP, /* vmlinux or System.map, by address */
};

struct site_namer {
	const struct attribution_sources *sources;
	struct arena *arena;		   /* for the strings of call sites */
	const struct symbol_map *link_map; /* vmlinux, else System.map, else NULL */
	uint64_t slide;			   /* run-time address - link-time address */
	bool has_slide;			   /* otherwise link_map names no address */
	bool trace_has_names;		   /* some site of the trace is a symbol */
	struct symbol_list matches;	   /* scratch */
};

/* What naming found beside the call site's own fields; valid until the next site. */
struct site_tie {
	const char *lookup_name; /* function as objects spell it; NULL if unnamed */
	uint64_t extent;	 /* the function's size as %pS prints it, 0 if unknown */
	bool is_sought;		 /* a kernel function with its size, and a map to seek it in */
	bool checked;		 /* (name, size) was compared with a map */
	enum site_evidence evidence;
	struct symbol_list links; /* the link-time symbols it may be */
};

/* trace_has_names: see above. Everything is borrowed but the scratch memory. */
void site_namer_init(struct site_namer *namer, const struct attribution_sources *sources,
		     struct arena *arena, bool trace_has_names);
void site_namer_release(struct site_namer *namer);

/*
 * Fills caller, function, offset, function_size, module, naming and address of
 * site from site->site. tie is reused from site to site: all zero at first,
 * site_tie_release at last. Returns 0, or -1 without memory.
 */
int site_name(struct site_namer *namer, struct call_site *site, struct site_tie *tie);

/*
 * For a tie that was narrowed to one link later: address, and function and offset where the
 * return address is the first of the next function. Returns 0, or -1 without memory.
 */
int site_name_link(const struct site_namer *namer, struct call_site *site, struct site_tie *tie);
void site_tie_release(struct site_tie *tie);

#endif
