/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the recorded kernel and its modules were in memory, as a recording says itself.
 *
 * perf.data has one map record for the kernel, whose pgoff is the run-time address of
 * _text (or _stext), and one for each module. trace.dat has a kallsyms instead.
 */
#ifndef ANALYZER_INPUT_RECORDING_MAPS_H
#define ANALYZER_INPUT_RECORDING_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_NAME_SIZE 64u /* MODULE_NAME_LEN of a 64-bit kernel, and NUL */

/* More are no machine's: later ones are left out. */
#define RECORDING_MODULES_MAX 4096u

struct recording_module {
	char name[RECORDING_NAME_SIZE];
	uint64_t start; /* of its text */
	uint64_t size;
};

struct recording_maps {
	char kernel_symbol[RECORDING_NAME_SIZE]; /* "_text", "_stext"; "": not known */
	uint64_t kernel_address;		 /* its run-time address */
	struct recording_module *modules;	 /* in the recording's order */
	size_t module_count, module_capacity;
};

void recording_maps_release(struct recording_maps *maps);

/*
 * Takes the map record of kernel space called file_name; others than "[kernel.kallsyms]_text"
 * and "[module]" are left out. False: no memory.
 */
bool recording_maps_add(struct recording_maps *maps, const char *file_name, uint64_t start,
			uint64_t size, uint64_t offset);

#endif
