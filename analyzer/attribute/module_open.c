/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/module_open.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/attribute/unpacked_file.h"

static int image_map(struct opened_module *module, struct elfsyms_error *err)
{
	const char *path = module->file->path;
	struct stat status;

	if (fstat(module->fd, &status) < 0) {
		return elfsyms_error_set_errno(err, errno, "%s: cannot stat", path);
	}
	if (status.st_size == 0) {
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: empty file", path);
	}
	module->size = (size_t)status.st_size;
	module->image = mmap(NULL, module->size, PROT_READ, MAP_PRIVATE, module->fd, 0);
	if (module->image == MAP_FAILED) {
		module->image = NULL;
		return elfsyms_error_set_errno(err, errno, "%s: cannot map", path);
	}
	return elf_object_open_memory(path, module->image, module->size, &module->elf, err);
}

int module_open(const struct module_file *file, const struct debug_search *search,
		struct opened_module *ret, struct elfsyms_error *err)
{
	struct elfsyms_error why;
	int result;

	*ret = (struct opened_module){.file = file, .fd = -1};
	result = unpacked_file_open(file->path, &ret->fd, err);
	if (result == 0) {
		result = image_map(ret, err);
	}
	if (result < 0) {
		module_close(ret);
		return result;
	}
	if (search && debug_info_open_fd(ret->fd, file->path, search, &ret->debug, &why) < 0) {
		ret->debug = NULL;
	}
	return 0;
}

void module_close(struct opened_module *module)
{
	debug_info_close(module->debug);
	elf_object_close(module->elf);
	if (module->image) {
		munmap(module->image, module->size);
	}
	if (module->fd >= 0) {
		close(module->fd);
	}
	*module = (struct opened_module){.fd = -1};
}
