/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/cli/kernel_record.h"

#include "elfsyms/object.h"

static void sizes_add(struct elf_sizes *to, const struct elf_sizes *what)
{
	to->text += what->text;
	to->data += what->data;
	to->bss += what->bss;
}

static void vmlinux_ask(const char *path, struct kernel_record *record)
{
	struct elfsyms_error why;
	struct elf_object *object;

	if (!path || elf_object_open(path, &object, &why) < 0) {
		return;
	}
	record->has_vmlinux = elf_object_sizes(object, &record->vmlinux, &why) == 0;
	if (!elf_object_build_id(object, record->build_id, sizeof(record->build_id))) {
		record->build_id[0] = '\0';
	}
	if (!elf_object_banner(object, record->banner, sizeof(record->banner))) {
		record->banner[0] = '\0';
	}
	elf_object_close(object);
}

void kernel_record_fill(const struct kernel_tree *tree, const char *path, bool ask_vmlinux,
			struct kernel_record *ret)
{
	size_t count;
	const struct tree_object *objects = kernel_tree_objects(tree, &count);

	*ret = (struct kernel_record){.path = path, .facts = *kernel_tree_facts(tree)};
	for (size_t i = 0; i < count; i++) {
		sizes_add(objects[i].module ? &ret->modules : &ret->built_in, &objects[i].sizes);
	}
	if (ask_vmlinux) {
		vmlinux_ask(kernel_tree_vmlinux(tree), ret);
	}
}
