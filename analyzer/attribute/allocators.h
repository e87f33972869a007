/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slab allocators' entry points, by name, in kernels from 2.6.31 to 7.x.
 *
 * An entry point records in its trace event the return address of its own frame
 * (_RET_IP_): whoever called it, or, when it was jumped to, whoever called the one that
 * jumped. The tracked ones are told by their caller whom to record; they let kstrdup
 * or kvasprintf name their callers.
 */
#ifndef ANALYZER_ATTRIBUTE_ALLOCATORS_H
#define ANALYZER_ATTRIBUTE_ALLOCATORS_H

enum allocator_role {
	ALLOCATOR_NOT,	   /* any other function */
	ALLOCATOR_ENTRY,   /* records who called it */
	ALLOCATOR_TRACKED, /* records whom it is told to record */
};

/* name as in a symbol table: compiler suffixes (.isra.0, .constprop.0) and the _noprof of 6.10
 * and newer are not looked at. */
enum allocator_role allocator_role(const char *name);

#endif
