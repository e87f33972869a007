/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's file, open: unpacked where it was compressed, its symbols and code, and its
 * debug info where there is any.
 */
#ifndef ANALYZER_ATTRIBUTE_MODULE_OPEN_H
#define ANALYZER_ATTRIBUTE_MODULE_OPEN_H

#include <stddef.h>

#include "analyzer/attribute/module_files.h"
#include "elfsyms/debug_info.h"
#include "elfsyms/error.h"
#include "elfsyms/object.h"

struct opened_module {
	const struct module_file *file;
	int fd;
	void *image;
	size_t size;
	struct elf_object *elf;
	struct debug_info *debug; /* NULL: none */
};

/*
 * search NULL: without debug info. Fails if the file cannot be read or is not ELF; on error
 * nothing is left to close.
 */
int module_open(const struct module_file *file, const struct debug_search *search,
		struct opened_module *ret, struct elfsyms_error *err);
void module_close(struct opened_module *module);

#endif
