/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the objects of a build in parallel: sizes, symbols and identity.
 *
 * Names are copied into the loader's arenas (one per thread), packed without gaps:
 * keeping a thousand files open or mapped for their string tables would cost more
 * memory than the names themselves. Symbol records live in arenas of their own,
 * because the kernel tree copies those it keeps into one array.
 * The result does not depend on the number of threads.
 */
#ifndef ANALYZER_ATTRIBUTE_OBJECT_LOADER_H
#define ANALYZER_ATTRIBUTE_OBJECT_LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/attribute/build_files.h"
#include "analyzer/attribute/build_list.h"
#include "analyzer/attribute/kernel_tree.h"
#include "analyzer/base/error.h"

enum load_status {
	LOAD_OK,
	LOAD_BITCODE,
	LOAD_UNREADABLE,
};

struct loaded_object {
	enum load_status status;
	const char *message; /* LOAD_UNREADABLE: why */
	struct elf_identity identity;
	struct elf_sizes sizes;
	const char *source;	     /* STT_FILE basename, NULL if there is none or more than one */
	struct tree_symbol *symbols; /* by section, then offset; `object` is not set */
	uint32_t *hashes;	     /* text_hash of each name */
	uint32_t symbol_count;
};

#define LOADER_THREADS_MAX 64

/* One thread's memory. */
struct loader_arenas {
	struct arena names;
	struct arena records;
};

struct object_loader {
	struct loader_arenas arenas[LOADER_THREADS_MAX];
	struct loaded_object *objects; /* one per object of the list, same index */
	size_t count;
};

/* thread_count 0: the CPUs this process may use. ERROR_NO_MEMORY or 0. */
int object_loader_run(struct object_loader *loader, const struct build_root *root,
		      const struct build_list *list, unsigned int thread_count, struct error *err);
/* Frees everything but the names. */
void object_loader_drop_records(struct object_loader *loader);
void object_loader_release(struct object_loader *loader);

/*
 * object_symbols.c: symbols gathered (from a whole object, or one by one), then
 * shared out among the bytes.
 */
struct symbol_scratch {
	struct raw_symbol *symbols;
	size_t count;
	size_t capacity;
	const char *source;
	bool several_sources;
};

void symbol_scratch_release(struct symbol_scratch *scratch);

/* Keeps the symbol if it is a named function or variable with a size; its strings are borrowed. */
bool symbol_scratch_take(struct symbol_scratch *scratch, const struct elf_symbol *symbol);

/*
 * Copies the gathered symbols into ret and empties the scratch. sizes_known: the
 * symbols' shares stay within ret->sizes; otherwise ret->sizes becomes their sum. False: no memory.
 */
bool symbol_scratch_finish(struct symbol_scratch *scratch, bool sizes_known,
			   struct loader_arenas *arenas, struct loaded_object *ret);

/* All symbols of an open object whose sizes are in ret. */
int object_symbols_load(struct elf_object *elf, struct symbol_scratch *scratch,
			struct loader_arenas *arenas, struct loaded_object *ret,
			struct elfsyms_error *err);

#endif
