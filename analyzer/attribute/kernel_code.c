/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/attribute/kernel_code.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

/* Closes the object unless it has code. */
static int code_open(struct elf_object *object, struct elf_code **ret, struct elfsyms_error *err)
{
	int result = elf_code_new(object, ret, err);

	if (result) {
		elf_object_close(object);
	}
	return result == ELFSYMS_NO_MEMORY ? result : 0;
}

int kernel_code_set_vmlinux(struct kernel_code *code, struct elf_object *object,
			    struct elfsyms_error *err)
{
	int result = code_open(object, &code->vmlinux, err);

	code->vmlinux_object = code->vmlinux ? object : NULL;
	return result;
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

int kernel_code_add_module(struct kernel_code *code, const char *name, struct elf_object *object,
			   struct elfsyms_error *err)
{
	struct module_code added = {.name = name, .object = object};

	if (modules_reserve(code) < 0) {
		elf_object_close(object);
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "out of memory");
	}
	if (code_open(object, &added.code, err) < 0) {
		return err->code;
	}
	if (added.code) {
		code->modules[code->module_count++] = added;
	}
	return 0;
}

void kernel_code_release(struct kernel_code *code)
{
	elf_code_free(code->vmlinux);
	elf_object_close(code->vmlinux_object);
	for (size_t i = 0; i < code->module_count; i++) {
		elf_code_free(code->modules[i].code);
		elf_object_close(code->modules[i].object);
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
