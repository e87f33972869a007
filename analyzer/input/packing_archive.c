/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tar and zip through libarchive, read in the order of the bytes: a zip too, by its
 * local headers, so that a pipe does as well as a file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/input/late_archive.h"
#include "analyzer/input/packing.h"

/* A tar ends with blocks of zeros; without one of them it was cut between two members. */
#define TAR_BLOCK 512u
#define NAME_SIZE 256u

struct packing_archive {
	struct byte_source member;
	struct byte_source *below;
	enum packing packing;
	struct archive *archive;
	struct error below_error;
	uint64_t zeros;	   /* at the end of what was read so far */
	uint64_t position; /* in the member */
	char name[NAME_SIZE];
};

static void count_zeros(struct packing_archive *packed, const char *block, size_t size)
{
	size_t zeros = 0;

	while (zeros < size && block[size - 1 - zeros] == '\0') {
		zeros++;
	}
	packed->zeros = zeros == size ? packed->zeros + size : zeros;
}

static la_ssize_t packed_read(struct archive *archive, void *context, const void **ret)
{
	struct packing_archive *packed = context;
	const char *block;
	size_t size = 0;
	int result = byte_source_next(packed->below, &block, &size, &packed->below_error);

	if (result < 0) {
		sym_archive_set_error(archive, EIO, "%s", packed->below_error.text);
		return -1;
	}
	if (result == 0) {
		return 0;
	}
	count_zeros(packed, block, size);
	*ret = block;
	return (la_ssize_t)size;
}

static int too_short(const struct packing_archive *packed, struct error *err)
{
	return error_set(err, ERROR_INPUT, "the %s archive ends too early",
			 packing_name(packed->packing));
}

static int packed_error(const struct packing_archive *packed, struct error *err)
{
	const char *why = sym_archive_error_string(packed->archive);

	if (packed->below_error.code) {
		*err = packed->below_error;
		return err->code;
	}
	/* zlib's -5 is Z_BUF_ERROR: it wants more than there is */
	if (why && (strcasestr(why, "truncated") || strstr(why, "(-5)"))) {
		return too_short(packed, err);
	}
	return error_set(err, ERROR_INPUT, "the %s archive cannot be unpacked (%s)",
			 packing_name(packed->packing), why ? why : "no reason given");
}

static int member_next(struct byte_source *source, const char **ret, size_t *ret_size,
		       struct error *err)
{
	struct packing_archive *packed = (struct packing_archive *)source;
	const void *block;
	la_int64_t offset;
	int status;

	do {
		status = sym_archive_read_data_block(packed->archive, &block, ret_size, &offset);
		if (status == ARCHIVE_EOF) {
			return 0;
		}
		if (status != ARCHIVE_OK) {
			return packed_error(packed, err);
		}
	} while (*ret_size == 0);
	if (offset != (la_int64_t)packed->position) {
		/* zeros that stand nowhere: no trace has them, and there may be exabytes */
		return error_set(err, ERROR_INPUT, "is a sparse file with holes, not a recording");
	}
	packed->position += *ret_size;
	*ret = block;
	return 1;
}

int packing_archive_open(enum packing packing, struct byte_source *below,
			 struct packing_archive **ret, struct error *err)
{
	struct packing_archive *packed;
	int status;

	if (late_archive_load(err) < 0) {
		return err->code;
	}
	packed = calloc(1, sizeof(*packed));
	if (packed) {
		packed->archive = sym_archive_read_new();
	}
	if (!packed || !packed->archive) {
		free(packed);
		return error_no_memory(err);
	}
	packed->member.next = member_next;
	packed->below = below;
	packed->packing = packing;
	if (packing == PACKING_TAR) {
		sym_archive_read_support_format_tar(packed->archive);
		/* go on behind zeros: what stands there is read, or said to be bad */
		sym_archive_read_set_options(packed->archive, "tar:read_concatenated_archives");
	} else {
		sym_archive_read_support_format_zip_streamable(packed->archive);
	}
	status = sym_archive_read_open(packed->archive, packed, NULL, packed_read, NULL);
	if (status != ARCHIVE_OK) {
		status = packed_error(packed, err);
		packing_archive_close(packed);
		return status;
	}
	*ret = packed;
	return 0;
}

uint64_t packing_archive_used(const struct packing_archive *packed)
{
	return (uint64_t)sym_archive_filter_bytes(packed->archive, -1);
}

void packing_archive_close(struct packing_archive *packed)
{
	sym_archive_read_free(packed->archive);
	free(packed);
}

/* Control characters, also those of two bytes in UTF-8, become '?'. */
static void name_set(struct packing_archive *packed, struct archive_entry *entry)
{
	const char *path = sym_archive_entry_pathname(entry);
	unsigned char *name = (unsigned char *)packed->name;

	if (!path) {
		path = sym_archive_entry_pathname_utf8(entry);
	}
	snprintf(packed->name, NAME_SIZE, "%s", path ? path : "?");
	for (size_t i = 0; name[i]; i++) {
		if (name[i] < ' ' || name[i] == 0x7f ||
		    (name[i] == 0xc2 && name[i + 1] >= 0x80 && name[i + 1] < 0xa0)) {
			name[i] = '?';
		}
	}
}

int packing_archive_next(struct packing_archive *packed, const char **ret_name,
			 struct byte_source **ret, struct error *err)
{
	struct archive_entry *entry;
	mode_t type;

	do {
		int status = sym_archive_read_next_header(packed->archive, &entry);

		if (status == ARCHIVE_EOF) {
			return packed->packing == PACKING_TAR && packed->zeros < TAR_BLOCK
				       ? too_short(packed, err)
				       : 0;
		}
		/* a warning is about names and dates */
		if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
			return packed_error(packed, err);
		}
		type = sym_archive_entry_filetype(entry);
	} while ((type != AE_IFREG && type != 0) || sym_archive_entry_hardlink(entry));
	name_set(packed, entry);
	packed->position = 0;
	*ret_name = packed->name;
	*ret = &packed->member;
	return 1;
}
