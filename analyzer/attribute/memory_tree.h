/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory tree: directory -> object -> symbol, with static and dynamic bytes.
 *
 * Plain resolved records go in; reports and charts read it. It knows no ELF, no
 * trace and no file format. Whatever could not be placed stands in a TREE_GROUP
 * node below the root, so the root's sums equal the account's.
 *
 * Life: memory_tree_init, then memory_tree_child / figures_add while building,
 * then memory_tree_seal, then read. Whoever adds to a sealed tree (a merge of two
 * analyses) seals it again. All nodes and names live in the tree's arena until
 * memory_tree_release; names given to the functions are copied.
 *
 * Finding a child costs O(1): children are hashed by parent, kind and name.
 * A node costs about 200 bytes.
 *
 * Sums: `own` is what was recorded at the node itself, `sum` is own plus all
 * descendants (valid after seal). Unsigned 64-bit, wrapping like the trace's.
 */
#ifndef ANALYZER_ATTRIBUTE_MEMORY_TREE_H
#define ANALYZER_ATTRIBUTE_MEMORY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"

struct memory_figures {
	uint64_t static_text; /* bytes, as size(1) in Berkeley format counts them */
	uint64_t static_data;
	uint64_t static_bss;
	uint64_t total_dynamic;	    /* allocated bytes of all allocations ever made */
	uint64_t current_dynamic;   /* allocated bytes still live */
	uint64_t current_requested; /* requested bytes still live */
	uint64_t alloc_count;
	uint64_t free_count; /* how many of those objects were freed later */
};

enum memory_attribute {
	ATTRIBUTE_CURRENT, /* static + current_dynamic */
	ATTRIBUTE_STATIC,
	ATTRIBUTE_WASTE, /* current_dynamic - current_requested, 0 if negative */
	ATTRIBUTE_CURRENT_DYNAMIC,
	ATTRIBUTE_TOTAL_DYNAMIC,
	ATTRIBUTE_COUNT,
};

/* Names as on the command line, index = enum memory_attribute. */
extern const char *const memory_attribute_names[ATTRIBUTE_COUNT];

uint64_t memory_figures_get(const struct memory_figures *figures, enum memory_attribute attribute);
uint64_t memory_figures_static(const struct memory_figures *figures);
/* Signed: a damaged or hostile trace can claim bytes_alloc < bytes_req. */
int64_t memory_figures_waste(const struct memory_figures *figures);
void memory_figures_add(struct memory_figures *to, const struct memory_figures *what);

enum tree_node_kind {
	TREE_DIRECTORY,
	TREE_OBJECT,  /* an object file, "inode.o" */
	TREE_SYMBOL,  /* a function or variable of an object */
	TREE_PADDING, /* "(padding and unnamed)" of an object: size(1) minus its symbols */
	TREE_GROUP,   /* "(module leaky)", "(unplaced)": not a place in the tree */
};

struct tree_node {
	const char *name; /* one path component; never contains '/' for directories */
	enum tree_node_kind kind;
	uint32_t child_count;
	struct tree_node *parent; /* NULL at the root */
	struct tree_node *first_child;
	struct tree_node *next_sibling; /* by name (strcmp) after seal */
	struct tree_node *hash_next;	/* private to memory_tree.c, like hash */
	uint64_t hash;
	struct memory_figures own;
	struct memory_figures sum;
};

struct memory_tree {
	struct arena arena;
	struct tree_node *root; /* name "" */
	struct tree_node **buckets;
	size_t bucket_count;
	size_t node_count;
	bool sealed; /* siblings are sorted and sums are current */
};

int memory_tree_init(struct memory_tree *tree, struct error *err);
void memory_tree_release(struct memory_tree *tree);

/*
 * Makes room to find node_count nodes quickly, if there is memory for it; otherwise the table
 * grows as it fills. For builders that know how many will come.
 */
void memory_tree_reserve(struct memory_tree *tree, size_t node_count);

/*
 * The child of parent with this name and kind, made if missing. NULL: no memory.
 * One name may stand for a directory and an object at once: they are two nodes.
 */
struct tree_node *memory_tree_child(struct memory_tree *tree, struct tree_node *parent,
				    enum tree_node_kind kind, const char *name);

/*
 * The directory node of a path such as "fs/ext4" ("" or "." is the root), made if
 * missing, with its ancestors. NULL: no memory. "." and empty components are
 * skipped; ".." is a name like any other.
 */
struct tree_node *memory_tree_directory(struct memory_tree *tree, const char *path);

/*
 * Sorts children by name (strcmp, then kind) and computes every sum. Needs no
 * memory and does not recurse: depth cannot exhaust the stack.
 */
void memory_tree_seal(struct memory_tree *tree);

/*
 * The node of a branch given by the user: whole path components; "./" and
 * leading, doubled and trailing slashes are ignored; may name a directory, an
 * object ("fs/inode.o") or a group ("(module leaky)"), in this order where two
 * share a name. NULL when there is none.
 */
const struct tree_node *memory_tree_find(const struct memory_tree *tree, const char *branch);

/*
 * For "did you mean": the directory path nearest to a branch that doesn't exist,
 * written to buffer (truncated to size), or NULL when none is near. In order:
 *   1. a path that ends in the branch's components: "ext4" -> "fs/ext4";
 *   2. a path, or its end, few typing errors away (insert, drop, change or swap
 *      a character): "drivers/nte" -> "drivers/net";
 *   3. the longest path the branch ends in: "/usr/src/linux/fs/ext4" -> "fs/ext4";
 *   4. the longest path the branch begins with: "fs/ext4/nowhere" -> "fs/ext4".
 * Ties go to the path with fewer components, then to the first by strcmp.
 */
const char *memory_tree_suggest(const struct memory_tree *tree, const char *branch, char *buffer,
				size_t size);

/* "fs/ext4/inode.o" into buffer (truncated to size); "" for the root. Returns buffer. */
const char *tree_node_path(const struct tree_node *node, char *buffer, size_t size);

/* Is node at or below ancestor? */
bool tree_node_is_below(const struct tree_node *node, const struct tree_node *ancestor);

#endif
