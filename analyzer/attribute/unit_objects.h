/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The objects of a vmlinux without its build: one for each compilation unit of the
 * debug info, named as kbuild would name it (fs/inode.c: fs/inode.o), in link order.
 *
 * A function belongs to the unit whose code covers it. A variable belongs to the unit that
 * declares it at its address; local data that no unit declares (of assembler files,
 * or made by the compiler) to the unit of the other symbols of its source file in the symbol
 * table. What is left, and the bytes without any symbol (unwind tables, string literals,
 * padding), is one more object, a group: NO_UNIT. So the sizes of all add up to what size(1)
 * prints for the vmlinux. Names are copied into the arena.
 */
#ifndef ANALYZER_ATTRIBUTE_UNIT_OBJECTS_H
#define ANALYZER_ATTRIBUTE_UNIT_OBJECTS_H

#include <stddef.h>

#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/base/arena.h"
#include "analyzer/base/error.h"
#include "elfsyms/debug_info.h"

#define NO_UNIT "(no compilation unit)"

/* Both arrays are to be freed by the receiver. */
struct unit_objects {
	struct tree_object *objects;
	size_t object_count;
	struct tree_symbol *symbols; /* object by object */
	size_t symbol_count;
};

/* ERROR_INPUT: the vmlinux cannot be read. */
int unit_objects_read(const char *vmlinux, struct debug_info *debug, unsigned int thread_count,
		      struct arena *arena, struct unit_objects *ret, struct error *err);

#endif
