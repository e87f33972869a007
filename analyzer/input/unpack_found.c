/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/input/unpack_found.h"

#include <stdlib.h>
#include <string.h>

void unpack_found_release(struct unpack_found *found)
{
	for (size_t i = 0; i < found->member_count; i++) {
		free(found->members[i].name);
	}
	free(found->members);
	for (size_t i = 0; i < found->module_note_count; i++) {
		free(found->module_notes[i].module);
		free(found->module_notes[i].notes.bytes);
	}
	free(found->module_notes);
	free(found->kallsyms.bytes);
	free(found->modules.bytes);
	free(found->notes.bytes);
	*found = (struct unpack_found){0};
}

/* Takes a member whole. */
static int bytes_keep(struct byte_source *source, enum member_kind kind, struct unpack_bytes *ret,
		      struct error *err)
{
	const size_t limit = member_size_max(kind);
	size_t capacity = 0;
	const char *block;
	size_t size;
	int result;

	while ((result = byte_source_next(source, &block, &size, err)) > 0) {
		if (size > limit - ret->size) {
			return error_set(err, ERROR_INPUT, "is too large for what it is (%s)",
					 member_kind_names[kind]);
		}
		if (!ret->bytes || size > capacity - ret->size) {
			char *grown;

			capacity = 2 * (ret->size + size);
			grown = realloc(ret->bytes, capacity);
			if (!grown) {
				return error_no_memory(err);
			}
			ret->bytes = grown;
		}
		memcpy(ret->bytes + ret->size, block, size);
		ret->size += size;
	}
	return result;
}

/* Where the contents go. NULL: no memory. */
static struct unpack_bytes *bytes_place(struct unpack_found *found, const char *name,
					enum member_kind kind)
{
	const char *slash = strrchr(name, '/');
	struct unpack_module_notes *added;

	if (kind != MEMBER_MODULE_NOTES) {
		return kind == MEMBER_KALLSYMS	? &found->kallsyms
		       : kind == MEMBER_MODULES ? &found->modules
						: &found->notes;
	}
	if (!found->module_notes) {
		found->module_notes = calloc(UNPACK_MODULES_MAX, sizeof(*found->module_notes));
	}
	if (!found->module_notes) {
		return NULL;
	}
	added = &found->module_notes[found->module_note_count];
	added->module = strdup(slash ? slash + 1 : name);
	if (!added->module) {
		return NULL;
	}
	found->module_note_count++;
	return &added->notes;
}

int unpack_found_keep(struct unpack_found *found, const char *name, enum member_kind kind,
		      struct byte_source *source, struct error *err)
{
	struct unpack_bytes *place = bytes_place(found, name, kind);

	return place ? bytes_keep(source, kind, place, err) : error_no_memory(err);
}

bool unpack_found_is_surplus(const struct unpack_found *found, enum member_kind kind)
{
	return (kind == MEMBER_KALLSYMS && found->kallsyms.bytes) ||
	       (kind == MEMBER_MODULES && found->modules.bytes) ||
	       (kind == MEMBER_NOTES && found->notes.bytes) ||
	       (kind == MEMBER_MODULE_NOTES && found->module_note_count == UNPACK_MODULES_MAX);
}

int unpack_found_list(struct unpack_found *found, const char *name, enum member_kind kind,
		      struct error *err)
{
	struct unpack_member *members = found->members;

	if (found->member_count == UNPACK_MEMBERS_MAX) {
		found->unlisted_count++;
		return 0;
	}
	if (!members) {
		members = calloc(UNPACK_MEMBERS_MAX, sizeof(*members));
		found->members = members;
	}
	if (members) {
		members[found->member_count].kind = kind;
		members[found->member_count].name = strdup(name);
	}
	if (!members || !members[found->member_count].name) {
		return error_no_memory(err);
	}
	found->member_count++;
	return 0;
}
