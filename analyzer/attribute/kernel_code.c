/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/kernel_code.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/attribute/site_text.h"

/* The kernel's MODULE_NAME_LEN is 56 on 64 bits. */
#define MODULE_NAME_SIZE 64

int kernel_code_set_vmlinux(struct kernel_code *code, struct elf_object *object,
			    struct elfsyms_error *err)
{
	int result = elf_code_new(object, &code->vmlinux, err);

	if (result < 0) {
		elf_object_close(object);
	} else {
		code->vmlinux_object = object;
	}
	return result == ELFSYMS_NO_MEMORY ? result : 0;
}

static int modules_reserve(struct kernel_code *code)
{
	size_t capacity = 16 + 2 * code->module_capacity;
	struct module_code *modules;

	if (code->module_count < code->module_capacity) {
		return 0;
	}
	modules = realloc(code->modules, capacity * sizeof(*modules));
	if (!modules) {
		return -1;
	}
	code->modules = modules;
	code->module_capacity = capacity;
	return 0;
}

int kernel_code_add_module(struct kernel_code *code, const struct module_file *file,
			   struct elfsyms_error *err)
{
	struct module_code added = {.name = file->name};
	int result;

	if (modules_reserve(code) < 0) {
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "out of memory");
	}
	result = module_open(file, NULL, &added.file, err);
	if (result == 0) {
		result = elf_code_new(added.file.elf, &added.code, err);
		if (result < 0) {
			module_close(&added.file);
		}
	}
	if (result == 0) {
		/* The mapping is enough. A trace may name hundreds of modules. */
		close(added.file.fd);
		added.file.fd = -1;
		code->modules[code->module_count++] = added;
	}
	return result == ELFSYMS_NO_MEMORY ? result : 0;
}

/* Adds the module a call site or frame names, unless it is there. */
static int named_module_add(struct kernel_code *code, const char *site,
			    const struct module_files *files, struct elfsyms_error *err)
{
	const struct module_file *file;
	struct site_text text;
	char name[MODULE_NAME_SIZE];
	size_t count;

	site_text_parse(site, &text);
	if (text.kind != SITE_TEXT_SYMBOL || !text.module || text.module_length >= sizeof(name)) {
		return 0;
	}
	memcpy(name, text.module, text.module_length);
	name[text.module_length] = '\0';
	for (size_t i = 0; i < code->module_count; i++) {
		if (strcmp(code->modules[i].name, name) == 0) {
			return 0;
		}
	}
	file = module_files_find(files, name, &count);
	return file ? kernel_code_add_module(code, file, err) : 0;
}

int kernel_code_add_modules(struct kernel_code *code, const struct account *account,
			    const struct module_files *files, struct elfsyms_error *err)
{
	int result = 0;

	for (size_t i = 0; i < account->row_count && result == 0; i++) {
		result = named_module_add(code, account->rows[i].site, files, err);
	}
	return result;
}

void kernel_code_release(struct kernel_code *code)
{
	elf_code_free(code->vmlinux);
	elf_object_close(code->vmlinux_object);
	for (size_t i = 0; i < code->module_count; i++) {
		elf_code_free(code->modules[i].code);
		module_close(&code->modules[i].file);
	}
	free(code->modules);
	*code = (struct kernel_code){0};
}

static bool spot_settle(struct code_spot *spot)
{
	struct code_bytes bytes;

	if (elf_code_identity(spot->code)->machine == EM_ARM) {
		spot->is_thumb = spot->place.offset & 1;
		spot->place.offset &= ~(uint64_t)1;
	}
	return elf_code_bytes(spot->code, spot->place, &bytes);
}

bool kernel_code_at(const struct kernel_code *code, uint64_t address, struct code_spot *ret)
{
	*ret = (struct code_spot){.code = code->vmlinux};
	if (!code->vmlinux || address == 0 ||
	    !elf_code_place(code->vmlinux, address - 1, &ret->place)) {
		return false;
	}
	ret->place.offset++;
	return spot_settle(ret);
}

bool kernel_code_in_module(const struct kernel_code *code, const char *module, uint32_t section,
			   uint64_t offset, struct code_spot *ret)
{
	for (size_t i = 0; i < code->module_count; i++) {
		if (strcmp(code->modules[i].name, module) == 0) {
			*ret = (struct code_spot){.code = code->modules[i].code,
						  .module = code->modules[i].name,
						  .place = {section, offset}};
			return spot_settle(ret);
		}
	}
	return false;
}
