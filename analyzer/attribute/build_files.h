/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a kernel build: paths relative to its folder, and small reads.
 *
 * Everything a build records about itself (archives, .cmd, .mod, modules.order)
 * names files relative to the build folder, relative to the recording file or
 * absolutely. build_path_resolve makes one spelling of them all, so that an
 * object has one name however it was found. Nothing outside the build is ever
 * read because a file inside it says so.
 */
#ifndef ANALYZER_ATTRIBUTE_BUILD_FILES_H
#define ANALYZER_ATTRIBUTE_BUILD_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "analyzer/base/arena.h"

/* Longest path handled, with its NUL; longer ones count as missing. */
#define BUILD_PATH_MAX 4096

struct build_root {
	char given[BUILD_PATH_MAX]; /* as the user wrote it, without trailing slashes */
	char real[BUILD_PATH_MAX];  /* realpath of it, to recognise absolute names */
};

/* 0, or the errno of realpath. */
int build_root_init(struct build_root *root, const char *path);

/*
 * The one spelling of `name` (length bytes) as recorded in a file of `folder`
 * ("" for the top): no ".", "..", doubled slashes or absolute prefix. False when
 * it lies outside the build or is too long.
 */
bool build_path_resolve(const struct build_root *root, const char *folder, const char *name,
			size_t length, char ret[BUILD_PATH_MAX]);

/* The path to open for a path relative to the build; false when too long. */
bool build_path_full(const struct build_root *root, const char *path, char ret[BUILD_PATH_MAX]);

/* "a/b" + "c.o" -> "a/b/c.o"; prefix and suffix surround the name. False when too long. */
bool build_path_beside(const char *path, const char *prefix, const char *name, const char *suffix,
		       char ret[BUILD_PATH_MAX]);

/* The folder part of path ("" for the top). */
void build_path_folder(const char *path, char ret[BUILD_PATH_MAX]);

const char *build_path_basename(const char *path);

bool text_has_suffix(const char *text, size_t length, const char *suffix);

/* Is there a regular file (or a link to one) of that name? Missing, devices and pipes: false. */
bool build_file_exists(const struct build_root *root, const char *path);

/*
 * Reads a text of the build into *ret (malloc, NUL-terminated): the whole file, or
 * only up to its first newline. 0, 1 when there is no such regular file, it cannot be read or is
 * larger than 16 MiB, ERROR_NO_MEMORY.
 */
int build_file_read(const struct build_root *root, const char *path, bool first_line, char **ret,
		    size_t *size);

/* Does the file begin with the magic of an ar(1) archive, regular or thin? */
bool build_file_is_archive(const struct build_root *root, const char *path);

/* Does it begin with the magic of LLVM bitcode, bare or wrapped (CONFIG_LTO_CLANG)? */
bool build_file_is_bitcode(const struct build_root *root, const char *path);

/* A growing list of paths; the strings live in the arena given. */
struct path_array {
	const char **paths;
	size_t count;
	size_t capacity;
};

void path_array_release(struct path_array *array);
/* Adds a copy of path; false when memory is exhausted. */
bool path_array_add(struct path_array *array, struct arena *arena, const char *path);
/* Sorts by strcmp and drops duplicates. */
void path_array_sort(struct path_array *array);

#endif
