/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the debug info of a stripped file is: the places gdb, perf and distributions
 * agreed on. Where the file has a build id, the candidate must have the same; where it
 * has none, the path alone decides.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elfsyms/debug_internal.h"

#define SYSTEM_DEBUG_DIRECTORY "/usr/lib/debug"
#define BUILD_ID_MAX	       64

/* What a separate debug file has to go with. */
struct debug_wanted {
	char path[PATH_MAX]; /* of the stripped file, absolute */
	const char *name;    /* its last component */
	unsigned char id[BUILD_ID_MAX];
	size_t id_size;
	char link[256]; /* of .gnu_debuglink, "" if there is none */
};

static size_t build_id_read(Elf *elf, unsigned char *ret)
{
	const void *id;
	ssize_t size = sym_dwelf_elf_gnu_build_id(elf, &id);

	if (size <= 0 || size > BUILD_ID_MAX) {
		return 0;
	}
	memcpy(ret, id, (size_t)size);
	return (size_t)size;
}

static bool has_debug_info(Elf *elf)
{
	Elf_Scn *section = NULL;
	size_t names;
	GElf_Shdr header;

	if (elf_getshdrstrndx(elf, &names) != 0) {
		return false;
	}
	while ((section = elf_nextscn(elf, section))) {
		const char *name;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS) {
			continue;
		}
		name = elf_strptr(elf, names, header.sh_name);
		if (name &&
		    (strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0)) {
			return true;
		}
	}
	return false;
}

static bool candidate_fits(const char *candidate, const struct debug_wanted *wanted)
{
	unsigned char id[BUILD_ID_MAX];
	struct stat status;
	bool fits = false;
	Elf *elf;
	int fd;

	if (stat(candidate, &status) < 0 || !S_ISREG(status.st_mode)) {
		return false;
	}
	fd = open(candidate, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		return false;
	}
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF && has_debug_info(elf)) {
		fits = wanted->id_size == 0 || (build_id_read(elf, id) == wanted->id_size &&
						memcmp(id, wanted->id, wanted->id_size) == 0);
	}
	elf_end(elf);
	close(fd);
	return fits;
}

__attribute__((format(printf, 3, 4))) static bool candidate_try(const struct debug_wanted *wanted,
								char *ret, const char *format, ...)
{
	va_list ap;
	int length;

	va_start(ap, format);
	length = vsnprintf(ret, DEBUG_PATH_SIZE, format, ap);
	va_end(ap);
	return length > 0 && length < DEBUG_PATH_SIZE && strcmp(ret, wanted->path) != 0 &&
	       candidate_fits(ret, wanted);
}

static bool build_id_try(const struct debug_wanted *wanted, const char *directory, char *ret)
{
	char hex[2 * BUILD_ID_MAX + 1];

	if (wanted->id_size < 2) {
		return false;
	}
	for (size_t i = 0; i < wanted->id_size; i++) {
		snprintf(hex + 2 * i, 3, "%02x", wanted->id[i]);
	}
	return candidate_try(wanted, ret, "%s/.build-id/%.2s/%s.debug", directory, hex, hex + 2);
}

static bool directory_try(const struct debug_wanted *wanted, const char *directory, char *ret)
{
	int folder = (int)(wanted->name - wanted->path);

	return build_id_try(wanted, directory, ret) ||
	       (wanted->link[0] && candidate_try(wanted, ret, "%s%.*s%s", directory, folder,
						 wanted->path, wanted->link)) ||
	       candidate_try(wanted, ret, "%s%s", directory, wanted->path) ||
	       candidate_try(wanted, ret, "%s%s.debug", directory, wanted->path) ||
	       candidate_try(wanted, ret, "%s/boot/%s", directory, wanted->name) ||
	       candidate_try(wanted, ret, "%s/%s", directory, wanted->name) ||
	       candidate_try(wanted, ret, "%s/%s.debug", directory, wanted->name);
}

static bool beside_try(const struct debug_wanted *wanted, char *ret)
{
	int folder = (int)(wanted->name - wanted->path);

	return wanted->link[0] &&
	       (candidate_try(wanted, ret, "%.*s%s", folder, wanted->path, wanted->link) ||
		candidate_try(wanted, ret, "%.*s.debug/%s", folder, wanted->path, wanted->link));
}

static bool wanted_init(struct debug_wanted *wanted, Elf *elf, const char *path)
{
	GElf_Word crc;
	const char *link = sym_dwelf_elf_gnu_debuglink(elf, &crc);
	const char *slash;

	memset(wanted, 0, sizeof(*wanted));
	wanted->id_size = build_id_read(elf, wanted->id);
	if (link && !strchr(link, '/') && strlen(link) < sizeof(wanted->link)) {
		snprintf(wanted->link, sizeof(wanted->link), "%s", link);
	}
	if (!realpath(path, wanted->path)) {
		return false;
	}
	slash = strrchr(wanted->path, '/');
	wanted->name = slash ? slash + 1 : wanted->path;
	return true;
}

bool debug_file_find(int fd, const char *path, const struct debug_search *search, char *ret)
{
	struct debug_wanted *wanted = malloc(sizeof(*wanted));
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	bool found = false;

	if (wanted && elf && elf_kind(elf) == ELF_K_ELF && wanted_init(wanted, elf, path)) {
		found = beside_try(wanted, ret) ||
			(search->directory && directory_try(wanted, search->directory, ret)) ||
			(!search->only_directory &&
			 directory_try(wanted, SYSTEM_DEBUG_DIRECTORY, ret));
	}
	elf_end(elf);
	free(wanted);
	return found;
}

bool debug_file_has_info(int fd)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	bool result = elf && elf_kind(elf) == ELF_K_ELF && has_debug_info(elf);

	elf_end(elf);
	return result;
}
