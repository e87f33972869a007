/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attribution: every row of the account gets its name and its place.
 *
 * Naming (site_naming.h). A symbolic site (name+0xoff/0xsize) keeps the kernel's
 * own name and is tied to the one symbol of the maps with that name and size. A
 * hexadecimal site is looked up at address - 1 (the call site is the address after
 * the call) and printed as function+0xoff with the offset of the address itself.
 *
 * Placing (site_placing.h, function_search.h). The function belongs to the object
 * that defines it: by name and size among the objects of the tree; equal names in
 * several objects are told apart by size, then by the symbol's STT_FILE name and
 * link order in vmlinux; never by prefix. What remains ambiguous is not placed
 * but listed. A module's site goes to the module's objects in the tree, else to
 * "(module NAME)".
 *
 * Debug info (site_debug.h, site_blame.h) adds the chain of inlined functions with file
 * and line, tells apart what naming could not, and places what the tree does not know.
 *
 * Cost: a few hash lookups per call site, a few milliseconds for 500 of them.
 */
#ifndef ANALYZER_ATTRIBUTE_ATTRIBUTION_H
#define ANALYZER_ATTRIBUTE_ATTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/kernel_code.h"
#include "analyzer/attribute/kernel_slide.h"
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/attribute/module_files.h"
#include "analyzer/base/error.h"
#include "elfsyms/debug_info.h"
#include "elfsyms/symbol_map.h"

/* Where names and places may come from; any of them may be NULL. All borrowed. */
struct attribution_sources {
	const struct kernel_tree *tree;
	const struct symbol_map *vmlinux;    /* of the tree's vmlinux */
	const struct symbol_map *system_map; /* --system-map or the tree's */
	const struct symbol_map *kallsyms;   /* --kallsyms: run-time addresses, with modules */
	const struct kernel_code *code;	     /* of vmlinux and modules */
	const struct kernel_slide *slide;    /* NULL: by kallsyms, else 0 */
	struct debug_info *debug;	     /* of the tree's vmlinux */
	const struct module_files *modules;  /* files of modules, finished */
	const char *debug_dir;		     /* where separate debug files of modules are */
	unsigned int thread_count;	     /* to read debug info with; 0: the CPUs available */
};

/* How the debug info of modules is to be sought and named. */
struct debug_search attribution_debug_search(const struct attribution_sources *sources);

/*
 * For the verdict: how many call sites, and how many of their live bytes
 * (current_dynamic). A site may count in several pairs.
 */
struct attribution_facts {
	/* SITE_RAW: no map names the address. */
	uint64_t unnamed_sites, unnamed_bytes;
	/* SITE_UNKNOWN_SYMBOL: no map and no object has the function. */
	uint64_t unknown_sites, unknown_bytes;
	/* SITE_AMBIGUOUS: not placed, unless all candidates share a directory. */
	uint64_t ambiguous_sites, ambiguous_bytes;
	/* SITE_SIZE_MISMATCH: a map or the tree is of another kernel; of how many compared. */
	uint64_t mismatch_sites, mismatch_bytes;
	uint64_t checked_sites;
	/* Addresses named by vmlinux or System.map, slide unknown: right only without KASLR. */
	uint64_t link_address_sites, link_address_bytes;
	/* By what stands in front of them (enum site_call); unknown ones are not counted. */
	uint64_t direct_sites, direct_bytes;
	uint64_t via_sites, via_bytes;
	uint64_t tail_sites, tail_bytes;
	uint64_t indirect_sites, indirect_bytes;
	uint64_t undecidable_sites, undecidable_bytes;
	uint64_t no_call_sites, no_call_bytes;
	/* Kernel functions sought by name and size in a map, and not found so (map_match.h). */
	uint64_t sought_sites, misfit_sites;
	/* Of struct kernel_slide, whose origin is slide_origin. */
	uint64_t slide_origin, slide, slide_sites, slide_hits, slide_runner_up;
	/* SITE_UNPLACED: in "(unplaced)". */
	uint64_t unplaced_sites, unplaced_bytes;
	/* With function, file and line from debug info. */
	uint64_t debug_sites, debug_bytes;
	/* unit_differs: debug info names another directory than the object tree, which won. */
	uint64_t differing_sites, differing_bytes;
	/* in_init_text: the code was freed when its module had been loaded. */
	uint64_t init_text_sites, init_text_bytes;
	/* SITE_IN_MODULE: in "(module NAME)". */
	uint64_t module_sites, module_bytes;
};

/* Owns the call sites and their strings; needs neither account nor sources later. */
struct attribution;

/* Names and places every row. Fails only without memory. */
int attribution_run(const struct account *account, const struct attribution_sources *sources,
		    struct attribution **ret, struct error *err);
void attribution_free(struct attribution *attribution);

/* One per account row, in the account's order. `node` is set by attribution_build_tree. */
struct call_site *attribution_sites(struct attribution *attribution, size_t *count);
const struct attribution_facts *attribution_facts(const struct attribution *attribution);

/*
 * Fills and seals the memory tree: every object of the kernel tree with its
 * static bytes (symbol by symbol, the rest in a TREE_PADDING child so that the
 * object equals size(1)), and every call site's dynamic bytes at its function.
 * A function of which only the directory is known stands in the directory itself;
 * a site without a name stands in "(unplaced)" under its account label. So the
 * root's sums are the account's and those of size(1). kernel may be NULL, and so
 * may attribution (static bytes only). Fails only without memory.
 */
int attribution_build_tree(struct attribution *attribution, const struct kernel_tree *kernel,
			   struct memory_tree *tree, struct error *err);

/*
 * The second half of that alone: gives every site its node, adds its dynamic bytes there, and
 * seals the tree, whose objects are in it already (a saved analysis). Fails only without memory.
 */
int call_sites_build_tree(struct call_site *sites, size_t count, struct memory_tree *tree,
			  struct error *err);

#endif
