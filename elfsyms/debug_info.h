/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DWARF of a linked vmlinux or of a module (.ko): which compilation unit and which
 * chain of inlined functions an address belongs to, with file and line.
 *
 * DWARF 4 and 5 are read through libdw; also compressed debug sections and split DWARF (.dwo
 * where the unit says). Where the file itself has none, a separate debug file is
 * sought: see struct debug_search. The network (debuginfod) is never asked. Of the line
 * programs only the rows around the addresses asked for are looked at (debug_lines.c): libdw
 * would build a table of every row, which costs more than all the rest together.
 *
 * Addresses are those of the file: link-time addresses for a vmlinux; for a .ko
 * debug_info_section_base() plus the offset in the section. A return address is the
 * one *behind* the call: ask for address - 1, that is the caller's duty.
 *
 * Files and units are named relative to the kernel's source ("fs/inode.c",
 * "include/linux/slab.h"): the prefix that leads to init/main.c is cut off, else the
 * folder of the compilation; "." and ".." are resolved. What lies elsewhere (modules out
 * of the tree) keeps its absolute name.
 *
 * The debug info is hostile: damage ends the search at that place, and less is known. All
 * strings live until debug_info_close. One handle belongs to one thread; the batch
 * functions use threads of their own.
 */
#ifndef ELFSYMS_DEBUG_INFO_H
#define ELFSYMS_DEBUG_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elfsyms/error.h"

struct debug_info;

/*
 * Where a separate debug file may be. In this order, each checked against the build id
 * where the file has one:
 *   DIR/.build-id/xx/yyyy.debug
 *   the name in .gnu_debuglink: beside the file, in .debug/ beside it, in DIR + its folder
 *   DIR + the file's absolute path, as Debian does (/usr/lib/debug/lib/modules/V/...), also
 *   DIR/boot/NAME and with ".debug" appended
 * for DIR = directory, then /usr/lib/debug.
 */
struct debug_search {
	const char *directory; /* --debug-dir, or NULL */
	bool only_directory;   /* not /usr/lib/debug (tests) */
	/* For modules: debug_info_source_root of their kernel's vmlinux, or NULL. */
	const char *source_root;
};

/*
 * Opens path. ELFSYMS_FORMAT: not ELF, or neither it nor a separate file has debug
 * info; the text says what was looked for.
 */
int debug_info_open(const char *path, const struct debug_search *search, struct debug_info **ret,
		    struct elfsyms_error *err);
/* The same for an open file (a module unpacked into memory); path is its name, fd stays the
 * caller's and must stay open until debug_info_close. */
int debug_info_open_fd(int fd, const char *path, const struct debug_search *search,
		       struct debug_info **ret, struct elfsyms_error *err);
void debug_info_close(struct debug_info *info);

/* The prefix that was cut off names, with a slash behind it; "" where it isn't known. */
const char *debug_info_source_root(const struct debug_info *info);

/* The file the DWARF is in: path itself or the separate one. */
const char *debug_info_file(const struct debug_info *info);

/*
 * One function of the chain. For the innermost one file and line are of the instruction,
 * for the others of the place where the next inner one was inlined.
 */
struct debug_frame {
	const char *function; /* as in the source, without .constprop.0; NULL if unknown */
	const char *declared; /* file that declares the function, NULL if unknown */
	const char *file;     /* NULL if unknown */
	uint32_t line;	      /* 0 if unknown */
};

struct debug_place {
	const char *unit;		  /* "fs/inode.c"; NULL: the address is in no unit */
	const struct debug_frame *frames; /* innermost first; the last is the function itself */
	size_t frame_count;		  /* 0: neither function nor line is known */
	/* The compiler recorded a call that returns to address + 1 (DW_TAG_call_site, or the GNU
	 * one of DWARF 4). False proves nothing: assembler code and -O0 have no such records. */
	bool is_call;
};

/* Deeper chains lose their outermost frames. The kernel's have ten at most. */
#define DEBUG_FRAME_LIMIT 64

/*
 * Fills ret[i] for addresses[i] (in any order, equal ones too). thread_count 0: the CPUs this
 * process may use. Cost: the units that contain addresses are searched once,
 * a millisecond or less each. 0 or ELFSYMS_NO_MEMORY.
 */
int debug_info_resolve(struct debug_info *info, const uint64_t *addresses, size_t count,
		       unsigned int thread_count, struct debug_place *ret,
		       struct elfsyms_error *err);

/* The units in the order of the debug info, which is that of the link; NULL behind the last. */
const char *debug_info_unit_at(const struct debug_info *info, size_t index);

/* The unit whose code covers address, NULL if none does. O(log n). */
const char *debug_info_unit_of(const struct debug_info *info, uint64_t address);

/* A variable with a fixed address. Not every variable has one. */
struct debug_variable {
	uint64_t address;
	const char *unit;
};

/*
 * All variables of static storage at the top of their units and inside functions, by
 * address, one per address. Reads the whole debug info: half a second for a small
 * kernel. ret is the caller's to free().
 */
int debug_info_variables(struct debug_info *info, unsigned int thread_count,
			 struct debug_variable **ret, size_t *ret_count, struct elfsyms_error *err);

/* Where section `index` of a .ko was laid out; 0 for a linked file (values are addresses). */
uint64_t debug_info_section_base(const struct debug_info *info, size_t index);

struct debug_facts {
	size_t unit_count;
	size_t damaged_unit_count;  /* units whose debug info could not be read to the end */
	size_t missing_split_count; /* units whose .dwo file was not found */
	bool is_cut;		    /* behind the last unit there is something else than the end */
};

/* Damage is known of what was looked at so far. */
void debug_info_facts(const struct debug_info *info, struct debug_facts *ret);

#endif
