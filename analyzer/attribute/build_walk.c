/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/build_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/base/error.h"

const char *const module_compressions[] = {"", ".gz", ".xz", ".zst", NULL};

/*
 * Folders whose objects are images of their own, carried by the kernel as data or
 * not at all: the vdso, the kexec purgatory, the real-mode trampoline, the EFI stub of x86,
 * KVM's hypervisor code of arm64 (linked under other names), sample programs.
 * A few objects in them are linked all the same.
 */
static const char *const doubtful_folders[] = {"vdso",	  "vdso32", "vdso64", "purgatory",
					       "libstub", "nvhe",   "rm",     "samples"};
static const char *const linked_all_the_same[] = {"vma.o", "extable.o", "vdso32-setup.o",
						  "kexec-purgatory.o"};

static bool is_one_of(const char *const *names, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
			return true;
		}
	}
	return false;
}

enum link_certainty build_walk_place(const char *path)
{
	const char *base = build_path_basename(path);
	const char *slash;

	for (const char *part = path; (slash = strchr(part, '/')); part = slash + 1) {
		if (!is_one_of(doubtful_folders,
			       sizeof(doubtful_folders) / sizeof(doubtful_folders[0]), part,
			       (size_t)(slash - part))) {
			continue;
		}
		if (strncmp(base, "vdso-image-", strlen("vdso-image-")) == 0 ||
		    is_one_of(linked_all_the_same,
			      sizeof(linked_all_the_same) / sizeof(linked_all_the_same[0]), base,
			      strlen(base))) {
			return LINK_LIKELY;
		}
		return LINK_DOUBTFUL;
	}
	return LINK_LIKELY;
}

/* Folders that hold nothing linked into vmlinux or a module. */
static bool is_foreign_folder(const char *folder)
{
	static const char *const top[] = {"scripts", "tools", "Documentation", "include"};
	static const char *const of_arch[] = {"boot", "tools"};
	const char *rest;

	if (is_one_of(top, sizeof(top) / sizeof(top[0]), folder, strlen(folder))) {
		return true;
	}
	if (strncmp(folder, "arch/", 5) != 0) {
		return false;
	}
	rest = strchr(folder + 5, '/');
	return rest &&
	       is_one_of(of_arch, sizeof(of_arch) / sizeof(of_arch[0]), rest + 1, strlen(rest + 1));
}

/* "x.ko", "x.ko.xz", "x.mod.o": the length of what precedes, 0 for other names. */
static size_t module_stem(const char *name, size_t length)
{
	if (text_has_suffix(name, length, ".mod.o")) {
		return length - strlen(".mod.o");
	}
	for (const char *const *suffix = module_compressions; *suffix; suffix++) {
		size_t n = strlen(*suffix);

		if ((n == 0 || text_has_suffix(name, length, *suffix)) &&
		    text_has_suffix(name, length - n, ".ko")) {
			return length - n - strlen(".ko");
		}
	}
	return 0;
}

/* Results of partial links, which hold other objects' bytes once more. */
static bool is_intermediate(const char *name, size_t length)
{
	return strcmp(name, "vmlinux.o") == 0 || text_has_suffix(name, length, ".lto.o") ||
	       text_has_suffix(name, length, ".prelink.o") ||
	       text_has_suffix(name, length, ".nvhe.o") ||
	       text_has_suffix(name, length, ".nvhe.tmp.o");
}

static bool take_file(struct build_walk *walk, struct arena *arena, char *path)
{
	const char *name = build_path_basename(path);
	size_t length = strlen(name);
	size_t stem = module_stem(name, length);

	if (stem > 0) {
		path[(size_t)(name - path) + stem] = '\0';
		return path_array_add(&walk->modules, arena, path);
	}
	if (strcmp(name, "built-in.a") == 0 || strcmp(name, "built-in.o") == 0) {
		return path_array_add(&walk->builtins, arena, path);
	}
	if (strcmp(name, "lib.a") == 0) {
		return path_array_add(&walk->libs, arena, path);
	}
	if (text_has_suffix(name, length, ".o") && !is_intermediate(name, length)) {
		return path_array_add(&walk->objects, arena, path);
	}
	return true;
}

/* DT_REG or DT_DIR of an entry, 0 for what is neither; a link counts when it leads to a file. */
static unsigned char entry_type(DIR *directory, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type == DT_REG || entry->d_type == DT_DIR) {
		return entry->d_type;
	}
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) {
		return 0;
	}
	if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
		return 0;
	}
	if (S_ISDIR(status.st_mode)) {
		return DT_DIR;
	}
	if (S_ISLNK(status.st_mode) && fstatat(dirfd(directory), entry->d_name, &status, 0) < 0) {
		return 0;
	}
	return S_ISREG(status.st_mode) ? DT_REG : 0;
}

/* Most files of a source tree are none of ours: told by the name before anything is copied. */
static bool is_interesting(const char *name)
{
	size_t length = strlen(name);

	return text_has_suffix(name, length, ".o") || text_has_suffix(name, length, ".a") ||
	       module_stem(name, length) > 0;
}

static bool walk_folder(struct build_walk *walk, const struct build_root *root, struct arena *arena,
			const char *folder, struct path_array *pending)
{
	char path[BUILD_PATH_MAX];
	bool ok = true;
	DIR *directory;
	struct dirent *entry;

	if (!build_path_full(root, folder, path)) {
		return true;
	}
	directory = opendir(path);
	if (!directory) {
		return true;
	}
	while (ok && (entry = readdir(directory))) {
		unsigned char type;

		if (entry->d_name[0] == '.') {
			continue;
		}
		type = entry_type(directory, entry);
		if (type == 0 || (type == DT_REG && !is_interesting(entry->d_name)) ||
		    snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "",
			     entry->d_name) >= (int)sizeof(path)) {
			continue;
		}
		if (type == DT_REG) {
			ok = take_file(walk, arena, path);
		} else if (!is_foreign_folder(path)) {
			ok = path_array_add(pending, arena, path);
		}
	}
	closedir(directory);
	return ok;
}

int build_walk_run(struct build_walk *walk, const struct build_root *root, struct arena *arena)
{
	struct path_array pending = {0};
	bool ok = path_array_add(&pending, arena, "");

	*walk = (struct build_walk){0};
	while (ok && pending.count > 0) {
		ok = walk_folder(walk, root, arena, pending.paths[--pending.count], &pending);
	}
	path_array_release(&pending);
	if (!ok) {
		build_walk_release(walk);
		return ERROR_NO_MEMORY;
	}
	path_array_sort(&walk->objects);
	path_array_sort(&walk->builtins);
	path_array_sort(&walk->libs);
	path_array_sort(&walk->modules);
	return 0;
}

void build_walk_release(struct build_walk *walk)
{
	path_array_release(&walk->objects);
	path_array_release(&walk->builtins);
	path_array_release(&walk->libs);
	path_array_release(&walk->modules);
}
