/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One ELF file: an object (.o), a module (.ko), a vmlinux; ELF32 and ELF64, both
 * byte orders, whatever the host (libelf's gelf interface).
 *
 * Only the parts asked for are read: the file is mapped, never copied whole.
 * Every offset, size, link and string index is checked: the file is hostile.
 * Not thread-safe per object; different objects may be used on different threads.
 */
#ifndef ELFSYMS_OBJECT_H
#define ELFSYMS_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfsyms/error.h"

struct elf_object;

/*
 * Where a symbol lives, as size(1) in Berkeley format classes its section; the
 * first rule that fits. Common symbols are NONE: size does not count them either
 * (without --common), the linker makes their bytes.
 */
enum elf_segment {
	ELF_SEGMENT_NONE, /* not allocated, undefined, absolute, common */
	ELF_SEGMENT_TEXT, /* SHF_ALLOC and (SHF_EXECINSTR or not SHF_WRITE) */
	ELF_SEGMENT_DATA, /* SHF_ALLOC, not SHT_NOBITS */
	ELF_SEGMENT_BSS,  /* SHF_ALLOC */
};

/* The three columns `size` prints for a file. */
struct elf_sizes {
	uint64_t text;
	uint64_t data;
	uint64_t bss;
};

/*
 * Longer names are skipped. A kernel's have at most 511 bytes (KSYM_NAME_LEN); names
 * may overlap in the file, so without a limit a small file could ask for endless work.
 */
#define ELF_SYMBOL_NAME_LIMIT 4096

struct elf_symbol {
	const char *name; /* inside the object's string table; valid until elf_object_close */
	size_t name_length;
	const char *file_name; /* basename of the STT_FILE before it, NULL if none or global */
	uint64_t value;	       /* address (vmlinux) or section offset (.o, .ko) */
	bool is_thumb;	       /* 32-bit ARM function in Thumb code; value is without that bit */
	uint64_t size;
	uint32_t section; /* index; 0 if undefined, absolute or common */
	uint8_t type;	  /* STT_* */
	uint8_t binding;  /* STB_* */
	enum elf_segment segment;
	bool executable; /* its section has SHF_EXECINSTR */
};

struct elf_identity {
	uint16_t type;	  /* ET_REL, ET_EXEC, ET_DYN */
	uint16_t machine; /* EM_* */
	bool is_64bit;
	bool is_big_endian;
};

/* Opens path. ELFSYMS_BITCODE for LLVM bitcode (also wrapped), ELFSYMS_FORMAT if not ELF. */
int elf_object_open(const char *path, struct elf_object **ret, struct elfsyms_error *err);
/* The same for an archive member in memory; name is for messages, image is borrowed. */
int elf_object_open_memory(const char *name, const void *image, size_t size,
			   struct elf_object **ret, struct elfsyms_error *err);
void elf_object_close(struct elf_object *object);

const struct elf_identity *elf_object_identity(const struct elf_object *object);

struct elf_section {
	const char *name; /* valid until elf_object_close */
	uint64_t size;
	uint64_t alignment;
	bool executable; /* SHF_ALLOC and SHF_EXECINSTR: it is loaded, and is code */
};

/* A section by its index, from 0 on; false behind the last one and for one that is damaged. */
bool elf_object_section(struct elf_object *object, size_t index, struct elf_section *ret);

/* The sums `size` prints. */
int elf_object_sizes(struct elf_object *object, struct elf_sizes *ret, struct elfsyms_error *err);

/*
 * Calls visit for every symbol of .symtab in file order (STT_FILE, STT_SECTION,
 * undefined and mapping symbols included: the caller chooses). A nonzero result
 * of visit stops and is returned. A file without .symtab has no symbols: 0.
 * Damaged entries (a name outside the string table) are left out.
 */
int elf_object_symbols(struct elf_object *object,
		       int (*visit)(const struct elf_symbol *symbol, void *context), void *context,
		       struct elfsyms_error *err);

/*
 * $a $t $d $x (also $x.n, and RISC-V's $xrv64...) of ARM, AArch64, RISC-V, C-SKY:
 * marks of content, not names. The second form is for maps that have only names.
 */
bool elf_symbol_is_mapping(const struct elf_symbol *symbol);
bool elf_name_is_mapping(const char *name);

/* Room for any build id: ld's --build-id=0x... sets no limit, but nobody comes near 64 bytes. */
#define ELF_BUILD_ID_SIZE 129

/* The GNU build id (hexadecimal) into buffer; false if there is none. */
bool elf_object_build_id(struct elf_object *object, char *buffer, size_t size);

/*
 * The same from the bytes of a note section alone, of either byte order: what the kernel
 * shows of itself in /sys/kernel/notes, and of a module in
 * /sys/module/NAME/notes/.note.gnu.build-id. Each note is three 32-bit words (size of name,
 * size of content, type), then both, each filled up to 4 bytes (gABI, "Note Section").
 */
bool elf_notes_build_id(const void *notes, size_t notes_size, char *buffer, size_t size);

/* The linux_banner text ("Linux version ...") of a vmlinux into buffer; false if not found. */
bool elf_object_banner(struct elf_object *object, char *buffer, size_t size);

#endif
