/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attribution: every row of the account gets its name and its place.
 *
 * Naming. A symbolic site (name+0xoff/0xsize) keeps the kernel's own name and is
 * tied to the one symbol of the map with that name and size. A hexadecimal site
 * is looked up at address - 1 (the call site is the address after the call) and
 * printed as function+0xoff with the offset of the address itself.
 *
 * Placing. The function belongs to the object that defines it: by name and size
 * among the objects of the tree; equal names in several objects are told apart
 * by size, then by the symbol's STT_FILE name and link order in vmlinux; never
 * by prefix. What remains ambiguous is not placed but listed. A module's site
 * goes to the module's object in the tree, else to "(module NAME)".
 */
#ifndef ANALYZER_ATTRIBUTE_ATTRIBUTION_H
#define ANALYZER_ATTRIBUTE_ATTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/call_site.h"
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/attribute/memory_tree.h"
#include "analyzer/base/error.h"
#include "elfsyms/symbol_map.h"

/* Where names and places may come from; any of them may be NULL. All borrowed. */
struct attribution_sources {
	const struct kernel_tree *tree;
	const struct symbol_map *vmlinux;    /* of the tree's vmlinux */
	const struct symbol_map *system_map; /* --system-map or the tree's */
	const struct symbol_map *kallsyms;   /* --kallsyms: run-time addresses, with modules */
};

/* For the verdict. Bytes are current_dynamic unless said otherwise. */
struct attribution_facts {
	uint64_t unnamed_sites, unnamed_bytes;	   /* raw addresses no map names */
	uint64_t unplaced_sites, unplaced_bytes;   /* in "(unplaced)" */
	uint64_t module_sites, module_bytes;	   /* in "(module NAME)" groups */
	uint64_t ambiguous_sites, ambiguous_bytes; /* several objects define that name and size */
	uint64_t mismatch_sites, mismatch_bytes;   /* the map has the name with another size */
	uint64_t checked_sites; /* symbolic sites whose (name, size) was compared with a map */
};

struct attribution; /* owns the call sites and their strings */

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
 * kernel may be NULL.
 */
int attribution_build_tree(struct attribution *attribution, const struct kernel_tree *kernel,
			   struct memory_tree *tree, struct error *err);

#endif
