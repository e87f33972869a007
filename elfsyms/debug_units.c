/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compilation units of a file: what they are called and which addresses they cover. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/debug_internal.h"

/* The file every kernel has: what stands before it leads to the source. */
#define ROOT_MARK "init/main.c"

static int out_of_memory(const struct debug_info *info, struct elfsyms_error *err)
{
	return elfsyms_error_set(err, ELFSYMS_NO_MEMORY, "%s: out of memory", info->path);
}

static const char *die_string(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;

	return sym_dwarf_attr(die, name, &attribute) ? sym_dwarf_formstring(&attribute) : NULL;
}

static bool range_add(struct debug_info *info, size_t *capacity, uint64_t start, uint64_t end)
{
	if (info->range_count == *capacity) {
		size_t larger = 64 + *capacity * 2;
		struct unit_range *ranges = realloc(info->ranges, larger * sizeof(*ranges));

		if (!ranges) {
			return false;
		}
		info->ranges = ranges;
		*capacity = larger;
	}
	info->ranges[info->range_count++] = (struct unit_range){
		start + info->main.bias, end + info->main.bias, (uint32_t)info->unit_count};
	return true;
}

static bool ranges_add(struct debug_info *info, size_t *capacity, Dwarf_Die *die)
{
	Dwarf_Addr base = 0;
	Dwarf_Addr start;
	Dwarf_Addr end;
	ptrdiff_t offset = 0;

	while ((offset = sym_dwarf_ranges(die, offset, &base, &start, &end)) > 0) {
		/* Code that the linker dropped is left at 0. */
		if (start < end && (start != 0 || info->main.dwfl) &&
		    !range_add(info, capacity, start, end)) {
			return false;
		}
	}
	if (offset < 0) {
		info->units[info->unit_count].is_damaged = true;
	}
	return true;
}

/*
 * The name a unit records. A split unit's is in its .dwo; where that is missing, the
 * name of the .dwo stands for it: "fs/inode.dwo".
 */
static const char *unit_recorded_name(struct debug_info *info, Dwarf_Die *die, Dwarf_Die *split)
{
	const char *name = die_string(die, DW_AT_name);
	const char *split_name = die_string(die, DW_AT_dwo_name);

	if (!split_name) {
		split_name = die_string(die, DW_AT_GNU_dwo_name);
	}
	if (!split_name) {
		return name;
	}
	info->has_split_units = true;
	if (split->addr) {
		const char *inner = die_string(split, DW_AT_name);

		return inner ? inner : name;
	}
	info->missing_split_count++;
	return name ? name : split_name;
}

/* A unit that is no compilation (of types, or a part others import) is left out. */
static int unit_add(struct debug_info *info, size_t *unit_capacity, size_t *range_capacity,
		    Dwarf_Die *die, Dwarf_Die *split)
{
	struct debug_unit *unit;
	Dwarf_Attribute attribute;
	int tag = sym_dwarf_tag(die);

	if (tag != DW_TAG_compile_unit && tag != DW_TAG_skeleton_unit) {
		return 0;
	}
	if (info->unit_count == *unit_capacity) {
		size_t larger = 64 + *unit_capacity * 2;
		struct debug_unit *units = realloc(info->units, larger * sizeof(*units));

		if (!units) {
			return -1;
		}
		info->units = units;
		*unit_capacity = larger;
	}
	unit = &info->units[info->unit_count];
	*unit = (struct debug_unit){.offset = sym_dwarf_dieoffset(die)};
	unit->name = unit_recorded_name(info, die, split);
	unit->comp_dir = die_string(die, DW_AT_comp_dir);
	if (!unit->comp_dir && split->addr) {
		unit->comp_dir = die_string(split, DW_AT_comp_dir);
	}
	if (!unit->comp_dir) {
		unit->comp_dir = "";
	}
	unit->has_lines = sym_dwarf_attr(die, DW_AT_stmt_list, &attribute) &&
			  sym_dwarf_formudata(&attribute, &unit->line_offset) == 0;
	if (!ranges_add(info, range_capacity, die)) {
		return -1;
	}
	info->unit_count++;
	return 0;
}

/* Where the unit after that of the DIE begins. */
static Dwarf_Off unit_end(Dwarf *dwarf, Dwarf_Die *die)
{
	Dwarf_Off start = sym_dwarf_dieoffset(die) - sym_dwarf_cuoffset(die);
	Dwarf_Off next = 0;
	size_t header_size;

	return sym_dwarf_next_unit(dwarf, start, &next, &header_size, NULL, NULL, NULL, NULL, NULL,
				   NULL) == 0
		       ? next
		       : 0;
}

static int units_enumerate(struct debug_info *info)
{
	size_t unit_capacity = 0;
	size_t range_capacity = 0;
	Dwarf_Off next = 0;
	Dwarf_CU *cu = NULL;
	Dwarf_Half version;
	uint8_t type;

	for (;;) {
		Dwarf_Die die = {0};
		Dwarf_Die split = {0};

		if (sym_dwarf_get_units(info->main.dwarf, cu, &cu, &version, &type, &die, NULL) !=
		    0) {
			info->is_cut = next != info->main.info.size;
			return 0; /* the end, or damage: what came before it counts */
		}
		/* DWARF 4 has type units in a section of their own, .debug_types. */
		if (type != DW_UT_type || version > 4) {
			next = unit_end(info->main.dwarf, &die);
		}
		if (sym_dwarf_hasattr(&die, DW_AT_dwo_name) ||
		    sym_dwarf_hasattr(&die, DW_AT_GNU_dwo_name)) {
			sym_dwarf_cu_info(cu, NULL, NULL, NULL, &split, NULL, NULL, NULL);
		}
		if (unit_add(info, &unit_capacity, &range_capacity, &die, &split) < 0) {
			return -1;
		}
	}
}

/* "/home/me/linux/" of the unit that is init/main.c; false: no memory. */
static bool root_find(struct debug_info *info, const char *known_root)
{
	char path[DEBUG_PATH_SIZE];
	size_t mark = strlen(ROOT_MARK);

	for (size_t i = 0; i < info->unit_count; i++) {
		const struct debug_unit *unit = &info->units[i];
		size_t length;

		if (!unit->name ||
		    !debug_path_resolve(unit->comp_dir, "", unit->name, path, sizeof(path))) {
			continue;
		}
		length = strlen(path);
		if (length > mark && strcmp(path + length - mark, ROOT_MARK) == 0 &&
		    path[length - mark - 1] == '/') {
			info->root = strndup(path, length - mark);
			return info->root != NULL;
		}
	}
	info->root = strdup(known_root ? known_root : "");
	return info->root != NULL;
}

static int by_start(const void *a_pointer, const void *b_pointer)
{
	const struct unit_range *a = a_pointer;
	const struct unit_range *b = b_pointer;

	if (a->start != b->start) {
		return a->start < b->start ? -1 : 1;
	}
	if (a->end != b->end) {
		return a->end < b->end ? -1 : 1;
	}
	return (a->unit > b->unit) - (a->unit < b->unit);
}

int debug_units_read(struct debug_info *info, const char *known_root, struct elfsyms_error *err)
{
	if (units_enumerate(info) < 0 || !root_find(info, known_root)) {
		return out_of_memory(info, err);
	}
	if (info->range_count > 0) {
		qsort(info->ranges, info->range_count, sizeof(*info->ranges), by_start);
	}
	for (size_t i = 0; i < info->unit_count; i++) {
		struct debug_unit *unit = &info->units[i];

		unit->name = debug_path_relative(&info->main.pool, info->root, unit->comp_dir, "",
						 unit->name ? unit->name : "");
		if (!unit->name) {
			return out_of_memory(info, err);
		}
	}
	return 0;
}

long debug_unit_find(const struct debug_info *info, uint64_t address)
{
	size_t low = 0;
	size_t high = info->range_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (info->ranges[middle].start <= address) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 && address < info->ranges[low - 1].end ? (long)info->ranges[low - 1].unit
							      : -1;
}

bool debug_unit_die(struct debug_handle *handle, const struct debug_unit *unit, Dwarf_Die *ret)
{
	Dwarf_Die split = {0};

	if (!sym_dwarf_offdie(handle->dwarf, unit->offset, ret)) {
		return false;
	}
	if ((sym_dwarf_hasattr(ret, DW_AT_dwo_name) ||
	     sym_dwarf_hasattr(ret, DW_AT_GNU_dwo_name)) &&
	    sym_dwarf_cu_info(ret->cu, NULL, NULL, NULL, &split, NULL, NULL, NULL) == 0 &&
	    split.addr) {
		*ret = split;
	}
	return true;
}
