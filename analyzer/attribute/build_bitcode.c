/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/attribute/build_verdict.h"

/* What a visit returns to stop: positive, so that it is none of elfsyms' codes. */
#define VISIT_NO_MEMORY 1

/* A bitcode object whose source name no other has: "inode" for fs/inode.o. */
struct bitcode_file {
	const char *stem;
	size_t stem_length;
	uint32_t object;       /* in the list */
	uint32_t same_stem;    /* bitcode objects with this stem */
	uint32_t file_symbols; /* STT_FILE symbols of vmlinux with this stem */
};

struct recovery {
	struct object_loader *loader;
	struct bitcode_file *files; /* sorted by stem, each once */
	size_t count;
	struct bitcode_file *current; /* whose local symbols are being read; NULL: nobody's */
	struct symbol_scratch scratch;
};

/* "dir/inode.c" -> "inode": what an object and its source have in common. */
static size_t stem_of(const char *path, const char **stem)
{
	const char *base = build_path_basename(path);
	const char *dot = strrchr(base, '.');

	*stem = base;
	return dot ? (size_t)(dot - base) : strlen(base);
}

static int compare_stems(const void *a_pointer, const void *b_pointer)
{
	const struct bitcode_file *a = a_pointer;
	const struct bitcode_file *b = b_pointer;
	size_t shorter = a->stem_length < b->stem_length ? a->stem_length : b->stem_length;
	int order = memcmp(a->stem, b->stem, shorter);

	if (order == 0) {
		order = (a->stem_length > b->stem_length) - (a->stem_length < b->stem_length);
	}
	return order;
}

static struct bitcode_file *find_file(const struct recovery *recovery, const char *source)
{
	struct bitcode_file key = {0};

	key.stem_length = stem_of(source, &key.stem);
	return bsearch(&key, recovery->files, recovery->count, sizeof(key), compare_stems);
}

static bool is_wanted(const struct build_plan *plan, const struct object_loader *loader, size_t i)
{
	return loader->objects[i].status == LOAD_BITCODE &&
	       plan->list.objects[i].certainty == LINK_CERTAIN && !plan->list.objects[i].module;
}

static int list_files(struct recovery *recovery, const struct build_plan *plan)
{
	size_t wanted = 0;
	size_t kept = 0;

	for (size_t i = 0; i < plan->list.count; i++) {
		wanted += is_wanted(plan, recovery->loader, i);
	}
	if (wanted == 0) {
		return 0;
	}
	recovery->files = calloc(wanted, sizeof(*recovery->files));
	if (!recovery->files) {
		return ERROR_NO_MEMORY;
	}
	for (size_t i = 0; i < plan->list.count; i++) {
		if (is_wanted(plan, recovery->loader, i)) {
			struct bitcode_file *file = &recovery->files[recovery->count++];

			file->object = (uint32_t)i;
			file->same_stem = 1;
			file->stem_length = stem_of(plan->list.objects[i].path, &file->stem);
		}
	}
	qsort(recovery->files, recovery->count, sizeof(*recovery->files), compare_stems);
	for (size_t i = 0; i < recovery->count; i++) {
		if (kept > 0 &&
		    compare_stems(&recovery->files[kept - 1], &recovery->files[i]) == 0) {
			recovery->files[kept - 1].same_stem++;
		} else {
			recovery->files[kept++] = recovery->files[i];
		}
	}
	recovery->count = kept;
	return 0;
}

static int count_file(const struct elf_symbol *symbol, void *context)
{
	struct bitcode_file *file =
		symbol->type == STT_FILE ? find_file(context, symbol->name) : NULL;

	if (file) {
		file->file_symbols++;
	}
	return 0;
}

static bool finish_current(struct recovery *recovery)
{
	struct loaded_object *object;

	if (!recovery->current) {
		return true;
	}
	object = &recovery->loader->objects[recovery->current->object];
	recovery->current = NULL;
	return symbol_scratch_finish(&recovery->scratch, false, &recovery->loader->arenas[0],
				     object);
}

/* Local symbols follow the STT_FILE symbol of their source; global ones come after all of them. */
static int take_symbol(const struct elf_symbol *symbol, void *context)
{
	struct recovery *recovery = context;
	struct bitcode_file *file;

	if (symbol->type == STT_FILE) {
		if (!finish_current(recovery)) {
			return VISIT_NO_MEMORY;
		}
		file = find_file(recovery, symbol->name);
		if (file && file->same_stem == 1 && file->file_symbols == 1) {
			recovery->current = file;
			recovery->scratch.source = build_path_basename(symbol->name);
		}
		return 0;
	}
	if (!recovery->current || symbol->binding != STB_LOCAL) {
		return 0;
	}
	return symbol_scratch_take(&recovery->scratch, symbol) ? 0 : VISIT_NO_MEMORY;
}

static int recover(struct recovery *recovery, const struct build_plan *plan)
{
	struct elfsyms_error error = {0};
	struct elf_object *vmlinux;
	char path[BUILD_PATH_MAX];
	int result;

	/* A vmlinux that cannot be read was reported when the objects' machine was compared. */
	if (!build_path_full(&plan->root, "vmlinux", path) ||
	    elf_object_open(path, &vmlinux, &error) != 0) {
		return error.code == ELFSYMS_NO_MEMORY ? ERROR_NO_MEMORY : 0;
	}
	result = elf_object_symbols(vmlinux, count_file, recovery, &error);
	if (result == 0) {
		result = elf_object_symbols(vmlinux, take_symbol, recovery, &error);
	}
	if (result == 0 && !finish_current(recovery)) {
		result = VISIT_NO_MEMORY;
	}
	elf_object_close(vmlinux);
	return result == VISIT_NO_MEMORY || result == ELFSYMS_NO_MEMORY ? ERROR_NO_MEMORY : 0;
}

int build_recover_bitcode(struct build_plan *plan, struct object_loader *loader)
{
	struct recovery recovery = {.loader = loader};
	int result = plan->has_vmlinux ? list_files(&recovery, plan) : 0;

	if (result == 0 && recovery.count > 0) {
		result = recover(&recovery, plan);
	}
	symbol_scratch_release(&recovery.scratch);
	free(recovery.files);
	return result;
}
