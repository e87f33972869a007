/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions around an address. Of a unit only the functions that contain a wanted
 * address are entered, and of those only the blocks and inlined calls that do: the
 * other subtrees are stepped over.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "elfsyms/debug_internal.h"

/* Rust and C++ put functions into namespaces; deeper ones than this are not looked into. */
#define NAMESPACE_DEPTH 16

/* Blocks and inlined calls within each other. */
#define NESTING_LIMIT 256

struct frame_reader {
	struct debug_handle *handle;
	const struct debug_info *info;
	struct debug_unit *unit;
	struct line_table lines;
	bool has_lines;
	/* Files of functions declared in another unit (LTO): the last such unit's. */
	struct line_table other_lines;
	Dwarf_Off other_unit;
	bool has_other;

	const uint64_t *addresses;
	size_t count;
	Dwarf_Die *functions; /* per address; addr NULL: not found */
	size_t missing;
};

static bool die_contains(Dwarf_Die *die, uint64_t address)
{
	return sym_dwarf_haspc(die, address) > 0;
}

static void function_note(struct frame_reader *reader, Dwarf_Die *die)
{
	Dwarf_Addr base = 0;
	Dwarf_Addr start;
	Dwarf_Addr end;
	ptrdiff_t offset = 0;

	while ((offset = sym_dwarf_ranges(die, offset, &base, &start, &end)) > 0) {
		for (size_t i = 0; i < reader->count; i++) {
			uint64_t address = reader->addresses[i] - reader->handle->bias;

			if (address >= start && address < end && !reader->functions[i].addr) {
				reader->functions[i] = *die;
				reader->missing--;
			}
		}
	}
}

/*
 * The next DIE beside this one. Their offsets must grow: a damaged DW_AT_sibling
 * could point backwards for ever.
 */
static bool die_next(Dwarf_Die *die, struct debug_unit *unit)
{
	Dwarf_Off before = sym_dwarf_dieoffset(die);
	int result = sym_dwarf_siblingof(die, die);

	if (result < 0 || (result == 0 && sym_dwarf_dieoffset(die) <= before)) {
		unit->is_damaged = true;
		return false;
	}
	return result == 0;
}

static void functions_find(struct frame_reader *reader, Dwarf_Die *parent, unsigned int depth)
{
	Dwarf_Die die;
	int result = sym_dwarf_child(parent, &die);

	if (result != 0) {
		reader->unit->is_damaged = reader->unit->is_damaged || result < 0;
		return;
	}
	do {
		switch (sym_dwarf_tag(&die)) {
		case DW_TAG_subprogram:
			function_note(reader, &die);
			break;
		case DW_TAG_namespace:
			if (depth < NAMESPACE_DEPTH) {
				functions_find(reader, &die, depth + 1);
			}
			break;
		default:
			break;
		}
	} while (reader->missing > 0 && die_next(&die, reader->unit));
}

static uint64_t die_number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	return sym_dwarf_attr(die, name, &attribute) && sym_dwarf_formudata(&attribute, &value) == 0
		       ? value
		       : 0;
}

static struct line_table *other_lines(struct frame_reader *reader, Dwarf_Die *unit)
{
	Dwarf_Off offset = sym_dwarf_dieoffset(unit);
	Dwarf_Attribute attribute;
	Dwarf_Word line_offset;
	const char *comp_dir = NULL;

	if (reader->has_other && reader->other_unit == offset) {
		return &reader->other_lines;
	}
	line_table_release(&reader->other_lines);
	reader->has_other = true;
	reader->other_unit = offset;
	if (sym_dwarf_attr(unit, DW_AT_comp_dir, &attribute)) {
		comp_dir = sym_dwarf_formstring(&attribute);
	}
	if (sym_dwarf_attr(unit, DW_AT_stmt_list, &attribute) &&
	    sym_dwarf_formudata(&attribute, &line_offset) == 0) {
		line_table_open(&reader->other_lines, reader->handle, line_offset,
				reader->info->root, comp_dir ? comp_dir : "");
	}
	return &reader->other_lines;
}

/* The file that declares a function: numbers count in the unit that has the attribute. */
static const char *die_declared(struct frame_reader *reader, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file;
	Dwarf_Die unit;
	struct line_table *lines = &reader->lines;

	if (!sym_dwarf_attr_integrate(die, DW_AT_decl_file, &attribute) ||
	    sym_dwarf_formudata(&attribute, &file) != 0) {
		return NULL;
	}
	if (attribute.cu != die->cu) {
		if (!sym_dwarf_cu_die(attribute.cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL)) {
			return NULL;
		}
		lines = other_lines(reader, &unit);
	}
	return line_table_file(lines, file);
}

/* Is the DIE the record of a call that returns to behind address? */
static bool call_returns(Dwarf_Die *die, uint64_t address)
{
	int tag = sym_dwarf_tag(die);
	Dwarf_Attribute attribute;
	Dwarf_Addr behind;

	if (tag == DW_TAG_call_site) {
		return sym_dwarf_attr(die, DW_AT_call_return_pc, &attribute) &&
		       sym_dwarf_formaddr(&attribute, &behind) == 0 && behind == address + 1;
	}
	return tag == DW_TAG_GNU_call_site && sym_dwarf_lowpc(die, &behind) == 0 &&
	       behind == address + 1;
}

/*
 * The child of die around the address that is a block or an inlined call. Calls
 * are recorded in the innermost of them.
 */
static bool inner_find(struct frame_reader *reader, const Dwarf_Die *die, uint64_t address,
		       Dwarf_Die *ret, bool *is_call)
{
	Dwarf_Die child;

	if (sym_dwarf_child((Dwarf_Die *)die, &child) != 0) {
		return false;
	}
	do {
		int tag = sym_dwarf_tag(&child);

		if ((tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine ||
		     tag == DW_TAG_try_block || tag == DW_TAG_catch_block) &&
		    die_contains(&child, address)) {
			*ret = child;
			return true;
		}
		*is_call = *is_call || call_returns(&child, address);
	} while (die_next(&child, reader->unit));
	return false;
}

/* Outermost first into chain; how many of the functions around the address there are. */
static size_t chain_find(struct frame_reader *reader, const Dwarf_Die *function, uint64_t address,
			 Dwarf_Die *chain, bool *is_call)
{
	Dwarf_Die die = *function;
	size_t count = 1;

	chain[0] = die;
	for (unsigned int depth = 0; depth < NESTING_LIMIT; depth++) {
		Dwarf_Die inner;

		if (!inner_find(reader, &die, address, &inner, is_call)) {
			break;
		}
		if (sym_dwarf_tag(&inner) == DW_TAG_inlined_subroutine) {
			if (count == DEBUG_FRAME_LIMIT) {
				memmove(chain, chain + 1, (count - 1) * sizeof(*chain));
				count--;
			}
			chain[count++] = inner;
		}
		die = inner;
	}
	return count;
}

static bool place_fill(struct frame_reader *reader, size_t index, const struct line_row *row,
		       struct debug_place *ret)
{
	Dwarf_Die chain[DEBUG_FRAME_LIMIT];
	struct debug_frame *frames;
	size_t count = 0;

	ret->unit = reader->unit->name;
	if (reader->functions[index].addr) {
		count = chain_find(reader, &reader->functions[index],
				   reader->addresses[index] - reader->handle->bias, chain,
				   &ret->is_call);
	}
	if (count == 0 && !row->is_known) {
		return true;
	}
	frames = text_pool_bytes(&reader->handle->pool, (count ? count : 1) * sizeof(*frames));
	if (!frames) {
		return false;
	}
	memset(frames, 0, (count ? count : 1) * sizeof(*frames));
	for (size_t i = 0; i < count; i++) {
		Dwarf_Die *die = &chain[count - 1 - i];

		frames[i].function = sym_dwarf_diename(die);
		frames[i].declared = die_declared(reader, die);
		if (i + 1 < count) {
			frames[i + 1].file =
				line_table_file(&reader->lines, die_number(die, DW_AT_call_file));
			frames[i + 1].line = (uint32_t)die_number(die, DW_AT_call_line);
		}
	}
	if (row->is_known) {
		frames[0].file = line_table_file(&reader->lines, row->file);
		frames[0].line = row->line;
	}
	ret->frames = frames;
	ret->frame_count = count ? count : 1;
	return true;
}

bool debug_frames_read(struct debug_handle *handle, const struct debug_info *info,
		       struct debug_unit *unit, const uint64_t *addresses, size_t count,
		       struct debug_place **ret)
{
	struct frame_reader reader = {
		.handle = handle,
		.info = info,
		.unit = unit,
		.addresses = addresses,
		.count = count,
		.functions = calloc(count, sizeof(*reader.functions)),
		.missing = count,
	};
	struct line_row *rows = calloc(count, sizeof(*rows));
	bool result = reader.functions && rows;
	Dwarf_Die die;

	if (result && unit->has_lines) {
		reader.has_lines = line_table_open(&reader.lines, handle, unit->line_offset,
						   info->root, unit->comp_dir);
		if (reader.has_lines) {
			line_table_find(&reader.lines, addresses, count, rows);
		} else {
			unit->is_damaged = true;
		}
	}
	if (result && debug_unit_die(handle, unit, &die)) {
		functions_find(&reader, &die, 0);
	}
	for (size_t i = 0; result && i < count; i++) {
		result = place_fill(&reader, i, &rows[i], ret[i]);
	}
	line_table_release(&reader.lines);
	line_table_release(&reader.other_lines);
	free(reader.functions);
	free(rows);
	return result;
}
