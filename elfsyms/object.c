/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms/object.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/object_internal.h"

/* LLVM bitcode: "BC" 0xC0DE, or the wrapper's 0x0B17C0DE in little endian (LLVM BitCodeFormat). */
static const unsigned char bitcode_magic[4] = {0x42, 0x43, 0xC0, 0xDE};
static const unsigned char bitcode_wrapper_magic[4] = {0xDE, 0xC0, 0x17, 0x0B};

static bool libelf_is_usable;

/* libelf keeps this choice in a global: it must be made once, before any thread opens a file. */
static void libelf_choose_version(void)
{
	libelf_is_usable = elf_version(EV_CURRENT) != EV_NONE;
}

static bool image_starts_with(const struct file_image *image, const unsigned char magic[4])
{
	return image->size >= 4 && memcmp(image->bytes, magic, 4) == 0;
}

static int image_check_magic(const struct file_image *image, const char *name,
			     struct elfsyms_error *err)
{
	if (image_starts_with(image, bitcode_magic) ||
	    image_starts_with(image, bitcode_wrapper_magic)) {
		return elfsyms_error_set(err, ELFSYMS_BITCODE,
					 "%s: LLVM bitcode (a kernel built with LTO), not ELF",
					 name);
	}
	if (image->size == 0)
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: empty file", name);
	if (!image_starts_with(image, (const unsigned char *)ELFMAG))
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: not an ELF file", name);
	return 0;
}

static int object_start_libelf(struct elf_object *object, struct elfsyms_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const unsigned char *ident = object->image.bytes;
	GElf_Ehdr header;

	pthread_once(&once, libelf_choose_version);
	if (!libelf_is_usable)
		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: libelf is older than its header",
					 object->name);
	/* libelf takes a char * but only reads: the mapping is PROT_READ. */
	object->elf = elf_memory((char *)object->image.bytes, object->image.size);
	if (!object->elf || elf_kind(object->elf) != ELF_K_ELF ||
	    !gelf_getehdr(object->elf, &header)) {
		int reason = elf_errno();

		return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: damaged ELF file: %s",
					 object->name,
					 reason ? elf_errmsg(reason) : "no ELF header");
	}
	object->identity = (struct elf_identity){
		.type = header.e_type,
		.machine = header.e_machine,
		.is_64bit = ident[EI_CLASS] == ELFCLASS64,
		.is_big_endian = ident[EI_DATA] == ELFDATA2MSB,
	};
	return 0;
}

/* Takes over the image, whatever the result. */
static int object_new(const char *name, struct file_image *image, struct elf_object **ret,
		      struct elfsyms_error *err)
{
	struct elf_object *object = calloc(1, sizeof(*object));
	int result;

	*ret = NULL;
	if (object)
		object->name = strdup(name);
	if (!object || !object->name) {
		free(object);
		file_image_release(image);
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", name);
	}
	object->image = *image;
	result = image_check_magic(image, name, err);
	if (!result)
		result = object_start_libelf(object, err);
	if (result) {
		elf_object_close(object);
		return result;
	}
	*ret = object;
	return 0;
}

int elf_object_open(const char *path, struct elf_object **ret, struct elfsyms_error *err)
{
	struct file_image image;
	int result;

	*ret = NULL;
	result = file_image_open(&image, path, err);
	if (result)
		return result;
	return object_new(path, &image, ret, err);
}

int elf_object_open_memory(const char *name, const void *image, size_t size,
			   struct elf_object **ret, struct elfsyms_error *err)
{
	struct file_image borrowed = {image, size, FILE_IMAGE_BORROWED};

	return object_new(name, &borrowed, ret, err);
}

void elf_object_close(struct elf_object *object)
{
	if (!object)
		return;
	elf_end(object->elf);
	file_image_release(&object->image);
	free(object->sections);
	free(object->name);
	free(object);
}

const struct elf_identity *elf_object_identity(const struct elf_object *object)
{
	return &object->identity;
}

/*
 * size(1) asks BFD, whose flags follow from the header: SEC_READONLY is no
 * SHF_WRITE, SEC_CODE is SHF_EXECINSTR, SEC_HAS_CONTENTS is not SHT_NOBITS. Its
 * Berkeley sums try text (code or read-only), then data (contents), then bss, so a
 * read-only or executable section without contents counts as text.
 */
static struct section_class section_classify(const GElf_Shdr *header)
{
	struct section_class class = {ELF_SEGMENT_NONE, false};

	class.executable = (header->sh_flags & SHF_EXECINSTR) != 0;
	if (header->sh_type == SHT_NULL || !(header->sh_flags & SHF_ALLOC))
		return class;
	if (class.executable || !(header->sh_flags & SHF_WRITE))
		class.segment = ELF_SEGMENT_TEXT;
	else if (header->sh_type != SHT_NOBITS)
		class.segment = ELF_SEGMENT_DATA;
	else
		class.segment = ELF_SEGMENT_BSS;
	return class;
}

static int object_damaged(const struct elf_object *object, const char *what,
			  struct elfsyms_error *err)
{
	int reason = elf_errno();

	return elfsyms_error_set(err, ELFSYMS_FORMAT, "%s: damaged ELF file: %s%s%s", object->name,
				 what, reason ? ": " : "", reason ? elf_errmsg(reason) : "");
}

/* Remembers where the symbols are; the first .symtab counts, as there is never a second one. */
static void object_note_symtab(struct elf_object *object, size_t index, const GElf_Shdr *header)
{
	if (header->sh_type == SHT_SYMTAB && object->symtab_index == 0)
		object->symtab_index = index;
}

int elf_object_load_sections(struct elf_object *object, struct elfsyms_error *err)
{
	struct section_class *sections;
	GElf_Shdr header;
	size_t count, i;

	if (object->sections)
		return 0;
	if (elf_getshdrnum(object->elf, &count) != 0)
		return object_damaged(object, "section headers", err);
	sections = calloc(count + 1, sizeof(*sections));
	if (!sections)
		return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", object->name);
	for (i = 1; i < count; i++) {
		if (!gelf_getshdr(elf_getscn(object->elf, i), &header)) {
			free(sections);
			return object_damaged(object, "section headers", err);
		}
		sections[i] = section_classify(&header);
		object_note_symtab(object, i, &header);
	}
	for (i = 1; object->symtab_index && i < count; i++) {
		if (gelf_getshdr(elf_getscn(object->elf, i), &header) &&
		    header.sh_type == SHT_SYMTAB_SHNDX && header.sh_link == object->symtab_index)
			object->symtab_extended_index = i;
	}
	object->sections = sections;
	object->section_count = count;
	return 0;
}

bool elf_object_section(struct elf_object *object, size_t index, struct elf_section *ret)
{
	GElf_Shdr header;
	size_t names;
	const char *name;

	if (elf_getshdrstrndx(object->elf, &names) != 0 ||
	    !gelf_getshdr(elf_getscn(object->elf, index), &header)) {
		return false;
	}
	name = elf_strptr(object->elf, names, header.sh_name);
	*ret = (struct elf_section){
		.name = name ? name : "",
		.size = header.sh_size,
		.alignment = header.sh_addralign,
		.executable = (header.sh_flags & SHF_ALLOC) && (header.sh_flags & SHF_EXECINSTR),
	};
	return true;
}

const unsigned char *elf_object_section_bytes(struct elf_object *object, size_t section,
					      uint64_t offset, uint64_t *length)
{
	GElf_Shdr header;

	if (!gelf_getshdr(elf_getscn(object->elf, section), &header) ||
	    header.sh_type == SHT_NOBITS || header.sh_offset > object->image.size ||
	    header.sh_size > object->image.size - header.sh_offset || offset > header.sh_size)
		return NULL;
	*length = header.sh_size - offset;
	return object->image.bytes + header.sh_offset + offset;
}

static int sizes_add(uint64_t *sum, uint64_t bytes)
{
	return __builtin_add_overflow(*sum, bytes, sum) ? -1 : 0;
}

int elf_object_sizes(struct elf_object *object, struct elf_sizes *ret, struct elfsyms_error *err)
{
	struct elf_sizes sizes = {0};
	int result = elf_object_load_sections(object, err);

	if (result)
		return result;
	for (size_t i = 1; i < object->section_count; i++) {
		uint64_t *const sums[] = {
			[ELF_SEGMENT_NONE] = NULL,
			[ELF_SEGMENT_TEXT] = &sizes.text,
			[ELF_SEGMENT_DATA] = &sizes.data,
			[ELF_SEGMENT_BSS] = &sizes.bss,
		};
		uint64_t *sum = sums[object->sections[i].segment];
		GElf_Shdr header;

		if (!sum)
			continue;
		if (!gelf_getshdr(elf_getscn(object->elf, i), &header))
			return object_damaged(object, "section headers", err);
		if (header.sh_type != SHT_NOBITS &&
		    (header.sh_offset > object->image.size ||
		     header.sh_size > object->image.size - header.sh_offset)) {
			return elfsyms_error_set(err, ELFSYMS_FORMAT,
						 "%s: truncated: section %zu reaches beyond the "
						 "end of the file",
						 object->name, i);
		}
		if (sizes_add(sum, header.sh_size)) {
			return elfsyms_error_set(err, ELFSYMS_FORMAT,
						 "%s: damaged ELF file: section sizes overflow",
						 object->name);
		}
	}
	*ret = sizes;
	return 0;
}
