/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files and the memory they are in. */
#include <stdlib.h>
#include <string.h>

#include "elfsyms/debug_internal.h"

#define CHUNK_SIZE ((size_t)16 * 1024)

struct text_chunk {
	struct text_chunk *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

void *text_pool_bytes(struct text_pool *pool, size_t size)
{
	struct text_chunk *chunk = pool->chunks;
	void *result;

	if (size > SIZE_MAX / 2) {
		return NULL;
	}
	size = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	if (!chunk || chunk->size - chunk->used < size) {
		size_t capacity = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		chunk = malloc(sizeof(*chunk) + capacity);
		if (!chunk) {
			return NULL;
		}
		chunk->next = pool->chunks;
		chunk->used = 0;
		chunk->size = capacity;
		pool->chunks = chunk;
	}
	result = chunk->bytes + chunk->used;
	chunk->used += size;
	return result;
}

char *text_pool_copy(struct text_pool *pool, const char *text, size_t length)
{
	char *copy = text_pool_bytes(pool, length + 1);

	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

void text_pool_release(struct text_pool *pool)
{
	while (pool->chunks) {
		struct text_chunk *next = pool->chunks->next;

		free(pool->chunks);
		pool->chunks = next;
	}
}

/* A path under construction, without "." and with ".." resolved. */
struct path_builder {
	char *text;
	size_t length, size;
	size_t kept; /* leading "/" and "../", which ".." cannot take back */
};

static bool component_add(struct path_builder *path, const char *name, size_t length)
{
	if (length == 0 || (length == 1 && name[0] == '.')) {
		return true;
	}
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		if (path->length > path->kept) {
			while (path->length > path->kept && path->text[path->length - 1] != '/') {
				path->length--;
			}
			path->length -= path->length > path->kept;
			return true;
		}
		if (path->kept == 1 && path->text[0] == '/') {
			return true;
		}
	}
	if (path->length + length + 2 > path->size) {
		return false;
	}
	if (path->length > 0 && path->text[path->length - 1] != '/') {
		path->text[path->length++] = '/';
	}
	memcpy(path->text + path->length, name, length);
	path->length += length;
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		path->kept = path->length;
	}
	return true;
}

static bool components_add(struct path_builder *path, const char *text)
{
	if (text[0] == '/') {
		path->text[0] = '/';
		path->length = 1;
		path->kept = 1;
	}
	while (*text) {
		size_t length = strcspn(text, "/");

		if (!component_add(path, text, length)) {
			return false;
		}
		text += length + (text[length] == '/');
	}
	return true;
}

bool debug_path_resolve(const char *comp_dir, const char *dir, const char *name, char *ret,
			size_t size)
{
	struct path_builder path = {.text = ret, .size = size};

	if (size < 2 || !components_add(&path, comp_dir) || !components_add(&path, dir) ||
	    !components_add(&path, name)) {
		return false;
	}
	ret[path.length] = '\0';
	return true;
}

/* What follows prefix, whole components; text itself if it does not begin so. */
static const char *prefix_skip(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	while (length > 0 && prefix[length - 1] == '/') {
		length--;
	}
	if (length > 0 && strncmp(text, prefix, length) == 0 && text[length] == '/' &&
	    text[length + 1]) {
		return text + length + 1;
	}
	return text;
}

const char *debug_path_relative(struct text_pool *pool, const char *root, const char *comp_dir,
				const char *dir, const char *name)
{
	char path[DEBUG_PATH_SIZE];
	char folder[DEBUG_PATH_SIZE];
	const char *relative;

	if (!debug_path_resolve(comp_dir, dir, name, path, sizeof(path))) {
		return text_pool_copy(pool, name, strlen(name));
	}
	relative = prefix_skip(path, root);
	if (relative == path && debug_path_resolve(comp_dir, "", "", folder, sizeof(folder))) {
		relative = prefix_skip(path, folder);
	}
	return text_pool_copy(pool, relative, strlen(relative));
}
