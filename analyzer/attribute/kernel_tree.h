/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A built kernel tree: which objects are part of the kernel, what they define
 * and how large they are.
 *
 * Given the folder of a build (in-tree, or the output folder of an O= build) or a
 * single vmlinux, finds every object that is linked into vmlinux or into a
 * module, each once:
 *   - vmlinux.a (6.1 and newer) or built-in.a/lib.a, followed recursively (4.17
 *     and newer), or relocatable built-in.o before that, say what vmlinux holds;
 *   - modules.order, *.mod and .cmd files say what the modules hold;
 *   - where none of these exist, a walk that skips host programs, arch/x/boot,
 *     realmode, vdso, purgatory, link intermediates and composite objects.
 * LLVM bitcode objects (Clang's LTO) have no sizes of their own: they are counted and
 * reported; see struct tree_object for what vmlinux tells about them. Modules
 * of such a build are read from the machine code of M.lto.o, M.prelink.o or M.ko.
 *
 * Objects of vmlinux come first, in link order where the build recorded it, else by path;
 * then those of the modules, by module name. The objects that link-vmlinux.sh adds at the end
 * (init/version-timestamp.o, .vmlinux.export.o, the last kallsyms pass, .btf.vmlinux.bin.o) are
 * objects like any other when the build still has them; M.mod.o is part of module M.
 *
 * All strings and arrays live until kernel_tree_free.
 */
#ifndef ANALYZER_ATTRIBUTE_KERNEL_TREE_H
#define ANALYZER_ATTRIBUTE_KERNEL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "elfsyms/debug_info.h"
#include "elfsyms/object.h"

struct kernel_tree;

/*
 * A function or variable an object defines: every named symbol with a size.
 *
 * `size` is the symbol's own (st_size): what a call site's /0xSIZE is compared
 * with. `static_bytes` is its share of the object's static bytes: bytes that an
 * earlier symbol already covers are not counted again, so the static_bytes of
 * one object's symbols in a segment never add up to more than what size(1) gives
 * for it (the rest is padding and unnamed data). Of several names for the same
 * bytes the larger symbol, then the global one, then the shortest name, then the
 * first by strcmp carries them; the others are aliases with 0 bytes, which can
 * be found by name all the same.
 */
struct tree_symbol {
	const char *name;
	uint64_t size;
	uint64_t static_bytes;
	uint32_t object; /* index into the objects */
	enum elf_segment segment;
	bool is_function;
	bool is_global; /* strong or weak */
	bool is_weak;
	bool is_alias; /* static_bytes is 0: its bytes belong to another symbol */
};

struct tree_object {
	const char *path;   /* relative to the build: "fs/ext2/inode.o" */
	const char *module; /* "ext2" as the kernel names it ('-' becomes '_'), NULL: vmlinux */
	const char *source; /* its STT_FILE name ("inode.c"), NULL if it has none */
	/* Exactly what size(1) prints; of a bitcode object the sum of its symbols. */
	struct elf_sizes sizes;
	uint32_t first_symbol; /* its symbols: first_symbol .. first_symbol + symbol_count - 1 */
	uint32_t symbol_count;
	bool is_bitcode; /* its symbols are those local ones that vmlinux ascribes to its source */
	bool is_group;	 /* no object: what belongs to none, path is its label */
};

struct kernel_tree_facts {
	size_t object_count; /* objects linked into vmlinux or a module */
	size_t vmlinux_object_count;
	size_t module_count;
	size_t bitcode_count;	    /* objects without sizes: LLVM bitcode */
	size_t unreadable_count;    /* objects that are not ELF or damaged */
	char first_unreadable[512]; /* message for the first of them, "" if none */
	const char *evidence; /* what said which objects are linked: "vmlinux.a", "built-in.a",
				 "directory walk" */
};

/*
 * Opens path: a folder, or a linked vmlinux, which gives a tree without objects.
 * thread_count: objects are read in parallel (0: the CPUs available).
 * ERROR_USAGE when path exists but is neither a kernel build nor an ELF file,
 * ERROR_INPUT when it cannot be read.
 */
int kernel_tree_open(const char *path, unsigned int thread_count, struct kernel_tree **ret,
		     struct error *err);
void kernel_tree_free(struct kernel_tree *tree);

/*
 * Gives a tree that has a vmlinux, but no objects, those that its debug info knows
 * (unit_objects.h): fs/inode.c becomes fs/inode.o, as it would be in the build. thread_count
 * as above.
 */
int kernel_tree_add_units(struct kernel_tree *tree, struct debug_info *debug,
			  unsigned int thread_count, struct error *err);

/* Does path hold a kernel build (for the default of -k)? Cheap: a few stat calls. */
bool kernel_tree_is_build(const char *path);

const struct tree_object *kernel_tree_objects(const struct kernel_tree *tree, size_t *count);
const struct tree_symbol *kernel_tree_symbols(const struct kernel_tree *tree, size_t *count);
const struct kernel_tree_facts *kernel_tree_facts(const struct kernel_tree *tree);

/* Path of the linked vmlinux / System.map, NULL if the build has none. */
const char *kernel_tree_vmlinux(const struct kernel_tree *tree);
const char *kernel_tree_system_map(const struct kernel_tree *tree);

/* All symbols called name, as indices into kernel_tree_symbols; up to capacity, returns how many
 * exist. */
size_t kernel_tree_by_name(const struct kernel_tree *tree, const char *name, uint32_t *ret,
			   size_t capacity);

#endif
