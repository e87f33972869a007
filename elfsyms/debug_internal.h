/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of struct debug_info, for the debug_*.c files only. */
#ifndef ELFSYMS_DEBUG_INTERNAL_H
#define ELFSYMS_DEBUG_INTERNAL_H

#include "elfsyms/debug_info.h"
#include "elfsyms/late_dw.h"

#define DEBUG_PATH_SIZE	  4096
#define DEBUG_THREADS_MAX 16

/* Strings of one lifetime. All zero is empty. */
struct text_pool {
	struct text_chunk *chunks;
};

/* NULL: no memory. */
char *text_pool_copy(struct text_pool *pool, const char *text, size_t length);
void *text_pool_bytes(struct text_pool *pool, size_t size); /* aligned for anything */
void text_pool_release(struct text_pool *pool);

/* A section of the file the DWARF is in. */
struct debug_bytes {
	const unsigned char *bytes; /* NULL: there is none */
	size_t size;
};

/* One way into the DWARF. libdw's caches are not thread-safe: every thread has its own. */
struct debug_handle {
	int fd; /* -1: the Dwfl has it */
	Elf *elf;
	Dwfl *dwfl; /* a relocatable file; then elf and dwarf are its own */
	Dwarf *dwarf;
	uint64_t bias; /* address of the file = address in the DWARF + bias */
	bool is_big_endian;
	bool is_compressed;
	struct debug_bytes info, line, line_str, str;
	struct text_pool pool;
};

struct debug_unit {
	Dwarf_Off offset;     /* of the unit's DIE; of the skeleton for a split unit */
	const char *name;     /* relative to the source */
	const char *comp_dir; /* as recorded; "" if it is not */
	uint64_t line_offset; /* in .debug_line */
	bool has_lines;
	bool is_damaged;
};

struct unit_range {
	uint64_t start, end;
	uint32_t unit;
};

struct debug_info {
	char *path; /* as opened */
	char *file; /* that has the DWARF */
	int fd;	    /* borrowed, -1: open by path */
	struct debug_handle main;
	struct debug_handle *workers[DEBUG_THREADS_MAX]; /* further threads, made when needed */
	struct debug_unit *units;
	size_t unit_count;
	struct unit_range *ranges; /* by start */
	size_t range_count;
	uint64_t *section_bases; /* of a relocatable file */
	size_t section_count;
	char *root; /* the kernel's source with a slash behind it, "" if unknown */
	bool has_split_units;
	bool is_cut;
	size_t missing_split_count;
};

/* debug_file.c: the separate debug file of the ELF file fd; ret has DEBUG_PATH_SIZE bytes. */
bool debug_file_find(int fd, const char *path, const struct debug_search *search, char *ret);

/* Does the file itself have DWARF? */
bool debug_file_has_info(int fd);

/* debug_handle.c */
int debug_handle_open(struct debug_handle *handle, struct debug_info *info,
		      const struct debug_search *search, struct elfsyms_error *err);
/* A further handle on a linked file that one is open on already. NULL: not possible. */
struct debug_handle *debug_handle_another(struct debug_info *info);
void debug_handle_release(struct debug_handle *handle);
/* How many threads are of use for count jobs (0 wanted: the CPUs this process may use). */
unsigned int debug_threads(const struct debug_info *info, unsigned int wanted, size_t count);

/* debug_units.c: fills units, ranges and root, which is known_root where no unit tells. */
int debug_units_read(struct debug_info *info, const char *known_root, struct elfsyms_error *err);
/* The index of the unit that covers the address, or -1. */
long debug_unit_find(const struct debug_info *info, uint64_t address);
/* The DIE below which the unit's functions are: of the .dwo where it is split. */
bool debug_unit_die(struct debug_handle *handle, const struct debug_unit *unit, Dwarf_Die *ret);

/*
 * debug_paths.c: name as seen from dir and comp_dir, resolved, relative to the source.
 * NULL: no memory.
 */
const char *debug_path_relative(struct text_pool *pool, const char *root, const char *comp_dir,
				const char *dir, const char *name);
/* The same without cutting anything off, into a buffer; false if it does not fit. */
bool debug_path_resolve(const char *comp_dir, const char *dir, const char *name, char *ret,
			size_t size);

/* debug_lines.c */
struct line_file {
	const char *name;
	uint64_t directory;
	const char *relative; /* computed when asked for */
};

struct line_table {
	struct debug_handle *handle;
	const char *root, *comp_dir;
	unsigned int version;
	const char **directories;
	size_t directory_count;
	struct line_file *files;
	size_t file_count;
	/* The program and how it is coded. */
	const unsigned char *program, *end;
	const unsigned char *opcode_lengths;
	unsigned int opcode_base, line_range, minimum_length;
	int line_base;
};

struct line_row {
	uint64_t address;
	uint64_t file;
	uint32_t line;
	bool is_known;
};

/* Reads the header at offset; false: damaged, or an unknown version. */
bool line_table_open(struct line_table *table, struct debug_handle *handle, uint64_t offset,
		     const char *root, const char *comp_dir);
/* The file's name; NULL if there is none of that number. */
const char *line_table_file(struct line_table *table, uint64_t index);
/* Runs the program; addresses are in ascending order. */
void line_table_find(const struct line_table *table, const uint64_t *addresses, size_t count,
		     struct line_row *ret);
void line_table_release(struct line_table *table);

/* debug_frames.c: resolves the addresses (ascending) of one unit. False: no memory. */
bool debug_frames_read(struct debug_handle *handle, const struct debug_info *info,
		       struct debug_unit *unit, const uint64_t *addresses, size_t count,
		       struct debug_place **ret);

#endif
