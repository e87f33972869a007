/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF files: every question is asked; names must be strings, failures must be error values.
 * And the same bytes as a section of notes.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/symbol_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static int visit(const struct elf_symbol *symbol, void *context)
{
	size_t *names = context;

	check(strlen(symbol->name) == symbol->name_length);
	check(symbol->section != 0 || symbol->segment == ELF_SEGMENT_NONE);
	*names += symbol->name_length + (symbol->file_name ? strlen(symbol->file_name) : 0);
	return 0;
}

static void ask_everything(struct elf_object *object)
{
	struct elfsyms_error err;
	struct elf_sizes sizes;
	struct symbol_map *map;
	char text[80];
	size_t names = 0;
	int result;

	result = elf_object_symbols(object, visit, &names, &err);
	check(!result || err.code == result);
	result = elf_object_sizes(object, &sizes, &err);
	check(!result || err.code == result);
	if (elf_object_build_id(object, text, sizeof(text)))
		check(strlen(text) < sizeof(text) && strlen(text) % 2 == 0);
	if (elf_object_banner(object, text, sizeof(text)))
		check(strlen(text) < sizeof(text) && !strchr(text, '\n'));
	result = symbol_map_from_elf(object, &map, &err);
	check(!result == (map != NULL));
	symbol_map_free(map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elfsyms_error err;
	struct elf_object *object;
	char build_id[ELF_BUILD_ID_SIZE];
	int result = elf_object_open_memory("fuzz", data, size, &object, &err);

	if (elf_notes_build_id(data, size, build_id, sizeof(build_id)))
		check(strlen(build_id) >= 2 && strlen(build_id) % 2 == 0);
	if (result) {
		check(!object && err.code == result && err.text[0]);
		return 0;
	}
	ask_everything(object);
	elf_object_close(object);
	return 0;
}
