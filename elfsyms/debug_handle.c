/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways into the DWARF of one file: libdw for linked files, libdwfl where relocations must be done.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elfsyms/debug_internal.h"

static void libelf_choose_version(void)
{
	elf_version(EV_CURRENT);
}

static void section_note(struct debug_handle *handle, const char *name, Elf_Scn *section)
{
	static const char *const names[] = {"info", "line", "line_str", "str"};
	struct debug_bytes *const places[] = {&handle->info, &handle->line, &handle->line_str,
					      &handle->str};

	if (strncmp(name, ".debug_", 7) == 0) {
		name += 7;
	} else if (strncmp(name, ".zdebug_", 8) == 0) {
		name += 8;
		handle->is_compressed = true;
	} else {
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			/* libdw has unpacked it and libdwfl relocated it by now. */
			Elf_Data *data = elf_rawdata(section, NULL);

			if (data && data->d_buf) {
				places[i]->bytes = data->d_buf;
				places[i]->size = data->d_size;
			}
		}
	}
}

static void sections_note(struct debug_handle *handle)
{
	const char *ident = elf_getident(handle->elf, NULL);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	handle->is_big_endian = ident && ident[EI_DATA] == ELFDATA2MSB;
	if (elf_getshdrstrndx(handle->elf, &names) != 0) {
		return;
	}
	while ((section = elf_nextscn(handle->elf, section))) {
		const char *name;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS) {
			continue;
		}
		name = elf_strptr(handle->elf, names, header.sh_name);
		if (name) {
			section_note(handle, name, section);
		}
	}
}

/* Before libdw unpacks them: is a debug section compressed? Then every handle unpacks its own. */
static bool debug_is_compressed(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_COMPRESSED)) {
			return true;
		}
	}
	return false;
}

static int handle_error(const char *path, const char *what, const char *reason,
			struct elfsyms_error *err)
{
	return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: %s: %s", path, what,
				 reason ? reason : "unknown error");
}

/* handle->elf is open, or NULL. */
static int linked_open(struct debug_handle *handle, const char *path, struct elfsyms_error *err)
{
	if (!handle->elf || elf_kind(handle->elf) != ELF_K_ELF) {
		return handle_error(path, "damaged ELF file", elf_errmsg(-1), err);
	}
	handle->is_compressed = debug_is_compressed(handle->elf);
	handle->dwarf = sym_dwarf_begin_elf(handle->elf, DWARF_C_READ, NULL);
	if (!handle->dwarf) {
		return handle_error(path, "no usable debug info", sym_dwarf_errmsg(-1), err);
	}
	sections_note(handle);
	return 0;
}

/* What libdwfl asks when a module has no DWARF of its own. */
static int separate_file_open(Dwfl_Module *module, void **user_data, const char *module_name,
			      Dwarf_Addr base, const char *file_name, const char *link_name,
			      GElf_Word link_crc, char **ret_name)
{
	const char *file = *user_data;

	(void)module;
	(void)module_name;
	(void)base;
	(void)file_name;
	(void)link_name;
	(void)link_crc;
	if (!file) {
		return -1;
	}
	*ret_name = strdup(file);
	return *ret_name ? open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
}

/* libdwfl keeps the table of callbacks, which is made before libdw is there. */
static int section_address(Dwfl_Module *module, void **user_data, const char *module_name,
			   Dwarf_Addr base, const char *section_name, GElf_Word index,
			   const GElf_Shdr *header, Dwarf_Addr *ret)
{
	return sym_dwfl_offline_section_address(module, user_data, module_name, base, section_name,
						index, header, ret);
}

static int bases_note(struct debug_info *info, Dwfl_Module *module)
{
	GElf_Addr bias;
	Elf *elf = sym_dwfl_module_getelf(module, &bias);
	GElf_Shdr header;
	size_t count;

	if (!elf || elf_getshdrnum(elf, &count) != 0) {
		return 0;
	}
	info->section_bases = calloc(count + 1, sizeof(*info->section_bases));
	if (!info->section_bases) {
		return -1;
	}
	info->section_count = count;
	for (size_t i = 0; i < count; i++) {
		if (gelf_getshdr(elf_getscn(elf, i), &header) && (header.sh_flags & SHF_ALLOC)) {
			info->section_bases[i] = header.sh_addr + bias;
		}
	}
	return 0;
}

/* A module: libdwfl lays its sections out and applies the relocations of the debug sections. */
static int relocatable_open(struct debug_handle *handle, struct debug_info *info,
			    struct elfsyms_error *err)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = separate_file_open,
		.section_address = section_address,
	};
	Dwfl_Module *module;
	Dwarf_Addr bias;
	void **user_data;

	handle->dwfl = sym_dwfl_begin(&callbacks);
	if (!handle->dwfl) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", info->path);
	}
	module = sym_dwfl_report_offline(handle->dwfl, "", info->path, handle->fd);
	if (!module) {
		return handle_error(info->path, "damaged module", sym_dwfl_errmsg(-1), err);
	}
	handle->fd = -1; /* libdwfl closes it */
	sym_dwfl_report_end(handle->dwfl, NULL, NULL);
	if (sym_dwfl_module_info(module, &user_data, NULL, NULL, NULL, NULL, NULL, NULL)) {
		*user_data = info->file;
	}
	handle->dwarf = sym_dwfl_module_getdwarf(module, &bias);
	if (!handle->dwarf) {
		return handle_error(info->path, "no usable debug info", sym_dwfl_errmsg(-1), err);
	}
	handle->bias = bias;
	handle->elf = sym_dwarf_getelf(handle->dwarf);
	sections_note(handle);
	if (bases_note(info, module) < 0) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", info->path);
	}
	return 0;
}

static int descriptor_open(const struct debug_info *info, struct elfsyms_error *err)
{
	int fd = info->fd >= 0 ? fcntl(info->fd, F_DUPFD_CLOEXEC, 0)
			       : open(info->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		elfsyms_error_set_errno(err, errno, "%s: cannot open", info->path);
	}
	return fd;
}

/* ET_REL or another type; -1: not ELF. */
static int elf_type(int fd)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	GElf_Ehdr header;
	int type = -1;

	if (elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header)) {
		type = header.e_type;
	}
	elf_end(elf);
	return type;
}

int debug_handle_open(struct debug_handle *handle, struct debug_info *info,
		      const struct debug_search *search, struct elfsyms_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char separate[DEBUG_PATH_SIZE];
	int type;

	pthread_once(&once, libelf_choose_version);
	handle->fd = descriptor_open(info, err);
	if (handle->fd < 0) {
		return err->code;
	}
	type = elf_type(handle->fd);
	if (type < 0) {
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: not an ELF file", info->path);
	}
	if (debug_file_has_info(handle->fd)) {
		info->file = strdup(info->path);
	} else if (debug_file_find(handle->fd, info->path, search, separate)) {
		info->file = strdup(separate);
	} else {
		return elfsyms_error_set(err, ELFSYMS_FORMAT,
					 "%s: no debug info, and no separate debug file by build "
					 "id, debug link or name%s%s",
					 info->path, search->directory ? " in " : "",
					 search->directory ? search->directory : "");
	}
	if (!info->file) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", info->path);
	}
	if (type == ET_REL) {
		return relocatable_open(handle, info, err);
	}
	if (strcmp(info->file, info->path) != 0) {
		close(handle->fd);
		handle->fd = open(info->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (handle->fd < 0) {
			return elfsyms_error_set_errno(err, errno, "%s: cannot open", info->file);
		}
	}
	handle->elf = elf_begin(handle->fd, ELF_C_READ_MMAP, NULL);
	return linked_open(handle, info->file, err);
}

struct debug_handle *debug_handle_another(struct debug_info *info)
{
	struct debug_handle *handle = calloc(1, sizeof(*handle));
	struct elfsyms_error err;
	size_t size;
	char *image;

	if (!handle) {
		return NULL;
	}
	handle->fd = -1;
	/* The same mapping: a second one would count, and cost page faults, twice. */
	image = elf_rawfile(info->main.elf, &size);
	handle->elf = image ? elf_memory(image, size) : NULL;
	if (linked_open(handle, info->file, &err) < 0) {
		debug_handle_release(handle);
		free(handle);
		return NULL;
	}
	return handle;
}

void debug_handle_release(struct debug_handle *handle)
{
	if (handle->dwfl) {
		sym_dwfl_end(handle->dwfl);
	} else {
		sym_dwarf_end(handle->dwarf);
		elf_end(handle->elf);
	}
	if (handle->fd >= 0) {
		close(handle->fd);
	}
	text_pool_release(&handle->pool);
	*handle = (struct debug_handle){.fd = -1};
}

/* Fewer jobs than this are not worth a thread with its own handle. */
#define JOBS_PER_THREAD 4

unsigned int debug_threads(const struct debug_info *info, unsigned int wanted, size_t count)
{
	cpu_set_t cpus;

	/*
	 * A handle without a file of its own finds no .dwo beside it; each handle would
	 * unpack compressed sections for itself.
	 */
	if (info->main.dwfl || info->main.is_compressed || info->has_split_units) {
		return 1;
	}
	if (wanted == 0) {
		wanted = sched_getaffinity(0, sizeof(cpus), &cpus) == 0
				 ? (unsigned int)CPU_COUNT(&cpus)
				 : 1;
	}
	if (wanted > DEBUG_THREADS_MAX) {
		wanted = DEBUG_THREADS_MAX;
	}
	if (wanted > count / JOBS_PER_THREAD) {
		wanted = (unsigned int)(count / JOBS_PER_THREAD);
	}
	return wanted ? wanted : 1;
}
