/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/module_files.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A kernel has 10,000 modules at most; more files than this are another kind of directory. */
#define FILES_MAX 100000
/* "name size users dependants state address": dependants of a popular module fill a line. */
#define LINE_MAX_BYTES 65536

static const char *const endings[] = {".ko", ".ko.xz", ".ko.zst", ".ko.gz"};

void module_files_init(struct module_files *modules)
{
	*modules = (struct module_files){0};
	arena_init(&modules->arena);
}

void module_files_release(struct module_files *modules)
{
	free(modules->files);
	free(modules->loads);
	free(modules->builds);
	arena_release(&modules->arena);
	*modules = (struct module_files){0};
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Length of the name before .ko or the like; 0: not a module's file. */
static size_t stem_length(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && strcmp(name + length - ending, endings[i]) == 0) {
			return length - ending;
		}
	}
	return 0;
}

/* The kernel's name for it: "snd-hda-intel" is snd_hda_intel. */
static char *module_name(struct arena *arena, const char *stem, size_t length)
{
	char *name = arena_strndup(arena, stem, length);

	for (char *c = name; c && *c; c++) {
		if (*c == '-') {
			*c = '_';
		}
	}
	return name;
}

static int file_add(struct module_files *modules, const char *path, const char *directory,
		    size_t directory_length)
{
	const char *name = base_name(path);
	struct module_file *file;

	if (modules->file_count == modules->file_capacity) {
		size_t larger = 64 + modules->file_capacity * 2;
		struct module_file *files = realloc(modules->files, larger * sizeof(*files));

		if (!files) {
			return -1;
		}
		modules->files = files;
		modules->file_capacity = larger;
	}
	file = &modules->files[modules->file_count];
	file->order = modules->file_count;
	file->name = module_name(&modules->arena, name, stem_length(name));
	file->path = arena_strdup(&modules->arena, path);
	file->directory =
		directory ? arena_strndup(&modules->arena, directory, directory_length) : NULL;
	modules->file_count++;
	return file->name && file->path && (!directory || file->directory) ? 0 : -1;
}

/* A line of modules.order: "fs/ext2/ext2.ko", since 6.3 "fs/ext2/ext2.o". */
static int order_line_add(struct module_files *modules, const char *root, const char *line)
{
	const char *dot = strrchr(line, '.');
	const char *slash = strrchr(line, '/');
	int stem = dot ? (int)(dot - line) : 0;

	if (stem == 0 || (strcmp(dot, ".ko") != 0 && strcmp(dot, ".o") != 0)) {
		return 0;
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		char *path =
			arena_printf(&modules->arena, "%s/%.*s%s", root, stem, line, endings[i]);

		if (!path) {
			return -1;
		}
		if (access(path, R_OK) == 0) {
			return file_add(modules, path, line, slash ? (size_t)(slash - line) : 0);
		}
	}
	return 0;
}

int module_files_add_build(struct module_files *modules, const char *root, struct error *err)
{
	char *path = arena_printf(&modules->arena, "%s/modules.order", root);
	size_t capacity = 0;
	char *line = NULL;
	ssize_t length;
	int result = path ? 0 : -1;
	FILE *file = path ? fopen(path, "re") : NULL;

	while (file && result == 0 && (length = getline(&line, &capacity, file)) > 0 &&
	       length < LINE_MAX_BYTES && modules->file_count < FILES_MAX) {
		line[strcspn(line, "\r\n")] = '\0';
		result = order_line_add(modules, root, line);
	}
	free(line);
	if (file) {
		fclose(file);
	}
	return result < 0 ? error_no_memory(err) : 0;
}

/* "fs/ext2" of ".../lib/modules/6.1.0-9-amd64/kernel/fs/ext2/ext2.ko", NULL otherwise. */
static const char *installed_directory(const char *path, size_t *length)
{
	const char *modules = strstr(path, "/modules/");
	const char *kernel = modules ? strchr(modules + strlen("/modules/"), '/') : NULL;

	if (!kernel || strncmp(kernel, "/kernel/", strlen("/kernel/")) != 0) {
		return NULL;
	}
	kernel += strlen("/kernel/");
	*length = base_name(kernel) == kernel ? 0 : (size_t)(base_name(kernel) - kernel - 1);
	return kernel;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int directory_add(struct module_files *modules, const char *path, struct error *err)
{
	char *absolute = realpath(path, NULL);
	char *roots[] = {absolute, NULL};
	size_t before = modules->file_count;
	size_t length = 0;
	FTSENT *entry;
	int result = 0;
	FTS *walk;

	if (!absolute) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s", path);
	}
	walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, by_name);
	while (walk && result == 0 && (entry = fts_read(walk)) && modules->file_count < FILES_MAX) {
		if ((entry->fts_info == FTS_F || entry->fts_info == FTS_NSOK) &&
		    stem_length(entry->fts_name) > 0) {
			const char *directory = installed_directory(entry->fts_path, &length);

			result = file_add(modules, entry->fts_path, directory, length);
		}
	}
	if (walk) {
		fts_close(walk);
	}
	free(absolute);
	if (!walk || result < 0) {
		return error_no_memory(err);
	}
	if (modules->file_count == before) {
		return error_set(err, ERROR_INPUT,
				 "%s: no module in this directory (.ko, .ko.xz, .ko.zst, .ko.gz)",
				 path);
	}
	return 0;
}

int module_files_add_load(struct module_files *modules, const char *name, uint64_t address,
			  uint64_t size, struct error *err)
{
	struct module_load *load;

	if (modules->load_count == modules->load_capacity) {
		size_t larger = 64 + modules->load_capacity * 2;
		struct module_load *loads = realloc(modules->loads, larger * sizeof(*loads));

		if (!loads) {
			return error_no_memory(err);
		}
		modules->loads = loads;
		modules->load_capacity = larger;
	}
	load = &modules->loads[modules->load_count];
	load->name = arena_strdup(&modules->arena, name);
	load->address = address;
	load->size = size;
	if (!load->name) {
		return error_no_memory(err);
	}
	modules->load_count++;
	return 0;
}

/* The next word of a line, ended in place; NULL behind the last. */
static char *word_next(char **line)
{
	char *word = *line + strspn(*line, " \t");

	if (*word == '\0') {
		return NULL;
	}
	*line = word + strcspn(word, " \t\r\n");
	if (**line != '\0') {
		*(*line)++ = '\0';
	}
	return word;
}

static bool number_parse(const char *word, int base, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(word, &end, base);
	return errno == 0 && end != word && *end == '\0' && word[0] != '-';
}

/* Is the line one of /proc/modules? The address is 0 where the kernel hid it. */
static bool load_parse(char *line, const char **name, uint64_t *size, uint64_t *address)
{
	char *words[6];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		words[i] = word_next(&line);
		if (!words[i]) {
			return false;
		}
	}
	*name = words[0];
	return number_parse(words[1], 10, size) && strncmp(words[5], "0x", 2) == 0 &&
	       number_parse(words[5], 16, address);
}

/* Reads up to the first error; closes file. */
static int loads_read(struct module_files *modules, FILE *file, size_t *found, struct error *err)
{
	size_t capacity = 0;
	char *line = NULL;
	ssize_t length;
	int result = 0;

	while (result == 0 && (length = getline(&line, &capacity, file)) > 0 &&
	       length < LINE_MAX_BYTES && *found < FILES_MAX) {
		const char *name;
		uint64_t address;
		uint64_t size;

		if (!load_parse(line, &name, &size, &address)) {
			continue;
		}
		(*found)++;
		if (address != 0) {
			result = module_files_add_load(modules, name, address, size, err);
		}
	}
	free(line);
	fclose(file);
	return result;
}

static int loads_add(struct module_files *modules, const char *path, struct error *err)
{
	FILE *file = fopen(path, "re");
	size_t found = 0;
	int result;

	if (!file) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s", path);
	}
	result = loads_read(modules, file, &found, err);
	if (result == 0 && found == 0) {
		return error_set(err, ERROR_INPUT,
				 "%s: neither a directory of modules nor a copy of /proc/modules",
				 path);
	}
	return result;
}

int module_files_add_loads(struct module_files *modules, const char *text, size_t size,
			   size_t *ret_count, struct error *err)
{
	/* It is only read: "r". */
	FILE *file = size > 0 ? fmemopen((void *)text, size, "r") : NULL;
	size_t found = 0;
	int result = 0;

	if (file) {
		result = loads_read(modules, file, &found, err);
	} else if (size > 0) {
		result = error_no_memory(err);
	}
	if (ret_count) {
		*ret_count = found;
	}
	return result;
}

int module_files_add_build_id(struct module_files *modules, const char *name, const char *build_id,
			      struct error *err)
{
	struct module_build *build;

	if (modules->build_count == modules->build_capacity) {
		size_t larger = 64 + modules->build_capacity * 2;
		struct module_build *builds = realloc(modules->builds, larger * sizeof(*builds));

		if (!builds) {
			return error_no_memory(err);
		}
		modules->builds = builds;
		modules->build_capacity = larger;
	}
	build = &modules->builds[modules->build_count];
	build->name = arena_strdup(&modules->arena, name);
	build->build_id = arena_strdup(&modules->arena, build_id);
	if (!build->name || !build->build_id) {
		return error_no_memory(err);
	}
	modules->build_count++;
	return 0;
}

int module_files_add_path(struct module_files *modules, const char *path, struct error *err)
{
	struct stat status;

	if (stat(path, &status) < 0) {
		return error_set_errno(err, ERROR_INPUT, errno, "%s", path);
	}
	return S_ISDIR(status.st_mode) ? directory_add(modules, path, err)
				       : loads_add(modules, path, err);
}

static int compare_files(const void *a_pointer, const void *b_pointer)
{
	const struct module_file *a = a_pointer;
	const struct module_file *b = b_pointer;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int compare_loads(const void *a_pointer, const void *b_pointer)
{
	const struct module_load *a = a_pointer;
	const struct module_load *b = b_pointer;

	if (a->address != b->address) {
		return a->address < b->address ? -1 : 1;
	}
	return strcmp(a->name, b->name);
}

static int compare_builds(const void *a_pointer, const void *b_pointer)
{
	const struct module_build *a = a_pointer;
	const struct module_build *b = b_pointer;
	int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->build_id, b->build_id);
}

void module_files_finish(struct module_files *modules)
{
	if (modules->file_count > 0) {
		qsort(modules->files, modules->file_count, sizeof(*modules->files), compare_files);
	}
	if (modules->load_count > 0) {
		qsort(modules->loads, modules->load_count, sizeof(*modules->loads), compare_loads);
	}
	if (modules->build_count > 0) {
		qsort(modules->builds, modules->build_count, sizeof(*modules->builds),
		      compare_builds);
	}
}

const char *module_files_build_id(const struct module_files *modules, const char *name)
{
	size_t low = 0;
	size_t high = modules->build_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(modules->builds[middle].name, name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < modules->build_count && strcmp(modules->builds[low].name, name) == 0
		       ? modules->builds[low].build_id
		       : NULL;
}

const struct module_file *module_files_find(const struct module_files *modules, const char *name,
					    size_t *ret_count)
{
	size_t low = 0;
	size_t high = modules->file_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(modules->files[middle].name, name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*ret_count = 0;
	while (low + *ret_count < modules->file_count &&
	       strcmp(modules->files[low + *ret_count].name, name) == 0) {
		(*ret_count)++;
	}
	return *ret_count ? &modules->files[low] : NULL;
}
