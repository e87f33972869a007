/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an ELF file says about its own identity: build id and linux_banner. */
#include <string.h>

#include "elfsyms/object_internal.h"

#define NOTE_HEADER_SIZE 12

/* Hexadecimal, lower case; false if the buffer is too small. */
static bool format_hex(const unsigned char *bytes, size_t count, char *buffer, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	if (count == 0 || count >= size / 2 + size % 2)
		return false;
	for (size_t i = 0; i < count; i++) {
		buffer[2 * i] = digits[bytes[i] >> 4];
		buffer[2 * i + 1] = digits[bytes[i] & 15];
	}
	buffer[2 * count] = '\0';
	return true;
}

static bool notes_find_build_id(Elf_Data *data, char *buffer, size_t size)
{
	size_t offset = 0, next, name_offset, desc_offset;
	const unsigned char *bytes = data->d_buf;
	GElf_Nhdr note;

	while (bytes &&
	       (next = gelf_getnote(data, offset, &note, &name_offset, &desc_offset)) > offset) {
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    memcmp(bytes + name_offset, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0)
			return format_hex(bytes + desc_offset, note.n_descsz, buffer, size);
		offset = next;
	}
	return false;
}

static uint32_t word_read(const unsigned char *bytes, bool is_big_endian)
{
	uint32_t word = 0;

	for (unsigned int i = 0; i < 4; i++)
		word |= (uint32_t)bytes[i] << 8 * (is_big_endian ? 3 - i : i);
	return word;
}

/* The place behind size bytes from offset on, filled up; more than end if that is too far. */
static size_t note_part_end(size_t offset, uint32_t size, size_t end)
{
	if (offset > end || size > end - offset)
		return end + 1;
	offset += size;
	/* The last one's filling may be missing. */
	return end - offset < 3 ? end : (offset + 3) / 4 * 4;
}

static bool ordered_notes_build_id(const unsigned char *bytes, size_t end, bool is_big_endian,
				   char *buffer, size_t size)
{
	size_t offset = 0;

	while (offset < end && end - offset >= NOTE_HEADER_SIZE) {
		uint32_t name_size = word_read(bytes + offset, is_big_endian);
		uint32_t desc_size = word_read(bytes + offset + 4, is_big_endian);
		uint32_t type = word_read(bytes + offset + 8, is_big_endian);
		size_t name = offset + NOTE_HEADER_SIZE;
		size_t desc = note_part_end(name, name_size, end);

		offset = note_part_end(desc, desc_size, end);
		if (offset > end)
			return false;
		if (type == NT_GNU_BUILD_ID && name_size == sizeof(ELF_NOTE_GNU) &&
		    memcmp(bytes + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0)
			return format_hex(bytes + desc, desc_size, buffer, size);
	}
	return false;
}

bool elf_notes_build_id(const void *notes, size_t notes_size, char *buffer, size_t size)
{
	/* Read in the wrong order, the first size is beyond any section's. */
	return ordered_notes_build_id(notes, notes_size, false, buffer, size) ||
	       ordered_notes_build_id(notes, notes_size, true, buffer, size);
}

bool elf_object_build_id(struct elf_object *object, char *buffer, size_t size)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(object->elf, section)) != NULL) {
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		if (data && notes_find_build_id(data, buffer, size))
			return true;
	}
	return false;
}

struct banner_search {
	struct elf_symbol symbol;
	bool found;
};

static int banner_visit(const struct elf_symbol *symbol, void *context)
{
	struct banner_search *search = context;

	if (symbol->section == 0 || strcmp(symbol->name, "linux_banner") != 0)
		return 0;
	search->symbol = *symbol;
	search->found = true;
	return 1;
}

bool elf_object_banner(struct elf_object *object, char *buffer, size_t size)
{
	static const char start[] = "Linux version ";
	struct banner_search search = {.found = false};
	struct elfsyms_error ignored;
	const unsigned char *bytes;
	GElf_Shdr header;
	uint64_t offset, length = 0;

	elf_object_symbols(object, banner_visit, &search, &ignored);
	if (!search.found || !gelf_getshdr(elf_getscn(object->elf, search.symbol.section), &header))
		return false;
	/* In a relocatable object the value is the offset already. */
	offset = search.symbol.value;
	if (object->identity.type != ET_REL) {
		if (offset < header.sh_addr)
			return false;
		offset -= header.sh_addr;
	}
	bytes = elf_object_section_bytes(object, search.symbol.section, offset, &length);
	if (!bytes || length < sizeof(start) || memcmp(bytes, start, sizeof(start) - 1) != 0)
		return false;
	length = strnlen((const char *)bytes, length);
	for (offset = 0; offset < length && bytes[offset] != '\n'; offset++) {
		if (offset + 1 >= size)
			return false;
		buffer[offset] = (char)bytes[offset];
	}
	buffer[offset] = '\0';
	return true;
}
