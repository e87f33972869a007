/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What unpacking found beside the traces: the members by name, and the contents of those
 * that tell of the traced kernel (member_kind.h). How much is kept is bounded, whatever the
 * archive holds.
 */
#ifndef ANALYZER_INPUT_UNPACK_FOUND_H
#define ANALYZER_INPUT_UNPACK_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/base/error.h"
#include "analyzer/input/byte_source.h"
#include "analyzer/input/member_kind.h"

/* Members of an archive listed by name; of more than this only the number is known. */
#define UNPACK_MEMBERS_MAX 256u

/* Notes of so many modules are kept. */
#define UNPACK_MODULES_MAX 10000u

struct unpack_bytes {
	char *bytes; /* NULL: there was none */
	size_t size;
};

struct unpack_module_notes {
	char *module;
	struct unpack_bytes notes;
};

struct unpack_member {
	char *name;
	enum member_kind kind;
};

/* What was found in the input. Complete once unpack_read has returned 0. */
struct unpack_found {
	struct unpack_member *members; /* in their order; empty where it is no archive */
	size_t member_count;
	uint64_t unlisted_count;
	uint64_t trace_count;
	uint64_t left_out_count; /* events that are not of the part asked for */
	/* The first of each. */
	struct unpack_bytes kallsyms;
	struct unpack_bytes modules; /* of /proc/modules */
	struct unpack_bytes notes;   /* ELF notes of the kernel */
	struct unpack_module_notes *module_notes;
	size_t module_note_count;
	struct buffer_statistics statistics; /* cpu_count 0: none */
};

/* Is there one already, where only one can be used, or no room for more? */
bool unpack_found_is_surplus(const struct unpack_found *found, enum member_kind kind);

/* Adds to the list of members. */
int unpack_found_list(struct unpack_found *found, const char *name, enum member_kind kind,
		      struct error *err);

/* Keeps what source holds, a member that is no surplus. ERROR_INPUT: too large for its kind. */
int unpack_found_keep(struct unpack_found *found, const char *name, enum member_kind kind,
		      struct byte_source *source, struct error *err);

void unpack_found_release(struct unpack_found *found);

#endif
