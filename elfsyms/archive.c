/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layout (binutils, ar.h): an 8-byte magic, then per member a 60-byte text header
 * and, in a regular archive, its data padded to an even offset. A thin archive has
 * data only for its tables. GNU stores a name as "name/", or as "/N": the name at
 * offset N of the "//" member, ended by "/\n"; "/N:M" is a member at offset M of a
 * nested archive. BSD stores "#1/N": the first N bytes of the data are the name.
 */
#include "elfsyms/archive.h"

#include <ar.h>
#include <string.h>

#include "elfsyms/file_image.h"

#define THIN_MAGIC "!<thin>\n"

struct archive_reader {
	const char *path;
	const char *bytes;
	size_t size;
	bool is_thin;
	size_t offset;	   /* of the header at hand */
	const char *names; /* the "//" table, NULL before it is met */
	size_t names_size;
	struct elfsyms_error *err;
};

static int archive_damaged(const struct archive_reader *reader, const char *what)
{
	return elfsyms_error_set(reader->err, ELFSYMS_FORMAT,
				 "%s: damaged archive at offset %zu: %s", reader->path,
				 reader->offset, what);
}

/* A decimal number at the start of a blank-padded field; returns its digits, 0 if it has none. */
static size_t parse_decimal(const char *field, size_t width, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i;

	/* ar's fields have at most 16 characters: no overflow. */
	for (i = 0; i < width && field[i] >= '0' && field[i] <= '9'; i++)
		value = value * 10 + (uint64_t)(field[i] - '0');
	*ret = value;
	return i;
}

static bool field_is(const char *field, const char *text)
{
	size_t length = strlen(text);

	return memcmp(field, text, length) == 0 && field[length] == ' ';
}

/* "/N" or "/N:M": a name of the "//" table. */
static int member_long_name(struct archive_reader *reader, const struct ar_hdr *header,
			    struct archive_member *member)
{
	const char *name, *end;
	uint64_t at, nested = 0;
	size_t digits = parse_decimal(header->ar_name + 1, sizeof(header->ar_name) - 1, &at);

	if (!reader->names || at >= reader->names_size)
		return archive_damaged(reader, "a name that is not in the table of names");
	name = reader->names + at;
	end = memchr(name, '\n', reader->names_size - at);
	if (!end)
		return archive_damaged(reader, "a name without an end");
	if (end > name && end[-1] == '/')
		end--;
	if (digits + 1 < sizeof(header->ar_name) && header->ar_name[digits + 1] == ':')
		parse_decimal(header->ar_name + digits + 2, sizeof(header->ar_name) - digits - 2,
			      &nested);
	member->name = name;
	member->name_length = (size_t)(end - name);
	if (reader->is_thin)
		member->offset = nested;
	return 0;
}

/* "#1/N": the name stands before the data. */
static int member_bsd_name(struct archive_reader *reader, const struct ar_hdr *header,
			   struct archive_member *member)
{
	uint64_t length;

	if (reader->is_thin ||
	    !parse_decimal(header->ar_name + 3, sizeof(header->ar_name) - 3, &length) ||
	    length > member->size)
		return archive_damaged(reader, "a name longer than its member");
	member->name = reader->bytes + member->offset;
	member->name_length = strnlen(member->name, length);
	member->offset += length;
	member->size -= length;
	return 0;
}

static void member_short_name(const struct ar_hdr *header, struct archive_member *member)
{
	size_t length = sizeof(header->ar_name);
	const char *slash = memchr(header->ar_name, '/', length);

	if (slash)
		length = (size_t)(slash - header->ar_name);
	while (length > 0 && header->ar_name[length - 1] == ' ')
		length--;
	member->name = header->ar_name;
	member->name_length = length;
}

static int member_name(struct archive_reader *reader, const struct ar_hdr *header,
		       struct archive_member *member)
{
	const char *field = header->ar_name;

	if (field[0] == '/' && field[1] >= '0' && field[1] <= '9')
		return member_long_name(reader, header, member);
	if (memcmp(field, "#1/", 3) == 0)
		return member_bsd_name(reader, header, member);
	member_short_name(header, member);
	return 0;
}

/* Symbol tables and the table of names are no files. */
static bool header_is_table(const struct ar_hdr *header)
{
	return field_is(header->ar_name, "/") || field_is(header->ar_name, "//") ||
	       field_is(header->ar_name, "/SYM64/");
}

static bool member_is_bsd_table(const struct archive_member *member)
{
	return member->name_length >= 9 && memcmp(member->name, "__.SYMDEF", 9) == 0;
}

/* Reads the header at reader->offset and moves on. *is_file says whether member is for the caller.
 */
static int archive_next(struct archive_reader *reader, struct archive_member *member, bool *is_file)
{
	size_t left = reader->size - reader->offset;
	const struct ar_hdr *header = (const struct ar_hdr *)(reader->bytes + reader->offset);
	size_t data = reader->offset + sizeof(*header);
	bool is_table, has_data;
	size_t next = data;
	int result = 0;

	*member = (struct archive_member){0};
	*is_file = false;
	if (left < sizeof(*header))
		return archive_damaged(reader, "the file ends inside a header");
	if (memcmp(header->ar_fmag, ARFMAG, sizeof(header->ar_fmag)) != 0 ||
	    !parse_decimal(header->ar_size, sizeof(header->ar_size), &member->size))
		return archive_damaged(reader, "not a member header");
	is_table = header_is_table(header);
	has_data = is_table || !reader->is_thin;
	if (has_data && member->size > reader->size - data)
		return archive_damaged(reader, "the file ends inside a member");
	if (is_table && header->ar_name[1] == '/') {
		reader->names = reader->bytes + data;
		reader->names_size = member->size;
	}
	if (has_data) {
		member->offset = data;
		next += member->size + (member->size & 1);
	}
	if (!is_table)
		result = member_name(reader, header, member);
	reader->offset = next;
	*is_file = !is_table && !member_is_bsd_table(member);
	return result;
}

int archive_members_memory(const char *name, const void *image, size_t size, bool *is_thin,
			   int (*visit)(const struct archive_member *member, void *context),
			   void *context, struct elfsyms_error *err)
{
	struct archive_reader reader = {
		.path = name, .bytes = image, .size = size, .offset = SARMAG, .err = err};
	int result = 0;

	if (size < SARMAG)
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: not an ar archive", name);
	reader.is_thin = memcmp(image, THIN_MAGIC, SARMAG) == 0;
	if (!reader.is_thin && memcmp(image, ARMAG, SARMAG) != 0)
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: not an ar archive", name);
	if (is_thin)
		*is_thin = reader.is_thin;
	while (!result && reader.offset < reader.size) {
		struct archive_member member;
		bool is_file;

		result = archive_next(&reader, &member, &is_file);
		if (!result && is_file)
			result = visit(&member, context);
	}
	return result;
}

int archive_members(const char *path, bool *is_thin,
		    int (*visit)(const struct archive_member *member, void *context), void *context,
		    struct elfsyms_error *err)
{
	struct file_image image;
	int result = file_image_open(&image, path, err);

	if (result)
		return result;
	result =
		archive_members_memory(path, image.bytes, image.size, is_thin, visit, context, err);
	file_image_release(&image);
	return result;
}
