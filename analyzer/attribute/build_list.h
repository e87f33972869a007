/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The objects found in a build, each path once, in the order found.
 */
#ifndef ANALYZER_ATTRIBUTE_BUILD_LIST_H
#define ANALYZER_ATTRIBUTE_BUILD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/arena.h"

/* How sure it is that an object is part of the kernel, before anything was read. */
enum link_certainty {
	LINK_POOL,     /* not part of it as far as is known: material to recognise composites */
	LINK_DOUBTFUL, /* only if vmlinux shows its symbols */
	LINK_LIKELY,   /* unless vmlinux shows that it isn't */
	LINK_CERTAIN,  /* the build's own records say so */
};

struct build_object {
	const char *path;   /* relative to the build, normalised */
	const char *module; /* as the kernel names it, NULL: vmlinux */
	enum link_certainty certainty;
	bool maybe_composite; /* nothing says whether it was compiled or made of other objects */
};

struct build_list {
	struct arena *arena; /* of the paths; borrowed */
	struct build_object *objects;
	size_t count;
	size_t capacity;
	uint32_t *slots; /* open addressing: index + 1 of the object with that path, 0 free */
	size_t slot_count;
};

/* What could not be used: how many, and a message for the first. */
struct build_problems {
	size_t count;
	char first[512];
};

void build_list_init(struct build_list *list, struct arena *arena);
void build_list_release(struct build_list *list);

/*
 * Adds path. A path that is there already keeps its place; it takes module and
 * certainty only if this one is surer, so the first certain claim wins.
 * *ret is its object, valid until the next addition. ERROR_NO_MEMORY or 0.
 */
int build_list_add(struct build_list *list, const char *path, const char *module,
		   enum link_certainty certainty, struct build_object **ret);

struct build_object *build_list_find(const struct build_list *list, const char *path);

void build_problem(struct build_problems *problems, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* FNV-1a of a NUL-terminated text: the hash of paths and symbol names here. */
uint32_t text_hash(const char *text);

#endif
