/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine code of the traced kernel: vmlinux and the modules whose files are at hand.
 */
#ifndef ANALYZER_ATTRIBUTE_KERNEL_CODE_H
#define ANALYZER_ATTRIBUTE_KERNEL_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/account/account.h"
#include "analyzer/attribute/module_files.h"
#include "analyzer/attribute/module_open.h"
#include "elfsyms/code.h"

struct module_code {
	const char *name; /* as the kernel names it; borrowed */
	struct opened_module file;
	struct elf_code *code;
};

/* All zero: no code at hand. */
struct kernel_code {
	struct elf_code *vmlinux; /* NULL: none */
	struct elf_object *vmlinux_object;
	struct module_code *modules;
	size_t module_count;
	size_t module_capacity;
};

/* A place in one of the files. */
struct code_spot {
	const struct elf_code *code;
	const char *module; /* NULL: vmlinux */
	struct code_place place;
	bool is_thumb; /* 32-bit ARM: the address had bit 0 set */
};

/*
 * Adds the code of an open vmlinux, which is taken over whatever the result. Unusable
 * code adds nothing. 0 or ELFSYMS_NO_MEMORY.
 */
int kernel_code_set_vmlinux(struct kernel_code *code, struct elf_object *object,
			    struct elfsyms_error *err);

/* Adds a module whose name lives as long as the code; one that can't be read adds nothing. */
int kernel_code_add_module(struct kernel_code *code, const struct module_file *file,
			   struct elfsyms_error *err);

/* Adds the modules that call sites of the account name. */
int kernel_code_add_modules(struct kernel_code *code, const struct account *account,
			    const struct module_files *files, struct elfsyms_error *err);
void kernel_code_release(struct kernel_code *code);

/* Where a link-time return address is in vmlinux, a call that ends its section included. */
bool kernel_code_at(const struct kernel_code *code, uint64_t address, struct code_spot *ret);

/* Where offset of a section of a module's file is; false if there is no such file or place. */
bool kernel_code_in_module(const struct kernel_code *code, const char *module, uint32_t section,
			   uint64_t offset, struct code_spot *ret);

#endif
