/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/build_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/error.h"

#define FILE_SIZE_LIMIT ((size_t)16 << 20)
#define READ_STEP	((size_t)16 << 10)

int build_root_init(struct build_root *root, const char *path)
{
	size_t length = strlen(path);
	char *real;

	while (length > 1 && path[length - 1] == '/') {
		length--;
	}
	if (length == 0 || length >= sizeof(root->given)) {
		return length == 0 ? ENOENT : ENAMETOOLONG;
	}
	memcpy(root->given, path, length);
	root->given[length] = '\0';
	real = realpath(root->given, NULL);
	if (!real) {
		return errno;
	}
	length = strlen(real);
	if (length >= sizeof(root->real)) {
		free(real);
		return ENAMETOOLONG;
	}
	memcpy(root->real, real, length + 1);
	free(real);
	return 0;
}

/* Appends the components of text to path (its length in *used); ".." takes the last one away. */
static bool append_components(char *path, size_t *used, const char *text, size_t length)
{
	size_t i = 0;

	while (i < length) {
		size_t start = i;
		size_t n;

		while (i < length && text[i] != '/') {
			i++;
		}
		n = i - start;
		i++;
		if (n == 0 || (n == 1 && text[start] == '.')) {
			continue;
		}
		if (n == 2 && text[start] == '.' && text[start + 1] == '.') {
			if (*used == 0) {
				return false;
			}
			while (*used > 0 && path[--*used] != '/') {
			}
			continue;
		}
		if (*used + n + 2 > BUILD_PATH_MAX || memchr(text + start, '\0', n)) {
			return false;
		}
		if (*used > 0) {
			path[(*used)++] = '/';
		}
		memcpy(path + *used, text + start, n);
		*used += n;
	}
	return true;
}

/* The rest of an absolute name below the folder `top`, NULL if it is elsewhere. */
static const char *below(const char *top, const char *name, size_t length)
{
	size_t n = strlen(top);

	if (top[0] != '/' || length <= n || strncmp(name, top, n) != 0) {
		return NULL;
	}
	return n == 1 || name[n] == '/' ? name + n : NULL;
}

bool build_path_resolve(const struct build_root *root, const char *folder, const char *name,
			size_t length, char ret[BUILD_PATH_MAX])
{
	const char *end = name + length;
	size_t used = 0;

	if (length > 0 && name[0] == '/') {
		const char *rest = below(root->real, name, length);

		if (!rest) {
			rest = below(root->given, name, length);
		}
		if (!rest) {
			return false;
		}
		name = rest;
	} else if (!append_components(ret, &used, folder, strlen(folder))) {
		return false;
	}
	if (!append_components(ret, &used, name, (size_t)(end - name)) || used == 0) {
		return false;
	}
	ret[used] = '\0';
	return true;
}

bool build_path_full(const struct build_root *root, const char *path, char ret[BUILD_PATH_MAX])
{
	int length = snprintf(ret, BUILD_PATH_MAX, "%s/%s", root->given, path);

	return length > 0 && length < BUILD_PATH_MAX;
}

bool build_path_beside(const char *path, const char *prefix, const char *name, const char *suffix,
		       char ret[BUILD_PATH_MAX])
{
	int folder = (int)(build_path_basename(path) - path);
	int length =
		snprintf(ret, BUILD_PATH_MAX, "%.*s%s%s%s", folder, path, prefix, name, suffix);

	return length > 0 && length < BUILD_PATH_MAX;
}

void build_path_folder(const char *path, char ret[BUILD_PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;

	if (length >= BUILD_PATH_MAX) {
		length = 0;
	}
	memcpy(ret, path, length);
	ret[length] = '\0';
}

const char *build_path_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool text_has_suffix(const char *text, size_t length, const char *suffix)
{
	size_t n = strlen(suffix);

	return length > n && memcmp(text + length - n, suffix, n) == 0;
}

bool build_file_exists(const struct build_root *root, const char *path)
{
	char full[BUILD_PATH_MAX];
	struct stat status;

	return build_path_full(root, path, full) && stat(full, &status) == 0 &&
	       S_ISREG(status.st_mode);
}

/* A descriptor of a regular file, or -1; O_NONBLOCK because a pipe must not hang the open. */
static int open_regular(const struct build_root *root, const char *path)
{
	char full[BUILD_PATH_MAX];
	struct stat status;
	int fd;

	if (!build_path_full(root, path, full)) {
		return -1;
	}
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Reads until the end, a newline (first_line) or the limit. 0, 1 or ERROR_NO_MEMORY. */
static int read_text(int fd, bool first_line, char **text, size_t *size)
{
	size_t capacity = 0;

	for (;;) {
		ssize_t got;

		if (*size + READ_STEP + 1 > capacity) {
			size_t wanted = capacity ? capacity * 2 : READ_STEP + 1;
			char *larger = wanted > 2 * FILE_SIZE_LIMIT ? NULL : realloc(*text, wanted);

			if (!larger) {
				return wanted > 2 * FILE_SIZE_LIMIT ? 1 : ERROR_NO_MEMORY;
			}
			*text = larger;
			capacity = wanted;
		}
		got = read(fd, *text + *size, capacity - *size - 1);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			return 1;
		}
		if (got == 0) {
			break;
		}
		if (first_line && memchr(*text + *size, '\n', (size_t)got)) {
			*size += (size_t)got;
			*size = (size_t)((char *)memchr(*text, '\n', *size) - *text);
			break;
		}
		*size += (size_t)got;
		if (*size > FILE_SIZE_LIMIT) {
			return 1;
		}
	}
	(*text)[*size] = '\0';
	return 0;
}

int build_file_read(const struct build_root *root, const char *path, bool first_line, char **ret,
		    size_t *size)
{
	int fd = open_regular(root, path);
	int result;

	*ret = NULL;
	*size = 0;
	if (fd < 0) {
		return 1;
	}
	result = read_text(fd, first_line, ret, size);
	close(fd);
	if (result != 0) {
		free(*ret);
		*ret = NULL;
	}
	return result;
}

/* Reads the first bytes of a regular file; false when it has fewer. */
static bool read_magic(const struct build_root *root, const char *path, void *magic, size_t size)
{
	int fd = open_regular(root, path);
	bool complete;

	if (fd < 0) {
		return false;
	}
	complete = read(fd, magic, size) == (ssize_t)size;
	close(fd);
	return complete;
}

bool build_file_is_archive(const struct build_root *root, const char *path)
{
	char magic[8];

	return read_magic(root, path, magic, sizeof(magic)) &&
	       (memcmp(magic, "!<arch>\n", sizeof(magic)) == 0 ||
		memcmp(magic, "!<thin>\n", sizeof(magic)) == 0);
}

bool build_file_is_bitcode(const struct build_root *root, const char *path)
{
	unsigned char magic[4];

	return read_magic(root, path, magic, sizeof(magic)) &&
	       (memcmp(magic, "BC\xC0\xDE", sizeof(magic)) == 0 ||
		memcmp(magic, "\xDE\xC0\x17\x0B", sizeof(magic)) == 0);
}

void path_array_release(struct path_array *array)
{
	free(array->paths);
	*array = (struct path_array){0};
}

bool path_array_add(struct path_array *array, struct arena *arena, const char *path)
{
	char *copy;

	if (array->count == array->capacity) {
		size_t capacity = array->capacity ? array->capacity * 2 : 64;
		const char **paths = realloc(array->paths, capacity * sizeof(*paths));

		if (!paths) {
			return false;
		}
		array->paths = paths;
		array->capacity = capacity;
	}
	copy = arena_strdup(arena, path);
	if (!copy) {
		return false;
	}
	array->paths[array->count++] = copy;
	return true;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void path_array_sort(struct path_array *array)
{
	size_t kept = 0;

	if (array->count < 2) {
		return;
	}
	qsort(array->paths, array->count, sizeof(*array->paths), compare_paths);
	for (size_t i = 0; i < array->count; i++) {
		if (kept == 0 || strcmp(array->paths[kept - 1], array->paths[i]) != 0) {
			array->paths[kept++] = array->paths[i];
		}
	}
	array->count = kept;
}
